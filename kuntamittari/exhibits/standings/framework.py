"""The measuring framework: each indicator of each dimension for the whole sector and for the municipality."""

from dataclasses import replace
from itertools import groupby

from kuntamittari.catalog import framework
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.exhibits import indicators, selected_figures, text
from kuntamittari.exhibits.exhibit import Exhibit, municipality_name, source
from kuntamittari.exhibits.grammar import verdicts
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.selected_figures import Standing

NATIONAL, MUNICIPAL = 1, 2  # columns of the table; their figures are in the columns of the same place of `cells`
TOTAL = ""  # the key of total productivity, which is no indicator
Row = tuple[tuple[str, ...], tuple[str | float | None, ...]]


def whole(context: PageContext) -> Exhibit:
    """Return every indicator of the framework: its figures, or why there are none and whom to ask.

    The roles of its rows are verdicts; the first row of productivity is the total over the education services.
    """
    t = context.t
    rows, keys, roles, sections = list[Row](), list[str](), list[str](), list[str]()
    for dimension, listed in framework.by_dimension(context.catalogue, core=False).items():
        standings = [selected_figures.standing(context, indicator) for indicator in listed]
        found = [
            (_row(context, dimension, one), one.indicator.id, (one.row or {}).get("judgement")) for one in standings
        ]
        if dimension == "productivity" and (total := _total(context)):
            found.insert(0, (total, TOTAL, None))
        for row, key, verdict in found:
            rows.append(row)
            keys.append(key)
            roles.append(verdict or "neutral")
            sections.append(t(f"dimension.{dimension}"))
    heads = (t("choice.indicator"), context.name(MAINLAND), municipality_name(context), t("card.standing"))
    shown = [context.catalogue[key] for (_, cells), key in zip(rows, keys, strict=True) if key and cells[MUNICIPAL]]
    return Exhibit(
        finding(context),
        "table",
        roles=tuple(roles),
        heads=(*heads, t("chart.year"), t("grid.dimension")),
        rows=tuple(words for words, _ in rows),
        cell_heads=(*heads[:3], t("catalogue.unit"), *heads[3:], t("chart.year"), t("grid.dimension")),
        cells=tuple(cells for _, cells in rows),
        keys=tuple(keys),
        sections=tuple(sections),
        note=f"{t('judgement.note')}.",
        source=source(context, *shown),
        finding=text.short(
            t, "framework", name=municipality_name(context), n=len(shown), all=len(rows) - (TOTAL in keys)
        ),
    )


def overview(context: PageContext) -> Exhibit:
    """Return how many indicators of each dimension have a figure of the municipality, and their verdicts; the figures
    themselves are its `cells`."""
    t, exhibit = context.t, whole(context)
    rows = []
    for section, listed in groupby(range(len(exhibit.rows)), exhibit.sections.__getitem__):
        places = [place for place in listed if exhibit.keys[place] != TOTAL]
        valued = sum(exhibit.cells[place][MUNICIPAL] is not None for place in places)
        counts = (sum(exhibit.roles[place] == verdict for place in places) for verdict in verdicts.GLYPHS)
        rows.append((section, f"{valued} / {len(places)}", *map(str, counts)))
    heads = (t("grid.dimension"), t("grid.valued"), *(text.capital(t(f"judgement.{one}")) for one in verdicts.GLYPHS))
    return replace(exhibit, heads=heads, rows=tuple(rows), roles=(), keys=(), sections=())


def finding(context: PageContext) -> str:
    """Return how many indicators have a figure of the municipality and how many of those are strong or weak."""
    by_dimension = framework.by_dimension(context.catalogue, core=False).values()
    standings = [selected_figures.standing(context, indicator) for group in by_dimension for indicator in group]
    found = [standing.row for standing in standings if standing.row and standing.value is not None]
    judged = [row["judgement"] for row in found]
    return context.t(
        "grid.finding",
        name=municipality_name(context),
        n=len(found),
        all=len(standings),
        strong=judged.count("strong"),
        weak=judged.count("weak"),
        group=context.chosen_group(),
    )


def _row(context: PageContext, dimension: str, current: Standing) -> Row:
    t, indicator = context.t, current.indicator
    label, unit = text.capital(indicator.label[t.language]), indicator.unit[t.language]
    national, reason = _national(context, current)
    asked = f"{t('missing.no_data')}. {indicator.awaited.ask[t.language]}" if indicator.awaited else ""
    own = None if asked else current.value

    def written(value: float | None, otherwise: str) -> str:
        return otherwise if value is None else f"{t.number(value, indicator.decimals)} {unit}"

    why = asked or ("" if own is not None else selected_figures.why_missing(context, current))
    verdict = (current.row or {}).get("judgement")
    word = text.judgement(t, indicator, current.row) if verdict and current.row else ""
    year = context.shown_year(indicator, current.year) if current.year else ""
    name = t(f"rug.{dimension}")
    return (
        (label, written(national, reason), written(own, why), word, year, name),
        (label, national, own, unit, word, current.year, name),
    )


def _national(context: PageContext, current: Standing) -> tuple[float | None, str]:
    """Return the figure of Mainland Finland as one municipality, or why there is none.

    The whole of a composite is shown, also where the municipality does not organise a part of it.
    """
    rows = selected_figures.series(context, current.indicator, (MAINLAND,)) if current.year else []
    row = next((row for row in rows if row["year"] == current.year), None)
    if row is None or row["value"] is None:
        reason = "no_data" if current.year is None else row["reason"] if row else "no_year"
        return None, context.t(f"missing.{reason}")
    return row["value"], ""


def _total(context: PageContext) -> Row | None:
    """Return total productivity of Mainland Finland over the education services; None without one."""
    t, found = context.t, indicators.over_services(context, MAINLAND)
    if found is None:
        return None
    value, unit = float(found.total.index[-1]), t("total.unit", base=found.years[0], year=found.years[-1])
    name, dimension = t("total.title"), t("rug.productivity")
    return (
        (name, f"{t.number(value, 1)} {unit}", "", "", "", dimension),
        (name, value, None, unit, "", found.years[-1], dimension),
    )
