"""The whole that models are estimated from beside a part of the country (docs/methods.md 18)."""

import geopandas as gpd
import pandas as pd

from kuntamittari.etl.publish import Tables


def test_reports_that_were_asked_for_in_scope_are_no_part_of_the_whole() -> None:
    register = pd.DataFrame({"code": ["091", "005", "MA1"], "loaded": [True, False, True]})
    figures = pd.DataFrame({"municipality": ["091", "005", "MA1", "999"], "eur": [1, 2, 3, 4]})
    reports = figures[:1]
    frames = {"municipality": register, "finance": figures, "cells": reports, "missing_cells": reports}
    tables = Tables(frames, gpd.GeoDataFrame(), {})
    whole, part = tables.whole(), tables.in_scope()
    assert set(whole.frames) == {"municipality", "finance"} and whole.frames["municipality"]["loaded"].all()
    assert list(whole.frames["finance"]["municipality"]) == ["091", "005", "MA1", "999"]
    # a code that the register does not have stays, for the audits to refuse
    assert list(part.frames["finance"]["municipality"]) == ["091", "MA1", "999"] and set(part.frames) == set(frames)
