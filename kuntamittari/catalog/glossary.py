"""The glossary: what the words of the field mean, in three languages."""

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from kuntamittari import yaml_file


@cache
def terms() -> dict[str, dict[str, dict[str, str]]]:
    """Term id → term, text, and how the term is seen in a sentence (a regular expression), each in fi, sv and en.
    Quality has no such way: the word is everyday."""
    return yaml_file.read(Path(__file__).with_name("glossary.yaml"))


def in_order(language: str) -> list[tuple[str, str]]:
    """(term, text) of a language, in the order of its alphabet."""
    return sorted(
        ((entry["term"][language], entry["text"][language]) for entry in terms().values()),
        key=lambda pair: pair[0].casefold(),
    )


def pieces(words: str, language: str, known: Collection[str] = ()) -> list[tuple[str, str | None]]:
    """A sentence cut at the first place of each term that is not yet known: (words, term id or None) in order."""
    cut, end, met = list[tuple[str, str | None]](), 0, set(known)
    for found in _seen(language).finditer(words):
        term = next(name for name, part in found.groupdict().items() if part is not None)
        if term not in met:
            met.add(term)
            cut += [(words[end : found.start()], None), (found.group(), term)]
            end = found.end()
    return [piece for piece in [*cut, (words[end:], None)] if piece[0]]


@cache
def _seen(language: str) -> re.Pattern[str]:
    patterns = [rf"(?P<{name}>{about['seen'][language]})" for name, about in terms().items() if "seen" in about]
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)
