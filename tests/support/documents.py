"""Documents as programs read them."""

import re
from collections import Counter
from html import unescape
from typing import Any

import html5rdf

from kuntamittari import settings
from kuntamittari.ui import sections
from kuntamittari.ui.sections import places
from kuntamittari.web.documents import model
from kuntamittari.web.documents.model import Document

PATHS = [path for section in sections.SECTIONS for _, path, _ in section.pages]
CITIES = ("837", "091", "564", "109", "742")  # Tampere, Helsinki, Oulu, Hämeenlinna and one that is not loaded
EVERY = [(path, language) for path in PATHS for language in settings.LANGUAGES]


def document(data: Any, path: str, **query: str) -> Document:
    """Return the document of an address on a data set."""
    return model.of(query, path, places(), data)


def defects(content: str) -> list[str]:
    """Return what is not valid: errors of the parser of the standard, and ids that are there twice."""
    parser = html5rdf.HTMLParser()
    parser.parse(content)
    found = [f"line {place[0]}: {code} {details}" for place, code, details in parser.errors]
    ids = Counter(re.findall(r'\sid="([^"]*)"', content))
    return found + [f"id {name} {times} times" for name, times in ids.items() if times > 1]


def text_of(content: str) -> str:
    """Return what a reader sees of markup, with ordinary spaces."""
    bare = unescape(re.sub(r"<(style|script)\b.*?</\1>|<[^>]+>", " ", content, flags=re.DOTALL))
    return " ".join(bare.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ").split())


def spaced(words: str) -> str:
    """Return words with single ordinary spaces."""
    return text_of(words.replace("&", "&amp;").replace("<", "&lt;"))
