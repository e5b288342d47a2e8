"""Exhibits of costs: composition, why the cost differs from the group, and savings on support services."""

from collections.abc import Mapping

from kuntamittari.catalog import need_models, task_classes
from kuntamittari.catalog.indicator import Basis, Ratio
from kuntamittari.exhibits import page_defaults, selected_figures, text
from kuntamittari.exhibits.comparison import ranking
from kuntamittari.exhibits.exhibit import Exhibit, Step, group_name, municipality_name, source
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.i18n import Translator
from kuntamittari.query import composite_costs
from kuntamittari.query.need import NeedStanding

LONGEST_COMPOSITION = 15  # task classes; a composite with more is shown by its services
MOST_STEPS = 12  # of a waterfall on a slide, without the total
LEAST_EFFECT = 0.5  # euros per resident; smaller effects are drawn as one step
SIDES = ("chosen", "other")  # the municipality and the group as one
EFFECTS = {"age": "part-1", "unit_cost": "part-2"}  # kind of effect → role of its step in a waterfall


def composition(context: PageContext) -> Exhibit | None:
    """Return a composite's costs by task class beside the group as one municipality; None without figures.

    The page parameter `luku` chooses the measure: per head of the age group, per resident or euros. A composite of many
    task classes is shown by its services instead.
    """
    t, s, composite = context.t, context.selection, context.as_organised(page_defaults.composite(context))
    year, formula = context.last(composite), composite.formula
    if year is None or not isinstance(formula, Ratio):
        return None
    classes = formula.numerator.task_classes
    if sum(len(task_classes.of_total(c)) for c in classes) > LONGEST_COMPOSITION:
        return by_service(context)
    group, municipality = context.group_of(composite), s.municipality
    rows = composite_costs.composition(context.data, composite, group, municipality, year, context.basis.price_year)
    rows = [row for row in rows if row["eur"] is not None]
    if not rows:
        return None
    measure = dict(s.page_params).get("luku", "per_head")
    units = {"per_head": composite.unit[t.language], "per_resident": t("costs.unit_per_resident"), "eur": "€"}
    unit = units.get(measure, units["per_head"])
    measure = measure if measure in units else "per_head"
    series = {municipality_name(context): tuple(row[measure] for row in rows)}
    if measure != "eur":
        series[t("costs.group_as_one", group=group_name(context))] = tuple(row[f"group_{measure}"] for row in rows)
    total = t.number(sum(row[measure] for row in rows))
    title = t(
        "report.made_of",
        name=municipality_name(context),
        whole=composite.label[t.language],
        year=year,
        total=total,
        unit=unit,
    )
    prices = text.basis(t, composite, Basis(price_year=context.basis.price_year))[0]
    names = tuple(task_classes.name_in(row["task_class"], t.language) for row in rows)
    return Exhibit(
        title,
        "pairs",
        names,
        series,
        f"{unit} · {prices}",
        0,
        SIDES[: len(series)],
        note=composite.definition[t.language],
        source=source(context, composite, "price_index"),
        finding=text.short(
            t,
            "sum",
            name=municipality_name(context),
            label=composite.label[t.language],
            total=total,
            unit=text.mark(unit),
            year=year,
        ),
    )


def by_service(context: PageContext) -> Exhibit | None:
    """Return a composite's cost per resident by service, beside the group as one; None where it cannot be explained."""
    t, composite = context.t, page_defaults.composite(context)
    explained = selected_figures.explained(context, composite)
    if explained is None:
        return None
    gap = explained.difference
    names = tuple(text.capital(explained.labels[effect.id]) for effect in gap.effects)
    series = {
        municipality_name(context): tuple(e.municipality for e in gap.effects),
        t("why.group"): tuple(e.group for e in gap.effects),
    }
    sums = {"municipality": t.number(gap.municipality), "group": t.number(gap.group)}
    title = t(
        "report.composition",
        name=municipality_name(context),
        whole=explained.composite_name,
        year=explained.year,
        **sums,
    )
    prices = text.basis(t, composite, Basis(price_year=context.basis.price_year))[0]
    return Exhibit(
        title,
        "pairs",
        names,
        series,
        f"{t('costs.unit_per_resident')} · {prices}",
        0,
        SIDES,
        note=composite.definition[t.language],
        source=source(context, composite, "price_index"),
        finding=text.short(
            t,
            "beside",
            name=municipality_name(context),
            whole=explained.composite_name,
            difference=text.signed(t, gap.municipality - gap.group),
        ),
    )


def steps(
    t: Translator, gap: composite_costs.Difference, labels: Mapping[str, str], most: int | None = None
) -> list[Step]:
    """Return the steps of a cost difference, in euros per resident; they end with the total, which is their sum.

    First the effects of age structure, then those of cost per head, each the largest first. Effects below
    `LEAST_EFFECT`, and the smallest where there would be more than `most` steps before the total, become one step for
    each kind.
    """
    ranked = [(kind, e.id, getattr(e, kind)) for kind in EFFECTS for e in gap.effects if getattr(e, kind)]
    ranked.sort(key=lambda effect: -abs(effect[2]))
    large = [effect for effect in ranked if abs(effect[2]) >= LEAST_EFFECT]
    if most is not None and len(large) > most - len(EFFECTS):
        large = large[: most - len(EFFECTS)]
    result = []
    for kind, role in EFFECTS.items():
        separate, combined = (
            [(labels[part], value) for effect_kind, part, value in effects if effect_kind == kind]
            for effects in (large, ranked[len(large) :])
        )
        if len(combined) > 1:
            combined = [(t("why.others"), sum(value for _, value in combined))]
        result += [Step(t(f"why.step_{kind}", service=label), value, role) for label, value in (*separate, *combined)]
    return [*result, Step(t("why.total"), gap.municipality - gap.group, "total")]


def dearer(context: PageContext) -> Exhibit | None:
    """Return a waterfall of why the municipality's cost differs from the group's; None where it cannot be explained.

    Age structure, then unit cost, then the whole difference (docs/methods.md 10).
    """
    t, composite = context.t, page_defaults.composite(context)
    explained = selected_figures.explained(context, composite)
    if explained is None:
        return None
    steps_ = steps(t, explained.difference, explained.labels, MOST_STEPS)
    if len(steps_) == 1:  # only the total: the group is the municipality alone
        return None
    series = {t("why.gap"): tuple(step.value for step in steps_)}
    return Exhibit(
        " ".join(explained.sentences),
        "waterfall",
        tuple(step.name for step in steps_),
        series,
        t("costs.unit_per_resident"),
        0,
        tuple(step.role for step in steps_),
        note=t("why.how", n=explained.difference.members),
        source=source(context, composite, "price_index"),
        finding=text.short(
            t,
            "dearer",
            name=municipality_name(context),
            age=text.signed(t, sum(effect.age for effect in explained.difference.effects)),
            unit_cost=text.signed(t, sum(effect.unit_cost for effect in explained.difference.effects)),
        ),
    )


def need_steps(t: Translator, standing: NeedStanding) -> list[Step]:
    """Return why the expected cost differs from that of a municipality of average drivers, in euros a head.

    The drivers, the largest first, and the whole difference, which is their sum.
    """
    names = need_models.themes()
    ranked = sorted(standing.effects.items(), key=lambda effect: -abs(effect[1]))
    steps = [Step(text.capital(names[theme][t.language]), euros, "part-1") for theme, euros in ranked]
    return [*steps, Step(t("need_model.total"), sum(standing.effects.values()), "total")]


def expected(context: PageContext) -> Exhibit | None:
    """Return a waterfall of the drivers of the expected cost of what is shown first; None where it is not known."""
    t = context.t
    standings = (selected_figures.need_standing(context, model) for model in selected_figures.need_models_of(context))
    standing = next(filter(None, standings), None)
    if standing is None:
        return None
    steps_ = need_steps(t, standing)
    terms = text.basis(t, standing.indicator, Basis(price_year=context.basis.price_year))[0]
    fit = standing.model.fit
    return Exhibit(
        text.need(t, standing, municipality_name(context), terms),
        "waterfall",
        tuple(step.name for step in steps_),
        {t("need_model.effect"): tuple(step.value for step in steps_)},
        standing.indicator.unit[t.language],
        0,
        tuple(step.role for step in steps_),
        note=t("need_model.reading", r2=t.number(fit.left_out_r2, 2), n=fit.n, year=standing.model.year),
        source=source(context, standing.indicator, "sotkanet_outcomes"),
        finding=text.short(
            t,
            "expected",
            name=municipality_name(context),
            label=standing.indicator.label[t.language],
            deviation=text.signed(t, standing.row["deviation"], 1),
        )
        if standing.row["deviation"] is not None
        else "",
    )


def administration(context: PageContext) -> Exhibit | None:
    """Return the ranking of the group by costs of general administration; None without a value."""
    return ranking(page_defaults.administration(context))


def saving(context: PageContext) -> Exhibit | None:
    """Return the balance of the user's support-service scenario over the years; None without a scenario."""
    t, s, scenario = context.t, context.selection, context.selection.scenario
    if scenario is None:
        return None
    balance = [1e6 * value for value in scenario.balance(scenario.horizon())]
    unit, divisor, decimals = text.money_scale(t, max(map(abs, balance)))
    title = text.saving(t, municipality_name(context), scenario, context.residents(s.municipality))
    return Exhibit(
        title,
        "lines",
        tuple(map(str, range(len(balance)))),
        {t("support.balance"): tuple(value / divisor for value in balance)},
        unit,
        decimals,
        ("chosen",),
        note=t("support.assumed"),
        finding=text.short(
            t,
            "saving",
            name=municipality_name(context),
            saving=t.number(scenario.saving, 1),
            saved=text.money(t, scenario.saved * 1e6),
        ),
    )
