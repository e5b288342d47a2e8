"""A made-up country of 110 municipalities and a survey of them: its codebook, its export and the true answers."""

import csv
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import Workbook

from kuntamittari import settings
from kuntamittari.uploads import survey, tabular
from kuntamittari.uploads.survey import Codebook, Round
from kuntamittari.uploads.tabular import File, Row
from kuntamittari.uploads.workspace import Workspace
from tests.support.small_data import MakeData
from tests.support.uploads.uploaded_files import file

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


def library_cost(code: str, year: int) -> int:
    """Made-up euros."""
    return 1_000 * int(code) % 97_000 + 10 * year + RESIDENTS[code]


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


def book(**changes: Any) -> Codebook:
    """The codebook of the export but for some changes."""
    return survey.codebook(written(BOOK | changes))


def written(content: Mapping[str, Any]) -> bytes:
    """A codebook's file; what is None is left out."""
    known = {part: value for part, value in content.items() if value is not None}
    known["questions"] = [{part: value for part, value in q.items() if value is not None} for q in known["questions"]]
    return yaml.safe_dump(known, allow_unicode=True, sort_keys=False).encode()


def question(**changes: Any) -> dict[str, Any]:
    """A question of one column with two answers but for some changes."""
    return {
        "id": "q",
        "name": {"fi": "Q"},
        "column": "Q",
        "answers": {"a": {"fi": "Alfa"}, "b": {"fi": "Beeta"}},
    } | changes


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


def groups(part: str) -> dict[str, list[str]]:
    """The municipalities by size class or region."""
    found: dict[str, list[str]] = {}
    for code, row in PLACES.items():
        found.setdefault(str(row[part]), []).append(code)
    return found


def lines(*cells: Sequence[str]) -> File:
    """The export with these lines."""
    return file(Row(n, tuple(line)) for n, line in enumerate(cells, 1))


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


@pytest.fixture
def asked() -> Workspace:
    """A workspace with the export."""
    return Workspace().with_round(survey.read(tabular.read(as_csv(export())), book(), REGISTER).round)


def made(make_data: MakeData) -> Path:
    """Return the country's data directory, with the costs of its libraries in two years; made once for all tests."""
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
    return MADE[0]
