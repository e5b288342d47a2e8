"""The glossary: what the words of the field mean, in three languages."""

from functools import cache

import yaml

from kuntamittari.settings import PACKAGE


@cache
def terms() -> dict[str, dict[str, dict[str, str]]]:
    """Term id → term and text, each in fi, sv and en."""
    return yaml.safe_load((PACKAGE / "glossary.yaml").read_text("utf-8"))


def in_order(language: str) -> list[tuple[str, str]]:
    """(term, text) of a language, in the order of its alphabet."""
    return sorted(((entry["term"][language], entry["text"][language]) for entry in terms().values()), key=lambda pair: pair[0].casefold())
