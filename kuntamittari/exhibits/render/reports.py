"""A report in each file format, and the order of one, from which any process makes it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from kuntamittari.exhibits import page_context, reporting
from kuntamittari.exhibits.exhibit import Exhibit, first_head
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.render import tables
from kuntamittari.exhibits.reporting import Report
from kuntamittari.i18n import Translator
from kuntamittari.query import database
from kuntamittari.uploads.workspace import Workspace

Contents = Literal["page", "municipality", "summary", "deck"]


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
        f"{number} {t(f'kind.{exhibit.kind}')}": frame(exhibit, t) for number, exhibit in enumerate(report.exhibits, 1)
    }
    descriptions = [(report.name, report.subtitle), ("", report.footer)]
    for sheet, exhibit in zip(sheets, report.exhibits, strict=True):
        descriptions += [(sheet, exhibit.title), ("", exhibit.unit), ("", exhibit.note), ("", exhibit.source), ("", "")]
    return tables.workbook(sheets, descriptions, t("files.about"))


def frame(exhibit: Exhibit, t: Translator) -> pd.DataFrame:
    """Return an exhibit's figures as a DataFrame."""
    if exhibit.series is None or exhibit.cells:
        return pd.DataFrame(list(exhibit.cells or exhibit.rows), columns=list(exhibit.cell_heads or exhibit.heads))
    years = exhibit.kind == "lines" and all(category.isdecimal() for category in exhibit.categories)
    names = [int(category) for category in exhibit.categories] if years else exhibit.categories
    columns: dict[str, Sequence[float | None]] = dict(exhibit.series)
    if any(exhibit.intervals):
        for key, end in (("dots.low", 0), ("dots.high", 1)):
            columns[t(key)] = [ends[end] if ends else None for ends in exhibit.intervals]
    numbers = {name: pd.array(list(values), dtype="Float64") for name, values in columns.items()}
    ranks = {t("chart.rank"): exhibit.ranks} if exhibit.ranks else {}
    return pd.DataFrame({first_head(exhibit, t): names, **numbers, **ranks})


FORMATS = {
    "pptx": Form(pptx, "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "pdf": Form(pdf, "application/pdf"),
    "xlsx": Form(xlsx, tables.FORMATS["xlsx"]),
}


class OtherDataError(Exception):
    """The data in use are no longer those of the page."""


@dataclass(frozen=True)
class Order:
    """What a report is made from: small, so that it can be sent to another process.

    `path`: of the page whose exhibits are asked for; `address`: the page's query string; `directory` and `digest`: of
    its data; `workspace`: what the user has uploaded.
    """

    contents: Contents
    path: str
    form: str
    address: tuple[tuple[str, str], ...]
    directory: Path
    digest: str
    workspace: Workspace


def order(context: PageContext, contents: Contents, form: str, path: str = "") -> Order:
    """Return the order of a report of a page context in a format."""
    snapshot = context.data.snapshot
    address = context.selection.query().items()
    return Order(contents, path, form, tuple(address), snapshot.directory, snapshot.digest, context.workspace)


def made(order: Order) -> bytes:
    """Return the report of an order. Raises OtherDataError, or DataError where the data cannot be read."""
    data = database.current(order.directory)
    if data.snapshot.digest != order.digest:
        raise OtherDataError
    if order.workspace.weight:
        data = page_context.with_overlay(data, order.workspace)
    context = page_context.read(dict(order.address), data, order.workspace)
    return FORMATS[order.form].render(report(context, order.contents, order.path))


def report(context: PageContext, contents: Contents, path: str) -> Report:
    """Return a report of a page context, by what it is to hold."""
    match contents:
        case "page":
            return reporting.page(context, path)
        case "municipality":
            return reporting.report(context)
        case "summary":
            return reporting.summary(context)
        case "deck":
            return reporting.deck(context, context.selection.deck)
