"""Files that a user brings: how they are read and checked, and the workspace that holds what was taken."""
