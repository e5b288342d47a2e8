"""An optional source that fails stops nobody: the others come into use, and it is as it was before, or absent."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
import stamina

from kuntamittari import settings
from kuntamittari.etl import audits, publish
from kuntamittari.etl.client import Client
from kuntamittari.i18n import texts
from kuntamittari.query.snapshot import open_snapshot
from tests.support.pages import page_at
from tests.support.recorded import Service, computed
from tests.support.replay import files

PLACES = ("091", "837", "235")
TABLE = "/StatFin/vaka/14jt.px"
CHILDREN = "vaka_children"


def metadata() -> bytes:
    variables = [
        ("alue_23_20260101", list(PLACES), {}),
        ("timeperiod_y", ["2022", "2024"], {"time": True}),
        ("contentscode", ["vaka_lapsi_lkm"], {}),
    ]
    described = [{"code": c, "text": c, "values": v, "valueTexts": v} | more for c, v, more in variables]
    return json.dumps({"title": "Lapset", "variables": described}).encode()


def dataset(values: list[Any]) -> bytes:
    codes = {"alue_23_20260101": PLACES, "timeperiod_y": ("2022", "2024"), "contentscode": ("vaka_lapsi_lkm",)}
    dimension = {code: {"category": {"index": list(some)}} for code, some in codes.items()}
    return json.dumps({"id": list(codes), "size": [3, 2, 1], "value": values, "dimension": dimension}).encode()


Answer = Callable[[httpx.Request], httpx.Response]


def serves(values: list[Any]) -> Answer:
    """Return a service of the table with these figures, two years a municipality."""
    return lambda request: httpx.Response(200, content=metadata() if request.method == "GET" else dataset(values))


def refused(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("Connection refused", request=request)


FIGURES = [100, 110, 200, 210, 300, 310]
SOUND = serves(FIGURES)
FAULTS: dict[str, tuple[Answer, str]] = {
    "unreachable": (refused, "no answer (ConnectError: Connection refused)."),
    "too slow": (lambda _: httpx.Response(503), "the service answered 503, after 6 attempts."),
    "truncated": (lambda _: httpx.Response(200, content=metadata()[:40]), "the answer is not JSON but begins"),
    "not there": (lambda _: httpx.Response(404), "the service has no such table (404)."),
    "another shape": (lambda _: httpx.Response(200, json={"title": 1}), "the metadata are not those of a PxWeb table"),
    "of another version": (serves([*FIGURES, 1]), "the answer holds 7 figures where its own sizes say 6."),
    "empty": (serves([None] * 6), "The service answered without a single figure."),
    "words for figures": (serves(["many"] * 6), "the answer is not a json-stat2 dataset"),
    "made up": (
        lambda r: httpx.Response(200, content=SOUND(r).content, headers={"X-Replay-Made-Up": "yes"}),
        "made-up figures are not accepted.",
    ),
    "half the municipalities": (serves([100, 110, None, None, None, None]), "has lost 4 figures that it had before."),
}


@pytest.fixture
def table(service: Service, monkeypatch: pytest.MonkeyPatch) -> dict[str, Answer]:
    """How the table of children in care answers at the moment, under `now`."""
    answers: dict[str, Answer] = {"now": SOUND}
    answer = Service.__call__

    def called(self: Service, request: httpx.Request) -> httpx.Response:
        return answers["now"](request) if TABLE in str(request.url) else answer(self, request)

    monkeypatch.setattr(Service, "__call__", called)
    return answers


def updated(out: Path, base: str | None = None) -> dict[str, Any]:
    """Update from the services; return the manifest."""
    with stamina.set_testing(True, attempts=1):
        computed(out, recorded=None, base=base)
    assert audits.problems(out) == []
    return open_snapshot(out).manifest


def children(out: Path) -> dict[tuple[str, int], float]:
    """The figures of the table that are in use."""
    rows = pd.read_parquet(open_snapshot(out).path("activity")).query("measure == @CHILDREN and municipality != 'MA1'")
    return dict(zip(zip(rows["municipality"], rows["year"], strict=True), rows["value"], strict=True))


IN_USE = {("091", 2022): 100, ("091", 2024): 110, ("837", 2022): 200, ("837", 2024): 210} | {
    ("235", 2022): 300,
    ("235", 2024): 310,
}


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != "half the municipalities"])
def test_a_source_that_fails_at_first_is_absent_with_the_reason_and_the_others_are_in_use(
    fault: str, table: dict[str, Answer], tmp_path: Path
) -> None:
    table["now"], reason = FAULTS[fault]
    manifest = updated(tmp_path / "data")
    assert reason in manifest["absent"]["statfin_vaka"] and "data in use" not in manifest["absent"]["statfin_vaka"]
    assert set(manifest["absent"]) == {"statfin_vaka", "vipunen", "state_treasury"} and manifest["older"] == {}
    assert children(tmp_path / "data") == {} and "statfin_vaka" not in manifest["raw"]["answers"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_source_that_fails_later_stays_as_it_was_retrieved_before(
    fault: str, table: dict[str, Answer], tmp_path: Path
) -> None:
    first = updated(tmp_path / "data")
    assert children(tmp_path / "data") == IN_USE and list(first["absent"]) == ["vipunen", "state_treasury"]
    table["now"], reason = FAULTS[fault]
    for _ in range(2):  # the second time from what was kept the first time
        second = updated(tmp_path / "data")
        assert second["older"]["statfin_vaka"]["retrieved"] == first["retrieved"][:10]
        assert reason in second["older"]["statfin_vaka"]["reason"] and list(second["absent"]) == [
            "vipunen",
            "state_treasury",
        ]
        assert children(tmp_path / "data") == IN_USE
        assert second["raw"]["answers"]["statfin_vaka"] == first["raw"]["answers"]["statfin_vaka"]
    table["now"] = serves([101, 111, 201, 211, 301, 311])
    assert updated(tmp_path / "data")["older"] == {}
    assert children(tmp_path / "data") == {key: value + 1 for key, value in IN_USE.items()}


def test_tables_computed_again_from_answers_still_say_which_source_is_older(
    table: dict[str, Answer], tmp_path: Path
) -> None:
    updated(tmp_path / "data")
    table["now"] = refused
    older = updated(tmp_path / "data")["older"]
    again = open_snapshot(computed(tmp_path / "again", recorded=tmp_path / "data"))
    assert again.manifest["older"] == older and children(again.directory) == IN_USE


def test_figures_without_answers_are_given_up_and_are_no_loss(table: dict[str, Answer], tmp_path: Path) -> None:
    """A data directory may leave its raw answers out, as the bundle does."""
    out = tmp_path / "data"
    updated(out)
    for file in (out / "raw").iterdir():
        file.unlink()
    table["now"] = refused
    assert set(updated(out)["absent"]) == {"statfin_vaka", "vipunen", "state_treasury"} and children(out) == {}


def test_answers_of_a_replica_do_not_stand_in_for_those_of_the_official_interface(
    service: Service, table: dict[str, Answer], tmp_path: Path
) -> None:
    updated(tmp_path / "data")
    manifest = json.loads((tmp_path / "data" / "manifest.json").read_text("utf-8"))
    (tmp_path / "data" / "manifest.json").write_text(json.dumps(manifest | {"interface": "replica"}), "utf-8")
    table["now"] = refused
    assert set(updated(tmp_path / "data")["absent"]) == {"statfin_vaka", "vipunen", "state_treasury"}


def test_a_required_source_that_fails_leaves_the_data_in_use(service: Service, tmp_path: Path) -> None:
    out = tmp_path / "data"
    updated(out)
    before = files(out)
    service.status = lambda url: 503 if "sotkanet" in url else 200
    with pytest.raises(publish.UnreachableError):
        updated(out)
    assert {name: before[name] for name in before} == {name: files(out)[name] for name in before}


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_page_of_data_sets_says_which_source_is_missing_or_older_and_why(
    language: str, table: dict[str, Answer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    updated(tmp_path / "data")
    table["now"] = refused
    updated(tmp_path / "data")
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(tmp_path / "data"))
    page = page_at("datasets.py", kieli=language)
    said = " ".join(block.value for block in [*page.caption, *page.markdown])
    for key, table_named in (("absent", "suoritteet"), ("older", "StatFin/vaka/14jt.px")):
        words = texts(language)[f"datasets.{key}"]
        fixed = [part.partition("{")[0].strip() for part in words.split("}") if part.partition("{")[0].strip()]
        assert all(part in said for part in fixed), (key, fixed)
        assert table_named in said
    assert "Connection refused" in said


def test_a_reason_names_no_machine_of_the_operator(tmp_path: Path) -> None:
    from kuntamittari.etl import optional

    with Client(base="http://127.0.0.1:1", interval=0, cache=tmp_path) as client, stamina.set_testing(True, attempts=1):
        client.source = "statfin_vaka"
        found = optional.read(client, lambda: client.get("https://pxdata.stat.fi", "/x.px"), {}, None)
    assert found.frame is None and found.failure.startswith("/x.px: no answer (ConnectError")
    assert "127.0.0.1" not in found.failure
