"""Costs of the services of a composite: what they would be at the group's unit costs, and why they differ from its own.

Pure functions on NumPy arrays (docs/methods.md 9, 10).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kuntamittari.stats.group_figures import Numbers


@dataclass(frozen=True, eq=False)
class PartCosts:
    """Costs of services, of municipalities that have every service.

    `eur`, `heads` (the residents of the service's age group): shape (municipalities, services); `residents`: shape
    (municipalities,).
    """

    eur: Numbers
    heads: Numbers
    residents: Numbers

    def group(self, members: Sequence[int]) -> "PartCosts":
        """Return members as one municipality, by their places."""
        at = list(members)
        return PartCosts(
            self.eur[at].sum(axis=0, keepdims=True),
            self.heads[at].sum(axis=0, keepdims=True),
            self.residents[at].sum(keepdims=True),
        )

    @property
    def unit_cost(self) -> Numbers:
        """Return the costs per head, NaN where nobody is of the age."""
        return quotient(self.eur, self.heads)

    @property
    def per_resident(self) -> Numbers:
        """Return the costs per resident."""
        return quotient(self.eur, self.residents[:, None])

    @property
    def share(self) -> Numbers:
        """Return the residents of each age group as a share of all."""
        return quotient(self.heads, self.residents[:, None])


def quotient(above: Numbers, below: Numbers) -> Numbers:
    """Return a quotient, NaN where it is divided by zero."""
    return above / np.where(below == 0, np.nan, below)


def expected(costs: PartCosts, members: Sequence[int]) -> Numbers:
    """Return what the services of each municipality would cost at the unit costs of the members as one municipality.

    Over the members expected costs sum to the actual ones. Where nobody in the group is of the age there is no unit
    cost, and the actual cost is expected. Shape (municipalities,).
    """
    at_group_cost = costs.group(members).unit_cost * costs.heads
    return np.where(np.isnan(at_group_cost), costs.eur, at_group_cost).sum(axis=1)


def effects(costs: PartCosts, members: Sequence[int]) -> tuple[Numbers, Numbers]:
    """Return why each municipality's cost per resident differs from that of the members as one municipality.

    For each service the part due to the share of its age group and the part due to its cost per head; both sum exactly
    to the difference. Where nobody is of the age there is no cost per head: the other side's is used instead, and what
    is spent all the same counts as unit cost. Shapes (municipalities, services).
    """
    group = costs.group(members)
    own, other = costs.unit_cost, np.broadcast_to(group.unit_cost, costs.eur.shape)
    own, other = np.where(np.isnan(own), other, own), np.where(np.isnan(other), own, other)
    own, other = np.nan_to_num(own), np.nan_to_num(other)
    age = (costs.share - group.share) * (own + other) / 2
    unit_cost = (
        (own - other) * (costs.share + group.share) / 2
        + (costs.per_resident - costs.share * own)
        - (group.per_resident - group.share * other)
    )
    return age, unit_cost
