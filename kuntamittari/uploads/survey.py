"""A survey of municipalities: an export with one row a respondent, read by a codebook; shares of municipalities and of
residents."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kuntamittari.i18n import plain
from kuntamittari.uploads import row_reader
from kuntamittari.uploads.row_reader import Places, Problem, shown
from kuntamittari.uploads.tabular import Row, TableError

LEAST_SHOWN = 5  # respondents under which a group's shares are not shown
MOST_QUESTIONS = 200
MOST_ANSWERS = 12  # different answers up to which a drafted question is one with answers
LARGEST_CODEBOOK = 200_000  # bytes
LONGEST_DRAFTED = 500  # characters of an answer or a name in a drafted codebook
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


Column = Annotated[str, Field(min_length=1)]  # the head of a column, or its number from 1: 7, or #7 where a head is 7


class Question(_Part):
    """One question: of one column with `answers` (what the export writes → what it means), or of several with `columns`
    (what each column means → the column), of which any may be chosen. `none`: what counts as no answer. `published`: an
    entry of the knowledge bank with the share that gave the answer `published_answer` in an earlier round."""

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
        if (self.published is None) != (self.published_answer is None) or (
            self.published and self.published_answer not in self.answers
        ):
            raise ValueError("published and published_answer go together, and the latter is one of the answers")
        return self


class Codebook(_Part):
    """What the columns of an export mean. `answered`: a column with the time of the answer, the later of which counts
    where a municipality has answered twice; without it the lower row."""

    name: Said
    year: int = Field(ge=row_reader.FIRST_YEAR, le=row_reader.LAST_YEAR)
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
    """One round of a survey. `given`: municipality → question → the answers it gave; a question without an answer is
    left out."""

    codebook: Codebook
    given: dict[row_reader.Code, dict[str, tuple[str, ...]]]

    @model_validator(mode="after")
    def _of_the_codebook(self) -> "Round":
        known = {question.id: set(question.answers) for question in self.codebook.questions}
        for answers in self.given.values():
            if any(question not in known or not set(said) <= known[question] for question, said in answers.items()):
                raise ValueError("an answer is not in the codebook")
        return self


@dataclass(frozen=True)
class Reading:
    """What was understood of an export, and everything that was left out or chosen between, line by line."""

    round: Round
    problems: tuple[Problem, ...]
    respondents: int  # rows that hold an answer


class _AsWritten(yaml.BaseLoader):
    """Every scalar as it is written, since a codebook has answers such as yes, 01 and 1.5; no key twice, and nothing
    that stands for something else: a few such marks can stand for millions of answers."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="an alias is not taken", problem_mark=self.peek_event().start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if twice := next((key for key, _ in node.value if keys.count(key.value) > 1), None):
            raise yaml.MarkedYAMLError(problem=f"{twice.value} stands twice", problem_mark=twice.start_mark)
        return super().construct_mapping(node, deep)


def codebook(content: bytes) -> Codebook:
    """The codebook of a YAML file. Raises TableError with its first defects."""
    try:
        if len(content) > LARGEST_CODEBOOK:
            raise ValueError("the file is too large")
        return Codebook.model_validate(yaml.load(content.decode("utf-8-sig"), Loader=_AsWritten))
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
    alike = [plain(head) for head in heads]
    first = {
        name: head
        for name, head in zip(reversed(alike), reversed(heads), strict=True)
        if name and alike.count(name) > 1
    }
    problems = [Problem(rows[0].line, head, "head_twice", str(alike.count(name))) for name, head in first.items()]
    at = {column: _place(heads, column) for column in _columns(book)}
    places = Places(register)
    if blank := sum(row.blank_before for row in body):
        problems.append(Problem(rows[0].line, "", "blank_rows", str(blank)))
    rows_of: dict[str, list[tuple[tuple[float, ...], int, Row]]] = {}
    for row in body:
        said = _cell(row, at[book.municipality])
        municipality = places.code(said)
        if municipality is None:
            reason = "municipality" if said else "no_municipality"
            problems.append(
                Problem(row.line, book.municipality, reason, shown(said), places.near(said) if said else "")
            )
            continue
        when = _moment(_cell(row, at[book.answered])) if book.answered else ()
        rows_of.setdefault(municipality, []).append((when, row.line, row))
    latest = {municipality: max(theirs)[2] for municipality, theirs in rows_of.items()}
    for municipality, theirs in rows_of.items():
        for _, line, row in theirs:
            if row is not latest[municipality]:
                said = shown(_cell(row, at[book.municipality]))
                problems.append(
                    Problem(line, book.municipality, "answered_twice", said, str(latest[municipality].line))
                )
    given: dict[str, dict[str, tuple[str, ...]]] = {}
    for municipality, row in latest.items():
        given[municipality] = {}
        for question in book.questions:
            answers, wrong = _answers(question, row, at)
            problems += wrong
            if answers:
                given[municipality][question.id] = answers
    return Reading(
        Round(codebook=book, given=given),
        tuple(sorted(problems, key=lambda p: p.line)),
        sum(map(len, rows_of.values())),
    )


def _columns(book: Codebook) -> list[Column]:
    of_questions = [column for q in book.questions for column in ([q.column] if q.column else q.columns.values())]
    return list(dict.fromkeys([book.municipality, *([book.answered] if book.answered else []), *of_questions]))


def _place(heads: Sequence[str], column: Column) -> int:
    """The place of a column: the first of its head, or its number."""
    found = next((i for i, head in enumerate(heads) if plain(head) == plain(column)), None)
    number = column.removeprefix("#")
    if found is None and re.fullmatch(r"\d{1,4}", number, re.ASCII) and 1 <= int(number) <= len(heads):
        found = int(number) - 1
    if found is None:
        raise TableError("no_column", column=shown(column))
    return found


def _moment(text: str) -> tuple[float, ...]:
    """A time as it can be compared: Finnish day.month.year and ISO year-month-day, with hours where there are."""
    day, _, hours = text.replace("T", " ").partition(" ")
    numbers = [float(part) for part in re.findall(r"\d+", day)]
    return (*(numbers[::-1] if "." in day else numbers), *(float(part) for part in re.findall(r"\d+(?:\.\d+)?", hours)))


def _cell(row: Row, place: int) -> str:
    """A cell; nothing where the row ends before it."""
    return row.cells[place] if place < len(row.cells) else ""


def _answers(question: Question, row: Row, at: Mapping[str, int]) -> tuple[tuple[str, ...], list[Problem]]:
    """The answers of one row to a question, and what was written that is none."""
    if question.column:
        written = _cell(row, at[question.column])
        said = plain(written)
        if said in ("", *map(plain, question.none)):
            return (), []
        # what the export writes goes before what an answer is called
        known = {
            plain(name): code
            for code, about in question.answers.items()
            for name in (about.fi, about.sv, about.en)
            if name
        }
        known |= {plain(code): code for code in question.answers}
        if said in known:
            return (known[said],), []
        return (), [Problem(row.line, question.column, "answer", shown(written))]
    chosen, problems = [], []
    for answer, column in question.columns.items():
        about = question.answers[answer]
        said = plain(_cell(row, at[column]))
        if said in (*YES, *(plain(name) for name in (answer, about.fi, about.sv, about.en) if name)):
            chosen.append(answer)
        elif said not in (*NO, *map(plain, question.none)):
            problems.append(Problem(row.line, column, "answer", shown(_cell(row, at[column]))))
    return tuple(chosen), problems


def draft(rows: Sequence[Row]) -> bytes:
    """A codebook made of an export, to be mended by hand: each column with few different short answers as a
    question."""
    heads, body = rows[0].cells, rows[1:]
    alike = [plain(head) for head in heads]
    questions, size = list[dict[str, Any]](), 0
    first = next((place for place, head in enumerate(heads) if row_reader.is_head(head, "municipality")), -1)
    for place, head in enumerate(heads):
        said = {plain(cell): cell for cell in (_cell(row, place) for row in reversed(body)) if cell}
        # a head that is a number, or that another column has too, does not tell which column is meant
        column = (
            head
            if head and alike.count(alike[place]) == 1 and not head.removeprefix("#").isdecimal()
            else f"#{place + 1}"
        )
        if len(column) > LONGEST_DRAFTED:
            column = f"#{place + 1}"
        if (
            place != first
            and 1 < len(said) <= MOST_ANSWERS
            and max(map(len, said)) <= LONGEST_DRAFTED
            and len(questions) < MOST_QUESTIONS
        ):
            answers = {answer: {"fi": answer} for answer in said.values()}
            name = (head or f"sarake {place + 1}")[:LONGEST_DRAFTED]
            size += (
                sum(2 * len(answer.encode()) + 60 for answer in answers)
                + len(name.encode())
                + len(column.encode())
                + 100
            )
            if size > LARGEST_CODEBOOK * 0.7:
                break
            questions.append({"id": f"q{place + 1}", "name": {"fi": name}, "column": column, "answers": answers})
    content = {
        "name": {"fi": "Kyselyn nimi"},
        "year": datetime.now(UTC).year,
        "municipality": f"#{max(first, 0) + 1}",
        "questions": questions,
    }
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120).encode("utf-8")


@dataclass(frozen=True)
class Share:
    """How many municipalities gave an answer, and their share in per cent of those who answered the question, and of
    their residents."""

    answer: str
    n: int
    of_municipalities: float
    of_residents: float


@dataclass(frozen=True)
class Result:
    """A question in a group: `members` it has, `n` that answered the question, `residents` of those as a share of the
    group's in per cent. `shares` are None where too few answered to be shown, or where a group left out could be told
    from those shown."""

    group: str
    members: int
    n: int
    residents: float
    shares: tuple[Share, ...] | None


def result(
    asked: Round, question: Question, group: str, members: Collection[str], residents: Mapping[str, int | None]
) -> Result:
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


def by_group(
    asked: Round, question: Question, groups: Mapping[str, Collection[str]], residents: Mapping[str, int | None]
) -> list[Result]:
    """A question in each group of a division of the country. Where the groups left out hold fewer than LEAST_SHOWN
    respondents together, the smallest of those shown is left out too: else the difference to the whole would tell the
    answers of the few."""
    found = [result(asked, question, group, members, residents) for group, members in groups.items()]
    hidden = sum(r.n for r in found if r.shares is None)
    if 0 < hidden < LEAST_SHOWN:
        shown_ = [r for r in found if r.shares is not None]
        if shown_:
            least = min(shown_, key=lambda r: r.n)
            found = [Result(r.group, r.members, r.n, r.residents, None) if r is least else r for r in found]
    return found


def published(question: Question, entries: Mapping[str, Any]) -> tuple[int, str, Any] | None:
    """The published share of an earlier round: its year, the answer and the figure (per cent, with its limit); None
    where the codebook names none that there is."""
    entry = entries.get(question.published or "")
    figure = next((f for f in entry.figures if f.unit == "percent"), None) if entry else None
    return (entry.year, question.published_answer or "", figure) if entry and entry.year and figure else None


def trend(
    rounds: Iterable[Round], question: Question, members: Collection[str], residents: Mapping[str, int | None]
) -> dict[int, Result]:
    """Year → the question in each round that asks it (by its id), in order."""
    same = {r.codebook.year: (r, q) for r in rounds for q in r.codebook.questions if q.id == question.id}
    return {year: result(r, q, str(year), members, residents) for year, (r, q) in sorted(same.items())}
