"""Rules of the methods that no other file has a test of; docs/reliability.md names the test of every rule."""

import re
from typing import get_args

import pandas as pd
import pytest

from kuntamittari import settings
from kuntamittari.catalog import composites, loader, measures, services, structural_variables
from kuntamittari.catalog.composites import Part
from kuntamittari.catalog.indicator import Index, Indicator, Ratio
from kuntamittari.catalog.statuses import STATUSES
from kuntamittari.etl import restate
from kuntamittari.etl.restate import RESIDENTS, merged_shares, unmerged
from kuntamittari.i18n import Translator
from kuntamittari.uploads import own_figures
from kuntamittari.uploads.own_figures import Figure

CATALOGUE = loader.load(settings.PACKAGE / "catalog" / "indicators")
HEALTH_AND_SOCIAL = (
    "elderly_care",
    "child_welfare",
    "primary_care",
    "specialised_care",
    "disability",
    "elderly_services",
)
SUCCESSOR = {"901": "901", "902": "901", "903": "903"}  # 902 has become part of 901


# 4: the base year of productivity is common


@pytest.mark.parametrize(
    "indicator", [i for i in CATALOGUE.values() if isinstance(i.formula, Index)], ids=lambda i: i.id
)
def test_the_base_year_is_common_and_later_only_where_the_task_class_began_later(indicator: Indicator) -> None:
    assert isinstance(indicator.formula, Index)
    began = max(year for year in (b.year for b in indicator.breaks) if year <= 2016)
    assert indicator.formula.base_year == began == (2016 if indicator.service == "early_childhood" else 2015)


# 7: peers are sought by structure, never by spending


def test_peers_are_sought_by_structure_alone_and_population_weighs_twice_as_much() -> None:
    assert structural_variables.usual_weights() == dict.fromkeys(structural_variables.variables(), 1.0) | {
        "population": 2.0
    }
    asked = {about["measure"] for about in structural_variables.variables().values() if "measure" in about}
    spent = {
        m for i in CATALOGUE.values() if i.formula and i.in_euros for part in i.formula.parts[:2] for m in part.measures
    }
    assert asked and asked <= set(measures.measures()) and not asked & spent
    assert not [m for m in asked if "€" in str(measures.measures()[m]) or "eur" in str(measures.measures()[m]).lower()]


# 9: an expected cost is shown only of services for different ages


def test_an_expected_cost_is_of_services_for_different_ages_alone() -> None:
    home, care, day = Part("home", ("A",), 75, 120), Part("care", ("B",), 75, 120), Part("day", ("C",), 1, 6)
    assert composites.by_need([home, care, day]) and not any(map(composites.by_need, ([home, care], [home], [])))
    single = [i for i in CATALOGUE.values() if isinstance(i.formula, Ratio) and i.id not in composites.composite_ids()]
    assert single and not any(composites.by_need(composites.parts(CATALOGUE, i)) for i in single)


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_needs_that_an_expected_cost_leaves_out_are_named(language: str) -> None:
    left_out = {
        "fi": ("Sairastavuus", "kieli", "etäisyydet"),
        "sv": ("Sjuklighet", "språk", "avstånd"),
        "en": ("Morbidity", "language", "distances"),
    }
    assert all(need in Translator(language)("need.how") for need in left_out[language])


# 12: where official figures break


def test_the_breaks_are_those_of_the_rules() -> None:
    assert sorted(about["year"] for about in services.breaks().values()) == [2015, 2016, 2021, 2023, 2025]


@pytest.mark.parametrize(
    "indicator", [i for i in CATALOGUE.values() if i.service and isinstance(i.formula, Ratio)], ids=lambda i: i.id
)
def test_costs_break_where_the_rules_say(indicator: Indicator) -> None:
    assert isinstance(indicator.formula, Ratio)
    if not indicator.formula.numerator.task_classes:
        return
    years = {2015, 2021}
    years |= {2016} if indicator.service in ("early_childhood", "children_services") else set()
    years |= {2023} if indicator.service in (*HEALTH_AND_SOCIAL, "children_services") else set()
    assert {b.year for b in indicator.breaks} >= years
    assert indicator.stretch(2014) != indicator.stretch(2015) and indicator.stretch(2020) != indicator.stretch(2021)


# 13: merged municipalities have sums of their parts, never sums or means of rates


def published(*rows: tuple[str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [(place, 2018, measure, value) for place, measure, value in rows],
        columns=["municipality", "year", "measure", "value"],
    )


def test_rates_of_merged_municipalities_are_neither_added_nor_averaged() -> None:
    rates = published(("901", "rate", 10.0), ("902", "rate", 30.0), ("903", "rate", 5.0))
    assert unmerged(rates, SUCCESSOR)[["municipality", "value"]].to_numpy().tolist() == [["903", 5.0]]


def test_shares_of_merged_municipalities_are_those_of_their_residents_together() -> None:
    share = measures.shares_of_residents()[0]
    found = merged_shares(
        published(
            ("901", share, 10.0),
            ("902", share, 30.0),
            ("903", share, 5.0),
            ("901", RESIDENTS, 900),
            ("902", RESIDENTS, 100),
            ("903", RESIDENTS, 50),
        ),
        SUCCESSOR,
    )
    assert found[["municipality", "value", "status"]].to_numpy().tolist() == [
        ["901", 12.0, "approximate"]
    ]  # the plain mean would be 20


# 15: what is not final says so; plans are never among the actuals


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("status", STATUSES[1:4])
def test_every_status_but_final_has_a_word_to_be_marked_by(status: str, language: str) -> None:
    assert Translator(language)(f"table.status.{status}")


def test_a_sum_is_as_weak_as_its_weakest_part() -> None:
    frame = pd.DataFrame(
        [("901", 2018, "A", 1, "final"), ("902", 2018, "A", 2, "forecast")],
        columns=["municipality", "year", "task_class", "eur", "status"],
    )
    assert restate.restated(frame, ["year", "task_class"], "eur", SUCCESSOR)["status"].tolist() == ["forecast"]


def test_plans_never_stand_among_the_actuals() -> None:
    figures = [Figure("901", 2018, "own_x", 1.0, status) for status in get_args(own_figures.Status)]
    assert {row["status"] for row in own_figures.actuals(figures)} == set(get_args(own_figures.Status)) - {
        "budget_amended",
        "budget",
        "plan",
        "target",
    }


# the table of the rules


def test_every_rule_is_listed_with_tests_that_there_are() -> None:
    listed = (settings.ROOT / "docs" / "reliability.md").read_text("utf-8")
    rules = re.findall(r"^\| (\d+)\. .*$", listed, re.MULTILINE)
    assert rules == [str(number) for number in range(1, 18)]
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)", listed)
    assert len(named) > 40
    assert [
        (file, test) for file, test in named if f"def {test}(" not in (settings.ROOT / file).read_text("utf-8")
    ] == []
