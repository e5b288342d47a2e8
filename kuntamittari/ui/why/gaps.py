"""Services by euros a year to the typical peer: bars, the way from a gap to a peer and to a case, and the table."""

import html
from typing import Any

import pandas as pd
import streamlit as st

from kuntamittari.exhibits import charts, gaps, selected_figures, text, uploaded
from kuntamittari.exhibits.comparison import PICTURE
from kuntamittari.exhibits.exhibit import municipality_name
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query.figures import SIMILAR
from kuntamittari.query.gaps.euros import Gap
from kuntamittari.ui import downloads, layout, page_params
from kuntamittari.ui.parts import comparison
from kuntamittari.ui.reference import knowledge_bank

UNFOLDED = 3  # of the largest gaps


def choice(context: PageContext) -> bool:
    """Draw the choice between a whole with its services and the gaps in euros; return whether the gaps are chosen."""
    t = context.t
    on_change = page_params.bind_choice(context, PICTURE, "costs-view", gaps.VIEWS, gaps.WHOLE)
    labels = {gaps.WHOLE: t("gaps.whole"), gaps.GAPS: t("gaps.gaps")}
    chosen = st.radio(
        t("gaps.choice"),
        gaps.VIEWS,
        format_func=labels.__getitem__,
        key="costs-view",
        horizontal=True,
        on_change=on_change,
        label_visibility="collapsed",
    )
    return bool(chosen == gaps.GAPS)


def head(context: PageContext) -> None:
    """Draw the question of the gaps and their finding, with the way to peers that are alike."""
    t, (found, _) = context.t, gaps.of(context)
    layout.headline(t("costs.question_gaps"), gaps.finding(context, found))
    if context.group_id != SIMILAR and not context.area:
        to_similar = layout.href(context, group_id=SIMILAR)
        layout.caption("", layout.link_markup(to_similar, layout.escaped(t("gaps.to_similar"))))


def draw(context: PageContext) -> None:
    """Draw the services by euros, each with its reasons and its ways on, and how they are computed."""
    t, (found, left_out) = context.t, gaps.of(context)
    finding = gaps.finding(context, found)
    if found:
        layout.subheading(t("gaps.title", years=gaps.years(found)), t("gaps.reading"))
        file = f"gaps_{context.selection.municipality}_{context.group_id}"
        source = context.sources(dict.fromkeys(one for gap in found for one in gap.indicator.sources))
        comparison.draw_sourced(context, source, finding, file, lambda: drawing(context, found, finding))
        st.html("".join(folded(context, gap, number <= UNFOLDED) for number, gap in enumerate(found, 1)))
        table(context, found, file)
    lines = [t("gaps.how"), gaps.left_out(t, left_out)]
    sources = context.sources(dict.fromkeys(one for gap in found for one in gap.indicator.sources)) if found else ""
    layout.method_notes(context, [line for line in lines if line], sources, (1, 5, 6, 10, 18, 24))


def drawing(context: PageContext, found: list[Gap], summary: str) -> comparison.Drawing:
    """Return the gaps as bars; those that are not firm come below a heading."""
    t = context.t
    rows: list[dict[str, Any]] = [
        {
            "name": name,
            "value": gap.euros / gaps.THOUSAND,
            "label": text.signed(t, gap.euros / gaps.THOUSAND),
            "detail": f"{text.signed(t, gap.euros)} €, {gaps.firmness(t, gap)}",
            "role": gaps.role(gap),
        }
        for name, gap in zip(gaps.names(t, found), found, strict=True)
    ]
    firm = sum(gap.firm is True for gap in found)
    if firm < len(found):
        heading = {"name": t("gaps.others"), "value": None, "label": "", "detail": "", "role": "other"}
        rows.insert(firm, heading)
    rows = [row | {"position": position} for position, row in enumerate(rows, 1)]
    values = [gap.euros / gaps.THOUSAND for gap in found]
    ends = {"least": min(0.0, *values), "most": max(0.0, *values)}
    spec = charts.gaps(t.language, comparison.theme()) | {"height": charts.FALL * len(rows)}
    return comparison.Drawing(spec, {"rows": pd.DataFrame(rows)}, ends, t("gaps.alt", summary=summary))


def folded(context: PageContext, gap: Gap, unfolded: bool) -> str:
    """Return a gap as markup that unfolds: reasons, the peer that costs less, and the case of the bank that fits."""
    t = context.t
    jumped = selected_figures.jumped_parts(context, gap.indicator, gap.year)
    cautions = gaps.cautions(t, gap, context.selection.municipality, municipality_name(context), jumped)
    sentences = [gaps.sentence(t, gap), *gaps.reasons(t, gap), *cautions]
    parts = [layout.escaped(sentence) for sentence in sentences]
    parts += [way for way in (to_example(context, gap), to_case(context, gap)) if way]
    name = text.service(t, gap.indicator.service)
    amount = f"{text.sign(gap.euros)}{text.money(t, gap.euros)}"
    title = f"{name} {gap.year}: {amount}, {gaps.firmness(t, gap)}"
    return layout.fold(title, "".join(f"<p>{part}</p>" for part in parts), unfolded)


def to_example(context: PageContext, gap: Gap) -> str:
    """Return what the example of a gap does, and the way to the comparison with it, as markup."""
    t, said = context.t, gaps.example(context.t, gap, context.register)
    compared = (gap.example.municipality,) if gap.example else context.selection.compared
    label = (
        t("gaps.to_example", other=context.name(gap.example.municipality)) if gap.example else t("gaps.to_comparison")
    )
    to = layout.href(context, "vertailu", indicator_id=gap.indicator.id, year=gap.year, compared=compared)
    return f"{layout.escaped(said)} {layout.link_markup(to, layout.escaped(label))}"


def to_case(context: PageContext, gap: Gap) -> str:
    """Return the way to the case of the bank that fits a service that is dearer, as markup; empty for others."""
    entry = gaps.case(gap, context.selection.municipality, context.register)
    if entry is None:
        return layout.escaped(context.t("gaps.no_case")) if gap.euros > 0 else ""
    label = context.t("gaps.to_case", name=uploaded.words_of(context, entry.name))
    to = layout.href(context, knowledge_bank.PATH, page_params=((knowledge_bank.ENTRY, entry.id),))
    return layout.link_markup(to, layout.escaped(label)) + html.escape(knowledge_bank.about(context, entry))


def table(context: PageContext, found: list[Gap], file: str) -> None:
    """Draw the gaps as a folded table, with their downloads."""
    t, title = context.t, context.t("gaps.title", years=gaps.years(found))
    heads = [
        t("peers.service"),
        t("chart.year"),
        t("gaps.own"),
        t("chart.median"),
        t("catalogue.unit"),
        "n",
        t("gaps.euros"),
        t("gaps.users"),
        t("gaps.firmness"),
        t("gaps.example"),
        t("gaps.case"),
    ]
    rows: list[list[Any]] = [
        [
            text.service(t, gap.indicator.service),
            gap.year,
            gap.value,
            gap.median,
            gap.indicator.unit[t.language],
            gap.group.n,
            gap.euros,
            gap.age_group,
            gaps.firmness(t, gap),
            context.name(gap.example.municipality) if gap.example else "",
            entry.name.in_language(t.language)[0] if entry else "",
        ]
        for gap in found
        for entry in [gaps.case(gap, context.selection.municipality, context.register)]
    ]
    written = [
        [
            service,
            str(year),
            t.number(own, gap.indicator.decimals),
            t.number(median, gap.indicator.decimals),
            unit,
            str(n),
            text.signed(t, euros),
            t("missing.mark") if users is None else text.signed(t, users),
            *words,
        ]
        for gap, (service, year, own, median, unit, n, euros, users, *words) in zip(found, rows, strict=True)
    ]
    comparison.folded_table(context, f"{municipality_name(context)}: {title}", heads, written)
    downloads.offer(
        context, lambda: pd.DataFrame(rows, columns=heads), file, [gap.indicator for gap in found], ("price_index",)
    )
