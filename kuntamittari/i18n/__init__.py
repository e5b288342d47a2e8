"""Words and numbers in the reader's language. Texts stand in fi.yaml, sv.yaml and en.yaml under the same keys."""

import unicodedata
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal

from kuntamittari import yaml_file
from kuntamittari.settings import LANGUAGES

MINUS = "\N{MINUS SIGN}"  # Babel writes a hyphen in English
HERE = Path(__file__).parent


@cache
def texts(language: str) -> dict[str, str]:
    """Every text of a language by dotted key."""
    return dict(_flat(yaml_file.read(HERE / f"{language}.yaml")))


def _flat(tree: dict[str, Any], prefix: str = "") -> Any:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def plain(text: str) -> str:
    """Words without accents or capitals, as they are compared: Ä as a, é as e."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


class Translator:
    """One reader's language: `t("overview.title")` gives the text, `t.number(8528.5)` the figure as it is written
    there."""

    def __init__(self, language: str):
        if language not in LANGUAGES:
            raise ValueError(f"no texts in {language!r}")
        self.language = language

    def __call__(self, key: str, **parts: object) -> str:
        """The text under a key with its parts put in. An unknown key is a mistake of ours: KeyError."""
        return texts(self.language)[key].format(**parts)

    def number(self, value: float | None, decimals: int = 0) -> str:
        """1 234,5 in Finnish and Swedish, 1,234.5 in English, with a true minus; … where there is no figure."""
        return self("missing.mark") if value is None else _written(value, decimals, self.language)


@lru_cache(maxsize=50_000)
def _written(value: float, decimals: int, language: str) -> str:
    """A page writes the same hundred figures on every run."""
    pattern = "#,##0" + (f".{'0' * decimals}" if decimals else "")
    shown = round(value, decimals) or 0  # never "-0"
    return format_decimal(shown, format=pattern, locale=language).replace("-", MINUS)
