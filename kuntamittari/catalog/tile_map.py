"""The tile map: each municipality one hexagon of equal size, used where boundaries are not loaded.

`scripts/tile_map.py` computes the file from the boundaries. The hexagons stand on a point and lie in rows (the layout
"odd-r"): odd rows are shifted half a hexagon to the right.
"""

import csv
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("tile_map.csv")
HALF_SIDE = 3**-0.5 / 2  # half a hexagon's side, when the centres of adjacent hexagons are 1 apart

# six corners in half widths to the east and half sides to the north of the centre, from the top clockwise
CORNERS = ((0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1))


@cache
def tiles() -> dict[str, tuple[int, int]]:
    """Municipality code → (column, row) in the layout odd-r: odd rows lie half a hexagon to the right of even ones.

    Both count hexagons from 0: column 0 is the westernmost, row 0 the northernmost.
    """
    with FILE.open(encoding="utf-8", newline="") as file:
        return {line["code"]: (int(line["column"]), int(line["row"])) for line in csv.DictReader(file)}


def hexagon(column: int, row: int) -> list[tuple[float, float]]:
    """The six corners (x, y) of a tile, from the top clockwise, not closed; north is up, as in the boundaries.

    The unit is the distance of the centres of adjacent hexagons, the tile (0, 0) has its centre at the origin, and y
    is negative in the rows south of it. Adjacent hexagons have exactly the same corners on their common side.
    """
    # whole numbers until the last step, so that a corner is the same from each of its hexagons
    across, up = 2 * column + row % 2, -3 * row
    return [((across + east) / 2, (up + north) * HALF_SIDE) for east, north in CORNERS]


def steps(one: tuple[int, int], other: tuple[int, int]) -> int:
    """How many hexagons one goes from a tile (column, row) to another; 1 between adjacent ones."""
    rows = other[1] - one[1]
    # twice the way east; every row crossed takes half a hexagon of it for free
    across = abs(2 * other[0] + other[1] % 2 - 2 * one[0] - one[1] % 2)
    return abs(rows) + max(0, across - abs(rows)) // 2
