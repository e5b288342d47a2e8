"""An invented country: the same every time, sound, and of no real municipality."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from kuntamittari import settings
from kuntamittari.catalog.indicator import Index
from kuntamittari.cli import main
from kuntamittari.etl import audits
from kuntamittari.etl.publish import renew
from kuntamittari.etl.synth import names, spare_codes, synth
from kuntamittari.etl.writer import SORT_KEYS
from kuntamittari.exhibits import reporting
from kuntamittari.exhibits.render import reports
from kuntamittari.i18n import texts
from kuntamittari.query import comparisons, figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import SCHEMAS, open_snapshot

PLACES, YEARS = 40, 6
BASIC = "basic_education_cost_per_7_15"
OFFICIAL = re.compile(
    r"Tilastokesk|Statistikcentral|Statistics Finland|THL|Maanmittaus|Lantmäteri|Land Survey|CC BY|Vipunen"
)
FINLAND = (50_000, 6_600_000, 740_000, 7_800_000)  # west, south, east, north


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of an invented country."""
    out = tmp_path_factory.mktemp("invented") / "data"
    assert main(["synth", "--municipalities", str(PLACES), "--years", str(YEARS), "--out", str(out)]) == 0
    return out


@pytest.fixture(scope="module")
def data(country: Path) -> Database:
    return Database(open_snapshot(country))


@pytest.fixture
def in_use(country: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(country))


def table(directory: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(open_snapshot(directory).path(name))


# ── what is written


def test_it_is_sound(country: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(country)]) == 0
    assert capsys.readouterr().out == f"{country}: no problems.\n"


def test_it_has_as_much_as_was_asked_for(data: Database, country: Path) -> None:
    costs = table(country, "finance")
    assert len(costs) == (PLACES + 1) * YEARS * 54
    assert sorted(costs["year"].unique()) == data.snapshot.manifest["years"] == [2014, 2015, 2016, 2017, 2018, 2019]
    assert len(figures.register(data)) == PLACES + 1
    assert [group["loaded"] for id, group in figures.groups(data).items() if id in ("all", "largest-20")] == [
        PLACES,
        20,
    ]


@pytest.mark.parametrize("name", SCHEMAS)
def test_rows_lie_in_the_order_of_an_update(name: str, country: Path) -> None:
    found = table(country, name)
    assert found.equals(found.sort_values(SORT_KEYS[name], kind="stable"))


def test_it_is_the_same_every_time(tmp_path: Path) -> None:
    def sums(municipalities: int, years: int, folder: str) -> dict[str, str]:
        synth(tmp_path / folder, municipalities, years)
        return {name: entry["sha256"] for name, entry in open_snapshot(tmp_path / folder).manifest["files"].items()}

    first, again, longer = sums(20, 2, "first"), sums(20, 2, "again"), sums(20, 3, "longer")
    assert first == again
    assert first["finance"] != longer["finance"]
    common = table(tmp_path / "longer", "finance").query("year >= 2018").reset_index(drop=True)
    pd.testing.assert_frame_equal(common, table(tmp_path / "first", "finance"))


def test_no_name_and_no_code_is_a_real_one_or_stands_twice() -> None:
    real = pd.read_parquet(settings.ROOT / "data" / "municipality.parquet")
    known = {name.casefold() for language in settings.LANGUAGES for name in real[f"name_{language}"]}
    finnish, swedish = ([pair[place] for pair in names()[:5000]] for place in (0, 1))
    assert len(known) > 300
    assert {name.casefold() for name in (*finnish, *swedish)} & known == set()
    assert len({*finnish, *swedish}) == 10_000
    codes = spare_codes(5000)
    assert len(set(codes)) == 5000
    assert set(codes) & set(real["code"]) == set()
    assert all(len(code) == 3 for code in codes[:600])


def test_the_register_speaks_three_languages(country: Path) -> None:
    register = table(country, "municipality")
    for part in ("name", "region", "wellbeing", "grouping"):
        columns = register.query("code != 'MA1'")[[f"{part}_{language}" for language in settings.LANGUAGES]]
        assert columns.notna().all().all()
        assert (columns[f"{part}_fi"] != columns[f"{part}_sv"]).all()
    assert register["region_code"].nunique() > 1


def test_every_indicator_with_figures_in_the_bundle_has_plausible_ones(data: Database, bundle: Database) -> None:
    invented, strange = figures.catalogue(data), []
    for indicator in figures.catalogue(bundle).values():
        real = comparisons.compare(bundle, indicator, figures.Group("all"), 2017)
        here = comparisons.compare(data, invented[indicator.id], figures.Group("all"), 2017)
        levels = (abs(real.median or 0), abs(here.median or 0))
        if real.n and (here.n < PLACES / 2 or max(levels) > max(4 * min(levels), 5)):
            strange.append(f"{indicator.id}: {real.median} really, {here.median} here, n = {here.n}")
    assert strange == []


def test_pupils_are_the_output_of_productivity_and_the_divisor_of_costs_per_pupil(
    data: Database, country: Path
) -> None:
    """Here costs by task and pupils have the same years, which no official data have."""
    catalogue = figures.catalogue(data)
    index = catalogue["basic_education_productivity"]
    assert isinstance(index.formula, Index) and index.formula.output.measures == ("vipunen_pupils_basic",)
    activity, costs = (
        table(country, name).pivot_table(index=["municipality", "year"], columns=part, values=value)
        for name, part, value in (("activity", "measure", "value"), ("finance", "task_class", "eur"))
    )
    prices = table(country, "price_index").set_index("year")["value"]
    wanted = {
        "basic_education_productivity": lambda place: (
            100
            * (activity["vipunen_pupils_basic"][place, 2019] / activity["vipunen_pupils_basic"][place, 2015])
            / (costs["Perusopetus"][place, 2019] / costs["Perusopetus"][place, 2015])
            * (prices[2019] / prices[2015])
        ),
        "basic_education_cost_per_pupil": lambda place: (
            activity["vipunen_cost_basic"][place, 2019] / activity["vipunen_own_pupils_basic"][place, 2019]
        ),
        "basic_education_meals_per_pupil": lambda place: (
            activity["vipunen_cost_basic_meals"][place, 2019]
            / activity["vipunen_own_pupils_basic_divided"][place, 2019]
        ),
    }
    for name, second in wanted.items():
        rows = figures.values(data, catalogue[name], years=[2019]).to_pylist()
        ours = {row["municipality"]: row["value"] for row in rows}
        assert len(ours) == PLACES + 1
        assert ours == pytest.approx({place: second(place) for place in ours}), name
    per_pupil = comparisons.compare(data, catalogue["basic_education_cost_per_pupil"], figures.Group("all"), 2019)
    assert 7_000 < (per_pupil.median or 0) < 15_000


def test_figures_are_spread_move_and_are_sometimes_missing(data: Database) -> None:
    indicator = figures.catalogue(data)[BASIC]
    one = comparisons.compare(data, indicator, figures.Group("all"), 2019)
    assert one.n == PLACES
    assert None not in (one.q1, one.q3, one.median)
    assert 0.05 < (one.q3 - one.q1) / one.median < 0.5  # type: ignore[operator]
    assert comparisons.compare(data, indicator, figures.Group("all"), 2015).median != one.median
    rates = figures.values(data, figures.catalogue(data)["unemployment_rate"]).to_pandas()
    assert 0 < rates["value"].isna().mean() < 0.2
    reasons = figures.values(data, figures.catalogue(data)["upper_secondary_cost_per_16_18"]).to_pandas()["reason"]
    assert "not_organised" in set(reasons)


def test_boundaries_lie_side_by_side_where_finland_is(country: Path) -> None:
    shapes = gpd.read_parquet(open_snapshot(country).path("boundary"))
    assert shapes.crs is not None
    assert shapes.crs.to_epsg() == 3067
    assert set(shapes["municipality"]) == set(spare_codes(PLACES))
    west, south, east, north = shapes.total_bounds
    assert (west > FINLAND[0], south > FINLAND[1], east < FINLAND[2], north < FINLAND[3]) == (True,) * 4
    assert shapes.geometry.area.sum() == pytest.approx(shapes.geometry.union_all().area)
    assert shapes.geometry.union_all().geom_type == "Polygon"


# ── the command


@pytest.mark.parametrize(
    ("municipalities", "years"), [("19", "5"), ("5001", "5"), ("40", "0"), ("40", "1001"), ("x", "5"), ("40", "-1")]
)
def test_numbers_out_of_bounds_are_wrong_usage(
    municipalities: str, years: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["synth", "--municipalities", municipalities, f"--years={years}", "--out", str(tmp_path / "x")])
    assert ended.value.code == 2
    assert re.search(r"is not a number from \d+ to \d+$", capsys.readouterr().err.strip())
    assert not (tmp_path / "x").exists()


def test_more_than_can_be_made_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["synth", "--municipalities", "5000", "--years", "1000", "--out", str(tmp_path / "x")]) == 2
    assert "5,000,000 together; at most 250,000" in capsys.readouterr().err
    assert not (tmp_path / "x").exists()


def test_real_figures_are_never_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    real = Path(shutil.copytree(settings.ROOT / "data", tmp_path / "data"))
    before = (real / "manifest.json").read_bytes()
    assert main(["synth", "--municipalities", "20", "--years", "1", "--out", str(real)]) == 1
    assert capsys.readouterr().err == (
        f"{real} holds figures of real municipalities, which invented ones must not replace: "
        "name another folder with --out.\n"
    )
    assert (real / "manifest.json").read_bytes() == before
    assert audits.problems(real) == []


def test_what_cannot_be_read_is_not_replaced_either(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "manifest.json").write_text("{}")
    assert main(["synth", "--municipalities", "20", "--years", "1", "--out", str(tmp_path)]) == 1
    assert "cannot be read" in capsys.readouterr().err
    assert (tmp_path / "manifest.json").read_text() == "{}"


def test_an_invented_country_gives_way_to_another_and_to_the_real_one(tmp_path: Path) -> None:
    out = tmp_path / "data"
    synth(out, 21, 2)
    synth(out, 20, 1)
    assert len(table(out, "municipality")) == 21
    assert not (out / ".update").exists()

    def write(folder: Path) -> dict[str, Any]:
        shutil.copytree(settings.ROOT / "data", folder, dirs_exist_ok=True)
        return json.loads((folder / "manifest.json").read_text("utf-8"))

    renew(out, write)
    assert not open_snapshot(out).invented
    assert audits.problems(out) == []
    assert set(table(out, "finance")["municipality"]) & set(spare_codes(21)) == set()


# ── how it is called


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_a_file_of_figures_says_so(
    language: str, in_use: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_LANG", language)
    for form in ("csv", "xlsx"):
        assert main(["export", "--indicator", BASIC, "--out", str(tmp_path / f"x.{form}")]) == 0
    said = texts(language)
    rows = pd.read_csv(tmp_path / "x.csv")
    assert set(rows[said["invented.head"]]) == {said["invented.mark"]}
    about = pd.read_excel(tmp_path / "x.xlsx", sheet_name=said["files.about"], header=None)
    assert about.iloc[0].tolist() == [said["invented.mark"], said["invented.notice"]]
    sources, licence = (
        about.loc[about[0] == said[head], 1].item() for head in ("catalogue.sources", "datasets.licence")
    )
    assert (OFFICIAL.search(sources), licence) == (None, said["missing.mark"])


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_every_slide_and_page_of_a_report_says_so(language: str, data: Database) -> None:
    asked = reporting.context(data, spare_codes(1)[0], "all", None, language)
    made = reporting.report(asked)
    assert made.footer == texts(language)["report.footer_invented"].format(
        retrieved=data.snapshot.manifest["retrieved"][:10]
    )
    assert len(made.exhibits) >= 12
    assert [exhibit.source for exhibit in made.exhibits if OFFICIAL.search(exhibit.source)] == []
    assert [row for row in made.exhibits[-1].rows if OFFICIAL.search(" ".join(row))] == []
    if language == "fi":
        content = reports.FORMATS["pptx"].render(reporting.summary(asked))
        assert content.startswith(b"PK")


def test_the_map_is_drawn_of_its_own_boundaries(data: Database) -> None:
    from kuntamittari.exhibits.registry import PICTURES

    exhibit = PICTURES["map"](reporting.context(data, spare_codes(1)[0], "all", None, "fi").with_indicator(BASIC))
    assert exhibit is not None
    assert len(exhibit.areas) == PLACES
