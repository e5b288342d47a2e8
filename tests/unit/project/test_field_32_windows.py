"""Field case 32: Windows is refused in one sentence that names the way that works there."""

import runpy
import sys
from pathlib import Path

import pytest

from kuntamittari import settings
from kuntamittari.cli import main

ROOT = settings.ROOT


@pytest.fixture
def windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system calls itself Windows and lacks the modules that Windows lacks."""
    monkeypatch.setattr(sys, "platform", "win32")
    for module in ("fcntl", "resource", "pwd"):
        monkeypatch.setitem(sys.modules, module, None)
    for module in [name for name in sys.modules if name.startswith("kuntamittari.etl")]:
        monkeypatch.delitem(sys.modules, module)


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize("task", ["start", "test", "bundle", "nothing"])
def test_every_task_is_refused_in_one_sentence(task: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["tasks.py", task])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "tasks.py"), run_name="__main__")
    assert ended.value.code == settings.NOT_ON_WINDOWS


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize(
    "arguments", ["start", "check", "update --years 2018", "synth --municipalities 20 --years 2 --out x"]
)
def test_every_command_is_refused_in_one_sentence(arguments: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments.split()) == 2
    assert capsys.readouterr() == ("", f"{settings.NOT_ON_WINDOWS}\n")


@pytest.mark.usefixtures("windows")
def test_the_application_is_refused_however_it_is_started() -> None:
    with pytest.raises(settings.SettingsError) as refused:
        settings.check()  # what app.py calls at each of its three starts
    assert str(refused.value) == settings.NOT_ON_WINDOWS


def test_the_sentence_names_a_way_that_is_there() -> None:
    said = settings.NOT_ON_WINDOWS
    assert said.count("\n") == 0 and said.startswith("Kuntamittari does not run on Windows itself")
    assert "-f deploy/compose.yaml" in said and "http://127.0.0.1:8500" in said
    assert '"127.0.0.1:8500:8500"' in (ROOT / "deploy" / "compose.yaml").read_text("utf-8")
    assert said.partition(":")[0] in (ROOT / "README.md").read_text("utf-8").replace("\n", " ")


def test_files_have_the_line_ends_that_a_container_needs_also_in_a_checkout_on_windows() -> None:
    if not (ROOT / ".gitattributes").exists():
        pytest.skip("needs a checkout")
    assert "* text=auto eol=lf" in (ROOT / ".gitattributes").read_text("utf-8").splitlines()
    assert b"\r" not in Path(ROOT / "deploy" / "compose-proxy.sh").read_bytes()
