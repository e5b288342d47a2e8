"""Fetch municipal boundaries from Statistics Finland's WFS, in ETRS-TM35FIN (EPSG:3067, metres)."""

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from kuntamittari.errors import SourceError
from kuntamittari.etl.client import Client

if TYPE_CHECKING:
    import geopandas as gpd

HOST = "https://geo.stat.fi"
PATH = "/geoserver/tilastointialueet/wfs"
LAYER = re.compile(r"kunta4500k_(\d{4})$")
CRS = "EPSG:3067"
FINLAND = (0, 6_500_000, 800_000, 7_900_000)  # metres: west, south, east, north


def newest_layer(client: Client, division_year: int) -> str:
    """Return the name of the newest generalised layer up to the division year.

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
    return years[max(years)]


def municipalities(client: Client, division_year: int, successor: dict[str, str]) -> "gpd.GeoDataFrame":
    """Return one row a municipality of the division year: municipality (code), geometry; merged ones are joined.

    Raises SourceError where the answer has another form or coordinates, a municipality that is unknown to the
    classification, or lacks one.
    """
    import geopandas as gpd  # only here, since it takes long to import

    layer = newest_layer(client, division_year)
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
