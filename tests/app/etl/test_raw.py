"""Raw answers of the official interfaces: kept, named in the manifest, traced from a figure, and read again in place of
the interfaces. From the recorded answers of tests/data."""

import gzip
import json
import shutil
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import pytest

from kuntamittari import settings
from kuntamittari.errors import DataError
from kuntamittari.etl import audits, raw
from kuntamittari.etl import update as updating
from kuntamittari.etl.client import Client
from kuntamittari.etl.publish import Order, Tables
from kuntamittari.query.snapshot import REVISIONS, open_snapshot
from tests.support.recorded import ANSWERS, ORDER, computed
from tests.support.replay import YEARS


def tables(directory: Path) -> dict[str, str]:
    """The SHA-256 of each table and of the boundaries, but of that of what an update changes."""
    files = open_snapshot(directory).manifest["files"]
    return {name: entry["sha256"] for name, entry in files.items() if name != REVISIONS}


def named(directory: Path) -> dict[str, list[dict[str, Any]]]:
    """The answers in the manifest, by source id."""
    return open_snapshot(directory).manifest["raw"]["answers"]


def change_manifest(directory: Path, **facts: Any) -> None:
    """Replace facts of a manifest."""
    file = directory / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | facts), "utf-8")


@pytest.fixture(scope="module")
def loaded() -> Tables:
    """The tables of the recorded answers, before they are written."""
    with Client(base=None, interval=0, cache=ANSWERS, recording=raw.open_recording(ANSWERS)) as client:
        return updating.load(client, ORDER, lambda _: None)


@pytest.fixture
def copied(recorded: Path, tmp_path: Path) -> Path:
    """A copy of the data directory that was computed from the recorded answers, to be changed."""
    return shutil.copytree(recorded, tmp_path / "copied")


# What is kept


def test_every_answer_is_a_packed_file_named_by_its_hash_and_listed_in_the_manifest(recorded: Path) -> None:
    folder = recorded / "raw"
    entries = [entry for some in named(recorded).values() for entry in some]
    assert {path.name for path in folder.iterdir()} == {f"{entry['sha256']}.gz" for entry in entries}
    for entry in entries:
        content = gzip.decompress((folder / f"{entry['sha256']}.gz").read_bytes())
        assert (sha256(content).hexdigest(), len(content)) == (entry["sha256"], entry["bytes"])
        assert entry["url"].startswith("https://") and "@" not in entry["url"]
        assert ("body_sha256" in entry) == (entry["method"] == "POST")
        assert entry["retrieved"] == "2026-11-29T00:00:00+00:00"
    assert raw.problems(open_snapshot(recorded)) == []


def test_every_source_of_a_table_has_answers(recorded: Path) -> None:
    snapshot = open_snapshot(recorded)
    for name, entry in snapshot.manifest["files"].items():
        answers = raw.answers_of(snapshot, name)
        assert set(answers) - {"classification"} == {source["id"] for source in entry["sources"]} - {"classification"}
        assert all(answers.values())
        assert ("classification" in answers) == (name != "price_index"), "figures are restated by it"
    with pytest.raises(KeyError):
        raw.answers_of(snapshot, "nothing")


def test_a_figure_leads_to_the_answer_that_it_came_from(recorded: Path) -> None:
    """Basic education in Tampere in 2018: 156,260,000 euros, published in thousands."""
    snapshot = open_snapshot(recorded)
    [answer] = [
        answer
        for answer in raw.answers_of(snapshot, "finance")["kta_costs"]
        if answer.method == "POST" and answer.url.endswith("kta_14_2018.px")
    ]
    dataset = json.loads(raw.read(raw.folder_of(snapshot), answer))
    position = 0
    for name, size in zip(dataset["id"], dataset["size"], strict=True):
        category = dataset["dimension"][name]["category"]
        chosen = [code for code in category["index"] if code == "837" or category["label"][code] == "Perusopetus"]
        position = position * size + (category["index"][chosen[0]] if chosen else 0)
    finance = pq.read_table(snapshot.path("finance")).to_pandas().set_index(["municipality", "year", "task_class"])
    assert finance.loc[("837", 2018, "Perusopetus"), "eur"] == 1000 * dataset["value"][position] == 156_260_000


def test_a_replica_s_address_and_its_credentials_are_not_kept(tmp_path: Path) -> None:
    with Client(base="https://reader:secret@replica.example/x", interval=0, cache=tmp_path) as client:
        client._http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=[1, 2])))
        client.source = "price_index"
        assert client.get("https://sotkanet.fi", "/rest/1.1/regions") == [1, 2]
    [[answer]] = client.origin.answers.values()
    assert (client.origin.interface, answer.url) == ("replica", "https://sotkanet.fi/rest/1.1/regions")


# Tables computed again


@pytest.mark.usefixtures("all_values")
def test_tables_computed_again_from_kept_answers_are_equal_and_nothing_is_requested(
    recorded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise AssertionError("a request")

    monkeypatch.setattr(Client, "_attempts", refuse)
    out = computed(shutil.copytree(recorded, tmp_path / "data"), recorded=tmp_path / "data")  # in place
    assert open_snapshot(out).manifest["raw"]["path"].startswith("snapshot-")
    assert tables(out) == tables(recorded) and named(out) == named(recorded)
    ours, theirs = open_snapshot(out).manifest, open_snapshot(recorded).manifest
    same = ("absent", "retrieved", "interface", "years", "largest_20", "scope")
    assert {fact: ours[fact] for fact in same} == {fact: theirs[fact] for fact in same}
    assert audits.problems(out) == []


def test_another_scope_is_computed_from_the_same_answers(recorded: Path, tmp_path: Path) -> None:
    out = computed(tmp_path / "data", Order("largest-20", YEARS), recorded=recorded)
    cities = pq.read_table(open_snapshot(out).path("finance"))["municipality"].unique().to_pylist()
    assert len(cities) == 21 and "MA1" in cities
    assert named(out) == named(recorded)


def test_answers_of_other_years_are_refused(recorded: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^The raw answers in .* are of the years 2015-2019: order these years\.$"):
        computed(tmp_path / "data", Order("all", (2018,)), recorded=recorded)
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("damage", ["missing", "damaged", "replaced"])
def test_an_answer_that_cannot_be_used_is_named_in_one_sentence(damage: str, copied: Path, tmp_path: Path) -> None:
    answers = named(copied)["classification"]  # divisions of two years without a merger are one file
    files = [answer["sha256"] for answer in answers]
    first = next(answer for answer in answers if files.count(answer["sha256"]) == 1)
    file = copied / "raw" / f"{first['sha256']}.gz"
    match damage:
        case "missing":
            file.unlink()
            what = "is missing"
        case "damaged":
            file.write_bytes(file.read_bytes()[:-9])
            what = "is damaged"
        case _:
            file.write_bytes(gzip.compress(b"{}"))
            what = "is not what the manifest says (sha256)"
    sentence = f"{file}: the raw answer to GET {first['url']} {what}; run `update` again."
    assert audits.problems(copied) == [sentence]
    with pytest.raises(DataError) as refused:
        computed(tmp_path / "data", recorded=copied)
    assert refused.value.problems == [sentence]
    assert not (tmp_path / "data" / "manifest.json").exists()


def test_a_request_that_was_not_recorded_is_named(copied: Path, tmp_path: Path) -> None:
    manifest = open_snapshot(copied).manifest
    answers = manifest["raw"]["answers"] | {"kta_costs": []}
    change_manifest(copied, raw=manifest["raw"] | {"answers": answers})
    said = r"raw has no answer to GET https://\S+tehtavittain as this version requests it: load"
    with pytest.raises(DataError, match=said):
        computed(tmp_path / "data", recorded=copied)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"raw": {"path": "elsewhere", "answers": {}}}, "holds no raw answers"),
        ({"raw": {"path": "raw", "answers": []}}, "cannot be read"),
        ({"raw": {}}, "cannot be read"),
        ({"raw": None}, "cannot be read"),
        ({"ordered": None}, "cannot be read"),
        ({"retrieved": "yesterday"}, "cannot be read"),
    ],
)
def test_a_directory_without_answers_is_refused(facts: dict[str, Any], said: str, copied: Path) -> None:
    change_manifest(copied, **facts)
    with pytest.raises(DataError, match=said) as refused:
        raw.open_recording(copied)
    assert len(refused.value.problems) == 1


@pytest.mark.parametrize("entry", [None, {}, {"path": "raw"}, {"path": "raw", "answers": {"kta_costs": ["x"]}}])
def test_an_entry_of_another_form_is_one_problem(entry: Any, copied: Path) -> None:
    change_manifest(copied, raw=entry)
    [problem] = audits.problems(copied)
    assert "manifest.json cannot be read (raw" in problem or problem.startswith(
        "The raw answers in manifest.json cannot"
    )


def test_the_bundle_has_no_answers_to_compute_from() -> None:
    with pytest.raises(DataError, match=r"data holds no raw answers: load the data with `update`\.$"):
        raw.open_recording(settings.ROOT / "data")


def test_a_directory_without_a_manifest_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"manifest\.json cannot be read: No such file or directory\.$"):
        raw.open_recording(tmp_path)


# What may be left out


def test_a_data_directory_may_leave_its_answers_out(copied: Path) -> None:
    shutil.rmtree(copied / "raw")
    assert audits.problems(copied) == []
    assert raw.answers_of(open_snapshot(copied), "finance")["kta_costs"]


def test_the_bundle_is_copied_without_answers_but_names_them(recorded: Path, tmp_path: Path) -> None:
    from scripts.bundle import copy  # it brings the whole command line

    bundle = tmp_path / "bundle"
    bundle.mkdir()
    copy(recorded, bundle)
    assert {path.name for path in bundle.iterdir()} == {
        "manifest.json",
        *(f"{name}.parquet" for name in tables(bundle)),
    }
    assert audits.problems(bundle) == []
    assert named(bundle) == named(recorded)


def test_an_invented_country_has_no_answers(tmp_path: Path) -> None:
    from kuntamittari.etl.synth import synth

    synth(tmp_path / "invented", 30, 2)
    snapshot = open_snapshot(tmp_path / "invented")
    assert raw.answers_of(snapshot, "finance") == {}
    assert raw.problems(snapshot) == []
    with pytest.raises(DataError, match="holds no raw answers"):
        raw.open_recording(tmp_path / "invented")


# Beside data in use


def test_answers_are_dropped_with_their_snapshot(
    loaded: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updating, "load", lambda *_: loaded)
    out, folders = tmp_path / "data", []
    for _ in range(4):
        folders.append(raw.folder_of(open_snapshot(computed(out))))
    assert folders[0] == out / "raw", "the first answers are beside the manifest, as the first tables are"
    assert len(set(folders)) == 4
    assert [folder.is_dir() for folder in folders] == [True, False, True, True]
    assert all(folder.parent.name.startswith("snapshot-") for folder in folders[1:])
    assert audits.problems(out) == []


def test_answers_join_what_is_in_a_folder_of_that_name(
    loaded: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder raw without a manifest is left by an update that was killed, or is the user's."""
    monkeypatch.setattr(updating, "load", lambda *_: loaded)
    (tmp_path / "data" / "raw").mkdir(parents=True)
    (tmp_path / "data" / "raw" / "mine.txt").write_text("mine")
    out = computed(tmp_path / "data")
    assert (out / "raw" / "mine.txt").read_text() == "mine"
    assert audits.problems(out) == []
