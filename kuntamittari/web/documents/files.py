"""Small files beside the documents: what search engines and programs may read, the addresses of views, the icon, and
the preview picture of every view."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape
from urllib.parse import urlencode

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from kuntamittari import settings
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.exhibits import links, page_context
from kuntamittari.i18n import Translator
from kuntamittari.query import database
from kuntamittari.web.api import addresses
from kuntamittari.web.documents import model, preview, shelf
from kuntamittari.web.documents.heads import FRONT
from kuntamittari.web.documents.model import DECK, Place

ICON = settings.PACKAGE / "web" / "documents" / "favicon.svg"
ICON_PIXELS = 96
A_DAY = "public, max-age=86400"
FOR_A_WHILE = "public, max-age=300"
OWN = "private, max-age=300"  # of a file that holds addresses of the service as the request names it
# pages that say the same whichever municipality is chosen
OF_ALL = (
    "valtakunta",
    "tietopankki",
    "toimenpiteet",
    "indikaattorit",
    "aineistot",
    "kayta",
    "menetelmat",
    "saavutettavuus",
)
NOT_LISTED = (DECK, "itsearviointi")  # pages of what a reader makes
MOST_ADDRESSES = 50_000  # of a site map


def answer(scope: Scope, places: Sequence[Place]) -> Response | None:
    """Return the answer to a request for one of these files; None for another address.

    Raises DataError where the data cannot be used.
    """
    path = scope["path"].removeprefix("/")
    if path in FILES:
        return FILES[path](scope, places)
    name = path.removesuffix(".png")
    page = "" if name == FRONT else name
    if name == path or not any(page == known for _, pages in places for known, _ in pages):
        return None
    return _preview(scope, page, places)


def _preview(scope: Scope, page: str, places: Sequence[Place]) -> Response:
    data, query = database.current(), shelf.query_of(scope)
    tag = shelf.tag_of(data, "png", page, sorted(links.cleaned(query.items())))
    headers = {"ETag": f'"{tag}"', "Cache-Control": FOR_A_WHILE}
    if tag in Headers(scope=scope).get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = preview.kept(tag) or preview.png(model.of(query, page, places, data), tag)
    return Response(content, headers=headers, media_type="image/png")


def _robots(scope: Scope, _: Sequence[Place]) -> Response:
    """Allow everything but decks, uploads and Streamlit's own addresses, which are no documents."""
    rules = (
        "User-agent: *",
        "Disallow: /_stcore/",
        "Disallow: /media/",
        "Disallow: /component/",
        "Disallow: /*esitys=",
    )
    lines = (*rules, "Allow: /", "", f"Sitemap: {addresses.of_api(scope)}/sitemap.xml", "")
    return Response("\n".join(lines), headers={"Cache-Control": OWN}, media_type="text/plain")


def _site_map(scope: Scope, places: Sequence[Place]) -> Response:
    """List every page, that of one municipality for each that is loaded, in every language."""
    data, base = database.current(), addresses.of_api(scope)
    register = page_context.read({}, data).register
    loaded = [code for code, row in register.items() if row["loaded"] and code != MAINLAND]
    views = [
        (path, code)
        for _, pages in places
        for path, _ in pages
        if path not in NOT_LISTED
        for code in ([""] if path in OF_ALL else loaded)
    ]
    changed = data.snapshot.manifest["retrieved"][:10]
    listed = "".join(_entry(base, path, code, changed) for path, code in views[:MOST_ADDRESSES])
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:xhtml="http://www.w3.org/1999/xhtml">{listed}</urlset>\n'
    )
    return Response(content, headers={"Cache-Control": OWN}, media_type="application/xml")


def _entry(base: str, path: str, code: str, changed: str) -> str:
    """Return a view of the site map, in the default language with the others beside it."""

    def address(language: str) -> str:
        return escape(f"{base}/{path}?{urlencode({'kieli': language} | ({'kunta': code} if code else {}))}")

    beside = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code_}" href="{address(code_)}"/>' for code_ in settings.LANGUAGES
    )
    return f"<url><loc>{address(settings.default_language())}</loc><lastmod>{changed}</lastmod>{beside}</url>\n"


def _llms(scope: Scope, places: Sequence[Place]) -> Response:
    """Tell a program that reads for somebody what there is, and where the figures are as data."""
    base, t = addresses.of_api(scope), Translator("en")
    pages = [f"- [{t(name)}]({base}/{path}?kieli=en)" for _, of_place in places for path, name in of_place]
    lines = (
        f"# {t('app.name')}",
        "",
        f"> {t('document.about')}",
        "",
        t("document.for_programs"),
        "",
        f"- [Figures as data]({base}/api/v1/openapi.json): /api/v1/values, /api/v1/benchmark, /api/v1/search",
        f"- [Documentation of the interface]({base}/api/v1/docs)",
        f"- [Addresses of all views]({base}/sitemap.xml)",
        "",
        "## Pages",
        "",
        *pages,
        "",
    )
    return Response("\n".join(lines), headers={"Cache-Control": OWN}, media_type="text/plain")


def _icon(_: Scope, __: Sequence[Place]) -> Response:
    return Response(ICON.read_bytes(), headers={"Cache-Control": A_DAY}, media_type="image/svg+xml")


def _icon_as_picture(_: Scope, __: Sequence[Place]) -> Response:
    return Response(icon(), headers={"Cache-Control": A_DAY}, media_type="image/png")


@cache
def icon() -> bytes:
    """Return the icon as PNG, for programs that read no SVG."""
    import vl_convert

    drawing = ICON.read_text("utf-8").replace("<svg ", f'<svg width="{ICON_PIXELS}" height="{ICON_PIXELS}" ', 1)
    return bytes(vl_convert.svg_to_png(drawing))


FILES: Mapping[str, Callable[[Scope, Sequence[Place]], Response]] = {
    "robots.txt": _robots,
    "sitemap.xml": _site_map,
    "llms.txt": _llms,
    "favicon.svg": _icon,
    "favicon.png": _icon_as_picture,
    "favicon.ico": _icon_as_picture,
}
