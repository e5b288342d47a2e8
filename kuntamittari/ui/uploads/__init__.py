"""Pages and widgets for files that a user brings."""
