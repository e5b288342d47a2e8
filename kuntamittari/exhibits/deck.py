"""A deck: pictures of views in an order of one's own. It is part of the address, packed, and a small file; nothing is
kept for it."""

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
LONGEST_LINK = 6000  # characters of a packed deck: browsers, servers and mail carry an address of this length
LARGEST = 200_000  # bytes of an unpacked deck or a file
FORMAT = "kuntamittari-esitys"


class DeckError(ValueError):
    """What was given is no deck. `reason` is why, as a key of the texts of `deck`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Card:
    """One slide: which picture (an id of leaves.PICTURES), of which view (the query of an address, without language),
    and the reader's own headline, empty where the picture's finding is to stand."""

    picture: str
    query: tuple[tuple[str, str], ...]
    headline: str = ""


@lru_cache(maxsize=200)
def packed(cards: tuple[Card, ...]) -> str:
    """A deck as it stands in an address; empty without cards. Raises DeckError where it is too long for one."""
    if not cards:
        return ""
    content = json.dumps(_listed(cards), ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    text = base64.urlsafe_b64encode(zlib.compress(content, 9)).decode("ascii").rstrip("=")
    if len(text) > LONGEST_LINK or len(cards) > MOST_CARDS:
        raise DeckError("too_long")
    return text


@lru_cache(maxsize=200)
def unpacked(text: str) -> tuple[Card, ...]:
    """The deck of an address. Raises DeckError."""
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
    """A deck as a small file that can be read."""
    return json.dumps({"format": FORMAT, "slides": _listed(cards)}, ensure_ascii=False, indent=1).encode("utf-8")


def of_file(content: bytes) -> tuple[Card, ...]:
    """The deck of a file. Raises DeckError."""
    try:
        known = json.loads(content.decode("utf-8-sig")) if len(content) <= LARGEST else None
    except (ValueError, RecursionError):
        raise DeckError("no_deck") from None
    if not isinstance(known, dict) or known.get("format") != FORMAT:
        raise DeckError("no_deck")
    try:
        cards = _cards(known.get("slides"))
    except DeckError as error:
        raise DeckError("no_deck" if error.reason == "broken" else error.reason) from None
    packed(cards)
    return cards


def _listed(cards: Sequence[Card]) -> list[list[str]]:
    return [[card.picture, urlencode(card.query), card.headline] for card in cards]


def _cards(listed: Any) -> tuple[Card, ...]:
    whole = isinstance(listed, list) and all(
        isinstance(one, list) and len(one) == 3 and all(isinstance(p, str) for p in one) for one in listed
    )
    if not whole:
        raise DeckError("broken")
    if len(listed) > MOST_CARDS:
        raise DeckError("too_long")
    return tuple(
        Card(_written(picture), _query(_written(query)), _written(headline)[:LONGEST_HEADLINE])
        for picture, query, headline in listed
    )


def _written(text: str) -> str:
    """Without what nobody can have written: control characters, halves of characters, places without a character."""
    return "".join(letter for letter in text if letter.isprintable() or unicodedata.category(letter) in ("Zs", "Cf"))


def _query(text: str) -> tuple[tuple[str, str], ...]:
    """The query of a view as codes; the language is the reader's, and no deck holds another."""
    return tuple(
        (part, value) for part, value in parse_qsl(text, keep_blank_values=True) if part not in ("kieli", "esitys")
    )
