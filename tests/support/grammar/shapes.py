"""The shapes of the points of a picture, read back from each medium."""

import re
from typing import Any
from xml.etree import ElementTree

from kuntamittari.exhibits.grammar import colours, shapes
from tests.support.grammar.svg_read import NAMESPACE, Picture
from tests.support.slides import THEME, ink, values_of

KINDS = ("dots", "scatter", "panels")  # of exhibits whose points are municipalities


def shape_of(path: str) -> str:
    """The shape that a path draws: a circle has arcs, a diamond opposite corners on an axis."""
    if re.search("[aA]", path):
        return "circle"
    corners = [tuple(map(float, pair)) for pair in re.findall(r"(-?[\d.]+),(-?[\d.]+)", path)]
    opposite = zip(corners[0], corners[2], strict=True) if "h" not in path else ()
    return "diamond" if any(one == other for one, other in opposite) else "square"


def by_ink() -> dict[str, str]:
    """The colour of a point → the shape that its role has."""
    return {colours.line_colour(THEME, role): shape for role, shape in shapes.OF_ROLE.items()}


def of_page(picture: Picture) -> None:
    """Every point of a picture that the browser draws has the shape of its role."""
    points = [(mark.attributes["fill"], shape_of(mark.attributes["d"])) for mark in picture.of("point")]
    assert points and all(by_ink()[fill] == shape for fill, shape in points), set(points)


def of_document(svg: str) -> None:
    """Every point of a picture of a document has the shape of its role."""
    found = set()
    for node in ElementTree.fromstring(svg).iter():
        role = node.get("class", "").removeprefix("d-")
        if node.get("class") == f"d-{role}" and role in shapes.OF_ROLE:
            circle = node.tag == f"{NAMESPACE}circle"
            found.add((role, "circle" if circle else shape_of(node.get("d", ""))))
    assert found and found <= shapes.OF_ROLE.items(), found


def of_slide(charts: list[Any]) -> None:
    """Every point of the native charts of a slide has the shape of its role."""
    series = [one for chart in charts for one in chart.plots[0].series]
    drawn = [(one, symbol) for one in series for symbol in values_of(one, "c:marker/c:symbol/@val") if symbol != "none"]
    points = [(ink(one, "c:marker/c:spPr/a:solidFill/a:srgbClr/@val"), symbol) for one, symbol in drawn]
    assert points and all(by_ink()[colour] == symbol for colour, symbol in points), points
