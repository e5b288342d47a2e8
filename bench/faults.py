"""What a fault does to the reader and to the figures: `python -m bench.faults`. Each fault is brought about on a
scratch copy of the data, under a live server or on the command line, and taken away again; a row of a table says what
the reader and the interface were told, what the log holds, and what was lost. What needs the replay server beside the
project is left out, and said to be, where there is none."""

import argparse
import asyncio
import contextlib
import hashlib
import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from bench import server
from bench.session import PageError, Session

DATA = server.ROOT / "data"
REPLAY = server.ROOT.parent / "shared" / "replay" / "server.py"
INDICATORS = (
    "basic_education_cost_per_7_15",
    "library_cost_per_resident",
    "sports_cost_per_resident",
    "culture_cost_per_resident",
)
VALUES = "/api/v1/values?municipality=837&year=2018&indicator="
SERVE = "import uvicorn; uvicorn.run('app:app', host='127.0.0.1', port={port}, log_level='warning')"
LITTLE_MEMORY = (
    "import functools, duckdb; duckdb.connect = functools.partial(duckdb.connect, config=dict(memory_limit='5MB')); "
)
CLOCK = "import os, pathlib, time; real = time.time; time.time = lambda: real() + float(pathlib.Path(os.environ['BENCH_CLOCK']).read_text()); "
IMPATIENT = "import httpx, stamina; from kuntamittari import cli; from kuntamittari.sources import client; "
USUAL = re.compile(
    r"INFO|\S+ \S+ (\S+:\d+ - |connection |Application |Uvicorn |Started |Waiting |Finished |Shutting )"
)  # of a log
COLOUR = re.compile(r"\x1b\[[\d;]*m")
DECADE = 10 * 365 * 24 * 3600  # seconds


@dataclass(frozen=True)
class Told:
    """What a reader sees (the page's error, else its finding) and what the interface answers."""

    page: str
    answer: str


def row(fault: str, page: str, answer: str, log: str, lost: str) -> None:
    """Prints a fault as a row of the table."""
    cells = (" ".join(cell.replace("|", "/").split()) for cell in (fault, page, answer, log, lost))
    print(f"| {' | '.join(cells)} |", flush=True)


# ── a reader of a live server


async def page(base: str, indicator: str) -> str:
    """The error of a page, else its finding."""
    async with Session(base, "vertailu") as session:
        try:
            await session.run(f"kieli=fi&kunta=837&ryhma=largest-20&vuosi=2018&mittari={indicator}")
        except PageError as error:
            return str(error)
        return finding(session)


def finding(session: Session) -> str:
    """What a page says in large words."""
    [found] = re.findall(r"<p class='km-finding'>(.*?)</p>", "".join(session.words))
    return html.unescape(re.sub(r"<[^>]+>", "", found))


def answer(base: str, indicator: str) -> str:
    """Status of an answer of the interface, with its figure or the code of its error."""
    try:
        with urllib.request.urlopen(base + VALUES + indicator, timeout=60) as found:
            return f"{found.status}: {json.load(found)['values'][0]['value']:.2f}"
    except urllib.error.HTTPError as error:
        return f"{error.code} `{json.load(error)['error']['code']}`"


def told(base: str, indicator: str = INDICATORS[0]) -> Told:
    """What the reader and the interface are told of an indicator."""
    return Told(asyncio.run(page(base, indicator)), answer(base, indicator))


class Log:
    """What a server has written since it was last asked."""

    def __init__(self, file: Path, hidden: Path):
        self.file, self.hidden, self.read = file, hidden, 0

    def new(self) -> str:
        """What it says of a fault, each line once, without the path of the scratch copy; a traceback as its last
        line."""
        content = self.file.read_text("utf-8", "replace")
        lines = [line for line in content[self.read :].replace(str(self.hidden), "DATA").splitlines() if line.strip()]
        self.read = len(content)
        if any("Traceback" in line for line in lines):
            return f"a traceback that ends with {COLOUR.sub('', lines[-1])}"
        return " / ".join(dict.fromkeys(line for line in lines if not USUAL.match(line))) or "–"


def checksums(directory: Path) -> dict[str, str]:
    """Every file but those of an unfinished update."""
    files = [
        file
        for file in sorted(directory.rglob("*"))
        if file.is_file() and ".update" not in str(file.relative_to(directory))
    ]
    return {str(file.relative_to(directory)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def lost(before: Any, after: Any) -> str:
    """What differs after a fault was taken away."""
    return "nothing" if before == after else f"before {before}, after {after}"


# ── damage to files


def flipped(file: Path, at: float) -> None:
    """Turns bits of sixteen bytes at a part of a file; 1 is its end, where the footer lies."""
    content = bytearray(file.read_bytes())
    start = min(int(len(content) * at), len(content) - 40)
    content[start : start + 16] = bytes(byte ^ 0xFF for byte in content[start : start + 16])
    file.write_bytes(bytes(content))


def rewritten(data: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """A table of another schema under a manifest that knows it."""
    file, manifest = data / "finance.parquet", json.loads((data / "manifest.json").read_text("utf-8"))
    pq.write_table(change(pq.read_table(file)), file)
    manifest["files"]["finance"]["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    (data / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def manifest_of(data: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """A manifest with something changed."""
    manifest = json.loads((data / "manifest.json").read_text("utf-8"))
    change(manifest)
    (data / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def half_written(data: Path) -> None:
    """What an update leaves that is killed while it writes."""
    (data / ".update" / "staging").mkdir(parents=True)
    (data / ".update" / "staging" / "finance.parquet").write_bytes((data / "finance.parquet").read_bytes()[:5000])
    (data / ".manifest.json.part").write_text('{"generator": "kuntam', "utf-8")
    (data / "snapshot-20261122T000000000000").mkdir()


def as_text(table: pa.Table) -> pa.Table:
    """Euros as words."""
    return table.set_column(table.column_names.index("eur"), "eur", table["eur"].cast(pa.string()))


def cut(file: Path, to: int | None = None) -> None:
    """A file's first half, or its first bytes."""
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2 if to is None else to])


FINANCE, MANIFEST = "finance.parquet", "manifest.json"
DAMAGE: dict[str, Callable[[Path], Any]] = {
    "Parquet: bytes flipped in the middle": lambda data: flipped(data / FINANCE, 0.5),
    "Parquet: bytes flipped in the footer": lambda data: flipped(data / FINANCE, 1),
    "Parquet: cut in half": lambda data: cut(data / FINANCE),
    "Parquet: empty (0 bytes)": lambda data: cut(data / FINANCE, 0),
    "Parquet: missing": lambda data: (data / FINANCE).unlink(),
    "Parquet: a column renamed": lambda data: rewritten(
        data, lambda table: table.rename_columns({"task_class": "task"})
    ),
    "Parquet: a column of another type": lambda data: rewritten(data, as_text),
    "Parquet: the boundaries cut in half": lambda data: cut(data / "boundary.parquet"),
    "manifest: missing": lambda data: (data / MANIFEST).unlink(),
    "manifest: cut in half": lambda data: cut(data / MANIFEST),
    "manifest: without the years": lambda data: manifest_of(data, lambda manifest: manifest.pop("years")),
    "manifest: names a file that is not there": lambda data: manifest_of(
        data, lambda manifest: manifest["files"]["finance"].update(path="gone.parquet")
    ),
    "left half-written by a killed update": half_written,
}


def copied(data: Path) -> None:
    """The data as they were, in place of whatever lies there."""
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(DATA, data, ignore=shutil.ignore_patterns(".update*", "snapshot-*"))


def damaged(scratch: Path) -> None:
    """Every damage, found by a server that starts with it (the first) or has the data already open."""
    data, file = scratch / "data", scratch / "server.log"
    copied(data)
    flipped(data / FINANCE, 0.5)
    log = Log(file, data)
    with server.served(server.ours(), data, file) as running:
        with contextlib.suppress(
            urllib.error.HTTPError
        ):  # nothing lies there, but the interface answers only once the data have been read
            urllib.request.urlopen(f"{running.base}/api", timeout=60).close()
        begun = log.new()
        seen = told(running.base)
        row(
            "server started on bytes flipped in the middle",
            seen.page,
            seen.answer,
            f"at the start: {begun}",
            "see the next rows",
        )
        copied(data)
        sound, files = told(running.base), checksums(data)
        log.new()
        row("… and the file mended, without a restart", sound.page, sound.answer, log.new(), "nothing")
        for turn, (fault, damage) in enumerate(DAMAGE.items()):
            log.new()
            damage(data)
            seen = told(running.base, INDICATORS[turn % len(INDICATORS)])
            copied(data)
            row(fault, seen.page, seen.answer, log.new(), lost((sound, files), (told(running.base), checksums(data))))


# ── memory, clock, disk


def little_memory(scratch: Path) -> None:
    """A server whose DuckDB may use five megabytes."""
    data, file = scratch / "data", scratch / "memory.log"
    copied(data)
    files = checksums(data)
    with server.served(([sys.executable, "-c", LITTLE_MEMORY + SERVE], {}), data, file) as running:
        seen = told(running.base)
    row("DuckDB may use 5 MB", seen.page, seen.answer, Log(file, data).new(), lost(files, checksums(data)))


def clock(scratch: Path) -> None:
    """A server whose clock (time.time) jumps by ten years while a reader is there, and her desk."""
    data, file, shift = scratch / "data", scratch / "clock.log", scratch / "shift"
    copied(data)
    shift.write_text("0")

    async def jumps(base: str) -> list[str]:
        found = []
        async with Session(base, "vertailu") as session:
            for seconds in (0, DECADE, -DECADE, 0):
                shift.write_text(str(seconds))
                await session.run("kieli=fi&kunta=837&vuosi=2018")
                found.append(finding(session))
        return found

    with server.served(([sys.executable, "-c", CLOCK + SERVE], {"BENCH_CLOCK": str(shift)}), data, file) as running:
        found, answers = asyncio.run(jumps(running.base)), {answer(running.base, INDICATORS[0])}
        for seconds in (DECADE, -DECADE):
            shift.write_text(str(seconds))
            answers.add(answer(running.base, INDICATORS[0]))
    row(
        "clock jumps ten years on and back while a reader is there",
        found[0],
        ", ".join(answers),
        Log(file, data).new(),
        lost([found[0]] * len(found), found),
    )
    from kuntamittari.uploads import workspace

    shelf, real = workspace.WorkspaceStore(), time.time
    shelf.put("key", kept := type("Kept", (), {"workspace": workspace.EMPTY})())
    try:
        time.time = lambda: real() + DECADE
        row(
            "… and a reader's own figures lie on her desk (in process)",
            "still there",
            "–",
            "–",
            lost(kept, shelf.get("key")),
        )
    finally:
        time.time = real


@contextlib.contextmanager
def small_disk(scratch: Path, size: str) -> Iterator[Path]:
    """A file system of its own of so many bytes; only root may have one."""
    place = scratch / "disk"
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(place: Path) -> None:
    """Leaves no room on a disk."""
    with contextlib.suppress(OSError), (place / "full").open("wb", buffering=0) as out:
        while True:
            out.write(b"x" * 4096)


def disks(scratch: Path) -> None:
    """Files to take away where no disk takes a temporary file (in process), and `report` onto a disk that is full or
    read-only."""
    from kuntamittari.exhibits import reporting
    from kuntamittari.exhibits.render import reports
    from kuntamittari.query import database

    context = reporting.context(database.current(), "837", "largest-20", 2018, "fi")
    tempfile.tempdir, usual = str(scratch / "nowhere"), tempfile.tempdir
    try:
        made = [
            f"{form} {len(about.made(reporting.summary(context))) // 1024} kB"
            for form, about in reports.FORMATS.items()
        ]
    finally:
        tempfile.tempdir = usual
    row(
        "no disk for temporary files while a page's files are made (in process)",
        f"made: {', '.join(made)}",
        "–",
        "–",
        "nothing",
    )
    with small_disk(scratch, "1m") as place:
        fill(place)
        onto("`report` onto a full disk", place)
        (place / "full").unlink()
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        onto("`report` onto a read-only disk", place)


def onto(fault: str, place: Path) -> None:
    """A report written to a place that cannot take it; nothing of it may be left."""
    files = checksums(place)
    ended = command("report", "--municipality", "837", "--out", str(place / "tampere.pdf"))
    row(fault, ended.said.replace(str(place), "DISK"), "–", f"exit {ended.code}", lost(files, checksums(place)))


# ── the command line and the sources


@dataclass(frozen=True)
class Ended:
    """How a command ended, and what it said on standard error."""

    code: int
    said: str
    seconds: float


def command(*arguments: str, code: str = "", **environment: str) -> Ended:
    """Runs a command of ours, or the code that stands for it, with its arguments."""
    begun = time.monotonic()
    start = ["-c", code] if code else ["-m", "kuntamittari"]
    ended = subprocess.run(
        [sys.executable, *start, *arguments],
        cwd=server.ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    said = "a traceback" if "Traceback" in ended.stderr else " ".join(ended.stderr.split())
    return Ended(ended.returncode, said, time.monotonic() - begun)


class Refusing(BaseHTTPRequestHandler):
    """A service that answers nothing but 503, or nothing at all."""

    silent = False

    def do_GET(self) -> None:
        if self.silent:
            time.sleep(5)
        self.send_response(503)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing."""


@contextlib.contextmanager
def service(silent: bool) -> Iterator[str]:
    """The address of such a service."""
    here = HTTPServer(("127.0.0.1", 0), type("Here", (Refusing,), {"silent": silent}))
    threading.Thread(target=here.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{here.server_port}"
    here.shutdown()


def updated(fault: str, data: Path, base: str, code: str = "") -> None:
    """An update that meets a fault, over data in use."""
    files = checksums(data)
    ended = command(
        "update",
        "--years",
        "2018",
        "--out",
        str(data),
        code=code,
        KUNTAMITTARI_API_BASE=base,
        KUNTAMITTARI_REQUEST_INTERVAL="0",
    )
    said = re.sub(r"\S*/api/\S+: ", "ADDRESS: ", ended.said.replace(str(data), "DATA"))
    row(fault, said, "–", f"exit {ended.code} after {ended.seconds:.0f} s", lost(files, checksums(data)))


def sources_down(scratch: Path) -> None:
    """The official services are away."""
    data = scratch / "data"
    copied(data)
    updated("sources refuse the connection", data, f"http://127.0.0.1:{server.free_port()}")
    with service(silent=False) as base:
        updated("sources answer 503 to every call", data, base)
    quick = "client.TIMEOUT = httpx.Timeout(1); stamina.set_testing(True, attempts=6); import sys; sys.exit(cli.main())"
    with service(silent=True) as base:
        updated("sources never answer (1 s in place of 120, no waits)", data, base, IMPATIENT + quick)


@contextlib.contextmanager
def replay(port: int) -> Iterator[str]:
    """The replay server on a port."""
    process = subprocess.Popen(
        [sys.executable, str(REPLAY), "--port", str(port), "--calls", "100000"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def kept(data: Path) -> list[Path]:
    """The answers that an unfinished update has left."""
    return list((data / ".update" / "cache").glob("*"))


def updates(scratch: Path) -> None:
    """Updates from the replay server that a fault meets on the way."""
    data, port = scratch / "data", server.free_port()
    order = ["update", "--years", "2018", "--out", str(data)]
    settings = {"KUNTAMITTARI_API_BASE": f"http://127.0.0.1:{port}", "KUNTAMITTARI_REQUEST_INTERVAL": "0"}
    copied(data)
    files = checksums(data)
    with contextlib.ExitStack() as up:
        up.enter_context(replay(port))
        running = subprocess.Popen(
            [sys.executable, "-m", "kuntamittari", *order],
            cwd=server.ROOT,
            env=os.environ | settings,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        while len(kept(data)) < 20 and running.poll() is None:
            time.sleep(0.01)
        up.close()
        assert running.stderr
        said = " ".join(running.stderr.read().split())
        row(
            "source goes down in the middle of an update",
            re.sub(r"http\S+: ", "ADDRESS: ", said),
            "–",
            f"exit {running.wait()}",
            lost(files, checksums(data)),
        )
    answers = len(kept(data))
    kept_of_it = scratch / "kept"
    shutil.copytree(data / ".update", kept_of_it)
    with replay(port):
        asked = fetched(data, order, settings)
        said = f"{answers} answers were kept, {asked} were asked for"
        row("… it comes back within the day, and the update is run again", said, "–", "exit 0", "nothing")
        answers_of_yesterday(data, kept_of_it)
        asked = fetched(data, order, settings)
        row(
            "… it was away for more than a day",
            f"{answers} answers were kept, {asked} were asked for",
            "–",
            "exit 0",
            "nothing",
        )
        while_served(scratch, order, settings)
        with small_disk(scratch, "1500k") as place:
            copied(place / "data")
            updated("disk fills while answers are fetched", place / "data", settings["KUNTAMITTARI_API_BASE"])
            subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
            updated("disk read-only", place / "data", settings["KUNTAMITTARI_API_BASE"])
            subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)


def fetched(data: Path, order: list[str], settings: dict[str, str]) -> int:
    """Runs an update to its end; how many answers it asked for."""
    count = (
        "import sys; from kuntamittari import cli; from kuntamittari.sources.client import Client; "
        "leave = Client.__exit__; Client.__exit__ = lambda self, *rest: (print('asked', self.requests), leave(self, *rest))[1]; "
        "sys.exit(cli.main())"
    )
    ended = subprocess.run(
        [sys.executable, "-c", count, *order],
        cwd=server.ROOT,
        env=os.environ | settings,
        capture_output=True,
        text=True,
    )
    if ended.returncode:
        raise RuntimeError(ended.stderr)
    return int(re.findall(r"asked (\d+)", ended.stdout)[0])


def answers_of_yesterday(data: Path, kept_of_it: Path) -> None:
    """Puts kept answers back as if they had been fetched 25 hours ago."""
    shutil.copytree(kept_of_it, data / ".update")
    for file in kept(data):
        os.utime(file, (time.time() - 25 * 3600,) * 2)


def while_served(scratch: Path, order: list[str], settings: dict[str, str]) -> None:
    """An update puts new data in use under readers, who ask without a pause; then once more."""
    data, file = scratch / "data", scratch / "while.log"
    with server.served(server.ours(), data, file) as running:
        sound, over, wrong, runs = told(running.base), threading.Event(), set[Told](), [0]

        def read() -> None:
            while not over.is_set():
                seen = told(running.base)
                runs[0] += 1
                if seen != sound:
                    wrong.add(seen)

        reader = threading.Thread(target=read)
        reader.start()
        for _ in range(2):
            fetched(data, order, settings)
        over.set()
        reader.join()
        row(
            f"two updates put new data in use under a reader ({runs[0]} visits meanwhile)",
            sound.page,
            sound.answer,
            Log(file, data).new(),
            "nothing" if not wrong else str(wrong),
        )


PARTS: dict[str, Callable[[Path], None]] = {
    "damage": damaged,
    "memory": little_memory,
    "clock": clock,
    "disk": disks,
    "sources": sources_down,
    "updates": updates,
}


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    asked = parser.parse_args().only
    print(
        "| fault | what the reader sees, or the command says | interface | log, or exit code | lost |\n|---|---|---|---|---|"
    )
    for name in asked:
        if (name in ("disk", "updates") and os.geteuid()) or (name == "updates" and not REPLAY.exists()):
            print(
                f"| {name} | left out: needs root for a disk of its own, and the updates the replay server beside the project | | | |"
            )
            continue
        with tempfile.TemporaryDirectory() as folder:
            PARTS[name](Path(folder))


if __name__ == "__main__":
    main()
