"""Peers of the same need: by the expected cost and the size, and nothing else (docs/methods.md 7, 9)."""

import math

from kuntamittari.catalog.need_models import NeedModel
from kuntamittari.query import need
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.peers import structure
from kuntamittari.stats.peers import POPULATION, Structure

COST = "expected_cost"
VARIABLES = (POPULATION, COST)
WEIGHTS = dict.fromkeys(VARIABLES, 1.0)


@cached_per_snapshot(20, of_area=False)
def same_need(database: Database, model: NeedModel, year: int) -> Structure | None:
    """Return residents and expected cost of all loaded municipalities that have both, as of the model's latest year up
    to the one asked for; None where there is no model up to it."""
    of_year = max((y for y in need.years(database, model.indicator) if y <= year), default=None)
    found = need.model(database, model.indicator, of_year) if of_year else None
    if of_year is None or found is None or not found.deviation:
        return None
    by_structure = structure.structure(database, None, of_year)
    expected = need.expected(database, model.indicator, of_year)
    known = {
        code: (by_structure.values[code][POPULATION], place[POPULATION], expected[code].cost)
        for code, place in by_structure.z.items()
        if POPULATION in place and code in expected
    }
    values = {code: {POPULATION: residents, COST: cost} for code, (residents, _, cost) in known.items()}
    z = {
        code: {POPULATION: size, COST: (math.log(cost) - found.mean) / found.deviation}
        for code, (_, size, cost) in known.items()
    }
    years = {POPULATION: by_structure.years[POPULATION], COST: of_year}
    return Structure(VARIABLES, years, values, z, by_structure.aland, bounded=False)
