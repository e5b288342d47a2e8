"""Measuring: each figure is a ratio against a floor of the same run, printed, never asserted."""
