"""An update of newer years only (`update --since`): it gives what a whole update does, and asks for no earlier year."""

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from kuntamittari import cli
from kuntamittari.errors import DataError, InputError
from kuntamittari.etl import earlier, raw
from kuntamittari.etl.order import Order, since_order
from kuntamittari.etl.publish import Tables
from kuntamittari.etl.update import Progress, update
from kuntamittari.query.snapshot import open_snapshot
from tests.support.recorded import ORDER, write_few
from tests.support.replay import Loaded, files

BY_YEAR = ("finance", "statement", "activity", "population", "projection")
SINCE, AGAIN = 2019, 2021


def table(directory: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(open_snapshot(directory).path(name))


@pytest.fixture(scope="module")
def asked() -> list[str]:
    """The addresses that the update since 2019 asked."""
    return []


@pytest.fixture(scope="module")
def newer(one_year: Loaded, replay: str, asked: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of 2018, updated with what is newer, and then once more."""
    out = tmp_path_factory.mktemp("newer") / "data"
    shutil.copytree(one_year.data, out)

    def listen(state: Progress) -> None:
        if state.address:
            asked.append(state.address)

    with pytest.MonkeyPatch.context() as patch:
        write_few(patch)
        for since, progress in ((SINCE, listen), (AGAIN, lambda _: None)):
            update(out, since_order("largest-20", since), base=replay, interval=0, progress=progress)
    return out


@pytest.mark.parametrize("name", BY_YEAR)
def test_the_tables_are_those_of_a_whole_update(name: str, newer: Path, whole_country: Path) -> None:
    whole = table(whole_country, name)
    whole = whole[whole["municipality"].isin([*open_snapshot(newer).manifest["largest_20"], "MA1"])]
    if name in ("finance", "statement"):
        whole = whole.query("year >= 2018")
    elif name == "activity":  # outcomes begin five years before the first costs
        whole = whole[whole["measure"].str.startswith("key_") | (whole["year"] >= 2013)]
    pd.testing.assert_frame_equal(table(newer, name), whole.reset_index(drop=True))


def test_it_is_sound_and_tells_what_is_how_old(newer: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = open_snapshot(newer).manifest
    assert manifest["years"] == manifest["ordered"] == [2018, 2019]
    assert manifest["read"]["kta_costs"]["years"] == [2018, 2019]
    assert manifest["read"]["key_figures"]["years"] == [2008, 2021]
    assert manifest["read"]["classification"]["years"] == []
    assert [one["before"] for one in manifest["earlier"]] == [SINCE, AGAIN]
    assert cli.main(["check", str(newer)]) == 0
    said = capsys.readouterr().out
    retrieved = manifest["earlier"][0]["retrieved"]
    assert f"Figures before 2019 are as they were retrieved on {retrieved}." in said
    assert f"kta_costs: 2018-2019, retrieved on {manifest['read']['kta_costs']['retrieved']} (" in said


def test_only_what_is_newer_is_asked(asked: list[str], newer: Path, one_year: Loaded) -> None:
    costs = [address for address in asked if "kta_14" in address]
    assert costs
    assert all("2019" in address for address in costs)
    assert len(asked) < one_year.requests
    assert not any("years=2018" in address for address in asked)


def test_the_answers_of_the_whole_update_stay_apart_from_the_newer_ones(newer: Path, tmp_path: Path) -> None:
    snapshot = open_snapshot(newer)
    costs = raw.answers_of(snapshot, "finance")["kta_costs"]
    assert {year for year in ("2018", "2019") for answer in costs if f"kta_14_{year}" in answer.url} == {"2018", "2019"}
    assert raw.problems(snapshot) == []
    recording = raw.open_recording(newer)
    assert recording.years == (2018,)
    assert not any("kta_14_2019" in url for _, url, _ in recording.answers)


# An optional source that fails


def test_all_figures_of_an_optional_source_that_fails_stay(recorded: Path) -> None:
    kept = earlier.Earlier(open_snapshot(recorded), SINCE)
    frames = {name: table(recorded, name) for name in open_snapshot(recorded).manifest["files"] if name != "boundary"}
    sotkanet = frames["activity"]["measure"].str.startswith("sotkanet_")
    assert (frames["activity"][sotkanet]["year"] >= SINCE).any()
    newer = Tables(
        frames | {"activity": frames["activity"][~sotkanet]},
        pd.DataFrame(),  # type: ignore[arg-type]
        {"sotkanet_outcomes": "no answer.", "vipunen": "no such table."},
    )
    completed = kept.completed(replace(newer, origin=raw.Origin("replica")))
    keys = ["measure", "year", "municipality"]
    pd.testing.assert_frame_equal(
        completed.frames["activity"].sort_values(keys, ignore_index=True),
        frames["activity"].sort_values(keys, ignore_index=True),
    )
    assert completed.absent == {"vipunen": "no such table."}
    assert completed.older["sotkanet_outcomes"]["reason"] == "no answer."


# What is refused


REFUSED: dict[str, tuple[Order, str]] = {
    "another scope": (since_order("largest-20", SINCE), "are of the scope all, not largest-20"),
    "nothing is earlier": (since_order("all", 2015), "begin with costs of 2015, so none are earlier"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_data_that_newer_figures_cannot_join_stay(case: str, recorded: Path, tmp_path: Path) -> None:
    order, message = REFUSED[case]
    shutil.copytree(recorded, tmp_path / "data")
    before = files(tmp_path / "data")
    with pytest.raises(DataError, match=message):
        update(tmp_path / "data", order, base="http://127.0.0.1:1", interval=0, progress=lambda _: None)
    assert files(tmp_path / "data") == before


def test_invented_figures_and_those_of_another_division_are_refused(recorded: Path, tmp_path: Path) -> None:
    for change, message in (
        ({"interface": "invented"}, "holds invented figures"),
        ({"division_year": 2025}, "are in the municipalities of 2025"),
    ):
        snapshot = open_snapshot(recorded)
        snapshot.manifest.update(change)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(earlier, "open_snapshot", lambda _, found=snapshot: found)
            with pytest.raises(DataError, match=message):
                earlier.taken_from(tmp_path, since_order("all", SINCE))


def test_where_there_are_no_data_in_use_the_sentence_says_how_to_load_them(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="No data in"):
        earlier.taken_from(tmp_path, replace(ORDER, since=SINCE))


def test_a_year_to_come_and_two_ways_at_once_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="2999 is still to come"):
        since_order("all", 2999)
    assert cli.main(["update", "--since", "2019", "--from-raw", str(tmp_path), "--out", str(tmp_path)]) == 2
    assert "--since asks the services, --from-raw does not" in capsys.readouterr().err
    for arguments in (["--since", "2019", "--years", "2018"], ["--since", "2018-2019"]):
        with pytest.raises(SystemExit):
            cli.main(["update", *arguments, "--out", str(tmp_path)])
