"""The parts of each page, one module a page."""
