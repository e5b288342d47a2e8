"""Peers on the page: the same ones as the interface names, by the reader's service, number and weights; and their
group."""

import re

import pandas as pd
import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.catalog import loader, services, structural_variables
from kuntamittari.i18n import Translator
from kuntamittari.stats import peers
from tests.support.markup import words
from tests.support.pages import TAMPERE, opened, said, warning_of

LANGUAGES = settings.LANGUAGES
EDUCATION_ALONE = "vaesto:0,tiheys:0,ika:0,muutos:0,taajama:0,ruotsi:0,tyottomyys:0,koulutus:5"
ELDERLY = TAMPERE | {"mittari": "elderly_care_cost_per_65"}


@pytest.fixture(scope="module")
def names(interface: TestClient) -> dict[str, dict[str, str]]:
    """Code → language → name."""
    rows = interface.get("/v1/municipalities").json()["values"]
    return {row["code"]: {language: row[f"name_{language}"] for language in LANGUAGES} for row in rows}


@pytest.fixture(scope="module")
def cities(interface: TestClient) -> list[str]:
    """The codes of the municipalities that are loaded."""
    return [
        row["code"]
        for row in interface.get("/v1/municipalities").json()["values"]
        if row["loaded"] and row["code"] != "MA1"
    ]


def alike(interface: TestClient, **asked: str | int) -> list[dict]:
    """What the interface says of Tampere's peers in 2018; Tampere itself first."""
    question = {"municipality": "837", "year": 2018, "service": "basic_education", "n": peers.USUAL} | asked
    return interface.get("/v1/peers", params=question).json()["values"]


def shown(page, t: Translator) -> pd.DataFrame:
    """The table of the peers."""
    [table] = [table.value for table in page.dataframe if t("peers.distance") in table.value]
    return table


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_shows_the_peers_of_the_interface_in_order_with_their_distances(
    language: str, interface: TestClient, names: dict
) -> None:
    t, rows = Translator(language), alike(interface)
    table = shown(opened("peers", kieli=language, **TAMPERE), t)
    assert len(rows) == 11
    assert list(table[t("chart.municipality")]) == [names[row["municipality"]][language] for row in rows]
    assert list(table[t("peers.distance")][1:]) == pytest.approx([row["distance"] for row in rows[1:]])
    assert pd.isna(table[t("peers.distance")][0]) and list(table[t("chart.rank")][1:]) == list(range(1, 11))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_structural_figures_stand_side_by_side_with_their_names_and_years(
    language: str, interface: TestClient
) -> None:
    t, rows = Translator(language), alike(interface)
    table = shown(opened("peers", kieli=language, **TAMPERE), t)
    years = interface.get(
        "/v1/peers", params={"municipality": "837", "year": 2018, "service": "basic_education"}
    ).json()["meta"]["years"]
    assert set(years) == set(structural_variables.variables())
    for variable, about in structural_variables.variables().items():
        column = table[f"{about['name'][language]} {years[variable]}, {about['unit'][language]}"]
        assert list(column) == pytest.approx([row["values"][variable] for row in rows]), variable


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_finding_names_the_nearest_three_and_the_service(language: str, interface: TestClient, names: dict) -> None:
    t, rows = Translator(language), alike(interface)
    first = ", ".join(names[row["municipality"]][language] for row in rows[1:4])
    ends = [t.number(rows[place]["distance"], 2) for place in (1, -1)]
    finding = said(opened("peers", kieli=language, **TAMPERE))
    assert first in finding and services.services()["basic_education"]["name"][language] in finding
    assert words(f"{ends[0]}–{ends[1]}") in finding


@pytest.mark.parametrize("n", [5, 7, 15])
def test_the_number_of_peers_comes_from_the_address(n: int, interface: TestClient) -> None:
    page = opened("peers", kieli="en", n=str(n), **TAMPERE)
    table = shown(page, Translator("en"))
    assert len(table) == n + 1 and page.slider(key="peers-n").value == n
    assert list(table["Distance"][1:]) == pytest.approx([row["distance"] for row in alike(interface, n=n)[1:]])


def test_the_number_of_peers_goes_to_the_address_and_the_usual_one_leaves_it() -> None:
    page = opened("peers", kieli="en", **TAMPERE)
    page.slider(key="peers-n").set_value(6).run()
    assert page.query_params == {"kieli": "en", **TAMPERE, "n": "6"} and len(shown(page, Translator("en"))) == 7
    page.slider(key="peers-n").set_value(peers.USUAL).run()
    assert page.query_params == {"kieli": "en", **TAMPERE}


@pytest.mark.parametrize(
    ("indicator", "service"),
    [
        ("elderly_care_cost_per_65", "elderly_care"),
        ("early_childhood_cost_per_1_6", "early_childhood"),
        ("operating_cost_per_resident", None),
    ],
)
def test_the_service_of_the_address_decides_whose_age_group_counts(
    indicator: str, service: str | None, interface: TestClient
) -> None:
    page = opened("peers", kieli="en", **TAMPERE | {"mittari": indicator})
    question = {"municipality": "837", "year": 2018} | ({"service": service} if service else {})
    rows = interface.get("/v1/peers", params=question).json()["values"]
    assert page.selectbox(key="peers-service").value == (service or "")
    assert list(shown(page, Translator("en"))["Distance"][1:]) == pytest.approx([row["distance"] for row in rows[1:]])


@pytest.mark.parametrize("service", ["elderly_care", "library", ""])
def test_a_chosen_service_goes_to_the_address_as_one_of_its_indicators(service: str, interface: TestClient) -> None:
    page = opened("peers", kieli="en", **TAMPERE)
    page.selectbox(key="peers-service").select(service).run()
    assert not page.exception
    chosen = loader.indicators()[page.query_params["mittari"]]
    assert chosen.service == (service or None) and chosen.formula
    question = {"municipality": "837", "year": 2018} | ({"service": service} if service else {})
    rows = interface.get("/v1/peers", params=question).json()["values"]
    assert list(shown(page, Translator("en"))["Distance"][1:]) == pytest.approx([row["distance"] for row in rows[1:]])


def test_education_as_the_only_weight_orders_by_the_difference_in_education(
    interface: TestClient, names: dict, cities: list
) -> None:
    own = {code: alike(interface, municipality=code)[0]["values"]["education"] for code in cities}
    differences = {names[code]["en"]: abs(own[code] - own["837"]) for code in cities if code != "837"}
    table = shown(opened("peers", kieli="en", n="15", painot=EDUCATION_ALONE, **TAMPERE), Translator("en"))
    listed = [differences[name] for name in table["Municipality"][1:]]
    assert listed == pytest.approx(sorted(differences.values())[:15])
    unit = table["Distance"][15] / listed[-1]
    assert list(table["Distance"][1:]) == pytest.approx([difference * unit for difference in listed])


def test_weights_of_the_address_stand_on_the_sliders_and_change_the_peers() -> None:
    page = opened("peers", kieli="en", painot="vaesto:0,ika:0.5", **TAMPERE)
    weights = {
        variable: page.select_slider(key=f"weight-{variable}").value for variable in structural_variables.variables()
    }
    assert weights == structural_variables.usual_weights() | {"population": 0.0, "age_share": 0.5}
    usual = shown(opened("peers", kieli="en", **TAMPERE), Translator("en"))
    assert list(shown(page, Translator("en"))["Distance"][1:]) != list(usual["Distance"][1:])


@pytest.mark.parametrize(
    ("variable", "weight", "written"),
    [
        ("population", 0.0, "vaesto:0"),
        ("age_share", 2.5, "ika:2.5"),
        ("swedish", 5.0, "ruotsi:5"),
        ("education", 0.5, "koulutus:0.5"),
    ],
)
def test_a_weight_goes_to_the_address_and_the_usual_one_leaves_it(variable: str, weight: float, written: str) -> None:
    page = opened("peers", kieli="en", **TAMPERE)
    page.select_slider(key=f"weight-{variable}").set_value(weight).run()
    assert page.query_params == {"kieli": "en", **TAMPERE, "painot": written} and not page.warning
    assert page.select_slider(key=f"weight-{variable}").value == weight
    page.select_slider(key=f"weight-{variable}").set_value(structural_variables.usual_weights()[variable]).run()
    assert "painot" not in page.query_params


def test_the_last_weight_cannot_be_taken_away() -> None:
    page = opened("peers", kieli="en", painot=EDUCATION_ALONE, **TAMPERE)
    page.select_slider(key="weight-education").set_value(0.0).run()
    assert page.query_params["painot"].split(",")[-1] == "koulutus:5" and not page.warning and not page.exception


@pytest.mark.parametrize(
    ("painot", "named"),
    [
        ("zzz:1", "zzz:1"),
        ("vaesto:9", "vaesto:9"),
        ("vaesto:5.5", "vaesto:5.5"),
        ("vaesto:-1", "vaesto:-1"),
        ("vaesto", "vaesto"),
        ("ika:2,vaesto:kaksi", "vaesto:kaksi"),
        (EDUCATION_ALONE.replace("5", "0"), "vaesto:0"),
    ],
)
def test_bad_weights_are_named_in_the_notice(painot: str, named: str) -> None:
    page = opened("peers", kieli="en", painot=painot, **TAMPERE)
    assert f"”{named}" in warning_of(page).replace("“", "”") and len(shown(page, Translator("en"))) == 11


def test_a_good_weight_beside_a_bad_one_holds_and_is_not_named() -> None:
    page = opened("peers", kieli="en", painot="ika:3,vaesto:kaksi", **TAMPERE)
    assert (
        page.select_slider(key="weight-age_share").value == 3.0
        and page.select_slider(key="weight-population").value == 2.0
    )
    assert "ika" not in warning_of(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("place", "key"), [(1, "peers.is_peer"), (5, "peers.is_peer"), (6, "peers.no_peer"), (15, "peers.no_peer")]
)
def test_why_not_says_the_place_and_the_distance_of_the_chosen_one(
    place: int, key: str, language: str, interface: TestClient, names: dict
) -> None:
    t, rows = Translator(language), alike(interface, n=15)
    page = opened("peers", kieli=language, n="5", **TAMPERE)
    page.selectbox(key="peers-other").select(rows[place]["municipality"]).run()
    distances = {"distance": t.number(rows[place]["distance"], 2), "limit": t.number(rows[5]["distance"], 2)}
    assert words(
        t(key, name=names[rows[place]["municipality"]][language], place=place, all=19, n=5, **distances)
    ) in said(page)
    parts = rows[place]["parts"]
    largest = max(parts, key=lambda variable: parts[variable])
    share = t.number(100 * parts[largest] / sum(parts.values()))
    assert words(f"{structural_variables.variables()[largest]['name'][language]}, {share} %") in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_municipality_outside_the_bundle_says_that_its_structure_is_not_loaded(language: str, names: dict) -> None:
    page = opened("peers", kieli=language, kunta="061", vuosi="2018")
    assert words(Translator(language)("peers.none", name=names["061"][language])) in said(page)
    assert not page.dataframe and not page.get("vega_lite_chart")


@pytest.mark.parametrize(
    "address", [TAMPERE, ELDERLY, TAMPERE | {"kunta": "091"}, TAMPERE | {"mittari": "library_cost_per_resident"}]
)
def test_the_group_of_peers_is_the_one_of_the_interface_with_the_municipality_itself(
    address: dict, interface: TestClient, names: dict
) -> None:
    page = opened("comparison", kieli="en", **address | {"ryhma": "similar"})
    asked = loader.indicators()[address["mittari"]]
    question = {"indicator": asked.id, "municipality": address["kunta"], "year": 2018, "group": "similar"}
    [row] = interface.get("/v1/benchmark", params=question).json()["values"]
    listed = alike(interface, municipality=address["kunta"], service=asked.service)
    table = page.dataframe[0].value.set_index("Municipality")
    members = {names[row["municipality"]]["en"] for row in listed}
    own = names[address["kunta"]]["en"]
    extra = {names["MA1"]["en"], "Median (typical member)", "Group as one municipality"}
    assert set(table.index) - extra == members and own in members and len(members) == row["n"] == 11
    assert table.loc[own, "Rank"] == row["rank"]
    assert table.loc["Median (typical member)"].iloc[1] == pytest.approx(row["median"])
    finding = said(page)
    assert (
        f"n = {row['n']}" in finding
        and f"The rank is {row['rank']} ({row['rank_low']}–{row['rank_high']}) of 11" in finding
    )
    middle = Translator("en").number(row["median"], asked.decimals)
    assert f"The median of the group is {middle} (the municipality and 10 peers" in finding


def test_the_group_of_peers_has_as_many_members_as_the_reader_asks_for() -> None:
    page = opened("comparison", kieli="en", n="5", **TAMPERE | {"ryhma": "similar"})
    assert "(the municipality and 5 peers, n = 6)" in said(page)


# kinds of peers


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_variable_has_a_panel_with_the_municipality_and_its_peers(language: str, interface: TestClient) -> None:
    page, t = opened("peers", kieli=language, **TAMPERE), Translator(language)
    [panels] = [html.body for html in page.get("html") if "km-panels" in html.body]
    own, *others = alike(interface, municipality="837", service="basic_education", year="2018")
    assert panels.count("<section>") == len(own["values"]) == 8
    assert panels.count("<li") == 8 * (1 + len(others)) and panels.count("km-chosen") == 8
    for variable, value in own["values"].items():
        assert t.number(value, structural_variables.about(variable)["decimals"]) in panels
    shares = [int(share) for share in re.findall(r"<span>(\d+)[^<]*%", panels)]
    assert sum(shares) == pytest.approx(100, abs=4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_peers_of_the_same_need_can_be_chosen_and_stay_in_the_address(language: str) -> None:
    page = opened("peers", kieli=language, **TAMPERE)
    page.radio(key="peers-kind").set_value("same-need").run()
    assert page.query_params["ryhma"] == "same-need" and not page.exception
    [panels] = [html.body for html in page.get("html") if "km-panels" in html.body]
    assert panels.count("<section>") == 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("group", "indicator", "reason"),
    [
        ("same-need", "library_cost_per_resident", "instead_same_need"),
        ("neighbours", "basic_education_cost_per_7_15", "instead_neighbours"),
    ],
)
def test_a_group_that_cannot_be_had_is_replaced_and_said(
    language: str, group: str, indicator: str, reason: str
) -> None:
    page, t = opened("comparison", kieli=language, kunta="837", mittari=indicator, ryhma=group), Translator(language)
    assert words(t(f"notice.{reason}", n=10)) in said(page) and not page.exception
    assert t("group.similar", n=10) in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_how_well_peers_predict(language: str) -> None:
    page, t = opened("peers", kieli=language, **ELDERLY), Translator(language)
    assert t("peers.quality") in [head.value for head in page.subheader]
    [bars] = [html.body for html in page.get("html") if "km-bars" in html.body]
    assert bars.count("<li>") == 4, "older people's care has no model of need"
    assert bars.index(t("peers.method_structure")) < bars.index(t("peers.method_everybody"))
