"""/vertailu: one indicator compared over a group and over the years."""

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import page_run, verify
from kuntamittari.ui.element_cache import cached_elements
from kuntamittari.ui.parts import budgets, comparison
from kuntamittari.ui.pictures import choice
from kuntamittari.ui.reference import knowledge_bank


@page_run.page
def page(context: PageContext) -> None:
    cached_elements(context, "head", lambda: comparison.head(context))
    with st.container(horizontal=True, key="side-by-side"):
        comparison.indicator_choice(context)
        comparison.compared_choice(context)
    if context.indicator.formula:
        choice.picture(context)
        comparison.lines(context)
        budgets.against_accounts(context)
        comparison.table(context)
    verify.folded(context)
    cached_elements(context, "targeting", lambda: knowledge_bank.targeting(context, context.indicator))
    cached_elements(context, "how", lambda: comparison.method_notes(context))
