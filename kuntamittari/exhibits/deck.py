"""A deck: exhibits in an order that the user chooses. It is part of the address, packed, and a small file.

The server stores nothing of it.
"""

import base64
import binascii
import json
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

MOST_CARDS = 40
LONGEST_HEADLINE = 200  # characters
LONGEST_LINK = 6000  # characters of a packed deck, so that browsers, servers and mail can carry the address
LARGEST = 200_000  # bytes of an unpacked deck or a file
FORMAT = "kuntamittari-esitys"


class DeckError(ValueError):
    """Content that is not a valid deck; `reason` is a key of the texts under `deck`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Card:
    """One slide of a deck.

    `picture`: a key of registry.PICTURES; `query`: the query string of its page context, without the language;
    `headline`: the user's own, empty where the exhibit's title is to be shown.
    """

    picture: str
    query: tuple[tuple[str, str], ...]
    headline: str = ""


@lru_cache(maxsize=200)
def packed(cards: tuple[Card, ...]) -> str:
    """Return a deck as text for the address; empty without cards. Raises DeckError where it is too long."""
    if not cards:
        return ""
    content = json.dumps(_listed(cards), ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    text = base64.urlsafe_b64encode(zlib.compress(content, 9)).decode("ascii").rstrip("=")
    if len(text) > LONGEST_LINK or len(cards) > MOST_CARDS:
        raise DeckError("too_long")
    return text


@lru_cache(maxsize=200)
def unpacked(text: str) -> tuple[Card, ...]:
    """Return the deck of a packed text. Raises DeckError where it is too long or damaged."""
    if len(text) > LONGEST_LINK:
        raise DeckError("too_long")
    try:
        unpacking = zlib.decompressobj()
        content = unpacking.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), LARGEST)
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise DeckError("broken")
        return _cards(json.loads(content))
    except (zlib.error, binascii.Error, ValueError, RecursionError) as error:
        raise error if isinstance(error, DeckError) else DeckError("broken") from None


def file(cards: Sequence[Card]) -> bytes:
    """Return a deck as a JSON file."""
    return json.dumps({"format": FORMAT, "slides": _listed(cards)}, ensure_ascii=False, indent=1).encode("utf-8")


def of_file(content: bytes) -> tuple[Card, ...]:
    """Return the deck of a JSON file. Raises DeckError where it is not a deck or is too long."""
    try:
        parsed = json.loads(content.decode("utf-8-sig")) if len(content) <= LARGEST else None
    except (ValueError, RecursionError):
        raise DeckError("no_deck") from None
    if not isinstance(parsed, dict) or parsed.get("format") != FORMAT:
        raise DeckError("no_deck")
    try:
        cards = _cards(parsed.get("slides"))
    except DeckError as error:
        raise DeckError("no_deck" if error.reason == "broken" else error.reason) from None
    packed(cards)
    return cards


def _listed(cards: Sequence[Card]) -> list[list[str]]:
    return [[card.picture, urlencode(card.query), card.headline] for card in cards]


def _cards(listed: Any) -> tuple[Card, ...]:
    valid = isinstance(listed, list) and all(
        isinstance(one, list) and len(one) == 3 and all(isinstance(p, str) for p in one) for one in listed
    )
    if not valid:
        raise DeckError("broken")
    if len(listed) > MOST_CARDS:
        raise DeckError("too_long")
    return tuple(
        Card(_written(picture), _query(_written(query)), _written(headline)[:LONGEST_HEADLINE])
        for picture, query, headline in listed
    )


def _written(text: str) -> str:
    """Return text without control characters, lone surrogates and unassigned characters."""
    return "".join(letter for letter in text if letter.isprintable() or unicodedata.category(letter) in ("Zs", "Cf"))


def _query(text: str) -> tuple[tuple[str, str], ...]:
    """Return the query string of a page context as pairs, without the language and without a deck."""
    return tuple(
        (part, value) for part, value in parse_qsl(text, keep_blank_values=True) if part not in ("kieli", "esitys")
    )
