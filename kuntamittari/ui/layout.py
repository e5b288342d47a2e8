"""The layout around every page: language, choices of every page, navigation, notices, footer, errors."""

import html
import logging
import re
from collections.abc import Sequence
from typing import Any, Literal
from urllib.parse import urlencode

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from kuntamittari import settings
from kuntamittari.catalog import glossary
from kuntamittari.catalog.areas import MAINLAND, OWN_AREA
from kuntamittari.errors import CatalogError, DataError
from kuntamittari.exhibits import query_state, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.views import vintage
from kuntamittari.i18n import Translator
from kuntamittari.query import figures
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import LISTED, OF_ONE
from kuntamittari.ui import state, workspace
from kuntamittari.ui.sections import SECTIONS
from kuntamittari.uploads.workspace import EMPTY

log = logging.getLogger(__name__)
EXPLAINED = "explained"  # in the session: the glossary terms that this run of the page has marked, in order
RUNS_AGAIN = "runs-again"  # in the session: whether the page is run again as soon as its body is drawn
METHODS, SECTION = "menetelmat", "kohta"  # the page of methods, and its parameter: the number of a section
UNBROKEN = re.compile(r"\d+–\d+|\bn = \d+")


def pages(t: Translator) -> list[StreamlitPage]:
    """Return every page, titled in the user's language; created once a session, since each looks for its file."""
    if (cached := st.session_state.get("pages")) and cached[0] == t.language:
        return cached[1]
    titled = [
        st.Page(settings.PAGES / file, title=t(title), url_path=path, default=not path)
        for section in SECTIONS
        for file, path, title in section.pages
    ]
    st.session_state["pages"] = t.language, titled
    return titled


def link(context: PageContext, path: str, label: str, **changes: Any) -> None:
    """Draw a link to another page that keeps the choices of every page, apart from `changes` (fields of Selection).

    The parameters of the current page are dropped.
    """
    markup = link_markup(href(context, path, **changes), escaped(label))
    st.markdown(f"<p class='km-way'>{markup}</p>", unsafe_allow_html=True)


def link_markup(to: str, markup: str, attributes: str = "") -> str:
    """Return a link that changes the page without loading the document again, as markup.

    The script of the document recognises these links by their target (kuntamittari/web/edge.py).
    """
    return f"<a href='{to}' target='_self'{attributes}>{markup}</a>"


def href(context: PageContext, path: str | None = None, **changes: Any) -> str:
    """Return the escaped address of a page (None: this page) with the current choices, apart from `changes`.

    The parameters of the current page are dropped from the address of another one.
    """
    changes = ({"page_params": ()} if path is not None else {}) | changes
    return f"{'' if path is None else path or './'}?{html.escape(urlencode(context.selection.query(**changes)))}"


def choose(
    context: PageContext,
    field: str,
    label: str,
    options: Sequence,
    label_of,
    help: str | None = None,
    bare: bool = False,
) -> None:
    """Draw a select box whose choice is written to the address.

    `field` is the field of Selection that it sets, `label_of` returns the label of an option; `bare` boxes, as in the
    bar, tell their label to screen readers alone.
    """
    key = f"choose-{field}"

    def write_choice() -> None:
        state.write(context, **{field: st.session_state[key]})

    current = getattr(context.selection, field)
    st.session_state[key] = current if current in options else None
    visible: Literal["visible", "collapsed"] = "collapsed" if bare else "visible"
    st.selectbox(
        label, options, format_func=label_of, key=key, on_change=write_choice, help=help, label_visibility=visible
    )


def municipality_choice(context: PageContext) -> None:
    """Draw the choice of the municipality, found by its Finnish or Swedish name.

    Municipalities without loaded figures are offered and say so; an area of the user's own is, while it is chosen.
    """
    labels, area = municipality_labels(context), context.area
    if area:
        labels = {OWN_AREA: context.t("area.option", name=area.name)} | labels
    choose(
        context,
        "municipality",
        context.t("choice.municipality"),
        list(labels),
        labels.__getitem__,
        bare=True,
    )


def year_choice(context: PageContext) -> None:
    """Draw the choice of the year; a chosen year stays on offer where the indicator has no figures for it."""
    t, chosen = context.t, context.selection.year
    newest = figures.newest_year(context.data, context.indicator, context.basis) or context.reference_year
    labels = {0: t("year.newest_of", year=newest)} | {year: str(year) for year in reversed(context.years)}
    if chosen not in labels:
        labels[chosen] = t("year.without", year=chosen)
    choose(context, "year", t("choice.year"), list(labels), labels.__getitem__, bare=True)


def municipality_labels(context: PageContext) -> dict[str, str]:
    """Return code → label of every municipality: its name in the user's language, then its other official name.

    Loaded municipalities come first, each part in alphabetical order.
    """
    return _municipality_labels(context.data, context.t.language)


@cached_per_snapshot(len(settings.LANGUAGES), of_area=False)
def _municipality_labels(data: Database, language: str) -> dict[str, str]:
    t, other = Translator(language), "name_fi" if language == "sv" else "name_sv"
    rows = [row for code, row in figures.register(data).items() if code != MAINLAND]
    labels = {}
    for row in sorted(rows, key=lambda row: (not row["loaded"], row[f"name_{language}"])):
        name = " · ".join(dict.fromkeys([row[f"name_{language}"], row[other]]))
        labels[row["code"]] = name if row["loaded"] else t("choice.not_loaded", name=name)
    return labels


def words_of_choices(context: PageContext) -> str:
    """Return every word of the names of municipalities, groups and indicators in the user's language, in small letters
    and each once."""
    groups = (group_label(context, group_id) for group_id in context.groups)
    named = (context.catalogue[indicator].name[context.t.language] for indicator in context.catalogue)
    said = " ".join([*municipality_labels(context).values(), *groups, *named]).lower()
    return " ".join(sorted(set(re.findall(r"[^\W\d_]{2,}", said))))


def group_choice(context: PageContext) -> None:
    """Draw the choice of the group among the fixed groups with loaded members, the peers and the listed group.

    An area of the user's own has no peers.
    """
    # Åland's own region is offered even while Åland is left out elsewhere
    first = ["largest-20", *OF_ONE, "all", LISTED]
    rest = sorted((g for g, row in context.groups.items() if g not in first and row["loaded"]), key=group_order)
    listed = (LISTED,) if context.area else (LISTED, *OF_ONE)
    options = [g for g in (*first, *rest) if g in listed or g in context.groups]
    if context.selection.group_id not in options:
        options.append(context.selection.group_id)
    labels = {group_id: group_label(context, group_id) for group_id in options}
    choose(context, "group_id", context.t("choice.group"), options, labels.__getitem__, bare=True)


def group_label(context: PageContext, group_id: str) -> str:
    """Return the name of a group, with the number of its loaded members where some are not loaded."""
    group, name = context.groups.get(group_id), context.group_name(group_id)
    if group and group["loaded"] < group["size"]:
        return context.t("group.part_loaded", name=name, loaded=group["loaded"], size=group["size"])
    return text.capital(name)


def model_choice(context: PageContext) -> None:
    """Draw the choice of an organisation model, where the user has uploaded who organises services how."""
    models = sorted({tag.model for tag in context.workspace.tags})
    if models:
        choose(
            context,
            "model",
            context.t("choice.model"),
            ["", *models],
            lambda model: text.model(context.t, model) if model else context.t("choice.every_model"),
        )


def basis_words(context: PageContext) -> str:
    """Return what is unusual about the basis of the figures: prices, years taken together, the organisation model.

    Empty where nothing is."""
    t, s = context.t, context.selection
    terms = [t("basis.constant", year=context.basis.price_year)] if s.constant_prices else []
    terms += [t("basis.mean")] if s.averaged else []
    terms += [text.model(t, s.model)] if s.model else []
    return ", ".join(terms)


def basis_switches(context: PageContext) -> None:
    """Draw the switches of the basis."""
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
    """Draw a toggle whose state is written to the address; `field` is the field of Selection that it sets."""
    key = f"choose-{field}"

    def write_state() -> None:
        state.write(context, **{field: st.session_state[key]})

    st.session_state[key] = getattr(context.selection, field)
    st.toggle(label, key=key, on_change=write_state, help=help)


def group_order(group_id: str) -> tuple[int, str]:
    """Return the sort key of a fixed group: size classes, groupings, regions, wellbeing services counties."""
    family = group_id.partition("-")[0]
    return ("size", "grouping", "region", "wellbeing").index(family), group_id


def notices(context: PageContext) -> None:
    """Draw what was ignored or replaced in the address.

    A municipality outside the chosen group is compared with another group; one line says with which.
    """
    if context.instead:
        quiet(context.t(f"notice.instead_{context.instead}", n=context.selection.n))
    if context.outside:
        name, group = context.name(context.selection.municipality), context.group_name(context.selection.group_id)
        quiet(context.t("notice.outside", name=name, group=group, n=context.selection.n))
    if changed := vintage.since(context):
        to_newest = link_markup(href(context, vintage=""), escaped(context.t("vintage.newest")))
        quiet(changed, to_newest if context.selection.vintage else "")
    if context.notices:
        st.warning("\n".join([context.t("notice.title"), *(f"- {markdown_safe(text)}" for text in context.notices)]))


def told_once(key: str) -> Any:
    """Return what the session has to tell under a key, and forget it; not while the page is about to run again, which
    would take it from the screen at once (kuntamittari/ui/page_run.py)."""
    return st.session_state.get(key) if st.session_state.get(RUNS_AGAIN) else st.session_state.pop(key, None)


def quiet(notice: str, way_on: str = "") -> None:
    """Draw a line about the group or the data set, and a link, as markup."""
    st.markdown(f"<p class='km-quiet km-outside'>{glossary_markup(notice)} {way_on}</p>", unsafe_allow_html=True)


def markdown_safe(text: str) -> str:
    """Return a text with every mark of Markdown escaped."""
    for mark in "\\`*_{}[]<>()#+!|~$:":
        text = text.replace(mark, f"\\{mark}")
    return text


def headline(title: str, *findings: str) -> None:
    """Draw the title and the findings of a page, as one element since each costs time in the browser."""
    markup = f"<h1>{held(escaped(title))}</h1>{''.join(map(finding_markup, findings))}"
    st.markdown(markup, unsafe_allow_html=True)


def finding(words: str) -> None:
    """Draw a finding of a page or of a part of it, in large type."""
    st.markdown(finding_markup(words), unsafe_allow_html=True)


def finding_markup(words: str) -> str:
    """Return a finding as markup."""
    return f"<p class='km-finding'>{glossary_markup(words)}</p>"


def caption(words: str, links: str = "") -> None:
    """Draw a caption: small text under a heading or a chart; `links` are links after it, as markup."""
    st.markdown(caption_markup(words, links), unsafe_allow_html=True)


def caption_markup(words: str, links: str = "") -> str:
    """Return a caption as markup; `links` are links after it, as markup."""
    return f"<p class='km-quiet'>{glossary_markup(words)}{f' {links}' if links else ''}</p>"


def method_links(context: PageContext, *sections: int) -> str:
    """Return links to sections of docs/methods.md as markup; the numbers are those of the document."""
    links = [section_link(context, number) for number in sorted(set(sections))]
    return f"{escaped(context.t('methods.links'))} {' · '.join(links)}"


def section_link(context: PageContext, number: int, label: str | None = None) -> str:
    """Return a link to a section of docs/methods.md as markup; its label is its title unless another is given."""
    to = href(context, METHODS, page_params=((SECTION, str(number)),))
    return link_markup(to, escaped(label or section_title(context, number)))


def section_title(context: PageContext, number: int) -> str:
    """Return the number and the title of a section of docs/methods.md, in the user's language."""
    return f"{number}.\N{NO-BREAK SPACE}{context.t(f'methods.section_{number}')}"


def loaded_link(context: PageContext) -> str:
    """Return a link to what is loaded, as markup: where a page lacks figures, that page says what there is."""
    return link_markup(href(context, "aineistot"), escaped(context.t("datasets.title")))


def subheading(title: str, words: str = "", links: str = "") -> None:
    """Draw the heading of a part of a page, with a caption if there is one; `links` as in `caption`."""
    below = caption_markup(words, links) if words else ""
    st.markdown(f"<h3>{escaped(title)}</h3>{below}", unsafe_allow_html=True)


def fold(title: str, markup: str, unfolded: bool = False) -> str:
    """Return markup that unfolds when its title is pressed, or folds where it begins unfolded."""
    return (
        f"<details class='km-fold'{' open' if unfolded else ''}><summary>{escaped(title)}</summary>{markup}</details>"
    )


def method_notes(
    context: PageContext, lines: Sequence[str], source: str, sections: Sequence[int], onward: str = ""
) -> None:
    """Draw how the figures of a page are computed, folded, and their source below.

    `sections` are the sections of docs/methods.md that apply, `onward` is a link as markup; both end the fold.
    """
    notes = "".join(f"<p>{escaped(line)}</p>" for line in lines)
    notes += f"<p>{method_links(context, *sections)}</p>" if sections else ""
    notes += f"<p class='km-way'>{onward}</p>" if onward else ""
    below = caption_markup(source) if source else ""
    st.markdown(fold(context.t("how.title"), notes) + below, unsafe_allow_html=True)


def lead(words: str) -> None:
    """Draw what a page is for, under its title."""
    st.markdown(f"<p>{glossary_markup(words)}</p>", unsafe_allow_html=True)


def scroll_box(label: str, markup: str) -> str:
    """Return markup in a box that scrolls by touch and keyboard, for what may be wider than a phone.

    `label` is the accessible name of the box.
    """
    name = html.escape(label, quote=True)
    return f"<div class='km-scroll' role='region' tabindex='0' aria-label='{name}'>{markup}</div>"


def glossary_markup(words: str) -> str:
    """Return a text as markup in which the first use of a glossary term on the page opens its meaning."""
    language = st.session_state["context"].t.language
    explained: dict[str, bool] = st.session_state.setdefault(EXPLAINED, {})
    marked = []
    for part, term in glossary.pieces(one_line(words), language, explained):
        if term:
            explained[term] = True
            marked.append(
                f"<button type='button' class='km-term' popovertarget='term-{term}'>{html.escape(part)}</button>"
            )
        else:
            marked.append(held(html.escape(part)))
    return "".join(marked)


def held(markup: str) -> str:
    """Return words as markup, in which no line ends within "7–15" or "n = 20"."""
    return UNBROKEN.sub(r"<span class='km-held'>\g<0></span>", markup)


def escaped(words: str) -> str:
    """Return a text as markup, its special characters escaped."""
    return html.escape(one_line(words))


def one_line(words: str) -> str:
    """Return a text without line breaks: within markup Streamlit parses Markdown after an empty line."""
    return " ".join(words.splitlines())


def footer(context: PageContext) -> None:
    """Draw the footer: date, division and licence of the data, accessibility statement, glossary terms of the page.

    It holds the current choices, and a digest of what the server has of the user, for the scripts of the document. The
    meaning of a term opens where its word is pressed and closes with Escape.
    """
    manifest, invented = context.data.snapshot.manifest, context.data.snapshot.invented
    line = context.t(
        "invented.footer" if invented else "footer.vintage",
        date=retrieval_date(context),
        division=manifest["division_year"],
    )
    if manifest["interface"] != "official" and not invented:
        line += " · " + context.t("footer.replica")
    statement = link_markup(href(context, "saavutettavuus"), html.escape(context.t("nav.accessibility")))
    choices = href(context, "").partition("?")[2]
    digest = context.data.snapshot.digest
    own = "" if context.workspace is EMPTY else " data-own"  # figures that no document has (kuntamittari/web/edge.js)
    state_of_view = f"data-chosen='{choices}' data-vintage='{digest}' data-desk='{workspace.tag()}'{own}"
    markup = f"<hr>{caption_markup(line)}<p class='km-quiet' {state_of_view}>{statement}</p>"
    markup += "".join(term_popover(context, term) for term in st.session_state[EXPLAINED])  # those of `line` as well
    st.markdown(markup, unsafe_allow_html=True)


def term_popover(context: PageContext, term: str) -> str:
    """Return the meaning of a glossary term as a popover, hidden until its button is pressed."""
    entry, language = glossary.terms()[term], context.t.language
    meaning = f"<strong>{html.escape(entry['term'][language])}</strong> {html.escape(entry['text'][language])}"
    return f"<div popover id='term-{term}' class='km-meaning'>{meaning}</div>"


def retrieval_date(context: PageContext) -> str:
    """Return the date on which the data were retrieved, written in the user's language."""
    return date_words(context, context.data.snapshot.manifest["retrieved"])


def date_words(context: PageContext, moment: str) -> str:
    """Return the date of a moment (ISO 8601), written in the user's language."""
    return text.date(context.t, moment)


def page_failed(error: Exception) -> bool:
    """Draw one sentence that the page cannot be shown, and return True; Streamlit has logged the details."""
    st.error(Translator(query_state.language_of(st.query_params.to_dict()))("error.page"))
    return True


def data_failed(error: DataError) -> None:
    """Draw one sentence that the data cannot be read; log the cause as one line.

    Defects of indicator files are shown in full, since whoever edits such a file looks here.
    """
    log.error("%s", error.line)
    t = Translator(query_state.language_of(st.query_params.to_dict()))
    st.error(t("error.catalog", message=error) if isinstance(error, CatalogError) else t("error.data"))
