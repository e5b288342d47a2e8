"""A report as PDF: real text, tagged, with the language of the reader, words for every picture and heads for every table (PDF/UA-1)."""

import json
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import typst

from kuntamittari.export import image, pictures
from kuntamittari.export.pictures import Canvas
from kuntamittari.i18n import Translator
from kuntamittari.leaves import Leaf, subtitle, table_of
from kuntamittari.reporting import Report
from kuntamittari.settings import PACKAGE

TEMPLATE = PACKAGE / "export" / "report.typ"
FONT = "Libertinus Serif"  # comes with Typst, so that a document is the same on every machine
WIDTH, FULL, BRIEF, TALL = 900, 440, 460, 760  # pixels of a picture; its height in the full report and on the two pages; of a map
SIZE = 19  # pixels of type: as large on paper as the text
# Latin, Greek and Cyrillic; punctuation, currencies, arrows and signs of arithmetic
ALPHABETS = ((0x20, 0x52F), (0x1E00, 0x1FFF), (0x2000, 0x203F), (0x20AC, 0x20AC), (0x2190, 0x2193), (0x2212, 0x2212), (0x2260, 0x2265))
LONGEST_TABLE = 45  # rows of figures that a page holds


def pdf(report: Report) -> bytes:
    """The report as a document; two pages where it is brief."""
    t = Translator(report.language)
    inputs, leaves = dict[str, str](), []  # not files: a document is made where no disk can be written too
    for number, leaf in enumerate(report.leaves):
        about = _words(leaf, t)
        if leaf.kind != "table":
            about["picture"] = str(number)
            inputs[about["picture"]] = image.svg(pictures.picture(leaf, _canvas(leaf, report))).decode("utf-8")
        leaves.append(about)
    words = {key: t(f"report.{key}") for key in ("findings", "figures")}
    told = {key: getattr(report, key) for key in ("name", "subtitle", "footer", "language", "brief")}
    inputs["report"] = _printed(json.dumps(told | {"leaves": leaves, "words": words, "font": FONT}, ensure_ascii=False))
    now = datetime.now(UTC).replace(microsecond=0)
    return typst.compile(TEMPLATE, format="pdf", pdf_standards="ua-1", ignore_system_fonts=True, timestamp=now, sys_inputs=inputs)


def _canvas(leaf: Leaf, report: Report) -> Canvas:
    letters = Canvas(report.language, font=FONT, size=SIZE, width=WIDTH, height=BRIEF if report.brief else FULL)
    if leaf.kind == "map":
        return replace(letters, width=round(TALL * 0.7), height=TALL)
    if not report.brief:
        bars = 0 if leaf.kind in ("lines", "scatter") else len(leaf.categories) * (2 if leaf.kind == "pairs" else 1)
        letters = replace(letters, height=max(FULL, bars * (SIZE + 7)))
    return pictures.fitted(leaf, letters)


def _printed(words: str) -> str:
    """Words without the characters that the font has not: a reader's own headline may hold any."""
    known = (letter for letter in words if any(first <= ord(letter) <= last for first, last in ALPHABETS))
    return "".join(letter for letter in known if unicodedata.category(letter) != "Cf")


def _words(leaf: Leaf, t: Translator) -> dict[str, Any]:
    """What the template says of a leaf; the figures of a chart as a table in words."""
    heads, rows = table_of(leaf, t) if len(leaf.categories) <= LONGEST_TABLE else ((), ())
    return {
        "title": leaf.title,
        "kind": leaf.kind,
        "unit": subtitle(leaf, t),
        "note": leaf.note,
        "source": leaf.source,
        "heads": heads,
        "rows": rows,
    }
