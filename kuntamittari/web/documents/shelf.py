"""Documents that were made, kept while their data are in use: a page that many ask for is made once."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.types import Scope

from kuntamittari import __version__
from kuntamittari.catalog import loader
from kuntamittari.exhibits import links
from kuntamittari.exhibits.query_state import BARE
from kuntamittari.query import database
from kuntamittari.query.database import Database
from kuntamittari.web.api import addresses
from kuntamittari.web.documents import bare, heads, markup, model
from kuntamittari.web.documents.model import FORM, Place

MOST = 40_000_000  # characters of all documents that are kept


@dataclass(frozen=True)
class Made:
    """A document as markup: the elements of its head, its content, its tag (a hash of all that it depends on).

    `height`: of the bare document in pixels, in a frame of usual width.
    """

    head: str
    body: str
    tag: str
    language: str
    height: int = 0


_kept: OrderedDict[str, Made] = OrderedDict()
_lock = threading.Lock()


def query_of(scope: Scope) -> dict[str, str]:
    """Return the parameters of a request."""
    return dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))


def of_request(scope: Scope, places: Sequence[Place]) -> Made:
    """Return the document of a request. Raises DataError where the data cannot be used."""
    return made(query_of(scope), scope["path"].strip("/"), places, addresses.of_api(scope))


def tag_of(data: Database, *asked: object) -> str:
    """Return a hash of all that an answer depends on: the version, the data, the catalogue and what is asked."""
    version = f"{__version__} {data.snapshot.digest} {loader.indicators().digest}"
    return hashlib.sha256(f"{version} {asked}".encode()).hexdigest()[:24]


def made(query: Mapping[str, str], path: str, places: Sequence[Place], base: str) -> Made:
    """Return the document of an address, made now or kept.

    `base`: the absolute address of the service. Raises DataError where the data cannot be used.
    """
    data = database.current()
    tag = tag_of(data, base, path, sorted(links.cleaned(query.items())))
    with _lock:
        if tag in _kept:
            _kept.move_to_end(tag)
            return _kept[tag]
    document = model.of(query, path, places, data)
    head, language = heads.markup(document, base), document.t.language
    if query.get(FORM) == BARE:
        body = bare.markup(document, heads.canonical(document, base))
        found = Made(head, body, tag, language, bare.height(document))
    else:
        found = Made(head, markup.body(document), tag, language)
    with _lock:
        _kept[tag] = found
        size = sum(len(one.body) + len(one.head) for one in _kept.values())
        while size > MOST:
            _, gone = _kept.popitem(last=False)
            size -= len(gone.body) + len(gone.head)
    return found
