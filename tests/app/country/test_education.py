"""Costs per pupil of the replay's own rows (made up), computed a second time in plain pandas from these rows, and
compared with what the importer and the queries make of them, for the country and for every municipality and year."""

import json
from functools import cache
from pathlib import Path
from urllib.request import urlopen

import pandas as pd
import pytest

from kuntamittari.catalog import loader, measures
from kuntamittari.etl.client import Client
from kuntamittari.etl.sources import classification, statfin, vipunen
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from tests.support.small_data import MakeData

SECTORS = {"pre_primary_cost_per_pupil": "25", "upper_secondary_cost_per_student": "6"}
CODES = {  # the replay's codes of functions; the importer reads their names
    "teaching": ["k010"],
    "transport": ["k020", "k030"],
    "meals": ["k040"],
    "welfare": ["k060"],
    "administration": ["k070"],
    "property": ["k080"],
}
PUBLISHED = {2021: (9_920, None), 2022: (10_300, 5.58e9)}  # euros a pupil of basic education, euros in all
KEY = ["tilastovuosi", "koulutuksenJarjestajanKuntaKoodi"]


@cache
def rows(base: str, resource: str) -> pd.DataFrame:
    with urlopen(f"{base}/api/resources/{resource}/data") as answer:
        return pd.DataFrame(json.load(answer)).astype({"tilastovuosi": int})


def own(base: str, resource: str, sector: str) -> pd.DataFrame:
    found = rows(base, resource)
    return found[(found["sektoriKoodi"] == sector) & (found["omistajatyyppi"] == "Kunta")]


def per_pupil(base: str, sector: str) -> pd.Series:
    sums = own(base, "suoritteet", sector).groupby(KEY)[["summa", "suorite"]].sum()
    return sums["summa"] / sums["suorite"]


def function_per_pupil(base: str, codes: list[str]) -> pd.Series:
    cells = own(base, "koulutuksenkustannukset", "5")
    pupils = own(base, "suoritteet", "5")
    pupils = pupils[pupils["koulutusmuotoKoodi"] != "133"].groupby(KEY)["suorite"].sum()  # 133 stands undivided
    return cells[cells["toimintoKoodi"].isin(codes)].groupby(KEY)["summa"].sum() / pupils


@pytest.fixture(scope="module")
def loaded(replay: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[pd.DataFrame, list[vipunen.Refusal]]:
    answers = tmp_path_factory.mktemp("answers")
    with Client(base=replay, interval=0, cache=answers, accept_made_up=True) as client:
        prices, known = statfin.price_index(client), classification.successors(client)
        return vipunen.costs_and_pupils(client, measures.of_source("vipunen"), 2010, prices, known)


@pytest.fixture
def database(loaded: tuple[pd.DataFrame, list[vipunen.Refusal]], make_data: MakeData) -> Database:
    places = [{"code": code} for code in sorted(loaded[0]["municipality"].unique())]
    data: Path = make_data(municipality=places, activity=loaded[0].to_dict("records"))
    return Database(open_snapshot(data))


def test_the_country_agrees_with_the_published_figures_and_nothing_is_left_out(
    loaded: tuple[pd.DataFrame, list[vipunen.Refusal]], replay: str
) -> None:
    assert loaded[1] == []
    volumes = rows(replay, "suoritteet")
    country = volumes[volumes["sektoriKoodi"] == "5"].groupby("tilastovuosi")[["summa", "suorite"]].sum()
    for year, (per_head, euros) in PUBLISHED.items():
        assert country["summa"][year] / country["suorite"][year] == pytest.approx(per_head, rel=0.10)
        assert euros is None or country["summa"][year] == pytest.approx(euros, rel=0.10)
    found = loaded[0][loaded[0]["measure"] == "vipunen_cost_basic"].groupby("year")["value"].sum()
    municipal = own(replay, "suoritteet", "5").groupby("tilastovuosi")["summa"].sum()
    assert found.to_dict() == pytest.approx(municipal.to_dict())
    assert (municipal < country["summa"]).all(), "private schools are in the country's figure only"
    taught = loaded[0][loaded[0]["measure"] == "vipunen_pupils_basic"].groupby("year")["value"].sum()
    assert taught.to_dict() == pytest.approx(country["suorite"].to_dict())


def test_every_cost_per_pupil_equals_its_second_computation(database: Database, replay: str) -> None:
    ways = {"basic_education_cost_per_pupil": per_pupil(replay, "5")}
    ways |= {name: per_pupil(replay, sector) for name, sector in SECTORS.items()}
    ways |= {f"basic_education_{part}_per_pupil": function_per_pupil(replay, codes) for part, codes in CODES.items()}
    assert sorted(ways) == sorted(i.id for i in loader.indicators().values() if i.sources == ("vipunen",))
    for name, theirs in ways.items():
        table = figures.values(database, loader.indicators()[name]).to_pandas().dropna(subset="value")
        ours = {(row["year"], row["municipality"]): row["value"] for row in table.to_dict("records")}
        assert len(ours) > 4 * 180, name
        assert ours == pytest.approx(theirs.dropna().to_dict(), rel=1e-9), name  # nobody in pre-primary: no figure
