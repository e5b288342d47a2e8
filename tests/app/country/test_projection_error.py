"""How far the projection was from the residents counted later, computed a second time in plain pandas from the
published files, and the fans that it widens (docs/methods.md 16)."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.exhibits import page_context, sector_outlook
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.query.variation import projection_error
from kuntamittari.stats import outlook
from tests.support.pages import opened, said
from tests.support.published.second_way import mainland
from tests.support.replay import Loaded

SERVICES = {indicator.id: outlook.ages_of(indicator) for indicator in outlook.services(loader.indicators())}
EARLY, ELDERLY = "early_childhood_cost_per_1_6", "elderly_care_cost_per_65"
LIMITS = (0, 2_000, 10_000, np.inf)
COLUMNS = ["subject", "part", "last_year", "term", "value"]


def heads(table: pd.DataFrame, ages: tuple[int, int]) -> pd.DataFrame:
    """Years × municipalities, of those that have the whole age group."""
    inside = table[(table["age_from"] >= ages[0]) & (table["age_to"] <= ages[1])]
    inside = inside[inside["age_to"] - inside["age_from"] < 120]
    inside = inside.assign(width=inside["age_to"] - inside["age_from"] + 1)
    sums = inside.groupby(["year", "municipality"])[["persons", "width"]].sum()
    return sums.loc[sums["width"] == ages[1] - ages[0] + 1, "persons"].unstack("municipality")


@pytest.fixture(scope="module")
def medians(whole_country: Path) -> dict[str, pd.DataFrame]:
    """Service → median error in per cent, years × sizes (as the least residents of each)."""
    snapshot = open_snapshot(whole_country)
    tables = {name: pd.read_parquet(snapshot.path(name)) for name in ("population", "projection", "municipality")}
    residents = tables["municipality"].set_index("code")["residents"][mainland()].astype(float)
    size = pd.cut(residents, LIMITS, right=False, labels=list(map(str, LIMITS[:3]))).astype(str)
    found = {}
    for service, ages in SERVICES.items():
        counted, projected = (heads(tables[name], ages)[mainland()] for name in ("population", "projection"))
        years = [year for year in counted.index if year in projected.index]
        error = (counted.loc[years] / projected.loc[years] - 1).abs().replace(np.inf, np.nan)
        found[service] = 100 * error.T.groupby(size).median().T
    return found


def errors_of(models: pd.DataFrame) -> pd.DataFrame:
    return models.loc[models["model"] == "projection", COLUMNS].sort_values(COLUMNS[:4]).reset_index(drop=True)


def models_of(folder: Path) -> pd.DataFrame:
    return pd.read_parquet(open_snapshot(folder).path("models"))


def test_every_error_in_the_table_equals_its_second_computation(
    whole_country: Path, medians: dict[str, pd.DataFrame]
) -> None:
    rows = errors_of(models_of(whole_country))
    ours = rows[rows["term"] == "error"].set_index(["subject", "last_year", "part"])["value"]
    theirs = pd.concat(medians).rename_axis(["subject", "last_year"]).stack() / 100
    assert len(ours) == len(theirs) >= 3 * 3 * len(SERVICES)
    assert ours.sort_index().to_numpy() == pytest.approx(theirs.sort_index().to_numpy(), rel=1e-12)
    assert ours.sort_index().index.tolist() == theirs.sort_index().index.tolist()


def test_the_errors_of_young_children_are_those_known_of_the_projection_of_2019(
    medians: dict[str, pd.DataFrame],
) -> None:
    assert medians[EARLY].loc[2021, ["0", "2000", "10000"]].to_list() == pytest.approx([9.7, 4.5, 2.0], abs=0.05)


def test_errors_grow_as_fitted_within_age_groups_and_sizes(
    whole_country: Path, medians: dict[str, pd.DataFrame]
) -> None:
    """Least squares with a constant for each series, by numpy's own solver."""
    by_ages = {SERVICES[service]: table for service, table in medians.items()}
    points = [
        (f"{ages}-{size}", year - 2018, table.loc[year, size])
        for ages, table in by_ages.items()
        for year in table.index
        for size in table.columns
    ]
    table = pd.DataFrame(points, columns=["series", "horizon", "error"])
    constants = pd.get_dummies(table["series"], dtype=float)
    left = np.column_stack([np.log(table["horizon"]), constants])
    slope = np.linalg.lstsq(left, np.log(table["error"]), rcond=None)[0][0]
    rows = errors_of(models_of(whole_country))
    growth = rows[rows["term"] == "growth"]
    assert set(growth["subject"]) == set(SERVICES) and 0.5 < slope < 1
    assert growth["value"].to_list() == pytest.approx([slope] * len(SERVICES), rel=1e-9)


def test_a_part_of_the_country_brings_the_errors_of_the_whole(whole_country: Path, one_year: Loaded) -> None:
    whole, part = errors_of(models_of(whole_country)), errors_of(models_of(one_year.data))
    assert len(whole) and part.equals(whole)


def test_the_bundle_has_the_errors_of_the_whole_country(whole_country: Path) -> None:
    bundle, whole = errors_of(models_of(settings.ROOT / "data")), errors_of(models_of(whole_country))
    assert bundle[COLUMNS[:4]].equals(whole[COLUMNS[:4]])
    assert bundle["value"].to_numpy() == pytest.approx(whole["value"].to_numpy(), rel=1e-9)


@pytest.fixture(scope="module")
def by_size(country: Database) -> dict[int, str]:
    """Size → a mainland municipality of it."""
    register = figures.register(country)
    return {outlook.size_of(register[code]["residents"]): code for code in mainland()}


def test_the_smaller_a_municipality_the_wider_its_fan(
    country: Database, by_size: dict[int, str], medians: dict[str, pd.DataFrame]
) -> None:
    assert sorted(by_size) == list(outlook.SIZES)
    for size, code in by_size.items():
        context = page_context.read({"kunta": code, "kieli": "en", "palvelu": EARLY, "haarukka": "1"}, country)
        exhibit = sector_outlook.costs_ahead(context)
        assert exhibit and exhibit.series and exhibit.categories[:3] == ("2019", "2020", "2021")
        low, middle, high = (
            np.array(exhibit.series[name])
            for name in ("Lower edge of the fan", "Unit cost stays", "Upper edge of the fan")
        )
        error = medians[EARLY][str(size)].cummax().loc[2020:2021].to_numpy() / 100
        horizon = np.array([1, 2])
        assert low[1:3] / middle[1:3] == pytest.approx((1 - error) * 0.99**horizon)
        assert high[1:3] / middle[1:3] == pytest.approx((1 + error) * 1.01**horizon)
        assert low[0] == middle[0] == high[0], "today's cost is known"
        assert (np.diff(high / middle) > 0).all() and (np.diff(low / middle) < 0).all()
        growth = projection_error.of(country, loader.indicators()[EARLY], code)
        assert growth and high[-1] / middle[-1] == pytest.approx(
            1.01**21 * (1 + error[-1] * (22 / 3) ** growth.growth)
        ), "of residents at the end of 2018, 3 years to 2021 and 22 to 2040"


def test_the_page_says_what_is_in_the_fan(
    whole_country: Path, by_size: dict[int, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(whole_country))
    shown = said(opened("outlook", kunta=by_size[0], kieli="en", palvelu=EARLY))
    assert "the projection of 2019 in municipalities with under 2,000 residents: the median measured in 2021" in shown
    assert "aged 1–6 9.7 → " in shown and "fewer or more residents by the error of the projection" in shown
    assert "has not been measured" not in shown
