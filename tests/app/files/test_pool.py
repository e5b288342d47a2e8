"""Reports made outside the process of the pages: the same bytes, a queue that can be left, and processes that end."""

import io
import os
import re
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kuntamittari.exhibits import page_context
from kuntamittari.exhibits.deck import Card
from kuntamittari.exhibits.render import pool, reports
from kuntamittari.exhibits.render.pool import Job, Pool, ReportError
from kuntamittari.exhibits.render.reports import Order
from kuntamittari.query.database import Database
from kuntamittari.settings import BUDGETS
from kuntamittari.uploads.own_figures import Figure, Measure
from kuntamittari.uploads.workspace import Workspace

PLACE = {"kieli": "sv", "kunta": "837", "ryhma": "largest-20"}
OWN = Workspace(
    measures=(Measure(id="own_beds", name="Bäddar", unit="st"),),
    figures=(Figure(municipality="837", year=2018, measure="own_beds", value=411.5, status="final"),),
)
# the only bytes that differ: when a file was made, and what is computed from that
WAIT = 300  # seconds: tests keep the processors busy
TIMES = re.compile(rb"D:\d{14}Z|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d|(?<=ID>)[^<]+|/ID ?\[.*?\]", re.DOTALL)


@pytest.fixture(scope="module")
def one() -> Iterator[Pool]:
    """A pool of one process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "LONGEST", WAIT)
        made = Pool(1)
        yield made
    made.close()


def order(bundle: Database, contents: reports.Contents, form: str, workspace: Workspace | None = None) -> Order:
    """The order of a page of Tampere, in the same way as the page does it."""
    workspace = workspace or Workspace()
    data = page_context.with_overlay(bundle, workspace)
    address = PLACE | ({"mittari": "own_beds"} if workspace.weight else {})
    context = page_context.read(address, data, workspace)
    cards = (Card("ranking", tuple(PLACE.items()), "Rubrik"), Card("development", tuple(PLACE.items())))
    context = replace(context, selection=replace(context.selection, deck=cards))
    return reports.order(context, contents, form, "vertailu")


def bare(content: bytes) -> list[bytes]:
    """The bytes of a file, or of the files packed in it, without the times at which they were made."""
    if not content.startswith(b"PK"):
        return [TIMES.sub(b"", content)]
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return [part for name in packed.namelist() for part in (name.encode(), *bare(packed.read(name)))]


def within(there: Callable[[], bool]) -> None:
    """Wait until something is there."""
    end = time.monotonic() + WAIT
    while not there():
        assert time.monotonic() < end
        time.sleep(0.02)


def reason(job: Job) -> str:
    """Why a job has no report."""
    fault = job.made.exception(WAIT)
    assert isinstance(fault, ReportError)
    return fault.reason


@pytest.mark.parametrize(
    ("contents", "form", "workspace"),
    [("page", "pdf", None), ("deck", "pptx", None), ("page", "xlsx", OWN)],
    ids=["page", "deck", "uploaded"],
)
def test_a_report_of_another_process_has_the_same_bytes(
    contents: reports.Contents, form: str, workspace: Workspace | None, one: Pool, bundle: Database
) -> None:
    asked = order(bundle, contents, form, workspace)
    made, here = one.order(asked).made.result(WAIT), reports.made(asked)
    assert bare(made) == bare(here)
    if workspace:
        assert b"411.5" in b"".join(bare(made)), "the figures that the user has uploaded go along"


def test_too_many_wait_for_none_and_a_place_can_be_left(
    one: Pool, bundle: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "MOST_WAITING", 2)
    asked = order(bundle, "page", "pdf")
    making = one.order(asked)
    within(lambda: one.place(making) == 0)
    first, second, third = (one.order(asked) for _ in range(3))
    assert [one.place(job) for job in (first, second)] == [1, 2] and reason(third) == "busy"
    one.cancel(first)
    assert reason(first) == "cancelled" and one.place(second) == 1
    assert making.made.result(WAIT) and second.made.result(WAIT), "the others are made"


def test_one_reader_leaves_places_to_others(one: Pool, bundle: Database) -> None:
    asked = order(bundle, "page", "pdf")
    jobs = [one.order(asked, "192.0.2.1") for _ in range(BUDGETS.reports_of_one + 1)]
    other = one.order(asked, "192.0.2.2")
    assert reason(jobs[-1]) == "busy" and not other.made.done()
    for job in jobs[1:-1]:
        one.cancel(job)
    assert jobs[0].made.result(WAIT) and other.made.result(WAIT)
    assert one.order(asked, "192.0.2.1").made.result(WAIT), "places are given back"


def test_a_process_that_dies_fails_one_report_and_the_next_is_made(
    one: Pool, bundle: Database, caplog: pytest.LogCaptureFixture
) -> None:
    asked = order(bundle, "page", "xlsx")
    assert one.order(asked).made.result(WAIT)
    [maker] = pids()
    priorities = [os.getpriority(os.PRIO_PROCESS, pid) for pid in (maker, 0)]
    assert priorities[0] - priorities[1] == pool.NICENESS > 0, "pages go first"
    os.kill(maker, signal.SIGSTOP)  # so that the report is not made before the process dies
    job = one.order(asked)
    within(lambda: one.place(job) == 0)
    os.kill(maker, signal.SIGKILL)
    assert reason(job) == "ended"
    assert reason(one.order(replace(asked, digest="of other data"))) == "other_data"
    assert not caplog.records
    assert reason(one.order(replace(asked, form="doc"))) == "failed", "a defect is one sentence to the user"
    assert "KeyError in" in caplog.text and caplog.text.count("\n") == 1, "and one line of the log"
    assert one.order(asked).made.result(WAIT)
    assert maker not in pids()


def test_what_has_begun_can_be_cancelled_and_memory_is_given_back(bundle: Database) -> None:
    before, brief = set(pids()), Pool(1, idle=0.1)
    job = brief.order(order(bundle, "page", "xlsx"))
    within(lambda: len(set(pids()) - before) == 1 and brief.place(job) == 0)
    brief.cancel(job)
    assert reason(job) == "ended"
    within(lambda: set(pids()) <= before)
    assert brief.order(order(bundle, "page", "xlsx")).made.result(WAIT), "also after all of its processes have ended"
    within(lambda: set(pids()) <= before)


def pids() -> list[int]:
    """The processes of this one that make reports."""
    children = [pid for task in Path("/proc/self/task").glob("*/children") for pid in task.read_text().split()]
    return [int(pid) for pid in children if "render.maker" in Path(f"/proc/{pid}/cmdline").read_text()]
