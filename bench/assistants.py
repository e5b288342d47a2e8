"""Ask 500 generated questions of the tools at /mcp by the SDK's own client, and the same of /api/v1 in one run.

`python -m bench.assistants`: every figure is compared; the median time of a call stands beside the interface's own.
Memory is that of the server before /mcp was first asked, after, and after the questions.
"""

import asyncio
import statistics
import sys
import time
from collections import Counter
from typing import Any

import httpx
from mcp.client.client import Client

from bench import measure, server
from kuntamittari import settings
from tests.support.ask.answers import differences, requests
from tests.support.ask.questions import NUMBER, questions


async def conversation(base: str) -> tuple[Counter[str], list[float], list[float], int]:
    """Ask every question; return what was found, the seconds of calls and of requests, and the largest answer."""
    found, calls, asked, largest = Counter[str](), list[float](), list[float](), 0
    with httpx.Client(base_url=base, timeout=60) as plain:
        async with Client(f"{base}/mcp") as client:
            for question in questions(NUMBER):
                began = time.perf_counter()
                answer: Any = await client.call_tool(question.tool, question.arguments)
                calls.append(time.perf_counter() - began)
                text, expected = answer.content[0].text, []
                for path, query in requests(question) if question.path else []:
                    began = time.perf_counter()
                    one = plain.get(path, params=query)
                    asked.append(time.perf_counter() - began)
                    expected.append((one.status_code, one.json()))
                wrong = differences(question, text, bool(answer.is_error), expected)
                largest = max(largest, len(text.encode()))
                found["refused" if answer.is_error else "answered"] += 1
                found["wrong"] += bool(wrong)
                for sentence in wrong[:3]:
                    print(f"{question.tool} {question.arguments}: {sentence}", flush=True)
    return found, calls, asked, largest


def main() -> int:
    """Print what was found; 1 where an answer is wrong."""
    launch = server.dashboard()
    unlimited = (launch[0], launch[1] | {"KUNTAMITTARI_API_RATE": "0"})
    with server.served(unlimited, settings.ROOT / "data") as running:
        httpx.get(f"{running.base}/api/v1/indicators", timeout=60)
        before = running.own_memory
        asyncio.run(first(running.base))
        loaded = running.own_memory
        found, calls, asked, largest = asyncio.run(conversation(running.base))
        after = running.own_memory
    call, request = (1000 * statistics.median(times) for times in (calls, asked))
    print(f"{NUMBER} questions: {found['answered']} answered, {found['refused']} refused as they should be")
    measure.figure("Wrong answers", found["wrong"], 0)
    measure.figure("Largest answer, bytes", largest, 4000)
    measure.line(
        "A call beside a request of the interface", call / request, None, f"{call:.1f} ms beside {request:.1f} ms"
    )
    print(f"Memory: {before:.0f} MB, {loaded:.0f} MB once /mcp was asked, {after:.0f} MB after the questions")
    return int(found["wrong"] > 0)


async def first(base: str) -> None:
    """Ask /mcp for the first time, which loads it."""
    async with Client(f"{base}/mcp") as client:
        await client.list_tools()


if __name__ == "__main__":
    sys.exit(main())
