"""Residents of the newest year and their age groups from table 11ra, and what they leave as it was."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from kuntamittari.errors import SourceError
from kuntamittari.etl import audits
from kuntamittari.etl.client import Client
from kuntamittari.etl.order import size_year
from kuntamittari.etl.restate import residents, with_sizes
from kuntamittari.etl.sources import statfin
from kuntamittari.query.snapshot import open_snapshot
from tests.support.material import shared
from tests.support.px_service import PxService, clients
from tests.support.recorded import Service, computed

NEWEST = 2025
LIMITS = (5_000, 10_000, 20_000, 50_000, 100_000)  # residents at which the size classes 2 to 6 begin
KEYS = ["municipality", "year", "age_from", "age_to"]


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Callable[..., Client]]:
    with clients(tmp_path / "cache") as make:
        yield make


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    """The published figures by municipality, in the division of 2026."""
    table = pd.read_csv(shared("sources") / "age_shares_2025.csv", dtype={"municipality": str})
    return table[table["municipality"] != "SSS"].set_index("municipality")


def in_year(directory: Path, table: str, year: int) -> pd.DataFrame:
    frame = pd.read_parquet(open_snapshot(directory).path(table))
    return frame[(frame["year"] == year) & (frame["municipality"] != "MA1")]


def band(frame: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    return frame[(frame["age_from"] == first) & (frame["age_to"] == last)].set_index("municipality")


def test_the_table_gives_residents_and_two_age_groups_of_them(
    replay: str, connect: Callable[..., Client], published: pd.DataFrame
) -> None:
    found = statfin.age_shares(connect(replay), 2008)
    assert set(found["year"]) == {NEWEST} and not found.duplicated(KEYS).any()
    assert found.groupby(["age_from", "age_to"])["status"].agg(set).to_dict() == {
        (0, 120): {"final"},
        (0, 14): {"approximate"},
        (65, 120): {"approximate"},
    }
    everybody = published["population"]
    assert band(found, 0, 120)["persons"].eq(everybody).all() and len(band(found, 0, 120)) == len(everybody) == 308
    for ages, share in (((0, 14), "under_15_percent"), ((65, 120), "over_64_percent")):
        expected = published[share].dropna() * everybody / 100
        pd.testing.assert_series_equal(
            band(found, *ages)["persons"].sort_index(), expected.sort_index().dropna(), check_names=False
        )


def table(*contents: str) -> PxService:
    """A table of two municipalities and two years, in which every figure is 20."""
    places = {"KU091": "Helsinki", "KU837": "Tampere"}
    variables = {"alue": places, "vuosi": {"2007": "2007", "2008": "2008"}, "contentscode": dict.fromkeys(contents, "")}
    return PxService(variables, lambda *_: 20.0, title="", time="vuosi")


def test_years_before_the_order_are_left_out() -> None:
    found = statfin.age_shares(table("vaerak-vaesto", "vaesto_alle15_p", "vaesto_yli64_p", "uusi"), 2008)
    rows = [(2008, 0, 120, 20.0), (2008, 0, 14, 4.0), (2008, 65, 120, 4.0)]
    assert sorted(found[["municipality", *KEYS[1:], "persons"]].itertuples(index=False, name=None)) == sorted(
        (place, *row) for place in ("091", "837") for row in rows
    )


def test_an_update_has_the_residents_of_the_newest_year(recorded: Path, published: pd.DataFrame) -> None:
    found = in_year(recorded, "population", NEWEST)
    for ages, persons in {
        (0, 120): published["population"],
        (0, 14): published["population"] * published["under_15_percent"] / 100,
        (65, 120): published["population"] * published["over_64_percent"] / 100,
    }.items():
        of_ages = band(found, *ages)["persons"]
        assert len(of_ages) == 25 and of_ages.to_dict() == pytest.approx(persons[of_ages.index].to_dict())
    assert len(found) == 3 * 25
    tampere = band(found, 65, 120).loc["837"]
    assert (tampere["persons"], tampere["status"]) == (pytest.approx(263_337 * 0.19), "approximate")
    sources = [entry["id"] for entry in open_snapshot(recorded).manifest["files"]["population"]["sources"]]
    assert sources[-1] == "statfin_age_shares"


def frame(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=[*KEYS, "persons"])


def test_ages_known_by_single_years_are_not_taken_from_the_shares() -> None:
    ages = [("091", NEWEST, age, age if age < 100 else 120, 10) for age in range(101)]
    fetched = {
        "statfin_population": frame(*ages, ("091", NEWEST, 0, 120, 1010)),
        "sotkanet_population": frame(),
        "paavo": frame(),
        "key_figures": [],
        "statfin_age_shares": frame(
            ("091", NEWEST, 0, 120, 1011), ("091", NEWEST, 65, 120, 300), ("837", NEWEST, 0, 120, 7)
        ),
    }
    found = residents(fetched, {"091": "091", "837": "837"})
    assert len(found) == 103 and set(found.query("municipality == '837'")["persons"]) == {7}
    assert band(found, 0, 120)["persons"].to_dict() == {"091": 1010, "837": 7}
    assert residents({k: v for k, v in fetched.items() if k != "statfin_age_shares"}, {"091": "091"}).equals(
        found[found["municipality"] == "091"]
    )


def test_a_table_without_one_of_its_contents_is_refused_by_name() -> None:
    with pytest.raises(SourceError, match=r"11ra\.px: no vaesto_alle15_p, vaesto_yli64_p among vaerak-vaesto, uusi\."):
        statfin.age_shares(table("vaerak-vaesto", "uusi"), 2008)


# the largest cities and the size classes


@pytest.mark.parametrize(
    ("years", "expected"), [((2015, 2019), 2019), ((2018,), 2018), ((2019, 2025), 2019), ((2021, 2026), 2019)]
)
def test_later_costs_do_not_move_the_year_of_the_sizes(years: tuple[int, ...], expected: int) -> None:
    assert size_year(years) == expected


def test_the_largest_and_the_size_classes_are_those_of_2019_though_later_residents_are_loaded(
    whole_country: Path,
) -> None:
    published = pd.read_csv(shared("sources") / "sotkanet_outcomes.csv.gz", dtype={"municipality": str})
    then = published.query("indicator == 127 and year == 2019").set_index("municipality")["value"]
    then = then.rename({"588": "507"}).groupby(level=0).sum()
    snapshot = open_snapshot(whole_country)
    register = pd.read_parquet(snapshot.path("municipality")).query("code != 'MA1'").set_index("code")
    assert snapshot.manifest["size_year"] == 2019
    assert register["residents"].to_dict() == then[register.index].to_dict()
    largest = sorted(then[register.index].nlargest(20).index)
    assert sorted(register.index[register["largest_20"]]) == largest == snapshot.manifest["largest_20"]

    def size_class(persons: pd.Series) -> pd.Series:
        return 1 + sum((persons >= limit).astype(int) for limit in LIMITS)

    assert register["size_class"].to_dict() == size_class(then[register.index]).to_dict()
    newest = band(in_year(whole_country, "population", NEWEST), 0, 120)["persons"][register.index]
    assert (size_class(newest) != register["size_class"]).any(), "or the newest residents would give the same classes"
    by_newest = with_sizes(pd.DataFrame({"code": register.index}), pd.read_parquet(snapshot.path("population")), NEWEST)
    assert by_newest["residents"].tolist() == newest.tolist()


def scaled(times: float) -> Callable[[str, bytes], bytes]:
    """Return a change of the table's figures; other answers stay."""

    def change(url: str, content: bytes) -> bytes:
        answer = json.loads(content) if "11ra" in url else {}
        if "value" not in answer:
            return content
        return json.dumps(answer | {"value": [None if v is None else v * times for v in answer["value"]]}).encode()

    return change


@pytest.mark.parametrize(
    ("at_first", "times", "reason"),
    [
        (True, 1000, "Numbers of residents are not negative, and no age group is larger than all residents"),
        (False, 1000, "The figures are 1e+06 times those of before; the unit may have changed."),
        (False, 0.001, "Residents are whole persons"),
    ],
)
def test_residents_in_another_unit_stop_nobody(
    at_first: bool, times: float, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service()
    service.replace_network(monkeypatch)
    out = tmp_path / "data"
    if not at_first:
        computed(out, recorded=None)
        before = residents_of(out)
    service.change = scaled(times)
    manifest = open_snapshot(computed(out, recorded=None)).manifest
    assert audits.problems(out) == []
    if at_first:
        assert reason in manifest["absent"]["statfin_age_shares"]
        assert "statfin_age_shares" not in manifest["raw"]["answers"] and residents_of(out)["year"].max() < NEWEST
    else:
        assert reason in manifest["older"]["statfin_age_shares"]["reason"] and residents_of(out).equals(before)


def residents_of(directory: Path) -> pd.DataFrame:
    return pd.read_parquet(open_snapshot(directory).path("population"))
