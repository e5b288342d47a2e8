"""Pages and widgets for the files that a user uploads."""
