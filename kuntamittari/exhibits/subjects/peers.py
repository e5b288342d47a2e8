"""The nearest peers and the variables in which they are alike, a panel each (docs/methods.md 7)."""

from kuntamittari.catalog import structural_variables
from kuntamittari.exhibits import text
from kuntamittari.exhibits.exhibit import Exhibit, Reference, municipality_name, role, source
from kuntamittari.exhibits.page_context import PageContext, likeness_of, ranked_peers
from kuntamittari.stats.peers import SIZES_APART

NOT_NEAR_IN_SIZE = " *"  # after the name of a peer that is beyond the bound of sizes
LEAST_REACH = 1.0  # standard deviations from the middle to the edge of a panel, at least
SOURCES = ("sotkanet_population", "key_figures", "sotkanet_outcomes")


def exhibit(context: PageContext) -> Exhibit | None:
    """Return the municipality and its nearest peers, a panel a variable; None without peers.

    A dot is as many standard deviations from the middle as the peer is from the municipality; beside it stands the
    figure itself. The table has the distances too.
    """
    t, s, indicator = context.t, context.selection, context.indicator
    likeness, _ = likeness_of(context, indicator, context.year)
    nearest = ranked_peers(context, indicator, context.year)[: s.n]
    if not nearest:
        return None
    shown = {v: structural_variables.about(v) for v in likeness.variables if v in likeness.years}
    places = [(s.municipality, None, True), *((p.municipality, p.distance, p.near_in_size) for p in nearest)]
    codes, own = [code for code, _, _ in places], likeness.z[s.municipality]
    marked = tuple(context.name(code) + ("" if near_in_size else NOT_NEAR_IN_SIZE) for code, _, near_in_size in places)
    apart = {
        v: tuple(likeness.z[code][v] - own[v] if v in own and v in likeness.z.get(code, {}) else None for code in codes)
        for v in shown
    }
    reach = max([LEAST_REACH, *(abs(value) for values in apart.values() for value in values if value is not None)])
    in_all = sum(sum(peer.parts.values()) for peer in nearest) or 1.0
    panels = tuple(
        Exhibit(
            f"{about['name'][t.language]} {likeness.years[v]}",
            "dots",
            marked,
            {f"{about['name'][t.language]} {likeness.years[v]}": apart[v]},
            about["unit"][t.language],
            roles=tuple(role(context, code) for code in codes),
            reference=Reference(0.0, municipality_name(context)) if v in own else None,
            axis=(-reach, reach),
            words=tuple(text.variable(t, v, likeness.values[code].get(v), unit=False) for code in codes),
            note=t("peers.share", share=t.number(100 * sum(peer.parts.get(v, 0.0) for peer in nearest) / in_all)),
        )
        for v, about in shown.items()
    )
    heads = (
        t("chart.municipality"),
        t("peers.distance"),
        *(f"{panel.title}, {panel.unit}" for panel in panels),
    )
    decimals = (2, *(about["decimals"] for about in shown.values()))
    figures = [(distance, *(likeness.values[code].get(v) for v in shown)) for code, distance, _ in places]
    rows = tuple(
        (
            name,
            *(t("missing.mark") if n is None else t.number(n, d) for n, d in zip(of, decimals, strict=True)),
        )
        for name, of in zip(marked, figures, strict=True)
    )
    names = [context.name(peer.municipality) for peer in nearest]
    near = all(peer.near_in_size for peer in nearest)
    reading = t("peers.parts_note", name=municipality_name(context), reach=t.number(reach, 1))
    return Exhibit(
        text.nearest_peers(t, municipality_name(context), indicator.service, names, nearest, likeness),
        "panels",
        unit=t("grammar.peers_unit", name=municipality_name(context), reach=t.number(reach, 1)),
        panels=panels,
        heads=heads,
        rows=rows,
        cell_heads=heads,
        cells=tuple((name, *of) for name, of in zip(marked, figures, strict=True)),
        note=" ".join([reading, *([] if near else [t("peers.not_near", most=t.number(SIZES_APART))])]),
        source=source(context, *SOURCES),
        finding=text.short(t, "alike", name=municipality_name(context), peers=", ".join(names[:3])),
    )
