"""The recorded answers of tests/data (scripts/fixture.py): updates from them, and the official interfaces as they
answered then. Nothing here needs a network, the replay server or the material beside the project."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import pytest

from kuntamittari import settings
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.etl import publish, raw
from kuntamittari.etl.client import Client
from kuntamittari.etl.publish import Order
from kuntamittari.etl.update import update
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from tests.support.replay import YEARS

FIXTURE = settings.ROOT / "tests" / "data"
ANSWERS = FIXTURE / "answers"
ORDER = Order("all", YEARS)


def computed(out: Path, order: Order = ORDER, **options: Any) -> Path:
    """Update a data directory without a throttle, from the recorded answers unless told otherwise; return it."""
    update(out, order, **({"base": None, "interval": 0, "progress": lambda _: None, "recorded": ANSWERS} | options))
    return out


class Service:
    """The official interfaces as recorded.

    `requested` lists the URLs of all requests; `change` may replace the content of an answer, `status` its status code
    and `headers` add to its headers, all by URL.
    """

    def __init__(self) -> None:
        self.recording = raw.open_recording(ANSWERS)
        self.requested: list[str] = []
        self.change: Callable[[str, bytes], bytes] = lambda _, content: content
        self.status: Callable[[str], int] = lambda _: 200
        self.headers: Callable[[str], dict[str, str]] = lambda _: {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of httpx."""
        url = str(request.url)
        self.requested.append(url)
        if self.status(url) != 200:
            return httpx.Response(self.status(url))
        digest = raw.body_digest(request.content.decode() or None)
        answer = self.recording.answers.get((request.method, url, digest))
        if answer is None:
            return httpx.Response(404)
        content = self.change(url, raw.read(self.recording.folder, answer))
        return httpx.Response(200, content=content, headers=self.headers(url))

    def replace_network(self, patch: pytest.MonkeyPatch) -> None:
        """Have every client ask this service, on the day on which it was recorded."""
        make = Client.__init__

        def made(client: Client, **options: Any) -> None:
            make(client, **options)
            client.started = self.recording.retrieved
            client._http = httpx.Client(transport=httpx.MockTransport(self))

        patch.setattr(Client, "__init__", made)


FEW = ("basic_education_cost_per_7_15", "annual_margin_per_resident", "unemployment_rate")


class FewIndicators:
    """What `publish` asks of `query.figures`, for a few indicators."""

    @staticmethod
    def catalogue(database: Database) -> Mapping[str, Indicator]:
        """Return a few indicators of different sources."""
        every = figures.catalogue(database)
        return {name: every[name] for name in FEW}


class NotEstimated:
    """What `publish` asks of a model of the whole country, of which nothing is estimated."""

    def __init__(self, model: Any):
        self.MODEL, self.definition = model.MODEL, model.definition

    @staticmethod
    def rows(*_: Any) -> list[dict[str, Any]]:
        """Return no row of the table of models."""
        return []


def write_few(patch: pytest.MonkeyPatch) -> None:
    """Have updates write the values of a few indicators, and of all models those of these indicators only."""
    patch.setattr(publish, "figures", FewIndicators)
    for name in ("structure", "need", "predictive"):
        patch.setattr(publish, name, NotEstimated(getattr(publish, name)))
