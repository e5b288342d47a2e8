"""An optional source that fails stops nobody: the others come into use, and it is as it was before, or absent."""

import json
import shutil
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
from tests.support.recorded import Service, computed, write_few
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
    "another unit": (serves([figure / 1000 for figure in FIGURES]), "The figures are 0.001 times those of before"),
    "half the municipalities": (serves([100, 110, None, None, None, None]), "has lost 4 figures that it had before."),
}


class WithChildren(Service):
    """The official interfaces as recorded, with the table of children in care, which answers as `table` says."""

    table = staticmethod(SOUND)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        return self.table(request) if TABLE in str(request.url) else super().__call__(request)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> WithChildren:
    """The official interfaces in place of the network; a test gives `table` a fault."""
    made = WithChildren()
    made.replace_network(monkeypatch)
    return made


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


@pytest.fixture(scope="module")
def all_in_use(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory in which the table is in use, to be copied."""
    out = tmp_path_factory.mktemp("sound") / "data"
    with pytest.MonkeyPatch.context() as patch:
        write_few(patch)
        WithChildren().replace_network(patch)
        manifest = updated(out)
    assert children(out) == IN_USE and list(manifest["absent"]) == ["vipunen", "state_treasury"]
    return out


@pytest.fixture(scope="module")
def refused_later(all_in_use: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data directory whose figures of the table are those of before, since the service refused; to be read only."""
    out = shutil.copytree(all_in_use, tmp_path_factory.mktemp("older") / "data")
    with pytest.MonkeyPatch.context() as patch:
        write_few(patch)
        made = WithChildren()
        made.replace_network(patch)
        made.table = refused
        updated(out)
    return out


@pytest.fixture
def out(all_in_use: Path, tmp_path: Path) -> Path:
    """A data directory of one's own in which the table is in use."""
    return shutil.copytree(all_in_use, tmp_path / "data")


@pytest.mark.parametrize(
    "fault", [fault for fault in FAULTS if fault not in ("half the municipalities", "another unit")]
)
def test_a_source_that_fails_at_first_is_absent_with_the_reason_and_the_others_are_in_use(
    fault: str, service: WithChildren, tmp_path: Path
) -> None:
    service.table, reason = FAULTS[fault]
    manifest = updated(tmp_path / "data")
    assert reason in manifest["absent"]["statfin_vaka"] and "data in use" not in manifest["absent"]["statfin_vaka"]
    assert set(manifest["absent"]) == {"statfin_vaka", "vipunen", "state_treasury"} and manifest["older"] == {}
    assert children(tmp_path / "data") == {} and "statfin_vaka" not in manifest["raw"]["answers"]


def stays_older(out: Path, first: dict[str, Any], reason: str) -> None:
    """Update while the table fails: its figures and answers stay as they were retrieved at first."""
    manifest = updated(out)
    retrieved = min(answer["retrieved"] for answer in first["raw"]["answers"]["statfin_vaka"])
    assert manifest["older"]["statfin_vaka"]["retrieved"] == retrieved[:10]
    assert reason in manifest["older"]["statfin_vaka"]["reason"] and list(manifest["absent"]) == [
        "vipunen",
        "state_treasury",
    ]
    assert children(out) == IN_USE
    assert manifest["raw"]["answers"]["statfin_vaka"] == first["raw"]["answers"]["statfin_vaka"]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_source_that_fails_later_stays_as_it_was_retrieved_before(
    fault: str, service: WithChildren, out: Path
) -> None:
    service.table, reason = FAULTS[fault]
    stays_older(out, open_snapshot(out).manifest, reason)


@pytest.mark.parametrize("fault", ["unreachable", "half the municipalities"])
def test_a_source_that_fails_twice_stays_by_what_was_kept_and_is_replaced_once_it_answers(
    fault: str, service: WithChildren, out: Path
) -> None:
    """Without an answer, and with one that is compared with the figures in use; other faults leave the same behind."""
    first = open_snapshot(out).manifest
    service.table, reason = FAULTS[fault]
    for _ in range(2):
        stays_older(out, first, reason)
    service.table = serves([101, 111, 201, 211, 301, 311])
    assert updated(out)["older"] == {}
    assert children(out) == {key: value + 1 for key, value in IN_USE.items()}


def test_tables_computed_again_from_answers_still_say_which_source_is_older(
    refused_later: Path, tmp_path: Path
) -> None:
    again = open_snapshot(computed(tmp_path / "again", recorded=refused_later))
    assert again.manifest["older"] == open_snapshot(refused_later).manifest["older"] != {}
    assert children(again.directory) == IN_USE


def test_figures_without_answers_are_given_up_and_are_no_loss(service: WithChildren, out: Path) -> None:
    """A data directory may leave its raw answers out, as the bundle does."""
    for file in (out / "raw").iterdir():
        file.unlink()
    service.table = refused
    assert set(updated(out)["absent"]) == {"statfin_vaka", "vipunen", "state_treasury"} and children(out) == {}


def test_answers_of_a_replica_do_not_stand_in_for_those_of_the_official_interface(
    service: WithChildren, out: Path
) -> None:
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    (out / "manifest.json").write_text(json.dumps(manifest | {"interface": "replica"}), "utf-8")
    service.table = refused
    assert set(updated(out)["absent"]) == {"statfin_vaka", "vipunen", "state_treasury"}


def test_a_required_source_that_fails_leaves_the_data_in_use(service: WithChildren, out: Path) -> None:
    before = files(out)
    service.status = lambda url: 503 if "sotkanet" in url else 200
    with pytest.raises(publish.UnreachableError):
        updated(out)
    assert {name: before[name] for name in before} == {name: files(out)[name] for name in before}


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_page_of_data_sets_says_which_source_is_missing_or_older_and_why(
    language: str, refused_later: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(refused_later))
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
        found = optional.read(client, lambda: client.get("https://pxdata.stat.fi", "/x.px"), optional.reported, None)
    assert found.frame is None and found.failure.startswith("/x.px: no answer (ConnectError")
    assert "127.0.0.1" not in found.failure


def test_a_loss_is_explained_by_what_was_left_out_and_figures_in_use_lack_nothing_by_it(tmp_path: Path) -> None:
    from kuntamittari.etl import optional
    from kuntamittari.etl.sources.treasury.cells import Refusal

    reports = [{"municipality": code, "package": "KKNR", "period": "2025C12"} for code in ("049", "837")]
    in_use = Service().recording
    with Client(base="http://127.0.0.1:1", interval=0, cache=tmp_path) as client:
        assert in_use.interface == client.origin.interface == "replica"
        client.source = "state_treasury"
        answer = next(iter(in_use.answers.values()))

        def fetch() -> optional.Reading:
            if client.recording:
                client.answers[client.source] = {answer: tmp_path}
                return pd.DataFrame(reports), ()
            return pd.DataFrame(reports[:1]), (Refusal("KKNR 2025C12: not the sum of its parts (municipality 837)."),)

        found = optional.read(client, fetch, optional.reported, in_use)
    assert found.failure == (
        "The service has lost 1 figures that it had before. KKNR 2025C12: not the sum of its parts (municipality 837)."
    )
    assert found.left_out == () and found.frame is not None and len(found.frame) == 2
