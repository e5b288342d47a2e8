"""Exhibits that compare: standing, ranking, development, cost against outcome."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import budgets, page_defaults, selected_figures, text
from kuntamittari.exhibits.exhibit import (
    BECAUSE,
    MOST_WORDS,
    Band,
    Exhibit,
    Kind,
    Reference,
    group_name,
    municipality_name,
    role,
    source,
)
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.subjects import funnel
from kuntamittari.query import comparisons, figures
from kuntamittari.query.comparisons import Comparison

MOST_BARS = 8  # members that are bars; more are dots, unless the page's `kuva` asks for bars
PICTURE, BARS, DOTS, FUNNEL = "kuva", "jarjestys", "pisteet", "suppilo"  # page parameter, and its values
MOST_RANKED = 24  # members that are all bars; of more, those near in rank
SHOWN_OF_MANY = 20  # neighbours in rank that are bars of a larger group
MOST_LINES = 7  # compared municipalities in a chart of lines


def ranking(context: PageContext) -> Exhibit | None:
    """Return the group ranked by value: dots of more than `MOST_BARS` members, otherwise bars; None without a value.

    Of a large group the bars are those near the municipality in rank, and the compared ones. A composite is drawn as
    the chosen municipality organises it, which the sentence says: so what it has a figure of has a mark.
    """
    if selected_figures.standing(context, context.indicator).value is None:
        return None
    asked = dict(context.selection.page_params).get(PICTURE)
    if asked == FUNNEL and (of_size := funnel.exhibit(context)):
        return of_size
    return bars(context) if asked == BARS or usual_picture(context) == BARS else dots(context)


def usual_picture(context: PageContext) -> str:
    """Return the picture of the group that is drawn unless another is asked for: a value of the parameter `PICTURE`."""
    compared = selected_figures.compared(context, context.as_organised(context.indicator))
    known = [row for row in _shown(context, compared) if row["value"] is not None]
    return DOTS if len(known) > MOST_BARS and compared.median is not None else BARS


def _shown(context: PageContext, compared: Comparison) -> list[dict[str, Any]]:
    """Return the members of a group by rank, with the chosen and the compared municipalities."""
    s = context.selection
    return [row for row in compared.rows if row["member"] or row["municipality"] in (s.municipality, *s.compared)]


def dots(context: PageContext) -> Exhibit | None:
    """Return every member of the group as a dot with the 90 % interval of its value; None where it has no median.

    A composite is compared as the chosen municipality organises it.
    """
    t, indicator = context.t, context.as_organised(context.indicator)
    compared = selected_figures.compared(context, indicator)
    rows = _shown(context, compared)
    exhibit = _ranked(context, indicator, compared, rows, "dots")
    if exhibit.reference is None:
        return None
    without = [_named(context, row) for row in rows if row["value"] is None]
    words = t("dots.without", names=text.listed(t, without)) if without else ""
    note = " ".join(filter(None, (t("dots.whisker") if any(exhibit.intervals) else "", exhibit.note, words)))
    return replace(exhibit, note=note)


def bars(context: PageContext) -> Exhibit:
    """Return the group as ranked bars, a composite as the chosen municipality organises it; of a large group those near
    in rank, and the compared municipalities."""
    t, s, indicator = context.t, context.selection, context.as_organised(context.indicator)
    compared = selected_figures.compared(context, indicator)
    rows = _shown(context, compared)
    if len(rows) <= MOST_RANKED:
        return _ranked(context, indicator, compared, rows, "bars")
    valued, others = ([row for row in rows if (row["value"] is None) == missing] for missing in (False, True))
    chosen = next((place for place, row in enumerate(valued) if row["municipality"] == s.municipality), 0)
    start = max(0, min(chosen - SHOWN_OF_MANY // 2, len(valued) - SHOWN_OF_MANY))
    near = range(start, start + SHOWN_OF_MANY)
    pinned = (s.municipality, *s.compared)
    rows = [row for place, row in enumerate(valued) if place in near or row["municipality"] in pinned]
    rows += [row for row in others if row["municipality"] in pinned]
    exhibit = _ranked(context, indicator, compared, rows, "bars")
    return replace(exhibit, unit=f"{exhibit.unit} · {t('report.neighbours', n=SHOWN_OF_MANY, all=len(valued))}")


def _ranked(
    context: PageContext, indicator: Indicator, compared: Comparison, rows: list[dict[str, Any]], kind: Kind
) -> Exhibit:
    """Return rows by rank as dots with the intervals of their values, or as bars, of which the chosen and the compared
    ones have an interval."""
    t, current = context.t, selected_figures.standing(context, context.indicator)
    reference, band = _marks(context, indicator, compared)
    roles = tuple(role(context, row["municipality"]) for row in rows)
    note = f"{indicator.caveats[t.language]} {text.capital(t('chart.median'))} {text.median(t, indicator, compared)}."
    return Exhibit(
        selected_figures.sentence(context, current),
        kind,
        tuple(_named(context, row) for row in rows),
        {text.capital(indicator.label[t.language]): tuple(row["value"] for row in rows)},
        text.unit(t, indicator, context.basis),
        indicator.decimals,
        roles,
        reference=reference,
        band=band,
        intervals=tuple(
            (row["value_low"], row["value_high"])
            if row["value"] is not None and row["value_low"] is not None and (kind == "dots" or role_ != "other")
            else None
            for row, role_ in zip(rows, roles, strict=True)
        ),
        ranks=tuple(text.rank(t, row) for row in rows),
        note=note,
        source=source(context, indicator),
        finding=_place(context, current),
    )


def _place(context: PageContext, current: selected_figures.Standing) -> str:
    """Return the value and the rank of a standing in a few words."""
    t, indicator, row = context.t, current.indicator, current.row or {}
    said = {
        "name": municipality_name(context),
        "label": indicator.label[t.language],
        "value": t.number(current.value, indicator.decimals),
        "unit": text.mark(indicator.unit[t.language]),
    }
    if row.get("rank"):
        ranked = text.short(t, "ranking", rank=f"{row['rank']}/{row['ranked']}", **said)
        if len(ranked.split(" ")) <= MOST_WORDS:
            return ranked
    return text.short(t, "value", **said)


def _named(context: PageContext, row: Mapping[str, Any]) -> str:
    """Return a municipality's name, followed by the reason where it has no figure."""
    name, reason = context.name(row["municipality"]), row["reason"]
    return name + BECAUSE + context.t(f"missing.{reason}") if row["value"] is None and reason else name


def _marks(context: PageContext, indicator: Indicator, compared: Comparison) -> tuple[Reference | None, Band | None]:
    """Return the group's median and its middle half with their labels; None where there is none."""
    t = context.t
    if compared.median is None or compared.q1 is None or compared.q3 is None:
        return None, None
    return (
        Reference(compared.median, f"{t('chart.median')} {text.median(t, indicator, compared)}"),
        Band(compared.q1, compared.q3, f"{t('chart.middle_half')} {text.middle_half(t, indicator, compared)}"),
    )


def development(context: PageContext) -> Exhibit | None:
    """Return lines over the years since the last break; None with fewer than two years.

    The municipality, those it is compared with, the group's median, and budgets, plans and targets.
    """
    t, s, indicator = context.t, context.selection, context.as_organised(context.indicator)
    areas = (s.municipality, *s.compared[:MOST_LINES])
    rows = selected_figures.series(context, indicator, areas)
    chosen_rows = [row for row in rows if row["municipality"] == s.municipality]
    medians = {
        row["year"]: row["median"]
        for row in selected_figures.group_series(context, indicator, context.group_of(indicator))
    }
    valued_years = [row["year"] for row in chosen_rows if row["value"] is not None]
    plans = budgets.plan_lines(context, indicator) if valued_years else []
    known_years = sorted({*valued_years, *(year for plan in plans for year in plan.by_year)})
    uploaded_years = {year for plan in selected_figures.plans(context, indicator).values() for year in plan}
    # official plans within comparable years only, uploaded ones in whichever later years they were set for
    years = [
        year
        for year in known_years
        if indicator.stretch(year) == indicator.stretch(valued_years[-1])
        or (year > valued_years[-1] and year in uploaded_years)
    ]
    plans = [plan for plan in plans if plan.by_year.keys() & set(years)]
    said = [text.development(t, indicator, municipality_name(context), chosen_rows)]
    said += [text.planned(t, indicator, plan.name, plan.by_year) for plan in plans]
    sentence = next(filter(None, said), "")
    if len(years) < 2 or not sentence:
        return None
    values = {(row["municipality"], row["year"]): row["value"] for row in rows}
    values_by_name = {context.name(code): tuple(values.get((code, year)) for year in years) for code in areas}
    series = values_by_name | {t("chart.group_median"): tuple(medians.get(year) for year in years)}
    series |= {plan.name: tuple(plan.by_year.get(year) for year in years) for plan in plans}
    title = f"{text.capital(indicator.label[t.language])}. {sentence}"
    known = [(row["year"], row["value"]) for row in chosen_rows if row["value"] is not None and row["year"] in years]
    first, last = known[0], known[-1]
    finding = text.short(
        t,
        "change",
        name=municipality_name(context),
        label=indicator.label[t.language],
        first=t.number(first[1], indicator.decimals),
        last=t.number(last[1], indicator.decimals),
        unit=text.mark(indicator.unit[t.language]),
        years=f"{first[0]}–{last[0]}",
    )
    published = set(figures.published_years(context.data, indicator)) & set(years)
    unit = text.unit(t, indicator, context.basis)
    roles = *(role(context, code) for code in areas), "reference", *("plan" for _ in plans)
    dashes = *("solid" for _ in areas), "dashed", *(plan.status for plan in plans)
    return Exhibit(
        title,
        "lines",
        tuple(f"{year}*" if year in published else str(year) for year in years),
        series,
        unit,
        indicator.decimals,
        roles,
        dashes,
        note=" ".join(
            [
                *(f"* {note}" for note in selected_figures.published(context, indicator) if published),
                *selected_figures.hidden(context, [indicator]),
                *selected_figures.cautions(context, indicator),
                indicator.caveats[t.language],
            ]
        ),
        source=source(context, indicator),
        finding=finding,
    )


def pair(context: PageContext) -> Exhibit | None:
    """Return a cost against an outcome, with the group's medians; None where the municipality lacks either."""
    t, s, indicators = context.t, context.selection, page_defaults.pair(context)
    year_pair = page_defaults.pair_years(context, indicators) if indicators else None
    if indicators is None or year_pair is None:
        return None
    result = comparisons.pair(
        context.data,
        indicators,
        year_pair,
        context.group_of(indicators[0]),
        [s.municipality, *s.compared],
        context.basis,
    )
    chosen_row = next((row for row in result.rows if row["municipality"] == s.municipality), None)
    if not result.n or result.x_median is None or result.y_median is None or chosen_row is None:
        return None
    year_words = [context.year_words(year) or year for year in year_pair]
    title = text.quadrant(
        t, municipality_name(context), group_name(context), indicators, year_words, result, chosen_row, ""
    )
    heads = tuple(
        text.capital(f"{i.label[t.language]}, {text.unit(t, i, context.basis)}, {year}")
        for i, year in zip(indicators, year_pair, strict=True)
    )
    names = tuple(context.name(row["municipality"]) for row in result.rows)
    series = {head: tuple(row[axis] for row in result.rows) for head, axis in zip(heads, "xy", strict=True)}
    roles = tuple(role(context, row["municipality"]) for row in result.rows)
    return Exhibit(
        title,
        "scatter",
        names,
        series,
        "",
        indicators[0].decimals,
        roles,
        heads=heads,
        middles=(result.x_median, result.y_median),
        decimals_by_series=(indicators[0].decimals, indicators[1].decimals),
        note=" ".join([*selected_figures.hidden(context, indicators), t("pair.warning")]),
        source=source(context, *indicators),
        finding=text.short(
            t,
            "pair",
            name=municipality_name(context),
            cost=indicators[0].label[t.language],
            outcome=indicators[1].label[t.language],
        ),
    )
