"""The map: municipal boundaries where the data hold them, or a tile map of hexagons.

Municipalities whose figures are not loaded are drawn hatched. The largest ones and the chosen one are named.

There is no base map and no request to another server: the style of the map is an empty document in a data URL.
"""

import html
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import pydeck as pdk
import streamlit as st

from kuntamittari.catalog.tile_map import hexagon, tiles
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.comparison import TILES
from kuntamittari.exhibits.grammar.colours import THEMES
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.views.finding import country_way
from kuntamittari.query import maps
from kuntamittari.query.figures import Group
from kuntamittari.query.snapshot import BOUNDARY
from kuntamittari.ui import folded, layout, page_params, state
from kuntamittari.ui.element_cache import cache_key, cached_elements
from kuntamittari.ui.parts import comparison, methods
from kuntamittari.ui.parts.comparison import theme
from kuntamittari.uploads.workspace import EMPTY

EMPTY_STYLE = "data:application/json,%7B%22version%22%3A8%2C%22sources%22%3A%7B%7D%2C%22layers%22%3A%5B%5D%7D"
CHOSEN = {"light": [213, 94, 0], "dark": [230, 159, 0]}
BORDER = {"light": [255, 255, 255], "dark": [18, 24, 31]}
INK = {"light": [27, 37, 48], "dark": [238, 242, 246]}
HATCH = {"light": [150, 158, 166], "dark": [110, 120, 130]}
DEGREES = 0.01  # a step of the tile map in degrees: near the equator a small plane is drawn undistorted
HEIGHT, NARROWEST = 640, 340  # pixels
TOOLTIP = {"text": "{name}\n{value}\n{rank}"}
MOST_MAPS = 60  # cached maps; one takes about 150 kB
LETTER, LINE, NAMED = 7, 17, 9  # pixels of a letter and a line of a name, and how many of the largest are named
HATCHES = 110  # lines of hatching from one corner of the country to the other
SMALL = 14  # pixels: a chosen municipality that is smaller gets a ring around it


@dataclass(frozen=True)
class Shapes:
    """The outlines of all municipalities in degrees, and lines that hatch those whose figures are not loaded.

    `rings` holds (municipality, ring) of every polygon; a municipality of islands has many.
    """

    rings: list[tuple[str, list[list[float]]]]
    hatching: list[list[list[float]]]


@st.cache_resource(max_entries=4)
def _shapes(digest: str, _data: Any, true_shapes: bool, unloaded: frozenset[str]) -> Shapes:
    import geopandas as gpd  # takes half a second
    from shapely.geometry import LineString, Polygon

    if true_shapes:
        parts = gpd.read_parquet(_data.snapshot.path(BOUNDARY)).explode(index_parts=False)
        codes, plane = list(parts["municipality"]), parts.geometry.reset_index(drop=True)
    else:
        codes = list(tiles())
        plane = gpd.GeoSeries([Polygon([(x * DEGREES, y * DEGREES) for x, y in hexagon(*tiles()[c])]) for c in codes])
    west, south, east, north = plane.total_bounds
    step = (east - west + north - south) / HATCHES
    slanted = [LineString([(west + n * step, south), (west + n * step - north + south, north)]) for n in range(HATCHES)]
    blank = plane[[code in unloaded for code in codes]].union_all()
    lines = gpd.GeoSeries(slanted, crs=plane.crs).intersection(blank).explode(index_parts=False)
    lines = lines[lines.geom_type == "LineString"]
    if true_shapes:
        plane, lines = plane.to_crs(4326), lines.to_crs(4326)
    places = 3 if true_shapes else 6  # decimals of a degree: a hundred metres, or a thousandth of a hexagon
    return Shapes(
        [(code, _rounded(shape.exterior.coords, places)) for code, shape in zip(codes, plane, strict=True)],
        [_rounded(line.coords, places) for line in lines],
    )


def _rounded(points: Iterable[tuple[float, ...]], places: int) -> list[list[float]]:
    return [[round(x, places), round(y, places)] for x, y in points]


def rgb(colour: str) -> list[int]:
    """Return a colour such as #0b5c92 as [red, green, blue]."""
    return list(bytes.fromhex(colour[1:]))


def rows(context: PageContext) -> list[dict[str, Any]]:
    """Return one row per municipality of the map: value and class, and its place among all of them.

    The place is rank, rank_low, rank_high, ranked and bounds as in comparisons.compare.
    """
    aland = context.selection.aland
    everybody = selected_figures.compared(context, context.indicator, group=Group("all", aland=aland))
    classes = maps.classes(context.data, context.indicator, context.year, aland, context.basis)
    unranked = {"member": False, **dict.fromkeys(("rank", "rank_low", "rank_high", "ranked", "bounds"))}
    places = {row["municipality"]: {key: row[key] for key in unranked} for row in everybody.rows if row["member"]}
    return [row | places.get(row["municipality"], unranked) for row in classes]


def shape_choice(context: PageContext) -> bool:
    """Draw the choice between boundaries and hexagons where the data hold both; return whether boundaries are drawn."""
    if context.data.snapshot.invented:  # the tile map holds real municipalities only
        return True
    if not context.data.snapshot.has(BOUNDARY):
        return False
    options = {True: context.t("map.boundaries"), False: context.t("map.tiles")}
    on_change = page_params.bind_choice(
        context,
        "kartta",
        "map-shape",
        list(options),
        True,
        lambda true_shapes: "rajat" if true_shapes else TILES,
    )
    return bool(
        st.radio(
            context.t("map.shape"),
            list(options),
            format_func=options.__getitem__,
            horizontal=True,
            key="map-shape",
            on_change=on_change,
        )
    )


class SerialisedMap(pdk.Deck):
    """A map serialised once, as it is sent to every user."""

    def __init__(self, deck: pdk.Deck, tooltip: dict[str, str]):
        super().__init__(layers=[], tooltip=tooltip)
        self.spec = json.dumps(json.loads(deck.to_json()), separators=(",", ":"))  # pydeck indents: twice the size

    def to_json(self) -> str:
        return self.spec


@st.cache_resource(max_entries=MOST_MAPS, show_spinner=False)
def _cached_map(_write: Callable[[], SerialisedMap], key: str, true_shapes: bool) -> SerialisedMap:
    return _write()


def draw(context: PageContext, true_shapes: bool) -> None:
    """Draw the map; a click on a municipality chooses it. The select boxes do the same by keyboard."""
    deck = (
        serialised_map(context, true_shapes)
        if context.workspace is not EMPTY
        else _cached_map(lambda: serialised_map(context, true_shapes), cache_key(context), true_shapes)
    )
    # a new key after each click: Streamlit fades everything that is not selected, and the colours would no longer match
    # the legend
    clicks = st.session_state.setdefault("map-clicks", 0)
    event = st.pydeck_chart(
        deck,
        height=HEIGHT,
        on_select="rerun",
        selection_mode="single-object",
        key=f"map-{clicks}",
        alt=summary(context),
    )
    clicked = [part["code"] for part in event.selection.objects.get("municipalities", [])]
    if clicked:
        st.session_state["map-clicks"] = clicks + 1
        state.write(context, municipality=clicked[0])
        st.rerun()


def serialised_map(context: PageContext, true_shapes: bool) -> SerialisedMap:
    """Return the map of the chosen indicator and year."""
    t, indicator, s = context.t, context.indicator, context.selection
    mode, colours = theme(), THEMES[theme()]
    by_code = {row["municipality"]: row for row in rows(context)}
    unloaded = frozenset(code for code in by_code if not context.is_loaded(code))
    shapes = _shapes(context.data.snapshot.digest, context.data, true_shapes, unloaded)
    shown = []
    for code, ring in shapes.rings:
        if (row := by_code.get(code)) is None:
            continue
        value = (
            f"{t.number(row['value'], indicator.decimals)} {indicator.unit[t.language]}"
            if row["class"]
            else t(f"missing.{row['reason']}")
        )
        rank = standing(context, row) if row["class"] else ""
        colour = rgb(colours.classes[row["class"] - 1] if row["class"] else colours.no_figure)
        shown.append(
            {"code": code, "name": context.name(code), "value": value, "rank": rank, "polygon": ring, "fill": colour}
        )
    outlined = context.area.members if context.area else (s.municipality,)
    chosen = [part for part in shown if part["code"] in outlined]
    view = camera(shown)
    fill = {"get_polygon": "polygon", "get_fill_color": "fill", "pickable": True, "auto_highlight": True}
    layers = [
        pdk.Layer(
            "PolygonLayer",
            shown,
            id="municipalities",
            get_line_color=BORDER[mode],
            line_width_min_pixels=1,
            **fill,
        ),
        pdk.Layer(
            "PathLayer",
            [{"path": line} for line in shapes.hatching],
            id="not-loaded",
            get_path="path",
            get_color=HATCH[mode],
            width_min_pixels=1,
        ),
        # a thin line between two pale ones: seen on every class, and the fill stays in view
        *(
            pdk.Layer(
                "PolygonLayer",
                chosen,
                id=f"chosen-{width}",
                get_polygon="polygon",
                filled=False,
                stroked=True,
                get_line_color=colour,
                line_width_min_pixels=width,
                line_width_max_pixels=width,
            )
            for width, colour in ((5, BORDER[mode]), (2.5, CHOSEN[mode]))
        ),
        *rings_around(chosen, view, mode),
        names_layer(names(context, shown, outlined, view), mode),
    ]
    # the wheel scrolls the page; buttons, two fingers and a double click zoom
    window = pdk.View(type="MapView", controller={"scrollZoom": False})
    deck = pdk.Deck(layers, [window], initial_view_state=view, map_style=EMPTY_STYLE, map_provider="carto")
    return SerialisedMap(deck, TOOLTIP)


def rings_around(chosen: list[dict[str, Any]], view: pdk.ViewState, mode: str) -> list[pdk.Layer]:
    """Return a ring around a chosen municipality that would be hidden by its own outline."""
    scale = pixels_to_degree(view)
    parts: dict[str, list[list[float]]] = {}
    for part in chosen:
        parts.setdefault(part["code"], []).extend(part["polygon"])
    small = [
        {"position": middle(points)}
        for points in parts.values()
        if scale * max(max(column) - min(column) for column in zip(*points, strict=True)) < SMALL
    ]
    if not small:
        return []
    ring = pdk.Layer(
        "ScatterplotLayer",
        small,
        id="ring",
        get_position="position",
        filled=False,
        stroked=True,
        get_line_color=CHOSEN[mode],
        radius_min_pixels=SMALL,
        radius_max_pixels=SMALL,
        line_width_min_pixels=2.5,
    )
    return [ring]


def middle(points: list[list[float]]) -> list[float]:
    """Return the middle of the box around some points."""
    return [(min(column) + max(column)) / 2 for column in zip(*points, strict=True)]


def pixels_to_degree(view: pdk.ViewState) -> float:
    """Return how many pixels a degree of longitude is wide: at zoom z the equator is 512 × 2^z pixels."""
    return float(512 * 2**view.zoom / 360)


def names(
    context: PageContext, shown: list[dict[str, Any]], outlined: Sequence[str], view: pdk.ViewState
) -> list[dict[str, Any]]:
    """Return the names on the map: the chosen municipality, then the largest ones that leave room for each other."""
    scale, largest_part = pixels_to_degree(view), dict[str, list[list[float]]]()
    for part in shown:
        if len(part["polygon"]) > len(largest_part.get(part["code"], ())):
            largest_part[part["code"]] = part["polygon"]
    known = {code: residents for code in largest_part if (residents := context.register[code]["residents"])}
    largest = sorted(known, key=known.__getitem__, reverse=True)[:NAMED]
    first = [code for code in outlined if code in largest_part] if len(outlined) == 1 else []
    taken: list[tuple[float, float, float, float]] = []
    named = []
    for code in dict.fromkeys([*first, *largest]):
        points, own = largest_part[code], code in first
        x, y = middle(points)
        top = (mercator(max(at for _, at in points)) - mercator(y)) * scale
        up = max(top, SMALL) + LINE / 2 if own else 0.0  # above the chosen one, whose fill stays in view
        left, across, down = x * scale, len(context.name(code)) * LETTER / 2, -mercator(y) * scale - up
        box = (left - across, left + across, down - LINE / 2, down + LINE / 2)
        if all(box[1] < b[0] or b[1] < box[0] or box[3] < b[2] or b[3] < box[2] for b in taken):
            taken.append(box)
            named.append({"name": context.name(code), "position": [x, y], "offset": [0, -round(up)]})
    return named


def names_layer(named: list[dict[str, Any]], mode: str) -> pdk.Layer:
    """Return names as a layer of the map, each with a pale edge."""
    return pdk.Layer(
        "TextLayer",
        named,
        id="names",
        get_position="position",
        get_text="name",
        get_pixel_offset="offset",
        get_color=INK[mode],
        get_size=13,
        font_family=pdk.types.String("Source Sans, sans-serif"),
        font_weight=600,
        font_settings={"sdf": True, "fontSize": 48, "buffer": 8, "radius": 14},
        outline_width=8,
        outline_color=[*BORDER[mode], 230],
        character_set=pdk.types.String("".join(sorted({letter for row in named for letter in row["name"]}))),
    )


def standing(context: PageContext, row: dict[str, Any]) -> str:
    """Return the rank of a municipality among all on the map, or why it has none."""
    t, indicator = context.t, context.indicator
    if row["rank"] is None:
        return text.note(t, indicator, row)
    return t("finding.rank", rank=text.rank(t, row), order=text.order(t, indicator))


def camera(shown: list[dict[str, Any]]) -> pdk.ViewState:
    """Return the position from which everything is shown, also where the page is as narrow as a phone."""
    points = [point for part in shown for point in part["polygon"]]
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    low, high = mercator(south), mercator(north)
    # at zoom z the equator, 360 degrees, is 512 × 2^z pixels
    zoom = min(
        math.log2(360 * pixels / (512 * degrees))
        for pixels, degrees in ((NARROWEST, east - west), (HEIGHT - 40, high - low))
    )
    middle = math.degrees(2 * math.atan(math.exp(math.radians((low + high) / 2))) - math.pi / 2)
    return pdk.ViewState(longitude=(west + east) / 2, latitude=middle, zoom=zoom)


def mercator(latitude: float) -> float:
    """Return a latitude as its distance from the equator in the Mercator projection, in degrees of the equator."""
    return math.degrees(math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)))


def summary(context: PageContext) -> str:
    """Return the alternative text of the map."""
    t, indicator = context.t, context.indicator
    return t(
        "map.alt",
        name=indicator.name[t.language],
        year=context.year,
        n=sum(row["class"] is not None for row in rows(context)),
    )


def legend(context: PageContext) -> None:
    """Draw the classes with their limits and the number of municipalities in each."""
    cached_elements(context, "legend", lambda: _legend(context))


def _legend(context: PageContext) -> None:
    t, decimals, colours = context.t, context.indicator.decimals, THEMES[theme()]
    classes = {row["class"]: row for row in rows(context) if row["class"]}
    entries = []
    for number, row in sorted(classes.items()):
        limits = f"{t.number(row['class_min'], decimals)}–{t.number(row['class_max'], decimals)}"
        entries.append((colours.classes[number - 1], f"{limits} ({t('map.places', n=row['class_n'])})"))
    blank = [context.is_loaded(row["municipality"]) for row in rows(context) if row["class"] is None]
    if loaded := sum(blank):
        entries.append((colours.no_figure, t("map.no_figure", n=loaded)))
    if not all(blank):
        lines = f"repeating-linear-gradient(45deg, {colours.no_figure} 0 3px, rgb{tuple(HATCH[theme()])} 3px 4px)"
        entries.append((lines, t("map.not_loaded", n=len(blank) - loaded)))
    marks = [
        f"<li><span class='km-swatch' style='background: {colour}'></span>{label}</li>" for colour, label in entries
    ]
    head = f"<p class='km-section'>{html.escape(comparison.unit(context, context.indicator))}</p>"
    st.markdown(f"{head}<ul class='km-legend'>{''.join(marks)}</ul>", unsafe_allow_html=True)


def table(context: PageContext) -> None:
    """Draw every municipality of the map with its value and rank, or why it has none, as a table that unfolds."""
    t, indicator = context.t, context.indicator
    listed = sorted(
        rows(context), key=lambda row: (row["rank"] is None, row["rank"] or 0, context.name(row["municipality"]))
    )
    heads = [
        t("table.rank"),
        t("table.municipality"),
        t("table.value", unit=indicator.unit[t.language]),
        t("table.note"),
    ]
    values = [
        (row["rank"], context.name(row["municipality"]), row["value"], text.note(t, indicator, row)) for row in listed
    ]
    frame_ = pd.DataFrame(values, columns=heads).astype({heads[0]: "Int64", heads[2]: "Float64"})
    formats: dict[Any, Any] = {heads[0]: str, heads[2]: partial(t.number, decimals=indicator.decimals)}
    codes = [row["municipality"] for row in listed]
    own = codes.index(context.selection.municipality) if context.selection.municipality in codes else None
    folded.table(
        context,
        frame_,
        formats,
        f"{indicator.id}_{context.year}_map",
        (indicator,),
        ("boundaries",),
        chosen=own,
        label=t("map.as_table"),
    )


def notes(context: PageContext) -> None:
    """Draw how the map is made, folded, and the sources of figures and boundaries.

    A municipality that does not organise a part of a composite has no figure here although the finding compares one:
    this says why.
    """
    t, indicator = context.t, context.indicator
    whole = text.listed_whole(t, context.name(context.selection.municipality), context.as_organised(indicator))
    lines = [
        whole,
        t("map.how"),
        *country_way(context),
        indicator.definition[t.language],
        indicator.caveats[t.language],
    ]
    source = context.sources((*indicator.sources, "boundaries"))
    layout.method_notes(context, [line for line in lines if line], source, methods.sections_of(context, indicator))
