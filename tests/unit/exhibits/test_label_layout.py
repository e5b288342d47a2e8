"""Names on a chart: none lies on another, in a wide chart and in a narrow one."""

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kuntamittari.exhibits.grammar import letters
from kuntamittari.exhibits.grammar.label_layout import BINS, DOT, EM, LINE, beside_points, stacked

ENDS = {"x_least": 0.0, "x_most": 1.0, "y_least": 0.0, "y_most": 1.0}
SHARE = st.floats(0, 1)
POINTS = st.lists(
    st.builds(
        lambda x, y, name: {"x": x, "y": y, "name": name, "role": "other", "residents": 1.0},
        SHARE,
        SHARE,
        st.text("aåö", min_size=3, max_size=14),
    ),
    max_size=25,
)


def wide(row: dict[str, Any]) -> float:
    """How wide a name is, as a share of a chart as wide as a page."""
    return EM * letters.width(row["name"])


def middle(row: dict[str, Any], side: str, width: float) -> tuple[float, float]:
    """Where the middle of a name is."""
    off = DOT / width + wide(row) / width / 2
    across = {"right": off, "left": -off}.get(side, 0.0)
    up = {"above": DOT + LINE / 2, "below": -DOT - LINE / 2}.get(side, 0.0)
    return row["x"] + across, row["y"] + up


@pytest.mark.parametrize("width", [1.0, 1 / 3])
@given(rows=POINTS)
def test_no_name_lies_on_another_or_leaves_the_chart(width: float, rows: list[dict[str, Any]]) -> None:
    named = [
        (row, middle(row, side, width))
        for row, side in zip(rows, beside_points(rows, ENDS, width=width), strict=True)
        if side
    ]
    for row, (x, _) in named:
        half = wide(row) / width / 2
        assert half - 1e-9 <= x <= 1 - half + 1e-9
    for (one, (x, y)), (other, (its_x, its_y)) in combinations(named, 2):
        halves = (wide(one) + wide(other)) / width / 2
        assert abs(x - its_x) >= halves - 1e-9 or abs(y - its_y) >= LINE - 1e-9


def test_what_fits_in_a_wide_chart_makes_way_in_a_narrow_one() -> None:
    rows = [{"x": x, "y": 0.5, "name": "Joensuu", "role": "other", "residents": 2 - x} for x in (0.4, 0.5)]
    assert beside_points(rows, ENDS) == ["right", "right"]
    assert beside_points(rows, ENDS, width=1 / 3) == ["left", "right"]


def test_the_chosen_one_has_a_name_where_there_is_no_room() -> None:
    rows = [
        {"x": 0.5, "y": 0.5, "name": "Joensuu" * 20, "role": role, "residents": 1.0} for role in ("other", "chosen")
    ]
    assert beside_points(rows, ENDS) == ["", "right"]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300))
def test_dots_at_the_same_place_are_stacked_inside_the_strip(values: list[float]) -> None:
    least, most = min(values), max(values)
    heights = stacked(values, least, most)
    assert all(-1 <= height <= 1 for height in heights)
    step = (most - least) / BINS or 1.0
    places = [
        (min(int((value - least) / step), BINS - 1), height) for value, height in zip(values, heights, strict=True)
    ]
    assert len(set(places)) == len(places), "no dot hides another of its part of the axis"


def test_a_dot_alone_lies_in_the_middle() -> None:
    assert stacked([1.0, 50.0, 100.0], 1.0, 100.0) == [0.0, 0.0, 0.0]
    assert stacked([1.0, 1.0, 1.0], 1.0, 100.0) == pytest.approx([0.0, 0.14, -0.14])
