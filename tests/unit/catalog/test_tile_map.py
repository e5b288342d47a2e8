"""The tile map: one tile a municipality, hexagons that fit together, and neighbours that stayed near one another."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from kuntamittari import settings
from kuntamittari.catalog.tile_map import hexagon, steps, tiles
from kuntamittari.query.snapshot import BOUNDARY, open_snapshot

MEASURED = 1.29  # mean steps between true neighbours when the file was made


@pytest.fixture(scope="module")
def register() -> pd.DataFrame:
    """The municipalities of the bundled data by code; MA1 is the mainland as a whole."""
    frame = pd.read_parquet(open_snapshot(settings.ROOT / "data").path("municipality"))
    return frame.set_index("code").drop("MA1")


def test_every_municipality_has_one_tile_of_its_own(register: pd.DataFrame) -> None:
    lines = (settings.PACKAGE / "catalog" / "tile_map.csv").read_text("utf-8").splitlines()
    codes = [line.split(",")[0] for line in lines[1:]]
    assert codes == sorted(register.index)  # sorted also says that none is there twice
    assert list(tiles()) == codes
    assert len(set(tiles().values())) == len(codes)


def test_the_grid_begins_at_nought() -> None:
    columns, rows = zip(*tiles().values(), strict=True)
    assert min(columns) == 0
    assert min(rows) == 0


def test_hexagons_touch_and_never_overlap() -> None:
    places = list(tiles().values())
    shapes = np.array([shapely.Polygon(hexagon(*place)) for place in places])
    assert shapely.area(shapes) == pytest.approx(3**0.5 / 2)  # a regular hexagon of width 1
    assert shapely.union_all(shapes).area == pytest.approx(len(shapes) * 3**0.5 / 2)
    for i, j in zip(*np.triu_indices(len(places), 1), strict=True):
        apart = steps(places[i], places[j])
        assert shapes[i].touches(shapes[j]) == (apart == 1)
        if apart == 1:
            assert shapes[i].intersection(shapes[j]).length == pytest.approx(3**-0.5)  # a whole side
            assert shapes[i].centroid.distance(shapes[j].centroid) == pytest.approx(1)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((3, 4), (3, 4), 0),
        ((3, 4), (5, 4), 2),
        ((3, 4), (3, 5), 1),  # row 5 is shifted to the right: both columns 2 and 3 touch it
        ((3, 4), (2, 5), 1),
        ((3, 4), (4, 5), 2),
        ((3, 5), (4, 4), 1),
        ((3, 5), (2, 4), 2),
        ((0, 0), (1, 2), 2),
        ((0, 0), (4, 2), 5),
    ],
)
def test_steps_on_the_grid(one: tuple[int, int], other: tuple[int, int], expected: int) -> None:
    assert steps(one, other) == steps(other, one) == expected


def test_there_are_no_holes(register: pd.DataFrame) -> None:
    mainland = shapely.union_all(
        [shapely.Polygon(hexagon(*tiles()[code])) for code in register.index[~register["aland"]]]
    )
    assert mainland.geom_type == "Polygon"
    assert not mainland.interiors


def test_regions_are_whole(register: pd.DataFrame) -> None:
    torn = {
        name: area.geom_type
        for name, codes in register.groupby("region_fi").groups.items()
        if (area := shapely.union_all([shapely.Polygon(hexagon(*tiles()[code])) for code in codes])).geom_type
        != "Polygon"
    }
    assert torn == {}


def test_aland_is_islands_in_the_south_west_and_lapland_the_north(register: pd.DataFrame) -> None:
    place = tiles()
    aland = [place[code] for code in register.index[register["aland"]]]
    mainland = [place[code] for code in register.index[~register["aland"]]]
    assert min(steps(one, other) for one in aland for other in mainland) > 1
    assert np.mean([column for column, _ in aland]) < min(column for column, _ in mainland)
    assert min(row for _, row in aland) > np.mean([row for _, row in mainland])
    lapland = [place[code] for code in register.index[register["region_fi"] == "Lappi"]]
    assert max(row for _, row in lapland) <= sorted(row for _, row in mainland)[len(lapland) + 5]


def test_true_neighbours_stay_near(register: pd.DataFrame) -> None:
    snapshot = open_snapshot(settings.ROOT / "data")
    boundary = gpd.read_parquet(snapshot.path(BOUNDARY)).set_index("municipality").geometry
    assert set(boundary.index) == set(register.index)
    shapes = boundary.to_numpy()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    border = shapely.length(shapely.intersection(shapes[one], shapes[other]))
    codes = boundary.index.to_numpy()
    place = tiles()
    apart = [
        steps(place[codes[i]], place[codes[j]])
        for i, j in zip(one[border > 0], other[border > 0], strict=True)
        if i < j
    ]
    assert len(apart) > 800
    assert np.mean(apart) < MEASURED + 0.1
    assert max(apart) <= 5
