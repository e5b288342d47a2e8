"""Measure rank intervals: `python -m bench.intervals`, or with a data directory of the whole country.

How often an interval holds the true rank in simulated years whose truth is known, and how long the intervals of a card
and of a whole group take the first reader. Nothing is a target but the time of a card: the coverage is said in
docs/methods.md 18.
"""

import argparse
import time
from pathlib import Path

import numpy as np

from kuntamittari import settings
from kuntamittari.catalog.indicator import AS_PUBLISHED
from kuntamittari.query import comparisons, figures
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.query.variation import noise
from kuntamittari.stats.noise import rank_ends

CHECKED = (
    ("basic_education_cost_per_7_15", "all"),
    ("basic_education_cost_per_7_15", "largest-20"),
    ("pre_primary_cost_per_6", "all"),
)
TRIALS = 200
MEMBER, OTHER = "837", "091"
CARD_SECONDS = 0.3  # most for the chosen municipality's intervals of all indicators, the first time


def coverage(database: Database, name: str, group: str, year: int) -> float:
    """Return the share of members, over simulated years, whose interval holds their true rank.

    The truth is the group as it is: its values are taken for the true ones, and a year is drawn around them.
    """
    indicator = figures.catalogue(database)[name]
    rows = [row for row in comparisons.compare(database, indicator, Group(group), year).rows if row["rank"]]
    codes = [row["municipality"] for row in rows]
    truth = noise.on_scale(indicator, np.array([row["value"] for row in rows]))
    deviation = noise.deviations(database, indicator, year, codes, AS_PUBLISHED)
    ranks, at = truth.argsort().argsort() + 1, np.arange(len(truth))
    random, held = np.random.default_rng(18), []
    for _ in range(TRIALS):
        low, high = rank_ends(truth + deviation * random.standard_normal(len(truth)), deviation, at, False)
        held.append(((low <= ranks) & (ranks <= high)).mean())
    return float(np.mean(held))


def seconds(database: Database, year: int, whole: bool) -> float:
    """Return the processor time of all indicators' comparisons, of one member each or of the whole group, from values
    that have been read."""
    indicators = [one for one in figures.catalogue(database).values() if one.formula]
    group = Group("all")
    for indicator in indicators:  # values and models are read; comparisons are not remembered
        comparisons.compare(database, indicator, group, year).of(OTHER)
    began = time.process_time()
    for indicator in indicators:
        compared = comparisons.compare(database, indicator, group, year)
        list(compared.rows) if whole else compared.of(MEMBER)
    return time.process_time() - began


def main() -> int:
    """Print coverage and times; return 1 where a card takes longer than its target."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=settings.ROOT / "data", help="a data directory")
    database = Database(open_snapshot(parser.parse_args().data))
    year = database.snapshot.manifest["years"][-1]
    for name, group in CHECKED:
        members = len(figures.loaded_members(database, Group(group)))
        print(f"{name}, {group} ({members}): {coverage(database, name, group, year):.3f} of the ranks are held")
    card = seconds(database, year, whole=False)
    print(f"all indicators, one member: {card:.3f} s (at most {CARD_SECONDS})")
    print(f"all indicators, every member: {seconds(database, year, whole=True):.3f} s")
    return int(card > CARD_SECONDS)


if __name__ == "__main__":
    raise SystemExit(main())
