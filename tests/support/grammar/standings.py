"""What a spine and a rug show, read back from a picture and compared with their exhibit."""

import re
from collections import defaultdict
from typing import Any

import pytest

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import colours, verdicts
from kuntamittari.exhibits.render.slides import many
from tests.support.grammar.svg_read import Mark, Picture
from tests.support.slides import THEME, values_of

BOX = re.compile(r"M([-\d.e]+),([-\d.e]+)h([-\d.e]+)v([-\d.e]+)h")


def told(spec: dict[str, Any]) -> dict[str, Any]:
    """A picture in which each mark says what it stands for, which readers have in the table."""
    return spec | {"config": spec["config"] | {"aria": True}}


def by_name(marks: list[Mark], kind: str) -> dict[str, list[Mark]]:
    """The marks that stand for something of a kind, by its name, in the order in which they are drawn."""
    found: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        if kind in mark.fields:
            found[mark.fields[kind]].append(mark)
    return found


def box(mark: Mark) -> tuple[float, float, float, float]:
    """The sides of an area: left, top, right and bottom."""
    left, top, wide, tall = map(float, BOX.match(mark.attributes["d"]).groups())  # type: ignore[union-attr]
    return mark.x + left, mark.y + top, mark.x + left + wide, mark.y + top + tall


def drawn_spine(exhibit: Exhibit, picture: Picture) -> None:
    """Every category with a figure once and in order: its mark by its verdict, beside the median, and its trend."""
    own = by_name(picture.of("point"), "own")
    valued = [place for place, scale in enumerate(exhibit.scales) if scale]
    assert list(own) == [exhibit.categories[place] for place in valued]
    assert all(len(marks) == 1 for marks in own.values())
    marks = [own[exhibit.categories[place]][0] for place in valued]
    assert [mark.y for mark in marks] == sorted(mark.y for mark in marks), "in the order of the exhibit"
    inks = [colours.colour(THEME, verdicts.role(exhibit.roles[place])) for place in valued]
    assert [mark.attributes["fill"] for mark in marks] == inks
    scales = [scale for scale in exhibit.scales if scale]
    places = [scale.at(scale.value) for scale in scales]
    middle, reach = _line(places, [mark.x for mark in marks])
    halves = by_name(picture.of("rect mark"), "half")
    for place, scale in zip(valued, scales, strict=True):
        left, _, right, _ = box(halves[exhibit.categories[place]][0])
        low, high = scale.half
        assert (left, right) == pytest.approx((middle + reach * low, max(middle + reach * high, right)), abs=1.2)
    uprights = {round(rule.left + (rule.right - rule.left) / 2, 1) for rule in picture.rules if upright(rule)}
    assert any(abs(at - middle) < 1 for at in uprights), "the median is in the middle of every scale"
    drawn = by_name(picture.of("line mark"), "trend")
    assert set(drawn) <= {exhibit.categories[place] for place, trend in enumerate(exhibit.trends) if trend}
    assert all(mark.attributes["stroke"] == colours.colour(THEME, "chosen") for one in drawn.values() for mark in one)
    for name, lines in drawn.items():
        trend = exhibit.trends[exhibit.categories.index(name)]
        assert trend is not None and len(lines) == len(trend.stretches)


def upright(rule: Any) -> bool:
    return rule.bottom - rule.top > rule.right - rule.left


def _line(places: list[float], at: list[float]) -> tuple[float, float]:
    """Where the place 0 is, and how many pixels one is, on the axis on which all places are."""
    (low, first), (high, last) = min(zip(places, at, strict=True)), max(zip(places, at, strict=True))
    reach = (last - first) / (high - low)
    assert at == pytest.approx([first + reach * (place - low) for place in places], abs=0.7)
    return first - reach * low, reach


def drawn_rug(exhibit: Exhibit, picture: Picture) -> None:
    """A cell for every member that is drawn and every indicator, with the ground and the mark of its verdict."""
    assert exhibit.verdicts is not None
    cells = {
        mark.attributes["aria-label"]: mark for mark in picture.of("rect mark") if ": " in mark.attributes["aria-label"]
    }
    members = list(dict.fromkeys(name.partition(": ")[0] for name in cells))
    members = [name for name in exhibit.categories if name in members]
    own = [name for name, role in zip(exhibit.categories, exhibit.roles, strict=True) if role != "other"]
    assert set(own) <= set(members)
    assert len(cells) == len(members) * len(exhibit.verdicts)
    boxes: dict[tuple[str, str], tuple[float, ...]] = {}
    for label, of_members in exhibit.verdicts.items():
        for name, verdict in zip(exhibit.categories, of_members, strict=True):
            if name not in members:
                continue
            cell = cells[f"{name}: {label}"]
            assert cell.attributes["fill"] == colours.cell(THEME, verdict)[0], (name, label)
            boxes[name, label] = box(cell)
    labels = list(exhibit.verdicts)
    by_column = boxes[members[0], labels[0]][0] < boxes[members[-1], labels[0]][0]
    side = 0 if by_column else 1
    along = [boxes[name, labels[0]][side] for name in members]
    down = [boxes[members[0], label][1 - side] for label in labels]
    assert along == sorted(along) and down == sorted(down), "members and indicators are in the order of the exhibit"
    points = {mark.fields["mark"] for mark in picture.of("point") if "mark" in mark.fields}
    assert len(picture.of("point")) >= len(points)


def said(exhibit: Exhibit) -> list[str]:
    """The words that every picture of a spine or a rug has."""
    if exhibit.kind == "spine":
        valued = [place for place, scale in enumerate(exhibit.scales) if scale]
        return [exhibit.categories[place] for place in valued] + [exhibit.rows[place][1] for place in valued]
    own = [name for name, role in zip(exhibit.categories, exhibit.roles, strict=True) if role != "other"]
    return [*own, *dict.fromkeys(exhibit.sections)]


def native_spine(exhibit: Exhibit, chart: Any) -> None:
    """The places, the verdicts and the ends of the group of a native chart, from the first row down."""
    series = list(chart.plots[0].series)
    valued = [place for place, scale in enumerate(exhibit.scales) if scale]
    scales = [scale for scale in exhibit.scales if scale]
    found = [
        (float(y), float(x), verdict)
        for one, verdict in zip(series[2:-1], _verdicts(exhibit), strict=True)
        for x, y in zip(values_of(one, "c:xVal//c:v/text()"), values_of(one, "c:yVal//c:v/text()"), strict=True)
    ]
    from_top = [(place, verdict) for _, place, verdict in sorted(found, reverse=True)]
    wanted = [(scale.at(scale.value), exhibit.roles[place]) for place, scale in zip(valued, scales, strict=True)]
    assert [verdict for _, verdict in from_top] == [verdict for _, verdict in wanted]
    assert [place for place, _ in from_top] == pytest.approx([place for place, _ in wanted])
    for one, kind in zip(series[:2], ("ends", "half"), strict=True):
        for sign, at in (("minus", 0), ("plus", 1)):
            reach = [float(value) for value in values_of(one, f"c:errBars/c:{sign}//c:v/text()")]
            assert reach == pytest.approx([abs(getattr(scale, kind)[at]) for scale in scales])
    assert {float(x) for x in values_of(series[-1], "c:xVal//c:v/text()")} == {0.0}, "the median"


def _verdicts(exhibit: Exhibit) -> list[str]:
    seen = {role for role, scale in zip(exhibit.roles, exhibit.scales, strict=True) if scale}
    return [verdict for verdict in many.MARKERS if verdict in seen]


def native_rug(exhibit: Exhibit, slide: Any) -> None:
    """The marks and grounds of the cells of a native table: a row a member, a column an indicator."""
    assert exhibit.verdicts is not None
    [table] = [shape.table for shape in slide.shapes if shape.has_table]
    rows = [list(of_members) for of_members in zip(*exhibit.verdicts.values(), strict=True)]
    assert [[cell.text_frame.text for cell in row.cells] for row in table.rows] == [
        [verdicts.MARKS[verdict] for verdict in row] for row in rows
    ]
    assert [[f"#{cell.fill.fore_color.rgb}".lower() for cell in row.cells] for row in table.rows] == [
        [colours.cell(THEME, verdict)[0] for verdict in row] for row in rows
    ]
