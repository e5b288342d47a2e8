"""A page of this folder (BENCH_PAGE) served with the care that our own gets: imports frozen out of garbage collection,
none after runs."""

import gc
import os
from pathlib import Path

import altair  # noqa: F401  imported before the freeze, as the page needs them
import duckdb  # noqa: F401
import pandas  # noqa: F401
from streamlit import config
from streamlit.starlette import App

for name, value in (
    ("runner.postScriptGC", False),
    ("browser.gatherUsageStats", False),
    ("server.fileWatcherType", "none"),
):
    config.set_option(name, value)
app = App(Path(__file__).with_name(f"{os.environ['BENCH_PAGE']}.py"))
gc.collect()
gc.freeze()
