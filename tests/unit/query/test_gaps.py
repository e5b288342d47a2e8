"""Services by euros a year to the typical peer, and who does better with less (docs/methods.md 24), by hand."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kuntamittari.catalog import knowledge_bank, loader
from kuntamittari.catalog.indicator import Basis, Indicator
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group
from kuntamittari.query.gaps import euros, example
from kuntamittari.query.gaps.euros import Gap, LeftOut
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.stats import gaps
from kuntamittari.stats.noise import REACH
from kuntamittari.stats.peers import Structure
from tests.support.small_data import MakeData, noise_of

SCHOOLS, LIBRARY, PRE_PRIMARY, YOUTH = (
    "basic_education_cost_per_7_15",
    "library_cost_per_resident",
    "pre_primary_cost_per_6",
    "youth_work_cost_per_resident",
)
OUTCOME, MEASURE = "secondary_education_share", "key_M488"
YEAR, RESIDENTS, PUPILS = 2019, 1_000, 100
OWN = "001"
CODES = [f"{n:03}" for n in range(1, 10)]
# euros per pupil of 001 … 009: median 8 000; 001 is dearer by 2 000
COSTS = (10_000, 9_900, 8_500, 8_200, 8_000, 7_800, 7_500, 7_200, 7_000)
NOWHERE = Structure((), {}, {}, {}, frozenset())


def outcome_of_schools() -> Indicator:
    """An outcome that names basic education as its service; higher is better."""
    return loader.indicators()[OUTCOME].model_copy(update={"service": "basic_education"})


def found(
    make_data: MakeData,
    costs: tuple[float, ...] = COSTS,
    other: Mapping[str, tuple[float, ...]] | None = None,
    pupils: Mapping[str, int] | None = None,
    deviation: float | None = 0.01,
    outcomes: Mapping[str, float] | None = None,
    nearest: tuple[str, ...] = tuple(CODES[1:]),
    structure: Structure = NOWHERE,
    group: Group = Group("all"),
    up_to: int | None = None,
    basis: Basis = Basis(),
    years: tuple[int, ...] = (YEAR,),
) -> tuple[dict[str, Gap], dict[str, LeftOut], list[str]]:
    """Indicator → gap, indicator → service left out, and the indicators with a gap in order.

    `costs`: per pupil; `other`: task class → euros per resident; `pupils`: of those that have others than the rest;
    `outcomes`: the share of some municipalities.
    """
    codes, heads = CODES[: len(costs)], dict.fromkeys(CODES, PUPILS) | dict(pupils or {})
    finance = [
        {"municipality": code, "year": year, "task_class": "Perusopetus", "eur": heads[code] * cost}
        for year in years
        for code, cost in zip(codes, costs, strict=True)
    ]
    finance += [
        {"municipality": code, "year": YEAR, "task_class": label, "eur": RESIDENTS * cost}
        for label, row in (other or {}).items()
        for code, cost in zip(codes, row, strict=True)
    ]
    ages = {(7, 15): heads, (6, 6): dict.fromkeys(CODES, 20), (0, 120): dict.fromkeys(CODES, RESIDENTS)}
    models = [] if deviation is None else [row for i in (SCHOOLS, LIBRARY, YOUTH) for row in noise_of(i, deviation)]
    folder = make_data(
        municipality=[{"code": code, "residents": RESIDENTS} for code in codes],
        finance=finance,
        population=[
            {"municipality": code, "year": year, "age_from": first, "age_to": last, "persons": number[code]}
            for year in years
            for (first, last), number in ages.items()
            for code in codes
        ],
        activity=[
            {"municipality": code, "year": YEAR, "measure": MEASURE, "value": value}
            for code, value in (outcomes or {}).items()
        ],
        **({"models": models} if models else {}),
    )
    catalogue = dict(loader.indicators()) | {OUTCOME: outcome_of_schools()}
    gaps_, left_out = euros.gaps_of(
        Database(open_snapshot(folder)),
        catalogue,
        OWN,
        up_to,
        lambda *_: group,
        lambda *_: (structure, nearest),
        basis,
    )
    return (
        {gap.indicator.id: gap for gap in gaps_},
        {one.indicator.id: one for one in left_out},
        [gap.indicator.id for gap in gaps_],
    )


# The gap


def test_a_gap_is_the_difference_from_the_median_times_the_own_users(make_data: MakeData) -> None:
    gaps_, *_ = found(make_data, pupils={OWN: 130})
    gap = gaps_[SCHOOLS]
    assert (gap.year, gap.value, gap.median, gap.group.n) == (YEAR, 10_000, 8_000, 9)
    assert gap.euros == pytest.approx(2_000 * 130)
    # the typical municipality of 1 000 residents has 100 pupils, so there are 30 more
    assert (gap.share, gap.typical_share) == (pytest.approx(0.13), pytest.approx(0.1))
    assert gap.age_group == pytest.approx(30 * 8_000)
    assert gap.euros + gap.age_group == pytest.approx(130 * 10_000 - 100 * 8_000)


def test_a_mean_of_years_has_the_euros_of_one_year(make_data: MakeData) -> None:
    gaps_, *_ = found(make_data, basis=Basis(years_together=3), years=(2017, 2018, 2019), pupils={OWN: 130})
    assert gaps_[SCHOOLS].euros == pytest.approx(2_000 * 130)
    assert gaps_[SCHOOLS].age_group == pytest.approx(30 * 8_000)


@pytest.mark.parametrize(
    ("deviation", "firm"),
    [(0.1, True), (np.log(10_000 / 8_000) / REACH * 0.999, True), (np.log(10_000 / 8_000) / REACH * 1.001, False)],
)
def test_a_gap_is_firm_where_the_median_is_outside_the_interval_of_the_own_value(
    make_data: MakeData, deviation: float, firm: bool
) -> None:
    gap = found(make_data, deviation=deviation)[0][SCHOOLS]
    assert (gap.firm, gap.unfirm) == (firm, None)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"costs": COSTS[:7]}, "small_group"),
        ({"deviation": None}, "unknown_noise"),
        ({"pupils": {OWN: 29}}, "small_base"),
    ],
)
def test_where_it_cannot_be_told_the_reason_is(make_data: MakeData, change: dict[str, Any], why: str) -> None:
    gap = found(make_data, **change)[0][SCHOOLS]
    assert (gap.firm, gap.unfirm) == (None, why) and gap.euros > 0


def test_firm_ones_come_first_and_in_each_part_the_dearest(make_data: MakeData) -> None:
    libraries, youth = "Kirjastotoiminta", "Nuorisotoiminta"
    flat = (50.0,) * 8
    _, _, order = found(make_data, other={libraries: (50.1, *flat), youth: (40.0, *flat)})
    # +200 000 firm, −10 000 firm, +100 within usual variation
    assert order == [SCHOOLS, YOUTH, LIBRARY]
    _, _, order = found(make_data, other={libraries: (900.0, *flat), youth: (40.0, *flat)})
    assert order == [LIBRARY, SCHOOLS, YOUTH]
    same, _, order = found(make_data, other={libraries: (900.0, *flat), youth: (900.0, *flat)})
    assert same[LIBRARY].euros == same[YOUTH].euros and order == [LIBRARY, YOUTH, SCHOOLS], "equal ones by their id"


def test_a_service_that_costs_as_much_as_the_median_has_no_gap_and_no_example(make_data: MakeData) -> None:
    gap = found(make_data, other={"Kirjastotoiminta": (50.0,) * 9})[0][LIBRARY]
    assert (gap.euros, gap.firm, gap.example) == (0, False, None)


def test_what_cannot_be_compared_is_left_out_with_its_reason(make_data: MakeData) -> None:
    flat = (50.0,) * 8
    zeros: dict[str, tuple[float, ...]] = {
        "Esiopetus": (0.0, *flat),  # not organised here
        "Nuorisotoiminta": (0.0, *flat),
        "Kirjastotoiminta": (50.0, *(0.0,) * 8),
    }
    gaps_, left_out, _ = found(make_data, other=zeros)
    reasons = {name: (one.reason, one.year) for name, one in left_out.items()}
    assert set(gaps_) == {SCHOOLS}
    assert reasons[PRE_PRIMARY] == ("not_organised", YEAR)
    assert reasons[YOUTH] == ("cost_not_positive", YEAR)
    assert reasons[LIBRARY] == ("median_not_positive", YEAR)
    assert reasons["specialised_care_cost_per_resident"] == ("no_data", None)
    alone, left_out, _ = found(make_data, group=Group("own", (OWN,)))
    assert not alone and left_out[SCHOOLS].reason == "no_group"


def test_a_year_that_has_no_figures_yet_leaves_out_and_a_later_one_takes_the_newest(make_data: MakeData) -> None:
    assert found(make_data, up_to=YEAR - 1)[1][SCHOOLS].reason == "no_year"
    gaps_, *_ = found(make_data, up_to=YEAR - 1, years=(YEAR - 1, YEAR))
    assert gaps_[SCHOOLS].year == YEAR - 1
    assert found(make_data, up_to=YEAR + 5)[0][SCHOOLS].year == YEAR


def test_structure_names_the_two_variables_furthest_from_the_others(make_data: MakeData) -> None:
    z = {code: {"population": 0.0, "swedish": 0.0, "unemployed": 0.0, "education": 0.0} for code in CODES}
    z[OWN] = {"population": 1.2, "swedish": -3.0, "unemployed": 0.9, "education": 2.0}
    apart = found(make_data, structure=Structure(tuple(z[OWN]), {}, z, z, frozenset()))[0][SCHOOLS].apart
    assert [(one.variable, one.value, one.median) for one in apart] == [("swedish", -3.0, 0.0), ("education", 2.0, 0.0)]


def test_services_count_each_task_class_once() -> None:
    listed = euros.services(loader.indicators())
    classes = [name for indicator in listed for name in indicator.task_classes]
    assert len(classes) == len(set(classes)) and len(listed) == len({indicator.service for indicator in listed})
    assert "elderly_care_cost_per_65" in {indicator.id for indicator in listed}
    assert {indicator.dimension for indicator in listed} == {"economy_of_services"}
    with_costs = {i.service for i in loader.indicators().values() if i.dimension == "economy_of_services" and i.is_cost}
    assert {indicator.service for indicator in listed} == with_costs


# Who does better with less


def test_the_nearest_that_costs_firmly_less_is_named(make_data: MakeData) -> None:
    # 002 is nearer, but costs only 1 % less, within the interval of the difference
    one = found(make_data)[0][SCHOOLS].example
    assert one and (one.municipality, one.value, one.word) == ("003", 8_500, "costs_less")
    turned = found(make_data, nearest=tuple(reversed(CODES[1:])))[0][SCHOOLS].example
    assert turned and turned.municipality == "009"


def test_who_is_nobodys_peer_or_outside_the_group_is_not_named(make_data: MakeData) -> None:
    inside = found(make_data, group=Group("own", (OWN, "002", "006", "007")))[0][SCHOOLS].example
    assert inside and inside.municipality == "006"
    assert found(make_data, nearest=("002",))[0][SCHOOLS].example is None


def test_a_doubtful_cheap_or_small_figure_is_no_example(make_data: MakeData) -> None:
    small = found(make_data, pupils={"003": 29})[0][SCHOOLS].example
    assert small and small.municipality == "004"
    free = found(make_data, costs=(10_000, 9_900, 0, *COSTS[3:]))[0][SCHOOLS].example
    assert free and free.municipality == "004"
    far = found(make_data, costs=(10_000, 9_900, 100, *COSTS[3:]))[0][SCHOOLS].example
    assert far and far.municipality == "004", "an outlier is to be checked first"


def test_without_known_noise_nobody_is_named(make_data: MakeData) -> None:
    assert found(make_data, deviation=None)[0][SCHOOLS].example is None


def test_with_an_outcome_the_one_named_does_not_worse(make_data: MakeData) -> None:
    shares = {OWN: 70.0, "003": 69.0, "005": 70.0, "006": 90.0}
    one = found(make_data, outcomes=shares)[0][SCHOOLS].example
    # 003 is worse, and its noise is not known; 004 has no figure; 005 is as good
    assert one and (one.municipality, one.word) == ("005", "better_with_less")
    [beside] = one.outcomes
    assert (beside.year, beside.own, beside.other, beside.indicator.id) == (YEAR, 70.0, 70.0, OUTCOME)


def test_where_all_that_cost_less_do_worse_nobody_is_named(make_data: MakeData) -> None:
    shares = {OWN: 70.0} | dict.fromkeys(CODES[1:], 60.0)
    assert found(make_data, outcomes=shares)[0][SCHOOLS].example is None


@pytest.mark.parametrize("shares", [{OWN: 70.0}, {"003": 70.0, "004": 80.0}])
def test_an_outcome_of_one_side_alone_is_none_with_figures(make_data: MakeData, shares: dict[str, float]) -> None:
    one = found(make_data, outcomes=shares)[0][SCHOOLS].example
    assert one and (one.municipality, one.word) == ("003", "costs_less")


def test_worse_within_usual_variation_is_not_firmly_worse() -> None:
    outcome = outcome_of_schools()

    def worse(own: float, other: float, deviation: float) -> bool:
        spread = np.full(2, deviation)
        return example._firmly_worse(outcome, example._Figures(np.array([own, other]), spread, np.zeros(2)), 1)

    limit = REACH * np.sqrt(2)
    assert not worse(70, 70 - 0.99 * limit, 1) and worse(70, 70 - 1.01 * limit, 1) and not worse(70, 90, 1)
    assert worse(70, 69.9, np.nan) and not worse(70, 70, np.nan)
    turned = outcome.model_copy(update={"polarity": "lower"})
    figures = example._Figures(np.array([70.0, 70 + 1.01 * limit]), np.ones(2), np.zeros(2))
    assert example._firmly_worse(turned, figures, 1)
    assert not example._firmly_worse(turned, replace(figures, value=figures.value[::-1]), 1)


def test_outcomes_are_those_that_name_the_very_service() -> None:
    catalogue = loader.indicators()
    for cost in euros.services(catalogue):
        declared = example.declared_outcomes(catalogue.values(), cost)
        assert all(one.service == cost.service and one.polarity != "neutral" for one in declared)
    # shown beside the costs of schools, but an outcome of more than them
    assert OUTCOME not in [one.id for one in example.declared_outcomes(catalogue.values(), catalogue[SCHOOLS])]


def test_both_parts_sum_to_the_cost_beside_the_typical_peer() -> None:
    random = np.random.default_rng(24)
    for users, residents, typical, unit_cost, median in random.uniform(1, 1_000, (50, 5)):
        own = gaps.own_users(unit_cost, median, users)
        more = gaps.number_of_users(users, users / residents, typical, median)
        assert own + more == pytest.approx(users * unit_cost - residents * typical * median)


# The case of the bank


def test_the_case_is_of_the_example_or_of_its_size_or_any() -> None:
    def case(municipality: str, first: list[str], second: list[str]) -> str | None:
        entry = knowledge_bank.case_for(
            "administration", "administration_cost_per_resident", municipality, first, second
        )
        return entry.id if entry else None

    kuopio, oulu, tampere = "297", "564", "837"
    assert case(tampere, [oulu], [kuopio]) == "new_oulu_operating_models"
    assert case(tampere, ["061"], [kuopio]) == "service_area_reform_kuopio"
    assert case(oulu, [oulu], [oulu]) not in (None, "new_oulu_operating_models"), "nothing to learn from itself"
    vantaa, health = "092", ("primary_care", "primary_care_cost_per_resident")
    assert knowledge_bank.case_for(*health, vantaa, [], []) is None
    other = knowledge_bank.case_for(*health, tampere, [], [])
    assert other and other.id == "oral_health_enterprise_vantaa"
    assert knowledge_bank.case_for("library", LIBRARY, tampere, [], []) is None
