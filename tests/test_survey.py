"""A survey that a reader brings, of municipalities that do not exist: each problem named, shares computed a second way
by hand, few respondents hidden, a codebook's defects told, and the page in three languages."""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import MakeData
from hypothesis import assume, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from openpyxl import Workbook
from streamlit.testing.v1 import AppTest
from test_datasets import said
from test_pages import findings, words

from kuntamittari import i18n, settings
from kuntamittari.catalog import knowledge_bank
from kuntamittari.exhibits import page_context, text
from kuntamittari.exhibits.exhibit import table_of
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.i18n import Translator
from kuntamittari.query import database
from kuntamittari.ui.parts import comparison
from kuntamittari.ui.workspace import Kept
from kuntamittari.ui.workspace import opened as overlaid
from kuntamittari.uploads import survey, tabular, workspace
from kuntamittari.uploads.row_reader import Problem
from kuntamittari.uploads.survey import LEAST_SHOWN, Codebook, Round
from kuntamittari.uploads.tabular import Row, TableError
from kuntamittari.uploads.workspace import Workspace

LANGUAGES = settings.LANGUAGES
LIBRARY = "library_cost_per_resident"
# numbers that no municipality bears
CODES = [str(number) for number in (*range(323, 398), *range(792, 827))]
# size class → how many there are, and the residents of the nth of them
SIZES: dict[int, tuple[int, Callable[[int], int]]] = {
    1: (50, lambda n: 1_000 + 37 * n),
    2: (30, lambda n: 5_000 + 101 * n),
    3: (18, lambda n: 10_000 + 501 * n),
    4: (6, lambda n: 20_000 + 4_001 * n),
    5: (4, lambda n: 50_000 + 9_001 * n),
    6: (2, lambda n: 100_000 + 30_000 * n),
}
ANSWERED = {1: 42, 2: 26, 3: 18, 4: 6, 5: 3, 6: 1}  # size class → how many of its first answered: 96


def country() -> list[dict[str, Any]]:
    """110 made-up municipalities in six size classes and three regions, and the whole of them."""
    classes = [(size, residents(n)) for size, (count, residents) in SIZES.items() for n in range(count)]
    whole = {"code": "MA1", "name_fi": "Keksimaa", "name_sv": "Påhittsland", "name_en": "Madeland"}
    return [whole] + [
        {
            "code": code,
            "name_fi": f"Keksilä {code}",
            "name_sv": f"Påhitt {code}",
            "name_en": f"Madeup {code}",
            "residents": residents,
            "size_class": size,
            **region(i % 3),
        }
        for i, (code, (size, residents)) in enumerate(zip(CODES, classes, strict=True))
    ]


def region(n: int) -> dict[str, str]:
    """One of the made-up regions."""
    return {"region_code": f"9{n}"} | {f"region_{language}": f"Satumaa {n}" for language in LANGUAGES}


PLACES = {row["code"]: row for row in country() if row["code"] != "MA1"}
REGISTER = {row["code"]: row for row in country()}
RESIDENTS = {code: row["residents"] for code, row in PLACES.items()}
RESPONDENTS = [
    code
    for size, count in ANSWERED.items()
    for code in [c for c, row in PLACES.items() if row["size_class"] == size][:count]
]


MADE: list[Path] = []  # the country's directory, once made


@pytest.fixture
def place(make_data: MakeData, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The made-up country as the data in use, with the costs of its libraries in two years; made once for all tests."""
    years = (2018, 2019)
    if not MADE:
        finance = [
            {"municipality": code, "year": year, "task_class": "Kirjastotoiminta", "eur": library_cost(code, year)}
            for code in CODES
            for year in years
        ]
        heads = [
            {"municipality": code, "year": year, "age_from": 0, "age_to": 120, "persons": float(RESIDENTS[code])}
            for code in CODES
            for year in years
        ]
        MADE.append(make_data(municipality=country(), finance=finance, population=heads))
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(MADE[0]))
    return MADE[0]


def library_cost(code: str, year: int) -> int:
    """Made-up euros."""
    return 1_000 * int(code) % 97_000 + 10 * year + RESIDENTS[code]


def opened(page: str, lies: Workspace | None = None, **query: str) -> AppTest:
    """A page at an address with something on the reader's desk, run to its end without an exception."""
    at = AppTest.from_file(str(settings.PACKAGE / "dashboard.py"), default_timeout=60)
    at.run()
    at.query_params.update(query)
    if lies:
        at.session_state["workspace"] = Kept(lies)
    at.switch_page(f"../pages/{page}.py").run()
    assert not at.exception
    return at


def lies_on(page: AppTest) -> Workspace:
    """What lies on the reader's desk after a run."""
    kept = page.session_state["workspace"] if "workspace" in page.session_state else None  # noqa: SIM401 (it has no get)
    return kept.workspace if kept else workspace.EMPTY


def view_of(lies: Workspace, **query: str) -> page_context.PageContext:
    """A view of the data in use with something on the desk."""
    shared = database.current()
    return page_context.read(query, overlaid(shared, lies), lies)


def press(page: AppTest, label: str) -> AppTest:
    """The page after its one button with these words."""
    [button] = [button for button in page.button if button.label == label]
    return button.click().run()


# ---- the export: what each municipality answered, and the file that says so

GOALS, MEANS, TIME, PLACE = "Onko tuottavuudelle tavoitteita?", "Keinot", "Vastausaika", "Vastaajan kunta"
HEADS = [TIME, PLACE, GOALS, GOALS, f"{MEANS}: hankinta", f"{MEANS}: verkko", f"{MEANS}: digi", "Perustelu; vapaa sana"]
WORDS = {"1": "Kyllä", "2": "Osittain", "3": "Ei"}
WORDS_SV = {"1": "Ja", "2": "Delvis", "3": "Nej"}
BOOK = {
    "name": {"fi": "Keksitty kysely", "sv": "Påhittad enkät", "en": "Made-up survey"},
    "year": "2026",
    "municipality": PLACE,
    "answered": TIME,
    "questions": [
        {
            "id": "goals",
            "name": {"fi": "Tavoitteet", "sv": "Mål", "en": "Goals"},
            "column": GOALS,
            "none": ["En osaa sanoa"],
            "answers": {code: {"fi": fi, "sv": WORDS_SV[code]} for code, fi in WORDS.items()},
            "published": "survey_strategy_targets",
            "published_answer": "1",
        },
        {
            "id": "in_budget",
            "name": {"fi": "Talousarviossa"},
            "column": "4",
            "answers": {"k": {"fi": "On"}, "e": {"fi": "Ei ole"}},
        },
        {
            "id": "means",
            "name": {"fi": "Keinot"},
            "columns": {"buy": f"{MEANS}: hankinta", "net": f"{MEANS}: verkko", "digi": f"{MEANS}: digi"},
            "answers": {"buy": {"fi": "Hankinta"}, "net": {"fi": "Palveluverkko"}, "digi": {"fi": "Digitaalisuus"}},
        },
    ],
}


def goal(k: int) -> str | None:
    """What the kth respondent answered of goals; None where it answered nothing that counts."""
    return None if k % 16 in (5, 9) or k in (30, 60) else str(1 + k * k % 7 % 3)


def budget(k: int) -> str | None:
    """Whether the kth respondent has them in the budget."""
    return None if k % 4 == 3 else "ke"[k % 5 < 2]


def means(k: int) -> set[str]:
    """The means that the kth respondent ticked."""
    return {answer for answer, step in (("buy", 2), ("net", 3), ("digi", 5)) if k % step == 0}


TRUTH: dict[str, dict[str, Collection[str] | None]] = {
    code: {"goals": goal(k), "in_budget": budget(k), "means": means(k)} for k, code in enumerate(RESPONDENTS)
}


def called(k: int, code: str) -> str:
    """A municipality as people write it: its number or its name in any language and case."""
    row = PLACES[code]
    return (code, row["name_fi"], row["name_sv"].upper(), f" {row['name_en']} ", f"KU{code}")[k % 5]


def answer_row(k: int, code: str, moment: datetime) -> list[Any]:
    """The row of the kth respondent."""
    odd = {5: "", 9: "en osaa sanoa"}
    said_of_goals = {30: "Ehkä", 60: "?"}.get(k) or (odd[k % 16] if k % 16 in odd else WORDS[goal(k) or ""])
    ticks = [
        ("1", "x", "Kyllä")[k % 3] if answer in means(k) else ("", "0", "ei")[k % 3]
        for answer in ("buy", "net", "digi")
    ]
    return [moment, called(k, code), said_of_goals, budget(k) or "", *ticks, "säästö; ja muuta" if k % 10 == 0 else ""]


def export() -> list[list[Any] | None]:
    """The rows of the file, None for a blank one: 96 respondents, and an earlier answer of the first of them at the
    end."""
    rows = [answer_row(k, code, datetime(2026, 3, 1 + k % 28, 9 + k % 9, k % 60)) for k, code in enumerate(RESPONDENTS)]
    former = [datetime(2026, 2, 28, 23, 59), RESPONDENTS[0], "Ei", "e", "0", "0", "1", "vanha"]
    return [HEADS, *rows[:10], None, *rows[10:50], None, None, *rows[50:], former, None]


def as_csv(rows: Iterable[list[Any] | None]) -> bytes:
    """As Webropol writes it: a byte order mark, semicolons, days as 5.3.2026 9:05; blank rows of marks alone or of
    nothing."""
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=";", lineterminator="\r\n")
    for n, row in enumerate(rows):
        if row is None:
            lines.write(";" * (len(HEADS) - 1) * (n % 2) + "\r\n")
        else:
            writer.writerow(
                [f"{c.day}.{c.month}.{c.year} {c.hour}:{c.minute:02}" if isinstance(c, datetime) else c for c in row]
            )
    return lines.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[list[Any] | None]) -> bytes:
    """As a workbook: times are times, and bare numbers are numbers."""
    book, content = Workbook(), io.BytesIO()
    sheet = book.active
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row or (), 1):
            sheet.cell(line, column, int(value) if isinstance(value, str) and value.isdecimal() else value)
    book.save(content)
    return content.getvalue()


FILES = {"csv": as_csv, "xlsx": as_xlsx}


def book(**changes: Any) -> Codebook:
    """The codebook of the export but for some changes."""
    return survey.codebook(written(BOOK | changes))


def written(content: Mapping[str, Any]) -> bytes:
    """A codebook's file; what is None is left out."""
    known = {part: value for part, value in content.items() if value is not None}
    known["questions"] = [{part: value for part, value in q.items() if value is not None} for q in known["questions"]]
    return yaml.safe_dump(known, allow_unicode=True, sort_keys=False).encode()


def small(*lines: Sequence[str], **changes: Any) -> survey.Reading:
    """A short export with one question, read."""
    return survey.read(
        [Row(n, tuple(line)) for n, line in enumerate(lines, 1)], Codebook.model_validate(PLAIN | changes), REGISTER
    )


def question(**changes: Any) -> dict[str, Any]:
    """A question of one column with two answers but for some changes."""
    return {
        "id": "q",
        "name": {"fi": "Q"},
        "column": "Q",
        "answers": {"a": {"fi": "Alfa"}, "b": {"fi": "Beeta"}},
    } | changes


PLAIN = {"name": {"fi": "K"}, "year": "2026", "municipality": "Kunta", "questions": [question()]}


def by_hand(
    name: str, answers: Iterable[str], members: Collection[str]
) -> tuple[int, dict[str, tuple[int, Fraction, Fraction]]]:
    """How many of some municipalities answered a question, and answer → n, per cent of those, per cent of their
    residents: from what they answered, not from the file."""
    known = {code: TRUTH[code][name] for code in members if code in TRUTH and TRUTH[code][name]}
    heads = sum(PLACES[code]["residents"] for code in known)
    shares = {}
    for answer in answers:
        gave = [code for code, theirs in known.items() if answer in theirs]
        shares[answer] = (
            len(gave),
            Fraction(100 * len(gave), len(known)),
            Fraction(100 * sum(PLACES[code]["residents"] for code in gave), heads),
        )
    return len(known), shares


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


def groups(part: str) -> dict[str, list[str]]:
    """The municipalities by size class or region."""
    found: dict[str, list[str]] = {}
    for code, row in PLACES.items():
        found.setdefault(str(row[part]), []).append(code)
    return found


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
    head = "name: {fi: K}\nyear: 2026\nmunicipality: K\nquestions:\n- id: q0\n  name: {fi: Q}\n  column: Q\n  answers: &a\n    a: &s {fi: x}\n"
    try:
        found = survey.codebook(f"{head}{answers}{more}".encode())
    except TableError:
        return
    assert sum(len(q.answers) for q in found.questions) < 10_000, "30 kB became 60,000 answers; 180 kB become 2,400,000"


def test_a_codebook_keeps_every_word_as_it_is_written() -> None:
    asked = "questions: [{id: q, name: {fi: on}, column: 03, answers: {yes: {fi: no}, 01: {fi: 1.50}}}]\n"
    content = f"name: {{fi: Ei}}\nyear: 2026\nmunicipality: 2\n{asked}"
    found = survey.codebook(b"\xef\xbb\xbf" + content.encode())
    assert (found.municipality, found.questions[0].column) == ("2", "03")
    assert {code: said.fi for code, said in found.questions[0].answers.items()} == {"yes": "no", "01": "1.50"}
    assert found.name.told("sv") == "Ei" and found.questions[0].name.told("fi") == "on"


# ---- the draft


def read_by_its_draft(rows: list[Row]) -> survey.Reading:
    return survey.read(rows, survey.codebook(survey.draft(rows)), REGISTER)


@pytest.mark.parametrize("form", FILES)
def test_a_draft_of_the_export_reads_the_export(form: str) -> None:
    rows = tabular.read(FILES[form](export()))
    drafted = survey.codebook(survey.draft(rows))
    assert [q.column for q in drafted.questions] == ["#3", "#4", *HEADS[4:]], (
        "repeated heads by their number; times are no question"
    )
    assert drafted.questions[0].answers.keys() >= {"Kyllä", "Osittain", "Ei", "Ehkä"}
    with_place = drafted.model_copy(update={"municipality": PLACE})  # its head is not one of those that are known
    found = survey.read(rows, with_place, REGISTER)
    assert len(found.round.given) == 96 and not [one for one in found.problems if one.reason == "answer"]


def lines(*cells: Sequence[str]) -> list[Row]:
    return [Row(n, tuple(line)) for n, line in enumerate(cells, 1)]


EXPORTS = {
    "answers that YAML has meanings for": lines(
        ("Kunta", "Q"),
        *[
            (code, said)
            for code, said in zip(
                CODES, ("yes", "no", "1.5", "<<", "=", "~", "null", "a: b # c", "'", '"', "- x", "{}"), strict=False
            )
        ],
    ),
    "a long answer": lines(("Kunta", "Q", "R"), ("323", "x" * 1_500, "a"), ("324", "y", "b")),
    "a long head": lines(("Kunta", "Q" * 1_200, "R"), ("323", "x", "a"), ("324", "y", "b")),
    "more questions than a codebook takes": lines(
        ("Kunta", *(f"Q{n}" for n in range(250))), ("323", *"a" * 250), ("324", *"b" * 250)
    ),
    "long words in many columns": lines(
        ("Kunta", *(f"Q{n}" + "ä" * 200 for n in range(150))),
        *[(code, *(f"vastaus {code} " + "ö" * 300,) * 150) for code in CODES[:8]],
    ),
    "columns of the same head": lines(("Kunta", "Q", "Q"), ("323", "a", "c"), ("324", "b", "d")),
    "heads that differ in case alone": lines(("Kunta", "Q", "q"), ("323", "a", "c"), ("324", "b", "d")),
    "heads that are numbers": lines(("Kunta", "Q", "Q", "2"), ("323", "a", "c", "e"), ("324", "b", "d", "f")),
    "the respondent's name after the municipality": lines(
        ("Kunta", "Nimi", "Q"), ("323", "Vastaaja 1", "a"), ("324", "Vastaaja 2", "b")
    ),
    "long heads in many columns": lines(
        ("Kunta", *(f"{n}" + "Q" * 3_000 for n in range(100))), ("323", *"a" * 100), ("324", *"b" * 100)
    ),
    "the municipality after many columns of long words": lines(
        (*(f"Q{n}" for n in range(150)), "Kunta"),
        *[(*(f"vastaus {code} " + "ö" * 300,) * 150, code) for code in CODES[:8]],
    ),
    "no heads at all over a column": lines(("Kunta", "", "Q"), ("323", "a", "c"), ("324", "b", "d")),
}


@pytest.mark.parametrize("rows", EXPORTS.values(), ids=EXPORTS)
def test_a_draft_is_a_codebook_that_reads_what_it_was_drafted_of(rows: list[Row]) -> None:
    found = read_by_its_draft(rows)
    assert [one.reason for one in found.problems if one.reason != "head_twice"] == []
    assert len(found.round.given) == len(rows) - 1 and all(found.round.given.values())


CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(tabular.tidy)
TABLE = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), min_size=3, max_size=8)
)


@effort(deadline=None)
@given(TABLE)
def test_whatever_an_export_holds_its_draft_is_a_sound_codebook(cells: list[list[str]]) -> None:
    heads, *body = [(f"Kunta {n}" if n == 0 else "", *row) for n, row in enumerate(cells)]
    rows = [Row(1, heads), *(Row(n + 2, (CODES[n], *row[1:])) for n, row in enumerate(body))]
    columns = list(zip(*[row.cells for row in rows[1:]], strict=True))
    assume(any(len(set(filter(None, column))) > 1 for column in columns))  # else there is nothing to ask of
    drafted = survey.codebook(survey.draft(rows))
    assert all(set(q.answers) for q in drafted.questions)


# ---- rounds


def round_of(year: int, goals: Mapping[str, str], **changes: Any) -> Round:
    """A round with one question about goals."""
    about = question(
        id="goals",
        name={"fi": "Tavoitteet", "en": "Goals"},
        answers={"a": {"fi": "Kyllä", "en": "Yes"}, "b": {"fi": "Ei", "en": "No"}},
    )
    asked = {"name": {"fi": f"Kysely {year}"}, "year": year, "municipality": "Kunta", "questions": [about | changes]}
    return Round.model_validate(
        {"codebook": asked, "given": {code: {"goals": (answer,)} for code, answer in goals.items()}}
    )


PUBLISHED = {"published": "survey_strategy_targets", "published_answer": "a"}
FORMER = round_of(2024, dict(zip(CODES[:20], "a" * 5 + "b" * 15, strict=True)), **PUBLISHED)
LATTER = round_of(2026, dict(zip(CODES[:25], "a" * 20 + "b" * 5, strict=True)), **PUBLISHED)


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


def test_a_desk_keeps_one_round_a_year_and_its_file_brings_the_rounds_back() -> None:
    again = round_of(2026, dict.fromkeys(CODES[:7], "b"))
    lies = Workspace().with_round(FORMER).with_round(LATTER).with_round(again)
    assert lies.rounds == (FORMER, again)
    assert workspace.of_file(workspace.file(lies)).rounds == lies.rounds


def test_a_file_whose_answers_are_not_of_its_codebook_is_refused() -> None:
    strange = LATTER.model_copy(update={"given": {CODES[0]: {"goals": ("zzz",)}}})
    with pytest.raises(TableError) as error:
        workspace.of_file(workspace.file(workspace.EMPTY.model_copy(update={"rounds": (strange,)})))
    assert error.value.reason == "no_desk"


# ---- the page


def took_in(page: AppTest, form: str, content: bytes | None = None) -> AppTest:
    """The page after the export and its codebook have been laid into their boxes."""
    exports, books = page.file_uploader
    exports.set_value((f"vastaukset.{form}", content or FILES[form](export()), "application/octet-stream"))
    books.set_value(("koodikirja.yaml", written(BOOK), "application/yaml"))
    return page.run()


@pytest.mark.parametrize(("language", "form"), list(zip(LANGUAGES, ("csv", "xlsx", "csv"), strict=True)))
def test_the_page_takes_the_export_names_its_problems_and_shows_its_shares(
    language: str, form: str, place: Path
) -> None:
    t = Translator(language)
    page = opened("survey", kieli=language, mittari=LIBRARY, kunta=CODES[0], ryhma="all")
    assert words(t("survey.lead")) in findings(page)
    took_in(page, form)
    assert words(t("survey.understood", respondents=97, places=96, questions=3)) in said(page)
    assert [warning.value for warning in page.warning] == [t("survey.problems", n=5)]
    named = next(table.value for table in page.dataframe if t("problem.line") in table.value)
    assert list(named[t("problem.line")]) == [1, 1, 33, 65, 101]
    assert named[t("problem.what")].iloc[4] == t("problem.answered_twice", near="2")
    press(page, t("upload.take"))
    assert not page.exception and [r.codebook.year for r in lies_on(page).rounds] == [2026]
    n, shares = by_hand("goals", WORDS, list(PLACES))
    theirs = sum(RESIDENTS[code] for code, truth in TRUTH.items() if truth["goals"])
    residents = t.number(100 * theirs / sum(RESIDENTS.values()), 0)
    assert findings(page)[0].startswith(words(t("survey.answered", n=n, members=110, residents=residents, year=2026)))
    table = page.dataframe[0].value
    assert list(table[t("survey.n")]) == [share[0] for share in shares.values()]
    assert list(table[t("survey.of_municipalities")]) == [
        pytest.approx(float(share[1]), abs=0.051) for share in shares.values()
    ]
    assert list(table[t("survey.of_residents")]) == [
        pytest.approx(float(share[2]), abs=0.051) for share in shares.values()
    ]
    assert words(t("survey.missing", n=28)) in said(page)
    assert lies_on(page).rounds[0].given == survey.read(tabular.read(as_csv(export())), book(), REGISTER).round.given


@pytest.fixture
def asked() -> Workspace:
    """A desk with the export on it."""
    return Workspace().with_round(survey.read(tabular.read(as_csv(export())), book(), REGISTER).round)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_groups_with_the_few_hidden_and_says_why(language: str, place: Path, asked: Workspace) -> None:
    t = Translator(language)
    page = opened("survey", asked, kieli=language, mittari=LIBRARY, kunta=CODES[0], ryhma="all", kysymys="goals")
    told = [answer.told(language) for answer in asked.rounds[0].codebook.questions[0].answers.values()]
    by_size = page.dataframe[1].value
    assert list(by_size[t("survey.members")]) == [50, 30, 18, 6, 4, 2] and by_size[t("survey.n")].sum() == 82
    assert by_size[told].isna().all(axis=1).tolist() == [False] * 3 + [True] * 3
    assert words(t("survey.suppressed", least=5)) in said(page)
    page.radio(key="survey-division").set_value("region").run()
    by_region = page.dataframe[1].value
    assert page.query_params["jako"] == "region" and len(by_region) == 3 and not by_region[told].isna().any(axis=None)
    for name, row in zip(sorted(groups("region_code")), by_region.to_dict("records"), strict=True):
        n, shares = by_hand("goals", WORDS, groups("region_code")[name])
        assert row[t("survey.n")] == n
        assert [row[answer] for answer in told] == [
            pytest.approx(float(share[1]), abs=0.051) for share in shares.values()
        ]


def test_a_question_and_a_round_are_chosen_and_stand_in_the_address(place: Path, asked: Workspace) -> None:
    both = asked.with_round(FORMER)
    page = opened("survey", both, kieli="en", mittari=LIBRARY, kunta=CODES[0])
    assert page.selectbox(key="survey-round").options == ["2026: Made-up survey", "2024: Kysely 2024"]
    page.selectbox(key="survey-question").select("means").run()
    assert page.query_params["kysymys"] == "means"
    assert list(page.dataframe[0].value["Answered"]) == [48, 32, 20] and "71 of 110" in findings(page)[0]
    page = opened("survey", both, kieli="en", mittari=LIBRARY, kunta=CODES[0], kierros="2024")
    assert "In 2024, 20 of 110 municipalities" in findings(page)[0] and not page.warning
    page = opened("survey", both, kieli="en", mittari=LIBRARY, kierros="1999", kysymys="<b>")
    assert len(page.warning) == 2 and "In 2026" in findings(page)[0]


def test_another_round_without_the_question_is_no_fault_of_the_address(place: Path, asked: Workspace) -> None:
    page = opened("survey", asked.with_round(FORMER), kieli="en", mittari=LIBRARY, kysymys="means")
    page.selectbox(key="survey-round").select("2024").run()
    assert "In 2024" in findings(page)[0]
    assert [block.value for block in page.warning] == []


@pytest.mark.parametrize(("own", "answer", "same", "n", "share"), [(0, "Yes", 19, 24, 79), (24, "No", 4, 24, 17)])
def test_the_own_answer_stands_beside_that_of_the_others(
    own: int, answer: str, same: int, n: int, share: int, place: Path
) -> None:
    page = opened("survey", Workspace().with_round(LATTER), kieli="en", mittari=LIBRARY, kunta=CODES[own], ryhma="all")
    assert (
        f"**{answer}** The same was answered by {same} of {n} other municipalities ({share} %): All of Mainland Finland."
        in said(page)
    )


def test_the_own_answer_says_so_where_there_is_none_and_where_the_others_are_few(place: Path) -> None:
    lies = Workspace().with_round(LATTER)
    assert f"Madeup {CODES[60]}: no answer." in said(
        opened("survey", lies, kieli="en", mittari=LIBRARY, kunta=CODES[60])
    )
    page = opened("survey", lies, kieli="en", mittari=LIBRARY, kunta=CODES[0], ryhma="own", kunnat=",".join(CODES[1:5]))
    assert "Own selection) 4 others answered; the share is shown from 5 respondents on" in said(page)


def test_the_own_answer_does_not_tell_what_the_table_of_groups_hides(place: Path) -> None:
    regions = groups("region_code")
    answers = (
        dict.fromkeys(regions["90"][:20], "a")
        | dict.fromkeys(regions["91"][:6], "a")
        | dict.fromkeys(regions["92"][:2], "b")
    )
    lies = Workspace().with_round(round_of(2026, answers))
    page = opened("survey", lies, kieli="en", mittari=LIBRARY, kunta=regions["91"][0], ryhma="region-91", jako="region")
    assert page.dataframe[1].value["Yes"].isna().tolist() == [False, True, True]
    assert "answered by 5 of 5 other municipalities" not in said(page), (
        "28 less 20 less these 6 are the two of region 92"
    )


@pytest.mark.parametrize("alike", [("Yes", "Yes"), ("Answered", "Municipalities")])
def test_answers_worded_as_one_another_or_as_a_head_lose_no_figures(alike: tuple[str, str], place: Path) -> None:
    worded = {code: {"fi": code, "en": name} for code, name in zip("ab", alike, strict=True)}
    lies = Workspace().with_round(
        round_of(2026, dict(zip(CODES[:20], "a" * 5 + "b" * 15, strict=True)), answers=worded)
    )
    [_, by_size, *_] = opened("survey", lies, kieli="en", mittari=LIBRARY, kunta=CODES[0]).dataframe
    assert list(by_size.value.iloc[0])[1:] == [20, 50, 25, 75]


def test_fewer_than_five_respondents_show_nothing_but_how_many_they_are(place: Path) -> None:
    page = opened(
        "survey",
        Workspace().with_round(round_of(2026, dict.fromkeys(CODES[:4], "a"))),
        kieli="en",
        mittari=LIBRARY,
        kunta=CODES[0],
    )
    assert "4 of 110" in findings(page)[0] and "not shown with fewer than 5" in findings(page)[0]
    assert not page.dataframe and "and its peers" not in said(page)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """File → source of every picture that the page draws."""
    found: dict[str, str] = {}
    honest = comparison.draw_sourced

    def drawing(context: page_context.PageContext, source: str, title: str, file: str, rest: Any) -> None:
        found[file] = source
        honest(context, source, title, file, rest)

    monkeypatch.setattr(comparison, "draw_sourced", drawing)
    return found


def test_rounds_are_told_year_by_year_with_the_published_share_before_them(place: Path) -> None:
    page = opened("survey", Workspace(rounds=(LATTER, FORMER)), kieli="en", mittari=LIBRARY, kunta=CODES[0])
    told = said(page)
    assert "Yes 2024: 25.0 %; Yes 2026: 80.0 %; No 2024: 75.0 %; No 2026: 20.0 %" in told and "Yes 2014: " in told
    assert "The figure of 2014 is a published result, not of the brought data." in told
    alone = said(opened("survey", Workspace(rounds=(round_of(2026, LATTER_GOALS),)), kieli="en", mittari=LIBRARY))
    assert "From survey to survey" not in alone


LATTER_GOALS = {code: answers["goals"][0] for code, answers in LATTER.given.items()}


def test_a_published_share_of_over_so_much_is_not_told_as_exactly_so_much(place: Path) -> None:
    entry = knowledge_bank.entries()["survey_strategy_targets"]
    assert entry.figures[0].limit == "over"
    page = opened("survey", Workspace(rounds=(LATTER,)), kieli="en", mittari=LIBRARY)
    assert f"Yes 2014: {entry.figures[0].value:.1f} %" not in said(page)


def test_every_picture_of_a_survey_names_the_survey_and_not_the_statistics(place: Path, drawn: dict[str, str]) -> None:
    opened("survey", Workspace(rounds=(LATTER, FORMER)), kieli="en", mittari=LIBRARY)
    assert {"survey_2026_goals", "survey_goals", "survey_2014"} <= drawn.keys()
    for file in ("survey_2026_goals", "survey_goals"):
        assert "Kysely" in drawn[file] and "Statistics Finland" not in drawn[file], file


def test_the_picture_of_the_rounds_names_those_that_ask_the_question(place: Path, drawn: dict[str, str]) -> None:
    older = round_of(2022, dict.fromkeys(CODES[:9], "b"))
    other = round_of(2026, {}, id="means").model_copy(update={"given": {code: {"means": ("a",)} for code in CODES[:9]}})
    opened(
        "survey", Workspace(rounds=(older, FORMER, other)), kieli="en", mittari=LIBRARY, kierros="2024", kysymys="goals"
    )
    assert "2024" in drawn["survey_goals"] and "2026" not in drawn["survey_goals"]


def test_marks_in_a_codebook_are_words_and_nothing_else(place: Path) -> None:
    markup = "![x](https://x.example/y.png) *a* $b$ <b>c</b>"
    lies = Workspace().with_round(
        round_of(2026, LATTER_GOALS, name={"fi": markup}, answers={"a": {"fi": markup}, "b": {"fi": "Ei"}})
    )
    page = opened("survey", lies, kieli="fi", mittari=LIBRARY, kunta=CODES[0])
    assert markup in findings(page)[0]
    assert not [block.value for block in page.subheader if markup in block.value]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_cannot_be_read_and_a_codebook_that_does_not_fit_say_why(language: str, place: Path) -> None:
    t = Translator(language)
    page = opened("survey", kieli=language, mittari=LIBRARY)
    took_in(page, "csv", b"\x00\x01")
    assert words(t("tabular.not_text")) in said(page)
    took_in(page, "csv", b"Kunta;Q\n323;a\n")
    assert words(t("tabular.no_column", column=PLACE)) in said(page)
    assert t("upload.take") not in [button.label for button in page.button]


def test_an_export_alone_offers_a_draft_of_its_codebook(place: Path) -> None:
    page = opened("survey", kieli="en", mittari=LIBRARY)
    page.file_uploader[0].set_value(("v.csv", as_csv(export()), "text/csv")).run()
    assert "Check the draft" in said(page)
    assert "Save a draft of the codebook" in [button.label for button in page.get("download_button")]


def test_the_surveys_are_taken_away_again(place: Path, asked: Workspace) -> None:
    page = press(opened("survey", asked, kieli="en", mittari=LIBRARY), "Remove the surveys")
    assert lies_on(page) == workspace.EMPTY and "A few results of the 2014 survey were published" in findings(page)[0]


def test_aland_counts_only_where_it_is_asked_for(make_data: MakeData, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [row | {"aland": n >= 6} for n, row in enumerate(country()[1:11])]
    directory = make_data(
        municipality=places, finance=[{"municipality": CODES[0], "year": 2019, "task_class": "X", "eur": 1}]
    )
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(directory))
    lies = Workspace().with_round(round_of(2026, dict(zip(CODES[:10], "a" * 6 + "b" * 4, strict=True))))
    assert "6 of 6 municipalities" in findings(opened("survey", lies, kieli="en"))[0]
    assert "10 of 10 municipalities" in findings(opened("survey", lies, kieli="en", aland="1"))[0]


# ---- the picture for slides and documents


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_leaf_is_the_question_of_the_address_with_its_shares(language: str, place: Path, asked: Workspace) -> None:
    exhibit = PICTURES["survey"](view_of(asked.with_round(FORMER), kieli=language, kierros="2026", kysymys="means"))
    assert exhibit is not None and exhibit.series is not None and exhibit.title == "Keinot (n = 71)"
    _, shares = by_hand("means", ("buy", "net", "digi"), list(PLACES))
    for side, values in enumerate(exhibit.series.values(), 1):
        assert values == pytest.approx([float(share[side]) for share in shares.values()])
    assert exhibit.categories == ("Hankinta", "Palveluverkko", "Digitaalisuus") and "2026" in exhibit.source
    heads, rows = table_of(exhibit, Translator(language))
    assert len(rows) == 3 and len(heads) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_leaf_without_a_survey_or_with_too_few_respondents_is_what_was_published(
    language: str, place: Path
) -> None:
    few = Workspace().with_round(round_of(2026, dict.fromkeys(CODES[:4], "a")))
    entries = [entry for entry in knowledge_bank.entries().values() if entry.kind == "survey"]
    for lies in (workspace.EMPTY, few):
        exhibit = PICTURES["survey"](view_of(lies, kieli=language))
        assert exhibit is not None and [row[0] for row in exhibit.rows] == [
            entry.name.told(language)[0] for entry in entries
        ]
