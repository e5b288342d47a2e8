"""The three answers: a heading, beside whom, a card each, and the figures as a table.

The cards are one piece of markup, since each element costs time in the browser (docs/decisions/0011-drawn-once.md).
"""

import html
import re
from collections.abc import Sequence

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import text
from kuntamittari.exhibits.answers import model, slides, strip, words
from kuntamittari.exhibits.answers.model import Answer
from kuntamittari.exhibits.answers.words import Told
from kuntamittari.exhibits.deck import Card, DeckError
from kuntamittari.exhibits.grammar import dots
from kuntamittari.exhibits.grammar.colours import ROLES, THEMES, colour, line_colour
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query.figures import NEIGHBOURS, SIMILAR
from kuntamittari.ui import chart_walk, layout, state
from kuntamittari.ui.element_cache import cached_elements
from kuntamittari.ui.parts import comparison, presentation

WHOM = "answers-whom"
TAPS = (NEIGHBOURS, SIMILAR, "all")  # groups that are one tap away
COSTS, COMPARISON = "kustannukset", "vertailu"  # the pages that an answer leads to
METHODS = (1, 10, 18, 24)


def draw(context: PageContext) -> None:
    """Draw the page."""
    answers = model.of(context)
    with st.container(horizontal=True, vertical_alignment="bottom", key="answers-head"):
        heading(context, answers)
        whom(context)
    cached_elements(context, "answers", lambda: st.html(cards(context, answers)))
    cached_elements(context, "answers-below", lambda: below(context, answers))
    if any(answer.gap is not None for answer in answers):
        chart_walk.later(context, "answers-walk", lambda: dots_of(context, answers))


def heading(context: PageContext, answers: Sequence[Answer]) -> None:
    """Draw what the page is of, and beside whom, as one element."""
    t, manifest = context.t, context.data.snapshot.manifest
    said = t("answers.lead")
    if context.data.snapshot.invented:
        loaded = sum(row["loaded"] for code, row in context.register.items() if code != "MA1")
        count = t("overview.count_one") if loaded == 1 else t("overview.count", loaded=loaded)
        said = t("invented.lead", count=count, first=manifest["years"][0], last=manifest["years"][-1])
    title = t("answers.title", name=context.name(context.selection.municipality))
    lead = f"{said} {words.beside_whom(context, answers)}"
    st.markdown(
        f"<h1>{layout.escaped(title)}</h1><p class='km-a-lead'>{layout.glossary_markup(lead)}</p>",
        unsafe_allow_html=True,
    )


def whom(context: PageContext) -> None:
    """Draw the choice beside whom, one tap each; another chosen group stays on offer."""
    t, chosen = context.t, context.selection.group_id
    taps = [tap for tap in TAPS if tap in context.groups or not context.area]
    options = taps if chosen in taps else [*taps, chosen]

    def label(group_id: str) -> str:
        return t(f"answers.option_{group_id}") if group_id in TAPS else text.capital(context.group_name(group_id))

    def write_choice() -> None:
        state.write(context, group_id=st.session_state[WHOM])

    st.session_state[WHOM] = chosen
    st.segmented_control(
        t("answers.whom"),
        options,
        required=True,
        format_func=label,
        key=WHOM,
        on_change=write_choice,
        label_visibility="collapsed",
        wrap=True,
    )


def cards(context: PageContext, answers: Sequence[Answer]) -> str:
    """Return the cards as markup, side by side where there is room."""
    theme = THEMES[comparison.theme()]
    colours = {
        "chosen": colour(theme, "chosen"),
        "others": line_colour(theme, "other"),
        "band": colour(theme, "band"),
        "median": colour(theme, "reference"),
        "ground": theme.ground,
    } | {role: colour(theme, role) for role in ROLES if role.startswith("compared")}
    style = ";".join(f"--km-{role}:{colour}" for role, colour in colours.items())
    return f"<div class='km-answers' style='{style}'>{''.join(card(context, one) for one in answers)}</div>"


def card(context: PageContext, answer: Answer) -> str:
    """Return the card of an answer as markup."""
    t, said = context.t, words.told(context, answer)
    drawing = strip.of(context, answer)
    parts = [f"<h2>{layout.escaped(said.head)}</h2>"]
    if said.amount:
        parts.append(f"<p class='km-a-amount'>{layout.escaped(said.amount)}</p>")
        parts.append(f"<p class='km-a-per'>{layout.escaped(said.per)}</p>")
    parts.append(f"<p class='km-a-place'>{marked(said.place)}</p>")
    if drawing:
        alt = t("answers.picture", head=said.head, summary=words.plain(said.place))
        parts.append(strip.markup(drawing, alt))
    if said.why:
        parts.append(f"<p class='km-a-why'><b>{t('answers.why')}:</b> {joined(' '.join(said.why))}</p>")
    if said.notes:
        parts.append(f"<p class='km-a-note'>{layout.escaped(' '.join(said.notes))}</p>")
    if said.euros:
        parts.append(f"<p class='km-a-euros'>{marked(said.euros)}</p>")
    return f"<article class='km-a-card'>{''.join(parts)}{ways(context, answer, said)}</article>"


def joined(sentence: str) -> str:
    """Return a sentence as markup, in which no line ends between a figure and its unit."""
    return re.sub(" (?=[€%])", "\N{NO-BREAK SPACE}", layout.escaped(sentence))


def marked(sentence: str) -> str:
    """Return a sentence as markup, with what is to stand out in bold."""
    pieces = joined(sentence).split(words.MARK)
    return "".join(f"<b>{piece}</b>" if at % 2 else piece for at, piece in enumerate(pieces))


def ways(context: PageContext, answer: Answer, said: Told) -> str:
    """Return the ways on from an answer as markup: its costs, its link, the presentation.

    A script of the document copies the link with the words beside it (kuntamittari/web/edge.js).
    """
    t = context.t

    def labelled(key: str) -> str:
        return f" aria-label='{html.escape(t(f'answers.{key}_label', head=said.head), quote=True)}'"

    to = layout.href(context, COSTS, indicator_id=answer.whole.id)
    parts = [layout.link_markup(to, layout.escaped(t("answers.open_page")), labelled("open"))]
    link = layout.href(context, COSTS, indicator_id=answer.whole.id, deck=())
    message = html.escape(words.message(context, said), quote=True)
    parts.append(
        f"<button type='button' class='km-copy' data-copy-link='{link}' data-copy-text='{message}' "
        f"{labelled('copy')[1:]}>{layout.escaped(t('answers.copy'))}</button>"
    )
    if said.amount:
        parts.append(to_deck(context, answer, labelled("add"), labelled("added")))
    return f"<p class='km-a-ways'>{''.join(parts)}</p>"


def to_deck(context: PageContext, answer: Answer, label: str, label_added: str) -> str:
    """Return the link that adds an answer to the deck, or, once it is in it, that to the deck, as markup.

    Empty where the deck has no room.
    """
    t, s = context.t, context.selection
    # the slide keeps its year when newer data are loaded
    query = s.query(deck=(), year=s.year or answer.standing.year)
    query.pop("kieli")
    slide = Card(slides.NAMES[answer.id], tuple(query.items()))
    if slide in s.deck:
        to = layout.href(context, presentation.PATH)
        return layout.link_markup(to, layout.escaped(t("answers.added")), label_added)
    try:
        to = layout.href(context, deck=(*s.deck, slide))
    except DeckError:
        return ""
    return layout.link_markup(to, layout.escaped(t("answers.add")), label)


def below(context: PageContext, answers: Sequence[Answer]) -> None:
    """Draw how the cards are read, their figures as a folded table, and the source."""
    t = context.t
    valued = [answer for answer in answers if answer.standing.value is not None]
    if not valued:
        for answer in answers[:1]:
            layout.caption(
                comparison.way_on(context.with_indicator(answer.whole.id), answer.whole), layout.loaded_link(context)
            )
        return
    source = context.sources(dict.fromkeys(one for answer in valued for one in answer.whole.sources))
    how = f"<p>{layout.escaped(t('answers.how'))} {layout.method_links(context, *METHODS)}</p>"
    reading = layout.caption_markup(f"{t('answers.reading')} {source}")
    st.markdown(reading + layout.fold(t("answers.table"), table(context, valued) + how), unsafe_allow_html=True)


def dots_of(context: PageContext, answers: Sequence[Answer]) -> dict[str, pd.DataFrame]:
    """Return the name of each answer with a strip, and what its dots say."""
    strips = {context.t(f"answers.head_{answer.id}"): strip.of_group(context, answer) for answer in answers}
    return {head: pd.DataFrame(dots.members(shown, context.t)) for head, shown in strips.items() if shown}


def table(context: PageContext, answers: Sequence[Answer]) -> str:
    """Return the figures of the cards as a table, each row with the way to every municipality by name, as markup."""
    t = context.t
    heads = ("row", "own", "typical")
    columns = [t(f"answers.{head}") for head in heads] + [
        text.capital(t("chart.middle_half")),
        t("answers.ends"),
        t("chart.rank"),
        t("answers.members"),
    ]
    rows = ""
    for answer in answers:
        head, group, row, indicator = (
            t(f"answers.head_{answer.id}"),
            answer.standing.group,
            answer.standing.row,
            answer.whole,
        )
        assert group is not None and row is not None and answer.standing.year is not None
        ends = [t.number(end, indicator.decimals) for end in (group.min, group.max)]
        to = layout.href(context, COMPARISON, indicator_id=indicator.id)
        label = html.escape(t("answers.to_members", head=head), quote=True)
        link = layout.link_markup(to, layout.escaped(t("answers.members")), f" aria-label='{label}'")
        when = context.year_words(answer.standing.year) or str(answer.standing.year)
        cells = (
            f"{t.number(row['value'], indicator.decimals)} {indicator.unit[t.language]}",
            text.median(t, indicator, group),
            text.middle_half(t, indicator, group) if group.median is not None else t("missing.mark"),
            "–".join(ends) if group.median is not None else t("missing.mark"),
            text.rank(t, row),
        )
        written = "".join(f"<td>{layout.escaped(cell)}</td>" for cell in cells)
        rows += f"<tr><th scope='row'>{layout.escaped(f'{head}, {when}')}</th>{written}<td>{link}</td></tr>"
    head_row = "".join(f"<th scope='col'>{layout.escaped(column)}</th>" for column in columns)
    markup = f"<table class='km-card km-a-table'><thead><tr>{head_row}</tr></thead><tbody>{rows}</tbody></table>"
    return layout.scroll_box(t("answers.table_label"), markup)
