"""The search: municipalities, indicators and entries of the knowledge bank by names and everyday words."""
