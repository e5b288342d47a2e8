"""Figures as CSV, Excel and Parquet files, each with a description and sources where the format allows."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pandas.api.types import is_numeric_dtype

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
# text is never converted, and no temporary file is written
PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
WIDEST = 60  # characters: largest width of a column
SEMICOLONS = ("fi", "sv")  # languages whose spreadsheets part columns by semicolons and decimals by commas
# A spreadsheet may part a file by another character than the one that we part it by, as a Finnish one does with commas:
# then what follows a character of PARTS inside a text begins a cell. RUNS: beginnings that are taken for a formula, as
# full-width characters are too; a first line of "sep=" chooses what parts the cells.
PARTS, RUNS = r",;|\t\r\n\"", r"=+\-@\uff1d\uff0b\uff0d\uff20"
SET_FREE = re.compile(rf"(?:^(?=[\s{RUNS}]|sep=)|(?<=[{PARTS}])(?=\s*[{RUNS}]))", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """Figures with their displayed column headers; `about`: their description, as pairs of header and text.

    `language`: of the reader whose spreadsheet opens a CSV file; None where a program reads it.
    """

    frame: pd.DataFrame
    about: tuple[tuple[str, str], ...]
    sheets: tuple[str, str]  # names of the two sheets: figures, description
    language: str | None = None


def render(table: Table, form: str) -> bytes:
    """Return a table as a file in one of FORMATS. Raises KeyError for another format."""
    return {"csv": csv, "xlsx": xlsx, "parquet": parquet}[form](table)


def csv(table: Table) -> bytes:
    """Return comma-separated values in UTF-8 with a mark that Excel recognises.

    Finnish and Swedish spreadsheets get semicolons and decimal commas, which they open as columns of numbers. Text that
    a spreadsheet would run as a formula gets an apostrophe in front, also inside a cell where another separator would
    begin one.
    """
    safe = harmless_frame(table.frame)
    delimiter, decimal = (";", ",") if table.language in SEMICOLONS else (",", ".")
    return safe.to_csv(index=False, sep=delimiter, decimal=decimal).encode("utf-8-sig")


def harmless_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts and heads no spreadsheet runs, in a file or when a cell of them is copied into one."""
    cells = frame.apply(lambda column: column if is_numeric_dtype(column) else column.map(harmless))
    return cells.rename(columns=harmless)


def harmless(value: Any) -> Any:
    """Return a text that no spreadsheet runs; anything else as it is."""
    return SET_FREE.sub("'", value) if isinstance(value, str) else value


def xlsx(table: Table) -> bytes:
    """Return an Excel file: figures as numbers, text always as text, and a second sheet with the description."""
    figures, about = table.sheets
    return workbook({figures: table.frame}, table.about, about)


def workbook(frames: Mapping[str, pd.DataFrame], descriptions: Sequence[tuple[str, str]], about: str) -> bytes:
    """Return an Excel file with a sheet for each of `frames` (name → figures) and a last one with descriptions.

    `about`: name of the last sheet.
    """
    content = io.BytesIO()
    with pd.ExcelWriter(content, engine="xlsxwriter", engine_kwargs={"options": PLAIN}) as writer:
        for sheet, frame in frames.items():
            frame.to_excel(writer, sheet_name=sheet, index=False, freeze_panes=(1, 0))
            for number, name in enumerate(frame.columns):
                longest = max([len(str(name)), *(len(str(value)) for value in frame[name].head(500))])
                writer.sheets[sheet].set_column(number, number, min(longest + 2, WIDEST))
        pd.DataFrame(list(descriptions), columns=["", " "]).to_excel(
            writer, sheet_name=about, index=False, header=False
        )
        writer.sheets[about].set_column(0, 0, 24)
        writer.sheets[about].set_column(1, 1, WIDEST, writer.book.add_format({"text_wrap": True}))
    return content.getvalue()


def parquet(table: Table) -> bytes:
    """Return a Parquet file with the description in the metadata of its schema."""
    arrow = pa.Table.from_pandas(table.frame, preserve_index=False)
    content = io.BytesIO()
    pq.write_table(
        arrow.replace_schema_metadata({head: words for head, words in table.about if head}), content, compression="zstd"
    )
    return content.getvalue()
