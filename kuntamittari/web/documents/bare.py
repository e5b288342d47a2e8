"""A document alone, without the application: to be framed by other sites, printed and archived."""

from base64 import b64encode
from hashlib import sha256
from html import escape

from kuntamittari import settings
from kuntamittari.exhibits import vector
from kuntamittari.exhibits.exhibit import table_of
from kuntamittari.exhibits.grammar import letters
from kuntamittari.web.documents import markup as documents
from kuntamittari.web.documents.model import Document

PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">{head}\
<style>{style}</style></head>
<body class="km-d"><div class="km-d-page">{body}</div></body>
</html>
"""
LINE, ROW, FOLD, AROUND = 25.6, 33, 44, 48  # pixels of a line, a row of a table, a folded table, around a section


def page(head: str, body: str, language: str) -> str:
    """Return a whole document."""
    return PAGE.format(language=language, head=head, style=documents.style(), body=body)


def markup(document: Document, address: str) -> str:
    """Return what a document says, and the link to its whole view; `address`: that of the view."""
    t = document.t
    link = f'<a href="{escape(address)}" target="_blank" rel="noopener">{escape(t("document.whole"))}</a>'
    return f'{documents.article(document)}<p class="km-d-quiet km-d-from">{escape(t("app.name"))} · {link}</p>'


def policy() -> str:
    """Return the Content-Security-Policy of a bare document: no scripts, its own style, framed by the sites that the
    operator names."""
    style = b64encode(sha256(documents.style().encode()).digest()).decode()
    framed = " ".join(settings.embed_origins()) or "'none'"
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; img-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {framed}"
    )


def height(document: Document) -> int:
    """Return the height of a bare document in pixels in a frame of usual width, rather too high than too low."""
    width = documents.WIDTHS["middle"]

    def lines(words: str, size: float) -> int:
        return -(-int(letters.width(words) * size) // width) if words else 0

    head = document.head
    total: float = AROUND + 38 * lines(head.title, 30.4) + 30 * sum(max(lines(words, 20), 2) for words in head.findings)
    total += LINE * (lines(head.lead, 16) + len(document.context.notices) + 2)
    for exhibit in document.exhibits:
        total += AROUND + FOLD + LINE * (lines(exhibit.headline, 17.6) + 2)
        total += 0 if exhibit.title in (exhibit.headline, *head.findings) else LINE * lines(exhibit.title, 16)
        total += 22.4 * (lines(exhibit.note, 14) + lines(exhibit.source, 14) + 1)
        if exhibit.kind == "table":
            rows = table_of(exhibit, document.t)[1]
            total += ROW * (len(rows) + 1)
        else:
            total += vector.picture(exhibit, document.t, width).height
    return round(total)
