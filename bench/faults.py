"""Measure what a fault does to users and figures: `python -m bench.faults`.

Each fault is caused on a scratch copy of the data, under a live server or on the command line, and undone again. A row
of the printed table shows the page, the answer of the interface, the log, and what was lost. Faults that need the
replay server beside the project are skipped, and named, where it is missing.
"""

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

from bench import server, together
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
CLOCK = (
    "import os, pathlib, time; real = time.time; "
    "time.time = lambda: real() + float(pathlib.Path(os.environ['BENCH_CLOCK']).read_text()); "
)
IMPATIENT = "import httpx, stamina; from kuntamittari import cli; from kuntamittari.etl import client; "
# log lines that are no sign of a fault
USUAL = re.compile(r"INFO|\S+ \S+ (\S+:\d+ - |connection |Application |Uvicorn |Started |Waiting |Finished |Shutting )")
COLOUR = re.compile(r"\x1b\[[\d;]*m")
DECADE = 10 * 365 * 24 * 3600  # seconds


@dataclass(frozen=True)
class Response:
    """What a user sees (the error of the page, else its finding) and what the interface answers."""

    page: str
    answer: str


def print_row(fault: str, page: str, answer: str, log: str, lost: str) -> None:
    """Print a fault as a row of the table."""
    cells = (" ".join(cell.replace("|", "/").split()) for cell in (fault, page, answer, log, lost))
    print(f"| {' | '.join(cells)} |", flush=True)


# A user of a live server


async def page_text(base: str, indicator: str) -> str:
    """Return the error of a page, else its finding."""
    async with Session(base, "vertailu") as session:
        try:
            await session.run(f"kieli=fi&kunta=837&ryhma=largest-20&vuosi=2018&mittari={indicator}")
        except PageError as error:
            return str(error)
        return finding(session)


def finding(session: Session) -> str:
    """Return the finding of the page that a session ran."""
    [markup] = re.findall(r"<p class='km-finding'>(.*?)</p>", "".join(session.words))
    return html.unescape(re.sub(r"<[^>]+>", "", markup))


def api_answer(base: str, indicator: str) -> str:
    """Return the status of the interface's answer, with its figure or its error code."""
    try:
        with urllib.request.urlopen(base + VALUES + indicator, timeout=60) as reply:
            return f"{reply.status}: {json.load(reply)['values'][0]['value']:.2f}"
    except urllib.error.HTTPError as error:
        return f"{error.code} `{json.load(error)['error']['code']}`"


def response(base: str, indicator: str = INDICATORS[0]) -> Response:
    """Return what a user and a client of the interface get for an indicator."""
    return Response(asyncio.run(page_text(base, indicator)), api_answer(base, indicator))


class Log:
    """What a server has written to its log since the last call of `new`."""

    def __init__(self, file: Path, hidden: Path):
        self.file, self.hidden, self.read = file, hidden, 0

    def new(self) -> str:
        """Return the new lines about a fault, each once, without the path of the scratch copy.

        A traceback is reduced to its last line.
        """
        content = self.file.read_text("utf-8", "replace")
        lines = [line for line in content[self.read :].replace(str(self.hidden), "DATA").splitlines() if line.strip()]
        self.read = len(content)
        if any("Traceback" in line for line in lines):
            return f"a traceback that ends with {COLOUR.sub('', lines[-1])}"
        return " / ".join(dict.fromkeys(line for line in lines if not USUAL.match(line))) or "–"


def checksums(directory: Path) -> dict[str, str]:
    """Return the SHA-256 of every file, without those of an unfinished update."""
    files = [
        file
        for file in sorted(directory.rglob("*"))
        if file.is_file() and ".update" not in str(file.relative_to(directory))
    ]
    return {str(file.relative_to(directory)): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def difference(before: Any, after: Any) -> str:
    """Return what differs after a fault was undone."""
    return "nothing" if before == after else f"before {before}, after {after}"


# Damage to files


def flip_bytes(file: Path, at: float) -> None:
    """Invert sixteen bytes at a part of a file; 1 is its end, where the footer of Parquet is."""
    content = bytearray(file.read_bytes())
    start = min(int(len(content) * at), len(content) - 40)
    content[start : start + 16] = bytes(byte ^ 0xFF for byte in content[start : start + 16])
    file.write_bytes(bytes(content))


def rewrite_finance(data: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """Change the table of costs and let the manifest know its new checksum."""
    file, manifest = data / "finance.parquet", json.loads((data / "manifest.json").read_text("utf-8"))
    pq.write_table(change(pq.read_table(file)), file)
    manifest["files"]["finance"]["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
    (data / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def change_manifest(data: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Change the manifest."""
    manifest = json.loads((data / "manifest.json").read_text("utf-8"))
    change(manifest)
    (data / "manifest.json").write_text(json.dumps(manifest), "utf-8")


def leave_half_written(data: Path) -> None:
    """Leave what an update leaves that is killed while it writes."""
    (data / ".update" / "staging").mkdir(parents=True)
    (data / ".update" / "staging" / "finance.parquet").write_bytes((data / "finance.parquet").read_bytes()[:5000])
    (data / ".manifest.json.part").write_text('{"generator": "kuntam', "utf-8")
    (data / "snapshot-20261122T000000000000").mkdir()


def as_text(table: pa.Table) -> pa.Table:
    """Return the table with euros as text."""
    return table.set_column(table.column_names.index("eur"), "eur", table["eur"].cast(pa.string()))


def cut_file(file: Path, to: int | None = None) -> None:
    """Cut a file to its first half, or to its first `to` bytes."""
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2 if to is None else to])


FINANCE, MANIFEST = "finance.parquet", "manifest.json"
DAMAGE: dict[str, Callable[[Path], Any]] = {
    "Parquet: bytes flipped in the middle": lambda data: flip_bytes(data / FINANCE, 0.5),
    "Parquet: bytes flipped in the footer": lambda data: flip_bytes(data / FINANCE, 1),
    "Parquet: cut in half": lambda data: cut_file(data / FINANCE),
    "Parquet: empty (0 bytes)": lambda data: cut_file(data / FINANCE, 0),
    "Parquet: missing": lambda data: (data / FINANCE).unlink(),
    "Parquet: a column renamed": lambda data: rewrite_finance(
        data, lambda table: table.rename_columns({"task_class": "task"})
    ),
    "Parquet: a column of another type": lambda data: rewrite_finance(data, as_text),
    "Parquet: the boundaries cut in half": lambda data: cut_file(data / "boundary.parquet"),
    "manifest: missing": lambda data: (data / MANIFEST).unlink(),
    "manifest: cut in half": lambda data: cut_file(data / MANIFEST),
    "manifest: without the years": lambda data: change_manifest(data, lambda manifest: manifest.pop("years")),
    "manifest: names a file that is not there": lambda data: change_manifest(
        data, lambda manifest: manifest["files"]["finance"].update(path="gone.parquet")
    ),
    "left half-written by a killed update": leave_half_written,
}


def restore(data: Path) -> None:
    """Restore the data as they were."""
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(DATA, data, ignore=shutil.ignore_patterns(".update*", "snapshot-*"))


def damage_faults(scratch: Path) -> None:
    """Print every damage, on a server that starts with it (the first) or that has opened the data before."""
    data, file = scratch / "data", scratch / "server.log"
    restore(data)
    flip_bytes(data / FINANCE, 0.5)
    log = Log(file, data)
    with server.served(server.dashboard(), data, file) as running:
        # the address answers 404, but only once the data have been read
        with contextlib.suppress(urllib.error.HTTPError):
            urllib.request.urlopen(f"{running.base}/api", timeout=60).close()
        begun = log.new()
        shown = response(running.base)
        print_row(
            "server started on bytes flipped in the middle",
            shown.page,
            shown.answer,
            f"at the start: {begun}",
            "see the next rows",
        )
        restore(data)
        sound, files = response(running.base), checksums(data)
        log.new()
        print_row("… and the file mended, without a restart", sound.page, sound.answer, log.new(), "nothing")
        for turn, (fault, damage) in enumerate(DAMAGE.items()):
            log.new()
            damage(data)
            shown = response(running.base, INDICATORS[turn % len(INDICATORS)])
            restore(data)
            print_row(
                fault,
                shown.page,
                shown.answer,
                log.new(),
                difference((sound, files), (response(running.base), checksums(data))),
            )


# Memory, clock, disk


def memory_faults(scratch: Path) -> None:
    """Print a server whose DuckDB may use five megabytes."""
    data, file = scratch / "data", scratch / "memory.log"
    restore(data)
    files = checksums(data)
    with server.served(([sys.executable, "-c", LITTLE_MEMORY + SERVE], {}), data, file) as running:
        shown = response(running.base)
    print_row(
        "DuckDB may use 5 MB", shown.page, shown.answer, Log(file, data).new(), difference(files, checksums(data))
    )


def clock_faults(scratch: Path) -> None:
    """Print a server whose clock (time.time) jumps by ten years, and a workspace whose clock does."""
    data, file, shift = scratch / "data", scratch / "clock.log", scratch / "shift"
    restore(data)
    shift.write_text("0")

    async def jumps(base: str) -> list[str]:
        findings = []
        async with Session(base, "vertailu") as session:
            for seconds in (0, DECADE, -DECADE, 0):
                shift.write_text(str(seconds))
                await session.run("kieli=fi&kunta=837&vuosi=2018")
                findings.append(finding(session))
        return findings

    with server.served(([sys.executable, "-c", CLOCK + SERVE], {"BENCH_CLOCK": str(shift)}), data, file) as running:
        findings, answers = asyncio.run(jumps(running.base)), {api_answer(running.base, INDICATORS[0])}
        for seconds in (DECADE, -DECADE):
            shift.write_text(str(seconds))
            answers.add(api_answer(running.base, INDICATORS[0]))
    print_row(
        "clock jumps ten years forward and back during a user's session",
        findings[0],
        ", ".join(answers),
        Log(file, data).new(),
        difference([findings[0]] * len(findings), findings),
    )
    from kuntamittari.uploads import workspace

    store, real = workspace.WorkspaceStore(), time.time
    store.put("key", stored := type("StoredWorkspace", (), {"workspace": workspace.EMPTY})())
    try:
        time.time = lambda: real() + DECADE
        print_row(
            "… and a workspace holds uploaded figures (in process)",
            "still there",
            "–",
            "–",
            difference(stored, store.get("key")),
        )
    finally:
        time.time = real


@contextlib.contextmanager
def small_disk(scratch: Path, size: str) -> Iterator[Path]:
    """Yield a file system of its own with `size` bytes; only root can mount one."""
    place = scratch / "disk"
    place.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True)
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def fill(place: Path) -> None:
    """Fill a disk until no byte is free."""
    with contextlib.suppress(OSError), (place / "full").open("wb", buffering=0) as out:
        while True:
            out.write(b"x" * 4096)


def disk_faults(scratch: Path) -> None:
    """Print downloads without temporary files (in process), and `report` onto a full and a read-only disk."""
    from kuntamittari.exhibits import reporting
    from kuntamittari.exhibits.render import reports
    from kuntamittari.query import database

    context = reporting.context(database.current(), "837", "largest-20", 2018, "fi")
    tempfile.tempdir, usual = str(scratch / "nowhere"), tempfile.tempdir
    try:
        sizes = [
            f"{form} {len(output.render(reporting.summary(context))) // 1024} kB"
            for form, output in reports.FORMATS.items()
        ]
    finally:
        tempfile.tempdir = usual
    print_row(
        "no disk for temporary files while a page's files are made (in process)",
        f"made: {', '.join(sizes)}",
        "–",
        "–",
        "nothing",
    )
    with small_disk(scratch, "1m") as place:
        fill(place)
        report_onto("`report` onto a full disk", place)
        (place / "full").unlink()
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        report_onto("`report` onto a read-only disk", place)


def report_onto(fault: str, place: Path) -> None:
    """Print a report written to a place that cannot take it; nothing of it may be left."""
    files = checksums(place)
    ended = run_command("report", "--municipality", "837", "--out", str(place / "tampere.pdf"))
    print_row(
        fault, ended.message.replace(str(place), "DISK"), "–", f"exit {ended.code}", difference(files, checksums(place))
    )


# The command line and the sources


@dataclass(frozen=True)
class CommandResult:
    """How a command ended: exit code, standard error and seconds."""

    code: int
    message: str
    seconds: float


def run_command(*arguments: str, code: str = "", **environment: str) -> CommandResult:
    """Run a kuntamittari command, or Python `code` in its place, with arguments and environment variables."""
    begun = time.monotonic()
    start = ["-c", code] if code else ["-m", "kuntamittari"]
    ended = subprocess.run(
        [sys.executable, *start, *arguments],
        cwd=server.ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    message = "a traceback" if "Traceback" in ended.stderr else " ".join(ended.stderr.split())
    return CommandResult(ended.returncode, message, time.monotonic() - begun)


class RefusingService(BaseHTTPRequestHandler):
    """A service that answers every request with 503, or with nothing for five seconds."""

    silent = False

    def do_GET(self) -> None:
        if self.silent:
            time.sleep(5)
        self.send_response(503)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@contextlib.contextmanager
def refusing_service(silent: bool) -> Iterator[str]:
    """Yield the address of a service that refuses or stays silent."""
    http_server = HTTPServer(("127.0.0.1", 0), type("Service", (RefusingService,), {"silent": silent}))
    threading.Thread(target=http_server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{http_server.server_port}"
    http_server.shutdown()


def faulty_update(fault: str, data: Path, base: str, code: str = "") -> None:
    """Print an update that meets a fault, over data in use."""
    files = checksums(data)
    ended = run_command(
        "update",
        "--years",
        "2018",
        "--out",
        str(data),
        code=code,
        KUNTAMITTARI_API_BASE=base,
        KUNTAMITTARI_REQUEST_INTERVAL="0",
    )
    message = re.sub(r"\S*/api/\S+: ", "ADDRESS: ", ended.message.replace(str(data), "DATA"))
    print_row(fault, message, "–", f"exit {ended.code} after {ended.seconds:.0f} s", difference(files, checksums(data)))


def source_faults(scratch: Path) -> None:
    """Print updates while the official services are down."""
    data = scratch / "data"
    restore(data)
    faulty_update("sources refuse the connection", data, f"http://127.0.0.1:{server.free_port()}")
    with refusing_service(silent=False) as base:
        faulty_update("sources answer 503 to every call", data, base)
    quick = "client.TIMEOUT = httpx.Timeout(1); stamina.set_testing(True, attempts=6); import sys; sys.exit(cli.main())"
    with refusing_service(silent=True) as base:
        faulty_update("sources never answer (1 s in place of 120, no waits)", data, base, IMPATIENT + quick)


@contextlib.contextmanager
def replay_server(port: int) -> Iterator[str]:
    """Yield the address of the replay server on a port."""
    process = subprocess.Popen(
        [sys.executable, str(REPLAY), "--port", str(port), "--calls", "100000"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()


def stored_answers(data: Path) -> list[Path]:
    """Return the answers that an unfinished update has left."""
    return list((data / ".update" / "cache").glob("*"))


def update_faults(scratch: Path) -> None:
    """Print updates from the replay server that a fault interrupts."""
    data, port = scratch / "data", server.free_port()
    order = ["update", "--years", "2018", "--out", str(data)]
    settings = {"KUNTAMITTARI_API_BASE": f"http://127.0.0.1:{port}", "KUNTAMITTARI_REQUEST_INTERVAL": "0"}
    restore(data)
    files = checksums(data)
    with contextlib.ExitStack() as up:
        up.enter_context(replay_server(port))
        running = subprocess.Popen(
            [sys.executable, "-m", "kuntamittari", *order],
            cwd=server.ROOT,
            env=os.environ | settings,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )
        while len(stored_answers(data)) < 20 and running.poll() is None:
            time.sleep(0.01)
        up.close()
        assert running.stderr
        message = " ".join(running.stderr.read().split())
        print_row(
            "source goes down in the middle of an update",
            re.sub(r"http\S+: ", "ADDRESS: ", message),
            "–",
            f"exit {running.wait()}",
            difference(files, checksums(data)),
        )
    answers = len(stored_answers(data))
    unfinished = scratch / "unfinished"
    shutil.copytree(data / ".update", unfinished)
    with replay_server(port):
        requests = run_update(data, order, settings)
        message = f"{answers} answers were stored, {requests} were requested"
        print_row("… it comes back within the day, and the update is run again", message, "–", "exit 0", "nothing")
        age_answers(data, unfinished)
        requests = run_update(data, order, settings)
        print_row(
            "… it was away for more than a day",
            f"{answers} answers were stored, {requests} were requested",
            "–",
            "exit 0",
            "nothing",
        )
        update_while_served(scratch, order, settings)
        with small_disk(scratch, "1500k") as place:
            restore(place / "data")
            faulty_update("disk fills while answers are fetched", place / "data", settings["KUNTAMITTARI_API_BASE"])
            subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
            faulty_update("disk read-only", place / "data", settings["KUNTAMITTARI_API_BASE"])
            subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True)


def run_update(data: Path, order: list[str], settings: dict[str, str]) -> int:
    """Run an update to its end and return how many answers it requested. Raises RuntimeError where it fails."""
    count = (
        "import sys; from kuntamittari import cli; from kuntamittari.etl.client import Client; "
        "leave = Client.__exit__; "
        "Client.__exit__ = lambda self, *rest: (print('asked', self.requests), leave(self, *rest))[1]; "
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


def age_answers(data: Path, unfinished: Path) -> None:
    """Put stored answers back as if they had been fetched 25 hours ago."""
    shutil.copytree(unfinished, data / ".update")
    for file in stored_answers(data):
        os.utime(file, (time.time() - 25 * 3600,) * 2)


def update_while_served(scratch: Path, order: list[str], settings: dict[str, str]) -> None:
    """Print two updates that put new data in use while a user asks without a pause."""
    data, file = scratch / "data", scratch / "while.log"
    with server.served(server.dashboard(), data, file) as running:
        before, over, wrong, visits = response(running.base), threading.Event(), set[Response](), [0]

        def read() -> None:
            while not over.is_set():
                shown = response(running.base)
                visits[0] += 1
                if shown != before:
                    wrong.add(shown)

        user = threading.Thread(target=read)
        user.start()
        for _ in range(2):
            run_update(data, order, settings)
        over.set()
        user.join()
        print_row(
            f"two updates put new data in use during a user's session ({visits[0]} visits meanwhile)",
            before.page,
            before.answer,
            Log(file, data).new(),
            "nothing" if not wrong else str(wrong),
        )


PARTS: dict[str, Callable[[Path], None]] = {
    "damage": damage_faults,
    "memory": memory_faults,
    "clock": clock_faults,
    "disk": disk_faults,
    "sources": source_faults,
    "updates": update_faults,
    "together": lambda scratch: together.together_faults(scratch, print_row),
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    parts = parser.parse_args().only
    print("| fault | page, or message of the command | interface | log, or exit code | lost |\n|---|---|---|---|---|")
    for name in parts:
        if (name in ("disk", "updates") and os.geteuid()) or (name == "updates" and not REPLAY.exists()):
            needed = "root for a disk of its own, and the updates the replay server beside the project"
            print(f"| {name} | left out: needs {needed} | | | |")
            continue
        with tempfile.TemporaryDirectory() as folder:
            PARTS[name](Path(folder))


if __name__ == "__main__":
    main()
