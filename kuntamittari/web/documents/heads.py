"""What a document says of itself to search engines, chats and programs: its head, as HTML."""

import json
from html import escape
from typing import Any
from urllib.parse import urlencode

from kuntamittari import settings
from kuntamittari.exhibits import text
from kuntamittari.exhibits.exhibit import Exhibit, table_of
from kuntamittari.web.documents.model import DECK, Document

LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
LONGEST = 300  # characters of a description
PREVIEW = (1200, 630)  # pixels of a preview picture
FRONT = "etusivu"  # the name of the front page's preview
LICENCE = "https://creativecommons.org/licenses/by/4.0/"


def title(document: Document) -> str:
    """Return the title of the window."""
    place = document.context.name(document.context.selection.municipality)
    parts = dict.fromkeys((document.head.title, document.title, place, document.t("app.name")))
    return " · ".join(part for part in parts if part != place or place not in document.head.title)


def canonical(document: Document, base: str, language: str = "") -> str:
    """Return the absolute address of a view, without what was added on its way; `base`: that of the service.

    A deck is left out: it is one reader's, and the document without it is the page.
    """
    query = {"kieli": language or document.t.language} | document.query
    if document.path != DECK:
        query.pop(DECK, None)
    return f"{base}/{document.path}?{urlencode(query)}"


def preview(document: Document, base: str) -> str:
    """Return the absolute address of the preview picture of a view."""
    query = {"kieli": document.t.language} | document.query
    query.pop(DECK, None)
    return f"{base}/{document.path or FRONT}.png?{urlencode(query)}"


def markup(document: Document, base: str) -> str:
    """Return the elements of the head, with the title; `base`: the absolute address of the service."""
    t = document.t
    description = shortened(document.description)
    address, picture = canonical(document, base), preview(document, base)
    metas = {
        "og:type": "article",
        "og:site_name": t("app.name"),
        "og:title": document.head.title,
        "og:description": description,
        "og:url": address,
        "og:locale": LOCALES[t.language],
        "og:image": picture,
        "og:image:width": str(PREVIEW[0]),
        "og:image:height": str(PREVIEW[1]),
        "og:image:type": "image/png",
        "og:image:alt": description,
    }
    parts = [f"<title>{escape(title(document))}</title>", f'<meta name="description" content="{escape(description)}">']
    parts += [f'<meta property="{name}" content="{escape(value)}">' for name, value in metas.items()]
    parts.append('<meta name="twitter:card" content="summary_large_image">')
    parts.append(f'<link rel="canonical" href="{escape(address)}">')
    parts += [
        f'<link rel="alternate" hreflang="{code}" href="{escape(canonical(document, base, code))}">'
        for code in settings.LANGUAGES
    ]
    default = escape(canonical(document, base, settings.default_language()))
    parts.append(f'<link rel="alternate" hreflang="x-default" href="{default}">')
    parts.append('<link rel="icon" href="./favicon.svg" type="image/svg+xml">')
    parts.append(f'<script type="application/ld+json">{_safe(linked_data(document, base))}</script>')
    return "".join(parts)


def linked_data(document: Document, base: str) -> dict[str, Any]:
    """Return the view as JSON-LD: a data set for each exhibit with figures, with the observations it shows."""
    t, manifest = document.t, document.context.data.snapshot.manifest
    return {
        "@context": "https://schema.org",
        "@type": "WebPage",
        "name": document.head.title,
        "description": document.description,
        "url": canonical(document, base),
        "inLanguage": t.language,
        "dateModified": manifest["retrieved"],
        "isPartOf": {"@type": "WebSite", "name": t("app.name"), "url": f"{base}/"},
        "mainEntity": [_data_set(document, exhibit, base) for exhibit in document.exhibits if table_of(exhibit, t)[1]],
    }


def _data_set(document: Document, exhibit: Exhibit, base: str) -> dict[str, Any]:
    t, manifest = document.t, document.context.data.snapshot.manifest
    place = document.context.name(document.context.selection.municipality)
    found: dict[str, Any] = {
        "@type": "Dataset",
        "name": exhibit.headline,
        "description": exhibit.title,
        "inLanguage": t.language,
        "dateModified": manifest["retrieved"],
        "version": document.context.data.snapshot.digest,
        "license": LICENCE,
        "spatialCoverage": {"@type": "AdministrativeArea", "name": place},
        "creator": {"@type": "Organization", "name": settings.provider() or t("app.name"), "url": f"{base}/"},
    }
    if exhibit.source:
        found["citation"] = exhibit.source
    observed = [
        {
            "@type": "Observation",
            "name": text.capital(name),
            "observationAbout": {"@type": "AdministrativeArea", "name": category},
            "measuredValue": {"@type": "QuantitativeValue", "value": value, "unitText": exhibit.unit},
        }
        for name, values in (exhibit.series or {}).items()
        for category, value, role in zip(exhibit.categories, values, exhibit.roles, strict=False)
        if value is not None and role == "chosen" and exhibit.kind in ("dots", "bars", "map")
    ]
    return found | ({"hasPart": observed} if observed else {})


def shortened(words: str) -> str:
    """Return words as one line of at most LONGEST characters."""
    line = " ".join(words.split())
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1].rsplit(' ', 1)[0]}…"


def _safe(data: Any) -> str:
    """Return JSON that cannot end the element in which it stands."""
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")
