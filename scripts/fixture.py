"""Record tests/data anew: the answers of an update of 25 municipalities, and published figures to compare it with.

    .venv/bin/python -m scripts.fixture

The importer asks the replica of the official interfaces in ../shared, which is started without its made-up figures.
Every list of municipalities is cut to those of the fixture before the importer reads it, so that it requests only their
figures. Equal figures give equal files.
"""

import csv
import json
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kuntamittari import settings
from kuntamittari.catalog import provenance
from kuntamittari.etl import raw
from kuntamittari.etl.client import Client, Parser, Taking
from kuntamittari.etl.publish import SOURCES, Order, Tables
from kuntamittari.etl.update import TREASURY, Progress, load
from kuntamittari.query.snapshot import MANIFEST

SHARED = settings.ROOT.parent / "shared"
FIXTURE = settings.ROOT / "tests" / "data"
YEARS = (2015, 2016, 2017, 2018, 2019)
RETRIEVED = datetime(2026, 11, 29, tzinfo=UTC)  # the day of the figures in ../shared; set it anew with them
# the second computation of the recorded figures is of the statistics, which the State Treasury's would continue
NOT_ASKED = "It was not asked when these answers were recorded."
LARGEST = {
    "049": "Espoo",
    "091": "Helsinki",
    "092": "Vantaa",
    "109": "Hämeenlinna",
    "167": "Joensuu",
    "179": "Jyväskylä",
    "285": "Kotka",
    "286": "Kouvola",
    "297": "Kuopio",
    "398": "Lahti",
    "405": "Lappeenranta",
    "491": "Mikkeli",
    "564": "Oulu",
    "609": "Pori",
    "698": "Rovaniemi",
    "734": "Salo",
    "743": "Seinäjoki",
    "837": "Tampere",
    "853": "Turku",
    "905": "Vaasa",
}
OTHERS = {
    "214": "Kankaanpää",  # Honkajoki was merged into it in 2021
    "235": "Kauniainen",
    "478": "Mariehamn",
    "507": "Mäntyharju",  # Pertunmaa was merged into it in 2025
    "890": "Utsjoki",
}
MUNICIPALITIES = {**LARGEST, **OTHERS}
GOLDEN = ("indicator", "municipality", "year", "numerator", "denominator", "value")


class Excerpt(Client):
    """A client that leaves the municipalities outside the fixture out of every answer that it cannot request in part.

    Tables are requested by the codes in their metadata: where these are cut, the service answers with the rest.
    """

    def __init__(self, *, base: str, cache: Path):
        super().__init__(base=base, interval=0, cache=cache)
        self.started = RETRIEVED
        self.codes = set(MUNICIPALITIES)  # with those merged into them, as soon as the classification has named them
        self.regions: set[int] = set()  # Sotkanet's ids of the municipalities

    def _attempts(self, method: str, url: str, body: str | None, parse: Parser, taking: Taking) -> tuple[bytes, bool]:
        content, made_up = super()._attempts(method, url, body, parse, taking)
        for path, cut in self._cuts().items():
            if method == "GET" and path in url:
                answer = parse(content)
                return json.dumps(cut(answer), ensure_ascii=False, separators=(",", ":")).encode(), made_up
        return content, made_up

    def _cuts(self) -> dict[str, Callable[[Any], Any]]:
        """Return what to leave out of an answer, by a part of its address."""
        return {
            "%23kunta_1_": self._successors,
            "/correspondenceTables/": lambda rows: [row for row in rows if row["sourceItem"]["code"] in self.codes],
            "/PxWeb/": self._metadata,
            "/rest/1.1/regions": self._regions,
            "/rest/1.1/json": lambda rows: [row for row in rows if row["region"] in self.regions],
            "GetFeature": self._features,
        }

    def _successors(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        inside = [row for row in rows if row["targetItem"]["code"] in MUNICIPALITIES]
        self.codes |= {row["sourceItem"]["code"] for row in inside}
        return inside

    def _metadata(self, table: Any) -> Any:
        """Leave municipalities out of a table's variables; a folder's list of tables stays whole."""
        for variable in table["variables"] if isinstance(table, dict) else []:
            plain = [code.removeprefix("KU") for code in variable["values"]]
            if {"091", "837"} <= set(plain):
                kept = [place for place, code in enumerate(plain) if code in self.codes]
                for part in ("values", "valueTexts"):
                    variable[part] = [variable[part][place] for place in kept]
        return table

    def _regions(self, regions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        kept = [region for region in regions if region["category"] == "KUNTA" and region["code"] in self.codes]
        self.regions = {region["id"] for region in kept}
        return kept

    def _features(self, layer: dict[str, Any]) -> dict[str, Any]:
        return layer | {"features": [f for f in layer["features"] if f["properties"]["kunta"] in self.codes]}


@contextmanager
def replica() -> Iterator[str]:
    """Start the replica without made-up figures; yield its base URL."""
    command = [sys.executable, str(SHARED / "replay" / "server.py"), "--port", "0", "--calls", "100000", "--no-made-up"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def record(base: str, folder: Path) -> None:
    """Write the answers of an update from `base` and their manifest into a new folder."""

    def show(progress: Progress) -> None:
        print(f"\r{progress.done}/{progress.steps} {progress.what:<24}", end="", file=sys.stderr)

    with tempfile.TemporaryDirectory() as place, Excerpt(base=base, cache=Path(place) / "cache") as client:
        tables = load(client, Order("all", YEARS), show, refused={TREASURY: NOT_ASKED})
        folder.mkdir(parents=True)
        # not by write_manifest: these are answers alone, without the tables that a data set has
        (folder / MANIFEST).write_text(
            json.dumps(manifest(tables, folder), ensure_ascii=False, indent=1) + "\n", "utf-8"
        )


def manifest(tables: Tables, folder: Path) -> dict[str, Any]:
    """Write the answers; return the part of a data directory's manifest that an update from them reads."""
    moment = RETRIEVED.isoformat(timespec="seconds")
    answers = {
        source: {replace(answer, retrieved=moment): file for answer, file in files.items()}
        for source, files in tables.origin.answers.items()
    }
    return {
        "years": list(YEARS),
        "retrieved": moment,
        "interface": tables.origin.interface,
        "absent": tables.absent,
        "raw": raw.write(answers, folder / raw.FOLDER),
    }


def golden() -> list[dict[str, str]]:
    """Return the published figures of single municipalities of the fixture."""
    with (SHARED / "sources" / "golden.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["municipality"] in MUNICIPALITIES]


def licence(absent: set[str]) -> str:
    """Return LICENSE.md: what the files are, from where, under which licence, and what was changed."""
    sources = dict.fromkeys(source for ids in SOURCES.values() for source in ids if source not in absent)
    rows = [
        f"| {about['agency']['en']} | {about['statistic']['en']} | `{about['table']}` | {about['licence']} "
        f"| Lähde: {about['agency']['fi']}, {about['statistic']['fi']} |"
        for about in (provenance.sources()[source] for source in sources)
    ]
    names = [textwrap.fill(", ".join(group.values()), 118, subsequent_indent="  ") for group in (LARGEST, OTHERS)]
    day = f"{RETRIEVED:%d %B %Y}".lstrip("0")
    return LICENCE.format(largest=names[0], others=names[1], sources="\n".join(rows), day=day)


LICENCE = """# Licence of the test data

Generated by `scripts/fixture.py`; do not edit. The code of the project is under the MIT licence; these figures are
official statistics under the licences of their producers.

- `answers/` holds answers of the official interfaces to an update of 25 municipalities, as Kuntamittari keeps them
  (`raw/`, one packed file an answer, and the manifest that names them): the 20 largest cities,
  {largest},
  and {others}.
- `golden.csv` holds figures of single municipalities among these that were computed from the same statistics by another
  program. Euros in `numerator` and `value`, persons in `denominator`; a productivity index has its output and input
  (base year = 100).

## Sources

**Creative Commons Attribution 4.0 International** (CC BY 4.0, <https://creativecommons.org/licenses/by/4.0/>). Whoever
reuses the figures names the producer, the statistic and the licence, and says that they were changed.

| Producer | Statistic | Table or indicators | Licence | Cite as |
|---|---|---|---|---|
{sources}

Retrieved on {day} from a replica of the official interfaces, which serves copies of the published figures
that were collected through public repositories; addresses in the manifest are the official ones. The replica's made-up
figures are not in it.

## What was changed

- **Municipalities**: all others were left out of the answers, apart from the former municipalities that are in the 25
  today. A sum over these data is not one of the country: "Mainland Finland" (`MA1`), which an update computes from
  them, is the sum of the 24 municipalities outside Åland, and groups, ranks and medians are those of the 25.
- **Contents**: only the variables and years that the importer requests; of Sotkanet's regions only municipalities.
- **Form**: cut answers were written anew as JSON. No figure was changed or estimated.
"""


def main() -> int:
    """Replace tests/data; it changes only where the whole recording succeeded."""
    if not SHARED.exists():
        print("The replica of the official interfaces is not beside the project (../shared).", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as place, replica() as base:
        answers = Path(place) / "answers"
        record(base, answers)
        absent = set(json.loads((answers / "manifest.json").read_text("utf-8"))["absent"])
        shutil.rmtree(FIXTURE / "answers", ignore_errors=True)
        shutil.copytree(answers, FIXTURE / "answers")
    (FIXTURE / "LICENSE.md").write_text(licence(absent), "utf-8")
    with (FIXTURE / "golden.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, GOLDEN, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(golden())
    return 0


if __name__ == "__main__":
    sys.exit(main())
