"""A report in every form it can be taken away in."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kuntamittari.export import document, slides, tables
from kuntamittari.i18n import Translator
from kuntamittari.leaves import Leaf
from kuntamittari.reporting import Report


@dataclass(frozen=True)
class Form:
    """How a report is made into a file, and what kind of file a browser takes it for."""

    made: Callable[[Report], bytes]
    media: str


def xlsx(report: Report) -> bytes:
    """The figures of every leaf on a sheet of its own, and what they are on the last."""
    t = Translator(report.language)
    sheets = {f"{number} {t(f'kind.{leaf.kind}')}": _frame(leaf) for number, leaf in enumerate(report.leaves, 1)}
    what = [(report.name, report.subtitle), ("", report.footer)]
    for sheet, leaf in zip(sheets, report.leaves, strict=True):
        what += [(sheet, leaf.title), ("", leaf.unit), ("", leaf.note), ("", leaf.source), ("", "")]
    return tables.workbook(sheets, what, t("files.about"))


def _frame(leaf: Leaf) -> pd.DataFrame:
    if leaf.series is None:
        return pd.DataFrame(list(leaf.rows), columns=list(leaf.heads))
    return pd.DataFrame({" ": leaf.categories, **{name: pd.array(values, dtype="Float64") for name, values in leaf.series.items()}})


FORMATS = {
    "pptx": Form(slides.pptx, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "pdf": Form(document.pdf, "application/pdf"),
    "xlsx": Form(xlsx, tables.FORMATS["xlsx"]),
}


def form_of(file: Path) -> str | None:
    """The form that a file's name asks for by its ending; None where it asks for none of them."""
    ending = file.suffix.removeprefix(".")
    return ending if ending in FORMATS else None
