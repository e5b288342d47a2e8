"""The table of values: it is what the macros compute, and what has changed since is computed anew."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kuntamittari import settings
from kuntamittari.catalog.indicator import Basis, Indicator
from kuntamittari.errors import DataError
from kuntamittari.etl import audits
from kuntamittari.query import comparisons, figures, values
from kuntamittari.query.database import Database, Overlay
from kuntamittari.query.figures import Group
from kuntamittari.query.snapshot import VALUES, open_snapshot
from scripts.values import rewrite

INDICATOR = "basic_education_cost_per_7_15"
LARGEST = Group("largest-20")


@pytest.fixture(scope="module")
def bundle() -> Database:
    return Database(open_snapshot(settings.ROOT / "data"))


def asked(database: Database, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the queries that the database is asked from now on."""
    names: list[str] = []
    query = Database.query

    def told(self: Database, name: str, **parameters: object) -> pa.Table:
        names.append(name)
        return query(self, name, **parameters)

    monkeypatch.setattr(Database, "query", told)
    return names


def test_the_bundle_has_the_values_that_the_macros_compute_of_every_indicator(bundle: Database) -> None:
    indicators = list(figures.catalogue(bundle).values())
    written = bundle.snapshot.manifest["files"][VALUES]["definitions"]
    assert written == values.definitions(indicators), "run `.venv/bin/python -m scripts.values`"
    assert values.differing(bundle, indicators) == []


def test_a_comparison_reads_the_table_and_another_basis_asks_the_macros_once(
    bundle: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    indicator = figures.catalogue(bundle)[INDICATOR]
    figures.loaded_members(bundle, LARGEST)
    names = asked(bundle, monkeypatch)
    comparisons.compare(bundle, indicator, LARGEST, 2018)
    assert "values" not in names
    for year in (2017, 2018):
        comparisons.compare(bundle, indicator, LARGEST, year, basis=Basis(price_year=2019))
    comparisons.group_series(bundle, indicator, LARGEST, Basis(price_year=2019))
    assert names.count("values") == 1


def test_many_indicators_on_another_basis_are_computed_in_one_statement_as_each_alone(
    bundle: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    database, basis = Database(bundle.snapshot), Basis(price_year=2017)
    indicators = list(figures.catalogue(database).values())
    names = asked(database, monkeypatch)
    found = [values.of(database, indicator, basis) for indicator in indicators]
    assert names == ["values"] * (values.ALONE + 1)
    for indicator, together in zip(indicators[:: values.ALONE], found[:: values.ALONE], strict=True):
        alone = values._computed_alone(database, indicator, basis)
        assert (alone.years, alone.areas, alone.scale) == (together.years, together.areas, together.scale)
        assert repr(alone.numbers) == repr(together.numbers) and repr(alone.words) == repr(together.words)


def test_an_indicator_whose_definition_has_changed_is_computed(
    bundle: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    indicator = figures.catalogue(bundle)[INDICATOR]
    in_table = comparisons.compare(bundle, indicator, LARGEST, 2018).median
    assert indicator.formula and in_table
    older = indicator.formula.model_copy(
        update={"denominator": indicator.formula.parts[1].model_copy(update={"age_to": 17})}
    )
    changed = comparisons.compare(bundle, with_formula(indicator, older), LARGEST, 2018).median
    assert changed and changed < in_table


def with_formula(indicator: Indicator, formula: object) -> Indicator:
    return indicator.model_copy(update={"id": "changed", "formula": formula})


def test_uploaded_figures_enter_their_indicators_only(bundle: Database) -> None:
    measure = "key_M486"
    row = {"municipality": "837", "year": 2018, "measure": measure, "value": 12345.0, "status": "final"}
    mine = Database(bundle.snapshot, Overlay(activity=[row]), bundle)
    uses = [i for i in figures.catalogue(bundle).values() if i.formula and measure in i.formula.parts[0].measures]
    assert uses
    for indicator in uses:
        [found] = figures.values(mine, indicator, ["837"], [2018]).to_pylist()
        [before] = figures.values(bundle, indicator, ["837"], [2018]).to_pylist()
        assert found["numerator"] != before["numerator"]
    other = figures.catalogue(bundle)[INDICATOR]
    assert figures.values(mine, other).equals(figures.values(bundle, other))


def test_years_in_row_groups_of_their_own_give_the_same_comparison(
    bundle: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = copied(tmp_path)
    monkeypatch.setattr(values, "ROW_GROUP", 700)  # two years
    rewrite(folder)
    groups = pq.read_metadata(folder / "values.parquet").num_row_groups
    assert groups > 5 * len(figures.catalogue(bundle))
    database = Database(open_snapshot(folder))
    for indicator in figures.catalogue(bundle).values():
        for year in (2010, 2018, 2019, 1900):
            one, other = (comparisons.compare(d, indicator, LARGEST, year, ["049"]) for d in (database, bundle))
            assert (list(one.rows), one.median, one.ratio_of_sums) == (
                list(other.rows),
                other.median,
                other.ratio_of_sums,
            )
        series = [comparisons.group_series(one, indicator, LARGEST) for one in (database, bundle)]
        assert series[0] == series[1]


def test_check_names_an_indicator_whose_values_are_not_those_of_its_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audits, "SAMPLE", 1000)
    folder = copied(tmp_path)
    file = folder / "values.parquet"
    table = pq.read_table(file)
    of_indicator = [i for i, one in enumerate(table["indicator"].to_pylist()) if one == INDICATOR]
    changed = table["value"].to_pylist()
    first = next(i for i in of_indicator if changed[i] is not None)
    changed[first] += 0.01
    batches = table.set_column(table.schema.get_field_index("value"), "value", pa.array(changed)).to_batches()
    monkeypatch.setattr(values, "batches", lambda *_: by_indicator(batches))
    rewrite(folder)
    assert audits.problems(folder) == [
        f"The table of values differs from the figures of {INDICATOR}: run `python -m kuntamittari update` again."
    ]


def by_indicator(batches: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    table = pa.Table.from_batches(batches)
    ids = sorted(set(table["indicator"].to_pylist()))
    return [b for i in ids for b in table.filter(pa.compute.equal(table["indicator"], i)).combine_chunks().to_batches()]


def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(settings.ROOT / "data", folder)
    return folder


@pytest.mark.parametrize("content", [b"", b"PAR1 and nothing that follows"], ids=["empty", "cut"])
def test_a_table_damaged_while_it_is_read_is_one_sentence(content: bytes, tmp_path: Path) -> None:
    folder = copied(tmp_path)
    database = Database(open_snapshot(folder))
    catalogue = figures.catalogue(database)
    figures.years(database, catalogue[INDICATOR])
    (folder / "values.parquet").write_bytes(content)
    with pytest.raises(DataError, match=r"python -m kuntamittari check") as error:
        figures.years(database, catalogue["library_cost_per_resident"])
    assert "\n" not in str(error.value)
