"""The routes of /api/v1. Every answer is {"meta": …, "values": […]}; codes are those of the addresses of pages.

The docstrings of the routes are published in the OpenAPI description.
"""

import codecs
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Annotated, Any, Literal

import pyarrow as pa
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import JSONResponse

from kuntamittari import settings
from kuntamittari.catalog import need_models, provenance, services, structural_variables
from kuntamittari.catalog.areas import MAINLAND, OWN_AREA, OwnArea, known_code, own_area
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.catalog.need_models import NeedModel
from kuntamittari.errors import InputError
from kuntamittari.exhibits import links, text
from kuntamittari.exhibits.render import croissant, dcat, jsonstat, tables
from kuntamittari.exhibits.search.search import LONGEST_QUERY, search
from kuntamittari.i18n import Translator
from kuntamittari.query import budgets, comparisons, database, figures, need, projections, treasury_costs
from kuntamittari.query.database import Database
from kuntamittari.query.figures import LISTED, NEIGHBOURS, OF_ONE, SAME_NEED, SIMILAR, Group, shortened, validated
from kuntamittari.query.gaps import euros
from kuntamittari.query.gaps.euros import Similar
from kuntamittari.query.peers import same_need, structure
from kuntamittari.stats import peers
from kuntamittari.web.api import addresses, gaps
from kuntamittari.web.api.pages import VARY, Site, chosen

IndicatorId = Annotated[str, Query(description="Indicator id", examples=["basic_education_cost_per_7_15"])]
OneMunicipality = Annotated[
    str,
    Query(
        description="Municipality code of three digits, MA1, or an area of one's own, alue:NAME:837,211,604",
        examples=["837"],
    ),
]
GroupId = Annotated[
    str,
    Query(
        description="Group id: largest-20, all, region-06, wellbeing-08, grouping-1, size-6, similar, same-need, "
        "neighbours, own"
    ),
]
ListedMunicipalities = Annotated[
    str | None, Query(description="Members of the group own, by code", examples=["837,091"])
]
Aland = Annotated[Literal["0", "1"], Query(description="1 takes Åland in")]

ENGLISH = Translator("en")

# columns of a row of /values, in order
VALUE_COLUMNS = ("indicator", "municipality", "year", "value", "numerator", "denominator", "unit", "status", "reason")


def only_known_parameters(request: Request) -> None:
    """Raise InputError for an unknown or repeated parameter, which would otherwise be ignored.

    Those that services add to a link on its way are ignored."""
    options = [p.alias for p in request.scope["route"].dependant.query_params]
    for name in filter(lambda name: not links.is_added(name), request.query_params):
        if name not in options:
            validated("parameter", name, options)
        if len(request.query_params.getlist(name)) > 1:
            raise InputError(name, "repeated_parameter", f"Give {name} once, its values by comma.")


class LinkedData(JSONResponse):
    """JSON-LD with its media type, in the answer and in the OpenAPI description."""

    media_type = "application/ld+json"


class CroissantData(LinkedData):
    """JSON-LD with the profile of Croissant in its media type."""

    media_type = croissant.MEDIA_TYPE


MOST_ROWS = 100_000  # of one answer
BUDGETS = "state_treasury"  # the source of quarters and budgets

router = APIRouter(dependencies=[Depends(only_known_parameters)])


@router.get("/municipalities", summary="Municipalities of the division year, and MA1")
def municipalities(site: Site) -> dict[str, Any]:
    """Each municipality with its names in three languages, its groupings and whether its figures are loaded."""
    data = database.current()
    return {"meta": meta(data, site.link("")), "values": list(figures.register(data).values())}


@router.get("/indicators", summary="The catalogue")
def indicators(site: Site) -> dict[str, Any]:
    """Every indicator with its texts, formula, sources and the years that have figures."""
    data = database.current()
    about = meta(data, site.link("indikaattorit"))
    return {"meta": about, "values": [described(data, i) for i in figures.catalogue(data).values()]}


@router.get("/search", summary="Municipalities, indicators and entries of the knowledge bank by names and words")
def search_for(
    site: Site,
    query: Annotated[
        str, Query(description="Words in any of the languages", max_length=LONGEST_QUERY, examples=["päiväkoti"])
    ],
    lang: Annotated[Literal["fi", "sv", "en"], Query(description="The language of the answer", examples=["fi"])] = "en",
) -> dict[str, Any]:
    """What names and everyday words find, municipalities first; `path` and `choices` are the page and the parameters of
    its address that show it."""
    data = database.current()
    found = [asdict(one) for one in search(data, Translator(lang), query)]
    return {"meta": meta(data, site.link("", kieli=lang)), "values": found}


@router.get("/catalog", summary="The data set as DCAT-AP 3.0.1", response_class=LinkedData)
def catalog_entry(request: Request) -> Response:
    """The data sets, one an indicator, and their distributions as JSON-LD in the vocabulary of the European data
    portals. Publisher and contact point are those that the provider of the service has set."""
    return LinkedData(dcat.entry(*catalogue_with_years(), addresses.of_version(request.scope)), headers=VARY)


@router.get("/croissant", summary="The data set as Croissant 1.1", response_class=CroissantData)
def croissant_entry(request: Request) -> Response:
    """The data set as JSON-LD of MLCommons: each indicator's CSV and Parquet file, and its records with data types and
    units. A reader of Croissant loads the figures from this address."""
    return CroissantData(croissant.entry(*catalogue_with_years(), addresses.of_version(request.scope)), headers=VARY)


@router.get("/indicators/{id}", summary="One indicator")
def one_indicator(site: Site, id: str) -> dict[str, Any]:
    """An indicator with its texts, formula, sources and the years that have figures."""
    data = database.current()
    indicator = known_indicator(data, "id", id)
    about = meta(data, site.link("indikaattorit", mittari=indicator.id), indicator)
    return {"meta": about, "values": [described(data, indicator)]}


@router.get("/values", summary="Figures of an indicator", response_model=None)
def values(
    site: Site,
    indicator: IndicatorId,
    municipality: Annotated[
        str | None,
        Query(description="Codes, by comma; last an area of one's own, alue:NAME:837,211", examples=["091,837"]),
    ] = None,
    year: Annotated[str | None, Query(description="Years, by comma", examples=["2018"])] = None,
    group: Annotated[str | None, Query(description="Group id, in place of municipality")] = None,
    kunnat: ListedMunicipalities = None,
    aland: Aland = "0",
    format: Literal["json", "csv", "parquet", "json-stat2"] = "json",
    limit: Annotated[
        int | None, Query(ge=1, le=MOST_ROWS, description="Rows at most, in json, csv and parquet")
    ] = None,
    offset: Annotated[int, Query(ge=0, description="Rows passed over")] = 0,
) -> dict[str, Any] | Response:
    """One row per area and year, sorted by municipality and year; where there is no figure, value is null and reason
    says why. The reason no_population means that only the residents are not known: numerator then has the euros.
    meta.beside_statistics: years of which /beside-statistics has the State Treasury's figures too. limit and offset
    page through the rows; meta.total is their number."""
    data = database.current()
    asked = known_indicator(data, "indicator", indicator)
    if municipality is not None and group not in (None, *OF_ONE):
        raise InputError("group", "conflicting_parameters", "Give either municipality or group, not both.")
    areas, area = None, None
    if municipality is not None:
        data, areas, area = places(data, municipality)
    named = areas
    if group is None and kunnat is not None:
        raise InputError("kunnat", "conflicting_parameters", "The parameter kunnat goes with group=own.")
    if group is not None:
        compared = asked_group(data, group, kunnat, aland)
        if group in OF_ONE:
            of_years = data.snapshot.manifest["years"] if year is None else years(data, year)
            compared = group_of_one(data, compared, asked, municipality, max(of_years))
        areas = members(data, compared)
    asked_years = None if year is None else years(data, year)
    table = figures.values(data, asked, areas, asked_years)
    table = table.append_column("indicator", pa.array([asked.id] * len(table), pa.string()))
    table = table.append_column("unit", pa.array([asked.unit.en] * len(table), pa.string())).select(list(VALUE_COLUMNS))
    if area:
        written = [area.code if code == OWN_AREA else code for code in table["municipality"].to_pylist()]
        table = table.set_column(
            table.column_names.index("municipality"), "municipality", pa.array(written, pa.string())
        )
    if format == "json-stat2":
        if limit is not None or offset:
            raise InputError("limit", "conflicting_parameters", "A cube comes whole: leave out limit and offset.")
        return Response(json.dumps(cube(data, asked, table, area), ensure_ascii=False), media_type="application/json")
    total, table = len(table), table.slice(offset, limit)
    shown = {"mittari": asked.id, "vuosi": asked_years[0] if asked_years and len(asked_years) == 1 else None}
    link = site.link("vertailu", **shown, **in_group(group, kunnat, aland, named, area))
    about = meta(data, link, asked, area) | {"total": total, "limit": limit, "offset": offset}
    if both := sorted({row["year"] for row in treasury_costs.beside_statistics(data, asked)}):
        about |= {"beside_statistics": both}
    if format != "json":
        said = tuple((key, str(words)) for key, words in about.items())
        rows = text.mark_invented(ENGLISH, table.to_pandas(), data.snapshot.manifest)
        content = tables.render(tables.Table(rows, said, ("values", "meta")), format)
        if format == "csv":  # the mark is for Excel; a program stumbles on it
            content = content.removeprefix(codecs.BOM_UTF8)
        name = f'attachment; filename="{asked.id}.{format}"'
        return Response(content, media_type=tables.FORMATS[format], headers={"Content-Disposition": name} | VARY)
    return {"meta": about, "values": table.to_pylist()}


@router.get("/benchmark", summary="A municipality in its group")
def benchmark(
    site: Site,
    indicator: IndicatorId,
    municipality: OneMunicipality,
    year: Annotated[str, Query(description="One year", examples=["2018"])],
    group: GroupId = "largest-20",
    kunnat: ListedMunicipalities = None,
    aland: Aland = "0",
) -> dict[str, Any]:
    """The figure of the municipality beside the group's median, quartiles and ratio of sums, with rank and percentile.
    `rank_low`, `rank_high`, `value_low` and `value_high` are 90 % intervals, null where the noise of the indicator
    is not known. `judgement` is strong, near (the border), middle or weak, or null with the reason in `unjudged`;
    `firm` tells whether it holds for the whole interval of the rank. `doubtful`: why the figure is to be checked
    first. `expected`: the cost a head that the need of the residents leads one to expect, and `deviation`, %, of the
    value from it, null where there is no model of need or a driver is missing; `deviation_rank` with its interval. Of
    social and health care as a whole `judgement` is of the deviation. `group` is similar where that was asked for as
    neighbours and fewer than three are loaded. A composite is compared without the parts in `left_out`, which the
    municipality does not organise itself;
    of a published total `not_organised` says which parts are not in the municipality's figure. `bounds`: the least
    and greatest value that hidden counts allow. An area of one's own stands beside the group: `rank` and `ranked` count
    it, the group's figures do not."""
    asked = known_indicator(database.current(), "indicator", indicator)
    data, [place], area = places(database.current(), municipality, most=1)
    [asked_year] = years(data, year, most=1)
    compared = asked_group(data, group, kunnat, aland)
    if group in OF_ONE:
        compared = group_of_one(data, compared, asked, place, asked_year)
    organised = figures.as_organised(data, asked, place, asked_year)
    comparison = comparisons.compare(data, organised, compared, asked_year, [place])
    row = written(area, comparison.of(place) or {})
    summary = {key: getattr(comparison, key) for key in comparisons.GROUP_FIGURES}
    missing = {
        "left_out": [part.id for part in organised.left_out],
        "not_organised": [part.id for part in figures.not_organised(data, asked, place, asked_year)],
        "bounds": (comparison.bounds or {}) | (row.pop("bounds", None) or {}) or None,
    }
    found = {"indicator": asked.id, "group": compared.id, **row, **summary, **missing, "unit": asked.unit.en}
    shown = {"mittari": asked.id, "vuosi": asked_year}
    link = site.link("vertailu", **shown, **in_group(group, kunnat, aland, [place], area))
    return {"meta": meta(data, link, asked, area), "values": [found]}


@router.get("/peers", summary="The municipalities most alike")
def similar(
    site: Site,
    municipality: Annotated[str, Query(description="Municipality code of three digits", examples=["837"])],
    service: Annotated[
        str | None, Query(description="Whose age group counts; without it, everybody", examples=["basic_education"])
    ] = None,
    n: Annotated[int, Query(ge=peers.FEWEST, le=peers.MOST, description="How many peers")] = peers.USUAL,
    year: Annotated[
        str | None, Query(description="Variables as they stood in a year; without it, the last", examples=["2018"])
    ] = None,
    group: Annotated[
        Literal["similar", "same-need"],
        Query(
            description="Alike by structure or of the same need; the need of social and health care without a service"
        ),
    ] = "similar",
    aland: Aland = "0",
) -> dict[str, Any]:
    """The peers in order of likeness, each with its variables, their z-scores and what each adds to the squared
    distance; the municipality itself first, at rank 0. `size`: residents as a multiple of the municipality's. Those
    with `near_in_size` false come last, the nearest in size first: fewer than asked for are within five times the size.
    """
    data = database.current()
    refuse_areas(municipality)
    [place] = codes(data, "municipality", municipality, most=1)
    if service is not None:
        validated("service", service, services.services())
    [at] = years(data, year, most=1) if year is not None else [data.snapshot.manifest["years"][-1]]
    model = need_models.of_service(service)
    found, weights, ranked = alike(data, place, service, at, aland == "1", (group == SAME_NEED, model))
    if place not in found.values:
        raise InputError(
            "municipality", "not_loaded", f"The figures of municipality {place} are not loaded, so it has no peers."
        )
    rows = [
        {
            "rank": rank,
            "municipality": peer.municipality,
            "distance": peer.distance,
            "values": found.values.get(peer.municipality, {}),
            "z": found.z.get(peer.municipality, {}),
            "parts": peer.parts,
            "left_out": peer.left_out,
            "size": peer.size,
            "near_in_size": peer.near_in_size,
        }
        for rank, peer in enumerate([peers.Peer(place, 0.0, {}, (), 1.0), *ranked[:n]])
    ]
    about = {
        "service": service,
        "group": group,
        "years": found.years,
        "missing": found.missing,
        "weights": weights,
    }
    shown = {"kunta": place, "n": None if n == peers.USUAL else n, "vuosi": year, "aland": aland}
    link = site.link("verrokit", ryhma=group, **shown)
    return {"meta": meta(data, link) | about, "values": rows}


@router.get("/gaps", summary="Services by euros a year to the typical peer")
def gaps_to_typical_peer(
    site: Site,
    municipality: Annotated[str, Query(description="Municipality code of three digits", examples=["837"])],
    group: GroupId = SIMILAR,
    year: Annotated[
        str | None, Query(description="Figures at most of this year; without it, the newest", examples=["2019"])
    ] = None,
    kunnat: ListedMunicipalities = None,
    aland: Aland = "0",
    lang: Annotated[Literal["fi", "sv", "en"], Query(description="The language of names and texts")] = "en",
) -> dict[str, Any]:
    """One row per service, the firm ones first and the dearest first among them: `euros` a year = (`value` − `median`
    of the group) × `users`, the municipality's own residents of the age group, of the newest year up to `year`. `firm`:
    whether the median is outside the 90 % interval of the value, null with the reason in `unfirm`. `reasons`: what each
    costs more or less (`unit_cost`), what having more or fewer of them costs at the median (`age_group`), and where
    the structure differs (`structure`). `example`: of services that are dearer, the most similar member of the group
    that costs firmly less; `word` is better_with_less where an outcome of that very service is not firmly worse, and
    costs_less where the service has none with figures. `case`: the case of the knowledge bank that fits.
    `meta.left_out`: services without a gap, and why. A difference is a question, not a saving."""
    data, [place], area = places(database.current(), municipality, most=1)
    register = figures.register(data)
    if area:
        names = {f"name_{language}": area.name for language in settings.LANGUAGES}
        register = {**register, OWN_AREA: {**names, "loaded": True, "size_class": None}}
    else:
        refuse_areas(municipality)
    if not register[place]["loaded"]:
        raise InputError(
            "municipality", "not_loaded", f"The figures of municipality {place} are not loaded, so it has no gaps."
        )
    fixed = asked_group(data, group, kunnat, aland)
    up_to = None if year is None else years(data, year, most=1)[0]

    def group_of(indicator: Indicator, at: int) -> Group:
        return group_of_one(data, fixed, indicator, place, at) if group in OF_ONE else fixed

    def similar_of(indicator: Indicator, at: int) -> Similar:
        by_structure, _, ranked = alike(data, place, indicator.service, at, aland == "1")
        return by_structure, tuple(peer.municipality for peer in ranked)

    def link(page: str, **more: Any) -> str:
        return site.link(page, **in_group(group, kunnat, aland, [place], area) | more)

    found, left_out = euros.gaps_of(data, figures.catalogue(data), place, up_to, group_of, similar_of)
    of_place = written(area, {"municipality": place})
    about = {**of_place, "group": group, "left_out": [gaps.left_out(one) for one in left_out]}
    rows = [gaps.row(data, gap, place, register, link, Translator(lang)) | of_place for gap in found]
    own = link("kustannukset", kuva="erot", vuosi=up_to)
    return {"meta": meta(data, own, area=area) | about, "values": rows}


@router.get("/year", summary="How a year goes in a municipality")
def year(
    site: Site,
    municipality: OneMunicipality,
    group: GroupId = "largest-20",
    period: Annotated[str | None, Query(description="Such as 2026C06 (to June); without it, the newest")] = None,
    kunnat: ListedMunicipalities = None,
    aland: Aland = "0",
) -> dict[str, Any]:
    """One row per item of the accounts from January to the end of a quarter: `to_date` in euros beside `before` (the
    same quarter of the year before), `budget` and `budget_amended` (of the whole year); per resident by the residents
    at the beginning of the year, null where they are not known; `change`, `used` (of the budget in force) and
    `used_before` (of the year before) in per cent, null for items that may be negative. `*_median` and `*_n` are of the
    group, out of `members`. Nothing is extrapolated. No rows where the municipality has no quarterly report."""
    data, [place], area = places(database.current(), municipality, most=1)
    items = budgets.items_of_year(figures.catalogue(data))
    reported = budgets.reports(data, place)
    own = {one.id: one for one in reported.own} if reported.has_quarters else {}
    shown = own[validated("period", period, own)] if period is not None else max(own.values(), default=None)
    link = site.link("kuntakortti", **in_group(group, kunnat, aland, [place], area))
    about = meta(data, link, area=area) | {
        "source": provenance.attribution(provenance.of_data_set([BUDGETS], data.snapshot.manifest), "en"),
        "period": shown.id if shown else None,
        "periods": list(own),
        "gone": shown.gone if shown else None,
    }
    if not items or shown is None:
        return {"meta": about, "values": []}
    compared = asked_group(data, group, kunnat, aland)
    if group in OF_ONE:
        compared = newest_group_of_one(data, compared, next(iter(items.values())), place)
    rows = budgets.year_to_date(data, tuple(items), place, shown, compared)
    found = [{"indicator": items[row["item"]].id, "period": shown.id, **written(area, row)} for row in rows]
    return {"meta": about, "values": found}


@router.get("/budgets", summary="Budgets and plans beside the accounts")
def budgeted(
    site: Site,
    indicator: IndicatorId,
    municipality: OneMunicipality,
    group: GroupId = "largest-20",
    kunnat: ListedMunicipalities = None,
    aland: Aland = "0",
) -> dict[str, Any]:
    """One row per year and column of a budget: `column` is budget, budget_amended, plan_1 or plan_2, `period` the year
    of the budget that it stands in, `eur` its euros, `value` per resident where residents are known. `actual`: the
    euros of the accounts; `difference` = 100 × (eur − actual) / |actual|, with the group's `median_difference` of `n`
    members out of `members`. No rows for an indicator that budgets do not have."""
    asked = known_indicator(database.current(), "indicator", indicator)
    data, [place], area = places(database.current(), municipality, most=1)
    compared = asked_group(data, group, kunnat, aland)
    if group in OF_ONE:
        compared = newest_group_of_one(data, compared, asked, place)
    rows = budgets.budgets(data, asked, place, compared)
    named = {"indicator": asked.id, **written(area, {"municipality": place})}
    found = [{**named, **row, "unit": asked.unit.en} for row in rows]
    link = site.link("vertailu", mittari=asked.id, **in_group(group, kunnat, aland, [place], area))
    return {"meta": meta(data, link, asked, area), "values": found}


@router.get("/beside-statistics", summary="Costs at the State Treasury in years of the statistics")
def beside_statistics(
    site: Site,
    indicator: IndicatorId,
    municipality: Annotated[
        str | None,
        Query(description="Codes, by comma; last an area of one's own, alue:NAME:837,211", examples=["091,837"]),
    ] = None,
) -> dict[str, Any]:
    """One row per area and year of which both the statistics and the State Treasury have costs: /values has the figures
    of the statistics, and this the Treasury's, experimental. `numerator` is in euros; `value` is null where the
    divisor is not known. No rows for an indicator that divides no costs of services, or where no year has both."""
    data, areas, area = database.current(), None, None
    asked = known_indicator(data, "indicator", indicator)
    if municipality is not None:
        data, areas, area = places(data, municipality)
    rows = treasury_costs.beside_statistics(data, asked, areas)
    found = [{"indicator": asked.id, **written(area, row), "unit": asked.unit.en} for row in rows]
    source = provenance.attribution(provenance.of_data_set([BUDGETS], data.snapshot.manifest), "en")
    link = site.link("vertailu", mittari=asked.id, **chosen(areas, area))
    return {"meta": meta(data, link, asked, area) | {"source": source, "experimental": True}, "values": found}


def cube(data: Database, indicator: Indicator, rows: pa.Table, area: OwnArea | None = None) -> dict[str, Any]:
    """Return the rows of /values of one indicator as a JSON-stat data set."""
    names = {code: row["name_en"] for code, row in figures.register(data).items()}
    names |= {area.code: area.name} if area else {}
    source, retrieved = provenance.attribution(indicator.sources, "en"), data.snapshot.manifest["retrieved"]
    return jsonstat.dataset(
        rows.to_pylist(), names, indicator.name.en, indicator.unit.en, indicator.decimals, source, retrieved
    )


def group_of_one(data: Database, group: Group, asked: Indicator, municipality: str | None, year: int) -> Group:
    """Return the members of a group of one municipality: its peers by an indicator and the structure or need of a year,
    or its neighbours; its peers by structure where too few neighbours are loaded.

    Raises InputError without a municipality, and where the need behind the indicator is not known.
    """
    if municipality is None:
        raise InputError(
            "municipality",
            "missing_parameter",
            f"The group {group.id} is of one municipality: give it in municipality.",
        )
    refuse_areas(municipality)
    [place] = codes(data, "municipality", municipality, most=1)
    if group.id == NEIGHBOURS and (others := figures.neighbours(data, place)):
        return replace(group, listed=(place, *others))
    by_need = (group.id == SAME_NEED, need_models.of(asked))
    _, _, ranked = alike(data, place, asked.service, year, group.aland, by_need)
    kind = SAME_NEED if group.id == SAME_NEED else SIMILAR
    return replace(group, id=kind, listed=(place, *(peer.municipality for peer in ranked[: peers.USUAL])))


def newest_group_of_one(data: Database, group: Group, asked: Indicator, municipality: str) -> Group:
    """Return the members of a group of one municipality by an indicator's newest year, as pages have it. Raises as
    `group_of_one`."""
    year = figures.newest_year(data, asked) or data.snapshot.manifest["years"][-1]
    return group_of_one(data, group, asked, municipality, year)


def refuse_areas(municipality: str) -> None:
    """Raise InputError for Mainland Finland and an area of one's own, which are no municipalities and have no peers."""
    areas = {MAINLAND: "Mainland Finland", OWN_AREA: "An area of one's own"}
    if name := areas.get(known_code(municipality.partition(":")[0], areas)):
        raise InputError("municipality", "invalid_municipality", f"{name} is no municipality and has no peers.")


def alike(
    data: Database,
    place: str,
    service: str | None,
    year: int,
    aland: bool,
    by_need: tuple[bool, NeedModel | None] = (False, None),
) -> tuple[peers.Structure, Mapping[str, float], list[peers.Peer]]:
    """Return the variables of a year, their weights, and the other municipalities in order of likeness.

    By structure, or by need where that is asked for. Raises InputError where the need is not known."""
    found, weights = structure.structure(data, service, year), structural_variables.usual_weights()
    asked, model = by_need
    if asked:
        of_need = same_need.same_need(data, model, year) if model else None
        if of_need is None or place not in of_need.z:
            raise InputError("group", "unknown_need", unknown_need(data, model, place, year))
        found, weights = of_need, same_need.WEIGHTS
    return found, weights, peers.ranked(found, place, weights, peers.candidates(found, place, aland))


def unknown_need(data: Database, model: NeedModel | None, place: str, year: int) -> str:
    """Return why peers of the same need cannot be had, in one sentence."""
    if model is None:
        return "Need is modelled for basic education and for social and health care as a whole: ask for group=similar."
    if not figures.register(data)[place]["loaded"]:
        return f"The figures of municipality {place} are not loaded, so its need is not known."
    years = [of for of in need.years(data, model.indicator) if of <= year]
    if not years:
        return f"There is no model of need up to {year} in the data: ask for group=similar."
    return f"Municipality {place} lacks a driver of its need in {years[-1]}: ask for group=similar."


def in_group(
    group: str | None, kunnat: str | None, aland: str, areas: list[str] | None, area: OwnArea | None
) -> dict[str, str | None]:
    """Return the parameters of a page's address that choose areas and the group beside them."""
    of_group = {"ryhma": group, "kunnat": kunnat} if kunnat else {"ryhma": group}
    return {**chosen(areas, area), **of_group, "aland": aland}


def meta(data: Database, link: str, indicator: Indicator | None = None, area: OwnArea | None = None) -> dict[str, Any]:
    """Return the metadata of an answer: data set, division year, population projection, licence and sources, the
    members of an area of one's own, and the page of the same view.

    Invented figures have a notice and no licence; an experimental indicator is marked, also one
    that is so from some year on."""
    manifest = data.snapshot.manifest
    about = {
        "data": data.snapshot.digest,
        "data_version": data.snapshot.digest,
        "retrieved": manifest["retrieved"],
        "division_year": manifest["division_year"],
        "scope": manifest["scope"],
        "interface": manifest["interface"],
        "licence": "CC BY 4.0",
        "link": link,
    }
    if area:
        about |= {"area": {"code": area.code, "name": area.name, "members": area.members}}
    if projection := projections.edition(data):
        about |= {"projection": {"made": projection.made, "years": projection.years}}
    if data.snapshot.invented:
        about |= {"licence": None, "notice": ENGLISH("invented.notice")}
    if indicator:
        about |= {"indicator": indicator.id, "source": provenance.attribution(indicator.sources, "en")}
    if indicator and indicator.experimental:
        about |= {"experimental": True}
    if indicator and (since := indicator.experimental_since(manifest)):
        about |= {"experimental_from": since}
    return about


def catalogue_with_years() -> tuple[dict[str, Any], list[Indicator], dict[str, list[int]]]:
    """Return the manifest of the data in use, the indicators, and indicator id → the years that have figures."""
    data = database.current()
    indicators = list(figures.catalogue(data).values())
    return data.snapshot.manifest, indicators, {one.id: figures.years(data, one) for one in indicators}


def described(data: Database, indicator: Indicator) -> dict[str, Any]:
    """Return an indicator as JSON, with the years that have figures, and those of them that a published total stands in
    for its parts."""
    return indicator.model_dump(mode="json", exclude={"checks"}) | {
        "experimental": indicator.experimental,
        "experimental_from": indicator.experimental_since(data.snapshot.manifest),
        "years": figures.years(data, indicator),
        "published_years": figures.published_years(data, indicator),
    }


def known_indicator(data: Database, field: str, asked: str) -> Indicator:
    """Return the indicator of an id, a productivity index with the best output that the data hold. Raises InputError,
    about the parameter `field`, for an unknown id."""
    catalogue = figures.catalogue(data)
    return catalogue[validated(field, asked, catalogue)]


def codes(data: Database, field: str, text: str, most: int | None = None) -> list[str]:
    """Return the municipality codes of a comma-separated list, in its order. Raises InputError, about the parameter
    `field`, for an unknown one or more than `most`."""
    register = figures.register(data)
    found = [validated(field, known_code(code.strip(), register), register) for code in text.split(",")]
    if most is not None and len(found) > most:
        raise InputError(field, f"invalid_{field}", f"Give one {field}, not {len(found)}.")
    return list(dict.fromkeys(found))


def places(data: Database, municipality: str, most: int | None = None) -> tuple[Database, list[str], OwnArea | None]:
    """Return the data, codes as of `codes`, and the area of one's own that may end the list.

    The area is OWN_AREA among the codes, and the data have its figures. Raises InputError as `codes` does, and for what
    is no area.
    """
    before, mark, listed = municipality.partition(f"{OWN_AREA}:")
    if not mark:
        return data, codes(data, "municipality", municipality, most), None
    area = own_area(listed, figures.register(data))
    others = codes(data, "municipality", before.rstrip(", ")) if before else []
    if most is not None and len(others) >= most:
        raise InputError("municipality", "invalid_municipality", f"Give one municipality, not {len(others) + 1}.")
    return database.over_area(data, area.members), [*others, OWN_AREA], area


def written(area: OwnArea | None, row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with an area of one's own as the request writes it."""
    own = {"municipality": area.code} if area and row.get("municipality") == OWN_AREA else {}
    return {**row, **own}


def years(data: Database, text: str, most: int | None = None) -> list[int]:
    """Return the years of a comma-separated list. Raises InputError for one that the data do not hold, or more than
    `most`."""
    options = {str(year): year for year in figures.data_years(data)}
    asked = [part.strip() for part in text.split(",")]
    unknown = [part for part in asked if part not in options]
    if unknown:
        raise InputError(
            "year",
            "unknown_year",
            f"There are no figures for {shortened(unknown[0])!r}; the data hold {', '.join(options)}.",
        )
    if most is not None and len(asked) > most:
        raise InputError("year", "invalid_year", f"Give one year, not {len(asked)}.")
    return [options[part] for part in asked]


def asked_group(data: Database, group: str, kunnat: str | None, aland: str) -> Group:
    """Return the group of a request. Raises InputError for an unknown one, and for `own` without its members in
    `kunnat`."""
    validated("group", group, [*figures.groups(data), LISTED, *OF_ONE])
    if group != LISTED and kunnat:
        raise InputError("kunnat", "conflicting_parameters", "The parameter kunnat goes with group=own.")
    if group == LISTED and not kunnat:
        raise InputError("kunnat", "missing_parameter", "The group own needs its members in kunnat, by code.")
    return Group(group, tuple(codes(data, "kunnat", kunnat)) if kunnat else (), aland == "1")


def members(data: Database, group: Group) -> list[str]:
    """Return the codes of the members of a group, whether their figures are loaded or not."""
    if group.id in (LISTED, *OF_ONE):
        return [code for code in group.listed if code != MAINLAND]
    return list(figures.groups(data)[group.id]["with_aland" if group.aland else "municipalities"] or ())
