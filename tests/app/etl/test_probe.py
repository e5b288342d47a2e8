"""`kuntamittari probe` against the replay server: a line a source, and an exit code for a cron job."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from kuntamittari import settings
from kuntamittari.etl import probe
from kuntamittari.etl.client import Client
from kuntamittari.etl.sources.treasury.packages import packages
from tests.support.command import Run, runner
from tests.support.server import free_port

# what the replay server has without its made-up figures
ABSENT = {"statfin_vaka", "vipunen", "state_treasury"}


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """run("probe", …) → exit code, lines of output, lines of error."""
    with runner(capsys, monkeypatch) as command:
        yield command


def asked(run: Run, base: str, *options: str) -> tuple[int, dict[str, str]]:
    """The exit code, and source → what its line says."""
    code, out, errors = run("probe", *options, KUNTAMITTARI_API_BASE=base, KUNTAMITTARI_REQUEST_INTERVAL="0")
    assert not errors
    return code, dict(line.split(": ", 1) for line in out)


@pytest.fixture
def expected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what is expected, which a test may change."""
    copy = tmp_path / "expected.yaml"
    copy.write_text(probe.EXPECTED.read_text("utf-8"), "utf-8")
    monkeypatch.setattr(probe, "EXPECTED", copy)
    return copy


def change(expected: Path, source: str, fact: str, values: list[str]) -> None:
    content = yaml.safe_load(expected.read_text("utf-8"))
    content[source][fact] = values
    expected.write_text(yaml.safe_dump(content), "utf-8")


def test_every_source_but_those_made_up_has_what_is_expected(run: Run, replay: str) -> None:
    code, said = asked(run, replay)
    assert set(said) == set(probe.SOURCES)
    wrong = {source: line for source, line in said.items() if not line.startswith("ok: ")}
    assert set(wrong) <= ABSENT and code == (1 if wrong else 0), wrong
    assert said["kta_costs"] == "ok: years 2015–2019; variables Alue, Kulu-/tuottolaji, Tehtävä, Vuosi"


def test_a_new_year_and_one_that_is_gone_are_named_with_where_to_mend_it(run: Run, replay: str, expected: Path) -> None:
    change(expected, "kta_costs", "years", ["2014", "2015", "2016", "2017", "2018"])
    code, said = asked(run, replay, "--source", "kta_costs")
    assert code == 1 and said["kta_costs"] == (
        "changed: years no longer there: 2014; years new: 2019; mend kuntamittari/etl/sources/statfin.py."
    )
    change(expected, "kta_costs", "years", ["2015", "2016", "2017", "2018"])
    code, said = asked(run, replay, "--source", "kta_costs")
    assert code == 1 and said["kta_costs"].startswith("changed: years new: 2019; try `update`")


def test_documents_and_labels_of_a_package_that_has_had_none_yet_are_new(replay: str, tmp_path: Path) -> None:
    """The made-up packages of the replay stand for those of the live service, which nobody has seen."""
    ask, mend = probe.SOURCES["state_treasury"]
    expected = yaml.safe_load(probe.EXPECTED.read_text("utf-8"))["state_treasury"]
    of_packages = {f"periods of {name}" for name in packages()} | {f"items of {name}" for name in ("TOTT", "KKOTR")}
    assert of_packages <= expected.keys(), "a fact that is not expected is never new"
    with Client(base=replay, interval=0, cache=tmp_path, accept_made_up=True) as client:
        finding = probe._found(client, "state_treasury", ask, mend, expected)
    assert not finding.gone
    assert finding.new["periods of KKTPP"] == finding.new["periods of TOTT"] == ["2021", "2022", "2023", "2024", "2025"]
    assert set(finding.new["items of KKOTR"]) == set(packages()["KKOTR"].items)
    assert "basic_education Oppilasmäärä" in finding.new["items of TOTT"]
    assert "periods of KKOTR new: 2021–2025" in finding.line() and "try `update`" in finding.line()


def test_a_service_that_does_not_answer_is_unreachable_and_the_exit_code_is_3(run: Run) -> None:
    code, said = asked(run, f"http://127.0.0.1:{free_port()}", "--source", "boundaries")
    assert code == 3 and said["boundaries"].startswith("unreachable: ")


def test_an_unknown_source_is_refused_with_those_there_are(run: Run) -> None:
    code, out, errors = run("probe", "--source", "nothing")
    assert code == 2 and not out and "kta_costs" in errors[0]


def test_nothing_is_written(run: Run, replay: str, tmp_path: Path) -> None:
    asked(run, replay, "--source", "price_index")
    assert not (settings.ROOT / "data" / ".update").exists()
    assert not list(tmp_path.iterdir())


def test_every_source_of_an_update_is_asked() -> None:
    from kuntamittari.etl.publish import SOURCES

    assert set(probe.SOURCES) == {source for sources in SOURCES.values() for source in sources}
