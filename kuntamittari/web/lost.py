"""The answer for a page that does not exist: what was asked for, and the way to the start page."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from html import escape
from urllib.parse import urlencode

from starlette.responses import HTMLResponse

STYLE = """
body { font: 1.05rem/1.6 system-ui, sans-serif; max-width: 38rem; margin: 15vh auto; padding: 0 1.5rem;
  color: #1b2530; background: #fff; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; }
a { color: #0b5c92; }
@media (prefers-color-scheme: dark) { body { color: #e8edf2; background: #12181f; } a { color: #8cc8f0; } }
"""
DOCUMENT = """<!DOCTYPE html>
<html lang="{language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} · {name}</title><style>{style}</style></head>
<body><main><p>{name}</p><h1>{title}</h1><p>{text}</p><p><a href="{home}">{label}</a></p></main></body>
</html>
"""
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(sha256(STYLE.encode()).digest()).decode()}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
LONGEST_ECHO = 60  # characters of the path


def page(path: str, root: str, query: Sequence[tuple[str, str]], language: str) -> HTMLResponse:
    """Return a document with status 404. Its link to the start page keeps the choices of the address.

    `root`: the relative address of the start page.
    """
    from kuntamittari.i18n import Translator  # here, since it reads its texts and app.py imports this before it listens

    t = Translator(language)
    shown = path if len(path) <= LONGEST_ECHO else f"{path[:LONGEST_ECHO]}…"
    content = DOCUMENT.format(
        language=language,
        name=escape(t("app.name")),
        title=escape(t("lost.title")),
        text=escape(t("lost.text", path=shown)),
        home=escape(f"{root}?{urlencode(query)}" if query else root),
        label=escape(t("lost.home")),
        style=STYLE,
    )
    headers = {"Content-Security-Policy": POLICY, "X-Frame-Options": "DENY"}
    return HTMLResponse(content, 404, headers)
