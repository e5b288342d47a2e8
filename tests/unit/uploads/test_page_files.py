"""CSV files of the pages: Finnish and Swedish spreadsheets open them as columns of numbers, and they come back."""

import pandas as pd
import pytest

from kuntamittari.exhibits.render import tables
from tests.support.uploads.uploaded_files import Reader, taken

TAMPERE, HELSINKI = "837", "091"
ROWS = pd.DataFrame(
    [
        {"municipality": TAMPERE, "name": "Tampere", "year": 2018, "measure": "Laatu", "value": 12.345, "status": ""},
        {"municipality": HELSINKI, "name": "Helsinki", "year": 2018, "measure": "Laatu", "value": 9234.5, "status": ""},
        {"municipality": HELSINKI, "name": "Helsinki", "year": 2019, "measure": "Laatu", "value": None, "status": ""},
    ]
)


def file(language: str | None) -> bytes:
    return tables.csv(tables.Table(ROWS, (), ("figures", "about"), language))


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("fi", "837;Tampere;2018;Laatu;12,345;"),
        ("sv", "837;Tampere;2018;Laatu;12,345;"),
        ("en", "837,Tampere,2018,Laatu,12.345,"),
        (None, "837,Tampere,2018,Laatu,12.345,"),
    ],
)
def test_a_file_has_the_marks_of_its_readers_spreadsheet(language: str | None, line: str) -> None:
    content = file(language)
    assert content.startswith(b"\xef\xbb\xbf") and content.decode("utf-8-sig").splitlines()[1] == line


@pytest.mark.parametrize("language", ["fi", "sv", "en", None])
def test_a_file_comes_back_as_it_was(language: str | None, read: Reader) -> None:
    found = read(file(language))
    assert taken(found) == {
        (TAMPERE, 2018, "own_laatu"): (12.345, "final"),
        (HELSINKI, 2018, "own_laatu"): (9234.5, "final"),
    }
    assert found.missing == 1 and found.not_read == ()
