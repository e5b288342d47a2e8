"""Every municipality by its class on a map, with what is not loaded hatched (docs/methods.md 6)."""

from dataclasses import dataclass
from typing import Any

from kuntamittari.catalog.tile_map import hexagon, tiles
from kuntamittari.exhibits import text
from kuntamittari.exhibits.exhibit import Area, Exhibit, municipality_name, role, source
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import maps
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.snapshot import BOUNDARY

SIMPLIFIED = 400.0  # tolerance in metres for boundaries on a picture of the whole country
TILES = "kuusikulmiot"  # value of the page parameter kartta: hexagons instead of boundaries
NAMED = 9  # of the largest municipalities may be named
HATCHES = 110  # lines of hatching from one corner of the country to the other

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Outlines:
    """The outlines of municipalities on a plane, code → rings of its parts, and lines that hatch some of them."""

    rings: dict[str, tuple[Points, ...]]
    hatching: tuple[Points, ...]


def true_shapes(context: PageContext) -> bool:
    """Return whether boundaries are drawn: where the data hold them, unless the page context asks for hexagons."""
    if context.data.snapshot.invented:  # the tile map holds real municipalities only
        return True
    asked = dict(context.selection.page_params).get("kartta")
    return asked != TILES and bool(context.data.snapshot.has(BOUNDARY))


@cached_per_snapshot(8)
def outlines(data: Database, true_shapes: bool, unloaded: frozenset[str], simplified: float) -> Outlines:
    """Return the outlines of all municipalities, and lines over those whose figures are not loaded.

    Boundaries in metres (ETRS-TM35FIN), simplified by so many, or hexagons of the tile map.
    """
    import geopandas as gpd  # takes half a second, and is rarely needed
    from shapely.geometry import LineString, Polygon

    if true_shapes:
        shapes = gpd.read_parquet(data.snapshot.path(BOUNDARY))
        drawn = shapes.geometry.simplify(simplified) if simplified else shapes.geometry
        parts = shapes.assign(geometry=drawn).explode(index_parts=False)
        codes, plane = list(parts["municipality"]), parts.geometry.reset_index(drop=True)
    else:
        codes = list(tiles())
        plane = gpd.GeoSeries([Polygon(hexagon(*tiles()[code])) for code in codes])
    west, south, east, north = plane.total_bounds
    step = (east - west + north - south) / HATCHES
    slanted = [LineString([(west + n * step, south), (west + n * step - north + south, north)]) for n in range(HATCHES)]
    blank = plane[[code in unloaded for code in codes]].union_all()
    lines = gpd.GeoSeries(slanted, crs=plane.crs).intersection(blank).explode(index_parts=False)
    rings: dict[str, list[Points]] = {}
    for code, shape in zip(codes, plane, strict=True):
        if not shape.is_empty:
            rings.setdefault(code, []).append(_rounded(shape.exterior.coords, true_shapes))
    return Outlines(
        {code: tuple(parts_) for code, parts_ in rings.items()},
        tuple(_rounded(line.coords, true_shapes) for line in lines if line.geom_type == "LineString" and line.length),
    )


def _rounded(points: Any, true_shapes: bool) -> Points:
    return tuple((round(x), round(y)) if true_shapes else (round(x, 4), round(y, 4)) for x, y in points)


def exhibit(context: PageContext) -> Exhibit | None:
    """Return every municipality by its class on a map; None where no municipality has a value."""
    t, s, indicator = context.t, context.selection, context.indicator
    rows = maps.classes(context.data, indicator, context.year, s.aland, context.basis)
    if not any(row["class"] for row in rows):
        return None
    unloaded = frozenset(row["municipality"] for row in rows if not context.is_loaded(row["municipality"]))
    drawn = outlines(context.data, true_shapes(context), unloaded, SIMPLIFIED)
    rows = [row for row in rows if row["municipality"] in drawn.rings]
    classes = {row["class"]: row for row in rows if row["class"]}
    limits = tuple(
        f"{t.number(row['class_min'], indicator.decimals)}–{t.number(row['class_max'], indicator.decimals)}"
        for _, row in sorted(classes.items())
    )
    known = {row["municipality"]: context.register[row["municipality"]]["residents"] or 0 for row in rows}
    members = context.area.members if context.area else (s.municipality,)
    first = [code for code in members if code in known] if len(members) == 1 else []
    named = list(dict.fromkeys([*first, *sorted(known, key=lambda code: -known[code])[:NAMED]]))
    areas = tuple(
        Area(
            row["municipality"],
            context.name(row["municipality"]),
            row["class"],
            drawn.rings[row["municipality"]],
            row["municipality"] not in unloaded,
            named.index(row["municipality"]) + 1 if row["municipality"] in named else 0,
        )
        for row in rows
    )
    note = [text.listed_whole(t, municipality_name(context), context.as_organised(indicator))]
    note += [t("map.how"), indicator.caveats[t.language]]
    label = text.capital(indicator.label[t.language])
    return Exhibit(
        t("report.map", label=label, year=context.year, n=sum(row["class"] is not None for row in rows)),
        "map",
        tuple(area.name for area in areas),
        {label: tuple(row["value"] for row in rows)},
        text.unit(t, indicator, context.basis),
        indicator.decimals,
        tuple("chosen" if area.code in members else role(context, area.code) for area in areas),
        areas=areas,
        limits=limits,
        hatching=drawn.hatching,
        note=" ".join(filter(None, note)),
        source=source(context, indicator, "boundaries"),
        finding=text.short(t, "map", label=label, year=context.year),
    )
