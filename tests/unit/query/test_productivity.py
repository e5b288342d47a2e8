"""Productivity: the index and its parts everywhere, a year's change taken apart, the best output there is."""

import pytest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.catalog.indicator import Amount, Index
from kuntamittari.query import figures, productivity
from kuntamittari.query.database import Database
from kuntamittari.query.productivity import Year
from kuntamittari.query.snapshot import open_snapshot
from tests.support.small_data import MakeData

LANGUAGES = settings.LANGUAGES
CATALOGUE = loader.indicators()
INDICES = [i.id for i in CATALOGUE.values() if isinstance(i.formula, Index)]
BASIC, CHILDHOOD, ELDERLY = "basic_education_productivity", "early_childhood_productivity", "elderly_care_productivity"


def sector(
    children: dict[int, int], euros: dict[int, int], prices: dict[int, float], code: str = "001"
) -> dict[str, list[dict]]:
    """Rows of one municipality with 7–15-year-olds and the costs of basic education."""
    return {
        "municipality": [{"code": code}],
        "population": [
            {"municipality": code, "year": y, "age_from": 7, "age_to": 15, "persons": n} for y, n in children.items()
        ],
        "finance": [
            {"municipality": code, "year": y, "task_class": "Perusopetus", "eur": eur} for y, eur in euros.items()
        ],
        "price_index": [{"year": y, "value": value} for y, value in prices.items()],
    }


def made(make_data: MakeData, base: int = 2018, **rows: dict) -> list[Year]:
    database = Database(open_snapshot(make_data(**sector(**rows))))
    return productivity.series(database, CATALOGUE[BASIC].based_on(base), "001")


def test_output_less_by_a_little_and_input_by_less_is_lower_productivity(make_data: MakeData) -> None:
    # docs/methods.md 4: output −1.1 %, input −0.2 % → productivity −0.9 %; prices rise 1.8 %, so euros grow though the
    # input falls
    one, two = made(
        make_data,
        children={2018: 1000, 2019: 989},
        euros={2018: 10_000_000, 2019: 10_159_640},
        prices={2018: 100.0, 2019: 101.8},
    )
    assert two.volume - 100 == pytest.approx(-1.1) and two.cost * 100 / two.price - 100 == pytest.approx(-0.2)
    assert round(two.index - 100, 1) == -0.9 and two.eur == 10_159_640
    [step] = productivity.steps([one, two])
    assert step.volume < 0 and step.cost < 0 < step.price


def test_at_the_former_productivity_the_output_costs_what_each_head_did_at_the_prices_of_the_year(
    make_data: MakeData,
) -> None:
    rows = {
        "children": {2018: 1000, 2019: 989},
        "euros": {2018: 10_000_000, 2019: 10_159_640},
        "prices": {2018: 100.0, 2019: 101.8},
    }
    one, two = made(make_data, **rows)
    assert productivity.at_former_productivity(one, two) == pytest.approx(989 * 10_000 * 1.018)
    assert productivity.at_former_productivity(one, one) == pytest.approx(10_000_000)


@pytest.mark.parametrize(("lacking", "reason"), [("children", "not_reported"), ("euros", "not_reported")])
def test_without_an_index_there_is_no_former_productivity(lacking: str, reason: str, make_data: MakeData) -> None:
    whole = {
        "children": {2018: 1000, 2019: 989},
        "euros": {2018: 10_000_000, 2019: 10_000_000},
        "prices": {2018: 100.0, 2019: 101.8},
    }
    rows = sector(**whole)
    # the year exists elsewhere, so that it is this municipality's figure that is missing
    other = sector(**whole, code="002")
    table = {"children": "population", "euros": "finance"}[lacking]
    rows[table] = [row for row in rows[table] if row["year"] != 2019]
    merged = {name: rows[name] + (other[name] if name != "price_index" else []) for name in rows}
    database = Database(open_snapshot(make_data(**merged)))
    one, two = productivity.series(database, CATALOGUE[BASIC].based_on(2018), "001")
    assert (two.index, two.reason) == (None, reason)
    assert (
        productivity.at_former_productivity(one, two) is None and productivity.at_former_productivity(two, one) is None
    )
    assert productivity.steps([one, two]) == []


def test_an_unchanged_index_is_taken_apart_too() -> None:
    years = [
        Year(2018, 100.0, 100.0, 100.0, 100.0, 1.0, None, "final"),
        Year(2019, 100.0, 110.0, 110.0, 100.0, 1.1, None, "final"),
    ]
    [step] = productivity.steps(years)
    assert step.volume == -step.cost == pytest.approx(9.531018) and step.price == 0  # 100 · ln 1.1


@pytest.mark.parametrize("empty", [2018, 2019])
def test_a_year_with_nobody_of_the_age_gives_no_change_and_no_failure(empty: int, make_data: MakeData) -> None:
    # as Sottunga has it: 7–15-year-olds in 2018 and none in 2019, 1–6-year-olds in 2016 and none in 2017 and 2018
    years = (2017, 2018, 2019)
    found = made(
        make_data,
        base=2017,
        children={y: 0 if y == empty else 10 for y in years},
        euros=dict.fromkeys(years, 100),
        prices=dict.fromkeys(years, 100.0),
    )
    assert empty not in [step.year for step in productivity.steps(found)]
    assert productivity.at_former_productivity(found[1], found[2]) in (None, 0)


def test_costs_across_the_renewal_of_reporting_are_not_compared(make_data: MakeData) -> None:
    years = {2019: 100, 2020: 100, 2021: 100, 2022: 100}
    found = made(make_data, base=2019, children=years, euros=years, prices=dict.fromkeys(years, 100.0))
    assert [(y.year, y.reason) for y in found] == [(2019, None), (2020, None), (2021, "break"), (2022, "break")]
    assert [step.year for step in productivity.steps(found)] == [2020]


def test_only_a_productivity_index_has_a_series_of_parts(bundle: Database) -> None:
    with pytest.raises(ValueError, match="loans_per_resident"):
        productivity.series(bundle, CATALOGUE["loans_per_resident"], "837")


@pytest.mark.parametrize("indicator", INDICES)
def test_another_base_year_is_in_the_formula_the_unit_and_the_words(indicator: str) -> None:
    usual = CATALOGUE[indicator]
    old, based = usual.formula.base_year, usual.based_on(2018)
    assert based.formula.base_year == based.bound()["base_year"] == 2018
    for language in LANGUAGES:
        assert based.unit[language] == usual.unit[language].replace(str(old), "2018") != usual.unit[language]
        assert "2018 = 100" in based.definition[language] and f"{old} = 100" not in based.definition[language]
    assert (based.id, based.formula.output, based.formula.input, based.breaks) == (
        indicator,
        usual.formula.output,
        usual.formula.input,
        usual.breaks,
    )
    assert usual.based_on(old) == usual and usual.formula.base_year == old


def test_an_indicator_that_is_no_index_has_no_base_year() -> None:
    assert all(i.based_on(2018) is i for i in CATALOGUE.values() if not isinstance(i.formula, Index))


PLACES = {"001": 2, "002": 1, "091": 5}  # code → size


def childhood(make_data: MakeData, loaded: tuple[int, ...]) -> Database:
    """Costs of 2016–2018; residents stay, the children in early childhood education grow to one and a half by 2018."""
    years = (2016, 2017, 2018)
    own = [(code, size, year) for code, size in PLACES.items() for year in years]
    children = {2016: 100.0, 2017: 120.0, 2018: 150.0}
    return Database(
        open_snapshot(
            make_data(
                municipality=[{"code": code} for code in PLACES],
                finance=[
                    {"municipality": c, "year": y, "task_class": "Varhaiskasvatus", "eur": 1_000_000 * n}
                    for c, n, y in own
                ],
                population=[
                    {"municipality": c, "year": y, "age_from": 1, "age_to": 6, "persons": 200.0 * n} for c, n, y in own
                ],
                activity=[
                    {"municipality": c, "year": y, "measure": "vaka_children", "value": n * children.get(y, 200.0)}
                    for c, n in PLACES.items()
                    for y in loaded
                ],
                price_index=[{"year": year, "value": 100.0} for year in years],
            )
        )
    )


@pytest.mark.parametrize(
    ("loaded", "base", "measured"),
    [
        ((2016, 2018), None, True),
        ((2016, 2017, 2018), None, True),
        ((), None, False),
        ((2021,), None, False),
        ((2016,), None, False),  # no year to compare with
        ((2017, 2018), None, False),  # not the base year
        ((2016, 2021), None, False),  # the other year has no costs
        ((2016, 2018), 2018, True),
        ((2016, 2018), 2017, False),
    ],
)
def test_children_are_counted_once_they_are_loaded_for_the_base_year_and_another(
    loaded: tuple[int, ...], base: int | None, measured: bool, make_data: MakeData
) -> None:
    database = childhood(make_data, loaded)
    found = figures.catalogue(database, base)[CHILDHOOD]
    output = found.formula.output
    assert (output.measures, output.age_from) == ((("vaka_children",), None) if measured else ((), 1))
    assert found.by_age_group is not measured, "with children as output the index is no longer mere arithmetic"
    assert found.formula.base_year == (base or 2016)
    if base is None:
        index = {(code, y.year): y.index for code in PLACES for y in productivity.series(database, found, code)}
        assert {code: index[code, 2018] for code in PLACES} == pytest.approx(
            dict.fromkeys(PLACES, 150 if measured else 100)
        )
    assert all(
        figures.catalogue(database, base)[i].formula == CATALOGUE[i].formula for i in CATALOGUE if i not in INDICES
    )


def test_a_better_output_is_the_first_of_those_listed_that_nearly_all_have() -> None:
    usual = CATALOGUE[CHILDHOOD]
    [children] = usual.formula.measured
    pupils = children.model_copy(update={"output": Amount(measures=("vipunen_pupils_basic",))})
    listed = usual.model_copy(update={"formula": usual.formula.model_copy(update={"measured": (pupils, children)})})
    costs, whole, most, few = {"finance": dict.fromkeys((2016, 2017, 2018), 20)}, 20, 18, 17
    assert listed.measured_by(costs | {"vaka_children": {2016: whole, 2017: most}}).formula.output == children.output
    assert listed.measured_by(costs | {"vaka_children": {2016: whole, 2017: few}}) is listed, "for all or for none"
    both = costs | {"vaka_children": {2016: whole, 2017: whole}, "vipunen_pupils_basic": {2016: whole, 2018: whole}}
    assert listed.measured_by(both).formula.output == pupils.output
    assert listed.measured_by(both).caveats == pupils.caveats != usual.caveats
    assert listed.measured_by(costs) is listed
