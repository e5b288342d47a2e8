"""Statistics as pure functions of rows and numbers: no database, no files, no session."""
