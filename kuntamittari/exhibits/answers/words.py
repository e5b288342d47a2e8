"""The three answers in sentences that a council member reads aloud.

A part of a sentence between two `MARK`s is to stand out; no name of a place is in such a sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from kuntamittari.catalog import composites
from kuntamittari.catalog.indicator import AS_PUBLISHED
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.answers.model import Answer, PartGap, Users
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.selected_figures import Explained
from kuntamittari.i18n import Translator
from kuntamittari.query.figures import NEIGHBOURS, SIMILAR
from kuntamittari.stats.benchmark import LEAST_BASE, LEAST_GROUP

MARK = "*"
FAMILIES = (NEIGHBOURS, SIMILAR, "all")  # groups with words of their own; every other one is "the group"
MOST_NAMED = 8  # members that the page names
LEAST_EUROS = 0.5  # a head: smaller differences of a service are not told of


@dataclass(frozen=True)
class Told:
    """An answer in words.

    `head`: whom it is of; `amount`: the cost a head, empty without a figure; `per`: a head of whom, and when; `place`:
    rank and difference; `why`: reasons; `euros`: the difference a year; `notes`: what keeps the figure from being read
    as it stands.
    """

    head: str
    amount: str
    per: str
    place: str
    why: tuple[str, ...]
    euros: str
    notes: tuple[str, ...]


def plain(sentence: str) -> str:
    """Return a sentence without the marks of what stands out."""
    return sentence.replace(MARK, "")


def family(context: PageContext) -> str:
    """Return by which words the group compared is called; the whole country only where all of it is loaded."""
    known = context.group_id in FAMILIES and not context.selection.model and not _is_part(context)
    return context.group_id if known else "other"


def _is_part(context: PageContext) -> bool:
    """Return whether figures of some members of the group compared are not loaded."""
    fixed = context.groups.get(context.group_id)
    return fixed is not None and fixed["loaded"] < fixed["size"]


def told(context: PageContext, answer: Answer) -> Told:
    """Return an answer in words."""
    t = context.t
    head, standing = t(f"answers.head_{answer.id}"), answer.standing
    notes = _notes(context, answer)
    if standing.year is None or standing.row is None or standing.value is None:
        reason = selected_figures.why_missing(context, standing)
        return Told(head, "", "", t("answers.missing", reason=reason.rstrip(".")), (), "", notes)
    indicator = answer.whole
    remark = context.year_words(standing.year)
    when = f", {remark}" if remark else t("answers.year", year=standing.year)
    terms = [
        words
        for words in text.basis(t, indicator, context.basis)
        if words not in text.basis(t, indicator, AS_PUBLISHED)
    ]
    per = ", ".join([t(f"answers.per_{answer.id}", when=when), *terms])
    amount = t("answers.amount", value=t.number(standing.value, indicator.decimals))
    return Told(
        head, amount, per, place(context, answer), tuple(why(context, answer)), in_euros(context, answer), notes
    )


def place(context: PageContext, answer: Answer) -> str:
    """Return the rank with its interval and the difference from the typical member, as far as each is known."""
    t, row = context.t, answer.standing.row
    assert row is not None
    if answer.gap is None:
        return t("answers.no_group")
    difference = beside_typical(context, answer)
    if not row["rank"]:
        without = t("finding.small_base", least=LEAST_BASE) if row["ranked"] else ""
        return " ".join(filter(None, (text.capital(difference) + ".", without)))
    return t(
        "answers.place",
        place=rank(t, row["rank"], row["ranked"]),
        interval=_interval(t, row),
        n=row["ranked"],
        difference=difference,
    )


def _interval(t: Translator, row: dict) -> str:
    interval = text.rank_interval(t, row)
    return f" ({interval})" if interval else ""


def rank(t: Translator, number: int, ranked: int) -> str:
    """Return a rank from the lowest in words: lowest, 3rd lowest, highest."""
    if number in (1, ranked):
        return t("answers.lowest" if number == 1 else "answers.highest")
    return t("answers.nth_lowest", nth=ordinal(t.language, number))


def ordinal(language: str, number: int) -> str:
    """Return an ordinal number in figures: 3., 3:e, 3rd."""
    tens, ones = number // 10 % 10, number % 10
    if language == "en":
        return f"{number}{'th' if tens == 1 else {1: 'st', 2: 'nd', 3: 'rd'}.get(ones, 'th')}"
    return f"{number}:{'a' if ones in (1, 2) and tens != 1 else 'e'}" if language == "sv" else f"{number}."


def beside_typical(context: PageContext, answer: Answer) -> str:
    """Return the difference a head from the typical member in words."""
    t, gap = context.t, answer.gap or 0.0
    typical = t(f"answers.typical_{family(context)}")
    size = t.number(abs(gap), answer.whole.decimals)
    if size == t.number(0, answer.whole.decimals):
        return t("answers.same", typical=typical)
    return t("answers.more" if gap > 0 else "answers.less", euros=size, typical=typical)


def in_euros(context: PageContext, answer: Answer) -> str:
    """Return the difference in euros a year, as far as the figures bear it; empty without another member."""
    t, row = context.t, answer.standing.row
    if answer.euros is None or row is None or answer.standing.year is None:
        return ""
    if answer.certainty == "check":
        return t("answers.check", year=answer.standing.year - 1)
    level = t(f"answers.level_{family(context)}")
    if not answer.direction:
        return t("answers.same_level", level=level)
    if answer.certainty == "level":
        return t("answers.at_level", level=level)
    key = "answers.would_be_less" if answer.direction > 0 else "answers.would_be_more"
    sentences = [t(key, level=text.capital(level), euros=text.money(t, answer.euros)), t("answers.question")]
    if answer.certainty == "open" and answer.unfirm:
        sentences.append(t(f"answers.open_{answer.unfirm}", base=LEAST_BASE, group=LEAST_GROUP))
    if row["outlier"]:
        sentences.append(t("answers.outlier"))
    return " ".join(sentences)


def why(context: PageContext, answer: Answer) -> list[str]:
    """Return why the cost differs: the largest part in the direction of the difference, and how many users there are;
    empty where that is not known."""
    found, group, value = answer.why, answer.standing.group, answer.standing.value
    if found is None or group is None or value is None:
        return []
    of_year = found.year != answer.standing.year or context.basis.years_together > 1
    sentences = [context.t("answers.in_year", year=found.year)] if of_year else []
    sentences += _users(context, answer, found) if isinstance(found, Users) else _everybody(context, answer, found)
    # the typical member and the group as one, which is what parts are compared with, may lie on two sides
    if answer.certainty != "level" and (value - (group.ratio_of_sums or value)) * answer.direction < 0:
        sentences.append(context.t("answers.less_than_as_one" if answer.direction > 0 else "answers.more_than_as_one"))
    return sentences


def _users(context: PageContext, answer: Answer, found: Users) -> list[str]:
    t, among = context.t, context.t(f"answers.among_{family(context)}")
    labels = {part.id: composites.label(context.catalogue, part.id, t.language) for part in found.parts}
    largest = max(found.parts, key=lambda part: part.euros * answer.direction)
    sentences = []
    if answer.certainty == "level":
        sentences += _balance(t, found.parts, labels)
    elif largest.euros * answer.direction >= LEAST_EUROS:
        key = "answers.driver_more" if answer.direction > 0 else "answers.driver_less"
        sentences.append(t(key, part=labels[largest.id], euros=t.number(abs(largest.euros)), among=among))
    own, other = (t.number(100 * share, 1) for share in (found.share, found.group_share))
    return [*sentences, t(f"answers.share_{answer.id}", share=own, other=other, among=among)]


def _balance(t: Translator, parts: Sequence[PartGap], labels: dict[str, str]) -> list[str]:
    """Return the services that add and that take most, where the whole is as in the typical member."""
    most, least = (pick(parts, key=lambda part: part.euros) for pick in (max, min))
    if most.euros < LEAST_EUROS or least.euros > -LEAST_EUROS:
        return []
    up, down = (text.signed(t, part.euros) for part in (most, least))
    return [t("answers.balance", more=labels[most.id], up=up, less=labels[least.id], down=down)]


def _everybody(context: PageContext, answer: Answer, found: Explained) -> list[str]:
    t, difference = context.t, found.difference
    age, unit_cost = text.signed(t, difference.age), text.signed(t, difference.unit_cost)
    beside = t(f"answers.beside_{family(context)}")
    sentences = [t("answers.age_and_cost", age=age, unit_cost=unit_cost, beside=text.capital(beside))]
    direction = answer.direction if answer.certainty != "level" else 0
    steps = [
        (value, effect.id, kind)
        for effect in difference.effects
        for value, kind in ((effect.age, "why.by_age"), (effect.unit_cost, "why.by_unit_cost"))
    ]
    value, part, kind = max(steps, key=lambda step: step[0] * direction if direction else abs(step[0]))
    if abs(value) >= LEAST_EUROS and value * direction >= 0:
        sentences.append(t("answers.driver_of_all", part=found.labels[part], kind=t(kind), euros=text.signed(t, value)))
    return sentences


def _notes(context: PageContext, answer: Answer) -> tuple[str, ...]:
    """Return what is not organised here, that a part jumped, that the task has moved, and that the figure is
    experimental."""
    t, standing = context.t, answer.standing
    name = context.name(context.selection.municipality)
    sentences = [*text.left_out(t, name, standing.indicator.left_out)]
    if standing.lacking and standing.value is not None:
        parts = text.labels_of(t, standing.lacking)
        sentences += [t("finding.lacking", name=name, parts=parts), t("answers.no_saving")]
    if standing.year is not None:
        jumped = selected_figures.jumped_parts(context, standing.indicator, standing.year)
        if standing.value is not None and answer.certainty != "check":
            sentences += text.jump_of_part(t, jumped, standing.year)
        sentences.append(selected_figures.moved(context, standing.indicator, standing.year))
        sentences.append(selected_figures.members_without(context, standing.indicator, standing.year))
        if standing.indicator.is_experimental_in(standing.year):
            sentences += selected_figures.cautions(context, standing.indicator)
    return tuple(filter(None, sentences))


def beside_whom(context: PageContext, answers: Sequence[Answer]) -> str:
    """Return with whom the municipality is compared: by name where they are few and the same in every answer."""
    t, kind = context.t, family(context)
    groups = [
        set(context.members(context.group_of(answer.whole))) - {context.selection.municipality} for answer in answers
    ]
    loaded = [{code for code in group if context.is_loaded(code)} for group in groups]
    if loaded and 0 < len(loaded[0]) <= MOST_NAMED and all(group == loaded[0] for group in loaded):
        names = sorted(context.name(code) for code in loaded[0])
        listed = t("answers.and", first=", ".join(names[:-1]), last=names[-1]) if names[1:] else names[0]
        return t("answers.whom_named", names=listed)
    if kind == SIMILAR:
        return t("answers.whom_similar", n=context.selection.n)
    if kind == NEIGHBOURS:
        return t("answers.whom_neighbours", n=max(map(len, loaded), default=0))
    group = context.chosen_group()
    if kind == "all":
        return t("answers.whom_all", group=group[:1].lower() + group[1:])
    if _is_part(context):
        fixed = context.groups[context.group_id]
        group = t("group.part_loaded", name=group, loaded=fixed["loaded"], size=fixed["size"])
    return t("answers.whom_group", group=group)


def message(context: PageContext, said: Told) -> str:
    """Return an answer in a line for a message: the municipality, the cost a head and its rank."""
    name = context.name(context.selection.municipality)
    figure = f"{said.head}, {said.amount} {said.per}" if said.amount else said.head
    return f"{name}: {figure}. {plain(said.place)}"
