"""The three answers of the front page: what services for the young, for the old and for everybody cost, and why."""
