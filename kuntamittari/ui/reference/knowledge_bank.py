"""The knowledge bank: a search, one entry in full, and its indicators before and after the measure."""

import html
import re
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from kuntamittari.catalog import knowledge_bank, loader, services
from kuntamittari.catalog.indicator import Basis, Indicator
from kuntamittari.catalog.knowledge_bank import Entry
from kuntamittari.exhibits import selected_figures, text, uploaded
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.views.heads import KINDS
from kuntamittari.query import figures
from kuntamittari.stats.before_after import compared_over
from kuntamittari.ui import layout, page_params
from kuntamittari.ui.parts import comparison

PATH = "tietopankki"
SEARCH, THEME, KIND, MODEL, SERVICE = "haku", "teema", "laji", "malli", "tehtava"
PLACE, YEAR, ENTRY = "paikka", "aika", "kirjaus"
FILTERS_IN_ROW = 3
EVERY = ""
LONGEST_SEARCH, PREVIEW = 80, 150  # characters
RECENT = 10  # years: entries of the last ones come first
MOST_OPEN = 24  # entries that are shown without folding any kind
MOST_TARGETING = 5  # entries linked beside an indicator


def requested_entry(context: PageContext) -> Entry | None:
    """Return the entry that the address names, None where it names none."""
    return knowledge_bank.entries().get(dict(context.selection.page_params).get(ENTRY, ""))


def search(context: PageContext) -> list[Entry]:
    """Draw the search field and the filters, of which only the service is not folded; return the entries that pass."""
    t, everything = context.t, list(knowledge_bank.entries().values())
    on_query = page_params.bind_text(context, SEARCH, "knowledge-search", LONGEST_SEARCH)
    left, right = st.columns(2)
    with left:
        st.text_input(
            t("knowledge.search"),
            key="knowledge-search",
            on_change=on_query,
            placeholder=t("knowledge.search_hint"),
            max_chars=LONGEST_SEARCH,
        )
    themes = [entry for entry in everything if entry.kind == "theme"]
    names = {entry.id: uploaded.words_of(context, entry.name) for entry in themes}
    used = {service for entry in everything for service in services_of(entry)}
    places = {code: context.name(code) for entry in everything for code in entry.places if code in context.register}
    years = sorted({str(entry.year) for entry in everything if entry.year}, reverse=True)
    filters: list[tuple[str, str, list[str], dict[str, str]]] = [
        (THEME, "knowledge.theme", list(names), names),
        (KIND, "knowledge.kind", list(KINDS), {kind: t(f"knowledge.{kind}") for kind in KINDS}),
        (MODEL, "knowledge.model", models(everything), {model: text.model(t, model) for model in models(everything)}),
        (PLACE, "chart.municipality", sorted(places, key=places.__getitem__), places),
        (YEAR, "chart.year", years, dict(zip(years, years, strict=True))),
    ]
    with right:
        of_service = {service: text.service(t, service) for service in services.services() if service in used}
        chosen = {SERVICE: choice(context, SERVICE, t("peers.service"), of_service)}
    asked = dict(context.selection.page_params)
    with st.expander(t("knowledge.more"), expanded=any(part in asked for part, *_ in filters)):
        for at in range(0, len(filters), FILTERS_IN_ROW):
            row = filters[at : at + FILTERS_IN_ROW]
            for column, (part, label, options, labels) in zip(st.columns(FILTERS_IN_ROW), row, strict=False):
                with column:
                    chosen[part] = choice(context, part, t(label), {option: labels[option] for option in options})
    searched = str(st.session_state["knowledge-search"])
    return [
        entry
        for entry in everything
        if passes_filters(entry, chosen) and knowledge_bank.matches(search_text(context, entry), searched)
    ]


def services_of(entry: Entry) -> tuple[str, ...]:
    """Return the services of an entry: those it names, and those of the indicators that it should affect."""
    moved = (loader.indicators()[indicator].service for indicator in entry.moves)
    return tuple(dict.fromkeys([*entry.services, *filter(None, moved)]))


def choice(context: PageContext, part: str, label: str, names: dict[str, str]) -> str:
    """Draw one filter, the page parameter `part`, and return its value."""
    key, options = f"knowledge-{part}", [EVERY, *names]
    on_change = page_params.bind_choice(context, part, key, options, EVERY)
    labels = names | {EVERY: context.t("knowledge.every")}
    return str(st.selectbox(label, options, key=key, on_change=on_change, format_func=labels.__getitem__))


def models(everything: list[Entry]) -> list[str]:
    """Return the organisation models that occur in entries."""
    return sorted({model for entry in everything for model in entry.models})


def passes_filters(entry: Entry, chosen: dict[str, str]) -> bool:
    """Return whether an entry passes every filter."""
    return (
        chosen[THEME] in (EVERY, entry.id, *entry.themes)
        and chosen[KIND] in (EVERY, entry.kind)
        and chosen[SERVICE] in (EVERY, *services_of(entry))
        and chosen[MODEL] in (EVERY, *entry.models)
        and chosen[PLACE] in (EVERY, *entry.places)
        and chosen[YEAR] in (EVERY, str(entry.year))
    )


def search_text(context: PageContext, entry: Entry) -> str:
    """Return the text that a search reads: name and text in every language, municipalities, services, models."""
    words = [w for texts in (entry.name, entry.text) for w in (texts.fi, texts.sv, texts.en) if w]
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
            *(text.service(context.t, s) for s in services_of(entry)),
            *(text.model(context.t, m) for m in entry.models),
        ]
    )


def listing(context: PageContext, entries: list[Entry]) -> None:
    """Draw the number of entries found, those of the last ten years, and the others by kind."""
    t = context.t
    layout.caption(t("knowledge.found", n=len(entries), all=len(knowledge_bank.entries())))
    last = datetime.fromisoformat(context.data.snapshot.manifest["retrieved"]).year
    recent = [entry for entry in entries if (entry.year or 0) >= last - RECENT]
    years = sorted(entry.year for entry in entries if entry.year)
    if recent:
        st.subheader(t("knowledge.recent", first=last - RECENT, last=last))
        st.html(previews(context, recent))
    elif years:
        layout.caption(t("knowledge.none_recent", first=last - RECENT, last=last, year=years[-1]))
    by_kind(context, [entry for entry in entries if entry not in recent])


def by_kind(context: PageContext, entries: list[Entry]) -> None:
    """Draw entries by kind, the cases first; the other kinds are folded where there are many entries."""
    for kind in ("case", *(kind for kind in KINDS if kind != "case")):
        of_kind = [entry for entry in entries if entry.kind == kind]
        if not of_kind:
            continue
        head, listed = context.t(f"knowledge.{kind}_many"), previews(context, of_kind)
        if kind != "case" and len(entries) > MOST_OPEN:
            st.html(layout.fold(f"{head} ({len(of_kind)})", listed))
        else:
            st.subheader(head)
            st.html(listed)


def previews(context: PageContext, entries: list[Entry]) -> str:
    """Return entries as markup, the newest first: name, first sentences, year and municipalities."""
    newest_first = sorted(entries, key=lambda entry: -(entry.year or 0))
    return f"<ul class='km-entries'>{''.join(preview(context, entry) for entry in newest_first)}</ul>"


def preview(context: PageContext, entry: Entry) -> str:
    """Return one entry of a list as markup."""
    words = beginning(entry.text.in_language(context.t.language)[0], PREVIEW)
    facts = about(context, entry).removeprefix(" · ")
    below = f"<small>{html.escape(facts)}</small>" if facts else ""
    return f"<li>{entry_link(context, entry)}<p>{html.escape(words)}</p>{below}</li>"


def beginning(words: str, most: int) -> str:
    """Return the first sentences of a text: as many as fit in `most` characters, but at least one."""
    first, *others = re.split(r"(?<=[.!?])\s+(?=[A-ZÅÄÖ])", words.strip())
    for sentence in others:
        if len(first) + 1 + len(sentence) > most:
            break
        first = f"{first} {sentence}"
    return first


def entry_link(context: PageContext, entry: Entry) -> str:
    """Return a link to an entry as markup."""
    to = layout.href(context, PATH, page_params=((ENTRY, entry.id),))
    return layout.link_markup(to, html.escape(uploaded.words_of(context, entry.name)))


def about(context: PageContext, entry: Entry) -> str:
    """Return the year and the municipalities of an entry, each where it has one."""
    places = [context.name(code) for code in entry.places if code in context.register]
    parts = [str(entry.year)] if entry.year else []
    parts += [text.listed(context.t, places, 4)] if places else []
    return f" · {' · '.join(parts)}" if parts else ""


def full_entry(context: PageContext, entry: Entry) -> None:
    """Draw one entry with everything it holds, and its source."""
    t = context.t
    st.title(uploaded.words_of(context, entry.name))
    layout.link(context, PATH, t("knowledge.back"))
    st.markdown(layout.markdown_safe(uploaded.words_of(context, entry.text)))
    for figure in entry.figures:
        subject = layout.markdown_safe(uploaded.words_of(context, figure.about))
        st.markdown(f"**{uploaded.published(context, figure)}** {subject}")
    lines: list[tuple[str, str]] = []
    if entry.effect:
        measured = entry.effect.measured
        lines.append(("knowledge.claimed", uploaded.words_of(context, entry.effect.claimed)))
        lines.append(
            ("knowledge.measured", uploaded.words_of(context, measured) if measured else t("knowledge.not_measured"))
        )
    lines += [("knowledge.obstacles", uploaded.words_of(context, entry.obstacles))] if entry.obstacles else []
    lines += [("knowledge.status", t(f"knowledge.status_{entry.status}"))] if entry.status else []
    lines += [("knowledge.models", ", ".join(text.model(t, model) for model in entry.models))] if entry.models else []
    lines += [("peers.service", ", ".join(text.service(t, s) for s in entry.services))] if entry.services else []
    places = [context.name(code) for code in entry.places if code in context.register]
    lines += [("knowledge.places", ", ".join(places))] if places else []
    themes = [uploaded.words_of(context, knowledge_bank.entries()[theme].name) for theme in entry.themes]
    lines += [("knowledge.theme", "; ".join(themes))] if themes else []
    lines += [("knowledge.contact", uploaded.words_of(context, entry.contact))] if entry.contact else []
    st.markdown("\n".join(f"- **{t(label)}:** {layout.markdown_safe(value)}" for label, value in lines))
    layout.caption(text.document(t, knowledge_bank.sources()[entry.source]))
    if entry.kind == "theme":
        by_kind(context, [other for other in knowledge_bank.entries().values() if entry.id in other.themes])


def effects(context: PageContext, entry: Entry) -> None:
    """Draw each indicator that the entry should change, before and after, beside the group."""
    t = context.t
    indicators = [context.catalogue[i] for i in entry.moves if i in context.catalogue and context.catalogue[i].formula]
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
    """Draw the years of one indicator with the measure's year marked, and the means before and after in words."""
    indicator = figures.as_organised(context.data, indicator, municipality, context.last(indicator) or 0)
    t, basis = context.t, Basis(price_year=context.basis.price_year or context.price_year)
    municipality_values = {
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
            name_of_line,
            role,
            year,
            value,
            f"{t.number(value, indicator.decimals)} {unit}",
            segment=indicator.stretch(year),
        )
        for series, name_of_line, role, values in (
            ("own", name, "chosen", municipality_values),
            ("median", t("chart.group_median"), "reference", medians),
        )
        for year, value in values.items()
    ]
    if len({row["year"] for row in rows}) < 2:
        layout.caption(t("knowledge.no_series", label=indicator.label[t.language], name=name))
        return
    change = (
        compared_over(indicator, municipality_values, medians, entry.year)
        if entry.year and municipality in entry.places
        else None
    )
    sentence = text.before_after(t, indicator, name, entry.year, change, sorted(municipality_values))
    layout.caption(f"{text.capital(indicator.label[t.language])}, {unit}")
    first, last = min(municipality_values, default=0), max(municipality_values, default=0)
    marks = [entry.year] if entry.year and first <= entry.year <= last else []
    comparison.draw_lines(
        context,
        rows,
        sentence,
        indicator.name[t.language],
        f"{entry.id}_{indicator.id}",
        [b.year for b in indicator.breaks if first < b.year <= last],
        marks,
    )
    st.markdown(layout.markdown_safe(sentence))
    notes = [*selected_figures.hidden(context, [indicator]), context.sources(indicator.sources)]
    layout.caption(" ".join(notes), layout.method_links(context, 3, 12))


def targeting(context: PageContext, indicator: Indicator) -> None:
    """Draw links to entries that should change an indicator."""
    t = context.t
    entries = [entry for entry in knowledge_bank.entries().values() if indicator.id in entry.moves][:MOST_TARGETING]
    if not entries:
        return
    st.subheader(t("knowledge.targeting"))
    for entry in entries:
        layout.link(context, PATH, uploaded.words_of(context, entry.name), page_params=((ENTRY, entry.id),))


def entry_form(context: PageContext) -> None:
    """Draw a form that makes the file of a new entry and checks it as the bank does; nothing is stored."""
    t = context.t
    st.subheader(t("knowledge.propose"))
    layout.caption(t("knowledge.propose_note"))
    themes = {
        entry.id: uploaded.words_of(context, entry.name)
        for entry in knowledge_bank.entries().values()
        if entry.kind == "theme"
    }
    with st.expander(t("knowledge.form")):
        short, long = ("name", "year", "contact", "source"), ("text", "claimed", "measured", "obstacles")
        widgets: dict[str, Any] = dict.fromkeys(short, st.text_input) | dict.fromkeys(long, st.text_area)
        inputs = {
            field: str(widget(t(f"knowledge.form_{field}"), key=f"propose-{field}"))
            for field, widget in widgets.items()
        }
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
        of = (context.one_municipality, theme, service, indicators)
        draft = knowledge_bank.draft(t.language, inputs, *of, added=datetime.now(UTC).date())
        if not any(inputs.values()):
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
