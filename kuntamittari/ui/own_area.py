"""An area of the user's own: how it is made, what it is, and the ways back to one municipality (docs/methods.md 23)."""

import streamlit as st

from kuntamittari.catalog.areas import FEWEST_MEMBERS, LONGEST_NAME, MOST_MEMBERS, OWN_AREA, AreaError, own_area
from kuntamittari.exhibits import text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.query_state import MOST_COMPARED
from kuntamittari.query.figures import LISTED
from kuntamittari.ui import layout, state

MEMBERS, NAME, PROBLEM = "own-area-members", "own-area-name", "own-area-problem"
SHOWN = "own-area-shown"  # in the session: the area by which the form was filled in
METHOD = 23
MOST_NAMED = 10  # members that a page names


def choice(context: PageContext) -> None:
    """Draw the choice of the municipalities of an area and its name, folded."""
    folded = st.expander(context.t("area.title"), key="own-area", on_change="rerun")
    if folded.open:  # its content is made when it is opened
        with folded:
            _form(context)


def _form(context: PageContext) -> None:
    t, labels = context.t, layout.municipality_labels(context)

    def write_area() -> None:
        name = st.session_state[NAME].strip() or t("area.unnamed")
        try:
            area = own_area(f"{name}:{','.join(st.session_state[MEMBERS])}", context.register)
        except AreaError as error:
            st.session_state[PROBLEM] = text.capital(t(f"area.{error.reason}", **error.parts))
            return
        state.write(context, area=area, municipality=OWN_AREA)

    # another address, or just opened
    if st.session_state.get(SHOWN) != context.area or MEMBERS not in st.session_state:
        area = st.session_state[SHOWN] = context.area
        st.session_state.update({MEMBERS: list(area.members) if area else [], NAME: area.name if area else ""})
    layout.caption(t("area.lead", least=FEWEST_MEMBERS, most=MOST_MEMBERS))
    with st.form("own-area-form", border=False):
        st.multiselect(
            t("area.members"),
            [code for code in labels if context.is_loaded(code)],
            key=MEMBERS,
            format_func=labels.__getitem__,
            max_selections=MOST_MEMBERS,
            placeholder=t("choice.none_compared"),
        )
        st.text_input(t("area.name"), key=NAME, max_chars=LONGEST_NAME)
        st.form_submit_button(t("area.show"), on_click=write_area)
    if problem := st.session_state.pop(PROBLEM, ""):
        st.warning(layout.markdown_safe(problem))


def note(context: PageContext) -> None:
    """Draw what the area is and how it stands beside the group, with links onward, where one is chosen."""
    t, area = context.t, context.area
    if not area:
        return
    largest = context.one_municipality
    by_size = sorted(area.members, key=lambda code: (-(context.residents(code) or 0), code))
    members = ", ".join([*map(context.name, by_size[:MOST_NAMED]), *(["…"] if len(by_size) > MOST_NAMED else [])])
    ways = [
        layout.link_markup(
            layout.href(context, group_id=LISTED, compared=area.members[:MOST_COMPARED]),
            layout.escaped(t("area.beside_members")),
        ),
        layout.link_markup(
            layout.href(context, municipality=largest), layout.escaped(t("area.back", name=context.name(largest)))
        ),
        layout.section_link(context, METHOD),
    ]
    words = layout.glossary_markup(t("area.note", name=area.name, n=len(area.members), members=members))
    st.markdown(f"<p class='km-quiet km-outside'>{words} {' · '.join(ways)}</p>", unsafe_allow_html=True)
