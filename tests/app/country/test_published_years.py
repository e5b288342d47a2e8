"""Key figures by edition: the economy of 2008–2014 and 2020 as published, taken as euros, against published sums of the
country; and residents aged 65 or over in every year of the costs."""

from pathlib import Path

import pandas as pd
import pytest

from kuntamittari.catalog import loader
from kuntamittari.query import figures
from kuntamittari.query.database import Database

MILLION = 1e6
EDUCATION, SOCIAL = "education_culture_cost_per_resident", "social_health_cost_per_resident"
BY_STATEMENT = ("annual_margin_per_resident", "loans_per_resident")
WITHOUT_PARTS = [*range(2008, 2015), 2020]


def values(country: Database, indicator: str) -> pd.DataFrame:
    return figures.values(country, loader.indicators()[indicator]).to_pandas()


@pytest.mark.parametrize(
    ("indicator", "year", "whole", "mainland"),
    [
        (EDUCATION, 2020, 11_504, 11_428.4),
        (EDUCATION, 2019, 11_451, None),
        (SOCIAL, 2020, 20_045, 19_986.9),
        (SOCIAL, 2019, 19_237, None),
    ],
)
def test_the_sum_of_the_country_is_the_published_one(
    indicator: str, year: int, whole: int, mainland: float | None, country: Database
) -> None:
    rows = values(country, indicator).query("year == @year").set_index("municipality")["numerator"] / MILLION
    assert round(rows.drop("MA1").sum()) == whole
    assert mainland is None or int(rows["MA1"] * 10) / 10 == mainland
    assert rows.drop("MA1").count() == 308, "all, Åland too; 507 and 588 are one today"


def test_published_figures_times_residents_are_the_published_sums_before_any_merger(country: Database) -> None:
    """M497 and M498 of 309 municipalities, recomputed from the file of the edition of 2021."""
    from tests.support.material import shared

    file = shared("sources") / "key_figures_2000_2021.csv.gz"
    long = pd.read_csv(file, dtype={"municipality": str})
    wide = long.pivot(index=["municipality", "year"], columns="indicator_code", values="value")
    euros = wide[["M497", "M498"]].mul(wide["M411"], axis=0).dropna().groupby("year").agg(["sum", "count"]) / MILLION
    published = {("M497", 2019): 11_451, ("M497", 2020): 11_504, ("M498", 2020): 20_045}
    assert {key: round(euros[key[0]]["sum"][key[1]]) for key in published} == published
    assert round(euros["M497"]["count"][2020] * MILLION) == 309


@pytest.mark.parametrize("indicator", [EDUCATION, SOCIAL, *BY_STATEMENT])
def test_published_years_are_those_without_parts_and_their_figures_are_approximate(
    indicator: str, country: Database
) -> None:
    assert figures.published_years(country, loader.indicators()[indicator]) == WITHOUT_PARTS
    rows = values(country, indicator).dropna(subset="value")
    assert sorted(rows["year"].unique()) == list(range(2008, 2021))
    statuses = rows.groupby(rows["year"].isin(WITHOUT_PARTS))["status"].unique()
    assert (set(statuses[True]), set(statuses[False])) == ({"approximate"}, {"final"})
    assert rows.groupby("year")["municipality"].nunique().eq(309).all(), "every municipality and the mainland"


def test_a_merged_municipality_has_the_published_figures_of_its_parts(country: Database) -> None:
    """Mäntyharju with Pertunmaa, which was merged into it in 2025: their euros over their residents."""
    from tests.support.material import shared

    long = pd.read_csv(shared("sources") / "key_figures_2000_2021.csv.gz", dtype={"municipality": str})
    parts = long[long["municipality"].isin(["507", "588"]) & (long["year"] == 2020)]
    wide = parts.pivot(index="municipality", columns="indicator_code", values="value")
    for indicator, code in ((EDUCATION, "M497"), (SOCIAL, "M498"), ("group_loans_per_resident", "M495")):
        ours = values(country, indicator).query("municipality == '507' and year == 2020")["value"].item()
        assert ours == pytest.approx((wide[code] * wide["M411"]).sum() / wide["M411"].sum(), rel=1e-6)
        assert wide[code].min() < ours < wide[code].max()


def test_no_indicator_takes_a_published_total_in_place_of_parts_that_are_loaded(country: Database) -> None:
    without = [i for i in loader.indicators().values() if i.formula and not i.formula.parts[0].published]
    assert len(without) > 20 and all(figures.published_years(country, indicator) == [] for indicator in without)


def test_elderly_care_per_resident_aged_65_or_over_has_every_year_of_the_costs(country: Database) -> None:
    rows = values(country, "elderly_care_cost_per_65").dropna(subset="value")
    assert sorted(rows["year"].unique()) == [2015, 2016, 2017, 2018, 2019]
    assert rows.groupby("year")["municipality"].nunique().tolist() == [309] * 5
    assert {year: set(of_year) for year, of_year in rows.groupby("year")["status"]} == {
        2018: {"final"},
        **{year: {"approximate"} for year in (2015, 2016, 2017, 2019)},
    }


def test_each_measure_is_of_the_newest_edition_that_has_it(whole_country: Path) -> None:
    """Editions after 2021 lack the economy; the shares of municipalities merged later are only in older ones."""
    from kuntamittari.query.snapshot import open_snapshot

    activity = pd.read_parquet(open_snapshot(whole_country).path("activity"))
    years = activity.groupby("measure")["year"].agg(["min", "max"]).T
    for measure in ("key_M497", "key_M497_eur", "key_M499", "key_M140"):
        assert years[measure].tolist() == [2008, 2020], measure
    assert years["key_M411"].tolist() == [2008, 2021]
    merged = activity[activity["municipality"] == "507"]
    shares = merged[(merged["measure"] == "key_M404") & (merged["year"] == 2018)]
    assert (shares["value"].item(), shares["status"].item()) == (pytest.approx(0.17757, abs=1e-5), "approximate")
    assert "key_M478" not in set(merged["measure"]), "a share of one part is not passed off as that of both"
