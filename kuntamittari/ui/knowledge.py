"""The knowledge bank: entries found by words and filters, one of them whole, and whether what it should move has moved."""

import html
from collections.abc import Callable
from typing import Any

import streamlit as st

from kuntamittari import figures, knowledge, services, text, views
from kuntamittari.address import View
from kuntamittari.catalog import Basis, Indicator
from kuntamittari.knowledge import Entry, Figure, Words
from kuntamittari.moved import moved
from kuntamittari.ui import comparison, frame, kept

PATH = "tietopankki"
KINDS = ("theme", "case", "proposal", "survey")
SEARCH, THEME, KIND, MODEL, SERVICE = "haku", "teema", "laji", "malli", "tehtava"
PLACE, YEAR, ENTRY = "paikka", "aika", "kirjaus"
FILTERS_IN_ROW = 3
EVERY = ""
LONGEST_SEARCH = 80  # characters
MOST_TARGETING = 5  # entries that are named beside an indicator


def told(view: View, words: Words) -> str:
    """Words in the reader's language, else in Finnish with a note that they are."""
    said, language = words.told(view.t.language)
    return said if language == view.t.language else f"{said} ({view.t('knowledge.in_finnish')})"


def of_address(view: View) -> Entry | None:
    """The entry that the address names."""
    return knowledge.entries().get(dict(view.selection.own).get(ENTRY, ""))


def search(view: View) -> list[Entry]:
    """Search box and filters, and what they leave."""
    t, everything = view.t, list(knowledge.entries().values())
    query = kept.words(view, SEARCH, "knowledge-search", LONGEST_SEARCH)
    st.text_input(t("knowledge.search"), key="knowledge-search", on_change=query, placeholder=t("knowledge.search_hint"),
                  max_chars=LONGEST_SEARCH)  # fmt: skip
    themes = [entry for entry in everything if entry.kind == "theme"]
    names = {entry.id: told(view, entry.name) for entry in themes}
    used = {service for entry in everything for service in entry.services}
    places = {code: view.name(code) for entry in everything for code in entry.places if code in view.register}
    years = sorted({str(entry.year) for entry in everything if entry.year})
    filters: list[tuple[str, str, list[str], dict[str, str]]] = [
        (THEME, "knowledge.theme", list(names), names),
        (KIND, "knowledge.kind", list(KINDS), {kind: t(f"knowledge.{kind}") for kind in KINDS}),
        (SERVICE, "peers.service", [s for s in services.services() if s in used], {s: text.service(t, s) for s in used}),
        (MODEL, "knowledge.model", models(everything), {model: text.model(t, model) for model in models(everything)}),
        (PLACE, "chart.municipality", sorted(places, key=places.__getitem__), places),
        (YEAR, "chart.year", years, dict(zip(years, years, strict=True))),
    ]  # fmt: skip
    chosen: dict[str, str] = {}
    columns = [column for _ in range(0, len(filters), FILTERS_IN_ROW) for column in st.columns(FILTERS_IN_ROW)]
    for column, (part, label, options, words) in zip(columns, filters, strict=True):
        key = f"knowledge-{part}"
        kept_in = kept.one(view, part, key, [EVERY, *options], EVERY)
        with column:
            chosen[part] = choice(t(label), [EVERY, *options], key, kept_in, words | {EVERY: t("knowledge.every")})
    asked = str(st.session_state["knowledge-search"])
    return [entry for entry in everything if fits(entry, chosen) and knowledge.matches(whole_text(view, entry), asked)]


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


def whole_text(view: View, entry: Entry) -> str:
    """What a search looks in: name and text in every language, municipalities, services, models."""
    words = [w for said in (entry.name, entry.text) for w in (said.fi, said.sv, said.en) if w]
    named = [view.register[code][f"name_{language}"] for code in entry.places if code in view.register for language in ("fi", "sv")]
    return " ".join([*words, *named, *(text.service(view.t, s) for s in entry.services), *(text.model(view.t, m) for m in entry.models)])


def listing(view: View, found: list[Entry]) -> None:
    """Entries by kind, each a link to itself."""
    frame.caption(view.t("knowledge.found", n=len(found), all=len(knowledge.entries())))
    by_kind(view, found)


def by_kind(view: View, found: list[Entry]) -> None:
    """Links under the heading of each kind that there is."""
    for kind in KINDS:
        rows = [
            f"<li>{frame.way(frame.href(view, PATH, own=((ENTRY, entry.id),)), html.escape(told(view, entry.name)))}"
            f"{html.escape(about(view, entry))}</li>"
            for entry in found if entry.kind == kind
        ]  # fmt: skip
        if rows:
            st.subheader(view.t(f"knowledge.{kind}_many"))
            st.html(f"<ul class='km-entries'>{''.join(rows)}</ul>")


def about(view: View, entry: Entry) -> str:
    """Year and municipalities of an entry, as far as it has them."""
    places = [view.name(code) for code in entry.places if code in view.register]
    parts = [str(entry.year)] if entry.year else []
    parts += [text.listed(view.t, places, 4)] if places else []
    return f" · {' · '.join(parts)}" if parts else ""


def whole(view: View, entry: Entry) -> None:
    """One entry with everything it says, and where it is from."""
    t = view.t
    st.title(told(view, entry.name))
    frame.link(view, PATH, t("knowledge.back"))
    st.markdown(frame.markdown_safe(told(view, entry.text)))
    for figure in entry.figures:
        st.markdown(f"**{amount(view, figure)}** {frame.markdown_safe(told(view, figure.about))}")
    lines: list[tuple[str, str]] = []
    if entry.effect:
        lines.append(("knowledge.claimed", told(view, entry.effect.claimed)))
        lines.append(("knowledge.measured", told(view, entry.effect.measured) if entry.effect.measured else t("knowledge.not_measured")))
    lines += [("knowledge.obstacles", told(view, entry.obstacles))] if entry.obstacles else []
    lines += [("knowledge.status", t(f"knowledge.status_{entry.status}"))] if entry.status else []
    lines += [("knowledge.models", ", ".join(text.model(t, model) for model in entry.models))] if entry.models else []
    lines += [("peers.service", ", ".join(text.service(t, s) for s in entry.services))] if entry.services else []
    places = [view.name(code) for code in entry.places if code in view.register]
    lines += [("knowledge.places", ", ".join(places))] if places else []
    themes = [told(view, knowledge.entries()[theme].name) for theme in entry.themes]
    lines += [("knowledge.theme", "; ".join(themes))] if themes else []
    lines += [("knowledge.contact", told(view, entry.contact))] if entry.contact else []
    st.markdown("\n".join(f"- **{t(label)}:** {frame.markdown_safe(said)}" for label, said in lines))
    frame.caption(text.document(t, knowledge.sources()[entry.source]))
    if entry.kind == "theme":
        by_kind(view, [other for other in knowledge.entries().values() if entry.id in other.themes])


def amount(view: View, figure: Figure) -> str:
    """A published figure with its unit, and that it is about, over or only so much."""
    limit = f"{view.t(f'knowledge.limit_{figure.limit}')} " if figure.limit else ""
    return f"{limit}{view.t.number(figure.value)} {view.t(f'knowledge.unit_{figure.unit}')}"


def effects(view: View, entry: Entry) -> None:
    """For each indicator that the entry should move: before and after in its municipality, beside the group."""
    t, indicators = view.t, [view.catalogue[i] for i in entry.moves if i in view.catalogue and view.catalogue[i].formula]
    if not indicators:
        return
    st.subheader(t("knowledge.moved"))
    frame.caption(t("knowledge.moves_note"))
    loaded = [code for code in entry.places if code in view.register and view.register[code]["loaded"]]
    s = view.selection
    municipality = s.municipality if not loaded or s.municipality in loaded else loaded[0]
    for indicator in indicators:
        effect(view, entry, indicator, municipality)
        frame.link(view, "vertailu", t("knowledge.to_indicator", label=indicator.label[t.language]), indicator_id=indicator.id,
                   municipality=municipality)  # fmt: skip
    st.info(t("knowledge.no_proof"))


def effect(view: View, entry: Entry, indicator: Indicator, municipality: str) -> None:
    """One indicator's years with the measure's year marked, and the means before and after in words."""
    indicator = figures.as_organised(view.data, indicator, municipality, view.last(indicator) or 0)
    t, basis = view.t, Basis(price_year=view.basis.price_year or view.price_year)
    own = {r["year"]: r["value"] for r in views.series(view, indicator, (municipality,), basis) if r["value"] is not None}
    group = views.group_series(view, indicator, view.group_of(indicator), basis)
    medians = {r["year"]: r["median"] for r in group if r["median"] is not None}
    name, unit = view.name(municipality), text.unit(t, indicator, basis)
    rows: list[dict[str, Any]] = [
        comparison.point(series, who, role, year, value, f"{t.number(value, indicator.decimals)} {unit}", segment=indicator.stretch(year))
        for series, who, role, values in (("own", name, "chosen", own), ("median", t("chart.group_median"), "median", medians))
        for year, value in values.items()
    ]
    if len({row["year"] for row in rows}) < 2:
        frame.caption(t("knowledge.no_series", label=indicator.label[t.language], name=name))
        return
    found = moved(indicator, own, medians, entry.year) if entry.year and municipality in entry.places else None
    said = text.moved(t, indicator, name, entry.year, found, sorted(own))
    frame.caption(f"{text.capital(indicator.label[t.language])}, {unit}")
    first, last = min(own, default=0), max(own, default=0)
    marks = [entry.year] if entry.year and first <= entry.year <= last else []
    comparison.draw_lines(view, rows, said, indicator.name[t.language], f"{entry.id}_{indicator.id}",
                          [b.year for b in indicator.breaks if first < b.year <= last], marks)  # fmt: skip
    st.markdown(frame.markdown_safe(said))
    frame.caption(" ".join([*views.hidden(view, [indicator]), view.sources(indicator.sources)]))


def targeting(view: View, indicator: Indicator) -> None:
    """Entries that should move an indicator, as links: what others did about it."""
    t = view.t
    found = [entry for entry in knowledge.entries().values() if indicator.id in entry.moves][:MOST_TARGETING]
    if not found:
        return
    st.subheader(t("knowledge.targeting"))
    for entry in found:
        frame.link(view, PATH, told(view, entry.name), own=((ENTRY, entry.id),))


def propose(view: View) -> None:
    """A form that makes the file of a new entry and checks it as the bank does; nothing is kept here."""
    t = view.t
    st.subheader(t("knowledge.propose"))
    frame.caption(t("knowledge.propose_note"))
    themes = {entry.id: told(view, entry.name) for entry in knowledge.entries().values() if entry.kind == "theme"}
    with st.expander(t("knowledge.form")):
        short, long = ("name", "year", "contact", "source"), ("text", "claimed", "measured", "obstacles")
        boxes: dict[str, Any] = dict.fromkeys(short, st.text_input) | dict.fromkeys(long, st.text_area)
        given = {field: str(box(t(f"knowledge.form_{field}"), key=f"propose-{field}")) for field, box in boxes.items()}
        theme = st.multiselect(t("knowledge.theme"), list(themes), format_func=themes.__getitem__, key="propose-themes")
        service = st.multiselect(
            t("peers.service"), list(services.services()), format_func=lambda s: text.service(t, s), key="propose-services"
        )
        indicators = st.multiselect(t("knowledge.form_moves"), list(view.catalogue), key="propose-moves",
                                    format_func=lambda i: view.catalogue[i].name[t.language])  # fmt: skip
        draft = knowledge.draft(t.language, given, view.selection.municipality, theme, service, indicators)
        if not any(given.values()):
            return
        if problems := knowledge.problems_of(draft):
            labels = {"themes": "knowledge.theme"}
            named = ", ".join(t(labels.get(field, f"knowledge.form_{field}")) for field in problems)
            st.warning(t("knowledge.form_problems", fields=named))
        else:
            st.download_button(
                t("knowledge.form_file"), knowledge.file_of(draft), "tietopankki.yaml", "application/yaml", on_click="ignore"
            )
