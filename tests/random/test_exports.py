"""No file that we write holds a cell that a spreadsheet runs, by whatever character it parts the cells."""

import csv
import io
import re

import openpyxl
import pandas as pd
from hypothesis import example, given
from hypothesis import strategies as st

from kuntamittari.exhibits.render import tables
from kuntamittari.exhibits.render.tables import Table

SEPARATORS = (",", ";", "\t", "|")
NUMBER = re.compile(r"[-+]?\d+([.,]\d+)?(e[-+]?\d+)?")
NAMES = st.text(st.sampled_from("=+-@＝＋－＠,;|\t\r\n\" 'aA1!(\\")) | st.text()


def cells(written: str, separator: str) -> list[str]:
    """What a spreadsheet takes for cells that parts them by a character."""
    csv.field_size_limit(10_000_000)
    return [cell for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator) for cell in row]


def runs(cell: str) -> bool:
    """Whether a cell is a formula for a spreadsheet."""
    return cell.lstrip()[:1] in tuple("=+-@＝＋－＠") and not NUMBER.fullmatch(cell.strip())


@given(
    st.lists(NAMES, min_size=3, max_size=3, unique=True),
    st.lists(NAMES, min_size=4, max_size=4),
    st.sampled_from(["fi", "en", None]),
)
@example(["a", "b", "c"], ["Kunta;=1+1;", "a,=1+1,", "b\t=1+1", "c\n=1+1"], "en")
@example(["a;=1+1", "sep=|", "c"], ['d";"=1+1', " =1+1", "; @x", "|-1+1"], "fi")
@example(["sep=;", "b", "c"], ["", "", "", ""], "en")
def test_no_text_runs_under_any_separator(heads: list[str], texts: list[str], language: str | None) -> None:
    frame = pd.DataFrame({heads[0]: texts, heads[1]: [1.5, -2, 0, -1e-9], heads[2]: pd.Categorical(texts)})
    made = Table(frame, (), ("Figures", "About"), language)
    written = tables.render(made, "csv").decode("utf-8-sig")
    assert not written.lower().startswith("sep=")
    for separator in SEPARATORS:
        assert [cell for cell in cells(written, separator) if runs(cell)] == []


@given(st.lists(st.sampled_from(["Kunta", "Åbo", "Menot, tulot", "a - b", "x=1", "e@mail.example", "2015–2019"])))
def test_text_that_does_not_run_stays_as_it_is(texts: list[str]) -> None:
    written = tables.render(Table(pd.DataFrame({"name": texts}), (), ("Figures", "About")), "csv").decode("utf-8-sig")
    assert [row[0] for row in csv.reader(io.StringIO(written))] == ["name", *texts]


@given(st.lists(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_a_workbook_holds_text_as_text(texts: list[str]) -> None:
    dangerous = [f"={text}" for text in texts]
    made = Table(pd.DataFrame({"=1+1": dangerous}), (("=2+2", "=3+3"),), ("Figures", "About"))
    book = openpyxl.load_workbook(io.BytesIO(tables.render(made, "xlsx")))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} == {"s"}


@given(NAMES, NAMES)
@example("=1+1", "a;=1+1")
def test_a_cell_that_is_copied_out_of_a_table_does_not_run_either(head: str, text: str) -> None:
    """A browser copies cells with tabs and line breaks between them."""
    shown = tables.harmless_frame(pd.DataFrame({head: [text, "b"], f"{head} ": [1.5, -2]}))
    copied = [*shown.columns, *(cell for cell in shown.iloc[:, 0])]
    assert [cell for words in copied for cell in re.split(r"[\t\r\n]", words) if runs(cell)] == []
    assert shown.iloc[:, 1].tolist() == [1.5, -2]
