"""Benchmarks. Each figure is a ratio to a floor measured in the same run; it is printed, not asserted."""
