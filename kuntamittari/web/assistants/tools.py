"""What the tools answer: the answers of /api/v1, for a municipality and an indicator by name, cut to what is quoted.

Every answer has the figures of the interface, computed by the same functions, and with them unit, year, status, source,
licence, data version and the address of the page. A name that is not known is refused with near ones, never guessed.
"""

import difflib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from kuntamittari import settings
from kuntamittari.catalog import provenance, services
from kuntamittari.catalog.areas import MAINLAND, known_code
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.errors import InputError
from kuntamittari.exhibits import text
from kuntamittari.exhibits.search import search
from kuntamittari.exhibits.verify.claim import words_of
from kuntamittari.i18n import Translator, plain
from kuntamittari.query import database, figures
from kuntamittari.query.database import Database
from kuntamittari.query.figures import OF_ONE, SIMILAR
from kuntamittari.web.api import claims, routes
from kuntamittari.web.api.pages import Pages
from kuntamittari.web.assistants import groups

Answer = dict[str, Any]
MOST_BYTES = 4_000  # of an answer
MOST_FOUND, MOST_COMPARED, MOST_PEERS, MOST_GAPS = 6, 8, 10, 5
ABOUT = ("data_version", "source", "licence", "link", "notice", "experimental", "experimental_from", "area")
FIGURE = ("value", "value_low", "value_high", "numerator", "denominator", "status", "reason")
PLACE = ("rank", "rank_low", "rank_high", "ranked", "firm", "judgement", "doubtful")
GROUP = ("group", "n", "median", "q1", "q3")
MOST_NEAR = 3  # names in a refusal
# words, as `i18n.plain` writes them, that stand beside the name of a municipality, and names of the whole country
MUNICIPALITY = frozenset(
    ["kunta", "kunnan", "kaupunki", "kaupungin", "stad", "kommun", "city", "town", "municipality", "of", "the"]
)
COUNTRY = ("suomi", "finland", "koko maa", "hela landet", "whole country", "manner suomi", "fasta finland")
METHODS = settings.ROOT / "docs" / "methods.md"


def find_municipality(site: Pages, query: str, lang: str) -> Answer:
    """Return the municipalities that a name or the beginning of one finds, former names included.

    Raises InputError where there is none, with near names.
    """
    data = database.current()
    register, t = figures.register(data), Translator(lang)
    named = {place.code: place.former for place in search.places_named(data, _words(query))}
    found = [one.choices["kunta"] for one in search.search(data, t, query) if one.kind == "municipality"]
    codes = list(
        dict.fromkeys([*([code] if (code := known_code(query.strip(), register)) in register else []), *named, *found])
    )
    rows = [_municipality(register[code], lang, named.get(code)) for code in codes[:MOST_FOUND]]
    if not rows:
        raise InputError(
            "query", "unknown_municipality", f"There is no municipality {query!r}.", _near_places(data, query, lang)
        )
    about = routes.meta(data, site.link("", kieli=lang)) | {"source": provenance.attribution(("classification",), lang)}
    return _answer(about, rows)


def find_indicator(site: Pages, query: str, lang: str) -> Answer:
    """Return the indicators that everyday words find, each with its unit, its years and its definition.

    Raises InputError where there is none.
    """
    data = database.current()
    catalogue, t = figures.catalogue(data), Translator(lang)
    found = [one.choices["mittari"] for one in search.search(data, t, query) if one.kind == "indicator"]
    ids = list(dict.fromkeys([*([query.strip()] if query.strip() in catalogue else []), *found]))
    if not ids:
        raise InputError(
            "query", "unknown_indicator", f"There is no indicator for {query!r}.", _near_subjects(data, query, lang)
        )
    rows = [_indicator(data, catalogue[one], lang) for one in ids[:MOST_FOUND]]
    return _answer(
        _sourced(routes.meta(data, site.link("indikaattorit", kieli=lang)), data, ids[:MOST_FOUND], lang), rows
    )


def figure(site: Pages, municipality: str, indicator: str, year: int | None, group: str | None, lang: str) -> Answer:
    """Return a figure beside its group, as /benchmark has it."""
    data = database.current()
    place, asked = _place(data, municipality, lang), _asked(data, indicator, lang)
    at = year or _newest(data, asked, [place[0]])
    found = _benchmark(site, data, asked, place[0], at, groups.meant(data, group))
    row = _figure(data, found["values"][0], asked, lang) | _former(place)
    return _answer(_in_language(found["meta"], asked, lang), [row])


def compare(
    site: Pages, indicator: str, municipalities: Sequence[str], year: int | None, group: str | None, lang: str
) -> Answer:
    """Return the figures of some municipalities by one indicator in one year, each with its place in the group.

    Raises InputError for an unknown name, for fewer or more than it compares, and for a group of one municipality.
    """
    data = database.current()
    if not 2 <= len(municipalities) <= MOST_COMPARED:
        raise InputError(
            "municipalities",
            "invalid_municipalities",
            f"Give 2 to {MOST_COMPARED} municipalities, not {len(municipalities)}.",
        )
    named = {place[0]: place for place in (_place(data, one, lang) for one in municipalities)}
    if len(named) < 2:
        raise InputError(
            "municipalities", "invalid_municipalities", "These are names of one and the same municipality."
        )
    places, asked = list(named.values()), _asked(data, indicator, lang)
    at = year or _newest(data, asked, [code for code, _ in places])
    used = groups.meant(data, group) or "largest-20"
    if used in OF_ONE:
        raise InputError("group", "invalid_group", f"The group {used} is of one municipality: name a fixed group.")
    found = [_benchmark(site, data, asked, code, at, used) for code, _ in places]
    whole = [
        _figure(data, one["values"][0], asked, lang) | _former(place) for one, place in zip(found, places, strict=True)
    ]
    shared = {key: whole[0][key] for key in ("indicator", "indicator_name", "unit", "year", *GROUP, "group_name")}
    about = _in_language(found[0]["meta"], asked, lang)
    link = {"mittari": asked.id, "vuosi": at, "ryhma": used, "kieli": lang, "kunta": places[0][0]}
    about["link"] = site.link("vertailu", **link, kunnat=",".join(code for code, _ in places[1:]))
    rows = [{key: value for key, value in row.items() if key not in shared and key != "text"} for row in whole]
    return _answer(about, rows, shared)


def why_dearer(site: Pages, municipality: str, service: str, year: int | None, group: str | None, lang: str) -> Answer:
    """Return why a service costs more or less than at the typical peer, as /gaps has it. Raises InputError for what is
    no service."""
    data = database.current()
    place = _place(data, municipality, lang)
    of = service if service in services.services() else _asked(data, service, lang).service
    if of is None:
        said = f"{figures.shortened(service)!r} is no service with costs of its own: name one."
        raise InputError("service", "unknown_service", said, list(services.services()))
    found = _gaps(site, place[0], year, group, lang)
    rows = [row for row in found["values"] if row["service"] == of]
    about = _about(found["meta"], lang)
    if not rows:
        left = next((one for one in found["meta"]["left_out"] if one["service"] == of), None)
        reason = left["reason"] if left else "no_gap"
        return _answer(about, [{"service": of, "municipality": place[0], "reason": reason} | _former(place)])
    row = _gap(data, rows[0], lang, whole=True) | {"reasons": rows[0]["reasons"], "text": rows[0]["text"]}
    row |= {"example": rows[0]["example"], "case": rows[0]["case"]} | _former(place)
    about["link"] = _link_in(rows[0]["link"], lang)
    return _answer(_sourced(about, data, [rows[0]["indicator"]], lang), [row])


def peers(site: Pages, municipality: str, service: str | None, n: int, year: int | None, lang: str) -> Answer:
    """Return the municipalities most alike, as /peers has them."""
    data = database.current()
    place = _place(data, municipality, lang)
    of = service if service is None or service in services.services() else _asked(data, service, lang).service
    found = routes.similar(site, place[0], of, min(n, MOST_PEERS), _text(year))
    register = figures.register(data)
    rows = [
        {
            "rank": row["rank"],
            "municipality": row["municipality"],
            "name": register[row["municipality"]][f"name_{lang}"],
            "distance": row["distance"],
            "size": row["size"],
            "near_in_size": row["near_in_size"],
            "values": row["values"] if row["rank"] == 0 else None,
        }
        for row in found["values"]
    ]
    rows = [{key: value for key, value in row.items() if value is not None} for row in rows]
    shared = {"service": of, "years": found["meta"]["years"], "weights": found["meta"]["weights"]} | _former(place)
    sources = ["statfin_population", "key_figures"]
    return _answer(_about(found["meta"], lang) | {"source": provenance.attribution(tuple(sources), lang)}, rows, shared)


def gaps(site: Pages, municipality: str, group: str | None, year: int | None, n: int, lang: str) -> Answer:
    """Return the services by euros a year to the typical peer, as /gaps has them."""
    data = database.current()
    place = _place(data, municipality, lang)
    found = _gaps(site, place[0], year, group, lang)
    shown = found["values"][: min(n, MOST_GAPS)]
    rows = [_gap(data, row, lang) for row in shown]
    shared = {"municipality": place[0], "group": found["meta"]["group"], "services": len(found["values"])} | _former(
        place
    )
    return _answer(_sourced(_about(found["meta"], lang), data, [row["indicator"] for row in shown], lang), rows, shared)


def verify(
    site: Pages,
    claim: str | None,
    municipality: str | None,
    indicator: str | None,
    year: int | None,
    value: str | None,
    rank: int | None,
    group: str | None,
    lang: str,
) -> Answer:
    """Return the verdict on a claim, as /verify has it."""
    data = database.current()
    place = _place(data, municipality, lang) if municipality else None
    asked = _asked(data, indicator, lang) if indicator else None
    found = claims.verify(
        site,
        claim,
        place[0] if place else None,
        asked.id if asked else None,
        _text(year),
        value,
        rank,
        groups.meant(data, group),
        lang,  # type: ignore[arg-type]
    )
    row = {key: value for key, value in found["values"][0].items() if value not in (None, []) and key != "link"}
    about = _about(found["meta"], lang)
    named = found["values"][0]["figure"]
    return _answer(_sourced(about, data, [named["indicator"]] if named else [], lang), [row | _former(place)])


def methods(site: Pages, query: str | None, lang: str) -> Answer:
    """Return the section of docs/methods.md whose number or words are asked for; without a query their titles.

    Raises InputError where no section has them.
    """
    data, listed = database.current(), sections()
    about = routes.meta(data, site.link("menetelmat", kieli=lang)) | {"source": "Kuntamittari, docs/methods.md"}
    titles = [{"section": number, "title": title} for number, (title, _) in listed.items()]
    if not query:
        return _answer(about, titles)
    words = _words(query)
    if query.strip().isdigit() and int(query) in listed:
        number = int(query)
    else:
        scores = {
            n: sum(3 * plain(title).count(w) + plain(body).count(w) for w in words)
            for n, (title, body) in listed.items()
        }
        scores = {n: score for n, score in scores.items() if score}
        if not scores:
            raise InputError(
                "query",
                "unknown_section",
                f"No section of the methods has {query!r}.",
                [title for title, _ in list(listed.values())[:3]],
            )
        number = max(scores, key=lambda n: scores[n])
    title, body = listed[number]
    about["link"] = site.link("menetelmat", kieli=lang, kohta=number)
    return _answer(about, [{"section": number, "title": title, "text": body}])


@cache
def sections() -> dict[int, tuple[str, str]]:
    """Return number → title and text of the sections of docs/methods.md."""
    parts = re.split(r"^## (\d+)\. (.+)\n", METHODS.read_text("utf-8"), flags=re.MULTILINE)[1:]
    return {int(n): (title, body.strip()) for n, title, body in zip(parts[::3], parts[1::3], parts[2::3], strict=True)}


# What is asked for


def _words(query: str) -> list[str]:
    return re.findall(r"[^\W\d_]+(?::[^\W\d_]+)*", plain(query))


def _place(data: Database, asked: str, lang: str) -> tuple[str, str | None]:
    """Return code and former name of the municipality that a code or a name means. Raises InputError with near ones."""
    register = figures.register(data)
    if (code := known_code(asked.strip(), register)) in register:
        return code, None
    words = [word for word in _words(asked) if word not in MUNICIPALITY]
    named = search.places_named(data, words)
    if len({one.code for one in named}) == 1 and sum(len(one.words) for one in named) == len(words):
        return named[0].code, named[0].former
    said = f"There is no municipality {figures.shortened(asked)!r}."
    if " ".join(words) in COUNTRY:
        near = [f"{register[MAINLAND][f'name_{lang}']} ({MAINLAND})"]
    elif near := _near_places(data, asked, lang):
        pass
    elif region := next((row for row in register.values() if " ".join(words) in _regions(row)), None):
        said += f" It is a region: compare a municipality in the group region-{region['region_code']}."
    else:
        said += " Give a name or a code of three digits: find_municipality finds them."
    raise InputError("municipality", "unknown_municipality", said, near)


def _regions(row: Mapping[str, Any]) -> list[str]:
    return [plain(row[f"region_{one}"]).replace("-", " ") for one in settings.LANGUAGES if row.get(f"region_{one}")]


def _near_places(data: Database, asked: str, lang: str) -> list[str]:
    """Return the municipalities that a text names among other words, then those of similar names."""
    register, asked = figures.register(data), asked[: search.LONGEST_QUERY]
    codes = list(dict.fromkeys([one.code for one in search.places_named(data, _words(asked))]))
    codes += [] if len(codes) >= MOST_NEAR else search.near_places(data, asked)
    if len(codes) < MOST_NEAR:
        found = search.search(data, Translator(lang), asked)
        codes += [one.choices["kunta"] for one in found if one.kind == "municipality"]
    number = asked.strip().lstrip("0")
    codes += [code] if number.isdigit() and (code := number.zfill(3)) in register else []
    return [f"{register[code][f'name_{lang}']} ({code})" for code in dict.fromkeys(codes)][:MOST_NEAR]


def _asked(data: Database, asked: str, lang: str) -> Indicator:
    """Return the indicator that an id or words mean. Raises InputError with near ones where they mean none or many."""
    catalogue = figures.catalogue(data)
    if (identity := asked.strip()) in catalogue:
        return catalogue[identity]
    found, unknown = search.subjects_named(data, lang, _words(asked[: search.LONGEST_QUERY]))
    unknown = [word for word in unknown if word not in words_of("say_nothing")]
    if len(found) == 1 and not unknown:
        return found[0]
    near = [f"{one.id} ({one.name[lang]})" for one in found[:MOST_NEAR]] or _near_subjects(data, asked, lang)
    said = "means several indicators." if found and not unknown else "is no indicator."
    said += "" if near else " Say what is measured: find_indicator finds it by everyday words."
    raise InputError("indicator", "unknown_indicator", f"{figures.shortened(asked)!r} {said}", near)


def _near_subjects(data: Database, asked: str, lang: str) -> list[str]:
    found = search.near_subjects(data, lang, _words(asked[: search.LONGEST_QUERY]))
    near = difflib.get_close_matches(asked.strip()[: search.LONGEST_QUERY], sorted(figures.catalogue(data)), n=2)
    return [*near, *(f"{one.id} ({one.name[lang]})" for one in found)][:MOST_NEAR]


def _newest(data: Database, indicator: Indicator, places: Sequence[str]) -> int:
    """Return the newest year in which the municipalities have figures, or that the indicator has. Raises InputError
    where it has none."""
    if (newest := figures.newest_year(data, indicator)) is None:
        raise InputError("indicator", "no_figures", f"{indicator.id} has no figures yet.")
    rows = figures.values(data, indicator, places).to_pylist()
    known = [{row["year"] for row in rows if row["municipality"] == one and row["value"] is not None} for one in places]
    return max((year for year in set.intersection(*known) if year <= newest), default=newest)


def _text(year: int | None) -> str | None:
    return None if year is None else str(year)


def _benchmark(site: Pages, data: Database, asked: Indicator, place: str, year: int, group: str | None) -> Answer:
    member = figures.register(data)[place]["largest_20"]
    used = group or ("largest-20" if member or place == MAINLAND else SIMILAR)
    return routes.benchmark(site, asked.id, place, str(year), used)


def _gaps(site: Pages, place: str, year: int | None, group: str | None, lang: Any) -> Answer:
    used = groups.meant(database.current(), group) or SIMILAR
    return routes.gaps_to_typical_peer(site, place, used, _text(year), lang=lang)


# What is answered


def _about(meta: Mapping[str, Any], lang: str) -> dict[str, Any]:
    about = {key: meta[key] for key in ABOUT if meta.get(key) is not None or key == "licence"}
    return about | {"link": _link_in(about["link"], lang)}


def _link_in(link: str, lang: str) -> str:
    return link if "kieli=" in link else f"{link}{'&' if '?' in link else '?'}kieli={lang}"


def _in_language(meta: Mapping[str, Any], indicator: Indicator, lang: str) -> dict[str, Any]:
    return _about(meta, lang) | {"source": provenance.attribution(indicator.sources, lang)}


def _sourced(about: dict[str, Any], data: Database, ids: Sequence[str], lang: str) -> dict[str, Any]:
    """Return what is said of an answer with the sources of the indicators that it is about."""
    catalogue = figures.catalogue(data)
    sources = tuple(dict.fromkeys(source for one in ids for source in catalogue[one].sources))
    return about | {"source": provenance.attribution(sources, lang)} if sources else about


def _former(place: tuple[str, str | None] | None) -> dict[str, str]:
    return {"former_name": place[1]} if place and place[1] else {}


def _municipality(row: Mapping[str, Any], lang: str, former: str | None) -> Answer:
    keys = ("code", "name_fi", "name_sv", "residents", "size_class", "loaded")
    found = {key: row[key] for key in keys} | {"region": row[f"region_{lang}"]}
    return found | ({"former_name": former} if former else {})


def _indicator(data: Database, indicator: Indicator, lang: str) -> Answer:
    years = figures.years(data, indicator)
    return {
        "indicator": indicator.id,
        "name": indicator.name[lang],
        "unit": indicator.unit[lang],
        "service": indicator.service,
        "polarity": indicator.polarity,
        "years": years,
    }


def _figure(data: Database, row: Mapping[str, Any], indicator: Indicator, lang: str) -> Answer:
    register, t = figures.register(data), Translator(lang)
    name, group = register[row["municipality"]][f"name_{lang}"], row["group"]
    group_name = t(f"group.{group}", n=max(row["n"] - 1, 0)) if group in OF_ONE else text.group(t, group, register)
    said = [f"{name}: {indicator.label[lang]}, {row['year']}"]
    if row["value"] is not None:
        said = [f"{said[0]}: {t.number(row['value'], indicator.decimals)} {indicator.unit[lang]}."]
        said += [f"{group_name}: {t('dots.rank', rank=text.rank(t, dict(row)))}"] if row.get("rank") else []
    return {
        "indicator": indicator.id,
        "indicator_name": indicator.name[lang],
        "municipality": row["municipality"],
        "name": name,
        "year": row["year"],
        "unit": indicator.unit[lang],
        **{key: row.get(key) for key in (*FIGURE, *PLACE, *GROUP)},
        "group_name": group_name,
        "text": " ".join(said),
    }


def _gap(data: Database, row: Mapping[str, Any], lang: str, whole: bool = False) -> Answer:
    indicator = figures.catalogue(data)[row["indicator"]]
    keys = ("service", "indicator", "year", "euros", "firm", "unfirm", "value", "median", "n", "users", "status")
    found = {key: row[key] for key in (*keys, "municipality", "doubtful") if whole or key in keys}
    return found | {"name": indicator.name[lang], "unit": indicator.unit[lang]}


def _answer(meta: Mapping[str, Any], rows: Sequence[Answer], shared: Answer | None = None) -> Answer:
    """Return an answer of at most MOST_BYTES: the last rows are left out, and told, where there are too many; a text
    that is too long is cut."""
    about = {key: meta[key] for key in ABOUT if key in meta}
    answer: Answer = {"meta": about, **({"shared": shared} if shared else {}), "values": list(rows)}
    while size(answer) > MOST_BYTES and len(answer["values"]) > 1:
        answer["values"].pop()
        answer["left_out"] = len(rows) - len(answer["values"])
    for optional in ("case", "example", "values"):
        if size(answer) > MOST_BYTES and answer["values"] and optional in answer["values"][0]:
            answer["values"][0] = {key: part for key, part in answer["values"][0].items() if key != optional}
    if (over := size(answer) - MOST_BYTES) > 0 and answer["values"] and "text" in answer["values"][0]:
        words = answer["values"][0]["text"].encode()[: -(over + 40)].decode(errors="ignore")
        while size(answer) > MOST_BYTES:
            answer["values"][0] = answer["values"][0] | {"text": f"{words}…"}
            words = words[: -(over // 4 + 10)]
    return answer


def written(answer: Answer) -> str:
    """Return an answer as the text that an assistant reads: JSON."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def size(answer: Answer) -> int:
    """Return the bytes of an answer."""
    return len(written(answer).encode())
