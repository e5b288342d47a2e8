"""The rug: the standing of every municipality of a group by every indicator."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from kuntamittari.catalog import framework
from kuntamittari.catalog.areas import OWN_AREA
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import query_state, selected_figures, text
from kuntamittari.exhibits.exhibit import Exhibit, municipality_name, role, source
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import figures
from kuntamittari.query.comparisons import Comparison
from kuntamittari.stats import benchmark

MOST_ROWS = 40  # municipalities; a larger group cannot be read as one picture
NETWORK = "largest-20"
MOST_NAMED = 6  # indicators of one verdict


def of_group(context: PageContext) -> Exhibit | None:
    """Return the rug of the group in the chosen order; None where it has no member or no figures."""
    t, columns, codes = context.t, _columns(context), members(context)
    if not columns or not codes:
        return None
    names = tuple(map(context.name, codes))
    values, verdicts, said = {}, {}, {}
    for _, indicator, year, compared in columns:
        label, rows = text.capital(indicator.label[t.language]), [compared.of(code) for code in codes]
        label = label if label not in values else f"{label} ({indicator.id})"
        cells = [_told(context, indicator, year, row) for row in rows]
        values[label] = tuple(row["value"] if row else None for row in rows)
        verdicts[label] = tuple(verdict for verdict, _ in cells)
        said[label] = tuple(
            f"{name}: {indicator.label[t.language]}{words}" for name, (_, words) in zip(names, cells, strict=True)
        )
    indicators = [indicator for _, indicator, _, _ in columns]
    own = codes.index(context.selection.municipality) if context.selection.municipality in codes else None
    by_verdict = {
        verdict: [label for label in verdicts if own is not None and verdicts[label][own] == verdict]
        for verdict in ("strong", "weak")
    }
    counted = {verdict: len(labels) for verdict, labels in by_verdict.items()} | {"name": municipality_name(context)}
    told = [t("rug.told", **counted)] if own is not None else []
    told += [
        said_of(indicators=text.listed(t, by_verdict[verdict], MOST_NAMED))
        for verdict, said_of in (("strong", partial(t, "rug.told_strong")), ("weak", partial(t, "rug.told_weak")))
        if by_verdict[verdict]
    ]
    group = with_drawable_group(context).chosen_group()
    told.append(t("rug.of", group=text.capital(group), places=len(codes), n=len(columns)))
    return Exhibit(
        " ".join(told),
        "rug",
        names,
        values,
        roles=tuple(role(context, code) for code in codes),
        heads=(t("choice.indicator"), t("chart.value"), t("chart.rank"), t("card.standing")),
        rows=tuple(_own(context, columns)) if own is not None else (),
        keys=tuple(indicator.id for indicator in indicators),
        sections=tuple(t(f"rug.{dimension}") for dimension, *_ in columns),
        verdicts=verdicts,
        said=said,
        members=tuple(codes),
        note=f"{t('judgement.note')}.",
        source=source(context, *indicators),
        finding=text.short(t, "rug", **counted) if own is not None else t("rug.title"),
    )


def group_of(context: PageContext) -> figures.Group:
    """Return the group whose members are the rows.

    The chosen one; where it is too large to draw, the 20 largest cities or, for a municipality outside them, its peers.
    """
    return with_drawable_group(context).group_of(context.indicator)


def with_drawable_group(context: PageContext) -> PageContext:
    """Return the page context with a group that is small enough to draw."""
    group = context.group_of(context.indicator)
    if sum(context.register[code]["loaded"] for code in context.members(group)) <= MOST_ROWS:
        return context
    return replace(context, selection=replace(context.selection, group_id=NETWORK))


def _columns(context: PageContext) -> list[tuple[str, Indicator, int, Comparison]]:
    """Return dimension, indicator, its last year with figures, and the group compared in that year."""
    group = group_of(context)
    return [
        (dimension, indicator, year, selected_figures.compared(context, indicator, year, group))
        for dimension, indicators in framework.by_dimension(context.catalogue, core=False).items()
        for indicator in indicators
        if (year := context.last(indicator)) is not None
    ]


def members(context: PageContext) -> list[str]:
    """Return the codes of the members, and of the area of the user's own, in the chosen order; those without a value
    of the chosen indicator come last."""
    by_rank = [
        row["municipality"]
        for row in selected_figures.compared(context, context.indicator, None, group_of(context)).rows
        if row["member"] or row["municipality"] == OWN_AREA
    ]
    match context.selection.order:
        case query_state.BY_NAME:
            return sorted(by_rank, key=context.name)
        case query_state.BY_SIZE:
            return sorted(by_rank, key=lambda code: (-(context.residents(code) or 0), context.name(code)))
    return by_rank


def _told(context: PageContext, indicator: Indicator, year: int, row: dict[str, Any] | None) -> tuple[str, str]:
    """Return the verdict of a cell and what it says after the names of the municipality and the indicator."""
    t = context.t
    if row is None or row["value"] is None:
        reason = t("missing." + row["reason"] if row else "missing.not_reported")
        return "missing", f", {year}: {reason}"
    verdict, standing = _verdict(context, indicator, row)
    value = f"{t.number(row['value'], indicator.decimals)} {indicator.unit[t.language]}"
    rank = f", {text.rank(t, row)}" if row["rank"] else ""
    return verdict, f" {value} ({context.shown_year(indicator, year)}){rank}, {standing}"


def _verdict(context: PageContext, indicator: Indicator, row: dict[str, Any]) -> tuple[str, str]:
    """Return a standing and its words: a verdict, the quarter of a neutral indicator, or why there is none."""
    if row["judgement"]:
        return row["judgement"], text.judgement(context.t, indicator, row)
    if row["unjudged"] != "neutral" or row["percentile"] is None or row["ranked"] < 2:
        reason = "small_base" if benchmark.is_small_base(row["base"]) else row["unjudged"]
        part = context.t("missing.not_organised_part") if reason == "not_organised_part" else ""
        return "unjudged", text.unjudged(context.t, reason) or part or context.t("rug.unjudged")
    quarter = benchmark.quarter(row["percentile"])
    return f"quarter-{quarter}", context.t(f"rug.quarter_{quarter}")


def _own(
    context: PageContext, columns: list[tuple[str, Indicator, int, Comparison]]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield the figures of the chosen municipality in words."""
    t = context.t
    for _, indicator, year, compared in columns:
        row, label = compared.of(context.selection.municipality), text.capital(indicator.label[t.language])
        if row is None or row["value"] is None:
            yield label, t("missing." + row["reason"] if row else "missing.not_reported"), "", ""
            continue
        value = f"{t.number(row['value'], indicator.decimals)} {indicator.unit[t.language]}"
        standing = f"{_verdict(context, indicator, row)[1]} ({context.shown_year(indicator, year)})"
        yield label, value, text.rank(t, row), standing
