"""Compute kuntamittari/catalog/tile_map.csv: `python -m scripts.tile_map [DATA_DIR]`. The data must hold boundaries.

Four steps: an even layout, where every neighbour is one step away in its true direction; a hexagonal grid inside its
outline; an assignment of municipalities to cells by least squared displacement; exchanges that bring neighbours nearer.
A fixed seed makes the result a function of the boundaries.

In the plane used here adjacent cells have their centres 1 apart, x grows to the east and y to the south.
"""

import math
import random
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.optimize import linear_sum_assignment

from kuntamittari import settings
from kuntamittari.catalog import tile_map
from kuntamittari.query.snapshot import BOUNDARY, open_snapshot

Tile = tuple[int, int]  # (column, row)

ROW_HEIGHT = math.sqrt(3) / 2

# the even layout
TRUE_UNIT = 40_000  # metres that would be one step, were the true map to hold everywhere
TRUE_WEIGHT = 0.5  # how much the true place weighs beside one neighbour's direction
UPRIGHT = 0.15  # shift to the west for each unit northwards: the dense west coast would else push the north to the east
ROUNDS = 600
PULL = 0.08  # share of a neighbour's excess distance made up in a round
PUSH = 0.25  # share of an overlap that each of two municipalities gives way in a round
ALAND_GAP = 1.2  # how far Åland is moved to the west, so that there is sea around it

# the grid
REACH = 0.65  # the layout is scaled so that the cells nearer than this to a municipality are as many as municipalities
MARGIN = 0.3  # cells so much further off are spare ones, which let the coast and the border bend
CLOSED = 1.0  # bays narrower than twice this are filled

# the exchanges, whose cost counts a step between two neighbours as 1
SEED = 1
TRIES = 1_500_000
WARM, COLD = 1.0, 0.03
FAR = 0.6  # cost of each squared step beyond the first, so that no pair is torn far apart
SAME_REGION = 2.5  # weight of a pair within one region, so that regions stay whole; of the others 1
DIRECTION = 1.3  # cost of 1 − cos of the angle between a pair's direction on the grid and its true one
DISPLACEMENT = 0.08  # cost of a squared unit away from the even layout
HOLLOW = 0.12  # cost of the squared number of tiles around an empty cell: keeps holes out and coasts smooth
NEAR = 3  # a try moves a municipality at most this many cells


def main(directory: Path) -> None:
    """Write the tile map of a data set's municipalities, and print how near true neighbours are on it."""
    snapshot = open_snapshot(directory)
    boundary = gpd.read_parquet(snapshot.path(BOUNDARY)).sort_values("municipality", ignore_index=True)
    register = pd.read_parquet(snapshot.path("municipality")).set_index("code").loc[boundary["municipality"]]
    aland, region = register["aland"].to_numpy(bool), register["region_code"].to_numpy(str)

    pairs, ways = neighbours(boundary)
    wanted = even_layout(boundary, pairs, ways)
    wanted[aland, 0] -= ALAND_GAP
    wanted, cells, cell_aland = grid(wanted, aland)
    away = ((wanted[:, None] - centres(cells)[None]) ** 2).sum(axis=2)
    away[aland[:, None] != cell_aland[None]] = 1e6  # Åland's cells are for Åland only
    first = linear_sum_assignment(away)[1]
    print(f"{len(boundary)} municipalities, {len(pairs)} pairs of neighbours, {len(cells)} cells")
    report("Assigned", cells[first], pairs)
    weights = np.where(region[pairs[:, 0]] == region[pairs[:, 1]], SAME_REGION, 1.0)
    tiles = cells[exchange(first, cells, away, pairs, ways, weights)]
    report("Improved", tiles, pairs)

    tiles = from_nought(tiles)
    table = pd.DataFrame({"code": boundary["municipality"], "column": tiles[:, 0], "row": tiles[:, 1]})
    table.to_csv(tile_map.FILE, index=False, lineterminator="\n")


def places(boundary: gpd.GeoDataFrame) -> np.ndarray:
    """Return centroids (municipalities × 2) in metres, x to the east and y to the south."""
    return shapely.get_coordinates(shapely.centroid(boundary.geometry.to_numpy())) * (1, -1)


def neighbours(boundary: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return pairs of municipalities with a common border, and the unit vector from one to the other.

    Pairs are row numbers (pairs × 2). Borders at sea count; a common point is no border.
    """
    shapes = boundary.geometry.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = np.column_stack([one, other])[one < other]
    border = shapely.length(shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]]))
    pairs = pairs[border > 0]
    true = places(boundary)
    ways = true[pairs[:, 1]] - true[pairs[:, 0]]
    return pairs, ways / np.linalg.norm(ways, axis=1, keepdims=True)


def even_layout(boundary: gpd.GeoDataFrame, pairs: np.ndarray, ways: np.ndarray) -> np.ndarray:
    """Return places (municipalities × 2) about 1 apart, although the true ones are dense in the south-west.

    Least squares put every neighbour at distance 1 in its true direction, which keeps the shape of the country where
    scaling the density alone would not; then municipalities that are still too near push one another away.
    """
    true = places(boundary)
    one, other = pairs.T
    equations = np.zeros((len(pairs), len(true)))
    equations[np.arange(len(pairs)), one] = -1
    equations[np.arange(len(pairs)), other] = 1
    anchors = TRUE_WEIGHT * np.eye(len(true))
    place = np.linalg.lstsq(np.vstack([equations, anchors]), np.vstack([ways, anchors @ true / TRUE_UNIT]))[0]
    for _ in range(ROUNDS):
        apart = place[:, None] - place[None]
        distance = np.linalg.norm(apart, axis=2)
        np.fill_diagonal(distance, np.inf)
        move = (apart * (PUSH * np.clip(1 - distance, 0, None) / distance)[..., None]).sum(axis=1)
        way = place[other] - place[one]
        distance = np.linalg.norm(way, axis=1, keepdims=True)
        pull = way * PULL * np.clip(distance - 1, 0, None) / distance
        np.add.at(move, one, pull)
        np.add.at(move, other, -pull)
        place += move
    place[:, 0] += UPRIGHT * place[:, 1]
    return place.round(3)  # so that rounding errors of another machine do not lead elsewhere


def grid(wanted: np.ndarray, aland: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the layout scaled to the size of the cells, the cells (cells × 2: column, row), and which are Åland's.

    The spare cells are outside what the scaled layout fills: inside it the assignment would leave holes. Raises
    ValueError where no scale gives enough cells.
    """
    for scale in np.arange(0.8, 1.5, 0.005):
        scaled = wanted * scale
        cell_aland = cells_inside(scaled, aland, REACH)[1]
        if cell_aland.sum() >= aland.sum() and (~cell_aland).sum() >= (~aland).sum():
            return scaled, *cells_inside(scaled, aland, REACH + MARGIN)
    raise ValueError("no scale gives cells enough")


def cells_inside(wanted: np.ndarray, aland: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the cells in the outlines of the mainland and of Åland, at least one empty cell apart."""
    west, north = wanted.min(axis=0) - 2
    east, south = wanted.max(axis=0) + 2
    columns = np.arange(math.floor(west), math.ceil(east))
    rows = np.arange(math.floor(north / ROW_HEIGHT), math.ceil(south / ROW_HEIGHT))
    cells = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
    x, y = centres(cells).T
    in_aland, in_mainland = (shapely.contains_xy(outline(wanted[part], reach), x, y) for part in (aland, ~aland))
    beside = np.linalg.norm(centres(cells)[:, None] - centres(cells)[None, in_aland], axis=2).min(axis=1) < 1.1
    in_mainland &= ~beside
    chosen = in_aland | in_mainland
    return cells[chosen], in_aland[chosen]


def outline(points: np.ndarray, reach: float) -> shapely.Geometry:
    """Return the area nearer than `reach` to any of the points, without holes and narrow bays."""
    area = shapely.union_all(shapely.buffer(shapely.points(points), reach + CLOSED))
    return shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(area)]).buffer(-CLOSED)


def centres(cells: np.ndarray) -> np.ndarray:
    """Return the centres (cells × 2) of cells (column, row) in the plane."""
    return np.column_stack([cells[:, 0] + cells[:, 1] % 2 / 2, cells[:, 1] * ROW_HEIGHT])


def distances(cells: np.ndarray) -> np.ndarray:
    """Return the steps on the grid from each cell to each (cells × cells)."""
    places: list[Tile] = [(int(column), int(row)) for column, row in cells]
    return np.array([[tile_map.steps(one, other) for other in places] for one in places])


def exchange(
    first: np.ndarray, cells: np.ndarray, away: np.ndarray, pairs: np.ndarray, ways: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Return the cell number of each municipality after simulated annealing.

    Random exchanges are tried, and worse ones are accepted ever more rarely. `first` is the cell number of each
    municipality at the start, `away` the squared displacement of each municipality in each cell, `ways` and `weights`
    the true direction and the weight of each pair.
    """
    # plain lists below: single numbers are read from them much faster than from arrays
    steps = distances(cells)
    way = centres(cells)[None] - centres(cells)[:, None]
    way /= np.maximum(np.linalg.norm(way, axis=2, keepdims=True), 1)
    to_east, to_south = (way[..., axis].tolist() for axis in (0, 1))
    cost = (steps + FAR * np.clip(steps - 1, 0, None) ** 2).tolist()
    displacement = (DISPLACEMENT * away).tolist()
    beside = [np.flatnonzero(line == 1).tolist() for line in steps]
    within = [np.flatnonzero((line > 0) & (line <= NEAR)).tolist() for line in steps]
    near: list[list[tuple[int, float, float, float]]] = [[] for _ in first]
    for (one, other), (x, y), weight in zip(pairs.tolist(), (DIRECTION * ways).tolist(), weights.tolist(), strict=True):
        near[one].append((other, weight, x, y))
        near[other].append((one, weight, -x, -y))
    cell_of = first.tolist()
    holder: list[int | None] = [None] * len(cells)
    for municipality, cell in enumerate(cell_of):
        holder[cell] = municipality

    def cost_in(municipality: int, cell: int, without: int | None = None) -> float:
        total, line, east, south = displacement[municipality][cell], cost[cell], to_east[cell], to_south[cell]
        for other, weight, x, y in near[municipality]:
            if other != without:  # the pair of the two exchanged counts once
                there = cell_of[other]
                total += weight * line[there] - x * east[there] - y * south[there]
        return total

    def hollows(around: set[int]) -> float:
        return HOLLOW * sum(
            [sum([holder[side] is not None for side in beside[cell]]) ** 2 for cell in around if holder[cell] is None]
        )

    chance = random.Random(SEED)
    for i in range(TRIES):
        warmth = WARM * (COLD / WARM) ** (i / TRIES)
        mover = int(chance.random() * len(cell_of))
        start = cell_of[mover]
        goal = within[start][int(chance.random() * len(within[start]))]
        other = holder[goal]
        around = {start, goal, *beside[start], *beside[goal]} if other is None else set()
        worse = -cost_in(mover, start) - hollows(around)
        if other is not None:
            worse -= cost_in(other, goal, mover)
            cell_of[other] = start
        cell_of[mover], holder[start], holder[goal] = goal, other, mover
        worse += cost_in(mover, goal) + hollows(around)
        if other is not None:
            worse += cost_in(other, start, mover)
        if worse > 0 and chance.random() >= math.exp(-worse / warmth):
            cell_of[mover], holder[start], holder[goal] = start, mover, other
            if other is not None:
                cell_of[other] = goal
    return np.array(cell_of)


def from_nought(tiles: np.ndarray) -> np.ndarray:
    """Return the tiles (tiles × 2: column, row) moved so that the least column and the least row are 0."""
    columns, rows = tiles.T
    if rows.min() % 2:
        # an odd number of rows up, odd rows become even ones: half a hexagon to the left for all keeps them in place
        columns = columns - (rows % 2 == 0)
    return np.column_stack([columns - columns.min(), rows - rows.min()])


def report(stage: str, tiles: np.ndarray, pairs: np.ndarray) -> None:
    """Print the distances on the grid of the pairs of true neighbours; 1 is adjacent."""
    steps = distances(tiles)[pairs[:, 0], pairs[:, 1]]
    adjacent = f"{(steps == 1).mean():.1%} adjacent"
    print(f"{stage}: true neighbours {steps.mean():.3f} apart on average, at most {steps.max()}; {adjacent}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else settings.data_dir())
