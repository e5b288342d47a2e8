"""The tile map: each municipality as one hexagon of equal size, used where boundaries are not loaded.

`scripts/tile_map.py` computes the file from the boundaries. The hexagons have a corner at the top and are laid out as
"odd-r": odd rows are shifted half a hexagon to the right.
"""

import csv
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("tile_map.csv")
HALF_SIDE = 3**-0.5 / 2  # half a hexagon's side, where the centres of adjacent hexagons are 1 apart

# six corners in half widths to the east and half sides to the north of the centre, from the top clockwise
CORNERS = ((0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1))


@cache
def tiles() -> dict[str, tuple[int, int]]:
    """Return municipality code → (column, row) in the layout odd-r.

    Both count hexagons from 0: column 0 is the westernmost, row 0 the northernmost.
    """
    with FILE.open(encoding="utf-8", newline="") as file:
        return {line["code"]: (int(line["column"]), int(line["row"])) for line in csv.DictReader(file)}


def hexagon(column: int, row: int) -> list[tuple[float, float]]:
    """Return the six corners (x, y) of a tile, clockwise from the top, not closed; north is up.

    The unit is the distance between the centres of adjacent hexagons, the tile (0, 0) has its centre at the origin, and
    y is negative in the rows south of it. Adjacent hexagons share exactly equal corners.
    """
    # integers until the last step, so that hexagons compute a shared corner identically
    across, up = 2 * column + row % 2, -3 * row
    return [((across + east) / 2, (up + north) * HALF_SIDE) for east, north in CORNERS]


def steps(one: tuple[int, int], other: tuple[int, int]) -> int:
    """Return the number of steps between two tiles (column, row); 1 between adjacent ones."""
    rows = other[1] - one[1]
    # twice the distance east; each row crossed also moves half a hexagon sideways
    across = abs(2 * other[0] + other[1] % 2 - 2 * one[0] - one[1] % 2)
    return abs(rows) + max(0, across - abs(rows)) // 2
