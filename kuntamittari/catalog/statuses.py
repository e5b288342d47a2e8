"""Statuses of a figure (docs/methods.md 15). SQL reads the same list from sql/schema/00_status.sql; a test compares."""

from typing import Literal, get_args

Status = Literal["final", "preliminary", "approximate", "forecast", "budget", "target"]
STATUSES: tuple[Status, ...] = get_args(Status)  # the firmest first: a sum has the last of those of its parts
FINAL: Status = "final"
PLANS: tuple[Status, ...] = ("budget", "target")  # stand beside the actual figures, never in their place
