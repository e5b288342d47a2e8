"""/valtakunta: the whole municipal sector over the years."""

from kuntamittari.address import View
from kuntamittari.ui import body, frame, national


@body.page
def page(view: View) -> None:
    frame.headline(view.t("national.title"), national.finding(view))
    national.growth(view)
    national.services(view)
    national.productivity(view)
    national.spread(view)
    national.movers(view)
    national.source(view)
    frame.link(view, "kehikko", view.t("nav.framework"))
