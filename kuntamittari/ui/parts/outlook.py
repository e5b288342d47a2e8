"""The outlook: how age groups change in the projection, and what that does to costs if nothing else changes."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import projections
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import Group
from kuntamittari.stats import outlook
from kuntamittari.ui import downloads, layout, page_params
from kuntamittari.ui.parts import comparison

ALL = ""  # every service together
SOURCES = ("population_projection", "kta_costs", "sotkanet_population", "price_index")


@cached_per_snapshot(200)
def _projected(data: Database, ages: tuple[tuple[int, int], ...], group: Group, municipality: str | None) -> dict:
    return projections.projected(data, ages, group, municipality)


def projected(context: PageContext, municipality: str | None) -> dict[tuple[int, int], dict[int, float]]:
    """Age group → year → residents, of a municipality or the group as one."""
    ages = tuple(
        dict.fromkeys((*outlook.AGE_GROUPS, *(outlook.ages_of(i) for i in outlook.services(context.catalogue))))
    )
    return _projected(context.data, ages, context.group_of(context.indicator), municipality)


def ages_choice(context: PageContext) -> tuple[int, int]:
    """Which age group is drawn."""
    kept_in = page_params.one(context, "ika", "outlook-ages", outlook.AGE_GROUPS, outlook.USUAL_AGES, outlook.ages_code)
    return st.selectbox(
        context.t("outlook.ages"),
        outlook.AGE_GROUPS,
        format_func=lambda ages: text.ages(context.t, *ages),
        key="outlook-ages",
        on_change=kept_in,
    )


def population(context: PageContext) -> None:
    """One age group's index in the municipality, the group as one and Mainland Finland, with its table."""
    t, s = context.t, context.selection
    ages = ages_choice(context)
    who = [
        ("chosen", context.name(s.municipality), projected(context, s.municipality).get(ages, {})),
        ("median", t("why.group"), projected(context, None).get(ages, {})),
        ("compared-1", context.name(MAINLAND), projected(context, MAINLAND).get(ages, {})),
    ]
    rows = [
        comparison.point(role, name, role, year, 100 * share, f"{t.number(100 * share, 1)} ({t.number(heads[year])})")
        for role, name, heads in who
        for year, share in outlook.index(heads).items()
    ]
    if not rows:
        layout.caption(t("outlook.none"))
        return
    first = min(row["year"] for row in rows)
    layout.caption(t("outlook.index", ages=text.ages(t, *ages), year=first))
    said = text.projected(t, context.name(s.municipality), text.ages(t, *ages), who[0][2])
    draw(context, rows, said, f"projection_{s.municipality}_{ages[0]}_{ages[1]}")
    years = sorted({year for _, _, heads in who for year in heads})
    table = pd.DataFrame(
        {t("chart.year"): list(map(str, years)), **{name: [heads.get(y) for y in years] for _, name, heads in who}}
    )
    listing(context, table, dict.fromkeys(table.columns[1:], t.number), f"projection_{s.municipality}", SOURCES[:1])


def draw(context: PageContext, rows: list[dict[str, Any]], said: str, file: str) -> None:
    """Lines, and what they say below."""
    comparison.draw_lines(context, rows, said, said, file)
    layout.caption(said)


def listing(
    context: PageContext, table: pd.DataFrame, formats: dict[Any, Any], file: str, sources: Sequence[str]
) -> None:
    """A table of figures with its files."""
    st.dataframe(
        table.style.format(formats, na_rep=context.t("missing.mark")),
        hide_index=True,
        width="stretch",
        placeholder=context.t("missing.mark"),
    )
    downloads.offer(context, lambda: table, file, sources=sources)


def costs(context: PageContext) -> None:
    """What the projection does to costs: a fan for one service or all, at the own unit cost or the group's median."""
    t, s = context.t, context.selection
    known = selected_figures.bases(context)
    heads = projected(context, s.municipality)
    st.subheader(t("outlook.costs"))
    left, right = st.columns(2)
    with left:
        ids = [ALL, *(b.indicator.id for b in known)]
        kept_service = page_params.one(context, "palvelu", "outlook-service", ids, ALL)
        asked = st.selectbox(
            t("peers.service"),
            ids,
            key="outlook-service",
            on_change=kept_service,
            format_func=lambda i: text.service(t, context.catalogue[i].service) if i else t("outlook.all"),
        )
    with right:
        kept_in = page_params.one(context, "haarukka", "outlook-spread", outlook.SPREADS, outlook.USUAL, "{:g}".format)
        spread = st.slider(
            t("outlook.spread"), 0.0, outlook.WIDEST, step=outlook.STEP, key="outlook-spread", on_change=kept_in
        )
    both = [False, True]
    by_median = page_params.one(context, "hinta", "outlook-median", both, False, lambda at: "mediaani" if at else "oma")
    at_median = st.toggle(t("outlook.at_median"), key="outlook-median", on_change=by_median)
    by_head = page_params.one(
        context, "kohden", "outlook-per", both, False, lambda per: "tyoikainen" if per else "yhteensa"
    )
    per_head = st.toggle(t("outlook.per_working"), key="outlook-per", on_change=by_head)
    chosen = [base for base in known if asked in (ALL, base.indicator.id)]
    fans = [
        outlook.fan(base.cost_of(at_median), heads.get(outlook.ages_of(base.indicator), {}), spread) for base in chosen
    ]
    points = outlook.together([fan for fan in fans if fan])
    if not points:
        layout.caption(t("outlook.none"))
        return
    workers = heads.get(outlook.WORKING_AGE, {})
    sums = text.money_scale(t, max(p.high for p in points))
    unit, divisor, decimals = (t("outlook.unit_working"), 1.0, 0) if per_head else sums

    def shown(eur: float, year: int) -> float:
        return eur / workers[year] if per_head else eur / divisor

    name = text.service(t, context.catalogue[asked].service) if asked else t("outlook.all")
    rows = []
    for p in points:
        band = {"band_low": shown(p.low, p.year), "band_high": shown(p.high, p.year)}
        value = shown(p.middle, p.year)
        rows.append(
            comparison.point("middle", name, "chosen", p.year, value, f"{t.number(value, decimals)} {unit}", **band)
        )
    layout.caption(
        t(
            "outlook.fan_note",
            unit=unit,
            spread=t.number(spread, 1),
            prices=context.basis.price_year or context.price_year,
        )
    )
    said = text.fan(
        t,
        context.name(s.municipality),
        name,
        unit,
        decimals,
        [p.divided_by(workers[p.year] if per_head else divisor) for p in points],
    )
    draw(context, rows, said, f"outlook_{s.municipality}")
    heads_ = [t("chart.year"), t("outlook.low"), t("outlook.middle"), t("outlook.high")]
    listed = pd.DataFrame(
        [(str(p.year), *(shown(v, p.year) for v in (p.low, p.middle, p.high))) for p in points], columns=heads_
    )
    listing(
        context,
        listed,
        dict.fromkeys(heads_[1:], lambda v: t.number(v, decimals)),
        f"outlook_costs_{s.municipality}",
        SOURCES,
    )
    notes(context, chosen, at_median)


def notes(context: PageContext, chosen: list[selected_figures.Base], at_median: bool) -> None:
    """From which year each cost is, and that this is an outlook."""
    t = context.t
    years = "; ".join(f"{text.service(t, base.indicator.service)} {base.year}" for base in chosen)
    st.info(t("outlook.note", years=years))
    if at_median:
        layout.caption(t("outlook.median_note", group=context.chosen_group()))


def source(context: PageContext) -> None:
    """From which projection, made when."""
    t = context.t
    layout.caption(t("outlook.made", year=projections.made(context.data) or t("missing.mark")))
    layout.caption(context.sources(SOURCES))
