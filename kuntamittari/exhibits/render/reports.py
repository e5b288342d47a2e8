"""A report in every form it can be taken away in."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from kuntamittari.exhibits.exhibit import Exhibit, first_head
from kuntamittari.exhibits.render import tables
from kuntamittari.exhibits.reporting import Report
from kuntamittari.i18n import Translator


@dataclass(frozen=True)
class Form:
    """How a report is made into a file, and what kind of file a browser takes it for."""

    made: Callable[[Report], bytes]
    media: str


def pptx(report: Report) -> bytes:
    """Slides with charts that can be edited."""
    from kuntamittari.exhibits.render import (
        pptx,
    )  # the libraries of slides and documents take half a second that no page should wait for

    return pptx.pptx(report)


def pdf(report: Report) -> bytes:
    """A document with tags."""
    from kuntamittari.exhibits.render import pdf

    return pdf.pdf(report)


def xlsx(report: Report) -> bytes:
    """The figures of every leaf on a sheet of its own, and what they are on the last."""
    t = Translator(report.language)
    sheets = {
        f"{number} {t(f'kind.{exhibit.kind}')}": _frame(exhibit, first_head(exhibit, t))
        for number, exhibit in enumerate(report.exhibits, 1)
    }
    what = [(report.name, report.subtitle), ("", report.footer)]
    for sheet, exhibit in zip(sheets, report.exhibits, strict=True):
        what += [(sheet, exhibit.title), ("", exhibit.unit), ("", exhibit.note), ("", exhibit.source), ("", "")]
    return tables.workbook(sheets, what, t("files.about"))


def _frame(exhibit: Exhibit, first: str) -> pd.DataFrame:
    if exhibit.series is None:
        return pd.DataFrame(list(exhibit.cells or exhibit.rows), columns=list(exhibit.cell_heads or exhibit.heads))
    years = exhibit.kind == "lines" and all(category.isdecimal() for category in exhibit.categories)
    names = [int(category) for category in exhibit.categories] if years else exhibit.categories
    return pd.DataFrame(
        {first: names, **{name: pd.array(values, dtype="Float64") for name, values in exhibit.series.items()}}
    )


FORMATS = {
    "pptx": Form(pptx, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "pdf": Form(pdf, "application/pdf"),
    "xlsx": Form(xlsx, tables.FORMATS["xlsx"]),
}
