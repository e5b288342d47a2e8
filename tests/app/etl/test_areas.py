"""Areas, languages and neighbours of municipalities in the register (docs/methods.md 7, 8)."""

import geopandas as gpd
import pytest
from shapely import box

from kuntamittari.etl.sources import boundaries
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from tests.support.published.boundaries import land_km2
from tests.support.published.second_way import published

ESPOO, HAILUOTO, KUSTAVI, KEMIONSAARI, PARAINEN = "049", "072", "304", "322", "445"


def squares(**places: tuple[float, float]) -> gpd.GeoDataFrame:
    """Squares of ten kilometres with their south-western corners at the given places."""
    shapes = [box(x, y, x + 10_000, y + 10_000) for x, y in places.values()]
    return gpd.GeoDataFrame({"municipality": [code[1:] for code in places]}, geometry=shapes, crs=boundaries.CRS)


def test_neighbours_share_a_border_and_not_a_corner() -> None:
    shapes = squares(k001=(0, 0), k002=(10_000, 0), k003=(20_000, 10_000), k004=(10_000, 10_000))
    assert boundaries.neighbours(shapes) == {
        "001": ["002"],
        "002": ["001", "004"],
        "003": ["004"],
        "004": ["002", "003"],
    }


def test_an_island_has_the_nearest_as_neighbours_and_they_have_it() -> None:
    shapes = squares(k001=(0, 0), k002=(10_000, 0), k003=(20_000, 0), k004=(30_000, 0), k009=(0, 15_000))
    found = boundaries.neighbours(shapes)
    assert found["009"] == ["001", "002", "003"]
    assert "009" in found["001"] and "009" in found["002"] and "009" not in found["004"]


@pytest.mark.parametrize(("side", "known"), [(338_000**0.5, True), (391_000**0.5, False), (300_000**0.5, False)])
def test_areas_are_those_of_a_layer_that_is_cut_at_the_coast(side: float, known: bool) -> None:
    metres = side * 1000
    shapes = gpd.GeoDataFrame({"municipality": ["001"]}, geometry=[box(0, 0, metres, metres)], crs=boundaries.CRS)
    assert boundaries._areas(shapes) == (pytest.approx({"001": side**2}) if known else {})


def test_the_register_has_the_areas_of_the_layer_that_is_cut_at_the_coast(country: Database) -> None:
    register = figures.register(country)
    found = {code: row["land_km2"] for code, row in register.items() if code != "MA1"}
    assert found == pytest.approx(land_km2(), rel=1e-9)
    assert 337_000 < sum(found.values()) < 339_000


def test_the_register_has_the_languages_of_the_classification(country: Database) -> None:
    wanted = published("municipalities_2026.csv").set_index("code")["language_code"].astype(str).to_dict()
    assert {c: row["language_code"] for c, row in figures.register(country).items() if c != "MA1"} == wanted


def test_every_municipality_has_neighbours_also_across_water(country: Database) -> None:
    register = figures.register(country)
    places = {code: row["neighbours"] for code, row in register.items() if code != "MA1"}
    assert all(places.values())
    assert all(code in places[other] for code, others in places.items() for other in others)
    assert places[ESPOO] == ["091", "092", "235", "257", "543", "927"]
    for island in (HAILUOTO, KUSTAVI, KEMIONSAARI, PARAINEN):
        assert len(places[island]) >= 2
    assert figures.neighbours(country, ESPOO) == ("091", "092", "235", "257", "543", "927")
