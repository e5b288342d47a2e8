"""The outlook (docs/methods.md 16): age groups in the projection, and costs if nothing else changes."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.exhibits import sector_outlook, selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import projections
from kuntamittari.stats import outlook
from kuntamittari.ui import downloads, folded, layout, page_params
from kuntamittari.ui.parts import comparison

ALL = ""  # every service together
SOURCES = ("population_projection", "kta_costs", "sotkanet_population", "price_index")


def projected(context: PageContext, municipality: str | None) -> dict[tuple[int, int], dict[int, float]]:
    """Return age group → year → residents of a municipality, or (None) of the group as one."""
    ages = tuple(
        dict.fromkeys((*outlook.AGE_GROUPS, *(outlook.ages_of(i) for i in outlook.services(context.catalogue))))
    )
    return projections.projected(context.data, ages, context.group_of(context.indicator), municipality)


def ages_choice(context: PageContext) -> tuple[int, int]:
    """Draw the choice of an age group and return it."""
    on_change = page_params.bind_choice(
        context, "ika", "outlook-ages", outlook.AGE_GROUPS, outlook.USUAL_AGES, outlook.ages_code
    )
    return st.selectbox(
        context.t("outlook.ages"),
        outlook.AGE_GROUPS,
        format_func=lambda ages: text.ages(context.t, *ages),
        key="outlook-ages",
        on_change=on_change,
    )


def population(context: PageContext) -> None:
    """Draw an age group as an index in the municipality, the group as one and Mainland Finland, with a table."""
    t, s = context.t, context.selection
    st.subheader(t("outlook.population"))
    ages = ages_choice(context)
    series = [
        ("chosen", context.name(s.municipality), projected(context, s.municipality).get(ages, {})),
        ("reference", t("why.group"), projected(context, None).get(ages, {})),
        ("compared-1", context.name(MAINLAND), projected(context, MAINLAND).get(ages, {})),
    ]
    rows = [
        comparison.point(role, name, role, year, 100 * share, f"{t.number(100 * share, 1)} ({t.number(heads[year])})")
        for role, name, heads in series
        for year, share in outlook.index(heads).items()
    ]
    edition, heads = projections.edition(context.data), series[0][2]
    everyone = projected(context, s.municipality)
    lacking = sector_outlook.not_projected(context, everyone, {ages: text.ages(t, *ages)})
    if not rows or edition is None:
        layout.caption(lacking)
        return
    first = min(row["year"] for row in rows)
    layout.caption(t("outlook.index", ages=text.ages(t, *ages), year=first))
    name = context.name(s.municipality)
    summary = text.projected(t, name, text.ages(t, *ages), heads, edition.made) if heads else lacking
    draw(context, rows, summary, f"projection_{s.municipality}_{ages[0]}_{ages[1]}", as_table=False)
    layout.caption(summary)
    years = sorted({year for _, _, heads in series for year in heads})
    table = pd.DataFrame(
        {
            t("chart.year"): list(map(str, years)),
            **{f"{name}, {t('outlook.heads')}": [heads.get(y) for y in years] for _, name, heads in series},
        }
    )
    listing(context, table, dict.fromkeys(table.columns[1:], t.number), f"projection_{s.municipality}", SOURCES[:1])


def draw(
    context: PageContext,
    rows: list[dict[str, Any]],
    summary: str,
    file: str,
    breaks: Sequence[int] = (),
    as_table: bool = True,
) -> None:
    """Draw lines that `summary` describes; `breaks`: years marked on the chart.

    Without `as_table` the page lists the same figures itself.
    """
    alt, source = context.t("chart.lines_alt", summary=summary), context.sources(context.indicator.sources)
    comparison.draw_sourced(context, source, summary, file, lambda: comparison.line_chart(context, rows, alt, breaks))
    if as_table:
        comparison.line_table(context, summary, rows)


def listing(
    context: PageContext,
    table: pd.DataFrame,
    formats: dict[Any, Any],
    file: str,
    sources: Sequence[str],
    label: str = "",
    open_: bool = False,
) -> None:
    """Draw a table of figures with its downloads: one that unfolds, or open where no chart shows its figures.

    `label` is what is pressed to unfold it, by default that of a chart's figures.
    """
    if not open_:
        folded.table(context, table, formats, file, sources=sources, label=label)
        return
    styled, mark = table.style.format(formats, na_rep=context.t("missing.mark")), context.t("missing.mark")
    st.dataframe(styled, hide_index=True, width="stretch", placeholder=mark)
    downloads.offer(context, lambda: table, file, sources=sources)


def costs(context: PageContext) -> tuple[str, list[str]]:
    """Draw the costs of one service, or of all that are municipal, as a fan, at the municipality's unit cost or the
    group's median; return the finding, or what is lacking for one, and how it is computed."""
    t, s = context.t, context.selection
    bases = selected_figures.bases(context)
    st.subheader(t("outlook.costs"))
    left, right = st.columns(2)
    with left:
        ids = [ALL, *(b.indicator.id for b in bases)]
        on_service = page_params.bind_choice(context, "palvelu", "outlook-service", ids, ALL)
        requested = st.selectbox(
            t("peers.service"),
            ids,
            key="outlook-service",
            on_change=on_service,
            format_func=lambda i: context.service_name(context.catalogue[i]) if i else t("outlook.all"),
        )
    with right:
        on_spread = page_params.bind_choice(
            context, "haarukka", "outlook-spread", outlook.SPREADS, outlook.USUAL, "{:g}".format
        )
        spread = st.select_slider(  # a slider of numbers would write them with a point in every language
            t("outlook.spread"),
            outlook.SPREADS,
            format_func=lambda value: t.number(value, 1),
            key="outlook-spread",
            on_change=on_spread,
        )
    both = [False, True]
    on_median = page_params.bind_choice(
        context, "hinta", "outlook-median", both, False, lambda at: "mediaani" if at else "oma"
    )
    at_median = st.toggle(t("outlook.at_median"), key="outlook-median", on_change=on_median)
    on_per_head = page_params.bind_choice(
        context, "kohden", "outlook-per", both, False, lambda per: "tyoikainen" if per else "yhteensa"
    )
    per_head = st.toggle(t("outlook.per_working"), key="outlook-per", on_change=on_per_head)
    chosen = [base for base in bases if requested == base.indicator.id]
    found = sector_outlook.costs_ahead_of(
        context, chosen or bases, bool(chosen), spread, at_median, per_head, whole=True
    )
    edition = projections.edition(context.data)
    if not found.points or edition is None:
        return found.lacking or t("outlook.none"), []
    unit, decimals = found.unit, found.decimals
    name = text.service(t, context.catalogue[requested].service) if requested else t("costs.total")
    rows = [
        comparison.point(
            "middle",
            name,
            "chosen",
            p.year,
            p.middle,
            f"{t.number(p.middle, decimals)} {unit}",
            band_low=p.low,
            band_high=p.high,
            segment=found.stretch(p.year),
        )
        for p in found.points
    ]
    prices = context.basis.price_year or context.price_year
    layout.caption(f"{unit} · {t('basis.constant', year=prices)} · {found.fan}")
    whole = context.service_name(context.catalogue[requested]) if requested else t("outlook.all")
    summary = text.fan(t, context.name(s.municipality), whole, unit, decimals, found.comparable, edition.made)
    draw(context, rows, summary, f"outlook_{s.municipality}", found.breaks, as_table=False)
    heads = [t("chart.year"), *(f"{t(f'outlook.{end}')}, {unit}" for end in ("low", "middle", "high"))]
    listed = pd.DataFrame([(str(p.year), p.low, p.middle, p.high) for p in found.points], columns=heads)
    listing(
        context,
        listed,
        dict.fromkeys(heads[1:], lambda v: t.number(v, decimals)),
        f"outlook_costs_{s.municipality}",
        SOURCES,
    )
    for words in filter(None, (" ".join(found.moves), found.lacking)):
        layout.caption(words)
    return summary, found.notes


def notes(context: PageContext, lines: list[str]) -> None:
    """Draw how the outlook is computed, folded: which projection, when it was made, and `lines`; the sources below."""
    made = text.edition(context.t, projections.edition(context.data))
    layout.method_notes(context, [context.t("outlook.lead"), made, *lines], context.sources(SOURCES), [16])
