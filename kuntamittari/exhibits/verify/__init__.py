"""Whether a claim about a figure is true: what a text claims, and how that compares with the figures."""
