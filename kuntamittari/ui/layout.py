"""What stands around every page: style, language, the choices that hold everywhere, navigation, source, faults."""

import html
import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from babel.dates import format_date
from streamlit.navigation.page import StreamlitPage

from kuntamittari import settings
from kuntamittari.catalog import glossary
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.errors import CatalogError, DataError
from kuntamittari.exhibits import query_state, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.i18n import Translator
from kuntamittari.query import figures
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import LISTED, SIMILAR
from kuntamittari.ui import state
from kuntamittari.ui.sections import SECTIONS

log = logging.getLogger(__name__)
EXPLAINED = "explained"  # the terms that this run of the page has marked, in order
SLIDE_STYLE = settings.PACKAGE / "ui" / "slide.css"


def pages(t: Translator) -> list[StreamlitPage]:
    """Every page, titled in the reader's language; made once a session, since each looks for its file."""
    if (known := st.session_state.get("pages")) and known[0] == t.language:
        return known[1]
    made = [
        st.Page(settings.PAGES / file, title=t(title), url_path=path, default=not path)
        for section in SECTIONS
        for file, path, title in section.pages
    ]
    st.session_state["pages"] = t.language, made
    return made


def link(context: PageContext, path: str, label: str, **changes: Any) -> None:
    """A way to another page that keeps what is chosen everywhere, but for some changes; the choices of this page stay
    here."""
    words = escaped(label)
    st.markdown(f"<p class='km-way'>{way(href(context, path, **changes), words)}</p>", unsafe_allow_html=True)


def way(to: str, markup: str, attributes: str = "") -> str:
    """A link that changes the page without loading it anew: a script of the document knows it by its target
    (web.HEAD)."""
    return f"<a href='{to}' target='_self'{attributes}>{markup}</a>"


def href(context: PageContext, path: str | None = None, **changes: Any) -> str:
    """The address of a page (or this one) as markup wants it, with what is chosen but for some changes; the choices of
    this page alone do not go along to another."""
    changes = ({"page_params": ()} if path is not None else {}) | changes
    return f"{'' if path is None else path or './'}?{html.escape(urlencode(context.selection.query(**changes)))}"


def head(context: PageContext) -> str:
    """The name and the languages, these as links that load the page anew (they say hreflang), so that <html lang> is
    right. A script of the document takes along what has been chosen since (web.HEAD)."""
    t = context.t
    links = [
        f"<strong lang='{code}' aria-current='true'>{t(f'language.{code}')}</strong>"
        if code == t.language
        else f"<a href='{href(context, language=code)}' target='_self' lang='{code}' hreflang='{code}'>{t(f'language.{code}')}</a>"
        for code in settings.LANGUAGES
    ]
    label = html.escape(t("language.label"))
    return (
        f"<p class='km-brand'>{t('app.name')}</p><nav class='km-languages' aria-label='{label}'>{' '.join(links)}</nav>"
    )


def menu(t: Translator, current: str) -> str:
    """The way to every page, in one piece of markup: an element for each would cost as much as the rest of a page. What
    is chosen is not in it, so a choice leaves it as it is; a script of the document adds it from `footer` (web.HEAD).
    """
    here, parts = ' aria-current="page"', []
    for section in SECTIONS:
        ways = [
            f"<li><a href='{path or './'}'{here if path == current else ''}>{t(title)}</a></li>"
            for _, path, title in section.pages
        ]
        parts.append(f"<p class='km-section'>{t(section.title)}</p><ul>{''.join(ways)}</ul>")
    parts.append(f"<ul><li><a href='api/v1/docs' hreflang='en'>{t('nav.api')}</a></li></ul>")
    return f"<nav class='km-menu' aria-label='{html.escape(t('nav.label'))}'>{''.join(parts)}</nav>"


def sidebar(context: PageContext, current: str) -> None:
    """Language, the choices that hold on every page, and the way to the others."""
    with st.sidebar:
        st.markdown(head(context), unsafe_allow_html=True)
        municipality_choice(context, "sidebar")
        group_choice(context)
        model_choice(context)
        year_choice(context)
        basis_choice(context)
        st.html(menu(context.t, current))


def choose(
    context: PageContext, field: str, label: str, options: Sequence, words, help: str | None = None, where: str = ""
) -> None:
    """A select box whose choice goes into the address; `field` is the field of Selection it sets."""
    key = f"choose-{field}{where}"

    def chosen() -> None:
        state.write(context, **{field: st.session_state[key]})

    current = getattr(context.selection, field)
    st.session_state[key] = current if current in options else None
    st.selectbox(label, options, format_func=words, key=key, on_change=chosen, help=help)


def municipality_choice(context: PageContext, where: str) -> None:
    """Every municipality, found by its Finnish or Swedish name; those without loaded figures say so."""
    labels = places(context)
    choose(
        context,
        "municipality",
        context.t("choice.municipality"),
        list(labels),
        labels.__getitem__,
        context.t("choice.municipality_help"),
        where,
    )


def year_choice(context: PageContext) -> None:
    """The newest year or another. A chosen year stays on offer where the indicator has no figures for it."""
    t, chosen = context.t, context.selection.year
    newest = context.years[-1] if context.years else context.reference_year
    labels = {0: t("year.newest_of", year=newest)} | {year: str(year) for year in reversed(context.years)}
    if chosen not in labels:
        labels[chosen] = t("year.without", year=chosen)
    choose(context, "year", t("choice.year"), list(labels), labels.__getitem__)


def places(context: PageContext) -> dict[str, str]:
    """Code → name in the reader's language with the other official one beside it, of all municipalities, the loaded
    ones first, by name."""
    return _places(context.data, context.t.language)


@cached_per_snapshot(len(settings.LANGUAGES))
def _places(data: Database, language: str) -> dict[str, str]:
    t, other = Translator(language), "name_fi" if language == "sv" else "name_sv"
    rows = [row for code, row in figures.register(data).items() if code != MAINLAND]
    labels = {}
    for row in sorted(rows, key=lambda row: (not row["loaded"], row[f"name_{language}"])):
        name = " · ".join(dict.fromkeys([row[f"name_{language}"], row[other]]))
        labels[row["code"]] = name if row["loaded"] else t("choice.not_loaded", name=name)
    return labels


def group_choice(context: PageContext) -> None:
    """The fixed groups with loaded members, by name; how many are loaded where only a part is."""

    # Åland's own region is offered even while Åland is left out elsewhere
    first = ["largest-20", SIMILAR, "all", LISTED]
    rest = sorted((g for g, row in context.groups.items() if g not in first and row["loaded"]), key=family_order)
    options = [g for g in (*first, *rest) if g in (LISTED, SIMILAR) or g in context.groups]
    if context.selection.group_id not in options:
        options.append(context.selection.group_id)
    labels = {group_id: group_label(context, group_id) for group_id in options}
    choose(context, "group_id", context.t("choice.group"), options, labels.__getitem__)


def group_label(context: PageContext, group_id: str) -> str:
    """The name of a group, with how many of its members are loaded where that is a part."""
    group, name = context.groups.get(group_id), context.group_name(group_id)
    part = group is not None and group["loaded"] < group["size"]
    return (
        context.t("group.part_loaded", name=name, loaded=group["loaded"], size=group["size"])
        if part and group
        else text.capital(name)
    )


def model_choice(context: PageContext) -> None:
    """Only those who organise the service in one way, where the reader has brought who does."""
    models = sorted({tag.model for tag in context.workspace.tags})
    if models:
        choose(
            context,
            "model",
            context.t("choice.model"),
            ["", *models],
            lambda model: text.model(context.t, model) if model else context.t("choice.every_model"),
        )


def basis_choice(context: PageContext) -> None:
    """Prices, means and Åland: the terms in which every page shows its figures."""
    t, s = context.t, context.selection
    opened = st.expander(t("basis.title"), key="basis", on_change="rerun")  # what nobody looks at need not be made
    if opened.open:
        with opened:
            basis_switches(context)
    terms = [t("basis.constant", year=context.basis.price_year)] if s.constant_prices else []
    terms += [t("basis.mean")] if s.averaged else []
    if terms:
        caption(", ".join(terms))


def basis_switches(context: PageContext) -> None:
    """The switches of the basis."""
    t = context.t
    switch(context, "constant_prices", t("basis.switch_constant"), t("basis.help_constant"))
    switch(context, "averaged", t("basis.switch_mean"), t("basis.help_mean"))
    choose(
        context,
        "base_year",
        t("basis.base_year"),
        [0, *context.data.snapshot.manifest["years"]],
        lambda year: str(year or t("basis.usual")),
        t("basis.help_base"),
    )
    if any(row["aland"] and row["loaded"] for row in context.register.values()):
        switch(context, "aland", t("choice.aland"))


def switch(context: PageContext, field: str, label: str, help: str | None = None) -> None:
    """A toggle whose state goes into the address; `field` is the field of Selection it sets."""
    key = f"choose-{field}"

    def chosen() -> None:
        state.write(context, **{field: st.session_state[key]})

    st.session_state[key] = getattr(context.selection, field)
    st.toggle(label, key=key, on_change=chosen, help=help)


def family_order(group_id: str) -> tuple[int, str]:
    """Size classes first, then groupings, regions and wellbeing services counties."""
    family = group_id.partition("-")[0]
    return ("size", "grouping", "region", "wellbeing").index(family), group_id


def notices(context: PageContext) -> None:
    """What of the address was left out, and what is shown in its place; in one line, who stands in for a group that the
    municipality is outside of."""
    if context.outside:
        name, group = context.name(context.selection.municipality), context.group_name(context.selection.group_id)
        said = context.t("notice.outside", name=name, group=group, n=context.selection.n)
        st.markdown(f"<p class='km-quiet km-outside'>{explained(said)}</p>", unsafe_allow_html=True)
    if context.notices:
        st.warning("\n".join([context.t("notice.title"), *(f"- {markdown_safe(text)}" for text in context.notices)]))


def markdown_safe(text: str) -> str:
    """Words of an address shown as they are, whatever marks they hold."""
    for mark in "\\`*_{}[]<>()#+!|~$:":
        text = text.replace(mark, f"\\{mark}")
    return text


def headline(title: str, words: str) -> None:
    """The title of a page and, in large words, what it says: one element, of which each has its price in the
    browser."""
    st.markdown(f"<h1>{escaped(title)}</h1>{large(words)}", unsafe_allow_html=True)


def finding(words: str) -> None:
    """What a page or a part of it says, in large words."""
    st.markdown(large(words), unsafe_allow_html=True)


def large(words: str) -> str:
    """Large words as markup."""
    return f"<p class='km-finding'>{explained(words)}</p>"


def caption(words: str) -> None:
    """Small words under a heading or a picture."""
    st.markdown(quiet(words), unsafe_allow_html=True)


def quiet(words: str) -> str:
    """Small words as markup."""
    return f"<p class='km-quiet'>{explained(words)}</p>"


def part(title: str, words: str = "") -> None:
    """The heading of a part of a page and the small words under it, if there are any."""
    st.markdown(f"<h3>{escaped(title)}</h3>{quiet(words) if words else ''}", unsafe_allow_html=True)


def fold(title: str, markup: str) -> str:
    """Markup that unfolds when its title is pressed."""
    return f"<details class='km-fold'><summary>{escaped(title)}</summary>{markup}</details>"


def how(context: PageContext, lines: Sequence[str], source: str, onward: str = "") -> None:
    """How the figures of a page are computed, folded, with a way on in markup where there is one; under it whom they
    are from."""
    said = "".join(f"<p>{escaped(line)}</p>" for line in lines)
    way_on = f"<p class='km-way'>{onward}</p>" if onward else ""
    st.markdown(fold(context.t("how.title"), said + way_on) + (quiet(source) if source else ""), unsafe_allow_html=True)


def lead(words: str) -> None:
    """What a page is for, under its title."""
    st.markdown(f"<p>{explained(words)}</p>", unsafe_allow_html=True)


def scrolled(label: str, markup: str) -> str:
    """Markup that may be wider than a phone, in a box of its own that scrolls, by keyboard too."""
    return f"<div class='km-scroll' role='region' tabindex='0' aria-label='{html.escape(label, quote=True)}'>{markup}</div>"


def explained(words: str) -> str:
    """Words as markup in which a term of the glossary, where the page says it first, opens what it means."""
    language, known = st.session_state["context"].t.language, st.session_state.setdefault(EXPLAINED, {})
    marked = []
    for part, term in glossary.pieces(one_line(words), language, known):
        if term:
            known[term] = True
            marked.append(
                f"<button type='button' class='km-term' popovertarget='term-{term}'>{html.escape(part)}</button>"
            )
        else:
            marked.append(html.escape(part))
    return "".join(marked)


def escaped(words: str) -> str:
    """Words as markup, whatever marks they hold."""
    return html.escape(one_line(words))


def one_line(words: str) -> str:
    """Words without line breaks: past an empty line within markup Streamlit would read Markdown."""
    return " ".join(words.splitlines())


def footer(context: PageContext) -> None:
    """Vintage, division and licence of what is shown, the way to the accessibility statement, what is chosen, for the
    menu, and what the terms that the page has marked mean; each opens where its word is pressed, and closes with
    Escape."""
    manifest, invented = context.data.snapshot.manifest, context.data.snapshot.invented
    line = context.t(
        "invented.footer" if invented else "footer.vintage", date=retrieved(context), division=manifest["division_year"]
    )
    if manifest["interface"] != "official" and not invented:
        line += " · " + context.t("footer.replica")
    statement = way(href(context, "saavutettavuus"), html.escape(context.t("nav.accessibility")))
    chosen = href(context, "").partition("?")[2]
    words = f"<hr>{quiet(line)}<p class='km-quiet' data-chosen='{chosen}'>{statement}</p>"
    st.markdown(words + "".join(meaning(context, term) for term in st.session_state[EXPLAINED]), unsafe_allow_html=True)


def meaning(context: PageContext, term: str) -> str:
    """What a term of the glossary means, as a box that is hidden until it is called."""
    about, language = glossary.terms()[term], context.t.language
    said = f"<strong>{html.escape(about['term'][language])}</strong> {html.escape(about['text'][language])}"
    return f"<div popover id='term-{term}' class='km-meaning'>{said}</div>"


def retrieved(context: PageContext) -> str:
    """The day the data were retrieved, as it is written in the reader's language."""
    return format_date(
        datetime.fromisoformat(context.data.snapshot.manifest["retrieved"]), "medium", locale=context.t.language
    )


def page_failed(error: Exception) -> bool:
    """Says in one sentence that the page could not be shown; Streamlit has logged the details."""
    st.error(Translator(query_state.language_of(st.query_params.to_dict()))("error.page"))
    return True


def data_failed(error: DataError) -> None:
    """Says in one sentence that the data cannot be read; what is wrong with them goes to the log as one line. Defects
    of indicator files are said as they are: whoever writes one looks here."""
    log.error("%s", error.line)
    t = Translator(query_state.language_of(st.query_params.to_dict()))
    st.error(t("error.catalog", message=error) if isinstance(error, CatalogError) else t("error.data"))
