"""The framework, cost and effect, working life, and why costs differ: each page says what the interface and the catalogue hold."""

import re
import statistics
from collections.abc import Iterator

import pandas as pd
import pytest
from starlette.testclient import TestClient
from test_catalogue_page import opened
from test_datasets import said
from test_pages import TAMPERE, alts_of, words

from kuntamittari import api, catalog, settings, text
from kuntamittari.i18n import Translator, texts

LANGUAGES = settings.LANGUAGES
BASIC, SHARE = "basic_education_cost_per_7_15", "secondary_education_share"
CHILDREN, PLACED = "children_services_cost_per_0_17", "children_placed_outside_home"
ALL, ELDERLY = "operating_cost_per_resident", "elderly_services_cost_per_65"
AWAITED = [i.id for i in catalog.indicators().values() if i.awaited]
WORKLIFE = [i for i in catalog.indicators().values() if i.dimension == "worklife"]


@pytest.fixture(scope="module")
def interface() -> Iterator[TestClient]:
    with TestClient(api.create()) as client:
        yield client


def values(interface: TestClient, indicator: str, year: int = 2018, **asked: str) -> dict[str, dict]:
    """Code → row of /v1/values in one year, by default of the twenty largest cities."""
    question = {"indicator": indicator, "year": year, **(asked or {"group": "largest-20"})}
    return {row["municipality"]: row for row in interface.get("/v1/values", params=question).json()["values"]}


def english(interface: TestClient) -> dict[str, str]:
    """Code → English name."""
    return {row["code"]: row["name_en"] for row in interface.get("/v1/municipalities").json()["values"]}


# /kehikko


def grid_of(page) -> list[tuple[str, list[str], list[str]]]:
    """The framework's rows: dimension, what stands under the national and under the municipal column."""
    [table] = [block.proto.body for block in page.get("html") if "<table" in block.proto.body]
    rows = re.findall(r"<tr><th scope='row'>(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>", table)
    return [(words(name), *([words(entry) for entry in re.findall(r"<li>(.*?)</li>", cell)] for cell in cells)) for name, *cells in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_framework_lists_every_indicator_of_the_catalogue_at_both_levels(language: str) -> None:
    t, rows = Translator(language), grid_of(opened("framework", kieli=language, **TAMPERE))
    found = {name: (national, municipal) for name, national, municipal in rows if national}
    assert set(found) == {words(t(f"dimension.{i.dimension}")) for i in catalog.indicators().values()}
    for indicator in catalog.indicators().values():
        label = words(text.capital(indicator.label[language]))
        for entries in found[words(t(f"dimension.{indicator.dimension}"))]:
            assert sum(entry.startswith(f"{label} ") for entry in entries) == 1, indicator.id
    assert sum(len(entries) for levels in found.values() for entries in levels) == 2 * len(catalog.indicators())


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_levels_say_the_figures_of_the_interface(language: str, interface: TestClient) -> None:
    t, rows = Translator(language), grid_of(opened("framework", kieli=language, **TAMPERE))
    for indicator in (BASIC, "annual_margin_per_resident", "child_low_income"):
        asked = catalog.indicators()[indicator]
        label = words(text.capital(asked.label[language]))
        for level, area in ((1, "MA1"), (2, "837")):
            [entry] = [entry for row in rows for entry in row[level] if entry.startswith(f"{label} ")]
            value = values(interface, indicator, municipality=area)[area]["value"]
            shown = words(f"{label} {t.number(value, asked.decimals)} {asked.unit[language]} 2018")
            assert entry.startswith(shown) if level == 2 else entry == shown


def test_the_municipal_level_says_the_standing_and_the_national_says_none(interface: TestClient) -> None:
    rows = grid_of(opened("framework", kieli="en", **TAMPERE))
    for indicator in (BASIC, "child_low_income", "annual_margin_per_resident", CHILDREN):
        [row] = interface.get("/v1/benchmark", params={"indicator": indicator, "municipality": "837", "year": 2018}).json()["values"]
        label = text.capital(catalog.indicators()[indicator].label["en"])
        [national], [municipal] = ([e for row in rows for e in row[level] if e.startswith(f"{label} ")] for level in (1, 2))
        assert municipal.rpartition(" ")[2] == (row["judgement"] or "2018")
        assert national.endswith(" 2018")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("awaited", AWAITED)
def test_what_is_awaited_says_whom_to_ask_at_the_municipal_level(awaited: str, language: str) -> None:
    indicator, t = catalog.indicators()[awaited], Translator(language)
    rows = grid_of(page_of_framework(language))
    label = words(text.capital(indicator.label[language]))
    [[national], [municipal]] = [[e for row in rows for e in row[level] if e.startswith(f"{label} ")] for level in (1, 2)]
    assert municipal == words(f"{label} {t('missing.no_data')}. {indicator.awaited.ask[language]}")
    assert national == words(f"{label} {t('missing.no_data')}")


_frameworks: dict = {}


def page_of_framework(language: str):
    """The framework in a language, run once."""
    if language not in _frameworks:
        _frameworks[language] = opened("framework", kieli=language, **TAMPERE)
    return _frameworks[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_framework_says_what_each_level_is_for(language: str) -> None:
    t, rows = texts(language), grid_of(page_of_framework(language))
    assert [name for name, national, _ in rows if not national] == [t["grid.object"], t["grid.purpose"]]
    assert t["grid.title"] in said(page_of_framework(language)) and t["grid.source"] in said(page_of_framework(language))


def test_the_framework_of_a_municipality_outside_the_bundle_says_so_and_keeps_the_national_figures(interface: TestClient) -> None:
    rows = grid_of(opened("framework", kieli="en", kunta="061", vuosi="2018"))
    label = text.capital(catalog.indicators()[BASIC].label["en"])
    [national], [municipal] = ([e for row in rows for e in row[level] if e.startswith(f"{label} ")] for level in (1, 2))
    assert municipal == f"{label} not loaded in these data"
    assert Translator("en").number(values(interface, BASIC, municipality="MA1")["MA1"]["value"]) in national


# /vaikuttavuus


@pytest.mark.parametrize(("cost", "outcome"), [
    (BASIC, SHARE), (CHILDREN, PLACED), ("early_childhood_cost_per_1_6", "child_low_income"), (ALL, "unemployment_rate"),
])  # fmt: skip
def test_the_table_holds_both_figures_of_every_city(cost: str, outcome: str, interface: TestClient) -> None:
    cost = cost if cost != ALL else "social_health_cost_per_resident"
    page, names = opened("effectiveness", kieli="en", **TAMPERE | {"mittari": cost}, rinnalla=outcome), english(interface)
    one, other = values(interface, cost), values(interface, outcome)
    table = page.dataframe[0].value
    found = {row[0]: row[1:3] for row in table.itertuples(index=False)}
    assert len(found) == len(one) == 20
    for code in one:
        assert found[names[code]] == pytest.approx((one[code]["value"], other[code]["value"])), code
    heads = [catalog.indicators()[i].label["en"] for i in (cost, outcome)]
    assert [head.rpartition(", ")[2] for head in table.columns[1:3]] == ["2018", "2018"]
    assert all(head.startswith(label) for head, label in zip(table.columns[1:3], heads, strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_says_both_figures_and_both_medians(language: str, interface: TestClient) -> None:
    t, page = Translator(language), opened("effectiveness", kieli=language, **TAMPERE, rinnalla=SHARE)
    parts = []
    for indicator in (BASIC, SHARE):
        asked, rows = catalog.indicators()[indicator], values(interface, indicator)
        own, median = rows["837"]["value"], statistics.median(row["value"] for row in rows.values())
        numbers = {"value": t.number(own, asked.decimals), "median": t.number(median, asked.decimals)}
        side = "above" if own > median else "below"
        parts.append(words(t(f"pair.{side}", label=asked.label[language], unit=asked.unit[language], year=2018, **numbers)))
    assert all(part in said(page) for part in parts)
    assert "; ".join(parts) in alts_of(page)[0] and "n = 20" in alts_of(page)[0]


def test_the_medians_are_those_of_the_interface(interface: TestClient) -> None:
    sentence = said(opened("effectiveness", kieli="en", **TAMPERE, rinnalla=SHARE))
    for indicator, decimals in ((BASIC, 0), (SHARE, 1)):
        [row] = interface.get("/v1/benchmark", params={"indicator": indicator, "municipality": "837", "year": 2018}).json()["values"]
        assert f"the median {Translator('en').number(row['median'], decimals)}" in sentence


@pytest.mark.parametrize(("cost", "outcome"), [(BASIC, SHARE), (CHILDREN, PLACED), ("early_childhood_cost_per_1_6", "child_low_income")])
def test_the_correlation_is_that_of_the_ranks_with_its_n(cost: str, outcome: str, interface: TestClient) -> None:
    one, other = values(interface, cost), values(interface, outcome)
    ranks = [pd.Series([rows[code]["value"] for code in one]).rank() for rows in (one, other)]
    r = f"{ranks[0].corr(ranks[1]):+.2f}".replace("-", "−")
    page = opened("effectiveness", kieli="en", **TAMPERE | {"mittari": cost}, rinnalla=outcome)
    assert f"Rank correlation (Spearman) {r}, n = 20." in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_small_group_has_no_correlation_and_every_group_the_warning(language: str) -> None:
    t = Translator(language)
    named = t("pair.correlation", r="", n=0).partition("(")[0].strip()
    for query, given in (({}, True), ({"ryhma": "own", "kunnat": "091,049"}, False)):
        page = opened("effectiveness", kieli=language, **TAMPERE | query)
        assert (named in said(page)) is given
        assert len(page.dataframe[0].value) == (20 if given else 3)
        assert words(t("pair.warning")) in [words(box.value) for box in page.info]


@pytest.mark.parametrize(("key", "choice", "part"), [
    ("pair-indicator_id", CHILDREN, {"mittari": CHILDREN}), ("pair-beside_id", PLACED, {"rinnalla": PLACED}),
])  # fmt: skip
def test_a_chosen_cost_or_outcome_goes_to_the_address(key: str, choice: str, part: dict) -> None:
    page = opened("effectiveness", kieli="en", **TAMPERE)
    assert page.selectbox(key=key).value != choice
    page.selectbox(key=key).select(choice).run()
    assert not page.exception and page.query_params == {"kieli": "en", **TAMPERE, **part}
    assert page.selectbox(key=key).value == choice and catalog.indicators()[choice].label["en"] in said(page)


def test_only_indicators_with_figures_are_offered() -> None:
    page = opened("effectiveness", kieli="en", **TAMPERE)
    for key, dimensions in (
        ("pair-indicator_id", {"cross_sector", "economy_of_services"}),
        ("pair-beside_id", {"effectiveness", "quality", "worklife"}),
    ):
        named = {i.name["en"]: i for i in catalog.indicators().values()}
        offered = [named[option] for option in page.selectbox(key=key).options]
        assert offered and all(i.formula and i.dimension in dimensions for i in offered)


def test_a_municipality_outside_the_bundle_has_no_point_and_says_why() -> None:
    page = opened("effectiveness", kieli="en", **TAMPERE | {"kunta": "061"})
    assert "Forssa: " in said(page) and "not loaded in these data" in said(page)
    assert "Forssa" not in set(page.dataframe[0].value["Municipality"])


# /tyoelama


@pytest.mark.parametrize("language", LANGUAGES)
def test_working_life_says_of_every_measure_what_it_is_whom_to_ask_and_what_to_bring(language: str) -> None:
    page = opened("worklife", kieli=language, **TAMPERE)
    assert len(WORKLIFE) == 4 and [head.value for head in page.subheader] == [i.name[language] for i in ordered(WORKLIFE)]
    for indicator in WORKLIFE:
        for part in (indicator.awaited.ask, indicator.awaited.bring, indicator.definition, indicator.caveats):
            assert words(part[language]) in said(page), indicator.id
    assert words(Translator(language)("worklife.lead")) in said(page)


def ordered(indicators: list) -> list:
    """The core measure of working life first, the rest as the catalogue has them."""
    return sorted(indicators, key=lambda i: i.id != "worklife_sickness_absence_days")


# /kustannukset


def why_of(page) -> pd.DataFrame:
    """The table of the parts of the difference."""
    return page.dataframe[-1].value


@pytest.mark.parametrize(("whole", "query"), [
    (CHILDREN, {}), (CHILDREN, {"kunta": "091"}), (CHILDREN, {"vuosi": "2016"}), (ELDERLY, {}), (ALL, {}), (ALL, {"kunta": "179"}),
    (CHILDREN, {"hinnat": "kiintea", "perusvuosi": "2019"}),
])  # fmt: skip
def test_the_parts_sum_to_the_difference_of_the_municipality_and_the_group(whole: str, query: dict, interface: TestClient) -> None:
    address = TAMPERE | {"mittari": whole} | query
    table, place, year = why_of(opened("costs", kieli="en", **address)), address["kunta"], int(address["vuosi"])
    parts, total = table.iloc[:-1, 1:], table.iloc[-1]
    assert total.iloc[0] == "Total" and list(parts.sum()) == pytest.approx(list(total.iloc[1:]), abs=1e-6)
    own, group, gap, age, unit_cost = total.iloc[1:]
    assert gap == pytest.approx(own - group, abs=1e-6) and age + unit_cost == pytest.approx(gap, abs=1e-6)
    for row in table.itertuples(index=False):
        assert row[3] == pytest.approx(row[1] - row[2], abs=1e-6) and row[4] + row[5] == pytest.approx(row[3], abs=1e-6)
    costs, residents = values(interface, whole, year), values(interface, ALL, year)
    prices = 1.018 if "hinnat" in query else 1.0  # the price index of 2019 and 2018
    assert own == pytest.approx(prices * costs[place]["numerator"] / residents[place]["denominator"])
    if place == "837":  # a city that lacks a part is not in the group's sums of that part
        sums = (sum(row["numerator"] for row in costs.values()), sum(row["denominator"] for row in residents.values()))
        assert group == pytest.approx(prices * sums[0] / sums[1])


@pytest.mark.parametrize(("query", "side"), [({}, "less than"), ({"kunta": "049"}, "more than")])
def test_the_sentence_says_the_difference_of_the_table(query: dict, side: str) -> None:
    page = opened("costs", kieli="en", **TAMPERE | {"mittari": CHILDREN} | query)
    total = why_of(page).iloc[-1]
    t = Translator("en")
    assert f"{t.number(total.iloc[1])} € per resident in 2018 (at current prices), {t.number(abs(total.iloc[3]))} € {side} " in said(page)
    age, unit_cost = (f"{value:+,.0f}".replace("-", "−") for value in total.iloc[4:])
    assert f"Age structure {age} € and unit costs {unit_cost} € per resident" in said(page)
    assert (total.iloc[3] > 0) == (side == "more than")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reasons_stand_in_every_language_with_their_table(language: str) -> None:
    t, page = Translator(language), opened("costs", kieli=language, **TAMPERE | {"mittari": CHILDREN})
    assert t("why.title", year=2018) in [words(head.value) for head in page.subheader]
    assert list(why_of(page).columns)[3:] == [t("why.gap"), t("why.age"), t("why.unit_cost")]
    assert words(t("why.how", n=20)) in said(page)
    assert why_of(page).iloc[2, 0] == text.capital(catalog.indicators()[BASIC].label[language])


def test_all_services_have_no_composition_but_seventeen_parts() -> None:
    page = opened("costs", kieli="en", **TAMPERE | {"mittari": ALL})
    assert len(page.dataframe) == 1 and len(why_of(page)) == 17 + 1
    assert "costs-measure" not in [radio.key for radio in page.radio]
    assert len(set(why_of(page).iloc[:, 0])) == 18


def test_parts_that_cannot_be_computed_are_said_so() -> None:
    page = opened("costs", kieli="en", **TAMPERE | {"mittari": ELDERLY, "vuosi": "2016"})
    assert "The parts cannot be computed for 2016" in said(page) and len(page.dataframe) == 1
    page = opened("costs", kieli="en", **TAMPERE | {"mittari": ELDERLY})
    assert "The parts cannot be computed" not in said(page) and len(page.dataframe) == 2
