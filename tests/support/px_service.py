"""A small PxWeb service made of given answers, one that sends any bytes, and clients of them and of others."""

import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from kuntamittari.etl import client
from kuntamittari.etl.client import Client

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
TOTAL = "Käyttötalous yhteensä"
NET = "Nettokäyttökustannukset"
PLACES = [*(f"{n:03d}" for n in range(1, 121)), "837"]


class Says:
    """A client to which every address answers the same."""

    def __init__(self, answer: Any):
        self.answer = answer

    def get(self, *_: Any) -> Any:
        return self.answer

    post = get


class PxService:
    """One PxWeb table in memory. `variables`: code → {value code: label}; `figure(*value codes)` is a number or
    None."""

    def __init__(
        self,
        variables: dict[str, dict[str, str]],
        figure: Callable[..., float | None],
        *,
        title: str,
        time: str | None = None,
    ):
        self.variables, self.figure, self.title, self.time = variables, figure, title, time
        self.most_cells, self.calls = 100_000, 0

    def get(self, *_: Any) -> dict:
        described = [
            {"code": code, "text": code, "values": list(labels), "valueTexts": list(labels.values())}
            | ({"time": True} if code == self.time else {})
            for code, labels in self.variables.items()
        ]
        return {"title": self.title, "variables": described}

    def post(self, host: str, path: str, body: dict) -> dict:
        asked = {part["code"]: set(part["selection"]["values"]) for part in body["query"]}
        kept = {code: [v for v in labels if v in asked[code]] for code, labels in self.variables.items()}
        values = [self.figure(*codes) for codes in itertools.product(*kept.values())]
        assert len(values) <= self.most_cells, "the service would refuse a query of so many cells"
        self.calls += 1
        index = {code: {"category": {"index": {v: i for i, v in enumerate(found)}}} for code, found in kept.items()}
        return {"id": list(kept), "size": [len(v) for v in kept.values()], "value": values, "dimension": index}


def cost_service(
    *,
    area: str = "alue_23_20260101",
    prefix: str = "KU",
    year: str = "timeperiod_y",
    marked: bool = True,
    tasks: tuple[str, ...] = (TOTAL, "Perusopetus", "Lasten päivähoito"),
    title: str = "Käyttötalous 2015, 1 000 euroa",
    more: dict[str, dict[str, str]] | None = None,
    figure: Callable[..., float | None] | None = None,
) -> PxService:
    """A table of net operating costs, by default in the codes of after June 2026 and with areas beside
    municipalities."""
    variables = {
        "kustannuslaji": {"k1": "Toimintakulut", "k2": NET},
        area: {"SSS": "KOKO MAA", "MK01": "Uusimaa"} | {prefix + place: f"Kunta {place}" for place in PLACES},
        "palvelu": {f"t{i}": label for i, label in enumerate(tasks)},
        year: {"2015": "2015"},
        **(more or {}),
    }
    return PxService(variables, figure or cost, title=title, time=year if marked else None)


def cost(kind: str, place: str, task: str, *_: str) -> float | None:
    """Thousands of euros that differ from cell to cell; the net costs of area 005's first task are missing."""
    number = place.removeprefix("KU")
    if kind != "k2" or not number.isdigit():
        return 999_999
    return None if (number, task) == ("005", "t0") else float(int(number) * 10 + int(task[1:]))


Connect = Callable[..., Client]


@contextmanager
def clients(cache: Path) -> Iterator[Connect]:
    """Give a function that makes clients: `make(base)` of a service, `make(answer=f)` one whose requests `f` answers.

    All keep the answers in `cache` and are closed at the end.
    """
    opened: list[Client] = []

    def make(
        base: str | None = None, *, answer: Callable[[httpx.Request], httpx.Response] | None = None, interval: float = 0
    ) -> Client:
        made = Client(base=base, interval=interval, cache=cache)
        if answer:
            made._http = httpx.Client(transport=httpx.MockTransport(answer), headers=client.HEADERS)
        opened.append(made)
        return made

    yield make
    for made in opened:
        made.__exit__()


@contextmanager
def service(send: Callable[[socket.socket, int], None]) -> Iterator[str]:
    """A service that sends bytes to each connection, in order, as it likes; its base URL."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            for number in itertools.count():
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65_536)
                    try:
                        send(connection, number)
                    except OSError:
                        continue

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
