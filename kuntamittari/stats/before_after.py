"""An indicator before and after the year of a measure, beside the group; no proof of cause (docs/methods.md 12)."""

from collections.abc import Mapping
from dataclasses import dataclass

from kuntamittari.catalog.indicator import Indicator

YEARS = 3  # averaged on each side, at most


@dataclass(frozen=True)
class Side:
    """Means of up to three years on one side of a measure's year, in the indicator's unit.

    `years` are the years averaged, the same for the municipality and for the group's median.
    """

    municipality: float
    group: float
    years: tuple[int, ...]


@dataclass(frozen=True)
class BeforeAfter:
    """Means before and after a measure's year.

    `municipality` and `group` are changes in per cent; None where the mean before is zero.
    """

    before: Side
    after: Side

    @property
    def municipality(self) -> float | None:
        return _change(self.before.municipality, self.after.municipality)

    @property
    def group(self) -> float | None:
        return _change(self.before.group, self.after.group)


def compared_over(
    indicator: Indicator, municipality: Mapping[int, float], group: Mapping[int, float], year: int
) -> BeforeAfter | None:
    """Return means of up to three years before and three years after a measure's year (docs/methods.md 12).

    `municipality`, `group`: year → value, and year → the group's median. Only years that both have, and that no break
    separates from the measure's year, are averaged; the measure's own year is on neither side. None where a side has no
    such year.
    """
    comparable = sorted(
        y for y in municipality.keys() & group.keys() if indicator.stretch(y) == indicator.stretch(year)
    )
    before, after = [y for y in comparable if y < year][-YEARS:], [y for y in comparable if y > year][:YEARS]
    if not before or not after:
        return None
    return BeforeAfter(_side(before, municipality, group), _side(after, municipality, group))


def _side(years: list[int], municipality: Mapping[int, float], group: Mapping[int, float]) -> Side:
    return Side(
        sum(municipality[y] for y in years) / len(years), sum(group[y] for y in years) / len(years), tuple(years)
    )


def _change(before: float, after: float) -> float | None:
    return 100 * (after / before - 1) if before else None
