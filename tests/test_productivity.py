"""Productivity: the index and its parts everywhere, a year's change taken apart, the best output there is, and the
page."""

import csv
import statistics
from pathlib import Path

import pandas as pd
import pytest
from conftest import MakeData, shared, unfolded
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from test_catalogue_page import opened
from test_datasets import said
from test_pages import TAMPERE, alts_of, finding_of, words

from kuntamittari import settings
from kuntamittari.catalog import areas, loader
from kuntamittari.catalog.indicator import AS_PUBLISHED, Amount, Index, Indicator
from kuntamittari.i18n import Translator
from kuntamittari.query import figures, productivity
from kuntamittari.query.database import Database
from kuntamittari.query.productivity import Year
from kuntamittari.query.snapshot import open_snapshot

LANGUAGES = settings.LANGUAGES
CATALOGUE = loader.indicators()
INDICES = [i.id for i in CATALOGUE.values() if isinstance(i.formula, Index)]
BASIC, CHILDHOOD, ELDERLY = "basic_education_productivity", "early_childhood_productivity", "elderly_care_productivity"
GOLDEN = 11  # rows of golden.csv about productivity: none may drop out of the comparison unseen


@pytest.fixture(scope="module")
def country(whole_country: Path) -> Database:
    return Database(open_snapshot(whole_country))


def everywhere(database: Database, indicator: Indicator) -> dict[str, list[Year]]:
    """Area → its years, of every loaded area at once."""
    areas = [code for code, row in figures.register(database).items() if row["loaded"]]
    found: dict[str, list[Year]] = {}
    for r in database.query("productivity", formula=indicator.bound(), municipalities=areas).to_pylist():
        year = Year(r["year"], r["value"], r["volume"], r["cost"], r["price"], r["eur"], r["reason"], r["status"])
        found.setdefault(r["municipality"], []).append(year)
    return found


def test_every_golden_figure_of_productivity_is_volume_by_deflated_cost(country: Database) -> None:
    differing, compared = [], 0
    for row in csv.DictReader((shared("sources") / "golden.csv").open(encoding="utf-8")):
        if row["indicator"] not in INDICES:
            continue
        compared += 1
        area = areas.MAINLAND if row["municipality"] == "mainland_total" else row["municipality"]
        [at] = [
            y for y in productivity.series(country, CATALOGUE[row["indicator"]], area) if y.year == int(row["year"])
        ]
        found = [round(at.volume, 4), round(at.cost * 100 / at.price, 4), round(at.index, 2)]
        expected = [float(row[part]) for part in ("numerator", "denominator", "value")]
        if found != expected:
            differing.append(f"{row['indicator']} {row['municipality']} {row['year']}: golden {expected}, ours {found}")
    assert not differing, "\n".join(differing)
    assert compared == GOLDEN


@pytest.mark.parametrize("indicator", INDICES)
def test_the_index_is_volume_times_price_by_cost_in_every_municipality(indicator: str, country: Database) -> None:
    known = [year for years in everywhere(country, CATALOGUE[indicator]).values() for year in years]
    valued = [year for year in known if year.index is not None]
    assert len(valued) > 600, "three years or more of nearly all municipalities"
    wrong = [y for y in valued if abs(100 * y.volume * y.price / (y.cost * 100) - y.index) > 1e-12 * y.index]
    assert not wrong, wrong[:3]
    assert all(year.reason for year in known if year.index is None) and not any(year.reason for year in valued)


@pytest.mark.parametrize("indicator", INDICES)
def test_the_base_year_is_a_hundred_in_every_part(indicator: str, country: Database) -> None:
    base = CATALOGUE[indicator].formula.base_year
    at = [
        y
        for years in everywhere(country, CATALOGUE[indicator]).values()
        for y in years
        if y.year == base and y.index is not None
    ]
    assert len(at) > 200
    assert all((y.volume, y.cost, y.price, y.index) == pytest.approx((100, 100, 100, 100), rel=1e-12) for y in at)


@pytest.mark.parametrize("indicator", INDICES)
def test_the_parts_of_a_change_sum_to_it_in_every_municipality(indicator: str, country: Database) -> None:
    taken = 0
    for years in everywhere(country, CATALOGUE[indicator]).values():
        index = {year.year: year.index for year in years}
        for step in productivity.steps(years):
            assert abs(step.volume + step.cost + step.price - (step.after - step.before)) < 1e-9
            assert (step.before, step.after) == (index[step.year - 1], index[step.year])
            taken += 1
    # the residents from 65 on are known for 2015, 2016 and 2018: one pair of years alone is next to each other
    assert taken > (250 if indicator == ELDERLY else 600)


def test_each_part_of_a_change_has_the_sign_of_what_it_does(country: Database) -> None:
    for years in everywhere(country, CATALOGUE[BASIC]).values():
        at = {year.year: year for year in years}
        for step in productivity.steps(years):
            one, two = at[step.year - 1], at[step.year]
            assert (step.volume > 0, step.cost > 0, step.price > 0) == (
                two.volume > one.volume,
                two.cost < one.cost,
                two.price > one.price,
            )


def test_no_change_is_given_over_a_missing_year_or_a_break(country: Database) -> None:
    elderly = productivity.series(country, CATALOGUE[ELDERLY], "837")
    assert [step.year for step in productivity.steps(elderly)] == [2016], "2017 has no residents from 65 on"
    for base, steps in ((2016, [2017, 2018, 2019]), (2019, [2017, 2018, 2019]), (2015, [])):
        years = productivity.series(country, CATALOGUE[CHILDHOOD].based_on(base), "837")
        assert [step.year for step in productivity.steps(years)] == steps, (
            f"the classes of 2015 are others, base {base}"
        )
    assert {y.year: y.reason for y in years} == {2015: None} | dict.fromkeys((2016, 2017, 2018, 2019), "break")


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


@pytest.mark.parametrize("indicator", INDICES)
def test_another_base_year_changes_no_ratio_of_two_years(indicator: str, country: Database) -> None:
    usual, based = (
        {y.year: y.index for y in productivity.series(country, i, "837") if y.index}
        for i in (CATALOGUE[indicator], CATALOGUE[indicator].based_on(2018))
    )
    assert based[2018] == 100 and len(usual) >= 3
    assert {year: 100 * index / usual[2018] for year, index in usual.items()} == pytest.approx(based, rel=1e-12)


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


# the page


def signed(value: float) -> str:
    """As a sentence gives a change with one decimal."""
    shown = f"{abs(value):.1f}"
    return shown if shown == "0.0" else ("+" if value > 0 else "−") + shown


def shows(
    page: AppTest, interface: TestClient, bundle: Database, indicator: str, base: int, year: int, group: str
) -> None:
    """Asserts that every figure of Tampere and its group on the page is of just these choices."""
    assert not page.exception and not page.warning
    indices = {
        (row["municipality"], row["year"]): row["value"]
        for row in interface.get("/v1/values", params={"indicator": indicator, "group": group}).json()["values"]
    }
    members = [
        code for code, y in indices if y == year and indices[code, year] is not None and indices[code, base] is not None
    ]
    based = {code: 100 * indices[code, year] / indices[code, base] for code in members}
    rank = 1 + sum(value > based["837"] for value in based.values())
    finding = finding_of(page)
    assert f"{CATALOGUE[indicator].label.en} {based['837']:.1f} index, {base} = 100 in {year}." in finding
    assert (
        f"Median {statistics.median(based.values()):.1f} (" in finding
        and f", n = {len(members)}). Rank {rank}/{len(members)}" in finding
    )

    years = productivity.series(bundle, CATALOGUE[indicator].based_on(base), "837", AS_PUBLISHED)
    [table] = [block.value for block in page.dataframe if "Volume of output" in block.value.columns]
    shown = [tuple(None if pd.isna(v) else v for v in row) for row in table.iloc[:, :5].itertuples(index=False)]
    assert shown == [(str(y.year), y.volume, y.cost, y.price, y.index) for y in years]
    at = {y.year: y for y in years}[year]
    sentence = (
        f"Tampere, {base}–{year}: volume of output {signed(at.volume - 100)} %, cost {signed(at.cost - 100)} %, "
        f"prices {signed(at.price - 100)} %, productivity {signed(at.index - 100)} %."
    )
    assert sentence in said(page) and any(sentence in alt for alt in alts_of(page))
    [step] = [step for step in productivity.steps(years) if step.year == year]
    assert f"Index {step.before:.1f} → {step.after:.1f};" in said(page)
    bridge = (
        f"Volume of output {signed(step.volume)}. Cost at current prices {signed(step.cost)}. Price level {signed(step.price)}. "
        f"Change in productivity {signed(step.after - step.before)}."
    )
    assert any(bridge in alt for alt in alts_of(page))
    would = at.eur * step.after / step.before
    assert (
        f"at the productivity of {year - 1} the output of {year} would have cost {would / 1e6:.1f} million €"
        in said(page)
    )
    assert f"the actual cost was {at.eur / 1e6:.1f} million €" in said(page)


def finding_alone(page: AppTest) -> AppTest:
    """The page with no services on the frontier, so that it has one finding."""
    return page.multiselect(key="frontier-costs").set_value([]).run()


def test_three_choices_in_a_row_never_leave_a_stale_figure(interface: TestClient, bundle: Database) -> None:
    page = finding_alone(opened("productivity", kieli="en", **TAMPERE | {"mittari": BASIC}))
    shows(page, interface, bundle, BASIC, 2015, 2018, "largest-20")
    page.selectbox(key="productivity-service").select(CHILDHOOD).run()
    shows(page, interface, bundle, CHILDHOOD, 2016, 2018, "largest-20")
    unfolded(page, "basis").selectbox(key="choose-base_year").select(2017).run()
    assert page.query_params["perusvuosi"] == "2017"
    shows(page, interface, bundle, CHILDHOOD, 2017, 2018, "largest-20")
    page.selectbox(key="choose-group_id").select("size-6").run()
    shows(page, interface, bundle, CHILDHOOD, 2017, 2018, "size-6")
    expected = {"kieli": "en", **TAMPERE, "mittari": CHILDHOOD, "perusvuosi": "2017", "ryhma": "size-6", "panokset": ""}
    assert page.query_params == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("indicator", INDICES)
def test_the_page_says_that_the_index_is_arithmetic(indicator: str, language: str) -> None:
    page = opened("productivity", kieli=language, **TAMPERE | {"mittari": indicator})
    assert words(Translator(language)("productivity.arithmetic")) in said(page)
    assert page.selectbox(key="productivity-service").value == indicator and len(
        page.selectbox(key="productivity-service").options
    ) == len(INDICES)


def test_a_cost_of_the_address_leads_to_the_productivity_of_its_service() -> None:
    page = opened("productivity", kieli="en", **TAMPERE | {"mittari": "upper_secondary_cost_per_16_18"})
    assert page.selectbox(key="productivity-service").value == "upper_secondary_productivity"
    page = opened("productivity", kieli="en", **TAMPERE | {"mittari": "library_cost_per_resident"})
    assert page.selectbox(key="productivity-service").value == BASIC, "a service without an index: the first there is"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_service_without_a_quality_figure_says_that_there_is_none(language: str) -> None:
    none = words(Translator(language)("costs.none_beside"))
    assert none in said(opened("productivity", kieli=language, **TAMPERE | {"mittari": ELDERLY}))
    assert none not in said(opened("productivity", kieli=language, **TAMPERE | {"mittari": BASIC}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_beside_basic_education_stands_the_share_with_a_secondary_education(
    language: str, interface: TestClient
) -> None:
    page, t = opened("productivity", kieli=language, **TAMPERE | {"mittari": BASIC}), Translator(language)
    share = CATALOGUE["secondary_education_share"]
    params = {"indicator": share.id, "municipality": "837", "year": 2018}
    [row] = interface.get("/v1/benchmark", params=params).json()["values"]
    assert words(f"{share.label[language]} {t.number(row['value'], share.decimals)} {share.unit[language]}") in said(
        page
    )
    assert f"{row['rank']}/{row['n']}" in said(page)


def test_a_year_without_one_before_it_has_no_bridge() -> None:
    page = opened("productivity", kieli="en", **TAMPERE | {"mittari": BASIC, "vuosi": "2015"})
    assert "There is no year before 2015 to compare with" in said(page)
    assert not any(alt.startswith("Waterfall") for alt in alts_of(page))


def test_a_municipality_outside_the_bundle_has_no_parts() -> None:
    page = opened("productivity", kieli="en", **TAMPERE | {"mittari": BASIC, "kunta": "061"})
    assert "There are no productivity figures for the chosen municipality or year." in said(page)
    assert "no figure (not loaded in these data)" in said(page)
