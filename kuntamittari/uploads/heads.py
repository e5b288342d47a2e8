"""Heads of columns: what a column is, in Finnish, Swedish and English, as people and the official services write it."""

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from kuntamittari import yaml_file
from kuntamittari.catalog.statuses import Status
from kuntamittari.i18n import plain

Role = Literal["municipality", "year", "measure", "value", "status", "area_type", "part", "service", "model"]
FIRST_YEAR, LAST_YEAR = 1990, 2100
_WORDS: Mapping[str, list[str]] = yaml_file.read(Path(__file__).parent / "heads.yaml")
# role → the heads of its column, as `_compared` writes them
HEADS: Mapping[Role, frozenset[str]] = {role: frozenset(_WORDS[role]) for role in get_args(Role)}
_WHOLE = frozenset(_WORDS["whole"])  # of a breakdown
_TOTAL_AREA = frozenset(_WORDS["total_area"])
_MUNICIPALITY_TYPE = frozenset(_WORDS["municipality_type"])
_YEAR_OF_HEAD = re.compile(r"\s+(19|20)\d\d\*?$")
_BRACKETS = re.compile(r"\s*[(\[].*[)\]]$")
_PLAN: Mapping[str, Status | None] = {
    "": None,
    "tp": "final",
    "tilinpaatos": "final",
    "toteuma": "final",
    "bokslut": "final",
    "bs": "final",
    "ta": "budget",
    "tae": "budget",
    "talousarvio": "budget",
    "budget": "budget",
    "bg": "budget",
    "enn": "forecast",
    "ennuste": "forecast",
    "prognos": "forecast",
    "forecast": "forecast",
    "vuosi": None,
    "ar": None,
    "year": None,
    "v.": None,
}
_KINDS = "|".join(sorted((re.escape(kind) for kind in _PLAN if kind), key=len, reverse=True))
_YEAR = re.compile(
    rf"(?:(?P<kind>{_KINDS})[ _-]?)?(?:(?P<year>\d{{4}})(?P<preliminary>\*)?(?:[.,]0+|\.)?"
    r"|31\.12\.(?P<end>\d{4})|(?P<iso>\d{4})-(?:01-01|12-31)(?:[t ]00:00(?::00(?:\.0+)?)?)?)",
    re.ASCII,
)
_WITH_YEAR = re.compile(
    rf"(?P<before>.*?)[\s,;:_(-]*(?P<last>\b(?:(?:{_KINDS})[ _-]?)?(?:31\.12\.)?(?:19|20|21)\d\d\*?)\)?"
    rf"|(?P<first>\b(?:(?:{_KINDS})[ _-]?)?(?:31\.12\.)?(?:19|20|21)\d\d\*?)[\s,;:_)-]+(?P<after>.*)",
    re.ASCII | re.IGNORECASE | re.DOTALL,
)


class Year(NamedTuple):
    """A year, and the status that is written with it: TP2018 final, TA2019 budget, 2020* preliminary; None without."""

    year: int
    status: Status | None


@lru_cache(maxsize=10_000)  # each row near the top is tried as heads, for each role
def _compared(head: str) -> str:
    """Return a head without accents, capitals, marks around it, brackets and the year of a division."""
    text = re.sub(r"[_\s]+", " ", plain(head)).strip(" :*.")
    return _YEAR_OF_HEAD.sub("", _BRACKETS.sub("", text)).strip(" :*.,")


def is_head(cell: str, role: Role) -> bool:
    """Return whether a cell is a head of a column with this role."""
    return len(cell) < 60 and _compared(cell) in HEADS[role]


def is_whole(part: str) -> bool:
    """Return whether a part of a breakdown stands for all of its parts."""
    compared = _compared(part)
    return compared in _WHOLE or compared.startswith(("yhteensa", "totalt", "total ")) or compared.endswith(" yhteensa")


def is_total(area: str) -> bool:
    """Return whether a cell of the municipality column is a total or an average, such as "Koko maa" or "Yhteensä"."""
    compared = _compared(area)
    return compared in _TOTAL_AREA or compared.startswith("yhteensa") or compared.endswith((" yhteensa", " totalt"))


def is_municipality_type(text: str) -> bool:
    """Return whether a type of area, such as Kunta beside Maakunta, is that of municipalities."""
    return _compared(text) in _MUNICIPALITY_TYPE


@lru_cache(maxsize=10_000)
def year(text: str) -> Year | None:
    """Return a year; None for anything else, also for a year outside FIRST_YEAR–LAST_YEAR.

    2018 is also 2018.0, TP2018, TP 2018, 2018*, 31.12.2018, and of date cells of spreadsheets 2018-01-01 and
    2018-12-31.
    """
    found = _YEAR.fullmatch(plain(text))
    if not found:
        return None
    number = int(found["year"] or found["end"] or found["iso"])
    status = _PLAN[found["kind"] or ""] or ("preliminary" if found["preliminary"] else None)
    return Year(number, status) if FIRST_YEAR <= number <= LAST_YEAR else None


@lru_cache(maxsize=10_000)
def with_year(head: str) -> tuple[str, Year] | None:
    """Return the measure and the year of a head that has both, such as "Väkiluku 2018"; None for any other."""
    found = _WITH_YEAR.fullmatch(head)
    if not found:
        return None
    name = (found["before"] or found["after"] or "").strip(" ,;:_-(")
    at = year(found["last"] or found["first"] or "")
    return (name, at) if name and at else None
