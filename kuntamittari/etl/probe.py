"""Ask every official service what it has, and compare that with what the importer was last tried against.

Nothing is loaded or written. What is expected is `expected.yaml`: source → fact → values. A value that a service has
besides may be a new year to load; one that it no longer has will stop the next update.
"""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kuntamittari import yaml_file
from kuntamittari.catalog import measures
from kuntamittari.errors import NotThereError, SourceError, UnreachableError
from kuntamittari.etl.client import Client
from kuntamittari.etl.sources import boundaries, classification, pxweb, sotkanet, statfin, vipunen
from kuntamittari.etl.sources.treasury import catalogue, taxonomy
from kuntamittari.etl.sources.treasury.packages import packages

EXPECTED = Path(__file__).parent / "expected.yaml"
HERE = "kuntamittari/etl/sources"
Facts = dict[str, list[str]]  # what a service has: years, variables, contents, …
MOST_NAMED = 12  # values of a fact that a line names
SMALL_TAXONOMIES = ("KTAS", "TOTT", "KKOTR")  # packages whose taxonomies are small enough to be asked for: to 1.3 MB


@dataclass(frozen=True)
class Finding:
    """What was found at one source.

    `gone`, `new`: fact → values that are expected and not there, and the other way round; `unreachable`: why the
    service did not answer; `absent`: why it does not have what is asked for, or has another form; `mend`: the file that
    reads it.
    """

    source: str
    mend: str
    facts: Facts
    gone: Mapping[str, list[str]]
    new: Mapping[str, list[str]]
    unreachable: str = ""
    absent: str = ""

    @property
    def is_ok(self) -> bool:
        """Whether the service has what is expected, no more and no less."""
        return not (self.gone or self.new or self.unreachable or self.absent)

    def line(self) -> str:
        """Return the finding as one line: ok, changed (what, and where to mend it), or unreachable."""
        if self.unreachable:
            return f"{self.source}: unreachable: {self.unreachable}"
        if self.absent:
            return f"{self.source}: changed: {self.absent} Mend {self.mend}."
        if self.is_ok:
            return f"{self.source}: ok: {'; '.join(f'{fact} {_listed(found)}' for fact, found in self.facts.items())}"
        parts = [f"{fact} no longer there: {_listed(values)}" for fact, values in self.gone.items()]
        parts += [f"{fact} new: {_listed(values)}" for fact, values in self.new.items()]
        what_now = f"mend {self.mend}" if self.gone else f"try `update` and note it in {EXPECTED.name}"
        return f"{self.source}: changed: {'; '.join(parts)}; {what_now}."


def _listed(values: list[str]) -> str:
    """Return values as text: years that follow each other as a span, many values by number."""
    if not values:
        return "none"
    if len(values) > 2 and all(value.isdecimal() for value in values):
        years = [int(value) for value in values]
        if years == list(range(years[0], years[-1] + 1)):
            return f"{values[0]}–{values[-1]}"
    return ", ".join(values) if len(values) <= MOST_NAMED else f"{', '.join(values[:3])} … ({len(values)})"


def probe(base: str | None, interval: float, only: str | None = None) -> Iterator[Finding]:
    """Yield a finding for each source, or for one. `base`, `interval`: as those of `update`."""
    expected: Mapping[str, Facts] = yaml_file.read(EXPECTED)
    with tempfile.TemporaryDirectory() as place, Client(base=base, interval=interval, cache=Path(place)) as client:
        for source, (ask, mend) in SOURCES.items():
            if only in (None, source):
                client.source = source
                yield _found(client, source, ask, f"{HERE}/{mend}", expected.get(source, {}))


def _found(client: Client, source: str, ask: Callable[[Client], Facts], mend: str, expected: Facts) -> Finding:
    try:
        facts = ask(client)
    except UnreachableError as error:
        return Finding(source, mend, {}, {}, {}, unreachable=str(error))
    except (NotThereError, SourceError) as error:
        return Finding(source, mend, {}, {}, {}, absent=str(error))
    gone = {fact: missing for fact, values in expected.items() if (missing := _but(values, facts.get(fact, [])))}
    new = {fact: more for fact, values in expected.items() if (more := _but(facts.get(fact, []), values))}
    return Finding(source, mend, facts, gone, new)


def _but(values: list[str], others: list[str]) -> list[str]:
    return [value for value in values if value not in others]


# What each service has


def _table(table: pxweb.Table, *, contents: bool = False) -> Facts:
    """Return the variables and years of a table, and where `contents` the codes of its contents."""
    facts = {"variables": [v.code for v in table.variables], "years": sorted(table.time.labels)}
    return facts | {"contents": list(table.contents.labels)} if contents else facts


def _yearly(folder: str) -> Callable[[Client], Facts]:
    def ask(client: Client) -> Facts:
        tables = statfin.yearly_tables(client, folder)
        if not tables:
            raise NotThereError(f"{folder}: the folder lists no table of a year.")
        newest = pxweb.Table(client, tables[max(tables)])
        statfin.in_thousands(newest)
        return {"years": [str(year) for year in sorted(tables)], "variables": [v.code for v in newest.variables]}

    return ask


def _of(path: str, contents: bool = False) -> Callable[[Client], Facts]:
    return lambda client: _table(pxweb.Table(client, path), contents=contents)


def _editions(folder: str) -> Callable[[Client], Facts]:
    """Ask for the editions of a folder, and for the years and contents of the newest table of each."""

    def ask(client: Client) -> Facts:
        editions = pxweb.folders_in(client, folder)
        return {"editions": sorted(editions)}

    return ask


def _sotkanet(indicators: list[int]) -> Callable[[Client], Facts]:
    def ask(client: Client) -> Facts:
        facts: Facts = {"indicators": [], "last years": []}
        for indicator in indicators:
            about = client.get(sotkanet.HOST, f"/rest/1.1/indicators/{indicator}")
            try:
                facts["indicators"].append(f"{about['id']} {about['title']['fi']}")
                facts["last years"].append(f"{about['id']}: {about['range']['end']}")
            except (KeyError, TypeError) as error:
                raise SourceError(
                    f"{sotkanet.HOST}: the description of indicator {indicator} came in an unknown form ({error!r})."
                ) from error
        return facts | {"municipalities": [str(len(sotkanet.municipality_codes(client)))]}

    return ask


def _classification(client: Client) -> Facts:
    municipalities = classification.municipalities(client)
    former = classification.former(client)
    return {
        "municipalities": [str(len(municipalities))],
        "former": sorted(one["code"] for ended in former.values() for one in ended),
    }


def _boundaries(client: Client) -> Facts:
    return {"layer": boundaries.layers(client, classification.DIVISION_YEAR)[:1]}


def _vipunen(client: Client) -> Facts:
    resources = (vipunen.VOLUMES, vipunen.COSTS)
    return {f"fields of {resource}": vipunen.field_names(client, resource) for resource in resources}


def _state_treasury(client: Client) -> Facts:
    listed, _ = catalogue.documents(client, packages())
    periods = {name: {one.period for one in listed if one.package == name} for name in packages()}
    facts = {f"periods of {name}": sorted(found) for name, found in periods.items()}
    facts |= {f"items of {name}": _items(client, name) for name in SMALL_TAXONOMIES}
    return facts | {"taxonomies": taxonomy.listed(client)}


def _items(client: Client, name: str) -> list[str]:
    """Return the items of a package whose labels the newest version of its taxonomy has; none without a taxonomy."""
    try:
        known = taxonomy.read(client, packages()[name])
    except NotThereError:
        return []
    newest = max(known.versions, key=lambda version: version.rpartition("/")[2], default="")
    found = [cell for (version, _), cell in known.cells.items() if version == newest]
    return sorted({f"{cell.service} {cell.item}".strip() for cell in found})


def _wanted(source: str) -> list[int]:
    return sorted({about["indicator"] for about in measures.of_source(source).values()})


# source → how it is asked, and the module that reads it
SOURCES: Mapping[str, tuple[Callable[[Client], Facts], str]] = {
    "classification": (_classification, "classification.py"),
    "kta_costs": (_yearly(statfin.COSTS), "statfin.py"),
    "kta_statements": (_yearly(statfin.STATEMENTS), "statfin.py"),
    "statfin_population": (_of(statfin.POPULATION, contents=True), "statfin.py"),
    "statfin_age_shares": (_of(statfin.AGE_SHARES, contents=True), "statfin.py"),
    "sotkanet_population": (_sotkanet([sotkanet.ALL_RESIDENTS, sotkanet.AGE_ZERO]), "sotkanet.py"),
    "paavo": (_editions("Postinumeroalueittainen_avoin_tieto"), "statfin.py"),
    "key_figures": (_editions("Kuntien_avainluvut"), "statfin.py"),
    "sotkanet_outcomes": (_sotkanet(_wanted("sotkanet_outcomes")), "sotkanet.py"),
    "population_projection": (_of(statfin.PROJECTION, contents=True), "statfin.py"),
    "price_index": (_of(statfin.PRICES), "statfin.py"),
    "statfin_vaka": (_of(statfin.CHILDREN_IN_CARE, contents=True), "statfin.py"),
    "vipunen": (_vipunen, "vipunen.py"),
    "state_treasury": (_state_treasury, "treasury/packages.yaml"),
    "boundaries": (_boundaries, "boundaries.py"),
}


def facts_of(findings: Iterator[Finding]) -> dict[str, Any]:
    """Return what services had, in the form of `expected.yaml`; sources that did not answer are left out."""
    return {finding.source: finding.facts for finding in findings if finding.facts}
