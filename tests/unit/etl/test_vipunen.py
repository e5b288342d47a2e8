"""Volumes of education from Vipunen. The replay server lacks it: a small server of our own answers in the shape that
the interface is known to have (resources that describe their fields, a bare count, rows by limit and offset). The rows
are invented, of invented places."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from kuntamittari.catalog import measures
from kuntamittari.errors import NotThereError, SourceError
from kuntamittari.etl.client import Client
from kuntamittari.etl.sources import vipunen

WANTED = measures.of_source("vipunen")
FIELDS = ["tilastovuosi", "koulutusmuoto", "koulutuksenKuntaKoodi", "koulutuksenJarjestajaKoodi", "suorite"]
ROWS: list[dict[str, Any]] = [
    dict(zip(FIELDS, row, strict=True))
    for row in (
        (2021, "Perusopetus", "901", "A", 100.5),
        (2021, "Perusopetus", "901", "B", 20),
        ("2022", "Perusopetus", "902", "A", 7),
        (2009, "Perusopetus", "902", "A", 9),
        (2021, "Perusopetus", None, "A", 9),
    )
]


class Vipunen(BaseHTTPRequestHandler):
    """Answers as the interface does; what it holds stands in the server."""

    def do_GET(self) -> None:
        address, server = urlsplit(self.path), self.server
        query = {key: values[0] for key, values in parse_qs(address.query).items()}
        rows: list[dict[str, Any]] = getattr(server, "rows")  # noqa: B009
        server.asked.append(query)  # type: ignore[attr-defined]
        answers: dict[str, Callable[[], Any]] = {
            "/api/resources/suoritteet": lambda: [{"name": name, "type": "string"} for name in server.fields],  # type: ignore[attr-defined]
            "/api/resources/suoritteet/data/count": lambda: server.count if server.count is not None else len(rows),  # type: ignore[attr-defined]
            "/api/resources/suoritteet/data": lambda: rows[int(query["offset"]) :][: int(query["limit"])],
        }
        known = answers.get(address.path)
        self.send_response(200 if known else 404)
        self.end_headers()
        self.wfile.write(json.dumps(known()).encode() if known else b"no such resource")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def service() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Vipunen)
    server.rows, server.fields, server.count, server.asked = ROWS, FIELDS, None, []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture
def client(service: HTTPServer, tmp_path: Path) -> Iterator[Client]:
    with Client(base=f"http://127.0.0.1:{service.server_port}", interval=0, cache=tmp_path) as client:
        yield client


def test_volumes_are_added_up_by_municipality_and_year_from_the_year_asked_for(
    client: Client, service: HTTPServer
) -> None:
    found = vipunen.volumes(client, WANTED, 2010)
    assert found.to_dict("records") == [
        {"municipality": "901", "year": 2021, "measure": "vipunen_pupils_basic", "value": 120.5},
        {"municipality": "902", "year": 2022, "measure": "vipunen_pupils_basic", "value": 7.0},
    ]
    assert service.asked[1] == {"filter": "koulutusmuoto=='Perusopetus'"}, (
        "the field's name is the one the resource gave"
    )  # type: ignore[attr-defined]


def test_a_long_answer_comes_page_by_page(client: Client, service: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vipunen, "PAGE", 2)
    assert len(vipunen.volumes(client, WANTED, 2010)) == 2
    assert [asked["offset"] for asked in service.asked if "offset" in asked] == ["0", "2", "4"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("attribute", "value", "error", "said"),
    [
        ("fields", [f for f in FIELDS if f != "suorite"], NotThereError, "no field Suorite among tilastovuosi"),
        ("rows", [], NotThereError, "no rows where koulutusmuoto=='Perusopetus'"),
        (
            "rows",
            [*ROWS, ROWS[0] | {"koulutuksenJarjestajaKoodi": "Yhteensä"}],
            NotThereError,
            "rows of totals among the others",
        ),
        ("count", 9, SourceError, "5 rows came and 9 were counted"),
        ("count", "many", SourceError, "a number was expected, not 'many'"),
        ("rows", [{"tilastovuosi": 2021}], SourceError, "the rows came in an unknown form"),
        ("fields", [3], NotThereError, "no field"),
    ],
)
def test_what_is_not_as_expected_is_named(
    client: Client, service: HTTPServer, attribute: str, value: Any, error: type, said: str
) -> None:
    setattr(service, attribute, value)
    with pytest.raises(error, match=said) as raised:
        vipunen.volumes(client, WANTED, 2010)
    assert "\n" not in str(raised.value)


def test_a_service_without_the_resource_is_not_there(client: Client) -> None:
    with pytest.raises(NotThereError, match="404"):
        vipunen.volumes(client, {"x": {"resource": "nothing", "value": "Suorite", "where": {}}}, 2010)
