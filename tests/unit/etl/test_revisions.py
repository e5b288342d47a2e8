"""What an update changes in the figures that have been shown."""

import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pandas as pd
import pytest

from kuntamittari import settings
from kuntamittari.etl import publish, revisions
from kuntamittari.exhibits import page_context, selected_figures
from kuntamittari.exhibits.views import vintage
from kuntamittari.query.database import Database
from kuntamittari.query.history import revisions as history
from kuntamittari.query.snapshot import REVISIONS, open_snapshot, write_manifest
from kuntamittari.web.documents import markup, model
from tests.support.ask.vintages import INDICATOR, Libraries, data_set, replace
from tests.support.small_data import MakeData


@pytest.fixture(autouse=True)
def one_indicator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the values of the one indicator."""
    monkeypatch.setattr(publish, "figures", Libraries)


def changed(out: Path) -> list[tuple[Any, ...]]:
    """The rows of the table of libraries: municipality, year, before, after, cause."""
    frame = history.rows(Database(open_snapshot(out))).to_pandas()
    frame = frame[frame["indicator"] == INDICATOR]
    columns = frame[["municipality", "year", "before", "after", "cause"]].astype(object)
    return [tuple(row) for row in columns.where(columns.notna(), None).itertuples(index=False)]


def test_revised_vanished_and_late_figures_are_kept_and_a_new_year_is_one_row(make_data: MakeData) -> None:
    out = data_set(make_data, {("091", 2018): 6000, ("837", 2018): 5000, ("837", 2017): 4000})
    before = open_snapshot(out)
    replace(out, data_set(make_data, {("091", 2017): 100, ("091", 2018): 6600, ("837", 2018): 5000, ("837", 2019): 1}))
    found = changed(out)
    assert found == [
        ("091", 2017, None, 1.0, "figures"),
        ("837", 2017, 40.0, None, "figures"),
        ("091", 2018, 60.0, 66.0, "figures"),
        ("", 2019, None, None, "figures"),
    ]
    database = Database(open_snapshot(out))
    [former] = history.former_values(database, INDICATOR, "091", 2018)
    assert (former.value, former.data_version) == (60.0, before.digest)
    assert history.former_values(database, INDICATOR, "837", 2018) == []
    [one] = history.data_sets(database)
    assert one["data_version"] == before.digest and one["retrieved"] == before.manifest["retrieved"]


def test_a_second_update_adds_to_the_first_and_one_that_changes_nothing_adds_no_row(make_data: MakeData) -> None:
    given = [{("091", 2018): euros} for euros in (6000, 6600, 6600, 7000)]
    out = data_set(make_data, given[0])
    versions = []
    for newer in given[1:]:
        versions.append(open_snapshot(out).digest)
        replace(out, data_set(make_data, newer))
    assert [row[2:4] for row in changed(out)] == [(60.0, 66.0), (66.0, 70.0)]
    database = Database(open_snapshot(out))
    former = history.former_values(database, INDICATOR, "091", 2018)
    assert [(one.value, one.data_version) for one in former] == [(66.0, versions[2]), (60.0, versions[0])]
    assert [one["data_version"] for one in history.data_sets(database)] == versions[::-1]


def test_another_definition_is_told_from_other_figures(make_data: MakeData) -> None:
    out = data_set(make_data, {("091", 2018): 6000})
    manifest = open_snapshot(out).manifest
    manifest["files"]["values"]["definitions"][INDICATOR] = "another"
    write_manifest(manifest, out)
    replace(out, data_set(make_data, {("091", 2018): 6600}))
    assert changed(out) == [("091", 2018, 60.0, 66.0, "definition")]


def test_municipalities_that_only_one_data_set_has_loaded_are_no_revisions(make_data: MakeData) -> None:
    few = [{"code": "091"}, {"code": "837", "loaded": False}]
    out = data_set(make_data, {("091", 2018): 6000}, municipality=few)
    replace(out, data_set(make_data, {("091", 2018): 6000, ("837", 2018): 5000}))
    assert changed(out) == []


def test_what_was_changed_before_the_oldest_data_set_that_is_kept_is_dropped(
    make_data: MakeData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(revisions, "MOST_KEPT", 1)
    out = data_set(make_data, {("091", 2018): 6000})
    for euros in (6600, 7000):
        replace(out, data_set(make_data, {("091", 2018): euros}))
    assert [row[2:4] for row in changed(out)] == [(66.0, 70.0)]
    assert pd.read_parquet(open_snapshot(out).path(REVISIONS))["data_version"].nunique() == 1


# A view opened by an older link (`aineisto=` in the address)


def said(out: Path, digest: str, language: str = "en", **more: Any) -> str:
    """Return what a view of libraries in Tampere says."""
    query = {"kunta": "837", "mittari": INDICATOR, "kieli": language, "vuosi": "2018", "aineisto": digest} | more
    return vintage.since(page_context.read(query, Database(open_snapshot(out))))


@pytest.fixture
def twice(make_data: MakeData) -> tuple[Path, list[str]]:
    """Return a data set that was replaced twice, and the hashes of the earlier ones."""
    out, versions = data_set(make_data, {("837", 2018): 6000, ("837", 2017): 5000}), []
    for euros in (6600, 7000):
        versions.append(open_snapshot(out).digest)
        replace(out, data_set(make_data, {("837", 2018): euros, ("837", 2017): 5500}))
    return out, versions


def test_the_figure_of_the_link_is_told_then_and_now(twice: tuple[Path, list[str]]) -> None:
    out, (first, second) = twice
    assert "60" in said(out, first) and "70" in said(out, first) and "other changed figures 1" in said(out, first)
    assert "66" in said(out, second) and "60" not in said(out, second).replace("2026", "")
    assert "other" not in said(out, second)
    assert all("60" in said(out, first, language) for language in settings.LANGUAGES)


def test_a_link_of_the_data_in_use_or_without_data_says_nothing(twice: tuple[Path, list[str]]) -> None:
    out, _ = twice
    assert said(out, open_snapshot(out).digest) == "" == said(out, "")


def test_what_has_not_changed_and_what_is_not_known_is_said(twice: tuple[Path, list[str]]) -> None:
    out, (first, _) = twice
    assert "the figures are the same as then" in said(out, first, kunta="091")
    assert "no longer known (<b>nothing)" in said(out, "<b>nothing")


# Earlier data sets that the operator keeps (KUNTAMITTARI_VINTAGES)

PLACES = [("nav.compare", [("vertailu", "nav.comparison")])]


@pytest.fixture
def kept(make_data: MakeData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """Return a data set that was replaced once, and the version of the earlier one, of which a copy is kept."""
    out = data_set(make_data, {("837", 2018): 6000})
    earlier = tmp_path / "earlier"
    shutil.copytree(out, earlier / "2026-11")
    (earlier / "other").mkdir()  # no data set
    version = open_snapshot(out).digest
    replace(out, data_set(make_data, {("837", 2018): 6600}))
    monkeypatch.setenv("KUNTAMITTARI_VINTAGES", str(earlier))
    return out, version


def seen(out: Path, version: str) -> page_context.PageContext:
    """Return the page context of libraries in Tampere by a link of a data set."""
    query = {"kunta": "837", "mittari": INDICATOR, "kieli": "en", "vuosi": "2018", "aineisto": version}
    return page_context.read(query, Database(open_snapshot(out)))


def test_an_earlier_data_set_that_is_kept_is_shown_and_says_so(kept: tuple[Path, str]) -> None:
    out, version = kept
    context = seen(out, version)
    assert vintage.shows_earlier(context) and context.data.snapshot.digest == version
    assert selected_figures.standing(context, context.indicator).value == 60.0
    assert "The view shows data retrieved" in vintage.since(context)
    assert "was 60.00, now 66.00" in vintage.since(context)
    newest = seen(out, open_snapshot(out).digest)
    assert not vintage.shows_earlier(newest) and vintage.since(newest) == ""
    assert selected_figures.standing(newest, newest.indicator).value == 66.0


def test_a_document_of_an_earlier_data_set_leads_to_the_newest(kept: tuple[Path, str]) -> None:
    out, version = kept
    query = {"kunta": "837", "mittari": INDICATOR, "kieli": "en", "vuosi": "2018", "aineisto": version}
    content = markup.body(model.of(query, "vertailu", PLACES, Database(open_snapshot(out))))
    newest = f'<a href="vertailu?{urlencode({name: query[name] for name in ("kieli", "kunta", "mittari", "vuosi")})}'
    assert "retrieved" in content and newest.replace("&", "&amp;") in content
    assert content.count("Open with the newest figures") == 1


def test_what_is_not_kept_or_damaged_shows_the_figures_in_use(
    kept: tuple[Path, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out, version = kept
    assert not vintage.shows_earlier(seen(out, "0123456789abcdef"))
    assert not vintage.shows_earlier(seen(out, "../2026-11"))
    (tmp_path / "earlier" / "2026-11" / "finance.parquet").write_bytes(b"damaged")
    context = seen(out, version)
    assert not vintage.shows_earlier(context) and "was 60.00, now 66.00" in vintage.since(context)
    assert "The earlier data set cannot be shown" in caplog.text
