"""Measure what the first reader of a page costs the server: `python -m bench.first`.

Every page is opened for municipalities and groups that nobody has asked for before, then asked for again. The first
visit of a page in a process, which also imports modules and reads texts, is made for another municipality and not
counted. Processor time is that of the whole server process.
"""

import asyncio
import statistics
from urllib.parse import urlencode

from bench import data, measure, server
from bench.session import Session
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.ui.sections import SECTIONS

PAGES = [path for section in SECTIONS for _, path, _ in section.pages]
MOST, MOST_OF_COMPARISON = 250, 150  # milliseconds


async def visit(running: server.Served, path: str | None, query: str) -> float:
    """Open a page as a new user; return the processor time in milliseconds."""
    before = running.processor
    async with Session(running.base, path) as session:
        await session.run(query)
    return (running.processor - before) * 1000


def main() -> None:
    """Print a line for each page."""
    parser = data.parser(__doc__)
    parser.add_argument("--places", type=int, default=4, help="municipalities that every page is opened for")
    options = parser.parse_args()
    with data.invented(options.data) as directory, server.served(server.dashboard(), directory) as running:
        groups = figures.groups(Database(open_snapshot(directory)))
        regions = [(group, row["municipalities"]) for group, row in groups.items() if group.startswith("region-")]
        chosen = [(codes[0], group) for group, codes in regions if codes][: options.places + 1]
        queries = [urlencode({"kunta": code, "ryhma": group}) for code, group in chosen]
        costs: dict[str, tuple[float, float]] = {}
        for page in PAGES:
            name, path = f"/{page}", page or None
            asyncio.run(visit(running, path, queries[0]))
            first = [asyncio.run(visit(running, path, query)) for query in queries[1:]]
            again = [asyncio.run(visit(running, path, query)) for query in queries[1:]]
            costs[name] = statistics.median(first), statistics.median(again)
            print(f"{name:16} first {costs[name][0]:6.0f} ms (most {max(first):6.0f})  again {costs[name][1]:6.0f} ms")
    measure.figure("processor time of the dearest first visit, ms", max(first for first, _ in costs.values()), MOST)
    measure.figure("processor time of the first comparison, ms", costs["/vertailu"][0], MOST_OF_COMPARISON)


if __name__ == "__main__":
    main()
