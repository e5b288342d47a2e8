"""/tietopankki: what other municipalities did; a search, or one entry with its indicators before and after."""

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.views import heads
from kuntamittari.ui import layout, page_run
from kuntamittari.ui.reference import knowledge_bank


@page_run.page
def page(context: PageContext) -> None:
    entry = knowledge_bank.requested_entry(context)

    if entry:
        knowledge_bank.full_entry(context, entry)
        knowledge_bank.effects(context, entry)
    else:
        head = heads.of_page(context, "tietopankki")
        layout.headline(head.title, *head.findings)
        knowledge_bank.listing(context, knowledge_bank.search(context))
        knowledge_bank.entry_form(context)
