"""A file that a reader brings: chosen, read, and what is wrong with it said line by line."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout
from kuntamittari.uploads import tabular
from kuntamittari.uploads.row_reader import Problem
from kuntamittari.uploads.tabular import LARGEST, Row, TableError

MOST_SHOWN = 200  # problems in the table
TABLES = ["csv", "txt", "tsv", "xlsx"]
# Streamlit's own words are English in every language, and the size that it names is told where it matters
CHOOSE_FILE = (
    "<style>[data-testid=stFileUploaderDropzone] button p, [data-testid=stFileUploaderDropzoneInstructions] {{ display: none }}"
    " [data-testid=stFileUploaderDropzone] button [data-testid=stMarkdownContainer]::after {{ content: '{words}' }}</style>"
)
R = TypeVar("R")


def box(
    context: PageContext, label: str, kinds: Sequence[str], key: str, megabytes: int = LARGEST // 1_000_000, **more: Any
) -> Any:
    """A box for one file, its button in the reader's language."""
    st.html(CHOOSE_FILE.format(words=context.t("deck.choose")))
    return st.file_uploader(label, type=list(kinds), key=key, max_upload_size=megabytes, **more)


def reading(context: PageContext, file: Any, key: str, read: Callable[[bytes], R]) -> R | None:
    """What was read of a file, once for as long as it lies in its box; None, with the reason said, where it cannot
    be."""
    known = st.session_state.get(key)
    if known is None or known[0] != file.file_id:
        try:
            known = (file.file_id, read(file.getvalue()))
        except TableError as error:
            known = (file.file_id, error)
        st.session_state[key] = known
    found = known[1]
    if isinstance(found, TableError):
        st.error(layout.markdown_safe(f"{file.name}: {text.table_error(context.t, found)}"))
        return None
    return found


def rows(content: bytes) -> list[Row]:
    """The rows of a file. Raises TableError."""
    return tabular.read(content)


def problems(context: PageContext, found: Sequence[Problem], left_out: str | None = None) -> None:
    """What is wrong, one row a line of the file; `left_out` says so where the rest may be taken all the same."""
    t = context.t
    if left_out:
        st.warning(left_out)
    else:
        st.error(t("problem.title", n=t.number(len(found))))
    shown = pd.DataFrame(
        [
            {
                t("problem.line"): problem.line,
                t("problem.column"): problem.column,
                t("problem.value"): problem.value,
                t("problem.what"): text.problem(t, problem),
            }
            for problem in found[:MOST_SHOWN]
        ]
    )
    st.dataframe(shown, hide_index=True, width="stretch")
    if len(found) > MOST_SHOWN:
        layout.caption(t("problem.more", n=t.number(len(found) - MOST_SHOWN)))
