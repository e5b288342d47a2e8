"""Exhibits of the bundled data, cards of a deck, and what a chart's specification holds."""

import base64
import json
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any

from kuntamittari.exhibits import page_context
from kuntamittari.exhibits.deck import Card
from kuntamittari.exhibits.exhibit import Band, Exhibit, Reference
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.query.database import Database


def scales(spec: Any) -> Iterator[dict[str, str]]:
    """The colours of roles in each scale of a specification."""
    if isinstance(spec, dict):
        if spec.get("field") == "role" and str(spec.get("scale", {}).get("range", [""])[0]).startswith("#"):
            yield dict(zip(spec["scale"]["domain"], spec["scale"]["range"], strict=True))
        for part in spec.values():
            yield from scales(part)
    if isinstance(spec, list):
        for part in spec:
            yield from scales(part)


def light(ink: str) -> float:
    """How light a colour is (WCAG)."""
    parts = [int(ink[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


BASIC, TAMPERE, FORSSA = "basic_education_cost_per_7_15", "837", "061"  # Forssa is known, but not loaded
PLACE = {"kunta": TAMPERE, "ryhma": "largest-20", "mittari": BASIC, "vuosi": "2018"}


def card(picture: str, headline: str = "", **query: str) -> Card:
    """A picture of Tampere's view, but for some changes."""
    return Card(picture, tuple((PLACE | query).items()), headline)


HEADLINE = "Säästö: <b>& = 5 %</b>"
TEN = (
    card("ranking"),
    card("development", kunnat="091"),
    card("alike", HEADLINE),
    card("pair"),
    card("map"),
    card("composition", luku="eur"),
    card("dearer", kunta="091"),
    card("definition"),
    card("ages_ahead", ika="7-15"),
    card("sectors", "=1+1"),
)


def link(content: bytes) -> str:
    """Content packed as a deck is, by the description of the address alone: zlib, base64 for addresses, no padding."""
    return base64.urlsafe_b64encode(zlib.compress(content, 9)).decode("ascii").rstrip("=")


def link_of(value: Any) -> str:
    return link(json.dumps(value).encode("utf-8"))


VIEW = {
    "kunta": "837",
    "ryhma": "largest-20",
    "mittari": "basic_education_cost_per_7_15",
    "vuosi": "2018",
    "kunnat": "091,179,564,853,092",
}
NEGATIVE = Exhibit(
    "Vuosikate",
    "bars",
    ("Äänekoski", "Kemi", "Ylöjärvi", "Jyväskylä – ei lukua"),
    {"Vuosikate": (-4.0, 0.0, 12.0, None)},
    "€",
    0,
    ("other", "chosen", "compared-1", "other"),
    reference=Reference(3.0, "mediaani 3"),
    band=Band(-2.0, 7.5, "keskimmäinen puolikas −2–8"),
)
FALL = Exhibit(
    "Erotus",
    "waterfall",
    ("a", "b", "c", "d", "e", "f", "yhteensä"),
    {"Erotus": (30.0, 20.0, -70.0, -10.0, 45.0, -25.0, -10.0)},
    "€",
    0,
    ("part-1", "part-1", "part-1", "part-2", "part-2", "part-2", "total"),
)


@cache
def exhibit_of(bundle: Database, picture: str, language: str = "fi", **more: str) -> Exhibit:
    exhibit = PICTURES[picture](page_context.read(VIEW | {"kieli": language} | more, bundle))
    assert exhibit is not None
    return exhibit
