"""/esitys: a deck of views, put in order, given headlines, shown full screen and taken along."""

from kuntamittari.address import View
from kuntamittari.ui import body, frame, seminar


@body.page
def page(view: View) -> None:
    slide = seminar.shown(view, seminar.PATH)

    if slide is not None:
        seminar.show(view, slide)
    else:
        frame.headline(view.t("deck.title"), view.t("deck.lead", n=len(view.selection.deck)))
        seminar.edit(view)
