"""Expected costs by need (docs/methods.md 9), computed a second time from the published files in plain NumPy."""

import math
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kuntamittari.catalog import need_models
from kuntamittari.catalog.indicator import Basis
from kuntamittari.query import comparisons, figures, need
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group
from kuntamittari.query.peers import predictive, same_need
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.stats import peers
from tests.support.published.boundaries import land_km2
from tests.support.published.second_way import published

SOCIAL, BASIC = "social_health_cost_per_resident", "basic_education_cost_per_7_15"
CLASSES = {SOCIAL: "Sosiaali- ja terveystoiminta yhteensä", BASIC: "Perusopetus"}
YEARS = [(SOCIAL, 2018), (BASIC, 2015), (BASIC, 2017), (BASIC, 2018), (BASIC, 2019)]
MANTYHARJU = "507"  # Pertunmaa was merged into it, so that rates of it are not known


# the second computation


@cache
def table(place: Path, name: str) -> pd.DataFrame:
    """A table as its file has it."""
    return pd.read_parquet(open_snapshot(place).path(name))


def residents(place: Path, youngest: int, oldest: int, year: int) -> pd.Series:
    """Municipality → residents of those ages, where bands cover them."""
    of = table(place, "population")
    of = of[(of["year"] == year) & of["persons"].notna()]
    total = (of["age_from"] == 0) & (of["age_to"] == 120)
    inside = of[total] if oldest - youngest == 120 else of[~total & (of.age_from >= youngest) & (of.age_to <= oldest)]
    summed = inside.assign(ages=inside.age_to - inside.age_from + 1).groupby("municipality")[["persons", "ages"]].sum()
    return summed.loc[summed["ages"] == oldest - youngest + 1, "persons"]


def measured(place: Path, measure: str, year: int) -> pd.Series:
    """Municipality → value of a measure."""
    of = table(place, "activity")
    return of[(of["measure"] == measure) & (of["year"] == year)].set_index("municipality")["value"]


@cache
def drawn_up(place: Path, indicator: str, year: int) -> tuple[pd.DataFrame, np.ndarray, float, pd.Series]:
    """Drivers and costs of the mainland municipalities that have all of them; coefficients with the intercept; R² left
    out; expected costs a head."""
    register, finance = table(place, "municipality"), table(place, "finance")
    mainland = register.loc[~register["aland"] & (register["code"] != "MA1"), "code"]
    languages = published("municipalities_2026.csv").set_index("code")["language_code"].astype(str)
    area, everybody = pd.Series(land_km2()), residents(place, 0, 120, year)
    cost = finance[(finance["task_class"] == CLASSES[indicator]) & (finance["year"] == year)]
    cost = cost.set_index("municipality")["eur"]
    if indicator == SOCIAL:
        heads = everybody
        drivers = {
            **{str(ages): 100 * residents(place, *ages, year) / everybody for ages in ((65, 74), (75, 84), (85, 120))},
            "unemployment": measured(place, "sotkanet_181", year),
            "education": measured(place, "key_M488", year),
            "density": np.log(everybody / area),
            "foreign": measured(place, "key_M410", year),
        }
    else:
        heads = residents(place, 7, 15, year)
        density = np.log(heads / area)
        drivers = {
            "density": density,
            "squared": density**2,
            "bilingual": languages.isin(["1", "3"]).astype(float),
            "foreign": measured(place, "key_M410", year),
        }
    known = pd.DataFrame(drivers | {"heads": heads, "cost": cost}).loc[mainland].dropna()
    terms = np.column_stack([np.ones(len(known)), known[list(drivers)].to_numpy()])
    wanted = np.log((known["cost"] / known["heads"]).to_numpy())
    beta, *_ = np.linalg.lstsq(terms, wanted, rcond=None)
    alone = []
    for at in range(len(known)):  # left out one by one, in the plainest way
        others = np.arange(len(known)) != at
        fitted, *_ = np.linalg.lstsq(terms[others], wanted[others], rcond=None)
        alone.append(wanted[at] - terms[at] @ fitted)
    r2 = 1 - np.square(alone).sum() / np.square(wanted - wanted.mean()).sum()
    expected = pd.Series(np.exp(terms @ beta), known.index)
    expected *= known["cost"].sum() / (expected * known["heads"]).sum()
    return known, beta, float(r2), expected


@pytest.mark.parametrize(("indicator", "year"), YEARS)
def test_the_model_is_the_one_computed_again(country: Database, whole_country: Path, indicator: str, year: int) -> None:
    known, beta, r2, expected = drawn_up(whole_country, indicator, year)
    found = need.model(country, indicator, year)
    assert found is not None and found.fit.n == len(known) == 291
    assert [found.fit.intercept, *found.fit.coefficients] == pytest.approx(beta, rel=0, abs=1e-8)
    assert found.fit.left_out_r2 == pytest.approx(r2, abs=1e-8)
    ours = need.expected(country, indicator, year)
    assert {code: one.cost for code, one in ours.items() if code in expected.index} == pytest.approx(
        expected.to_dict(), rel=1e-9
    )
    assert MANTYHARJU not in ours, "nothing is guessed"
    assert set(ours) == set(expected.index), "and nobody of Åland is measured by the mainland"
    total = sum(ours[code].cost * heads for code, heads in known["heads"].items())
    assert total == pytest.approx(known["cost"].sum(), rel=1e-9), "expected costs sum to actual ones"


def test_the_share_explained_is_what_the_methods_say(country: Database) -> None:
    shares = {(i, y): need.model(country, i, y).fit.left_out_r2 for i, y in ((SOCIAL, 2018), (BASIC, 2018))}  # type: ignore[union-attr]
    assert {key: round(share, 2) for key, share in shares.items()} == {(SOCIAL, 2018): 0.81, (BASIC, 2018): 0.63}


def test_there_is_a_model_only_of_years_with_every_driver(country: Database) -> None:
    assert need.years(country, SOCIAL) == [2018], "residents of 75 or over and of 85 or over are loaded of 2018 alone"
    assert need.years(country, BASIC) == [2015, 2016, 2017, 2018, 2019]
    assert need.expected(country, SOCIAL, 2019) == {}, "no coefficient is carried to another year"


@pytest.mark.parametrize(("indicator", "year"), YEARS)
def test_the_effects_of_the_drivers_sum_to_the_difference(country: Database, indicator: str, year: int) -> None:
    for one in need.expected(country, indicator, year).values():
        assert sum(one.effects.values()) == pytest.approx(one.cost - one.usual, abs=1e-9 * one.cost)
        assert list(one.effects) == list(need_models.models()[indicator].drivers)


@pytest.mark.parametrize("indicator", [SOCIAL, BASIC])
def test_the_bundle_has_the_very_models_of_the_country(bundle: Database, country: Database, indicator: str) -> None:
    assert need.years(bundle, indicator) == need.years(country, indicator)
    for year in need.years(bundle, indicator):
        ours, theirs = need.expected(bundle, indicator, year), need.expected(country, indicator, year)
        assert len(ours) == 20
        assert {c: one.cost for c, one in ours.items()} == pytest.approx({c: theirs[c].cost for c in ours}, rel=1e-12)


# in a comparison


@pytest.mark.parametrize("group", ["all", "largest-20", "size-3"])
def test_social_and_health_costs_are_judged_by_their_deviation(country: Database, group: str) -> None:
    indicator = figures.catalogue(country)[SOCIAL]
    rows = comparisons.compare(country, indicator, Group(group), 2018).rows
    known = [row for row in rows if row["deviation"] is not None]
    for row in known:
        assert row["deviation"] == pytest.approx(100 * (row["value"] / row["expected"] - 1))
    in_order = sorted(known, key=lambda row: row["deviation"])
    assert [row["deviation_rank"] for row in in_order] == list(range(1, len(known) + 1))
    for row in known:
        assert row["deviation_rank_low"] <= row["deviation_rank"] <= row["deviation_rank_high"]
        below = sum(other["deviation"] < row["deviation"] for other in known)
        percentile = 100 - 100 * (below + 0.5) / len(known)
        quarter = "strong" if percentile >= 75 else "weak" if percentile <= 25 else "middle"
        assert row["judgement"] in ((quarter, "near") if quarter != "middle" else (quarter,))
        assert row["firm"] is not None
    unknown = [row for row in rows if row["deviation"] is None and row["value"] is not None]
    assert [(row["judgement"], row["unjudged"]) for row in unknown] == [(None, "no_expected_cost")] * len(unknown)


def test_a_year_without_a_model_has_no_verdict_on_social_and_health_costs(country: Database) -> None:
    indicator = figures.catalogue(country)[SOCIAL]
    rows = comparisons.compare(country, indicator, Group("all"), 2019).rows
    assert {(row["judgement"], row["unjudged"]) for row in rows} == {(None, "no_expected_cost")}


def test_basic_education_keeps_its_verdict_beside_the_expected_cost(country: Database) -> None:
    indicator = figures.catalogue(country)[BASIC]
    rows = comparisons.compare(country, indicator, Group("all"), 2018).rows
    assert sum(row["expected"] is not None for row in rows) == 291
    assert {row["judgement"] for row in rows} >= {"strong", "near", "middle", "weak"}


def test_prices_change_the_expected_cost_and_not_the_deviation(country: Database) -> None:
    indicator = figures.catalogue(country)[BASIC]
    as_it_was = comparisons.compare(country, indicator, Group("all"), 2016).of("837")
    later = comparisons.compare(country, indicator, Group("all"), 2016, basis=Basis(price_year=2019)).of("837")
    assert as_it_was and later and later["deviation"] == pytest.approx(as_it_was["deviation"])
    assert later["expected"] / as_it_was["expected"] == pytest.approx(later["value"] / as_it_was["value"])
    together = comparisons.compare(country, indicator, Group("all"), 2017, basis=Basis(years_together=3)).of("837")
    assert together and together["expected"] is together["deviation"] is None


# peers of the same need


@pytest.mark.parametrize("indicator", [SOCIAL, BASIC])
@pytest.mark.parametrize("municipality", ["091", "049", "837", "297", "890"])
def test_peers_of_the_same_need_are_those_computed_again(
    country: Database, whole_country: Path, indicator: str, municipality: str
) -> None:
    found = same_need.same_need(country, need_models.models()[indicator], 2018)
    assert found is not None
    ranked = peers.ranked(found, municipality, same_need.WEIGHTS, peers.candidates(found, municipality, aland=False))
    _, _, _, expected = drawn_up(whole_country, indicator, 2018)
    register = table(whole_country, "municipality")
    mainland = register.loc[~register["aland"] & (register["code"] != "MA1"), "code"]
    size = np.log(residents(whole_country, 0, 120, 2018)[mainland])
    cost = np.log(expected)
    z = pd.DataFrame({"size": (size - size.mean()) / size.std(ddof=0), "cost": (cost - cost.mean()) / cost.std(ddof=0)})
    apart = ((z.dropna() - z.loc[municipality]) ** 2).mean(axis=1).drop(municipality)
    wanted = sorted((math.sqrt(square), code) for code, square in apart.items())
    assert [peer.municipality for peer in ranked[:10]] == [code for _, code in wanted[:10]]
    assert [peer.distance for peer in ranked[:10]] == pytest.approx([d for d, _ in wanted[:10]], abs=1e-9)


# how well peers predict


def test_the_default_predicts_better_than_the_former_method(country: Database) -> None:
    tested = predictive.results(country)
    for indicator in (SOCIAL, BASIC):
        of = tested[indicator]
        assert of["structure"].error < of["former"].error < of["everybody"].error
        assert of["structure"].largest_share < 0.5 < of["former"].largest_share
        assert of["structure"].largest_size < 10 < of["former"].largest_size


def test_the_errors_of_2018_are_those_that_the_methods_say(country: Database) -> None:
    found = {}
    for indicator in (SOCIAL, BASIC):
        asked = figures.catalogue(country)[indicator]
        by = {method: predictive._alike(country, method, asked, 2018) for method in predictive.LIKENESSES}
        found[indicator] = predictive._tested(country, asked, 2018, by)
    assert found[BASIC]["former"].error == pytest.approx(0.0905, abs=5e-5)
    assert found[BASIC]["structure"].error == pytest.approx(0.0843, abs=5e-5)
    assert found[SOCIAL]["former"].error == pytest.approx(0.1017, abs=5e-5)
    assert found[SOCIAL]["structure"].error == pytest.approx(0.0861, abs=5e-5)


def test_the_bundle_has_the_very_results_of_the_country(bundle: Database, country: Database) -> None:
    assert predictive.results(bundle) == predictive.results(country)
