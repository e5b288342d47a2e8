"""Fetch municipal boundaries from Statistics Finland's WFS, in ETRS-TM35FIN (EPSG:3067, metres)."""

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from kuntamittari.errors import NotKeptError, SourceError, UnreachableError
from kuntamittari.etl.client import Client

if TYPE_CHECKING:
    import geopandas as gpd

HOST = "https://geo.stat.fi"
PATH = "/geoserver/tilastointialueet/wfs"
LAYER = re.compile(r"kunta4500k_(\d{4})$")
CRS = "EPSG:3067"
FINLAND = (0, 6_500_000, 800_000, 7_900_000)  # metres: west, south, east, north
ACROSS_WATER = 3  # neighbours of a municipality that shares no border
# km² of the country where its municipalities end at the coast, lakes included; with their sea it is some 391,000
CUT_AT_THE_COAST = (330_000, 346_000)


def layers(client: Client, division_year: int) -> list[str]:
    """Return the names of the generalised layers up to the division year, the newest first.

    Raises SourceError where there is none or the list of layers is not XML.
    """
    document = client.get_xml(HOST, PATH, [("service", "WFS"), ("version", "2.0.0"), ("request", "GetCapabilities")])
    try:
        names = [
            element.text or ""
            for element in ElementTree.fromstring(document).iter()
            if element.tag.rpartition("}")[2] == "Name"
        ]
    except ElementTree.ParseError as error:
        raise SourceError(f"{HOST}{PATH}: the list of layers is not XML ({error}).") from error
    years = {int(match[1]): name for name in names if (match := LAYER.search(name)) and int(match[1]) <= division_year}
    if not years:
        listed = ", ".join(names) or "none"
        raise SourceError(f"{HOST}{PATH}: no layer kunta4500k_<year> up to {division_year}; the service has {listed}.")
    return [years[year] for year in sorted(years, reverse=True)]


def municipalities(
    client: Client, division_year: int, successor: dict[str, str]
) -> tuple["gpd.GeoDataFrame", dict[str, float]]:
    """Return the boundaries of the municipalities of the division year, and the area of each in km².

    Boundaries: one row a municipality, with municipality (code) and geometry, of the newest layer; merged ones are
    joined. Areas are those of the newest layer that is cut at the coast; none where no layer is, since with its sea an
    island of some hundred people would be as sparsely settled as Lapland. Raises SourceError where the newest answer
    has another form or coordinates, a municipality that is unknown to the classification, or lacks one.
    """
    newest, *older = layers(client, division_year)
    shapes = _layer(client, newest, successor)
    return shapes, _areas(shapes) or next(filter(None, (_older_areas(client, layer, successor) for layer in older)), {})


def neighbours(shapes: "gpd.GeoDataFrame") -> dict[str, list[str]]:
    """Return municipality → those that it shares a border with, in order of code.

    An island without any has the nearest municipalities, and they have it.
    """
    geometry = shapes.geometry.to_numpy()
    codes = shapes["municipality"].tolist()
    found: dict[str, set[str]] = {code: set() for code in codes}
    for one, other in zip(*shapes.sindex.query(geometry, predicate="intersects"), strict=True):
        if one < other and geometry[one].intersection(geometry[other]).length > 0:
            found[codes[one]].add(codes[other])
            found[codes[other]].add(codes[one])
    for at, code in enumerate(codes):
        if not found[code]:
            metres = shapes.distance(geometry[at]).drop(index=shapes.index[at])
            for near in metres.nsmallest(ACROSS_WATER).index:
                found[code].add(codes[near])
                found[codes[near]].add(code)
    return {code: sorted(others) for code, others in found.items()}


def _older_areas(client: Client, layer: str, successor: dict[str, str]) -> dict[str, float]:
    """Return the areas that an older layer gives; none where it cannot be used, which only leaves them out."""
    try:
        return _areas(_layer(client, layer, successor))
    except UnreachableError:
        raise
    except (SourceError, NotKeptError):
        return {}


def _areas(shapes: "gpd.GeoDataFrame") -> dict[str, float]:
    """Return the area of each municipality in km²; none where the layer is not cut at the coast."""
    km2 = dict(zip(shapes["municipality"], shapes.area / 1e6, strict=True))
    least, most = CUT_AT_THE_COAST
    return km2 if least < sum(km2.values()) < most else {}


def _layer(client: Client, layer: str, successor: dict[str, str]) -> "gpd.GeoDataFrame":
    """Return the boundaries that a layer has. Raises as `municipalities`."""
    import geopandas as gpd  # only here, since it takes long to import

    params = [
        ("service", "WFS"),
        ("version", "2.0.0"),
        ("request", "GetFeature"),
        ("typeNames", layer),
        ("outputFormat", "application/json"),
    ]
    answer = client.get(HOST, PATH, params)
    try:
        frame = gpd.GeoDataFrame.from_features(answer["features"], crs=CRS)[["kunta", "geometry"]]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise SourceError(f"{HOST}{PATH}: the boundaries of {layer} came in an unknown form ({error!r}).") from error
    unknown = sorted(set(frame["kunta"]) - set(successor))
    if unknown:
        raise SourceError(
            f"{HOST}{PATH}: boundaries of municipalities that the classification service does not list: "
            f"{', '.join(unknown)}."
        )
    missing = sorted(set(successor.values()) - set(frame["kunta"].map(successor)))
    if missing:
        raise SourceError(f"{HOST}{PATH}: no boundaries in {layer} of {', '.join(missing)}.")
    west, south, east, north = frame.total_bounds
    if not (FINLAND[0] < west and FINLAND[1] < south and east < FINLAND[2] and north < FINLAND[3]):
        raise SourceError(f"{HOST}{PATH}: the coordinates of {layer} are not metres of {CRS} within Finland.")
    frame = frame.assign(municipality=frame["kunta"].map(successor), geometry=frame.geometry.make_valid())
    return (
        frame.dissolve("municipality")
        .reset_index()[["municipality", "geometry"]]
        .sort_values("municipality", ignore_index=True)
    )
