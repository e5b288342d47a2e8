"""An uploaded survey of municipalities that do not exist: each problem named, shares computed a second way by hand, few
respondents hidden, a codebook's defects named."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from kuntamittari import i18n
from kuntamittari.catalog import knowledge_bank
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator
from kuntamittari.uploads import survey, tabular, workspace
from kuntamittari.uploads.heads import is_head
from kuntamittari.uploads.remarks import Problem
from kuntamittari.uploads.survey import LEAST_SHOWN, Codebook, Round
from kuntamittari.uploads.tabular import Row, TableError
from kuntamittari.uploads.workspace import Workspace
from tests.support.uploads.made_up_survey import (
    BOOK,
    CODES,
    FORMER,
    HEADS,
    LANGUAGES,
    LATTER,
    PLACES,
    REGISTER,
    RESIDENTS,
    RESPONDENTS,
    TRUTH,
    as_csv,
    as_xlsx,
    book,
    by_hand,
    export,
    groups,
    question,
    round_of,
    written,
)
from tests.support.uploads.uploaded_files import file

# ---- the export: what each municipality answered, and the file that says so
GOALS, MEANS, TIME, PLACE = "Onko tuottavuudelle tavoitteita?", "Keinot", "Vastausaika", "Vastaajan kunta"
FILES = {"csv": as_csv, "xlsx": as_xlsx}


def small(*lines: Sequence[str], **changes: Any) -> survey.Reading:
    """A short export with one question, read."""
    return survey.read(
        file(Row(n, tuple(line)) for n, line in enumerate(lines, 1)), Codebook.model_validate(PLAIN | changes), REGISTER
    )


PLAIN = {"name": {"fi": "K"}, "year": "2026", "municipality": "Kunta", "questions": [question()]}


@pytest.fixture(scope="module", params=FILES)
def reading(request: pytest.FixtureRequest) -> survey.Reading:
    """The export as it was read from a file of each kind."""
    return survey.read(tabular.read(FILES[request.param](export())), book(), REGISTER)


def problems(found: Iterable[Problem]) -> list[tuple[int, str, str, str]]:
    """Line, reason, what stands there and what is meant."""
    return [(one.line, one.reason, one.value, one.near) for one in found]


def test_the_export_of_96_respondents_is_read_with_every_problem_on_its_line(reading: survey.Reading) -> None:
    assert reading.respondents == 97 and len(reading.round.given) == 96 == len(RESPONDENTS)
    # the heads; three blank rows before the last answer; 10, 40 and 46 answers between the blank ones; the former
    # answer
    assert problems(reading.problems) == [
        (1, "head_twice", "2", ""),
        (1, "blank_rows", "3", ""),
        (33, "answer", "Ehkä", ""),
        (65, "answer", "?", ""),
        (101, "answered_twice", RESPONDENTS[0], "2"),
    ]
    assert [one.column for one in reading.problems] == [GOALS, "", GOALS, GOALS, PLACE]


def test_every_municipality_has_exactly_what_it_answered(reading: survey.Reading) -> None:
    for code, truth in TRUTH.items():
        known = {name: set(answers) for name, answers in truth.items() if answers}
        assert {name: set(answers) for name, answers in reading.round.given[code].items()} == known, code


@pytest.mark.parametrize("name", ["goals", "in_budget", "means"])
def test_shares_of_municipalities_and_of_residents_are_those_computed_by_hand(
    name: str, reading: survey.Reading
) -> None:
    asked = next(q for q in reading.round.codebook.questions if q.id == name)
    for members in (list(PLACES), *groups("size_class").values(), *groups("region_code").values()):
        found = survey.result(reading.round, asked, "x", members, RESIDENTS)
        answered = [code for code in members if code in TRUTH and TRUTH[code][name]]
        everybody, theirs = (sum(PLACES[code]["residents"] for code in some) for some in (members, answered))
        assert (found.members, found.n) == (len(members), len(answered))
        assert found.residents == pytest.approx(float(Fraction(100 * theirs, everybody)))
        if len(answered) < 5:
            assert found.shares is None
            continue
        n, shares = by_hand(name, asked.answers, members)
        assert n == found.n and found.shares is not None
        assert {s.answer: s.n for s in found.shares} == {answer: share[0] for answer, share in shares.items()}
        for share in found.shares:
            assert (share.of_municipalities, share.of_residents) == pytest.approx(
                [float(part) for part in shares[share.answer][1:]]
            )


def test_answers_of_the_whole_country_are_these_numbers(reading: survey.Reading) -> None:
    goals, in_budget, ticked = (
        survey.result(reading.round, q, "all", list(PLACES), RESIDENTS) for q in reading.round.codebook.questions
    )
    # of 96, 6 left it empty, 6 could not say and 2 wrote what is not in the codebook
    assert (goals.members, goals.n) == (110, 82)
    assert (in_budget.n, [share.n for share in in_budget.shares or ()]) == (72, [43, 29])
    # every second, third and fifth of 96 ticked one; 25 ticked nothing
    assert ([share.n for share in ticked.shares or ()], ticked.n) == ([48, 32, 20], 71)


def test_by_size_few_respondents_are_hidden_and_the_least_of_the_rest_with_them(reading: survey.Reading) -> None:
    [goals, *_] = reading.round.codebook.questions
    found = survey.by_group(reading.round, goals, groups("size_class"), RESIDENTS)
    n = {r.group: r.n for r in found}
    assert n["5"] + n["6"] < LEAST_SHOWN <= n["4"] < min(n["1"], n["2"], n["3"])
    assert [r.group for r in found if r.shares is None] == ["4", "5", "6"]
    assert [(r.group, r.members) for r in found] == [("1", 50), ("2", 30), ("3", 18), ("4", 6), ("5", 4), ("6", 2)]
    for result in found[:3]:
        _, shares = by_hand("goals", goals.answers, groups("size_class")[result.group])
        assert [share.of_municipalities for share in result.shares or ()] == pytest.approx(
            [float(part[1]) for part in shares.values()]
        )


def test_by_region_nothing_is_hidden_where_every_group_has_enough(reading: survey.Reading) -> None:
    found = survey.by_group(reading.round, reading.round.codebook.questions[0], groups("region_code"), RESIDENTS)
    assert sum(r.n for r in found) == 82 and all(r.shares for r in found)


# ---- what is hidden
ANSWERS = ("a", "b", "c")
ROUND_OF = Codebook.model_validate(
    {
        "name": {"fi": "K"},
        "year": 2026,
        "municipality": "Kunta",
        "questions": [
            question(answers={a: {"fi": a} for a in ANSWERS}),
            question(id="many", column=None, columns={a: a for a in ANSWERS}, answers={a: {"fi": a} for a in ANSWERS}),
        ],
    }
)
SINGLE, MANY = ROUND_OF.questions
AS_ANSWERED = st.fixed_dictionaries(
    {},
    optional={
        "q": st.sampled_from(ANSWERS).map(lambda a: (a,)),
        "many": st.sets(st.sampled_from(ANSWERS), min_size=1).map(tuple),
    },
)
LAND = st.dictionaries(st.sampled_from(CODES[:40]), AS_ANSWERED, max_size=40)
HEADCOUNT = st.dictionaries(st.sampled_from(CODES[:40]), st.none() | st.integers(0, 700_000), max_size=40)
GROUP_OF = st.lists(st.integers(0, 6), min_size=40, max_size=40)


@effort(deadline=None)
@given(LAND, HEADCOUNT)
def test_shares_are_within_a_hundred_and_single_answers_sum_to_those_who_answered(asked: dict, heads: dict) -> None:
    one = Round(codebook=ROUND_OF, given=asked)
    for each in (SINGLE, MANY):
        found = survey.result(one, each, "all", CODES[:40], heads)
        assert found.n == sum(each.id in answers for answers in asked.values()) and 0 <= found.residents <= 100 + 1e-9
        assert (found.shares is None) == (found.n < LEAST_SHOWN)
        for share in found.shares or ():
            assert 0 <= share.n <= found.n and share.of_municipalities == pytest.approx(100 * share.n / found.n)
            assert -1e-9 <= share.of_residents <= 100 + 1e-9
        if each is SINGLE and found.shares:
            assert sum(share.n for share in found.shares) == found.n
            assert sum(share.of_municipalities for share in found.shares) == pytest.approx(100)


@effort(deadline=None)
@given(LAND, GROUP_OF)
def test_no_group_of_few_is_shown_or_left_over_from_the_whole(asked: dict, of: list[int]) -> None:
    one = Round(codebook=ROUND_OF, given=asked)
    division: dict[str, list[str]] = {}
    for code, group in zip(CODES, of, strict=False):
        division.setdefault(str(group), []).append(code)
    for each in (SINGLE, MANY):
        found = survey.by_group(one, each, division, RESIDENTS)
        whole = survey.result(one, each, "all", CODES[:40], RESIDENTS)
        shown = [r for r in found if r.shares is not None]
        assert [r.group for r in found] == list(division) and sum(r.n for r in found) == whole.n
        assert all(r.n >= LEAST_SHOWN for r in shown)
        if whole.shares is None or not shown:
            continue
        left_over = whole.n - sum(r.n for r in shown)
        assert left_over == 0 or left_over >= LEAST_SHOWN, (
            "the whole less the groups shown would tell the answers of the few"
        )


@effort(deadline=None)
@given(st.lists(st.integers(0, 12), min_size=1, max_size=8))
def test_no_more_groups_are_hidden_than_must_be(sizes: list[int]) -> None:
    codes = iter(CODES)
    division = {str(n): [next(codes) for _ in range(size)] for n, size in enumerate(sizes)}
    one = Round(codebook=ROUND_OF, given={code: {"q": ("a",)} for members in division.values() for code in members})
    hidden = [r.n for r in survey.by_group(one, SINGLE, division, RESIDENTS) if r.shares is None]
    few = [size for size in sizes if size < LEAST_SHOWN]
    enough = sorted(size for size in sizes if size >= LEAST_SHOWN)
    expected = few + (enough[:1] if 0 < sum(few) < LEAST_SHOWN else [])
    assert sorted(hidden) == sorted(expected)


def test_four_respondents_are_too_few_and_five_are_enough() -> None:
    for n, shown in ((4, False), (5, True)):
        one = Round(codebook=ROUND_OF, given={code: {"q": ("b",)} for code in CODES[:n]})
        found = survey.result(one, SINGLE, "x", CODES, RESIDENTS)
        assert (found.shares is not None) is shown and found.n == n


def test_residents_of_nobody_known_divide_nothing() -> None:
    one = Round(codebook=ROUND_OF, given={code: {"q": ("b",)} for code in CODES[:6]})
    found = survey.result(one, SINGLE, "x", CODES[:6], dict.fromkeys(CODES))
    assert found.residents == 0 and found.shares is not None and {share.of_residents for share in found.shares} == {0}


# ---- how answers are read


def test_an_unknown_municipality_is_named_with_what_may_be_meant_and_left_out() -> None:
    found = small(("Kunta", "Q"), ("Keksilä323", "a"), ("", "b"), ("Ei mikään", "a"), ("324", "a"))
    assert [(one.line, one.reason, one.value) for one in found.problems] == [
        (2, "municipality", "Keksilä323"),
        (3, "no_municipality", ""),
        (4, "municipality", "Ei mikään"),
    ]
    assert [i18n.plain(one.near) for one in found.problems] == ["keksila 323", "", ""]
    assert found.round.given == {"324": {"q": ("a",)}} and found.respondents == 1


def test_the_whole_country_is_no_municipality_that_answers() -> None:
    found = small(("Kunta", "Q"), ("Keksimaa", "a"), ("MA1", "a"), ("324", "a"))
    assert list(found.round.given) == ["324"] and [one.reason for one in found.problems] == ["municipality"] * 2


TIMES = {
    "Finnish": ("9.12.2025 10:00", "10.2.2026 9:05"),
    "Finnish, of one day": ("5.3.2026 9:05", "5.3.2026 10:00"),
    "Finnish with a full stop in the time": ("5.3.2026 klo 9.05", "5.3.2026 klo 10.00"),
    "Finnish, the seconds": ("05.03.2026 10:00:09", "05.03.2026 10:00:10"),
    "ISO": ("2025-12-31 23:59", "2026-01-01 00:00"),
    "ISO with T": ("2026-03-05T09:59:59", "2026-03-05T10:00:00"),
    "ISO with T and parts of a second": ("2026-03-05T10:00:00.900", "2026-03-06T10:00:00.100"),
    "both ways": ("28.2.2026 23:59", "2026-03-01 00:00"),
    "a day alone": ("5.3.2026", "6.3.2026"),
    "no time before any": ("", "1.1.2020 0:00"),
}


@pytest.mark.parametrize(("former", "later"), TIMES.values(), ids=TIMES)
@pytest.mark.parametrize("order", ["in order", "the other way round"])
def test_the_later_answer_of_a_municipality_counts_by_its_time(former: str, later: str, order: str) -> None:
    rows = [("323", former, "a"), ("Keksilä 323", later, "b")]
    rows = rows if order == "in order" else rows[::-1]
    found = small(("Kunta", "Aika", "Q"), *rows, answered="Aika")
    left, kept = (2, "3") if order == "in order" else (3, "2")
    assert found.round.given == {"323": {"q": ("b",)}}
    assert [(one.line, one.reason, one.near) for one in found.problems] == [(left, "answered_twice", kept)]


def test_without_times_and_with_the_same_one_the_lower_row_counts() -> None:
    rows = [("Kunta", "Aika", "Q"), ("323", "5.3.2026 9:00", "a"), ("323", "5.3.2026 9:00", "b")]
    assert small(*rows).round.given == small(*rows, answered="Aika").round.given == {"323": {"q": ("b",)}}
    older_below = survey.read(tabular.read(as_csv(export())), book(answered=None), REGISTER)
    assert older_below.round.given[RESPONDENTS[0]] == {"goals": ("3",), "in_budget": ("e",), "means": ("digi",)}
    assert (2, "answered_twice", RESPONDENTS[0], "101") in problems(older_below.problems)


def test_of_three_answers_every_one_left_out_names_the_line_that_is_used() -> None:
    found = small(("Kunta", "Q"), ("323", "a"), ("323", "b"), ("323", "a"))
    assert problems(found.problems) == [(2, "answered_twice", "323", "4"), (3, "answered_twice", "323", "4")]


def test_an_answer_may_be_its_code_or_its_words_in_any_language_and_nothing_else() -> None:
    about = question(
        answers={"a": {"fi": "Kyllä", "sv": "Ja", "en": "Yes"}, "b": {"fi": "Ei"}}, none=["En osaa sanoa", "-"]
    )
    said_so = ("A", "kylla", "JA", "yes", "ei", "-", "EN OSAA SANOA", "", "Kyllä!", "c")
    found = small(("Kunta", "Q"), *zip(CODES, said_so, strict=False), questions=[about])
    assert [found.round.given[code].get("q") for code in CODES[: len(said_so)]] == [
        ("a",),
        ("a",),
        ("a",),
        ("a",),
        ("b",),
        None,
        None,
        None,
        None,
        None,
    ]
    assert problems(found.problems) == [(10, "answer", "Kyllä!", ""), (11, "answer", "c", "")]


def test_what_the_export_writes_means_what_the_codebook_says_also_where_another_answer_is_worded_so() -> None:
    about = question(answers={"1": {"fi": "0"}, "2": {"fi": "1"}, "3": {"fi": "2"}})  # how many offices: 1 = none
    found = small(("Kunta", "Q"), ("323", "1"), ("324", "2"), ("325", "3"), questions=[about])
    assert found.round.given == {"323": {"q": ("1",)}, "324": {"q": ("2",)}, "325": {"q": ("3",)}}


SEVERAL = question(
    column=None,
    columns={"buy": "Osto", "net": "Verkko"},
    answers={"buy": {"fi": "Hankinta", "sv": "Upphandling"}, "net": {"fi": "Palveluverkko"}},
    none=["-"],
)


def test_a_question_of_several_columns_takes_every_one_that_is_ticked() -> None:
    rows = [
        ("323", "1", "x"),
        ("324", "Hankinta", "palveluverkko"),
        ("325", "buy", "0"),
        ("326", "TRUE", "FALSE"),
        ("327", "ei", ""),
        ("328", "-", "Kyllä"),
        ("329", "", "1"),
        ("330", "", ""),
    ]
    found = small(("Kunta", "Osto", "Verkko"), *rows, questions=[SEVERAL])
    assert {code: answers.get("q") for code, answers in found.round.given.items()} == {
        "323": ("buy", "net"),
        "324": ("buy", "net"),
        "325": ("buy",),
        "326": ("buy",),
        "327": None,
        "328": ("net",),
        "329": ("net",),
        "330": None,
    }
    assert not found.problems


def test_a_tick_in_words_may_be_in_any_language_of_the_codebook() -> None:
    found = small(("Kunta", "Osto", "Verkko"), ("323", "Upphandling", ""), questions=[SEVERAL])
    assert found.round.given == {"323": {"q": ("buy",)}} and not found.problems


def test_a_tick_that_is_none_is_named_on_its_column() -> None:
    found = small(("Kunta", "Osto", "Verkko"), ("323", "1", "ehkä"), questions=[SEVERAL])
    assert [(one.line, one.column, one.reason, one.value) for one in found.problems] == [
        (2, "Verkko", "answer", "ehkä")
    ]


def test_what_is_quoted_back_of_a_file_is_cut() -> None:
    found = small(("Kunta", "Q"), ("323", "z" * 500), ("y" * 500, "a"))
    assert [len(one.value) for one in found.problems] == [61, 61]


def test_a_short_row_has_answered_nothing_where_it_ends() -> None:
    found = small(("Aika", "Kunta", "Q"), ("", "323"), ("", "324", "a"))
    assert found.round.given == {"323": {}, "324": {"q": ("a",)}} and not found.problems


def test_a_row_that_ends_before_its_municipality_names_none() -> None:
    found = small(("Aika", "Kunta", "Q"), ("1.2.2026",), ("", "324", "a"), answered="Aika")
    assert problems(found.problems) == [(2, "no_municipality", "", "")] and list(found.round.given) == ["324"]


def test_an_answer_of_several_lines_is_no_blank_row() -> None:
    rows = tabular.read(b'Kunta;Q;Muuta\n323;a;"ensin\nsitten\nviimein"\n324;b;x\n')
    found = survey.read(rows, Codebook.model_validate(PLAIN), REGISTER)
    assert problems(found.problems) == [] and len(found.round.given) == 2


def test_heads_that_are_read_as_the_same_are_named_also_where_they_are_not_written_the_same() -> None:
    found = small(("Kunta", "Q", "q"), ("323", "a", "b"))
    assert [(one.reason, one.value) for one in found.problems] == [("head_twice", "2")]


def test_columns_without_heads_are_not_named_as_repeated() -> None:
    assert not small(("Kunta", "", "", "Q"), ("323", "x", "y", "a")).problems


def test_a_column_is_found_whatever_its_head_s_case_and_accents() -> None:
    found = small(("KUNTA", "Äänestikö"), ("323", "a"), questions=[question(column="aanestiko")])
    assert found.round.given == {"323": {"q": ("a",)}}


def test_a_column_may_be_named_by_its_number_and_its_head_goes_first() -> None:
    by_number = small(("Kunta", "Q", "Q"), ("323", "a", "b"), questions=[question(column="3")])
    assert by_number.round.given == {"323": {"q": ("b",)}}
    assert small(("Kunta", "Q", "2"), ("323", "a", "b"), questions=[question(column="2")]).round.given == {
        "323": {"q": ("b",)}
    }


# ---- the codebook


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"municipality": "Kaupunki"}, "Kaupunki"),
        ({"answered": "Päivä"}, "Päivä"),
        ({"questions": [question(column="X")]}, "X"),
        ({"questions": [question(column="9")]}, "9"),
        ({"questions": [question(column="0")]}, "0"),
        ({"questions": [SEVERAL]}, "Osto"),
        ({"questions": [question(column="z" * 100)]}, f"{'z' * 60}…"),
        ({"questions": [question(column="9" * 5000)]}, f"{'9' * 60}…"),
    ],
)
def test_a_column_that_is_not_in_the_export_is_named(changes: dict, column: str) -> None:
    with pytest.raises(TableError) as error:
        small(("Kunta", "Q"), ("323", "a"), **changes)
    assert (error.value.reason, error.value.parts) == ("no_column", {"column": column})


def test_heads_alone_are_no_export() -> None:
    with pytest.raises(TableError) as error:
        small(("Kunta", "Q"))
    assert error.value.reason == "no_rows"


def changed(**changes: Any) -> bytes:
    return written(BOOK | changes)


DEFECTS: dict[str, tuple[bytes, str]] = {
    "a repeated id": (changed(questions=[question(), question()]), "questions named twice: q"),
    "columns and answers that differ": (
        changed(questions=[SEVERAL | {"columns": {"buy": "Osto"}}]),
        "columns and answers name different",
    ),
    "both column and columns": (changed(questions=[SEVERAL | {"column": "Q"}]), "either column or columns"),
    "neither column nor columns": (changed(questions=[SEVERAL | {"columns": {}}]), "either column or columns"),
    "a column left empty": (changed(questions=[question(column="")]), "questions.0"),
    "no answers": (changed(questions=[question(answers={})]), "has no answers"),
    "a published answer that is none": (
        changed(questions=[question(published="x", published_answer="z")]),
        "one of the answers",
    ),
    "a published result without its answer": (changed(questions=[question(published="x")]), "go together"),
    "no questions": (changed(questions=[]), "questions"),
    "a stranger's field": (changed(kunta="x"), "kunta"),
    "no year": (changed(year="vuosi"), "year"),
    "a year of another time": (changed(year="1800"), "year"),
    "an id that is none": (changed(questions=[question(id="Q 1")]), "questions.0.id"),
    "an answer named twice": (
        b"name: {fi: K}\nyear: 2026\nmunicipality: K\nquestions:\n- id: q\n  name: {fi: Q}\n  column: Q\n"
        b"  answers:\n    '1': {fi: Joo}\n    '1': {fi: Ei}\n",
        "1",
    ),
    "broken YAML": (b"name: {fi: K}\nyear: [2026\nmunicipality: K\n", "line 3"),
    "a tab": (b"name:\n\tfi: K\n", "line 2"),
    "two documents": (b"a: 1\n---\nb: 2\n", "line 2"),
    "nothing": (b"", "file"),
    "a list": (b"- a\n", "file"),
    "bytes that are no words": (b"name: \xff\xfe", "codec"),
    "a mark of control": (b"name: \x07", "special characters"),
    "a name of itself": (b"name: &a [*a]\n", "line 1"),
    "a tag of Python": (b"name: !!python/object/apply:os.system ['exit 1']\n", "name"),
    "too large": (b"#" * 200_001, "too large"),
    "depths": (b"[" * 1_000, ""),
}


@pytest.mark.parametrize(("content", "part"), DEFECTS.values(), ids=DEFECTS)
def test_a_codebook_s_defect_is_named_in_every_language(content: bytes, part: str) -> None:
    with pytest.raises(TableError) as error:
        survey.codebook(content)
    defects = error.value.parts["defects"]
    assert error.value.reason == "codebook" and part in defects
    assert all(defects in text.table_error(Translator(language), error.value) for language in LANGUAGES)


def test_no_tag_of_a_codebook_runs_anything(tmp_path: Path) -> None:
    lure = tmp_path / "lure"
    tags = ("object/apply:pathlib.Path.touch", "object/new:os.mkdir", "object/apply:os.mkdir")
    for content in [f"name: !!python/{tag} ['{lure}']\n" for tag in tags] + [
        f"name: {{fi: !!python/name:os.system {lure}}}\n"
    ]:
        with pytest.raises(TableError):
            survey.codebook(content.encode())
    assert not lure.exists()


def test_a_small_codebook_does_not_unpack_into_a_large_one() -> None:
    answers = "".join(f"    a{n}: *s\n" for n in range(2_000))
    more = "".join(f"- {{id: q{n}, name: {{fi: Q}}, column: Q, answers: *a}}\n" for n in range(1, 30))
    head = (
        "name: {fi: K}\nyear: 2026\nmunicipality: K\nquestions:\n- id: q0\n  name: {fi: Q}\n  column: "
        "Q\n  answers: &a\n    a: &s {fi: x}\n"
    )
    try:
        found = survey.codebook(f"{head}{answers}{more}".encode())
    except TableError:
        return
    assert sum(len(q.answers) for q in found.questions) < 10_000, "30 kB became 60,000 answers; 180 kB become 2,400,000"


# ---- the draft


@pytest.mark.parametrize("form", FILES)
def test_a_draft_of_the_export_reads_the_export(form: str) -> None:
    rows = tabular.read(FILES[form](export()))
    drafted = survey.codebook(survey.draft(rows, REGISTER))
    assert [q.column for q in drafted.questions] == ["#3", "#4", *HEADS[4:]], (
        "repeated heads by their number; times are no question"
    )
    assert drafted.questions[0].answers.keys() >= {"Kyllä", "Osittain", "Ei", "Ehkä"}
    with_place = drafted.model_copy(update={"municipality": PLACE})  # its head is not one of those that are known
    found = survey.read(rows, with_place, REGISTER)
    assert len(found.round.given) == 96 and not [one for one in found.problems if one.reason == "answer"]


CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(tabular.tidy)
TABLE = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=3, max_size=8)
)


@effort(deadline=None)
@given(TABLE)
def test_whatever_an_export_holds_its_draft_is_a_sound_codebook(cells: list[list[str]]) -> None:
    heads, *body = [(f"Kunta {n}" if n == 0 else "", *row) for n, row in enumerate(cells)]
    rows = [Row(1, heads), *(Row(n + 2, (CODES[n], *row[1:])) for n, row in enumerate(body))]
    assume(not any(is_head(cell, "municipality") for row in cells for cell in row))  # else that row is the heads
    columns = list(zip(*[row.cells for row in rows[1:]], strict=True))
    assume(any(len(set(filter(None, column))) > 1 for column in columns))  # else there is nothing to ask of
    drafted = survey.codebook(survey.draft(file(rows), REGISTER))
    assert all(set(q.answers) for q in drafted.questions)


# ---- rounds


def test_rounds_are_set_side_by_side_by_the_id_of_the_question() -> None:
    [asked] = LATTER.codebook.questions
    codebook = LATTER.codebook.model_copy(
        update={"year": 2025, "questions": (asked.model_copy(update={"id": "means"}),)}
    )
    other = survey.Round(codebook=codebook, given={code: {"means": ("a",)} for code in CODES[:9]})
    found = survey.trend([LATTER, other, FORMER], asked, CODES, RESIDENTS)
    assert list(found) == [2024, 2026]
    assert [[share.of_municipalities for share in r.shares or ()] for r in found.values()] == [
        [25.0, 75.0],
        [80.0, 20.0],
    ]
    few = round_of(2022, dict.fromkeys(CODES[:4], "a"))
    assert survey.trend([few], asked, CODES, RESIDENTS)[2022].shares is None


def test_the_published_share_is_the_knowledge_bank_s() -> None:
    [asked] = LATTER.codebook.questions
    entry = knowledge_bank.entries()["survey_strategy_targets"]
    assert survey.published(asked, knowledge_bank.entries()) == (entry.year, "a", entry.figures[0])
    assert survey.published(asked.model_copy(update={"published": "no_such_entry"}), knowledge_bank.entries()) is None
    assert survey.published(SINGLE, knowledge_bank.entries()) is None


def test_a_workspace_keeps_one_round_a_year_and_its_file_brings_the_rounds_back() -> None:
    again = round_of(2026, dict.fromkeys(CODES[:7], "b"))
    lies = Workspace().with_round(FORMER).with_round(LATTER).with_round(again)
    assert lies.rounds == (FORMER, again)
    assert workspace.of_file(workspace.file(lies)).rounds == lies.rounds


def test_a_file_whose_answers_are_not_of_its_codebook_is_refused() -> None:
    strange = LATTER.model_copy(update={"given": {CODES[0]: {"goals": ("zzz",)}}})
    with pytest.raises(TableError) as error:
        workspace.of_file(workspace.file(workspace.EMPTY.model_copy(update={"rounds": (strange,)})))
    assert error.value.reason == "no_workspace"


# ---- the page


@pytest.fixture
def asked() -> Workspace:
    """A workspace with the export."""
    return Workspace().with_round(survey.read(tabular.read(as_csv(export())), book(), REGISTER).round)
