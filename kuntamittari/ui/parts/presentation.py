"""Collecting slides: the bar over every page with pictures, which adds them to the deck and offers the page's files."""

import streamlit as st

from kuntamittari.exhibits import deck, registry, text
from kuntamittari.exhibits.deck import Card, DeckError
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.exhibits.render.pool import POOL
from kuntamittari.ui import downloads, layout, report_files, state

PATH = "esitys"
SHOWN = "dia"  # the page parameter that names the slide shown full screen; 0 is the title slide
OF_ONE_YEAR = ("ranking", "map", "by_model")  # pictures of the page's indicator in one year
ADDED = "deck-added"  # in the session: what was added, until the run that draws the bar with the new number says it
WHOLE_REPORT = ("", "kuntakortti")  # pages that offer the municipality's report


def offer(context: PageContext, path: str) -> None:
    """Draw the bar that stays in view: add this page's picture, its other pictures and files, and the deck.

    Files that were ordered there appear above it, so that they are seen wherever the page is scrolled to.
    """
    pictures = registry.names(context, path)
    if not pictures:
        return
    t, count = context.t, len(context.selection.deck)
    with st.container(key="collect"):
        with st.container(horizontal=True, key="collect-row", vertical_alignment="center"):
            st.button(
                t("deck.add"),
                key="add-first",
                on_click=add_pictures,
                args=(context, pictures, True),
                icon=":material/add:",
                type="primary",
            )
            downloads.menu(t("deck.take"), lambda: file_menu(context, path), report_files.MENU)
            if count:
                words = f"<span>{layout.escaped(t('deck.name'))} · </span>{count}"
                link = layout.link_markup(layout.href(context, PATH), words)
                st.markdown(f"<p class='km-way'>{link}</p>", unsafe_allow_html=True, width="content")
        if added := layout.told_once(ADDED):
            st.toast(added)
        # after the menu, which an order closes: a file that is made at once runs the page anew from here
        report_files.progress(context)


def file_menu(context: PageContext, path: str) -> None:
    """Draw the buttons that add each picture of the page to the deck, or all, and those that order its files.

    The pages of one municipality also offer its report and its two-page summary.
    """
    t, pictures = context.t, registry.names(context, path)
    POOL.warm_up()
    layout.caption(t("deck.add_one"))
    for picture in pictures:
        st.button(
            text.capital(t(f"picture.{picture}")),
            key=f"add-{picture}",
            on_click=add_pictures,
            args=(context, (picture,)),
            icon=":material/add:",
            width="stretch",
        )
    if len(pictures) > 1:
        st.button(
            t("deck.add_all", n=len(pictures)),
            key="add-all",
            on_click=add_pictures,
            args=(context, pictures),
            icon=":material/library_add:",
            width="stretch",
        )
    layout.caption(t("deck.of_view"))
    report_files.buttons(context, path or "kuntamittari", "page", path)
    if path in WHOLE_REPORT:
        code = context.selection.municipality
        layout.caption(t("deck.of_municipality", name=context.name(code)))
        report_files.buttons(context, code, "municipality")
        report_files.button(context, t("deck.brief"), f"{code}_{t('deck.brief_file')}", "summary", "pdf")


def add_pictures(context: PageContext, pictures: tuple[str, ...], only_first: bool = False) -> None:
    """Append pictures of the page to the deck: those with figures that are not in it, if the deck has room.

    `only_first`: only the first one with figures.
    """
    t, cards = context.t, context.selection.deck
    with_figures = [picture for picture in pictures if PICTURES[picture](context) is not None]
    found = [card_of(context, picture) for picture in (with_figures[:1] if only_first else with_figures)]
    new = [card for card in found if card not in cards]
    if not found:
        st.toast(t("deck.no_figures"))
    elif not new:
        st.toast(t("deck.already", n=len(cards)))
    elif write_deck(context, (*cards, *new)):
        names = ", ".join(t(f"picture.{card.picture}") for card in new)
        st.session_state[ADDED] = t("deck.added", pictures=names, n=len(cards) + len(new))


def card_of(context: PageContext, picture: str) -> Card:
    """Return a picture of the page as a slide, as it is seen now."""
    # the slide keeps its year when newer data are loaded
    year = context.selection.year or (context.year if picture in OF_ONE_YEAR else 0)
    query = context.selection.query(deck=(), year=year)
    query.pop("kieli")
    return Card(picture, tuple(query.items()))


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
    """Return the number of the slide asked for full screen, 0 for the title slide; None where none is."""
    requested = dict(context.selection.page_params).get(SHOWN, "")
    if path != PATH or not requested.isdecimal() or not context.selection.deck:
        return None
    return int(requested[:4])
