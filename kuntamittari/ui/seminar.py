"""From the screen to the seminar: any view as slides or a document, and a deck of views that is shown full screen."""

import base64
import html
from collections.abc import Callable

import streamlit as st

from kuntamittari import deck, reporting
from kuntamittari.address import View
from kuntamittari.database import Database, remembered
from kuntamittari.deck import Card, DeckError
from kuntamittari.export import image, pictures, reports
from kuntamittari.export.pictures import Canvas
from kuntamittari.leaves import OF_PAGE, PICTURES, Leaf, subtitle, table_of
from kuntamittari.reporting import Report
from kuntamittari.ui import brought, files, frame, state
from kuntamittari.ui.comparison import theme

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


def offer(view: View, path: str) -> None:
    """What this page shows, to take away as slides, document or workbook, and to add to the deck."""
    if path in OF_PAGE:
        files.menu(view.t("deck.take"), lambda: taken(view, path), "take")
        if view.selection.deck:
            frame.link(view, PATH, view.t("deck.open", n=len(view.selection.deck)))


def taken(view: View, path: str) -> None:
    """The files of the page, those of the municipality where it is hers, and the pictures for the deck."""
    t = view.t
    frame.caption(t("deck.of_view"))
    downloads(view, path or "kuntamittari", lambda: reporting.page(view, path), "view")
    if path in WHOLE_REPORT:
        frame.caption(t("deck.of_municipality", name=view.name(view.selection.municipality)))
        code = view.selection.municipality
        downloads(view, f"{code}", lambda: reporting.report(view), "report")
        media, brief = reports.FORMATS["pdf"].media, lambda: reports.FORMATS["pdf"].made(reporting.summary(view))
        file = f"{code}_{t('deck.brief_file')}.pdf"
        st.download_button(t("deck.brief"), brief, file, media, key="brief", on_click="ignore")
    frame.caption(t("deck.add"))
    with st.container(horizontal=True):
        for picture in OF_PAGE[path]:
            st.button(t(f"picture.{picture}"), key=f"add-{picture}", on_click=add, args=(view, picture), icon=":material/add:")


def downloads(view: View, name: str, report: Callable[[], Report], key: str) -> None:
    """A report in every form, made when it is asked for."""

    def made(form: str) -> Callable[[], bytes]:
        return lambda: reports.FORMATS[form].made(report())

    with st.container(horizontal=True):
        for form, about in reports.FORMATS.items():
            st.download_button(view.t(f"deck.{form}"), made(form), f"{name}.{form}", about.media, key=f"{key}-{form}", on_click="ignore")


def add(view: View, picture: str) -> None:
    """Puts a picture of the view at the end of the deck, where it has figures and the deck has room."""
    year = view.selection.year or (view.year if picture in OF_ONE_YEAR else 0)  # a slide keeps the year that it was taken of
    query = tuple((part, value) for part, value in view.selection.query(deck=(), year=year).items() if part != "kieli")
    if PICTURES[picture](view) is None:
        st.toast(view.t("deck.no_figures"))
    elif change(view, (*view.selection.deck, Card(picture, query))):
        st.toast(view.t("deck.added", n=len(view.selection.deck) + 1))


def change(view: View, cards: tuple[Card, ...]) -> bool:
    """Puts a deck into the address, and says so where it does not fit."""
    try:
        deck.packed(cards)
    except DeckError as error:
        st.toast(view.t(f"deck.{error.reason}", most=deck.MOST_CARDS))
        return False
    state.write(view, deck=cards)
    return True


def shown(view: View, path: str) -> int | None:
    """The number of the slide that is shown full screen, from 1; None where none is."""
    asked = dict(view.selection.own).get(SHOWN, "")
    if path != PATH or not asked.isdecimal() or not view.selection.deck:
        return None
    return min(max(int(asked[:4]), 1), len(view.selection.deck))


def edit(view: View) -> None:
    """The deck's slides: their order, their headlines, and what can be done with the whole."""
    t, cards = view.t, view.selection.deck
    if not cards:
        st.info(t("deck.empty"))
        load(view)
        return
    with st.container(horizontal=True):
        st.button(t("deck.show"), type="primary", on_click=turn, args=(view, 1))
        with st.container(width="content"):
            downloads(view, PATH, lambda: reporting.deck(view, cards), "deck")
    for number, card in enumerate(cards):
        one(view, number, card)
    st.subheader(t("deck.keep"))
    frame.caption(t("deck.link_note", length=len(deck.packed(cards)), most=deck.LONGEST_LINK))
    st.code(f"{(st.context.url or '').partition('?')[0]}?esitys={deck.packed(cards)}", language=None, wrap_lines=True)
    st.download_button(t("deck.file"), deck.file(cards), "esitys.json", "application/json", on_click="ignore")
    load(view)


def one(view: View, number: int, card: Card) -> None:
    """One slide: its finding, a headline of the reader's own, and its place."""
    t, cards, key = view.t, view.selection.deck, f"headline-{number}"

    def write() -> None:
        renamed = Card(card.picture, card.query, st.session_state[key].strip())
        change(view, (*cards[:number], renamed, *cards[number + 1 :]))

    def move(by: int | None) -> None:
        rest = [*cards[:number], *cards[number + 1 :]]
        change(view, tuple(rest) if by is None else (*rest[: number + by], card, *rest[number + by :]))

    leaf = reporting.slide(view, bare(card))
    st.session_state[key] = card.headline
    with st.container(border=True):
        st.markdown(f"**{number + 1}. {t(f'picture.{card.picture}') if card.picture in PICTURES else ''}** "
                    f"{frame.markdown_safe(leaf.title)}")  # fmt: skip
        for notice in reporting.view_of(view.data, card, t.language).notices:
            frame.caption(notice)
        st.text_input(t("deck.headline", number=number + 1), key=key, max_chars=deck.LONGEST_HEADLINE, on_change=write,
                      placeholder=t("deck.headline_hint"))  # fmt: skip
        with st.container(horizontal=True):
            st.button(t("deck.up", number=number + 1), key=f"up-{number}", on_click=move, args=(-1,), disabled=number == 0)
            st.button(t("deck.down", number=number + 1), key=f"down-{number}", on_click=move, args=(1,), disabled=number == len(cards) - 1)
            st.button(t("deck.remove", number=number + 1), key=f"remove-{number}", on_click=move, args=(None,))


def load(view: View) -> None:
    """A deck from its file."""
    t = view.t

    def chosen() -> None:
        given = st.session_state["deck-file"]
        if given is None:
            return
        try:
            change(view, deck.of_file(given.getvalue()))
        except DeckError as error:
            st.session_state["deck-refused"] = t(f"deck.{error.reason}", most=deck.MOST_CARDS)

    brought.box(view, t("deck.load"), ["json"], "deck-file", 1, on_change=chosen)
    if refused := st.session_state.pop("deck-refused", None):
        st.error(refused)


def bare(card: Card) -> Card:
    """A card without the reader's headline."""
    return Card(card.picture, card.query)


def turn(view: View, number: int | None) -> None:
    """Shows another slide, or (None) the deck again."""
    state.write(view, own=((SHOWN, str(number)),) if number else ())


def show(view: View, number: int) -> None:
    """One slide over the whole window, and what turns it: buttons and arrow keys."""
    t, cards = view.t, view.selection.deck
    leaf = reporting.slide(view, cards[number - 1])
    st.html(frame.SLIDE_STYLE)
    size = "km-slide-long" if len(leaf.title) > LONG_TITLE else ""
    body = listed(view, leaf) if leaf.kind == "table" else drawn(view, bare(cards[number - 1]))
    foot = " · ".join(part for part in (subtitle(leaf, t), leaf.source) if part)
    st.html(f"<section class='km-slide'><h1 class='{size}'>{html.escape(leaf.title)}</h1>{body}<p>{html.escape(foot)}</p></section>")
    with st.container(horizontal=True, horizontal_alignment="right", key="slide-keys"):
        st.markdown(f"{number}/{len(cards)}")
        full_screen(t("deck.full_screen"))
        st.button(t("deck.back"), shortcut="Left", on_click=turn, args=(view, number - 1), disabled=number == 1)
        st.button(t("deck.next"), shortcut="Right", on_click=turn, args=(view, number + 1), disabled=number == len(cards))
        st.button(t("deck.end"), shortcut="Esc", on_click=turn, args=(view, None))


def full_screen(words: str) -> None:
    """A button that lets the window fill the screen and takes it back: only the browser itself may do that, at a reader's own click."""
    component = st.components.v2.component("full_screen", html="<button type='button'></button>", css=FULL_SCREEN_STYLE, js=FULL_SCREEN)
    component(data=words, key="full-screen", width="content", height="content")


def listed(view: View, leaf: Leaf) -> str:
    """The figures of a leaf as a table of markup."""
    heads, rows = table_of(leaf, view.t)
    head = "".join(f"<th scope='col'>{html.escape(words)}</th>" for words in heads)
    body = "".join(
        f"<tr><th scope='row'>{html.escape(row[0])}</th>{''.join(f'<td>{html.escape(words)}</td>' for words in row[1:])}</tr>"
        for row in rows
    )
    small = " km-slide-small" if len(rows) > LONG_TABLE else ""
    return f"<table class='km-slide-table{small}'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def drawn(view: View, card: Card) -> str:
    """The picture of a card with its finding in words, for a screen and for a phone, and its figures for those who do not see it."""
    leaf = reporting.slide(view, card)
    alt = html.escape(f"{leaf.title} {subtitle(leaf, view.t)}", quote=True)
    images = "".join(
        f"<img class='{name}' alt='{alt}' src='data:image/svg+xml;base64,{_svg(view.data, card, view.t.language, theme(), size)}'>"
        for name, size in (("km-wide", WIDE), ("km-narrow", NARROW))
    )
    return f"{images}<div class='km-hidden'>{listed(view, leaf)}</div>"


@remembered(100)
def _svg(data: Database, card: Card, language: str, theme_name: str, size: tuple[int, int]) -> str:
    leaf = reporting.picture(data, card, language)
    assert leaf is not None
    canvas = Canvas(language, theme_name, SIZE, width=size[0], height=size[1])
    return base64.b64encode(image.svg(pictures.picture(leaf, pictures.fitted(leaf, canvas)))).decode("ascii")
