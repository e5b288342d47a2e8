"""Cost against outcome: one indicator of each, the group's medians as axes, and what may not be concluded from it."""

from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari import figures, provenance, services, text
from kuntamittari.catalog import Basis, Indicator
from kuntamittari.figures import Group, Pair
from kuntamittari.ui import charts, comparison, files, frame, state
from kuntamittari.ui.state import View, years_of

COSTS = ("cross_sector", "economy_of_services")
OUTCOMES = ("effectiveness", "quality", "worklife")
USUAL_COST = "children_services_cost_per_0_17"
USUAL_OUTCOME = "children_placed_outside_home"
LEAST_CORRELATED = 10  # municipalities under which no correlation is given
# of a chart 900 pixels wide: half a point, the height of a name, the width of one of its letters, as shares of the axes
DOT, LINE, LETTER = 0.012, 0.036, 0.0085


@st.cache_resource(max_entries=200)
def _pair(
    digest: str,
    _data: Any,
    indicators: tuple[Indicator, Indicator],
    years: tuple[int, int],
    group: Group,
    chosen: tuple[str, ...],
    basis: Basis,
) -> Pair:
    return figures.pair(_data, indicators, years, group, chosen, basis)


def costs(view: View) -> list[str]:
    """The ids of the costs that can be chosen."""
    return [i.id for i in view.catalogue.values() if i.dimension in COSTS and i.in_euros and i.formula]


def outcomes(view: View) -> list[str]:
    """The ids of the outcomes and qualities that have figures."""
    return [i.id for i in view.catalogue.values() if i.dimension in OUTCOMES and i.formula]


def chosen_pair(view: View) -> tuple[Indicator, Indicator] | None:
    """The cost and the outcome of the address, else the usual ones; None where the catalogue in use has no pair at all."""
    s, of_costs, of_outcomes = view.selection, costs(view), outcomes(view)
    if not of_costs or not of_outcomes:
        return None
    cost = next((i for i in (s.indicator_id, USUAL_COST) if i in of_costs), of_costs[0])
    wanted = (s.beside_id, *services.beside(view.catalogue[cost].service), USUAL_OUTCOME)
    outcome = next((i for i in wanted if i in of_outcomes), of_outcomes[0])
    return view.catalogue[cost], view.catalogue[outcome]


def choices(view: View, pair: tuple[Indicator, Indicator]) -> None:
    """Which cost, and which outcome."""
    t = view.t
    columns = st.columns(2)
    for column, field, label, options, indicator in zip(
        columns, ("indicator_id", "beside_id"), ("pair.cost", "pair.outcome"), (costs(view), outcomes(view)), pair, strict=True
    ):
        key = f"pair-{field}"

        def chosen(field: str = field, key: str = key) -> None:
            state.write(view, **{field: st.session_state[key]})

        st.session_state[key] = indicator.id
        with column:
            st.selectbox(t(label), options, format_func=lambda i: view.catalogue[i].name[t.language], key=key, on_change=chosen)


def years(view: View, pair: tuple[Indicator, Indicator]) -> tuple[int, int] | None:
    """For each its last year up to the chosen one; None where one has no figures."""
    found = []
    for indicator in pair:
        known = years_of(view.data, indicator, view.basis)
        if not known:
            return None
        found.append(max((y for y in known if y <= view.selection.year), default=known[0]))
    return found[0], found[1]


def compared(view: View, pair: tuple[Indicator, Indicator], at: tuple[int, int]) -> Pair:
    """The group by both indicators."""
    s = view.selection
    return _pair(view.data.snapshot.digest, view.data, pair, at, view.group_of(pair[0]), (s.municipality, *s.compared), view.basis)


def finding(view: View, pair: tuple[Indicator, Indicator], at: tuple[int, int], found: Pair) -> str:
    """Which quadrant the municipality is in, in words."""
    s = view.selection
    row = next((row for row in found.rows if row["municipality"] == s.municipality), None)
    reason = "not_reported" if view.register[s.municipality]["loaded"] else "not_loaded"
    return text.quadrant(view.t, view.name(s.municipality), view.group_name(s.group_id), pair, at, found, row, reason)


def picture(view: View, pair: tuple[Indicator, Indicator], at: tuple[int, int], found: Pair) -> None:
    """Every municipality as a point."""
    t, rows = view.t, [dict(row) for row in found.rows]
    ends = {f"{axis}_{end}": pick(row[axis] for row in rows) for axis in "xy" for end, pick in (("least", min), ("most", max))}
    for axis in "xy":
        margin = (ends[f"{axis}_most"] - ends[f"{axis}_least"] or abs(ends[f"{axis}_most"]) or 1) * 0.08
        ends[f"{axis}_least"] -= margin
        ends[f"{axis}_most"] += margin
    for row in rows:
        row |= {"name": view.name(row["municipality"]), "role": comparison.role(view, row["municipality"])}
        row |= {f"{axis}_detail": detail(view, indicator, row[axis]) for axis, indicator in zip("xy", pair, strict=True)}
    place_names(rows, ends)
    titles = [text.capital(head) for head in heads(view, pair, at)]
    group = [{"x_median": found.x_median, "y_median": found.y_median, "x_title": f"{titles[0]} →", "y_title": f"↑ {titles[1]}"}]
    said = finding(view, pair, at, found)
    frame.caption(t("pair.reading"))
    parameters = ends | {"thousands": comparison.thousands(t)}
    spec, data = charts.quadrants(t.language, comparison.theme()), {"rows": pd.DataFrame(rows), "group": pd.DataFrame(group)}
    drawing = comparison.Drawing(spec, data, parameters, t("pair.alt", summary=said))
    comparison.draw(view, pair[0], said, f"{pair[0].id}_{pair[1].id}", drawing)


def heads(view: View, pair: tuple[Indicator, Indicator], at: tuple[int, int]) -> list[str]:
    """What each of the two figures is: name, unit, year."""
    return [f"{i.label[view.t.language]}, {comparison.unit(view, i)}, {year}" for i, year in zip(pair, at, strict=True)]


def detail(view: View, indicator: Indicator, value: float) -> str:
    """A figure with its unit."""
    return f"{view.t.number(value, indicator.decimals)} {indicator.unit[view.t.language]}"


def place_names(rows: list[dict[str, Any]], ends: dict[str, float]) -> None:
    """Gives each row the `side` of its point that its name stands on, none where every side is taken: the chosen and compared
    first, then from the largest."""
    spans = {axis: ends[f"{axis}_most"] - ends[f"{axis}_least"] for axis in "xy"}
    at = [((row["x"] - ends["x_least"]) / spans["x"], (row["y"] - ends["y_least"]) / spans["y"]) for row in rows]
    taken = [(x - DOT, y - DOT, x + DOT, y + DOT) for x, y in at]
    for n in sorted(range(len(rows)), key=lambda n: (rows[n]["role"] == "other", -(rows[n]["residents"] or 0))):
        (x, y), length = at[n], LETTER * len(rows[n]["name"])
        boxes = {
            "right": (x + DOT, y - LINE / 2, x + DOT + length, y + LINE / 2),
            "left": (x - DOT - length, y - LINE / 2, x - DOT, y + LINE / 2),
            "above": (x - length / 2, y + DOT, x + length / 2, y + DOT + LINE),
            "below": (x - length / 2, y - DOT - LINE, x + length / 2, y - DOT),
        }
        free = [side for side, box in boxes.items() if box[0] >= 0 and box[2] <= 1 and not any(_meet(box, other) for other in taken)]
        rows[n]["side"] = free[0] if free else ("right" if rows[n]["role"] != "other" else "")
        if rows[n]["side"]:
            taken.append(boxes[rows[n]["side"]])


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def conclusion(view: View, found: Pair) -> None:
    """The correlation with its n, where there are enough, and the warning."""
    t = view.t
    if found.correlation is not None and found.n >= LEAST_CORRELATED:
        st.markdown(frame.markdown_safe(t("pair.correlation", r=text.signed(t, found.correlation, 2), n=found.n)))
    st.info(t("pair.warning"))


def table(view: View, pair: tuple[Indicator, Indicator], at: tuple[int, int], found: Pair) -> None:
    """Both figures of every municipality."""
    t = view.t
    columns = [t("chart.municipality"), *heads(view, pair, at), t("pair.residents")]
    rows = [(view.name(row["municipality"]), row["x"], row["y"], row["residents"]) for row in found.rows]
    listed = pd.DataFrame(rows, columns=columns).sort_values(columns[1])
    formats: dict[Any, Any] = {
        columns[1]: lambda value: t.number(value, pair[0].decimals),
        columns[2]: lambda value: t.number(value, pair[1].decimals),
        columns[3]: t.number,
    }
    st.subheader(t("table.title"))
    height = comparison.ROW * (min(len(listed), comparison.MOST_ROWS) + 1) + 2
    st.dataframe(listed.style.format(formats, na_rep=t("missing.mark")), hide_index=True, width="stretch", height=height,
                 placeholder=t("missing.mark"))  # fmt: skip
    files.offer(view, listed, f"{pair[0].id}_{pair[1].id}", pair)
    sources = dict.fromkeys((*pair[0].sources, *pair[1].sources))
    frame.caption(t("how.sources", sources=provenance.attribution(tuple(sources), t.language)))
