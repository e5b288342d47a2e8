"""The stage: the slides of the deck over the whole window, one finding each, turned by keys and buttons."""

import base64
import html
from dataclasses import dataclass

import streamlit as st

from kuntamittari import settings
from kuntamittari.exhibits import reporting
from kuntamittari.exhibits.deck import Card
from kuntamittari.exhibits.exhibit import Exhibit, subtitle, table_of
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.render import png, stage, svg
from kuntamittari.exhibits.render.stage import Slide
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.ui import layout, state
from kuntamittari.ui.parts.comparison import theme
from kuntamittari.ui.parts.presentation import SHOWN
from kuntamittari.uploads.workspace import Workspace

HERE = settings.PACKAGE / "ui" / "deck"
STYLE = HERE / "stage.css"
SCRIPT = (HERE / "stage.js").read_text("utf-8")
NEXT = "\N{NO-BREAK SPACE}"
LONGEST_WORD = 24  # characters of a word that is kept whole
LONG = 60  # characters above which a headline is set smaller
# looks like the buttons beside it
BUTTON = "<button type='button'><svg viewBox='0 0 24 24' aria-hidden='true'><path d='{}'/></svg></button>".format(
    "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5"
)
BUTTON_STYLE = """button { color: inherit; background: none; border: 1px solid transparent; border-radius: 0.5rem;
  width: 2.75rem; height: 2.75rem; padding: 0.6rem; cursor: pointer; display: block; }
  button:hover { background: rgba(128, 140, 150, 0.2); } button:focus-visible { outline: 2px solid currentColor; }
  svg { fill: none; stroke: currentColor; stroke-width: 2; display: block; }"""


@dataclass(frozen=True)
class Staged:
    """A slide of the deck: place of its card in the deck, card, whole exhibit, and what of it the slide shows, as its
    `part`th slide."""

    place: int
    card: Card
    exhibit: Exhibit
    slide: Slide
    part: int


def of_deck(context: PageContext) -> list[Staged]:
    """Return the slides of the deck in order; a long table takes several."""
    exhibits = [reporting.slide(context, card) for card in context.selection.deck]
    return [
        Staged(place, context.selection.deck[place], exhibit, slide, part)
        for place, exhibit in enumerate(exhibits)
        for part, slide in enumerate(stage.slides(exhibit, context.t))
    ]


def go_to_slide(context: PageContext, number: int | None) -> None:
    """Show another slide, 0 for the title slide, or (None) the tray."""
    state.write(context, page_params=() if number is None else ((SHOWN, str(number)),))


def show(context: PageContext, requested: int) -> None:
    """Draw one slide over the whole window, with the buttons and keys that turn it."""
    slides = of_deck(context)
    number = min(requested, len(slides))
    st.html(STYLE)
    st.html(slide_markup(context, slides[number - 1]) if number else title_markup(context))
    with st.container(horizontal=True, key="slide-keys", vertical_alignment="center"):
        if number:
            st.markdown(f"{number}/{len(slides)}", width="content")
        turn(context, "first", "Home", ":material/first_page:", 0, not number)
        turn(context, "back", "Left", ":material/chevron_left:", number - 1, not number)
        turn(context, "next", "Right", ":material/chevron_right:", number + 1, number == len(slides))
        turn(context, "last", "End", ":material/last_page:", len(slides), number == len(slides))
        full_screen(context.t("deck.full_screen"))
        turn(context, "end", "Esc", ":material/close:", None, False)


def turn(context: PageContext, name: str, key: str, icon: str, number: int | None, disabled: bool) -> None:
    """Draw a button that shows another slide, with its key; its label is there for screen readers."""
    st.button(
        context.t(f"deck.{name}"),
        key=f"slide-{name}",
        shortcut=key,
        icon=icon,
        on_click=go_to_slide,
        args=(context, number),
        disabled=disabled,
        type="tertiary",
    )


def full_screen(label: str) -> None:
    """Draw a button that lets the window fill the screen and back.

    Only the browser can do that, and only on the user's own click.
    """
    component = st.components.v2.component("full_screen", html=BUTTON, css=BUTTON_STYLE, js=SCRIPT)
    component(data=label, key="full-screen", width="content", height="content")


def title_markup(context: PageContext) -> str:
    """Return the title slide: the municipalities of the deck, its groups and years, and the sources."""
    report = reporting.deck(context, context.selection.deck)
    source = stage.short_source(report.exhibits, context.t)
    return (
        f"<section class='km-slide km-slide-title'><h1>{html.escape(report.name)}</h1>"
        f"<p class='km-slide-about'>{html.escape(report.subtitle)}</p>"
        f"<p class='km-slide-foot'>{html.escape(source)}<br>{html.escape(report.footer)}</p></section>"
    )


def slide_markup(context: PageContext, staged: Staged) -> str:
    """Return a slide: headline, unit, picture or table, source; the whole finding is its alternative text."""
    t, shown = context.t, staged.slide
    table = staged.exhibit.kind == "table"
    remarks = [("", shown.remark)]
    if not table:  # a phone has room for other bars
        narrow = shown.remark if staged.exhibit.kind in stage.IN_PARTS else stage.upright(staged.exhibit, t).remark
        remarks = [(" class='km-wide'", shown.remark), (" class='km-narrow'", narrow)]
    unit = html.escape(subtitle(staged.exhibit, t))
    apart = " · " if unit else ""
    unit += "".join(f"<span{marked}>{apart}{html.escape(words)}</span>" for marked, words in remarks if words)
    long = " class='km-slide-long'" if len(staged.exhibit.headline) > LONG else ""
    if table:
        body = layout.scroll_box(staged.exhibit.headline, table_markup(shown.exhibit, t, shown.widths))
    else:
        body = picture_markup(context, staged)
    foot = html.escape(stage.short_source([staged.exhibit], t))
    return (
        f"<section class='km-slide'><h1{long}>{unbroken(staged.exhibit.headline)}</h1>"
        f"<p class='km-slide-unit'>{unit}</p>{body}<p class='km-slide-foot'>{foot}</p></section>"
    )


def unbroken(headline: str) -> str:
    """Return a headline as markup, without the full stop at its end, in which no short word and no unit breaks off."""

    def marked(word: str) -> str:
        whole = "-" in word and len(word) <= LONGEST_WORD
        return f"<span class='km-whole'>{html.escape(word)}</span>" if whole else html.escape(word)

    return " ".join(
        map(marked, headline.removesuffix(".").replace(" %", NEXT + "%").replace(" €", NEXT + "€").split(" "))
    )


def table_markup(exhibit: Exhibit, t: Translator, widths: tuple[int, ...] = ()) -> str:
    """Return the figures of an exhibit as a table, as markup; `widths` of its columns in pixels of a slide."""
    heads, rows = table_of(exhibit, t)
    head = "".join(f"<th scope='col'>{html.escape(name)}</th>" for name in heads)
    body = ""
    for first, *others in rows:
        cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in others)
        body += f"<tr><th scope='row'>{html.escape(first)}</th>{cells}</tr>"
    columns = "".join(f"<col style='width: {width / sum(widths):.2%}'>" for width in widths)
    size = f" style='--km-width: {sum(widths)}'" if widths else ""
    return (
        f"<table class='km-slide-table'{size}><colgroup>{columns}</colgroup>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def picture_markup(context: PageContext, staged: Staged) -> str:
    """Return the picture of a slide as markup, once for a screen and once for a phone.

    Its alternative text is the whole finding; its figures follow as a hidden table.
    """
    alt = alternative(context, staged)
    images = "".join(
        f"<img class='{name}' alt='{alt}' src='{source(context, staged.card, narrow, staged.part)}'>"
        for name, narrow in (("km-wide", False), ("km-narrow", True))
    )
    return f"{images}<div class='km-hidden'>{table_markup(staged.exhibit, context.t)}</div>"


def alternative(context: PageContext, staged: Staged) -> str:
    """Return the alternative text of a slide's picture, escaped: the whole finding, also under the user's headline."""
    finding = reporting.slide(context, Card(staged.card.picture, staged.card.query)).title
    return html.escape(f"{finding} {subtitle(staged.exhibit, context.t)}", quote=True)


def source(context: PageContext, card: Card, narrow: bool = False, part: int = 0) -> str:
    """Return the address of the picture of the `part`th slide of a card, which holds the picture itself."""
    plain = Card(card.picture, card.query)
    drawn = _svg(context.data, context.workspace, plain, context.t.language, theme(), narrow, part)
    return f"data:image/svg+xml;base64,{drawn}"


@cached_per_snapshot(200)
def _svg(
    data: Database, workspace: Workspace, card: Card, language: str, theme_name: str, narrow: bool, part: int
) -> str:
    exhibit, t = reporting.picture(data, workspace, card, language), Translator(language)
    assert exhibit is not None
    shown = stage.slides(exhibit, t)[part].exhibit
    if narrow:
        exhibit = stage.upright(shown if exhibit.kind in stage.IN_PARTS else exhibit, t).exhibit
        canvas = stage.upright_canvas(language, theme_name)
    else:
        exhibit, canvas = shown, stage.canvas(exhibit, language, theme_name)
    return base64.b64encode(png.svg(svg.picture(exhibit, svg.fitted(exhibit, canvas)))).decode("ascii")
