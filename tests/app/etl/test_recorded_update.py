"""Updates from the official interfaces as recorded in tests/data: the swap, refusal and resumption, without a network
and without anything beside the project."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import stamina

from kuntamittari.catalog import loader
from kuntamittari.errors import DataError, NotThereError, UnreachableError
from kuntamittari.etl import audits
from kuntamittari.etl.sources import vipunen
from kuntamittari.etl.update import Progress
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import REVISIONS, open_snapshot
from tests.support.recorded import Service, computed
from tests.support.replay import files

OPTIONAL = 3  # sources that the replica lacks: each is requested once and answered by 404


def updated(tmp_path: Path, **options: Any) -> Path:
    """Update the test's data directory from the interfaces."""
    return computed(tmp_path / "data", recorded=None, **options)


def tables(directory: Path) -> dict[str, str]:
    """The SHA-256 of each table and of the boundaries."""
    return {name: entry["sha256"] for name, entry in open_snapshot(directory).manifest["files"].items()}


def answers(directory: Path) -> dict[str, list[str]]:
    """The SHA-256 of the answers by source id."""
    named = open_snapshot(directory).manifest["raw"]["answers"]
    return {source: [entry["sha256"] for entry in entries] for source, entries in named.items()}


@pytest.mark.usefixtures("all_values")
def test_an_update_from_the_interfaces_equals_the_one_from_their_kept_answers(
    service: Service, tmp_path: Path, recorded: Path
) -> None:
    out = updated(tmp_path)
    assert tables(out) == tables(recorded) and answers(out) == answers(recorded)
    assert len(service.requested) == len(service.recording.answers) + OPTIONAL
    assert open_snapshot(out).manifest["interface"] == "official"
    assert not open_snapshot(out).has(REVISIONS)  # a first data set changes no figure
    assert audits.problems(out) == []


def test_new_data_are_swapped_in_and_readers_of_the_old_keep_theirs(service: Service, tmp_path: Path) -> None:
    def one_child_more(url: str, content: bytes) -> bytes:
        if "indicator=191&" not in url:
            return content
        return json.dumps([row | {"absValue": row["absValue"] + 1} for row in json.loads(content)]).encode()

    def placed(database: Database) -> float:
        indicator = loader.indicators()["children_placed_outside_home"]
        return figures.values(database, indicator, ["837"], [2018])["numerator"][0].as_py()

    out = updated(tmp_path)
    reader = Database(open_snapshot(out))
    service.change = one_child_more
    updated(tmp_path)
    assert (placed(reader), placed(Database(open_snapshot(out)))) == (757, 758)
    [folder] = out.glob("snapshot-*")
    assert {path.name for path in folder.iterdir()} == {"raw", *(f"{name}.parquet" for name in tables(out))}


def test_refused_figures_leave_the_data_in_use_and_their_answers_are_discarded(
    service: Service, tmp_path: Path
) -> None:
    def one_cost_less(url: str, content: bytes) -> bytes:
        answer = json.loads(content) if "kta_14_2018" in url else {}
        if "value" not in answer:
            return content
        answer["value"][3] = 1
        return json.dumps(answer).encode()

    out = updated(tmp_path)
    before = files(out)
    service.change = one_cost_less
    with pytest.raises(DataError, match="Task classes add up to the published total"):
        updated(tmp_path)
    assert files(out) == before and not (out / ".update").exists()


@pytest.mark.usefixtures("all_values")
def test_an_interrupted_update_goes_on_from_its_answers_and_keeps_all_of_them(
    service: Service, tmp_path: Path, recorded: Path
) -> None:
    def stop(progress: Progress) -> None:
        if progress.address and len(service.requested) == 20:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        updated(tmp_path, progress=stop)
    assert not (tmp_path / "data" / "manifest.json").exists()
    cached = sorted((tmp_path / "data" / ".update" / "cache").iterdir())
    cached[0].write_bytes(cached[0].read_bytes()[:-9])  # a damaged answer is requested again
    out = updated(tmp_path)
    assert len(service.requested) == len(service.recording.answers) + OPTIONAL + 1
    assert tables(out) == tables(recorded) and answers(out) == answers(recorded)
    assert audits.problems(out) == []
    assert not (out / ".update").exists()


def test_a_silent_interface_is_named_and_its_answers_so_far_serve_the_next_update(
    service: Service, tmp_path: Path
) -> None:
    service.status = lambda url: 503 if "jmhi" in url else 200
    with stamina.set_testing(True, attempts=2), pytest.raises(UnreachableError, match=r"jmhi/11m2\.px: .* 503, after"):
        updated(tmp_path)
    assert not (tmp_path / "data" / "manifest.json").exists()
    service.status, service.requested = lambda _: 200, []
    updated(tmp_path)
    assert 0 < len(service.requested) < 10


def test_a_table_that_has_gone_is_named(service: Service, tmp_path: Path) -> None:
    service.status = lambda url: 404 if "jmhi" in url else 200
    with pytest.raises(NotThereError, match=r"jmhi/11m2\.px: the service has no such table \(404\)\.$"):
        updated(tmp_path)


def test_what_is_refused_of_a_source_is_in_the_manifest_and_the_rest_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pupils = pd.DataFrame(
        [("049", 2019, "vipunen_pupils_basic", 40.0), ("235", 2019, "vipunen_pupils_basic", 2.0)],
        columns=["municipality", "year", "measure", "value"],
    )
    refusal = vipunen.Refusal("pre_primary", (2019,), False, "Far from the published figure.")
    asked: list[pd.DataFrame] = []

    def costs_and_pupils(*given: Any, **_: Any) -> tuple[pd.DataFrame, list[vipunen.Refusal]]:
        asked.append(given[-1])
        return pupils, [refusal]

    monkeypatch.setattr(vipunen, "costs_and_pupils", costs_and_pupils)
    out = computed(tmp_path / "data")
    snapshot = open_snapshot(out)
    assert snapshot.manifest["left_out"] == {
        "vipunen": [{"form": "pre_primary", "years": [2019], "by_function": False, "reason": refusal.reason}]
    }
    assert "vipunen" not in snapshot.manifest["absent"]
    assert "vipunen" in [source["id"] for source in snapshot.manifest["files"]["activity"]["sources"]]
    stored = pd.read_parquet(snapshot.path("activity"), filters=[("measure", "==", "vipunen_pupils_basic")])
    assert dict(zip(stored["municipality"], stored["value"], strict=True)) == {"049": 40.0, "235": 2.0}
    assert asked[0].set_index("year")["value"][2015] == 100, "the price index is there before"
    assert audits.problems(out) == []
