"""Pages with a workspace: every page runs with an uploaded measure, files are shown before they are taken, and new data
come into use beside them. The municipalities and numbers are invented."""

import html
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kuntamittari.catalog import loader
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.page_context import with_overlay as overlaid
from kuntamittari.i18n import Translator, texts
from kuntamittari.query import database
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import BOUNDARY, SCHEMAS, open_snapshot, write_manifest
from kuntamittari.ui import sections
from kuntamittari.ui.workspace import IN_SESSION, StoredWorkspace
from kuntamittari.uploads import workspace
from kuntamittari.uploads.own_figures import MARK, Figure, Measure
from kuntamittari.uploads.workspace import Workspace
from tests.support.markup import words
from tests.support.pages import alts_of, finding_of, said, titles, written
from tests.support.small_data import MakeData
from tests.support.uploads.invented_country import (
    COST,
    HERE,
    LANGUAGES,
    LOADED,
    OWN,
    PLACE,
    YEARS,
    country,
    figure,
    kept,
    sheet,
)
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


@pytest.fixture
def lying(mine: Database) -> StoredWorkspace:
    """A workspace with its data, as a session holds it."""
    return StoredWorkspace(workspace_of(mine), mine)


def workspace_of(data: Database) -> Workspace:
    """The workspace that is laid over a database."""
    return getattr(data.overlay.indicators, "__self__", workspace.EMPTY)


# The pages
PAGES = [path for section in sections.SECTIONS for _, path, _ in section.pages]
TURNS = [(path, LANGUAGES[turn % 3], (OWN, COST, AWAITED)[turn // 3 % 3]) for turn, path in enumerate(PAGES)]
# pages that show the chosen measure, but for those with a subject of their own
ABOUT_IT = ("vertailu", "kartta", "indikaattorit", "valtakunta", "organisointi")


@pytest.mark.parametrize(
    ("path", "language", "measure"), TURNS, ids=[f"{path or 'start'} {language}" for path, language, _ in TURNS]
)
def test_every_page_runs_with_an_uploaded_measure_chosen(
    path: str, language: str, measure: str, lying: StoredWorkspace
) -> None:
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


def test_the_rug_has_a_column_of_an_uploaded_measure_and_no_row_of_a_municipality_that_is_not_loaded(
    lying: StoredWorkspace,
) -> None:
    page = opened("kuntakortti", lying, kieli="sv", nakyma="matto", mittari=OWN, **PLACE)
    [rug] = [block.proto.body for block in page.get("html") if "<table" in block.proto.body]
    head, _, body = rug.partition("<tbody>")
    assert f"mittari={OWN}" in head and MARK["sv"] in head and "Fjärråsa" not in body
    cells = re.findall(rf"<td><a [^>]*mittari={OWN}[^>]*>", body)
    assert len(cells) == len(LOADED) and all(MARK["sv"] in cell for cell in cells)


MARKUP = "*Tähti* ![ö](http://127.0.0.1:9/seuraa.png) $å$ :red[x]"


@pytest.mark.parametrize("path", ["vertailu", "kartta", "indikaattorit", "tyoelama", "aineistot"])
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
def test_the_comparison_draws_the_plans_and_says_them_to_their_reader_alone(
    language: str, lying: StoredWorkspace
) -> None:
    t, query = Translator(language), {"kieli": language, "mittari": BASIC, **PLACE}
    plans = [
        words(text.planned(t, loader.indicators()[BASIC], text.plan(t, status), known))
        for status, known in PLANS.items()
    ]
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
def test_an_address_of_a_measure_that_is_not_in_the_workspace_says_where_to_upload_it(
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
    language: str, lying: StoredWorkspace
) -> None:
    t = texts(language)
    page = give(opened("aineistot", lying, kieli=language, **PLACE), BAD)
    assert not page.exception and [words(box.value) for box in page.error] == [t["problem.title"].format(n=len(WRONG))]
    [listed] = [table.value.reset_index() for table in page.table]
    assert list(listed[t["problem.line"]]) == [str(line) for line, _ in WRONG]
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
    ("en", b'{"format": "x"}', "x.json", "no_workspace"),
]


@pytest.mark.parametrize(
    ("language", "content", "name", "reason"), REFUSED, ids=[f"{one[3]} {one[0]}" for one in REFUSED]
)
def test_a_file_refused_as_a_whole_gives_one_sentence(
    language: str, content: bytes, name: str, reason: str, lying: StoredWorkspace
) -> None:
    page = give(opened("aineistot", lying, kieli=language, **PLACE), content, name)
    [box] = page.error
    told = texts(language)[f"tabular.{reason}"].partition("{")[0]
    assert words(box.value).startswith(f"{name}: {told}") and not page.exception and primary(page, language) == []
    assert not list(page.table)
    assert page.session_state[IN_SESSION] is lying
    page = give(page, sheet(SECOND))
    assert not page.error and primary(page, language), "the next file is read all the same"


def test_a_figure_too_large_for_words_is_shown_or_refused_but_the_page_stands(lying: StoredWorkspace) -> None:
    page = give(
        opened("aineistot", lying, kieli="fi", **PLACE),
        f"kunta;vuosi;mittari;arvo\n{HERE};2019;Tähtitiede;1e30".encode(),
    )
    assert not page.exception


def test_what_another_window_of_the_same_reader_has_taken_meanwhile_is_not_lost(shared: Database) -> None:
    page = give(opened("aineistot", Workspace(), kieli="fi", **PLACE), sheet(FIRST))
    meanwhile = kept(SECOND).without(OWN).without(AWAITED).without(BASIC)
    page.session_state[IN_SESSION] = StoredWorkspace(meanwhile)
    next(button for button in page.button if button.label == texts("fi")["upload.take"]).click().run()
    assert not page.exception and {m.id for m in page.session_state[IN_SESSION].workspace.measures} == {
        COST,
        OWN,
        AWAITED,
        BASIC,
    }


# New data meanwhile


def test_a_new_snapshot_comes_into_use_beside_the_same_uploaded_figures(
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
