"""Kuntamittari: benchmarking of Finnish municipalities from official open data."""

__version__ = "0.2.0"
