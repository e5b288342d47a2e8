"""Workspaces and their files, and the store that keeps them on the server."""

import json
import threading
from types import SimpleNamespace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from kuntamittari.catalog import organisation_models, services
from kuntamittari.catalog.indicator import Polarity
from kuntamittari.uploads import heads, own_figures, tabular, workspace
from kuntamittari.uploads.organisation import Tag
from kuntamittari.uploads.own_figures import Figure, Measure
from kuntamittari.uploads.tabular import TableError
from kuntamittari.uploads.workspace import Workspace, WorkspaceStore
from tests.support.uploads.uploaded_files import JSON, SCALARS, Reader, cell, lines, refused, told, workspace_file

HEADS = ("kunta", "vuosi", "mittari", "arvo")
JYVASKYLA, TURKU, TAMPERE, HELSINKI = "179", "853", "837", "091"


# Workspaces and their files
LETTERS = st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Zs"))
IDS = st.from_regex(r"[a-z][a-z0-9_]{2,20}", fullmatch=True)
SERVICES = sorted(services.services())
MEASURES = st.lists(
    st.builds(
        Measure,
        id=IDS,
        name=st.text(LETTERS, max_size=20).map("M{}".format),
        unit=st.text(LETTERS, max_size=9),
        polarity=st.sampled_from(get_args(Polarity)),
        decimals=st.integers(0, own_figures.MOST_DECIMALS),
        service=st.none() | st.sampled_from(SERVICES),
    ),
    max_size=4,
    unique_by=lambda measure: measure.id,
)
PLACES = st.sampled_from([TAMPERE, HELSINKI, "005"])
YEARS = st.integers(heads.FIRST_YEAR, heads.LAST_YEAR)
TAGGED = st.sampled_from([organisation_models.EVERY_SERVICE, *SERVICES])
TAGS = st.lists(
    st.builds(Tag, PLACES, TAGGED, YEARS, st.sampled_from(get_args(organisation_models.Model))), max_size=5, unique=True
)


@st.composite
def workspaces(draw: st.DrawFn) -> Workspace:
    measures = draw(MEASURES)
    if not measures:
        return Workspace(tags=tuple(draw(TAGS)))
    key = st.tuples(PLACES, YEARS, st.sampled_from([measure.id for measure in measures]))
    value = st.floats(-own_figures.LARGEST_FIGURE, own_figures.LARGEST_FIGURE)
    known = draw(st.dictionaries(key, st.tuples(value, st.sampled_from(get_args(own_figures.Status))), max_size=8))
    return Workspace(
        measures=tuple(measures),
        figures=tuple(Figure(*at, *what) for at, what in known.items()),
        tags=tuple(draw(TAGS)),
    )


@effort(max_examples=100, deadline=None)
@given(workspaces())
def test_any_workspace_comes_back_from_its_file_as_it_was(lies: Workspace) -> None:
    content = workspace.file(lies)
    assert (
        workspace.is_workspace(content)
        and workspace.of_file(content) == workspace.of_file(b"\xef\xbb\xbf" + content) == lies
    )


FIELDS = st.sampled_from(["format", "measures", "figures", "tags", "rounds", "assessments", "more"])
FIGURE = st.tuples(st.just(TAMPERE), st.integers(), IDS, SCALARS, st.sampled_from(["final", "budget", "?"]))


@effort(max_examples=150, deadline=None)
@given(
    st.binary(max_size=60)
    | JSON.map(json.dumps).map(str.encode)
    | st.dictionaries(FIELDS, st.lists(FIGURE, max_size=3) | JSON, max_size=3).map(json.dumps).map(str.encode)
)
def test_any_bytes_are_a_workspace_or_refused(content: bytes) -> None:
    """What is taken for a workspace can be kept and comes back."""
    try:
        lies = workspace.of_file(content)
    except TableError as error:
        told(error)
        return
    assert isinstance(lies, Workspace) and workspace.of_file(workspace.file(lies)) == lies


@pytest.mark.parametrize(
    "figure",
    [
        '["837",70000,"own_x",1,"final"]',
        '["837",-5,"own_x",1,"final"]',
        '["837",1,"own_x",1,"final"]',
        '["837",2018,"own_x",NaN,"final"]',
        '["837",2018,"own_x",Infinity,"final"]',
        '["837",2018,"own_x",1e999,"final"]',
        '["\\ud800",2018,"own_x",1,"final"]',
        '["837",2018,"own_x",1,"final"],["837",2018,"own_x",2,"final"]',
        '["837",2018,"own_y",1,"final"]',
        '["837",2018,"own_x",1,"perhaps"]',
        '["837",2018,"own_x","1","final"]',
        '["837",2018,"own_x",1]',
        '"837"',
        "[]",
        "null",
    ],
)
def test_a_figure_that_no_table_could_have_uploaded_is_not_let_in_by_the_file_of_a_workspace(figure: str) -> None:
    """A year that the data cannot hold would break every page of the reader; one figure twice is seen nowhere."""
    assert refused(workspace_file(figure), workspace.of_file).reason == "no_workspace"


NO_WORKSPACES: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "null": b"null",
    "another format": b'{"format":"another"}',
    "one field more": b'{"more":1}',
    "figures by name": b'{"figures":{}}',
    "many lists in each other": b"[" * 100_000,
    "many objects in each other": b'{"a":' * 50_000,
    "UTF-16": b"\xff\xfe{\0}\0",
    "a long number": b"9" * 5_000,
    "an id of other letters": b'{"measures":[{"id":"X","name":"x"}]}',
    "a measure without a name": b'{"measures":[{"id":"own_x","name":""}]}',
    "a measure with a formula": b'{"measures":[{"id":"own_x","name":"x","formula":1}]}',
    "a measure of an unknown service": b'{"measures":[{"id":"own_x","name":"x","service":"magic"}]}',
    "a name that cannot be written": b'{"measures":[{"id":"own_x","name":"\\ud800"}]}',
    "two measures of one id": b'{"measures":[{"id":"own_x","name":"x"},{"id":"own_x","name":"y"}]}',
    "an unknown model": b'{"tags":[["837","all",2018,"magic"]]}',
    "a tag of an unknown service": b'{"tags":[["837","magic",2018,"net_unit"]]}',
    "a tag of no year": b'{"tags":[["837","all",' + b"9" * 30 + b',"net_unit"]]}',
    "a tag that cannot be written": b'{"tags":[["\\ud800","all",2018,"net_unit"]]}',
}


@pytest.mark.parametrize("what", NO_WORKSPACES)
def test_what_is_no_workspace_is_refused(what: str) -> None:
    assert refused(NO_WORKSPACES[what], workspace.of_file).reason == "no_workspace"


def test_a_file_of_a_workspace_is_not_larger_than_a_table() -> None:
    assert refused(b" " * (tabular.LARGEST + 1), workspace.of_file).reason == "too_large"


def test_measures_go_and_come_with_their_figures_and_leave_the_others_alone(read: Reader) -> None:
    first, second = read(lines(HEADS, (837, 2018, "x", 1), (837, 2018, "y", 2))), read(cell(9, measure="X"))
    lies = workspace.EMPTY.with_figures(first, first.measures)
    assert [(f.measure, f.value) for f in lies.with_figures(second, second.measures).figures] == [
        ("own_y", 2),
        ("own_x", 9),
    ]
    assert [m.id for m in lies.without("own_x").measures] == ["own_y"] and [
        f.value for f in lies.without("own_x").figures
    ] == [2]
    assert workspace.EMPTY.weight == 0 and lies.weight == 2


# The store


class Clock:
    """A time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(workspace, "time", made)
    return made


def kept(weight: int = 1) -> Any:
    return SimpleNamespace(workspace=SimpleNamespace(weight=weight))


def test_another_key_never_finds_a_workspace(clock: Clock) -> None:
    shelf, mine, yours = WorkspaceStore(), kept(), kept()
    shelf.put("mine", mine)
    assert shelf.get("mine") is mine
    assert [shelf.get(key) for key in ("", "min", "mine ", "MINE", "yours", "mine\0")] == [None] * 6
    shelf.put("yours", yours)
    assert shelf.get("mine") is mine and shelf.get("yours") is yours
    shelf.clear("mine")
    shelf.clear("nobody's")
    assert shelf.get("mine") is None and shelf.get("yours") is yours


def test_a_workspace_that_nobody_uses_goes_and_one_in_use_stays(clock: Clock) -> None:
    shelf = WorkspaceStore()
    shelf.put("idle", kept())
    shelf.put("used", kept())
    clock.now += workspace.IDLE
    assert shelf.get("used") is not None, "four hours have passed, not more"
    clock.now += 1
    assert shelf.get("idle") is None and shelf.get("used") is not None
    clock.now += workspace.IDLE + 1
    assert shelf.get("used") is None


def test_the_workspace_unused_longest_goes_where_there_are_too_many(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "MOST_WORKSPACES", 3)
    shelf = WorkspaceStore()
    for key in "abc":
        shelf.put(key, kept())
        clock.now += 1
    assert shelf.get("a") is not None, "now b is the one unused longest"
    shelf.put("d", kept())
    assert [key for key in "abcd" if shelf.get(key)] == ["a", "c", "d"]
    shelf.put("a", kept(2))
    assert [key for key in "abcd" if shelf.get(key)] == ["a", "c", "d"], (
        "a workspace in the place of one's own takes no room"
    )


def test_the_workspaces_unused_longest_go_where_there_is_too_much_in_them(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "MOST_ROWS_IN_ALL", 30)
    shelf = WorkspaceStore()
    for key in "abc":
        shelf.put(key, kept(10))
    shelf.put("d", kept(9))
    assert [key for key in "abcd" if shelf.get(key)] == ["b", "c", "d"]
    shelf.put("b", kept(12))
    assert [key for key in "abcd" if shelf.get(key)] == ["b", "d"], "what has grown weighs what it weighs now"
    shelf.put("e", kept(60))
    assert [key for key in "abcde" if shelf.get(key)] == ["e"], "the newest stays whatever it weighs"


def test_readers_who_come_at_once_find_their_own() -> None:
    shelf, strangers = WorkspaceStore(), []

    def reader(key: str) -> None:
        mine = kept()
        for _ in range(200):
            shelf.put(key, mine)
            if shelf.get(key) is not mine:
                strangers.append(key)

    threads = [threading.Thread(target=reader, args=(str(n),)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert strangers == []
