"""What is new in the figures and in the knowledge bank, the newest first.

Updates say what they changed (`query/history/revisions.py`); of data that no update has replaced yet, each source with
its years is new. An entry of the bank is new from the day on which its file says that it was added.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

import pandas as pd

from kuntamittari.catalog import knowledge_bank, provenance
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.query.history import revisions

MOST = 60  # entries
NAMED = 3  # figures of a revision that are named, the largest changes first, and entries of a day with many
MOST_OF_A_DAY = 6  # entries of the bank that are news each by itself


@dataclass(frozen=True)
class Entry:
    """One piece of news: `id`, stable; `when`, in UTC; title and text; the page that shows it, with its parameters."""

    id: str
    kind: Literal["years", "revised", "defined", "entry"]
    when: datetime
    title: str
    text: str
    path: str
    choices: Mapping[str, str] = field(default_factory=dict)


def entries(data: Database, t: Translator) -> list[Entry]:
    """Return what is new, the newest first. Raises DataError where the table of revisions cannot be read."""
    found = [*_first(data, t), *_updates(data, t), *_bank(t)]
    return sorted(found, key=lambda one: (-one.when.timestamp(), one.kind, one.id))[:MOST]


def _first(data: Database, t: Translator) -> Iterator[Entry]:
    """Yield the sources of a data set that has replaced none, each with its years."""
    if revisions.data_sets(data) or data.snapshot.invented:
        return
    manifest = data.snapshot.manifest
    when = _moment(manifest["retrieved"])
    for source, about in manifest.get("read", {}).items():
        if about["years"]:
            first, last = about["years"]
            yield _years(t, source, f"{first}–{last}" if first != last else str(first), when)


def _years(t: Translator, source: str, years: str, when: datetime) -> Entry:
    about = provenance.sources()[source]
    names = {"agency": about["agency"][t.language], "statistic": about["statistic"][t.language]}
    title, words = t("news.years", years=years, **names), t("news.years_text", table=about["table"])
    identity = years.replace("–", "-").replace(", ", "+")
    return Entry(f"years:{source}:{identity}:{when:%Y%m%dT%H%M%S}", "years", when, title, words, "aineistot")


def _updates(data: Database, t: Translator) -> Iterator[Entry]:
    """Yield what updates changed: new years by source, and by indicator what was revised or defined anew."""
    table = revisions.rows(data).to_pandas()
    catalogue, register = figures.catalogue(data), figures.register(data)
    table = table[table["indicator"].isin(catalogue) & table["municipality"].isin({*register, revisions.EVERY_PLACE})]
    for replaced, rows in table.groupby("replaced"):
        when = pd.Timestamp(replaced).to_pydatetime().replace(tzinfo=UTC)
        new = rows[rows["municipality"] == revisions.EVERY_PLACE]
        by_source: dict[str, set[int]] = {}
        for indicator, year in zip(new["indicator"], new["year"], strict=True):
            by_source.setdefault(catalogue[indicator].sources[0], set()).add(int(year))
        for source, years in by_source.items():
            yield _years(t, source, text.spans(sorted(years)), when)
        revised = rows[rows["municipality"] != revisions.EVERY_PLACE]
        for (indicator, cause), some in revised.groupby(["indicator", "cause"]):
            yield _revised(data, t, catalogue[indicator], cause, some, when)


def _revised(
    data: Database, t: Translator, indicator: Indicator, cause: str, rows: pd.DataFrame, when: datetime
) -> Entry:
    """Return the entry of the figures of an indicator that an update changed, the largest changes by name."""
    register = figures.register(data)
    places = set(rows["municipality"])
    years = text.spans(sorted({int(year) for year in rows["year"]}))
    change = (rows["after"] - rows["before"]).abs() / rows["before"].abs().where(rows["before"] != 0)
    largest = rows.assign(change=change).sort_values("change", ascending=False, na_position="last", kind="stable")

    def shown(value: float) -> str:
        return t.number(None if math.isnan(value) else value, indicator.decimals)

    def by(change: float) -> str:
        return "" if math.isnan(change) else f" ({text.signed(t, change, indicator.decimals)})"

    named = [
        t(
            "news.change",
            name=register[row["municipality"]][f"name_{t.language}"],
            year=row["year"],
            before=shown(row["before"]),
            after=shown(row["after"]),
            unit=indicator.unit[t.language],
            by=by(row["after"] - row["before"]),
        )
        for row in largest.head(NAMED).to_dict("records")
    ]
    title = t(
        "news.revised" if cause == "figures" else "news.defined",
        indicator=indicator.name[t.language],
        n=t.number(len(rows)),
        places=t.number(len(places)),
        years=years,
    )
    first = largest.iloc[0]
    choices = {"mittari": indicator.id, "vuosi": str(int(first["year"]))}
    choices |= {"kunta": first["municipality"]} if first["municipality"] != MAINLAND else {}
    kind: Literal["revised", "defined"] = "revised" if cause == "figures" else "defined"
    return Entry(f"{kind}:{indicator.id}:{when:%Y%m%dT%H%M%S}", kind, when, title, " ".join(named), "vertailu", choices)


def _bank(t: Translator) -> Iterator[Entry]:
    """Yield the entries of the knowledge bank from the day on which they were added; those of one day as one piece of
    news where they are many."""
    by_day: dict[date, list[knowledge_bank.Entry]] = {}
    for one in knowledge_bank.entries().values():
        by_day.setdefault(one.added, []).append(one)
    now = datetime.now(UTC)
    for day, added in by_day.items():
        when = datetime(day.year, day.month, day.day, tzinfo=UTC)
        names = [one.name.in_language(t.language)[0] for one in added]
        if when > now:
            continue
        if len(added) > MOST_OF_A_DAY:
            more = [t("news.more", n=len(added) - NAMED)]
            title, words = t("news.entries", n=len(added)), "; ".join([*names[:NAMED], *more])
            yield Entry(f"entries:{day}", "entry", when, title, words, "tietopankki")
            continue
        for one, name in zip(added, names, strict=True):
            words = one.text.in_language(t.language)[0]
            choices = {"kirjaus": one.id}
            yield Entry(f"entry:{one.id}", "entry", when, t("news.entry", name=name), words, "tietopankki", choices)


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
