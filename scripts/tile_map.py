"""Computes kuntamittari/tile_map.csv: `python -m scripts.tile_map [DATA_DIR]`; the data set must hold the boundaries.

Four steps: an even layout where every neighbour is one step away in its true direction, a hexagonal grid inside that
layout's outline, an assignment of municipalities to cells by least squared displacement, and exchanges that bring
neighbours nearer to one another. Every step is deterministic, so the same boundaries give the same file.

The unit of length of the plane below is the distance of two adjacent hexagons; x grows to the east, y to the south.
"""

from pathlib import Path

import geopandas as gpd
import pandas as pd

from kuntamittari.snapshot import BOUNDARY, open_snapshot

ALAND_GAP = 1.2  # how far Åland is moved to the west, so that open sea stays around it
SPARE_CELLS = 1.04  # cells per municipality: the few spare ones let the coast and the border bend
OUTLINE = 0.8  # how far around each municipality of the even layout there may be cells

STEPS = 1_500_000
SEED = 1
WARM, COLD = 1.0, 0.02  # temperatures of the exchanges, in the unit of their cost
DISPLACEMENT = 0.08  # cost of a squared unit of displacement; a step between two neighbours costs 1
FAR = 0.3  # added cost of the squared steps beyond the first, so that no pair is torn far apart
OPEN_SIDE = 0.25  # cost of a side without a tile behind it: keeps holes out and the coast smooth


def main(directory: Path) -> None:
    """Writes the tile map of the data set's boundaries and prints how near true neighbours are on the grid."""
    snapshot = open_snapshot(directory)
    boundary = gpd.read_parquet(snapshot.path(BOUNDARY)).sort_values("municipality", ignore_index=True)
    register = pd.read_parquet(snapshot.path("municipality")).set_index("code").loc[boundary["municipality"]]
    aland = register["aland"].to_numpy(bool)

    pairs = neighbour_pairs(boundary)
    wanted = even_layout(boundary, pairs)
    wanted[aland, 0] -= ALAND_GAP
    cells, of_aland = lattice(wanted, aland)
    wanted *= spacing_fit(wanted, aland)
