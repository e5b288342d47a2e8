"""The front page: the three answers and beside whom they are."""
