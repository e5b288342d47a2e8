"""How much figures vary by themselves, from the whole country: its models, noise by size, and unusual jumps."""
