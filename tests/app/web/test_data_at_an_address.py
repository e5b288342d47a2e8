"""Figures that lie at an address: copied by digest, checked, watched; the copy in use never has a part or a defect."""

import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from kuntamittari import settings
from kuntamittari.catalog.indicator import AS_PUBLISHED
from kuntamittari.errors import DataError
from kuntamittari.query import database, figures, mirror, values
from kuntamittari.query.mirror import FILES, Mirror
from kuntamittari.query.snapshot import MANIFEST, SCHEMAS, open_snapshot, write_manifest
from tests.support.command import runner
from tests.support.server import served

BUNDLE = settings.ROOT / "data"
BASIC = "basic_education_cost_per_7_15"
BUCKET = "luvut"


@dataclass
class DataServer:
    """A server of a folder: `asked` has each path that was given whole, `refuse` the status to answer with instead."""

    folder: Path
    address: str = ""
    asked: list[str] = field(default_factory=list)
    unchanged: int = 0
    refuse: int = 0
    cut: bool = False


@contextmanager
def data_served(folder: Path) -> Iterator[DataServer]:
    """Serve a folder on a free port of this machine."""
    about = DataServer(folder)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            file = folder / self.path.lstrip("/")
            if about.refuse or not file.is_file():
                self._answer(about.refuse or 404, b"")
                return
            content = file.read_bytes()
            tag = f'"{sha256(content).hexdigest()[:16]}"'
            if self.headers.get("If-None-Match") == tag:
                about.unchanged += 1
                self._answer(304, b"", ETag=tag)
                return
            about.asked.append(self.path.lstrip("/"))
            status, more = 200, {"ETag": tag, "Accept-Ranges": "bytes"}
            if asked := self.headers.get("Range"):
                first, _, last = asked.removeprefix("bytes=").partition("-")
                more["Content-Range"] = f"bytes {first}-{last or len(content) - 1}/{len(content)}"
                status, content = 206, content[int(first) : int(last) + 1 if last else None]
            self._answer(status, content, **more)

        def _answer(self, status: int, content: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if about.cut and len(content) > 20_000:
                self.wfile.write(content[: len(content) // 2])
                self.close_connection = True
                return
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    about.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield about
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A folder with the bundled data set and nothing else of the bundle."""
    folder = tmp_path / "store" / "figures"
    folder.mkdir(parents=True)
    for name in [MANIFEST, *(entry["path"] for entry in open_snapshot(BUNDLE).manifest["files"].values())]:
        shutil.copy(BUNDLE / name, folder)
    return folder


@pytest.fixture
def server(store: Path) -> Iterator[DataServer]:
    """A server of the store."""
    with data_served(store.parent) as serving:
        yield serving


@pytest.fixture
def copy(server: DataServer, tmp_path: Path) -> Mirror:
    """The copy of the data set on the server, not fetched yet."""
    return Mirror(f"{server.address}/figures", tmp_path / "cache" / "copy")


def changed(store: Path, table: str = "price_index") -> str:
    """Put another data set at the address, of which one file is new: a price index without its last year.

    Returns the digest of the new file.
    """
    import pyarrow.parquet as pq

    manifest = json.loads((store / MANIFEST).read_text())
    rows = pq.read_table(store / f"{table}.parquet", schema=SCHEMAS[table])
    (store / "snapshot-2").mkdir()
    new = store / "snapshot-2" / f"{table}.parquet"
    pq.write_table(rows.slice(0, len(rows) - 1), new)
    digest = sha256(new.read_bytes()).hexdigest()
    manifest["files"][table] |= {"path": f"snapshot-2/{table}.parquet", "sha256": digest, "rows": len(rows) - 1}
    write_manifest(manifest, store)
    return digest


def altered(store: Path, **entry: Any) -> None:
    """Alter what the manifest at the address says of the price index."""
    manifest = json.loads((store / MANIFEST).read_text())
    manifest["files"]["price_index"] |= entry
    (store / MANIFEST).write_text(json.dumps(manifest), "utf-8")  # also what write_manifest refuses


def state(copy: Mirror) -> dict[str, bytes]:
    """Return every file of a copy but its lock."""
    return {str(p): p.read_bytes() for p in copy.copy.rglob("*") if p.is_file() and p.name != ".lock"}


def whole(copy: Mirror) -> None:
    """Require that a copy has the files of the bundle and no other."""
    assert {f.name for f in (copy.copy / FILES).iterdir()} == {
        f"{entry['sha256']}.parquet" for entry in open_snapshot(BUNDLE).manifest["files"].values()
    }
    assert open_snapshot(copy.copy).manifest["files"].keys() == open_snapshot(BUNDLE).manifest["files"].keys()


def same_figures(directory: Path) -> None:
    """Require that a copy gives the figures of the bundle, and reads them from the same table of values."""
    here, there = database.current(BUNDLE), database.current(directory)
    for indicator in figures.catalogue(here).values():
        ours, theirs = (values.of(one, indicator, AS_PUBLISHED) for one in (here, there))
        assert (ours.years, ours.areas) == (theirs.years, theirs.areas)
        assert repr(ours.numbers) == repr(theirs.numbers)


def test_figures_over_https_are_those_of_the_directory(copy: Mirror, server: DataServer) -> None:
    copy.refresh()
    whole(copy)
    same_figures(copy.copy)
    asked = len(server.asked)
    copy.refresh()
    assert (len(server.asked), server.unchanged) == (asked, 1), "an unchanged manifest is one small answer"


@pytest.fixture
def s3(store: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of the data set in a bucket of moto's server, which speaks S3."""
    import boto3
    from moto.server import ThreadedMotoServer

    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    for name, value in {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": "eu-north-1",
    }.items():
        monkeypatch.setenv(name, value)
    mirror._store.cache_clear()
    try:
        client = boto3.client("s3", endpoint_url=f"http://{host}:{port}", region_name="eu-north-1")
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-north-1"})
        for file in store.iterdir():
            client.upload_file(str(file), BUCKET, f"suomi/{file.name}")
        yield f"s3://{BUCKET}/suomi"
    finally:
        moto.stop()
        mirror._store.cache_clear()


def test_figures_in_a_bucket_are_those_of_the_directory(s3: str, tmp_path: Path) -> None:
    copy = Mirror(s3, tmp_path / "copy")
    copy.refresh()
    same_figures(copy.copy)
    written = (copy.copy / MANIFEST).stat().st_mtime_ns
    copy.refresh()
    assert (copy.copy / MANIFEST).stat().st_mtime_ns == written
    with pytest.raises(
        DataError, match=rf"^No data at s3://{BUCKET}/muualla: there is no manifest\.json\. Check KUNTA"
    ):
        Mirror(f"s3://{BUCKET}/muualla", tmp_path / "other").refresh()


def test_of_a_changed_data_set_only_what_is_new_is_fetched(copy: Mirror, server: DataServer, store: Path) -> None:
    copy.refresh()
    before = database.current(copy.copy)
    server.asked.clear()
    new = changed(store)
    copy.refresh()
    assert server.asked == [f"figures/{MANIFEST}", "figures/snapshot-2/price_index.parquet"]
    after = database.current(copy.copy)
    assert after.snapshot.manifest["files"]["price_index"]["path"] == f"{FILES}/{new}.parquet"
    old = before.snapshot.path("price_index")
    assert old.is_file() and len(before.query("prices")) == len(after.query("prices")) + 1, "open readers go on"
    altered(store, rows=1)
    copy.refresh()
    assert not old.exists(), "the one before the last is dropped"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"sha256": "0" * 64}, "the content is not what the manifest says (sha256); copy the data set to the address"),
        ({"sha256": "../../etc/passwd"}, "files.price_index.sha256: String should match"),
        ({"sha256": None}, "files.price_index.sha256: Input should be a valid string"),
        ({"path": "../secret.parquet"}, "files.price_index.path: Value error, the path leaves the data directory"),
        ({"path": "/etc/passwd"}, "files.price_index.path: Value error, the path leaves the data directory"),
        ({"path": None}, "cannot be used (files.price_index.path: Input should be a valid string)"),
        ({"path": "gone.parquet", "sha256": "1" * 64}, "there is no gone.parquet"),
    ],
)
def test_what_is_wrong_at_the_address_never_comes_into_use(
    entry: dict[str, Any], said: str, copy: Mirror, store: Path
) -> None:
    copy.refresh()
    before, good = state(copy), (store / MANIFEST).read_bytes()
    altered(store, **entry)
    with pytest.raises(DataError) as refused:
        copy.refresh()
    assert said in str(refused.value) and "\n" not in str(refused.value) and copy.address in str(refused.value)
    after = state(copy)
    assert {name: after[name] for name in before} == before
    (store / MANIFEST).write_bytes(good)
    copy.refresh()
    whole(copy)


def test_a_table_of_another_version_is_refused_by_its_columns(copy: Mirror, store: Path) -> None:
    file = store / "price_index.parquet"
    shutil.copy(store / "boundary.parquet", file)
    altered(store, sha256=sha256(file.read_bytes()).hexdigest())
    with pytest.raises(DataError, match="the columns are not those of this version"):
        copy.refresh()
    assert not (copy.copy / MANIFEST).exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"<html>", b"\xff\xfe", b'{"files": {}}'])
def test_what_is_no_manifest_is_refused_in_one_sentence(content: bytes, copy: Mirror, store: Path) -> None:
    (store / MANIFEST).write_bytes(content)
    with pytest.raises(DataError, match=rf"^{copy.address}/{MANIFEST} cannot be used \(.*\): write the data set again"):
        copy.refresh()


@pytest.mark.parametrize(
    ("status", "said"), [(403, "may not be read: give access"), (401, "may not be read"), (404, "No data at")]
)
def test_a_store_that_refuses_is_named(status: int, said: str, copy: Mirror, server: DataServer) -> None:
    server.refuse = status
    with pytest.raises(DataError, match=said):
        copy.refresh()


def test_an_answer_that_breaks_off_is_no_file(copy: Mirror, server: DataServer) -> None:
    server.cut = True
    with pytest.raises(DataError, match="cannot be reached"):
        copy.refresh()
    assert not (copy.copy / MANIFEST).exists()
    server.cut = False
    copy.refresh()
    whole(copy)


def test_a_file_of_the_copy_that_was_damaged_is_fetched_again(copy: Mirror, store: Path) -> None:
    copy.refresh()
    file = next((copy.copy / FILES).iterdir())
    file.write_bytes(b"damaged")
    altered(store, rows=0)  # the next data set, which has the same files
    copy.refresh()
    assert sha256(file.read_bytes()).hexdigest() == file.stem


def test_without_a_connection_the_copy_is_used_and_without_a_copy_the_reader_is_told(
    copy: Mirror, server: DataServer, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_DATA_INTERVAL", "1")
    copy.refresh()
    server.refuse = 404
    again, nothing = Mirror(copy.address, copy.copy), Mirror(copy.address, tmp_path / "nothing")
    assert again.ready() == copy.copy and "No data at" in str(again.problem)
    with pytest.raises(DataError, match="No data at"):
        nothing.ready()
    changed(store)
    server.refuse = 0
    until = time.monotonic() + 20
    while (again.problem or nothing.problem) and time.monotonic() < until:
        time.sleep(0.1)
    assert nothing.ready() == tmp_path / "nothing"
    assert len({(one.copy / MANIFEST).read_bytes() for one in (again, nothing)}) == 1, "replicas have equal copies"


def test_two_processes_fill_one_copy_at_once(server: DataServer, tmp_path: Path) -> None:
    environment = os.environ | {
        "KUNTAMITTARI_DATA": f"{server.address}/figures",
        "KUNTAMITTARI_CACHE": str(tmp_path / "cache"),
    }
    command = [sys.executable, "-m", "kuntamittari", "check"]
    running = [
        subprocess.Popen(command, cwd=settings.ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for one in running:
        said, _ = one.communicate(timeout=120)
        assert one.returncode == 0 and ": no problems." in said
    assert len(server.asked) == len(set(server.asked)) + 1, "each file once, the manifest by both"


def test_a_service_shows_the_new_data_set_without_a_restart(server: DataServer, store: Path, tmp_path: Path) -> None:
    def meta(base: str) -> Any:
        with urllib.request.urlopen(f"{base}/api/v1/values?indicator={BASIC}&municipality=837", timeout=60) as given:
            return json.load(given)["meta"]

    environment = {
        "KUNTAMITTARI_DATA": f"{server.address}/figures",
        "KUNTAMITTARI_CACHE": str(tmp_path / "cache"),
        "KUNTAMITTARI_DATA_INTERVAL": "1",
    }
    with served(tmp_path / "log.txt", **environment) as base:
        first = meta(base)
        changed(store)
        until = time.monotonic() + 30
        while meta(base)["data"] == first["data"] and time.monotonic() < until:
            time.sleep(0.3)
        second = meta(base)
    assert first["total"] and second["data"] != first["data"]


def test_no_update_goes_to_an_address(
    server: DataServer, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with runner(capsys, monkeypatch) as run:
        monkeypatch.setenv("KUNTAMITTARI_CACHE", str(tmp_path / "cache"))
        code, _, said = run("update", KUNTAMITTARI_DATA=f"{server.address}/figures")
    assert code == 2 and len(said) == 1 and "name a directory with --out" in said[0]
    assert settings.update_allowed() is False


def test_a_password_in_an_address_is_never_said(tmp_path: Path) -> None:
    with pytest.raises(DataError) as refused:
        Mirror("http://kunta:salasana@127.0.0.1:1/figures", tmp_path).refresh()
    assert "salasana" not in str(refused.value) and "http://127.0.0.1:1/figures" in str(refused.value)
