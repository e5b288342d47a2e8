"""What is new: years by source, revised figures and entries of the knowledge bank, as a list and as a feed."""
