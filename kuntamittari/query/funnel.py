"""A group by size, within the limits of usual variation (docs/methods.md 18)."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from kuntamittari.catalog.indicator import Basis, Indicator
from kuntamittari.query.comparisons import Comparison
from kuntamittari.query.database import Database
from kuntamittari.query.variation import noise
from kuntamittari.stats.benchmark import LEAST_GROUP
from kuntamittari.stats.group_figures import Numbers
from kuntamittari.stats.noise import REACH, between

Zone = Literal["inside", "usual", "outside"]
POINTS = 60  # of a limit


@dataclass(frozen=True)
class Place:
    """A municipality in a funnel: inside the limits of noise, within what municipalities differ by, or outside."""

    municipality: str
    residents: float
    value: float
    zone: Zone


@dataclass(frozen=True)
class Funnel:
    """Municipalities by residents, and limits around the group's median at so many residents.

    `limits`: one row a size: residents, low, high (90 % of noise), wide_low, wide_high (of noise and of what
    municipalities differ by).
    """

    median: float
    places: tuple[Place, ...]
    limits: tuple[dict[str, float], ...]

    def of(self, municipality: str) -> Place | None:
        """Return the place of a municipality; None where it has none."""
        return next((place for place in self.places if place.municipality == municipality), None)


def funnel(database: Database, indicator: Indicator, compared: Comparison, year: int, basis: Basis) -> Funnel | None:
    """Return the funnel of a comparison; None with too few members, or where the noise is not known.

    Municipalities beside the group are placed too, and count for no limit. A value of zero or below that is compared as
    a ratio has no place.
    """
    residents = noise.residents_of(database)
    rows = [row for row in compared.rows if row["value"] is not None and row["municipality"] in residents]
    value = np.array([row["value"] for row in rows])
    size = np.array([residents[row["municipality"]] for row in rows])
    scaled = noise.on_scale(indicator, value)
    deviation = noise.deviations_by_size(database, indicator, year, size, basis)
    shown = np.isfinite(scaled) & np.isfinite(deviation)
    members = shown & np.array([row["member"] for row in rows], dtype=bool)
    if members.sum() < LEAST_GROUP or compared.median is None:
        return None
    centre = float(noise.on_scale(indicator, np.array([compared.median]))[0])
    if not np.isfinite(centre):
        return None
    apart = between(scaled[members], deviation[members], centre)
    reach, wide = REACH * deviation, REACH * np.sqrt(deviation**2 + apart)
    distance = np.abs(scaled - centre)
    zones: list[Zone] = [
        "inside" if far <= near else "usual" if far <= further else "outside"
        for far, near, further in zip(distance, reach, wide, strict=True)
    ]
    places = [
        Place(row["municipality"], float(persons), row["value"], zone)
        for row, persons, zone, seen in zip(rows, size, zones, shown, strict=True)
        if seen
    ]
    sizes = np.geomspace(size[shown].min(), size[shown].max(), POINTS)
    of_size = noise.deviations_by_size(database, indicator, year, sizes, basis)
    inner, outer = REACH * of_size, REACH * np.sqrt(of_size**2 + apart)
    ends: dict[str, Numbers] = {
        name: noise.off_scale(indicator, centre + sign * far)
        for name, sign, far in (
            ("low", -1, inner),
            ("high", 1, inner),
            ("wide_low", -1, outer),
            ("wide_high", 1, outer),
        )
    }
    columns = {"residents": sizes} | ends
    limits = tuple(dict(zip(columns, map(float, row), strict=True)) for row in zip(*columns.values(), strict=True))
    return Funnel(compared.median, tuple(places), limits)
