"""What a text claims: a municipality, a subject, a year, a number with its unit, a place in a group.

Read by rules over our own names, units and numbers in three languages; nothing is sent elsewhere. What is not
understood is said, never guessed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any
from unicodedata import category
from urllib.parse import parse_qsl, urlsplit

from kuntamittari import settings, yaml_file
from kuntamittari.catalog.areas import known_code
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import links
from kuntamittari.exhibits.search import search
from kuntamittari.i18n import plain
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.uploads import numerals

LONGEST_CLAIM = 500  # characters
WORDS = Path(__file__).with_name("words.yaml")
EUROS, PERCENT = "euros", "percent"
BILLION, MILLION, THOUSAND = 1e9, 1e6, 1e3


@dataclass(frozen=True)
class Number:
    """A number of a claim: its possible readings (a comma may be a decimal mark or one of thousands), each with the
    size of its last digit; its unit, and what it was multiplied by."""

    readings: tuple[tuple[float, float], ...]
    unit: str | None = None
    scale: float = 1.0
    written: str = ""


@dataclass(frozen=True)
class Claim:
    """What is claimed; None and empty where the claim does not say.

    `indicators`: those that the words may mean; `per`, `ages`: words and ages of whom the figure is counted for;
    `former`: the name of a former municipality by which the claim names its successor; `highest_first`: from which end
    the place is counted, None where that is not said; `problem`: a key of the texts under `verify.problem`, with its
    `parts`; `near`: what may have been meant; `not_read`: words and signs that say nothing that is known here.
    """

    municipality: str | None = None
    indicators: tuple[str, ...] = ()
    year: int | None = None
    number: Number | None = None
    per: tuple[str, ...] = ()
    ages: tuple[int, ...] = ()
    rank: int | None = None
    of: int | None = None
    group: str | None = None
    highest_first: bool | None = None
    former: str | None = None
    not_read: tuple[str, ...] = ()
    problem: str | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)
    near: tuple[str, ...] = ()


_LINK = re.compile(r"\S*[/?]\S*\?\S+=\S*|https?://\S+")
_DASH = "[-\N{EN DASH}\N{EM DASH}\N{MINUS SIGN}]"
_OF_AGE = r"(?:v\b|vuo[td]\w*|ar\b|ars\w*|arig\w*|aring\w*|years?\b|year-old\w*)"
_AGES = re.compile(
    rf"\b(?:(?:aged|over|yli|alle|under|below|som fyllt|fyllda) )*(?P<ages>"
    rf"\d{{1,3}} ?{_DASH} ?\d{{1,3}}(?= ?{_DASH}? ?{_OF_AGE})"
    rf"|\d{{1,3}}(?= ?{_DASH}? ?{_OF_AGE}|\+| or over| and over| or older))"
    r"(?: or over| and over| or older|\+| vuotta tayttan\w*| ar fyllda)?"
    r"|\b\d{1,2}(?=\. ?(?:luok|klass|arskurs))|\b(?:alle|under|below) \d{1,2}\b(?! ?(?:\N{EURO SIGN}|eur|%))"
)
_PER_THOUSAND = re.compile(
    r"(?:/|per|kohden|kohti) ?1[ .,]?000\b|\b1[ .,]?000 ?(?:asuk|invan|resid|inhab|henk|pers)\w*"
)
_YEAR = re.compile(r"(?<![\d.,/])\b(19[89]\d|20[0-4]\d)\b(?! ?(?:\N{EURO SIGN}|eur|e\b|%|milj|mill|mn\b))")
_DATE = re.compile(r"\b\d{1,2}\. ?\d{1,2}\. ?((?:19|20)\d\d)\b|\b((?:19|20)\d\d)-[01]\d-[0-3]\d\b")
_WORD = re.compile(r"[^\W\d_]+(?::[^\W\d_]+)*")
_PER = re.compile(
    r"(?:\b(?:per|for each|varje)\b|/) ?(?!cent)(?P<after>[^\W\d_]{2,})|(?P<before>[^\W\d_]+) (?:kohden|kohti)\b"
)
_SOURCE = re.compile(r"\b(?:statistics finland\w*|tilastokeskus\w*|statistikcentral\w*)")
_TWENTY = re.compile(r"\b(?:kahdenkymmenen|kaksikymmenta|twenty|tjugo)\b")
# that change what a number says, beside those of money and of mathematics; and those that do not
_SIGNS = "\N{PER MILLE SIGN}\N{PER TEN THOUSAND SIGN}\N{UPWARDS ARROW}\N{DOWNWARDS ARROW}"
_KNOWN_SIGNS = "\N{EURO SIGN}=|~\N{ALMOST EQUAL TO}\N{MINUS SIGN}"
_BOUND = re.compile(
    r"\bat (?:the )?(?:very )?(?:least|most)\b"
    r"|\b(?:hogst|minst|eniten|vahiten|korkeintaan|most|least)(?= (?:ca |cirka |noin |about )?\N{EURO SIGN}? ?\d)"
)
_GROUPS = (
    (
        "largest-20",
        re.compile(r"\b20 (?:suuri\w*|storsta|largest|biggest)(?: (?:kaupun\w*|stad\w*|kommun\w*|cit\w*))?"),
    ),
    (
        "all",
        re.compile(
            r"\b(?:koko maa\w*|kaik\w* kun\w*|suomen\b(?: kun\w*)?|suomessa|hela landet|i (?:hela )?finland|finlands"
            r"|alla kommuner\w*|(?:the )?whole country|in (?:the country|(?:all of )?finland)|all municipalities)"
        ),
    ),
)
_ORDINAL = r"(?:\.|st\b|nd\b|rd\b|th\b|:?[ea]\b)"
_RANKS = (
    re.compile(
        r"\b(?:sija\w*|plats\w*|rank\w*|place|position|nummer|nro|number) ?:? ?(?P<rank>\d{1,3})(?![\d,])"
        rf"{_ORDINAL}?(?: ?\(\d{{1,3}} ?{_DASH} ?\d{{1,3}}\))?"
        r"(?: ?(?:/|of|out of|av|kautta|\() ?(?P<of>\d{1,3})\b| (?P<sta>\d{1,3}):?s?ta\b)?"
    ),
    re.compile(
        rf"(?<![\d.,])\b(?P<rank>\d{{1,3}}) ?{_ORDINAL}?(?: ?\(\d{{1,3}} ?{_DASH} ?\d{{1,3}}\))?"
        r" ?(?:of|out of|av) (?:the )?(?P<of>\d{1,3})\b"
    ),
    re.compile(rf"(?<![\d.,])\b(?P<rank>\d{{1,3}}){_ORDINAL}? (?P<of>\d{{1,3}}):?s?ta\b"),
    re.compile(r"(?<![\d.,])\b(?P<rank>\d{1,3}) ?/ ?(?P<of>\d{1,3})\b"),
    re.compile(
        rf"(?<![\d.,])\b(?P<rank>\d{{1,3}}){_ORDINAL} (?P<word>[a-z]+(?: [a-z]+)?) (?:of|out of|av) (?:the )?"
        r"(?P<of>\d{1,3})\b"
    ),
    re.compile(
        r"(?<![\d.,])\b(?P<rank>\d{1,3})\. (?P<word>(?:sija|plats|place|halvi|kallei|pieni|suuri|korkei|matal|dyr|bill"
        r"|lag|hog|stor|minst|cheap|dear|high|low|small|larg|bigg|most|least)\w*)"
        r"(?: (?P<of>\d{1,3}):?s?ta\b)?"
    ),
    re.compile(r"(?<![\d.,])\b(?P<rank>\d{1,3})(?:st|nd|rd|th|:[ea])\b"),
)
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<sign>[-\N{MINUS SIGN}+])?(?P<before>\N{EURO SIGN} ?)?"
    r"(?P<digits>\d{1,3}(?:[ '\N{RIGHT SINGLE QUOTATION MARK}]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*)"
    r"(?: ?(?P<scale>miljar\w*|mrd\b\.?|billion\w*|bn\b|milj\w*\.?|mill\w*|mn\b|meur\b|m(?= ?(?:\N{EURO SIGN}|eur))"
    r"|tuhat\w*|tuhan\w*|tusen|thousand"
    r"|[kt](?= ?(?:\N{EURO SIGN}|eur))))?"
    r"(?: ?(?P<unit>\N{EURO SIGN}|eur\w*|e\b|%|prosent(?!tiyks)\w*|procent(?!enh)\w*|per ?cent(?!age)\w*))?"
)


@cache
def words_of(kind: str) -> frozenset[str]:
    """Return the words of a kind, of words.yaml."""
    return frozenset(yaml_file.read(WORDS)[kind].split())


def read(data: Database, text: str, language: str) -> Claim:
    """Return what a text claims. `language`: the one whose names of indicators weigh most."""
    claim = Claim()
    if len(text) > LONGEST_CLAIM:
        return replace(claim, problem="too_long", parts={"most": LONGEST_CLAIM})
    for address in _LINK.findall(text):
        claim = _linked(data, claim, links.trimmed(address))
    linked = claim.municipality
    rest = " ".join(plain(_LINK.sub(" ", text)).split())
    rest = _DATE.sub(r"\1\2", _SOURCE.sub(" ", _PER_THOUSAND.sub(" ", rest)))
    rest = _ordinals(_TWENTY.sub("20", rest))
    for group, pattern in _GROUPS:
        rest, named = _taken(pattern, rest)
        claim = replace(claim, group=group) if named else claim
    for pattern in _RANKS:
        if found := pattern.search(rest):
            parts = found.groupdict()
            of = parts.get("of") or parts.get("sta")
            claim = replace(claim, rank=int(parts["rank"]), of=int(of) if of else None)
            rest = f"{rest[: found.start()]} ; {parts.get('word', '')} ; {rest[found.end() :]}"
            break
    rest, ages = _taken(_AGES, rest)
    claim = replace(claim, ages=tuple(int(number) for age in ages for number in re.findall(r"\d+", age)))
    claim = replace(claim, per=tuple(found["after"] or found["before"] for found in _PER.finditer(rest)))
    if bound := _BOUND.search(rest):
        return replace(claim, problem="another_claim", parts={"words": bound.group()})
    signs = tuple(dict.fromkeys(sign for sign in rest if _is_sign(sign)))
    years = list(dict.fromkeys(_YEAR.findall(rest)))
    rest = _YEAR.sub(" ; ", rest)
    if len(years) > 1:
        return replace(claim, problem="several_years", parts={"years": ", ".join(years)})
    claim = replace(claim, year=int(years[0])) if years else claim
    numbers = [_number(match) for match in _NUMBER.finditer(rest)]
    claim = replace(claim, number=next((one for one in numbers if one.unit), numbers[0])) if numbers else claim
    claim = _subject(data, claim, _WORD.findall(_NUMBER.sub(" ", rest)), ages, plain(text), language)
    if claim.problem:
        return claim
    said = {one.readings: one.written for one in numbers if one.written != claim.municipality}
    if len(said) > 1:
        return replace(claim, problem="several_numbers", parts={"numbers": ", ".join(said.values())})
    if linked not in (None, claim.municipality):
        return _of_several_places(data, claim, [linked, claim.municipality or ""], language)
    return replace(claim, not_read=(*claim.not_read, *signs))


def _is_sign(letter: str) -> bool:
    """Return whether a letter is a sign that changes what a number says: of other money, of a bound, of a change."""
    return letter in _SIGNS or (category(letter) in ("Sc", "Sm", "So") and letter not in _KNOWN_SIGNS)


def _ordinals(text: str) -> str:
    """Return a text with the places that it writes as words in digits: sixth of 20, kuudenneksi halvin."""
    numbers, ends = _numbers_of_words(), "|".join(sorted(words_of("highest_first") | words_of("lowest_first")))
    text = re.sub(r"\bleast expensive\b", "cheapest", re.sub(r"\bmost expensive\b", "dearest", text))
    words = "|".join(sorted(numbers, key=len, reverse=True))
    followed = rf"(?= (?:(?:{ends})\b|sija|plats|place|rank|of (?:the )?\d|out of|av (?:de )?\d|20 ))"
    text = re.sub(rf"\b({words})\b{followed}", lambda found: f"{numbers[found[1]]}.", text)
    return re.sub(
        rf"(?<=\b)(ranks|ranked|rank|sijalla|sija|plats|nummer|number) ({words})\b",
        lambda found: f"{found[1]} {numbers[found[2]]}",
        text,
    )


@cache
def _numbers_of_words() -> dict[str, int]:
    """Return word → place: first, ensimmainen and so on."""
    listed: Mapping[int, str] = yaml_file.read(WORDS)["ordinals"]
    return {word: number for number, words in listed.items() for word in words.split()}


def _of_several_places(data: Database, claim: Claim, codes: Sequence[str], language: str) -> Claim:
    register = figures.register(data)
    names = ", ".join(register[code][f"name_{language}"] for code in codes)
    return replace(claim, problem="several_places", parts={"places": names})


def _linked(data: Database, claim: Claim, address: str) -> Claim:
    """Return a claim with what the address of a page or of the interface chooses."""
    query = dict(links.cleaned(parse_qsl(urlsplit(address).query)))
    register, catalogue = figures.register(data), figures.catalogue(data)
    place = known_code(query.get("kunta") or query.get("municipality") or "", register)
    indicator, year = query.get("mittari") or query.get("indicator"), query.get("vuosi") or query.get("year") or ""
    group = query.get("ryhma") or query.get("group")
    known = (indicator,) if indicator is not None and indicator in catalogue else claim.indicators
    return replace(
        claim,
        municipality=place if place in register else claim.municipality,
        indicators=known,
        year=int(year) if re.fullmatch(r"\d{4}", year) else claim.year,
        group=group if group in figures.groups(data) else claim.group,
    )


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, list[str]]:
    """Return a text without what a pattern finds, and that."""
    return pattern.sub(" ", text), [found.group() for found in pattern.finditer(text)]


def _number(found: re.Match[str]) -> Number:
    digits = found["digits"].strip()
    sign = -1 if found["sign"] in ("-", "\N{MINUS SIGN}") else 1
    scale_word, unit = found["scale"] or "", found["unit"] or ("\N{EURO SIGN}" if found["before"] else "")
    scale = 1.0
    if scale_word:
        scale = MILLION if scale_word.startswith("m") else THOUSAND
        scale = BILLION if scale_word.startswith(("miljar", "mrd", "b")) else scale
    kind = None
    if unit or scale_word == "meur":
        kind = PERCENT if unit.startswith(("%", "p")) else EUROS
    return Number(readings(digits, sign, scale), kind, scale, found.group().strip())


def readings(digits: str, sign: int = 1, scale: float = 1.0) -> tuple[tuple[float, float], ...]:
    """Return the numbers that digits may mean, each with the size of its last digit; empty where they are none."""
    found = {}
    for mark, value in numerals.values(digits).items():
        decimals = len(digits.rpartition(mark)[2]) if mark in digits else 0
        found[sign * value * scale] = scale * 10.0**-decimals
    return tuple(found.items())


def _subject(data: Database, claim: Claim, words: list[str], ages: Sequence[str], whole: str, language: str) -> Claim:
    """Return a claim with the municipality and the indicators that its words name."""
    highest, lowest = words_of("highest_first"), words_of("lowest_first")
    ends = [word for word in words if word in highest | lowest]
    if len({word in highest for word in ends}) > 1:
        return replace(claim, problem="another_claim", parts={"words": ", ".join(ends)})
    if ends:  # "the cheapest" is the first of them
        claim = replace(claim, rank=claim.rank or 1, highest_first=ends[0] in highest)
    claim = replace(claim, per=(*claim.per, *(word for word in words if word in words_of("residents"))))
    places = search.places_named(data, words)
    codes = list(dict.fromkeys(place.code for place in places))
    if len(codes) > 1:
        return _of_several_places(data, claim, codes, language)
    if places:
        claim = replace(claim, municipality=codes[0], former=places[0].former)
    used = {at for place in places for at in place.words}
    rest = [word for at, word in enumerate(words) if at not in used and len(word) > 1]
    if other := [word for word in rest if _is_of_another_claim(word) and word not in highest | lowest]:
        return replace(claim, problem="another_claim", parts={"words": ", ".join(other)})
    silent = words_of("say_nothing") | words_of("residents") | highest | lowest
    if claim.indicators:
        own = _own_words(data, claim.indicators)
        return replace(claim, not_read=tuple(word for word in rest if word not in silent and not own(word)))
    said = [word for word in rest if word not in silent]
    if by_name := _by_name(data, whole, {*said}):
        return replace(claim, indicators=by_name)
    about = [*said, *(number for age in ages for number in re.findall(r"\d{2,3}", age))]
    found, unknown = search.subjects_named(data, language, about)
    unknown = [word for word in unknown if not word.isdigit()]
    if unknown and not claim.municipality:
        near = tuple(code for word in unknown for code in search.near_places(data, word))
        if len(set(near)) == 1:  # a misspelt name, which the answer says
            register = figures.register(data)
            misspelt = next(word for word in unknown if search.near_places(data, word))
            claim = replace(claim, municipality=near[0], parts={"misspelt": misspelt})
            unknown = [word for word in unknown if word != misspelt]
        elif near:
            register = figures.register(data)
            claim = replace(claim, near=tuple(register[code][f"name_{language}"] for code in dict.fromkeys(near)))
    if about and not found:
        unknown = unknown or said
    if unknown and not found:
        near_ones = search.near_subjects(data, language, unknown)
        subjects = tuple(one.name[language] for one in near_ones[:3])
        return replace(claim, not_read=tuple(unknown), near=claim.near or subjects, problem="unknown_words")
    own = _own_words(data, [one.id for one in found])
    totals = (word for word in said if word in words_of("totals") and not own(word))
    return replace(claim, indicators=tuple(one.id for one in found), not_read=(*unknown, *totals))


def _is_of_another_claim(word: str) -> bool:
    return word in words_of("another_claim") or word.startswith(tuple(words_of("another_claim_begun")))


def _own_words(data: Database, ids: Sequence[str]) -> Callable[[str], bool]:
    """Return whether a word is one of the names, units or ids of some indicators, also inflected."""
    catalogue = figures.catalogue(data)
    own = {word for one in ids for name in _names(catalogue[one]) for word in re.findall(r"[^\W\d_]+", name)}
    own |= {word for one in ids for word in words_of_unit(catalogue[one])}
    return lambda word: word in own or any(len(one) > 3 and word.startswith(one[:-2]) for one in own)


def _by_name(data: Database, text: str, said: set[str]) -> tuple[str, ...]:
    """Return the indicators whose whole name, label or id a text holds, where its words say nothing else."""
    named: dict[str, list[str]] = {}
    for indicator in figures.catalogue(data).values():
        for name in _names(indicator):
            if (
                name in text
                and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
                and said
                <= {
                    *_WORD.findall(name),
                    *words_of_unit(indicator),
                }
            ):
                named.setdefault(name, []).append(indicator.id)
    return tuple(dict.fromkeys(named[max(named, key=len)])) if named else ()


@cache
def _names(indicator: Indicator) -> frozenset[str]:
    texts = [text[language] for text in (indicator.name, indicator.label) for language in settings.LANGUAGES]
    return frozenset([indicator.id, *map(plain, texts)])


@cache
def words_of_unit(indicator: Indicator) -> frozenset[str]:
    """Return the words of the unit of an indicator in three languages."""
    return frozenset(word for language in settings.LANGUAGES for word in _WORD.findall(plain(indicator.unit[language])))
