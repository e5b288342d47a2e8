"""The wheel: built, installed into an empty environment outside the checkout, and asked one figure there."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import time
import urllib.request
from collections.abc import Iterator
from email import message_from_bytes
from pathlib import Path
from urllib.request import Request
from zipfile import ZipFile

import pytest

from bench.server import free_port
from kuntamittari import __version__, settings
from kuntamittari.web import style

ROOT = settings.ROOT
SECONDS = 60  # until the server answers, on a machine that does other things as well
CARRIED = (
    "app.py",
    ".streamlit/config.toml",
    "data/manifest.json",
    "docs/methods.md",
    "pages/overview.py",
    "sql/audits",
)
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def run(command: list[str], **options: object) -> str:
    """Standard output of a command that succeeds."""
    ended = subprocess.run(command, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the checkout, built with the packages that are here."""
    out = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    run([sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", str(out), str(ROOT)])
    [built] = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def place(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an environment `env` that holds the wheel alone and sees the packages that are here; `work` is
    empty."""
    folder = tmp_path_factory.mktemp("installed")
    (folder / "work").mkdir()
    run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")])
    python = str(folder / "env" / "bin" / "python")
    [site] = (folder / "env" / "lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    run([sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", str(wheel)])
    return folder


def installed(place: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`kuntamittari …` in the environment, outside the checkout."""
    command = [str(place / "env" / "bin" / "kuntamittari"), *arguments]
    clean = {name: value for name, value in os.environ.items() if name not in (*settings.VARIABLES, "PYTHONPATH")}
    return subprocess.run(
        command, cwd=place / "work", env=clean | environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_wheel_has_one_version_and_the_pinned_packages(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = message_from_bytes(archive.read(name))
        top = {name.partition("/")[0] for name in archive.namelist()}
    assert metadata["Version"] == __version__ and top == {"kuntamittari", name.partition("/")[0]}
    assert re.search(rf"^version: {re.escape(__version__)}$", (ROOT / "CITATION.cff").read_text("utf-8"), re.MULTILINE)
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    pinned = {line.lower().replace("_", "-") for line in lines if line and not line.startswith("#")}
    assert {line.lower().replace("_", "-") for line in metadata.get_all("Requires-Dist", [])} == pinned


def test_the_image_copies_all_that_the_wheel_is_built_from() -> None:
    steps = (ROOT / "Containerfile").read_text("utf-8").partition("\nFROM ")[2].partition("\nFROM ")[0]
    copied = {name.rstrip("/") for line in re.findall(r"^COPY (.+) \S+$", steps, re.MULTILINE) for name in line.split()}
    allowed = set(re.findall(r"^!(\S+)$", (ROOT / ".containerignore").read_text("utf-8"), re.MULTILINE))
    assert copied == allowed >= {"pyproject.toml", "requirements.txt", "README.md", "LICENSE", "kuntamittari"}
    assert all(any(file == name or file.startswith(f"{name}/") for name in copied) for file in CARRIED)


def test_the_installed_command_checks_and_exports_the_figures_that_came_with_it(place: Path) -> None:
    files = place / "env" / "lib"
    checked = installed(place, "check")
    assert (checked.returncode, checked.stderr) == (0, "")
    data = Path(checked.stdout.partition(": no problems.")[0])
    assert data.is_relative_to(files.resolve()) and data.parts[-3:] == ("kuntamittari", "_files", "data")
    assert [name for name in CARRIED if not (data.parent / name).exists()] == []
    assert (data.parents[1] / "py.typed").exists() and (data.parents[1] / "web" / "edge.js").exists()
    styles = {file.stem for file in (data.parents[1] / "ui" / "styles").glob("*.css")}
    assert styles == set(style.PARTS)
    exported = installed(place, "export", "--indicator", "basic_education_cost_per_7_15", "--out", "figures.csv")
    assert exported.returncode == 0, exported.stderr
    assert "\n837,Tampere,2018," in (place / "work" / "figures.csv").read_text("utf-8")


def test_the_installed_command_never_writes_into_the_package(place: Path) -> None:
    refused = installed(place, "update")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1 and "--out" in refused.stderr and "KUNTAMITTARI_DATA" in refused.stderr
    invented = installed(place, "synth", "--municipalities", "20", "--years", "2")
    assert invented.returncode == 2 and invented.stderr.splitlines()[-1].endswith("required: --out")


@pytest.fixture
def server(place: Path) -> Iterator[str]:
    """`kuntamittari start` on a free port; its address, as it prints it."""
    log, port = place / "log.txt", free_port()
    clean = {name: value for name, value in os.environ.items() if name not in (*settings.VARIABLES, "PYTHONPATH")}
    with log.open("w") as out:
        process = subprocess.Popen(
            [str(place / "env" / "bin" / "kuntamittari"), "start"],
            cwd=place / "work",
            env=clean | {"PYTHONUNBUFFERED": "1", "STREAMLIT_SERVER_PORT": str(port)},
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    try:
        until = time.monotonic() + SECONDS
        while not (found := re.search(r"URL: (http://\S+)", log.read_text())):
            assert time.monotonic() < until and process.poll() is None, log.read_text()
            time.sleep(0.05)
        # the address is that of .streamlit/config.toml: without the file Streamlit would listen on every one
        assert found[1] == f"http://127.0.0.1:{port}"
        yield found[1]
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    assert "Traceback" not in log.read_text()


def asked(address: str, accept: str = "*/*") -> bytes:
    """The answer to a request, tried again while the server does not listen yet."""
    until = time.monotonic() + SECONDS
    while True:
        try:
            with DIRECT.open(Request(address, headers={"Accept": accept}), timeout=SECONDS) as answer:
                return answer.read()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)


def test_the_installed_dashboard_starts_and_answers_a_figure_and_a_page(server: str) -> None:
    query = "indicator=basic_education_cost_per_7_15&municipality=837&year=2018"
    [row] = json.loads(asked(f"{server}/api/v1/values?{query}"))["values"]
    assert (row["numerator"], row["denominator"]) == (156_260_000, 18_322)
    assert row["value"] == pytest.approx(156_260_000 / 18_322) and round(row["value"], 1) == 8528.5
    front = asked(f"{server}/", "text/html").decode()
    assert " · Kuntamittari</title>" in front and "Helsinki: mitä palvelut maksavat?</h1>" in front
