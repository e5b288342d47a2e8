"""The tray: the slides of the deck as thumbnails, their order and headlines, the link, and the files of the whole."""

import html
from dataclasses import dataclass

import streamlit as st

from kuntamittari import settings
from kuntamittari.exhibits import deck, reporting, text
from kuntamittari.exhibits.deck import Card, DeckError
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.exhibits.render.reports import FORMATS
from kuntamittari.ui import file_box, layout, report_files
from kuntamittari.ui.deck import stage
from kuntamittari.ui.deck.stage import Staged
from kuntamittari.ui.parts.presentation import PATH, SHOWN, write_deck

SCRIPT = (settings.PACKAGE / "ui" / "deck" / "tray.js").read_text("utf-8")
SAID = "<p role='status'></p>"
SAID_STYLE = "p { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); margin: 0; }"
MOVED, REMOVED = "deck-moved", "deck-removed"  # in the session: the last move, and the slide that was taken out last
MOST_ROWS = 5  # of a table on a thumbnail


@dataclass(frozen=True)
class Move:
    """The last move in the tray: how many there were, what is said of it, where the focus goes (the first there is)."""

    count: int
    said: str
    focus: tuple[str, ...]


@dataclass(frozen=True)
class Removed:
    """A slide that was taken out of the deck: where it was, and the deck without it."""

    number: int
    card: Card
    rest: tuple[Card, ...]


def draw(context: PageContext) -> None:
    """Draw the tray: what can be done with the whole deck, then its slides."""
    t, cards = context.t, context.selection.deck
    if not cards:
        st.info(t("deck.empty"))
        undo(context)
        upload(context)
        return
    with st.container(horizontal=True, key="deck-do", vertical_alignment="center", gap="small"):
        st.button(
            t("deck.show"),
            type="primary",
            icon=":material/slideshow:",
            on_click=stage.go_to_slide,
            args=(context, 0),
        )
        for form in FORMATS:
            report_files.button(context, t(f"deck.{form}"), PATH, "deck", form)
        st.html(copy_markup(context), width="content")
    report_files.progress(context)
    undo(context)
    slides = stage.of_deck(context)
    first = {staged.place: at for at, staged in reversed(list(enumerate(slides)))}
    with st.container(key="deck-grid"):
        for number in range(len(cards)):
            cell(context, number, slides[first[number]], first[number] + 1)
    layout.caption(t("deck.move_note"))
    with st.expander(t("deck.keep")):
        layout.caption(t("deck.link_note", length=len(deck.packed(cards)), most=deck.LONGEST_LINK))
        st.code(f"{(st.context.url or '').partition('?')[0]}{link(context)}", language=None, wrap_lines=True)
        st.download_button(t("deck.file"), deck.file(cards), "esitys.json", "application/json", on_click="ignore")
        upload(context)
    movable(context)


def link(context: PageContext) -> str:
    """Return the query string that holds the deck and nothing else, so that it opens in each reader's language."""
    return f"?esitys={deck.packed(context.selection.deck)}"


def copy_markup(context: PageContext) -> str:
    """Return a button that copies the link of the deck with a few words; the script of the document does it."""
    t = context.t
    words = t("deck.message", name=reporting.deck(context, context.selection.deck).name)
    return (
        f"<button type='button' class='km-copy' data-copy-link='{PATH}{html.escape(link(context), quote=True)}' "
        f"data-copy-text='{html.escape(words, quote=True)}'>{html.escape(t('deck.copy'))}</button>"
    )


def cell(context: PageContext, number: int, staged: Staged, at: int) -> None:
    """Draw one slide: its thumbnail, the user's headline, and the buttons that move and remove it.

    `at` is its number on the stage.
    """
    t, cards, key = context.t, context.selection.deck, f"headline-{number}"
    card = cards[number]

    def write_headline() -> None:
        renamed = Card(card.picture, card.query, st.session_state[key].strip())
        write_deck(context, (*cards[:number], renamed, *cards[number + 1 :]))

    st.session_state[key] = card.headline
    with st.container(key=f"slide-{number}", gap="xsmall"):
        st.html(thumbnail(context, number, staged, at))
        with st.container(horizontal=True, gap=None, key=f"slide-do-{number}"):
            step(context, "earlier", number, number - 1, ":material/arrow_back:")
            step(context, "later", number, number + 1, ":material/arrow_forward:")
            st.button(
                t("deck.remove", number=number + 1),
                key=f"remove-{number}",
                on_click=remove,
                args=(context, number),
                icon=":material/delete:",
                type="tertiary",
            )
        for notice in reporting.context_of(context.data, context.workspace, card, t.language).notices:
            layout.caption(notice)
        st.text_input(
            t("deck.headline", number=number + 1),
            key=key,
            max_chars=deck.LONGEST_HEADLINE,
            on_change=write_headline,
            placeholder=t("deck.headline_hint"),
            label_visibility="collapsed",
        )


def step(context: PageContext, name: str, number: int, to: int, icon: str) -> None:
    """Draw a button that moves a slide by one place."""
    st.button(
        context.t(f"deck.{name}", number=number + 1),
        key=f"{name}-{number}",
        on_click=move,
        args=(context, number, to, name),
        icon=icon,
        disabled=not 0 <= to < len(context.selection.deck),
        type="tertiary",
    )


def move(context: PageContext, number: int, to: int, focus: str = "") -> None:
    """Move a slide to another place. The focus goes along: to the same button, or to the thumbnail."""
    cards = list(context.selection.deck)
    card = cards.pop(number)
    cards.insert(to, card)
    if write_deck(context, tuple(cards)):
        buttons = (f".st-key-{focus}-{to} button",) if focus else ()
        said = context.t("deck.moved", number=to + 1, all=len(cards))
        note_move(said, (*buttons, f".km-thumb[data-slide='{to}'] a"))


def remove(context: PageContext, number: int) -> None:
    """Take a slide out of the deck, and keep it so that it can be put back."""
    cards = context.selection.deck
    rest = (*cards[:number], *cards[number + 1 :])
    if write_deck(context, rest):
        st.session_state[REMOVED] = Removed(number, cards[number], rest)
        note_move(context.t("deck.removed", number=number + 1), (".st-key-put-back button",))


def put_back(context: PageContext, removed: Removed) -> None:
    """Put a slide back where it was."""
    cards = removed.rest
    if write_deck(context, (*cards[: removed.number], removed.card, *cards[removed.number :])):
        del st.session_state[REMOVED]
        note_move(
            context.t("deck.moved", number=removed.number + 1, all=len(cards) + 1),
            (f".km-thumb[data-slide='{removed.number}'] a",),
        )


def undo(context: PageContext) -> None:
    """Draw the way back from the last removal, until the deck is another one."""
    removed: Removed | None = st.session_state.get(REMOVED)
    if removed and removed.rest == context.selection.deck:
        with st.container(horizontal=True, key="deck-undo", vertical_alignment="center"):
            st.markdown(context.t("deck.removed", number=removed.number + 1), width="content")
            st.button(
                context.t("deck.put_back"),
                key="put-back",
                on_click=put_back,
                args=(context, removed),
                icon=":material/undo:",
            )


def note_move(said: str, focus: tuple[str, ...]) -> None:
    """Keep what the script of the tray says aloud and where it sets the focus after this run."""
    last: Move | None = st.session_state.get(MOVED)
    st.session_state[MOVED] = Move(last.count + 1 if last else 1, said, focus)


def movable(context: PageContext) -> None:
    """Draw the script that lets slides be dragged and moved with the arrow keys."""
    count = len(context.selection.deck)

    def move_to() -> None:
        match st.session_state["tray"].get("moved"):
            case {"from": int(number), "to": int(to)} if 0 <= number < count and 0 <= to < count:
                move(context, number, to)

    last: Move | None = st.session_state.get(MOVED)
    component = st.components.v2.component("tray", html=SAID, css=SAID_STYLE, js=SCRIPT)
    component(
        data={
            "slides": count,
            "moves": last.count if last else 0,
            "said": last.said if last else "",
            "focus": list(last.focus) if last else [],
        },
        key="tray",
        on_moved_change=move_to,
        height="content",
    )


def thumbnail(context: PageContext, number: int, staged: Staged, at: int) -> str:
    """Return a slide as a small picture that opens it full screen, as markup; `at` is its number on the stage."""
    t = context.t
    if staged.exhibit.kind == "table":
        heads, rows = staged.slide.exhibit.heads, staged.slide.exhibit.rows[:MOST_ROWS]
        lines = (heads, *rows)
        body = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in line)}</tr>" for line in lines)
        picture = f"<table aria-hidden='true'><tbody>{body}</tbody></table>"
    else:
        alt, drawn = stage.alternative(context, staged), stage.source(context, staged.card)
        picture = f"<img alt='{alt}' draggable='false' loading='lazy' src='{drawn}'>"
    to = layout.href(context, page_params=((SHOWN, str(at)),))
    name = t(f"picture.{staged.card.picture}") if staged.card.picture in PICTURES else ""
    opened = layout.link_markup(
        to, f"<strong>{html.escape(staged.exhibit.headline.removesuffix('.'))}</strong>{picture}", " draggable='false'"
    )
    return (
        f"<figure class='km-thumb' draggable='true' data-slide='{number}'>{opened}"
        f"<figcaption><b>{number + 1}</b> {html.escape(text.capital(name))}</figcaption></figure>"
    )


def upload(context: PageContext) -> None:
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
    if refused := layout.told_once("deck-refused"):
        st.error(refused)
