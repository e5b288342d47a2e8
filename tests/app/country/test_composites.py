"""Composites over the whole country: parts explain every difference exactly and expect what the group spends."""

import pytest

from kuntamittari.catalog import composites, loader
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator
from kuntamittari.query import composite_costs, figures
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group
from kuntamittari.stats import part_costs

CATALOGUE = loader.indicators()
WHOLES = composites.composite_ids()
YEARS = (2015, 2016, 2017, 2018, 2019)
GROUPS = ("largest-20", "all", "region-06", "size-1", "grouping-3")


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("whole", WHOLES)
def test_the_parts_sum_to_the_difference_in_every_municipality(country: Database, whole: str, year: int) -> None:
    parts = composites.parts(CATALOGUE, CATALOGUE[whole])
    compared = 0
    for group in GROUPS:
        _, costs, members = composite_costs.costs_of(country, parts, Group(group), year, None)
        if not members:
            continue
        gap = costs.per_resident - costs.group(members).per_resident
        effects = sum(part_costs.effects(costs, members))
        assert (abs(gap - effects) <= 1e-9).all()
        assert (abs(gap.sum(axis=1) - effects.sum(axis=1)) <= 1e-9).all()
        compared += len(costs.residents)
    # the age groups from 75 on are known for 2018 only, and where one is missing there are no parts
    known = YEARS if whole in ("operating_cost_per_resident", "children_services_cost_per_0_17") else (2018,)
    assert (compared > 1400) == (year in known), compared


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("whole", [whole for whole in WHOLES if whole != "operating_cost_per_resident"])
def test_expected_costs_sum_to_the_costs_of_the_group(country: Database, whole: str, year: int) -> None:
    parts = composites.parts(CATALOGUE, CATALOGUE[whole])
    for group in GROUPS:
        _, costs, members = composite_costs.costs_of(country, parts, Group(group), year, None)
        expected = part_costs.expected(costs, members)[members]
        assert expected.sum() == pytest.approx(costs.eur[members].sum(), rel=1e-9)


def test_the_parts_of_a_municipality_cost_what_the_whole_does(country: Database) -> None:
    for whole in WHOLES:
        parts = composites.parts(CATALOGUE, CATALOGUE[whole])
        found = composite_costs.difference(country, parts, Group("largest-20"), "837", 2018, None)
        [row] = figures.values(country, CATALOGUE[whole], ["837"], [2018]).to_pylist()
        assert found is not None
        assert found.municipality * found.residents == pytest.approx(row["numerator"], rel=1e-12)


def test_a_difference_is_said_in_two_sentences_in_euros_a_year(country: Database) -> None:
    parts = composites.parts(CATALOGUE, CATALOGUE[WHOLES[0]])
    found = composite_costs.difference(country, parts, Group("largest-20"), "837", 2018, None)
    assert found is not None
    labels = {part.id: composites.label(CATALOGUE, part.id, "en") for part in parts}
    first, second = text.why(
        Translator("en"), "Tampere", "children", "20 largest cities", 2018, found, "at current prices", labels
    )
    assert first == (
        "Tampere: children, 1,566 € per resident in 2018 (at current prices), "
        "265 € less than 20 largest cities as one municipality "
        "(1,832 €); 62.4 million € a year in all."
    )
    assert second == (
        "Age structure −218 € and unit costs −47 € per resident; largest part: basic education, age structure (−128 €)."
    )
