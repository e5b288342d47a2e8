"""Leaves of the framework: productivity taken apart, working life, what an indicator is, what is loaded, how it is computed."""

from kuntamittari import framework, knowledge, productivity, provenance, subjects, text, views
from kuntamittari.address import View
from kuntamittari.catalog import Index
from kuntamittari.i18n import Translator
from kuntamittari.leaves.leaf import Leaf, Step, own, source

# the index and what it consists of → the role of its line and of its step
PARTS = {"index": "chosen", "volume": "compared-2", "cost": "compared-1", "price": "compared-3"}


def taken_apart(view: View) -> Leaf | None:
    """Productivity of a service with its volume, cost and price."""
    t, view = view.t, subjects.productivity(view)
    indicator = view.indicator
    if not isinstance(indicator.formula, Index):
        return None
    years = [year for year in productivity.series(view.data, indicator, view.selection.municipality) if year.index is not None]
    at = next((year for year in years if year.year == view.year), None)
    if at is None or len(years) < 2:
        return None
    series = {t(f"productivity.{part}"): tuple(getattr(year, part) for year in years) for part in PARTS}
    title = f"{text.capital(indicator.label[t.language])}. {text.productivity(t, own(view), indicator, at)}"
    note = t("productivity.arithmetic") if indicator.by_age_group else indicator.caveats[t.language]
    return Leaf(title, "lines", tuple(str(year.year) for year in years), series, indicator.unit[t.language], 1, tuple(PARTS.values()),
                dashes(), note=note, source=source(view, indicator))  # fmt: skip


def dashes() -> tuple[str, ...]:
    """How the line of each part is drawn."""
    return tuple("solid" if part == "index" else "dashed" for part in PARTS)


def bridge_steps(t: Translator, change: productivity.Step) -> list[Step]:
    """What a change of productivity consists of: each part in the colour of its line, at the end the whole change."""
    parts = [Step(t(f"productivity.{part}"), getattr(change, part), role) for part, role in PARTS.items() if part != "index"]
    return [*parts, Step(t("productivity.change"), change.after - change.before, "total")]


def bridge(view: View) -> Leaf | None:
    """What the change of productivity from the year before consists of."""
    t, view = view.t, subjects.productivity(view)
    indicator, year = view.indicator, view.year
    if not isinstance(indicator.formula, Index):
        return None
    known = {y.year: y for y in productivity.series(view.data, indicator, view.selection.municipality)}
    step = next((step for step in productivity.steps(list(known.values())) if step.year == year), None)
    if step is None:
        return None
    drawn = bridge_steps(t, step)
    names, values, roles = zip(*((one.name, one.value, one.role) for one in drawn), strict=True)
    label = text.capital(indicator.label[t.language])
    title = f"{own(view)}, {label}. {t('productivity.bridge', year=year)}: {text.signed(t, step.after - step.before, 1)}"
    note = f"{t('productivity.bridge_note', before=t.number(step.before, 1), after=t.number(step.after, 1))}. "
    note += text.former(t, own(view), known[year - 1], known[year])
    return Leaf(title, "waterfall", names, {t("productivity.change"): values}, indicator.unit[t.language], 1, roles, note=note,
                source=source(view, indicator))  # fmt: skip


def worklife(view: View) -> Leaf:
    """The measures of working life: the figure, or what would bring it."""
    t, rows = view.t, []
    for indicator in framework.by_dimension(view.catalogue, core=False)["worklife"]:
        at = views.standing(view, indicator)
        if at.year and at.value is not None:
            said = f"{t.number(at.value, indicator.decimals)} {indicator.unit[t.language]} ({view.year_words(at.year) or at.year})"
        else:
            said = t(f"missing.{at.reason}")
        ask = indicator.awaited.ask[t.language] if indicator.awaited else ""
        rows.append((text.capital(indicator.label[t.language]), said, ask))
    heads = (t("choice.indicator"), t("chart.value"), t("report.to_ask"))
    return Leaf(f"{own(view)}: {t('nav.worklife')}", "table", heads=heads, rows=tuple(rows))


def definition(view: View) -> Leaf:
    """What the chosen indicator is."""
    t, indicator = view.t, view.indicator
    rows = [
        (t("catalogue.definition"), indicator.definition[t.language]),
        (t("catalogue.formula"), text.formula(t, indicator)),
        (t("catalogue.unit"), indicator.unit[t.language]),
        (t("catalogue.caveats"), indicator.caveats[t.language]),
        *((str(b.year), t("how.break", year=b.year, reason=b.reason[t.language])) for b in indicator.breaks),
    ]
    return Leaf(indicator.name[t.language], "table", heads=(t("report.method"), t("report.meaning")), rows=tuple(rows),
                source=source(view, indicator) if indicator.sources else "")  # fmt: skip


def bank(view: View) -> Leaf:
    """The entry of the knowledge bank that the address names, else the cases there are."""
    t, entries = view.t, knowledge.entries()
    entry = entries.get(dict(view.selection.own).get("kirjaus", ""))
    if entry is None:
        cases = [one for one in entries.values() if one.kind == "case"]
        heads = (t("knowledge.case_head"), t("chart.year"), t("knowledge.places"))
        named = tuple((one.name.told(t.language)[0], str(one.year or ""), text.listed(t, _places(view, one), 4)) for one in cases)
        return Leaf(t("knowledge.case_many"), "table", heads=heads, rows=named)
    said = [(t("knowledge.case_head"), entry.text), (t("knowledge.claimed"), entry.effect.claimed if entry.effect else None),
            (t("knowledge.obstacles"), entry.obstacles)]  # fmt: skip
    rows = tuple((head, words.told(t.language)[0]) for head, words in said if words)
    rows += ((t("chart.year"), str(entry.year)),) if entry.year else ()
    rows += ((t("knowledge.places"), text.listed(t, _places(view, entry), 20)),) if entry.places else ()
    return Leaf(entry.name.told(t.language)[0], "table", heads=(t("report.method"), t("report.meaning")), rows=rows,
                source=text.document(t, knowledge.sources()[entry.source]))  # fmt: skip


def _places(view: View, entry: knowledge.Entry) -> list[str]:
    return [view.name(code) for code in entry.places if code in view.register]


def datasets(view: View) -> Leaf:
    """Which statistics are loaded, retrieved when."""
    t, manifest = view.t, view.data.snapshot.manifest
    known = [(one, entry) for entry in manifest["files"].values() for one in entry["sources"]]
    rows = tuple((one["agency"][t.language], one["statistic"][t.language], entry["retrieved"][:10], one["licence"]) for one, entry in known)
    heads = (t("datasets.agency"), t("datasets.statistic"), t("datasets.retrieved"), t("datasets.licence"))
    ids = tuple(dict.fromkeys(one["id"] for one, _ in known))
    return Leaf(
        t("datasets.title"), "table", heads=heads, rows=rows, source=t("how.sources", sources=provenance.attribution(ids, t.language))
    )


def methods(view: View) -> Leaf:
    """How the figures of a report are made."""
    t, manifest = view.t, view.data.snapshot.manifest
    rows = [
        (t(f"report.method_{name}"), t(f"report.method_{name}_text", year=manifest["division_year"]))
        for name in ("costs", "group", "judgement", "prices", "division")
    ]
    licence = "report.method_licence_invented" if view.data.snapshot.invented else "report.method_licence_text"
    rows.append((t("report.method_licence"), t(licence, retrieved=manifest["retrieved"][:10])))
    return Leaf(t("report.methods"), "table", heads=(t("report.method"), t("report.meaning")), rows=tuple(rows))
