"""Codes of areas that are not municipalities."""

MAINLAND = "MA1"  # Mainland Finland: all municipalities outside Åland, a sum that the statistics publish
