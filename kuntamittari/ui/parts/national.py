"""The whole sector: growth beside the user's targets, costs by service, productivity, spread, largest changes."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.catalog import composites
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.etl import audits
from kuntamittari.exhibits import query_state, selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.sector_outlook import SECTORS
from kuntamittari.query import figures, sector_costs
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import Group
from kuntamittari.ui import layout, page_params, state
from kuntamittari.ui.parts import comparison, methods, outlook

SOURCES = ("kta_costs", "sotkanet_population", "price_index")
MOST_MOVERS = 10
WIDEST = "all"  # the sector that holds every service
WHOLE = sector_costs.SECTORS[WIDEST]
HIGHEST_TARGET = 20.0  # per cent a year


def price_year(context: PageContext) -> int:
    """Return the year of the prices: the chosen one, else the last year with costs. Growth is always real."""
    return context.basis.price_year or context.price_year


@cached_per_snapshot(20)
def _sectors(data: Database, prices: int) -> dict[str, dict[int, float]]:
    return sector_costs.costs(data, sector_costs.sectors(), prices)


@cached_per_snapshot(20)
def _services(data: Database, parts: tuple[composites.Part, ...], prices: int) -> dict[str, dict[int, float]]:
    return sector_costs.costs(
        data, [{"id": part.id, "task_classes": list(part.task_classes)} for part in parts], prices
    )


@cached_per_snapshot(100)
def _movers(
    data: Database, sector: str, year: int, prices: int, group: Group
) -> tuple[list[sector_costs.Mover], float | None]:
    return sector_costs.movers(data, sector, year, prices, group)


def sectors(context: PageContext) -> dict[str, dict[int, float]]:
    """Return sector → year → euros at constant prices in Mainland Finland."""
    return _sectors(context.data, price_year(context))


def breaks_of(context: PageContext, sector: str) -> dict[int, str]:
    """Return first year → reason of each break in the costs of a sector."""
    return {year: b.reason[context.t.language] for year, b in sector_costs.breaks(context.catalogue, sector).items()}


def finding(context: PageContext) -> str:
    """Return how the operating costs of the sector grew in the chosen year, or in the last with a figure."""
    return text.sector_growth(
        context.t, sectors(context)["all"], breaks_of(context, "all"), context.reference_year, price_year(context)
    )


def targets_choice(context: PageContext) -> None:
    """Draw the user's own target for each sector in per cent a year; there is no default."""
    t, targets = context.t, dict(context.selection.targets)

    def write_target(sector: str) -> None:
        value = st.session_state[f"target-{sector}"]
        value = None if value is None else round(value, 1)
        changed = {s: v for s, v in (targets | {sector: value}).items() if v is not None}
        state.write(context, targets=tuple((s, changed[s]) for s in sector_costs.SECTORS if s in changed))

    columns = st.columns(len(sector_costs.SECTORS))
    for column, sector in zip(columns, sector_costs.SECTORS, strict=True):
        key = f"target-{sector}"
        st.session_state[key] = targets.get(sector)
        with column:
            st.number_input(
                t("national.target", sector=t(f"national.{sector}")),
                -HIGHEST_TARGET,
                HIGHEST_TARGET,
                None,
                step=0.1,
                format="%.1f",
                key=key,
                on_change=write_target,
                args=(sector,),
                placeholder=t("national.no_target"),
            )


def growth(context: PageContext) -> None:
    """Draw the real costs of each sector as an index beside its target, and their yearly growth as a table."""
    t, costs_by_sector = context.t, sectors(context)
    st.subheader(t("national.growth"))
    targets_choice(context)
    rows: list[dict[str, Any]] = []
    for sector, index in sector_costs.indices(context.catalogue, costs_by_sector).items():
        first, name = min(index), t(f"national.{sector}")
        rows += [
            comparison.point(sector, name, SECTORS[sector], year, value, t.number(value, 1))
            for year, value in index.items()
        ]
        if (target := dict(context.selection.targets).get(sector)) is not None:
            label = t("national.target_line", sector=name, target=text.signed(t, target, 1))
            aimed = {year: 100 * (1 + target / 100) ** (year - first) for year in index}
            rows += [
                comparison.point(
                    f"{sector}-target", label, SECTORS[sector], year, value, t.number(value, 1), dash="dashed"
                )
                for year, value in aimed.items()
            ]
    if not rows:
        layout.caption(t("national.none"), layout.loaded_link(context))
        return
    layout.caption(
        t("national.index", year=min(row["year"] for row in rows), prices=price_year(context)),
        layout.method_links(context, 3, 12),
    )
    outlook.draw(context, rows, finding(context), "national_growth")
    layout.caption(" ".join(text.moved_sectors(t, context.catalogue, max(costs_by_sector["all"]))))
    years = sorted(costs_by_sector["all"])[1:]
    grown = {
        sector: sector_costs.growth(euros, breaks_of(context, sector)) for sector, euros in costs_by_sector.items()
    }
    listed = pd.DataFrame(
        {
            t("chart.year"): [str(year) for year in years],
            **{t(f"national.{sector}"): [grown[sector].get(year) for year in years] for sector in costs_by_sector},
        }
    )
    outlook.listing(
        context,
        listed,
        dict.fromkeys(listed.columns[1:], lambda v: f"{text.signed(t, v, 1)} %"),
        "national_growth",
        SOURCES,
        label=t("national.growth_table"),
    )


def services(context: PageContext) -> None:
    """Draw the cost of each service in the first and the last year, and its real change."""
    t = context.t
    parts = tuple(composites.parts(context.catalogue, context.catalogue[WHOLE])) if WHOLE in context.catalogue else ()
    costs_by_service = {
        part: euros for part, euros in _services(context.data, parts, price_year(context)).items() if euros
    }
    st.subheader(t("national.services"))
    if not costs_by_service:
        layout.caption(t("national.none"), layout.loaded_link(context))
        return
    years = {year for euros in costs_by_service.values() for year in euros}
    first, last = min(years), max(years)
    unit = t("outlook.unit_millions")
    heads = [t("why.part"), f"{first}, {unit}", f"{last}, {unit}", t("national.change"), t("table.note")]
    lines: list[tuple[str, float, float | None, float | None, str]] = []
    for part, euros in costs_by_service.items():
        indicator = context.catalogue.get(part, context.catalogue[WHOLE])
        # a service that is no longer municipal has no cost in the last year, and no change
        moved = not indicator.municipal(last)
        if not euros.get(first) or not (euros.get(last) or moved):
            continue
        between = [b for b in indicator.breaks if first < b.year <= last]
        note = " ".join(t("how.break", year=b.year, reason=b.reason[t.language]) for b in between)
        lines.append(
            (
                text.capital(composites.label(context.catalogue, part, t.language)),
                euros[first] / 1e6,
                None if moved else euros[last] / 1e6,
                None if between else 100 * (euros[last] / euros[first] - 1),
                note,
            )
        )
    listed = pd.DataFrame(lines, columns=heads).astype(dict.fromkeys(heads[2:4], "Float64"))
    listed = listed.sort_values(heads[2], ascending=False)
    layout.caption(t("national.services_note", prices=price_year(context)), layout.method_links(context, 3))
    formats: dict[Any, Any] = dict.fromkeys(heads[1:3], t.number) | {heads[3]: lambda v: f"{text.signed(t, v, 1)} %"}
    outlook.listing(context, listed, formats, "national_services", SOURCES, open_=True)


def productivity(context: PageContext) -> None:
    """Draw the productivity index of Mainland Finland as one municipality, by service."""
    t = context.t
    indices = [i for i in context.catalogue.values() if i.dimension == "productivity" and i.formula]
    rows = {
        i.id: {
            r["year"]: r["value"] for r in selected_figures.series(context, i, (MAINLAND,)) if r["value"] is not None
        }
        for i in indices
    }
    years = sorted({year for values in rows.values() for year in values})
    st.subheader(t("national.productivity"))
    service, unit = t("peers.service"), t("catalogue.unit")
    listed = pd.DataFrame(
        [
            {
                service: text.service(t, i.service),
                **{str(year): rows[i.id].get(year) for year in years},
                unit: i.unit[t.language],
            }
            for i in indices
        ]
    )
    listed = listed.astype(dict.fromkeys(map(str, years), "Float64"))
    formats: dict[Any, Any] = dict.fromkeys(map(str, years), lambda v: t.number(v, 1))
    outlook.listing(context, listed, formats, "national_productivity", SOURCES, open_=True)
    layout.caption(t("productivity.arithmetic"), layout.method_links(context, 4))


def spread(context: PageContext) -> None:
    """Draw the chosen indicator over the years: middle half, median, and all municipalities as one."""
    t, indicator = context.t, context.indicator
    st.subheader(t("national.spread"))
    comparison.indicator_choice(context)
    group = Group("all", (), context.selection.aland)
    series = selected_figures.group_series(context, indicator, group)
    name, unit = t("chart.group_median"), comparison.unit(context, indicator)
    rows = []
    for r in series:
        segment = {"segment": indicator.stretch(r["year"])}
        middle, as_one = (t.number(r[figure], indicator.decimals) for figure in ("median", "ratio_of_sums"))
        band = {"band_low": r["q1"], "band_high": r["q3"]}
        rows.append(
            comparison.point("median", name, "chosen", r["year"], r["median"], f"{middle} {unit}", **segment, **band)
        )
        if r["ratio_of_sums"] is not None:
            rows.append(
                comparison.point("one", t("why.group"), "reference", r["year"], r["ratio_of_sums"], as_one, **segment)
            )
    if len(series) < 2:
        layout.caption(t("chart.lines_empty"))
        return
    n = series[-1]["n"]
    layout.caption(t("national.spread_note", unit=unit, n=n))
    last = series[-1]
    summary = text.spread(t, indicator, last, unit)
    breaks = [b for b in indicator.breaks if series[0]["year"] < b.year <= last["year"]]
    comparison.draw_lines(context, rows, summary, summary, f"{indicator.id}_spread", [b.year for b in breaks])
    break_notes = [t("how.break", year=b.year, reason=b.reason[t.language]) for b in breaks]
    notes = [
        summary,
        *selected_figures.published(context, indicator),
        *selected_figures.hidden(context, [indicator], group),
        *break_notes,
    ]
    layout.caption(" ".join(notes), layout.method_links(context, *methods.sections_of(context, indicator)))


def movers(context: PageContext) -> None:
    """Draw the municipalities that changed the costs of a sector most from the year before."""
    t, years = context.t, sorted(sectors(context)["all"])[1:]
    st.subheader(t("national.movers"))
    if not years:
        layout.caption(t("national.none"), layout.loaded_link(context))
        return
    year = max((y for y in years if y <= context.reference_year), default=years[0])
    on_change = page_params.bind_choice(
        context, "sektori", "movers-sector", list(sector_costs.SECTORS), WIDEST, query_state.TARGET_KEYS.__getitem__
    )
    sector = st.selectbox(
        t("national.sector"),
        list(sector_costs.SECTORS),
        format_func=lambda s: t(f"national.{s}"),
        key="movers-sector",
        on_change=on_change,
    )
    found = sector_costs.moved(context.catalogue, sector, year)
    found = found or sector_costs.breaks(context.catalogue, sector).get(year)
    if found:
        layout.caption(t("how.break", year=found.year, reason=found.reason[t.language]))
        return
    changes, total = _movers(context.data, sector, year, price_year(context), Group("all", (), context.selection.aland))
    if not changes or total is None:
        layout.caption(t("national.none"), layout.loaded_link(context))
        return
    loaded = figures.groups(context.data)["all"]
    moved = f"{text.sign(total)}{text.money(t, total)}"
    layout.caption(
        t(
            "national.movers_note",
            year=year,
            total=moved,
            prices=price_year(context),
            n=len(changes),
            all=loaded["size"],
        )
    )
    unit, divisor, decimals = text.money_scale(t, changes[0].change)
    heads = [t("chart.municipality"), t("national.moved", unit=unit), t("national.change"), t("national.share")]
    lines = [(context.name(m.municipality), m.change / divisor, m.percent, m.share) for m in changes[:MOST_MOVERS]]
    formats: dict[Any, Any] = dict.fromkeys(heads[2:], lambda v: text.signed(t, v, 1))
    formats[heads[1]] = lambda v: text.signed(t, v, decimals)
    outlook.listing(context, pd.DataFrame(lines, columns=heads), formats, "national_movers", SOURCES, open_=True)


@cached_per_snapshot(4)
def _problems(data: Database) -> list[str]:
    return audits.audit_problems(data)


def source(context: PageContext) -> None:
    """Draw the sources, the checks of the totals, and the merged municipalities."""
    t = context.t
    problems = _problems(context.data)
    result = t("national.not_well", problems="; ".join(problems)) if problems else t("national.all_well")
    layout.caption(f"{t('national.checked')} {result}")
    merged = sorted(context.name(code) for code, row in context.register.items() if row["loaded"] and row["former"])
    if merged:
        layout.caption(
            t("national.merged", n=len(merged), names=text.listed(t, merged)), layout.method_links(context, 13)
        )
    comparison.later(context, context.catalogue.values())
    layout.caption(context.sources(SOURCES))
