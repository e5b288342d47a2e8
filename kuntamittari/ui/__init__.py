"""What pages are drawn with. Nothing here computes a statistic."""
