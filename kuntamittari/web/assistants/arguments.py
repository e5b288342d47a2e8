"""What programs send to the tools, read as it is meant: numbers for codes, a language by its name, a list by comma."""

import difflib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from kuntamittari import settings
from kuntamittari.errors import InputError
from kuntamittari.i18n import plain
from kuntamittari.query.figures import LONGEST_ECHO, shortened

NAMES = {
    "fi": ("suomi", "finnish", "finska"),
    "sv": ("ruotsi", "svenska", "swedish"),
    "en": ("englanti", "engelska", "english"),
}


def text(given: Any) -> Any:
    """Return a number as text; anything else as it is."""
    if isinstance(given, bool) or not isinstance(given, int | float):
        return given
    return str(int(given)) if given == int(given) else str(given)


def language(given: Any) -> Any:
    """Return the language that its name, a tag such as en-GB or capitals mean; anything else as it is."""
    if not isinstance(given, str):
        return given
    word = plain(given.strip())
    tag = re.split("[-_]", word)[0]
    named = (code for code, names in NAMES.items() if word in names or tag == code)
    return next(named, given if word else settings.default_language())


def listed(given: Any) -> Any:
    """Return a text as the list of its parts; anything else as it is."""
    return [part.strip() for part in re.split("[,;]", given)] if isinstance(given, str) else given


def refuse_unknown(arguments: Mapping[str, Any], known: Sequence[str]) -> None:
    """Raise InputError for an argument that a tool does not have, which would otherwise change nothing."""
    for name in arguments:
        known_name("argument", name, known)


def known_name(kind: str, name: str, known: Sequence[str]) -> str:
    """Return a name of a tool or of an argument. Raises InputError with near names, or with all, for an unknown one."""
    if name in known:
        return name
    near = difflib.get_close_matches(name[:LONGEST_ECHO], known) or known
    raise InputError(kind, f"unknown_{kind}", f"There is no {kind} {shortened(name)!r}.", near)


def sentence(error: ValidationError) -> str:
    """Return what is wrong with arguments, one sentence each."""
    found = []
    for fault in error.errors():
        name = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "missing":
            found.append(f"The argument {name} is missing.")
        else:
            found.append(f"{name}={shortened(str(fault['input']))!r}: {fault['msg']}.")
    return " ".join(found)
