"""Field case 31: a command writes to what stands at --out, and never puts a file in the place of something else.

A fault would replace whatever stands there, as root also a device of the machine: tests name links in a folder of
their own and files of file systems in which nothing can be replaced.
"""

import csv
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from kuntamittari import output, settings
from tests.support.command import Run, runner

EXPORT = ("export", "--indicator", "basic_education_cost_per_7_15", "--year", "2018", "--format", "csv", "--out")
REPORT = ("report", "--municipality", "837", "--summary", "--format", "pdf", "--out")
SAID = "21 rows of basic_education_cost_per_7_15."


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """run("export", …) → exit code, lines of output, lines of error."""
    with runner(capsys, monkeypatch) as command:
        yield command


@pytest.fixture
def usual_mask() -> Iterator[None]:
    """New files may be read by everybody and written by their owner."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def shell(command: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command line of sh in which "$@" is the command with its arguments."""
    words = ["sh", "-c", command, "sh", sys.executable, "-m", "kuntamittari", *arguments]
    return subprocess.run(words, cwd=settings.ROOT, capture_output=True, check=False, timeout=120)


def is_export(content: bytes) -> bool:
    """Whether a content is the whole file of EXPORT."""
    lines = list(csv.DictReader(content.decode("utf-8-sig").splitlines()))
    return len(lines) == 21 and {"837", "091", "MA1"} <= {line["municipality"] for line in lines}


@pytest.fixture
def stdout(tmp_path: Path) -> Path:
    """A link to standard output, as /dev/stdout is one."""
    link = tmp_path / "stdout"
    link.symlink_to("/dev/fd/1")
    return link


@pytest.mark.parametrize("out", ["-", "/dev/fd/1", "a link"])
def test_standard_output_holds_the_file_and_nothing_else(out: str, stdout: Path) -> None:
    ended = shell('"$@"', *EXPORT, str(stdout) if out == "a link" else out)
    assert (ended.returncode, is_export(ended.stdout)) == (0, True)
    assert SAID in ended.stderr.decode()
    assert not (settings.ROOT / "-").exists() and stdout.is_symlink()


@pytest.mark.parametrize(
    ("out", "stands_for_it"),
    [("-", True), ("/dev/stdout", True), ("/proc/self/fd/1", True), ("/dev/stderr", False), ("out.csv", False)],
)
def test_every_name_of_standard_output_is_known(out: str, stands_for_it: bool) -> None:
    assert output.is_standard_output(Path(out)) is stands_for_it


def test_a_report_goes_to_standard_output_too() -> None:
    ended = shell('"$@"', *REPORT, "-")
    assert ended.returncode == 0 and ended.stdout.startswith(b"%PDF-") and ended.stdout.rstrip().endswith(b"%%EOF")


def test_standard_output_that_is_a_file_is_continued_and_not_replaced(tmp_path: Path, stdout: Path) -> None:
    kept = tmp_path / "all.csv"
    kept.write_bytes(b"earlier\n")
    inode = kept.stat().st_ino
    assert shell(f'"$@" >> {kept}', *EXPORT, str(stdout)).returncode == 0
    assert (kept.stat().st_ino, kept.read_bytes()[:8]) == (inode, b"earlier\n") and is_export(kept.read_bytes()[8:])


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ('"$@" >&-', "Standard output cannot be written: Bad file descriptor."),
        ('"$@" >/dev/full', "Standard output cannot be written: No space left on device."),
        ('{ "$@"; echo $? >&2; } | true', "Standard output cannot be written: Broken pipe."),
    ],
    ids=["closed", "full", "unread"],
)
def test_standard_output_that_cannot_be_written_ends_with_one_line(command: str, said: str) -> None:
    ended = shell(command, *EXPORT, "-")
    lines = ended.stderr.decode().splitlines()
    assert lines == ([said, "1"] if "echo" in command else [said])
    assert "echo" in command or ended.returncode == 1


def test_a_pipe_is_written_through(run: Run, tmp_path: Path) -> None:
    pipe, received = tmp_path / "pipe", list[bytes]()
    os.mkfifo(pipe)
    reader = Thread(target=lambda: received.append(pipe.read_bytes()), daemon=True)
    reader.start()
    assert run(*EXPORT, str(pipe)) == (0, [f"{pipe}: {SAID}"], [])
    reader.join(30)
    assert is_export(received[0]) and stat.S_ISFIFO(pipe.stat().st_mode)
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]


def test_a_device_is_written_through(run: Run) -> None:
    reading, writing = os.openpty()
    terminal = Path(os.ttyname(writing))
    assert run(*EXPORT, str(terminal)) == (0, [f"{terminal}: {SAID}"], [])
    assert is_export(os.read(reading, 100_000)) and stat.S_ISCHR(terminal.stat().st_mode)
    os.close(reading)
    os.close(writing)


def test_what_this_process_has_open_is_written_through(run: Run, tmp_path: Path) -> None:
    with (tmp_path / "open.csv").open("w+b") as file:
        inode = os.fstat(file.fileno()).st_ino
        assert run(*EXPORT, f"/dev/fd/{file.fileno()}")[0] == 0
        assert is_export((tmp_path / "open.csv").read_bytes()) and (tmp_path / "open.csv").stat().st_ino == inode


@pytest.mark.parametrize("there", [True, False], ids=["an old file", "nothing yet"])
def test_a_link_stays_and_the_file_that_it_leads_to_is_new(run: Run, tmp_path: Path, there: bool) -> None:
    link, file = tmp_path / "latest.csv", tmp_path / "2018.csv"
    link.symlink_to(file.name)
    if there:
        file.write_text("old")
    assert run(*EXPORT, str(link)) == (0, [f"{link}: {SAID}"], [])
    assert link.is_symlink() and str(link.readlink()) == "2018.csv" and is_export(file.read_bytes())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2018.csv", "latest.csv"]


@pytest.mark.usefixtures("usual_mask")
@pytest.mark.parametrize("mode", [0o664, 0o600, 0o640])
def test_a_file_keeps_its_mode(run: Run, tmp_path: Path, mode: int) -> None:
    file = tmp_path / "out.csv"
    file.write_text("old")
    file.chmod(mode)
    assert run(*EXPORT, str(file))[0] == 0
    assert (stat.S_IMODE(file.stat().st_mode), is_export(file.read_bytes())) == (mode, True)


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_a_new_file_has_the_mode_of_the_mask(run: Run, tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        assert run(*EXPORT, str(tmp_path / "new.csv"))[0] == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.csv").stat().st_mode) == mode


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file to another user")
def test_a_file_keeps_its_owner_under_root(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_text("old")
    os.chown(file, 12345, 23456)
    output.write(file, b"new")
    assert (file.stat().st_uid, file.stat().st_gid, file.read_bytes()) == (12345, 23456, b"new")


def test_an_ordinary_file_is_replaced_in_one_step(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    file.write_text("old")
    with file.open() as reading:
        output.write(file, b"new")
        assert (reading.read(), file.read_text()) == ("old", "new"), "who reads the old file reads it to its end"
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]


def test_a_file_that_cannot_be_finished_leaves_the_old_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out.csv"
    file.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(output.Path, "replace", full)
    assert run(*EXPORT, str(file)) == (1, [], [f"{file} cannot be written: No space left on device."])
    assert file.read_text() == "old" and [path.name for path in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.parametrize(
    ("kind", "said"), [("loop", "Too many levels of symbolic links"), ("folder", "Is a directory")]
)
def test_what_cannot_be_written_to_is_named_and_stays(run: Run, tmp_path: Path, kind: str, said: str) -> None:
    place = tmp_path / "place"
    if kind == "loop":
        place.symlink_to("place")
    else:
        place.mkdir()
    assert run(*EXPORT, str(place)) == (1, [], [f"{place} cannot be written: {said}."])
    assert place.is_symlink() if kind == "loop" else place.is_dir()


def test_several_reports_and_data_directories_are_refused_at_standard_output(run: Run) -> None:
    code, out, errors = run("report", "--municipality", "837", "091", "--out", "-")
    assert (code, out, errors) == (2, [], ["Several reports need a folder: standard output takes one."])
    for command in (("synth", "--municipalities", "20", "--years", "2"), ("update", "--years", "2018")):
        code, out, errors = run(*command, "--out", "-")
        assert (code, out) == (2, []) and errors[-1].endswith("a data directory cannot be standard output")
    assert not Path("-").exists()


def test_a_code_written_as_a_number_is_understood_on_the_command_line(run: Run, tmp_path: Path) -> None:
    """The command line is one of the doors of field case 18."""
    for written in ("91", "91.0", "KU091"):
        assert run("report", "--municipality", written, "--out", str(tmp_path / f"{written}.xlsx"))[0] == 0
    code, _, errors = run("report", "--municipality", "0837", "--out", str(tmp_path / "x.xlsx"))
    assert code == 2 and errors[0].startswith("There is no municipality '0837'. Did you mean 837")
