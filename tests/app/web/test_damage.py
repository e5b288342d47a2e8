"""Data that are damaged or gone: one sentence for the reader, one line for the log, and everything as before once the
fault is gone."""

import asyncio
import gc
import logging
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.errors import DataError
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from kuntamittari.web import api
from tests.support.pages import page_at

BASIC = "basic_education_cost_per_7_15"
TAMPERE = {"kunta": "837", "vuosi": "2018", "mittari": BASIC}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundle in use, to be damaged."""
    out = shutil.copytree(
        settings.ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("knowledge", ".update*")
    )
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(out))
    return out


def flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_reader_is_told_in_one_sentence_and_the_log_in_one_line(
    language: str, data: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = Database.query

    def failing(self: Database, name: str, **parameters: Any) -> pa.Table:
        if name == "members":
            raise DataError(["first", "second"])
        return honest(self, name, **parameters)

    monkeypatch.setattr(Database, "query", failing)
    with caplog.at_level(logging.ERROR):
        page = page_at("comparison.py", kieli=language, **TAMPERE)
    assert not page.exception and [box.value for box in page.error] == [Translator(language)("error.data")]
    assert str(data) not in page.error[0].value
    assert [(r.getMessage(), r.exc_info) for r in caplog.records if r.name.startswith("kuntamittari")] == [
        ("first second", None)
    ]
    monkeypatch.undo()
    page.run()
    assert not page.error and not page.exception


def test_the_interface_answers_503_and_the_log_one_line(data: Path, caplog: pytest.LogCaptureFixture) -> None:
    flipped(data / "finance.parquet")
    with caplog.at_level(logging.ERROR):
        answer = TestClient(api.create(), raise_server_exceptions=False).get("/v1/municipalities")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "no_data") and str(data) not in answer.text
    assert [len(r.getMessage().splitlines()) for r in caplog.records if r.name.startswith("kuntamittari")] == [1]


def test_the_server_starts_on_damaged_data_and_says_so(
    data: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    import app

    monkeypatch.setattr(gc, "freeze", lambda: None)
    flipped(data / "finance.parquet")

    async def start() -> None:
        app.loaded.cache_clear()
        async with app.lifespan(app.app):
            await asyncio.wrap_future(app.loaded())

    with caplog.at_level(logging.ERROR):
        asyncio.run(start())
    assert [r.getMessage().rpartition("; ")[0].rpartition(": ")[2] for r in caplog.records] == [
        "the content is not what the manifest says (sha256)"
    ]
