"""What a service may do to us: be slow, refuse, break off, send half an answer or another country's figures. The
figures in use stay whole, and the user is told which source and what."""

import itertools
import json
import multiprocessing
import os
import pickle
import random
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest
import stamina

from kuntamittari.errors import DataError, SourceError
from kuntamittari.etl import audits, publish
from kuntamittari.etl import update as updating
from kuntamittari.etl.client import Client
from kuntamittari.etl.publish import Order, Tables
from kuntamittari.etl.update import update
from kuntamittari.query.snapshot import MANIFEST, SCHEMAS, open_snapshot
from tests.support.recorded import Service, computed, write_few
from tests.support.replay import Loaded

ONE_YEAR = Order("largest-20", (2018,))
KILLS = 20
PROCESSES = multiprocessing.get_context(
    "forkserver"
)  # a clean process with everything imported, of which each update is a copy

PROCESSES.set_forkserver_preload(["kuntamittari.etl.update", "geopandas", "pytest"])


def run(out: Path, base: str, order: Order = ONE_YEAR) -> None:
    """Our update without a throttle."""
    update(out, order, base=base, interval=0, progress=lambda _: None)


def figures(directory: Path) -> dict[str, Any]:
    """Every table of a data directory by name."""
    snapshot = open_snapshot(directory)
    return {name: pq.read_table(snapshot.path(name)) for name in SCHEMAS}


@pytest.fixture(scope="session")
def in_use(one_year: "Loaded") -> Path:
    """A data directory loaded without any fault."""
    return one_year.data


@pytest.fixture(scope="session")
def at_hand(one_year: "Loaded", tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of `in_use` before they were written, for updates in other processes."""
    file = tmp_path_factory.mktemp("at-hand") / "tables.pickle"
    file.write_bytes(pickle.dumps(one_year.tables.in_scope()))
    return file


@pytest.fixture
def impatient() -> Iterator[None]:
    """Retries without their waits."""
    with stamina.set_testing(True, attempts=6):
        yield


@pytest.mark.usefixtures("impatient")
def test_a_service_that_falters_and_is_slow_gives_the_same_figures(
    replay: str, in_use: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every other request: the first for an address fails, each in its turn by another fault; the next one is answered
    late."""
    faults = itertools.cycle(["flaky", "truncate", "garbage", "ratelimit"])
    monkeypatch.setattr(Client, "__init__", faulty(lambda count: next(faults) if count % 2 else "slow=0.02"))
    run(tmp_path / "data", replay)
    assert figures(tmp_path / "data") == figures(in_use)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("truncate", "no answer .*peer closed connection"),
        ("garbage", "the answer is not JSON but begins '<html>"),
        ("ratelimit", "the service answered 429, after 6 attempts"),
    ],
)
def test_a_service_that_never_recovers_is_named_and_the_data_in_use_stay(
    fault: str, said: str, replay: str, in_use: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = shutil.copytree(in_use, tmp_path / "data")
    before = {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()}
    monkeypatch.setattr(Client, "__init__", faulty(lambda _: fault))
    with pytest.raises(
        SourceError, match=rf"^{re.escape(replay)}/api/classifications/.*{said}.*the data in use are unchanged\.$"
    ):
        run(out, replay)
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before


def faulty(fault_of: Callable[[int], str | None]) -> Callable[..., None]:
    """A Client whose n-th request asks the replay server for the fault of n."""
    made = Client.__init__

    def make(self: Client, **options: Any) -> None:
        made(self, **options)
        sent: list[None] = []

        def mark(request: httpx.Request) -> None:
            sent.append(None)
            if fault := fault_of(len(sent)):
                request.headers["X-Replay-Fault"] = fault

        self._http.event_hooks = {"request": [mark]}

    return make


# ── a source that has changed


def tampered(service: Service, mark: str, change: Callable[[dict], None]) -> None:
    """Have the service change the tables whose label holds `mark`, as it might change them itself."""

    def changed(_: str, content: bytes) -> bytes:
        answer = None if content.startswith(b"<") else json.loads(content)
        if not (isinstance(answer, dict) and "value" in answer and mark in answer["label"]):
            return content
        change(answer)
        return json.dumps(answer).encode()

    service.change = changed


def in_thousands(answer: dict) -> None:
    answer["value"] = [None if value is None else value / 1000 for value in answer["value"]]


def from_thousands(answer: dict) -> None:
    answer["value"] = [None if value is None else value * 1000 for value in answer["value"]]


def one_value(position: int, value: float) -> Callable[[dict], None]:
    def change(answer: dict) -> None:
        answer["value"][position] = value

    return change


def drop_year(year: str) -> Callable[[dict], None]:
    """All figures of one year missing."""

    def change(answer: dict) -> None:
        [time_] = answer["role"]["time"]
        at = answer["id"].index(time_)
        step = 1
        for size in answer["size"][at + 1 :]:
            step *= size
        place = answer["dimension"][time_]["category"]["index"].get(year)
        if place is not None:
            answer["value"] = [
                None if position // step % answer["size"][at] == place else value
                for position, value in enumerate(answer["value"])
            ]

    return change


def doubled_row(answer: dict) -> None:
    """A municipality listed a second time under another of its codes: KU091 and 091."""
    area = next(name for name in answer["id"] if "091" in answer["dimension"][name]["category"]["index"])
    index = answer["dimension"][area]["category"]["index"]
    answer["dimension"][area]["category"]["index"] = {
        ("KU091" if code == "049" else code): place for code, place in index.items()
    }


CHANGES = {
    "euros become thousands": (
        "Kuntien käyttötalous tehtävittäin 2018",
        in_thousands,
        r"equal the published figures times residents.*key_M497",
    ),
    "statements become thousands": (
        "Kuntien tilinpäätöstiedot 2018",
        in_thousands,
        r"equal the published figures times residents.*key_M496",
    ),
    "a negative age": (
        "11re -- Väestö",
        one_value(20, -5),
        r"Numbers of residents are not negative: municipality 049, .*-5",
    ),
    "residents become thousands": (
        "11re -- Väestö",
        in_thousands,
        r"Residents are whole persons: municipality 049, .*the unit of the source may have changed",
    ),
    "thousands of projected residents become persons": (
        "14wx -- Väestöennuste",
        from_thousands,
        r"What two sources tell of the same people has the same order of magnitude.*: what projection, year 2019",
    ),
    "shares become fractions": (
        "Kuntien avainluvut",
        in_thousands,
        r"key_M404, year .*: the figures are 0.001 times those in use|equal the published figures times residents",
    ),
    "a row stands twice": (
        "Kuntien käyttötalous tehtävittäin 2018",
        doubled_row,
        r"The source gives eur twice for municipality 091",
    ),
    "a task class lost some euros": (
        "Kuntien käyttötalous tehtävittäin 2018",
        one_value(3, 1),
        r"Task classes add up to the published total",
    ),
    "a year is gone": (
        "Kuntien avainluvut",
        drop_year("2018"),
        r"key_M408, year 2018: 0 municipalities, but the data in use have 25",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_source_that_has_changed_is_caught_by_name_and_the_data_in_use_stay(
    what: str, service: Service, recorded: Path, tmp_path: Path
) -> None:
    mark, change, said = CHANGES[what]
    out = shutil.copytree(recorded, tmp_path / "data")
    before = figures(out)
    tampered(service, mark, change)
    with pytest.raises(DataError, match=said):
        computed(out, recorded=None)
    assert figures(out) == before and audits.problems(out) == []
    assert not (out / ".update").exists(), "refused answers are not kept"


def degrees(features: list[dict]) -> list[dict]:
    square = [[24.0, 60.0], [25.0, 60.0], [25.0, 61.0], [24.0, 60.0]]
    return [one | {"geometry": {"type": "Polygon", "coordinates": [square]}} for one in features]


BOUNDARIES: dict[str, tuple[Callable[[list[dict]], list[dict]], str]] = {
    "half of them": (lambda features: features[::2], r"no boundaries in .*kunta4500k_2023 of 091, 109, "),
    "degrees": (degrees, "the coordinates of .*kunta4500k_2023 are not metres of EPSG:3067 within Finland"),
    "none": (lambda _: [], "the boundaries of .*kunta4500k_2023 came in an unknown form"),
}


@pytest.mark.parametrize("what", BOUNDARIES)
def test_boundaries_that_have_changed_are_refused(what: str, service: Service, recorded: Path, tmp_path: Path) -> None:
    change, said = BOUNDARIES[what]
    out = shutil.copytree(recorded, tmp_path / "data")
    before = figures(out)

    def changed(_: str, content: bytes) -> bytes:
        if not content.startswith(b'{"type'):
            return content
        answer = json.loads(content)
        return json.dumps(answer | {"features": change(answer["features"])}).encode()

    service.change = changed
    with pytest.raises(SourceError, match=said):
        computed(out, recorded=None)
    assert figures(out) == before


@pytest.mark.usefixtures("service")
def test_renamed_variables_change_nothing(recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The codes of June 2026 may change again: they are read from each table's metadata. A name that is not renamed, as
    ContentsCode of an answer, stays as it is."""
    honest = Client._fetch
    new_names = {"Alue": "alue_27", "Tehtävä": "tehtava_27", "Kulu-/tuottolaji": "laji_27", "Vuosi": "timeperiod_y"}
    old_names = {new: old for old, new in new_names.items()}
    seen: set[str] = set()

    def renamed(self: Client, method: str, host: str, address: str, body: str | None, read: Any) -> Any:
        if "_kta_14_" not in address:
            return honest(self, method, host, address, body, read)
        if body is not None:
            asked = json.loads(body)
            asked["query"] = [part | {"code": old_names.get(part["code"], part["code"])} for part in asked["query"]]
            body = json.dumps(asked, ensure_ascii=False, sort_keys=True)
        answer = honest(self, method, host, address, body, read)
        if "variables" in answer:
            return answer | {
                "variables": [v | {"code": new_names.get(v["code"], v["code"])} for v in answer["variables"]]
            }
        seen.update(answer["id"])
        dimension = {new_names.get(name, name): part for name, part in answer["dimension"].items()}
        return answer | {"id": [new_names.get(name, name) for name in answer["id"]], "dimension": dimension}

    monkeypatch.setattr(Client, "_fetch", renamed)
    out = computed(tmp_path / "data", recorded=None)
    assert new_names.keys() <= seen, "every name was there to be renamed"
    assert figures(out) == figures(recorded)


# ── an update that is killed, or not alone


class Sound:
    """Asserts that the data in use pass every check and hold the expected figures. What is byte for byte as it was when
    it was last checked is not checked again."""

    def __init__(self, expected: dict[str, Any]):
        self.expected, self.known = expected, list[bytes]()

    def check(self, out: Path) -> None:
        snapshot = open_snapshot(out)
        content = [
            (out / MANIFEST).read_bytes(),
            *(snapshot.path(name).read_bytes() for name in snapshot.manifest["files"]),
        ]
        if content != self.known:
            assert audits.problems(out) == []
            assert figures(out) == self.expected
            self.known = content


def fetching(out: Path, base: str, _: Path, told: Connection) -> None:
    """An update from the service, in a process of its own; tells when it begins."""
    write_few(pytest.MonkeyPatch())
    told.send(None)
    run(out, base)


def writing(out: Path, base: str, tables: Path, told: Connection) -> None:
    """An update whose tables are at hand, in a process of its own; tells when it begins to write them."""
    write_few(pytest.MonkeyPatch())

    def load(*_: object) -> Tables:
        found = pickle.loads(tables.read_bytes())
        told.send(None)
        return found

    updating.load = load
    run(out, base)


def test_killed_at_any_moment_the_old_data_or_the_new_are_in_use(
    one_year: "Loaded", in_use: Path, at_hand: Path, replay: str, tmp_path: Path
) -> None:
    out = shutil.copytree(in_use, tmp_path / "data")
    sound, moments = Sound(figures(in_use)), random.Random(2026)
    answers = sorted(one_year.answers.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    cache, left = out / ".update" / "cache", set()
    for kill in range(KILLS):
        # half of them while answers come, each time from further on, the last while all are there and are put together;
        # half in the half second of writing and putting in use
        stage, longest = (fetching, 5 if kill == KILLS - 1 else 1) if kill % 2 else (writing, 0.5)
        if stage is fetching:
            cache.mkdir(parents=True, exist_ok=True)
            for answer in answers[: len(answers) * kill // (KILLS - 1)]:
                if not (cache / answer.name).exists():  # what a killed one kept stays as it left it
                    shutil.copy2(answer, cache)
        hearing, told = PROCESSES.Pipe(duplex=False)
        running = PROCESSES.Process(target=stage, args=(out, replay, at_hand, told))
        running.start()
        assert hearing.poll(60), "the update has begun"
        time.sleep(moments.uniform(0, longest))
        running.kill()
        running.join()
        assert running.exitcode in (0, -signal.SIGKILL), "none failed by itself"
        left |= {path.name for path in (out / ".update").glob("*")}
        sound.check(out)
    assert left == {"cache", "staging"}, "some were killed while they fetched and some while they wrote"
    run(out, replay)
    sound.check(out)
    assert not (out / ".update").exists() and len(list(out.glob("snapshot-*"))) <= 2


def moving(out: Path, base: str, tables: Path, moves: int) -> None:
    """An update whose tables are at hand, in a process of its own that is killed after so many moves while it puts them
    in use."""
    write_few(pytest.MonkeyPatch())
    found, put_in_use, move = pickle.loads(tables.read_bytes()), publish.put_in_use, Path.replace
    done: list[Path] = []

    def counted(path: Path, target: Path) -> Path:
        if len(done) == moves:
            os.kill(os.getpid(), signal.SIGKILL)
        done.append(path)
        return move(path, target)

    def put(*given: Any) -> None:
        Path.replace = counted  # type: ignore[method-assign, assignment]
        put_in_use(*given)

    updating.load, publish.put_in_use = lambda *_: found, put
    run(out, base)


def test_killed_before_any_move_of_a_file_the_old_data_or_the_new_are_in_use(
    in_use: Path, at_hand: Path, replay: str, tmp_path: Path
) -> None:
    out = shutil.copytree(in_use, tmp_path / "data")
    sound = Sound(figures(in_use))
    for moves in itertools.count():
        running = PROCESSES.Process(target=moving, args=(out, replay, at_hand, moves))
        running.start()
        running.join()
        sound.check(out)
        if running.exitcode == 0:
            break
        assert running.exitcode == -signal.SIGKILL
    assert moves == len(SCHEMAS) + 6, (
        "every table, the values, the models, the revisions, the boundaries, the raw answers and the manifest"
    )


def test_a_second_update_says_that_one_is_running(in_use: Path, replay: str, tmp_path: Path) -> None:
    out = shutil.copytree(in_use, tmp_path / "data")

    def meanwhile(_: object) -> None:
        with pytest.raises(
            DataError, match=rf"Another update of {re.escape(str(out))} is running\. Wait for it to end"
        ):
            run(out, replay)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update(out, ONE_YEAR, base=replay, interval=0, progress=meanwhile)
    assert figures(out) == figures(in_use)
