"""Upload fields: choose a file, parse it, and list its problems line by line."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout
from kuntamittari.uploads.remarks import NotRead, Problem
from kuntamittari.uploads.tabular import LARGEST, TableError

MOST_SHOWN = 200  # problems in the table
TABLES = ["csv", "txt", "tsv", "xlsx"]
R = TypeVar("R")


def uploader(
    context: PageContext, label: str, kinds: Sequence[str], key: str, megabytes: int = LARGEST // 1_000_000, **more: Any
) -> Any:
    """Draw an upload field and return the uploaded file or None.

    `kinds` are file endings without the dot; `more` is passed to st.file_uploader.
    """
    return st.file_uploader(label, type=list(kinds), key=key, max_upload_size=megabytes, **more)


def parse_once(
    context: PageContext, file: Any, key: str, read: Callable[[bytes], R], answers: object = None
) -> R | None:
    """Return what `read` makes of a file, computed once for as long as the file is in its field.

    `key` names the result in the session; `answers`: what the reader has said of the file, on which the result depends.
    Where `read` raises TableError, draw its reason and return None.
    """
    cached, asked = st.session_state.get(key), (file.file_id, answers, context.t.language)
    if cached is None or cached[0] != asked:
        try:
            cached = (asked, read(file.getvalue()))
        except TableError as error:
            cached = (asked, error)
        if not (isinstance(cached[1], TableError) and cached[1].reason == "busy_workbook"):  # the next run tries again
            st.session_state[key] = cached
    result = cached[1]
    if isinstance(result, TableError):
        st.error(layout.markdown_safe(f"{file.name}: {text.table_error(context.t, result)}"))
        return None
    return result


def show_problems(context: PageContext, problems: Sequence[Problem], left_out: str | None = None) -> None:
    """Draw a table of problems, one row per line of the file, under a heading that they are errors.

    `left_out` replaces the heading by a warning, for a file whose other rows can still be used.
    """
    t = context.t
    if left_out:
        st.warning(left_out)
    else:
        st.error(t("problem.title", n=t.number(len(problems))))
    table = pd.DataFrame(
        [
            {
                t("problem.line"): f"{problem.sheet}: {problem.line}" if problem.sheet else str(problem.line),
                t("problem.column"): problem.column,
                t("problem.value"): problem.value,
                t("problem.what"): text.problem(t, problem),
            }
            for problem in problems[:MOST_SHOWN]
        ]
    )
    show_sentences(table)
    if len(problems) > MOST_SHOWN:
        layout.caption(t("problem.more", n=t.number(len(problems) - MOST_SHOWN)))


def show_not_read(context: PageContext, parts: Sequence[NotRead]) -> None:
    """Draw what of a file was not read and why, folded; nothing where all of it was."""
    t = context.t
    if not parts:
        return
    with st.expander(t("not_read.title", n=t.number(len(parts)))):
        table = pd.DataFrame(
            [
                {t("not_read.what"): text.not_read(t, part), t("not_read.why"): t(f"not_read.reason.{part.reason}")}
                for part in parts[:MOST_SHOWN]
            ]
        )
        show_sentences(table)
        if len(parts) > MOST_SHOWN:
            layout.caption(t("problem.more", n=t.number(len(parts) - MOST_SHOWN)))


def show_sentences(table: pd.DataFrame) -> None:
    """Draw a table whose sentences are whole on a phone too: in a table that scrolls they would be cut."""
    st.table(table.set_index(table.columns[0]), border="horizontal")
