"""Statistics Finland: net operating costs by task class, the price index of public expenditure, Paavo ages."""

import re

import pandas as pd

from kuntamittari import task_classes
from kuntamittari.errors import SourceError
from kuntamittari.sources.client import Client
from kuntamittari.sources.pxweb import Table, is_year, tables_in

COSTS = "Kuntien_talous_ja_toiminta/Kunnat/4._Kayttotalous_tehtavittain"
PRICES = "StatFin/jmhi/11m2.px"
PAAVO = "Postinumeroalueittainen_avoin_tieto/2020/paavo_9_koko_2020.px"

NET_COST = "Nettokäyttökustannukset"
THOUSAND_EUROS = re.compile(r"1\s?000\s?euroa|1\s?000\s?€", re.IGNORECASE)
AGE_BAND = re.compile(r"(?P<first>\d+)(?:-(?P<last>\d+) years| years or over),?\s+(?P<year>\d{4})")
OPEN_END = 120
PLACES = re.compile(r"(KU)?(\d{3})")


def cost_tables(client: Client) -> dict[int, str]:
    """Year → path of its table of net operating costs, as the folder lists them."""
    found = {}
    for name in tables_in(client, COSTS):
        year = re.search(r"_(\d{4})\.px$", name)
        if year:
            found[int(year[1])] = f"{COSTS}/{name}"
    return found


def net_operating_costs(client: Client, path: str) -> pd.DataFrame:
    """One year's net operating costs: municipality (code of that year), year, task_class, eur.

    Net costs are published in thousands of euros; the title says so, and it is checked.
    """
    table = Table(client, path)
    if not THOUSAND_EUROS.search(table.title):
        raise SourceError(f"{path}: the title does not say 1 000 euros but {table.title!r}; the unit may have changed.")
    area, time = table.area, table.time
    kind = table.variable("kind of cost", lambda v: NET_COST in v.labels.values())
    task = table.variable("task class", lambda v: task_classes.totals()["all"] in v.labels.values())
    unknown = sorted(set(map(task_classes.current_name, task.labels.values())) - task_classes.names())
    if unknown:
        raise SourceError(f"{path}: unknown task class {', '.join(unknown)}; add it to task_classes.yaml.")
    frame = table.fetch({
        area.code: area.codes(lambda code, _: bool(PLACES.fullmatch(code))),
        kind.code: kind.codes(lambda _, label: label == NET_COST),
        task.code: list(task.labels),
        time.code: list(time.labels),
    })  # fmt: skip
    return pd.DataFrame({
        "municipality": frame[area.code].map(plain_code),
        "year": frame[time.code].astype(int),
        "task_class": frame[task.code].map(task.labels).map(task_classes.current_name),
        "eur": (frame["value"] * 1000).round().astype("int64"),
    })  # fmt: skip


def price_index(client: Client) -> pd.DataFrame:
    """Price index of public expenditure, municipal economy, total, 2015 = 100: year, value."""
    table = Table(client, PRICES)
    time = table.time
    chosen = {time.code: time.codes(lambda code, _: is_year(code))}
    for variable in table.variables:
        if variable is time:
            continue
        total = variable.codes(lambda code, label: code == "SSS" or label.startswith(("Yhteensä", "Kunnat yhteensä")))
        index = variable.codes(lambda code, label: label.startswith("Pisteluku"))
        first = total or index
        if len(first) != 1:
            raise SourceError(f"{PRICES}: no single total in {variable.code}: {', '.join(variable.labels.values())}.")
        chosen[variable.code] = first
    frame = table.fetch(chosen)
    return pd.DataFrame({"year": frame[time.code].astype(int), "value": frame["value"]})


def paavo_ages(client: Client) -> pd.DataFrame:
    """Residents by Paavo's age bands (five-year groups from 20 on): municipality, year, age_from, age_to, persons.

    The English labels carry the band and the year ("65-69 years 2018 (HE)"); 85 or over runs to OPEN_END.
    """
    table = Table(client, PAAVO, "en")
    area = table.area
    content = next(v for v in table.variables if v is not area)
    bands = {code: found for code, label in content.labels.items() if (found := AGE_BAND.match(label))}
    if not bands:
        raise SourceError(f"{PAAVO}: no age bands among the contents; the headings have changed.")
    frame = table.fetch({
        area.code: area.codes(lambda code, _: bool(PLACES.fullmatch(code))),
        content.code: list(bands),
    })  # fmt: skip
    band = frame[content.code].map(bands)
    return pd.DataFrame({
        "municipality": frame[area.code].map(plain_code),
        "year": band.map(lambda b: int(b["year"])),
        "age_from": band.map(lambda b: int(b["first"])),
        "age_to": band.map(lambda b: int(b["last"] or OPEN_END)),
        "persons": frame["value"].astype("int64"),
    })  # fmt: skip


def plain_code(code: str) -> str:
    """KU091 and 091 alike as 091."""
    return code.removeprefix("KU")
