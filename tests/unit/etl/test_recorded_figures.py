"""Figures of the recorded municipalities (tests/data): those that were published, and indicators computed a second time
from the raw answers in plain pandas, without our importer, our restatement or our SQL."""

import csv
import gzip
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot

FIXTURE = settings.ROOT / "tests" / "data"
ANSWERS = FIXTURE / "answers"
MUNICIPALITIES = 25
EVERYBODY = (0, 120)
CARE = [
    "Kotihoito",
    "Ikääntyneiden laitoshoito",
    "Ikääntyneiden ympärivuorokautisen hoivan asumispalvelut",
    "Muut ikääntyneiden palvelut",
]
CHILD_WELFARE = [
    "Lastensuojelun laitos- ja perhehoito",
    "Lastensuojelun avohuoltopalvelut",
    "Muut lasten ja perheiden avopalvelut",
]
TECHNICAL = [
    "Liikenneväylät",
    "Puistot ja yleiset alueet",
    "Yhdyskuntasuunnittelu",
    "Rakennusvalvonta",
    "Ympäristön huolto",
]
ALL_COSTS = ["Käyttötalous yhteensä"]
COSTS: dict[str, tuple[list[str], tuple[int, int]]] = {
    "early_childhood_cost_per_1_6": (["Varhaiskasvatus"], (1, 6)),
    "basic_education_cost_per_7_15": (["Perusopetus"], (7, 15)),
    "child_welfare_cost_per_0_17": (CHILD_WELFARE, (0, 17)),
    "elderly_care_cost_per_65": (CARE, (65, 120)),
    "elderly_care_cost_per_75": (CARE, (75, 120)),
    "library_cost_per_resident": (["Kirjastotoiminta"], EVERYBODY),
    "sports_cost_per_resident": (["Liikunta ja ulkoilu"], EVERYBODY),
    "youth_work_cost_per_resident": (["Nuorisotoiminta"], EVERYBODY),
    "specialised_care_cost_per_resident": (["Erikoissairaanhoito"], EVERYBODY),
    "technical_cost_per_resident": (TECHNICAL, EVERYBODY),
    "administration_cost_per_resident": (["Yleishallinto"], EVERYBODY),
    "operating_cost_per_resident": (ALL_COSTS, EVERYBODY),
}
PUBLISHED_COSTS = {
    "education_culture_cost_per_resident": (["Opetus- ja kulttuuritoiminta yhteensä"], "M497"),
    "social_health_cost_per_resident": (["Sosiaali- ja terveystoiminta yhteensä"], "M498"),
}


@pytest.fixture(scope="module")
def database(recorded: Path) -> Database:
    """The figures of the recorded municipalities."""
    return Database(open_snapshot(recorded))


# The fixture


def test_the_fixture_is_small_and_has_its_licence() -> None:
    sizes = [path.stat().st_size for path in FIXTURE.rglob("*") if path.is_file()]
    assert sum(sizes) < 1_000_000 and max(sizes) < 250_000
    licence = (FIXTURE / "LICENSE.md").read_text("utf-8")
    assert "CC BY 4.0" in licence and "No figure was changed or estimated" in licence


def test_no_answer_of_the_fixture_is_made_up() -> None:
    """The replica marks made-up figures in their texts; the script that records refuses their header."""
    packed = list((ANSWERS / "raw").iterdir())
    assert len(packed) > 60
    for file in packed:
        content = gzip.decompress(file.read_bytes()).decode("utf-8").lower()
        assert "replay" not in content and "keksit" not in content, file.name


def test_the_fixture_has_the_twenty_largest_cities_mergers_and_five_others(database: Database) -> None:
    register = figures.register(database)
    assert len(register) == MUNICIPALITIES + 1 and {"091", "214", "235", "478", "507", "890", "MA1"} < set(register)
    ended = {
        code: [(one["code"], one["name_fi"], one["ended"]) for one in row["former"]]
        for code, row in register.items()
        if row["former"]
    }
    assert ended == {
        "214": [("099", "Honkajoki", 2021)],
        "297": [("174", "Juankoski", 2017)],
        "398": [("532", "Nastola", 2016)],
        "507": [("588", "Pertunmaa", 2025)],
    }
    assert sum(row["largest_20"] for row in register.values()) == 20


# Published figures


def golden() -> list[dict[str, str]]:
    """The rows of golden.csv."""
    with (FIXTURE / "golden.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_published_figure_is_computed(database: Database) -> None:
    """To the decimals with which it is printed; euros and persons are whole."""
    rows, differing = golden(), []
    computed = {
        (name, row["municipality"], str(row["year"])): row
        for name in {row["indicator"] for row in rows}
        for row in figures.values(database, loader.indicators()[name]).to_pylist()
    }
    for row in rows:
        ours = computed[row["indicator"], row["municipality"], row["year"]]
        parts = {"numerator": 4, "denominator": 4, "value": 2}
        if any(round(ours[part], decimals) != float(row[part]) for part, decimals in parts.items()):
            differing.append(f"{row}: ours {ours}")
    assert len(rows) == 59
    assert not differing, "\n".join(differing)


# Reading the answers


def answers(address: str, method: str = "GET") -> list[Any]:
    """The answers to every request whose address holds these words."""
    manifest = json.loads((ANSWERS / "manifest.json").read_text("utf-8"))
    entries = {
        (entry["url"], entry["sha256"])
        for some in manifest["raw"]["answers"].values()
        for entry in some
        if entry["method"] == method and address in entry["url"]
    }
    assert entries, address
    return [json.loads(gzip.decompress((ANSWERS / "raw" / f"{name}.gz").read_bytes())) for _, name in sorted(entries)]


def cells(address: str) -> pd.DataFrame:
    """Every cell of json-stat2 answers: a column of codes for each dimension, one of labels (label_…), and value."""
    frames = []
    for answer in answers(address, "POST"):
        codes = [sorted((c := answer["dimension"][name]["category"]["index"]), key=c.get) for name in answer["id"]]
        index = pd.MultiIndex.from_product(codes, names=answer["id"])
        frame = pd.DataFrame({"value": pd.array(answer["value"], dtype="Float64")}, index=index).reset_index()
        for name in answer["id"]:
            frame[f"label_{name}"] = frame[name].map(answer["dimension"][name]["category"]["label"])
        frames.append(frame)
    return pd.concat(frames, ignore_index=True).dropna(subset="value").astype({"value": float})


@cache
def present_code() -> dict[str, str]:
    """The municipality of 2026 that holds the area of each code."""
    rows, *_ = answers("%23kunta_1_20260101")  # one in each language
    return {row["sourceItem"]["code"]: row["targetItem"]["code"] for row in rows}


def wide(frame: pd.DataFrame, municipality: str, year: Any, what: pd.Series | str) -> pd.DataFrame:
    """Figures by municipality of 2026 and year, a column for each of `what`; a missing part leaves its sum missing."""
    code = frame[municipality].str.removeprefix("KU")
    year = frame[year] if isinstance(year, str) else year
    what = frame[what] if isinstance(what, str) else what
    keyed = pd.DataFrame({"code": code, "year": year.astype(int), "what": what, "value": frame["value"]})
    table = keyed.pivot(index=["code", "year"], columns="what", values="value").reset_index("code")
    table["municipality"] = table.pop("code").map(present_code())
    return table.groupby(["municipality", "year"]).agg(lambda part: part.sum(skipna=False))


@cache
def costs() -> pd.DataFrame:
    frame = cells("_kta_14_")
    task = frame["label_Tehtävä"].replace({"Lasten päivähoito": "Varhaiskasvatus"})
    return 1000 * wide(frame, "Alue", "Vuosi", task)


@cache
def statements() -> pd.DataFrame:
    return 1000 * wide(cells("_kta_11_"), "Alue", "Vuosi", "label_Tilinpäätöserä")


@cache
def prices() -> pd.Series:
    frame = cells("jmhi/11m2.px")
    dimensions = [name for name in frame if f"label_{name}" in frame]
    [year] = [name for name in dimensions if frame[name].str.fullmatch(r"20\d\d").all()]
    return frame.assign(year=frame[year].astype(int)).set_index("year")["value"]


@cache
def outcomes() -> pd.DataFrame:
    """Sotkanet's indicators, a column for each with the field that has figures."""
    [regions] = answers("/rest/1.1/regions")
    code = {region["id"]: region["code"] for region in regions}
    rows = [
        (code[row["region"]], row["year"], (row["indicator"], field), row[field])
        for answer in answers("/rest/1.1/json")
        for row in answer
        for field in ("value", "absValue")
        if row.get(field) is not None
    ]
    return wide(pd.DataFrame(rows, columns=["code", "year", "what", "value"]), "code", "year", "what")


def sotkanet(indicator: int, field: str) -> pd.Series:
    """One indicator; merged municipalities are added up."""
    return outcomes()[(indicator, field)]


@cache
def key_figures() -> pd.DataFrame:
    """Published key figures by the code of the municipality in the division of 2021: later editions have no economy,
    and the same figures of these years."""
    frame = cells("kuntien_avainluvut_2021_aikasarja")
    frame["year"] = frame["Vuosi"].astype(int)
    frame["municipality"] = frame["Alue 2021"]
    return frame.pivot(index=["municipality", "year"], columns="Tiedot", values="value")


@cache
def persons(first: int, last: int) -> pd.Series:
    if (first, last) == EVERYBODY:
        return sotkanet(127, "value")
    if last <= 18:
        ages = [(552 + age, "value") for age in range(first, last + 1)]
        return outcomes()[ages].sum(axis=1, skipna=False)
    paavo = cells("paavo_9_koko_2020")
    band = paavo["label_Tiedot"].str.extract(r"^(\d+)")[0].astype(float)
    old = paavo[band >= first].assign(year=2018)
    exact = wide(old, "Postinumeroalue", "year", "Tiedot").sum(axis=1, skipna=False)
    if first != 65:
        return exact
    share = (key_figures()["M478"] * key_figures()["M411"] / 100).rename("value").dropna().reset_index()
    rough = wide(share, "municipality", "year", pd.Series("rough", index=share.index))["rough"]
    return exact.combine_first(rough)


# Computing


def total(frame: pd.DataFrame, columns: list[str]) -> pd.Series:
    return frame[columns].sum(axis=1, skipna=False)


def real_cost(classes: list[str]) -> pd.DataFrame:
    """Costs at constant prices, one column a year."""
    return total(costs(), classes).unstack("year").div(prices(), axis=1).dropna(axis=1, how="all")


def productivity(classes: list[str], ages: tuple[int, int], base: int) -> pd.Series:
    heads, cost = persons(*ages).unstack("year"), real_cost(classes)
    return (100 * heads.div(heads[base], axis=0) / cost.div(cost[base], axis=0)).stack()


def published(code: str) -> pd.Series:
    """A rate of municipalities without a merger since 2021."""
    return key_figures()[code].drop(labels=["507", "588"], level="municipality")


def published_per_resident(code: str) -> pd.Series:
    """A rate as euros, added up over mergers and divided by residents again."""
    euros = (key_figures()[code] * key_figures()["M411"]).round().rename("value").dropna().reset_index()
    return wide(euros.assign(what="eur"), "municipality", "year", "what")["eur"] / persons(*EVERYBODY)


def with_published(own: pd.Series, code: str) -> pd.Series:
    """Own figures, and the published ones of the years without any."""
    rest = published_per_resident(code)
    years = own.dropna().index.get_level_values("year").unique()
    return pd.concat([own, rest[~rest.index.get_level_values("year").isin(years)]])


SECOND_WAY: dict[str, Callable[[], pd.Series]] = {
    **{name: (lambda parts=parts: total(costs(), parts[0]) / persons(*parts[1])) for name, parts in COSTS.items()},
    **{
        name: lambda classes=classes, code=code: with_published(total(costs(), classes) / persons(*EVERYBODY), code)
        for name, (classes, code) in PUBLISHED_COSTS.items()
    },
    "annual_margin_per_resident": lambda: with_published(
        total(statements(), ["Vuosikate +/-"]) / persons(*EVERYBODY), "M499"
    ),
    "tax_revenue_per_resident": lambda: total(statements(), ["Verotulot"]) / persons(*EVERYBODY),
    "operating_cost_real_growth": lambda: (100 * (real_cost(ALL_COSTS).pct_change(axis=1, fill_method=None))).stack(),
    "basic_education_productivity": lambda: productivity(["Perusopetus"], (7, 15), 2015),
    "children_placed_outside_home": lambda: 100 * sotkanet(191, "absValue") / persons(0, 17),
    "child_low_income": lambda: 100 * sotkanet(228, "absValue") / persons(0, 17),
    "social_assistance_children": lambda: 100 * sotkanet(423, "absValue") / sotkanet(179, "absValue"),
    "group_loans_per_resident": lambda: published_per_resident("M495"),
    "tertiary_education_share": lambda: published("M486"),
}


@pytest.mark.parametrize("name", SECOND_WAY)
def test_an_indicator_equals_its_second_computation_from_the_raw_answers(name: str, database: Database) -> None:
    rows = figures.values(database, loader.indicators()[name]).to_pandas()
    rows = rows[rows["municipality"] != "MA1"].astype({"value": float}).dropna(subset="value")
    ours = dict(zip(zip(rows["municipality"], rows["year"], strict=True), rows["value"], strict=True))
    theirs = SECOND_WAY[name]().replace([np.inf, -np.inf], np.nan).dropna().to_dict()
    assert len({code for code, _ in theirs}) >= 21, "nothing was compared"
    assert set(ours) == set(theirs), "a figure in one of the two only"
    far = {key: (ours[key], theirs[key]) for key in ours if ours[key] != pytest.approx(theirs[key], rel=1e-9)}
    assert not far
