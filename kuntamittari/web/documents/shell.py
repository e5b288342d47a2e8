"""A document together with the application: Streamlit's own document, rearranged so that the reader's comes first.

What Streamlit's document loads (its style, which would keep anything from being drawn, the font and the modules) is
named after the document, so that nothing of it comes before the first figure.
"""

import re
from functools import lru_cache

from kuntamittari import settings
from kuntamittari.web.documents import markup
from kuntamittari.web.documents.shelf import Made

TAKE_OVER = (settings.PACKAGE / "web" / "documents" / "takeover.js").read_bytes()
LOADED = re.compile(
    rb"<(?:link\b[^>]*\b(?:stylesheet|modulepreload|preload)\b[^>]*>|script\b[^>]*\bsrc=[^>]*></script>)", re.DOTALL
)
TITLE = re.compile(rb"<title>.*?</title>|<link\b[^>]*\brel=\"shortcut icon\"[^>]*>")
HEAD_END, ROOT, BODY, NO_SCRIPT = (
    b"</head>",
    b'<div id="root"></div>',
    b"<body>",
    re.compile(rb"<noscript>.*?</noscript>", re.DOTALL),
)
WAITING = b"body{margin:0}#root.km-waits{position:fixed;inset:0;overflow:hidden;opacity:0;pointer-events:none}"


@lru_cache(maxsize=4)
def apart(page: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Return the parts of Streamlit's document: the head without what it loads, what it loads, what is before the
    element where the application mounts, and what is after it. Raises ValueError for a document that lacks them."""
    page = NO_SCRIPT.sub(b"", page)
    head, found_head, rest = page.partition(HEAD_END)
    before, found_root, after = rest.partition(ROOT)
    if not found_head or not found_root or BODY not in before:
        raise ValueError("Streamlit's document is not as expected (kuntamittari/web/documents/shell.py)")
    loaded = b"".join(LOADED.findall(head))
    return TITLE.sub(b"", LOADED.sub(b"", head)), loaded, HEAD_END + before, after


def together(page: bytes, made: Made, scripts: bytes) -> bytes:
    """Return Streamlit's document with a reader's document before the application.

    `scripts`: the scripts and links of every page. Raises ValueError.
    """
    first, loaded, before, after = apart(page)
    return b"".join(
        (
            first,
            made.head.encode(),
            b"<style>" + WAITING + markup.style().encode() + b"</style>",
            before,
            b'<div id="km-document" class="km-d"><div class="km-d-page">' + made.body.encode() + b"</div></div>",
            b'<div id="root" class="km-waits" inert></div>',
            b"<script>" + TAKE_OVER + b"</script>",
            scripts,
            loaded,
            after,
        )
    )
