"""Restate published figures to one division of municipalities (docs/methods.md 13): sums, merged shares, Mainland
Finland.

A `successor` maps each municipality code since 2015 to the code that holds its area in the division year.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from kuntamittari.catalog import measures
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.statuses import APPROXIMATE, FINAL, STATUSES
from kuntamittari.errors import DataError, SourceError
from kuntamittari.etl.sources import ages
from kuntamittari.etl.sources.treasury.packages import packages
from kuntamittari.query.snapshot import MAY_LACK

MAINLAND_NAMES = {"name_fi": "Manner-Suomi", "name_sv": "Fasta Finland", "name_en": "Mainland Finland"}
LARGEST = 20
SIZE_LIMITS = [5_000, 10_000, 20_000, 50_000, 100_000]  # residents; they bound the size classes 1 … 6
FIRST_PAAVO_AGE = 20  # other sources have younger ages by single year

BY_SERVICE = ("KKTPP",)  # packages whose reports have no cell where nothing was entered
PER_CENT = "per_cent"  # the unit of cells that cannot be added up

RESIDENTS, SHARE_OVER_64 = "key_M411", "key_M478"
AGES = ["year", "age_from", "age_to"]  # the keys of residents in a municipality


def residents(fetched: dict[str, Any], successor: dict[str, str]) -> pd.DataFrame:
    """Return residents by age in the division year, each age from the first source that has it (docs/methods.md 13).

    `fetched` has the frames of statfin_population, sotkanet_population and paavo, those of the editions of key_figures,
    and the optional one of statfin_age_shares, by source id. Columns: municipality, year, age_from, age_to, persons,
    status. Raises as `restated`.
    """
    paavo = fetched["paavo"]
    parts = [
        fetched["statfin_population"],
        fetched["sotkanet_population"],
        paavo[paavo["age_from"] >= FIRST_PAAVO_AGE],
        *(_over_64(edition) for edition in fetched["key_figures"]),
        *([fetched["statfin_age_shares"]] if "statfin_age_shares" in fetched else []),
    ]
    return ages.in_order_of_precedence([restated(part, AGES, "persons", successor) for part in parts])


def _over_64(edition: pd.DataFrame) -> pd.DataFrame:
    """Return residents aged 65 or over by the shares and residents of one edition of key figures."""

    def of(measure: str) -> pd.DataFrame:
        return edition[edition["measure"] == measure].drop(columns="measure")

    return ages.from_share(of(SHARE_OVER_64), of(RESIDENTS), 65)


def restated(frame: pd.DataFrame, keys: list[str], value: str, successor: dict[str, str]) -> pd.DataFrame:
    """Return the sums of a figure in the municipalities of the division year, with the weakest status of their parts
    (docs/methods.md 13).

    `frame` has municipality, the `keys` (the year among them) and `value`; without a status its rows are final. A
    municipality gets a figure only where every earlier municipality that the source lists for that year inside its
    present area has one: a part is not passed off as the whole.

    Raises SourceError for codes unknown to the classification, DataError for a figure that is given twice and for
    numbers of persons that are negative or, though published, not whole.
    """
    frame = frame if "status" in frame else frame.assign(status=FINAL)
    unknown = sorted(set(frame["municipality"].unique()) - set(successor))
    if unknown:
        raise SourceError(f"Municipality codes unknown to the classification service: {', '.join(unknown)}.")
    if frame.duplicated(["municipality", *keys]).any():
        twice = frame[frame.duplicated(["municipality", *keys])].iloc[0]
        raise DataError(
            f"The source gives {value} twice for municipality {twice['municipality']}, {twice[keys].to_dict()}."
        )
    if value == "persons" and (frame.loc[frame["status"] == FINAL, value] % 1 != 0).any():
        part = frame[(frame["status"] == FINAL) & (frame[value] % 1 != 0)].iloc[0]
        raise DataError(
            f"Residents are whole persons: municipality {part['municipality']}, {part[[*keys, value]].to_dict()}; "
            "the unit of the source may have changed."
        )
    if value == "persons" and (frame[value] < 0).any():  # before they are summed, which could hide it
        below = frame[frame[value] < 0].iloc[0]
        raise DataError(
            f"Numbers of residents are not negative: municipality {below['municipality']}, "
            f"{below[[*keys, value]].to_dict()}."
        )
    moved = frame.assign(
        origin=frame["municipality"],
        municipality=mapped(frame["municipality"], successor),
        rank=rank_of(frame["status"]),
    )
    moved["parts"] = moved.groupby(["municipality", "year"])["origin"].transform("nunique")
    grouped = moved.groupby(["municipality", *keys])
    sums = _summed(grouped, value, present=grouped.size(), parts=grouped["parts"].first())
    return with_status(sums[sums["present"] == sums["parts"]], keys, value)


def mainland_sums(frame: pd.DataFrame, keys: list[str], value: str, mainland: set[str]) -> pd.DataFrame:
    """Return the rows of area MA1: the sum where every municipality of `mainland` (codes) has the figure, else no
    row."""
    inside = frame[frame["municipality"].isin(mainland)].assign(rank=lambda f: rank_of(f["status"]))
    grouped = inside.groupby(keys)
    sums = _summed(grouped, value, present=grouped["municipality"].nunique())
    return with_status(sums[sums["present"] == len(mainland)].assign(municipality=MAINLAND), keys, value)


def _summed(grouped: Any, value: str, **more: pd.Series) -> pd.DataFrame:
    """Return a row for each group: its keys, total, weakest rank and what more is known of it.

    A column at a time: `agg` with names takes twice as long.
    """
    return pd.DataFrame({"total": grouped[value].sum(), "rank": grouped["rank"].max(), **more}).reset_index()


def cells_restated(frame: pd.DataFrame, successor: dict[str, str], mainland: set[str]) -> pd.DataFrame:
    """Return the State Treasury's cells in the division year, and their sums of the mainland where every municipality
    has reported. Percentages are those of unmerged municipalities; the mainland has no version and no approval. Raises
    as `restated`.
    """
    entered = _with_nothing_extraordinary(_with_nothing_entered(frame, successor))
    whole = entered.assign(year=lambda f: f["package"] + " " + f["period"])
    keys = ["year", "package", "period", "value_year", "column", "item", "service", "counterparty", "unit"]
    moved = whole["municipality"].map(successor)
    parts = whole.groupby([moved, whole["year"]])["municipality"].transform("nunique")
    summable = whole["unit"] != PER_CENT
    sums = restated(whole[summable | (parts == 1)], keys, "value", successor)
    sums = pd.concat([sums, mainland_sums(sums[sums["unit"] != PER_CENT], keys, "value", mainland)], ignore_index=True)
    reports = whole.assign(municipality=moved).groupby(["municipality", "year"])
    about = reports.agg(approved=("approved", "max"), version=("version", _only)).reset_index()
    # sums of cents in binary fractions may be off by less than a cent
    return sums.merge(about, how="left", on=["municipality", "year"]).drop(columns="year").round({"value": 2})


def _with_nothing_entered(frame: pd.DataFrame, successor: dict[str, str]) -> pd.DataFrame:
    """Return cells with a zero for each figure by service that only another part of a merged municipality has.

    A report by service has no cell where nothing was entered (docs/methods.md 22).
    """
    by_service = frame[frame["package"].isin(BY_SERVICE)]
    report = ["package", "period"]
    moved = by_service.assign(area=by_service["municipality"].map(successor))
    parts = moved[["area", "municipality", *report, "version", "approved"]].drop_duplicates(["municipality", *report])
    merged = parts[parts.groupby(["area", *report])["municipality"].transform("size") > 1]
    if merged.empty:
        return frame
    figures = moved.drop(columns=["municipality", "value", "version", "approved"]).drop_duplicates()
    zeros = merged.merge(figures, on=["area", *report]).assign(value=0.0)[frame.columns]
    return pd.concat([frame, zeros], ignore_index=True).drop_duplicates(
        [*frame.columns.drop(["value", "version", "approved", "status"])]
    )


def _with_nothing_extraordinary(frame: pd.DataFrame) -> pd.DataFrame:
    """Return cells with a zero for each optional item of an identity that a report lacks and another of its package and
    period has.

    The identity holds in the report without the item, so it is nothing there; without the zero, the sum of reports
    would lack what some of them have, and break the identity.
    """
    report = ["municipality", "package", "period", "value_year", "column"]
    zeros = []
    for name, package in packages().items():
        of_package = frame[frame["package"] == name]
        for identity in package.sums:
            items = of_package.groupby(report)["item"].agg(set)
            whole = items[[set(identity.required) <= found for found in items]]
            for item in identity.optional:
                periods = set(of_package.loc[of_package["item"] == item, "period"])
                without = whole[[item not in found for found in whole]].reset_index()[report]
                totals = of_package[(of_package["item"] == identity.total) & of_package["period"].isin(periods)]
                zeros.append(totals.merge(without, on=report)[frame.columns].assign(item=item, value=0.0))
    return pd.concat([frame, *filter(len, zeros)], ignore_index=True)


def missing_restated(missing: Iterable[NamedTuple], successor: dict[str, str]) -> pd.DataFrame:
    """Return what is missing of reports in the division year: of a merged municipality, what any part lacks."""
    frame = pd.DataFrame(missing, columns=MAY_LACK["missing_cells"].names)
    return frame.assign(municipality=frame["municipality"].map(successor)).drop_duplicates()


def _only(values: pd.Series) -> str | None:
    """Return the value that all have; None where they differ."""
    return values.iloc[0] if values.nunique() == 1 else None


def mapped(column: pd.Series, values: Mapping[Any, Any]) -> pd.Series:
    """Return what `values` has for each entry of a column, as `column.map` does, asked once for each distinct entry:
    a column of a million rows has a few hundred."""
    places, distinct = pd.factorize(column, use_na_sentinel=False)
    return pd.Series(pd.Index(distinct).map(values).take(places), index=column.index, name=column.name)


def rank_of(status: pd.Series) -> pd.Series:
    """Return the places of statuses in STATUSES: the weaker, the higher."""
    return mapped(status, {name: place for place, name in enumerate(STATUSES)})


def with_status(sums: pd.DataFrame, keys: list[str], value: str) -> pd.DataFrame:
    """Return sums (columns total and rank) as municipality, keys, value and the status of the rank."""
    statuses = mapped(sums["rank"], dict(enumerate(STATUSES)))
    return (
        sums.assign(status=statuses)
        .rename(columns={"total": value})[["municipality", *keys, value, "status"]]
        .reset_index(drop=True)
    )


def measures_restated(frame: pd.DataFrame, successor: dict[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the counts and the rates of a source (municipality, year, measure, value) in the division year.

    The counts include those that are a published figure per resident times residents, which are approximate. Raises as
    `restated`.
    """
    counts = frame["measure"].isin([name for name in frame["measure"].unique() if measures.is_count(name)])
    rates = pd.concat([unmerged(frame[~counts], successor), merged_shares(frame, successor)])
    counted = pd.concat([frame[counts].assign(status=FINAL), _times_residents(frame)], ignore_index=True)
    return restated(counted, ["year", "measure"], "value", successor), rates


def _times_residents(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the totals of the figures per resident that a source publishes, which can be added up over mergers."""
    totals = {rate: total for total, rate in measures.per_resident().items()}
    persons = frame[frame["measure"] == RESIDENTS].set_index(["municipality", "year"])["value"].rename("persons")
    published = frame[frame["measure"].isin(totals)].join(persons, on=["municipality", "year"], how="inner")
    euros = (published["value"] * published["persons"]).round()
    return published.assign(measure=published["measure"].map(totals), value=euros, status=APPROXIMATE).drop(
        columns="persons"
    )


def editions_restated(editions: list[pd.DataFrame], successor: dict[str, str]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the counts and the rates of several editions of a source in the division year, the newest first.

    Each edition lists municipalities in a division of its own, so that each is restated by itself; each municipality,
    year and measure then has the figure of the newest edition that has one. Raises as `restated`.
    """
    counts, rates = zip(*(measures_restated(edition, successor) for edition in editions), strict=True)
    return _first_of_each(counts), _first_of_each(rates)


def _first_of_each(frames: Iterable[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True).drop_duplicates(["municipality", "year", "measure"])


def unmerged(frame: pd.DataFrame, successor: dict[str, str]) -> pd.DataFrame:
    """Return the published rates of municipalities whose area the source lists as one; rates of merged ones cannot be
    added up."""
    moved = frame.assign(origin=frame["municipality"], municipality=frame["municipality"].map(successor))
    parts = moved.groupby(["municipality", "year"])["origin"].transform("nunique")
    return (
        moved[(parts == 1) & (moved["origin"] == moved["municipality"])].drop(columns="origin").assign(status="final")
    )


def merged_shares(frame: pd.DataFrame, successor: dict[str, str]) -> pd.DataFrame:
    """Return the shares of residents in merged municipalities, in percent: the means of their parts weighted by
    residents (docs/methods.md 13), approximate since published shares are rounded."""
    keys = ["year", "measure"]
    persons = frame[frame["measure"] == RESIDENTS][["municipality", "year", "value"]].rename(
        columns={"value": "residents"}
    )
    shares = frame[frame["measure"].isin(measures.shares_of_residents())].merge(persons, on=["municipality", "year"])
    moved = shares["municipality"].map(successor)
    shares = shares[moved.groupby([moved, shares["year"], shares["measure"]]).transform("size") > 1]
    weighted = restated(shares.assign(value=shares["value"] * shares["residents"]), keys, "value", successor)
    weights = restated(shares[["municipality", *keys, "residents"]], keys, "residents", successor)["residents"]
    return weighted.assign(value=weighted["value"] / weights, status="approximate")


def with_sizes(register: pd.DataFrame, population: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the register with residents at 31 December of `year` and what follows from them: largest_20 and
    size_class."""
    whole = population[(population["age_from"] == 0) & (population["age_to"] == 120) & (population["year"] == year)]
    persons = register["code"].map(whole.set_index("municipality")["persons"])
    order = persons.rank(method="first", ascending=False)
    size = pd.cut(persons, [0, *SIZE_LIMITS, float("inf")], labels=False, right=False) + 1
    return register.assign(
        residents=persons.astype("Int64"), largest_20=order <= LARGEST, size_class=size.astype("Int8")
    )


def mainland_row() -> pd.DataFrame:
    """Return Mainland Finland (MA1) as a row of the register: a reference area with names and without groupings."""
    return pd.DataFrame([{"code": MAINLAND, **MAINLAND_NAMES, "aland": False, "largest_20": False, "loaded": True}])
