"""From the screen to the seminar: any view as slides or a document, and a deck of views that is shown full screen."""

import base64
import html
from collections.abc import Callable

import streamlit as st

from kuntamittari.exhibits import deck, reporting
from kuntamittari.exhibits.deck import Card, DeckError
from kuntamittari.exhibits.exhibit import Exhibit, subtitle, table_of
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.registry import OF_PAGE, PICTURES
from kuntamittari.exhibits.render import png, reports, svg
from kuntamittari.exhibits.render.svg import Canvas
from kuntamittari.exhibits.reporting import Report
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.ui import downloads, file_box, layout, state
from kuntamittari.ui.parts.comparison import theme
from kuntamittari.uploads.workspace import Workspace

PATH = "esitys"
SHOWN = "dia"  # the part of the address that says which slide is shown full screen
SIZE = 26  # pixels of type that is read from the back row of a slide 1,600 wide
WIDE, NARROW = (1560, 780), (720, 1000)  # pixels of a slide's picture, on a screen and on a phone
LONG_TITLE = 140  # characters past which a headline is set smaller
LONG_TABLE = 10  # rows past which a table is
FULL_SCREEN = """export default ({ parentElement, data }) => {
  const button = parentElement.querySelector("button");
  button.textContent = data;
  button.onclick = () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
};"""
FULL_SCREEN_STYLE = """button { font: inherit; font-size: 0.875rem; color: inherit; background: none; border: 1px solid
  rgba(128, 140, 150, 0.5); border-radius: 0.5rem; min-height: 2.5rem; padding: 0.25rem 0.75rem; cursor: pointer; }"""
OF_ONE_YEAR = ("ranking", "map", "by_model")  # pictures of the view's indicator in one year
WHOLE_REPORT = ("", "kuntakortti")  # pages that offer the municipality's report


def offer(context: PageContext, path: str) -> None:
    """What this page shows, to take away as slides, document or workbook, and to add to the deck."""
    if path in OF_PAGE:
        downloads.menu(context.t("deck.take"), lambda: taken(context, path), "take")
        if context.selection.deck:
            layout.link(context, PATH, context.t("deck.open", n=len(context.selection.deck)))


def taken(context: PageContext, path: str) -> None:
    """The files of the page, those of the municipality where it is hers, and the pictures for the deck."""
    t = context.t
    layout.caption(t("deck.of_view"))
    report_downloads(context, path or "kuntamittari", lambda: reporting.page(context, path), "view")
    if path in WHOLE_REPORT:
        layout.caption(t("deck.of_municipality", name=context.name(context.selection.municipality)))
        code = context.selection.municipality
        report_downloads(context, f"{code}", lambda: reporting.report(context), "report")
        media, brief = reports.FORMATS["pdf"].media, lambda: reports.FORMATS["pdf"].made(reporting.summary(context))
        file = f"{code}_{t('deck.brief_file')}.pdf"
        st.download_button(t("deck.brief"), brief, file, media, key="brief", on_click="ignore")
    layout.caption(t("deck.add"))
    with st.container(horizontal=True):
        for picture in OF_PAGE[path]:
            st.button(
                t(f"picture.{picture}"),
                key=f"add-{picture}",
                on_click=add,
                args=(context, picture),
                icon=":material/add:",
            )


def report_downloads(context: PageContext, name: str, report: Callable[[], Report], key: str) -> None:
    """A report in every form, made when it is asked for."""

    def made(form: str) -> Callable[[], bytes]:
        return lambda: reports.FORMATS[form].made(report())

    with st.container(horizontal=True):
        for form, about in reports.FORMATS.items():
            st.download_button(
                context.t(f"deck.{form}"),
                made(form),
                f"{name}.{form}",
                about.media,
                key=f"{key}-{form}",
                on_click="ignore",
            )


def add(context: PageContext, picture: str) -> None:
    """Puts a picture of the view at the end of the deck, where it has figures and the deck has room."""
    year = context.selection.year or (
        context.year if picture in OF_ONE_YEAR else 0
    )  # a slide keeps the year that it was taken of
    query = tuple(
        (part, value) for part, value in context.selection.query(deck=(), year=year).items() if part != "kieli"
    )
    if PICTURES[picture](context) is None:
        st.toast(context.t("deck.no_figures"))
    elif change(context, (*context.selection.deck, Card(picture, query))):
        st.toast(context.t("deck.added", n=len(context.selection.deck) + 1))


def change(context: PageContext, cards: tuple[Card, ...]) -> bool:
    """Puts a deck into the address, and says so where it does not fit."""
    try:
        deck.packed(cards)
    except DeckError as error:
        st.toast(context.t(f"deck.{error.reason}", most=deck.MOST_CARDS))
        return False
    state.write(context, deck=cards)
    return True


def shown(context: PageContext, path: str) -> int | None:
    """The number of the slide that is shown full screen, from 1; None where none is."""
    asked = dict(context.selection.page_params).get(SHOWN, "")
    if path != PATH or not asked.isdecimal() or not context.selection.deck:
        return None
    return min(max(int(asked[:4]), 1), len(context.selection.deck))


def edit(context: PageContext) -> None:
    """The deck's slides: their order, their headlines, and what can be done with the whole."""
    t, cards = context.t, context.selection.deck
    if not cards:
        st.info(t("deck.empty"))
        load(context)
        return
    with st.container(horizontal=True):
        st.button(t("deck.show"), type="primary", on_click=turn, args=(context, 1))
        with st.container(width="content"):
            report_downloads(context, PATH, lambda: reporting.deck(context, cards), "deck")
    for number, card in enumerate(cards):
        one(context, number, card)
    st.subheader(t("deck.keep"))
    layout.caption(t("deck.link_note", length=len(deck.packed(cards)), most=deck.LONGEST_LINK))
    st.code(f"{(st.context.url or '').partition('?')[0]}?esitys={deck.packed(cards)}", language=None, wrap_lines=True)
    st.download_button(t("deck.file"), deck.file(cards), "esitys.json", "application/json", on_click="ignore")
    load(context)


def one(context: PageContext, number: int, card: Card) -> None:
    """One slide: its finding, a headline of the reader's own, and its place."""
    t, cards, key = context.t, context.selection.deck, f"headline-{number}"

    def write() -> None:
        renamed = Card(card.picture, card.query, st.session_state[key].strip())
        change(context, (*cards[:number], renamed, *cards[number + 1 :]))

    def move(by: int | None) -> None:
        rest = [*cards[:number], *cards[number + 1 :]]
        change(context, tuple(rest) if by is None else (*rest[: number + by], card, *rest[number + by :]))

    exhibit = reporting.slide(context, bare(card))
    st.session_state[key] = card.headline
    with st.container(border=True):
        st.markdown(
            f"**{number + 1}. {t(f'picture.{card.picture}') if card.picture in PICTURES else ''}** "
            f"{layout.markdown_safe(exhibit.title)}"
        )
        for notice in reporting.context_of(context.data, context.workspace, card, t.language).notices:
            layout.caption(notice)
        st.text_input(
            t("deck.headline", number=number + 1),
            key=key,
            max_chars=deck.LONGEST_HEADLINE,
            on_change=write,
            placeholder=t("deck.headline_hint"),
        )
        with st.container(horizontal=True):
            st.button(
                t("deck.up", number=number + 1), key=f"up-{number}", on_click=move, args=(-1,), disabled=number == 0
            )
            st.button(
                t("deck.down", number=number + 1),
                key=f"down-{number}",
                on_click=move,
                args=(1,),
                disabled=number == len(cards) - 1,
            )
            st.button(t("deck.remove", number=number + 1), key=f"remove-{number}", on_click=move, args=(None,))


def load(context: PageContext) -> None:
    """A deck from its file."""
    t = context.t

    def chosen() -> None:
        given = st.session_state["deck-file"]
        if given is None:
            return
        try:
            change(context, deck.of_file(given.getvalue()))
        except DeckError as error:
            st.session_state["deck-refused"] = t(f"deck.{error.reason}", most=deck.MOST_CARDS)

    file_box.box(context, t("deck.load"), ["json"], "deck-file", 1, on_change=chosen)
    if refused := st.session_state.pop("deck-refused", None):
        st.error(refused)


def bare(card: Card) -> Card:
    """A card without the reader's headline."""
    return Card(card.picture, card.query)


def turn(context: PageContext, number: int | None) -> None:
    """Shows another slide, or (None) the deck again."""
    state.write(context, page_params=((SHOWN, str(number)),) if number else ())


def show(context: PageContext, number: int) -> None:
    """One slide over the whole window, and what turns it: buttons and arrow keys."""
    t, cards = context.t, context.selection.deck
    exhibit = reporting.slide(context, cards[number - 1])
    st.html(layout.SLIDE_STYLE)
    size = "km-slide-long" if len(exhibit.title) > LONG_TITLE else ""
    body = listed(context, exhibit) if exhibit.kind == "table" else drawn(context, bare(cards[number - 1]))
    foot = " · ".join(part for part in (subtitle(exhibit, t), exhibit.source) if part)
    st.html(
        f"<section class='km-slide'><h1 class='{size}'>{html.escape(exhibit.title)}</h1>{body}<p>{html.escape(foot)}</p></section>"
    )
    with st.container(horizontal=True, horizontal_alignment="right", key="slide-keys"):
        st.markdown(f"{number}/{len(cards)}")
        full_screen(t("deck.full_screen"))
        st.button(t("deck.back"), shortcut="Left", on_click=turn, args=(context, number - 1), disabled=number == 1)
        st.button(
            t("deck.next"), shortcut="Right", on_click=turn, args=(context, number + 1), disabled=number == len(cards)
        )
        st.button(t("deck.end"), shortcut="Esc", on_click=turn, args=(context, None))


def full_screen(words: str) -> None:
    """A button that lets the window fill the screen and takes it back: only the browser itself may do that, at a
    reader's own click."""
    component = st.components.v2.component(
        "full_screen", html="<button type='button'></button>", css=FULL_SCREEN_STYLE, js=FULL_SCREEN
    )
    component(data=words, key="full-screen", width="content", height="content")


def listed(context: PageContext, exhibit: Exhibit) -> str:
    """The figures of a leaf as a table of markup."""
    heads, rows = table_of(exhibit, context.t)
    head = "".join(f"<th scope='col'>{html.escape(words)}</th>" for words in heads)
    body = "".join(
        f"<tr><th scope='row'>{html.escape(row[0])}</th>{''.join(f'<td>{html.escape(words)}</td>' for words in row[1:])}</tr>"
        for row in rows
    )
    small = " km-slide-small" if len(rows) > LONG_TABLE else ""
    return f"<table class='km-slide-table{small}'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def drawn(context: PageContext, card: Card) -> str:
    """The picture of a card with its finding in words, for a screen and for a phone, and its figures for those who do
    not see it."""
    exhibit = reporting.slide(context, card)
    alt = html.escape(f"{exhibit.title} {subtitle(exhibit, context.t)}", quote=True)
    images = "".join(
        f"<img class='{name}' alt='{alt}' src='data:image/svg+xml;base64,{_svg(context.data, context.workspace, card, context.t.language, theme(), size)}'>"
        for name, size in (("km-wide", WIDE), ("km-narrow", NARROW))
    )
    return f"{images}<div class='km-hidden'>{listed(context, exhibit)}</div>"


@cached_per_snapshot(100)
def _svg(
    data: Database, workspace: Workspace, card: Card, language: str, theme_name: str, size: tuple[int, int]
) -> str:
    exhibit = reporting.picture(data, workspace, card, language)
    assert exhibit is not None
    canvas = Canvas(language, theme_name, SIZE, width=size[0], height=size[1])
    return base64.b64encode(png.svg(svg.picture(exhibit, svg.fitted(exhibit, canvas)))).decode("ascii")
