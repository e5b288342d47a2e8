"""Ask 500 generated questions of the tools at /mcp by the SDK's own client, and the same of /api/v1 in one run.

`python -m bench.assistants`: every figure is compared; the median time of a call stands beside that of the requests to
the interface with the same figures. Each way is the first to ask every other question, since the second finds what the
first has computed. Processor time says where the time goes: in the server, or in the client of the protocol.

Start and memory are those of a server that nobody has asked at /mcp, beside one with nothing there, in turn.
"""

import asyncio
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from mcp.client.client import Client

from bench import measure, server
from kuntamittari import settings
from tests.support.ask.answers import differences, requests
from tests.support.ask.questions import NUMBER, Question, questions

DATA = settings.ROOT / "data"
PAIRS = 5  # servers of each kind
ORDINARY = (
    "/vertailu?kunta=837",
    "/api/v1/indicators",
    "/api/v1/benchmark?indicator=unemployment_rate&municipality=837&year=2018",
)
MOST_MORE = 1.02  # what a start and its memory may differ by and be called unchanged; the clock differs by more
ASKED, REQUESTED = "call", "requests"


class Taken:
    """Milliseconds by kind: of the clock, of the processor in the server and in this process."""

    def __init__(self, running: server.Served):
        self.running, self.clock = running, defaultdict[str, list[float]](list)
        self.server, self.client = Counter[str](), Counter[str]()

    @contextmanager
    def of(self, kind: str) -> Iterator[None]:
        """Add the time that something takes."""
        began, here, there = time.perf_counter(), time.process_time(), self.running.processor
        yield
        self.clock[kind].append(1000 * (time.perf_counter() - began))
        self.client[kind] += 1000 * (time.process_time() - here)  # type: ignore[assignment]
        self.server[kind] += 1000 * (self.running.processor - there)  # type: ignore[assignment]

    def line(self, kind: str) -> str:
        """Return the times of a kind in words."""
        times = self.clock[kind]
        here, there = self.client[kind] / len(times), self.server[kind] / len(times)
        return f"{statistics.median(times):.1f} ms (processor: {there:.1f} in the server, {here:.1f} in the client)"


async def conversation(running: server.Served) -> tuple[Counter[str], Taken, int]:
    """Ask every question both ways; return what was found, the times, and the largest answer."""
    found, taken, largest = Counter[str](), Taken(running), 0
    with httpx.Client(base_url=running.base, timeout=60) as plain:
        async with Client(f"{running.base}/mcp") as client:
            for number, question in enumerate(questions(NUMBER)):
                expected = interface(plain, question, taken) if number % 2 else []
                with taken.of(ASKED if question.path else "refusal"):
                    answer: Any = await client.call_tool(question.tool, question.arguments)
                expected = expected or interface(plain, question, taken)
                text = answer.content[0].text
                wrong = differences(question, text, bool(answer.is_error), expected)
                largest = max(largest, len(text.encode()))
                found["refused" if answer.is_error else "answered"] += 1
                found["wrong"] += bool(wrong)
                for sentence in wrong[:3]:
                    print(f"{question.tool} {question.arguments}: {sentence}", flush=True)
    return found, taken, largest


def interface(plain: httpx.Client, question: Question, taken: Taken) -> list[tuple[int, Any]]:
    """Return status and content of the requests with the figures of a question; none for a name nobody has."""
    if not question.path:
        return []
    with taken.of(REQUESTED):
        answers = [plain.get(path, params=query) for path, query in requests(question)]
    return [(one.status_code, one.json()) for one in answers]


async def first(base: str) -> None:
    """Ask /mcp for the first time, which loads it."""
    async with Client(f"{base}/mcp") as client:
        await client.list_tools()


def started(launch: server.Launch) -> dict[str, float]:
    """Return what a start and some ordinary requests take: seconds until the server listens, seconds of the processor
    and megabytes after them."""
    began = time.perf_counter()
    with server.served(launch, DATA) as running:
        listens = time.perf_counter() - began
        with httpx.Client(base_url=running.base, timeout=120) as plain:
            for address in ORDINARY:
                plain.get(address).raise_for_status()
        time.sleep(2)  # until what the first page has begun in threads is done
        return {"seconds": listens, "processor": running.processor, "MB": running.own_memory}


def in_turn(kinds: dict[str, Callable[[], dict[str, float]]], rounds: int) -> dict[str, list[dict[str, float]]]:
    """Return the measurements of each kind; every round begins with another one."""
    names, found = list(kinds), defaultdict[str, list[dict[str, float]]](list)
    for number in range(rounds):
        for name in names[number % 2 :] + names[: number % 2]:
            found[name].append(kinds[name]())
    return found


def main() -> int:
    """Print what was found; 1 where an answer is wrong."""
    whole = server.dashboard()
    without = [*whole[0][:-1], "bench.apps.without_assistants:app"], whole[1]
    starts = in_turn({"with": lambda: started(whole), "without": lambda: started(without)}, PAIRS)
    measured = (
        ("seconds", "Start", None),
        ("processor", "Processor time of a start", MOST_MORE),
        ("MB", "Memory", MOST_MORE),
    )
    for unit, name, most in measured:
        pairs = [(one[unit], other[unit]) for one, other in zip(starts["with"], starts["without"], strict=True)]
        ratio = statistics.median(one / other for one, other in pairs)
        mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
        label = f"{name} before /mcp is asked, beside a server without it"
        measure.line(label, ratio, most, f"{mine:.2f} and {theirs:.2f} {'s' if unit != 'MB' else unit}")
    with server.served((whole[0], whole[1] | {"KUNTAMITTARI_API_RATE": "0"}), DATA) as running:
        for address in ORDINARY:
            httpx.get(f"{running.base}{address}", timeout=120).raise_for_status()
        before = running.own_memory
        asyncio.run(first(running.base))
        loaded = running.own_memory
        found, taken, largest = asyncio.run(conversation(running))
        after = running.own_memory
    print(f"{NUMBER} questions: {found['answered']} answered, {found['refused']} refused as they should be")
    measure.figure("Wrong answers", found["wrong"], 0)
    measure.figure("Largest answer, bytes", largest, 4000)
    call, request = (statistics.median(taken.clock[kind]) for kind in (ASKED, REQUESTED))
    detail = f"{taken.line(ASKED)} beside {taken.line(REQUESTED)}"
    measure.line("A call beside the requests with the same figures", call / request, None, detail)
    print(f"Memory: {before:.0f} MB, {loaded:.0f} MB once /mcp was asked, {after:.0f} MB after the questions")
    return int(found["wrong"] > 0)


if __name__ == "__main__":
    sys.exit(main())
