"""The style of the pages: the parts in `kuntamittari/ui/styles`, one sheet in the order of PARTS.

Of two rules of the same weight the later one holds, so the order is fixed here and nowhere else.
"""

from kuntamittari import settings

FOLDER = settings.PACKAGE / "ui" / "styles"
# what every page has, then the parts of single pages, then what overrides both
PARTS = (
    *("base", "choices", "bar", "table", "chart"),
    *("front", "card", "rug", "framework", "reading", "peers", "deck", "keep", "news", "code"),
    *("waiting", "print"),
)


def sheet() -> bytes:
    """Return the whole style sheet.

    Raises OSError if a part is missing.
    """
    return b"\n".join((FOLDER / f"{part}.css").read_bytes() for part in PARTS)
