"""Serve a page of this folder (BENCH_PAGE) as app.py serves the dashboard.

Imports are frozen out of garbage collection, and none runs after a run of the page.
"""

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
