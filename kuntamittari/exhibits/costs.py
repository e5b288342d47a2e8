"""Leaves of costs: what a sum is made of, why it differs from the group, and what a saving on support services would
mean."""

from collections.abc import Mapping

from kuntamittari.catalog import task_classes
from kuntamittari.catalog.indicator import Basis, Ratio
from kuntamittari.exhibits import page_defaults, selected_figures, text
from kuntamittari.exhibits.comparison import ranking
from kuntamittari.exhibits.exhibit import Exhibit, Step, group_name, municipality_name, source
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.i18n import Translator
from kuntamittari.query import composite_costs

LONGEST_COMPOSITION = 15  # task classes; a whole of more is shown by its services
MOST_STEPS = 14  # of a waterfall on a slide, the total apart
LEAST_EFFECT = 0.5  # euros per resident; smaller ones are drawn together
SIDES = ("chosen", "other")  # the municipality and the group as one
EFFECTS = {"age": "first", "unit_cost": "second"}  # what a step of a waterfall comes of → its role


def composition(context: PageContext) -> Exhibit | None:
    """What a whole is made of beside the group as one municipality: per head of the age group, per resident or in
    euros."""
    t, s, whole = context.t, context.selection, context.as_organised(page_defaults.whole(context))
    year, formula = context.last(whole), whole.formula
    if year is None or not isinstance(formula, Ratio):
        return None
    classes = formula.numerator.task_classes
    if sum(len(task_classes.of_total(c)) for c in classes) > LONGEST_COMPOSITION:
        return by_service(context)
    group, place = context.group_of(whole), s.municipality
    rows = composite_costs.composition(context.data, whole, group, place, year, context.basis.price_year)
    rows = [row for row in rows if row["eur"] is not None]
    if not rows:
        return None
    measure = dict(s.page_params).get("luku", "per_head")
    units = {"per_head": whole.unit[t.language], "per_resident": t("costs.unit_per_resident"), "eur": "€"}
    unit = units.get(measure, units["per_head"])
    measure = measure if measure in units else "per_head"
    series = {municipality_name(context): tuple(row[measure] for row in rows)}
    if measure != "eur":
        series[t("costs.group_as_one", group=group_name(context))] = tuple(row[f"group_{measure}"] for row in rows)
    total = t.number(sum(row[measure] for row in rows))
    title = t(
        "report.made_of",
        name=municipality_name(context),
        whole=whole.label[t.language],
        year=year,
        total=total,
        unit=unit,
    )
    prices = text.basis(t, whole, Basis(price_year=context.basis.price_year))[0]
    names = tuple(task_classes.name_in(row["task_class"], t.language) for row in rows)
    return Exhibit(
        title,
        "pairs",
        names,
        series,
        f"{unit} · {prices}",
        0,
        SIDES[: len(series)],
        note=whole.definition[t.language],
        source=source(context, whole, "price_index"),
    )


def by_service(context: PageContext) -> Exhibit | None:
    """What a whole costs per resident, service by service, beside the group as one municipality."""
    t, whole = context.t, page_defaults.whole(context)
    explained = selected_figures.explained(context, whole)
    if explained is None:
        return None
    gap = explained.found
    names = tuple(text.capital(explained.labels[effect.id]) for effect in gap.effects)
    series = {
        municipality_name(context): tuple(e.municipality for e in gap.effects),
        t("why.group"): tuple(e.group for e in gap.effects),
    }
    sums = {"municipality": t.number(gap.municipality), "group": t.number(gap.group)}
    title = t("report.composition", name=municipality_name(context), whole=explained.whole, year=explained.year, **sums)
    prices = text.basis(t, whole, Basis(price_year=context.basis.price_year))[0]
    return Exhibit(
        title,
        "pairs",
        names,
        series,
        f"{t('costs.unit_per_resident')} · {prices}",
        0,
        SIDES,
        note=whole.definition[t.language],
        source=source(context, whole, "price_index"),
    )


def steps(
    t: Translator, gap: composite_costs.Difference, labels: Mapping[str, str], most: int | None = None
) -> list[Step]:
    """What a difference consists of, in euros per resident: what comes of the age structure, then what comes of the
    cost per head, each the largest first; at the end the whole difference. The effects of a kind that are smaller than
    `LEAST_EFFECT`, and its smallest where there are more than `most` steps before the total, are one step, so that the
    steps sum to the difference."""
    ranked = [(kind, e.id, getattr(e, kind)) for kind in EFFECTS for e in gap.effects if getattr(e, kind)]
    ranked.sort(key=lambda effect: -abs(effect[2]))
    large = [effect for effect in ranked if abs(effect[2]) >= LEAST_EFFECT]
    if most is not None and len(large) > most - len(EFFECTS):
        large = large[: most - len(EFFECTS)]
    found = []
    for kind, role in EFFECTS.items():
        drawn, rest = (
            [(labels[part], value) for of, part, value in some if of == kind] for some in (large, ranked[len(large) :])
        )
        if len(rest) > 1:
            rest = [(t("why.others"), sum(value for _, value in rest))]
        found += [Step(t(f"why.step_{kind}", service=label), value, role) for label, value in (*drawn, *rest)]
    return [*found, Step(t("why.total"), gap.municipality - gap.group, "total")]


def dearer(context: PageContext) -> Exhibit | None:
    """Why the municipality costs more or less than the group as one: age structure and unit cost, at the end the whole
    difference."""
    t, whole = context.t, page_defaults.whole(context)
    explained = selected_figures.explained(context, whole)
    if explained is None:
        return None
    drawn = steps(t, explained.found, explained.labels, MOST_STEPS)
    if len(drawn) == 1:  # a group of the municipality alone
        return None
    series = {t("why.gap"): tuple(step.value for step in drawn)}
    return Exhibit(
        " ".join(explained.said),
        "waterfall",
        tuple(step.name for step in drawn),
        series,
        t("costs.unit_per_resident"),
        0,
        tuple(step.role for step in drawn),
        note=t("why.how", n=explained.found.members),
        source=source(context, whole, "price_index"),
    )


def administration(context: PageContext) -> Exhibit | None:
    """General administration in the group."""
    return ranking(page_defaults.administration(context))


def saving(context: PageContext) -> Exhibit | None:
    """What the reader's own assumptions about support services come to over the years."""
    t, s, found = context.t, context.selection, context.selection.scenario
    if found is None:
        return None
    balance = found.balance(found.horizon())
    title = text.saving(t, municipality_name(context), found, context.register[s.municipality]["residents"])
    return Exhibit(
        title,
        "lines",
        tuple(map(str, range(len(balance)))),
        {t("support.balance"): tuple(balance)},
        t("outlook.unit_millions"),
        1,
        ("chosen",),
        note=t("support.assumed"),
    )
