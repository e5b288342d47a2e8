"""An invented country with costs by service after its social and health services have moved: 2020–2024."""

from pathlib import Path

import pandas as pd
import pytest

from kuntamittari.catalog import task_classes
from kuntamittari.etl import synth
from kuntamittari.etl.writer import write_table
from kuntamittari.query.snapshot import open_snapshot, write_manifest

FIRST, LAST, MOVED = 2020, 2024, 2023
PLACES = 40


def made(out: Path) -> Path:
    """Write the country; of what has moved zeros are reported, which a careless sum would take for savings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synth, "LAST_YEAR", LAST)
        synth.synth(out, PLACES, LAST - FIRST + 1)
    snapshot = open_snapshot(out)
    finance = pd.read_parquet(snapshot.path("finance"))
    totals = list(task_classes.totals().values())
    parts = finance[~finance["task_class"].isin(totals)].copy()
    parts.loc[parts["task_class"].isin(task_classes.moves()) & (parts["year"] >= MOVED), "eur"] = 0
    sums = [
        parts[parts["task_class"].isin(task_classes.of_total(total))]
        .groupby(["municipality", "year"], as_index=False)["eur"]
        .sum()
        .assign(task_class=total, status="final")
        for total in totals
    ]
    manifest = snapshot.manifest
    table = pd.concat([parts, *sums])[list(finance.columns)]
    manifest["files"]["finance"] |= write_table(table, "finance", snapshot.path("finance"))
    write_manifest(manifest, out)
    return out
