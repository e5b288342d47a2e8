"""/esitys: a deck of slides, put in order, given headlines, shown full screen and downloaded."""

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.deck import stage, tray
from kuntamittari.ui.parts import presentation


@page_run.page
def page(context: PageContext) -> None:
    slide = presentation.shown_slide(context, presentation.PATH)

    if slide is not None:
        stage.show(context, slide)
    else:
        layout.headline(context.t("deck.title"), context.t("deck.lead", n=len(context.selection.deck)))
        tray.draw(context)
