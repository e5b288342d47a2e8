"""Peers of the whole country (docs/methods.md 7), computed a second time from the Parquet files and the boundaries."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kuntamittari.catalog import structural_variables
from kuntamittari.query.database import Database
from kuntamittari.query.peers import structure
from kuntamittari.query.snapshot import Snapshot, open_snapshot
from kuntamittari.stats import peers
from tests.support.published.boundaries import land_km2

YEAR = 2018
TAMPERE, HELSINKI, MUSTASAARI, ALAJARVI, MANTYHARJU = "837", "091", "499", "005", "507"
AGES = {"basic_education": (7, 15), "elderly_care": (65, 120), None: (0, 120)}
MEASURES = {"urbanisation": "key_M408", "swedish": "key_M404", "unemployment": "sotkanet_181", "education": "key_M486"}
WEIGHTS = {
    "population": 2.0,
    "density": 1.0,
    "urbanisation": 1.0,
    "age_share": 1.0,
    "age_change": 1.0,
    **dict.fromkeys(list(MEASURES)[1:], 1.0),
}


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
        "density": (everybody / everybody.index.get_level_values("municipality").map(land_km2())).dropna(),
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
        turned = {"population": np.log, "density": np.log, "swedish": np.sqrt}
        compared = turned.get(variable, lambda value: value)(values[variable])
        z[variable] = (compared - compared[mainland].mean()) / compared[mainland].std(ddof=0)
    return years, pd.DataFrame(values), pd.DataFrame(z), frozenset(mainland)


def read(snapshot: Snapshot, table: str) -> pd.DataFrame:
    """A table as its file has it."""
    return pd.read_parquet(snapshot.path(table))


def nearest(place: Path, service: str | None, municipality: str) -> list[tuple[float, str]]:
    """(distance, code) of everybody of Mainland Finland but the municipality itself: those within five times the size,
    the most alike first, then the others, the nearest in size first."""
    _, values, z, mainland = recomputed(place, service)
    inside, outside = [], []
    for other in mainland - {municipality}:
        apart = (z.loc[municipality] - z.loc[other]).dropna()
        weight = pd.Series(WEIGHTS)[apart.index]
        distance = float(np.sqrt((weight * apart**2).sum() / weight.sum()))
        ratio = values.loc[other, "population"] / values.loc[municipality, "population"]
        if 0.2 <= ratio <= 5:
            inside.append((distance, other))
        else:
            outside.append((abs(np.log(ratio)), other, distance))
    return sorted(inside) + [(distance, other) for _, other, distance in sorted(outside)]


@pytest.fixture(scope="module")
def structures(country: Database) -> dict[str | None, peers.Structure]:
    """Service → the structure of the whole country in 2018."""
    return {service: structure.structure(country, service, YEAR) for service in AGES}


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


def test_the_country_has_aland_among_the_candidates_only_when_asked(structures: dict) -> None:
    found = structures[None]
    assert len(found.aland) == 16
    assert set(found.z) - set(peers.candidates(found, TAMPERE, aland=False)) == found.aland | {TAMPERE}
    assert set(found.z) - set(peers.candidates(found, TAMPERE, aland=True)) == {TAMPERE}


@pytest.mark.parametrize("service", AGES)
@pytest.mark.parametrize("year", [2016, 2018, 2019])
def test_the_bundle_has_the_very_scale_of_the_country(
    bundle: Database, country: Database, service: str | None, year: int
) -> None:
    part, whole = (structure.structure(data, service, year) for data in (bundle, country))
    assert len(part.z) == 20 and part.years == whole.years
    for code, of in part.z.items():
        assert of == pytest.approx(whole.z[code], abs=1e-12)
