"""Pages to measure against; none of them is part of the dashboard."""
