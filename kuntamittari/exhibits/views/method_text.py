"""docs/methods.md, in English: its introduction and its numbered sections."""

import re
from dataclasses import dataclass
from functools import cache

from kuntamittari import settings

FILE = settings.ROOT / "docs" / "methods.md"
HEADING = re.compile(r"^## (?:(\d+)\. )?(.+)\n", re.MULTILINE)


@dataclass(frozen=True)
class Section:
    """A numbered section of docs/methods.md: its title and its Markdown."""

    title: str
    text: str


@dataclass(frozen=True)
class Document:
    """docs/methods.md: the Markdown before the numbered sections, and these by number."""

    introduction: str
    sections: dict[int, Section]


@cache
def document() -> Document:
    """Return docs/methods.md without its title and its list of contents, which the page has in the user's language."""
    first, *parts = HEADING.split(FILE.read_text("utf-8"))
    introduction, sections = first.partition("\n")[2], {}
    for number, title, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        if number:
            sections[int(number)] = Section(title, text)
        elif title != "Contents":
            introduction += f"## {title}\n{text}"
    return Document(introduction, sections)
