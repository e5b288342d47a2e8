"""The tools of assistants through the SDK's own client: figures equal to /api/v1, sizes, refusals, both transports."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

import app
from kuntamittari import settings, yaml_file
from kuntamittari.web.api.pages import Pages
from kuntamittari.web.assistants import server, tools
from kuntamittari.web.assistants.door import Door
from tests.support.ask.answers import MOST_BYTES, differences, requests
from tests.support.ask.questions import Question, questions
from tests.support.server import Served

SITE = "https://figures.example"
SAMPLE = 100  # questions of each run; bench/assistants.py asks 500 over HTTP
NAMES = {"find_municipality", "find_indicator", "figure", "compare", "why_dearer", "peers", "gaps", "verify", "methods"}
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
ACCEPT = {"Accept": "application/json, text/event-stream"}
R = TypeVar("R")


def within(ask: Callable[[Client], Awaitable[R]], target: Any = None) -> R:
    """What a conversation with a server gives: one in this process, unless another is named."""

    async def conversation() -> R:
        async with Client(target or server.create(Pages(SITE))) as client:
            return await ask(client)

    return asyncio.run(conversation())


def behind_a_door() -> Starlette:
    """An application with nothing but the door at /mcp."""
    return Starlette(routes=[Mount("/mcp", Door())])


def called(tool: str, **arguments: Any) -> tuple[str, bool]:
    """Text and failure of one call."""

    async def ask(client: Client) -> tuple[str, bool]:
        answer = await client.call_tool(tool, arguments)
        return answer.content[0].text, bool(answer.is_error)

    return within(ask)


def test_generated_questions_get_the_figures_of_the_interface(interface: TestClient) -> None:
    async def ask(client: Client) -> list[tuple[Any, list[str]]]:
        wrong = []
        for question in questions(SAMPLE):
            answer = await client.call_tool(question.tool, question.arguments)
            asked = requests(question) if question.path else []
            answers = [interface.get(path.removeprefix("/api"), params=query) for path, query in asked]
            expected = [(one.status_code, one.json()) for one in answers]
            found = differences(question, answer.content[0].text, bool(answer.is_error), expected)
            wrong += [(question, found)] if found else []
        return wrong

    assert within(ask) == []


def test_unusual_questions_get_the_same_figures_or_a_refusal_that_helps(interface: TestClient) -> None:
    listed = yaml_file.read(settings.ROOT / "tests" / "support" / "ask" / "unusual.yaml")

    async def ask(client: Client) -> list[tuple[Any, list[str]]]:
        wrong = []
        for one in listed:
            tool, arguments = one["call"]
            answer = await client.call_tool(tool, arguments)
            path, query = one.get("as", ("", {}))
            others = tuple(query["municipality"].split(",")) if tool == "compare" and path else ()
            question = Question(tool, arguments, path, query, one.get("says", ""), others)
            answers = [
                interface.get(path.removeprefix("/api"), params=asked) for path, asked in requests(question) if path
            ]
            expected = [(got.status_code, got.json()) for got in answers if not question.near]
            found = differences(question, answer.content[0].text, bool(answer.is_error), expected)
            wrong += [(one["call"], found)] if found else []
        return wrong

    assert len(listed) > 70 and within(ask) == []


@pytest.mark.parametrize("length", [79, 500, 50_000])
def test_huge_texts_are_refused_in_a_few_words(length: int) -> None:
    for argument in ("municipality", "indicator"):
        text, failed = called("figure", **({"municipality": "837", "indicator": "koulu"} | {argument: "x" * length}))
        assert failed and len(text) < 300, text


def test_a_wrong_figure_would_be_found(interface: TestClient) -> None:
    question = next(one for one in questions(1))
    [(path, query)] = requests(question)
    content = interface.get(path.removeprefix("/api"), params=query).json()
    text, failed = called(question.tool, **question.arguments)
    content["values"][0] = content["values"][0] | {"value": 1.0}
    assert not failed and differences(question, text, failed, [(200, content)])
    assert differences(question, text + " " * MOST_BYTES, failed, [(200, content)])[0].endswith("bytes")


def test_every_tool_only_reads_and_says_when_not_to_use_it() -> None:
    async def ask(client: Client) -> Any:
        return (await client.list_tools()).tools

    listed = within(ask)
    assert {tool.name for tool in listed} == NAMES
    for tool in listed:
        assert tool.annotations.read_only_hint and not tool.annotations.open_world_hint
        assert tool.description and ("Not " in tool.description or "Gives no figures" in tool.description), tool.name


def test_an_answer_has_all_that_a_figure_is_quoted_with() -> None:
    text, failed = called("figure", municipality="Tammerfors", indicator="koulu", year=2018, lang="sv")
    answer = json.loads(text)
    [row], about = answer["values"], answer["meta"]
    assert not failed and row["value"] == pytest.approx(156_260_000 / 18_322)
    assert (row["unit"], row["numerator"], row["denominator"], row["year"]) == (
        "€ / 7–15-åring",
        156_260_000,
        18_322,
        2018,
    )
    assert (row["status"], row["rank"], row["rank_low"], row["rank_high"], row["n"]) == ("final", 6, 3, 9, 20)
    assert (
        about["licence"] == "CC BY 4.0" and about["source"].startswith("Statistikcentralen") and about["data_version"]
    )
    assert about["link"] == (
        f"{SITE}/vertailu?mittari=basic_education_cost_per_7_15&vuosi=2018&kunta=837&ryhma=largest-20&kieli=sv"
    )
    assert row["text"].startswith(
        "Tammerfors: grundläggande utbildning, 2018: 8 529 € / 7–15-åring.".replace(" 529", "\xa0529")
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("figure", {"municipality": "Tamperre", "indicator": "koulu"}, "Tampere (837)"),
        ("figure", {"municipality": "837", "indicator": "library_kost_per_rezident"}, "library_cost_per_resident"),
        ("figure", {"municipality": "837", "indicator": "kustannukset lapset koulutus"}, "Did you mean"),
        ("figure", {"municipality": "Tampere ja Turku", "indicator": "koulu"}, "no municipality"),
        ("figure", {"municipality": "837", "indicator": "koulu", "group": "largest-21"}, "largest-20"),
        ("find_indicator", {"query": "xyzzyx"}, "no indicator"),
        ("find_municipality", {"query": "Helsinkki"}, "Helsin"),
        ("compare", {"indicator": "koulu", "municipalities": ["837", "091"], "group": "similar"}, "fixed group"),
        ("methods", {"query": "xyzzyx"}, "No section"),
    ],
)
def test_what_is_not_known_is_refused_with_near_matches(tool: str, arguments: dict[str, Any], said: str) -> None:
    text, failed = called(tool, **arguments)
    assert said in text and (failed or tool == "find_municipality"), text


def test_the_longest_answers_are_cut_to_the_limit_and_say_so() -> None:
    site = Pages(SITE)
    for number in tools.sections():
        answer = tools.methods(site, str(number), "en")
        assert tools.size(answer) <= MOST_BYTES and answer["values"][0]["section"] == number
    names = [f"{code:03}" for code in (837, 91, 49, 92, 564, 853, 297, 179)]
    answer = tools.compare(site, "elderly_care_cost_per_75", names, 2018, None, "fi")
    assert tools.size(answer) <= MOST_BYTES and len(answer["values"]) + answer.get("left_out", 0) == len(names)


def test_the_tools_answer_over_http_at_both_addresses_and_only_to_hosts_that_are_named(dashboard: Served) -> None:
    base = dashboard.address.rstrip("/")

    async def ask(client: Client) -> str:
        return (await client.call_tool("figure", {"municipality": "837", "indicator": "koulu"})).content[0].text

    for address in (f"{base}/mcp", f"{base}/mcp/"):
        assert json.loads(within(ask, address))["meta"]["link"].startswith(f"{base}/vertailu?")
        assert httpx.post(address, json=INITIALIZE, headers=ACCEPT, timeout=60).status_code == 200
    refused = {"Host": "evil.example"}, {"Origin": "https://evil.example"}
    codes = [
        httpx.post(f"{base}/mcp", json=INITIALIZE, headers=ACCEPT | one, timeout=60).status_code for one in refused
    ]
    assert codes == [421, 403]
    assert httpx.post(f"{base}/mcp", content=b"x" * 200_000, headers=ACCEPT).status_code == 413


def test_a_host_of_the_settings_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTAMITTARI_MCP_HOSTS", "figures.example, other.example")
    with TestClient(behind_a_door(), base_url=SITE) as client:
        headers = ACCEPT | {"Origin": SITE}
        assert client.post("/mcp/", json=INITIALIZE, headers=headers).status_code == 200
        assert client.post("/mcp/", json=INITIALIZE, headers=ACCEPT | {"Host": "third.example"}).status_code == 421


def test_an_address_that_asks_too_often_is_told_when_it_may_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTAMITTARI_API_RATE", "12")
    with TestClient(behind_a_door(), base_url="http://127.0.0.1") as client:
        answers = [client.post("/mcp/", json=INITIALIZE, headers=ACCEPT) for _ in range(3)]
    last = answers[-1]
    assert last.status_code == 429 and int(last.headers["Retry-After"]) >= 1
    assert "ask again in" in last.json()["error"]["message"]


def test_nothing_of_the_protocol_is_loaded_before_it_is_asked_for() -> None:
    code = (
        "import sys, app; from starlette.testclient import TestClient\n"
        "with TestClient(app.app) as client:\n"
        "    app.loaded().result()\n"
        "    for path in ('', 'vertailu', 'kayta', 'feed.xml', 'api/v1/municipalities', 'api/v1/verify?text=x'):\n"
        "        answer = client.get('/' + path, headers={'Accept': 'text/html, */*'})\n"
        "        assert answer.status_code == 200, path\n"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] in {'mcp', 'mcp_types'}))"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=settings.ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip().splitlines()[-1] == "[]"
    assert app.assistants._task is None


def test_the_command_answers_over_standard_input() -> None:
    async def ask(client: Client) -> str:
        arguments = {"municipality": "Tampere", "indicator": "kirjasto"}
        return (await client.call_tool("figure", arguments)).content[0].text

    command = ["-m", "kuntamittari", "mcp", "--site", SITE]
    started = stdio_client(StdioServerParameters(command=sys.executable, args=command, cwd=settings.ROOT))
    assert json.loads(within(ask, started))["meta"]["link"].startswith(f"{SITE}/vertailu?")
