"""The map: true boundaries where the data hold them and the user wants them, else a tile map of hexagons.

There is no base map and no request to another server: the style of the map is an empty document in a data URL.
"""

import html
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import pydeck as pdk
import streamlit as st

from kuntamittari.catalog.tile_map import hexagon, tiles
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.grammar.colours import THEMES
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import maps
from kuntamittari.query.figures import Group
from kuntamittari.query.snapshot import BOUNDARY
from kuntamittari.ui import layout, page_params, state
from kuntamittari.ui.element_cache import cache_key, cached_elements
from kuntamittari.ui.parts import comparison, methods
from kuntamittari.ui.parts.comparison import theme
from kuntamittari.uploads.workspace import EMPTY

EMPTY_STYLE = "data:application/json,%7B%22version%22%3A8%2C%22sources%22%3A%7B%7D%2C%22layers%22%3A%5B%5D%7D"
CHOSEN = {"light": [213, 94, 0], "dark": [230, 159, 0]}
BORDER = {"light": [255, 255, 255], "dark": [18, 24, 31]}
DEGREES = 0.01  # a step of the tile map in degrees: near the equator a small plane is drawn undistorted
HEIGHT, NARROWEST = 640, 340  # pixels
TOOLTIP = {"text": "{name}\n{value}\n{rank}"}
MOST_MAPS = 60  # cached maps; one with true boundaries takes about 600 kB


@st.cache_resource(max_entries=4)
def _outlines(digest: str, _data: Any, true_shapes: bool) -> list[tuple[str, list]]:
    """(municipality, ring of longitude and latitude) of every polygon; a municipality of islands has many."""
    if not true_shapes:
        return [(code, [[x * DEGREES, y * DEGREES] for x, y in hexagon(*place)]) for code, place in tiles().items()]
    import geopandas as gpd  # takes half a second, and few users want true boundaries

    shapes = gpd.read_parquet(_data.snapshot.path(BOUNDARY)).to_crs(4326).explode(index_parts=False)
    return [
        (code, [[round(x, 4), round(y, 4)] for x, y in shape.exterior.coords])
        for code, shape in zip(shapes["municipality"], shapes.geometry, strict=True)
    ]


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
    """Draw the choice of true boundaries where the data hold them; return whether they are drawn."""
    if context.data.snapshot.invented:  # the tile map holds real municipalities only
        return True
    if not context.data.snapshot.has(BOUNDARY):
        return False
    options = {False: context.t("map.tiles"), True: context.t("map.boundaries")}
    on_change = page_params.bind_choice(
        context,
        "kartta",
        "map-shape",
        list(options),
        False,
        lambda true_shapes: "rajat" if true_shapes else "kuusikulmiot",
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
        self.spec = deck.to_json()

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
    shown = []
    for code, ring in _outlines(context.data.snapshot.digest, context.data, true_shapes):
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
    layers = [
        pdk.Layer(
            "PolygonLayer",
            shown,
            id="municipalities",
            get_polygon="polygon",
            get_fill_color="fill",
            get_line_color=BORDER[mode],
            line_width_min_pixels=1,
            pickable=True,
            auto_highlight=True,
        ),
        pdk.Layer(
            "PolygonLayer",
            chosen,
            id="chosen",
            get_polygon="polygon",
            filled=False,
            stroked=True,
            get_line_color=CHOSEN[mode],
            line_width_min_pixels=4,
        ),
    ]
    deck = pdk.Deck(layers=layers, initial_view_state=camera(shown), map_style=EMPTY_STYLE, map_provider="carto")
    return SerialisedMap(deck, TOOLTIP)


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
    missing = sum(row["class"] is None for row in rows(context))
    if missing:
        entries.append((colours.no_figure, t("map.no_figure", n=missing)))
    marks = [
        f"<li><span class='km-swatch' style='background: {colour}'></span>{label}</li>" for colour, label in entries
    ]
    head = f"<p class='km-section'>{html.escape(comparison.unit(context, context.indicator))}</p>"
    st.markdown(f"{head}<ul class='km-legend'>{''.join(marks)}</ul>", unsafe_allow_html=True)


def table(context: PageContext) -> None:
    """Draw every municipality of the map with its value and rank, or why it has none."""
    cached_elements(context, "map table", lambda: _table(context))


def _table(context: PageContext) -> None:
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
        (
            row["rank"],
            context.name(row["municipality"]),
            row["value"],
            text.note(t, indicator, row),
        )
        for row in listed
    ]
    frame_ = pd.DataFrame(values, columns=heads).astype({heads[0]: "Int64", heads[2]: "Float64"})
    words: Any = partial(t.number, decimals=indicator.decimals)
    styled = frame_.style.format({heads[2]: words}, na_rep=t("missing.mark"))
    st.dataframe(styled, hide_index=True, width="stretch", height=HEIGHT - 170, placeholder=t("missing.mark"))


def source(context: PageContext) -> None:
    """Draw the sources of figures and boundaries.

    A municipality that does not organise a part of a composite has no figure here although the finding compares one:
    this says why.
    """
    if listed_whole := text.listed_whole(
        context.t, context.name(context.selection.municipality), context.as_organised(context.indicator)
    ):
        layout.caption(listed_whole)
    layout.caption(
        context.sources((*context.indicator.sources, "boundaries")),
        layout.method_links(context, *methods.sections_of(context, context.indicator)),
    )
