"""Services by euros a year to the typical peer, and who does better with less (docs/methods.md 24)."""
