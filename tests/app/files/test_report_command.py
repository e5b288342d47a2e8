"""The command that writes reports: forms, places that are not there, and files that were there before."""

import errno
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader

from kuntamittari import cli
from kuntamittari.exhibits import reporting
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from tests.support.markup import squeezed

TAMPERE = "837"
YEAR = 2018


# ── the command line


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    for name in ("KUNTAMITTARI_DATA", "KUNTAMITTARI_LANG"):
        monkeypatch.delenv(name, raising=False)
    return ["report", "--year", str(YEAR)]


def kind_of(content: bytes) -> str:
    """What a file is by its bytes."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    return "xlsx" if b"xl/workbook.xml" in content and b"ppt/" not in content else "pptx"


def test_the_ending_of_the_file_says_its_form_unless_a_form_is_named(command: list[str], tmp_path: Path) -> None:
    asked = [*command, "--municipality", TAMPERE, "--summary"]
    for name, more, form in (
        ("a.pdf", [], "pdf"),
        ("b.xlsx", [], "xlsx"),
        ("c.pdf", ["--format", "xlsx"], "xlsx"),
        ("d", [], "pptx"),
    ):
        assert cli.main([*asked, *more, "--out", str(tmp_path / name)]) == 0
        assert kind_of((tmp_path / name).read_bytes()) == form
    assert len(PdfReader(tmp_path / "a.pdf").pages) == 2
    assert len(openpyxl.load_workbook(tmp_path / "b.xlsx").sheetnames) == len(reporting.SUMMARY) + 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.pdf", "b.xlsx", "c.pdf", "d"]


@pytest.mark.parametrize(("name", "form"), [("a.PDF", "pdf"), ("b.docx", None)])
def test_an_ending_in_capitals_is_the_same_and_one_of_no_form_is_refused(
    name: str, form: str | None, command: list[str], tmp_path: Path
) -> None:
    code = cli.main([*command, "--municipality", TAMPERE, "--summary", "--out", str(tmp_path / name)])
    assert (
        (kind_of((tmp_path / name).read_bytes()) == form)
        if form
        else (code in (1, 2) and not (tmp_path / name).exists())
    )


def test_all_of_the_largest_go_into_a_folder(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = figures.groups

    def few(data: Database) -> dict[str, dict[str, Any]]:
        found = usual(data)
        return found | {"largest-20": found["largest-20"] | {"municipalities": ["091", TAMPERE]}}

    monkeypatch.setattr(figures, "groups", few)
    out = tmp_path / "new" / "folder"
    for form in ("pdf", "xlsx"):
        assert (
            cli.main(
                [
                    *command,
                    "--municipality",
                    "largest-20",
                    "--summary",
                    "--lang",
                    "en",
                    "--format",
                    form,
                    "--out",
                    str(out),
                ]
            )
            == 0
        )
    assert sorted(path.name for path in out.iterdir()) == ["091.pdf", "091.xlsx", "837.pdf", "837.xlsx"]
    for code, name in (("091", "Helsinki"), (TAMPERE, "Tampere")):
        assert squeezed(PdfReader(out / f"{code}.pdf").pages[0].extract_text()).startswith(name)
        assert openpyxl.load_workbook(out / f"{code}.xlsx").worksheets[-1]["A1"].value == name


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--municipality", "005"], "The figures of municipality 005 are not loaded: run `update --scope all`."),
        (["--municipality", "999"], "There is no municipality '999'."),
        (
            ["--municipality", TAMPERE, "005"],
            "The figures of municipality 005 are not loaded: run `update --scope all`.",
        ),
        (["--municipality", TAMPERE, "--peers", "nobody"], "There is no group 'nobody'."),
        (["--municipality", TAMPERE, "--format", "docx"], "argument --format: invalid choice: 'docx'"),
        (["--municipality", TAMPERE, "--lang", "de"], "argument --lang: invalid choice: 'de'"),
    ],
)
def test_what_cannot_be_reported_is_said_in_one_sentence_and_nothing_is_written(
    more: list[str], said: str, command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = cli.main([*command, *more, "--out", str(tmp_path / "a.pdf")])
    except SystemExit as ended:  # argparse's own way
        code = int(ended.code or 0)
    out, errors = capsys.readouterr()
    assert (code, out) == (2, "")
    assert said in errors.splitlines()[-1] and "Traceback" not in errors
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_is_not_there_is_said_in_one_line(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [*command, "--summary", "--municipality", TAMPERE]
    assert cli.main([*asked, "--out", str(tmp_path / "nowhere" / "a.xlsx")]) == 1
    assert str(tmp_path / "nowhere") in (errors := capsys.readouterr().err) and len(errors.splitlines()) == 1
    (tmp_path / "file").write_text("not a folder")
    assert cli.main([*asked, "091", "--out", str(tmp_path / "file")]) in (1, 2)
    assert [path.name for path in tmp_path.iterdir()] == ["file"] and (tmp_path / "file").read_text() == "not a folder"


def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on half of a file goes to the disk, then no more."""

    def write_half(path: Path, content: bytes) -> int:
        with path.open("wb") as file:
            file.write(content[: len(content) // 2])
        raise OSError(errno.ENOSPC, "No space left on device", str(path))

    monkeypatch.setattr(Path, "write_bytes", write_half)


def test_a_full_disk_leaves_the_report_that_was_there(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"the last one")
    full_disk(monkeypatch)
    assert cli.main([*command, "--municipality", TAMPERE, "--summary", "--out", str(tmp_path / "a.xlsx")]) == 1
    assert "No space left on device" in (errors := capsys.readouterr().err) and len(errors.splitlines()) == 1
    assert (tmp_path / "a.xlsx").read_bytes() == b"the last one"


@pytest.mark.parametrize("failure", ["full disk", "out is a folder"])
def test_a_failed_report_leaves_no_half_written_file(
    failure: str, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "a.xlsx"
    if failure == "full disk":
        full_disk(monkeypatch)
    else:
        out.mkdir()
    assert cli.main([*command, "--municipality", TAMPERE, "--summary", "--out", str(out)]) in (1, 2)
    assert [path.name for path in tmp_path.iterdir() if path != out] == []
