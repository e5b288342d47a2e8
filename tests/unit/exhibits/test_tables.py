"""Tables as files: figures stay figures, text stays text, and what they are goes along."""

import io

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from kuntamittari.exhibits.render import tables
from kuntamittari.exhibits.render.tables import Table

NAMES = ["=1+1", "@cmd", "+358", "-x", "Äänekoski"]
TABLE = Table(
    pd.DataFrame(
        {"name": NAMES, "eur": [1234.5, 2.0, None, -3.0, 0.0], "rank": pd.array([1, 2, None, 4, 5], dtype="Int64")}
    ),
    (("Definition", "=2+2"), ("Source", "Statistics Finland")),
    ("Figures", "About"),
)


def test_excel_keeps_numbers_as_numbers_and_runs_no_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(tables.render(TABLE, "xlsx")))
    assert book.sheetnames == ["Figures", "About"]
    head, *rows = book["Figures"].iter_rows()
    assert [cell.value for cell in head] == ["name", "eur", "rank"]
    assert [(row[0].value, row[0].data_type) for row in rows] == [(name, "s") for name in NAMES]
    assert [row[1].value for row in rows] == [1234.5, 2, None, -3, 0] and {row[1].data_type for row in rows} == {"n"}
    assert [row[2].value for row in rows] == [1, 2, None, 4, 5]
    assert [[cell.value for cell in row] for row in book["About"].iter_rows()] == [
        ["Definition", "=2+2"],
        ["Source", "Statistics Finland"],
    ]
    assert not [
        cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f" or cell.hyperlink
    ]


def test_comma_separated_text_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    text = tables.render(TABLE, "csv").decode("utf-8")
    assert text.startswith("\ufeffname,eur,rank")
    assert [line.split(",")[0] for line in text.splitlines()[1:]] == ["'=1+1", "'@cmd", "'+358", "'-x", "Äänekoski"]
    assert "-3.0" in text, "a negative figure is no text"


def test_a_head_that_a_spreadsheet_would_run_is_made_harmless_too() -> None:
    answers = Table(pd.DataFrame({"=cmd|' /C calc'!A0": [1.5], "kunta": ["Äänekoski"]}), (), ("Figures", "About"))
    assert tables.render(answers, "csv").decode("utf-8-sig").startswith("'=cmd|' /C calc'!A0,kunta")
    head = next(openpyxl.load_workbook(io.BytesIO(tables.render(answers, "xlsx")))["Figures"].iter_rows())
    assert [cell.data_type for cell in head] == ["s", "s"]


def test_parquet_gives_the_same_figures_with_what_they_are() -> None:
    read = pq.read_table(io.BytesIO(tables.render(TABLE, "parquet")))
    assert read.to_pandas()["eur"].dropna().tolist() == [1234.5, 2.0, -3.0, 0.0]
    assert read.schema.metadata[b"Source"] == b"Statistics Finland"


def test_another_format_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        tables.render(TABLE, "ods")
