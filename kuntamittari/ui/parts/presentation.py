"""The presentation: files of a page, a deck of slides taken from pages, and the slides full screen."""

import base64
import html

import streamlit as st

from kuntamittari import settings
from kuntamittari.exhibits import deck, reporting
from kuntamittari.exhibits.deck import Card, DeckError
from kuntamittari.exhibits.exhibit import Exhibit, subtitle, table_of
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.registry import OF_PAGE, PICTURES
from kuntamittari.exhibits.render import png, svg
from kuntamittari.exhibits.render.pool import POOL
from kuntamittari.exhibits.render.svg import Canvas
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.ui import downloads, file_box, layout, report_files, state
from kuntamittari.ui.parts.comparison import theme
from kuntamittari.uploads.workspace import Workspace

PATH = "esitys"
SHOWN = "dia"  # the page parameter that names the slide shown full screen
SIZE = 26  # pixels of type that can be read from the back row, on a slide 1,600 pixels wide
WIDE, NARROW = (1560, 780), (720, 1000)  # pixels of a slide's picture, on a screen and on a phone
LONG_TITLE = 140  # characters above which a headline is set smaller
LONG_TABLE = 10  # rows above which a table is set smaller
FULL_SCREEN = (settings.PACKAGE / "ui" / "parts" / "full_screen.js").read_text("utf-8")
FULL_SCREEN_STYLE = """button { font: inherit; font-size: 0.875rem; color: inherit; background: none; border: 1px solid
  rgba(128, 140, 150, 0.5); border-radius: 0.5rem; min-height: 2.5rem; padding: 0.25rem 0.75rem; cursor: pointer; }"""
OF_ONE_YEAR = ("ranking", "map", "by_model")  # pictures of the page's indicator in one year
WHOLE_REPORT = ("", "kuntakortti")  # pages that offer the municipality's report


def offer(context: PageContext, path: str) -> None:
    """Draw the menu of a page's files and of the pictures for the deck, and the link to the deck."""
    if path in OF_PAGE:
        downloads.menu(context.t("deck.take"), lambda: file_menu(context, path), report_files.MENU)
        report_files.progress(context)
        if context.selection.deck:
            layout.link(context, PATH, context.t("deck.open", n=len(context.selection.deck)))


def file_menu(context: PageContext, path: str) -> None:
    """Draw the files of the page and the buttons that add its pictures to the deck.

    The pages of one municipality also offer its report and its two-page summary.
    """
    t = context.t
    POOL.warm_up()
    layout.caption(t("deck.of_view"))
    report_files.buttons(context, path or "kuntamittari", "page", path)
    if path in WHOLE_REPORT:
        code = context.selection.municipality
        layout.caption(t("deck.of_municipality", name=context.name(code)))
        report_files.buttons(context, code, "municipality")
        report_files.button(context, t("deck.brief"), f"{code}_{t('deck.brief_file')}", "summary", "pdf")
    layout.caption(t("deck.add"))
    with st.container(horizontal=True):
        for picture in OF_PAGE[path]:
            st.button(
                t(f"picture.{picture}"),
                key=f"add-{picture}",
                on_click=add_picture,
                args=(context, picture),
                icon=":material/add:",
            )


def add_picture(context: PageContext, picture: str) -> None:
    """Append a picture of the page to the deck, if it has figures and the deck has room."""
    # the slide keeps its year when newer data are loaded
    year = context.selection.year or (context.year if picture in OF_ONE_YEAR else 0)
    query = context.selection.query(deck=(), year=year)
    query.pop("kieli")
    if PICTURES[picture](context) is None:
        st.toast(context.t("deck.no_figures"))
    elif write_deck(context, (*context.selection.deck, Card(picture, tuple(query.items())))):
        st.toast(context.t("deck.added", n=len(context.selection.deck) + 1))


def write_deck(context: PageContext, cards: tuple[Card, ...]) -> bool:
    """Write a deck to the address and return True, or say why it does not fit and return False."""
    try:
        deck.packed(cards)
    except DeckError as error:
        st.toast(context.t(f"deck.{error.reason}", most=deck.MOST_CARDS))
        return False
    state.write(context, deck=cards)
    return True


def shown_slide(context: PageContext, path: str) -> int | None:
    """Return the number of the slide shown full screen, from 1; None where none is."""
    requested = dict(context.selection.page_params).get(SHOWN, "")
    if path != PATH or not requested.isdecimal() or not context.selection.deck:
        return None
    return min(max(int(requested[:4]), 1), len(context.selection.deck))


def deck_editor(context: PageContext) -> None:
    """Draw the slides of the deck with their order and headlines, and the files of the whole deck."""
    t, cards = context.t, context.selection.deck
    if not cards:
        st.info(t("deck.empty"))
        deck_upload(context)
        return
    with st.container(horizontal=True):
        st.button(t("deck.show"), type="primary", on_click=go_to_slide, args=(context, 1))
        with st.container(width="content"):
            report_files.buttons(context, PATH, "deck")
    report_files.progress(context)
    for number, card in enumerate(cards):
        slide_editor(context, number, card)
    st.subheader(t("deck.keep"))
    layout.caption(t("deck.link_note", length=len(deck.packed(cards)), most=deck.LONGEST_LINK))
    st.code(f"{(st.context.url or '').partition('?')[0]}?esitys={deck.packed(cards)}", language=None, wrap_lines=True)
    st.download_button(t("deck.file"), deck.file(cards), "esitys.json", "application/json", on_click="ignore")
    deck_upload(context)


def slide_editor(context: PageContext, number: int, card: Card) -> None:
    """Draw the editor of one slide: its finding, the user's headline, and its place."""
    t, cards, key = context.t, context.selection.deck, f"headline-{number}"

    def write_headline() -> None:
        renamed = Card(card.picture, card.query, st.session_state[key].strip())
        write_deck(context, (*cards[:number], renamed, *cards[number + 1 :]))

    def move(by: int | None) -> None:
        rest = [*cards[:number], *cards[number + 1 :]]
        write_deck(context, tuple(rest) if by is None else (*rest[: number + by], card, *rest[number + by :]))

    exhibit = reporting.slide(context, without_headline(card))
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
            on_change=write_headline,
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


def deck_upload(context: PageContext) -> None:
    """Draw the upload of a deck."""
    t = context.t

    def read_deck() -> None:
        file = st.session_state["deck-file"]
        if file is None:
            return
        try:
            write_deck(context, deck.of_file(file.getvalue()))
        except DeckError as error:
            st.session_state["deck-refused"] = t(f"deck.{error.reason}", most=deck.MOST_CARDS)

    file_box.uploader(context, t("deck.load"), ["json"], "deck-file", 1, on_change=read_deck)
    if refused := st.session_state.pop("deck-refused", None):
        st.error(refused)


def without_headline(card: Card) -> Card:
    """Return a slide without the user's headline."""
    return Card(card.picture, card.query)


def go_to_slide(context: PageContext, number: int | None) -> None:
    """Show another slide, or (None) the editor of the deck."""
    state.write(context, page_params=((SHOWN, str(number)),) if number else ())


def show_slide(context: PageContext, number: int) -> None:
    """Draw one slide over the whole window, with the buttons and arrow keys that change it."""
    t, cards = context.t, context.selection.deck
    card = cards[number - 1]
    exhibit = reporting.slide(context, card)
    st.html(layout.SLIDE_STYLE)
    size = "km-slide-long" if len(exhibit.title) > LONG_TITLE else ""
    table = exhibit.kind == "table"
    body = table_markup(context, exhibit) if table else picture_markup(context, without_headline(card))
    foot = " · ".join(part for part in (subtitle(exhibit, t), exhibit.source) if part)
    title = f"<h1 class='{size}'>{html.escape(exhibit.title)}</h1>"
    st.html(f"<section class='km-slide'>{title}{body}<p>{html.escape(foot)}</p></section>")
    with st.container(horizontal=True, horizontal_alignment="right", key="slide-keys"):
        st.markdown(f"{number}/{len(cards)}")
        full_screen(t("deck.full_screen"))
        st.button(
            t("deck.back"), shortcut="Left", on_click=go_to_slide, args=(context, number - 1), disabled=number == 1
        )
        st.button(
            t("deck.next"),
            shortcut="Right",
            on_click=go_to_slide,
            args=(context, number + 1),
            disabled=number == len(cards),
        )
        st.button(t("deck.end"), shortcut="Esc", on_click=go_to_slide, args=(context, None))


def full_screen(label: str) -> None:
    """Draw a button that lets the window fill the screen and back.

    Only the browser can do that, and only on the user's own click.
    """
    component = st.components.v2.component(
        "full_screen", html="<button type='button'></button>", css=FULL_SCREEN_STYLE, js=FULL_SCREEN
    )
    component(data=label, key="full-screen", width="content", height="content")


def table_markup(context: PageContext, exhibit: Exhibit) -> str:
    """Return the figures of an exhibit as a table, as markup."""
    heads, rows = table_of(exhibit, context.t)
    head = "".join(f"<th scope='col'>{html.escape(name)}</th>" for name in heads)
    body = ""
    for first, *others in rows:
        cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in others)
        body += f"<tr><th scope='row'>{html.escape(first)}</th>{cells}</tr>"
    small = " km-slide-small" if len(rows) > LONG_TABLE else ""
    return f"<table class='km-slide-table{small}'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def picture_markup(context: PageContext, card: Card) -> str:
    """Return the picture of a slide as markup, once for a screen and once for a phone.

    Its alternative text is the finding; its figures follow as a hidden table.
    """
    exhibit = reporting.slide(context, card)
    alt = html.escape(f"{exhibit.title} {subtitle(exhibit, context.t)}", quote=True)
    images = ""
    for name, size in (("km-wide", WIDE), ("km-narrow", NARROW)):
        svg_file = _svg(context.data, context.workspace, card, context.t.language, theme(), size)
        images += f"<img class='{name}' alt='{alt}' src='data:image/svg+xml;base64,{svg_file}'>"
    return f"{images}<div class='km-hidden'>{table_markup(context, exhibit)}</div>"


@cached_per_snapshot(100)
def _svg(
    data: Database, workspace: Workspace, card: Card, language: str, theme_name: str, size: tuple[int, int]
) -> str:
    exhibit = reporting.picture(data, workspace, card, language)
    assert exhibit is not None
    canvas = Canvas(language, theme_name, SIZE, width=size[0], height=size[1])
    return base64.b64encode(png.svg(svg.picture(exhibit, svg.fitted(exhibit, canvas)))).decode("ascii")
