"""Codes of areas: how a municipality's code is read, and the area that is no municipality."""

import re
from collections.abc import Container

MAINLAND = "MA1"  # Mainland Finland: all municipalities outside Åland, a sum that the statistics publish
# as tables and spreadsheets write the code 091: without its zeros, as a decimal number, with the prefix of StatFin
_WRITTEN = re.compile(r"(?:KU\s*)?(\d{1,3})(?:[.,]0+)?", re.ASCII | re.IGNORECASE)


def municipality_code(text: str) -> str | None:
    """Return the code of three digits that a text such as 91, 91.0, 91,0 or KU091 means; MA1 for MA1.

    None where it means none. Large invented countries have codes of four digits, which mean none here either: look
    first whether the text itself is a known code, as `known_code` does.
    """
    text = text.strip()
    if text.upper() == MAINLAND:
        return MAINLAND
    written = _WRITTEN.fullmatch(text)
    return written[1].zfill(3) if written else None


def known_code(text: str, codes: Container[str]) -> str:
    """Return the one of `codes` that a text means, or the text as it is where it means none of them."""
    code = municipality_code(text)
    return text if text in codes or code is None or code not in codes else code
