"""Codes of areas that are no municipality."""

MAINLAND = "MA1"  # Mainland Finland: municipalities without Åland, as the statistics publish their sum
