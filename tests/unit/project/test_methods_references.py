"""Every citation of the methods leads to a section of docs/methods.md, and every file named there exists."""

import re
import subprocess
from collections.abc import Iterator

import pytest

from kuntamittari import settings
from tests.support.material import unavailable

ROOT = settings.ROOT
METHODS = ROOT / "docs" / "methods.md"
ENDINGS = ("*.py", "*.sql", "*.yaml", "*.md")
# what may stand between the file and its numbers: a space, or the end of a line with the mark of a comment
GAP = r"(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*(?:#|--)?[^\S\n]*)"
NUMBERS = rf"\d+(?:(?:,{GAP}(?:and{GAP})?|{GAP}and{GAP}|–)\d+)*"
CITED = re.compile(rf"docs/methods\.md{GAP}({NUMBERS})\b")
INSIDE = re.compile(rf"\(methods{GAP}({NUMBERS})\)")  # how docs/methods.md cites itself
FORMER = re.compile(r"\bMETHODS" + r" \d")
PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)+/?)`")


def tracked() -> Iterator[tuple[str, str]]:
    """Yield name and text of every tracked file that may cite the methods."""
    if not (ROOT / ".git").exists():
        unavailable("needs a checkout: this copy is not under version control")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *ENDINGS]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    for name in sorted(set(listed)):
        if name and (ROOT / name).is_file():
            yield name, (ROOT / name).read_text("utf-8")


def numbers(citation: str) -> list[int]:
    """Return the sections of a citation such as "1–4, 12 and 14"."""
    found = []
    for first, last in re.findall(r"(\d+)(?:–(\d+))?", citation):
        found += range(int(first), int(last or first) + 1)
    return found


def sections() -> list[int]:
    """Return the numbers of the sections."""
    return [int(number) for number in re.findall(r"^## (\d+)\. \S", METHODS.read_text("utf-8"), re.MULTILINE)]


def cited(pattern: re.Pattern[str], content: str) -> Iterator[tuple[int, int]]:
    """Yield line and section of every citation."""
    for found in pattern.finditer(content):
        for number in numbers(found[1]):
            yield content.count("\n", 0, found.start()) + 1, number


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("(docs/methods.md 5).", [5]),
        ("docs/methods.md 1–4, 12 and 14", [1, 2, 3, 4, 12, 14]),
        ("# see docs/methods.md\n    # 9, 10", [9, 10]),
        ("-- (docs/methods.md 2, and 3)", [2, 3]),
        ("docs/methods.md as markup, 5", []),
    ],
)
def test_a_citation_is_read_as_it_is_meant(text: str, meant: list[int]) -> None:
    assert [number for _, number in cited(CITED, text)] == meant


def test_the_sections_are_numbered_one_by_one() -> None:
    assert sections() == list(range(1, len(sections()) + 1))


def test_every_citation_leads_to_a_section() -> None:
    there, found, missing = set(sections()), 0, []
    for name, content in tracked():
        places = list(cited(CITED, content)) + (list(cited(INSIDE, content)) if name == "docs/methods.md" else [])
        found += len(places)
        missing += [f"{name}:{line}: {number}" for line, number in places if number not in there]
    assert found > 100, "citations are no longer recognised"
    assert missing == []


def test_nothing_cites_the_methods_by_their_former_name() -> None:
    former = [
        f"{name}:{number}: {line.strip()}"
        for name, content in tracked()
        if name != "CHANGELOG.md"
        for number, line in enumerate(content.splitlines(), 1)
        if FORMER.search(line) and name != "tests/unit/project/test_prose.py"  # which tries such a line
    ]
    assert former == []


def test_every_file_that_the_methods_name_exists() -> None:
    named = set(PATH.findall(METHODS.read_text("utf-8")))
    assert len(named) > 40, "paths are no longer recognised"
    assert sorted(path for path in named if not (ROOT / path).exists()) == []
