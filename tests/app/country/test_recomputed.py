"""Every indicator that has figures, computed a second time from the published files in plain pandas
(tests/support/published), and compared for every municipality and year."""

import numpy as np
import pytest

from kuntamittari.catalog import loader
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from tests.support.published.second_way import SECOND_WAY


def test_every_indicator_with_figures_has_a_second_way() -> None:
    """Those of Vipunen have theirs in test_education.py: no published file has their figures. Nor has one those of
    groups, which are experimental and computed in test_treasury_figures.py."""
    computed = {
        i.id for i in loader.indicators().values() if i.formula and i.sources != ("vipunen",) and not i.experimental
    }
    assert set(SECOND_WAY) == computed, "give each indicator a second computation in SECOND_WAY"


@pytest.mark.parametrize("name", SECOND_WAY)
def test_an_indicator_equals_its_second_computation(name: str, country: Database) -> None:
    indicator = loader.indicators()[name]
    ours = (
        figures.values(country, indicator)
        .to_pandas()
        .set_index(["municipality", "year"])["value"]
        .astype(float)
        .dropna()
    )
    theirs = SECOND_WAY[name]().replace([np.inf, -np.inf], np.nan).dropna()
    theirs.index = theirs.index.set_levels(theirs.index.levels[1].astype(int), level=1)
    ours.index = ours.index.set_levels(ours.index.levels[1].astype(int), level=1)
    assert len(theirs) > 290, "nothing was compared"
    only = ours.index.symmetric_difference(theirs.index)
    assert len(only) == 0, f"a figure in one of the two only: {list(only)[:5]} and {len(only)} in all"
    theirs = theirs.reindex(ours.index)
    far = (ours - theirs).abs() > 1e-9 * theirs.abs().clip(lower=1e-9)
    assert not far.any(), (
        f"{far.sum()} differ, such as {ours[far].head(3).to_dict()} against {theirs[far].head(3).to_dict()}"
    )
