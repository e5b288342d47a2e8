"""The bar that stays in view (what holds on every page, the search, the link to share, the deck), and the places.

It is drawn once: a choice on a page leaves it as it is (docs/decisions/0011-drawn-once.md).
"""

import html

import streamlit as st

from kuntamittari import settings
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.i18n import Translator
from kuntamittari.ui import layout, own_area
from kuntamittari.ui.sections import SECTIONS, Section

FRONT = "etusivu"  # what the style calls the front page, whose path is empty
DECK = "esitys"  # the page of the deck
SHARE = "km-share"  # id of the choice what to share
PANEL = "km-more"  # id of the list of the pages of a folded place
CONTENT = "km-content"  # id of where the page itself begins: the link that skips to it leads there (edge.js)


def draw(context: PageContext, current: str) -> None:
    """Draw the bar and the places; `current` is the path of the page."""
    t = context.t
    with st.container(key="bar", horizontal=True, vertical_alignment="center", gap=None):
        st.html(f"<a class='km-brand' href='./' target='_self'>{t('app.name')}</a>")
        layout.municipality_choice(context)
        layout.group_choice(context)
        layout.year_choice(context)
        basis(context)
        st.html(tools(t, layout.words_of_choices(context)))
        st.html(ways(context))
    # the key is there before the markup is: its room is kept by the page (ui/styles/waiting.css)
    with st.container(key=f"places-{current or FRONT}"):
        st.html(places(t, current))


def basis(context: PageContext) -> None:
    """Draw the button of the basis of the figures, which says what is unusual about it, and its choices once opened."""
    label = layout.basis_words(context) or context.t("basis.short")
    folded = st.popover(label, key="basis", on_change="rerun")
    if folded.open:  # its content is made when it is opened
        with folded:
            layout.model_choice(context)
            layout.basis_switches(context)
            own_area.choice(context)


def tools(t: Translator, names: str = "") -> str:
    """Return the search box, the button that copies the link of the view, and on a phone the one that unfolds the
    other choices, as markup; the scripts of the document make them work (kuntamittari/web/search.js, edge.js).

    `names`: the words of what may be chosen by name, for kuntamittari/web/names.js.
    """
    box = (
        f"<input type='search' role='combobox' aria-expanded='false' aria-controls='km-found' autocomplete='off' "
        f"aria-autocomplete='list' spellcheck='false' maxlength='80' aria-label='{quoted(t('search.label'))}' "
        f"placeholder='{quoted(t('search.hint'))}' data-none='{quoted(t('search.none'))}' "
        f"data-failed='{quoted(t('search.failed'))}'>"
    )
    more = f"<button type='button' class='km-unfold' aria-expanded='false'>{html.escape(t('bar.choices'))}</button>"
    return (
        f"<div class='km-tools' data-names='{quoted(names)}'><div class='km-search' role='search'>{box}</div>"
        f"{share(t)}{more}</div>"
    )


def share(t: Translator) -> str:
    """Return the button that copies the link of the view, as markup; where the operator lets other sites frame a view,
    one that opens a choice between the link and the line that frames it."""
    copied = f"data-copied='{quoted(t('share.copied'))}'"
    if not settings.embed_origins():
        label = html.escape(t("share.button"))
        return f"<button type='button' data-copy-link title='{quoted(t('share.copy'))}' {copied}>{label}</button>"
    link = f"<button type='button' data-copy-link {copied}>{html.escape(t('share.copy'))}</button>"
    line = (
        f"<button type='button' data-copy-embed data-copied='{quoted(t('share.embed_copied'))}'>"
        f"{html.escape(t('share.embed'))}</button>"
    )
    return (
        f"<button type='button' popovertarget='{SHARE}'>{html.escape(t('share.button'))}</button>"
        f"<div popover id='{SHARE}' class='km-panel km-share'>{link}{line}</div>"
    )


def ways(context: PageContext) -> str:
    """Return the link to the deck with the number of its slides, and the links to other languages, as markup.

    Links to languages load the document again (they have hreflang), so that <html lang> is right. The script of the
    document adds what was chosen since they were drawn (kuntamittari/web/edge.js).
    """
    t, slides = context.t, len(context.selection.deck)
    label = t("bar.deck", n=slides) if slides else t("bar.no_deck")
    deck = f"<nav class='km-menu km-deck' aria-label='{quoted(t('bar.deck_label'))}'><a href='{DECK}'>{label}</a></nav>"
    links = []
    for code in settings.LANGUAGES:
        name, attributes = t(f"language.{code}"), f" lang='{code}' hreflang='{code}' title='{t(f'language.{code}')}'"
        if code == t.language:
            links.append(f"<strong lang='{code}' aria-current='true' title='{name}'>{code.upper()}</strong>")
        else:
            label = f"<span aria-hidden='true'>{code.upper()}</span><span class='km-hidden'>{name}</span>"
            links.append(layout.link_markup(layout.href(context, language=code), label, attributes))
    languages = f"<nav class='km-languages' aria-label='{quoted(t('language.label'))}'>{''.join(links)}</nav>"
    return f"<div class='km-ways'>{deck}{languages}</div>"


def places(t: Translator, current: str) -> str:
    """Return the five places, and the pages of the current one beside them, as one piece of markup: an element for each
    link would cost as much as the rest of a page.

    It holds no choices, so a choice leaves it unchanged; the script of the document adds them from the footer
    (kuntamittari/web/edge.js).
    """
    parts, beside = [], ""
    for section in SECTIONS:
        here = any(path == current for _, path, _ in section.pages)
        if section.folded:
            mark = " aria-current='true'" if here else ""
            button = f"<button type='button' popovertarget='{PANEL}'{mark}>{t(section.title)}</button>"
            parts.append(f"<li>{button}{panel(t, section, current)}</li>")
            continue
        mark = "" if not here else f" aria-current='{'page' if section.pages[0][1] == current else 'true'}'"
        parts.append(f"<li><a href='{section.pages[0][1] or './'}'{mark}>{t(section.title)}</a></li>")
        if here and len(section.pages) > 1:
            beside = f"<ul class='km-pages'>{page_links(t, section, current)}</ul>"
    label, begin = quoted(t("nav.label")), f"<span id='{CONTENT}' tabindex='-1'></span>"
    return f"<nav class='km-menu km-places' aria-label='{label}'><ul>{''.join(parts)}</ul>{beside}</nav>{begin}"


def panel(t: Translator, section: Section, current: str) -> str:
    """Return the list of the pages of a folded place, hidden until its button is pressed, as markup."""
    interface = f"<li><a href='api/v1/docs' hreflang='en'>{t('nav.api')}</a></li>"
    return f"<div popover id='{PANEL}' class='km-panel'><ul>{page_links(t, section, current)}{interface}</ul></div>"


def page_links(t: Translator, section: Section, current: str) -> str:
    """Return links to the pages of a place as markup."""
    here = " aria-current='page'"
    return "".join(
        f"<li><a href='{path or './'}'{here if path == current else ''}>{t(title)}</a></li>"
        for _, path, title in section.pages
    )


def quoted(words: str) -> str:
    """Return a text as the value of an attribute in markup."""
    return html.escape(words, quote=True)
