"""What the log keeps: where a fault arose, and nothing of a user (SECURITY.md)."""

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

import app
from kuntamittari.uploads import tabular
from kuntamittari.web import logs
from tests.support.server import Served
from tests.support.websocket import opened, session_of

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Encoding": "gzip"}


# what every answer says of itself


@pytest.fixture(scope="module")
def client() -> TestClient:
    """Everything the process serves."""
    return TestClient(app.app, follow_redirects=False)


# what Streamlit's own fences are said to do
SECRET = "Salainen;Åäö;4711"


@pytest.fixture(scope="module")
def upload(dashboard: Served) -> Iterator[tuple[httpx.Client, str, str]]:
    """A session's box for files: a client with its cookie, the address of a file and the token that goes with it."""
    with (
        opened(dashboard.address, dashboard.address) as socket,
        httpx.Client(base_url=dashboard.address, timeout=60) as client,
    ):
        session = session_of(socket)
        client.get("/_stcore/health")
        yield client, f"/_stcore/upload_file/{session}/one", client.cookies["_streamlit_xsrf"]


# what the log keeps


def test_a_page_that_fails_is_logged_by_where_and_not_by_what_it_held(caplog: pytest.LogCaptureFixture) -> None:
    from streamlit import error_util

    logs.without_readers()
    try:
        try:
            float(SECRET)
        except ValueError as error:
            raise KeyError(SECRET) from error
    except KeyError as error:
        with caplog.at_level(logging.DEBUG):
            log = logging.getLogger(error_util.__name__)
            log.addHandler(caplog.handler)  # Streamlit's loggers hand nothing on
            try:
                error_util.handle_user_script_exception(error, lambda _: True)
            finally:
                log.removeHandler(caplog.handler)
    assert "KeyError" in caplog.text and "ValueError" in caplog.text and Path(__file__).name in caplog.text
    assert "4711" not in caplog.text and "Salainen" not in caplog.text


def test_no_line_of_the_log_names_a_reader(caplog: pytest.LogCaptureFixture) -> None:
    logs.without_readers()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("uvicorn.access").info(
            '%s - "%s %s HTTP/%s" %d', "192.0.2.1", "GET", "/?kunta=837", "1.1", 200
        )
        logging.getLogger("uvicorn.error").info('%s - "WebSocket %s" [accepted]', "192.0.2.1", "/_stcore/stream")
        logging.getLogger("uvicorn.error").info("Application startup complete.")
    assert "192.0.2.1" not in caplog.text


@pytest.mark.parametrize("content", [SECRET.encode(), b"PK\x03\x04" + SECRET.encode() * 50, SECRET.encode() * 500_000])
def test_a_file_that_cannot_be_read_leaves_nothing_of_it_in_the_log(
    content: bytes, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        try:
            tabular.read(content)
        except tabular.TableError as error:
            assert "4711" not in str(error)
    out, err = capfd.readouterr()
    assert "4711" not in caplog.text + out + err


def test_nothing_of_an_upload_is_in_the_log_of_the_server(
    dashboard: Served, upload: tuple[httpx.Client, str, str]
) -> None:
    client, file, token = upload
    for headers in ({}, {"X-Xsrftoken": token}):
        client.put(
            file,
            content=b"--b\r\n" + SECRET.encode(),
            headers=headers | {"Content-Type": "multipart/form-data; boundary=b"},
        )
    client.get(f"/vertailu?kunta={SECRET}", headers=BROWSER)
    said = dashboard.log.read_text()
    assert "Salainen" not in said and "4711" not in said and client.headers["User-Agent"] not in said
