"""What has to hold of every explanation of why a municipality is dearer (docs/methods.md 10)."""

import re

from kuntamittari.exhibits import selected_figures
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.selected_figures import Explained

MILLIONS = re.compile(r"(\d[\d\s\u00a0,.]*) (?:milj\. €|mn €|million €)")
SIGNED = re.compile(r"\(([+−])[\d\s\u00a0,.]+ €\)")


def small_millions(said: str) -> list[str]:
    """The amounts under ten million euros that a text writes in millions."""
    numbers = MILLIONS.findall(said)
    return [number for number in numbers if float(re.sub(r"[\s\u00a0]", "", number).replace(",", ".")) < 10]


def faults(context: PageContext, whole: str) -> tuple[list[str], Explained | None]:
    """What is wrong between the headline of a composite and its explanation, and the explanation."""
    t, composite = context.t, context.catalogue[whole]
    standing, found = selected_figures.standing(context, composite), selected_figures.explained(context, composite)
    if found is None or standing.row is None or standing.group is None:
        return [], None
    first, *others = found.sentences
    gap, wrong = found.difference.municipality - found.difference.group, []
    if small_millions(" ".join((selected_figures.sentence(context, standing), *found.sentences))):
        wrong.append("an amount under ten million in millions")
    if abs(gap) >= 0.5 and SIGNED.findall(others[0]) != ["+" if gap > 0 else "−"]:
        wrong.append("the largest part is against the direction")
    if str(found.year) not in first:
        wrong.append("the explanation does not say its year")
    bridge_of_year = t("bridge.year", explained=found.year, year=standing.year)
    if (found.year != standing.year) != (bridge_of_year in others):
        wrong.append("headline and explanation are of two years without a bridge, or of one with it")
    if found.year == standing.year and not context.basis.years_together > 1:
        row, group = standing.row, standing.group
        unit, numbers = standing.indicator.unit[t.language], (row["value"], group.ratio_of_sums, group.median)
        shown = [t.number(number, standing.indicator.decimals) for number in numbers]
        asked = shown[1:] if composite.by_everybody else shown
        if not any(unit in said and all(number in said for number in asked) for said in others):
            wrong.append("no sentence has the figure of the headline beside both references")
        value, one, median = numbers
        between = min(one, median) < value < max(one, median) and len(set(shown)) == 3
        said = [t(f"bridge.{side}_median") in others for side in ("below", "above")]
        if said != [between and value < median, between and value > median]:
            wrong.append("median and group as one lie on two sides, and no sentence says so")
    return wrong, found
