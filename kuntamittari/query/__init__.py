"""The database over one snapshot and every question that is asked of it. Only this package knows SQL."""
