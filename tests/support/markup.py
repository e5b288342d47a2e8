"""What markup and documents say to those who read them."""

import html
import re
import unicodedata


def words(markup: str) -> str:
    """Return text as a reader sees it: no tags, no escapes, ordinary spaces."""
    text = (
        html.unescape(re.sub(r"(?<!\\)<[^>]+>", "", markup))
        .replace("\N{NO-BREAK SPACE}", " ")
        .replace("\N{NARROW NO-BREAK SPACE}", " ")
    )
    return re.sub(r"\\(.)", r"\1", text)


def squeezed(words: str) -> str:
    """Return words without what a line break, a ligature or a hyphen at the end of a line does to them."""
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKC", words)
        if not letter.isspace() and letter not in "-\u2010\u00ad"
    )
