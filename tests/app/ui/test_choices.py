"""Choices never change in silence: a chosen year and group stay chosen, and what is shown in their place says so."""

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.exhibits import page_context, reporting, selected_figures, text
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from kuntamittari.stats import benchmark
from kuntamittari.ui.parts import map
from tests.support.pages import page_at, written

CHILDREN, OLDEST, BASIC = (
    "children_services_cost_per_0_17",
    "elderly_care_cost_per_75",  # of 2018 only
    "basic_education_cost_per_7_15",
)
MANTYHARJU, UTSJOKI = "507", "890"


def chosen(page: AppTest, key: str, value: Any) -> AppTest:
    """The page after a choice in one of its radio buttons."""
    [radio] = [radio for radio in page.radio if radio.key == key]
    return radio.set_value(value).run()


def said(page: AppTest) -> str:
    """All that is written on the page, its warnings too."""
    markup = "\n".join([*written(page), *(warning.value for warning in page.warning)])
    return re.sub("</?button[^>]*>", "", markup)  # around the terms that are explained


def query(page: AppTest) -> dict[str, str]:
    """The address of the page."""
    return {part: value if isinstance(value, str) else value[0] for part, value in dict(page.query_params).items()}


# the year


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_a_tap_on_older_residents_and_back_leaves_the_chosen_year(language: str) -> None:
    t = Translator(language)
    page = page_at("costs.py", kunta="837", vuosi="2019", mittari=CHILDREN, kieli=language)
    assert t("year.newest", year=2018) not in said(page)
    page = chosen(page, "costs-whole", OLDEST)
    assert not page.exception and t("notice.title") not in said(page)
    assert query(page)["vuosi"] == "2019" and t("year.newest", year=2018) in said(page)
    page = chosen(page, "costs-whole", CHILDREN)
    assert query(page)["vuosi"] == "2019" and t("notice.title") not in said(page)
    assert t("costs.made_of", name="", year=2019).strip(": ")[-4:] in said(page)


def test_what_was_never_chosen_does_not_stick() -> None:
    """A tap on older residents, whose figures end in 2018, leaves the newest year for everything else."""
    page = chosen(page_at("costs.py", kunta="837", kieli="en"), "costs-whole", OLDEST)
    assert "vuosi" not in query(page)
    card = page_at("card.py", **query(page) | {"kaikki": "1"})
    rows = said(card)
    assert "newest figures 2018" in rows and ">2019</td>" in rows


def test_a_card_of_a_chosen_year_shows_it_and_says_which_rows_are_of_another() -> None:
    rows = said(page_at("card.py", kunta="837", vuosi="2017", kieli="en", kaikki="1"))
    assert (
        ">2017</td>" in rows
        and ">newest figures 2018, task moved in 2023</span>" in rows
        and "newest figures 2017" not in rows
    )


def test_a_chosen_year_stays_on_offer_and_links_carry_it_on() -> None:
    page = page_at("comparison.py", kunta="837", vuosi="2019", mittari=OLDEST, kieli="en")
    [box] = [box for box in page.selectbox if box.key == "choose-year"]
    assert box.options == ["newest (2018)", "2018", "2019 (no figures)"] and box.value == 2019
    assert "in 2018 (newest figures 2018)" in said(page)
    card = said(page_at("card.py", kunta="837", vuosi="2019", kieli="en"))
    assert "vuosi=2018" not in card and "vuosi=2019" in card


# the group


def test_the_page_says_in_one_line_who_stands_in_for_the_group(
    whole_country: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(whole_country))
    t = Translator("en")
    line = t("notice.outside", name="Mäntyharju", group=t("group.largest-20"), n=10)
    for file in ("comparison.py", "card.py", "costs.py"):
        page = page_at(file, kunta=MANTYHARJU, ryhma="largest-20", kieli="en")
        assert not page.exception and line in said(page) and "it has no rank" not in said(page), file
    assert line not in said(page_at("comparison.py", kunta="837", ryhma="largest-20", kieli="en"))


def test_interface_and_command_line_keep_the_group_that_was_asked_for(country: Database, national: TestClient) -> None:
    context = reporting.context(country, MANTYHARJU, "largest-20", None, "en")
    assert context.group_id == "largest-20" and not context.outside
    asked = {"indicator": BASIC, "municipality": MANTYHARJU, "year": "2019", "group": "largest-20"}
    [row] = national.get("/v1/benchmark", params=asked).json()["values"]
    assert (row["member"], row["rank"], row["n"], row["unjudged"]) == (False, None, 20, "not_member")


# one place decides of words (docs/methods.md 5, 14)


def test_nine_children_are_judged_nowhere(country: Database, national: TestClient) -> None:
    """Utsjoki, pre-primary education 2019: sentence, card, interface, trend, grid and rug."""
    pre_primary = loader.indicators()["pre_primary_cost_per_6"]
    context = page_context.read(
        {"kunta": UTSJOKI, "ryhma": "all", "vuosi": "2019", "mittari": pre_primary.id, "kieli": "en"}, country
    )
    at = selected_figures.standing(context, pre_primary)
    assert at.row is not None and (at.row["base"], at.row["rank"], at.row["percentile"], at.row["judgement"]) == (
        9,
        None,
        None,
        None,
    )
    assert at.row["unjudged"] == "small_base"
    asked = {"indicator": pre_primary.id, "municipality": UTSJOKI, "year": "2019", "group": "all"}
    [row] = national.get("/v1/benchmark", params=asked).json()["values"]
    assert (row["judgement"], row["percentile"], row["rank"], row["unjudged"]) == (None, None, None, "small_base")
    [row] = [row for row in map.rows(context) if row["municipality"] == UTSJOKI]
    assert row["value"] is not None and row["class"] and row["rank"] is None
    least = context.t("missing.small_base", least=benchmark.LEAST_BASE)
    assert map.standing(context, row) == text.note(context.t, pre_primary, row) == least
    here = {"kunta": UTSJOKI, "ryhma": "size-1", "vuosi": "2019", "kieli": "en", "mittari": pre_primary.id}
    rows = re.split("<tr[^>]*>", said(page_at("card.py", **here, kaikki="1")))
    [card] = [row for row in rows if row.startswith("<th scope='row'") and f"mittari={pre_primary.id}" in row]
    marks = ("km-weak", "km-strong", "km-middle", "km-trend")
    assert "km-neutral" in card and not any(mark in card for mark in marks)
    entries = [
        part for part in said(page_at("framework.py", **here)).split("<li>") if f"mittari={pre_primary.id}" in part
    ]
    assert entries and not any(mark in entry for entry in entries for mark in marks)
    rug = said(page_at("card.py", **here, nakyma="matto"))
    cells = [
        cell
        for cell in re.findall("<td>(<a.*?)</td>", rug)
        if f"mittari={pre_primary.id}" in cell and "kunta=890" in cell
    ]
    assert cells and not any(mark in cell for cell in cells for mark in marks)
