"""Answers that a replica says are made up: refused, and where they are accepted, called invented everywhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kuntamittari.errors import DataError, MadeUpError
from kuntamittari.etl import audits
from kuntamittari.etl.client import Client
from kuntamittari.query.snapshot import open_snapshot
from tests.support.recorded import Service, computed
from tests.support.replay import files


def made_up(part: str) -> Callable[[str], dict[str, str]]:
    """Return the headers of a service whose answers are made up where their URL has this part."""
    return lambda url: {"X-Replay-Made-Up": "yes"} if part in url else {}


def updated(out: Path, **options: Any) -> Path:
    return computed(out, recorded=None, **options)


def test_a_required_source_with_made_up_figures_is_refused_and_the_data_in_use_stay(
    service: Service, tmp_path: Path
) -> None:
    out = updated(tmp_path / "data")
    before = files(out)
    service.headers = made_up("jmhi")
    with pytest.raises(
        MadeUpError, match=r"jmhi/11m2\.px: the figures are made up \(REPLAY\), and made-up figures are"
    ):
        updated(out)
    assert files(out) == before


def test_accepted_made_up_figures_make_the_whole_data_set_invented(service: Service, tmp_path: Path) -> None:
    service.headers = made_up("jmhi")
    snapshot = open_snapshot(updated(tmp_path / "data", accept_made_up=True))
    assert snapshot.invented and audits.problems(snapshot.directory) == []
    ids = {source["id"] for entry in snapshot.manifest["files"].values() for source in entry["sources"]}
    assert ids == {"invented"}, "no table names an agency"


def test_accepted_made_up_figures_do_not_replace_real_ones(service: Service, tmp_path: Path) -> None:
    out = updated(tmp_path / "data")
    before = files(out)
    service.headers = made_up("jmhi")
    with pytest.raises(DataError, match="holds figures of real municipalities, which invented ones must not replace"):
        updated(out, accept_made_up=True)
    assert files(out) == before


def test_made_up_answers_of_an_interrupted_update_do_not_reach_one_that_refuses_them(
    service: Service, tmp_path: Path
) -> None:
    def stop(_: Any) -> None:
        if service.requested and "jmhi" in service.requested[-1]:
            raise KeyboardInterrupt

    service.headers = made_up("jmhi")
    with pytest.raises(KeyboardInterrupt):
        updated(tmp_path / "data", accept_made_up=True, progress=stop)
    with pytest.raises(MadeUpError):
        updated(tmp_path / "data")


def test_kept_answers_stay_made_up_when_tables_are_computed_from_them_again(service: Service, tmp_path: Path) -> None:
    service.headers = made_up("jmhi")
    first = updated(tmp_path / "data", accept_made_up=True)
    with pytest.raises(DataError, match="made up, and made-up figures are not accepted"):
        computed(tmp_path / "again", recorded=first)
    assert open_snapshot(computed(tmp_path / "again", recorded=first, accept_made_up=True)).invented


def test_answers_without_the_mark_are_not_made_up(service: Service, tmp_path: Path) -> None:
    service.headers = lambda _: {"X-Replay": "yes"}
    with Client(base=None, interval=0, cache=tmp_path, accept_made_up=True) as client:
        client.get("https://sotkanet.fi", "/rest/1.1/regions")
    assert (client.made_up, client.origin.interface) == (False, "official")
