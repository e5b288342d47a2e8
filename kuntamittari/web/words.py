"""Streamlit's own words in the reader's language.

Streamlit's browser part has no translations: a Finnish page says "No results" and speaks "Help for Kunta". `words.js`
replaces such words as they appear. `words.yaml` is what it looks for, each with the key of its translation: only
what our pages can show or speak (tests/browser/test_words.py walks them).
"""

import json
from functools import cache

from kuntamittari import settings, yaml_file

# what Streamlit says → key of the translation
ORIGINALS: dict[str, str] = yaml_file.read(settings.PACKAGE / "web" / "words.yaml")
# buttons over a table or chart, whose spoken names end in ": " and the label of the element
OVER_ELEMENTS = (
    "show_data",
    "show_chart",
    "png",
    "specification",
    "csv",
    "columns",
    "search",
    "full_screen",
    "close_full_screen",
)
LOCALES = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
# what web/keep says, under `kept` in the texts
KEPT = (
    "restored",
    "brought",
    "fine",
    "two",
    "mine",
    "theirs",
    "lost",
    "lost_off",
    "tray",
    "open",
    "drop",
    "wiped",
    "is_off",
    "is_on",
    "keep_off",
    "keep_on",
)
SCRIPT = (settings.PACKAGE / "web" / "words.js").read_text(encoding="utf-8")


def pairs(language: str) -> dict[str, str]:
    """Return what Streamlit says → what it says in a language, without what is the same."""
    from kuntamittari.i18n import texts  # here, since it reads its texts and app.py imports this before it listens

    said = {original: texts(language)[f"streamlit.{key}"] for original, key in ORIGINALS.items()}
    labelled = {
        f"{original}: {{label}}": f"{said[original]}: {{label}}"
        for original, key in ORIGINALS.items()
        if key in OVER_ELEMENTS
    }
    return {original: word for original, word in (said | labelled).items() if original != word}


@cache
def script(language: str) -> bytes:
    """Return the script of a document in a language, as an element."""
    from kuntamittari.i18n import texts

    kept = json.dumps({word: texts(language)[f"kept.{word}"] for word in KEPT}, ensure_ascii=False)
    words = json.dumps(pairs(language), ensure_ascii=False)
    filled = SCRIPT.replace("LOCALE", json.dumps(LOCALES[language])).replace("WORDS", words)
    return f"<script>window.kmKept = {kept};\n{filled}</script>".encode()
