"""The box in which a claim about a figure is verified."""

from typing import Any

import streamlit as st

from kuntamittari.exhibits import selected_figures
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.verify import claim, verdict
from kuntamittari.exhibits.verify.verdict import Checked
from kuntamittari.ui import layout

KEY = "claim"


def folded(context: PageContext) -> None:
    """Draw the box, folded until there is a claim in it."""
    with st.expander(context.t("verify.title"), expanded=bool(st.session_state.get(KEY))):
        box(context)


def box(context: PageContext) -> None:
    """Draw the box; with a claim in it the verdict, the figure beside its group and the way to it."""
    t = context.t
    layout.lead(t("verify.lead", example=example(context)))
    with st.form("verify", border=False):
        text = st.text_area(t("verify.label"), key=KEY, max_chars=claim.LONGEST_CLAIM, height=80).strip()
        st.form_submit_button(t("verify.check"))
    if text:
        result(context, verdict.check(context.data, claim.read(context.data, text, t.language), t.language))


def example(context: PageContext) -> str:
    """Return a claim that is true: the figure of the page."""
    at = selected_figures.standing(context, context.indicator)
    value = context.t.number(at.value, at.indicator.decimals)
    unit = at.indicator.unit[context.t.language]
    name = context.name(context.selection.municipality)
    begin = "“" if context.t.language == "en" else "”"
    return f"{begin}{name}: {at.indicator.label[context.t.language]} {value} {unit}, {at.year}”"


def result(context: PageContext, checked: Checked) -> None:
    """Draw a verdict with the figure that the claim is about."""
    said, *more = verdict.sentences(context.data, context.t, checked)
    status = f"<p class='km-finding' role='status'>{layout.escaped(said)}</p>"
    st.markdown(status + layout.caption_markup(" ".join(more)), unsafe_allow_html=True)
    if checked.indicator is None or checked.row is None:
        return
    shown: dict[str, Any] = {"indicator_id": checked.indicator.id, "municipality": checked.claim.municipality}
    shown |= {"year": checked.year, "area": None}
    layout.link(context, "vertailu", context.t("verify.open"), **shown)
