"""Statistics Finland's WFS: municipality boundaries, in ETRS-TM35FIN (EPSG:3067)."""

import re
from xml.etree import ElementTree

import geopandas as gpd

from kuntamittari.errors import SourceError
from kuntamittari.etl.client import Client

HOST = "https://geo.stat.fi"
PATH = "/geoserver/tilastointialueet/wfs"
LAYER = re.compile(r"kunta4500k_(\d{4})$")
CRS = "EPSG:3067"


def newest_layer(client: Client, division_year: int) -> str:
    """The name of the newest generalised layer that is not younger than the division in use."""
    text = client.get_xml(HOST, PATH, [("service", "WFS"), ("version", "2.0.0"), ("request", "GetCapabilities")])
    try:
        names = [
            element.text or ""
            for element in ElementTree.fromstring(text).iter()
            if element.tag.rpartition("}")[2] == "Name"
        ]
    except ElementTree.ParseError as error:
        raise SourceError(f"{HOST}{PATH}: the list of layers is not XML ({error}).") from error
    years = {int(found[1]): name for name in names if (found := LAYER.search(name)) and int(found[1]) <= division_year}
    if not years:
        raise SourceError(
            f"{HOST}{PATH}: no layer kunta4500k_<year> up to {division_year}; the service has {', '.join(names)}."
        )
    return years[max(years)]


def municipalities(client: Client, division_year: int, successor: dict[str, str]) -> gpd.GeoDataFrame:
    """One row a municipality of the division year: municipality (code), geometry; merged ones are joined."""
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
        raise SourceError(f"{HOST}{PATH}: boundaries of unknown municipalities: {', '.join(unknown)}.")
    frame = frame.assign(municipality=frame["kunta"].map(successor), geometry=frame.geometry.make_valid())
    return (
        frame.dissolve("municipality")
        .reset_index()[["municipality", "geometry"]]
        .sort_values("municipality", ignore_index=True)
    )
