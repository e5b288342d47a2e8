"""Questions and claims whose right answers are known from the published files alone."""
