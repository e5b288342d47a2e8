"""Task classes beside the published totals and key figures, in every municipality."""

from pathlib import Path

import pandas as pd
import pytest

from kuntamittari import settings
from kuntamittari.catalog import loader, task_classes
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot

YEARS = (2015, 2016, 2017, 2018, 2019)
TOTALS = task_classes.totals()


@pytest.fixture(scope="module")
def finance() -> pd.DataFrame:
    """The costs of the bundle as they lie in the file, in euros by area, class and year."""
    rows = pd.read_parquet(settings.ROOT / "data" / "finance.parquet")
    return rows.pivot(index=["municipality", "task_class"], columns="year", values="eur")


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("group", TOTALS)
def test_the_task_classes_sum_to_the_published_total_in_every_municipality(
    group: str, year: int, whole_country: Path
) -> None:
    finance = pd.read_parquet(open_snapshot(whole_country).path("finance"))
    rows = finance[finance.year == year].pivot(index="municipality", columns="task_class", values="eur")
    classes = sorted(set().union(*task_classes.groups().values()) if group == "all" else task_classes.groups()[group])
    assert classes == sorted(task_classes.of_total(TOTALS[group]))
    assert len(rows) == 309 and not rows[classes].isna().any(axis=None), "308 municipalities and MA1, every class"
    apart = rows[classes].sum(axis=1) - rows[TOTALS[group]]
    assert not apart[apart != 0].to_dict()


@pytest.mark.parametrize(
    ("indicator", "published"),
    [("education_culture_cost_per_resident", "key_M497"), ("social_health_cost_per_resident", "key_M498")],
)
def test_costs_per_resident_are_the_published_key_figures(
    indicator: str, published: str, country: Database, whole_country: Path
) -> None:
    activity = pd.read_parquet(open_snapshot(whole_country).path("activity"))
    key = activity[(activity.measure == published) & (activity.year == 2018)].set_index("municipality").value
    ours = {
        r["municipality"]: r["value"]
        for r in figures.values(country, loader.indicators()[indicator], years=[2018]).to_pylist()
    }
    equal = {code for code, value in ours.items() if code in key and abs(value - key[code]) <= 0.05 + 1e-9}
    assert len(equal) >= 305
    # the key figures of 2018 are of municipalities as they were before a later merger, and not of the mainland
    register = figures.register(country)
    assert all(register[code]["former"] for code in ours.keys() - equal - {MAINLAND})


def test_the_mainland_is_the_sum_of_its_municipalities(country: Database, whole_country: Path) -> None:
    finance = pd.read_parquet(open_snapshot(whole_country).path("finance"))
    mainland = [code for code, row in figures.register(country).items() if code != MAINLAND and not row["aland"]]
    inside = finance[finance.municipality.isin(mainland)].groupby(["task_class", "year"]).eur.sum()
    one = finance[finance.municipality == MAINLAND].set_index(["task_class", "year"]).eur
    # each municipality is published in whole thousands, and so is the sum
    assert ((inside - one).abs() <= 500 * (len(mainland) + 1)).all() and len(one) == 54 * len(YEARS)
