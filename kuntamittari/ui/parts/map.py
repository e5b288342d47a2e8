"""The map, drawn from the exhibit of slides and files: municipal boundaries where the data hold them, or hexagons.

Municipalities whose figures are not loaded are drawn hatched. The largest ones and the chosen one are named.

There is no base map and no request to another server: the style of the map is an empty document in a data URL.
"""

import html
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import pydeck as pdk
import streamlit as st

from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import map_names
from kuntamittari.exhibits.grammar.colours import THEMES, colour
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.subjects import map as maps
from kuntamittari.exhibits.subjects.map import TILES, Points
from kuntamittari.exhibits.views.finding import country_way
from kuntamittari.query import maps as figures_of_maps
from kuntamittari.query.figures import Group
from kuntamittari.query.snapshot import BOUNDARY
from kuntamittari.ui import chart_walk, downloads, folded, layout, page_params, state
from kuntamittari.ui.element_cache import cache_key, cached_elements
from kuntamittari.ui.parts import comparison, methods
from kuntamittari.ui.parts.comparison import theme
from kuntamittari.uploads.workspace import EMPTY

EMPTY_STYLE = "data:application/json,%7B%22version%22%3A8%2C%22sources%22%3A%7B%7D%2C%22layers%22%3A%5B%5D%7D"
DEGREES = 0.01  # a step of the tile map in degrees: near the equator a small plane is drawn undistorted
HEIGHT, NARROWEST = 640, 340  # pixels
TOOLTIP = {"text": "{name}\n{value}\n{rank}"}
MOST_MAPS = 60  # cached maps; one takes about 150 kB
FONT = 13  # pixels of the names
METRES = "EPSG:3067"  # of the exhibit's plane


@dataclass(frozen=True)
class Shapes:
    """The outlines of all municipalities in degrees, and lines that hatch those whose figures are not loaded.

    `rings` holds (municipality, ring) of every polygon; a municipality of islands has many.
    """

    rings: list[tuple[str, list[list[float]]]]
    hatching: list[list[list[float]]]


@st.cache_resource(max_entries=4)
def _shapes(digest: str, _data: Any, true_shapes: bool, unloaded: frozenset[str]) -> Shapes:
    """Return the outlines of the exhibit's plane in degrees, as the map of a page needs them."""
    drawn = maps.outlines(_data, true_shapes, unloaded, 0.0)
    if true_shapes:
        from pyproj import Transformer  # takes a moment

        plane = Transformer.from_crs(METRES, 4326, always_xy=True)

        def degrees(points: Points) -> list[list[float]]:
            xs, ys = plane.transform([x for x, _ in points], [y for _, y in points])
            return [[round(x, 3), round(y, 3)] for x, y in zip(xs, ys, strict=True)]  # a hundred metres
    else:

        def degrees(points: Points) -> list[list[float]]:
            return [[round(x * DEGREES, 6), round(y * DEGREES, 6)] for x, y in points]

    return Shapes(
        [(code, degrees(ring)) for code, rings in drawn.rings.items() for ring in rings],
        [degrees(line) for line in drawn.hatching],
    )


def rgb(ink: str) -> list[int]:
    """Return a colour such as #0b5c92 as [red, green, blue]."""
    return list(bytes.fromhex(ink[1:]))


def rows(context: PageContext) -> list[dict[str, Any]]:
    """Return one row per municipality of the map: value and class, and its place among all of them.

    The place is rank, rank_low, rank_high, ranked and bounds as in comparisons.compare.
    """
    aland = context.selection.aland
    everybody = selected_figures.compared(context, context.indicator, group=Group("all", aland=aland))
    classes = figures_of_maps.classes(context.data, context.indicator, context.year, aland, context.basis)
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
    """Return the map of the chosen indicator and year, as its exhibit says."""
    exhibit, colours = maps.exhibit(context), THEMES[theme()]
    assert exhibit is not None
    areas = {area.code: area for area in exhibit.areas}
    unloaded = frozenset(code for code, area in areas.items() if not area.loaded)
    shapes = _shapes(context.data.snapshot.digest, context.data, true_shapes, unloaded)
    words = {row["municipality"]: tooltip(context, row) for row in rows(context)}
    inks = [rgb(ink) for ink in (colours.no_figure, *colours.classes)]
    shown = [
        {"code": code, "name": areas[code].name, "polygon": ring, "fill": inks[areas[code].level or 0], **words[code]}
        for code, ring in shapes.rings
        if code in areas
    ]
    outlined = {area.code for area, role in zip(exhibit.areas, exhibit.roles, strict=True) if role == "chosen"}
    chosen = [part for part in shown if part["code"] in outlined]
    view, border = camera(shown), rgb(colours.ground)
    fill = {"get_polygon": "polygon", "get_fill_color": "fill", "pickable": True, "auto_highlight": True}
    layers = [
        pdk.Layer(
            "PolygonLayer",
            shown,
            id="municipalities",
            get_line_color=border,
            line_width_min_pixels=1,
            **fill,
        ),
        pdk.Layer(
            "PathLayer",
            [{"path": line} for line in shapes.hatching],
            id="not-loaded",
            get_path="path",
            get_color=rgb(colour(colours, "hatch")),
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
                get_line_color=ink,
                line_width_min_pixels=width,
                line_width_max_pixels=width,
            )
            for width, ink in ((5, border), (2.5, rgb(colour(colours, "outline"))))
        ),
        *rings_around(chosen, view),
        names_layer(names(exhibit, shown, view)),
    ]
    # the wheel scrolls the page; buttons, two fingers and a double click zoom
    window = pdk.View(type="MapView", controller={"scrollZoom": False})
    deck = pdk.Deck(layers, [window], initial_view_state=view, map_style=EMPTY_STYLE, map_provider="carto")
    return SerialisedMap(deck, TOOLTIP)


def tooltip(context: PageContext, row: dict[str, Any]) -> dict[str, str]:
    """Return the value and the rank of a municipality in words, or why it has none."""
    t, indicator = context.t, context.indicator
    if not row["class"]:
        return {"value": t(f"missing.{row['reason']}"), "rank": ""}
    value = f"{t.number(row['value'], indicator.decimals)} {indicator.unit[t.language]}"
    return {"value": value, "rank": standing(context, row)}


def rings_around(chosen: list[dict[str, Any]], view: pdk.ViewState) -> list[pdk.Layer]:
    """Return a ring around a chosen municipality that would be hidden by its own outline."""
    scale = pixels_to_degree(view)
    parts: dict[str, list[list[float]]] = {}
    for part in chosen:
        parts.setdefault(part["code"], []).extend(part["polygon"])
    small = [
        {"position": middle(points)}
        for points in parts.values()
        if scale * max(max(column) - min(column) for column in zip(*points, strict=True)) < map_names.SMALL
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
        get_line_color=rgb(colour(THEMES[theme()], "outline")),
        radius_min_pixels=map_names.SMALL,
        radius_max_pixels=map_names.SMALL,
        line_width_min_pixels=2.5,
    )
    return [ring]


def middle(points: list[list[float]]) -> list[float]:
    """Return the middle of the box around some points."""
    return [(min(column) + max(column)) / 2 for column in zip(*points, strict=True)]


def pixels_to_degree(view: pdk.ViewState) -> float:
    """Return how many pixels a degree of longitude is wide: at zoom z the equator is 512 × 2^z pixels."""
    return float(512 * 2**view.zoom / 360)


def names(exhibit: Exhibit, shown: list[dict[str, Any]], view: pdk.ViewState) -> list[dict[str, Any]]:
    """Return the names of the exhibit on the map: as many as leave room for each other, the chosen one first."""
    scale, largest_part = pixels_to_degree(view), dict[str, list[list[float]]]()
    for part in shown:
        if len(part["polygon"]) > len(largest_part.get(part["code"], ())):
            largest_part[part["code"]] = part["polygon"]
    named = sorted((area for area in exhibit.areas if area.named), key=lambda area: area.named)
    boxes, places = dict[str, map_names.Box](), dict[str, list[float]]()
    for area in named:
        (west, east), (south, north) = ((min(a), max(a)) for a in zip(*largest_part[area.code], strict=True))
        boxes[area.name] = (scale * west, -scale * mercator(north), scale * east, -scale * mercator(south))
        places[area.name] = middle(largest_part[area.code])
    chosen = [area.name for area, role in zip(exhibit.areas, exhibit.roles, strict=True) if role == "chosen"]
    own = next((name for name in boxes if name in chosen), None)
    return [
        {"name": name, "position": places[name], "offset": [0, -round(up)]}
        for name, up in map_names.placed(boxes, own, FONT).items()
    ]


def names_layer(named: list[dict[str, Any]]) -> pdk.Layer:
    """Return names as a layer of the map, each with a pale edge."""
    colours = THEMES[theme()]
    return pdk.Layer(
        "TextLayer",
        named,
        id="names",
        get_position="position",
        get_text="name",
        get_pixel_offset="offset",
        get_color=rgb(colours.text),
        get_size=FONT,
        font_family=pdk.types.String("Source Sans, sans-serif"),
        font_weight=600,
        font_settings={"sdf": True, "fontSize": 48, "buffer": 8, "radius": 14},
        outline_width=8,
        outline_color=[*rgb(colours.ground), 230],
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
    exhibit, colours, t = maps.exhibit(context), THEMES[theme()], context.t
    assert exhibit is not None
    found = rows(context)
    numbers = [sum(row["class"] == level for row in found) for level in range(1, len(exhibit.limits) + 1)]
    blank = [context.is_loaded(row["municipality"]) for row in found if row["class"] is None]
    numbers += [n for n in (sum(blank), len(blank) - sum(blank)) if n]
    marks = ""
    for number, (words, ink) in zip(numbers, map_names.legend(exhibit, t, colours).items(), strict=True):
        fill = ink
        if words == t("grammar.not_loaded"):
            fill = f"repeating-linear-gradient(45deg, {ink} 0 3px, {colour(colours, 'hatch')} 3px 4px)"
        label = f"{html.escape(words)} ({t('map.places', n=number)})"
        marks += f"<li><span class='km-swatch' style='background: {fill}'></span>{label}</li>"
    head = f"<p class='km-section'>{html.escape(comparison.unit(context, context.indicator))}</p>"
    st.markdown(f"{head}<ul class='km-legend'>{marks}</ul>", unsafe_allow_html=True)


def walk(context: PageContext) -> None:
    """Draw the municipalities of the map one by one by the arrow keys, as pointing at each says them."""

    def points() -> pd.DataFrame:
        said = [(context.name(row["municipality"]), *tooltip(context, row).values()) for row in by_rank(context)]
        return pd.DataFrame(said, columns=["name", "detail", "rank"])

    chart_walk.later(context, "map-walk", lambda: {"": points()})


def by_rank(context: PageContext) -> list[dict[str, Any]]:
    """Return the municipalities of the map by rank, those without one last."""
    return sorted(
        rows(context), key=lambda row: (row["rank"] is None, row["rank"] or 0, context.name(row["municipality"]))
    )


def table(context: PageContext) -> None:
    """Draw every municipality of the map with its value and rank, or why it has none, as a table that unfolds.

    It is made when it is unfolded: made with every choice it takes the server longer than the rest of the page.
    """
    fold = st.expander(context.t("map.as_table"), key="map-figures", on_change="rerun")
    if fold.open:
        with fold:
            _figures(context)


def _figures(context: PageContext) -> None:
    t, indicator = context.t, context.indicator
    listed = by_rank(context)
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
    folded.frame(context, frame_, formats, own)
    downloads.offer(context, lambda: frame_, f"{indicator.id}_{context.year}_map", (indicator,), ("boundaries",))


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
