"""What the three answers are of: a whole beside the typical member of the group, and why it differs, in figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kuntamittari.catalog import composites
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import selected_figures
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.selected_figures import Explained, Standing
from kuntamittari.query import composite_costs
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import Group
from kuntamittari.query.gaps import euros
from kuntamittari.query.gaps.euros import Unfirm
from kuntamittari.stats import gaps

# whom an answer is of → the whole of costs that it tells of, in order of display
WHOLES = {
    "children": "children_services_cost_per_0_17",
    "older": "elderly_services_cost_per_65",
    "everything": "operating_cost_per_resident",
}
# level: within usual variation; firm: beyond it; open: not known which; check: the figure itself is to be checked first
Certainty = Literal["level", "firm", "open", "check"]


@dataclass(frozen=True)
class PartGap:
    """A service of a whole: what it costs more a head in the municipality than in the group as one, in euros."""

    id: str
    euros: float


@dataclass(frozen=True)
class Users:
    """Why a whole for one age group differs from that of the group as one municipality.

    `share`, `group_share`: the age group in residents; `parts`: services, whose differences a head of the age group sum
    to the difference of the whole; `year`: in which.
    """

    year: int
    share: float
    group_share: float
    parts: tuple[PartGap, ...]


@dataclass(frozen=True)
class Answer:
    """One of the three answers on the chosen municipality.

    `standing`: of the whole, as the municipality organises it; `gap`: euros a head more than the typical member, None
    without a figure or another member that has one; `euros`: the same a year for all its own users; `certainty`: of the
    gap, `unfirm` why it is not known; `why`: of one age group, of everybody, or None where it cannot be told.
    """

    id: str
    whole: Indicator
    standing: Standing
    gap: float | None = None
    euros: float | None = None
    certainty: Certainty | None = None
    unfirm: Unfirm | None = None
    why: Users | Explained | None = None

    @property
    def median(self) -> float | None:
        """Return the cost a head of the typical member; None where the group has none."""
        return self.standing.group.median if self.standing.group else None

    @property
    def direction(self) -> int:
        """Return 1 where the municipality's cost is above the typical one, -1 where it is below, and 0 otherwise."""
        return 0 if not self.gap else 1 if self.gap > 0 else -1


def of(context: PageContext) -> tuple[Answer, ...]:
    """Return the three answers on the chosen municipality, as far as the catalogue has their wholes."""
    return tuple(answer for answer_id in WHOLES if (answer := one(context, answer_id)) is not None)


def preload(context: PageContext) -> None:
    """Compute and cache the figures of the answers, with the rows of their groups, before they are requested."""
    for answer in of(context):
        if answer.standing.group:
            list(answer.standing.group.rows)


def one(context: PageContext, answer_id: str) -> Answer | None:
    """Return one of the answers; None where the catalogue lacks its whole."""
    whole = context.catalogue.get(WHOLES[answer_id])
    if whole is None:
        return None
    standing = selected_figures.standing(context, whole)
    row, group = standing.row, standing.group
    if row is None or row["value"] is None or group is None or group.median is None or group.n - row["member"] < 1:
        return Answer(answer_id, whole, standing)
    gap = row["value"] - group.median
    firm, unfirm = euros.firmness(row, group)
    within = row["value_low"] is not None and row["value_low"] <= group.median <= row["value_high"]
    certainty: Certainty = "level" if within else "open" if firm is None else "firm"
    if "jump" in row["doubtful"]:
        certainty = "check"
    year_euros = gaps.own_users(row["value"], group.median, row["base"])
    why = selected_figures.explained(context, whole) if whole.by_everybody else _users(context, standing)
    return Answer(answer_id, whole, standing, gap, year_euros, certainty, unfirm, why)


def _users(context: PageContext, standing: Standing) -> Users | None:
    """Return why a whole for one age group differs; None where the municipality or the group lacks a class of costs."""
    shown, year = standing.indicator, standing.year
    assert year is not None
    parts = tuple(
        (part.id, part.task_classes) for part in composites.parts(context.catalogue, context.catalogue[shown.id])
    )
    return _users_of(
        context.data,
        shown,
        context.group_of(context.catalogue[shown.id]),
        context.selection.municipality,
        year,
        context.basis.price_year,
        parts,
    )


@cached_per_snapshot(500)
def _users_of(
    data: Database,
    shown: Indicator,
    group: Group,
    municipality: str,
    year: int,
    price_year: int | None,
    parts: tuple[tuple[str, tuple[str, ...]], ...],
) -> Users | None:
    rows = composite_costs.composition(data, shown, group, municipality, year, price_year)
    if not rows or any(row["per_head"] is None or row["group_per_head"] is None for row in rows):
        return None
    of_class = {row["task_class"]: row["per_head"] - row["group_per_head"] for row in rows}
    listed = [
        PartGap(part, sum(of_class[name] for name in classes if name in of_class))
        for part, classes in parts
        if of_class.keys() & set(classes)
    ]
    share, group_share = (
        _quotient((row[f"{side}per_resident"] for row in rows), (row[f"{side}per_head"] for row in rows))
        for side in ("", "group_")
    )
    return None if share is None or group_share is None else Users(year, share, group_share, tuple(listed))


def _quotient(above: Iterable[float], below: Iterable[float]) -> float | None:
    """Return the quotient of two sums; None where the second is zero."""
    divisor = sum(below)
    return sum(above) / divisor if divisor else None
