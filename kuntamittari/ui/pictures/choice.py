"""The choice of the picture of a group, and the chosen one."""

from collections.abc import Callable

import streamlit as st

from kuntamittari.exhibits.comparison import PICTURE, usual_picture
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import page_params
from kuntamittari.ui.pictures import dot_strip, funnel, ranked_bars

# value in the address → name in the texts, and what draws it
SHAPES: dict[str, tuple[str, Callable[[PageContext], None]]] = {
    "pisteet": ("dots", dot_strip.draw),
    "jarjestys": ("order", ranked_bars.draw),
    "suppilo": ("funnel", funnel.draw),
}


def usual(context: PageContext) -> None:
    """Draw the usual picture of a group, without the choice."""
    SHAPES[usual_picture(context)][1](context)


def picture(context: PageContext) -> None:
    """Draw the choice between the pictures of a group, and the chosen one."""
    t, shapes = context.t, tuple(SHAPES)
    on_change = page_params.bind_choice(context, PICTURE, "comparison-shape", shapes, usual_picture(context))
    chosen = st.radio(
        t("funnel.choice"),
        shapes,
        format_func=lambda shape: t(f"funnel.{SHAPES[shape][0]}"),
        key="comparison-shape",
        horizontal=True,
        on_change=on_change,
    )
    SHAPES[chosen][1](context)
