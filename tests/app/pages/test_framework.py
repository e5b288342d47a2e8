"""The framework, cost and effect, working life, and why costs differ: each page says what the interface and the
catalogue hold."""

import re
import statistics
from dataclasses import dataclass

import pandas as pd
import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator, texts
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from tests.support.markup import words
from tests.support.pages import TAMPERE, alts_of, opened, said

LANGUAGES = settings.LANGUAGES
BASIC, SHARE = "basic_education_cost_per_7_15", "secondary_education_share"
CHILDREN, PLACED = "children_services_cost_per_0_17", "children_placed_outside_home"
ALL, ELDERLY = "operating_cost_per_resident", "elderly_services_cost_per_65"
AWAITED = [i for i in loader.indicators().values() if i.awaited]
WORKLIFE = [i for i in loader.indicators().values() if i.dimension == "worklife"]


def values(interface: TestClient, indicator: str, year: int = 2018, **asked: str) -> dict[str, dict]:
    """Code → row of /v1/values in one year, by default of the twenty largest cities."""
    question = {"indicator": indicator, "year": year, **(asked or {"group": "largest-20"})}
    return {row["municipality"]: row for row in interface.get("/v1/values", params=question).json()["values"]}


def valued(interface: TestClient, indicator: str) -> dict[str, dict]:
    """The same without those that have no value."""
    return {code: row for code, row in values(interface, indicator).items() if row["value"] is not None}


def english(interface: TestClient) -> dict[str, str]:
    """Code → English name."""
    return {row["code"]: row["name_en"] for row in interface.get("/v1/municipalities").json()["values"]}


# /kehikko


@dataclass(frozen=True)
class Row:
    """A dimension of the framework: its name, and indicator → what stands of it at the national and the municipal
    level."""

    name: str
    national: dict[str, str]
    municipal: dict[str, str]


def grid_of(page) -> list[Row]:
    """The rows of the framework's table."""
    [table] = [block.proto.body for block in page.get("html") if "<table" in block.proto.body]
    rows = re.findall(r"<tr><th scope='row'>(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>", table)
    return [Row(words(name), entries_of(national), entries_of(municipal)) for name, national, municipal in rows]


def entries_of(cell: str) -> dict[str, str]:
    """Indicator → its words in a cell; the indicator is that of the link. No indicator stands twice."""
    entries = re.findall(r"<li>.*?mittari=(\w+).*?</li>", cell)
    assert len(entries) == len(set(entries)) == cell.count("<li>")
    return dict(zip(entries, [words(entry) for entry in re.findall(r"<li>(.*?)</li>", cell)], strict=True))


@pytest.fixture(scope="module", params=LANGUAGES)
def framework(request: pytest.FixtureRequest):
    """(language, the framework's page in it, its rows)."""
    page = opened("framework", kieli=request.param, **TAMPERE)
    return request.param, page, grid_of(page)


def level(rows: list[Row], name: str) -> dict[str, str]:
    """Indicator → its words at one level, of all dimensions."""
    return {indicator: said for row in rows for indicator, said in getattr(row, name).items()}


def named(indicator: Indicator, language: str) -> str:
    """The name an entry begins with."""
    return words(text.capital(indicator.label[language]))


def test_the_framework_lists_every_indicator_of_the_catalogue_at_both_levels(framework) -> None:
    language, _, rows = framework
    t = Translator(language)
    for row in rows:
        wanted = {i.id for i in loader.indicators().values() if words(t(f"dimension.{i.dimension}")) == row.name}
        assert set(row.national) == set(row.municipal) == wanted, row.name
    for name in ("national", "municipal"):
        assert set(level(rows, name)) == set(loader.indicators())
        assert all(
            said.startswith(f"{named(loader.indicators()[i], language)} ") for i, said in level(rows, name).items()
        )


def test_both_levels_say_the_figures_of_the_interface(framework, interface: TestClient) -> None:
    language, _, rows = framework
    t = Translator(language)
    for asked in (
        loader.indicators()[i]
        for i in (BASIC, "annual_margin_per_resident", "child_low_income", "group_loans_per_resident")
    ):
        for name, area in (("national", "MA1"), ("municipal", "837")):
            row, said = values(interface, asked.id, municipality=area)[area], level(rows, name)[asked.id]
            if row["value"] is None:
                assert said == words(f"{named(asked, language)} {t('missing.' + row['reason'])}")
                continue
            shown = words(
                f"{named(asked, language)} {t.number(row['value'], asked.decimals)} {asked.unit[language]} 2018"
            )
            assert said.startswith(shown) and (name == "municipal" or said == shown)


def test_the_national_cell_of_productivity_has_the_total_over_education_services(framework) -> None:
    language, page, _ = framework
    t = Translator(language)
    [table] = [words(block.proto.body) for block in page.get("html") if "<table" in block.proto.body]
    unit = t("total.unit", base=2016, year=2018)
    assert words(f"{t('total.title')} {t.number(95.9, 1)} {unit}") in table


def test_the_national_figure_of_basic_education_is_that_of_mainland_finland(interface: TestClient) -> None:
    value = values(interface, BASIC, municipality="MA1")["MA1"]["value"]
    said = level(grid_of(opened("framework", kieli="en", **TAMPERE)), "national")[BASIC]
    assert (
        said
        == f"Basic education {value:,.0f} € per 7–15-year-old 2018"
        == "Basic education 9,098 € per 7–15-year-old 2018"
    )


def test_the_municipal_level_says_the_standing_and_the_national_says_none(framework, interface: TestClient) -> None:
    language, _, rows = framework
    t, marks = Translator(language), {"strong": "▲", "middle": "●", "weak": "▼"}
    for indicator in (BASIC, "child_low_income", "annual_margin_per_resident", CHILDREN):
        [row] = interface.get(
            "/v1/benchmark", params={"indicator": indicator, "municipality": "837", "year": 2018}
        ).json()["values"]
        judged = row["judgement"]
        ending = f" 2018 {marks[judged]} {t(f'judgement.{judged}')}" if judged else " 2018"
        assert level(rows, "municipal")[indicator].endswith(ending)
    assert not [said for said in level(rows, "national").values() if any(mark in said for mark in marks.values())]


def test_what_is_awaited_says_whom_to_ask_at_the_municipal_level(framework) -> None:
    language, _, rows = framework
    none = Translator(language)("missing.no_data")
    assert len(AWAITED) >= 10
    for indicator in AWAITED:
        name = named(indicator, language)
        assert level(rows, "municipal")[indicator.id] == words(f"{name} {none}. {indicator.awaited.ask[language]}")
        assert level(rows, "national")[indicator.id] == words(f"{name} {none}")


def test_the_framework_says_what_each_level_is_for(framework) -> None:
    language, page, rows = framework
    t = texts(language)
    assert [row.name for row in rows if not row.national] == [t["grid.object"], t["grid.purpose"]]
    assert t["grid.question"] in said(page) and words(t["grid.source"]) in said(page)


def test_the_framework_of_a_municipality_outside_the_bundle_says_so_and_keeps_the_national_figures(
    interface: TestClient,
) -> None:
    rows = grid_of(opened("framework", kieli="en", kunta="061", vuosi="2018"))
    assert level(rows, "municipal")[BASIC] == "Basic education not loaded in these data"
    value = values(interface, BASIC, municipality="MA1")["MA1"]["value"]
    assert Translator("en").number(value) in level(rows, "national")[BASIC]


# /vaikuttavuus


@pytest.mark.parametrize(
    ("cost", "outcome"),
    [
        (BASIC, SHARE),
        (CHILDREN, PLACED),
        ("early_childhood_cost_per_1_6", "child_low_income"),
        ("social_health_cost_per_resident", "unemployment_rate"),
    ],
)
def test_the_table_holds_both_figures_of_every_city(cost: str, outcome: str, interface: TestClient) -> None:
    page, names = (
        opened("effectiveness", kieli="en", **TAMPERE | {"mittari": cost}, rinnalla=outcome),
        english(interface),
    )
    one, other = valued(interface, cost), values(interface, outcome)
    table = page.dataframe[0].value
    found = {row[0]: row[1:3] for row in table.itertuples(index=False)}
    assert len(found) == len(one) == (19 if cost == CHILDREN else 20), (
        "Jyväskylä organises no upper secondary education"
    )
    for code in one:
        assert found[names[code]] == pytest.approx((one[code]["value"], other[code]["value"])), code
    heads = [loader.indicators()[i].label["en"] for i in (cost, outcome)]
    assert [head.rpartition(", ")[2] for head in table.columns[1:3]] == ["2018", "2018"]
    assert all(head.startswith(label) for head, label in zip(table.columns[1:3], heads, strict=True))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sentence_says_both_figures_and_both_medians(language: str, interface: TestClient) -> None:
    t, page = Translator(language), opened("effectiveness", kieli=language, **TAMPERE, rinnalla=SHARE)
    parts = []
    for indicator in (BASIC, SHARE):
        asked, rows = loader.indicators()[indicator], values(interface, indicator)
        own, median = rows["837"]["value"], statistics.median(row["value"] for row in rows.values())
        numbers = {"value": t.number(own, asked.decimals), "median": t.number(median, asked.decimals)}
        side = "above" if own > median else "below"
        parts.append(
            words(t(f"pair.{side}", label=asked.label[language], unit=asked.unit[language], year=2018, **numbers))
        )
    assert all(part in said(page) for part in parts)
    assert "; ".join(parts) in alts_of(page)[0] and "n = 20" in alts_of(page)[0]


def test_the_medians_are_those_of_the_interface(interface: TestClient) -> None:
    sentence = said(opened("effectiveness", kieli="en", **TAMPERE, rinnalla=SHARE))
    for indicator, decimals in ((BASIC, 0), (SHARE, 1)):
        [row] = interface.get(
            "/v1/benchmark", params={"indicator": indicator, "municipality": "837", "year": 2018}
        ).json()["values"]
        assert f"the median {Translator('en').number(row['median'], decimals)}" in sentence


@pytest.mark.parametrize(
    ("cost", "outcome"), [(BASIC, SHARE), (CHILDREN, PLACED), ("early_childhood_cost_per_1_6", "child_low_income")]
)
def test_the_correlation_is_that_of_the_ranks_with_its_n(cost: str, outcome: str, interface: TestClient) -> None:
    one, other = valued(interface, cost), values(interface, outcome)
    ranks = [pd.Series([rows[code]["value"] for code in one]).rank() for rows in (one, other)]
    r = f"{ranks[0].corr(ranks[1]):+.2f}".replace("-", "−")
    page = opened("effectiveness", kieli="en", **TAMPERE | {"mittari": cost}, rinnalla=outcome)
    assert f"Rank correlation (Spearman) {r}, n = {len(one)}." in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_small_group_has_no_correlation_and_every_group_the_warning(language: str) -> None:
    t = Translator(language)
    named = t("pair.correlation", r="", n=0).partition("(")[0].strip()
    for query, given in (({}, True), ({"ryhma": "own", "kunnat": "091,049"}, False)):
        page = opened("effectiveness", kieli=language, **TAMPERE | query)
        assert (named in said(page)) is given
        assert len(page.dataframe[0].value) == (20 if given else 3)
        assert words(t("pair.warning")) in [words(box.value) for box in page.info]


@pytest.mark.parametrize(
    ("key", "choice", "part"),
    [
        ("pair-indicator_id", CHILDREN, {"mittari": CHILDREN}),
        ("pair-beside_id", PLACED, {"rinnalla": PLACED}),
    ],
)
def test_a_chosen_cost_or_outcome_goes_to_the_address(key: str, choice: str, part: dict) -> None:
    page = opened("effectiveness", kieli="en", **TAMPERE)
    assert page.selectbox(key=key).value != choice
    page.selectbox(key=key).select(choice).run()
    assert not page.exception and page.query_params == {"kieli": "en", **TAMPERE, **part}
    assert page.selectbox(key=key).value == choice and loader.indicators()[choice].label["en"] in said(page)


def test_only_indicators_with_figures_are_offered(bundle: Database) -> None:
    page = opened("effectiveness", kieli="en", **TAMPERE)
    for key, dimensions in (
        ("pair-indicator_id", {"cross_sector", "economy_of_services"}),
        ("pair-beside_id", {"effectiveness", "quality", "worklife"}),
    ):
        named = {i.name["en"]: i for i in loader.indicators().values()}
        offered = [named[option] for option in page.selectbox(key=key).options]
        assert offered and all(figures.years(bundle, i) and i.dimension in dimensions for i in offered)


def test_a_municipality_outside_the_bundle_has_no_point_and_says_why() -> None:
    page = opened("effectiveness", kieli="en", **TAMPERE | {"kunta": "061"})
    assert "Forssa: " in said(page) and "not loaded in these data" in said(page)
    assert "Forssa" not in set(page.dataframe[0].value["Municipality"])


# /tyoelama


@pytest.mark.parametrize("language", LANGUAGES)
def test_working_life_says_of_every_measure_what_it_is_whom_to_ask_and_what_to_bring(language: str) -> None:
    page = opened("worklife", kieli=language, **TAMPERE)
    heads = [words(head.value) for head in page.subheader if head.value != Translator(language)("deck.take")]
    assert len(WORKLIFE) == 4 and heads == [i.name[language] for i in ordered(WORKLIFE)]
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


@pytest.mark.parametrize(
    ("whole", "query"),
    [
        (CHILDREN, {}),
        (CHILDREN, {"kunta": "091"}),
        (CHILDREN, {"vuosi": "2016"}),
        (ELDERLY, {}),
        (ALL, {}),
        (ALL, {"kunta": "179"}),
        (CHILDREN, {"hinnat": "kiintea", "perusvuosi": "2019"}),
    ],
)
def test_the_parts_sum_to_the_difference_of_the_municipality_and_the_group(
    whole: str, query: dict, interface: TestClient
) -> None:
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
    assert (
        f"{t.number(total.iloc[1])} € per resident in 2018 (at current prices), "
        f"{t.number(abs(total.iloc[3]))} € {side} " in said(page)
    )
    age, unit_cost = (f"{value:+,.0f}".replace("-", "−") for value in total.iloc[4:])
    assert f"Age structure {age} € and unit costs {unit_cost} € per resident" in said(page)
    assert (total.iloc[3] > 0) == (side == "more than")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_reasons_stand_in_every_language_with_their_table(language: str) -> None:
    t, page = Translator(language), opened("costs", kieli=language, **TAMPERE | {"mittari": CHILDREN})
    assert t("why.title", year=2018) in [words(head.value) for head in page.subheader]
    unit = t("costs.unit_per_resident")
    heads = [t("why.gap"), f"{t('why.age')}, {unit}", f"{t('why.unit_cost')}, {unit}"]
    assert list(why_of(page).columns)[3:] == heads
    assert words(t("why.how", n=20)) in said(page)
    assert why_of(page).iloc[2, 0] == text.capital(loader.indicators()[BASIC].label[language])


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
