"""A survey of municipalities: an export with one row per respondent, read with a codebook into shares."""

import contextlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kuntamittari.i18n import plain
from kuntamittari.uploads import remarks, table_finder
from kuntamittari.uploads.heads import FIRST_YEAR, LAST_YEAR, Role, is_head
from kuntamittari.uploads.places import Places
from kuntamittari.uploads.remarks import NotRead, Problem
from kuntamittari.uploads.table_finder import shown
from kuntamittari.uploads.tabular import File, Row, Sheet, TableError

LEAST_SHOWN = 5  # respondents below which a group's shares are not shown
MOST_QUESTIONS = 200
MOST_ANSWERS = 12  # different answers up to which a column becomes a question in a draft
LARGEST_CODEBOOK = 200_000  # bytes
LONGEST_DRAFTED = 500  # characters of an answer or a name in a drafted codebook
PLACE: tuple[Role, ...] = ("municipality",)
YES, NO = ("1", "x", "kylla", "ja", "yes", "true", "valittu", "vald", "checked"), ("", "0", "ei", "nej", "no", "false")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class TranslatedText(_Part):
    """Text in Finnish, and in the other languages where it is translated."""

    fi: str = Field(min_length=1, max_length=1_000)
    sv: str | None = None
    en: str | None = None

    def in_language(self, language: str) -> str:
        """Return the text in a language, or else in Finnish."""
        return getattr(self, language) or self.fi


# the header of a column, or its number from 1: 7, or #7 where a header is 7
Column = Annotated[str, Field(min_length=1)]


class Question(_Part):
    """One question of a codebook.

    Either of one `column` with `answers` (code in the export → its meaning), or of several `columns` (answer → its
    column), of which any may be chosen. `none`: codes that count as no answer. `published`: an entry of the knowledge
    bank with the share that gave the answer `published_answer` in an earlier round.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,60}$")
    name: TranslatedText
    column: Column | None = None
    answers: dict[str, TranslatedText] = Field(default_factory=dict)
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
    """The meaning of the columns of an export.

    `answered`: a column with the time of the answer; where a municipality has answered twice, the later one counts, or
    without this column the lower row.
    """

    name: TranslatedText
    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)
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
    """One round of a survey; `given`: municipality → question → its answers, without unanswered questions."""

    codebook: Codebook
    given: dict[remarks.Code, dict[str, tuple[str, ...]]]

    @model_validator(mode="after")
    def _of_the_codebook(self) -> "Round":
        options = {question.id: set(question.answers) for question in self.codebook.questions}
        for answers in self.given.values():
            if any(
                question not in options or not set(chosen) <= options[question] for question, chosen in answers.items()
            ):
                raise ValueError("an answer is not in the codebook")
        return self


@dataclass(frozen=True)
class Reading:
    """The result of reading an export; `problems` lists everything that was ignored or chosen between."""

    round: Round
    problems: tuple[Problem, ...]
    respondents: int  # rows that hold an answer
    not_read: tuple[NotRead, ...] = ()


class _AsWritten(yaml.BaseLoader):
    """YAML loader that keeps every scalar as text, since answers may be yes, 01 or 1.5.

    It refuses repeated keys, and aliases, of which a few can stand for millions of answers.
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="an alias is not taken", problem_mark=self.peek_event().start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if repeated := next((key for key, _ in node.value if keys.count(key.value) > 1), None):
            raise yaml.MarkedYAMLError(problem=f"{repeated.value} stands twice", problem_mark=repeated.start_mark)
        return super().construct_mapping(node, deep)


def codebook(content: bytes) -> Codebook:
    """Return the codebook of a YAML file. Raises TableError with its first defects."""
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


def read(file: File, book: Codebook, register: Mapping[str, Mapping[str, Any]], language: str = "fi") -> Reading:
    """Return the answers of an export, from the sheet that has most columns of the codebook.

    The heads are the row that has most of these columns; above it may stand the name of the survey and the like.
    `language`: of the names of municipalities in problems. Raises TableError where it has no rows below its heads or
    lacks a column of the codebook.
    """
    places = Places(register)
    sheet, at = _head_row(file, book, places)
    head_row, body = sheet.rows[at], sheet.rows[at + 1 :]
    heads = head_row.cells
    if not body:
        raise TableError("no_rows")
    plain_heads = [plain(head) for head in heads]
    repeated_heads = {
        name: head
        for name, head in zip(reversed(plain_heads), reversed(heads), strict=True)
        if name and plain_heads.count(name) > 1
    }
    problems = [
        Problem(head_row.line, head, "head_twice", str(plain_heads.count(name)))
        for name, head in repeated_heads.items()
    ]
    indices = {column: _place(heads, column) for column in _columns(book)}
    if blank := sum(row.blank_before for row in body):
        problems.append(Problem(head_row.line, "", "blank_rows", str(blank)))
    rows_of: dict[str, list[tuple[tuple[float, ...], int, Row]]] = {}
    for row in body:
        text = row.cell(indices[book.municipality])
        municipality = places.code(text)
        if municipality is None:
            problems.append(_place_problem(row, book.municipality, text, places, language))
            continue
        when = _moment(row.cell(indices[book.answered])) if book.answered else ()
        rows_of.setdefault(municipality, []).append((when, row.line, row))
    latest = {municipality: max(answered_rows)[2] for municipality, answered_rows in rows_of.items()}
    for municipality, answered_rows in rows_of.items():
        for _, line, row in answered_rows:
            if row is not latest[municipality]:
                text = shown(row.cell(indices[book.municipality]))
                problems.append(
                    Problem(line, book.municipality, "answered_twice", text, str(latest[municipality].line))
                )
    given: dict[str, dict[str, tuple[str, ...]]] = {}
    for municipality, row in latest.items():
        given[municipality] = {}
        for question in book.questions:
            answers, row_problems = _answers(question, row, indices)
            problems += row_problems
            if answers:
                given[municipality][question.id] = answers
    return Reading(
        Round(codebook=book, given=given),
        tuple(sorted(problems, key=lambda p: p.line)),
        sum(map(len, rows_of.values())),
        _left_out(file, sheet),
    )


def _head_row(file: File, book: Codebook, places: Places) -> tuple[Sheet, int]:
    """Return the sheet and the index of the row that have most columns of a codebook as heads.

    Where the codebook names columns by number only, the heads are the row above which no municipality is found.
    """
    wanted = {plain(column) for column in _columns(book)}

    def fit(sheet: Sheet, at: int) -> int:
        return len(wanted & set(map(plain, sheet.rows[at].cells)))

    rows = [(sheet, at) for sheet in file.sheets for at in range(min(len(sheet.rows), table_finder.MOST_LOOKED_AT))]
    best = max(rows, key=lambda row: fit(*row))  # the first of equal ones
    return best if fit(*best) else _likely_head_row(file, places)


def _likely_head_row(file: File, places: Places) -> tuple[Sheet, int]:
    """Return the sheet and the index of the row of heads without a codebook: that over a column of municipalities, else
    that above the first row of the first sheet that names one, else its first row with half as many cells as the
    fullest."""
    for sheet in file.sheets:
        with contextlib.suppress(TableError):
            line = table_finder.find(sheet, places, PLACE, figures=False).line
            return sheet, next(at for at, row in enumerate(sheet.rows) if row.line == line)
    rows = file.sheets[0].rows[: table_finder.MOST_LOOKED_AT]
    filled = [len(list(filter(None, row.cells))) for row in rows]
    named = (at - 1 for at, row in enumerate(rows) if at and any(map(places.code, row.cells)))
    return file.sheets[0], next(named, next(at for at, cells in enumerate(filled) if 2 * cells >= max(filled)))


def _left_out(file: File, sheet: Sheet) -> tuple[NotRead, ...]:
    others = [NotRead("sheet", name, reason) for name, reason in file.left_out]
    others += [NotRead("sheet", other.name, "no_table") for other in file.sheets if other is not sheet]
    return (*others, *(NotRead("row", "", "hidden", sheet.name, line) for line in sheet.hidden_lines))


def _place_problem(row: Row, column: Column, text: str, places: Places, language: str) -> Problem:
    """Return why an answer belongs to no municipality of today."""
    place = places.place(text)
    if place.kind == "former":
        former = places.former[place.code]
        names = places.name(place.code, language), places.name(former.successor, language)
        return Problem(row.line, column, "former_answer", *names, year=former.ended)
    reason = {"empty": "no_municipality", "unknown": "municipality"}.get(place.kind, place.kind)
    near = places.near(text) if place.kind == "unknown" else place.name
    return Problem(row.line, column, reason, shown(text), near)


def _columns(book: Codebook) -> list[Column]:
    of_questions = [column for q in book.questions for column in ([q.column] if q.column else q.columns.values())]
    return list(dict.fromkeys([book.municipality, *([book.answered] if book.answered else []), *of_questions]))


def _place(heads: Sequence[str], column: Column) -> int:
    """Return the index of a column: the first with its header, or its number."""
    index = next((i for i, head in enumerate(heads) if plain(head) == plain(column)), None)
    number = column.removeprefix("#")
    if index is None and re.fullmatch(r"\d{1,4}", number, re.ASCII) and 1 <= int(number) <= len(heads):
        index = int(number) - 1
    if index is None:
        raise TableError("no_column", column=shown(column))
    return index


def _moment(text: str) -> tuple[float, ...]:
    """Return a time in comparable form: Finnish day.month.year and ISO year-month-day, with hours where given."""
    day, _, hours = text.replace("T", " ").partition(" ")
    numbers = [float(part) for part in re.findall(r"\d+", day)]
    return (*(numbers[::-1] if "." in day else numbers), *(float(part) for part in re.findall(r"\d+(?:\.\d+)?", hours)))


def _answers(question: Question, row: Row, indices: Mapping[str, int]) -> tuple[tuple[str, ...], list[Problem]]:
    """Return the answers of one row to a question, and the problems of cells that hold none of its answers."""
    if question.column:
        cell = row.cell(indices[question.column])
        text = plain(cell)
        if text in ("", *map(plain, question.none)):
            return (), []
        # the export's codes take precedence over the names of answers
        codes = {
            plain(name): code
            for code, about in question.answers.items()
            for name in (about.fi, about.sv, about.en)
            if name
        }
        codes |= {plain(code): code for code in question.answers}
        if text in codes:
            return (codes[text],), []
        return (), [Problem(row.line, question.column, "answer", shown(cell))]
    chosen, problems = [], []
    for answer, column in question.columns.items():
        about = question.answers[answer]
        text = plain(row.cell(indices[column]))
        if text in (*YES, *(plain(name) for name in (answer, about.fi, about.sv, about.en) if name)):
            chosen.append(answer)
        elif text not in (*NO, *map(plain, question.none)):
            problems.append(Problem(row.line, column, "answer", shown(row.cell(indices[column]))))
    return tuple(chosen), problems


def draft(file: File, register: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Return a codebook drafted from an export, for the user to edit; a YAML file.

    Each column with few different short answers becomes a question, of the first sheet with a column of municipalities.
    """
    places = Places(register)
    sheet, at = _likely_head_row(file, places)
    heads, body = sheet.rows[at].cells, sheet.rows[at + 1 :]
    plain_heads = [plain(head) for head in heads]
    questions, size = list[dict[str, Any]](), 0
    municipality_index = next((index for index, head in enumerate(heads) if is_head(head, "municipality")), -1)
    for index, head in enumerate(heads):
        answers_seen = {plain(cell): cell for cell in (row.cell(index) for row in reversed(body)) if cell}
        # a header that is a number, or that two columns share, does not identify a column
        column = (
            head
            if head and plain_heads.count(plain_heads[index]) == 1 and not head.removeprefix("#").isdecimal()
            else f"#{index + 1}"
        )
        if len(column) > LONGEST_DRAFTED:
            column = f"#{index + 1}"
        if (
            index != municipality_index
            and 1 < len(answers_seen) <= MOST_ANSWERS
            and max(map(len, answers_seen)) <= LONGEST_DRAFTED
            and len(questions) < MOST_QUESTIONS
        ):
            answers = {answer: {"fi": answer} for answer in answers_seen.values()}
            name = (head or f"sarake {index + 1}")[:LONGEST_DRAFTED]
            size += (
                sum(2 * len(answer.encode()) + 60 for answer in answers)
                + len(name.encode())
                + len(column.encode())
                + 100
            )
            if size > LARGEST_CODEBOOK * 0.7:
                break
            questions.append({"id": f"q{index + 1}", "name": {"fi": name}, "column": column, "answers": answers})
    content = {
        "name": {"fi": "Kyselyn nimi"},
        "year": datetime.now(UTC).year,
        "municipality": f"#{max(municipality_index, 0) + 1}",
        "questions": questions,
    }
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=120).encode("utf-8")


@dataclass(frozen=True)
class Share:
    """The number of municipalities that gave an answer, and their shares in per cent.

    `of_municipalities`: of those that answered the question; `of_residents`: of the residents of those.
    """

    answer: str
    n: int
    of_municipalities: float
    of_residents: float


@dataclass(frozen=True)
class Result:
    """A question in a group of municipalities.

    `members`: municipalities in the group; `n`: those that answered; `residents`: residents of those as a share of the
    group's, in per cent. `shares` is None where fewer than LEAST_SHOWN answered, or where another group's hidden
    answers could be derived from these.
    """

    group: str
    members: int
    n: int
    residents: float
    shares: tuple[Share, ...] | None


def result(
    survey_round: Round, question: Question, group: str, members: Collection[str], residents: Mapping[str, int | None]
) -> Result:
    """Return a question's result in one group. `members`: codes; `residents`: code → persons."""
    answered = {
        m: survey_round.given[m][question.id]
        for m in members
        if m in survey_round.given and question.id in survey_round.given[m]
    }
    all_residents, answering_residents = (sum(residents.get(m) or 0 for m in codes) for codes in (members, answered))
    shares = None
    if len(answered) >= LEAST_SHOWN:
        shares = tuple(
            Share(
                answer,
                len(answering),
                100 * len(answering) / len(answered),
                100 * sum(residents.get(m) or 0 for m in answering) / answering_residents
                if answering_residents
                else 0.0,
            )
            for answer in question.answers
            for answering in [[m for m, answers in answered.items() if answer in answers]]
        )
    return Result(
        group, len(members), len(answered), 100 * answering_residents / all_residents if all_residents else 0.0, shares
    )


def by_group(
    survey_round: Round, question: Question, groups: Mapping[str, Collection[str]], residents: Mapping[str, int | None]
) -> list[Result]:
    """Return a question's result in each group of a division of the country.

    Where the groups not shown hold fewer than LEAST_SHOWN respondents together, the smallest group shown is hidden too:
    otherwise their answers would follow as the difference to the whole.
    """
    results = [result(survey_round, question, group, members, residents) for group, members in groups.items()]
    hidden = sum(r.n for r in results if r.shares is None)
    if 0 < hidden < LEAST_SHOWN:
        shown_results = [r for r in results if r.shares is not None]
        if shown_results:
            smallest = min(shown_results, key=lambda r: r.n)
            results = [Result(r.group, r.members, r.n, r.residents, None) if r is smallest else r for r in results]
    return results


def published(question: Question, entries: Mapping[str, Any]) -> tuple[int, str, Any] | None:
    """Return the published share of an earlier round: year, answer and figure (per cent, with its limit).

    `entries`: those of the knowledge bank; None where the codebook names none of them.
    """
    entry = entries.get(question.published or "")
    figure = next((f for f in entry.figures if f.unit == "percent"), None) if entry else None
    return (entry.year, question.published_answer or "", figure) if entry and entry.year and figure else None


def trend(
    rounds: Iterable[Round], question: Question, members: Collection[str], residents: Mapping[str, int | None]
) -> dict[int, Result]:
    """Return year → the question's result in each round that has the question (by its id), in order."""
    by_year = {r.codebook.year: (r, q) for r in rounds for q in r.codebook.questions if q.id == question.id}
    return {year: result(r, q, str(year), members, residents) for year, (r, q) in sorted(by_year.items())}
