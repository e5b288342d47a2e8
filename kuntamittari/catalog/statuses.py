"""Statuses of a figure (docs/methods.md 15). sql/schema/00_status.sql holds the same list; a test compares them."""

from typing import Literal, get_args

Status = Literal["final", "preliminary", "approximate", "forecast", "budget_amended", "budget", "plan", "target"]
STATUSES: tuple[Status, ...] = get_args(Status)  # the strongest first: a sum has the weakest status of its parts
FINAL: Status = "final"
APPROXIMATE: Status = "approximate"
# shown beside the actual figures, never in their place
PLANS: tuple[Status, ...] = ("budget_amended", "budget", "plan", "target")
