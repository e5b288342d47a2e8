"""Kuntamittari: benchmarking of Finnish municipalities from official open data."""

__version__ = "0.1.0"
