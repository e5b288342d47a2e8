"""Pages that are text: the methods and the accessibility statement, their Markdown as HTML.

Only what these texts have: headings, paragraphs, lists, formulas (indented), bold, code and links.
"""

import re
from html import escape

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.views import method_text, statement

METHODS, STATEMENT, SECTION = "menetelmat", "saavutettavuus", "kohta"
BLOCK = re.compile(r"\n\s*\n")
INLINE = (
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*(.+?)\*\*"), r"<b>\1</b>"),
    (re.compile(r"\[([^\]]+)\]\((?:&lt;)?((?:https?://|mailto:)[^\s)&]+)(?:&gt;)?\)"), r'<a href="\2">\1</a>'),
    (re.compile(r"\[([^\]]+)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\\([^\w\s])"), r"\1"),
)


def of_page(context: PageContext, path: str) -> str:
    """Return the text of a page as HTML; empty for a page of figures."""
    if path == STATEMENT:
        return "".join(
            (f"<h2>{escape(heading)}</h2>" if heading else "") + "".join(map(html, paragraphs))
            for heading, paragraphs in statement.parts(context.t, lambda words: words)
        )
    if path != METHODS:
        return ""
    whole = method_text.document()
    asked = dict(context.selection.page_params).get(SECTION, "")
    numbers = [int(asked)] if asked.isdecimal() and int(asked) in whole.sections else list(whole.sections)
    sections = "".join(
        f"<h2>{number}. {escape(whole.sections[number].title)}</h2>{html(whole.sections[number].text)}"
        for number in numbers
    )
    introduction = html(whole.introduction) if len(numbers) > 1 else ""
    return f'<div lang="en" class="km-d-text">{introduction}{sections}</div>'


def html(markdown: str) -> str:
    """Return Markdown as HTML; everything else in it is text."""
    return "".join(map(_block, filter(str.strip, BLOCK.split(markdown.strip("\n")))))


def _block(block: str) -> str:
    lines = block.split("\n")
    if all(line.startswith("    ") for line in lines):
        return f'<pre tabindex="0">{escape(chr(10).join(line[4:] for line in lines))}</pre>'
    if lines[0].startswith("#"):
        level = min(len(lines[0]) - len(lines[0].lstrip("#")), 4)
        rest = "\n".join(lines[1:]).strip("\n")
        return f"<h{level}>{_inline(lines[0].lstrip('# '))}</h{level}>" + (_block(rest) if rest else "")
    items = re.split(r"(?:^|\n)- ", block)
    if len(items) > 1:
        before = f"<p>{_inline(items[0])}</p>" if items[0].strip() else ""
        return before + '<ul class="km-d-list">' + "".join(f"<li>{_inline(item)}</li>" for item in items[1:]) + "</ul>"
    return f"<p>{_inline(block)}</p>"


def _inline(words: str) -> str:
    text = escape(" ".join(words.split()), quote=False)
    for pattern, markup in INLINE:
        text = pattern.sub(markup, text)
    return text
