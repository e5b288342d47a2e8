"""The card of a municipality and its costs by age group: the same figures as the comparison and the interface."""

from functools import cache

import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.catalog import framework, loader
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator
from tests.support.markup import words
from tests.support.pages import TAMPERE, alts_of, card_rows, findings, opened, said, unfolded

LANGUAGES = settings.LANGUAGES
MOVED = {"elderly_services_cost_per_65", "elderly_care_cost_per_65", "specialised_care_cost_per_resident"}  # in 2023


@cache
def benchmark(interface: TestClient, indicator: str) -> dict:
    """What the interface says of Tampere among the largest cities in 2018; asked once."""
    [row] = interface.get("/v1/benchmark", params={"indicator": indicator, "municipality": "837", "year": 2018}).json()[
        "values"
    ]
    return row


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_card_shows_every_core_indicator_as_the_interface_has_it(language: str, interface: TestClient) -> None:
    page, t = opened("card", kieli=language, **TAMPERE), Translator(language)
    rows = card_rows(page)
    core = [i for ids in framework.dimensions().values() for i in ids]
    assert len(rows) == len(core) == 18
    for indicator in (loader.indicators()[i] for i in core):
        label = indicator.label[language]
        cells = rows[label[:1].upper() + label[1:]]
        if indicator.awaited:
            assert cells == [t("missing.no_data")]
            continue
        row = benchmark(interface, indicator.id)
        value = f"{t.number(row['value'], indicator.decimals)} {indicator.unit[language]}"
        value += t("moved.short", year=2023) if indicator.id in MOVED else ""
        value += text.expected_short(t, indicator, row)
        rank = words(text.rank(t, row).replace(" (", "(", 1))  # the bracket is on a line of its own
        word = t(f"judgement.{row['judgement']}") if row["judgement"] else t("missing.mark")
        median = words(t.number(row["median"], indicator.decimals))
        assert cells[:4] == [words(value), word, rank, median] and cells[-1] == "2018", indicator.id


def test_the_card_says_three_findings_and_can_show_every_indicator() -> None:
    page = opened("card", kieli="en", **TAMPERE)
    assert len(findings(page)) == 3
    page.toggle(key="card-everything").set_value(True).run()
    assert not page.exception and len(card_rows(page)) == len(loader.indicators())


def test_productivity_by_age_group_is_no_finding_of_its_own_and_the_card_says_why() -> None:
    page = opened("card", kieli="en", kunta="853", vuosi="2018")  # Turku, whose strongest standing it would be
    assert findings(page) and not [said for said in findings(page) if "productivity" in said]
    assert "it is no further evidence beside the unit cost" in said(page)


def test_the_card_of_a_municipality_without_figures_says_so_in_each_row() -> None:
    rows = card_rows(opened("card", kieli="en", kunta="061"))
    assert {cells[0] for cells in rows.values()} == {"not loaded in these data", "no data yet"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_costs_of_children_add_up_to_the_indicator_of_the_whole(language: str, interface: TestClient) -> None:
    page, t = opened("costs", kieli=language, **TAMPERE), Translator(language)
    table = page.dataframe[0].value
    assert len(table) == 9 and table.iloc[-1, 0] == t("costs.total")
    row = benchmark(interface, "children_services_cost_per_0_17")
    assert table.iloc[-1, 1] == pytest.approx(row["value"], rel=1e-12)
    assert table.iloc[-1, 2] == pytest.approx(row["ratio_of_sums"], rel=1e-12)
    assert table.iloc[:-1, 1].sum() == pytest.approx(table.iloc[-1, 1])
    assert {"fi": "Perusopetus", "sv": "Grundläggande utbildning", "en": "Basic education"}[language] in alts_of(page)[
        0
    ]
    assert t("basis.current") in said(page)


def test_costs_at_constant_prices_in_all_and_of_older_residents() -> None:
    page = opened("costs", kieli="en", hinnat="kiintea", **TAMPERE | {"mittari": "elderly_services_cost_per_65"})
    assert "at 2019 prices" in said(page)
    page.radio(key="costs-measure").set_value("eur").run()
    table = page.dataframe[0].value
    assert list(table.columns) == ["Service (task class)", "Tampere, €"]
    assert table.iloc[-1, 1] == pytest.approx(139_685_000 * 101.8 / 100.0)  # the price index of 2019 and 2018
    unfolded(page, "basis").toggle(key="choose-constant_prices").set_value(False).run()
    assert page.dataframe[0].value.iloc[-1, 1] == pytest.approx(139_685_000)
    assert "hinnat" not in page.query_params


def test_costs_say_when_there_is_no_figure() -> None:
    page = opened("costs", kieli="en", kunta="061")
    assert "no figure (not loaded in these data)" in said(page)
