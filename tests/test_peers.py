"""Peers by structure (docs/methods.md 7): computed a second time from the Parquet files, by hand on a few, and as
/v1 answers them."""

from functools import cache
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import pytest
from starlette.testclient import TestClient

from kuntamittari.catalog import structural_variables
from kuntamittari.query import peer_structure
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import Snapshot, open_snapshot
from kuntamittari.stats import peers
from kuntamittari.web import api

YEAR = 2018
TAMPERE, HELSINKI, MUSTASAARI, ALAJARVI, MANTYHARJU = "837", "091", "499", "005", "507"
AGES = {"basic_education": (7, 15), "elderly_care": (65, 120), None: (0, 120)}
MEASURES = {"urbanisation": "key_M408", "swedish": "key_M404", "unemployment": "sotkanet_181", "education": "key_M486"}
WEIGHTS = {
    "population": 2.0,
    "urbanisation": 1.0,
    "age_share": 1.0,
    "age_change": 1.0,
    **dict.fromkeys(list(MEASURES)[1:], 1.0),
}
BASIC = "basic_education_cost_per_7_15"


# the second computation


def whole_groups(population: pd.DataFrame, first: int, last: int) -> pd.Series:
    """(municipality, year) → residents of those ages, where the bands inside hold every year of age."""
    total = (population["age_from"] == 0) & (population["age_to"] == 120)
    inside = population[~total & (population["age_from"] >= first) & (population["age_to"] <= last)]
    bands = population[total] if (first, last) == (0, 120) else inside
    known = bands.dropna(subset="persons").assign(ages=lambda band: band["age_to"].astype(int) - band["age_from"] + 1)
    summed = known.groupby(["municipality", "year"])[["persons", "ages"]].sum()
    return summed.loc[summed["ages"] == last - first + 1, "persons"]


@cache
def recomputed(
    snapshot_path: Path, service: str | None
) -> tuple[dict[str, int], pd.DataFrame, pd.DataFrame, frozenset[str]]:
    """The year of each variable; the figures and their z (one row a municipality, one column a variable); Mainland
    Finland."""
    snapshot = open_snapshot(snapshot_path)
    population, activity, register = (read(snapshot, table) for table in ("population", "activity", "municipality"))
    loaded = register[register["loaded"] & (register["code"] != "MA1")]
    mainland = loaded.loc[~loaded["aland"], "code"]
    everybody, aged = whole_groups(population, 0, 120), whole_groups(population, *AGES[service])
    before = aged.rename(lambda year: year + 5, level="year")
    figures = {
        "population": everybody,
        "age_change": (100 * (aged / before - 1)).dropna(),
        **{
            name: activity[activity["measure"] == m].set_index(["municipality", "year"])["value"].dropna()
            for name, m in MEASURES.items()
        },
    }
    if service is not None:
        figures["age_share"] = (100 * aged / everybody).dropna()
    years, values, z = {}, {}, {}
    for variable, every_year in figures.items():
        table = every_year.unstack("year").reindex(loaded["code"])
        years[variable] = max(year for year in table if year <= YEAR and table.loc[mainland, year].notna().any())
        values[variable] = table[years[variable]]
        compared = np.log(values[variable]) if variable == "population" else values[variable]
        centre = np.nanmedian(compared[mainland])
        z[variable] = (compared - centre) / (1.4826 * np.nanmedian(np.abs(compared[mainland] - centre)))
    return years, pd.DataFrame(values), pd.DataFrame(z), frozenset(mainland)


def read(snapshot: Snapshot, table: str) -> pd.DataFrame:
    """A table as its file has it."""
    return pd.read_parquet(snapshot.path(table))


def nearest(place: Path, service: str | None, municipality: str) -> list[tuple[float, str]]:
    """(distance, code) of everybody of Mainland Finland but the municipality itself, the most alike first."""
    _, _, z, mainland = recomputed(place, service)
    found = []
    for other in mainland - {municipality}:
        apart = (z.loc[municipality] - z.loc[other]).dropna()
        weight = pd.Series(WEIGHTS)[apart.index]
        found.append((float(np.sqrt((weight * apart**2).sum() / weight.sum())), other))
    return sorted(found)


@pytest.fixture(scope="module")
def country(whole_country: Path) -> Database:
    return Database(open_snapshot(whole_country))


@pytest.fixture(scope="module")
def structures(country: Database) -> dict[str | None, peers.Structure]:
    """Service → the structure of the whole country in 2018."""
    return {service: peer_structure.structure(country, service, YEAR) for service in AGES}


@pytest.mark.parametrize("service", AGES)
def test_the_variables_are_those_of_the_files(whole_country: Path, structures: dict, service: str | None) -> None:
    years, values, z, mainland = recomputed(whole_country, service)
    found = structures[service]
    assert found.years == years
    assert found.missing == [variable for variable in WEIGHTS if variable not in years]
    assert len(found.z) == 308 and len(mainland) == 292
    assert found.aland == set(values.index) - mainland
    for expected, ours in ((values, found.values), (z, found.z)):
        frame = pd.DataFrame.from_dict(ours, orient="index").reindex(index=expected.index, columns=expected.columns)
        pd.testing.assert_frame_equal(frame, expected, check_names=False, check_index_type=False, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("service", AGES)
@pytest.mark.parametrize("municipality", [TAMPERE, HELSINKI, MUSTASAARI, ALAJARVI, MANTYHARJU])
def test_the_ten_most_alike_are_those_computed_again(
    whole_country: Path, structures: dict, municipality: str, service: str | None
) -> None:
    found = structures[service]
    ranked = peers.ranked(
        found, municipality, structural_variables.usual_weights(), peers.candidates(found, municipality, aland=False)
    )
    expected = nearest(whole_country, service, municipality)
    assert [peer.municipality for peer in ranked[:10]] == [code for _, code in expected[:10]]
    assert {p.municipality: p.distance for p in ranked} == pytest.approx(
        {code: d for d, code in expected}, rel=0, abs=1e-9
    )
    assert all(sum(peer.parts.values()) == pytest.approx(peer.distance**2, abs=1e-9) for peer in ranked)


def test_what_mantyharju_lacks_is_named_beside_each_of_its_peers(whole_country: Path, structures: dict) -> None:
    _, _, z, _ = recomputed(whole_country, "basic_education")
    lacks = set(z.columns[z.loc[MANTYHARJU].isna()])
    found = structures["basic_education"]
    assert lacks
    for peer in peers.ranked(found, MANTYHARJU, WEIGHTS, peers.candidates(found, MANTYHARJU, aland=False)):
        assert set(peer.left_out) == lacks | set(z.columns[z.loc[peer.municipality].isna()])
        assert set(peer.parts) == set(z.columns) - set(peer.left_out)


@pytest.mark.parametrize("service", AGES)
def test_nobody_is_a_peer_of_its_own(structures: dict, service: str | None) -> None:
    found = structures[service]
    for code in found.z:
        assert code not in peers.candidates(found, code, aland=True)
        assert code not in {peer.municipality for peer in peers.ranked(found, code, WEIGHTS, [code, TAMPERE, HELSINKI])}


# by hand


def made(z: dict[str, dict[str, float]], aland: tuple[str, ...] = ()) -> peers.Structure:
    """A structure of given z; the figures themselves play no part in a distance."""
    return peers.Structure({}, z, z, frozenset(aland))


def order(found: peers.Structure, municipality: str, **weights: float) -> list[str]:
    """The codes in order of likeness, by the given weights and none on other variables."""
    ranked = peers.ranked(found, municipality, dict.fromkeys(WEIGHTS, 0.0) | weights, found.z)
    return [peer.municipality for peer in ranked]


OWN_Z = {"population": 0.0, "education": 0.0, "swedish": 0.0}
FOUR = made(
    {
        "001": OWN_Z,
        "002": {"population": 1.0, "education": 4.0, "swedish": -2.0},
        "003": {"population": -2.0, "education": 1.0, "swedish": 3.0},
        "004": {"population": 3.0, "education": -2.0, "swedish": 1.0},
    }
)


@pytest.mark.parametrize(
    ("variable", "expected"),
    [("population", ["002", "003", "004"]), ("education", ["003", "004", "002"]), ("swedish", ["004", "002", "003"])],
)
@pytest.mark.parametrize("weight", [0.5, 1.0, 5.0])
def test_the_only_variable_with_a_weight_decides_alone(variable: str, expected: list[str], weight: float) -> None:
    assert order(FOUR, "001", **{variable: weight}) == expected


def test_a_variable_without_weight_is_in_no_part_and_not_left_out() -> None:
    [peer] = peers.ranked(FOUR, "001", dict.fromkeys(WEIGHTS, 0.0) | {"education": 3.0}, ["002"])
    assert (peer.distance, peer.parts, peer.left_out) == (4.0, {"education": 16.0}, ())


@pytest.mark.parametrize(
    ("population", "education", "expected"),
    [(1, 1, ["002", "003"]), (2, 1, ["002", "003"]), (1, 2, ["003", "002"]), (1, 5, ["003", "002"])],
)
def test_a_heavier_variable_brings_nearer_those_alike_in_it(
    population: float, education: float, expected: list[str]
) -> None:
    """002 is alike in population, 003 in education and a little farther away by equal weights."""
    found = made(
        {
            "001": {"population": 0.0, "education": 0.0},
            "002": {"population": 0.0, "education": 2.0},
            "003": {"population": 2.1, "education": 0.0},
        }
    )
    assert order(found, "001", population=population, education=education) == expected


def test_a_heavier_weight_everywhere_changes_no_distance() -> None:
    once, thrice = (peers.ranked(FOUR, "001", {v: times * w for v, w in WEIGHTS.items()}, FOUR.z) for times in (1, 3))
    assert [p.municipality for p in once] == [p.municipality for p in thrice]
    assert [p.distance for p in once] == pytest.approx([p.distance for p in thrice])


def test_a_variable_missing_for_a_pair_is_left_out_and_the_rest_rescaled() -> None:
    """Weights 2, 1 and 1: (2·1² + 1·2²) ÷ 3 = 2 without education, (2·1² + 1·3² + 1·1²) ÷ 4 = 3 with it."""
    found = made(
        {
            "001": OWN_Z,
            "002": {"population": 1.0, "swedish": 2.0},
            "003": {"population": 1.0, "education": 3.0, "swedish": 1.0},
        }
    )
    lacking, whole = peers.ranked(found, "001", WEIGHTS, found.z)
    assert (lacking.municipality, lacking.left_out) == ("002", ("education",))
    assert lacking.distance == pytest.approx(2**0.5)
    assert lacking.parts == pytest.approx({"population": 2 / 3, "swedish": 4 / 3})
    assert (whole.municipality, whole.left_out) == ("003", ())
    assert whole.distance == pytest.approx(3**0.5)
    assert whole.parts == pytest.approx({"population": 2 / 4, "education": 9 / 4, "swedish": 1 / 4})
    [seen_from_the_other] = [p for p in peers.ranked(found, "002", WEIGHTS, found.z) if p.municipality == "001"]
    assert (seen_from_the_other.distance, seen_from_the_other.left_out) == (lacking.distance, ("education",))


def test_those_with_nothing_in_common_are_no_peers() -> None:
    found = made({"001": {"population": 0.0}, "002": {"education": 0.0}, "003": {"population": 9.0}})
    assert order(found, "001", **WEIGHTS) == ["003"]
    assert order(found, "002", **WEIGHTS) == []
    assert order(found, "001") == [], "no weight on anything"
    assert order(found, "999", **WEIGHTS) == [], "without figures"


@pytest.mark.parametrize("asked", [["004", "002", "003"], ["002", "003", "004"], ["003", "004", "002"]])
def test_those_equally_alike_come_by_code(asked: list[str]) -> None:
    found = made({"001": OWN_Z, "002": {"population": 1.0}, "003": {"population": -1.0}, "004": {"population": 1.0}})
    assert [peer.municipality for peer in peers.ranked(found, "001", WEIGHTS, asked)] == ["002", "003", "004"]


@pytest.mark.parametrize(("aland", "expected"), [(False, {"002"}), (True, {"002", "035", "478"})])
def test_aland_comes_in_when_it_is_asked_for(aland: bool, expected: set[str]) -> None:
    found = made(dict.fromkeys(["001", "002", "035", "478"], OWN_Z), aland=("035", "478"))
    assert set(peers.candidates(found, "001", aland)) == expected


def test_the_country_has_aland_among_the_candidates_only_when_asked(structures: dict) -> None:
    found = structures[None]
    assert len(found.aland) == 16
    assert set(found.z) - set(peers.candidates(found, TAMPERE, aland=False)) == found.aland | {TAMPERE}
    assert set(found.z) - set(peers.candidates(found, TAMPERE, aland=True)) == {TAMPERE}


# the interface


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(api.create())


def answered(client: TestClient, path: str, **query: Any) -> list[dict[str, Any]]:
    """The values of an answer that must succeed."""
    answer = client.get(f"/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["values"]


@pytest.mark.parametrize("service", AGES)
@pytest.mark.parametrize("n", [5, 10, 15])
def test_the_interface_answers_the_municipality_and_then_its_peers(
    client: TestClient, bundle: Database, n: int, service: str | None
) -> None:
    query = {"municipality": TAMPERE, "year": str(YEAR), "n": n} | ({"service": service} if service else {})
    own, *others = answered(client, "peers", **query)
    found = peer_structure.structure(bundle, service, YEAR)
    expected = peers.ranked(
        found, TAMPERE, structural_variables.usual_weights(), peers.candidates(found, TAMPERE, aland=False)
    )[:n]
    assert (own["rank"], own["municipality"], own["distance"], own["values"]) == (0, TAMPERE, 0, found.values[TAMPERE])
    assert [(row["rank"], row["municipality"]) for row in others] == [
        (k, peer.municipality) for k, peer in enumerate(expected, 1)
    ]
    assert [row["distance"] for row in others] == pytest.approx([peer.distance for peer in expected])
    assert [row["parts"] for row in others] == [pytest.approx(peer.parts) for peer in expected]


def test_ten_peers_of_the_last_year_is_what_a_reader_gets_unasked(client: TestClient, bundle: Database) -> None:
    last = str(bundle.snapshot.manifest["years"][-1])
    assert answered(client, "peers", municipality=TAMPERE) == answered(
        client, "peers", municipality=TAMPERE, year=last, n=10
    )


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("peers", {"n": 4}),
        ("peers", {"n": 16}),
        ("peers", {"n": 0}),
        ("peers", {"n": -5}),
        ("peers", {"n": "ten"}),
        ("peers", {"n": "7.5"}),
        ("peers", {"service": "circus"}),
        ("peers", {"service": ""}),
        ("peers", {"municipality": "MA1"}),
        ("peers", {"municipality": "999"}),
        ("peers", {"municipality": "837,091"}),
        ("peers", {"year": "1917"}),
        ("peers", {"aland": "2"}),
        ("peers", {"municipality": "005"}),  # known, but not loaded
        ("values", {"indicator": BASIC, "group": "similar", "municipality": ""}),
        ("values", {"indicator": BASIC, "group": "similar", "municipality": "837,091"}),
        ("values", {"indicator": BASIC, "group": "similar", "municipality": "MA1"}),
        ("values", {"indicator": BASIC, "municipality": TAMPERE, "group": "similar", "kunnat": "091"}),
        ("benchmark", {"indicator": BASIC, "year": "2018", "group": "similar", "municipality": "MA1"}),
        (
            "benchmark",
            {"indicator": BASIC, "year": "2018", "municipality": TAMPERE, "group": "similar", "kunnat": "091"},
        ),
    ],
)
def test_a_question_about_peers_that_has_no_answer_is_refused(
    client: TestClient, path: str, query: dict[str, Any]
) -> None:
    answer = client.get(f"/v1/{path}", params=({"municipality": TAMPERE} if path == "peers" else {}) | query)
    assert answer.status_code == 400, answer.text
    content = answer.json()
    assert list(content) == ["error"] and set(content["error"]) == {"code", "message", "field"}
    assert content["error"]["field"] == list(query)[-1]


def test_the_figures_of_peers_need_their_municipality(client: TestClient) -> None:
    error = client.get("/v1/values", params={"indicator": BASIC, "group": "similar"}).json()["error"]
    assert (error["code"], error["field"]) == ("missing_parameter", "municipality")
    rows = answered(client, "values", indicator=BASIC, group="similar", municipality=TAMPERE, year=str(YEAR))
    alike = [
        p["municipality"]
        for p in answered(client, "peers", municipality=TAMPERE, service="basic_education", year=str(YEAR))
    ]
    assert sorted(row["municipality"] for row in rows) == sorted([TAMPERE, *alike[1:]]) and len(rows) == 11


def test_a_municipality_is_compared_with_itself_and_its_ten_peers(client: TestClient) -> None:
    [row] = answered(client, "benchmark", indicator=BASIC, municipality=TAMPERE, year=str(YEAR), group="similar")
    alike = [
        p["municipality"]
        for p in answered(client, "peers", municipality=TAMPERE, service="basic_education", year=str(YEAR))
    ]
    figures = answered(client, "values", indicator=BASIC, municipality=",".join(alike), year=str(YEAR))
    assert (row["n"], row["members"], row["member"], row["municipality"], row["group"]) == (
        11,
        11,
        True,
        TAMPERE,
        "similar",
    )
    assert len(figures) == 11
    assert row["median"] == pytest.approx(median(f["value"] for f in figures))
    assert row["ratio_of_sums"] == pytest.approx(
        sum(f["numerator"] for f in figures) / sum(f["denominator"] for f in figures)
    )
    assert row["rank"] == 1 + sum(f["value"] < row["value"] for f in figures)
