"""The whole sector: growth beside the reader's own targets, costs by service, productivity, spread, and who moved the sum."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari import address, check, figures, national, text, views, wholes
from kuntamittari.address import View
from kuntamittari.database import Database, remembered
from kuntamittari.figures import MAINLAND, Group
from kuntamittari.leaves.ahead import SECTORS
from kuntamittari.ui import comparison, frame, kept, outlook, state

SOURCES = ("kta_costs", "sotkanet_population", "price_index")
MOST_MOVERS = 10
WIDEST = "all"  # the sector of every service
WHOLE = national.SECTORS[WIDEST]
HIGHEST_TARGET = 20.0  # per cent a year


def price_year(view: View) -> int:
    """Growth is always real: at the chosen prices, else those of the last year with costs."""
    return view.basis.price_year or view.price_year


@remembered(20)
def _sectors(data: Database, prices: int) -> dict[str, dict[int, float]]:
    return national.costs(data, national.sectors(), prices)


@remembered(20)
def _services(data: Database, parts: tuple[wholes.Part, ...], prices: int) -> dict[str, dict[int, float]]:
    return national.costs(data, [{"id": part.id, "task_classes": list(part.task_classes)} for part in parts], prices)


@remembered(100)
def _movers(data: Database, sector: str, year: int, prices: int, group: Group) -> tuple[list[national.Mover], float | None]:
    return national.movers(data, sector, year, prices, group)


def sectors(view: View) -> dict[str, dict[int, float]]:
    """Sector → year → real euros in Mainland Finland."""
    return _sectors(view.data, price_year(view))


def breaks_of(view: View, sector: str) -> dict[int, str]:
    """First year → reason of each break in a sector's costs."""
    return {year: b.reason[view.t.language] for year, b in national.breaks(view.catalogue, sector).items()}


def finding(view: View) -> str:
    """How operating costs of the whole sector grew in the chosen year, or in the last with a figure."""
    return text.sector_growth(view.t, sectors(view)["all"], breaks_of(view, "all"), view.reference_year, price_year(view))


def targets_choice(view: View) -> None:
    """The reader's own target for each sector, per cent a year; none is given by us."""
    t, targets = view.t, dict(view.selection.targets)

    def chosen(sector: str) -> None:
        value = st.session_state[f"target-{sector}"]
        value = None if value is None else round(value, 1)
        changed = {s: v for s, v in (targets | {sector: value}).items() if v is not None}
        state.write(view, targets=tuple((s, changed[s]) for s in national.SECTORS if s in changed))

    columns = st.columns(len(national.SECTORS))
    for column, sector in zip(columns, national.SECTORS, strict=True):
        key = f"target-{sector}"
        st.session_state[key] = targets.get(sector)
        with column:
            st.number_input(
                t("national.target", sector=t(f"national.{sector}")), -HIGHEST_TARGET, HIGHEST_TARGET, None, step=0.1, format="%.1f",
                key=key, on_change=chosen, args=(sector,), placeholder=t("national.no_target"),
            )  # fmt: skip


def growth(view: View) -> None:
    """Each sector's real costs as an index from the first year on, beside its target, and the yearly growth as a table."""
    t, known = view.t, sectors(view)
    st.subheader(t("national.growth"))
    targets_choice(view)
    rows: list[dict[str, Any]] = []
    for sector, costs in known.items():
        euros = national.comparable(costs, breaks_of(view, sector))
        if not euros:
            continue
        first, name = min(euros), t(f"national.{sector}")
        index = {year: 100 * eur / euros[first] for year, eur in euros.items()}
        rows += [comparison.point(sector, name, SECTORS[sector], year, value, t.number(value, 1)) for year, value in index.items()]
        if (target := dict(view.selection.targets).get(sector)) is not None:
            label = t("national.target_line", sector=name, target=text.signed(t, target, 1))
            aimed = {year: 100 * (1 + target / 100) ** (year - first) for year in euros}
            rows += [
                comparison.point(f"{sector}-target", label, SECTORS[sector], year, value, t.number(value, 1), dash="dashed")
                for year, value in aimed.items()
            ]
    if not rows:
        frame.caption(t("national.none"))
        return
    frame.caption(t("national.index", year=min(row["year"] for row in rows), prices=price_year(view)))
    outlook.draw(view, rows, finding(view), "national_growth")
    years = sorted(known["all"])[1:]
    grown = {sector: national.growth(euros, breaks_of(view, sector)) for sector, euros in known.items()}
    listed = pd.DataFrame({
        t("chart.year"): [str(year) for year in years],
        **{t(f"national.{sector}"): [grown[sector].get(year) for year in years] for sector in known},
    })  # fmt: skip
    outlook.listing(view, listed, dict.fromkeys(listed.columns[1:], lambda v: f"{text.signed(t, v, 1)} %"), "national_growth", SOURCES)


def services(view: View) -> None:
    """What each service cost in the first and the last year, and its real change."""
    t = view.t
    parts = tuple(wholes.parts(view.catalogue, view.catalogue[WHOLE])) if WHOLE in view.catalogue else ()
    known = {part: euros for part, euros in _services(view.data, parts, price_year(view)).items() if euros}
    st.subheader(t("national.services"))
    if not known:
        frame.caption(t("national.none"))
        return
    first, last = min(min(euros) for euros in known.values()), max(max(euros) for euros in known.values())
    unit = t("outlook.unit_millions")
    heads = [t("why.part"), f"{first}, {unit}", f"{last}, {unit}", t("national.change"), t("table.note")]
    lines: list[tuple[str, float, float, float | None, str]] = []
    for part, euros in known.items():
        if not euros.get(first) or not euros.get(last):
            continue
        between = [b for b in view.catalogue.get(part, view.catalogue[WHOLE]).breaks if first < b.year <= last]
        note = " ".join(t("how.break", year=b.year, reason=b.reason[t.language]) for b in between)
        change = None if between else 100 * (euros[last] / euros[first] - 1)
        lines.append((text.capital(wholes.label(view.catalogue, part, t.language)), euros[first] / 1e6, euros[last] / 1e6, change, note))
    listed = pd.DataFrame(lines, columns=heads).astype({heads[3]: "Float64"}).sort_values(heads[2], ascending=False)
    frame.caption(t("national.services_note", prices=price_year(view)))
    formats: dict[Any, Any] = dict.fromkeys(heads[1:3], t.number) | {heads[3]: lambda v: f"{text.signed(t, v, 1)} %"}
    outlook.listing(view, listed, formats, "national_services", SOURCES)


def productivity(view: View) -> None:
    """The sector's productivity by service: the index of Mainland Finland as one municipality."""
    t = view.t
    indices = [i for i in view.catalogue.values() if i.dimension == "productivity" and i.formula]
    rows = {i.id: {r["year"]: r["value"] for r in views.series(view, i, (MAINLAND,)) if r["value"] is not None} for i in indices}
    years = sorted({year for values in rows.values() for year in values})
    st.subheader(t("national.productivity"))
    service, unit = t("peers.service"), t("catalogue.unit")
    listed = pd.DataFrame([
        {service: text.service(t, i.service), **{str(year): rows[i.id].get(year) for year in years}, unit: i.unit[t.language]}
        for i in indices
    ])  # fmt: skip
    listed = listed.astype(dict.fromkeys(map(str, years), "Float64"))
    formats: dict[Any, Any] = dict.fromkeys(map(str, years), lambda v: t.number(v, 1))
    outlook.listing(view, listed, formats, "national_productivity", SOURCES)
    frame.caption(t("productivity.arithmetic"))


def spread(view: View) -> None:
    """How far apart municipalities are over the years by the chosen indicator: the middle half, the median, and all as one."""
    t, indicator = view.t, view.indicator
    st.subheader(t("national.spread"))
    comparison.indicator_choice(view)
    group = Group("all", (), view.selection.aland)
    series = views.group_series(view, indicator, group)
    name, unit = t("chart.group_median"), comparison.unit(view, indicator)
    rows = []
    for r in series:
        segment = {"segment": indicator.stretch(r["year"])}
        middle, one = (t.number(r[figure], indicator.decimals) for figure in ("median", "ratio_of_sums"))
        band = {"band_low": r["q1"], "band_high": r["q3"]}
        rows.append(comparison.point("median", name, "chosen", r["year"], r["median"], f"{middle} {unit}", **segment, **band))
        if r["ratio_of_sums"] is not None:
            rows.append(comparison.point("one", t("why.group"), "median", r["year"], r["ratio_of_sums"], one, **segment))
    if len(series) < 2:
        frame.caption(t("chart.lines_empty"))
        return
    n = series[-1]["n"]
    frame.caption(t("national.spread_note", unit=unit, n=n))
    last = series[-1]
    said = text.spread(t, indicator, last, unit)
    breaks = [b for b in indicator.breaks if series[0]["year"] < b.year <= last["year"]]
    comparison.draw_lines(view, rows, said, said, f"{indicator.id}_spread", [b.year for b in breaks])
    told = [t("how.break", year=b.year, reason=b.reason[t.language]) for b in breaks]
    frame.caption(" ".join([said, *views.hidden(view, [indicator], group), *told]))


def movers(view: View) -> None:
    """The municipalities that moved the sector's costs most from the year before."""
    t, years = view.t, sorted(sectors(view)["all"])[1:]
    st.subheader(t("national.movers"))
    if not years:
        frame.caption(t("national.none"))
        return
    year = max((y for y in years if y <= view.reference_year), default=years[0])
    kept_in = kept.one(view, "sektori", "movers-sector", list(national.SECTORS), WIDEST, address.TARGET_KEYS.__getitem__)
    sector = st.selectbox(t("national.sector"), list(national.SECTORS), format_func=lambda s: t(f"national.{s}"), key="movers-sector",
                          on_change=kept_in)  # fmt: skip
    if reason := breaks_of(view, sector).get(year):
        frame.caption(t("how.break", year=year, reason=reason))
        return
    found, total = _movers(view.data, sector, year, price_year(view), Group("all", (), view.selection.aland))
    if not found or total is None:
        frame.caption(t("national.none"))
        return
    loaded = figures.groups(view.data)["all"]
    moved = f"{text.sign(total)}{text.money(t, total)}"
    frame.caption(t("national.movers_note", year=year, total=moved, prices=price_year(view), n=len(found),
                    all=loaded["size"]))  # fmt: skip
    unit, divisor, decimals = text.money_scale(t, found[0].change)
    heads = [t("chart.municipality"), t("national.moved", unit=unit), t("national.change"), t("national.share")]
    lines = [(view.name(m.municipality), m.change / divisor, m.percent, m.share) for m in found[:MOST_MOVERS]]
    formats: dict[Any, Any] = dict.fromkeys(heads[2:], lambda v: text.signed(t, v, 1))
    formats[heads[1]] = lambda v: text.signed(t, v, decimals)
    outlook.listing(view, pd.DataFrame(lines, columns=heads), formats, "national_movers", SOURCES)


@remembered(4)
def _problems(data: Database) -> list[str]:
    return check.audit_problems(data)


def source(view: View) -> None:
    """Where the figures come from, what the totals were checked against, and what could not be."""
    t = view.t
    found = _problems(view.data)
    frame.caption(
        " ".join([t("national.checked"), t("national.all_well") if not found else t("national.not_well", problems="; ".join(found))])
    )
    merged = sorted(view.name(code) for code, row in view.register.items() if row["loaded"] and row["predecessors"])
    if merged:
        frame.caption(t("national.merged", n=len(merged), names=text.listed(t, merged)))
    frame.caption(view.sources(SOURCES))
