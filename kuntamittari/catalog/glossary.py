"""The glossary: the terms of the field in three languages."""

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from kuntamittari import yaml_file


@cache
def terms() -> dict[str, dict[str, dict[str, str]]]:
    """Return term id → `term`, `text` and `seen`, each in fi, sv and en.

    `seen` is a regular expression that finds the term in a sentence; "quality" has none, being an everyday word.
    """
    return yaml_file.read(Path(__file__).with_name("glossary.yaml"))


def in_order(language: str) -> list[tuple[str, str]]:
    """Return (term, text) of a language, in alphabetical order."""
    return sorted(
        ((entry["term"][language], entry["text"][language]) for entry in terms().values()),
        key=lambda pair: pair[0].casefold(),
    )


def pieces(sentence: str, language: str, known: Collection[str] = ()) -> list[tuple[str, str | None]]:
    """Return a sentence cut at the first occurrence of each term: (words, term id or None), in order.

    `known`: ids of terms that are not to be cut out again.
    """
    cuts, end, used = list[tuple[str, str | None]](), 0, set(known)
    for match in _seen(language).finditer(sentence):
        term = next(name for name, part in match.groupdict().items() if part is not None)
        if term not in used:
            used.add(term)
            cuts += [(sentence[end : match.start()], None), (match.group(), term)]
            end = match.end()
    return [piece for piece in [*cuts, (sentence[end:], None)] if piece[0]]


@cache
def _seen(language: str) -> re.Pattern[str]:
    patterns = [rf"(?P<{name}>{entry['seen'][language]})" for name, entry in terms().items() if "seen" in entry]
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)
