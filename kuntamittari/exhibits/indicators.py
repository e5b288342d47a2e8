"""Exhibits of the framework: productivity, working life, definitions, data sets, knowledge bank and methods."""

from kuntamittari.catalog import framework, knowledge_bank, provenance
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Index
from kuntamittari.exhibits import page_defaults, selected_figures, text
from kuntamittari.exhibits.exhibit import Exhibit, Step, municipality_name, source
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.i18n import Translator
from kuntamittari.query import figures, productivity
from kuntamittari.query.database import Database, cached_per_snapshot

# the index and its parts → colour role of the line and of the step
PARTS = {"index": "chosen", "volume": "part-1", "cost": "part-2", "price": "part-3"}


def taken_apart(context: PageContext) -> Exhibit | None:
    """Return lines of a service's productivity with its volume, cost and price; None with fewer than two years."""
    t, context = context.t, page_defaults.productivity(context)
    indicator = context.indicator
    if not isinstance(indicator.formula, Index):
        return None
    years = [
        year
        for year in productivity.series(context.data, indicator, context.selection.municipality)
        if year.index is not None
    ]
    shown_year = next((year for year in years if year.year == context.year), None)
    if shown_year is None or len(years) < 2:
        return None
    series = {t(f"productivity.{part}"): tuple(getattr(year, part) for year in years) for part in PARTS}
    title = (
        f"{text.capital(indicator.label[t.language])}. "
        f"{text.productivity(t, municipality_name(context), indicator, shown_year)}"
    )
    note = t("productivity.arithmetic") if indicator.by_age_group else indicator.caveats[t.language]
    note = " ".join(filter(None, (note, selected_figures.moved(context, indicator, shown_year.year))))
    return Exhibit(
        title,
        "lines",
        tuple(str(year.year) for year in years),
        series,
        indicator.unit[t.language],
        1,
        tuple(PARTS.values()),
        dashes(),
        note=note,
        source=source(context, indicator),
        finding=text.short(
            t,
            "index",
            name=municipality_name(context),
            label=indicator.label[t.language],
            index=t.number(shown_year.index, 1),
            year=shown_year.year,
            base=years[0].year,
        ),
    )


@cached_per_snapshot(300)
def _over_services(data: Database, area: str, year: int) -> productivity.OverServices | None:
    return productivity.over_services(data, figures.catalogue(data), area, year)


def over_services(context: PageContext, area: str, last: bool = False) -> productivity.OverServices | None:
    """Return the total productivity of an area up to the chosen year; with `last` to the end of its stretch."""
    indicator = context.catalogue.get(productivity.EDUCATION[0])
    year = context.last(indicator) if indicator else None
    if indicator is None or year is None:
        return None
    comparable = [y for y in figures.years(context.data, indicator) if indicator.stretch(y) == indicator.stretch(year)]
    return _over_services(context.data, area, max(comparable) if last else year)


def total_sentence(context: PageContext, area: str) -> str:
    """Return the total productivity of an area in words; empty without one."""
    t, found = context.t, over_services(context, area)
    if found is None:
        return ""
    of = found.total
    return t(
        "total.sentence",
        name=context.name(area),
        index=t.number(float(of.index[-1]), 1),
        year=found.years[-1],
        base=found.years[0],
        output=text.signed(t, float(of.output[-1]) - 100, 1),
        input=text.signed(t, float(of.input[-1]) - 100, 1),
    )


def total_productivity(context: PageContext) -> Exhibit | None:
    """Return lines of total productivity over the education services, of the municipality and the mainland; None
    without one."""
    return _total(context, (context.selection.municipality, MAINLAND))


def national_productivity(context: PageContext) -> Exhibit | None:
    """Return a line of total productivity over the education services of the mainland; None without one."""
    return _total(context, (MAINLAND,))


def _total(context: PageContext, areas: tuple[str, ...]) -> Exhibit | None:
    t, first = context.t, over_services(context, areas[0])
    if first is None:
        return None
    series, roles = {}, []
    for area, role in zip(areas, ("chosen", "reference"), strict=False):
        if (found := over_services(context, area)) is not None and found.years == first.years:
            series[context.name(area)] = tuple(found.total.index.tolist())
            roles.append(role)
    names = ", ".join(context.catalogue[name].label[t.language] for name in first.left_out)
    note = [t("total.reading", base=first.years[0]), *([t("total.left_out", services=names)] if names else [])]
    return Exhibit(
        " ".join(filter(None, (total_sentence(context, area) for area in areas))),
        "lines",
        tuple(map(str, first.years)),
        series,
        t("total.unit", base=first.years[0], year=first.years[-1]),
        1,
        tuple(roles),
        note=" ".join(note),
        source=source(context, context.catalogue[first.services[0]], "price_index"),
        finding=text.short(
            t,
            "total",
            name=context.name(areas[0]),
            index=t.number(float(first.total.index[-1]), 1),
            year=first.years[-1],
            base=first.years[0],
        ),
    )


def dashes() -> tuple[str, ...]:
    """Return the dash style of each line of `PARTS`."""
    return tuple("solid" if part == "index" else "dashed" for part in PARTS)


def bridge_steps(t: Translator, change: productivity.Step) -> list[Step]:
    """Return the steps of a change of productivity, in index points, ending with the whole change."""
    parts = [
        Step(t(f"productivity.{part}"), getattr(change, part), role) for part, role in PARTS.items() if part != "index"
    ]
    return [*parts, Step(t("productivity.change"), change.after - change.before, "total")]


def bridge(context: PageContext) -> Exhibit | None:
    """Return a waterfall of the change of productivity from the year before; None without an index in both years."""
    t, context = context.t, page_defaults.productivity(context)
    indicator, year = context.indicator, context.year
    if not isinstance(indicator.formula, Index):
        return None
    by_year = {y.year: y for y in productivity.series(context.data, indicator, context.selection.municipality)}
    step = next((step for step in productivity.steps(list(by_year.values())) if step.year == year), None)
    if step is None:
        return None
    all_steps = bridge_steps(t, step)
    names, values, roles = zip(*((item.name, item.value, item.role) for item in all_steps), strict=True)
    label = text.capital(indicator.label[t.language])
    title = (
        f"{municipality_name(context)}, {label}. "
        f"{t('productivity.bridge', year=year)}: {text.signed(t, step.after - step.before, 1)}"
    )
    note = f"{t('productivity.bridge_note', before=t.number(step.before, 1), after=t.number(step.after, 1))} "
    note += text.former(t, municipality_name(context), by_year[year - 1], by_year[year])
    return Exhibit(
        title,
        "waterfall",
        names,
        {t("productivity.change"): values},
        indicator.unit[t.language],
        1,
        roles,
        note=note,
        source=source(context, indicator),
        finding=text.short(
            t,
            "bridge",
            name=municipality_name(context),
            label=indicator.label[t.language],
            change=text.signed(t, step.after - step.before, 1),
            year=year,
        ),
    )


def worklife(context: PageContext) -> Exhibit:
    """Return a table of the measures of working life: the figure, or whom to ask for it."""
    t, rows = context.t, []
    for indicator in framework.by_dimension(context.catalogue, core=False)["worklife"]:
        standing = selected_figures.standing(context, indicator)
        if standing.year and standing.value is not None:
            value = (
                f"{t.number(standing.value, indicator.decimals)} {indicator.unit[t.language]} "
                f"({context.year_words(standing.year) or standing.year})"
            )
        else:
            value = t(f"missing.{standing.reason}")
        ask = indicator.awaited.ask[t.language] if indicator.awaited else ""
        rows.append((text.capital(indicator.label[t.language]), value, ask))
    heads = (t("choice.indicator"), t("chart.value"), t("report.to_ask"))
    return Exhibit(f"{municipality_name(context)}: {t('nav.worklife')}", "table", heads=heads, rows=tuple(rows))


def definition(context: PageContext) -> Exhibit:
    """Return a table that defines the chosen indicator."""
    t, indicator = context.t, context.indicator
    experimental = selected_figures.experimental(context, indicator)
    rows = [
        (t("catalogue.definition"), indicator.definition[t.language]),
        (t("catalogue.formula"), text.formula(t, indicator)),
        (t("catalogue.unit"), indicator.unit[t.language]),
        *([(t("catalogue.experimental"), experimental)] if experimental else []),
        (t("catalogue.caveats"), indicator.caveats[t.language]),
        *((str(b.year), t("how.break", year=b.year, reason=b.reason[t.language])) for b in indicator.breaks),
    ]
    return Exhibit(
        indicator.name[t.language],
        "table",
        heads=(t("report.method"), t("report.meaning")),
        rows=tuple(rows),
        source=source(context, indicator) if indicator.sources else "",
    )


def bank(context: PageContext) -> Exhibit:
    """Return the entry of the knowledge bank that the page parameter `kirjaus` names, or else the list of cases."""
    t, entries = context.t, knowledge_bank.entries()
    entry = entries.get(dict(context.selection.page_params).get("kirjaus", ""))
    if entry is None:
        cases = [one for one in entries.values() if one.kind == "case"]
        heads = (t("knowledge.case_head"), t("chart.year"), t("knowledge.places"))
        named = tuple(
            (one.name.in_language(t.language)[0], str(one.year or ""), text.listed(t, _places(context, one), 4))
            for one in cases
        )
        return Exhibit(t("knowledge.case_many"), "table", heads=heads, rows=named)
    fields = [
        (t("knowledge.case_head"), entry.text),
        (t("knowledge.claimed"), entry.effect.claimed if entry.effect else None),
        (t("knowledge.obstacles"), entry.obstacles),
    ]
    rows = tuple((head, words.in_language(t.language)[0]) for head, words in fields if words)
    rows += ((t("chart.year"), str(entry.year)),) if entry.year else ()
    rows += ((t("knowledge.places"), text.listed(t, _places(context, entry), 20)),) if entry.places else ()
    return Exhibit(
        entry.name.in_language(t.language)[0],
        "table",
        heads=(t("report.method"), t("report.meaning")),
        rows=rows,
        source=text.document(t, knowledge_bank.sources()[entry.source]),
    )


def _places(context: PageContext, entry: knowledge_bank.Entry) -> list[str]:
    return [context.name(code) for code in entry.places if code in context.register]


def datasets(context: PageContext) -> Exhibit:
    """Return a table of the loaded statistics with their date of retrieval and licence."""
    t, manifest = context.t, context.data.snapshot.manifest
    loaded = [(origin, entry) for entry in manifest["files"].values() for origin in entry["sources"]]
    rows = tuple(
        (origin["agency"][t.language], origin["statistic"][t.language], entry["retrieved"][:10], origin["licence"])
        for origin, entry in loaded
    )
    heads = (t("datasets.agency"), t("datasets.statistic"), t("datasets.retrieved"), t("datasets.licence"))
    ids = tuple(dict.fromkeys(origin["id"] for origin, _ in loaded))
    return Exhibit(
        t("datasets.title"),
        "table",
        heads=heads,
        rows=rows,
        source=t("how.sources", sources=provenance.attribution(ids, t.language)),
    )


def methods(context: PageContext) -> Exhibit:
    """Return a table of the methods behind the figures of a report."""
    t, manifest = context.t, context.data.snapshot.manifest
    rows = [
        (t(f"report.method_{name}"), t(f"report.method_{name}_text", year=manifest["division_year"]))
        for name in ("costs", "group", "judgement", "prices", "division")
    ]
    licence = "report.method_licence_invented" if context.data.snapshot.invented else "report.method_licence_text"
    rows.append((t("report.method_licence"), t(licence, retrieved=manifest["retrieved"][:10])))
    return Exhibit(t("report.methods"), "table", heads=(t("report.method"), t("report.meaning")), rows=tuple(rows))
