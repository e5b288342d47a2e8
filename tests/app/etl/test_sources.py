"""The readers of the official interfaces, against the replay server."""

import csv
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
import stamina

from kuntamittari.catalog import task_classes
from kuntamittari.errors import SourceError
from kuntamittari.etl import client
from kuntamittari.etl.client import Client
from kuntamittari.etl.sources import classification, sotkanet, statfin
from tests.support.material import shared
from tests.support.px_service import clients


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Callable[..., Client]]:
    """connect(base) is a client of a service; connect(answer=function) one whose requests `function` answers."""
    with clients(tmp_path / "cache") as make:
        yield make


@pytest.fixture
def quick() -> Iterator[None]:
    """As many attempts as in use, without the waits between them."""
    with stamina.set_testing(True, attempts=client.ATTEMPTS):
        yield


@pytest.mark.parametrize("year", [2015, 2019])
def test_costs_of_the_service_are_those_of_the_published_file(
    year: int, replay: str, connect: Callable[..., Client]
) -> None:
    with gzip.open(shared("sources") / "net_operating_costs.csv.gz", "rt", encoding="utf-8") as file:
        published = {
            (row["municipality"], year, task_classes.current_name(row["function_fi"]), int(row["eur"]))
            for row in csv.DictReader(file)
            if row["year"] == str(year)
        }
    service = connect(replay)
    found = statfin.net_operating_costs(service, statfin.yearly_tables(service, statfin.COSTS)[year])
    assert set(found.itertuples(index=False, name=None)) == published
    assert len(found) == len(published) > 16_000


def test_the_folder_tells_the_years_of_the_cost_tables(replay: str, connect: Callable[..., Client]) -> None:
    found = statfin.yearly_tables(connect(replay), statfin.COSTS)
    assert sorted(found) == [2015, 2016, 2017, 2018, 2019]
    assert all(path.endswith(f"_{year}.px") for year, path in found.items())


def test_the_price_index_is_the_published_total(replay: str, connect: Callable[..., Client]) -> None:
    with (shared("sources") / "price_index.csv").open(encoding="utf-8") as file:
        published = {
            int(r["year"]): float(r["index_2015_100"]) for r in csv.DictReader(file) if r["series"] == "jmhi_11m2"
        }
    assert statfin.price_index(connect(replay)).set_index("year")["value"].to_dict() == published


def test_paavo_bands_run_from_their_headings_and_the_oldest_is_open(
    replay: str, connect: Callable[..., Client]
) -> None:
    found = statfin.paavo_ages(connect(replay), 2018).query("municipality == '091' and age_from >= 65")
    bands = found[["year", "age_from", "age_to"]].values.tolist()
    assert bands == [[2018, 65, 69], [2018, 70, 74], [2018, 75, 79], [2018, 80, 84], [2018, 85, 120]]
    assert found["persons"].sum() == 110_303  # golden.csv, elderly_care_cost_per_65


# ── Sotkanet


def test_sotkanet_s_region_ids_are_not_taken_for_municipality_codes(
    replay: str, connect: Callable[..., Client]
) -> None:
    service = connect(replay)
    place = sotkanet.municipality_codes(service)
    assert (place[46], len(place)) == ("091", 309)
    residents = sotkanet.figures(service, sotkanet.ALL_RESIDENTS, [2018], place).set_index("municipality")["value"]
    assert (residents["091"], residents["837"], len(residents)) == (
        648_042,
        235_239,
        309,
    )  # regions and the country are left out


def test_hidden_figures_have_no_row(replay: str, connect: Callable[..., Client]) -> None:
    service = connect(replay)
    placed = sotkanet.figures(service, 191, [2018], sotkanet.municipality_codes(service))
    assert len(placed) == 247  # Sotkanet hides counts of 1–4
    assert placed["absolute"].notna().all()
    assert (placed["absolute"] == 0).sum() == 0


def test_sotkanet_accepts_our_user_agent_where_it_refuses_an_anonymous_one(
    replay: str, connect: Callable[..., Client]
) -> None:
    refused = httpx.get(f"{replay}/rest/1.1/regions", headers={"User-Agent": "python-requests/2.32"})
    assert (refused.status_code, len(sotkanet.municipality_codes(connect(replay)))) == (403, 309)


# ── classification


def test_municipalities_have_names_and_groupings_in_three_languages(
    replay: str, connect: Callable[..., Client]
) -> None:
    found = classification.municipalities(connect(replay)).set_index("code")
    assert len(found) == 308
    assert found.loc["837", ["name_fi", "name_sv", "name_en"]].tolist() == ["Tampere", "Tammerfors", "Tampere"]
    assert found.loc["837", ["region_code", "region_fi", "region_sv"]].tolist() == ["06", "Pirkanmaa", "Birkaland"]
    assert found.loc["837", ["wellbeing_code", "grouping_code", "aland"]].tolist() == ["08", "1", False]
    texts = [f"{part}_{language}" for part in ("name", "region", "grouping") for language in ("fi", "sv", "en")]
    assert found[texts].notna().all(axis=None)


def test_aland_is_flagged_and_lies_outside_the_wellbeing_services_counties(
    replay: str, connect: Callable[..., Client]
) -> None:
    found = classification.municipalities(connect(replay)).set_index("code")
    aland, mainland = found[found["aland"]], found[~found["aland"]]
    assert (len(aland), aland.loc["478", "name_sv"]) == (16, "Mariehamn")
    assert set(aland["wellbeing_code"]) == {"91"}  # the service's code for "Åland", which is no county
    assert "91" not in set(mainland["wellbeing_code"])
    assert mainland["wellbeing_code"].notna().all()


def test_every_merger_leads_to_the_municipality_of_the_division_year(
    replay: str, connect: Callable[..., Client]
) -> None:
    service = connect(replay)
    found, present = classification.successors(service), set(classification.municipalities(service)["code"])
    with (shared("sources") / "mergers.csv").open(encoding="utf-8") as file:
        merged = {row["old_code"]: row["new_code"] for row in csv.DictReader(file)}
    assert {"588": "507", "099": "214", "911": "541"}.items() <= merged.items() <= found.items()
    assert all(found[code] == code for code in present)
    assert set(found.values()) == present


def test_a_503_is_mended_by_the_next_attempt(
    start_replay: Callable[..., str], connect: Callable[..., Client], quick: None
) -> None:
    service = connect(start_replay("--fault", "flaky"))
    assert classification.successors(service)["588"] == "507"
    assert service.requests == 2


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("truncate", r"no answer \(RemoteProtocolError: .*\)\. Check the connection"),
        (
            "garbage",
            r"the answer is not JSON but begins '<html><head><title>Huoltokatko.*after 6 attempts\. Try again later",
        ),
        ("ratelimit", r"the service answered 429, after 6 attempts\. Try again later"),
    ],
)
def test_a_lasting_fault_ends_in_the_address_and_what_to_do(
    fault: str, said: str, start_replay: Callable[..., str], connect: Callable[..., Client], quick: None
) -> None:
    base = start_replay("--fault", fault)
    service = connect(base)
    with pytest.raises(SourceError, match=f"^{base}/api/classifications/.*{said}") as error:
        classification.successors(service)
    assert service.requests == client.ATTEMPTS
    assert "the data in use are unchanged" in str(error.value)
    assert "\n" not in str(error.value)
