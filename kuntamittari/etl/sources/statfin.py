"""Fetch tables of Statistics Finland: costs, statements, key figures, residents, projection, price index."""

import re

import pandas as pd

from kuntamittari.catalog import task_classes
from kuntamittari.catalog.statuses import FINAL
from kuntamittari.errors import SourceError
from kuntamittari.etl.client import Client
from kuntamittari.etl.sources import ages
from kuntamittari.etl.sources.pxweb import Table, Variable, folders_in, is_year, tables_in

COSTS = "Kuntien_talous_ja_toiminta/Kunnat/4._Kayttotalous_tehtavittain"
STATEMENTS = "Kuntien_talous_ja_toiminta/Kunnat/1._Ulkoiset_tilinpaatoslaskelmat"
KEY_FIGURES = "Kuntien_avainluvut"
FIRST_EDITION, NEWEST_EDITION = 2019, "uusin"  # of key figures; earlier ones add nothing
EVERY_EDITION_HAS = "M411"  # residents
POPULATION = "StatFin/vaerak/11re.px"
AGE_SHARES = "StatFin/vaerak/11ra.px"
ALL_RESIDENTS = "vaerak-vaesto"
SHARES = {"vaesto_alle15_p": (0, 14), "vaesto_yli64_p": (65, ages.WHOLE_LIFE[1])}  # contents of 11ra → ages
PROJECTION = "StatFin/vaenn/14wx.px"
EDITION = re.compile(r"vaesto_e(\d\d)")  # code of the contents of a projection, with the year in which it was made
CHILDREN_IN_CARE = "StatFin/vaka/14jt.px"
PRICES = "StatFin/jmhi/11m2.px"
PAAVO = "Postinumeroalueittainen_avoin_tieto/2020/paavo_9_koko_2020.px"
TAX_REVENUE = "Verotulot"
NET_COST = "Nettokäyttökustannukset"
THOUSAND_EUROS = re.compile(r"1\s?000\s?euroa|1\s?000\s?€", re.IGNORECASE)
AGE_BAND = re.compile(r"(?P<first>\d+)(?:-(?P<last>\d+) years| years or over),?\s+(?P<year>\d{4})")
OPEN_END = 120
PLACES = re.compile(r"(KU)?(\d{3})")


def yearly_tables(client: Client, folder: str) -> dict[int, str]:
    """Return year → path of its table in an archive folder (COSTS or STATEMENTS), as the folder lists them."""
    tables = {}
    for name in tables_in(client, folder):
        year = re.search(r"_(\d{4})\.px$", name)
        if year:
            tables[int(year[1])] = f"{folder}/{name}"
    return tables


def places(variable: Variable) -> list[str]:
    """Return the codes of an area variable that are municipalities."""
    return variable.codes(lambda code, _: bool(PLACES.fullmatch(code)))


def in_thousands(table: Table) -> None:
    """Raise SourceError unless the title says that the figures are thousands of euros."""
    if not THOUSAND_EUROS.search(table.title):
        raise SourceError(
            f"{table.path}: the title does not say 1 000 euros but {table.title!r}; the unit may have changed."
        )


def net_operating_costs(client: Client, path: str) -> pd.DataFrame:
    """Return one year's net operating costs: municipality (code of that year), year, task_class, eur (euros).

    Raises SourceError where the table is not in thousands of euros, as its title says, or has an unknown task class.
    """
    table = Table(client, path)
    in_thousands(table)
    area, time = table.area, table.time
    kind = table.variable("kind of cost", lambda v: NET_COST in v.labels.values())
    task = table.variable("task class", lambda v: task_classes.totals()["all"] in v.labels.values())
    unknown = sorted(set(map(task_classes.current_name, task.labels.values())) - task_classes.names())
    if unknown:
        raise SourceError(f"{path}: unknown task class {', '.join(unknown)}; add it to task_classes.yaml.")
    frame = table.fetch(
        {
            area.code: places(area),
            kind.code: kind.codes(lambda _, label: label == NET_COST),
            task.code: list(task.labels),
            time.code: list(time.labels),
        }
    )
    return pd.DataFrame(
        {
            "municipality": plain_codes(frame[area.code]),
            "year": frame[time.code].astype(int),
            "task_class": frame[task.code].map(task.labels).map(task_classes.current_name),
            "eur": (frame["value"] * 1000).round().astype("int64"),
        }
    )


def price_index(client: Client) -> pd.DataFrame:
    """Return the price index of public expenditure, municipal economy, total: year, value (2015 = 100).

    Raises SourceError where a variable has no single total.
    """
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


def paavo_ages(client: Client, first_year: int) -> pd.DataFrame:
    """Return residents by Paavo's age bands, of five years from 20 on: municipality, year, age_from, age_to, persons.

    The English labels have the band and the year ("65-69 years 2018 (HE)"); 85 or over ends at OPEN_END. Raises
    SourceError where no content is a band.
    """
    table = Table(client, PAAVO, "en")
    area = table.area
    content = next(v for v in table.variables if v is not area)
    bands = {code: match for code, label in content.labels.items() if (match := AGE_BAND.match(label))}
    if not bands:
        raise SourceError(f"{PAAVO}: no age bands among the contents; the headings have changed.")
    frame = table.fetch(
        {
            area.code: places(area),
            content.code: [code for code, band in bands.items() if int(band["year"]) >= first_year],
        }
    )
    band = frame[content.code].map(bands)
    return pd.DataFrame(
        {
            "municipality": plain_codes(frame[area.code]),
            "year": band.map(lambda b: int(b["year"])),
            "age_from": band.map(lambda b: int(b["first"])),
            "age_to": band.map(lambda b: int(b["last"] or OPEN_END)),
            "persons": frame["value"],
        }
    )


def plain_codes(codes: pd.Series) -> pd.Series:
    """Return municipality codes without the prefix of current tables: KU091 and 091 as 091."""
    return codes.str.removeprefix("KU")


def financial_statements(client: Client, path: str) -> pd.DataFrame:
    """Return one year's external financial statements: municipality (code of that year), year, item, eur (euros).

    Items are named by their Finnish label.

    Raises SourceError where the table is not in thousands of euros, two items have the same name, or one is missing.
    """
    table = Table(client, path)
    in_thousands(table)
    area, time = table.area, table.time
    item = table.variable("statement item", lambda v: TAX_REVENUE in v.labels.values())
    if len(set(item.labels.values())) < len(item.labels):
        raise SourceError(f"{path}: two statement items have the same name; the items can no longer be told apart.")
    renamed = sorted(task_classes.own_items() - set(item.labels.values()))
    if renamed:
        raise SourceError(
            f"{path}: the statement item {', '.join(renamed)} is missing or renamed; see statement_items.yaml."
        )
    frame = table.fetch({area.code: places(area), item.code: list(item.labels), time.code: list(time.labels)})
    return pd.DataFrame(
        {
            "municipality": plain_codes(frame[area.code]),
            "year": frame[time.code].astype(int),
            "item": frame[item.code].map(item.labels),
            "eur": (frame["value"] * 1000).round().astype("int64"),
        }
    )


def key_figures(client: Client, codes: dict[str, str], first_year: int) -> list[pd.DataFrame]:
    """Return municipal key figures from a year on, one frame an edition, the newest first: municipality (code of the
    edition's division), year, measure, value (unit of the measure).

    `codes` has the measure by the table's code. An edition need not have every measure: later ones lack the economy.
    Raises SourceError where no edition has a table of key figures.
    """
    editions = [
        _key_figures(table, key_figure(table), codes, first_year)
        for edition in editions_of_key_figures(client)
        for table in (Table(client, f"{edition}/{name}") for name in tables_in(client, edition))
        if key_figure(table) and len(table.time.labels) > 1  # not the table of one year
    ]
    if not editions:
        raise SourceError(f"{KEY_FIGURES}: no edition has a time series of key figures with {EVERY_EDITION_HAS}.")
    return editions


def editions_of_key_figures(client: Client) -> list[str]:
    """Return the folders of the editions of key figures, the newest first, as the service lists them."""
    names = folders_in(client, KEY_FIGURES)
    years = sorted((name for name in names if is_year(name) and int(name) >= FIRST_EDITION), reverse=True)
    return [f"{KEY_FIGURES}/{name}" for name in (*(n for n in names if n == NEWEST_EDITION), *years)]


def key_figure(table: Table) -> Variable | None:
    """Return the variable of a table that tells key figures apart; None where it has none."""
    return next((v for v in table.variables if EVERY_EDITION_HAS in v.labels), None)


def _key_figures(table: Table, content: Variable | None, codes: dict[str, str], first_year: int) -> pd.DataFrame:
    area, time = table.area, table.time
    assert content
    years = time.codes(lambda code, _: is_year(code) and int(code) >= first_year)
    known = content.codes(lambda code, _: code in codes)
    frame = table.fetch({area.code: places(area), content.code: known, time.code: years})
    return pd.DataFrame(
        {
            "municipality": plain_codes(frame[area.code]),
            "year": frame[time.code].astype(int),
            "measure": frame[content.code].map(codes),
            "value": frame["value"],
        }
    )


def population(client: Client, first_year: int) -> pd.DataFrame:
    """Return residents at 31 December by age and in all (0–120): municipality, year, age_from, age_to, persons.

    Raises SourceError where the table has several contents.
    """
    table = Table(client, POPULATION)
    contents = table.contents.labels
    if len(contents) != 1:
        raise SourceError(f"{POPULATION}: one content was expected, not {', '.join(contents.values())}.")
    return _by_age(table, table.time.codes(lambda code, _: int(code) >= first_year), next(iter(contents)))


def projection(client: Client) -> pd.DataFrame:
    """Return the newest population projection that the table has, in the years that it lists: municipality, year,
    age_from, age_to, persons, made.

    `made`: the year of the projection, from the code of its contents. Raises SourceError where no code has one.
    """
    table = Table(client, PROJECTION)
    editions = {2000 + int(found[1]): code for code in table.contents.labels if (found := EDITION.fullmatch(code))}
    if not editions:
        raise SourceError(
            f"{PROJECTION}: the contents {', '.join(table.contents.labels)} do not say when the projection was made."
        )
    made = max(editions)
    return _by_age(table, list(table.time.labels), editions[made]).assign(made=made)


def age_shares(client: Client, first_year: int) -> pd.DataFrame:
    """Return residents at 31 December in all, under 15 and over 64, from a table of residents and shares: municipality,
    year, age_from, age_to, persons, status.

    The shares are published with one decimal, so that the age groups are approximate. Raises SourceError where the
    table lacks one of the contents.
    """
    table = Table(client, AGE_SHARES)
    area, time, content = table.area, table.time, table.contents
    wanted = [ALL_RESIDENTS, *SHARES]
    if lacking := [code for code in wanted if code not in content.labels]:
        raise SourceError(f"{AGE_SHARES}: no {', '.join(lacking)} among {', '.join(content.labels)}.")
    years = time.codes(lambda code, _: is_year(code) and int(code) >= first_year)
    frame = table.fetch({area.code: places(area), time.code: years, content.code: wanted})
    figures = pd.DataFrame(
        {
            "municipality": plain_codes(frame[area.code]),
            "year": frame[time.code].astype(int),
            "value": frame["value"],
        }
    )
    total = figures[frame[content.code] == ALL_RESIDENTS]
    first, last = ages.WHOLE_LIFE
    everybody = total.rename(columns={"value": "persons"}).assign(age_from=first, age_to=last, status=FINAL)
    groups = [
        ages.from_share(figures[frame[content.code] == code], total, *age_group) for code, age_group in SHARES.items()
    ]
    return pd.concat([everybody, *groups], ignore_index=True)


def _by_age(table: Table, years: list[str], contents: str) -> pd.DataFrame:
    area, time, age = table.area, table.time, table.age
    frame = table.fetch(
        {area.code: places(area), time.code: years, age.code: list(age.labels), table.contents.code: [contents]}
    )
    first = frame[age.code].map({code: 0 if code == "SSS" else int(re.sub(r"\D", "", code)) for code in age.labels})
    open_ended = frame[age.code].map({code: code == "SSS" or code.endswith("-") for code in age.labels})
    return pd.DataFrame(
        {
            "municipality": plain_codes(frame[area.code]),
            "year": frame[time.code].astype(int),
            "age_from": first,
            "age_to": first.where(~open_ended, OPEN_END),
            "persons": frame["value"],
        }
    )


def children_in_care(client: Client, first_year: int) -> pd.DataFrame:
    """Return children in early childhood education and care: municipality, year, measure, value (persons).

    Åland is not covered and has no rows.
    """
    table = Table(client, CHILDREN_IN_CARE)
    area, time, content = table.area, table.time, table.contents
    children = content.codes(lambda code, _: code == "vaka_lapsi_lkm")
    frame = table.fetch(
        {
            area.code: places(area),
            time.code: time.codes(lambda code, _: int(code) >= first_year),
            content.code: children,
        }
    )
    return children_frame(frame, area.code, time.code)


def children_frame(frame: pd.DataFrame, area: str, time: str) -> pd.DataFrame:
    """Return the tidy answer of table 14jt as measure vaka_children.

    A zero is not a count: Åland is not covered, and children of a mainland municipality with zero are counted where
    their day-care centre is.
    """
    frame = frame[(frame["value"] > 0) & frame[area].str.fullmatch(PLACES)]
    return pd.DataFrame(
        {
            "municipality": plain_codes(frame[area]),
            "year": frame[time].astype(int),
            "measure": "vaka_children",
            "value": frame["value"],
        }
    )
