"""Which municipalities are alike, by structure or by need, and how well they predict (docs/methods.md 7)."""
