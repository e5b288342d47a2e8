"""The choice of the picture of a group, and the chosen one."""

from collections.abc import Callable

import streamlit as st

from kuntamittari.exhibits import charts, selected_figures
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import page_params
from kuntamittari.ui.parts import comparison
from kuntamittari.ui.pictures import dot_strip, funnel

# value in the address → name in the texts, and what draws it
SHAPES: dict[str, tuple[str, Callable[[PageContext], None]]] = {
    "jarjestys": ("order", comparison.bars),
    "pisteet": ("dots", dot_strip.draw),
    "suppilo": ("funnel", funnel.draw),
}


def usual(context: PageContext) -> str:
    """Return the picture that is drawn unless another is chosen: dots of a group too large for bars with names."""
    members = selected_figures.compared(context, context.indicator).members
    return "pisteet" if members > charts.MOST_NAMED else "jarjestys"


def picture(context: PageContext) -> None:
    """Draw the choice between the pictures of a group, and the chosen one."""
    t, shapes = context.t, tuple(SHAPES)
    on_change = page_params.bind_choice(context, "kuva", "comparison-shape", shapes, usual(context))
    chosen = st.radio(
        t("funnel.choice"),
        shapes,
        format_func=lambda shape: t(f"funnel.{SHAPES[shape][0]}"),
        key="comparison-shape",
        horizontal=True,
        on_change=on_change,
    )
    SHAPES[chosen][1](context)
