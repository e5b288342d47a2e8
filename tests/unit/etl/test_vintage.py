"""A view opened by an older link says what has changed since (`aineisto=` in the address)."""

from pathlib import Path
from typing import Any

import pytest

from kuntamittari import settings
from kuntamittari.etl import publish
from kuntamittari.exhibits import page_context
from kuntamittari.exhibits.views import vintage
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from tests.support.ask.vintages import INDICATOR, Libraries, data_set, replace
from tests.support.small_data import MakeData


@pytest.fixture(autouse=True)
def one_indicator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write the values of the one indicator."""
    monkeypatch.setattr(publish, "figures", Libraries)


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
    assert "no longer known (<b>nothing</b>)" in said(out, "<b>nothing</b>")
