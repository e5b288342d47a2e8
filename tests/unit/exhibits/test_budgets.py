"""How the year goes and how budgets met the accounts, in words; invented municipalities, and Espoo's real cells."""

import pytest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.catalog.indicator import Ratio
from kuntamittari.catalog.statuses import PLANS
from kuntamittari.etl.sources.treasury.packages import packages
from kuntamittari.exhibits import budgets, charts, page_context, registry, reporting
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.render import reports
from kuntamittari.exhibits.render.slides import bars
from kuntamittari.query import budgets as asked
from kuntamittari.query.budgets import Period
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from tests.support.budgets import HERE, TABLES, THIRD
from tests.support.small_data import MakeData

SPENT, MARGIN = "operating_expenses_per_resident", "annual_margin_per_resident"
NBSP = "\N{NO-BREAK SPACE}"


def seen(data: Database, language: str = "fi", **query: str) -> PageContext:
    return page_context.read({"kieli": language, "kunta": HERE, "ryhma": "all", "mittari": SPENT} | query, data)


@pytest.fixture
def data(make_data: MakeData) -> Database:
    return Database(open_snapshot(make_data(**TABLES)))


def test_the_sentences_say_how_much_of_the_year_has_gone_and_how_much_of_the_budget(data: Database) -> None:
    context = seen(data)
    shown = budgets.year(context)
    assert shown and shown.period == Period(2026, 6) and shown.preliminary
    assert budgets.year_findings(context.t, shown) == [
        "Vuodesta 2026 on kulunut 50 % (tammi–kesäkuu 2026).",
        f"Toteuma talousarviosta 2026: toimintakulut 50,0{NBSP}%.",
    ]
    change, margin, at_the_time = budgets.year_sentences(context.t, shown)
    assert change == f"Muutos, kun vertailuaika on tammi–kesäkuu 2025: toimintakulut +10,0{NBSP}%."
    assert margin == (
        f"Vuosikate: tammi–kesäkuu 2026 −2{NBSP}000 tuhatta €, talousarviossa koko vuodelle 9{NBSP}000 tuhatta €."
    )
    assert at_the_time.endswith(
        f"(tammi–kesäkuu 2025) oli kertynyt koko vuoden tilinpäätöksestä: toimintakulut 48,0{NBSP}%."
    )
    seasons, preliminary, residents, without = budgets.year_notes(context.t, shown)
    assert "ei ennusteta" in seasons and "ennakollisia" in preliminary
    assert "vuoden alun asukkaat (31.12.2025)" in residents and "31.12.2024" in without


def test_the_table_has_the_figure_per_resident_with_its_euros_beside_the_group(data: Database) -> None:
    exhibit = budgets.year_so_far(seen(data, "en"))
    assert exhibit
    rows = {row[0]: row[1:] for row in exhibit.rows}
    assert rows["Operating expenses"] == (
        "3,300 (66.0 million €)",
        "2,650 (n = 2)",  # of 3,300 and 2,000: two of the three members have reported
        "60.0 million €",
        f"+10.0{NBSP}%",  # one of three members has a change: that is not the group
        "6,600 (132.0 million €)",
        f"50.0{NBSP}% (group 45.0{NBSP}%, n = 2)",
    )
    assert rows["Tax revenue"] == ("–",) * 6
    numbers = dict(zip(exhibit.cell_heads, exhibit.cells[1], strict=True))
    assert (numbers["to_date"], numbers["change_n"], numbers["members"]) == (66_000_000, 1, 3)


ROWS = {"year_so_far": 6, "budgets": 5}  # what the budget of 2025 planned for 2026 is past


@pytest.mark.parametrize("picture", ROWS)
def test_a_picture_has_the_same_numbers_in_every_language_and_words_of_its_own(picture: str, data: Database) -> None:
    fi, sv, en = (registry.PICTURES[picture](seen(data, language)) for language in settings.LANGUAGES)
    assert fi and sv and en
    numbers = [[[c for c in row if not isinstance(c, str)] for row in exhibit.cells] for exhibit in (fi, sv, en)]
    assert numbers[0] == numbers[1] == numbers[2] and len(numbers[0]) == ROWS[picture]
    for said in ("title", "heads", "note", "source"):
        assert len({getattr(exhibit, said) for exhibit in (fi, sv, en)}) == 3, said


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_who_has_no_quarters_is_told_who_can_bring_them(language: str, data: Database, bundle: Database) -> None:
    beside, espoo = seen(data, language, kunta=THIRD), seen(bundle, language, kunta="049")
    assert budgets.year(beside) is budgets.year(espoo) is None
    assert "Kunta 903" in budgets.why_no_year(beside)
    assert budgets.why_no_year(beside) != budgets.why_no_year(espoo)
    operator = {"fi": "palvelun ylläpitäjä", "sv": "den som driver tjänsten", "en": "the operator of this service"}
    for context in (beside, espoo):
        assert operator[language] in budgets.why_no_year(context).lower()


def test_what_is_missing_beside_a_quarter_is_said(make_data: MakeData) -> None:
    alone = [row for row in TABLES["cells"] if row["period"] == "2026C06" and row["municipality"] == HERE]
    context = seen(Database(open_snapshot(make_data(**TABLES | {"cells": alone, "population": []}))))
    shown = budgets.year(context)
    assert shown
    assert budgets.year_findings(context.t, shown)[1].startswith("Vuoden 2026 talousarviota ei ole ladattu")
    assert budgets.year_sentences(context.t, shown)[0].startswith(
        "Vertailuajalta (tammi–kesäkuu 2025) ei ole raporttia"
    )
    assert "Asukaslukua (31.12.2025) ei ole, joten luvut ovat vain euroina." in budgets.year_notes(context.t, shown)
    rows = {row[0]: row[1:] for row in budgets.year_table(context, shown).rows}
    assert rows["Toimintakulut"] == ("66,0 milj. €", "–", "–", "–", "–", "–")


def test_the_chosen_year_is_shown_where_it_has_a_report(data: Database) -> None:
    periods = {year: budgets.year(seen(data, vuosi=year)) for year in ("2025", "2024", "2019")}
    assert {year: shown and shown.period for year, shown in periods.items()} == {
        "2025": Period(2025, 12),
        "2024": Period(2024, 12),
        "2019": Period(2026, 6),
    }
    context, whole = seen(data), periods["2025"]
    assert whole
    over, used = budgets.year_findings(context.t, whole)
    assert "on päättynyt" in over and used == f"Toteuma muutetusta talousarviosta 2025: toimintakulut 96,2{NBSP}%."
    assert [note for note in budgets.year_notes(context.t, whole) if "ennusteta" in note] == []


def test_budgets_are_compared_with_the_accounts_of_their_year(data: Database) -> None:
    context = seen(data)
    original, amended, without = budgets.accuracy(context, context.indicator)
    # 2024: (99 − 110) / 110; 2025: (120 − 125) / 125, the group's two −4 and +5
    assert original == (
        "Toimintakulut: talousarvio verrattuna tilinpäätökseen, ero prosentteina toteumasta: "
        f"2024: −10,0{NBSP}%; 2025: −4,0{NBSP}% (ryhmä +0,5{NBSP}%, n = 2)."
    )
    assert amended.endswith(f"2025: +4,0{NBSP}%.") and "muutettu talousarvio" in amended
    assert "Vuosilta 2024, 2026 ei ole asukaslukua" in without


def test_lines_of_plans_are_those_of_the_newest_budget_and_of_years_with_residents(data: Database) -> None:
    context = seen(data)
    assert [(line.name, line.by_year) for line in budgets.plan_lines(context, context.indicator)] == [
        ("Muutettu talousarvio", {2025: 6_500.0}),
        ("Talousarvio", {2025: 6_000.0}),
        ("Taloussuunnitelma", {2027: 7_000.0}),
    ]
    fixed = seen(data, hinnat="kiintea")
    assert budgets.plan_lines(fixed, fixed.indicator) == []


def test_espoo_has_a_plan_of_2023_for_2025_and_no_year_with_a_budget_and_accounts(bundle: Database) -> None:
    context = seen(bundle, "en", kunta="049", ryhma="largest-20")
    rows = {(row["year"], row["column"]): row for row in budgets.of_indicator(context, context.indicator)}
    assert [(year, column) for year, column in rows] == [
        (2022, "budget_amended"),
        (2023, "budget"),
        (2024, "plan_1"),
        (2025, "plan_2"),
    ]
    planned = rows[2025, "plan_2"]
    assert (planned["eur"], planned["actual"]) == (1_350_899_688.01, 1_417_999_125.41)
    assert planned["difference"] == pytest.approx(-4.731981, abs=1e-6)
    assert planned["value"] == pytest.approx(1_350_899_688.01 / 325_716)
    assert (planned["n"], planned["members"]) == (1, 20)
    finding, without = budgets.accuracy(context, context.indicator)
    assert "of no year are both a budget and the accounts loaded (Espoo)" in finding
    assert without.startswith("The residents of 2023–2024 are not known")
    exhibit = budgets.against_accounts(context)
    assert exhibit and exhibit.rows[-1] == (
        "2025",
        "Financial plan (2023)",
        "1,350.9 million €",
        "4,147",
        "1,418.0 million €",
        "−4.7\N{NO-BREAK SPACE}%",
        "–",
    )


# Espoo's budget of 2023: the amended one of 2022, the budget, and the plans of 2024 and 2025
OF_ESPOO = {
    "annual_margin_per_resident": (154_866_427.03, 349_083_947.70, 237_902_905.19, 230_155_274.64),
    "annual_result_per_resident": (-40_897_486.97, 153_997_243.63, 38_684_213.45, 32_705_043.51),
    "investment_per_resident": (316_300_364, 315_512_000, 306_116_239, 262_279_672),
    "loans_per_resident": (1_038_174_000, 887_539_000, 946_966_000, 965_367_000),
}


@pytest.mark.parametrize("name", OF_ESPOO)
def test_margin_result_investments_and_loans_have_budget_and_plans_beside_the_actual(
    name: str, bundle: Database
) -> None:
    context = seen(bundle, "en", kunta="049", mittari=name, ryhma="largest-20")
    assert [row["eur"] for row in budgets.of_indicator(context, context.indicator)] == list(OF_ESPOO[name])
    # the years 2023 and 2024 lack residents
    lines = {line.name: set(line.by_year) for line in budgets.plan_lines(context, context.indicator)}
    assert lines == {"Amended budget": {2022}, "Financial plan": {2025}}


def test_without_a_budget_it_is_said_who_can_bring_one(data: Database) -> None:
    context = seen(data, "sv", kunta=THIRD)
    [said] = budgets.accuracy(context, context.indicator)
    assert "Kunta 903" in said and "Den som driver tjänsten" in said
    assert budgets.against_accounts(context) is None


def test_items_of_budgets_are_items_of_the_package_and_every_item_of_the_year_is_in_both() -> None:
    catalogue = loader.indicators()
    named = {
        indicator.formula.numerator.budget
        for indicator in catalogue.values()
        if isinstance(indicator.formula, Ratio) and indicator.formula.numerator.budget
    }
    assert named == {"Lainakanta"} and named <= set(packages()["KTAS"].items)
    items = asked.items_of_year(catalogue)
    assert len(items) == len(asked.OF_YEAR) == 6
    assert set(items) <= set(packages()["KTAS"].items) & set(packages()["KKNR"].items)
    assert not budgets.are_reported(catalogue["equity_ratio"])
    assert not budgets.are_reported(catalogue["basic_education_cost_per_7_15"])


@pytest.mark.parametrize(
    ("n", "members", "stands"), [(0, 0, False), (0, 3, False), (1, 3, False), (2, 3, True), (2, 4, True), (1, 4, False)]
)
def test_a_median_stands_for_the_group_from_half_of_its_members_on(n: int, members: int, stands: bool) -> None:
    assert asked.enough(n, members) is stands


def test_every_line_beside_the_actual_has_dashes_and_a_shape_of_its_own_in_every_medium() -> None:
    plans = list(charts.MARKS)
    assert set(plans) == {*PLANS, budgets.REPORTED} and len(set(charts.MARKS.values())) == 5
    assert len({tuple(charts.DASHES[status]) for status in plans}) == len({charts.SHAPES[s] for s in plans}) == 5
    assert set(bars.DASHES) == set(charts.STYLES) and {*charts.SHAPES.values()} == set(bars.MARKERS)
    assert len({bars.DASHES[status] for status in plans}) == 5


def test_the_slide_of_the_development_has_the_plans_of_its_stretch_of_years(data: Database) -> None:
    exhibit = registry.PICTURES["development"](seen(data))
    assert exhibit and exhibit.series and exhibit.categories == ("2025", "2027")
    assert {name: line for name, line in exhibit.series.items() if name != "Ryhmän mediaani"} == {
        "Kunta 901": (6_250.0, None),
        "Muutettu talousarvio": (6_500.0, None),
        "Talousarvio": (6_000.0, None),
        "Taloussuunnitelma": (None, 7_000.0),
    }
    assert exhibit.roles == ("chosen", "reference", "plan", "plan", "plan")
    assert exhibit.dashes == ("solid", "dashed", "budget_amended", "budget", "plan")
    assert reports.FORMATS["pptx"].render(reporting.page(seen(data), "vertailu")).startswith(b"PK")
