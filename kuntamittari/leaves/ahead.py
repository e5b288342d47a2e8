"""Leaves of the whole sector and of the years ahead."""

from kuntamittari import national, outlook, text, views
from kuntamittari.address import View
from kuntamittari.figures import MAINLAND, Group
from kuntamittari.leaves.leaf import Leaf, group_name, own, source

SECTORS = dict(zip(national.SECTORS, ("chosen", "compared-1", "compared-2"), strict=True))  # sector → role of its line
AHEAD = ((1, 6), (7, 15), (15, 64), (65, 120), (75, 120))


def sectors(view: View) -> Leaf | None:
    """The sector's real costs as an index from the first year since the last break, beside the reader's own targets."""
    t, prices = view.t, view.basis.price_year or view.price_year
    costs = national.costs(view.data, national.sectors(), prices)
    title = text.sector_growth(t, costs["all"], national.breaks(view.catalogue, "all"), view.reference_year, prices)
    comparable = {sector: national.comparable(euros, national.breaks(view.catalogue, sector)) for sector, euros in costs.items()}
    years = sorted({year for euros in comparable.values() for year in euros})
    if len(years) < 2:
        return None
    series: dict[str, tuple[float | None, ...]] = {}
    drawn: list[tuple[str, str]] = []  # role and dash of each
    for sector, euros in comparable.items():
        first = min(euros, default=None)
        if first is None:
            continue
        name = t(f"national.{sector}")
        series[name] = tuple(100 * euros[year] / euros[first] if year in euros else None for year in years)
        drawn.append((SECTORS[sector], "solid"))
        if (target := dict(view.selection.targets).get(sector)) is not None:
            label = t("national.target_line", sector=name, target=text.signed(t, target, 1))
            series[label] = tuple(100 * (1 + target / 100) ** (year - first) if year in euros else None for year in years)
            drawn.append((SECTORS[sector], "dashed"))
    unit = f"{t('report.index', year=years[0])} · {t('basis.constant', year=prices)}"
    roles, dashes = zip(*drawn, strict=True)
    return Leaf(title, "lines", tuple(map(str, years)), series, unit, 1, roles, dashes, note=t("national.checked"),
                source=source(view, "kta_costs", "sotkanet_population", "price_index"))  # fmt: skip


def spread(view: View) -> Leaf | None:
    """How far apart municipalities are over the years by the chosen indicator."""
    t, indicator = view.t, view.indicator
    group = Group("all", (), view.selection.aland)
    rows = views.group_series(view, indicator, group)
    rows = [row for row in rows if indicator.stretch(row["year"]) == indicator.stretch(rows[-1]["year"])]
    if len(rows) < 2:
        return None
    unit = text.unit(t, indicator, view.basis)
    figures = {"median": (t("chart.group_median"), "chosen"), "ratio_of_sums": (t("why.group"), "median"),
               "q1": (t("report.lower_quartile"), "band"), "q3": (t("report.upper_quartile"), "band")}  # fmt: skip
    if all(row["ratio_of_sums"] is None for row in rows):
        del figures["ratio_of_sums"]
    series = {name: tuple(row[figure] for row in rows) for figure, (name, _) in figures.items()}
    roles = tuple(role for _, role in figures.values())
    years = tuple(str(row["year"]) for row in rows)
    return Leaf(text.spread(t, indicator, rows[-1], unit), "lines", years, series, unit, indicator.decimals,
                roles, note=" ".join([*views.hidden(view, [indicator], group), indicator.caveats[t.language]]),
                source=source(view, indicator))  # fmt: skip


def every_age(view: View) -> Leaf | None:
    """How the age groups change in the projection."""
    t = view.t
    heads = outlook.projected(view.data, AHEAD, view.group_of(view.indicator), view.selection.municipality)
    indices = {ages: outlook.index(heads[ages]) for ages in AHEAD if heads.get(ages)}
    if not indices:
        return None
    series = {text.ages(t, *ages): index for ages, index in indices.items()}
    title = text.projected(t, own(view), text.ages(t, *outlook.USUAL_AGES), heads.get(outlook.USUAL_AGES, {}))
    beside = iter(("compared-1", "compared-2", "compared-3", "other"))
    return _projection(view, title, series, tuple("chosen" if ages == outlook.USUAL_AGES else next(beside) for ages in indices))


def ages_ahead(view: View) -> Leaf | None:
    """How one age group changes in the municipality, in the group as one and in Mainland Finland."""
    t, s, asked = view.t, view.selection, dict(view.selection.own).get("ika")
    ages = next((ages for ages in outlook.AGE_GROUPS if outlook.ages_code(ages) == asked), outlook.USUAL_AGES)
    group = view.group_of(view.indicator)
    sides = {"chosen": (own(view), s.municipality), "median": (t("why.group"), None), "compared-1": (view.name(MAINLAND), MAINLAND)}
    heads = {role: outlook.projected(view.data, [ages], group, area).get(ages, {}) for role, (_, area) in sides.items()}
    if not heads["chosen"]:
        return None
    title = text.projected(t, own(view), text.ages(t, *ages), heads["chosen"])
    indices = {role: outlook.index(found) for role, found in heads.items() if found}
    return _projection(view, title, {sides[role][0]: index for role, index in indices.items()}, tuple(indices))


def _projection(view: View, title: str, indices: dict[str, dict[int, float]], roles: tuple[str, ...]) -> Leaf:
    t, years = view.t, sorted(set.intersection(*(set(index) for index in indices.values())))
    series = {name: tuple(100 * index[year] for year in years) for name, index in indices.items()}
    made = t("outlook.made", year=outlook.made(view.data) or t("missing.mark"))
    return Leaf(title, "lines", tuple(map(str, years)), series, t("report.index", year=years[0]), 1, roles,
                note=f"{t('outlook.lead')} {made}", source=source(view, "population_projection"))  # fmt: skip


def costs_ahead(view: View) -> Leaf | None:
    """What the projection does to the costs of services for age groups, with the unit cost falling, staying and rising."""
    t, s, parts = view.t, view.selection, dict(view.selection.own)
    services = {i.id: i for i in outlook.services(view.catalogue)}
    asked = [services[parts["palvelu"]]] if parts.get("palvelu") in services else list(services.values())
    ages = [*map(outlook.ages_of, asked), outlook.WORKING_AGE]
    heads = outlook.projected(view.data, ages, view.group_of(view.indicator), s.municipality)
    spread_ = next((step for step in outlook.SPREADS if f"{step:g}" == parts.get("haarukka")), outlook.USUAL)
    at_median = parts.get("hinta") == "mediaani"
    fans, years = [], []
    for base in (base for base in views.bases(view) if base.indicator in asked):
        if fan := outlook.fan(base.cost_of(at_median), heads.get(outlook.ages_of(base.indicator), {}), spread_):
            fans.append(fan)
            years.append(f"{text.service(t, base.indicator.service)} {base.year}")
    points = outlook.together(fans)
    per_head = parts.get("kohden") == "tyoikainen"
    workers = heads.get(outlook.WORKING_AGE, {}) if per_head else {}
    sums = text.money_scale(t, max((p.high for p in points), default=0))
    unit, divisor, decimals = (t("outlook.unit_working"), 1.0, 0) if per_head else sums
    points = [p.divided_by(workers[p.year] if per_head else divisor) for p in points if not per_head or workers.get(p.year)]
    if not points:
        return None
    service = text.service(t, asked[0].service) if len(asked) == 1 else t("outlook.all")
    title = text.fan(t, own(view), service, unit, decimals, points)
    series = {t(f"outlook.{side}"): tuple(getattr(p, side) for p in points) for side in ("middle", "low", "high")}
    notes = [t("outlook.note", years="; ".join(years))]
    if at_median:
        notes.append(t("outlook.median_note", group=group_name(view)))
    counted = f"{unit} · {t('basis.constant', year=view.basis.price_year or view.price_year)}"
    return Leaf(title, "lines", tuple(str(p.year) for p in points), series, counted, decimals,
                ("chosen", "band", "band"), note=" ".join(notes), source=source(view, *asked))  # fmt: skip
