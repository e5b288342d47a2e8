"""What a search finds: municipalities, indicators and entries of the knowledge bank.

Words are compared without accents and capitals, by their beginnings, and inflected ones by their stems. A query may
name a municipality and a subject together: "alajärven päiväkoti" finds the indicator for that municipality.
"""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from kuntamittari import settings
from kuntamittari.catalog import knowledge_bank, services
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.framework import by_dimension
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits.search import everyday
from kuntamittari.i18n import Translator, plain
from kuntamittari.query import figures
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.uploads.places import genitives

MOST_OF_KIND = 8
MOST_PLACES, MOST_ENTRIES = 5, 4
LONGEST_QUERY = 80  # characters
SHORTEST_BEGINNING, SHORTEST_STEM, LONGEST_ENDING = 2, 4, 5  # letters
NEAR_PLACE = 0.86  # likewise for the names of municipalities, of which many are alike (Vaala, Vammala)
NEAR = 0.75  # similarity, 0 to 1, from which a word may be a misspelt one
# how much a match tells, by where the word is from and how it is matched
OWN_NAME, EVERYDAY, SERVICE, OTHER_NAME, IN_EUROS = 3.0, 2.8, 2.5, 2.0, 1.0
COSTS_FIRST = 0.1  # what a service costs is asked for more often than how productive it is
WHOLE, BEGINNING, INFLECTED, INSIDE = 1.0, 0.85, 0.7, 0.4


@dataclass(frozen=True)
class Found:
    """One result: its label, a remark, the heading that it stands under, and what a page shows when it is chosen.

    `path`: the page (None: the present one); `choices`: parameters of its address, as codes.
    """

    kind: str
    label: str
    note: str
    group: str
    path: str | None
    choices: Mapping[str, str]


@dataclass(frozen=True)
class Subject:
    """An indicator with the words that find it, each with its weight."""

    indicator: Indicator
    words: Mapping[str, float]
    has_figures: bool


def search(data: Database, t: Translator, query: str) -> list[Found]:
    """Return what a query finds, in the order of the list that a reader sees; misspelt words are compared with similar
    ones where nothing is found otherwise."""
    words = _words(query[:LONGEST_QUERY])
    found = _named(data, t, words) or _named(data, t, [_nearest(data, t, word) for word in words], near=True)
    return [*found, *_entries(t, " ".join(words))]


@dataclass(frozen=True)
class Named:
    """A municipality that words of a text name: its code, which of the words, and the former name where it is one."""

    code: str
    words: range
    former: str | None = None


def places_named(data: Database, words: Sequence[str]) -> list[Named]:
    """Return the municipalities, and Mainland Finland, that words (as `i18n.plain` writes them) name whole, also
    inflected, in the order of the words. Of names that share words the longest counts; a word of a subject (hälsovård)
    is no inflected name (Halsö)."""
    names, found, at = _names_of_places(data), list[Named](), 0
    of_subjects = {own for subject in _subjects(data, settings.LANGUAGES[0]) for own in subject.words}
    while at < len(words):
        spans = [range(at, at + n) for n in (3, 2, 1) if at + n <= len(words)]
        texts = [(" ".join(words[i] for i in span), span) for span in spans]
        readings = [
            (names.get(text) if text in of_subjects else _whole_name(names, text), span) for text, span in texts
        ]
        named, span = next(((place, span) for place, span in readings if place), (None, range(at, at + 1)))
        found += [Named(named[0], span, named[1])] if named else []
        at = span.stop
    return found


def near_places(data: Database, word: str) -> list[str]:
    """Return the codes of the municipalities whose names a misspelt word resembles, the nearest first."""
    names = _names_of_places(data)
    matches = difflib.get_close_matches(plain(word), sorted(names), n=3, cutoff=NEAR_PLACE)
    return list(dict.fromkeys(names[match][0] for match in matches))


def subjects_named(data: Database, language: str, words: Sequence[str]) -> tuple[list[Indicator], list[str]]:
    """Return the indicators that match best what words say together, and the words that are of no subject at all.

    Of indicators that match equally well those count whose label the words say whole, or leave least of unsaid.
    """
    subjects = _subjects(data, language)
    about = [word for word in words if any(_score(subject, [word]) for subject in subjects)]
    scored = [(_score(subject, about, whole=True), subject.indicator) for subject in subjects if about]
    best = max((score for score, _ in scored), default=0)
    unsaid = {one.id: _unsaid(one, about) for score, one in scored if best and score == best}
    least = min(unsaid.values(), default=0)
    unknown = [word for word in words if word not in about]
    return [one for _, one in scored if unsaid.get(one.id) == least], unknown


def _unsaid(indicator: Indicator, words: Sequence[str]) -> int:
    """Return how many words of an indicator's label are not among words, in the language that has fewest of them."""
    labels = [_words(label) for _, label in _texts(indicator.label)]
    return min(sum(not any(_match(word, own) for word in words) for own in label) for label in labels)


def near_subjects(data: Database, language: str, words: Sequence[str]) -> list[Indicator]:
    """Return the indicators of the words that are nearest to misspelt ones, the best first."""
    known = sorted({own for subject in _subjects(data, language) for own in subject.words})
    nearest = [next(iter(difflib.get_close_matches(word, known, n=1, cutoff=NEAR)), "") for word in words]
    return subjects_named(data, language, [word for word in nearest if word])[0]


def _whole_name(names: Mapping[str, tuple[str, str | None]], words: str) -> tuple[str, str | None] | None:
    """Return code and former name of the municipality that words name, in their basic form or inflected."""
    if words in names:
        return names[words]
    inflected = [
        form
        for form in (words[:end] for end in range(len(words) - 1, SHORTEST_STEM - 1, -1))
        if form in names and len(words) - len(form) < LONGEST_ENDING
    ]
    return names[inflected[0]] if inflected else None


@cached_per_snapshot(1, of_area=False)
def _names_of_places(data: Database) -> dict[str, tuple[str, str | None]]:
    """Return name or stem of a genitive → code and former name, those of today before former ones and names before
    stems; a name that two share is left out."""
    by_kind: list[dict[str, set[tuple[str, str | None]]]] = [{}, {}, {}, {}]
    for code, row in figures.register(data).items():
        for former, one in [(False, row), *((True, one) for one in row.get("former") or ())]:
            for language in settings.LANGUAGES:
                name = plain(one[f"name_{language}"]).replace("-", " ")
                meant = code, (one["name_fi"] if former else None)
                by_kind[2 * former].setdefault(name, set()).add(meant)
                for form in (*(genitive[:-1] for genitive in genitives(name)), f"{name}s"):
                    by_kind[2 * former + 1].setdefault(form, set()).add(meant)
    names: dict[str, tuple[str, str | None]] = {}
    for kind in by_kind:
        for form, places in kind.items():
            if len({code for code, _ in places}) == 1:
                names.setdefault(form, min(places, key=str))
    return names


def _named(data: Database, t: Translator, words: Sequence[str], near: bool = False) -> list[Found]:
    """Return the municipalities and indicators that words name; `near`: they are not as the reader wrote them."""
    if not words:
        return []
    register, subjects, places = figures.register(data), _subjects(data, t.language), _places(data)
    begun = [code for code, forms in places.items() if all(_names(forms, word) for word in words)]
    shown = [_municipality(t, register[code], words, near) for code in _in_order(begun, register, words[0], t.language)]
    # words that name a municipality whole, unless they are all of a subject; the others name a subject
    whole = any(_score(subject, words) for subject in subjects)
    of_place = (
        {} if whole else {word: {c for c, forms in places.items() if _names(forms, word, whole=True)} for word in words}
    )
    rest = [word for word in words if not of_place.get(word)]
    codes = set.intersection(*filter(None, of_place.values())) if len(rest) < len(words) else set()
    # what is in no subject, such as "how much", is left out
    about = [word for word in (rest if codes else words) if any(_score(subject, [word]) for subject in subjects)]
    scored = [(_score(subject, about), subject) for subject in subjects if about]
    place = _in_order(codes, register, words[0], t.language)[0] if codes and about else None
    named = (place, register[place][f"name_{t.language}"]) if place else None
    return [*shown[:MOST_PLACES], *_indicators(t, [pair for pair in scored if pair[0]], named, near)]


def _in_order(codes: Iterable[str], register: Mapping[str, Any], first: str, language: str) -> list[str]:
    """Return municipalities with those first whose name begins with the first word, and loaded ones before others."""

    def order(code: str) -> tuple[bool, bool, str]:
        row = register[code]
        begins = any(plain(row[f"name_{one}"]).startswith(first) for one in settings.LANGUAGES)
        return not begins, not row["loaded"], row[f"name_{language}"]

    return sorted(codes, key=order)


def _municipality(t: Translator, row: Mapping[str, Any], words: Sequence[str], near: bool) -> Found:
    name, other = row[f"name_{t.language}"], row["name_fi" if t.language == "sv" else "name_sv"]
    notes = [other] if other != name else []
    for former in row.get("former") or ():
        if any(plain(former[f"name_{language}"]).startswith(words[0]) for language in settings.LANGUAGES):
            notes.append(t("search.former", name=former[f"name_{t.language}"]))
    notes += [] if row["loaded"] else [t("search.no_figures")]
    notes += [t("search.near")] if near else []
    return Found("municipality", name, " · ".join(notes), t("search.municipalities"), None, {"kunta": row["code"]})


def _indicators(
    t: Translator, scored: Sequence[tuple[float, Subject]], place: tuple[str, str] | None, near: bool
) -> list[Found]:
    """Return the best indicators by dimension, the dimension of the best first, and those without figures last."""
    best = sorted(scored, key=lambda pair: (not pair[1].has_figures, -pair[0]))[:MOST_OF_KIND]
    dimensions = list(dict.fromkeys(subject.indicator.dimension for _, subject in best))
    best.sort(key=lambda pair: (not pair[1].has_figures, dimensions.index(pair[1].indicator.dimension), -pair[0]))
    found = []
    for _, subject in best:
        indicator = subject.indicator
        name, choices = indicator.name[t.language], {"mittari": indicator.id}
        if place:
            name, choices = t("search.for", name=place[1], indicator=name), choices | {"kunta": place[0]}
        group = t(f"dimension.{indicator.dimension}") if subject.has_figures else t("search.no_figures")
        path = "vertailu" if subject.has_figures else "indikaattorit"
        found.append(Found("indicator", name, t("search.near") if near else "", group, path, choices))
    return found


def _entries(t: Translator, query: str) -> list[Found]:
    """Return entries of the knowledge bank in whose name every word of a query occurs, the newest first."""
    entries = [
        entry
        for entry in knowledge_bank.entries().values()
        if len(query) >= SHORTEST_STEM
        and knowledge_bank.matches(" ".join(filter(None, (entry.name.fi, entry.name.sv, entry.name.en))), query)
    ]
    entries.sort(key=lambda entry: -(entry.year or 0))
    return [
        Found(
            "entry",
            entry.name.in_language(t.language)[0],
            str(entry.year or ""),
            t("search.entries"),
            "tietopankki",
            {"kirjaus": entry.id},
        )
        for entry in entries[:MOST_ENTRIES]
    ]


def _score(subject: Subject, words: Sequence[str], whole: bool = False) -> float:
    """Return how well every word of a query is matched by a subject; 0 where one is not. `whole`: the words are not
    being typed, so that koulut are schools (koulu) rather than the beginning of training (koulutus)."""
    how = _match_whole if whole else _match
    scores = [max((weight * how(word, own) for own, weight in subject.words.items()), default=0) for word in words]
    return sum(scores) + COSTS_FIRST * subject.indicator.in_euros if all(scores) else 0


@cache
def _match(word: str, own: str) -> float:
    """Return how a word of a query is matched by a word of a subject: whole, its beginning, inflected, or within."""
    if word == own:
        return WHOLE
    if own.startswith(word):
        return BEGINNING
    stem = own[: max(SHORTEST_STEM, len(own) - 2)]
    if len(own) >= SHORTEST_STEM and word.startswith(stem) and len(word) - len(own) <= LONGEST_ENDING:
        return INFLECTED
    return INSIDE if len(word) > SHORTEST_STEM and word in own else 0


def _match_whole(word: str, own: str) -> float:
    """Return how a word is matched that is written to its end: inflected before the beginning of another."""
    matched = _match(word, own)
    return {BEGINNING: INFLECTED, INFLECTED: BEGINNING}.get(matched, matched)


def _names(forms: Iterable[str], word: str, whole: bool = False) -> bool:
    """Return whether a word is the name of a municipality, also inflected, or (unless `whole`) begins it."""
    return any(
        (not whole and form.startswith(word))
        or word == form
        or (len(form) >= SHORTEST_STEM and word.startswith(form) and len(word) - len(form) < LONGEST_ENDING)
        for form in forms
    )


def _nearest(data: Database, t: Translator, word: str) -> str:
    """Return the word of a municipality or subject that is nearest to a misspelt one, or the word itself."""
    known = {form for forms in _places(data).values() for form in forms}
    known |= {own for subject in _subjects(data, t.language) for own in subject.words}
    return next(iter(difflib.get_close_matches(word, sorted(known), n=1, cutoff=NEAR)), word)


@cached_per_snapshot(1, of_area=False)
def _places(data: Database) -> dict[str, tuple[str, ...]]:
    """Return municipality → the forms by which it is named: its names, those of municipalities that became part of it,
    and stems of their genitives (Turun, Turussa)."""
    found = {}
    for code, row in figures.register(data).items():
        if code == MAINLAND:
            continue
        named = [row, *(row.get("former") or ())]
        names = {plain(one[f"name_{language}"]) for one in named for language in settings.LANGUAGES}
        words = {word for name in names for word in name.split()}
        found[code] = tuple(names | words | {genitive[:-1] for name in names for genitive in genitives(name)})
    return found


@cached_per_snapshot(len(settings.LANGUAGES), of_area=False)
def _subjects(data: Database, language: str) -> list[Subject]:
    """Return every indicator with the words that find it, those of the core of the framework first."""
    catalogue, words_of = figures.catalogue(data), everyday.by_subject()
    core = chain.from_iterable(by_dimension(catalogue, core=True).values())
    ordered = dict.fromkeys([*(indicator.id for indicator in core), *catalogue])
    subjects = []
    for indicator in (catalogue[i] for i in ordered):
        names = services.services()[indicator.service]["name"] if indicator.service else {}
        weighted = [
            *((name, OWN_NAME if code == language else OTHER_NAME) for code, name in _texts(indicator.name)),
            *((label, OTHER_NAME) for _, label in _texts(indicator.label)),
            *((name, SERVICE) for name in names.values()),
            *((name, EVERYDAY) for name in words_of.get(indicator.id, ())),
            *((name, EVERYDAY) for name in words_of.get(indicator.service or "", ())),
            *((name, IN_EUROS) for name in words_of[everyday.EUROS] if indicator.in_euros),
            (indicator.id.replace("_", " "), OTHER_NAME),
        ]
        words: dict[str, float] = {}
        for text, weight in weighted:
            for word in _words(text):
                words[word] = max(weight, words.get(word, 0))
        has_figures = bool(indicator.formula and figures.years(data, indicator))
        subjects.append(Subject(indicator, words, has_figures))
    return subjects


def _texts(text: Any) -> list[tuple[str, str]]:
    return [(language, text[language]) for language in settings.LANGUAGES]


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", plain(text)) if len(word) >= SHORTEST_BEGINNING]
