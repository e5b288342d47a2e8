"""The database over one snapshot and every query to it. Only this package runs SQL."""
