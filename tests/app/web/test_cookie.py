"""The cookie by which the server finds a workspace again."""

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from kuntamittari.web import cookie
from kuntamittari.web.cookie import NAME as COOKIE
from tests.support.server import served
from tests.support.small_data import MakeData
from tests.support.uploads.invented_country import OWN, asked, country

BASIC, AWAITED = "basic_education_cost_per_7_15", "worklife_wellbeing_index"


@pytest.fixture(scope="module")
def once() -> dict[str, Any]:
    """What is made once for all tests of this file, by those that need it first."""
    return {}


@pytest.fixture
def place(once: dict[str, Any], make_data: MakeData) -> Path:
    """The data directory of the invented country; no test changes it."""
    if "place" not in once:
        once["place"] = country(make_data)
    return once["place"]


@pytest.fixture(scope="module")
def started() -> Iterator[ExitStack]:
    """What runs until the tests of this file have ended."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def server(place: Path, once: dict[str, Any], started: ExitStack, tmp_path: Path) -> str:
    """The address of a server on the invented country, one for all."""
    if "server" not in once:
        once["server"] = started.enter_context(served(tmp_path / "log.txt", KUNTAMITTARI_DATA=str(place)))
    return once["server"]


GOOD = "Aa0-_" + "x" * 38
SET = re.compile(rf"{COOKIE}=[\w-]{{43}}; Path=/; HttpOnly; SameSite=Lax")


@pytest.mark.parametrize("path", ["/", "/aineistot?kieli=sv", f"/vertailu?mittari={OWN}"])
def test_a_browser_without_a_key_is_given_one_that_no_script_and_no_other_site_can_use(path: str, server: str) -> None:
    status, cookies, caching, body = asked(server + path)
    assert status == 200 and len(cookies) == 1 and SET.fullmatch(cookies[0]) and b"Kuntamittari" in body
    assert caching == "no-store", "a page that sets a key must not be given to another reader"
    assert asked(server + path)[1] != cookies, "no two are alike"
    assert "Secure" in cookie.new_key({"scheme": "https"}) and "Secure" not in cookies[0]


def test_a_browser_that_has_a_key_keeps_it(server: str) -> None:
    for header in (f"{COOKIE}={GOOD}", f"_ga=GA1.2; {COOKIE}={GOOD}; other=1"):
        status, cookies, caching, _ = asked(server, Cookie=header)
        assert (status, cookies) == (200, []) and "no-store" not in caching


@pytest.mark.parametrize("beside", ["flag", 'consent={"all":true}', "nimi=åäö"])
@pytest.mark.parametrize("order", ["{0}; {1}", "{1}; {0}"], ids=["before", "after"])
def test_a_cookie_of_another_site_on_the_same_host_does_not_cost_the_key(beside: str, order: str) -> None:
    header = order.format(beside, f"{COOKIE}={GOOD}").encode()
    assert cookie.has_key({"headers": [(b"cookie", header)]}), (
        "or every load of a page gives a new key, and the workspace is lost"
    )


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        GOOD[:-1],
        GOOD + "x",
        GOOD[:-1] + "ä",
        GOOD[:-1] + "/",
        "../" * 14 + "x",
        "x" * 6_000,
        '"' + GOOD,
        "%00" * 14,
        "<script>",
    ],
)
def test_a_bad_key_is_replaced_and_breaks_nothing(value: str, server: str) -> None:
    status, cookies, caching, body = asked(server, Cookie=f"{COOKIE}={value}".encode().decode("latin-1"))
    assert (
        status == 200
        and len(cookies) == 1
        and SET.fullmatch(cookies[0])
        and caching == "no-store"
        and b"</html>" in body.lower()
    )


@pytest.mark.parametrize("path", ["indicators", f"values?indicator={BASIC}", f"values?indicator={OWN}", "docs"])
@pytest.mark.parametrize("cookie", [{}, {"Cookie": f"{COOKIE}={GOOD}"}], ids=["no key", "a key"])
def test_the_interface_gives_and_reads_no_key(path: str, cookie: Mapping[str, str], server: str) -> None:
    status, cookies, caching, body = asked(f"{server}/api/v1/{path}", **cookie)
    assert cookies == [] and "no-store" not in caching and (status == 200) is (OWN not in path)
    assert body == asked(f"{server}/api/v1/{path}", "application/json")[3]


@pytest.mark.parametrize("path", ["/_stcore/health", "/static/nothing.js"])
def test_what_is_no_page_sets_no_key(path: str, server: str) -> None:
    assert not [cookie for cookie in asked(server + path, "*/*")[1] if COOKIE in cookie]


def test_a_key_is_only_what_the_server_writes() -> None:
    assert cookie.KEY.fullmatch("Aa0_-" * 8 + "abc")
    assert not any(
        cookie.KEY.fullmatch(key)
        for key in ("", "a" * 42, "a" * 44, "a" * 42 + "/", "a" * 42 + "ä", "a" * 43 + "\n", "../" * 14 + "a")
    )
