"""The three answers as exhibits: the ranking under the finding of its card."""

from dataclasses import replace

from kuntamittari.exhibits import comparison
from kuntamittari.exhibits.answers import model, words
from kuntamittari.exhibits.exhibit import Exhibit, municipality_name
from kuntamittari.exhibits.page_context import PageContext

NAMES = {answer_id: f"answer_{answer_id}" for answer_id in model.WHOLES}  # whom an answer is of → name of its exhibit


def children(context: PageContext) -> Exhibit | None:
    """Return the answer on children and young people; None without a figure."""
    return _slide(context, "children")


def older(context: PageContext) -> Exhibit | None:
    """Return the answer on older residents; None without a figure."""
    return _slide(context, "older")


def everything(context: PageContext) -> Exhibit | None:
    """Return the answer on all services; None without a figure."""
    return _slide(context, "everything")


def _slide(context: PageContext, answer_id: str) -> Exhibit | None:
    answer = model.one(context, answer_id)
    shown = comparison.ranking(context.with_indicator(answer.whole.id)) if answer else None
    if answer is None or shown is None or answer.standing.row is None:
        return None
    t, row, said = context.t, answer.standing.row, words.told(context, answer)
    parts = {"name": municipality_name(context), "head": said.head.lower(), "amount": said.amount}
    title = t("answers.slide_alone", **parts)
    if row["rank"] and answer.gap is not None:
        place = words.rank(t, row["rank"], row["ranked"]).lower()
        title = t("answers.slide", place=place, n=row["ranked"], **parts)
    told = (said.per, words.plain(said.place), *said.why, words.plain(said.euros), *said.notes, shown.note)
    return replace(shown, title=title, finding=title, note=" ".join(filter(None, told)))
