"""Leaves of costs: what a sum is made of, why it differs from the group, and what a saving on support services would mean."""

from kuntamittari import subjects, task_classes, text, wholes
from kuntamittari.address import View
from kuntamittari.catalog import Basis, Indicator, Ratio
from kuntamittari.leaves.compare import ranking
from kuntamittari.leaves.leaf import Leaf, group_name, own, source

LONGEST_COMPOSITION = 15  # task classes; a whole of more is shown by its services
MOST_STEPS = 14
LEAST_EFFECT = 0.5  # euros per resident; a smaller one is in the table of the page, not in a picture
YEARS_BACK = 3


def composition(view: View) -> Leaf | None:
    """What a whole is made of beside the group as one municipality: per head of the age group, per resident or in euros."""
    t, s, whole = view.t, view.selection, subjects.whole(view)
    year, formula = view.last(whole), whole.formula
    if year is None or not isinstance(formula, Ratio):
        return None
    classes, ages = formula.numerator.task_classes, formula.denominator
    if sum(len(task_classes.of_total(c)) for c in classes) > LONGEST_COMPOSITION:
        return by_service(view)
    rows = view.data.query(
        "composition", task_classes=list(classes), age_from=ages.age_from, age_to=ages.age_to, year=year,
        municipality=s.municipality, price_year=view.basis.price_year, **view.group_of(whole).parameters,
    ).to_pylist()  # fmt: skip
    rows = [row for row in rows if row["eur"] is not None]
    if not rows:
        return None
    measure = dict(s.own).get("luku", "per_head")
    units = {"per_head": whole.unit[t.language], "per_resident": t("costs.unit_per_resident"), "eur": "€"}
    unit = units.get(measure, units["per_head"])
    measure = measure if measure in units else "per_head"
    series = {own(view): tuple(row[measure] for row in rows)}
    if measure != "eur":
        series[t("costs.group_as_one", group=group_name(view))] = tuple(row[f"group_{measure}"] for row in rows)
    total = t.number(sum(row[measure] for row in rows))
    title = t("report.made_of", name=own(view), whole=whole.label[t.language], year=year, total=total, unit=unit)
    prices = text.basis(t, whole, Basis(price_year=view.basis.price_year))[0]
    names = tuple(task_classes.name_in(row["task_class"], t.language) for row in rows)
    return Leaf(title, "pairs", names, series, f"{unit} · {prices}", 0, own(view), note=whole.definition[t.language],
                source=source(view, whole, "price_index"))  # fmt: skip


def difference(view: View, whole: Indicator) -> tuple[int, wholes.Difference] | None:
    """Why the whole costs more or less than in the group, in the last year whose age groups are loaded."""
    year, parts = view.last(whole), wholes.parts(view.catalogue, whole)
    if year is None or not parts:
        return None
    for asked in range(year, year - YEARS_BACK, -1):  # the ages of the parts may reach less far than the whole
        found = wholes.difference(view.data, parts, view.group_of(whole), view.selection.municipality, asked, view.basis.price_year)
        if found:
            return asked, found
    return None


def by_service(view: View) -> Leaf | None:
    """What a whole costs per resident, service by service, beside the group as one municipality."""
    t, whole = view.t, subjects.whole(view)
    found = difference(view, whole)
    if found is None:
        return None
    year, gap = found
    names = tuple(text.capital(wholes.label(view.catalogue, effect.id, t.language)) for effect in gap.effects)
    series = {own(view): tuple(e.own for e in gap.effects), t("why.group"): tuple(e.group for e in gap.effects)}
    title = t(
        "report.composition", name=own(view), whole=t(f"costs.{whole.id}"), year=year, own=t.number(gap.own), group=t.number(gap.group)
    )
    prices = text.basis(t, whole, Basis(price_year=view.basis.price_year))[0]
    return Leaf(title, "pairs", names, series, f"{t('costs.unit_per_resident')} · {prices}", 0, own(view),
                note=whole.definition[t.language], source=source(view, whole, "price_index"))  # fmt: skip


def dearer(view: View) -> Leaf | None:
    """Why the municipality costs more or less than the group as one: age structure and unit cost, the largest first."""
    t, whole = view.t, subjects.whole(view)
    found = difference(view, whole)
    if found is None:
        return None
    year, gap = found
    labels = {effect.id: wholes.label(view.catalogue, effect.id, t.language) for effect in gap.effects}
    steps = [
        (t(f"why.step_{kind}", service=labels[effect.id]), getattr(effect, kind))
        for kind in ("age", "unit_cost")
        for effect in gap.effects
        if abs(getattr(effect, kind)) >= LEAST_EFFECT
    ]
    steps = sorted(steps, key=lambda step: -abs(step[1]))[:MOST_STEPS]
    if not steps:  # a group of the municipality alone
        return None
    terms = ", ".join(text.basis(t, whole, Basis(price_year=view.basis.price_year)))
    said = text.why(t, own(view), t(f"costs.{whole.id}"), group_name(view), year, gap, terms, labels)
    return Leaf(" ".join(said), "waterfall", tuple(name for name, _ in steps), {t("why.gap"): tuple(value for _, value in steps)},
                t("costs.unit_per_resident"), 0, note=t("why.how", n=gap.members), source=source(view, whole, "price_index"))  # fmt: skip


def administration(view: View) -> Leaf | None:
    """General administration in the group."""
    return ranking(subjects.administration(view))


def saving(view: View) -> Leaf | None:
    """What the reader's own assumptions about support services come to over the years."""
    t, s, found = view.t, view.selection, view.selection.scenario
    if found is None:
        return None
    balance = found.balance(found.horizon())
    title = text.saving(t, own(view), found, view.register[s.municipality]["residents"])
    return Leaf(title, "lines", tuple(map(str, range(len(balance)))), {t("support.balance"): tuple(balance)}, t("outlook.unit_millions"), 1,
                t("support.balance"), note=t("support.assumed"))  # fmt: skip
