"""The command line against the replay server: an update and a check, and what cannot be loaded or written."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kuntamittari.query.snapshot import SCHEMAS, open_snapshot
from tests.support.command import Run, python_m, runner


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """run("check", …, KUNTAMITTARI_DATA=…) → exit code, lines of output, lines of error without the progress bar."""
    with runner(capsys, monkeypatch) as command:
        yield command


def test_an_update_and_a_check_from_the_shell(replay: str, tmp_path: Path) -> None:
    out = tmp_path / "data"
    environment = {
        "KUNTAMITTARI_API_BASE": f"{replay}/",
        "KUNTAMITTARI_REQUEST_INTERVAL": "0",
        "KUNTAMITTARI_DATA": str(out),
    }
    updated = python_m("update", "--years", "2018", **environment)
    assert updated.returncode == 0, updated.stderr
    assert updated.stdout.splitlines()[-1] == f"In use: {out}"
    assert {line.split(":")[0] for line in updated.stdout.splitlines()[:-1]} == {
        *SCHEMAS,
        "boundary",
        "values",
        "models",
    }
    assert updated.stderr == ""  # the progress bar is for terminals
    assert json.loads((out / "manifest.json").read_text("utf-8"))["interface"] == "replica"
    checked = python_m("check", **environment)
    said, *missing = checked.stdout.splitlines()
    assert (checked.returncode, said, checked.stderr) == (0, f"{out}: no problems.", "")
    ages = open_snapshot(out).manifest["read"]
    assert [line.partition(":")[0] for line in missing] == [*["Missing"] * 3, *ages] and replay not in checked.stdout
    assert missing[0].endswith(
        "(StatFin/vaka/14jt.px). /PxWeb/api/v1/fi/StatFin/vaka/14jt.px: the service has no such table (404)."
    )


def test_years_the_service_lacks_end_with_one_line_that_names_those_it_has(
    run: Run, tmp_path: Path, replay: str
) -> None:
    wanted = ("update", "--years", "2020-2021", "--out", str(tmp_path / "data"))
    code, out, errors = run(*wanted, KUNTAMITTARI_API_BASE=replay, KUNTAMITTARI_REQUEST_INTERVAL="0")
    assert (code, out, len(errors)) == (3, [], 1)
    assert "2020, 2021" in errors[0] and "2015" in errors[0]


def test_an_output_that_cannot_be_written_ends_with_1_and_one_line(run: Run, tmp_path: Path, replay: str) -> None:
    (tmp_path / "file").write_text("not a directory")
    wanted = ("update", "--years", "2018", "--out", str(tmp_path / "file"))
    code, out, errors = run(*wanted, KUNTAMITTARI_API_BASE=replay, KUNTAMITTARI_REQUEST_INTERVAL="0")
    assert (code, out, len(errors)) == (1, [], 1)
    assert str(tmp_path / "file") in errors[0] and "File exists" in errors[0]
