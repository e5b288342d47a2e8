"""Files that are damaged, gone or of another shape, no disk, a clock that jumps: one line says so, and everything is as
before once the fault is gone."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import stamina

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.errors import DataError, SourceError
from kuntamittari.etl.client import Client
from kuntamittari.exhibits import reporting
from kuntamittari.exhibits.render import reports
from kuntamittari.query import database, figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot, write_manifest

BASIC = "basic_education_cost_per_7_15"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundle in use, to be damaged."""
    out = shutil.copytree(
        settings.ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("knowledge", ".update*")
    )
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(out))
    return out


def values() -> list[dict[str, Any]]:
    """The figures of an indicator from the data in use."""
    return figures.values(database.current(), loader.indicators()[BASIC]).to_pylist()


def flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(bytes(content))


def folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def rewritten(data: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """Another table, of which the manifest knows."""
    file = data / "finance.parquet"
    pq.write_table(change(pq.read_table(file)), file)
    known(
        data, lambda manifest: manifest["files"]["finance"].update(sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    )


def known(data: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    manifest = json.loads((data / "manifest.json").read_text("utf-8"))
    change(manifest)
    (data / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def no_parquet(data: Path) -> None:
    (data / "finance.parquet").write_bytes(b"figures")
    known(data, lambda manifest: manifest["files"]["finance"].update(sha256=hashlib.sha256(b"figures").hexdigest()))


DAMAGE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "one bit": (
        lambda data: flipped(data / "finance.parquet"),
        r"finance\.parquet: the content is not what the manifest says",
    ),
    "one bit of the boundaries": (lambda data: flipped(data / "boundary.parquet"), r"boundary\.parquet: the content"),
    "cut": (lambda data: os.truncate(data / "finance.parquet", 9_000), r"finance\.parquet: the content"),
    "empty": (lambda data: os.truncate(data / "finance.parquet", 0), r"finance\.parquet: the content"),
    "gone": (lambda data: (data / "finance.parquet").unlink(), "the files of finance are missing"),
    "a folder": (lambda data: folder(data / "finance.parquet"), "the files of finance are missing"),
    "a column renamed": (
        lambda data: rewritten(data, lambda t: t.rename_columns({"task_class": "task"})),
        "the columns are not those",
    ),
    "a column of words": (
        lambda data: rewritten(
            data, lambda t: t.set_column(t.column_names.index("eur"), "eur", t["eur"].cast(pa.string()))
        ),
        "the columns are not those",
    ),
    "no Parquet": (no_parquet, "the columns are not those"),
    "the manifest cut": (lambda data: os.truncate(data / "manifest.json", 400), r"manifest\.json cannot be read"),
    "the manifest without years": (
        lambda data: known(data, lambda m: m.pop("years")),
        r"manifest\.json cannot be read .*years",
    ),
    "the manifest a folder": (
        lambda data: folder(data / "manifest.json"),
        r"manifest\.json cannot be read: Is a directory",
    ),
    "no directory": (shutil.rmtree, "No data in"),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_told_in_one_line_and_forgotten_once_it_is_mended(what: str, data: Path, tmp_path: Path) -> None:
    """Also under data that are open already: a damaged file can often be read, and gives wrong figures."""
    damage, said = DAMAGE[what]
    before, sound = values(), shutil.copytree(data, tmp_path / "sound")
    damage(data)
    with pytest.raises(DataError, match=said) as error:
        database.current()
    assert len(error.value.line.splitlines()) == 1
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(sound, data)
    assert values() == before


def test_a_data_directory_that_is_a_file_is_no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("figures")
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(tmp_path / "file"))
    with pytest.raises(DataError, match="No data in"):
        database.current()


def lose(opened: Database) -> None:
    opened.snapshot.path("finance").unlink()


def starve(opened: Database) -> None:
    opened._connection.execute("set memory_limit='1MB'")


@pytest.mark.parametrize(
    ("trouble", "said"), [(lose, "No files found"), (starve, r"Out of Memory.* Give it more memory\.")]
)
def test_what_fails_in_the_middle_of_a_page_is_one_line_and_the_next_page_opens_the_data_anew(
    trouble: Callable[[Database], None], said: str, data: Path, tmp_path: Path
) -> None:
    before, sound = values(), shutil.copytree(data, tmp_path / "sound")
    opened = database.current()
    trouble(opened)
    with pytest.raises(DataError, match=said) as error:
        opened.query("values", formulas=[loader.indicators()[BASIC].bound()])
    assert "\n" not in str(error.value)
    shutil.copytree(sound, data, dirs_exist_ok=True)
    assert values() == before and database.current() is not opened


@pytest.mark.parametrize("form", reports.FORMATS)
def test_a_report_is_made_where_no_disk_can_be_written(
    form: str, monkeypatch: pytest.MonkeyPatch, bundle: Database
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    with pytest.raises(FileNotFoundError):
        tempfile.mkstemp()
    brief = reporting.summary(reporting.context(bundle, "837", "largest-20", 2018, "en"))
    assert len(reports.FORMATS[form].render(brief)) > 5_000


# ── the clock and the sources


@pytest.mark.parametrize(("age", "asked_again"), [(3600, False), (25 * 3600, True), (-3600, False), (-25 * 3600, True)])
def test_an_answer_kept_of_yesterday_or_of_tomorrow_is_asked_for_again(
    age: float, asked_again: bool, tmp_path: Path
) -> None:
    """Of tomorrow: the clock has been set back."""
    with Client(base="https://one.fi", interval=0, cache=tmp_path) as client:
        client._http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=[])))
        client.get("https://host.fi", "/x")
        [kept] = tmp_path.iterdir()
        written = kept.stat().st_mtime - age
        os.utime(kept, (written, written))
        client.get("https://host.fi", "/x")
        assert client.requests == (2 if asked_again else 1)


def test_attempts_that_fail_are_told_once_at_the_end(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with (
        Client(base="https://one.fi", interval=0, cache=tmp_path) as client,
        stamina.set_testing(True, attempts=6),
        caplog.at_level(0),
    ):
        client._http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(503)))
        with pytest.raises(SourceError, match="answered 503, after 6 attempts"):
            client.get("https://host.fi", "/x")
    assert client.requests == 6 and not [r for r in caplog.records if r.name.startswith("stamina")]


# ── manifests of any form

SOUND = (settings.ROOT / "data" / "manifest.json").read_text("utf-8")


def changed(**facts: Any) -> bytes:
    """The manifest of the bundle with other facts."""
    return json.dumps(json.loads(SOUND) | facts).encode()


def changed_file(**facts: Any) -> bytes:
    """The manifest of the bundle with other facts of one file."""
    manifest = json.loads(SOUND)
    manifest["files"]["finance"] |= facts
    return json.dumps(manifest).encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no JSON at line 1"),
        (b"null", "the whole: Input should be"),
        (b"[]", "the whole: Input should be"),
        (b"{}", "scope: Field required; years: Field required; division_year: Field required and 3 more"),
        (b"\xff{}", "no text in UTF-8"),
        (b"[" * 200_000, "it is nested too deep"),
        (b'{"years": ' + b"[" * 5_000 + b"]" * 5_000 + b"}", "it is nested too deep"),
        (changed(years=[]), "years: List should have at least 1 item"),
        (changed(years=None), "years: Input should be a valid list"),
        (changed(years=["2018"]), "years.0: Input should be a valid integer"),
        (changed(years=[99_999]), "years.0: Input should be less than"),
        (changed(division_year=2026.5), "division_year: Input should be a valid integer"),
        (changed(retrieved="yesterday"), "retrieved: Value error"),
        (changed(files={}), "no file of finance"),
        (changed(files=[]), "files: Input should be"),
        (changed(absent=[]), "absent: Input should be"),
        (changed(older={"vipunen": {}}), r"older.vipunen.reason: Field required"),
        (changed(earlier=[{"before": 2021}]), "earlier.0.retrieved: Field required"),
        (changed(raw={"path": "/etc", "answers": {}}), "raw.path: Value error, the path leaves the data directory"),
        (changed_file(path="../finance.parquet"), "files.finance.path: Value error, the path leaves"),
        (changed_file(path="/etc/passwd"), "files.finance.path: Value error, the path leaves"),
        (changed_file(sha256="none"), "files.finance.sha256: String should match"),
        (changed_file(rows=None), "files.finance.rows: Input should be"),
        (changed_file(sources=[{"id": "kta_costs"}]), "files.finance.sources.0.agency: Field required"),
    ],
)
def test_a_manifest_of_another_form_is_told_in_one_sentence(content: bytes, said: str, data: Path) -> None:
    (data / "manifest.json").write_bytes(content)
    with pytest.raises(DataError, match=rf"manifest\.json cannot be read \({said}") as error:
        database.current()
    assert len(error.value.problems) == 1 and "\n" not in str(error.value)
    with pytest.raises(DataError, match="cannot be read"):
        open_snapshot(data)


def test_a_manifest_that_could_not_be_read_again_is_not_written(data: Path) -> None:
    before = (data / "manifest.json").read_bytes()
    with pytest.raises(ValueError, match="years"):
        write_manifest(json.loads(SOUND) | {"years": []}, data)
    assert (data / "manifest.json").read_bytes() == before
