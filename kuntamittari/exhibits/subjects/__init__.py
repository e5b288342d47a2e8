"""Exhibits of one subject each: peers, funnel, map, efficiency frontier."""
