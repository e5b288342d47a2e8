"""Fetch costs and volumes of education from Vipunen, the reporting service of the education administration.

Its resources describe their fields, and rows are read by that description; sectors are chosen by code, owners and
functions by the names that the rows give them. Figures that could count something twice, or that disagree with the
published figures of the whole country, are refused (docs/methods.md 21).
"""

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kuntamittari.catalog import education
from kuntamittari.errors import NotThereError, SourceError
from kuntamittari.etl.client import Client

HOST, RESOURCES = "https://api.vipunen.fi", "/api/resources"
PAGE = 5000  # rows of one request
VOLUMES, COSTS = "suoritteet", "koulutuksenkustannukset"
SECTOR = "Sektori Koodi"
KEY = {
    "year": "Tilastovuosi",
    "provider": "Koulutuksen järjestäjä Koodi",
    "field": "Rahoituksen koulutusala Koodi",
    "form": "Koulutusmuoto Koodi",
    "owner": "Omistajatyyppi",
    "place": "Koulutuksen kunta Koodi",
    "home": "Koulutuksen järjestäjän kunta Koodi",
}
VOLUME_COLUMNS = KEY | {"pupils": "Suorite", "euros": "Summa"}
COST_COLUMNS = KEY | {
    "kind": "Menolaji Koodi",
    "kind_name": "Menolaji",
    "function": "Toiminto Koodi",
    "function_name": "Toiminto",
    "euros": "Summa",
}
MUNICIPALITY = "kunta"  # the owner whose education is the municipality's own
UNDIVIDED, ALL_KINDS = "k100", "l09"  # codes of the whole cost, of all functions and of all kinds of expenditure
TOTAL = re.compile(r"\b(?:yhteensä|kaikki|total)\b", re.IGNORECASE)
OF_ITS_YEAR, OF_ANOTHER = 0.10, 0.15  # how far the country may be from a published figure, and from one at other prices
ROUNDING = 0.005  # how far costs by function may be from the whole cost
SUMMED = {"pupils_here": ("place", "pupils"), "pupils": ("home", "pupils"), "cost": ("home", "euros")}  # by, value
COLUMNS = ["municipality", "year", "measure", "value"]


@dataclass(frozen=True)
class Refusal:
    """Figures that are left out: of a form of education (its service), in some years (none: all).

    `by_function`: only its costs by function; `reason`: one sentence.
    """

    form: str
    years: tuple[int, ...]
    by_function: bool
    reason: str


def costs_and_pupils(
    client: Client,
    wanted: Mapping[str, dict[str, Any]],
    first_year: int,
    prices: pd.DataFrame,
    known: Collection[str],
) -> tuple[pd.DataFrame, list[Refusal]]:
    """Return costs (euros) and pupils of education from a year on, and what is left out of them.

    Columns: municipality (code of its year), year, measure, value. `wanted` has by measure its form, figure and, of a
    function, the words of its name (measures.yaml); `prices` the price index (year, value), `known` the codes of
    municipalities: places abroad or unknown have codes too, and are in the figures of the country only. Raises
    NotThereError where nothing is left, SourceError where the answers have another form.
    """
    _fields(client, VOLUMES, (SECTOR, *VOLUME_COLUMNS.values()))
    index = dict(zip(prices["year"].astype(int), prices["value"].astype(float), strict=True))
    frames: list[pd.DataFrame] = []
    refusals: list[Refusal] = []
    for form in education.forms():
        figures = {measure: about for measure, about in wanted.items() if about["form"] == form}
        found, refused = _of_form(client, form, figures, first_year, index)
        frames += found
        refusals += refused
    whole = pd.concat([frame for frame in frames if not frame.empty] or [pd.DataFrame(columns=COLUMNS)])
    whole = whole[whole["municipality"].isin(known)]
    if whole.empty:
        raise NotThereError(refusals[0].reason if refusals else f"{_url(VOLUMES)}: no figures.")
    return whole.reset_index(drop=True), refusals


def _of_form(
    client: Client, form: str, wanted: Mapping[str, dict[str, Any]], first_year: int, prices: Mapping[int, float]
) -> tuple[list[pd.DataFrame], list[Refusal]]:
    """Return the figures of a form of education, and what is left out of them."""
    sector, anchors = education.forms()[form]["sector"], education.forms()[form]["anchors"]
    try:
        volumes = _volumes(client, sector, first_year)
    except NotThereError as error:
        return [], [Refusal(form, (), False, str(error))]
    far = disagreeing(volumes, anchors, prices)
    volumes = volumes[~volumes["year"].isin(far)]
    frames = [
        _summed(volumes, measure, *SUMMED[about["figure"]])
        for measure, about in wanted.items()
        if about["figure"] in SUMMED
    ]
    refusals = [Refusal(form, (year,), False, reason) for year, reason in far.items()]
    functions = {measure: about["named"] for measure, about in wanted.items() if about["figure"] == "function"}
    if volumes.empty or not functions:
        return frames, refusals
    pupils = [measure for measure, about in wanted.items() if about["figure"] == "pupils_divided"]
    try:
        divided, unequal = _by_function(client, sector, volumes, functions, pupils)
    except NotThereError as error:
        return frames, [*refusals, Refusal(form, (), True, str(error))]
    return [*frames, divided], [*refusals, *(Refusal(form, (year,), True, why) for year, why in unequal.items())]


def disagreeing(
    volumes: pd.DataFrame, anchors: Mapping[int, Mapping[str, float]], prices: Mapping[int, float]
) -> dict[int, str]:
    """Return year → why the figures of the whole country (year, pupils, euros) disagree with the published ones.

    A year is compared with a figure published of it, within 10 %, or else with the last one before it (or the first) at
    the prices of the year, within 15 %. Without anchors nothing disagrees.
    """
    reasons: dict[int, str] = {}
    sums = volumes.dropna(subset=["pupils", "euros"]).groupby("year")[["pupils", "euros"]].sum().reset_index()
    for row in sums.to_dict("records"):
        year, pupils, euros = int(row["year"]), row["pupils"], row["euros"]
        national = {"per_pupil": ("euros a pupil", euros / pupils if pupils else math.inf), "euros": ("euros", euros)}
        for what, (unit, found) in national.items():
            published = {at: anchor[what] for at, anchor in anchors.items() if what in anchor}
            if not published:
                continue
            base = max((at for at in published if at <= year), default=min(published))
            if base != year and not {base, year} <= prices.keys():
                reasons[year] = f"{_url(VOLUMES)}: no price index to compare {year} with the figure of {base}."
                continue
            change, most = (1.0, OF_ITS_YEAR) if base == year else (prices[year] / prices[base], OF_ANOTHER)
            expected = published[base] * change
            if not abs(found / expected - 1) <= most:
                reasons[year] = (
                    f"{_url(VOLUMES)}: {found:,.0f} {unit} in the whole country in {year}, where {expected:,.0f} "
                    f"within {most:.0%} is expected from the published figure of {base}."
                )
    return reasons


def _volumes(client: Client, sector: str, first_year: int) -> pd.DataFrame:
    """Return pupils and euros by KEY. Raises NotThereError where rows stand twice or no owner is a municipality."""
    found = _table(client, VOLUMES, sector, VOLUME_COLUMNS, first_year)
    if MUNICIPALITY not in set(found["owner"]):
        owners = ", ".join(sorted(set(found["owner"])))
        raise NotThereError(f"{_url(VOLUMES)}: no owner of sector {sector} is a municipality, only {owners}.")
    return found


def _summed(volumes: pd.DataFrame, measure: str, by: str, value: str) -> pd.DataFrame:
    """Return pupils or euros by municipality and year: of all who teach there, or of the municipality as a provider."""
    rows = _own(volumes) if by == "home" else volumes
    return _by_municipality(rows, by, value).assign(measure=measure)[COLUMNS]


def _own(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["owner"] == MUNICIPALITY]


def _by_municipality(frame: pd.DataFrame, by: str, value: str) -> pd.DataFrame:
    """Return the sums by municipality and year; a sum with a missing part is missing, and so has no row."""
    sums = frame.groupby([by, "year"])[value].agg(lambda part: part.sum(skipna=False)).dropna().reset_index()
    return sums.set_axis(["municipality", "year", "value"], axis=1)


def _by_function(
    client: Client, sector: str, volumes: pd.DataFrame, wanted: Mapping[str, list[str]], pupils: Iterable[str]
) -> tuple[pd.DataFrame, dict[int, str]]:
    """Return the costs of functions and the pupils whose costs they are, and year → why it is left out.

    Raises NotThereError where the costs could be counted twice or a wanted function is not among them.
    """
    listed = client.get(HOST, RESOURCES)
    if not isinstance(listed, list) or COSTS not in listed:
        raise NotThereError(f"{HOST}{RESOURCES}: no {COSTS} among the resources.")
    key = list(KEY)
    cells = _table(client, COSTS, sector, COST_COLUMNS, int(volumes["year"].min()))
    cells = cells[cells["year"].isin(volumes["year"])]
    _refuse_totals(cells, [*key, "function"], "kind", ALL_KINDS)
    _refuse_totals(cells, key, "function", UNDIVIDED)
    divided = cells[cells["function"] != UNDIVIDED]
    measure_of = _named(divided[["function", "function_name"]].drop_duplicates(), wanted)
    counted = divided[key].drop_duplicates().merge(volumes, on=key, how="left")
    if counted["pupils"].isna().all():
        raise NotThereError(f"{_url(COSTS)}: no pupils in {VOLUMES} for the costs of sector {sector} by function.")

    whole, parts = (frame.groupby("year")["euros"].sum() for frame in (volumes, cells))
    parts = parts.reindex(whole.index, fill_value=0.0)
    unequal = {
        int(year): f"{_url(COSTS)}: {parts[year]:,.0f} euros in {year}, but {whole[year]:,.0f} in {VOLUMES}."
        for year in whole.index[(parts - whole).abs() > ROUNDING * whole.abs()]
    }
    of_function = _own(divided).assign(measure=divided["function"].map(measure_of)).dropna(subset="measure")
    frames = [
        _by_municipality(rows, "home", "euros").assign(measure=measure)
        for measure, rows in of_function.groupby("measure")
    ]
    frames += [_by_municipality(_own(counted), "home", "pupils").assign(measure=measure) for measure in pupils]
    found = pd.concat(frames, ignore_index=True)[COLUMNS]
    return found[~found["year"].isin(unequal)], unequal


def _refuse_totals(cells: pd.DataFrame, key: list[str], part: str, total: str) -> None:
    """Raise NotThereError where a total stands beside its parts under the same key, or its code is not `total`."""
    called = cells[cells[f"{part}_name"].str.contains(TOTAL) & (cells[part] != total)]
    if not called.empty:
        first = called.iloc[0]
        raise NotThereError(
            f"{_url(COSTS)}: {first[part]} is called {first[f'{part}_name']!r}, but the total of {part}s is {total}."
        )
    parts = cells.groupby(key, dropna=False)[part].agg(set)
    both = parts[[total in codes and len(codes) > 1 for codes in parts]]
    if not both.empty:
        beside = ", ".join(sorted(both.iloc[0] - {total}))
        raise NotThereError(
            f"{_url(COSTS)}: the total {total} stands beside its parts ({beside}) in {len(both)} places, "
            "so that a sum would count twice."
        )


def _named(functions: pd.DataFrame, wanted: Mapping[str, list[str]]) -> dict[str, str]:
    """Return code of a function → measure, by the words in its name.

    Raises NotThereError where a name fits several measures, a code has several, or a measure has no function.
    """
    named = list(zip(functions["function"], functions["function_name"].str.lower(), strict=True))
    fitting = {
        code: [measure for measure, words in wanted.items() if any(word in name for word in words)]
        for code, name in named
    }
    lacking = set(wanted) - {measure for found in fitting.values() for measure in found}
    if lacking or len(fitting) < len(named) or any(len(found) > 1 for found in fitting.values()):
        listed = ", ".join(f"{code} {name}" for code, name in named)
        raise NotThereError(
            f"{_url(COSTS)}: the functions ({listed}) are not each one of those expected: "
            f"{', '.join('/'.join(words) for words in wanted.values())}."
        )
    return {code: found[0] for code, found in fitting.items() if found}


def _table(client: Client, resource: str, sector: str, columns: Mapping[str, str], first_year: int) -> pd.DataFrame:
    """Return the rows of a sector from a year on, by the names of `columns` (name → title of the field).

    Raises NotThereError where there are none, rows stand twice or are totals; SourceError for another form of answer.
    """
    fields = _fields(client, resource, (SECTOR, *columns.values()))
    condition = f"{fields[SECTOR]}=='{sector}'"
    rows = _rows(client, resource, condition)
    named_apart = [fields[columns[part]] for part in ("kind_name", "function_name") if part in columns]
    try:
        totals = {
            value
            for row in rows
            for name, value in row.items()
            if isinstance(value, str) and name not in named_apart and TOTAL.match(value)
        }
        whole_rows = [tuple(sorted((name, str(value)) for name, value in row.items())) for row in rows]
        frame = pd.DataFrame(
            [[row[fields[title]] for title in columns.values()] for row in rows], columns=list(columns)
        )
        texts = [name for name in columns if name not in ("year", "pupils", "euros")]
        frame[texts] = frame[texts].astype(object).map(lambda value: "" if pd.isna(value) else str(value).strip())
        frame["owner"] = frame["owner"].str.lower()
        numbers = [name for name in ("pupils", "euros") if name in columns]
        frame[numbers] = frame[numbers].astype("float64")
        frame = frame.astype({"year": int}).assign(place=frame["place"].str.zfill(3), home=frame["home"].str.zfill(3))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise SourceError(f"{_url(resource)}/data: the rows came in an unknown form ({error!r}).") from error
    if totals:
        raise NotThereError(
            f"{_url(resource)}: rows of totals among the others ({', '.join(sorted(totals))}), "
            "so that a sum would count twice."
        )
    if twice := len(whole_rows) - len(set(whole_rows)):
        raise NotThereError(f"{_url(resource)}: {twice} rows of sector {sector} stand twice.")
    frame = frame[frame["year"] >= first_year].reset_index(drop=True)
    if frame.empty:
        raise NotThereError(f"{_url(resource)}: no rows of {first_year} or later where {condition}.")
    return frame


def _rows(client: Client, resource: str, condition: str) -> list[dict[str, Any]]:
    """Return all rows that meet a condition. Raises NotThereError where there are none, SourceError where some lack."""
    path = f"{RESOURCES}/{resource}/data"
    expected = client.get(HOST, f"{path}/count", [("filter", condition)])
    if not isinstance(expected, int):
        raise SourceError(f"{HOST}{path}/count: a number was expected, not {str(expected)[:40]!r}.")
    if not expected:
        raise NotThereError(f"{_url(resource)}: no rows where {condition}.")
    rows: list[dict[str, Any]] = []
    while len(rows) < expected:
        page = client.get(HOST, path, [("filter", condition), ("limit", str(PAGE)), ("offset", str(len(rows)))])
        if not page or not isinstance(page, list):
            raise SourceError(f"{HOST}{path}: {len(rows)} rows came and {expected} were counted.")
        rows += page
    return rows


def _fields(client: Client, resource: str, titles: tuple[str, ...]) -> dict[str, str]:
    """Return title → name of the field in the rows, as the resource describes them.

    Raises NotThereError where the resource or a field is missing.
    """
    names = {_plain(name): name for name in field_names(client, resource)}
    missing = [title for title in titles if _plain(title) not in names]
    if missing:
        raise NotThereError(f"{_url(resource)}: no field {', '.join(missing)} among {', '.join(names.values())}.")
    return {title: names[_plain(title)] for title in titles}


def field_names(client: Client, resource: str) -> list[str]:
    """Return the names of a resource's fields. Raises NotThereError where there is no such resource, SourceError where
    they come in another form."""
    described = client.get(HOST, f"{RESOURCES}/{resource}")
    try:
        return [str(field["name"]) for field in described]
    except (KeyError, TypeError) as error:
        raise SourceError(f"{_url(resource)}: the fields came in an unknown form ({error!r}).") from error


def _url(resource: str) -> str:
    return f"{HOST}{RESOURCES}/{resource}"


def _plain(name: object) -> str:
    """Return a name without case, spaces and umlauts: the rows write Järjestäjä as jarjestaja."""
    return re.sub(r"\W|_", "", str(name)).lower().translate(str.maketrans("åäö", "aao"))
