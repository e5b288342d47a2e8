"""Fixtures of all tests, and how a run is shared out. What is heavy is imported by the fixture that needs it."""

import hashlib
import os
import sys
import tempfile
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kuntamittari import settings
from tests.support import replay as replaying
from tests.support.material import shared
from tests.support.replay import YEARS, Loaded, loaded
from tests.support.server import Served, dashboard_served

if TYPE_CHECKING:
    import pyarrow as pa

    from kuntamittari.query.database import Database
    from tests.support.recorded import Service
    from tests.support.small_data import EmptyTables, MakeData

os.environ["KUNTAMITTARI_API_RATE"] = "0"  # tests ask more often than readers do; the limit has tests of its own


# How a run is shared out

# The files that take longest begin first, so that the workers of a run end at about the same time; pytest-xdist itself
# would begin with those of most tests, unless --no-loadscope-reorder. The first of all loads the whole country: who
# needs it later finds it made, and does not stand waiting for it.
LONGEST = (
    "app/country/test_finite",
    "app/etl/test_optional_sources",
    "browser/test_browser",
    "browser/test_accessibility",
    "app/etl/test_faults",
    "browser/test_workspace",
    "app/files/test_reports",
    "app/ui/test_basis",
    "app/pages/test_presentation",
    "browser/test_presentation",
    "app/pages/test_rug",
    "app/uploads/test_uploaded_figures",
    "app/uploads/test_workspace_pages",
    "app/etl/test_update",
)
TESTS = Path(__file__).parent


def only_unit(config: pytest.Config) -> bool:
    """Tell whether a run is of unit tests alone, which wait for no browser and no server."""
    return all(Path(argument).resolve().is_relative_to(TESTS / "unit") for argument in config.args)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Start one worker more than there are processors, which works while others wait for a browser or a server."""
    return (os.cpu_count() or 1) + (not only_unit(config))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; the others stay in the order in which they were collected.

    Raises UsageError where tests share an id: pytest-xdist would run one of them and pass over the others in silence.
    """
    shared_ids = [name for name, number in Counter(item.nodeid for item in items).items() if number > 1]
    if shared_ids:
        raise pytest.UsageError(f"tests share an id: {', '.join(shared_ids)}")
    place = {TESTS / f"{name}.py": number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Have all workers of a run ask one replay server and one dashboard, which then make each table and page once."""
    if only_unit(node.config):
        return
    if replaying.REPLAY.exists():
        if not hasattr(node.config, "replay"):
            process, node.config.replay = replaying.start()
            node.config.add_cleanup(lambda: replaying.stop(process))
        node.workerinput["replay"] = node.config.replay
    if not hasattr(node.config, "dashboard"):
        running = ExitStack()
        folder = running.enter_context(tempfile.TemporaryDirectory())
        node.config.dashboard = running.enter_context(dashboard_served(Path(folder)))
        node.config.add_cleanup(running.close)
    started = node.config.dashboard
    node.workerinput["dashboard"] = (started.port, started.address, str(started.log))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Leave out the summary of hypothesis where no test used it: it would be imported for that alone."""
    plugins = session.config.pluginmanager
    if "hypothesis" not in sys.modules and not plugins.has_plugin("dsession"):
        plugins.unregister(name="hypothesispytest")


MAIN = sys.modules["__main__"]


@pytest.fixture(autouse=True)
def main_module() -> None:
    """Put `__main__` back, which every run of an AppTest replaces by the dashboard.

    A process that multiprocessing starts in a later test would first run the dashboard.
    """
    sys.modules["__main__"] = MAIN


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all workers of a run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


# The replay server and what is loaded from it


@pytest.fixture
def start_replay() -> Iterator[Callable[..., str]]:
    """Start a replay server of one's own with given options; the call returns its base URL."""
    started: list[replaying.Process] = []

    def start(*options: str) -> str:
        shared("replay")
        process, base = replaying.start(*options)
        started.append(process)
        return base

    yield start
    for process in started:
        replaying.stop(process)


@pytest.fixture(scope="session")
def replay(request: pytest.FixtureRequest) -> Iterator[str]:
    """Base URL of a faultless replay server; the same one for all workers of a run."""
    shared("replay")
    if base := getattr(request.config, "workerinput", {}).get("replay"):
        yield base
        return
    process, base = replaying.start()
    yield base
    replaying.stop(process)


@pytest.fixture(scope="session")
def one_year(replay: str, common: Path) -> Loaded:
    """The twenty largest cities in 2018."""
    from kuntamittari.etl.publish import Order

    return loaded(common / "one-year", Order("largest-20", (2018,)), replay, keep_tables=True)


@pytest.fixture(scope="session")
def all_years(replay: str, common: Path) -> Loaded:
    """Every municipality in every year."""
    from kuntamittari.etl.publish import Order

    return loaded(common / "all-years", Order("all", YEARS), replay, keep_tables=False)


@pytest.fixture(scope="session")
def whole_country(all_years: Loaded) -> Path:
    """A data directory with every municipality."""
    return all_years.data


@pytest.fixture(scope="session")
def country(whole_country: Path) -> "Database":
    """The figures of every municipality."""
    return database_of(whole_country)


# The recorded answers of tests/data, which need nothing beside the project


@pytest.fixture(scope="session")
def recorded(common: Path) -> Path:
    """A data directory computed from the recorded answers; all workers of a run read the same one."""
    from tests.support.recorded import computed

    folder = common / "recorded"
    with replaying.made_once(folder) as missing:
        if missing:
            computed(folder / "data")
    return folder / "data"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> "Service":
    """The official interfaces as recorded, in place of the network."""
    from tests.support.recorded import Service

    made = Service()
    made.replace_network(monkeypatch)
    return made


# Figures


def database_of(directory: Path) -> "Database":
    """Open a data directory."""
    from kuntamittari.query.database import Database
    from kuntamittari.query.snapshot import open_snapshot

    return Database(open_snapshot(directory))


@pytest.fixture(scope="session")
def bundle() -> "Database":
    """The data committed with the project."""
    return database_of(settings.ROOT / "data")


@pytest.fixture(scope="session")
def empty_tables(tmp_path_factory: pytest.TempPathFactory) -> "EmptyTables":
    """Every table without a row: its file, and what the manifest says of it."""
    from tests.support import small_data

    return small_data.empty_tables(tmp_path_factory.mktemp("empty") / "table.parquet")


@pytest.fixture
def make_data(tmp_path: Path, empty_tables: "EmptyTables") -> "MakeData":
    """make_data(finance=[{…}], population=[{…}], municipality=[{…}]) writes a data directory of just those rows.

    Columns left out get a harmless value: status final, no groupings, loaded, mainland.
    """
    from tests.support import small_data

    def make(**tables: list[dict[str, Any]]) -> Path:
        return small_data.write_data(tmp_path / f"data-{len(list(tmp_path.iterdir()))}", empty_tables, tables)

    return make


MOST_ANSWERS = 1000  # of queries, kept for the tests that follow
MOST_FORMULAS = 20  # in one query; an update asks for those of all indicators, once, in 40 MB


@pytest.fixture(scope="session")
def earlier_answers() -> "OrderedDict[Any, pa.Table]":
    """The answers of queries by data set, name and parameters, for the tests that follow."""
    return OrderedDict()


@pytest.fixture(scope="session")
def answers_of_all_workers(common: Path) -> Path:
    """The folder of the answers that the workers of a run share."""
    folder = common / "answers"
    folder.mkdir(exist_ok=True)
    return folder


def computed_by_one_worker(file: Path, compute: "Callable[[], pa.Table]") -> "pa.Table":
    """Return the answer in a file, or compute it and write the file."""
    from pyarrow import feather

    if file.exists():
        return feather.read_table(file)
    answer = compute()
    own = file.with_suffix(f".{os.getpid()}")
    feather.write_feather(answer, own, compression="uncompressed")
    own.replace(file)  # other workers find the whole file or none
    return answer


@pytest.fixture
def figures_are_computed_once(
    earlier_answers: "OrderedDict[Any, pa.Table]", answers_of_all_workers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Give a query the answer that it had before on the same data set, in any worker of the run.

    Most of the time of a page goes into queries, and the same ones come back in test after test. A data set never
    changes under its digest; what a user has uploaded, or takes as an area, is computed each time, and so is what only
    an update asks for.
    Tests that do not ask for it, such as those of damaged files, compute everything.
    """
    from kuntamittari.query.database import Database

    compute = Database.query

    def query(self: Database, name: str, **parameters: Any) -> "pa.Table":
        if self.overlay.activity or self.members or len(parameters.get("formulas", ())) > MOST_FORMULAS:
            return compute(self, name, **parameters)
        key = self.snapshot.directory, self.snapshot.digest, name, repr(parameters)
        answer = earlier_answers.pop(key, None)
        if answer is None:
            file = answers_of_all_workers / hashlib.sha256(repr(key).encode()).hexdigest()
            answer = computed_by_one_worker(file, lambda: compute(self, name, **parameters))
        earlier_answers[key] = answer
        if len(earlier_answers) > MOST_ANSWERS:
            earlier_answers.popitem(last=False)
        return answer

    monkeypatch.setattr(Database, "query", query)


# The service


@pytest.fixture(scope="session")
def dashboard(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server that all tests ask, but those that are about its start; the same one for all workers of a run."""
    if started := getattr(request.config, "workerinput", {}).get("dashboard"):
        port, address, log = started
        yield Served(port, address, Path(log))
        return
    with dashboard_served(tmp_path_factory.mktemp("dashboard")) as own:
        yield own
