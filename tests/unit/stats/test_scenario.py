"""The arithmetic of a scenario."""

import pytest

from kuntamittari.stats.scenario import Scenario


@pytest.mark.parametrize(
    ("scenario", "saved", "pay_back"),
    [
        (Scenario(25, 8, 5), 2.0, 2.5),
        (Scenario(25, 8, 0), 2.0, 0.0),  # nothing to pay back
        (Scenario(25, 0, 5), 0.0, None),  # never
        (Scenario(25, 0, 0), 0.0, None),
        (Scenario(0.5, 100, 1), 0.5, 2.0),
        (Scenario(5000, 100, 5000), 5000.0, 1.0),
    ],
)
def test_a_saving_a_year_and_the_years_until_it_has_paid_back(
    scenario: Scenario, saved: float, pay_back: float | None
) -> None:
    assert (scenario.saved, scenario.pay_back) == (
        pytest.approx(saved),
        pay_back if pay_back is None else pytest.approx(pay_back),
    )


def test_a_saving_per_resident_is_in_euros() -> None:
    assert Scenario(25, 8, 5).per_resident(200_000) == pytest.approx(10.0)
    assert Scenario(25, 0, 5).per_resident(200_000) == 0


def test_the_balance_begins_with_the_one_off_cost_and_crosses_nought_at_the_pay_back() -> None:
    assert Scenario(25, 8, 5).balance(4) == pytest.approx([-5, -3, -1, 1, 3])
    assert Scenario(25, 8, 4).balance(2) == pytest.approx([-4, -2, 0]), "at the pay-back of two years nothing is owed"
    assert Scenario(25, 0, 5).balance(2) == pytest.approx([-5, -5, -5])


@pytest.mark.parametrize(
    ("scenario", "years"),
    [
        (Scenario(25, 8, 5), 5),
        (Scenario(25, 0, 5), 5),
        (Scenario(25, 8, 20), 15),
        (Scenario(25, 8, 21), 16),
        (Scenario(1, 1, 5000), 30),
    ],
)
def test_the_line_reaches_past_the_pay_back_where_it_is_in_sight(scenario: Scenario, years: int) -> None:
    assert scenario.horizon() == years
