"""What a figure leaves the screen as."""
