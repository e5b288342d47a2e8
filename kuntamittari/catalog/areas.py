"""Codes of areas: how a municipality's code is read, and the areas that are no municipality."""

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import Any

from kuntamittari.errors import InputError

MAINLAND = "MA1"  # Mainland Finland: all municipalities outside Åland, a sum that the statistics publish
OWN_AREA = "alue"  # the code of an area of a reader's own, and its name in addresses; no data set has it
FEWEST_MEMBERS, MOST_MEMBERS, LONGEST_NAME = 2, 60, 40
MOST_TOLD = 5  # codes that a message repeats
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


@dataclass(frozen=True)
class OwnArea:
    """Municipalities that a reader takes as one, with the reader's name for them (docs/methods.md 23).

    `members`: their codes in order, so that areas of the same municipalities share their figures.
    """

    name: str
    members: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the area as addresses write it after alue=."""
        return f"{self.name}:{','.join(self.members)}"

    @property
    def code(self) -> str:
        """Return the area as the API and the command line write it in the place of a municipality's code."""
        return f"{OWN_AREA}:{self.text}"


class AreaError(InputError):
    """A text that is no area; `reason` is a key of the texts under `area`, `parts` what these name."""

    def __init__(self, reason: str, **parts: Any) -> None:
        from kuntamittari.i18n import Translator  # here, since this module is imported before pages can be loaded

        self.reason, self.parts = reason, parts
        t = Translator("en")
        super().__init__("municipality", "invalid_area", t("area.refused", reason=t(f"area.{reason}", **parts)))


def own_area(text: str, register: Mapping[str, Mapping[str, Any]]) -> OwnArea:
    """Return the area of a text such as Seutu:837,211,604. Raises AreaError.

    `register`: code → row of the register.
    """
    name, colon, listed = (part.strip() for part in text.rpartition(":"))
    municipalities = [code for code in register if code != MAINLAND]
    codes = [known_code(code.strip(), municipalities) for code in listed.split(",") if code.strip()]
    if not colon or not name:
        raise AreaError("no_form")
    if ":" in name or not name.isprintable():
        raise AreaError("bad_name")
    if len(name) > LONGEST_NAME:
        raise AreaError("long_name", length=len(name), most=LONGEST_NAME)
    if unknown := [code for code in codes if code not in municipalities]:
        raise AreaError("unknown", codes=_listed(unknown))
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise AreaError("twice", codes=_listed(twice))
    if not FEWEST_MEMBERS <= len(codes) <= MOST_MEMBERS:
        raise AreaError("number", n=len(codes), least=FEWEST_MEMBERS, most=MOST_MEMBERS)
    if absent := [code for code in codes if not register[code]["loaded"]]:
        raise AreaError("not_loaded", codes=_listed(absent))
    return OwnArea(name, tuple(sorted(codes)))


def _listed(codes: list[str]) -> str:
    """Return codes as a message repeats them: a few, each cut where it is long."""
    shown = [code if len(code) <= LONGEST_NAME else f"{code[:LONGEST_NAME]}…" for code in codes[:MOST_TOLD]]
    return ", ".join([*shown, *(["…"] if len(codes) > MOST_TOLD else [])])
