"""Views of why a municipality's services cost what they do."""
