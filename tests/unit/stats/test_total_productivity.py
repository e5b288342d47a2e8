"""Total productivity over services, by hand and by its properties (docs/methods.md 20)."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kuntamittari.stats.total_productivity import total

PRICES = np.array([100.0, 102.0, 105.0])


def test_two_services_in_three_years_by_hand() -> None:
    costs = np.array([[600.0, 630.0, 640.0], [400.0, 410.0, 450.0]])
    pupils = np.array([[100.0, 99.0, 98.0], [50.0, 52.0, 53.0]])
    found, output = total(costs, pupils, PRICES), [100.0]
    for year in (1, 2):
        growth = 0.0
        for service in (0, 1):
            shares = [costs[service, y] / (costs[0, y] + costs[1, y]) for y in (year - 1, year)]
            growth += sum(shares) / 2 * math.log(pupils[service, year] / pupils[service, year - 1])
        output.append(output[-1] * math.exp(growth))
    spent = [100 * (costs[0, y] + costs[1, y]) / 1000 / (PRICES[y] / 100) for y in range(3)]
    assert found.output == pytest.approx(output) and found.input == pytest.approx(spent)
    assert found.index == pytest.approx([100 * made / paid for made, paid in zip(output, spent, strict=True)])
    at_first = (6 * 98 + 8 * 53) / 1000
    assert found.laspeyres[-1] == pytest.approx(100 * 100 * at_first / spent[-1])


amounts = st.lists(st.lists(st.floats(1, 1e6), min_size=4, max_size=4), min_size=1, max_size=5)


@settings(deadline=None)
@given(amounts, st.randoms(), st.floats(0.01, 100))
def test_parts_sum_to_the_change_and_units_do_not_matter(costs: list, random, scale: float) -> None:
    spent = np.array(costs)
    pupils = np.array([[random.uniform(1, 1e4) for _ in range(4)] for _ in costs])
    prices = np.array([100.0, 101.0, 104.0, 103.0])
    found = total(spent, pupils, prices)
    assert found.index[0] == pytest.approx(100) and found.laspeyres[0] == pytest.approx(100)
    assert found.outputs.sum() == pytest.approx(math.log(found.output[-1] / 100), abs=1e-9)
    assert found.inputs.sum() == pytest.approx(math.log(found.input[-1] / 100), abs=1e-9)
    assert found.shares.sum() == pytest.approx(1)
    assert total(scale * spent, pupils, prices).index == pytest.approx(found.index)
    assert total(spent, scale * pupils, scale * prices).index == pytest.approx(found.index)


def test_one_service_is_its_own_productivity_index() -> None:
    found = total(np.array([[100.0, 110.0, 120.0]]), np.array([[10.0, 10.5, 11.0]]), PRICES)
    assert found.index[-1] == pytest.approx(100 * (11 / 10) / (120 / 100) * 105 / 100)
    assert found.index == pytest.approx(found.laspeyres)
