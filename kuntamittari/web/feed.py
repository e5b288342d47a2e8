"""/feed.xml: what is new, as Atom (RFC 4287). Nothing that takes time to import is imported before it is asked for."""

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from starlette.requests import Request
from starlette.responses import Response

from kuntamittari import __version__, settings

if TYPE_CHECKING:
    from kuntamittari.exhibits.news.entries import Entry
    from kuntamittari.i18n import Translator
    from kuntamittari.web.api.pages import Pages

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
FOR_A_WHILE = "public, max-age=600, must-revalidate"


def feed(request: Request) -> Response:
    """Answer a request for the feed, in the language that it asks for. Starlette calls this in a thread."""
    from kuntamittari.errors import DataError
    from kuntamittari.exhibits import links
    from kuntamittari.exhibits.news.entries import entries
    from kuntamittari.i18n import Translator
    from kuntamittari.query import database
    from kuntamittari.web.api import addresses
    from kuntamittari.web.api.pages import Pages

    language = links.meant(request.query_params.get("kieli", ""), settings.LANGUAGES) or settings.default_language()
    pages = Pages(addresses.of_service(request.scope), language)
    try:
        data = database.current()
        found = entries(data, Translator(language))
    except DataError:
        return Response("The data cannot be read at the moment.", 503, media_type="text/plain")
    content = written(found, pages, Translator(language), data.snapshot.manifest["retrieved"])
    tag = f'W/"{hashlib.sha256(content).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": FOR_A_WHILE, "Vary": addresses.PREFIX}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


def written(found: "Sequence[Entry]", pages: "Pages", t: "Translator", retrieved: str) -> bytes:
    """Return entries as Atom; `pages`: where links lead; `retrieved`: when the data were, where there is no entry."""
    ElementTree.register_namespace("", ATOM)
    root = ElementTree.Element(f"{{{ATOM}}}feed", {"xml:lang": t.language})

    def add(parent: ElementTree.Element, name: str, words: str = "", **attributes: str) -> ElementTree.Element:
        part = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
        part.text = "".join(letter for letter in words if letter.isprintable()) or None
        return part

    own = pages.link("feed.xml")
    add(root, "id", own)
    add(root, "title", t("news.feed"))
    add(root, "updated", found[0].when.isoformat(timespec="seconds") if found else retrieved)
    add(root, "link", rel="self", type=MEDIA_TYPE, href=own)
    add(root, "link", rel="alternate", type="text/html", href=pages.link("aineistot"))
    add(root, "generator", "Kuntamittari", version=__version__)
    add(add(root, "author"), "name", settings.provider() or "Kuntamittari")
    for one in found:
        entry = add(root, "entry")
        add(entry, "id", f"urn:kuntamittari:{one.id}")
        add(entry, "title", one.title)
        for name in ("published", "updated"):
            add(entry, name, one.when.isoformat(timespec="seconds"))
        add(entry, "link", rel="alternate", type="text/html", href=pages.link(one.path, **one.choices))
        add(entry, "category", term=one.kind)
        add(entry, "summary", one.text or one.title)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
