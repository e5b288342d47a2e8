"""One module for the parts of each page."""
