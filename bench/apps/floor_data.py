"""The tables of the floor page, computed once a process: costs of 20 tasks in 300 municipalities."""

import os
from pathlib import Path

import pandas as pd

YEAR, ROWS, TASKS = 2017, 300, 20

_costs = pd.read_parquet(
    Path(os.environ["KUNTAMITTARI_DATA"]) / "finance.parquet", columns=["municipality", "year", "task_class", "eur"]
)
_costs = _costs[(_costs.year == YEAR) & (_costs.municipality != "MA1")]
TABLES = {}
for _task in sorted(_costs.task_class.unique())[:TASKS]:
    _one = _costs[_costs.task_class == _task][["municipality", "eur"]].head(ROWS)
    _rank = _one.eur.rank(method="min", ascending=False).astype(int)
    _quarter = pd.qcut(_one.eur.rank(method="first"), 4, labels=False) + 1
    TABLES[_task] = _one.assign(rank=_rank, quarter=_quarter).sort_values("rank").reset_index(drop=True)
