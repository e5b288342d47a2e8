"""`kuntamittari read`: what a file was understood to hold, as JSON for scripts, and that the page says the same."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from kuntamittari.catalog import loader
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.uploads import own_figures, tabular
from tests.support.command import Run, runner
from tests.support.uploads.uploaded_files import book, lines, workspace_file

HEADS = ("kunta", "vuosi", "mittari", "arvo")
KEYS = ["kind", "layout", "sheet", "rows", "municipalities", "years", "measures", "figures", "problems", "not_read"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """run("read", …) → exit code, lines of output, lines of error."""
    with runner(capsys, monkeypatch) as command:
        yield command


def read(run: Run, folder: Path, content: bytes, *options: str, name: str = "file.csv") -> tuple[int, dict]:
    """The exit code and the answer for a file."""
    (folder / name).write_bytes(content)
    code, out, errors = run("read", str(folder / name), *options)
    assert not errors
    return code, json.loads("\n".join(out))


def test_a_file_of_figures_is_answered_as_agreed(run: Run, tmp_path: Path) -> None:
    code, said = read(run, tmp_path, lines(HEADS, ("Tampere", 2018, "Laatu", "4,1"), ("Koko maa", 2018, "Laatu", 4)))
    assert code == 0 and list(said) == KEYS
    assert (said["kind"], said["layout"], said["sheet"], said["rows"]) == ("figures", "long", None, 2)
    assert (said["municipalities"], said["years"], said["problems"]) == (["837"], [2018], [])
    assert said["measures"] == [{"name": "Laatu", "values": 1}]
    assert said["figures"] == [
        {"municipality": "837", "year": 2018, "measure": "Laatu", "value": 4.1, "status": "final"}
    ]
    [total] = said["not_read"]
    assert (total["kind"], total["line"], total["reason"]) == ("row", 3, "total") and "summa" in total["message"]


def test_the_sheet_of_a_workbook_is_named(run: Run, tmp_path: Path) -> None:
    _, said = read(run, tmp_path, book(HEADS, ("Tampere", 2018, "Laatu", 4.1)), name="file.xlsx")
    assert said["sheet"] == "Sheet"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_problems_are_those_of_the_page_in_the_language_asked_for(
    language: str, run: Run, tmp_path: Path, bundle: Database
) -> None:
    content = lines(HEADS, ("Tamperre", 2018, "Laatu", 4), ("Jalasjärvi", 2015, "Laatu", "#N/A"), ("837", 18, "x", 1))
    code, said = read(run, tmp_path, content, "--lang", language)
    on_page = own_figures.read(tabular.read(content), figures.register(bundle), loader.indicators(), language)
    assert code == 1, "the page takes nothing of a file with problems"
    assert [(one["line"], one["reason"], one["message"]) for one in said["problems"]] == [
        (one.line, one.reason, text.problem(Translator(language), one)) for one in on_page.problems
    ]


def test_a_file_of_which_nothing_can_be_taken_ends_with_1_and_says_why(run: Run, tmp_path: Path) -> None:
    for content in (b"", b"\x00\x01", lines(("a", "b"), (1, 2)), lines(HEADS, ("Tampere", 2018, "x", ".."))):
        code, said = read(run, tmp_path, content)
        assert code == 1 and not said["figures"] and len(said["problems"]) == 1 and said["problems"][0]["message"]


def test_an_ambiguous_column_is_asked_about_and_read_as_the_reader_says(run: Run, tmp_path: Path) -> None:
    content = lines(HEADS, ("Tampere", 2018, "Laatu", "12,345"), ("Oulu", 2018, "Laatu", "98,765"))
    code, said = read(run, tmp_path, content)
    assert code == 1 and [one["reason"] for one in said["problems"]] == ["ambiguous_number"]
    for mark, value in (("comma", 12.345), ("point", 12_345)):
        code, said = read(run, tmp_path, content, "--decimal", mark)
        assert code == 0 and said["figures"][0]["value"] == value


def test_parts_are_taken_where_they_are_asked_for(run: Run, tmp_path: Path) -> None:
    rows = [("Tampere", 2018, part, "S", 1) for part in ("yhteensä", "miehet")]
    content = lines(("kunta", "vuosi", "sukupuoli", "mittari", "arvo"), *rows)
    assert [one["name"] for one in read(run, tmp_path, content)[1]["measures"]] == ["S"]
    assert [one["name"] for one in read(run, tmp_path, content, "--parts")[1]["measures"]] == ["S", "S, miehet"]


def test_ways_of_organising_and_surveys_are_read_too(run: Run, tmp_path: Path) -> None:
    content = lines(("kunta", "palvelu", "vuosi", "malli"), ("Tampere", "kirjasto", "2018.0", "net_unit"))
    code, said = read(run, tmp_path, content, "--kind", "organisation")
    assert code == 0 and said["municipalities"] == ["837"] and said["figures"][0]["value"] == "net_unit"
    survey = lines(("Kysely 2024",), ("Kunta", "Onko ohjelma?"), ("Tampere", "Kyllä"), ("Oulu", "Ei"))
    code, said = read(run, tmp_path, survey, "--kind", "survey")
    assert code == 0 and (said["rows"], said["measures"]) == (2, [{"name": "Onko ohjelma?", "values": 2}])


def test_a_saved_workspace_is_read_as_the_page_reads_it(run: Run, tmp_path: Path) -> None:
    content = workspace_file('["837",2018,"own_x",1.5,"final"]')
    code, said = read(run, tmp_path, content, name="own.json")
    assert code == 0 and said["layout"] == "workspace"
    assert said["figures"] == [{"municipality": "837", "year": 2018, "measure": "x", "value": 1.5, "status": "final"}]


def test_a_file_that_is_not_there_is_told_in_one_line(run: Run, tmp_path: Path) -> None:
    code, out, errors = run("read", str(tmp_path / "none.csv"))
    assert (code, out, len(errors)) == (1, [], 1) and "none.csv" in errors[0]
