"""What was understood of an uploaded file, as one answer for the pages' checks and the command line."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.uploads import organisation, own_figures, survey, tabular, workspace
from kuntamittari.uploads.numerals import Mark
from kuntamittari.uploads.own_figures import Answers
from kuntamittari.uploads.remarks import NotRead, Problem
from kuntamittari.uploads.workspace import Workspace

Kind = Literal["figures", "survey", "organisation"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Register = Mapping[str, Mapping[str, Any]]


def understood(
    content: bytes,
    kind: Kind,
    register: Register,
    catalogue: Mapping[str, Indicator],
    language: str,
    mark: Mark | None = None,
    parts: bool = False,
    codebook: bytes | None = None,
) -> dict[str, Any]:
    """Return what a file of figures, of a survey or of organisation models was understood to hold.

    Keys: kind, layout, sheet, rows, municipalities, years, measures (name, values), figures (municipality, year,
    measure, value, status), problems and not_read, the last two as Problem and NotRead. `mark`: the decimal mark of
    columns of which the file does not tell it; `parts`: take parts of measures beside their totals; `codebook`: of a
    survey, a YAML file, without which the drafted one is used. Raises TableError where the file has no such table.
    """
    if kind == "figures" and workspace.is_workspace(content):
        return _of_workspace(workspace.of_file(content))
    file = tabular.read(content)
    if kind == "organisation":
        return _of_organisation(file, register, language)
    if kind == "survey":
        return _of_survey(file, register, language, codebook)
    found = own_figures.read(file, register, catalogue, language, Answers((), parts))
    if mark and found.ambiguous:
        answers = Answers(tuple((head, mark) for head in found.ambiguous), parts)
        found = own_figures.read(file, register, catalogue, language, answers)
    names = {measure.id: measure.name for measure in found.measures}
    return _answer(
        kind,
        found.layout,
        found.sheets,
        found.rows,
        {figure.municipality for figure in found.figures},
        {figure.year for figure in found.figures},
        Counter(names[figure.measure] for figure in found.figures),
        [{**figure._asdict(), "measure": names[figure.measure]} for figure in found.figures],
        found.problems,
        found.not_read,
    )


def _of_workspace(stored: Workspace) -> dict[str, Any]:
    names = {measure.id: measure.name for measure in stored.measures}
    return _answer(
        "figures",
        "workspace",
        (),
        len(stored.figures),
        {figure.municipality for figure in stored.figures},
        {figure.year for figure in stored.figures},
        Counter(names.get(figure.measure, figure.measure) for figure in stored.figures),
        [{**figure._asdict(), "measure": names.get(figure.measure, figure.measure)} for figure in stored.figures],
        (),
        (),
    )


def refused(kind: Kind, error: tabular.TableError) -> dict[str, Any]:
    """Return the answer of a file of which nothing can be taken; its only problem is the TableError."""
    line = error.parts.get("line", 0)
    return _answer(kind, "", (), 0, set(), set(), Counter(), [], [Problem(line, "", error.reason)], []) | {
        "error": error
    }


def _of_organisation(file: tabular.File, register: Register, language: str) -> dict[str, Any]:
    found = organisation.read(file, register, language)
    figures = [
        {
            "municipality": tag.municipality,
            "year": tag.year,
            "measure": tag.service,
            "value": tag.model,
            "status": "final",
        }
        for tag in found.tags
    ]
    return _answer(
        "organisation",
        "long",
        (),
        len(found.tags),
        {tag.municipality for tag in found.tags},
        {tag.year for tag in found.tags},
        Counter(tag.service for tag in found.tags),
        figures,
        found.problems,
        found.not_read,
    )


def _of_survey(file: tabular.File, register: Register, language: str, codebook: bytes | None) -> dict[str, Any]:
    book = survey.codebook(codebook or survey.draft(file, register))
    found = survey.read(file, book, register, language)
    figures = [
        {
            "municipality": municipality,
            "year": book.year,
            "measure": question,
            "value": ", ".join(chosen),
            "status": "final",
        }
        for municipality, answers in found.round.given.items()
        for question, chosen in answers.items()
    ]
    names = {question.id: question.name.in_language(language) for question in book.questions}
    return _answer(
        "survey",
        "respondents",
        (),
        found.respondents,
        set(found.round.given),
        {book.year},
        Counter(names[question] for answers in found.round.given.values() for question in answers),
        figures,
        found.problems,
        found.not_read,
    )


def _answer(
    kind: Kind,
    layout: str,
    sheets: Sequence[str],
    rows: int,
    municipalities: set[str],
    years: set[int],
    values: Counter[str],
    figures: list[dict[str, Any]],
    problems: Sequence[Problem],
    not_read: Sequence[NotRead],
) -> dict[str, Any]:
    return {
        "kind": kind,
        "layout": layout or None,
        "sheet": ", ".join(sheets) or None,
        "rows": rows,
        "municipalities": sorted(municipalities),
        "years": sorted(years),
        "measures": [{"name": name, "values": number} for name, number in values.items()],
        "figures": figures,
        "problems": list(problems),
        "not_read": list(not_read),
    }
