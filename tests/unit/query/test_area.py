"""An area of one's own over the data: its sums, checked in other ways, and its place beside a group."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest

from kuntamittari.catalog import measures
from kuntamittari.catalog.areas import OWN_AREA
from kuntamittari.catalog.indicator import AS_PUBLISHED, Basis, Index, Indicator
from kuntamittari.etl.restate import restated
from kuntamittari.query import comparisons, composite_costs, figures, projections, values
from kuntamittari.query.comparisons import Comparison
from kuntamittari.query.database import Database, over_area
from kuntamittari.query.figures import Group
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.query.variation import noise
from tests.support.small_data import MakeData

BASIC, CHILDREN = "basic_education_cost_per_7_15", "children_services_cost_per_0_17"
AREAS = {"two": ("564", "837"), "capital": ("049", "091", "092"), "six": ("109", "179", "398", "405", "609", "837")}
BASES = (AS_PUBLISHED, Basis(price_year=2018), Basis(years_together=3))


def read(database: Database, table: str) -> pd.DataFrame:
    return pd.read_parquet(database.snapshot.path(table))


def column(database: Database, indicator: Indicator, basis: Basis = AS_PUBLISHED) -> dict[int, dict[str, object]]:
    """Year → the area's figures."""
    rows = figures.values(database, indicator, [OWN_AREA], basis=basis).to_pylist()
    return {row["year"]: row for row in rows}


# by pandas, from the files


def summed(rows: pd.DataFrame, members: Sequence[str], year: int) -> float:
    """The sum of a column `x` over the members, each of which has exactly one row."""
    own = rows[rows.municipality.isin(members) & (rows.year == year)]
    assert sorted(own.municipality) == sorted(members)
    return own.x.sum()


def persons(database: Database, ages: tuple[int, int], members: Sequence[str], year: int) -> float:
    bands = read(database, "population").query(f"age_from >= {ages[0]} and age_to <= {ages[1]}")
    bands = bands[(bands.age_to - bands.age_from == 120) == (ages == (0, 120))]
    own = bands[bands.municipality.isin(members) & (bands.year == year)]
    years_of_age = (own.age_to - own.age_from + 1).groupby(own.municipality).sum()
    assert list(years_of_age) == [ages[1] - ages[0] + 1] * len(members)
    return own.persons.sum()


def costs(database: Database, indicator: Indicator, members: Sequence[str], year: int) -> float:
    finance = read(database, "finance").rename(columns={"eur": "x"})
    return sum(summed(finance[finance.task_class == name], members, year) for name in indicator.task_classes)


@pytest.mark.parametrize("members", AREAS.values(), ids=AREAS)
def test_six_indicators_are_the_sums_that_pandas_makes_of_the_files(bundle: Database, members: tuple[str, ...]) -> None:
    data, catalogue, year = over_area(bundle, members), figures.catalogue(bundle), 2018
    for name, ages in ((BASIC, (7, 15)), ("library_cost_per_resident", (0, 120)), (CHILDREN, (0, 17))):
        indicator = catalogue[name]
        row = column(data, indicator)[year]
        assert row["reason"] is None and row["numerator"] == costs(bundle, indicator, members, year)
        assert row["denominator"] == row["base"] == persons(bundle, ages, members, year)
        assert row["value"] == pytest.approx(row["numerator"] / row["denominator"])
    statement = read(bundle, "statement").rename(columns={"eur": "x"})
    margin = catalogue["annual_margin_per_resident"]
    row, [item] = column(data, margin)[year], margin.formula.parts[0].statement
    assert row["numerator"] == summed(statement[statement["item"] == item], members, year)
    activity = read(bundle, "activity").rename(columns={"value": "x"})
    poor = column(data, catalogue["child_low_income"])[year]
    assert poor["numerator"] == summed(activity[activity.measure == "sotkanet_228"], members, year)
    assert poor["value"] == pytest.approx(100 * poor["numerator"] / persons(bundle, (0, 17), members, year))
    index = catalogue["basic_education_productivity"]
    assert isinstance(index.formula, Index) and index.formula.output.measures == ()
    prices = read(bundle, "price_index").set_index("year").value
    now, base = (
        (persons(bundle, (7, 15), members, y), costs(bundle, catalogue[BASIC], members, y) / prices[y])
        for y in (year, index.formula.base_year)
    )
    assert column(data, index)[year]["value"] == pytest.approx(100 * (now[0] / base[0]) / (now[1] / base[1]))


@pytest.mark.parametrize("basis", BASES, ids=str)
@pytest.mark.parametrize("members", AREAS.values(), ids=AREAS)
def test_the_macros_over_the_summed_tables_give_the_same(
    bundle: Database, members: tuple[str, ...], basis: Basis
) -> None:
    """Every indicator and year: the table of values summed, and the area as one more municipality of the tables."""
    beside = Database(bundle.snapshot, bundle.overlay, bundle, members)
    beside._connection.execute(
        "alter view municipality rename to municipalities; create view municipality as from municipalities"
        f" union all by name select '{OWN_AREA}' as code, false as aland, true as loaded"
    )
    indicators = [one for one in figures.catalogue(bundle).values() if one.formula]
    computed = values._ask(beside, indicators, basis).to_pandas()
    computed = computed[computed.municipality == OWN_AREA].set_index(["number", "year"])
    compared = 0
    for number, indicator in enumerate(indicators, 1):
        found = values.of(beside, indicator, basis)
        at = found.place[OWN_AREA]
        of = computed.loc[number].reindex(found.years)
        hidden = found.words["reason"][:, at] == "hidden_count"
        for name, numbers in found.numbers.items():
            expected = of[name].to_numpy(dtype=float)
            # the macros know no members: a count hidden of one of them is to them hidden of the whole area
            shown = ~hidden if name.startswith("hidden") else np.ones(len(hidden), bool)
            np.testing.assert_allclose(numbers[shown, at], expected[shown], rtol=1e-9, err_msg=f"{indicator.id} {name}")
        status = [None if pd.isna(word) else word for word in of.status]
        assert status == list(found.words["status"][:, at]), indicator.id
        assert [why is None for why in found.words["reason"][:, at]] == list(of.reason.isna()), indicator.id
        compared += int((~np.isnan(found.value[:, at])).sum())
    assert compared > 150


def test_an_area_of_the_whole_mainland_is_mainland_finland(country: Database) -> None:
    register = figures.register(country)
    members = tuple(sorted(code for code, row in register.items() if code != "MA1" and not row["aland"]))
    data, compared = over_area(country, members), 0
    for indicator in figures.catalogue(country).values():
        for basis in BASES:
            found = values.of(data, indicator, basis)
            own, mainland = (found.value[:, found.place[code]] for code in (OWN_AREA, "MA1"))
            np.testing.assert_allclose(own, mainland, rtol=1e-9, err_msg=indicator.id)
            compared += int((~np.isnan(own)).sum())
    assert len(members) > 290 and compared > 500


@pytest.mark.parametrize(
    ("table", "keys", "value"),
    [
        ("finance", ["year", "task_class"], "eur"),
        ("statement", ["year", "item"], "eur"),
        ("population", ["year", "age_from", "age_to"], "persons"),
        ("activity", ["year", "measure"], "value"),
        ("projection", ["year", "age_from", "age_to", "made"], "persons"),
    ],
)
def test_an_area_is_what_an_update_makes_of_a_merger(bundle: Database, table: str, keys: list[str], value: str) -> None:
    """The sums of a merger that has happened (docs/methods.md 13), for one that has not."""
    members = AREAS["capital"]
    rows = read(bundle, table)
    rows = rows[rows.municipality.isin(members)]
    if table == "activity":
        rows = rows[rows.measure.map(measures.is_count)]
    merged = restated(rows, keys, value, dict.fromkeys(members, OWN_AREA))
    # restated takes the municipalities that the source has in the year for the whole; an area wants every one
    everyone = rows.groupby(keys).municipality.nunique()
    merged = merged[merged.set_index(keys).index.isin(everyone[everyone == len(members)].index)]
    own = over_area(bundle, members)._connection.table(table).filter(f"municipality = '{OWN_AREA}'").df()
    order = [*keys, value, "status"]
    assert len(merged) > 40
    pd.testing.assert_frame_equal(
        own[order].sort_values(keys).reset_index(drop=True),
        merged[order].sort_values(keys).reset_index(drop=True),
        check_dtype=False,
    )


# beside a group


def test_the_area_has_a_place_in_its_group_and_changes_nothing_there(bundle: Database) -> None:
    data, group = over_area(bundle, AREAS["two"]), Group("largest-20")
    for indicator in figures.catalogue(bundle).values():
        year = figures.newest_year(bundle, indicator)
        if year is None:
            continue
        plain, beside = (
            comparisons.compare(d, indicator, group, year, c) for d, c in ((bundle, ()), (data, [OWN_AREA]))
        )
        assert of_group(beside) == of_group(plain), indicator.id
        row = beside.of(OWN_AREA)
        assert [r for r in beside.rows if r["municipality"] != OWN_AREA] == list(plain.rows) and row
        assert not row["member"] and not any(r["municipality"] == OWN_AREA for r in plain.rows)
        if row["rank"] is None:
            continue
        better = [
            r
            for r in plain.rows
            if r["rank"] and (r["value"] > row["value"] if indicator.highest_first else r["value"] < row["value"])
        ]
        ranked = sum(r["rank"] is not None for r in plain.rows)
        assert (row["rank"], row["ranked"]) == (len(better) + 1, ranked + 1)
        if row["rank_low"] is not None:
            assert row["rank_low"] <= row["rank"] <= row["rank_high"] <= ranked + 1 or row["bounds"]
    row = comparisons.compare(data, figures.catalogue(data)[BASIC], group, 2018, [OWN_AREA]).of(OWN_AREA)
    assert row and row["judgement"] and row["value_low"] < row["value"] < row["value_high"]


def of_group(comparison: Comparison) -> tuple[object, ...]:
    return tuple(getattr(comparison, name) for name in comparisons.GROUP_FIGURES)


def test_its_noise_is_that_of_so_many_residents(bundle: Database) -> None:
    data, indicator = over_area(bundle, AREAS["capital"]), figures.catalogue(bundle)[BASIC]
    register = figures.register(bundle)
    residents = sum(register[code]["residents"] for code in AREAS["capital"])
    assert noise.residents_of(data)[OWN_AREA] == residents and OWN_AREA not in noise.residents_of(bundle)
    own, *others = noise.deviations(data, indicator, 2018, [OWN_AREA, *AREAS["capital"]], AS_PUBLISHED)
    assert own < min(others)
    assert own == noise.deviations_by_size(data, indicator, 2018, np.array([residents]), AS_PUBLISHED)[0]


def test_what_is_said_of_municipalities_is_the_same_beside_an_area(bundle: Database) -> None:
    data = over_area(bundle, AREAS["two"])
    assert over_area(data, AREAS["two"]) is data is not over_area(bundle, AREAS["six"])
    assert data.without_area is bundle is bundle.without_area
    assert figures.register(data) == figures.register(bundle) and figures.groups(data) == figures.groups(bundle)
    assert figures.data_years(data) == figures.data_years(bundle)
    assert figures.catalogue(data) == figures.catalogue(bundle)
    indicator = figures.catalogue(data)[BASIC]
    assert figures.places_by_year(data, indicator) == figures.places_by_year(bundle, indicator)
    assert OWN_AREA not in figures.values(data, indicator)["municipality"].to_pylist()


def test_parts_of_costs_and_the_projection_are_sums(bundle: Database) -> None:
    members, group = AREAS["two"], Group("largest-20")
    data, catalogue = over_area(bundle, members), figures.catalogue(bundle)
    composite = catalogue[CHILDREN]
    listed = [
        {row["task_class"]: row["eur"] for row in composite_costs.composition(d, composite, group, code, 2018, None)}
        for d, code in ((bundle, members[0]), (bundle, members[1]), (data, OWN_AREA))
    ]
    assert listed[0] and listed[2] == {name: eur + listed[1][name] for name, eur in listed[0].items()}
    ages = [(7, 15), (65, 120)]
    heads = [
        projections.projected(d, ages, group, code)
        for d, code in ((bundle, members[0]), (bundle, members[1]), (data, OWN_AREA))
    ]
    assert heads[2] == {a: {y: n + heads[1][a][y] for y, n in of.items()} for a, of in heads[0].items()} != {}


# small data


def test_a_member_without_a_figure_leaves_none(make_data: MakeData) -> None:
    def cost(code: str, eur: int, year: int = 2018, name: str = "Perusopetus") -> dict[str, object]:
        return {"municipality": code, "year": year, "task_class": name, "eur": eur}

    codes = ("001", "002", "003")
    data = Database(
        open_snapshot(
            make_data(
                municipality=[{"code": code, "residents": 1000} for code in codes],
                finance=[
                    *(cost(code, eur) for code, eur in zip(codes, (1000, 3000, 500), strict=True)),
                    cost("001", 1000, 2019),
                    *(cost(code, eur, name="Lukiokoulutus") for code, eur in (("001", 0), ("002", 800), ("003", 0))),
                ],
                population=[
                    {"municipality": code, "year": 2018, "age_from": first, "age_to": last, "persons": 10.0}
                    for code in codes
                    for first, last in ((7, 15), (16, 18), (0, 120))
                ],
            )
        )
    )
    upper = figures.catalogue(data)["upper_secondary_cost_per_16_18"]
    two = over_area(data, ("001", "002"))
    basic = column(two, figures.catalogue(two)[BASIC])
    assert (basic[2018]["value"], basic[2018]["reason"]) == (200, None)
    assert (basic[2019]["value"], basic[2019]["reason"]) == (None, "not_every_member")
    assert column(two, upper)[2018]["value"] == 40
    without = column(over_area(data, ("001", "003")), upper)[2018]
    assert (without["value"], without["reason"]) == (None, "not_organised")
