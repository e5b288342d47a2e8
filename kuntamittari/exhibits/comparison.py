"""Leaves that compare: where a municipality stands, ranked bars, lines over the years, peers, cost against outcome, the
map."""

from collections.abc import Mapping
from typing import Any

from kuntamittari.catalog import framework, structural_variables
from kuntamittari.catalog.tile_map import hexagon, tiles
from kuntamittari.exhibits import page_defaults, selected_figures, text
from kuntamittari.exhibits.exhibit import (
    BECAUSE,
    Area,
    Band,
    Exhibit,
    Reference,
    group_name,
    municipality_name,
    role,
    source,
)
from kuntamittari.exhibits.page_context import PageContext, alike_of
from kuntamittari.query import figures, maps
from kuntamittari.query.figures import Comparison
from kuntamittari.query.snapshot import BOUNDARY

LARGEST_PICTURE = 40  # members of a group that can be drawn one by one
SHOWN_OF_MANY = 20  # neighbours in rank that are drawn of a larger one
SIMPLIFIED = 400.0  # metres that a boundary may be moved on a picture of the whole country
TRUE_SHAPES = "rajat"
MOST_LINES = 7  # municipalities in a picture of lines beside the chosen one


def standing(context: PageContext) -> Exhibit:
    """The core indicators of every dimension in one table."""
    t = context.t
    rows: list[tuple[str, ...]] = []
    cells: list[tuple[str | float | None, ...]] = []
    for indicator in (i for listed in framework.by_dimension(context.catalogue, core=True).values() for i in listed):
        at = selected_figures.standing(context, indicator)
        label, unit, row, compared = (
            text.capital(at.indicator.label[t.language]),
            indicator.unit[t.language],
            at.row,
            at.group,
        )
        if at.year is None or compared is None or row is None or row["value"] is None:
            reason = t(f"missing.{at.reason}")
            rows.append((label, reason, "", "", ""))
            cells.append((label, None, unit, None, None, None, reason, at.year))
            continue
        value = f"{t.number(row['value'], indicator.decimals)} {unit}"
        word = t(f"judgement.{row['judgement']}") if row["judgement"] else t("missing.mark")
        shown = context.year_words(at.year) or str(at.year)
        rows.append((label, value, text.median(t, indicator, compared), text.rank(t, row), f"{word} ({shown})"))
        cells.append((label, row["value"], unit, compared.median, row["rank"], row["ranked"], word, at.year))
    median = text.capital(t("chart.median"))
    heads = (t("choice.indicator"), t("chart.value"), median, t("chart.rank"), t("card.standing"))
    cell_heads = (
        *heads[:2],
        t("catalogue.unit"),
        median,
        t("chart.rank"),
        t("report.ranked"),
        t("card.standing"),
        t("chart.year"),
    )
    title = t("report.standing", name=municipality_name(context), group=group_name(context))
    note = f"{t('judgement.note')}."
    return Exhibit(title, "table", heads=heads, rows=tuple(rows), cell_heads=cell_heads, cells=tuple(cells), note=note)


def ranking(context: PageContext) -> Exhibit | None:
    """The group in order of rank, the municipality standing out; of a large group its neighbours in rank. Those of a
    small group who have no figure come last, each with its reason; so does, of any group, a municipality that does not
    organise a part of a composite itself."""
    t, s, indicator = context.t, context.selection, context.indicator
    at = selected_figures.standing(context, indicator)
    if at.value is None:
        return None
    compared = selected_figures.compared(context, indicator)
    rows = [row for row in compared.rows if row["member"] or row["municipality"] in (s.municipality, *s.compared)]
    unit = text.unit(t, indicator, context.basis)
    if len(rows) > LARGEST_PICTURE:
        valued, others = ([row for row in rows if (row["value"] is None) == missing] for missing in (False, True))
        own_value = at.value
        place = sum(row["value"] > own_value if indicator.highest_first else row["value"] < own_value for row in valued)
        start = max(0, min(place - SHOWN_OF_MANY // 2, len(valued) - SHOWN_OF_MANY))
        unit = f"{unit} · {t('report.neighbours', n=SHOWN_OF_MANY, all=len(valued))}"
        rows = valued[start : start + SHOWN_OF_MANY] + [row for row in others if row["municipality"] == s.municipality]
    title = selected_figures.sentence(context, at)
    names = tuple(_named(context, row) for row in rows)
    series = {text.capital(indicator.label[t.language]): tuple(row["value"] for row in rows)}
    roles = tuple(role(context, row["municipality"]) for row in rows)
    reference, band = _marks(context, compared)
    note = f"{indicator.caveats[t.language]} {text.capital(t('chart.median'))} {text.median(t, indicator, compared)}."
    note = " ".join(filter(None, (text.listed_whole(t, municipality_name(context), at.indicator), note)))
    return Exhibit(
        title,
        "bars",
        names,
        series,
        unit,
        indicator.decimals,
        roles,
        reference=reference,
        band=band,
        note=note,
        source=source(context, indicator),
    )


def _named(context: PageContext, row: Mapping[str, Any]) -> str:
    """A municipality's name, with the reason where it has no figure."""
    name, reason = context.name(row["municipality"]), row["reason"]
    return name + BECAUSE + context.t(f"missing.{reason}") if row["value"] is None and reason else name


def _marks(context: PageContext, compared: Comparison) -> tuple[Reference | None, Band | None]:
    """The group's median and its middle half, in the words of the page."""
    t, indicator = context.t, context.indicator
    if compared.median is None or compared.q1 is None or compared.q3 is None:
        return None, None
    return (
        Reference(compared.median, f"{t('chart.median')} {text.median(t, indicator, compared)}"),
        Band(compared.q1, compared.q3, f"{t('chart.middle_half')} {text.middle_half(t, indicator, compared)}"),
    )


def development(context: PageContext) -> Exhibit | None:
    """The municipality and those it is compared with, the group's median and the reader's own plans, over the years
    since the last break."""
    t, s, indicator = context.t, context.selection, context.as_organised(context.indicator)
    areas = (s.municipality, *s.compared[:MOST_LINES])
    rows = selected_figures.series(context, indicator, areas)
    mine = [row for row in rows if row["municipality"] == s.municipality]
    medians = {
        row["year"]: row["median"]
        for row in selected_figures.group_series(context, indicator, context.group_of(indicator))
    }
    known = [row["year"] for row in mine if row["value"] is not None]
    years = [year for year in known if indicator.stretch(year) == indicator.stretch(known[-1])]
    said = text.development(t, indicator, municipality_name(context), mine)
    if len(years) < 2 or not said:
        return None
    values = {(row["municipality"], row["year"]): row["value"] for row in rows}
    lines = {context.name(code): tuple(values.get((code, year)) for year in years) for code in areas}
    series = lines | {t("chart.group_median"): tuple(medians.get(year) for year in years)}
    plans = selected_figures.plans(context, indicator)
    ahead = sorted({year for known in plans.values() for year in known if year > years[-1]})
    series = {name: (*line, *[None] * len(ahead)) for name, line in series.items()}
    series |= {
        text.plan(t, status): tuple(known.get(year) for year in (*years, *ahead)) for status, known in plans.items()
    }
    title = f"{text.capital(indicator.label[t.language])}. {said}"
    unit = text.unit(t, indicator, context.basis)
    roles = *(role(context, code) for code in areas), "median", *("compared-1" for _ in plans)
    dashes = *("solid" for _ in areas), "dashed", *("dotted" for _ in plans)
    return Exhibit(
        title,
        "lines",
        tuple(map(str, (*years, *ahead))),
        series,
        unit,
        indicator.decimals,
        roles,
        dashes,
        note=" ".join([*selected_figures.hidden(context, [indicator]), indicator.caveats[t.language]]),
        source=source(context, indicator),
    )


def alike(context: PageContext) -> Exhibit | None:
    """The nearest peers, each distance divided by what it comes from."""
    t, s, service = context.t, context.selection, context.indicator.service
    nearest = alike_of(context, service, context.year)[: s.n]
    if not nearest:
        return None
    shares = [sum(peer.parts.values()) or 1 for peer in nearest]
    named = {
        f"part-{number}": v
        for number, v in enumerate(structural_variables.variables(), 1)
        if any(peer.parts.get(v) for peer in nearest)
    }
    series = {
        structural_variables.variables()[v]["name"][t.language]: tuple(
            peer.distance * peer.parts.get(v, 0.0) / whole for peer, whole in zip(nearest, shares, strict=True)
        )
        for v in named.values()
    }
    names = tuple(context.name(peer.municipality) for peer in nearest)
    title = text.alike(t, municipality_name(context), service, list(names), nearest)
    return Exhibit(
        title,
        "stacked",
        names,
        series,
        t("peers.distance"),
        2,
        tuple(named),
        note=f"{t('peers.parts')}. {t('peers.parts_note')}",
        source=source(context, "sotkanet_population", "key_figures", "sotkanet_outcomes"),
    )


def pair(context: PageContext) -> Exhibit | None:
    """A cost against an outcome, the group's medians as axes."""
    t, s, both = context.t, context.selection, page_defaults.pair(context)
    at = page_defaults.pair_years(context, both) if both else None
    if both is None or at is None:
        return None
    found = figures.pair(
        context.data, both, at, context.group_of(both[0]), [s.municipality, *s.compared], context.basis
    )
    mine = next((row for row in found.rows if row["municipality"] == s.municipality), None)
    if not found.n or found.x_median is None or found.y_median is None or mine is None:
        return None
    shown = [context.year_words(year) or year for year in at]
    title = text.quadrant(t, municipality_name(context), group_name(context), both, shown, found, mine, "")
    heads = tuple(
        text.capital(f"{i.label[t.language]}, {text.unit(t, i, context.basis)}, {year}")
        for i, year in zip(both, at, strict=True)
    )
    names = tuple(context.name(row["municipality"]) for row in found.rows)
    series = {head: tuple(row[axis] for row in found.rows) for head, axis in zip(heads, "xy", strict=True)}
    roles = tuple(role(context, row["municipality"]) for row in found.rows)
    return Exhibit(
        title,
        "scatter",
        names,
        series,
        "",
        both[0].decimals,
        roles,
        heads=heads,
        middles=(found.x_median, found.y_median),
        decimals_by_series=(both[0].decimals, both[1].decimals),
        note=" ".join([*selected_figures.hidden(context, both), t("pair.warning")]),
        source=source(context, *both),
    )


def on_map(context: PageContext) -> Exhibit | None:
    """Every municipality by its class, with true boundaries where the view asks for them (an invented country has no
    others), else hexagons of one size."""
    t, s, indicator = context.t, context.selection, context.indicator
    rows = maps.classes(context.data, indicator, context.year, s.aland, context.basis)
    if not any(row["class"] for row in rows):
        return None
    true_shapes = context.data.snapshot.invented or (
        dict(s.page_params).get("kartta") == TRUE_SHAPES and context.data.snapshot.has(BOUNDARY)
    )
    rings = boundaries(context) if true_shapes else {code: (tuple(hexagon(*place)),) for code, place in tiles().items()}
    shown = [row for row in rows if row["municipality"] in rings]
    classes = {row["class"]: row for row in rows if row["class"]}
    limits = tuple(
        f"{t.number(row['class_min'], indicator.decimals)}–{t.number(row['class_max'], indicator.decimals)}"
        for _, row in sorted(classes.items())
    )
    known = sum(row["class"] is not None for row in rows)
    title = t("report.map", label=text.capital(indicator.label[t.language]), year=context.year, n=known)
    areas = tuple(Area(context.name(row["municipality"]), row["class"], rings[row["municipality"]]) for row in shown)
    series = {text.capital(indicator.label[t.language]): tuple(row["value"] for row in shown)}
    unit, names = text.unit(t, indicator, context.basis), tuple(area.name for area in areas)
    roles = tuple(role(context, row["municipality"]) for row in shown)
    note = " ".join(
        filter(
            None,
            (
                text.listed_whole(t, municipality_name(context), context.as_organised(indicator)),
                indicator.caveats[t.language],
            ),
        )
    )
    return Exhibit(
        title,
        "map",
        names,
        series,
        unit,
        indicator.decimals,
        roles,
        areas=areas,
        limits=limits,
        note=note,
        source=source(context, indicator, "boundaries"),
    )


def boundaries(context: PageContext) -> dict[str, tuple[tuple[tuple[float, float], ...], ...]]:
    """Municipality → the rings of its parts in metres, simple enough for a picture of the whole country; specks are
    left out."""
    import geopandas as gpd  # half a second, and few want a picture of boundaries

    shapes = gpd.read_parquet(context.data.snapshot.path(BOUNDARY))
    parts = shapes.assign(geometry=shapes.geometry.simplify(SIMPLIFIED)).explode(index_parts=False)
    found: dict[str, list[tuple[tuple[float, float], ...]]] = {}
    for code, shape in zip(parts["municipality"], parts.geometry, strict=True):
        if not shape.is_empty:
            found.setdefault(code, []).append(tuple((round(x), round(y)) for x, y in shape.exterior.coords))
    return {code: tuple(rings) for code, rings in found.items()}
