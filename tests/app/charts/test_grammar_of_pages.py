"""What pages draw, read back at the widths of a phone and of a screen: no words are cut, meet others or are crossed.

The figures, order and roles of pages are compared with those of slides in test_slides.py.
"""

import sys
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from kuntamittari.exhibits import charts
from kuntamittari.exhibits.grammar import colours
from kuntamittari.exhibits.render import png
from kuntamittari.query.database import Database
from kuntamittari.ui.parts import comparison
from tests.support.exhibits import VIEW, exhibit_of
from tests.support.grammar.svg_read import read
from tests.support.pages import opened

WIDTHS = (288, 358, 700, 900, 1180)  # pixels of a chart in windows of 320, 390, 768, 1366 and 1920
PAGES: tuple[tuple[str, dict[str, str]], ...] = (
    ("comparison", {}),
    ("comparison", {"kuva": "jarjestys"}),
    ("comparison", {"kuva": "suppilo"}),
    ("costs", {}),
    ("costs", {"kuva": "erot"}),
    ("productivity", {"mittari": "basic_education_productivity"}),
    ("effectiveness", {}),
    ("outlook", {}),
    ("national", {}),
)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[comparison.Drawing]:
    """The charts that a page draws; nothing is taken from an earlier run of it, and nothing kept for a later one."""
    found: list[comparison.Drawing] = []
    monkeypatch.setattr(comparison, "show", found.append)
    monkeypatch.setattr(comparison, "cached_elements", lambda context, name, draw: draw())
    return found


def pictures(drawing: comparison.Drawing, widths: tuple[int, ...]) -> Iterator[tuple[int, Any]]:
    """The chart as it is drawn at each width."""
    rows = {
        name: frame.astype(object).where(frame.notna(), None).to_dict("records") for name, frame in drawing.sets.items()
    }
    for width in widths:
        # a page fits the drawing into the width, so what stands out makes it narrower
        fit = {"type": "fit-x", "contains": "padding"}
        spec = drawing.bound | {"datasets": rows, "width": width, "autosize": fit, "padding": 5}
        spec |= {"config": {"view": {"stroke": None}}}  # with the names of marks, which pages leave to their tables
        yield width, read(png.svg(spec).decode())


@pytest.mark.parametrize(
    ("page", "asked"), PAGES, ids=lambda part: part if isinstance(part, str) else "-".join(part.values())
)
def test_no_words_of_a_page_are_cut_or_meet_others(page: str, asked: dict[str, str], drawn: list) -> None:
    opened(page, kieli="fi", **VIEW | {"kunnat": "091,179,564"} | asked)
    assert drawn
    faults, number = [], 0
    for at, drawing in enumerate(drawn, 1):
        for width, picture in pictures(drawing, WIDTHS):
            faults += [f"chart {at}, {width} px: {fault}" for fault in picture.faults()]
            number += 1
    sys.stdout.write(f"{page}: {number} pictures\n")
    assert faults == []


@pytest.mark.parametrize("shape", ["pisteet", "jarjestys"])
def test_the_group_of_the_page_is_that_of_its_exhibit(shape: str, drawn: list, bundle: Database) -> None:
    opened("comparison", kieli="fi", **VIEW | {"kuva": shape})
    drawing, exhibit = drawn[0], exhibit_of(bundle, "ranking", "fi", kuva=shape)
    rows: pd.DataFrame = drawing.data["rows"]
    [values] = exhibit.series.values()
    assert list(rows["value"])[-len(values) :] == list(values) and list(rows["role"])[-len(values) :] == list(
        exhibit.roles
    )
    assert (drawing.parameters["least"], drawing.parameters["most"]) == exhibit.ends
    assert shape == "pisteet" or drawing.parameters["least"] == 0, "bars start at zero"
    [[_, picture]] = list(pictures(drawing, (900,)))
    inks = [mark.attributes["fill"] for mark in picture.of("point" if shape == "pisteet" else "bar")]
    of = colours.line_colour if shape == "pisteet" else colours.colour
    assert inks[-len(values) :] == [of(colours.THEMES["light"], role) for role in exhibit.roles]
    assert charts.FONT >= 14
