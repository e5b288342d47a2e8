"""Many indicators at once: the card of a municipality, the rug of a group, and the measuring framework."""
