"""A report as PDF: real text, tagged, with the language of the reader, words for every picture and heads for every
table (PDF/UA-1)."""

import json
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from kuntamittari.exhibits.exhibit import Exhibit, subtitle, table_of
from kuntamittari.exhibits.render import png, svg
from kuntamittari.exhibits.render.svg import Canvas
from kuntamittari.exhibits.reporting import Report
from kuntamittari.i18n import Translator

TEMPLATE = Path(__file__).with_name("report.typ")
FONT = "Libertinus Serif"  # comes with Typst, so that a document is the same on every machine
WIDTH, FULL, BRIEF, TALL = (
    900,
    440,
    460,
    760,
)  # pixels of a picture; its height in the full report and on the two pages; of a map
SIZE = 19  # pixels of type: as large on paper as the text
# Latin, Greek and Cyrillic; punctuation, currencies, arrows and signs of arithmetic
ALPHABETS = (
    (0x20, 0x52F),
    (0x1E00, 0x1FFF),
    (0x2000, 0x203F),
    (0x20AC, 0x20AC),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2260, 0x2265),
)
LONGEST_TABLE = 45  # rows of figures that a page holds


def pdf(report: Report) -> bytes:
    """The report as a document; two pages where it is brief."""
    t = Translator(report.language)
    inputs, exhibits = dict[str, str](), []  # not files: a document is made where no disk can be written too
    for number, exhibit in enumerate(report.exhibits):
        about = _words(exhibit, t)
        if exhibit.kind != "table":
            about["picture"] = str(number)
            inputs[about["picture"]] = png.svg(svg.picture(exhibit, _canvas(exhibit, report))).decode("utf-8")
        exhibits.append(about)
    words = {key: t(f"report.{key}") for key in ("findings", "figures")}
    told = {key: getattr(report, key) for key in ("name", "subtitle", "footer", "language", "brief")}
    inputs["report"] = _printed(
        json.dumps(told | {"leaves": exhibits, "words": words, "font": FONT}, ensure_ascii=False)
    )
    now = datetime.now(UTC).replace(microsecond=0)
    return typst.compile(
        TEMPLATE, format="pdf", pdf_standards="ua-1", ignore_system_fonts=True, timestamp=now, sys_inputs=inputs
    )


def _canvas(exhibit: Exhibit, report: Report) -> Canvas:
    letters = Canvas(report.language, font=FONT, size=SIZE, width=WIDTH, height=BRIEF if report.brief else FULL)
    if exhibit.kind == "map":
        return replace(letters, width=round(TALL * 0.7), height=TALL)
    if not report.brief:
        bars = (
            0
            if exhibit.kind in ("lines", "scatter")
            else len(exhibit.categories) * (2 if exhibit.kind == "pairs" else 1)
        )
        letters = replace(letters, height=max(FULL, bars * (SIZE + 7)))
    return svg.fitted(exhibit, letters)


def _printed(words: str) -> str:
    """Words without the characters that the font has not: a reader's own headline may hold any."""
    known = (letter for letter in words if any(first <= ord(letter) <= last for first, last in ALPHABETS))
    return "".join(letter for letter in known if unicodedata.category(letter) != "Cf")


def _words(exhibit: Exhibit, t: Translator) -> dict[str, Any]:
    """What the template says of a leaf; the figures of a chart as a table in words."""
    heads, rows = table_of(exhibit, t) if len(exhibit.categories) <= LONGEST_TABLE else ((), ())
    return {
        "title": exhibit.title,
        "kind": exhibit.kind,
        "unit": subtitle(exhibit, t),
        "note": exhibit.note,
        "source": exhibit.source,
        "heads": heads,
        "rows": rows,
    }
