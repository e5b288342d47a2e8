"""Municipalities that have merged, taken as an area of their parts: it has the figures of the merged municipality."""

import numpy as np
import pandas as pd
import pytest

from kuntamittari.catalog.areas import OWN_AREA
from kuntamittari.etl.client import Client
from kuntamittari.etl.sources import statfin
from kuntamittari.query import figures, values
from kuntamittari.query.database import Database, over_area
from kuntamittari.query.snapshot import open_snapshot
from tests.support.small_data import MakeData

MERGERS = {"Kankaanpää 2021": ("099", "214", "214"), "Mäntyharju 2025": ("507", "588", "507")}
YEARS = (2018, 2019)


@pytest.fixture(scope="module")
def before(replay: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """Costs and statements of every municipality of the time, as the service publishes them."""
    with Client(base=replay, interval=0, cache=tmp_path_factory.mktemp("answers")) as client:
        sources = {
            "finance": (statfin.net_operating_costs, statfin.COSTS),
            "statement": (statfin.financial_statements, statfin.STATEMENTS),
        }
        return {
            table: pd.concat(
                [fetch(client, path) for year, path in statfin.yearly_tables(client, folder).items() if year in YEARS]
            )
            for table, (fetch, folder) in sources.items()
        }


@pytest.mark.parametrize(("one", "other", "merged"), MERGERS.values(), ids=MERGERS)
def test_an_area_of_the_parts_is_the_merged_municipality(
    one: str, other: str, merged: str, before: dict[str, pd.DataFrame], country: Database, make_data: MakeData
) -> None:
    parts = {table: rows[rows.municipality.isin([one, other])] for table, rows in before.items()}
    assert all(set(rows.municipality) == {one, other} for rows in parts.values())
    data = Database(
        open_snapshot(
            make_data(
                municipality=[{"code": code} for code in (one, other)],
                **{table: rows.to_dict("records") for table, rows in parts.items()},
            )
        )
    )
    area, compared = over_area(data, (one, other)), 0
    for indicator in figures.catalogue(country).values():
        uses = indicator.formula.parts[0] if indicator.formula and indicator.formula.kind == "ratio" else None
        if uses is None or not (uses.task_classes or uses.statement) or uses.published:  # of parts that are known
            continue
        own, whole = values.of(area, indicator), values.of(country, indicator)
        for year in set(YEARS) & set(own.years):
            ours = own.numbers["numerator"][own.years.index(year), own.place[OWN_AREA]]
            theirs = whole.numbers["numerator"][whole.years.index(year), whole.place[merged]]
            np.testing.assert_equal(ours, theirs, err_msg=f"{indicator.id} {year}")
            compared += not np.isnan(ours)
    assert compared > 40
