"""Files that a user uploads: reading and checking them, and the workspace that holds the result."""
