"""Exhibits of the whole municipal sector and of the outlook (docs/methods.md 16)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.exhibit import Exhibit, group_name, municipality_name, source
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.selected_figures import Base
from kuntamittari.query import projections, sector_costs
from kuntamittari.query.figures import Group
from kuntamittari.query.projections import Edition
from kuntamittari.query.variation import projection_error
from kuntamittari.stats import outlook
from kuntamittari.stats.outlook import Fan

# sector → colour role of its line
SECTORS = dict(zip(sector_costs.SECTORS, ("chosen", "compared-1", "compared-2"), strict=True))
AHEAD = ((1, 6), (7, 15), (15, 64), (65, 120), (75, 120))


def sectors(context: PageContext) -> Exhibit | None:
    """Return the sectors' real costs as indices since the last break, with the user's targets; None under two years."""
    t, prices = context.t, context.basis.price_year or context.price_year
    costs = sector_costs.costs(context.data, sector_costs.sectors(), prices)
    title = text.sector_growth(
        t, costs["all"], sector_costs.breaks(context.catalogue, "all"), context.reference_year, prices
    )
    indices = sector_costs.indices(context.catalogue, costs)
    years = sorted({year for index in indices.values() for year in index})
    if len(years) < 2:
        return None
    series: dict[str, tuple[float | None, ...]] = {}
    drawn: list[tuple[str, str]] = []  # role and dash style of each line
    for sector, index in indices.items():
        first, name = min(index), t(f"national.{sector}")
        series[name] = tuple(index.get(year) for year in years)
        drawn.append((SECTORS[sector], "solid"))
        if (target := dict(context.selection.targets).get(sector)) is not None:
            label = t("national.target_line", sector=name, target=text.signed(t, target, 1))
            series[label] = tuple(
                100 * (1 + target / 100) ** (year - first) if year in index else None for year in years
            )
            drawn.append((SECTORS[sector], "dashed"))
    unit = f"{t('report.index', year=years[0])} · {t('basis.constant', year=prices)}"
    roles, dashes = zip(*drawn, strict=True)
    return Exhibit(
        title,
        "lines",
        tuple(map(str, years)),
        series,
        unit,
        1,
        roles,
        dashes,
        note=" ".join([*text.moved_sectors(t, context.catalogue, years[-1]), t("national.checked")]),
        source=source(context, "kta_costs", "sotkanet_population", "price_index"),
        finding=text.short(
            t,
            "sectors",
            change=text.signed(t, indices["all"][max(indices["all"])] - 100, 1),
            years=f"{min(indices['all'])}–{max(indices['all'])}",
        )
        if indices.get("all")
        else "",
    )


def spread(context: PageContext) -> Exhibit | None:
    """Return the quartiles and the median of all municipalities over the years; None with fewer than two years."""
    t, indicator = context.t, context.indicator
    group = Group("all", (), context.selection.aland)
    rows = selected_figures.group_series(context, indicator, group)
    rows = [row for row in rows if indicator.stretch(row["year"]) == indicator.stretch(rows[-1]["year"])]
    if len(rows) < 2:
        return None
    unit = text.unit(t, indicator, context.basis)
    figures = {
        "median": (t("chart.group_median"), "chosen"),
        "ratio_of_sums": (t("why.group"), "reference"),
        "q1": (t("report.lower_quartile"), "band"),
        "q3": (t("report.upper_quartile"), "band"),
    }
    if all(row["ratio_of_sums"] is None for row in rows):
        del figures["ratio_of_sums"]
    series = {name: tuple(row[figure] for row in rows) for figure, (name, _) in figures.items()}
    roles = tuple(role for _, role in figures.values())
    years = tuple(str(row["year"]) for row in rows)
    return Exhibit(
        text.spread(t, indicator, rows[-1], unit),
        "lines",
        years,
        series,
        unit,
        indicator.decimals,
        roles,
        note=" ".join([*selected_figures.hidden(context, [indicator], group), indicator.caveats[t.language]]),
        source=source(context, indicator),
        finding=text.short(
            t,
            "spread",
            label=text.capital(indicator.label[t.language]),
            year=rows[-1]["year"],
            median=t.number(rows[-1]["median"], indicator.decimals),
            unit=text.mark(unit),
        ),
    )


def not_projected(context: PageContext, residents: Mapping[Any, Any], names: Mapping[tuple[int, int], str]) -> str:
    """Return that the projection lacks years of age of some age groups; empty where it has all of them.

    `residents`: age group → residents in the projection; `names`: age group → what is named. Where none of them has
    residents, no projection of the municipality is loaded, and the sentence says so.
    """
    edition = projections.edition(context.data)
    if edition is None or not any(residents.values()):
        return context.t("outlook.none")
    return text.not_projected(context.t, edition, [name for ages, name in names.items() if not residents.get(ages)])


def every_age(context: PageContext) -> Exhibit | None:
    """Return the projected change of several age groups; None without a projection."""
    t, edition = context.t, projections.edition(context.data)
    residents = projections.projected(
        context.data, AHEAD, context.group_of(context.indicator), context.selection.municipality
    )
    indices = {ages: outlook.index(residents[ages]) for ages in AHEAD if residents.get(ages)}
    if not indices or edition is None:
        return None
    series = {text.ages(t, *ages): index for ages, index in indices.items()}
    first = outlook.USUAL_AGES if outlook.USUAL_AGES in indices else next(iter(indices))
    title = text.projected(t, municipality_name(context), text.ages(t, *first), residents[first], edition.made)
    beside = iter(("compared-1", "compared-2", "compared-3", "other"))
    roles = tuple("chosen" if ages == first else next(beside) for ages in indices)
    lacking = not_projected(context, residents, {ages: text.ages(t, *ages) for ages in AHEAD})
    finding = ahead(context, text.ages(t, *first), indices[first])
    return _projection(context, edition, title, series, roles, lacking, finding)


def ages_ahead(context: PageContext) -> Exhibit | None:
    """Return the projected change of one age group; None without a projection.

    The page parameter `ika` chooses the age group; lines: the municipality, the group as one, Mainland Finland.
    """
    t, s, age_code = context.t, context.selection, dict(context.selection.page_params).get("ika")
    ages = next((ages for ages in outlook.AGE_GROUPS if outlook.ages_code(ages) == age_code), outlook.USUAL_AGES)
    group, edition = context.group_of(context.indicator), projections.edition(context.data)
    sides = {
        "chosen": (municipality_name(context), s.municipality),
        "reference": (t("why.group"), None),
        "compared-1": (context.name(MAINLAND), MAINLAND),
    }
    residents = {
        role: projections.projected(context.data, [ages], group, area).get(ages, {})
        for role, (_, area) in sides.items()
    }
    if not residents["chosen"] or edition is None:
        return None
    title = text.projected(t, municipality_name(context), text.ages(t, *ages), residents["chosen"], edition.made)
    indices = {role: outlook.index(by_year) for role, by_year in residents.items() if by_year}
    series = {sides[role][0]: index for role, index in indices.items()}
    finding = ahead(context, text.ages(t, *ages), indices["chosen"])
    return _projection(context, edition, title, series, tuple(indices), finding=finding)


def ahead(context: PageContext, ages: str, index: Mapping[int, float]) -> str:
    """Return by how much an age group is projected to change, in a few words."""
    last = max(index)
    change = text.signed(context.t, 100 * (index[last] - 1), 1)
    return text.short(context.t, "ahead", name=municipality_name(context), ages=ages, change=change, year=last)


def _projection(
    context: PageContext,
    edition: Edition,
    title: str,
    indices: dict[str, dict[int, float]],
    roles: tuple[str, ...],
    lacking: str = "",
    finding: str = "",
) -> Exhibit:
    t, years = context.t, sorted(set.intersection(*(set(index) for index in indices.values())))
    series = {name: tuple(100 * index[year] for year in years) for name, index in indices.items()}
    return Exhibit(
        title,
        "lines",
        tuple(map(str, years)),
        series,
        t("report.index", year=years[0]),
        1,
        roles,
        note=" ".join(filter(None, (t("outlook.lead"), text.edition(t, edition), lacking))),
        source=source(context, "population_projection"),
        finding=finding,
    )


@dataclass(frozen=True)
class CostsAhead:
    """The outlook of the costs of one service, or of all that are municipal in each year (docs/methods.md 16).

    `points` are in `unit`; `breaks`: the years from which on some service is no longer counted; `fan`: what its line
    and its band are; `notes`: sentences on where costs and fan come from; `moves`: what is left out, and from which
    year on; `lacking`: that ages are missing from the projection.
    """

    points: list[Fan]
    unit: str
    decimals: int
    breaks: tuple[int, ...]
    fan: str
    notes: list[str]
    moves: list[str]
    lacking: str

    def stretch(self, year: int) -> int:
        """Return the number of the stretch that a year is in; years of one stretch have the same services."""
        return sum(first <= year for first in self.breaks)

    @property
    def comparable(self) -> list[Fan]:
        """Return the points of the last stretch."""
        last = self.stretch(self.points[-1].year)
        return [point for point in self.points if self.stretch(point.year) == last]


def costs_ahead_of(
    context: PageContext,
    bases: Sequence[Base],
    alone: bool,
    spread: float,
    at_median: bool,
    per_head: bool,
    whole: bool,
) -> CostsAhead:
    """Return the outlook of services together, or `alone` of one whether it is municipal or not.

    `spread`: per cent a year by which the unit cost falls or rises; `at_median`: at the group's unit cost; `per_head`:
    per projected resident of working age; `whole`: in every year, otherwise in the last ones with the same services.
    Without points where no age group is projected.
    """
    t, s, edition = context.t, context.selection, projections.edition(context.data)
    ages = [*(outlook.ages_of(base.indicator) for base in bases), outlook.WORKING_AGE]
    residents = projections.projected(context.data, ages, context.group_of(context.indicator), s.municipality)
    errors = {base.indicator.id: projection_error.of(context.data, base.indicator, s.municipality) for base in bases}
    fans, ahead, needed = [], [], []
    for base in bases:
        until = None if alone else selected_figures.not_municipal_from(context, base)
        counted = until is None or (edition is not None and edition.years[0] < until)
        heads = residents.get(outlook.ages_of(base.indicator), {})
        points = outlook.fan(base.cost_of(at_median), heads, spread, errors[base.indicator.id])
        needed += [base] if counted else []
        if points or not counted:
            ahead.append(base)
            fans.append((points, until))
    workers = residents.get(outlook.WORKING_AGE, {}) if per_head else {}
    points = [point for point in outlook.sum_of_fans(fans) if not per_head or workers.get(point.year)]
    first, last = (points[0].year, points[-1].year) if points else (0, 0)
    breaks = sorted({until for _, until in fans if until is not None and first < until <= last})
    if breaks and not whole:
        first, breaks = breaks[-1], []
        points = [point for point in points if point.year >= first]
        first = points[0].year
    # the unit is that of the sums which the finding tells, of the last years
    told = [point.middle for point in points if point.year >= max(breaks, default=first)]
    money_unit = text.money_scale(t, max(told, default=0))
    unit, divisor, decimals = (t("outlook.unit_working"), 1.0, 0) if per_head else money_unit
    lacking = not_projected(context, residents, services_by_age(context, needed))
    if not points or edition is None:
        return CostsAhead([], unit, decimals, (), "", [], [], lacking)
    costs, *moves = selected_figures.outlook_notes(context, ahead, alone, first)
    counted_ages = {
        outlook.ages_of(base.indicator): errors[base.indicator.id]
        for base, (fan, until) in zip(ahead, fans, strict=True)
        if fan and (until is None or first < until)
    }
    by_ages = {text.ages(t, *ages): error for ages, error in sorted(counted_ages.items(), key=lambda one: one[0])}
    notes = [costs, *text.projection_errors(t, by_ages, last)]
    if at_median:
        notes.append(t("outlook.median_note", group=group_name(context)))
    return CostsAhead(
        [point.divided_by(workers[point.year] if per_head else divisor) for point in points],
        unit,
        decimals,
        tuple(breaks),
        t("outlook.fan_error" if any(by_ages.values()) else "outlook.fan", spread=t.number(spread, 1)),
        notes,
        moves,
        lacking,
    )


def costs_ahead(context: PageContext) -> Exhibit | None:
    """Return the outlook of the costs of services as a fan, in the years with the same services; None without one.

    The page parameters are palvelu (service), haarukka (per cent a year), hinta (at the group's median) and kohden (per
    resident of working age).
    """
    t, parts = context.t, dict(context.selection.page_params)
    services = {i.id: i for i in outlook.services(context.catalogue)}
    alone, edition = parts.get("palvelu") in services, projections.edition(context.data)
    shown = [services[parts["palvelu"]]] if alone else list(services.values())
    found = costs_ahead_of(
        context,
        [base for base in selected_figures.bases(context) if base.indicator in shown],
        alone,
        next((step for step in outlook.SPREADS if f"{step:g}" == parts.get("haarukka")), outlook.USUAL),
        parts.get("hinta") == "mediaani",
        parts.get("kohden") == "tyoikainen",
        whole=False,
    )
    if not found.points or edition is None:
        return None
    points, service = found.points, context.service_name(shown[0]) if alone else t("outlook.all")
    title = text.fan(t, municipality_name(context), service, found.unit, found.decimals, points, edition.made)
    series = {t(f"outlook.{side}"): tuple(getattr(p, side) for p in points) for side in ("middle", "low", "high")}
    counted = f"{found.unit} · {t('basis.constant', year=context.basis.price_year or context.price_year)}"
    return Exhibit(
        title,
        "lines",
        tuple(str(p.year) for p in points),
        series,
        counted,
        found.decimals,
        ("chosen", "band", "band"),
        note=" ".join(
            filter(
                None,
                (f"{text.capital(found.fan)}.", *found.notes, *found.moves, text.edition(t, edition), found.lacking),
            )
        ),
        source=source(context, *shown, "population_projection"),
        finding=text.short(
            t,
            "costs_ahead",
            name=municipality_name(context),
            first=t.number(points[0].middle, found.decimals),
            last=t.number(points[-1].middle, found.decimals),
            unit=found.unit if len(found.unit.split(" ")) < 3 else text.mark(found.unit),
            years=f"{points[0].year}–{points[-1].year}",
        ),
    )


def services_by_age(context: PageContext, bases: Collection[Base]) -> dict[tuple[int, int], str]:
    """Return age group → the services whose costs follow it, by name, with the age group in brackets."""
    t = context.t
    services: dict[tuple[int, int], list[str]] = {}
    for base in bases:
        services.setdefault(outlook.ages_of(base.indicator), []).append(text.service(t, base.indicator.service))
    return {ages: f"{', '.join(names)} ({text.ages(t, *ages)})" for ages, names in services.items()}
