"""The recorded answers of tests/data are what scripts/fixture.py records from the replay server."""

import json
from pathlib import Path

import pytest

from kuntamittari.errors import MadeUpError, NotThereError
from kuntamittari.etl.sources import vipunen
from scripts import fixture
from tests.support.material import shared

FILES = fixture.FIXTURE


def test_the_answers_are_those_that_the_script_records(
    replay: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(*_: object, **__: object) -> None:
        """The replay server of the tests has made-up figures of education, which the script's has not."""
        raise NotThereError("/api/resources/suoritteet: the service has no such table (404).")

    monkeypatch.setattr(vipunen, "costs_and_pupils", absent)
    fixture.record(replay, tmp_path / "answers")
    folders = (tmp_path / "answers", FILES / "answers")
    ours, theirs = (json.loads((folder / "manifest.json").read_text("utf-8")) for folder in folders)
    assert ours == theirs, "run `.venv/bin/python -m scripts.fixture`"


def test_the_published_figures_and_the_licence_are_those_that_the_script_writes() -> None:
    shared("sources")
    [head, *rows] = (FILES / "golden.csv").read_text("utf-8").splitlines()
    assert head == ",".join(fixture.GOLDEN)
    assert rows == [",".join(row[name] for name in fixture.GOLDEN) for row in fixture.golden()]
    absent = set(json.loads((FILES / "answers" / "manifest.json").read_text("utf-8"))["absent"])
    assert (FILES / "LICENSE.md").read_text("utf-8") == fixture.licence(absent)


def test_a_made_up_answer_stops_the_script(replay: str, tmp_path: Path) -> None:
    with (
        fixture.Excerpt(base=replay, cache=tmp_path) as client,
        pytest.raises(MadeUpError),
    ):
        client.get("https://api.vipunen.fi", "/api/resources/suoritteet/data", [("limit", "1")])
