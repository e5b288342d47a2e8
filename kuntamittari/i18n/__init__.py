"""Texts and numbers in the user's language; texts are in fi.yaml, sv.yaml and en.yaml under the same keys."""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.numbers import format_decimal

from kuntamittari import yaml_file
from kuntamittari.settings import LANGUAGES

MINUS = "\N{MINUS SIGN}"  # Babel writes a hyphen in English
HERE = Path(__file__).parent


@cache
def texts(language: str) -> dict[str, str]:
    """Return dotted key → text of a language."""
    return dict(_flat(yaml_file.read(HERE / f"{language}.yaml")))


def _flat(tree: dict[str, Any], prefix: str = "") -> Any:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def plain(text: str) -> str:
    """Return text without accents or capitals, for comparisons: Ä as a, é as e."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


class Translator:
    """Texts and numbers in one language: `t("overview.card")`, `t.number(8528.5)`.

    Raises ValueError for a language without texts.
    """

    def __init__(self, language: str):
        if language not in LANGUAGES:
            raise ValueError(f"no texts in {language!r}")
        self.language = language

    def __call__(self, key: str, **parts: object) -> str:
        """Return the text under a key with `parts` filled in. Raises KeyError for an unknown key."""
        return texts(self.language)[key].format(**parts)

    def number(self, value: float | None, decimals: int = 0) -> str:
        """Return a number as written in the language, or the mark for a missing figure where it is None.

        1 234,5 in Finnish and Swedish, 1,234.5 in English, with a true minus sign (docs/methods.md 17).
        """
        return self("missing.mark") if value is None else _written(value, decimals, self.language)


@lru_cache(maxsize=50_000)
def _written(value: float, decimals: int, language: str) -> str:
    """Return a number as written in a language; cached, since a page writes the same figures on every run."""
    pattern = "#,##0" + (f".{'0' * decimals}" if decimals else "")
    rounded = round(value, decimals) or 0  # never "-0"
    return format_decimal(rounded, format=pattern, locale=_locale(language)).replace("-", MINUS)


@cache
def _locale(language: str) -> Locale:
    """Return a locale that is kept: a new one loads its data under a lock, on which many readers' pages would queue."""
    return Locale.parse(language)
