"""What pages draw, read back at the widths of a phone and of a screen: no words are cut, meet others or are crossed.

The figures, order and roles of pages are compared with those of slides in test_slides.py.
"""

import json
import re
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
from tests.support.grammar import shapes
from tests.support.grammar.svg_read import read
from tests.support.markup import words
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


@pytest.mark.parametrize(
    ("page", "asked"), [("comparison", {}), ("comparison", {"kuva": "suppilo"}), ("effectiveness", {})]
)
def test_the_points_of_a_page_have_the_shapes_of_slides_and_documents(
    page: str, asked: dict[str, str], drawn: list
) -> None:
    opened(page, kieli="fi", **VIEW | {"kunnat": "091,179,564"} | asked)
    [[_, picture]] = list(pictures(drawn[0], (900,)))
    shapes.of_page(picture)
    assert {shapes.shape_of(mark.attributes["d"]) for mark in picture.of("point")} == {"diamond", "square", "circle"}


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


def test_the_funnel_of_the_page_is_that_of_its_exhibit(drawn: list, bundle: Database) -> None:
    opened("comparison", kieli="fi", **VIEW | {"kuva": "suppilo"})
    drawing, exhibit = drawn[0], exhibit_of(bundle, "ranking", "fi", kuva="suppilo")
    rows = drawing.data["rows"]
    assert list(rows[["name", "role", "residents", "value"]].itertuples(index=False, name=None)) == exhibit.points
    xs, ys = exhibit.marks
    ends = {"first": xs[0], "last": xs[-1], "least": ys[0], "most": ys[-1], "marks": list(xs)}
    assert drawing.parameters.items() >= ends.items()
    [[_, picture]] = list(pictures(drawing, (900,)))
    theme = colours.THEMES["light"]
    limits = [colours.colour(theme, limits.role) for limits in exhibit.ranges]
    assert [mark.attributes["fill"] for mark in picture.of("area mark")] == limits
    assert [mark.attributes["fill"] for mark in picture.of("square")] == limits, "the legend has their colours"
    inks = [colours.line_colour(theme, role) for _, role, *_ in exhibit.points]
    assert [mark.attributes["fill"] for mark in picture.of("point")] == inks
    written = [box.words for box in picture.words]
    assert {*(one.label for one in exhibit.ranges), exhibit.reference.label} <= set(written)


def test_the_panels_of_the_page_are_those_of_their_exhibit(bundle: Database) -> None:
    page, exhibit = opened("peers", kieli="fi", **VIEW), exhibit_of(bundle, "alike", "fi")
    [markup] = [block.proto.body for block in page.get("html") if "km-panels" in block.proto.body]
    heads = re.findall(r"<h4>(.*?) <span>(.*?)</span></h4>", markup)
    assert [tuple(map(words, head)) for head in heads] == [(panel.title, words(panel.note)) for panel in exhibit.panels]
    drawn_rows = re.findall(
        r"<li class='km-([a-z0-9-]+)'><span>(.*?)</span><span [^>]*>"
        r"(?:<i style='left:([\d.-]+)%;background:(#\w+)'></i>)?</span><b>(.*?)</b>",
        markup,
    )
    wanted = []
    for panel in exhibit.panels:
        [values] = panel.series.values()
        low, high = panel.ends
        for name, role, value, figure in zip(panel.categories, panel.roles, values, panel.words, strict=True):
            at = "" if value is None else f"{100 * (value - low) / (high - low):.1f}"
            dot = "" if value is None else colours.line_colour(colours.THEMES["light"], role)
            wanted.append((role, name, at, dot, words(figure)))
    assert [(*row[:4], words(row[4])) for row in drawn_rows] == wanted and len(wanted) == 8 * 11


@pytest.mark.parametrize("shape", ["rajat", "kuusikulmiot"])
def test_the_map_of_the_page_is_that_of_its_exhibit(shape: str, bundle: Database) -> None:
    page, exhibit = opened("map", kieli="fi", **VIEW | {"kartta": shape}), exhibit_of(bundle, "map", "fi", kartta=shape)
    [chart] = page.get("deck_gl_json_chart")
    layers = {layer["id"]: layer for layer in json.loads(chart.proto.json)["layers"]}
    theme = colours.THEMES["light"]
    fills = {part["code"]: part["fill"] for part in layers["municipalities"]["data"]}
    wanted = {area.code: theme.classes[area.level - 1] if area.level else theme.no_figure for area in exhibit.areas}
    assert fills == {code: list(bytes.fromhex(ink[1:])) for code, ink in wanted.items()}
    named = [row["name"] for row in layers["names"]["data"]]
    order = {area.name: area.named for area in exhibit.areas}
    assert named[0] == "Tampere" and len(named) > 3 and [order[name] for name in named] == sorted(map(order.get, named))
    assert {part["name"] for part in layers["chosen-2.5"]["data"]} == {"Tampere"}
    outline = list(bytes.fromhex(colours.colour(theme, "outline")[1:]))
    assert layers["chosen-2.5"]["getLineColor"] == outline
    assert len(layers["not-loaded"]["data"]) > 50 and exhibit.hatching
    legend = " ".join(words(block.value) for block in page.markdown if "km-legend" in block.value)
    assert [limit for limit in exhibit.limits if words(limit) not in legend] == []
