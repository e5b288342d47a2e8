"""A survey of municipalities: an export with one row a respondent, read by a codebook; shares of municipalities and of residents."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kuntamittari import brought
from kuntamittari.brought import Places, Problem, shown
from kuntamittari.tabular import Row, TableError, plain

LEAST_SHOWN = 5  # respondents under which a group's shares are not shown
MOST_QUESTIONS = 200
MOST_ANSWERS = 12  # different answers up to which a drafted question is one with answers
LARGEST_CODEBOOK = 200_000  # bytes
YES, NO = ("1", "x", "kylla", "ja", "yes", "true", "valittu", "vald", "checked"), ("", "0", "ei", "nej", "no", "false")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Said(_Part):
    """Words in Finnish, in the others where somebody has translated them."""

    fi: str = Field(min_length=1, max_length=1_000)
    sv: str | None = None
    en: str | None = None

    def told(self, language: str) -> str:
        """The words in a language, else in Finnish."""
        return getattr(self, language) or self.fi


Column = str  # the head of a column, or its number from 1


class Question(_Part):
    """One question: of one column with `answers` (what the export writes → what it means), or of several with `columns` (what each
    column means → the column), of which any may be chosen. `none`: what counts as no answer. `published`: an entry of the knowledge
    bank with the share that gave the answer `published_answer` in an earlier round."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")
    name: Said
    column: Column | None = None
    answers: dict[str, Said] = Field(default_factory=dict)
    columns: dict[str, Column] = Field(default_factory=dict)
    none: tuple[str, ...] = ()
    published: str | None = None
    published_answer: str | None = None

    @model_validator(mode="after")
    def _one_or_several(self) -> "Question":
        if (self.column is None) == (not self.columns):
            raise ValueError("has either column or columns")
        if not self.answers:
            raise ValueError("has no answers")
        if self.columns and set(self.columns) != set(self.answers):
            raise ValueError("columns and answers name different things")
        if (self.published is None) != (self.published_answer is None) or (self.published and self.published_answer not in self.answers):
            raise ValueError("published and published_answer go together, and the latter is one of the answers")
        return self


class Codebook(_Part):
    """What the columns of an export mean. `answered`: a column with the time of the answer, the later of which counts where a
    municipality has answered twice; without it the lower row."""

    name: Said
    year: int = Field(ge=brought.FIRST_YEAR, le=brought.LAST_YEAR)
    municipality: Column
    answered: Column | None = None
    questions: tuple[Question, ...] = Field(min_length=1, max_length=MOST_QUESTIONS)

    @model_validator(mode="after")
    def _each_once(self) -> "Codebook":
        ids = [question.id for question in self.questions]
        if twice := {i for i in ids if ids.count(i) > 1}:
            raise ValueError(f"questions named twice: {', '.join(sorted(twice))}")
        return self


class Round(_Part):
    """One round of a survey. `given`: municipality → question → the answers it gave; a question without an answer is left out."""

    codebook: Codebook
    given: dict[str, dict[str, tuple[str, ...]]]


@dataclass(frozen=True)
class Reading:
    """What was understood of an export, and everything that was left out or chosen between, line by line."""

    round: Round
    problems: tuple[Problem, ...]
    respondents: int  # rows that hold an answer


def codebook(content: bytes) -> Codebook:
    """The codebook of a YAML file. Raises TableError with its first defects."""
    try:
        if len(content) > LARGEST_CODEBOOK:
            raise ValueError("the file is too large")
        # every scalar as it is written: a codebook has answers such as yes, 01 and 1.5
        found = yaml.load(content.decode("utf-8-sig"), Loader=yaml.BaseLoader)
        return Codebook.model_validate(found)
    except ValidationError as error:
        defects = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'file'}: {e['msg']}" for e in error.errors()[:5])
        raise TableError("codebook", defects=defects) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TableError("codebook", defects=f"line {line}: {error.problem}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise TableError("codebook", defects=shown(" ".join(str(error).split()))) from None


def read(rows: Sequence[Row], book: Codebook, register: Mapping[str, Mapping[str, Any]]) -> Reading:
    """The answers of an export. Raises TableError where a column of the codebook is not there."""
    heads, body = rows[0].cells, rows[1:]
    if not body:
        raise TableError("no_rows")
    problems = [Problem(rows[0].line, head, "head_twice", str(heads.count(head))) for head in dict.fromkeys(heads) if heads.count(head) > 1]
    at = {column: _place(heads, column) for column in _columns(book)}
    places = Places(register)
    blank = rows[-1].line - rows[0].line + 1 - len(rows)
    if blank > 0:
        problems.append(Problem(rows[0].line, "", "blank_rows", str(blank)))
    latest: dict[str, tuple[str, Row]] = {}
    respondents = 0
    for row in body:

        def cell(column: str, row: Row = row) -> str:
            place = at[column]
            return row.cells[place] if place < len(row.cells) else ""

        said = cell(book.municipality)
        municipality = places.code(said)
        if municipality is None:
            reason = "municipality" if said else "no_municipality"
            problems.append(Problem(row.line, book.municipality, reason, shown(said), places.near(said) if said else ""))
            continue
        respondents += 1
        when = cell(book.answered) if book.answered else ""
        if municipality in latest:
            older, former = latest[municipality]
            kept, left = (row, former) if _moment(when) >= _moment(older) else (former, row)
            problems.append(Problem(left.line, book.municipality, "answered_twice", shown(said), str(kept.line)))
            if kept is former:
                continue
        latest[municipality] = (when, row)
    given: dict[str, dict[str, tuple[str, ...]]] = {}
    for municipality, (_, row) in latest.items():
        given[municipality] = {}
        for question in book.questions:
            answers, wrong = _answers(question, row, at)
            problems += wrong
            if answers:
                given[municipality][question.id] = answers
    return Reading(Round(codebook=book, given=given), tuple(sorted(problems, key=lambda p: p.line)), respondents)


def _columns(book: Codebook) -> list[Column]:
    of_questions = [column for q in book.questions for column in ([q.column] if q.column else q.columns.values())]
    return list(dict.fromkeys([book.municipality, *([book.answered] if book.answered else []), *of_questions]))


def _place(heads: Sequence[str], column: Column) -> int:
    """The place of a column: the first of its head, or its number."""
    found = next((i for i, head in enumerate(heads) if plain(head) == plain(column)), None)
    if found is None and column.isdecimal() and 1 <= int(column) <= len(heads):
        found = int(column) - 1
    if found is None:
        raise TableError("no_column", column=shown(column))
    return found


def _moment(text: str) -> tuple[int, ...]:
    """A time as it can be compared: Finnish day.month.year and ISO year-month-day, with hours where there are."""
    day = text.partition(" ")[0]
    date = [int(part) for part in day.split(".") if part.isdecimal()][::-1] if "." in day else _numbers(day)
    return (*date, *_numbers(text.partition(" ")[2]))


def _numbers(text: str) -> list[int]:
    """The whole numbers of a text in order."""
    return [int(part) for part in "".join(c if c.isdecimal() else " " for c in text).split()]


def _answers(question: Question, row: Row, at: Mapping[str, int]) -> tuple[tuple[str, ...], list[Problem]]:
    """The answers of one row to a question, and what was written that is none."""

    def cell(column: str) -> str:
        return row.cells[at[column]] if at[column] < len(row.cells) else ""

    if question.column:
        said = plain(cell(question.column))
        if said in ("", *map(plain, question.none)):
            return (), []
        known = {plain(name): code for code, about in question.answers.items() for name in (code, about.fi, about.sv, about.en) if name}
        if said in known:
            return (known[said],), []
        return (), [Problem(row.line, question.column, "answer", shown(cell(question.column)))]
    chosen, problems = [], []
    for answer, column in question.columns.items():
        said = plain(cell(column))
        if said in (*YES, plain(answer), plain(question.answers[answer].fi)):
            chosen.append(answer)
        elif said not in (*NO, *map(plain, question.none)):
            problems.append(Problem(row.line, column, "answer", shown(cell(column))))
    return tuple(chosen), problems


def draft(rows: Sequence[Row]) -> bytes:
    """A codebook made of an export, to be mended by hand: each column with few different answers as a question."""
    heads, body = rows[0].cells, rows[1:]
    questions, municipality = [], "1"
    for place, head in enumerate(heads):
        said = dict.fromkeys(row.cells[place] for row in body if place < len(row.cells) and row.cells[place])
        column = head if head and heads.count(head) == 1 else str(place + 1)
        if brought.is_head(head, "municipality"):
            municipality = column
        elif 1 < len(said) <= MOST_ANSWERS:
            answers = {answer: {"fi": answer} for answer in said}
            questions.append({"id": f"q{place + 1}", "name": {"fi": head or f"sarake {place + 1}"}, "column": column, "answers": answers})
    content = {"name": {"fi": "Kyselyn nimi"}, "year": 2026, "municipality": municipality, "questions": questions}
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120).encode("utf-8")


@dataclass(frozen=True)
class Share:
    """How many municipalities gave an answer, and their share in per cent of those who answered the question, and of their residents."""

    answer: str
    n: int
    of_municipalities: float
    of_residents: float


@dataclass(frozen=True)
class Result:
    """A question in a group: `members` it has, `n` that answered the question, `residents` of those as a share of the group's in per
    cent. `shares` are None where too few answered to be shown, or where a group left out could be told from those shown."""

    group: str
    members: int
    n: int
    residents: float
    shares: tuple[Share, ...] | None


def result(asked: Round, question: Question, group: str, members: Collection[str], residents: Mapping[str, int | None]) -> Result:
    """A question in one group of municipalities (by code)."""
    answered = {m: asked.given[m][question.id] for m in members if m in asked.given and question.id in asked.given[m]}
    everybody, theirs = (sum(residents.get(m) or 0 for m in some) for some in (members, answered))
    shares = None
    if len(answered) >= LEAST_SHOWN:
        shares = tuple(
            Share(
                answer,
                len(gave),
                100 * len(gave) / len(answered),
                100 * sum(residents.get(m) or 0 for m in gave) / theirs if theirs else 0.0,
            )
            for answer in question.answers
            for gave in [[m for m, answers in answered.items() if answer in answers]]
        )
    return Result(group, len(members), len(answered), 100 * theirs / everybody if everybody else 0.0, shares)


def by_group(asked: Round, question: Question, groups: Mapping[str, Collection[str]], residents: Mapping[str, int | None]) -> list[Result]:
    """A question in each group of a division of the country. Where the groups left out hold fewer than LEAST_SHOWN respondents together,
    the smallest of those shown is left out too: else the difference to the whole would tell the answers of the few."""
    found = [result(asked, question, group, members, residents) for group, members in groups.items()]
    hidden = sum(r.n for r in found if r.shares is None)
    if 0 < hidden < LEAST_SHOWN:
        shown_ = [r for r in found if r.shares is not None]
        if shown_:
            least = min(shown_, key=lambda r: r.n)
            found = [Result(r.group, r.members, r.n, r.residents, None) if r is least else r for r in found]
    return found


def published(question: Question, entries: Mapping[str, Any]) -> tuple[int, str, float] | None:
    """The published share of an earlier round: its year, the answer and per cent; None where the codebook names none that there is."""
    entry = entries.get(question.published or "")
    figure = next((f for f in entry.figures if f.unit == "percent"), None) if entry else None
    return (entry.year, question.published_answer or "", figure.value) if entry and entry.year and figure else None


def trend(rounds: Iterable[Round], question: Question, members: Collection[str], residents: Mapping[str, int | None]) -> dict[int, Result]:
    """Year → the question in each round that asks it (by its id), in order."""
    same = {r.codebook.year: (r, q) for r in rounds for q in r.codebook.questions if q.id == question.id}
    return {year: result(r, q, str(year), members, residents) for year, (r, q) in sorted(same.items())}
