"""Helpers that several test modules share; fixtures are in the conftest.py of each folder."""
