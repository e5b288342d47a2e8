"""The funnel: limits of noise by size, and of noise and what municipalities differ by (docs/methods.md 18)."""

import math

import numpy as np
import pytest

from kuntamittari.catalog import loader
from kuntamittari.catalog.indicator import AS_PUBLISHED
from kuntamittari.query import comparisons, figures
from kuntamittari.query.database import Database
from kuntamittari.query.funnel import Funnel, funnel
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.stats import noise
from tests.support.small_data import MakeData, noise_of

SCHOOLS, YEAR, DEVIATION = "basic_education_cost_per_7_15", 2019, 0.05
COSTS = (8_000, 8_100, 8_200, 8_300, 8_400, 8_500, 8_600, 8_700, 20_000)  # per head; the last is far away


def found(make_data: MakeData, costs: tuple[int, ...] = COSTS, deviation: float | None = DEVIATION) -> Funnel | None:
    codes = [f"{n:03}" for n in range(1, len(costs) + 1)]
    models = {"models": noise_of(SCHOOLS, deviation)} if deviation else {}
    folder = make_data(
        municipality=[{"code": code, "residents": 1_000 * (n + 1)} for n, code in enumerate(codes)],
        finance=[
            {"municipality": code, "year": YEAR, "task_class": "Perusopetus", "eur": 100 * cost}
            for code, cost in zip(codes, costs, strict=True)
        ],
        population=[
            {"municipality": code, "year": YEAR, "age_from": 7, "age_to": 15, "persons": 100} for code in codes
        ],
        **models,
    )
    database, indicator = Database(open_snapshot(folder)), loader.indicators()[SCHOOLS]
    compared = comparisons.compare(database, indicator, figures.Group("all"), YEAR)
    return funnel(database, indicator, compared, YEAR, AS_PUBLISHED)


def test_limits_are_those_of_noise_and_of_what_municipalities_differ_by(make_data: MakeData) -> None:
    drawn = found(make_data)
    assert drawn and drawn.median == 8_400
    apart = (np.log(COSTS) - math.log(8_400)) / DEVIATION
    drawn_in = np.clip(apart, *np.quantile(apart, (0.1, 0.9)))
    n, weight = len(COSTS), DEVIATION**-2
    tau = max(0.0, (n * (drawn_in**2).mean() - (n - 1)) / (n * weight - weight))
    for limit in drawn.limits:
        assert limit["high"] == pytest.approx(8_400 * math.exp(noise.REACH * DEVIATION))
        assert limit["low"] == pytest.approx(8_400 * math.exp(-noise.REACH * DEVIATION))
        assert limit["wide_high"] == pytest.approx(8_400 * math.exp(noise.REACH * math.sqrt(DEVIATION**2 + tau)))
    sizes = [limit["residents"] for limit in drawn.limits]
    assert (sizes[0], sizes[-1]) == pytest.approx((1_000, 9_000)) and sizes == sorted(sizes)
    zones = {place.municipality: place.zone for place in drawn.places}
    assert zones["001"] == "inside" and zones["009"] == "outside" and len(zones) == 9
    assert drawn.of("999") is None


def test_municipalities_that_differ_by_no_more_than_noise_have_one_funnel(make_data: MakeData) -> None:
    drawn = found(make_data, costs=COSTS[:8])
    assert drawn and all(limit["high"] == pytest.approx(limit["wide_high"]) for limit in drawn.limits)


def test_a_small_group_and_unknown_noise_have_no_funnel(make_data: MakeData) -> None:
    assert found(make_data, costs=COSTS[:7]) is None
    assert found(make_data, deviation=None) is None
