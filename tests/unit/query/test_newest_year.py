"""The year that a figure is shown in: the newest that is not of a few municipalities alone."""

import pytest

from kuntamittari.query import figures


@pytest.mark.parametrize(
    ("places", "newest"),
    [
        ({}, None),
        ({2019: 1}, 2019),
        ({2018: 20, 2019: 20}, 2019),
        ({2018: 20, 2019: 20, 2025: 1}, 2019),
        ({2018: 20, 2019: 10}, 2019),
        ({2018: 20, 2019: 9}, 2018),
    ],
    ids=str,
)
def test_it_has_at_least_half_as_many_municipalities_as_any_other(places: dict[int, int], newest: int | None) -> None:
    assert figures._newest(places) == newest
