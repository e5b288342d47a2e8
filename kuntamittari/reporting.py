"""A municipality's report as a row of leaves: each a finding in words with the figures it rests on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kuntamittari import figures, framework, outlook, productivity, provenance, text, wholes
from kuntamittari.catalog import Basis, Index, Indicator
from kuntamittari.database import Database
from kuntamittari.errors import InputError
from kuntamittari.figures import MAINLAND, Group
from kuntamittari.i18n import Translator

Kind = Literal["bars", "pairs", "lines", "waterfall", "scatter", "table"]

BASIC, EARLY, ELDERLY = "basic_education_cost_per_7_15", "early_childhood_cost_per_1_6", "elderly_care_cost_per_65"
CHILDREN, ALL = "children_services_cost_per_0_17", "operating_cost_per_resident"
LARGEST_PICTURE = 40  # members of a group that can be drawn one by one
LEAST_EFFECT = 0.5  # euros per resident


@dataclass(frozen=True)
class Leaf:
    """One finding: `title` says it, `series` (name → values for `categories`) shows it, `note` says what is meant, `source` from
    where. `chosen` is the category or series that stands out. A table has `rows` of words instead."""

    title: str
    kind: Kind
    categories: tuple[str, ...] = ()
    series: Mapping[str, tuple[float | None, ...]] | None = None
    unit: str = ""
    decimals: int = 0
    chosen: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    source: str = ""


@dataclass(frozen=True)
class Report:
    """A municipality's leaves in one language, with the words on the first of them."""

    name: str
    group: str
    language: str
    subtitle: str
    leaves: tuple[Leaf, ...]


@dataclass(frozen=True)
class Asked:
    """What a report is about. `group_name` in the reader's language; years are the last up to `year`."""

    data: Database
    catalogue: Mapping[str, Indicator]
    register: Mapping[str, Mapping[str, Any]]
    municipality: str
    group: Group
    group_name: str
    year: int
    t: Translator

    def name(self, code: str) -> str:
        """A municipality's name in the reader's language."""
        return str(self.register[code][f"name_{self.t.language}"])

    def last(self, indicator: Indicator) -> int | None:
        """The last year up to the one asked for that has figures; None where there is none at all."""
        years = figures.years(self.data, indicator)
        return max((year for year in years if year <= self.year), default=years[0] if years else None)

    def source(self, *indicators: Indicator) -> str:
        """Whom the figures are from."""
        ids = dict.fromkeys(source for indicator in indicators for source in indicator.sources)
        return self.t("how.sources", sources=provenance.attribution(tuple(ids), self.t.language))


def asked(data: Database, municipality: str, group_id: str, year: int | None, t: Translator) -> Asked:
    """What a report is about, by codes. Raises InputError for what there is not."""
    register = figures.register(data)
    figures.known("municipality", municipality, [code for code in register if code != MAINLAND])
    if not register[municipality]["loaded"]:
        raise InputError(
            "municipality", "not_loaded", f"The figures of municipality {municipality} are not loaded: run `update --scope all`."
        )
    figures.known("group", group_id, figures.groups(data))
    years = data.snapshot.manifest["years"]
    last = years[-1] if year is None else year
    if last not in years:
        raise InputError("year", "unknown_year", f"There are no figures for {last}; the data hold {', '.join(map(str, years))}.")
    name = text.group(t, group_id, register)
    return Asked(data, figures.catalogue(data), register, municipality, Group(group_id), name, last, t)


def footer(one: Asked) -> str:
    """Who made the report of which figures."""
    manifest = one.data.snapshot.manifest
    return one.t("report.footer", retrieved=manifest["retrieved"][:10], division=manifest["division_year"])


def report(asked: Asked) -> Report:
    """Every leaf that has figures, in the order of a presentation."""
    makers: tuple[Callable[[Asked], Leaf | None], ...] = (
        standing,
        lambda a: ranked(a, CHILDREN), lambda a: composition(a, CHILDREN), lambda a: dearer(a, CHILDREN),
        lambda a: ranked(a, BASIC), lambda a: development(a, BASIC), lambda a: ranked(a, EARLY),
        lambda a: ranked(a, ELDERLY), lambda a: dearer(a, ALL), taken_apart, ages_ahead, costs_ahead, methods,
    )  # fmt: skip
    leaves = tuple(leaf for leaf in (maker(asked) for maker in makers) if leaf is not None)
    subtitle = asked.t("report.subtitle", group=asked.group_name, year=asked.year)
    return Report(asked.name(asked.municipality), asked.group_name, asked.t.language, subtitle, leaves)


def standing(asked: Asked) -> Leaf | None:
    """The core indicators of every dimension in one table."""
    t, rows = asked.t, []
    for indicator in (i for indicators in framework.by_dimension(dict(asked.catalogue), core=True).values() for i in indicators):
        label, year = text.capital(indicator.label[t.language]), asked.last(indicator)
        compared = figures.compare(asked.data, indicator, asked.group, year, [asked.municipality]) if year is not None else None
        row = compared.of(asked.municipality) if compared else None
        if compared is None or row is None or row["value"] is None:
            reason = row["reason"] if row else "no_data" if year is None else "not_reported"
            rows.append((label, t(f"missing.{reason}"), "", "", ""))
            continue
        value = f"{t.number(row['value'], indicator.decimals)} {indicator.unit[t.language]}"
        rank = f"{row['rank']}/{row['ranked']}" if row["rank"] else t("missing.mark")
        word = t(f"judgement.{row['judgement']}") if row["judgement"] else t("missing.mark")
        rows.append((label, value, t.number(compared.median, indicator.decimals), rank, f"{word} ({year})"))
    heads = (t("choice.indicator"), t("chart.value"), text.capital(t("chart.median")), t("chart.rank"), t("card.standing"))
    title = t("report.standing", name=asked.name(asked.municipality), group=asked.group_name)
    return Leaf(title, "table", heads=heads, rows=tuple(rows), note=f"{t('judgement.note')}.")


def ranked(asked: Asked, indicator_id: str) -> Leaf | None:
    """The group in order of rank, the municipality standing out; of a large group its neighbours in rank."""
    indicator = asked.catalogue.get(indicator_id)
    year = asked.last(indicator) if indicator else None
    if indicator is None or year is None:
        return None
    t = asked.t
    compared = figures.compare(asked.data, indicator, asked.group, year, [asked.municipality])
    rows = [row for row in compared.rows if row["value"] is not None]
    own = compared.of(asked.municipality)
    if not rows or own is None or own["value"] is None:
        return None
    if len(rows) > LARGEST_PICTURE:
        at = next(n for n, row in enumerate(rows) if row["municipality"] == asked.municipality)
        start = max(0, min(at - LARGEST_PICTURE // 4, len(rows) - LARGEST_PICTURE // 2))
        rows = rows[start : start + LARGEST_PICTURE // 2]
    title = text.finding(t, indicator, asked.name(asked.municipality), year, asked.group_name, compared, own)
    median = t("chart.median")
    names = tuple(asked.name(row["municipality"]) for row in rows)
    series = {text.capital(indicator.label[t.language]): tuple(row["value"] for row in rows)}
    note = f"{indicator.caveats[t.language]} {text.capital(median)} {t.number(compared.median, indicator.decimals)}."
    return Leaf(title, "bars", names, series, text.unit(asked.t, indicator), indicator.decimals, asked.name(asked.municipality), note=note,
                source=asked.source(indicator))  # fmt: skip


def development(asked: Asked, indicator_id: str) -> Leaf | None:
    """The municipality, the group's median and Mainland Finland over the years."""
    indicator = asked.catalogue.get(indicator_id)
    if indicator is None:
        return None
    t = asked.t
    rows = figures.values(asked.data, indicator, [asked.municipality, MAINLAND]).to_pylist()
    own = [row for row in rows if row["municipality"] == asked.municipality]
    medians = {row["year"]: row["median"] for row in figures.group_series(asked.data, indicator, asked.group).to_pylist()}
    known = [row["year"] for row in own if row["value"] is not None]
    years = [year for year in known if indicator.stretch(year) == indicator.stretch(known[-1])]
    title = text.development(t, indicator, asked.name(asked.municipality), own)
    if len(years) < 2 or not title:
        return None
    mainland = {row["year"]: row["value"] for row in rows if row["municipality"] == MAINLAND}
    mine = {row["year"]: row["value"] for row in own}
    series = {
        asked.name(asked.municipality): tuple(mine[year] for year in years),
        t("chart.group_median"): tuple(medians.get(year) for year in years),
        asked.name(MAINLAND): tuple(mainland.get(year) for year in years),
    }
    title = f"{text.capital(indicator.label[t.language])}. {title}"
    return Leaf(title, "lines", tuple(map(str, years)), series, text.unit(asked.t, indicator), indicator.decimals,
                asked.name(asked.municipality), note=indicator.caveats[t.language], source=asked.source(indicator))  # fmt: skip


def _difference(asked: Asked, whole_id: str) -> tuple[Indicator, int, wholes.Difference] | None:
    whole = asked.catalogue.get(whole_id)
    year = asked.last(whole) if whole else None
    if whole is None or year is None:
        return None
    parts = wholes.parts(asked.catalogue, whole)
    for asked_year in range(year, year - 3, -1):  # the ages of the parts may reach less far than the whole
        found = wholes.difference(asked.data, parts, asked.group, asked.municipality, asked_year, None) if parts else None
        if found:
            return whole, asked_year, found
    return None


def composition(asked: Asked, whole_id: str) -> Leaf | None:
    """What a whole costs per resident, service by service, beside the group as one municipality."""
    found = _difference(asked, whole_id)
    if found is None:
        return None
    t, (whole, year, gap) = asked.t, found
    names = tuple(text.capital(wholes.label(asked.catalogue, effect.id, t.language)) for effect in gap.effects)
    series = {asked.name(asked.municipality): tuple(e.own for e in gap.effects), t("why.group"): tuple(e.group for e in gap.effects)}
    title = t("report.composition", name=asked.name(asked.municipality), whole=t(f"costs.{whole.id}"), year=year, own=t.number(gap.own),
              group=t.number(gap.group))  # fmt: skip
    return Leaf(title, "pairs", names, series, f"{t('costs.unit_per_resident')} · {t('basis.current')}", 0, asked.name(asked.municipality),
                note=whole.definition[t.language], source=asked.source(whole))  # fmt: skip


def dearer(asked: Asked, whole_id: str) -> Leaf | None:
    """Why the municipality costs more or less than the group as one: age structure and unit cost, the largest first."""
    found = _difference(asked, whole_id)
    if found is None:
        return None
    t, (whole, year, gap) = asked.t, found
    labels = {effect.id: wholes.label(asked.catalogue, effect.id, t.language) for effect in gap.effects}
    steps = [
        (t(f"why.step_{kind}", service=labels[effect.id]), value)
        for kind in ("age", "unit_cost")
        for effect, value in sorted(((e, getattr(e, kind)) for e in gap.effects), key=lambda pair: -abs(pair[1]))
        if abs(value) >= LEAST_EFFECT
    ]
    steps = sorted(steps, key=lambda step: -abs(step[1]))[:14]
    said = text.why(t, asked.name(asked.municipality), t(f"costs.{whole.id}"), asked.group_name, year, gap, t("basis.current"), labels)
    return Leaf(" ".join(said), "waterfall", tuple(name for name, _ in steps), {t("why.gap"): tuple(value for _, value in steps)},
                t("costs.unit_per_resident"), 0, note=t("why.how", n=gap.members), source=asked.source(whole))  # fmt: skip


def taken_apart(asked: Asked) -> Leaf | None:
    """Productivity of basic education with its volume, cost and price."""
    indicator = asked.catalogue.get("basic_education_productivity")
    if indicator is None or not isinstance(indicator.formula, Index):
        return None
    t = asked.t
    years = [year for year in productivity.series(asked.data, indicator, asked.municipality) if year.index is not None]
    at = next((year for year in years if year.year == min(asked.year, years[-1].year)), None) if years else None
    if at is None or len(years) < 2:
        return None
    parts = ("index", "volume", "cost", "price")
    series = {t(f"productivity.{part}"): tuple(getattr(year, part) for year in years) for part in parts}
    title = f"{text.capital(indicator.label[t.language])}. {text.productivity(t, asked.name(asked.municipality), indicator, at)}"
    note = t("productivity.arithmetic") if indicator.by_age_group else indicator.caveats[t.language]
    return Leaf(title, "lines", tuple(str(year.year) for year in years), series, indicator.unit[t.language], 1, t("productivity.index"),
                note=note, source=asked.source(indicator))  # fmt: skip


AHEAD = ((1, 6), (7, 15), (15, 64), (65, 120), (75, 120))


def ages_ahead(asked: Asked) -> Leaf | None:
    """How the age groups change in the projection."""
    t = asked.t
    heads = outlook.projected(asked.data, AHEAD, asked.group, asked.municipality)
    indices = {ages: outlook.index(heads[ages]) for ages in AHEAD if heads.get(ages)}
    if not indices:
        return None
    years = sorted(set.intersection(*(set(index) for index in indices.values())))
    series = {text.ages(t, *ages): tuple(100 * index[year] for year in years) for ages, index in indices.items()}
    title = text.projected(t, asked.name(asked.municipality), text.ages(t, 65, 120), heads.get((65, 120), {}))
    made = t("outlook.made", year=outlook.made(asked.data) or t("missing.mark"))
    source = t("how.sources", sources=provenance.attribution(("population_projection",), t.language))
    return Leaf(title, "lines", tuple(map(str, years)), series, t("report.index", year=years[0]), 1, text.ages(t, 65, 120),
                note=f"{t('outlook.lead')} {made}", source=source)  # fmt: skip


def costs_ahead(asked: Asked) -> Leaf | None:
    """What the projection does to the costs of services for age groups, with the unit cost falling, staying and rising."""
    t = asked.t
    prices = asked.data.snapshot.manifest["years"][-1]
    indicators = outlook.services(asked.catalogue)
    heads = outlook.projected(asked.data, [outlook.ages_of(i) for i in indicators], asked.group, asked.municipality)
    fans, years = [], []
    for indicator in indicators:
        rows = figures.values(asked.data, indicator, [asked.municipality], basis=Basis(price_year=prices)).to_pylist()
        known = [row for row in rows if row["value"] is not None]
        fan = outlook.fan(known[-1]["numerator"], heads.get(outlook.ages_of(indicator), {}), outlook.USUAL) if known else []
        if fan:
            fans.append(fan)
            years.append(f"{text.service(t, indicator.service)} {known[-1]['year']}")
    points = outlook.together(fans)
    if not points:
        return None
    first, last = points[0], points[-1]
    unit_ = t("outlook.unit_millions")
    sums = {"now": first.middle, "then": last.middle, "low": last.low, "high": last.high}
    millions = {part: t.number(euros / 1e6, 1) for part, euros in sums.items()}
    title = t("outlook.finding", name=asked.name(asked.municipality), service=t("outlook.all"), first=first.year, last=last.year,
              unit=unit_, **millions)  # fmt: skip
    series = {t(f"outlook.{side}"): tuple(getattr(p, side) / 1e6 for p in points) for side in ("middle", "low", "high")}
    return Leaf(title, "lines", tuple(str(p.year) for p in points), series, f"{unit_} · {t('basis.constant', year=prices)}", 1,
                t("outlook.middle"), note=t("outlook.note", years="; ".join(years)), source=asked.source(*indicators))  # fmt: skip


def methods(asked: Asked) -> Leaf | None:
    """How the figures of the report are made."""
    t, manifest = asked.t, asked.data.snapshot.manifest
    rows = tuple(
        (t(f"report.method_{name}"), t(f"report.method_{name}_text", **parts))
        for name, parts in (
            ("costs", {}), ("group", {}), ("judgement", {}), ("prices", {}), ("division", {"year": manifest["division_year"]}),
            ("licence", {"retrieved": manifest["retrieved"][:10]}),
        )
    )  # fmt: skip
    return Leaf(t("report.methods"), "table", heads=(t("report.method"), t("report.meaning")), rows=rows)
