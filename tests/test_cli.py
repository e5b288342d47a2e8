"""The command line as a user meets it: exit codes, one clear line for what is wrong, never a traceback."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import stamina

from kuntamittari import settings
from kuntamittari.cli import main
from kuntamittari.errors import DataError
from kuntamittari.etl.publish import Order
from kuntamittari.query.snapshot import SCHEMAS

NOWHERE = "http://127.0.0.1:1"
SETTINGS = ("KUNTAMITTARI_DATA", "KUNTAMITTARI_API_BASE", "KUNTAMITTARI_REQUEST_INTERVAL")

Run = Callable[..., tuple[int, list[str], list[str]]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """run("check", …, KUNTAMITTARI_DATA=…) → exit code, lines of output, lines of error without the progress bar."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)

    def command(*arguments: str, **environment: str) -> tuple[int, list[str], list[str]]:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        try:
            code = main(arguments)
        except SystemExit as ended:  # argparse's own way
            code = int(ended.code or 0)
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return (
            code,
            said.out.splitlines(),
            [line for line in re.split(r"[\r\n]+", said.err) if line and not line.startswith("update: ")],
        )

    with stamina.set_testing(True, attempts=1):
        yield command


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the committed data, to be broken."""
    return Path(shutil.copytree(settings.ROOT / "data", tmp_path / "data"))


def python_m(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m kuntamittari …` in a process of its own."""
    command = [sys.executable, "-m", "kuntamittari", *arguments]
    clean = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return subprocess.run(
        command, cwd=settings.ROOT, env=clean | environment, capture_output=True, text=True, check=False, timeout=60
    )


# ── the commands as they are typed


def test_without_a_command_the_usage_is_shown_and_the_code_is_2() -> None:
    ended = python_m()
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("usage: python -m kuntamittari ")
    assert (
        ended.stderr.splitlines()[-1] == "python -m kuntamittari: error: the following arguments are required: command"
    )


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
    assert {line.split(":")[0] for line in updated.stdout.splitlines()[:-1]} == {*SCHEMAS, "boundary"}
    assert updated.stderr == ""  # the progress bar is for terminals
    assert json.loads((out / "manifest.json").read_text("utf-8"))["interface"] == "replica"
    checked = python_m("check", **environment)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, f"{out}: no problems.\n", "")


# ── exit codes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["update", "--years", "x"], "argument --years: 'x' is not a year or a span of years such as 2015-2019"),
        (
            ["update", "--years", "2019-2015"],
            "argument --years: '2019-2015' is not a year or a span of years such as 2015-2019",
        ),
        (["update", "--scope", "everything"], "argument --scope: invalid choice: 'everything'"),
        (["update", "--speed", "9"], "unrecognized arguments: --speed 9"),
        (["explode"], "argument command: invalid choice: 'explode'"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_which_argument(arguments: list[str], said: str, run: Run) -> None:
    code, out, errors = run(*arguments)
    assert (code, out) == (2, [])
    assert said in errors[-1]


def test_an_unreachable_service_ends_with_3_and_one_line(run: Run, tmp_path: Path) -> None:
    code, out, errors = run("update", "--out", str(tmp_path / "data"), KUNTAMITTARI_API_BASE=NOWHERE)
    assert (code, out, len(errors)) == (3, [], 1)
    assert re.fullmatch(
        rf"{NOWHERE}/api/.*: no answer \(ConnectError: .*\)\. Check the connection; the data in use are unchanged\.",
        errors[0],
    )


@pytest.mark.parametrize("base", ["nonsense", "http://", "http://[x", "ftp://example.org"])
def test_an_address_that_is_none_ends_with_3_and_one_line(base: str, run: Run, tmp_path: Path) -> None:
    code, out, errors = run("update", "--out", str(tmp_path / "data"), KUNTAMITTARI_API_BASE=base)
    assert (code, out, len(errors)) == (3, [], 1)
    assert base.rstrip("/") in errors[0]


def test_years_the_service_lacks_end_with_one_line_that_names_those_it_has(
    run: Run, tmp_path: Path, replay: str
) -> None:
    wanted = ("update", "--years", "2019-2021", "--out", str(tmp_path / "data"))
    code, out, errors = run(*wanted, KUNTAMITTARI_API_BASE=replay, KUNTAMITTARI_REQUEST_INTERVAL="0")
    assert (code, out, len(errors)) == (3, [], 1)
    assert "2020, 2021" in errors[0] and "2015" in errors[0]


def test_an_output_that_cannot_be_written_ends_with_1_and_one_line(run: Run, tmp_path: Path, replay: str) -> None:
    (tmp_path / "file").write_text("not a directory")
    wanted = ("update", "--years", "2018", "--out", str(tmp_path / "file"))
    code, out, errors = run(*wanted, KUNTAMITTARI_API_BASE=replay, KUNTAMITTARI_REQUEST_INTERVAL="0")
    assert (code, out, len(errors)) == (1, [], 1)
    assert str(tmp_path / "file") in errors[0] and "File exists" in errors[0]


@pytest.mark.parametrize(
    ("failure", "code", "lines"),
    [
        (DataError(["First problem", "Second problem"]), 1, ["First problem", "Second problem"]),
        (KeyboardInterrupt(), 1, ["Stopped. The data in use are unchanged; the next run goes on from here."]),
        (
            OSError(28, "No space left on device"),
            1,
            ["The disk: No space left on device. The data in use are unchanged."],
        ),
    ],
)
def test_what_stops_an_update_is_said_a_line_a_problem(
    failure: BaseException, code: int, lines: list[str], run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr("kuntamittari.etl.update.update", fail)
    assert run("update") == (code, [], lines)


# ── check


def test_the_committed_data_have_no_problems(run: Run) -> None:
    assert run("check") == (0, [f"{settings.ROOT / 'data'}: no problems."], [])


def break_two_files(data: Path) -> None:
    for name in ("finance", "population"):
        (data / f"{name}.parquet").write_bytes(b"PAR1 no more")


def lose_files(data: Path) -> None:
    (data / "finance.parquet").unlink()
    (data / "municipality.parquet").unlink()


def forget_a_checksum(data: Path) -> None:
    manifest = json.loads((data / "manifest.json").read_text("utf-8"))
    del manifest["files"]["finance"]["sha256"]
    (data / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        pytest.param(
            break_two_files, [r"finance\.parquet: the content", r"population\.parquet: the content"], id="content"
        ),
        pytest.param(lose_files, [r"the files of finance, municipality are missing"], id="lost files"),
        pytest.param(
            lambda data: (data / "manifest.json").write_text("{"), [r"manifest\.json cannot be read"], id="cut manifest"
        ),
        pytest.param(
            lambda data: (data / "manifest.json").write_text("[]"),
            [r"manifest\.json cannot be read"],
            id="another manifest",
        ),
        pytest.param(shutil.rmtree, [r"No data in .*: run `python -m kuntamittari update`"], id="no directory"),
        pytest.param(
            forget_a_checksum,
            [r"\.parquet: the content is not what the manifest says"],
            id="no checksum",
        ),
    ],
)
def test_a_broken_directory_ends_with_1_and_a_line_a_problem(
    damage: Callable[[Path], object], said: list[str], run: Run, copied: Path
) -> None:
    damage(copied)
    code, out, errors = run("check", str(copied))
    assert (code, errors) == (1, [])
    assert len(out) == len(said)
    assert all(re.search(pattern, line) for pattern, line in zip(said, out, strict=True))
    assert all("update" in line for line in out)  # each says what to do


# ── settings


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, (settings.ROOT / "data", None, 1.5)),
        ({"KUNTAMITTARI_DATA": "/srv/kunnat"}, (Path("/srv/kunnat"), None, 1.5)),
        ({"KUNTAMITTARI_API_BASE": "http://replay:1/"}, (settings.ROOT / "data", "http://replay:1", 1.5)),
        ({"KUNTAMITTARI_REQUEST_INTERVAL": "0"}, (settings.ROOT / "data", None, 0)),
        ({"KUNTAMITTARI_REQUEST_INTERVAL": "2.25"}, (settings.ROOT / "data", None, 2.25)),
        ({"KUNTAMITTARI_REQUEST_INTERVAL": "-3"}, (settings.ROOT / "data", None, 1.5)),
        ({"KUNTAMITTARI_REQUEST_INTERVAL": "soon"}, (settings.ROOT / "data", None, 1.5)),
        (dict.fromkeys(SETTINGS, ""), (settings.ROOT / "data", None, 1.5)),
    ],
)
def test_an_update_follows_the_environment(
    environment: dict[str, str], expected: tuple, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple] = []

    def recorded(
        out: Path, order: Order, *, base: str | None, interval: float, progress: Callable[[str], None]
    ) -> list[str]:
        calls.append((out, base, interval))
        return []

    monkeypatch.setattr("kuntamittari.etl.update.update", recorded)
    assert run("update", **environment)[0] == 0
    assert calls == [expected]


@pytest.mark.parametrize(
    ("arguments", "order"),
    [
        ([], Order("largest-20", (2015, 2016, 2017, 2018, 2019))),
        (["--scope", "all", "--years", "2018"], Order("all", (2018,))),
        (["--years", "2016-2017"], Order("largest-20", (2016, 2017))),
    ],
)
def test_an_update_loads_what_is_ordered_and_where(
    arguments: list[str], order: Order, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple] = []

    def recorded(out: Path, order: Order, **_: object) -> list[str]:
        calls.append((out, order))
        return ["finance: 3 rows"]

    monkeypatch.setattr("kuntamittari.etl.update.update", recorded)
    assert run("update", "--out", str(tmp_path), *arguments, KUNTAMITTARI_DATA="/elsewhere") == (
        0,
        ["finance: 3 rows", f"In use: {tmp_path}"],
        [],
    )
    assert calls == [(tmp_path, order)]


def test_check_looks_where_the_environment_says_unless_told_otherwise(run: Run, copied: Path, tmp_path: Path) -> None:
    assert run("check", KUNTAMITTARI_DATA=str(copied)) == (0, [f"{copied}: no problems."], [])
    assert run("check", KUNTAMITTARI_DATA=str(tmp_path / "none"))[0] == 1
    assert run("check", str(copied), KUNTAMITTARI_DATA=str(tmp_path / "none"))[0] == 0
