"""A report in every form it can be taken away in."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from kuntamittari.export import tables
from kuntamittari.i18n import Translator
from kuntamittari.leaves import Leaf, first_head
from kuntamittari.reporting import Report


@dataclass(frozen=True)
class Form:
    """How a report is made into a file, and what kind of file a browser takes it for."""

    made: Callable[[Report], bytes]
    media: str


def pptx(report: Report) -> bytes:
    """Slides with charts that can be edited."""
    from kuntamittari.export import slides  # the libraries of slides and documents take half a second that no page should wait for

    return slides.pptx(report)


def pdf(report: Report) -> bytes:
    """A document with tags."""
    from kuntamittari.export import document

    return document.pdf(report)


def xlsx(report: Report) -> bytes:
    """The figures of every leaf on a sheet of its own, and what they are on the last."""
    t = Translator(report.language)
    sheets = {f"{number} {t(f'kind.{leaf.kind}')}": _frame(leaf, first_head(leaf, t)) for number, leaf in enumerate(report.leaves, 1)}
    what = [(report.name, report.subtitle), ("", report.footer)]
    for sheet, leaf in zip(sheets, report.leaves, strict=True):
        what += [(sheet, leaf.title), ("", leaf.unit), ("", leaf.note), ("", leaf.source), ("", "")]
    return tables.workbook(sheets, what, t("files.about"))


def _frame(leaf: Leaf, first: str) -> pd.DataFrame:
    if leaf.series is None:
        return pd.DataFrame(list(leaf.cells or leaf.rows), columns=list(leaf.cell_heads or leaf.heads))
    years = leaf.kind == "lines" and all(category.isdecimal() for category in leaf.categories)
    names = [int(category) for category in leaf.categories] if years else leaf.categories
    return pd.DataFrame({first: names, **{name: pd.array(values, dtype="Float64") for name, values in leaf.series.items()}})


FORMATS = {
    "pptx": Form(pptx, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "pdf": Form(pdf, "application/pdf"),
    "xlsx": Form(xlsx, tables.FORMATS["xlsx"]),
}
