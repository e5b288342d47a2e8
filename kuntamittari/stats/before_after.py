"""Did it move? A municipality's indicator before and after the year of a measure, beside its group. No proof of
cause."""

from collections.abc import Mapping
from dataclasses import dataclass

from kuntamittari.catalog.indicator import Indicator

YEARS = 3  # of each side that are averaged at most


@dataclass(frozen=True)
class Side:
    """Means before and after the measure's year, over the same years for the municipality and the group's median."""

    municipality: float
    group: float
    years: tuple[int, ...]


@dataclass(frozen=True)
class BeforeAfter:
    """Both sides; changes in per cent, None where what was before is nought."""

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
    """Means of up to three years before the measure's year and three after it, of years that both have and that no
    break parts from the measure (docs/methods.md 12). None where a side is empty. The measure's own year is on
    neither side."""
    known = sorted(y for y in municipality.keys() & group.keys() if indicator.stretch(y) == indicator.stretch(year))
    before, after = [y for y in known if y < year][-YEARS:], [y for y in known if y > year][:YEARS]
    if not before or not after:
        return None
    return BeforeAfter(_side(before, municipality, group), _side(after, municipality, group))


def _side(years: list[int], municipality: Mapping[int, float], group: Mapping[int, float]) -> Side:
    return Side(
        sum(municipality[y] for y in years) / len(years), sum(group[y] for y in years) / len(years), tuple(years)
    )


def _change(before: float, after: float) -> float | None:
    return 100 * (after / before - 1) if before else None
