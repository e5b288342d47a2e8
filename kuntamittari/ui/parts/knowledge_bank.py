"""The knowledge bank: entries found by words and filters, one of them whole, and whether what it should move has
moved."""

import html
from collections.abc import Callable
from typing import Any

import streamlit as st

from kuntamittari.catalog import knowledge_bank, services
from kuntamittari.catalog.indicator import Basis, Indicator
from kuntamittari.catalog.knowledge_bank import Entry, Figure, Words
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query import figures
from kuntamittari.stats.before_after import compared_over
from kuntamittari.ui import layout, page_params
from kuntamittari.ui.parts import comparison

PATH = "tietopankki"
KINDS = ("theme", "case", "proposal", "survey")
SEARCH, THEME, KIND, MODEL, SERVICE = "haku", "teema", "laji", "malli", "tehtava"
PLACE, YEAR, ENTRY = "paikka", "aika", "kirjaus"
FILTERS_IN_ROW = 3
EVERY = ""
LONGEST_SEARCH = 80  # characters
MOST_TARGETING = 5  # entries that are named beside an indicator


def told(context: PageContext, words: Words) -> str:
    """Words in the reader's language, else in Finnish with a note that they are."""
    said, language = words.told(context.t.language)
    return said if language == context.t.language else f"{said} ({context.t('knowledge.in_finnish')})"


def of_address(context: PageContext) -> Entry | None:
    """The entry that the address names."""
    return knowledge_bank.entries().get(dict(context.selection.page_params).get(ENTRY, ""))


def search(context: PageContext) -> list[Entry]:
    """Search box and filters, and what they leave."""
    t, everything = context.t, list(knowledge_bank.entries().values())
    query = page_params.words(context, SEARCH, "knowledge-search", LONGEST_SEARCH)
    st.text_input(
        t("knowledge.search"),
        key="knowledge-search",
        on_change=query,
        placeholder=t("knowledge.search_hint"),
        max_chars=LONGEST_SEARCH,
    )
    themes = [entry for entry in everything if entry.kind == "theme"]
    names = {entry.id: told(context, entry.name) for entry in themes}
    used = {service for entry in everything for service in entry.services}
    places = {code: context.name(code) for entry in everything for code in entry.places if code in context.register}
    years = sorted({str(entry.year) for entry in everything if entry.year})
    filters: list[tuple[str, str, list[str], dict[str, str]]] = [
        (THEME, "knowledge.theme", list(names), names),
        (KIND, "knowledge.kind", list(KINDS), {kind: t(f"knowledge.{kind}") for kind in KINDS}),
        (
            SERVICE,
            "peers.service",
            [s for s in services.services() if s in used],
            {s: text.service(t, s) for s in used},
        ),
        (MODEL, "knowledge.model", models(everything), {model: text.model(t, model) for model in models(everything)}),
        (PLACE, "chart.municipality", sorted(places, key=places.__getitem__), places),
        (YEAR, "chart.year", years, dict(zip(years, years, strict=True))),
    ]
    chosen: dict[str, str] = {}
    columns = [column for _ in range(0, len(filters), FILTERS_IN_ROW) for column in st.columns(FILTERS_IN_ROW)]
    for column, (part, label, options, words) in zip(columns, filters, strict=True):
        key = f"knowledge-{part}"
        kept_in = page_params.one(context, part, key, [EVERY, *options], EVERY)
        with column:
            chosen[part] = choice(t(label), [EVERY, *options], key, kept_in, words | {EVERY: t("knowledge.every")})
    asked = str(st.session_state["knowledge-search"])
    return [
        entry
        for entry in everything
        if fits(entry, chosen) and knowledge_bank.matches(whole_text(context, entry), asked)
    ]


def choice(label: str, options: list[str], key: str, chosen: Callable[[], None], words: dict[str, str]) -> str:
    """One filter."""
    return str(st.selectbox(label, options, key=key, on_change=chosen, format_func=words.__getitem__))


def models(everything: list[Entry]) -> list[str]:
    """The organisation models that entries are of."""
    return sorted({model for entry in everything for model in entry.models})


def fits(entry: Entry, chosen: dict[str, str]) -> bool:
    """Whether an entry passes every filter."""
    return (
        chosen[THEME] in (EVERY, entry.id, *entry.themes)
        and chosen[KIND] in (EVERY, entry.kind)
        and chosen[SERVICE] in (EVERY, *entry.services)
        and chosen[MODEL] in (EVERY, *entry.models)
        and chosen[PLACE] in (EVERY, *entry.places)
        and chosen[YEAR] in (EVERY, str(entry.year))
    )


def whole_text(context: PageContext, entry: Entry) -> str:
    """What a search looks in: name and text in every language, municipalities, services, models."""
    words = [w for said in (entry.name, entry.text) for w in (said.fi, said.sv, said.en) if w]
    named = [
        context.register[code][f"name_{language}"]
        for code in entry.places
        if code in context.register
        for language in ("fi", "sv")
    ]
    return " ".join(
        [
            *words,
            *named,
            *(text.service(context.t, s) for s in entry.services),
            *(text.model(context.t, m) for m in entry.models),
        ]
    )


def listing(context: PageContext, found: list[Entry]) -> None:
    """Entries by kind, each a link to itself."""
    layout.caption(context.t("knowledge.found", n=len(found), all=len(knowledge_bank.entries())))
    by_kind(context, found)


def by_kind(context: PageContext, found: list[Entry]) -> None:
    """Links under the heading of each kind that there is."""
    for kind in KINDS:
        rows = [
            f"<li>{layout.way(layout.href(context, PATH, page_params=((ENTRY, entry.id),)), html.escape(told(context, entry.name)))}"
            f"{html.escape(about(context, entry))}</li>"
            for entry in found
            if entry.kind == kind
        ]
        if rows:
            st.subheader(context.t(f"knowledge.{kind}_many"))
            st.html(f"<ul class='km-entries'>{''.join(rows)}</ul>")


def about(context: PageContext, entry: Entry) -> str:
    """Year and municipalities of an entry, as far as it has them."""
    places = [context.name(code) for code in entry.places if code in context.register]
    parts = [str(entry.year)] if entry.year else []
    parts += [text.listed(context.t, places, 4)] if places else []
    return f" · {' · '.join(parts)}" if parts else ""


def whole(context: PageContext, entry: Entry) -> None:
    """One entry with everything it says, and where it is from."""
    t = context.t
    st.title(told(context, entry.name))
    layout.link(context, PATH, t("knowledge.back"))
    st.markdown(layout.markdown_safe(told(context, entry.text)))
    for figure in entry.figures:
        st.markdown(f"**{amount(context, figure)}** {layout.markdown_safe(told(context, figure.about))}")
    lines: list[tuple[str, str]] = []
    if entry.effect:
        lines.append(("knowledge.claimed", told(context, entry.effect.claimed)))
        lines.append(
            (
                "knowledge.measured",
                told(context, entry.effect.measured) if entry.effect.measured else t("knowledge.not_measured"),
            )
        )
    lines += [("knowledge.obstacles", told(context, entry.obstacles))] if entry.obstacles else []
    lines += [("knowledge.status", t(f"knowledge.status_{entry.status}"))] if entry.status else []
    lines += [("knowledge.models", ", ".join(text.model(t, model) for model in entry.models))] if entry.models else []
    lines += [("peers.service", ", ".join(text.service(t, s) for s in entry.services))] if entry.services else []
    places = [context.name(code) for code in entry.places if code in context.register]
    lines += [("knowledge.places", ", ".join(places))] if places else []
    themes = [told(context, knowledge_bank.entries()[theme].name) for theme in entry.themes]
    lines += [("knowledge.theme", "; ".join(themes))] if themes else []
    lines += [("knowledge.contact", told(context, entry.contact))] if entry.contact else []
    st.markdown("\n".join(f"- **{t(label)}:** {layout.markdown_safe(said)}" for label, said in lines))
    layout.caption(text.document(t, knowledge_bank.sources()[entry.source]))
    if entry.kind == "theme":
        by_kind(context, [other for other in knowledge_bank.entries().values() if entry.id in other.themes])


def amount(context: PageContext, figure: Figure) -> str:
    """A published figure with its unit, and that it is about, over or only so much."""
    limit = f"{context.t(f'knowledge.limit_{figure.limit}')} " if figure.limit else ""
    return f"{limit}{context.t.number(figure.value)} {context.t(f'knowledge.unit_{figure.unit}')}"


def effects(context: PageContext, entry: Entry) -> None:
    """For each indicator that the entry should move: before and after in its municipality, beside the group."""
    t, indicators = (
        context.t,
        [context.catalogue[i] for i in entry.moves if i in context.catalogue and context.catalogue[i].formula],
    )
    if not indicators:
        return
    st.subheader(t("knowledge.moved"))
    layout.caption(t("knowledge.moves_note"))
    loaded = [code for code in entry.places if code in context.register and context.register[code]["loaded"]]
    s = context.selection
    municipality = s.municipality if not loaded or s.municipality in loaded else loaded[0]
    for indicator in indicators:
        effect(context, entry, indicator, municipality)
        layout.link(
            context,
            "vertailu",
            t("knowledge.to_indicator", label=indicator.label[t.language]),
            indicator_id=indicator.id,
            municipality=municipality,
        )
    st.info(t("knowledge.no_proof"))


def effect(context: PageContext, entry: Entry, indicator: Indicator, municipality: str) -> None:
    """One indicator's years with the measure's year marked, and the means before and after in words."""
    indicator = figures.as_organised(context.data, indicator, municipality, context.last(indicator) or 0)
    t, basis = context.t, Basis(price_year=context.basis.price_year or context.price_year)
    own = {
        r["year"]: r["value"]
        for r in selected_figures.series(context, indicator, (municipality,), basis)
        if r["value"] is not None
    }
    group = selected_figures.group_series(context, indicator, context.group_of(indicator), basis)
    medians = {r["year"]: r["median"] for r in group if r["median"] is not None}
    name, unit = context.name(municipality), text.unit(t, indicator, basis)
    rows: list[dict[str, Any]] = [
        comparison.point(
            series,
            who,
            role,
            year,
            value,
            f"{t.number(value, indicator.decimals)} {unit}",
            segment=indicator.stretch(year),
        )
        for series, who, role, values in (
            ("own", name, "chosen", own),
            ("median", t("chart.group_median"), "median", medians),
        )
        for year, value in values.items()
    ]
    if len({row["year"] for row in rows}) < 2:
        layout.caption(t("knowledge.no_series", label=indicator.label[t.language], name=name))
        return
    found = compared_over(indicator, own, medians, entry.year) if entry.year and municipality in entry.places else None
    said = text.moved(t, indicator, name, entry.year, found, sorted(own))
    layout.caption(f"{text.capital(indicator.label[t.language])}, {unit}")
    first, last = min(own, default=0), max(own, default=0)
    marks = [entry.year] if entry.year and first <= entry.year <= last else []
    comparison.draw_lines(
        context,
        rows,
        said,
        indicator.name[t.language],
        f"{entry.id}_{indicator.id}",
        [b.year for b in indicator.breaks if first < b.year <= last],
        marks,
    )
    st.markdown(layout.markdown_safe(said))
    layout.caption(" ".join([*selected_figures.hidden(context, [indicator]), context.sources(indicator.sources)]))


def targeting(context: PageContext, indicator: Indicator) -> None:
    """Entries that should move an indicator, as links: what others did about it."""
    t = context.t
    found = [entry for entry in knowledge_bank.entries().values() if indicator.id in entry.moves][:MOST_TARGETING]
    if not found:
        return
    st.subheader(t("knowledge.targeting"))
    for entry in found:
        layout.link(context, PATH, told(context, entry.name), page_params=((ENTRY, entry.id),))


def propose(context: PageContext) -> None:
    """A form that makes the file of a new entry and checks it as the bank does; nothing is kept here."""
    t = context.t
    st.subheader(t("knowledge.propose"))
    layout.caption(t("knowledge.propose_note"))
    themes = {
        entry.id: told(context, entry.name) for entry in knowledge_bank.entries().values() if entry.kind == "theme"
    }
    with st.expander(t("knowledge.form")):
        short, long = ("name", "year", "contact", "source"), ("text", "claimed", "measured", "obstacles")
        boxes: dict[str, Any] = dict.fromkeys(short, st.text_input) | dict.fromkeys(long, st.text_area)
        given = {field: str(box(t(f"knowledge.form_{field}"), key=f"propose-{field}")) for field, box in boxes.items()}
        theme = st.multiselect(t("knowledge.theme"), list(themes), format_func=themes.__getitem__, key="propose-themes")
        service = st.multiselect(
            t("peers.service"),
            list(services.services()),
            format_func=lambda s: text.service(t, s),
            key="propose-services",
        )
        indicators = st.multiselect(
            t("knowledge.form_moves"),
            list(context.catalogue),
            key="propose-moves",
            format_func=lambda i: context.catalogue[i].name[t.language],
        )
        draft = knowledge_bank.draft(t.language, given, context.selection.municipality, theme, service, indicators)
        if not any(given.values()):
            return
        if problems := knowledge_bank.problems_of(draft):
            labels = {"themes": "knowledge.theme"}
            named = ", ".join(t(labels.get(field, f"knowledge.form_{field}")) for field in problems)
            st.warning(t("knowledge.form_problems", fields=named))
        else:
            st.download_button(
                t("knowledge.form_file"),
                knowledge_bank.file_of(draft),
                "tietopankki.yaml",
                "application/yaml",
                on_click="ignore",
            )
