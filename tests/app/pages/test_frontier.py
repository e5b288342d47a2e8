"""The page of the efficiency frontier, beside an independent computation."""

import re

import numpy as np
import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from kuntamittari import settings as project
from kuntamittari.i18n import Translator
from tests.support.markup import words
from tests.support.pages import TAMPERE, opened, said
from tests.support.second_computations import by_hand, by_prices

LANGUAGES = project.LANGUAGES
CLOSE = 1e-7
USUAL = ("early_childhood_cost_per_1_6", "basic_education_cost_per_7_15", "upper_secondary_cost_per_16_18")


# the page


def page_of(language: str = "en", **query: str) -> AppTest:
    return opened("productivity", kieli=language, **TAMPERE | query)


@pytest.fixture(scope="module")
def largest(interface: TestClient) -> dict[str, list[dict]]:
    """Code of each of the largest cities → what the interface says of its usual costs in 2018."""
    listed = interface.get("/v1/values", params={"indicator": USUAL[0], "group": "largest-20", "year": 2018}).json()[
        "values"
    ]
    return {
        code: [
            interface.get("/v1/benchmark", params={"indicator": i, "municipality": code, "year": 2018}).json()[
                "values"
            ][0]
            for i in USUAL
        ]
        for code in (row["municipality"] for row in listed)
    }


def group_of_largest(rows: dict[str, list[dict]], chosen: str) -> tuple[list[str], list[str], np.ndarray, np.ndarray]:
    """Those of the largest cities that stand beside the frontier and those left out as outliers, with costs and
    residents in 2018."""
    whole = [code for code in rows if all(row["value"] is not None for row in rows[code])]
    outliers = [code for code in whole if code != chosen and any(row["outlier"] for row in rows[code])]
    kept = [code for code in whole if code not in outliers]
    parts = (np.array([[row[part] for row in rows[code]] for code in kept]) for part in ("numerator", "denominator"))
    return kept, outliers, *parts


@pytest.mark.parametrize("chosen", ["837", "091"])
def test_the_usual_costs_give_every_share_of_an_independent_reckoning(chosen: str, largest: dict) -> None:
    page = page_of(kunta=chosen)
    kept, outliers, x, y = group_of_largest(largest, chosen)
    x, y, unit = x / x.mean(axis=0), y / y.mean(axis=0), kept.index(chosen)
    shares = [by_prices(x, y, n, variable=True) for n in range(len(kept))]
    crs, fdh = by_prices(x, y, unit, variable=False), by_hand(x, y, unit)
    name = {"837": "Tampere", "091": "Helsinki"}[chosen]
    expected = (
        f"{name}, 2018: share of inputs with which the frontier gives the same outputs, "
        f"{shares[unit]:.2f} (variable returns to scale), "
        f"{crs:.2f} (constant), scale {crs / shares[unit]:.2f}, FDH {fdh:.2f}. "
        f"On the frontier {sum(share > 1 - 1e-6 for share in shares)} municipalities, n = {len(kept)}."
    )
    assert expected in said(page) and len(kept) > 15
    assert "3 inputs and 3 outputs (6 variables)" in said(page)
    assert (f"Left out as outliers, {len(outliers)}:" in said(page)) is bool(outliers)


def test_a_municipality_inside_the_frontier_has_its_peers_named_with_their_weights(
    interface: TestClient, largest: dict
) -> None:
    kept, _, x, y = group_of_largest(largest, "837")
    x, y = x / x.mean(axis=0), y / y.mean(axis=0)
    share, code = min((by_prices(x, y, n, variable=True), code) for n, code in enumerate(kept))
    assert share < 0.99
    table = next(t.value for t in page_of(kunta=code).dataframe if "Peer on the frontier" in t.value.columns)
    assert table["Weight"].sum() == pytest.approx(1, abs=1e-4) and list(table["Weight"]) == sorted(
        table["Weight"], reverse=True
    )
    names = {row["name_en"]: row["code"] for row in interface.get("/v1/municipalities").json()["values"]}
    for name, without in zip(table["Peer on the frontier"], table["Share without it"], strict=True):
        left_out = (kept.index(names[name]),)
        assert (
            without == pytest.approx(by_prices(x, y, kept.index(code), variable=True, left_out=left_out), abs=1e-6)
            and without >= share - CLOSE
        )


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_how_many_are_compared_and_warns_of_ranking(language: str) -> None:
    page, t = page_of(language), Translator(language)
    assert list(page.multiselect(key="frontier-costs").value) == list(USUAL)
    assert words(t("frontier.warning")) in said(page) and "n = 18." in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_with_fewer_than_three_variables_the_page_says_why_it_refuses(language: str) -> None:
    page, t = page_of(language), Translator(language)
    page.multiselect(key="frontier-costs").set_value([USUAL[1]]).run()
    assert not page.exception and words(t("frontier.too_few_variables")) in said(page)
    assert "FDH" not in said(page) and words(t("frontier.warning")) not in said(page)


def test_one_cost_and_an_outcome_are_three_variables() -> None:
    page = page_of()
    page.multiselect(key="frontier-costs").set_value([USUAL[1]]).run()
    page.selectbox(key="frontier-outcome").select("secondary_education_share").run()
    assert not page.exception and "1 inputs and 2 outputs (3 variables)" in said(page) and "n = " in said(page)


def test_two_costs_of_the_same_people_have_one_output() -> None:
    page = page_of()
    page.multiselect(key="frontier-costs").set_value(
        ["library_cost_per_resident", "youth_work_cost_per_resident"]
    ).run()
    assert "2 inputs and 1 outputs (3 variables)" in said(page)


def test_without_any_cost_and_without_figures_the_page_says_so() -> None:
    page = page_of()
    page.multiselect(key="frontier-costs").set_value([]).run()
    assert "Choose costs that have figures of the same year." in said(page)
    assert "Forssa: one of the chosen figures is missing for 2018." in said(page_of(kunta="061"))


SIX = "837,091,049,092,564,853"  # the six largest


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_group_too_small_for_the_variables_is_refused_with_what_to_do(language: str) -> None:
    page, t = page_of(language, ryhma="own", kunnat=SIX), Translator(language)
    assert not page.exception and "FDH" not in said(page) and words(t("frontier.warning")) not in said(page)
    [refusal] = [words(info.value) for info in page.info]
    assert refusal == words(t("frontier.too_few_units", n=6, needed=18, inputs=3, outputs=3))
    page.multiselect(key="frontier-costs").set_value(list(USUAL[:2])).run()  # 2 and 2: at least 12
    assert words(t("frontier.too_few_units", n=6, needed=12, inputs=2, outputs=2)) in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_more_than_half_lie_on_the_frontier_the_page_says_that_it_tells_little(
    language: str, largest: dict
) -> None:
    kept, _, x, y = group_of_largest(largest, "837")
    x, y, t = x / x.mean(axis=0), y / y.mean(axis=0), Translator(language)
    on = sum(by_prices(x, y, n, variable=True) > 1 - 1e-6 for n in range(len(kept)))
    assert 2 * on > len(kept)
    page = page_of(language)
    assert [words(one.value) for one in page.warning] == [words(t("frontier.most", on=on, n=len(kept)))]
    page.multiselect(key="frontier-costs").set_value([USUAL[1]]).run()
    page.selectbox(key="frontier-outcome").select("secondary_education_share").run()
    [(found, members)] = re.findall(r"FDH [\d.,]+\. \D* (\d+) \w+, n = (\d+)\.", said(page))
    assert 0 < 2 * int(found) <= int(members) and not page.warning
