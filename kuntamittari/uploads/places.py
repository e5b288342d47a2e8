"""Municipalities as files name them: by code, by name in any language, as organisations, and former ones."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from kuntamittari import settings
from kuntamittari.catalog.areas import MAINLAND, municipality_code
from kuntamittari.i18n import plain
from kuntamittari.uploads import heads

MOST_LOOKED_UP = 100  # unknown names of a file for which a similar name is searched
NEAR = 0.86  # similarity, 0 to 1, from which a name may be a misspelt one
GROUPINGS = ("region", "wellbeing", "grouping")
# Finnish genitives that follow no rule of `genitives`
_IRREGULAR = {"virrat": "virtain", "pihtipudas": "pihtiputaan", "punkalaidun": "punkalaitumen", "koski tl": "kosken tl"}
# strong grade → weak grade of the stop before the last vowel
_WEAK = (("kk", "k"), ("pp", "p"), ("tt", "t"), ("nk", "ng"), ("nt", "nn"), ("lt", "ll"), ("rt", "rr"), ("mp", "mm"))
_WEAK_ALONE = (("k", ""), ("p", "v"), ("t", "d"))
_CODE_PREFIX = re.compile(r"^(?:kunta|kommun) (?=\d)")
_CODE_AND_NAME = re.compile(r"(?:ku)?(\d{1,3})(?:\s*[.:–-]\s*|\s+)(\D.*)", re.ASCII)
_NAME_AND_CODE = re.compile(r"(\D*\w)[\s,(\[]+(?:ku)?(\d{1,3})[)\]]?", re.ASCII)
_FOOTNOTE = re.compile(r"(?:\s*\*+|\s+\d\))$")  # marks such as Helsinki* and Helsinki 1)
_PREFIXES = ("city of ", "town of ", "municipality of ", "staden ", "kommunen ")
_SUFFIXES = (" kaupunki", " kunta", " stad", " kommun", " city", " municipality", " town")


@dataclass(frozen=True)
class Former:
    """A municipality that has become part of another: its names, the code of its successor, and the first year (1
    January) in which it no longer was."""

    names: Mapping[str, str]
    successor: str
    ended: int


@dataclass(frozen=True)
class Place:
    """What a cell names.

    `code`: of a municipality, or of a former one; `name`: as the register writes it. "conflict":
    code and name of one cell are those of two municipalities, of which `name` is the code's.
    """

    kind: Literal["municipality", "former", "total", "area", "conflict", "unknown", "empty"]
    code: str = ""
    name: str = ""


EMPTY = Place("empty")


class Places:
    """Lookup of the municipalities of a register, and of what stands among them in files."""

    def __init__(self, register: Mapping[str, Mapping[str, Any]], mainland: bool = False):
        """Index a register (code → row); with `mainland` also the reference area MA1."""
        self._register = register
        self._codes = {code for code in register if mainland or code != MAINLAND}
        self._names: dict[str, set[str]] = {}
        self._written: dict[str, str] = {}  # name as compared → as written in the register
        self._areas: set[str] = set()
        self.former: dict[str, Former] = {}
        self._former_names: dict[str, str] = {}
        for code in self._codes:
            row = register[code]
            for language in settings.LANGUAGES:
                self._add(code, row[f"name_{language}"])
                self._areas |= {plain(row[key]) for g in GROUPINGS if (key := f"{g}_{language}") in row and row[key]}
            for former in row.get("former") or ():
                names = {language: former[f"name_{language}"] for language in settings.LANGUAGES}
                self.former[former["code"]] = Former(names, code, former["ended"])
                self._former_names |= {form: former["code"] for name in names.values() for form in _forms(name)}
        self._areas -= set(self._names)
        self._seen: dict[str, Place] = {}
        self._looked_up: dict[str, str] = {}

    def _add(self, code: str, name: str) -> None:
        self._names.setdefault(plain(name), set()).add(code)
        self._written.setdefault(plain(name), name)
        for form in _forms(name):
            self._names.setdefault(form, set()).add(code)

    def place(self, text: str) -> Place:
        """Return what a cell names.

        A municipality is 837, 837.0, KU837, Tampere, Tammerfors, "837 Tampere", "Tampereen kaupunki" or "City of
        Tampere". A missing leading zero, which spreadsheets drop, is restored. A name that two share is unknown.
        """
        if text not in self._seen:
            self._seen[text] = self._place(text)
        return self._seen[text]

    def _place(self, text: str) -> Place:
        compared = _FOOTNOTE.sub("", plain(text)).removeprefix("'")  # with which spreadsheets mark text
        if not compared:
            return EMPTY if not text else Place("unknown")
        if found := self._by_code(compared, text) or self._by_name(compared):
            return found
        for pattern, code_at, name_at in ((_CODE_AND_NAME, 1, 2), (_NAME_AND_CODE, 2, 1)):
            if parts := pattern.fullmatch(compared):
                by_code = self._by_code(parts[code_at], parts[code_at])
                by_name = self._by_name(parts[name_at].strip())
                if by_code and by_name:
                    return by_code if by_code == by_name else Place("conflict", by_code.code, by_code.name)
        if heads.is_total(text):
            return Place("total")
        if compared in self._areas:
            return Place("area")
        return Place("unknown")

    def _by_code(self, compared: str, text: str) -> Place | None:
        code = text if text in self._codes else municipality_code(_CODE_PREFIX.sub("", compared)) or ""
        if code in self._codes:
            return Place("municipality", code, self._register[code]["name_fi"])
        return Place("former", code, self.former[code].names["fi"]) if code in self.former else None

    def _by_name(self, compared: str) -> Place | None:
        words = re.sub(r"\s+", " ", compared)
        names = [words]
        names += [words.removeprefix(prefix) for prefix in _PREFIXES if words.startswith(prefix)]
        names += [words.removesuffix(suffix) for suffix in _SUFFIXES if words.endswith(suffix)]
        for name in names:
            codes = self._names.get(name, set())
            if len(codes) == 1:
                code = next(iter(codes))
                return Place("municipality", code, self._register[code]["name_fi"])
            if not codes and name in self._former_names:
                code = self._former_names[name]
                return Place("former", code, self.former[code].names["fi"])
        return None

    def code(self, text: str) -> str | None:
        """Return the code of a municipality; None for anything else."""
        place = self.place(text)
        return place.code if place.kind == "municipality" else None

    def name(self, code: str, language: str) -> str:
        """Return the name of a municipality, also of a former one."""
        return self.former[code].names[language] if code in self.former else self._register[code][f"name_{language}"]

    def agreed(self, texts: list[str]) -> Place:
        """Return what the cells of a row name together: code and name beside each other.

        An empty cell says nothing. Two municipalities are a conflict, of which `name` is the first.
        """
        found = [place for place in map(self.place, texts) if place.kind != "empty"]
        if not found:
            return EMPTY
        if whole := next((place for place in found if place.kind in ("total", "area")), None):
            return whole  # the codes of regions are also those of municipalities
        known = [place for place in found if place.kind in ("municipality", "former")]
        codes = {place.code for place in known}
        if any(place.kind == "conflict" for place in found) or len(codes) > 1 or (known and len(known) < len(found)):
            return Place("conflict", name=next((place.name for place in found if place.kind != "unknown"), ""))
        return known[0] if known else found[0]

    def near(self, name: str) -> str:
        """Return a similar name that begins with the same letter; empty where there is none, and after the first
        unknown names of a file (slow)."""
        text = plain(name)[:40]
        if text not in self._looked_up and len(self._looked_up) < MOST_LOOKED_UP:
            matches = difflib.get_close_matches(text, self._written, n=3, cutoff=NEAR)
            self._looked_up[text] = next((self._written[m] for m in matches if m[:1] == text[:1]), "")
        return self._looked_up.get(text, "")


def _forms(name: str) -> set[str]:
    """Return a name as compared, and in the forms before "kaupunki" and "kunta"."""
    compared = plain(name)
    return {compared} | {f"{form} {kind}" for form in genitives(compared) for kind in ("kaupunki", "kunta")}


def genitives(name: str) -> set[str]:
    """Return the possible Finnish genitives of a name as compared; one of them is right (helsinki → helsingin)."""
    if name in _IRREGULAR:
        return {_IRREGULAR[name]}
    for nominative, genitive in (("uusi", "uuden"), ("iso", "ison")):
        if name.startswith(nominative) and len(name) > len(nominative) + 3:
            return {genitive + form for form in genitives(name.removeprefix(nominative))} | {f"{name}n"}
    forms = {f"{name}n", f"{name}:n"}
    stem, last = name[:-1], name[-1:]
    weak = _weak(stem)
    if name.endswith("nen"):
        forms |= {f"{name[:-3]}sen", f"{name[:-3]}sten"}
    elif name.endswith("si"):
        forms |= {f"{name[:-2]}den"}
    elif last == "e":
        forms |= {f"{name}en"}
    elif last == "s":
        forms |= {f"{stem}ksen", f"{stem}den"}
    if last == "i":
        forms |= {f"{stem}en", f"{weak}en", f"{weak}in"}
    elif last in "aouy":
        forms |= {f"{weak}{last}n"}
    return forms


def _weak(stem: str) -> str:
    """Return a stem with the weak grade of its last stop: helsink → helsing, laht → lahd, joki → jo."""
    for strong, weak in (*_WEAK, *_WEAK_ALONE):
        if stem.endswith(strong):
            return stem.removesuffix(strong) + weak
    return stem
