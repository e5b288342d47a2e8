"""The command line as a user meets it: exit codes, one clear line for what is wrong, never a traceback."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kuntamittari import settings
from kuntamittari.errors import DataError
from kuntamittari.etl.publish import Order
from tests.support.command import SETTINGS, Run, python_m, runner

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """run("check", …, KUNTAMITTARI_DATA=…) → exit code, lines of output, lines of error without the progress bar."""
    with runner(capsys, monkeypatch) as command:
        yield command


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of the committed data, to be broken."""
    return Path(shutil.copytree(settings.ROOT / "data", tmp_path / "data"))


# ── the commands as they are typed


def test_without_a_command_the_usage_is_shown_and_the_code_is_2() -> None:
    ended = python_m()
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("usage: python -m kuntamittari ")
    assert (
        ended.stderr.splitlines()[-1] == "python -m kuntamittari: error: the following arguments are required: command"
    )


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
def test_an_address_that_is_none_ends_with_2_and_one_line(base: str, run: Run, tmp_path: Path) -> None:
    code, out, errors = run("update", "--out", str(tmp_path / "data"), KUNTAMITTARI_API_BASE=base)
    assert (code, out, len(errors)) == (2, [], 1)
    assert f"KUNTAMITTARI_API_BASE to {base!r}" in errors[0]


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
    code, [said, *_], errors = run("check")
    assert (code, said, errors) == (0, f"{settings.ROOT / 'data'}: no problems.", [])


def test_a_check_names_the_sources_that_are_missing_or_older_and_why(run: Run, copied: Path) -> None:
    manifest = json.loads((copied / "manifest.json").read_text("utf-8"))
    older = {"vipunen": {"reason": "no answer.", "retrieved": "2026-10-01"}}
    changed = manifest | {"absent": {"statfin_vaka": "no such table (404)."}, "older": older}
    (copied / "manifest.json").write_text(json.dumps(changed), "utf-8")
    said = run("check", str(copied))[1]
    assert [line for line in said if line.partition(":")[0] not in manifest["read"]] == [
        f"{copied}: no problems.",
        "Missing: Early childhood education and care, participating children (StatFin/vaka/14jt.px). "
        "no such table (404).",
        "Retrieved on 2026-10-01: Costs and volumes of education. no answer.",
    ]


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
            [r"manifest\.json cannot be read \(files\.\w+\.sha256: Field required\)"],
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
        ({}, (settings.ROOT / "data", None, 1.5, False)),
        ({"KUNTAMITTARI_DATA": "/srv/kunnat"}, (Path("/srv/kunnat"), None, 1.5, False)),
        ({"KUNTAMITTARI_API_BASE": "http://replay:1/"}, (settings.ROOT / "data", "http://replay:1", 1.5, False)),
        ({"KUNTAMITTARI_REQUEST_INTERVAL": "0"}, (settings.ROOT / "data", None, 0, False)),
        ({"KUNTAMITTARI_REQUEST_INTERVAL": "2.25"}, (settings.ROOT / "data", None, 2.25, False)),
        ({"KUNTAMITTARI_ACCEPT_MADE_UP": "1"}, (settings.ROOT / "data", None, 1.5, True)),
        (dict.fromkeys(SETTINGS, ""), (settings.ROOT / "data", None, 1.5, False)),
    ],
)
def test_an_update_follows_the_environment(
    environment: dict[str, str], expected: tuple, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple] = []

    def recorded(out: Path, order: Order, **given: Any) -> list[str]:
        calls.append((out, given["base"], given["interval"], given["accept_made_up"]))
        return []

    monkeypatch.setattr("kuntamittari.etl.update.update", recorded)
    assert run("update", **environment)[0] == 0
    assert calls == [expected]


@pytest.mark.parametrize(
    ("arguments", "order"),
    [
        ([], Order("largest-20", (2015, 2016, 2017, 2018, 2019, 2020))),
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
    code, [said, *_], errors = run("check", KUNTAMITTARI_DATA=str(copied))
    assert (code, said, errors) == (0, f"{copied}: no problems.", [])
    assert run("check", KUNTAMITTARI_DATA=str(tmp_path / "none"))[0] == 1
    assert run("check", str(copied), KUNTAMITTARI_DATA=str(tmp_path / "none"))[0] == 0
