"""From the services to a data directory: restating, scope, the swap, and everything that may go wrong on the way."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import stamina

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.errors import DataError, SourceError
from kuntamittari.etl import audits, publish
from kuntamittari.etl import update as updating
from kuntamittari.etl.client import MADE_UP, Client
from kuntamittari.etl.publish import Order, Tables
from kuntamittari.etl.restate import mainland_sums, restated, with_sizes
from kuntamittari.etl.sources import statfin
from kuntamittari.etl.update import Progress, update
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import SCHEMAS, open_snapshot
from tests.support.recorded import Service, computed, write_few
from tests.support.replay import YEARS, Loaded, files

TABLE_2019, TABLE_2020 = "007_kta_14_2019.px", "006_kta_14_2020.px"
ONE_YEAR = Order("largest-20", (2018,))
SUCCESSOR = {"541": "541", "911": "541", "214": "214", "099": "214", "091": "091", "588": "507", "507": "507"}


def contents(directory: Path) -> dict[str, pa.Table]:
    """The tables of a data directory by name."""
    snapshot = open_snapshot(directory)
    return {name: pq.read_table(snapshot.path(name)) for name in SCHEMAS}


def residents(database: Database, code: str) -> float:
    """All residents of a municipality in 2018, as an indicator divides by them."""
    indicator = loader.indicators()["library_cost_per_resident"]
    return figures.values(database, indicator, [code], [2018])["denominator"][0].as_py()


def quietly(out: Path, order: Order = ONE_YEAR, base: str | None = None, **options: Any) -> list[str]:
    """Our update without a throttle."""
    return update(out, order, base=base, interval=0, **({"progress": lambda _: None} | options))


@pytest.fixture(scope="module")
def tables(one_year: Loaded) -> Tables:
    """The tables of the twenty largest cities in one year as the services give them."""
    return one_year.tables.in_scope()


Vintage = Callable[..., None]


@pytest.fixture
def vintage(tables: Tables, monkeypatch: pytest.MonkeyPatch) -> Vintage:
    """vintage(population=change) lets the next update find those tables, changed, and ask no service."""

    def prepare(**changes: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
        frames = {name: changes.get(name, lambda frame: frame)(frame.copy()) for name, frame in tables.frames.items()}
        monkeypatch.setattr(updating, "load", lambda *_: Tables(frames, tables.boundaries, tables.absent))

    return prepare


def counted() -> tuple[list[str], Callable[[Progress], None]]:
    """The addresses that an update asks, and the listener that collects them."""
    asked: list[str] = []

    def count(state: Progress) -> None:
        if state.address:
            asked.append(state.address)

    return asked, count


def more_people(persons: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """A change of the population: Tampere has that many residents more."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        frame.loc[
            (frame["municipality"] == "837") & (frame["age_to"] == 120) & (frame["age_from"] == 0), "persons"
        ] += persons
        return frame

    return change


# ── restating


def costs(*rows: tuple[str, int, str, int]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["municipality", "year", "task_class", "eur"])


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param(
            [("541", 2015, "A", 10), ("911", 2015, "A", 5), ("541", 2016, "A", 7), ("091", 2015, "A", 1)],
            [("091", 2015, "A", 1), ("541", 2015, "A", 15), ("541", 2016, "A", 7)],
            id="parts are added, year by year",
        ),
        pytest.param(
            [("541", 2015, "A", 10), ("911", 2015, "A", 5), ("541", 2015, "B", 3)],
            [("541", 2015, "A", 15)],
            id="no figure where one listed part lacks it",
        ),
        pytest.param(
            [("588", 2015, "A", 2), ("588", 2015, "B", -2), ("507", 2015, "B", 2)],
            [("507", 2015, "B", 0)],
            id="negative and zero figures are figures",
        ),
        pytest.param([("911", 2015, "A", 5)], [("541", 2015, "A", 5)], id="an area listed under its old code only"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_figures_are_restated_to_the_present_municipalities(rows: list[tuple], expected: list[tuple]) -> None:
    found = restated(costs(*rows), ["year", "task_class"], "eur", SUCCESSOR)
    assert list(found.itertuples(index=False, name=None)) == [(*row, "final") for row in expected]


def test_a_figure_given_twice_is_refused_with_its_place() -> None:
    with pytest.raises(DataError, match=r"The source gives eur twice for municipality 091, .*2015.*'A'") as error:
        restated(
            costs(("091", 2015, "A", 1), ("091", 2015, "B", 1), ("091", 2015, "A", 1)),
            ["year", "task_class"],
            "eur",
            SUCCESSOR,
        )
    assert "np." not in str(error.value)


def test_codes_unknown_to_the_classification_are_refused_by_name() -> None:
    rows = costs(("998", 2015, "A", 1), ("091", 2015, "A", 1), ("999", 2015, "A", 1))
    with pytest.raises(SourceError, match=r"unknown to the classification service: 998, 999\."):
        restated(rows, ["year", "task_class"], "eur", SUCCESSOR)


def test_the_mainland_has_a_sum_only_where_all_of_it_has_the_figure() -> None:
    rows = costs(
        ("091", 2015, "A", 1),
        ("837", 2015, "A", 2),
        ("478", 2015, "A", 100),
        ("091", 2015, "B", 1),
        ("478", 2015, "B", 100),
        ("091", 2016, "A", 4),
        ("837", 2016, "A", -4),
    ).assign(status=["final", "approximate", "forecast", "final", "final", "final", "final"])
    found = mainland_sums(rows, ["year", "task_class"], "eur", {"091", "837"})
    assert list(found.itertuples(index=False, name=None)) == [
        ("MA1", 2015, "A", 3, "approximate"),
        ("MA1", 2016, "A", 0, "final"),
    ]


@pytest.mark.parametrize(
    ("persons", "size_class"),
    [
        (1, 1),
        (4_999, 1),
        (5_000, 2),
        (9_999, 2),
        (10_000, 3),
        (20_000, 4),
        (50_000, 5),
        (99_999, 5),
        (100_000, 6),
        (700_000, 6),
    ],
)
def test_size_classes_begin_at_their_round_number(persons: int, size_class: int) -> None:
    population = pd.DataFrame([("091", 2018, 0, 120, persons), ("091", 2017, 0, 120, 1), ("091", 2018, 7, 7, 2)])
    population.columns = ["municipality", "year", "age_from", "age_to", "persons"]
    found = with_sizes(pd.DataFrame({"code": ["091", "837"]}), population, 2018).set_index("code")
    assert found.loc["091", ["residents", "size_class", "largest_20"]].tolist() == [persons, size_class, True]
    assert found.loc["837", ["residents", "size_class"]].isna().all()  # no figure, no class
    assert not found.loc["837", "largest_20"]


def test_the_largest_20_are_the_20_with_most_residents() -> None:
    codes = [f"{n:03d}" for n in range(1, 41)]
    population = pd.DataFrame(
        {"municipality": codes, "year": 2018, "age_from": 0, "age_to": 120, "persons": range(1000, 41_000, 1000)}
    )
    found = with_sizes(pd.DataFrame({"code": codes}), population, 2018)
    assert found.loc[found["largest_20"], "code"].tolist() == codes[20:]


@pytest.mark.parametrize(
    ("text", "years"), [("2018", (2018,)), ("2015-2017", (2015, 2016, 2017)), ("2018-2018", (2018,))]
)
def test_years_are_one_or_a_span(text: str, years: tuple[int, ...]) -> None:
    assert updating.years_between(text) == years


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2019-2015",
        "x",
        "-2015",
        "2015-2016-2017",
        "2015,2016",
        "2015.5",
        "2015-",
    ],
)
def test_anything_else_is_no_span_of_years(text: str) -> None:
    with pytest.raises(ValueError):
        updating.years_between(text)


# ── end to end


@pytest.fixture(scope="module")
def fresh(all_years: Loaded, replay: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A data directory of the bundle's order, just loaded from the answers of this run, and what the update said."""
    out = tmp_path_factory.mktemp("fresh") / "data"
    shutil.copytree(all_years.answers, out / ".update" / "cache")
    with pytest.MonkeyPatch.context() as patch:
        write_few(patch)
        return out, quietly(out, Order("largest-20", YEARS), replay)


def test_the_committed_bundle_is_what_an_update_loads(fresh: tuple[Path, list[str]]) -> None:
    ours, committed = contents(fresh[0]), contents(settings.ROOT / "data")
    differing = [name for name in SCHEMAS if not ours[name].equals(committed[name])]
    assert not differing, f"run `python3 tasks.py bundle`: {differing}"
    mine, theirs = (open_snapshot(directory).manifest for directory in (fresh[0], settings.ROOT / "data"))
    facts = ("scope", "years", "division_year", "size_year", "largest_20")
    assert [mine[fact] for fact in facts] == [theirs[fact] for fact in facts]


def test_an_update_writes_every_table_and_leaves_nothing_else(fresh: tuple[Path, list[str]]) -> None:
    out, said = fresh
    tables = contents(out)
    assert all(tables[name].schema.equals(schema) for name, schema in SCHEMAS.items())
    assert all(f"{name}: {table.num_rows} rows" in said for name, table in tables.items())
    assert audits.problems(out) == []
    manifest = open_snapshot(out).manifest
    answers = {f"raw/{entry['sha256']}.gz" for some in manifest["raw"]["answers"].values() for entry in some}
    assert set(files(out)) == {"manifest.json", *(entry["path"] for entry in manifest["files"].values()), *answers}
    assert not (out / ".update").exists()


def test_the_bundle_s_order_holds_twenty_cities_and_the_mainland(fresh: tuple[Path, list[str]]) -> None:
    tables, manifest = contents(fresh[0]), open_snapshot(fresh[0]).manifest
    codes = manifest["largest_20"]
    assert len(codes) == 20 and {"091", "049", "837", "092", "853", "564"} <= set(codes)
    for name in ("finance", "population"):
        assert set(tables[name]["municipality"].to_pylist()) == {*codes, "MA1"}
        statuses = {"final"} if name == "finance" else {"final", "approximate"}  # 65+ from a published share
        assert set(tables[name]["status"].to_pylist()) == statuses
    register = tables["municipality"].to_pandas().set_index("code")
    assert (len(register), set(register["division_year"])) == (309, {2026})
    assert set(register.index[register["loaded"]]) == {*codes, "MA1"}
    assert sorted(register.index[register["largest_20"]]) == codes
    assert not {"099", "588", "911"} & set(register.index)
    assert set(tables["finance"]["year"].to_pylist()) == set(YEARS)


def test_the_manifest_says_of_each_file_what_it_is_and_where_it_came_from(fresh: tuple[Path, list[str]]) -> None:
    out, _ = fresh
    manifest = open_snapshot(out).manifest
    assert (manifest["scope"], manifest["years"], manifest["division_year"]) == ("largest-20", list(YEARS), 2026)
    assert (manifest["size_year"], manifest["interface"]) == (2019, "replica")
    assert set(manifest["files"]) == {*SCHEMAS, "boundary", "values", "models"}
    assert list(manifest["absent"]) == ["statfin_vaka", "vipunen", "state_treasury"]  # the replay has none, or made up
    for name, entry in manifest["files"].items():
        content = (out / entry["path"]).read_bytes()
        assert entry["sha256"] == sha256(content).hexdigest()
        assert entry["rows"] == pq.read_metadata(out / entry["path"]).num_rows > 0
        assert entry["retrieved"] == manifest["retrieved"][:10]
        assert bool(entry["sources"]) == (name not in ("values", "models")), f"{name} has no source"
        for source in entry["sources"]:
            assert source["id"] and source["table"] and source["licence"]
            assert all(source[part][language] for part in ("agency", "statistic") for language in settings.LANGUAGES)


def test_the_whole_country_agrees_with_the_bundle_where_both_have_figures(
    whole_country: Path, bundle: Database
) -> None:
    whole, part = contents(whole_country), contents(settings.ROOT / "data")
    assert len(set(whole["finance"]["municipality"].to_pylist())) == 309
    for name in ("finance", "population"):
        rows, some = (set(zip(*table.to_pydict().values(), strict=True)) for table in (whole[name], part[name]))
        assert some < rows
    assert audits.problems(whole_country) == []
    assert len(bundle.query("municipalities")) == 309


# ── over data in use


def test_new_files_lie_beside_the_old_ones_and_running_readers_keep_theirs(tmp_path: Path, vintage: Vintage) -> None:
    readers, kept = [], []
    for persons in (0, 1, 2, 3):
        vintage(population=more_people(persons))
        quietly(tmp_path)
        readers.append(Database(open_snapshot(tmp_path)))
        kept.append(sorted(path.name for path in tmp_path.glob("snapshot-*")))
        assert audits.problems(tmp_path) == []
        # the reader of the data before this update still answers from them; the new one sees the new figures
        assert [residents(reader, "837") for reader in readers[-2:]] == [235_239 + p for p in (persons - 1, persons)][
            -len(readers) :
        ]
    assert kept[0] == []
    assert len(kept[1]) == 1
    assert [len(names) for names in kept[2:]] == [2, 2]
    assert kept[3][0] == kept[2][1] and kept[1][0] not in kept[3]  # the one before the last is dropped
    assert len({reader.snapshot.digest for reader in readers}) == 4


def add(amount: int, task_class: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda frame: frame.assign(eur=frame["eur"] + amount * (frame["task_class"] == task_class))


def twice(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame.head(1)])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"finance": add(1000, "Perusopetus")}, "Task classes add up to the published total"),
        (
            {"finance": lambda f: f.assign(municipality=f["municipality"].replace("837", "998"))},
            "Municipalities are in the register",
        ),
        ({"population": more_people(-10_000_000)}, "Numbers of residents are not negative"),
        ({"municipality": twice}, "No figure is given twice"),
        ({"price_index": twice}, "No figure is given twice"),
    ],
)
def test_figures_that_fail_an_audit_never_come_into_use(
    changes: dict, said: str, tmp_path: Path, vintage: Vintage
) -> None:
    vintage()
    quietly(tmp_path)
    before = files(tmp_path)
    vintage(**changes)
    with pytest.raises(DataError, match=said):
        quietly(tmp_path)
    assert files(tmp_path) == before


def test_a_source_whose_parts_do_not_add_up_is_caught_on_the_way_in(
    tmp_path: Path, service: Service, recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = shutil.copytree(recorded, tmp_path / "data")
    before, honest = files(out), statfin.net_operating_costs
    monkeypatch.setattr(statfin, "net_operating_costs", lambda *asked: add(1000, "Perusopetus")(honest(*asked)))
    with pytest.raises(DataError, match="Task classes add up to the published total: municipality 049, year 2015"):
        computed(out, recorded=None)
    assert service.requested and files(out) == before


@pytest.mark.parametrize("fault", ["flaky", "truncate", "garbage", "ratelimit", None])
def test_a_failing_service_leaves_the_data_in_use_alone(
    fault: str | None,
    tmp_path: Path,
    start_replay: Callable[..., str],
    vintage: Vintage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vintage()
    quietly(tmp_path)
    before = files(tmp_path)
    monkeypatch.undo()
    base = start_replay("--fault", fault) if fault else "http://127.0.0.1:1"
    with stamina.set_testing(True, attempts=1), pytest.raises(SourceError, match=f"^{base}/"):
        quietly(tmp_path, base=base)
    assert files(tmp_path) == before
    assert audits.problems(tmp_path) == []


@pytest.mark.parametrize("step", ["write_table", "write_manifest", "put_in_use"])
def test_a_full_disk_leaves_the_data_in_use_alone(
    step: str, tmp_path: Path, vintage: Vintage, monkeypatch: pytest.MonkeyPatch
) -> None:
    vintage()
    quietly(tmp_path)
    before = files(tmp_path)

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    vintage(population=more_people(1))
    monkeypatch.setattr(publish, step, full)
    with pytest.raises(OSError, match="No space left"):
        quietly(tmp_path)
    assert files(tmp_path) == before


def test_a_disk_that_fills_at_the_last_step_leaves_the_old_figures_in_use(
    tmp_path: Path, vintage: Vintage, monkeypatch: pytest.MonkeyPatch
) -> None:
    vintage()
    quietly(tmp_path)
    before, write = files(tmp_path), publish.write_manifest

    def full(manifest: dict, directory: Path) -> None:
        if directory == tmp_path:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(manifest, directory)

    with monkeypatch.context() as patch:
        patch.setattr(publish, "write_manifest", full)
        with pytest.raises(OSError, match="No space left"):
            quietly(tmp_path)
    assert before.items() <= files(tmp_path).items()  # what was there is as it was
    assert audits.problems(tmp_path) == []
    quietly(tmp_path)
    assert len(list(tmp_path.glob("snapshot-*"))) == 1  # and the remains are gone


def test_a_killed_update_leaves_the_old_data_in_use_and_the_next_one_goes_on(
    tmp_path: Path, replay: str, vintage: Vintage, monkeypatch: pytest.MonkeyPatch, one_year: Loaded
) -> None:
    vintage()
    quietly(tmp_path)
    before = files(tmp_path)
    monkeypatch.undo()
    command = [sys.executable, "-m", "kuntamittari", "update", "--years", "2018", "--out", str(tmp_path)]
    environment = os.environ | {"KUNTAMITTARI_API_BASE": replay, "KUNTAMITTARI_REQUEST_INTERVAL": "0.1"}
    running = subprocess.Popen(command, env=environment, cwd=settings.ROOT, stderr=subprocess.DEVNULL)
    answers = tmp_path / ".update" / "cache"
    deadline = time.monotonic() + 60
    while len(list(answers.glob("*"))) < 12 and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    running.kill()
    assert running.wait() == -signal.SIGKILL
    assert files(tmp_path) == before
    assert audits.problems(tmp_path) == []
    asked, count = counted()
    quietly(tmp_path, base=replay, progress=count)
    assert len(asked) <= one_year.requests - 11  # one answer may have been half written
    assert audits.problems(tmp_path) == []


def test_years_the_service_does_not_have_are_named(tmp_path: Path, replay: str) -> None:
    with pytest.raises(
        SourceError, match=r"4\._Kayttotalous_tehtavittain: no table for 2013, 2014; the service has 2015, .*2019\."
    ):
        quietly(tmp_path, Order("all", (2013, 2014)), replay)


@pytest.mark.usefixtures("service")
def test_a_year_that_is_not_there_stops_no_other(tmp_path: Path) -> None:
    ordered = (*YEARS, 2020)
    manifest = open_snapshot(computed(tmp_path, Order("all", ordered), recorded=None)).manifest
    assert (manifest["years"], manifest["ordered"], manifest["size_year"]) == (list(YEARS), list(ordered), 2019)


class With2020(Service):
    """The services as recorded, with a made-up table of costs of 2020: that of 2019 under another year."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        url, body = str(request.url), request.content.decode()
        if url.endswith(statfin.COSTS):
            listed = super().__call__(request).json()
            return httpx.Response(200, json=[*listed, {"id": TABLE_2020, "type": "t", "text": TABLE_2020}])
        if TABLE_2020 not in url:
            return super().__call__(request)
        asked = httpx.Request(
            request.method, url.replace(TABLE_2020, TABLE_2019), content=body.replace("2020", "2019").encode()
        )
        content = super().__call__(asked).content.replace(b"2019", b"2020")
        return httpx.Response(200, content=content, headers={MADE_UP: "yes"})


def test_costs_of_2020_come_without_statements_of_that_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the service lists them they are loaded; made-up ones only where these are accepted."""
    With2020().replace_network(monkeypatch)
    order = Order("all", (*YEARS, 2020))
    found = open_snapshot(computed(tmp_path / "real", order, recorded=None))
    assert found.manifest["years"] == list(YEARS), "made-up figures are as if they were not there"
    folder = tmp_path / "invented"  # without a check: the costs disagree with the published figures of 2020
    folder.mkdir()
    with Client(base=None, interval=0, cache=tmp_path / "cache", accept_made_up=True) as client:
        tables = updating.load(client, order, lambda _: None)
    publish.write_manifest(publish.write_tables(tables, order, folder), folder)
    snapshot = open_snapshot(folder)
    assert snapshot.invented and (snapshot.manifest["years"], snapshot.manifest["size_year"]) == ([*YEARS, 2020], 2019)
    costs = pd.read_parquet(snapshot.path("finance")).query("municipality == '837' and task_class == 'Perusopetus'")
    assert costs.set_index("year")["eur"][2020] == costs.set_index("year")["eur"][2019]
    assert set(pd.read_parquet(snapshot.path("statement"))["year"]) == set(YEARS)
    loans = figures.values(Database(snapshot), loader.indicators()["loans_per_resident"], ["837"], [2020]).to_pylist()
    assert [row["status"] for row in loans] == ["approximate"], "the published loans stand in"


# ── damage and refusals


@pytest.mark.parametrize("damage", ["a file is missing", "the manifest cannot be read"])
def test_an_update_mends_a_damaged_directory_as_its_message_promises(
    damage: str, tmp_path: Path, vintage: Vintage
) -> None:
    vintage()
    quietly(tmp_path)
    (tmp_path / "finance.parquet").unlink() if damage == "a file is missing" else (
        tmp_path / "manifest.json"
    ).write_text("{")
    assert audits.problems(tmp_path)[0].endswith("run `python -m kuntamittari update`.")
    quietly(tmp_path)
    assert audits.problems(tmp_path) == []


def test_an_answer_that_was_refused_is_asked_for_again(tmp_path: Path, service: Service) -> None:
    def cut(_: str, content: bytes) -> bytes:
        answer = None if content.startswith(b"<") else json.loads(content)
        if not isinstance(answer, dict) or "value" not in answer:
            return content
        return json.dumps(answer | {"value": answer["value"][:-1]}).encode()

    service.change = cut
    with pytest.raises(SourceError, match="where its own sizes say"):
        computed(tmp_path / "data", recorded=None)
    refused = service.requested[-1]
    service.change, service.requested = lambda _, content: content, []  # the service has been mended in the meantime
    computed(tmp_path / "data", recorded=None)  # were the answer kept, it would be refused again
    assert refused in service.requested


def test_a_service_without_residents_does_not_empty_the_data(tmp_path: Path, service: Service, recorded: Path) -> None:
    out = shutil.copytree(recorded, tmp_path / "data")
    before = files(out)
    service.change = lambda url, content: b"[]" if httpx.URL(url).path.endswith("/json") else content
    with pytest.raises((SourceError, DataError)):
        computed(out, recorded=None)
    assert files(out) == before
