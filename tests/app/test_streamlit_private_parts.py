"""The private and undocumented parts of Streamlit that are in use: one test a part, which names it when an upgrade has
changed it. docs/decisions/0017-streamlit-private-parts.md says where each is used, why, and what to do instead."""

import ast
import copy
import importlib
import inspect
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from streamlit import config
from streamlit.file_util import get_static_dir
from streamlit.testing.v1 import AppTest

import app
from kuntamittari import settings
from kuntamittari.web import edge
from kuntamittari.web.assets import Assets

ROOT = settings.ROOT
RECORD = ROOT / "docs" / "decisions" / "0017-streamlit-private-parts.md"
BUILD = Path(get_static_dir())
SOURCES = ("app.py", "kuntamittari", "pages", "bench", "scripts", "tests")
PUBLIC = {"streamlit", "streamlit.starlette", "streamlit.testing.v1"}  # modules that Streamlit documents
# Streamlit puts these test ids together from a part that stands in its script and another
COMPOSED = {"stBaseButton-primary": "stBaseButton-"} | dict.fromkeys(
    ("stAlertContentError", "stAlertContentInfo"), "stAlertContent"
)
TEST_ID = re.compile(r"""(?:(?<=["'.=( ])|(?<=testid=))(st[A-Z][A-Za-z]+(?:-[a-z]+)?)(?=["'\]\s:,){.>]|$)""")


def sources(*endings: str) -> Iterator[tuple[str, str]]:
    """Name and content of every source file of ours but this one."""
    for top in SOURCES:
        for path in sorted([ROOT / top] if (ROOT / top).is_file() else (ROOT / top).rglob("*")):
            if path.suffix in endings and path != Path(__file__):
                yield path.relative_to(ROOT).as_posix(), path.read_text("utf-8")


@cache
def scripts() -> str:
    """All of Streamlit's browser part as one text."""
    return "\n".join(path.read_text("utf-8") for path in sorted(BUILD.rglob("*.js")))


@cache
def record() -> str:
    """The decision record."""
    return RECORD.read_text("utf-8")


def gone(part: str, why: str = "is not there any more") -> str:
    """What a failed test says."""
    return f"Streamlit's {part} {why}: see {RECORD.relative_to(ROOT)}"


# ── in the server


def imported() -> dict[str, str]:
    """Every name of Streamlit that is imported and not documented, with the first file that does so."""
    found: dict[str, str] = {}
    for file, content in sources(".py"):
        for node in ast.walk(ast.parse(content)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "streamlit":
                assert node.module is not None
                for alias in node.names:
                    inner = node.module == "streamlit" and inspect.ismodule(part_of("streamlit", alias.name))
                    if node.module not in PUBLIC or inner:
                        found.setdefault(f"{node.module}.{alias.name}", file)
    return found


def part_of(module: str, name: str) -> Any:
    """A name of a module, or the module of that name in it; None where there is neither."""
    try:
        return getattr(importlib.import_module(module), name, None) or importlib.import_module(f"{module}.{name}")
    except ImportError:
        return None


IMPORTED = imported()


@pytest.mark.parametrize("name", sorted(IMPORTED))
def test_what_is_imported_is_there_and_in_the_record(name: str) -> None:
    assert part_of(*name.rsplit(".", 1)) is not None, gone(f"{name} ({IMPORTED[name]})")
    assert f"`{name}`" in record(), f"{name} ({IMPORTED[name]}) is not in the record"


def test_uploaded_files_are_counted_by_their_manager() -> None:
    from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
    from streamlit.runtime.stats import CacheStat
    from streamlit.runtime.uploaded_file_manager import UploadedFileRec

    manager = MemoryUploadedFileManager("/_stcore/upload_file")
    manager.add_file("session", UploadedFileRec(file_id="one", name="a.csv", type="text/csv", data=b"x" * 600))
    parts = [part for parts in manager.get_stats().values() for part in parts]
    assert sum(part.byte_length for part in parts if isinstance(part, CacheStat)) == 600, gone("uploaded_file_mgr")
    assert "uploaded_file_mgr" in inspect.getsource(type(app.app)), gone("uploaded_file_mgr")


@pytest.mark.parametrize(
    "option", ["global.minCachedMessageSize", "runner.postScriptGC", "logger.enableRich", "browser.serverAddress"]
)
def test_options_that_are_not_documented_are_there(option: str) -> None:
    assert option in config._config_options_template, gone(f"option {option}")


def test_every_option_of_ours_is_known() -> None:
    def options(section: dict[str, Any], *path: str) -> Iterator[str]:
        for name, value in section.items():
            if isinstance(value, dict):
                yield from options(value, *path, name)
            else:
                yield ".".join((*path, name))

    known = config._config_options_template
    given = list(options(tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))))
    assert [option for option in given if option not in known] == []
    hidden = {option for option in given if known[option].visibility == "hidden"}
    assert hidden == {option for option in hidden if f"`{option}`" in record()}, "in use and not in the record"


def test_the_messages_that_budgets_depend_on_are_known() -> None:
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    from kuntamittari.ui import protocol
    from kuntamittari.web.budgets.messages import NOT_OURS

    kinds = {field.name for field in BackMsg.DESCRIPTOR.oneofs_by_name["type"].fields}
    ours = {"rerun_script", "backend_operation_request", "stop_script", "app_heartbeat", "file_urls_request"}
    assert kinds == {*ours, *NOT_OURS}, gone("message of a page", "has a new kind: does it cost anything?")
    run, file, answer = BackMsg(), BackMsg(), ForwardMsg()
    run.rerun_script.query_string = "kunta=837"
    file.backend_operation_request.request_id = "a"
    answer.backend_operation_response.request_id = "a"
    assert protocol.asked(run.SerializeToString()) == ("rerun_script", "")
    assert protocol.asked(file.SerializeToString()) == ("backend_operation_request", "a")
    assert protocol.asked(b"\xff\xff\xff") == ("", "") and protocol.asked(b"") == ("", "")
    assert protocol.answered(answer.SerializeToString()) == "a"
    assert protocol.answered(ForwardMsg(script_finished=0).SerializeToString()) == ""


def test_a_server_on_every_address_asks_nobody_for_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from streamlit import net_util
    from streamlit.web import bootstrap

    def asked() -> str:
        raise AssertionError(gone("start", "asks a foreign service for the address of this machine"))

    monkeypatch.setattr(net_util, "get_external_ip", asked)
    monkeypatch.setattr(config, "_config_options", copy.deepcopy(config.get_config_options()))
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    monkeypatch.setenv("STREAMLIT_SERVER_PORT", "8600")
    for name, value in settings.server_options().items():
        config.set_option(name, value, "a test")
    bootstrap._print_url(False)
    assert "URL: http://localhost:8600" in capsys.readouterr().out


def test_the_options_are_read_beside_the_script_that_is_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run = inspect.getsource(app.App.run)
    assert "sys.argv[0]" in run and "_main_script_path = launcher_path" in run, gone("App.run")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(config, "_main_script_path", str(ROOT / "app.py"))
    assert config.get_config_files("config.toml")[-1] == str(ROOT / ".streamlit" / "config.toml"), gone("config files")


def test_a_page_that_fails_is_told_to_the_logger_that_is_filtered() -> None:
    from streamlit import error_util

    assert error_util._LOGGER.name == "streamlit.error_util", gone("logger streamlit.error_util")


@pytest.mark.parametrize(
    ("route", "name"), [("_stcore", "CORE"), ("media", "MEDIA"), ("component", "COMPONENT"), ("static", "STATIC")]
)
def test_routes_are_below_the_paths_that_are_no_pages(route: str, name: str) -> None:
    from streamlit.web.server.starlette import starlette_routes

    assert getattr(starlette_routes, f"BASE_ROUTE_{name}", None) == route, gone(f"route /{route}")


@pytest.mark.parametrize("path", ["/_stcore/health", "/_stcore/stream", "/_stcore/upload_file/{session_id}/{file_id}"])
def test_routes_that_are_asked_are_there(path: str) -> None:
    TestClient(app.app).get("/_stcore/health")  # the first request has the routes made
    assert app.app._starlette_app is not None, gone("App._starlette_app")
    assert path in {getattr(route, "path", "") for route in app.app._starlette_app.routes}, gone(f"route {path}")


def test_uploads_carry_the_token_of_this_cookie() -> None:
    from streamlit.web.server.starlette import starlette_server_config

    assert starlette_server_config.XSRF_COOKIE_NAME == "_streamlit_xsrf", gone("cookie _streamlit_xsrf")


def test_pages_may_be_made_once_and_used_in_later_runs() -> None:
    def script() -> None:
        import streamlit as st

        if "pages" not in st.session_state:
            texts = {name: lambda name=name: st.text(name) for name in ("first", "second")}
            st.session_state["pages"] = [st.Page(text, title=name, url_path=name) for name, text in texts.items()]
        st.navigation(st.session_state["pages"], position="hidden").run()

    page = AppTest.from_function(script).run()
    assert [one.value for one in page.run().text] == ["first"], gone("st.Page", "cannot be used in a later run")


# ── in the document and the browser


def test_the_document_has_the_places_that_are_replaced() -> None:
    document = (BUILD / "index.html").read_text("utf-8")
    for place in ('<html lang="en"', "<title>Streamlit</title>", "</head>", "</body>"):
        assert document.count(place) == 1, gone(f"index.html with {place}")
    inline = [tag for tag in re.findall(r"<script[^>]*>", document) if "src=" not in tag]
    assert set(inline) == {"<script>"}, gone("index.html", "has scripts whose hash the policy does not hold")


@pytest.mark.parametrize("part", edge.PARTS)
def test_the_modules_that_are_preloaded_are_there(part: str) -> None:
    assert len(Assets(BUILD).modules([part])) == 1, gone(f"module {part}")


def test_modules_import_each_other_as_the_preload_reads_it() -> None:
    assets = Assets(BUILD)
    modules = assets.modules(edge.PARTS)
    assert len(assets.needed(modules)) > 2 * len(modules), gone("build", "imports its modules in another way")


@pytest.mark.parametrize("word", ["__streamlit", "BACKEND_BASE_URL", "popstate", "block-container"])
def test_what_our_script_and_style_rest_on_is_in_the_browser_part(word: str) -> None:
    assert word in scripts(), gone(word)
    assert f"`{word}`" in record()


@pytest.mark.parametrize("name", ["data-tag", "data-stale", "data-test-script-state", "data-test-connection-state"])
def test_attributes_that_are_looked_for_are_set(name: str) -> None:
    assert f'"{name}"' in scripts() or f"`{name}`" in scripts(), gone(f"attribute {name}")
    assert f"`{name}`" in record()


def selected() -> dict[str, str]:
    """Every test id or class of Streamlit that is looked for, with the first file that does so."""
    found: dict[str, str] = {}
    for file, content in sources(".py", ".js", ".css"):
        for name in TEST_ID.findall(content):
            found.setdefault(name, file)
    return found


SELECTED = selected()


@pytest.mark.parametrize("name", sorted(SELECTED))
def test_elements_that_are_looked_for_have_their_test_id(name: str) -> None:
    written = COMPOSED.get(name, name)
    assert any(f"{quote}{written}" in scripts() for quote in "`\"'"), gone(f"test id {name} ({SELECTED[name]})")
    if SELECTED[name].startswith("kuntamittari/"):
        assert f"`{name}`" in record(), f"{name} ({SELECTED[name]}) is not in the record"


# ── in tests and measurements


def test_a_test_may_open_a_page_by_its_path() -> None:
    assert "_page_hash" in vars(AppTest.from_string("")), gone("AppTest._page_hash")


def test_an_element_of_markup_has_its_message() -> None:
    page = AppTest.from_string("import streamlit as st\nst.html('<p>a</p>')").run()
    assert page.get("html")[0].proto.body == "<p>a</p>", gone("proto.body of an element")


def test_a_run_is_asked_and_answered_by_the_messages_of_a_browser() -> None:
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    asked = BackMsg().rerun_script
    for field in ("query_string", "page_script_hash", "fragment_id", "cached_message_hashes", "widget_states"):
        assert hasattr(asked, field), gone(f"BackMsg.rerun_script.{field}")
    assert {"FINISHED_SUCCESSFULLY", "FINISHED_FRAGMENT_RUN_SUCCESSFULLY"} <= set(dir(ForwardMsg)), gone("ForwardMsg")
