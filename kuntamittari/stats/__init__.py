"""Statistics as pure functions of rows and numbers, without a database, files or a session."""
