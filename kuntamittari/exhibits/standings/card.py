"""The card of a municipality: each indicator with its place in the group on a scale of its own, and its trend."""

from dataclasses import replace

from kuntamittari.catalog import framework
from kuntamittari.exhibits import page_defaults, selected_figures, text
from kuntamittari.exhibits.exhibit import Exhibit, Reference, Scale, Trend, group_name, municipality_name
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.selected_figures import Standing
from kuntamittari.stats.benchmark import is_small_base

EVERYTHING, WITH_GROUP = "kaikki", "konserni"  # page parameters: every indicator, and the figures of the whole group


def standing(context: PageContext) -> Exhibit:
    """Return the card of the municipality as the page shows it: of the core indicators, or of all of them."""
    asked = dict(context.selection.page_params)
    shown = standings(context, core=asked.get(EVERYTHING) != "1")
    return of(context, with_group(context, shown) if asked.get(WITH_GROUP) == "1" else shown)


def findings(context: PageContext, standings: list[Standing]) -> list[Standing]:
    """Return the findings to begin with: strongest standing, weakest standing, a total cost of children's services.

    Productivity with the age group as output is the inverse of the unit cost beside it, so it is no finding of its own.
    """
    judged = sorted(
        (s for s in standings if s.row and s.row["judgement"] and s.indicator.dimension != "productivity"),
        key=judged_percentile,
    )
    composites = [s for s in standings if s.indicator.dimension == "cross_sector" and s.value is not None]
    ends = [judged[-1], judged[0]] if len(judged) > 1 else judged
    return [*ends, *composites][:3]


def judged_percentile(standing: Standing) -> float:
    """Return the percentile that the verdict of a standing is about."""
    assert standing.row
    of_deviation = standing.indicator.judged_by == "expected_cost"
    return float(standing.row["deviation_percentile" if of_deviation else "percentile"])


def standings(context: PageContext, core: bool) -> dict[str, list[Standing]]:
    """Return the standings of each dimension: of its core indicators whose task the municipality has, or of all."""
    return {
        d: [selected_figures.standing(context, i) for i in indicators]
        for d, indicators in (
            page_defaults.core(context) if core else framework.by_dimension(context.catalogue, core=False)
        ).items()
    }


def with_group(context: PageContext, grouped: dict[str, list[Standing]]) -> dict[str, list[Standing]]:
    """Return standings by dimension, each of the municipality followed by that of its group where there is one."""
    followed: dict[str, list[Standing]] = {}
    for dimension, listed in grouped.items():
        of_group = {s.indicator.id: context.catalogue.get(f"group_{s.indicator.id}") for s in listed}
        followers = {indicator.id for indicator in of_group.values() if indicator}
        followed[dimension] = [
            shown
            for own in listed
            if own.indicator.id not in followers
            for group in [of_group[own.indicator.id]]
            for shown in [own, *([selected_figures.standing(context, group)] if group else [])]
        ]
    return followed


def of(context: PageContext, grouped: dict[str, list[Standing]]) -> Exhibit:
    """Return standings by dimension as a spine."""
    t = context.t
    listed = [(dimension, current) for dimension, standings in grouped.items() for current in standings]
    rows, cells = zip(*(_row(context, current) for _, current in listed), strict=True)
    median = text.capital(t("chart.median"))
    heads = (t("choice.indicator"), t("chart.value"), median, t("chart.rank"), t("card.standing"))
    cell_heads = (
        *heads[:2],
        t("catalogue.unit"),
        median,
        t("chart.rank"),
        t("report.rank_low"),
        t("report.rank_high"),
        t("report.ranked"),
        t("card.standing"),
        t("chart.year"),
    )
    return Exhibit(
        t("report.standing", name=municipality_name(context), group=group_name(context)),
        "spine",
        tuple(row[0] for row in rows),
        {t("chart.value"): tuple(current.value for _, current in listed)},
        roles=tuple((current.row or {}).get("judgement") or "neutral" for _, current in listed),
        reference=Reference(0.0, t("chart.median")),
        heads=heads,
        rows=rows,
        cell_heads=cell_heads,
        cells=cells,
        keys=tuple(current.indicator.id for _, current in listed),
        sections=tuple(t(f"dimension.{dimension}") for dimension, _ in listed),
        scales=tuple(scale(current) for _, current in listed),
        trends=tuple(trend(context, current) if current.value is not None else None for _, current in listed),
        note=f"{t('judgement.note')}. {t('card.how')}",
        finding=text.short(t, "standing", name=municipality_name(context)),
    )


def _row(context: PageContext, current: Standing) -> tuple[tuple[str, ...], tuple[str | float | None, ...]]:
    """Return a standing as words and as figures; where it has no value, why."""
    t, indicator, row, group = context.t, current.indicator, current.row, current.group
    label, unit = text.capital(indicator.label[t.language]), indicator.unit[t.language]
    if current.year is None or group is None or row is None or row["value"] is None:
        reason = selected_figures.why_missing(context, current)
        return (label, reason, "", "", ""), (label, None, unit, None, None, None, None, None, reason, current.year)
    value, word = f"{t.number(row['value'], indicator.decimals)} {unit}", text.judgement(t, indicator, row)
    shown = context.shown_year(indicator, current.year)
    words = (label, value, text.median(t, indicator, group), text.rank(t, row), f"{word} ({shown})")
    ranks = (row["rank"], row["rank_low"], row["rank_high"], row["ranked"])
    return words, (label, row["value"], unit, group.median, *ranks, word, current.year)


def scale(current: Standing) -> Scale | None:
    """Return the place of a standing in its group; None without a value, or where the group has no spread."""
    group, value = current.group, current.value
    if group is None or value is None or group.n < 2:
        return None
    assert group.min is not None and group.max is not None and group.median is not None
    assert group.q1 is not None and group.q3 is not None
    sign = -1 if current.indicator.polarity == "lower" else 1
    return Scale(value, group.min, group.q1, group.median, group.q3, group.max, sign)


def trend(context: PageContext, current: Standing) -> Trend | None:
    """Return the municipality's values by stretch with the change and the trend word; None with fewer than two values.

    Euros are always at constant prices, since the price level is no trend.
    """
    t, indicator = context.t, current.indicator
    basis = replace(context.basis, price_year=context.basis.price_year or context.price_year)
    rows = selected_figures.series(context, indicator, (context.selection.municipality,), basis)
    series = [row for row in rows if row["value"] is not None]
    if len(series) < 2:
        return None
    stretches: dict[int, list[tuple[int, float]]] = {}
    for row in series:
        stretches.setdefault(indicator.stretch(row["year"]), []).append((row["year"], row["value"]))
    said = text.development(t, indicator, municipality_name(context), series)
    points = tuple(map(tuple, stretches.values()))
    last = indicator.stretch(series[-1]["year"])
    comparable = [row for row in series if indicator.stretch(row["year"]) == last]
    if len(comparable) < 2 or any(is_small_base(row["base"]) for row in (comparable[0], comparable[-1])):
        return Trend(points, said=said)
    word = selected_figures.trend(context, indicator, comparable, basis)
    change = text.change(t, indicator, comparable[0]["value"], comparable[-1]["value"])
    return Trend(points, f"{change} {t(f'trend.{word}')}" if word else change, said)
