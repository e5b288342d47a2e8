"""A reader's desk: her own figures stand on every page and in every file as hers, and nowhere before anybody else.

The municipalities are invented, and so is every number: nothing here is said of a real one.
"""

import csv
import gc
import html
import io
import itertools
import re
import shutil
import threading
import urllib.error
import urllib.request
import weakref
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import geopandas as gpd
import openpyxl
import pyarrow.parquet as pq
import pytest
import shapely
from browser import PATIENCE, Visit, served, window
from conftest import MakeData, written
from playwright.sync_api import Browser, Download, expect
from pptx import Presentation
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash
from test_browser import HARMLESS
from test_datasets import said
from test_pages import alts_of, finding_of, titles, words

from kuntamittari import settings
from kuntamittari.catalog import loader, provenance
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.etl.writer import write_boundaries, write_manifest
from kuntamittari.exhibits import page_context, registry, reporting, selected_figures, text
from kuntamittari.exhibits.deck import Card
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.render import reports, tables
from kuntamittari.i18n import Translator, texts
from kuntamittari.query import coverage, database, figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import BOUNDARY, SCHEMAS, open_snapshot
from kuntamittari.ui import sections
from kuntamittari.ui.parts import catalogue, map, pairs
from kuntamittari.ui.workspace import IN_SESSION, Kept
from kuntamittari.ui.workspace import opened as overlaid
from kuntamittari.uploads import own_figures as own_data
from kuntamittari.uploads import tabular, workspace
from kuntamittari.uploads.organisation import Tag
from kuntamittari.uploads.own_figures import MARK, Figure, Measure
from kuntamittari.uploads.workspace import Workspace
from kuntamittari.web import cookie
from kuntamittari.web.cookie import NAME as COOKIE

LANGUAGES = settings.LANGUAGES
NAMES = {
    "951": ("Utukylä", "Dimby"),
    "952": ("Sadunperä", "Sagoända"),
    "953": ("Äyskärinsaari", "Öskarholm"),
    "954": ("Ånäsby", "Ånäsby"),
    "955": ("Höttölä", "Lösbäck"),
    "956": ("Kangastusranta", "Hägringsstrand"),
    "957": ("Tyhjälä", "Tomåker"),
    "958": ("Olematonlahti", "Ingenviken"),
    "959": ("Kaukamaa", "Fjärråsa"),
}
HERE, NEXT, ABSENT = "951", "952", "959"  # the last is in the register, but no official figures of it are loaded
LOADED = [code for code in NAMES if code != ABSENT]
YEARS, LATER = (2017, 2018, 2019), 2020
PRICES = {2017: 100.0, 2018: 104.0, 2019: 110.0}
AGES = ((0, 0), (1, 5), (6, 6), (7, 15), (16, 17), (18, 18), (19, 64), (65, 74), (75, 120))
CLASSES = ("Perusopetus", "Varhaiskasvatus", "Esiopetus", "Lukiokoulutus", "Kirjastotoiminta", "Yleishallinto")
BASIC, AWAITED = "basic_education_cost_per_7_15", "worklife_wellbeing_index"
NAME = "Lähipalvelun löytäjät Åäö"
OWN, COST = "own_lahipalvelun_loytajat_aao", "own_koydenveto"
PLACE = {"kunta": HERE, "ryhma": "all", "vuosi": "2019", "kartta": "rajat"}
PLANS = {"budget": {2019: 2450.0}, "target": {2020: 2400.0, 2021: 2350.0}}
SERVICE: dict[str, Any] = {"service": "basic_education"}
SCALE = 5  # what figures of the awaited measure are smaller
FIRST, SECOND = 410.5, 870.5  # the figure of HERE in 2017, of one reader and of another


def country(make_data: MakeData, dearer: int = 0) -> Path:
    """Eight invented municipalities with figures, one without, and boundaries of them all; `dearer`: euros more of each
    class."""
    register: list[dict[str, Any]] = [
        {
            "code": code,
            "name_fi": name,
            "name_sv": other,
            "name_en": name,
            "largest_20": code in LOADED,
            "loaded": code in LOADED,
            "residents": 1_000 * number if code in LOADED else None,
            "size_class": 1 + number % 2,
            "region_code": "01",
            **{f"region_{language}": "Keksitty" for language in LANGUAGES},
        }
        for number, (code, (name, other)) in enumerate(NAMES.items(), 1)
    ]
    register.append({"code": MAINLAND, "name_fi": "Keksimaa", "name_sv": "Påhittsland", "name_en": "Madeupland"})
    population, finance = [], []
    for number, code in enumerate(LOADED):
        for year in YEARS:
            at = {"municipality": code, "year": year}
            bands = {ages: 100 * (place + 1) + 7 * number + year - YEARS[0] for place, ages in enumerate(AGES)}
            bands[0, 120] = sum(bands.values())
            population += [
                at | {"age_from": youngest, "age_to": oldest, "persons": n} for (youngest, oldest), n in bands.items()
            ]
            finance += [
                at
                | {
                    "task_class": name,
                    "eur": 1_000_000 * (place + 1) + 50_000 * number + 10_000 * (year - YEARS[0]) + dearer,
                }
                for place, name in enumerate(CLASSES)
            ]
    prices = [{"year": year, "value": value} for year, value in PRICES.items()]
    out = make_data(finance=finance, population=population, municipality=register, price_index=prices)
    squares = [shapely.box(300_000 + 20_000 * n, 6_700_000, 318_000 + 20_000 * n, 6_720_000) for n in range(len(NAMES))]
    shapes = gpd.GeoDataFrame({"municipality": list(NAMES)}, geometry=squares, crs=3067)
    manifest = open_snapshot(out).manifest
    manifest["files"][BOUNDARY] = {
        "path": "boundary.parquet",
        **write_boundaries(shapes, out / "boundary.parquet"),
        "sources": [],
    }
    write_manifest(manifest, out)
    return out


def figure(code: str, year: int, first: float = FIRST) -> float:
    """The own figure of a municipality: each is told from every other, and from those of another reader."""
    return first + 3 * list(NAMES).index(code) + 0.5 * (year - YEARS[0])


def kept(first: float = FIRST, years: tuple[int, ...] = (*YEARS, LATER)) -> Workspace:
    """A desk of three measures (one new, one in euros, one awaited), plans beside an official one, and who organises
    schools how."""
    measures = (
        Measure(id=OWN, name=NAME, unit="pistettä", polarity="higher", dimension="quality", **SERVICE),
        Measure(
            id=COST, name="Köydenveto", unit="€ / asukas", polarity="lower", dimension="economy_of_services", **SERVICE
        ),
        Measure(id=AWAITED, name="työhyvinvointi"),
        Measure(id=BASIC, name="perusopetus"),
    )
    own = [
        Figure(code, year, m.id, figure(code, year, first), "final")
        for m in measures[:3]
        for code in NAMES
        for year in years
    ]
    own += [
        Figure(HERE, year, BASIC, value, status) for status, known in PLANS.items() for year, value in known.items()
    ]  # type: ignore
    own += [
        Figure(NEXT, 2019, BASIC, 9.0, "target"),
        Figure(HERE, 2019, OWN, 9_999.0, "budget"),
        Figure(HERE, 2021, OWN, 500.0, "target"),
    ]
    tags = tuple(
        Tag(code, "basic_education", 2015, "own_production" if code < "955" else "joint_authority") for code in LOADED
    )
    return Workspace(measures=measures, figures=tuple(own), tags=tags)


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
    """The country as a reader with a desk has it; what is looked up in one test is remembered in the next."""
    if "mine" not in once or once["mine"].snapshot is not shared.snapshot:
        once["mine"] = overlaid(shared, kept())
    return once["mine"]


@pytest.fixture
def lying(mine: Database) -> Kept:
    """A desk with its data, as a session holds it."""
    return Kept(workspace_of(mine), mine)


def seen(data: Database, language: str = "fi", **query: str) -> PageContext:
    """The view of HERE in 2019 but for some parts of the address."""
    return page_context.read({"kieli": language, "mittari": OWN, **PLACE, **query}, data, workspace_of(data))


def workspace_of(data: Database) -> Workspace:
    """The workspace that is laid over a database."""
    return getattr(data.overlay.indicators, "__self__", workspace.EMPTY)


# The data


def test_what_everybody_shares_never_knows_an_own_measure_while_desks_are_held(shared: Database) -> None:
    one, other = (overlaid(shared, kept(first)) for first in (FIRST, SECOND))
    for data in (one, other):
        assert {OWN, COST} <= figures.catalogue(data).keys() and figures.catalogue(data)[AWAITED].formula
        assert selected_figures.compared(seen(data), figures.catalogue(data)[OWN]).n == len(LOADED)
    assert figures.catalogue(shared) == loader.indicators(), "no measure more, and the awaited one still awaited"
    own = figures.catalogue(one)[OWN]
    assert figures.years(shared, own) == [] and figures.compare(shared, own, figures.Group("all"), 2019).n == 0
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
    """The same view of two readers' desks."""
    if "two" not in once:
        once["two"] = tuple(seen(overlaid(shared, kept(*said_))) for said_ in ((FIRST,), (SECOND, YEARS)))
    return once["two"]


@pytest.mark.parametrize("look", LOOKED_UP.values(), ids=LOOKED_UP)
def test_what_is_remembered_of_one_desk_is_never_the_answer_to_another(
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
    """A desk's data with everything looked up and then let go; what is left of it are weak references."""
    lies = kept()
    data = overlaid(shared, lies)
    for look in LOOKED_UP.values():
        look(seen(data))
    assert len(data.memory) > 6 and all(data.memory.values())
    return [weakref.ref(data), weakref.ref(lies)]


def test_what_is_remembered_goes_with_the_desk(shared: Database) -> None:
    left = filled(shared)
    gc.collect()
    assert [one() for one in left] == [None, None]


def test_the_search_of_the_catalogue_does_not_keep_a_measure_of_a_desk_that_is_gone(shared: Database) -> None:
    def searched() -> "weakref.ref[Indicator]":
        context = seen(overlaid(shared, kept()))
        assert OWN in catalogue.found(context, "loytajat")
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
    ids=["an empty desk", "organisation only", "figures"],
)
def test_only_a_desk_with_figures_has_a_connection_of_its_own(
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


def data_of(data: Database, indicator: str) -> Indicator:
    return figures.catalogue(data)[indicator]


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


def test_own_figures_of_a_municipality_that_is_not_loaded_are_shown_but_counted_in_nothing(mine: Database) -> None:
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


def test_own_figures_have_no_sum_over_the_country_and_years_beyond_the_official_ones(mine: Database) -> None:
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
    assert seen(overlaid(shared, lies)).notices == (), "it lies on the desk, whose page links to it"


# Where an own measure works

PICTURES = ("ranking", "development", "pair", "map", "definition", "spread", "by_model", "worklife")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("picture", PICTURES)
def test_every_picture_of_an_indicator_is_made_of_own_figures_and_says_whose_they_are(
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


def contents(form: str, content: bytes) -> str:
    """Every word of a presentation or a workbook, notes and charts included."""
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return " ".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
        )
    found = []
    for slide in Presentation(io.BytesIO(content)).slides:
        found += [shape.text_frame.text for shape in [*slide.shapes, *slide.notes_slide.shapes] if shape.has_text_frame]
        found += [plot.name for shape in slide.shapes if shape.has_chart for plot in shape.chart.series]
    return " ".join(found)


@pytest.mark.parametrize("form", ["pptx", "xlsx"])
def test_a_page_and_a_deck_of_own_figures_are_taken_along_marked(form: str, mine: Database) -> None:
    context = seen(mine)
    cards = [
        Card(picture, tuple((PLACE | {"mittari": OWN}).items()))
        for picture in PICTURES
        if picture not in ("pair", "worklife")
    ]
    for report in (reporting.page(context, "vertailu"), reporting.deck(context, cards)):
        content = contents(form, reports.FORMATS[form].made(report)).replace("\N{NO-BREAK SPACE}", " ")
        assert content.count(f"{NAME} ({MARK['fi']})") >= len(report.exhibits)
        assert content.count("käyttäjän tuomat luvut, ei virallista tilastoa") >= len(report.exhibits)
        assert "411,5" in content or "411.5" in content


def test_a_page_of_own_figures_is_a_pdf_too(mine: Database) -> None:
    assert reports.FORMATS["pdf"].made(reporting.page(seen(mine), "vertailu")).startswith(b"%PDF")


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
    assert reports.FORMATS[form].made(reporting.page(context, "vertailu"))


@pytest.mark.parametrize("form", ["pptx", "xlsx"])
def test_a_report_of_own_figures_alone_does_not_put_them_under_a_licence(form: str, mine: Database) -> None:
    assert "CC BY" not in contents(form, reports.FORMATS[form].made(reporting.page(seen(mine), "vertailu")))


@pytest.mark.parametrize("headline", ["", "Kyselymme tulos"], ids=["its finding", "a headline of her own"])
def test_a_slide_of_an_own_measure_shows_no_other_figures_to_those_who_do_not_have_it(
    headline: str, shared: Database
) -> None:
    exhibit = reporting.slide(seen(shared), Card("ranking", tuple((PLACE | {"mittari": OWN}).items()), headline))
    assert exhibit.kind == "table" and exhibit.rows == ((Translator("fi")("deck.no_figures"),),), (
        "not the costs of schools in its place"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_table_of_own_figures_says_so_and_is_under_no_licence(language: str, mine: Database) -> None:
    context = seen(mine, language)
    about = dict(text.about(context.t, (context.indicator,), (), mine.snapshot.manifest))
    assert about[context.t("choice.indicator")] == f"{NAME} ({MARK[language]})"
    assert about[context.t("catalogue.sources")] == provenance.attribution(("own",), language)
    assert about[context.t("datasets.licence")] == context.t("missing.mark") and "CC BY" not in str(about)
    rows = figures.values(mine, context.indicator).to_pandas()
    table = tables.Table(rows, tuple(about.items()), (context.t("files.figures"), context.t("files.about")))
    known = pq.read_table(io.BytesIO(tables.made(table, "parquet")))
    assert known.schema.metadata[context.t("datasets.licence").encode()].decode() == context.t("missing.mark")
    book = openpyxl.load_workbook(io.BytesIO(tables.made(table, "xlsx")))
    assert (context.t("datasets.licence"), context.t("missing.mark")) in list(
        book.worksheets[-1].iter_rows(values_only=True)
    )
    assert set(known["value"].to_pylist()) > {figure(HERE, year) for year in YEARS}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sources", [("kta_costs", "own"), ("own", "kta_costs")])
def test_the_licence_of_official_figures_is_not_put_on_own_ones_beside_them(
    sources: tuple[str, str], language: str
) -> None:
    line, own = provenance.attribution(sources, language), provenance.sources()["own"]["statistic"][language]
    assert own in line and "CC BY 4.0" in line and not re.search(rf"{re.escape(own)}[^;]*CC BY", line)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_own_figure_is_nowhere_called_published(language: str, mine: Database) -> None:
    context = seen(mine, language)
    assert text.part_heads(context.t, context.indicator)[0] != context.t("table.published")
    assert context.t("how.uploaded") == text.formula(context.t, context.indicator)


def test_own_figures_in_euros_stand_at_constant_prices_and_others_as_they_are(mine: Database) -> None:
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


# The pages


def opened(path: str, lies: Kept | Workspace | None = None, **query: str) -> AppTest:
    """A page by its path with a desk in the session, run to its end."""
    page = AppTest.from_file(str(settings.PACKAGE / "dashboard.py"), default_timeout=60)
    page.query_params.update(query)
    if lies is not None:
        page.session_state[IN_SESSION] = lies if isinstance(lies, Kept) else Kept(lies)
    page._page_hash = calc_hash(path)  # as a link leads there
    return page.run()


PAGES = [path for section in sections.SECTIONS for _, path, _ in section.pages]
TURNS = [(path, LANGUAGES[turn % 3], (OWN, COST, AWAITED)[turn // 3 % 3]) for turn, path in enumerate(PAGES)]
# pages that show the chosen measure, but for those with a subject of their own
ABOUT_IT = ("", "vertailu", "kartta", "indikaattorit", "valtakunta", "organisointi")


@pytest.mark.parametrize(
    ("path", "language", "measure"), TURNS, ids=[f"{path or 'start'} {language}" for path, language, _ in TURNS]
)
def test_every_page_runs_with_an_own_measure_chosen(path: str, language: str, measure: str, lying: Kept) -> None:
    page = opened(path, lying, kieli=language, mittari=measure, **PLACE)
    assert not page.exception and not page.error and len(titles(page)) == 1
    assert not [box.value for box in page.warning if texts(language)["notice.title"] in box.value]
    assert (MARK[language] in said(page) + " ".join(alts_of(page))) or path not in ABOUT_IT
    assert (
        page.session_state["context"].data is lying.data
        and page.session_state["context"].selection.indicator_id == measure
    )


@pytest.mark.parametrize("chosen", ["own_tuotos", "operating_cost_per_resident"])
def test_the_page_of_productivity_stands_a_measure_that_its_reader_calls_productivity(
    chosen: str, shared: Database
) -> None:
    measure = Measure(
        id="own_tuotos", name="Tuotos työpäivää kohti", unit="kpl", polarity="higher", dimension="productivity"
    )
    lies = Workspace(
        measures=(measure,),
        figures=tuple(Figure(code, 2019, measure.id, figure(code, 2019), "final") for code in LOADED),
    )
    page = opened("tuottavuus", lies, kieli="fi", **PLACE | {"mittari": chosen})
    assert not page.exception, "the wizard offers this dimension, so its page takes it"


def test_the_rug_has_a_column_of_an_own_measure_and_no_row_of_a_municipality_that_is_not_loaded(lying: Kept) -> None:
    page = opened("kuntakortti", lying, kieli="sv", nakyma="matto", mittari=OWN, **PLACE)
    [rug] = [block.proto.body for block in page.get("html") if "<table" in block.proto.body]
    head, _, body = rug.partition("<tbody>")
    assert f"mittari={OWN}" in head and MARK["sv"] in head and "Fjärråsa" not in body
    cells = re.findall(rf"<td><a [^>]*mittari={OWN}[^>]*>", body)
    assert len(cells) == len(LOADED) and all(MARK["sv"] in cell for cell in cells)


MARKUP = "*Tähti* ![ö](http://127.0.0.1:9/seuraa.png) $å$ :red[x]"


@pytest.mark.parametrize("path", ["", "vertailu", "kartta", "indikaattorit", "tyoelama", "aineistot"])
def test_a_name_is_nowhere_taken_for_markup(path: str, shared: Database) -> None:
    measure = Measure(id=OWN, name=MARKUP, dimension="worklife")
    own = tuple(Figure(code, year, OWN, figure(code, year), "final") for code in LOADED for year in YEARS)
    page = opened(path, Workspace(measures=(measure,), figures=own), kieli="fi", mittari=OWN, **PLACE)
    told = [
        block.value
        for kind in (page.title, page.header, page.subheader, page.markdown, page.info, page.success)
        for block in kind
    ]
    named = [one for one in [*told, *(button.label for button in page.button)] if "Tähti" in one]
    ours = [one for one in named if one.startswith("<")]
    assert all(html.escape(MARKUP) in one for one in ours), "in markup of ours the name is escaped"
    assert named and not page.exception
    assert not [one for one in named if one not in ours and re.search(r"(?<!\\)!\[|(?<!\\)\$|(?<!\\):red", one)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_comparison_draws_the_plans_and_says_them_to_their_reader_alone(language: str, lying: Kept) -> None:
    t, query = Translator(language), {"kieli": language, "mittari": BASIC, **PLACE}
    plans = [words(text.planned(t, loader.indicators()[BASIC], status, known)) for status, known in PLANS.items()]
    before, page, after, constant = (
        opened("vertailu", lies, **query, **more)
        for lies, more in ((None, {}), (lying, {}), (None, {}), (lying, {"hinnat": "kiintea"}))
    )
    assert [one for one in written(page) if all(plan in words(one) for plan in plans)] and not page.exception
    assert "2 450" not in finding_of(page) and "2,450" not in finding_of(page)
    for other in (before, after, constant):
        assert written(other) and not [one for one in written(other) if words(text.plan(t, "target")) in words(one)]
        assert len(alts_of(other)) == 2


@pytest.mark.parametrize(("language", "lies"), [("fi", None), ("sv", kept().without(OWN)), ("en", Workspace())])
def test_an_address_of_a_measure_that_is_not_on_the_desk_says_where_to_bring_it(
    language: str, lies: Workspace, shared: Database
) -> None:
    page = opened("vertailu", lies, kieli=language, mittari=OWN, **PLACE)
    assert words(texts(language)["notice.uploaded"]) in words(page.warning[0].value) and not page.exception
    assert titles(page) == [loader.indicators()[BASIC].name[language]]


# A file on the page

BAD = "\n".join(
    [
        "kunta;vuosi;mittari;arvo;tila",
        f"Sagoända;2019;{NAME};12,5;",
        f"Sagoönda;2019;{NAME};13;",
        f"951;19;{NAME};14;",
        f"952;2018;{NAME};paljon;",
        f"953;2019;{NAME};15;ehkä",
        f"Sadunperä;2019;{NAME};16;",
        f"954;2019;{BASIC};17;",
    ]
).encode()
WRONG = [(3, "municipality"), (4, "year"), (5, "number"), (6, "status"), (7, "twice"), (8, "official")]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


def give(page: AppTest, content: bytes, name: str = "oma.csv") -> AppTest:
    """Chooses a file on the page of data sets."""
    [box] = page.file_uploader
    return box.set_value((name, content, "text/csv")).run()


def primary(page: AppTest, language: str) -> list[str]:
    """The buttons that take a file."""
    return [
        button.label
        for button in page.button
        if button.label in (texts(language)["upload.take"], texts(language)["upload.take_desk"])
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_bad_line_of_a_file_is_listed_with_its_reason_and_nothing_of_it_can_be_taken(
    language: str, lying: Kept
) -> None:
    t = texts(language)
    page = give(opened("aineistot", lying, kieli=language, **PLACE), BAD)
    assert not page.exception and [words(box.value) for box in page.error] == [t["problem.title"].format(n=len(WRONG))]
    [listed] = [frame_.value for frame_ in page.dataframe if t["problem.line"] in frame_.value.columns]
    assert list(listed[t["problem.line"]]) == [line for line, _ in WRONG]
    for (_, reason), said_ in zip(WRONG, listed[t["problem.what"]], strict=True):
        assert said_.startswith(t[f"problem.{reason}"].partition("{")[0])
    assert "Sagoända" in listed[t["problem.what"]].iloc[0].title() and listed[t["problem.value"]].iloc[2] == "paljon"
    assert primary(page, language) == [] and words(t["upload.nothing_taken"]) in said(page)
    assert (
        page.session_state[IN_SESSION] is lying
        and page.session_state["context"].data is lying.data
        and lying.workspace == kept()
    )


REFUSED = [
    ("fi", PNG, "kuva.csv", "not_text"),
    ("sv", PNG, "kuva.csv", "not_text"),
    ("en", PNG, "kuva.csv", "not_text"),
    ("fi", b"", "x.csv", "empty"),
    ("sv", "Åäö ja muuta".encode(), "x.csv", "no_heads"),
    ("en", b'{"format": "x"}', "x.json", "no_desk"),
]


@pytest.mark.parametrize(
    ("language", "content", "name", "reason"), REFUSED, ids=[f"{one[3]} {one[0]}" for one in REFUSED]
)
def test_a_file_refused_as_a_whole_gives_one_sentence(
    language: str, content: bytes, name: str, reason: str, lying: Kept
) -> None:
    page = give(opened("aineistot", lying, kieli=language, **PLACE), content, name)
    [box] = page.error
    told = texts(language)[f"tabular.{reason}"].partition("{")[0]
    assert words(box.value).startswith(f"{name}: {told}") and not page.exception and primary(page, language) == []
    assert not [one for one in page.dataframe if texts(language)["problem.line"] in one.value.columns]
    assert page.session_state[IN_SESSION] is lying
    page = give(page, sheet(SECOND))
    assert not page.error and primary(page, language), "the next file is read all the same"


def sheet(first: float, name: str = NAME) -> bytes:
    """A file as a city would bring it: names and numbers of municipalities, decimal commas, three measures, one of them
    in plans."""
    rows = [["kunta", "vuosi", "mittari", "arvo", "tila"]]
    for number, (code, both) in enumerate(NAMES.items()):
        for year in YEARS:
            called = (code, *both)[number % 3]
            rows.append([called, str(year), name, str(figure(code, year, first)).replace(".", ","), ""])
            rows.append(
                [called, str(year), AWAITED, str(figure(code, year, first) / SCALE).replace(".", ","), "ennakko"]
            )
    rows += [
        [HERE, str(year), BASIC, str(value), status] for status, known in PLANS.items() for year, value in known.items()
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


def test_a_figure_too_large_for_words_is_shown_or_refused_but_the_page_stands(lying: Kept) -> None:
    page = give(
        opened("aineistot", lying, kieli="fi", **PLACE),
        f"kunta;vuosi;mittari;arvo\n{HERE};2019;Tähtitiede;1e30".encode(),
    )
    assert not page.exception


def test_what_another_window_of_the_same_reader_has_taken_meanwhile_is_not_lost(shared: Database) -> None:
    page = give(opened("aineistot", Workspace(), kieli="fi", **PLACE), sheet(FIRST))
    meanwhile = kept(SECOND).without(OWN).without(AWAITED).without(BASIC)
    page.session_state[IN_SESSION] = Kept(meanwhile)
    next(button for button in page.button if button.label == texts("fi")["upload.take"]).click().run()
    assert not page.exception and {m.id for m in page.session_state[IN_SESSION].workspace.measures} == {
        COST,
        OWN,
        AWAITED,
        BASIC,
    }


# New data meanwhile


def test_a_new_snapshot_comes_into_use_beside_the_same_own_figures(
    make_data: MakeData, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, dearer = country(make_data), country(make_data, 3_000_000)
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(out))
    page = opened("vertailu", kept(), kieli="en", mittari=OWN, **PLACE)
    before: PageContext = page.session_state["context"]
    own_said, cost = finding_of(page), selected_figures.compared(before, before.catalogue[BASIC])
    manifest = open_snapshot(dearer).manifest | {"retrieved": "2027-01-01T00:00:00+00:00"}
    for table in (*SCHEMAS, BOUNDARY):
        new = f"new-{table}.parquet"
        shutil.copy(open_snapshot(dearer).path(table), out / new)
        manifest["files"][table] = manifest["files"][table] | {"path": new}
    write_manifest(manifest, out)
    page.run()
    after: PageContext = page.session_state["context"]
    assert not page.exception and after.data.snapshot.digest == open_snapshot(out).digest != before.data.snapshot.digest
    assert (
        finding_of(page) == own_said and f"{NAME} (own data) 411.5" in own_said and after.workspace is before.workspace
    )
    now = selected_figures.compared(after, after.catalogue[BASIC])
    assert now.median and cost.median and now.median > cost.median + 5_000
    assert selected_figures.compared(before, before.catalogue[BASIC]) == cost, (
        "whoever is in the middle of a page ends it with the old"
    )
    page.run()
    assert page.session_state["context"].data is after.data, "and it is opened once"


# The cookie


@pytest.fixture(scope="module")
def started() -> Iterator[ExitStack]:
    """What runs until the tests of this file have ended."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def server(place: Path, once: dict[str, Any], started: ExitStack, tmp_path: Path) -> str:
    """The address of a server on the invented country, one for all."""
    if "server" not in once:
        once["server"] = started.enter_context(served(tmp_path / "log.txt", KUNTAMITTARI_DATA=str(place)))
    return once["server"]


GOOD = "Aa0-_" + "x" * 38
SET = re.compile(rf"{COOKIE}=[\w-]{{43}}; Path=/; HttpOnly; SameSite=Lax")


def asked(address_: str, accept: str = "text/html", **headers: str) -> tuple[int, list[str], str, bytes]:
    """Status, cookies that are set, what may be kept of the answer, and the answer."""
    request = urllib.request.Request(address_, headers={"Accept": accept, **headers})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return (
                answer.status,
                answer.headers.get_all("Set-Cookie") or [],
                answer.headers.get("Cache-Control", ""),
                answer.read(),
            )
    except urllib.error.HTTPError as refused:
        return (
            refused.code,
            refused.headers.get_all("Set-Cookie") or [],
            refused.headers.get("Cache-Control", ""),
            refused.read(),
        )


@pytest.mark.parametrize("path", ["/", "/aineistot?kieli=sv", f"/vertailu?mittari={OWN}"])
def test_a_browser_without_a_key_is_given_one_that_no_script_and_no_other_site_can_use(path: str, server: str) -> None:
    status, cookies, caching, body = asked(server + path)
    assert status == 200 and len(cookies) == 1 and SET.fullmatch(cookies[0]) and b"Kuntamittari" in body
    assert caching == "no-store", "a page that sets a key must not be given to another reader"
    assert asked(server + path)[1] != cookies, "no two are alike"
    assert "Secure" in cookie.new_key({"scheme": "https"}) and "Secure" not in cookies[0]


def test_a_browser_that_has_a_key_keeps_it(server: str) -> None:
    for header in (f"{COOKIE}={GOOD}", f"_ga=GA1.2; {COOKIE}={GOOD}; other=1"):
        status, cookies, caching, _ = asked(server, Cookie=header)
        assert (status, cookies) == (200, []) and "no-store" not in caching


@pytest.mark.parametrize("beside", ["flag", 'consent={"all":true}', "nimi=åäö"])
@pytest.mark.parametrize("order", ["{0}; {1}", "{1}; {0}"], ids=["before", "after"])
def test_a_cookie_of_another_site_on_the_same_host_does_not_cost_the_key(beside: str, order: str) -> None:
    header = order.format(beside, f"{COOKIE}={GOOD}").encode()
    assert cookie.has_key({"headers": [(b"cookie", header)]}), (
        "or every load of a page gives a new key, and the desk is lost"
    )


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        GOOD[:-1],
        GOOD + "x",
        GOOD[:-1] + "ä",
        GOOD[:-1] + "/",
        "../" * 14 + "x",
        "x" * 6_000,
        '"' + GOOD,
        "%00" * 14,
        "<script>",
    ],
)
def test_a_bad_key_is_replaced_and_breaks_nothing(value: str, server: str) -> None:
    status, cookies, caching, body = asked(server, Cookie=f"{COOKIE}={value}".encode().decode("latin-1"))
    assert (
        status == 200
        and len(cookies) == 1
        and SET.fullmatch(cookies[0])
        and caching == "no-store"
        and b"</html>" in body.lower()
    )


@pytest.mark.parametrize("path", ["indicators", f"values?indicator={BASIC}", f"values?indicator={OWN}", "docs"])
@pytest.mark.parametrize("cookie", [{}, {"Cookie": f"{COOKIE}={GOOD}"}], ids=["no key", "a key"])
def test_the_interface_gives_and_reads_no_key(path: str, cookie: Mapping[str, str], server: str) -> None:
    status, cookies, caching, body = asked(f"{server}/api/v1/{path}", **cookie)
    assert cookies == [] and "no-store" not in caching and (status == 200) is (OWN not in path)
    assert body == asked(f"{server}/api/v1/{path}", "application/json")[3]


@pytest.mark.parametrize("path", ["/_stcore/health", "/static/nothing.js"])
def test_what_is_no_page_sets_no_key(path: str, server: str) -> None:
    assert not [cookie for cookie in asked(server + path, "*/*")[1] if COOKIE in cookie]


# Two readers, each with a browser of her own

expect.set_options(timeout=PATIENCE)
MARKED = f"{NAME} ({MARK['fi']})"
COMPARED = f"/vertailu?{urlencode(PLACE | {'kieli': 'fi', 'mittari': OWN})}"
DATA = f"/aineistot?{urlencode(PLACE | {'kieli': 'fi'})}"


def t_fi(key: str, **parts: Any) -> str:
    return Translator("fi")(key, **parts)


def calm(reader: Visit) -> Visit:
    """Waits until the page has been run."""
    reader.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()
    return reader


def choose_file(reader: Visit, content: bytes, name: str = "oma.csv") -> None:
    """Gives the page of data sets a file."""
    given: Any = {"name": name, "mimeType": "text/csv", "buffer": content}
    reader.page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(given)


def press(reader: Visit, label: str) -> None:
    reader.page.get_by_role("button", name=label, exact=True).click()


def bring(reader: Visit, content: bytes) -> Visit:
    """Brings a file and takes what is understood of it."""
    choose_file(calm(reader.go(DATA)), content)
    press(reader, t_fi("upload.take"))
    expect(reader.page.get_by_text(t_fi("upload.taken"))).to_be_visible()
    return calm(reader)


def troubles(reader: Visit) -> list[str]:
    return [trouble for trouble in reader.troubles if HARMLESS not in trouble]


def saved(reader: Visit, label: str, number: int = 0) -> Download:
    """What a button of the page gives to keep."""
    with reader.page.expect_download() as coming:
        reader.page.get_by_role("button", name=label, exact=True).nth(number).click()
    return coming.value


@pytest.fixture
def owner(browser: Browser, server: str, once: dict[str, Any]) -> Visit:
    """The window of a reader who has brought her figures; one for all tests that leave them as they are."""
    if "owner" not in once:
        once["owner"] = bring(Visit(window(browser), server), sheet(FIRST))
    return once["owner"]


@pytest.fixture
def stranger(browser: Browser, server: str) -> Iterator[Visit]:
    """The window of somebody else, who knows nothing of the first."""
    context = window(browser)
    yield Visit(context, server)
    context.close()


@pytest.mark.browser
def test_a_file_is_shown_before_it_is_taken_and_only_then_in_use(stranger: Visit) -> None:
    context = stranger.page.context
    context.add_cookies([{"name": COOKIE, "value": "x" * 3_000, "url": stranger.base}])
    reader = calm(stranger.go(DATA))
    [key] = [one for one in context.cookies() if one["name"] == COOKIE]
    assert cookie.KEY.fullmatch(key["value"]), "a key that is none is replaced"
    choose_file(reader, sheet(FIRST))
    rows = len(NAMES) * len(YEARS) * 2 + 3
    understood = re.compile(rf"{rows} .*{len(NAMES)}.*2017–2021")
    expect(reader.page.get_by_text(understood).first).to_be_visible()
    expect(reader.page.get_by_text(t_fi("upload.not_loaded", n=1)).first).to_be_visible()
    expect(reader.page.get_by_text("Luvut täyttävät mittarin Henkilöstön työhyvinvointi-indeksi")).to_be_visible()
    expect(reader.page.get_by_text("Talousarvio ja tavoite piirretään mittarin Perusopetuksen")).to_be_visible()
    expect(reader.page.get_by_role("textbox", name=t_fi("upload.name"))).to_have_value(NAME)
    expect(reader.page.get_by_text(t_fi("upload.in_use"), exact=True)).to_have_count(0)
    other = Visit(context, reader.base).go(COMPARED)
    expect(other.page.get_by_test_id("stAlert")).to_contain_text(t_fi("notice.uploaded"))
    unit = calm(reader).page.get_by_role("textbox", name=t_fi("catalogue.unit"))
    unit.fill("pistettä")
    unit.press("Tab")
    expect(calm(reader).page.get_by_role("textbox", name=t_fi("catalogue.unit"))).to_have_value("pistettä")
    press(calm(reader), t_fi("upload.take"))
    expect(reader.page.get_by_text(t_fi("upload.taken"))).to_be_visible()
    expect(reader.page.get_by_text(t_fi("upload.in_use"), exact=True)).to_be_visible()
    other.go(COMPARED)
    expect(other.finding.first).to_contain_text("411,5 pistettä vuonna 2019")
    assert troubles(reader) == [] == troubles(other)


@pytest.mark.browser
def test_what_was_brought_is_on_the_comparison_by_a_link_and_by_a_load_and_marked_in_every_part(owner: Visit) -> None:
    calm(owner.go(DATA)).page.get_by_role("link", name=re.compile(re.escape(MARKED))).click()
    for by_a_load in (False, True):
        if by_a_load:
            owner.go(COMPARED)
        expect(owner.page.locator("h1")).to_have_text(MARKED)
        calm(owner)
        expect(owner.finding.first).to_contain_text("411,5")
        expect(owner.finding.first).to_contain_text("422,0 (Koko Manner-Suomi, n = 8)")
        expect(owner.box(t_fi("choice.indicator"))).to_have_value(MARKED)
        owner.box(t_fi("choice.indicator")).click()
        owner.box(t_fi("choice.indicator")).fill(MARK["fi"])
        expect(owner.page.get_by_role("option").filter(has_text=MARK["fi"])).to_have_count(2)
        owner.page.keyboard.press("Escape")
        expect(owner.charts).to_have_count(2)
        for chart in (owner.charts.first, owner.charts.last):
            expect(chart).to_be_visible()
        expect(owner.page.get_by_text(re.compile(r"410,5 \(2017\) → 411,5 \(2019\)")).first).to_be_visible()
        expect(
            owner.page.get_by_text(t_fi("how.sources", sources=provenance.attribution(("own",), "fi"))).last
        ).to_be_visible()
        assert owner.path == "/vertailu" and owner.query["mittari"] == OWN
    assert MARK["fi"] in (owner.finding.first.text_content() or "") and troubles(owner) == []


@pytest.mark.browser
def test_it_stays_when_the_language_changes_and_the_page_is_loaded_anew(owner: Visit) -> None:
    owner.go(COMPARED)
    for language in ("sv", "en"):
        owner.page.locator(f"nav.km-languages a[lang={language}]").click()
        expect(owner.page.locator("h1")).to_have_text(f"{NAME} ({MARK[language]})")
        assert owner.language == language and owner.query["mittari"] == OWN
    calm(owner.go(f"/tyoelama?{urlencode(PLACE | {'kieli': 'en'})}"))
    expect(owner.finding.first).to_contain_text("wellbeing at work (own data) 82.3")
    calm(owner.go(f"/vertailu?{urlencode(PLACE | {'kieli': 'en', 'mittari': BASIC})}"))
    expect(owner.page.get_by_text(re.compile(r"Target \(own data\) 2020: 2,400; 2021: 2,350")).first).to_be_visible()
    [key] = [one for one in owner.page.context.cookies() if one["name"] == COOKIE]
    assert key["httpOnly"] and key["sameSite"] == "Lax" and key["expires"] == -1 and cookie.KEY.fullmatch(key["value"])
    assert owner.page.evaluate("document.cookie").count(COOKIE) == 0 and troubles(owner) == []


@pytest.mark.browser
def test_nobody_else_sees_it_on_any_page_in_any_list_or_from_the_interface(owner: Visit, stranger: Visit) -> None:
    of_schools = COMPARED.replace(OWN, BASIC)
    for seen_ in (COMPARED, of_schools):
        calm(owner.go(seen_))
    foreign = re.compile(f"{OWN}|{NAME}|lahipalvelun|löytäjät", re.IGNORECASE)
    calm(stranger.go(COMPARED))
    expect(stranger.page.get_by_test_id("stAlert")).to_contain_text(t_fi("notice.uploaded"))
    expect(stranger.page.locator("h1")).to_have_text(loader.indicators()[BASIC].name.fi)
    stranger.box(t_fi("choice.indicator")).click()
    stranger.box(t_fi("choice.indicator")).fill("oma aineisto")
    stranger.page.get_by_test_id("stSelectboxVirtualDropdown").wait_for()
    expect(stranger.page.get_by_role("option").filter(has_text=MARK["fi"])).to_have_count(0)
    stranger.page.keyboard.press("Escape")
    for section in sections.SECTIONS:  # every page without a browser: above
        for _, path, title in section.pages:
            if path not in ("kuntakortti", "kehikko", "tyoelama", "indikaattorit", "aineistot"):
                continue
            stranger.page.get_by_test_id("stSidebar").get_by_role("link", name=t_fi(title), exact=True).click()
            expect(stranger.page).to_have_title(f"{t_fi(title)} · Kuntamittari")  # the run of the page says so
            content = calm(stranger).page.content()
            assert t_fi("error.page") not in content and not foreign.search(content), path
            assert path == "aineistot" or "(oma aineisto)" not in content, path
            assert path != "tyoelama" or stranger.finding.count() == 0, "no measure of working life has figures"
    expect(calm(stranger.go(of_schools)).charts).to_have_count(2)
    expect(stranger.page.get_by_text(text.plan(Translator("fi"), "target"))).to_have_count(0)
    for reader in (stranger, owner):  # the interface is the same for everybody, the owner among them
        answer = reader.page.request.get(f"{reader.base}/api/v1/values?indicator={OWN}")
        assert answer.status == 400 and answer.json()["error"]["code"] == "unknown_indicator"
        awaited = reader.page.request.get(f"{reader.base}/api/v1/values?indicator={AWAITED}").json()["values"]
        assert {row["value"] for row in awaited} <= {None}
        catalogue_ = reader.page.request.get(f"{reader.base}/api/v1/indicators")
        known = {one["id"]: one for one in catalogue_.json()["values"]}
        assert not foreign.search(catalogue_.text()) and known.keys() == loader.indicators().keys()
        assert known[AWAITED]["years"] == [] and known[AWAITED]["awaited"] and "oma aineisto" not in catalogue_.text()
        assert known[BASIC]["years"] == list(YEARS)
    expect(calm(owner.go(COMPARED)).page.locator("h1")).to_have_text(MARKED)
    assert troubles(stranger) == []


@pytest.mark.browser
def test_slides_of_what_was_brought_say_whose_it_is(owner: Visit) -> None:
    calm(owner.go(COMPARED))
    press(owner, t_fi("deck.take"))
    given = saved(owner, t_fi("deck.pptx"))
    content = contents("pptx", Path(given.path()).read_bytes()).replace("\N{NO-BREAK SPACE}", " ")
    assert given.suggested_filename == "vertailu.pptx" and content.count(MARKED) >= 2 and "411,5" in content
    assert content.count(provenance.attribution(("own",), "fi")) >= 2


@pytest.mark.browser
@pytest.mark.parametrize("measure", [OWN, AWAITED])
def test_a_csv_file_of_what_was_brought_holds_its_figures_and_says_whose_they_are(measure: str, owner: Visit) -> None:
    calm(owner.go(COMPARED.replace(OWN, measure)))
    press(owner, t_fi("files.table"))
    content = Path(saved(owner, t_fi("files.csv")).path()).read_bytes().decode("utf-8-sig")
    scale = 1 if measure == OWN else SCALE
    rows = {row["Kunta"]: row for row in csv.DictReader(io.StringIO(content))}
    value = next(head for head in rows["Utukylä"] if head.startswith("Arvo"))
    assert {name: round(float(rows[name][value]), 6) for name in ("Utukylä", "Olematonlahti")} == {
        NAMES[code][0]: round(figure(code, 2019) / scale, 6) for code in (HERE, "958")
    }
    assert MARK["fi"] in content.lower(), "a file outlives the page that it was taken from"


@pytest.mark.browser
def test_two_who_bring_the_same_measure_at_the_same_time_each_see_their_own(browser: Browser, server: str) -> None:
    contexts = [window(browser), window(browser)]
    both = dict(zip((FIRST, SECOND), (Visit(context, server) for context in contexts), strict=True))
    for reader in both.values():
        calm(reader.go(DATA))
    for first, reader in both.items():
        choose_file(reader, sheet(first))
    for reader in reversed(both.values()):
        press(reader, t_fi("upload.take"))
    for reader in both.values():
        expect(reader.page.get_by_text(t_fi("upload.taken"))).to_be_visible()
    for reader in both.values():
        reader.page.goto(server + COMPARED)
    for first, reader in both.items():
        expect(reader.page.locator("h1")).to_have_text(MARKED)
        here, median = (f"{figure(HERE, 2019, first) + more:.1f}".replace(".", ",") for more in (0, 10.5))
        expect(reader.finding.first).to_contain_text(here)
        expect(reader.finding.first).to_contain_text(f"{median} (Koko Manner-Suomi, n = 8)")
    for reader in both.values():
        reader.choose(t_fi("choice.year"), "2017", "stSidebar")
    for first, reader in both.items():
        expect(reader.finding.first).to_contain_text(f"{first:.1f}".replace(".", ","))
        assert troubles(reader) == []
        reader.page.context.close()


@pytest.mark.browser
def test_one_measure_is_removed_then_all_and_a_saved_desk_comes_back_in_another_browser(
    browser: Browser, server: str, stranger: Visit
) -> None:
    reader = bring(Visit(window(browser), server), sheet(FIRST))
    content = Path(saved(reader, t_fi("upload.file")).path()).read_bytes()
    assert workspace.of_file(content).weight == len(NAMES) * len(YEARS) * 2 + 3
    press(reader, t_fi("upload.remove", name=MARKED))
    expect(reader.page.get_by_role("link", name=re.compile(re.escape(NAME)))).to_have_count(0)
    expect(reader.page.get_by_role("link", name=re.compile("työhyvinvointi-indeksi"))).to_have_count(1)
    reader.go(COMPARED)
    expect(reader.page.get_by_test_id("stAlert")).to_contain_text(t_fi("notice.uploaded"))
    press(calm(reader.go(DATA)), t_fi("upload.clear"))
    expect(reader.page.get_by_text(t_fi("upload.in_use"), exact=True)).to_have_count(0)
    calm(reader.go(f"/tyoelama?{urlencode(PLACE | {'kieli': 'fi'})}"))
    assert reader.finding.count() == 0
    choose_file(calm(stranger.go(DATA)), content, "kuntamittari-oma.json")
    expect(stranger.page.get_by_text(t_fi("upload.desk", measures=3, figures=57, tags=0))).to_be_visible()
    press(stranger, t_fi("upload.take_desk"))
    expect(stranger.page.get_by_text(t_fi("upload.taken"))).to_be_visible()
    expect(calm(stranger.go(COMPARED)).finding.first).to_contain_text("411,5")
    assert troubles(reader) == [] == troubles(stranger)
    reader.page.context.close()


@pytest.mark.browser
def test_a_name_is_shown_as_it_is_written_and_asks_nothing_of_others(stranger: Visit) -> None:
    name = MARKUP
    reader, soon = bring(stranger, sheet(FIRST, name)), 3_000
    remove = reader.page.get_by_role("button", name=t_fi("upload.remove", name=f"{name} ({MARK['fi']})"), exact=True)
    shown = [remove.count()]
    reader.page.get_by_role("link", name=re.compile("Tähti")).click()
    expect(reader.page.locator("h1")).to_contain_text("Tähti")
    assert troubles(calm(reader)) == [], "a name in a file that another has made loads nothing"
    expect(reader.page.locator("h1")).to_have_text(f"{name} ({MARK['fi']})", timeout=soon)
    assert shown == [1]
