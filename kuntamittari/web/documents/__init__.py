"""Every view as a document: the same figures and words as on the page, readable without scripts."""
