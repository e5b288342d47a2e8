"""Settings: each variable of the environment is validated at the start, and a bad value is refused by its name."""

import os
import signal
import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path

import pytest

import app
from kuntamittari import cli, settings

BAD = [
    ("KUNTAMITTARI_DATA", "ftp://host/figures"),
    ("KUNTAMITTARI_DATA", "s3://"),
    ("KUNTAMITTARI_DATA", "https://host/figures?version=1"),
    ("KUNTAMITTARI_DATA", "https://host:port/figures"),
    ("KUNTAMITTARI_DATA_INTERVAL", "0"),
    ("KUNTAMITTARI_DATA_INTERVAL", "soon"),
    ("KUNTAMITTARI_ACCEPT_MADE_UP", "yes"),
    ("KUNTAMITTARI_API_BASE", "ftp://replay"),
    ("KUNTAMITTARI_API_BASE", "replay:8765"),
    ("KUNTAMITTARI_API_RATE", "1e3"),
    ("KUNTAMITTARI_API_RATE", "-1"),
    ("KUNTAMITTARI_API_RATE", "1000000"),
    ("KUNTAMITTARI_API_RATE", "2.5"),
    ("KUNTAMITTARI_MCP_HOSTS", "https://figures.example"),
    ("KUNTAMITTARI_FEEDBACK", "javascript:alert(1)"),
    ("KUNTAMITTARI_FEEDBACK", "a@b@c.example"),
    ("KUNTAMITTARI_LANG", "de"),
    ("KUNTAMITTARI_LANG", "FI"),
    ("KUNTAMITTARI_REQUEST_INTERVAL", "-1"),
    ("KUNTAMITTARI_REQUEST_INTERVAL", "soon"),
    ("KUNTAMITTARI_REQUEST_INTERVAL", "nan"),
    ("KUNTAMITTARI_REQUEST_INTERVAL", "1000"),
    ("KUNTAMITTARI_REPORT_WORKERS", "0"),
    ("KUNTAMITTARI_CONNECTIONS", "0"),
    ("KUNTAMITTARI_METRICS", "1"),
    ("KUNTAMITTARI_UPDATE", "On"),
    ("KUNTAMITTARI_UPDATE_MEMORY", "499"),
    ("KUNTAMITTARI_UPDATE_MEMORY", "4 GB"),
    ("KUNTAMITTARI_PROVIDER_TYPE", "localauthority"),
    ("STREAMLIT_SERVER_ADDRESS", "256.0.0.1"),
    ("STREAMLIT_SERVER_ADDRESS", "unix:///run/kuntamittari"),
    ("STREAMLIT_SERVER_PORT", "abc"),
    ("STREAMLIT_SERVER_PORT", "65536"),
]
GOOD = {
    "KUNTAMITTARI_DATA": "figures",
    "KUNTAMITTARI_DATA_INTERVAL": "5",
    "KUNTAMITTARI_VINTAGES": "earlier",
    "KUNTAMITTARI_CACHE": "copies",
    "KUNTAMITTARI_INDICATORS": "indicators",
    "KUNTAMITTARI_API_BASE": "http://127.0.0.1:8765/",
    "KUNTAMITTARI_REQUEST_INTERVAL": "0.25",
    "KUNTAMITTARI_ACCEPT_MADE_UP": "1",
    "KUNTAMITTARI_UPDATE": "off",
    "KUNTAMITTARI_UPDATE_MEMORY": "2000",
    "KUNTAMITTARI_API_RATE": "0",
    "KUNTAMITTARI_CONNECTIONS": "30",
    "KUNTAMITTARI_MCP_HOSTS": "figures.example, b.example",
    "KUNTAMITTARI_METRICS": "on",
    "KUNTAMITTARI_REPORT_WORKERS": "2",
    "KUNTAMITTARI_LANG": "sv",
    "KUNTAMITTARI_PROVIDER": " Keksitty kunta ",
    "KUNTAMITTARI_PROVIDER_TYPE": "PrivateIndividual(s)",
    "KUNTAMITTARI_FEEDBACK": "palaute@kunta.example",
    "KUNTAMITTARI_EMBED_ORIGINS": "https://intra.kunta.example https://*.kunta.example:8443",
    "STREAMLIT_SERVER_PORT": "8600",
    "STREAMLIT_SERVER_ADDRESS": "192.0.2.1",
}


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable is set before a test sets it."""
    for name in settings.VARIABLES:
        monkeypatch.delenv(name, raising=False)


def values() -> tuple[object, ...]:
    """What every function of settings returns."""
    return (
        settings.data_dir(),
        settings.data_address(),
        settings.data_interval(),
        settings.update_dir(),
        settings.indicator_dir(),
        settings.api_base(),
        settings.request_interval(),
        settings.accept_made_up(),
        settings.update_allowed(),
        settings.api_rate(),
        settings.report_workers(),
        settings.default_language(),
        settings.provider(),
        settings.provider_type(),
        settings.feedback(),
        settings.server_options(),
    )


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_what_is_unset_or_blank_has_its_default(blank: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in settings.VARIABLES if blank is not None else ():
        monkeypatch.setenv(name, blank)
    settings.check()
    data, indicators = settings.ROOT / "data", settings.PACKAGE / "catalog" / "indicators"
    assert values() == (data, None, 60, data, indicators, None, 1.5, False, None, 1200, 1, "fi", None, None, None, {})


def test_what_is_set_is_taken_when_it_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    settings.check()
    served = {"server.port": 8600, "server.address": "192.0.2.1"}
    data = Path("figures")
    assert values() == (
        *(data, None, 5, data, Path("indicators"), "http://127.0.0.1:8765", 0.25, True, False, 0, 2, "sv"),
        *("Keksitty kunta", "PrivateIndividual(s)", "palaute@kunta.example", served),
    )
    monkeypatch.setenv("KUNTAMITTARI_LANG", "en")
    monkeypatch.setenv("KUNTAMITTARI_UPDATE", "on")
    assert settings.cache_dir() == Path("copies")
    assert (settings.default_language(), settings.update_allowed()) == ("en", True), "also while the process runs"


@pytest.mark.parametrize(("name", "value"), BAD)
def test_a_bad_value_is_refused_in_one_sentence(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(settings.SettingsError) as refused:
        settings.check()
    said = (
        f"The environment sets {name} to {value!r}, but it must be {settings.VARIABLES[name]}: correct it or unset it."
    )
    assert str(refused.value) == said


def test_each_bad_value_has_its_line_and_a_long_one_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTAMITTARI_FEEDBACK", "x" * 5_000 + "\n")
    monkeypatch.setenv("KUNTAMITTARI_LANG", "de\nfi")
    with pytest.raises(settings.SettingsError) as refused:
        settings.check()
    lines = str(refused.value).splitlines()
    assert sorted(line.split()[3] for line in lines) == ["KUNTAMITTARI_FEEDBACK", "KUNTAMITTARI_LANG"]
    assert max(map(len, lines)) < 250


def test_every_variable_is_in_the_model_and_in_the_readme() -> None:
    assert tuple(settings._model().model_fields) == tuple(settings.VARIABLES) == tuple(GOOD)
    readme = (settings.ROOT / "README.md").read_text("utf-8")
    assert [name for name in settings.VARIABLES if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_a_server_on_every_address_is_shown_as_localhost(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", address)
    assert settings.server_options() == {"server.address": address, "browser.serverAddress": "localhost"}


def test_a_command_is_refused_before_it_does_anything(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_API_RATE", "1e3")
    assert cli.main(["check"]) == 2
    out, errors = capsys.readouterr()
    assert out == "" and errors.startswith("The environment sets KUNTAMITTARI_API_RATE") and errors.count("\n") == 1


@pytest.mark.parametrize("command", [["app.py"], ["-m", "kuntamittari", "start"]], ids=["app.py", "start"])
def test_the_server_does_not_start_with_a_bad_value(command: list[str]) -> None:
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=settings.ROOT,
        env=os.environ | {"STREAMLIT_SERVER_PORT": "abc"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("The environment sets STREAMLIT_SERVER_PORT to 'abc'")
    assert len(ended.stderr.splitlines()) == 1


def test_another_asgi_server_is_ended_with_the_same_sentence(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ended: list[int] = []
    monkeypatch.setattr(app.os, "kill", lambda _, which: ended.append(which))
    monkeypatch.setenv("KUNTAMITTARI_LANG", "de")
    app.load(Future())
    assert ended == [signal.SIGTERM]
    [line] = caplog.records
    assert line.getMessage().startswith("The environment sets KUNTAMITTARI_LANG to 'de'") and not line.exc_info


def test_pydantic_is_imported_only_where_a_variable_is_set() -> None:
    code = (
        "import os, sys; from kuntamittari import settings; settings.check(); settings.api_rate();"
        "print('pydantic' in sys.modules); os.environ['KUNTAMITTARI_API_RATE'] = '7';"
        "print(settings.api_rate(), 'pydantic_settings' in sys.modules)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert said.split() == ["False", "7", "True"]


# ── an installed package: its own figures are never overwritten


def test_an_installed_package_loads_figures_only_into_a_directory_of_the_user(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "INSTALLED", True)
    assert settings.update_allowed() is False, "the page of data does not offer it"
    assert cli.main(["update"]) == 2
    assert capsys.readouterr().err == (
        "The figures that come with the package are never overwritten: name a directory of your own with --out or in "
        "KUNTAMITTARI_DATA.\n"
    )
    monkeypatch.setenv("KUNTAMITTARI_UPDATE", "on")
    with pytest.raises(settings.SettingsError, match="set KUNTAMITTARI_DATA to a directory of your own"):
        settings.check()
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(tmp_path))
    settings.check()
    assert settings.update_allowed() is True and settings.update_dir() == tmp_path
