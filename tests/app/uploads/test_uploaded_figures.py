"""Uploaded figures: marked as such on every page and in every file, and shown to nobody else. The municipalities and
numbers are invented."""

import gc
import io
import itertools
import re
import threading
import weakref
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq
import pytest

from kuntamittari.catalog import loader, provenance
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import page_context, registry, reporting, selected_figures, text
from kuntamittari.exhibits.deck import Card
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.page_context import with_overlay as overlaid
from kuntamittari.exhibits.render import reports, tables
from kuntamittari.i18n import Translator
from kuntamittari.query import comparisons, coverage, database, figures
from kuntamittari.query.database import Database
from kuntamittari.ui.parts import map, pairs
from kuntamittari.ui.reference import catalogue
from kuntamittari.uploads import own_figures as own_data
from kuntamittari.uploads import tabular, workspace
from kuntamittari.uploads.organisation import Tag
from kuntamittari.uploads.own_figures import MARK, Figure, Measure
from kuntamittari.uploads.workspace import Workspace
from tests.support.small_data import MakeData
from tests.support.uploads.invented_country import (
    ABSENT,
    COST,
    HERE,
    LANGUAGES,
    LATER,
    LOADED,
    NAMES,
    NEXT,
    OWN,
    PLACE,
    PRICES,
    YEARS,
    contents,
    country,
    figure,
    kept,
)
from tests.support.uploads.uploaded_files import workspace_file
from tests.support.uploads.workspace_pages import opened_by_path as opened

BASIC, AWAITED = "basic_education_cost_per_7_15", "worklife_wellbeing_index"
NAME = "Lähipalvelun löytäjät Åäö"
PLANS = {"budget": {2019: 2450.0}, "target": {2020: 2400.0, 2021: 2350.0}}
FIRST, SECOND = 410.5, 870.5  # the figure of HERE in 2017, of one reader and of another


@pytest.fixture(scope="module")
def once() -> dict[str, Any]:
    """What is made once for all tests of this file, by those that need it first."""
    return {}


@pytest.fixture
def place(once: dict[str, Any], make_data: MakeData) -> Path:
    """The data directory of the invented country; no test changes it."""
    if "place" not in once:
        once["place"] = country(make_data)
    return once["place"]


@pytest.fixture
def shared(place: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The invented country in use, as everybody has it."""
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(place))
    return database.current()


@pytest.fixture
def mine(shared: Database, once: dict[str, Any]) -> Database:
    """The country as a user with a workspace has it; what is looked up in one test is remembered in the next."""
    if "mine" not in once or once["mine"].snapshot is not shared.snapshot:
        once["mine"] = overlaid(shared, kept())
    return once["mine"]


def seen(data: Database, language: str = "fi", **query: str) -> PageContext:
    """The view of HERE in 2019 but for some parts of the address."""
    return page_context.read({"kieli": language, "mittari": OWN, **PLACE, **query}, data, workspace_of(data))


def workspace_of(data: Database) -> Workspace:
    """The workspace that is laid over a database."""
    return getattr(data.overlay.indicators, "__self__", workspace.EMPTY)


# The data


def test_what_everybody_shares_never_knows_an_uploaded_measure_while_workspaces_are_held(shared: Database) -> None:
    one, other = (overlaid(shared, kept(first)) for first in (FIRST, SECOND))
    for data in (one, other):
        assert {OWN, COST} <= figures.catalogue(data).keys() and figures.catalogue(data)[AWAITED].formula
        assert selected_figures.compared(seen(data), figures.catalogue(data)[OWN]).n == len(LOADED)
    official = {name: one.of_data(shared.snapshot.manifest) for name, one in loader.indicators().items()}
    assert figures.catalogue(shared) == official, "no measure more, and the awaited one still awaited"
    own = figures.catalogue(one)[OWN]
    assert figures.years(shared, own) == [] and comparisons.compare(shared, own, figures.Group("all"), 2019).n == 0
    assert not [row for row in shared.query("loaded_years").to_pylist() if "own" in row["part"]]
    assert not {LATER, 2021} & {row["year"] for row in shared.query("loaded_years").to_pylist()}
    asked = seen(shared)
    assert asked.selection.indicator_id == BASIC and Translator("fi")("notice.uploaded") in asked.notices


LOOKED_UP: dict[str, Callable[[PageContext], Any]] = {
    "years": lambda context: figures.years(context.data, context.indicator),
    "comparison": lambda context: selected_figures.compared(context, context.indicator),
    "series": lambda context: selected_figures.series(context, context.indicator, (HERE, NEXT)),
    "series of the group": lambda context: selected_figures.group_series(
        context, context.indicator, context.group_of(context.indicator)
    ),
    "models": lambda context: selected_figures.by_model(context, context.indicator),
    "map": map.rows,
    "pair": lambda context: pairs.compared(context, (context.catalogue[BASIC], context.indicator), (2019, 2019)),
    "picture": lambda context: reporting.picture(
        context.data, context.workspace, Card("ranking", tuple((PLACE | {"mittari": OWN}).items())), "fi"
    ),
    "development": lambda context: reporting.picture(
        context.data, context.workspace, Card("development", tuple((PLACE | {"mittari": OWN}).items())), "fi"
    ),
    "coverage": lambda context: coverage.of_indicator(context.data, context.indicator),
}


@pytest.fixture
def two(once: dict[str, Any], shared: Database) -> tuple[PageContext, PageContext]:
    """The same view of two users with workspaces."""
    if "two" not in once:
        once["two"] = tuple(seen(overlaid(shared, kept(*said_))) for said_ in ((FIRST,), (SECOND, YEARS)))
    return once["two"]


@pytest.mark.parametrize("look", LOOKED_UP.values(), ids=LOOKED_UP)
def test_what_is_remembered_of_one_workspace_is_never_the_answer_to_another(
    look: Callable[[PageContext], Any], two: tuple[PageContext, PageContext]
) -> None:
    one, other = two
    assert one.indicator == other.indicator and one.selection == other.selection, "the same is asked of both"
    answers = look(one), look(other)
    assert answers[0] != answers[1]
    assert look(other) == answers[1] and look(one) == answers[0], (
        "the second time out of memory, and still each its own"
    )


def filled(shared: Database) -> list["weakref.ref[Any]"]:
    """The data of a workspace with everything looked up and then let go; what is left of it are weak references."""
    lies = kept()
    data = overlaid(shared, lies)
    for look in LOOKED_UP.values():
        look(seen(data))
    assert len(data.memory) > 6 and all(answers.cache_info().currsize for answers in data.memory.values())
    return [weakref.ref(data), weakref.ref(lies)]


def test_what_is_remembered_goes_with_the_workspace(shared: Database) -> None:
    left = filled(shared)
    gc.collect()
    assert [one() for one in left] == [None, None]


def test_the_search_of_the_catalogue_does_not_keep_a_measure_of_a_workspace_that_is_gone(shared: Database) -> None:
    def searched() -> "weakref.ref[Indicator]":
        context = seen(overlaid(shared, kept()))
        assert OWN in catalogue.matching_ids(context, "loytajat")
        return weakref.ref(context.indicator)

    left = searched()
    gc.collect()
    assert left() is None, "what is computed of own figures is remembered by their database, never by the process"


@pytest.mark.parametrize(
    ("lies", "connections"),
    [
        (Workspace(), 0),
        (kept().model_copy(update={"figures": (), "measures": ()}), 0),
        (kept(), 1),
    ],
    ids=["an empty workspace", "organisation only", "figures"],
)
def test_only_a_workspace_with_figures_has_a_connection_of_its_own(
    lies: Workspace, connections: int, shared: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, honest = [], database.duckdb.connect
    monkeypatch.setattr(
        database.duckdb, "connect", lambda *asked, **more: opened.append(asked) or honest(*asked, **more)
    )
    data = overlaid(shared, lies)
    assert len(opened) == connections and workspace_of(data) is lies and workspace_of(shared) is workspace.EMPTY
    of_schools = [LOOKED_UP["comparison"](seen(one, mittari=BASIC)) for one in (data, shared)]
    assert of_schools[0] == of_schools[1]


def test_two_readers_asking_at_once_two_hundred_times_each_get_only_their_own(
    two: tuple[PageContext, PageContext],
) -> None:
    barrier = threading.Barrier(2)

    def asked_(context: PageContext, first: float, years: set[int]) -> set[tuple[int, int, bool]]:
        data, own, found = context.data, context.indicator, set()
        barrier.wait()
        for turn in range(200):
            if turn % 4 == 0:
                known = {row["year"] for row in data.query("loaded_years").to_pylist() if row["part"] == f"own.{OWN}"}
            group = figures.Group(figures.LISTED, (HERE, LOADED[turn % 4 + 1]))
            rows = (
                selected_figures.compared(context, own, group=group).rows
                if turn % 40
                else figures.values(data, own, group.listed, [2019]).to_pylist()
            )
            wrong = [row for row in rows if row["value"] != figure(row["municipality"], 2019, first)]
            found.add((len(wrong), len(rows), known == years))
        return found

    with ThreadPoolExecutor(2) as readers:
        known = readers.map(asked_, two, (FIRST, SECOND), ({*YEARS, LATER}, {*YEARS}))
        assert list(known) == [{(0, 2, True)}, {(0, 2, True)}]


def test_uploaded_figures_of_a_municipality_that_is_not_loaded_are_shown_but_counted_in_nothing(mine: Database) -> None:
    context = seen(mine, kunta=ABSENT)
    found = selected_figures.compared(context, context.indicator)
    row = found.of(ABSENT)
    assert row and (row["value"], row["member"], row["rank"], row["reason"]) == (
        figure(ABSENT, 2019),
        False,
        None,
        None,
    )
    assert (found.n, found.members, found.max) == (len(LOADED), len(LOADED), figure("958", 2019))
    assert found.median == sum(figure(code, 2019) for code in LOADED) / len(LOADED), (
        "evenly spaced, so the mean is the median"
    )
    assert not [
        r for r in selected_figures.compared(seen(mine), context.indicator).rows if r["municipality"] == ABSENT
    ], "unless it is chosen"
    for group in ("largest-20", "region-01", "own"):
        asked_ = seen(mine, ryhma=group, kunnat=ABSENT)
        assert [
            r["municipality"] for r in selected_figures.compared(asked_, asked_.indicator).rows if not r["member"]
        ] == [ABSENT]
    assert [r["class"] for r in map.rows(context) if r["municipality"] == ABSENT] == [5]
    assert text.finding(context.t, context.indicator, "Kaukamaa", 2019, "", found, row).endswith(
        context.t("finding.not_member", name="Kaukamaa")
    )
    official = selected_figures.compared(seen(mine, kunta=ABSENT, mittari=BASIC), context.catalogue[BASIC]).of(ABSENT)
    assert official and (official["value"], official["reason"]) == (None, "not_loaded")


def test_uploaded_figures_have_no_sum_over_the_country_and_years_beyond_the_official_ones(mine: Database) -> None:
    context = seen(mine)
    assert context.years == [*YEARS, LATER] and seen(mine, vuosi=str(LATER)).selection.year == LATER
    assert {row["value"] for row in selected_figures.series(context, context.indicator, (MAINLAND,))} == {None}
    assert figures.years(mine, context.catalogue[BASIC]) == list(YEARS) and seen(mine, mittari=BASIC).years == list(
        YEARS
    )
    assert selected_figures.compared(context, context.indicator).ratio_of_sums is None


# Plans


@pytest.mark.parametrize(
    ("query", "known"),
    [
        ({}, PLANS),
        ({"perusvuosi": "2018"}, PLANS),
        ({"kunta": NEXT}, {"target": {2019: 9.0}}),
        ({"kunta": "953"}, {}),
        ({"kunta": "953", "kunnat": HERE}, {}),
        ({"mittari": "early_childhood_cost_per_1_6"}, {}),
        ({"mittari": OWN}, {"budget": {2019: 9_999.0}, "target": {2021: 500.0}}),
        ({"hinnat": "kiintea"}, {}),
        ({"hinnat": "kiintea", "perusvuosi": "2018"}, {}),
        ({"keskiarvo": "3"}, {}),
    ],
)
def test_plans_are_those_of_the_chosen_municipality_at_the_prices_of_each_year(
    query: dict[str, str], known: dict, mine: Database
) -> None:
    context = seen(mine, **{"mittari": BASIC, **query})
    assert not context.notices and selected_figures.plans(context, context.indicator) == known


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_budget_and_a_target_are_lines_beside_the_actuals_and_never_the_actual(
    language: str, mine: Database, shared: Database
) -> None:
    context, without = (seen(data, language, mittari=BASIC) for data in (mine, shared))
    found, usual = registry.PICTURES["development"](context), registry.PICTURES["development"](without)
    assert found and usual and found.series and usual.series
    budget, target = (text.plan(context.t, status) for status in PLANS)
    assert MARK[language] in budget.lower() and MARK[language] in target.lower()
    assert found.categories == ("2017", "2018", "2019", "2020", "2021") and usual.categories == found.categories[:3]
    assert found.series[budget] == (None, None, 2450.0, None, None) and found.series[target] == (
        None,
        None,
        None,
        2400.0,
        2350.0,
    )
    assert {name: line[:3] for name, line in found.series.items() if name in usual.series} == dict(usual.series)
    assert all(line[3:] == (None, None) for name, line in found.series.items() if name in usual.series)
    assert found.title == usual.title and list(found.series)[:1] == list(usual.series)[:1]
    for ask in (LOOKED_UP["comparison"], LOOKED_UP["series"], LOOKED_UP["years"], LOOKED_UP["map"]):
        assert ask(context) == ask(without), "a plan changes no actual figure"
    assert registry.PICTURES["ranking"](context) == registry.PICTURES["ranking"](without)


def test_a_measure_of_plans_alone_is_not_said_to_be_missing_from_the_session(shared: Database) -> None:
    lies = Workspace(measures=(Measure(id=OWN, name=NAME),), figures=(Figure(HERE, 2019, OWN, 1.0, "budget"),))
    assert seen(overlaid(shared, lies)).notices == (), "it is in the workspace, whose page links to it"


# Where an own measure works
PICTURES = ("ranking", "development", "pair", "map", "definition", "spread", "by_model", "worklife")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_of_an_indicator_is_made_of_uploaded_figures_and_says_whose_they_are(
    picture: str, language: str, mine: Database
) -> None:
    context = seen(mine, language, **({"mittari": COST, "rinnalla": OWN} if picture == "pair" else {}))
    exhibit = registry.PICTURES[picture](context)
    assert exhibit and MARK[language] in " ".join(
        [exhibit.title, *exhibit.heads, *(exhibit.series or {}), *itertools.chain(*exhibit.rows)]
    )
    source = provenance.attribution(("own",), language)
    if picture not in ("worklife", "map"):
        assert exhibit.source == context.t("how.sources", sources=source) and "CC BY" not in str(exhibit)
    if picture == "map":
        assert source in exhibit.source and [area.name for area in exhibit.areas if area.level] == [
            context.name(code) for code in NAMES
        ]
    if picture == "ranking":
        assert list(exhibit.series.values()) == [tuple(figure(code, 2019) for code in LOADED[::-1])]
        assert dict(zip(exhibit.categories, exhibit.roles, strict=True))[context.name(HERE)] == "chosen"
    if picture == "development":
        assert exhibit.series[context.name(HERE)] == (*(figure(HERE, year) for year in (*YEARS, LATER)), None)
        plans = [line[2:] for name, line in exhibit.series.items() if MARK[language] in name.lower()]
        assert plans == [(9_999.0, None, None), (None, None, 500.0)]
    if picture == "worklife":
        assert any(context.t.number(figure(HERE, 2019), 1) in cell for row in exhibit.rows for cell in row)


@pytest.mark.parametrize("form", ["pptx", "xlsx"])
def test_a_page_and_a_deck_of_uploaded_figures_are_taken_along_marked(form: str, mine: Database) -> None:
    context = seen(mine)
    cards = [
        Card(picture, tuple((PLACE | {"mittari": OWN}).items()))
        for picture in PICTURES
        if picture not in ("pair", "worklife")
    ]
    for report in (reporting.page(context, "vertailu"), reporting.deck(context, cards)):
        content = contents(form, reports.FORMATS[form].render(report)).replace("\N{NO-BREAK SPACE}", " ")
        assert content.count(f"{NAME} ({MARK['fi']})") >= len(report.exhibits)
        assert content.count("käyttäjän tuomat luvut, ei virallista tilastoa") >= len(report.exhibits)
        assert "411,5" in content or "411.5" in content


def test_a_page_of_uploaded_figures_is_a_pdf_too(mine: Database) -> None:
    assert reports.FORMATS["pdf"].render(reporting.page(seen(mine), "vertailu")).startswith(b"%PDF")


def test_a_report_draws_the_plans_beside_the_official_figures(mine: Database) -> None:
    [lines] = [
        exhibit for exhibit in reporting.report(seen(mine)).exhibits if exhibit.kind == "lines" and exhibit.series
    ]
    assert {"Talousarvio (oma aineisto)", "Tavoite (oma aineisto)"} < {*lines.series} and lines.title.startswith(
        "Perusopetus. "
    )


def test_two_measures_of_one_name_are_two_beside_each_other(shared: Database) -> None:
    measures = tuple(
        Measure(id=id_, name="Sama", unit="€", dimension=dimension)
        for id_, dimension in (("own_a", "economy_of_services"), ("own_b", "quality"))  # type: ignore
    )
    own = tuple(
        Figure(code, 2019, m.id, figure(code, 2019, first), "final")
        for m, first in zip(measures, (FIRST, SECOND), strict=True)
        for code in LOADED
    )
    query = {"mittari": "own_a", "rinnalla": "own_b"}
    exhibit = registry.PICTURES["pair"](seen(overlaid(shared, Workspace(measures=measures, figures=own)), **query))
    assert exhibit and [line[0] for line in (exhibit.series or {}).values()] == [
        figure(HERE, 2019),
        figure(HERE, 2019, SECOND),
    ]
    assert not opened("vaikuttavuus", Workspace(measures=measures, figures=own), kieli="fi", **PLACE | query).exception


@pytest.mark.parametrize("form", ["pptx", "pdf"])
def test_a_name_with_a_sign_that_nobody_sees_does_not_spoil_the_slides(form: str, shared: Database) -> None:
    rows = "\n".join(f"{code};2019;Soitto\x07kello;{figure(code, 2019)}" for code in LOADED)
    reading = own_data.read(
        tabular.read(f"kunta;vuosi;mittari;arvo\n{rows}".encode()), figures.register(shared), loader.indicators()
    )
    lies = Workspace().with_figures(reading, reading.measures)
    context = seen(overlaid(shared, lies), mittari=lies.measures[0].id)
    assert reports.FORMATS[form].render(reporting.page(context, "vertailu"))


@pytest.mark.parametrize("form", ["pptx", "xlsx"])
def test_a_report_of_uploaded_figures_alone_does_not_put_them_under_a_licence(form: str, mine: Database) -> None:
    assert "CC BY" not in contents(form, reports.FORMATS[form].render(reporting.page(seen(mine), "vertailu")))


@pytest.mark.parametrize("headline", ["", "Kyselymme tulos"], ids=["its finding", "a headline of one's own"])
def test_a_slide_of_an_uploaded_measure_shows_no_other_figures_to_those_who_do_not_have_it(
    headline: str, shared: Database
) -> None:
    exhibit = reporting.slide(seen(shared), Card("ranking", tuple((PLACE | {"mittari": OWN}).items()), headline))
    assert exhibit.kind == "table" and exhibit.rows == ((Translator("fi")("deck.no_figures"),),), (
        "not the costs of schools in its place"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_of_uploaded_figures_says_so_and_is_under_no_licence(language: str, mine: Database) -> None:
    context = seen(mine, language)
    about = dict(text.file_metadata(context.t, (context.indicator,), (), mine.snapshot.manifest))
    assert about[context.t("choice.indicator")] == f"{NAME} ({MARK[language]})"
    assert about[context.t("catalogue.sources")] == provenance.attribution(("own",), language)
    assert about[context.t("datasets.licence")] == context.t("missing.mark") and "CC BY" not in str(about)
    rows = figures.values(mine, context.indicator).to_pandas()
    table = tables.Table(rows, tuple(about.items()), (context.t("files.figures"), context.t("files.about")))
    known = pq.read_table(io.BytesIO(tables.render(table, "parquet")))
    assert known.schema.metadata[context.t("datasets.licence").encode()].decode() == context.t("missing.mark")
    book = openpyxl.load_workbook(io.BytesIO(tables.render(table, "xlsx")))
    assert (context.t("datasets.licence"), context.t("missing.mark")) in list(
        book.worksheets[-1].iter_rows(values_only=True)
    )
    assert set(known["value"].to_pylist()) > {figure(HERE, year) for year in YEARS}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sources", [("kta_costs", "own"), ("own", "kta_costs")])
def test_the_licence_of_official_figures_is_not_put_on_uploaded_ones_beside_them(
    sources: tuple[str, str], language: str
) -> None:
    line, own = provenance.attribution(sources, language), provenance.sources()["own"]["statistic"][language]
    assert own in line and "CC BY 4.0" in line and not re.search(rf"{re.escape(own)}[^;]*CC BY", line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_uploaded_figure_is_nowhere_called_published(language: str, mine: Database) -> None:
    context = seen(mine, language)
    assert text.part_heads(context.t, context.indicator)[0] != context.t("table.published")
    assert context.t("how.uploaded") == text.formula(context.t, context.indicator)


def test_uploaded_figures_in_euros_stand_at_constant_prices_and_others_as_they_are(mine: Database) -> None:
    constant = {"hinnat": "kiintea", "perusvuosi": "2019"}
    context = seen(mine, mittari=COST, **constant)
    rows = {row["year"]: row for row in selected_figures.series(context, context.indicator, (HERE,))}
    for year in YEARS:
        assert rows[year]["value"] == pytest.approx(figure(HERE, year) * PRICES[2019] / PRICES[year], rel=1e-12)
    assert (rows[LATER]["value"], rows[LATER]["reason"]) == (None, "no_price"), "there is no price index of that year"
    assert context.t("basis.constant", year=2019) in text.unit(context.t, context.indicator, context.basis)
    found = selected_figures.compared(seen(mine, mittari=COST, vuosi="2017", **constant), context.indicator).of(HERE)
    assert found and found["value"] == pytest.approx(FIRST * 1.1)
    other = seen(mine, **constant)
    assert [row["value"] for row in selected_figures.series(other, other.indicator, (HERE,))] == [
        figure(HERE, year) for year in (*YEARS, LATER)
    ]
    assert text.unit(other.t, other.indicator, other.basis) == "pistettä"


JYVASKYLA, TURKU, TAMPERE, HELSINKI = "179", "853", "837", "091"


def test_a_file_of_a_workspace_is_what_the_reader_kept(bundle: Database) -> None:
    lies = workspace.of_file(
        workspace_file('["837",2018,"own_x",1.5,"final"]', more=',"tags":[["837","all",2019,"net_unit"]]')
    )
    assert lies.figures == (Figure(TAMPERE, 2018, "own_x", 1.5, "final"),) and lies.tags == (
        Tag(TAMPERE, "all", 2019, "net_unit"),
    )
    data = overlaid(bundle, lies)
    rows = figures.values(data, figures.catalogue(data)["own_x"]).to_pylist()
    assert [(r["municipality"], r["year"], r["value"]) for r in rows if r["value"] is not None] == [
        (TAMPERE, 2018, 1.5)
    ]
