"""/tietopankki: what others did, found by words and filters; one entry whole, and whether what it should move has
moved."""

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.parts import knowledge_bank


@page_run.page
def page(context: PageContext) -> None:
    entry = knowledge_bank.of_address(context)

    if entry:
        knowledge_bank.whole(context, entry)
        knowledge_bank.effects(context, entry)
    else:
        layout.headline(context.t("knowledge.title"), context.t("knowledge.lead"))
        knowledge_bank.listing(context, knowledge_bank.search(context))
        knowledge_bank.propose(context)
