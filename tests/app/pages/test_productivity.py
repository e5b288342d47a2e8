"""The page of productivity."""

import re
import statistics

import pandas as pd
import pytest
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.catalog.indicator import AS_PUBLISHED, Index
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator
from kuntamittari.query import productivity
from kuntamittari.query.database import Database
from tests.support.markup import words
from tests.support.pages import TAMPERE, alts_of, finding_of, opened, said, unfolded

LANGUAGES = settings.LANGUAGES
CATALOGUE = loader.indicators()
INDICES = [i.id for i in CATALOGUE.values() if isinstance(i.formula, Index)]
BASIC, CHILDHOOD, ELDERLY = "basic_education_productivity", "early_childhood_productivity", "elderly_care_productivity"


# the page


def signed(value: float) -> str:
    """As a sentence gives a change with one decimal."""
    shown = f"{abs(value):.1f}"
    return shown if shown == "0.0" else ("+" if value > 0 else "−") + shown


def shows(
    page: AppTest, interface: TestClient, bundle: Database, indicator: str, base: int, year: int, group: str
) -> None:
    """Asserts that every figure of Tampere and its group on the page is of just these choices."""
    assert not page.exception and not page.warning
    indices = {
        (row["municipality"], row["year"]): row["value"]
        for row in interface.get("/v1/values", params={"indicator": indicator, "group": group}).json()["values"]
    }
    members = [
        code for code, y in indices if y == year and indices[code, year] is not None and indices[code, base] is not None
    ]
    based = {code: 100 * indices[code, year] / indices[code, base] for code in members}
    rank = 1 + sum(value > based["837"] for value in based.values())
    finding = finding_of(page)
    assert f"{CATALOGUE[indicator].label.en} {based['837']:.1f} (index, {base} = 100) in {year}." in finding
    assert f"The median of the group is {statistics.median(based.values()):.1f} (" in finding and re.search(
        rf", n = {len(members)}\). The rank is {rank} (\(\d+–\d+\) )?of {len(members)}", finding
    )

    years = productivity.series(bundle, CATALOGUE[indicator].based_on(base), "837", AS_PUBLISHED)
    [table] = [block.value for block in page.dataframe if block.value.columns[1].startswith("Volume of output, index")]
    shown = [tuple(None if pd.isna(v) else v for v in row) for row in table.iloc[:, :5].itertuples(index=False)]
    assert shown == [(str(y.year), y.volume, y.cost, y.price, y.index) for y in years]
    at = {y.year: y for y in years}[year]
    sentence = (
        f"Tampere, {base}–{year}: volume of output {signed(at.volume - 100)} %, cost {signed(at.cost - 100)} %, "
        f"prices {signed(at.price - 100)} %, productivity {signed(at.index - 100)} %."
    )
    assert sentence in said(page) and any(sentence in alt for alt in alts_of(page))
    [step] = [step for step in productivity.steps(years) if step.year == year]
    assert f"The index was first {step.before:.1f} and then {step.after:.1f};" in said(page)
    bridge = (
        f"Volume of output {signed(step.volume)}. Cost at current prices {signed(step.cost)}. "
        f"Price level {signed(step.price)}. "
        f"Change in productivity {signed(step.after - step.before)}."
    )
    assert any(bridge in alt for alt in alts_of(page))
    would = at.eur * step.after / step.before
    assert (
        f"at the productivity of {year - 1} the output of {year} would have cost {would / 1e6:.1f} million €"
        in said(page)
    )
    assert f"the actual cost was {at.eur / 1e6:.1f} million €" in said(page)


def finding_alone(page: AppTest) -> AppTest:
    """The page with no services on the frontier, so that it has one finding."""
    return page.multiselect(key="frontier-costs").set_value([]).run()


def test_three_choices_in_a_row_never_leave_a_stale_figure(interface: TestClient, bundle: Database) -> None:
    page = finding_alone(opened("productivity", kieli="en", **TAMPERE | {"mittari": BASIC}))
    shows(page, interface, bundle, BASIC, 2015, 2018, "largest-20")
    page.selectbox(key="productivity-service").select(CHILDHOOD).run()
    shows(page, interface, bundle, CHILDHOOD, 2016, 2018, "largest-20")
    unfolded(page, "basis").selectbox(key="choose-base_year").select(2017).run()
    assert page.query_params["perusvuosi"] == "2017"
    shows(page, interface, bundle, CHILDHOOD, 2017, 2018, "largest-20")
    page.selectbox(key="choose-group_id").select("size-6").run()
    shows(page, interface, bundle, CHILDHOOD, 2017, 2018, "size-6")
    expected = {"kieli": "en", **TAMPERE, "mittari": CHILDHOOD, "perusvuosi": "2017", "ryhma": "size-6", "panokset": ""}
    assert page.query_params == expected


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("indicator", INDICES)
def test_the_page_says_that_the_index_is_arithmetic(indicator: str, language: str) -> None:
    page = opened("productivity", kieli=language, **TAMPERE | {"mittari": indicator})
    assert words(Translator(language)("productivity.arithmetic")) in said(page)
    assert page.selectbox(key="productivity-service").value == indicator and len(
        page.selectbox(key="productivity-service").options
    ) == len(INDICES)


def test_a_cost_of_the_address_leads_to_the_productivity_of_its_service() -> None:
    page = opened("productivity", kieli="en", **TAMPERE | {"mittari": "upper_secondary_cost_per_16_18"})
    assert page.selectbox(key="productivity-service").value == "upper_secondary_productivity"
    page = opened("productivity", kieli="en", **TAMPERE | {"mittari": "library_cost_per_resident"})
    assert page.selectbox(key="productivity-service").value == BASIC, "a service without an index: the first there is"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_service_without_a_quality_figure_says_that_there_is_none(language: str) -> None:
    none = words(Translator(language)("costs.none_beside"))
    assert none in said(opened("productivity", kieli=language, **TAMPERE | {"mittari": ELDERLY}))
    assert none not in said(opened("productivity", kieli=language, **TAMPERE | {"mittari": BASIC}))


@pytest.mark.parametrize("language", LANGUAGES)
def test_beside_basic_education_stands_the_share_with_a_secondary_education(
    language: str, interface: TestClient
) -> None:
    page, t = opened("productivity", kieli=language, **TAMPERE | {"mittari": BASIC}), Translator(language)
    share = CATALOGUE["secondary_education_share"]
    params = {"indicator": share.id, "municipality": "837", "year": 2018}
    [row] = interface.get("/v1/benchmark", params=params).json()["values"]
    assert words(f"{share.label[language]} {t.number(row['value'], share.decimals)} {share.unit[language]}") in said(
        page
    )
    assert text.rank(t, row) in said(page)


def test_a_year_without_one_before_it_has_no_bridge() -> None:
    page = opened("productivity", kieli="en", **TAMPERE | {"mittari": BASIC, "vuosi": "2015"})
    assert "There is no year before 2015 to compare with" in said(page)
    assert not any(alt.startswith("Waterfall") for alt in alts_of(page))


def test_a_municipality_outside_the_bundle_has_no_parts() -> None:
    page = opened("productivity", kieli="en", **TAMPERE | {"mittari": BASIC, "kunta": "061"})
    assert "There are no productivity figures for the chosen municipality or year." in said(page)
    assert "no figure (not loaded in these data)" in said(page)
