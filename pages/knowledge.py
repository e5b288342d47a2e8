"""/tietopankki: what others did, found by words and filters; one entry whole, and whether what it should move has moved."""

from kuntamittari.address import View
from kuntamittari.ui import body, frame, knowledge


@body.page
def page(view: View) -> None:
    entry = knowledge.of_address(view)

    if entry:
        knowledge.whole(view, entry)
        knowledge.effects(view, entry)
    else:
        frame.headline(view.t("knowledge.title"), view.t("knowledge.lead"))
        knowledge.listing(view, knowledge.search(view))
        knowledge.propose(view)
