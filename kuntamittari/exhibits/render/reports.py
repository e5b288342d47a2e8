"""A report in each file format."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from kuntamittari.exhibits.exhibit import Exhibit, first_head
from kuntamittari.exhibits.render import tables
from kuntamittari.exhibits.reporting import Report
from kuntamittari.i18n import Translator


@dataclass(frozen=True)
class Form:
    """A file format of reports: the function that renders it, and its media type."""

    render: Callable[[Report], bytes]
    media: str


def pptx(report: Report) -> bytes:
    """Return the report as slides with charts that can be edited."""
    # imported here: the libraries of slides and documents take half a second, which no page should wait for
    from kuntamittari.exhibits.render import pptx

    return pptx.pptx(report)


def pdf(report: Report) -> bytes:
    """Return the report as a tagged document."""
    from kuntamittari.exhibits.render import pdf

    return pdf.pdf(report)


def xlsx(report: Report) -> bytes:
    """Return the report as a workbook: each exhibit's figures on a sheet, their descriptions on the last."""
    t = Translator(report.language)
    sheets = {
        f"{number} {t(f'kind.{exhibit.kind}')}": _frame(exhibit, first_head(exhibit, t))
        for number, exhibit in enumerate(report.exhibits, 1)
    }
    descriptions = [(report.name, report.subtitle), ("", report.footer)]
    for sheet, exhibit in zip(sheets, report.exhibits, strict=True):
        descriptions += [(sheet, exhibit.title), ("", exhibit.unit), ("", exhibit.note), ("", exhibit.source), ("", "")]
    return tables.workbook(sheets, descriptions, t("files.about"))


def _frame(exhibit: Exhibit, category_header: str) -> pd.DataFrame:
    """Return an exhibit's figures as a DataFrame."""
    if exhibit.series is None:
        return pd.DataFrame(list(exhibit.cells or exhibit.rows), columns=list(exhibit.cell_heads or exhibit.heads))
    years = exhibit.kind == "lines" and all(category.isdecimal() for category in exhibit.categories)
    names = [int(category) for category in exhibit.categories] if years else exhibit.categories
    return pd.DataFrame(
        {category_header: names, **{name: pd.array(values, dtype="Float64") for name, values in exhibit.series.items()}}
    )


FORMATS = {
    "pptx": Form(pptx, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "pdf": Form(pdf, "application/pdf"),
    "xlsx": Form(xlsx, tables.FORMATS["xlsx"]),
}
