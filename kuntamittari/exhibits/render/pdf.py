"""A report as PDF/UA-1: real text, tagged, with its language, alternative texts and table headers."""

import json
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from kuntamittari.exhibits.exhibit import OWN_TABLE, Exhibit, subtitle, table_of
from kuntamittari.exhibits.grammar import spine
from kuntamittari.exhibits.grammar.pictures import PLACED
from kuntamittari.exhibits.grammar.verdicts import GLYPHS
from kuntamittari.exhibits.render import png, svg
from kuntamittari.exhibits.render.svg import Canvas
from kuntamittari.exhibits.reporting import Report
from kuntamittari.i18n import Translator

TEMPLATE = Path(__file__).with_name("report.typ")
FONT = "Libertinus Serif"  # included in Typst, so that a document is the same on every machine
WIDTH = 900  # pixels of a picture
FULL, BRIEF, TALL = 440, 460, 760  # pixels of height of a picture: in a full report, on two pages, and of a map
PAGE = 1260  # pixels of height of a picture that has a page to itself, nearly
SIZE = 19  # font size in pixels: printed as large as the text
# characters of the font: Latin, Greek and Cyrillic; punctuation, euro sign, arrows, mathematical signs, marks of
# verdicts
ALPHABETS = (
    (0x20, 0x52F),
    (0x1E00, 0x1FFF),
    (0x2000, 0x203F),
    (0x20AC, 0x20AC),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2260, 0x2265),
    *((ord(mark), ord(mark)) for mark in (*GLYPHS.values(), "◆")),
)
LONGEST_TABLE = 45  # rows of figures that fit on a page


def pdf(report: Report) -> bytes:
    """Return the report as a PDF document; two pages where it is brief."""
    t = Translator(report.language)
    inputs, exhibits = dict[str, str](), []  # passed in memory, since the disk may be read-only
    for number, exhibit in enumerate(report.exhibits):
        content = _words(exhibit, t)
        if report.brief and exhibit.kind in PLACED:  # two pages have room for its table
            content["kind"] = "table"
        content["pictures"] = []
        for part, drawn in enumerate(_parts(exhibit, t) if content["kind"] != "table" else ()):
            content["pictures"].append(f"{number}-{part}")
            inputs[f"{number}-{part}"] = png.svg(svg.picture(drawn, _canvas(drawn, report))).decode("utf-8")
        exhibits.append(content)
    headings = {key: t(f"report.{key}") for key in ("findings", "figures")}
    attributes = {key: getattr(report, key) for key in ("name", "subtitle", "footer", "agencies", "language", "brief")}
    inputs["report"] = _printed(
        json.dumps(attributes | {"exhibits": exhibits, "words": headings, "font": FONT}, ensure_ascii=False)
    )
    now = datetime.now(UTC).replace(microsecond=0)
    return typst.compile(
        TEMPLATE, format="pdf", pdf_standards="ua-1", ignore_system_fonts=True, timestamp=now, sys_inputs=inputs
    )


def _parts(exhibit: Exhibit, t: Translator) -> list[Exhibit]:
    """Return what is drawn of an exhibit: all of it, of a long spine a page at a time."""
    return spine.parts(exhibit, t, WIDTH / SIZE, PAGE / SIZE) if exhibit.kind == "spine" else [exhibit]


def _canvas(exhibit: Exhibit, report: Report) -> Canvas:
    """Return the canvas of an exhibit's picture."""
    letters = Canvas(report.language, font=FONT, size=SIZE, width=WIDTH, height=BRIEF if report.brief else FULL)
    if exhibit.kind == "map":
        return replace(letters, width=round(TALL * 0.7), height=TALL)
    if not report.brief:
        letters = replace(letters, height=max(FULL, svg.height(exhibit, Translator(report.language), WIDTH, SIZE)))
    return svg.fitted(exhibit, letters)


def _printed(words: str) -> str:
    """Return text without the characters that the font lacks; a user's headline may contain any."""
    printable = (letter for letter in words if any(first <= ord(letter) <= last for first, last in ALPHABETS))
    return "".join(letter for letter in printable if unicodedata.category(letter) != "Cf")


def _words(exhibit: Exhibit, t: Translator) -> dict[str, Any]:
    """Return what the template prints of an exhibit; the figures of a chart become a table."""
    heads, rows = table_of(exhibit, t)
    if len(rows) > LONGEST_TABLE and exhibit.series is not None and exhibit.kind not in OWN_TABLE:
        # of a strip those that are named on it
        named = exhibit.named if exhibit.kind == "dots" else (False,) * len(rows)
        rows = tuple(row for row, is_named in zip(rows, named, strict=True) if is_named)
        heads = heads if rows else ()
    return {
        "title": exhibit.title,
        "kind": exhibit.kind,
        "unit": subtitle(exhibit, t),
        "note": exhibit.note,
        "source": exhibit.source,
        "heads": heads,
        "rows": rows,
    }
