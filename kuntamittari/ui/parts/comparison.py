"""The comparison of an indicator: finding, ranked bars, lines over the years, table, and how it is computed."""

import html
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from babel.numbers import get_group_symbol

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Change, Indicator, Ratio
from kuntamittari.exhibits import budgets, charts, selected_figures, text
from kuntamittari.exhibits.comparison import MOST_LINES
from kuntamittari.exhibits.exhibit import role
from kuntamittari.exhibits.grammar import label_layout
from kuntamittari.exhibits.grammar.colours import THEMES
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.query_state import MOST_COMPARED
from kuntamittari.exhibits.render import png, tables
from kuntamittari.exhibits.views.finding import finding, way_on
from kuntamittari.i18n import Translator
from kuntamittari.ui import chart_walk, downloads, folded, layout, state
from kuntamittari.ui.element_cache import cached_elements
from kuntamittari.ui.parts import methods

WIDTHS = (56, 170, 170, 130, 130, 104, 150)  # pixels of the table's columns
NUMBERS = "numbers"  # the data set that holds the numeric parameters of a chart
MOST_YEARS, STEP_OF_YEARS = 10, 5  # years that are all labelled; with more of them, every fifth is


def head(context: PageContext, question: str = "") -> None:
    """Draw the name of the indicator, or a question, and its finding; below a figure that jumped, links to both
    years."""
    t, standing = context.t, selected_figures.standing(context, context.indicator)
    layout.headline(question or context.indicator.name[t.language], finding(context, context.indicator))
    if standing.value is None and not context.indicator.awaited:
        layout.caption(layout.loaded_link(context))
    if standing.year and standing.row and "jump" in standing.row["doubtful"]:
        years = (standing.year - 1, standing.year)
        links = (layout.link_markup(layout.href(context, year=year), str(year)) for year in years)
        layout.caption(t("finding.both_years"), " · ".join(links))


def later(context: PageContext, indicators: Iterable[Indicator]) -> None:
    """Draw which figures after the last year of any of some indicators are not loaded, and how they are."""
    if words := selected_figures.not_loaded(context, indicators):
        layout.caption(words)


def indicator_choice(context: PageContext) -> None:
    """Draw the choice of the indicator."""
    language = context.t.language
    layout.choose(
        context,
        "indicator_id",
        context.t("choice.indicator"),
        list(context.catalogue),
        lambda i: context.catalogue[i].name[language],
    )


def compared_choice(context: PageContext) -> None:
    """Draw the choice of compared municipalities.

    They are the listed group, and the first MOST_LINES of them are lines of the chart.
    """
    key = "choose-compared"

    def write_compared() -> None:
        state.write(context, compared=tuple(st.session_state[key]))

    st.session_state[key] = list(context.selection.compared)
    st.multiselect(
        context.t("choice.compared"),
        [c for c in layout.municipality_labels(context) if c != context.selection.municipality],
        key=key,
        format_func=layout.municipality_labels(context).__getitem__,
        max_selections=MOST_COMPARED,
        on_change=write_compared,
        placeholder=context.t("choice.none_compared"),
        help=context.t("choice.compared_help", most=MOST_COMPARED, lines=MOST_LINES),
    )


def theme() -> str:
    """Return the theme in which the user sees the page: light or dark."""
    return st.context.theme.type or "light"


@dataclass(frozen=True)
class Drawing:
    """A chart: a Vega-Lite specification, its data sets and parameters kept apart, and its alternative text."""

    spec: dict[str, Any]
    data: dict[str, pd.DataFrame]
    parameters: dict[str, Any]
    alt: str

    @property
    def bound(self) -> dict[str, Any]:
        """The specification with its parameters bound.

        Numbers are looked up in the data set NUMBERS: they change with every choice, and the browser need not compile a
        known specification again.
        """
        looked_up = [{"name": name, "expr": f"data('{NUMBERS}')[0].{name}"} for name in self.numbers]
        texts = [{"name": name, "value": value} for name, value in self.parameters.items() if name not in self.numbers]
        # Vega-Lite drops a data set that no layer uses
        hidden_layer = {"data": {"name": NUMBERS}, "mark": {"type": "point", "size": 0, "opacity": 0}}
        return self.spec | {"params": [*looked_up, *texts], "layer": [*self.spec["layer"], hidden_layer]}

    @property
    def sets(self) -> dict[str, pd.DataFrame]:
        """The data sets, with the numeric parameters as one more set of one row."""
        return self.data | {NUMBERS: pd.DataFrame([self.numbers])}

    @property
    def numbers(self) -> dict[str, float]:
        """The parameters that are numbers."""
        return {name: value for name, value in self.parameters.items() if isinstance(value, int | float)}


def lines(context: PageContext) -> None:
    """Draw the chosen and the compared municipalities and the group's median over the years, split at breaks."""
    t, indicator = context.t, context.indicator
    if cached_elements(context, "lines", lambda: development(context)):
        title, file = indicator.name[t.language], f"{indicator.id}_{context.selection.municipality}"
        pictures(
            context, context.sources(indicator.sources), title, file, lambda: line_chart(context, *line_points(context))
        )


def development(context: PageContext) -> bool:
    """Draw the part of the page that shows the years, and return whether it holds a chart."""
    t, indicator = context.t, context.indicator
    rows, summary, breaks = line_points(context)
    if len({row["year"] for row in rows}) < 2:
        layout.subheading(
            t("chart.lines"),
            way_on(context, indicator) if rows else t("chart.lines_empty"),
        )
        return False
    subtitle = t("chart.lines_subtitle", unit=unit(context, indicator))
    marks = [f"{charts.MARKS[row['dash']]} {row['name']}" for row in rows if row["role"] == "plan"]
    legend = t("budgets.legend", marks=", ".join(dict.fromkeys(marks))) if marks else ""
    layout.subheading(t("chart.lines"), f"{subtitle}. {legend}" if legend else subtitle)
    show_and_walk(context, line_chart(context, rows, t("chart.lines_near"), breaks))
    later(context, [indicator])
    break_notes = [
        t("how.break", year=b.year, reason=b.reason[t.language]) for b in indicator.breaks if b.year in breaks
    ]
    line_table(
        context,
        indicator.name[t.language],
        rows,
        " ".join(
            [
                summary,
                *break_notes,
                *selected_figures.published(context, indicator),
                *selected_figures.hidden(context, [context.as_organised(indicator)]),
            ]
        ),
    )
    return True


def line_points(context: PageContext) -> tuple[list[dict[str, Any]], str, list[int]]:
    """Return the points of the lines, a sentence on the chosen municipality, and the years of the breaks shown."""
    t, indicator, s = context.t, context.as_organised(context.indicator), context.selection
    areas = (s.municipality, *s.compared[:MOST_LINES])
    series = selected_figures.series(context, indicator, areas)
    rows = [
        line_row(
            context,
            row["municipality"],
            context.name(row["municipality"]),
            role(context, row["municipality"]),
            row["year"],
            row["value"],
        )
        for row in series
        if row["value"] is not None
    ]
    median_name = t("chart.group_median")
    rows += [
        line_row(context, "median", median_name, "reference", row["year"], row["median"])
        for row in selected_figures.group_series(context, indicator, context.group_of(indicator))
    ]
    plans = budgets.plan_lines(context, indicator)
    rows += [
        line_row(context, plan.name, plan.name, "plan", year, value) | {"dash": plan.status}
        for plan in plans
        for year, value in plan.by_year.items()
    ]
    chosen = [row for row in series if row["municipality"] == s.municipality]
    summary = text.development(t, indicator, context.name(s.municipality), chosen)
    summary = " ".join([summary, *(text.planned(t, indicator, plan.name, plan.by_year) for plan in plans)])
    years = sorted({row["year"] for row in rows})
    return rows, summary, [b.year for b in indicator.breaks if years and years[0] < b.year <= years[-1]]


def draw_lines(
    context: PageContext,
    rows: list[dict[str, Any]],
    summary: str,
    title: str,
    file: str,
    breaks: Sequence[int] = (),
    measures: Sequence[int] = (),
    source: str | None = None,
) -> None:
    """Draw points made by `point` as lines, with their downloads and their table.

    `breaks` and `measures` are the years marked on the chart. `source` names the source of the figures where it is not
    that of the chosen indicator.
    """
    alt = context.t("chart.lines_alt", summary=summary)
    draw_sourced(
        context,
        source or context.sources(context.indicator.sources),
        title,
        file,
        lambda: line_chart(context, rows, alt, breaks, measures),
    )
    line_table(context, title, rows)


def line_chart(
    context: PageContext, rows: list[dict[str, Any]], alt: str, breaks: Sequence[int] = (), measures: Sequence[int] = ()
) -> Drawing:
    """Return points made by `point` as lines with a name at the end of each.

    Points may carry a band. A rule marks the beginning of each break and the year of each measure.
    """
    t = context.t
    values = [v for row in rows for v in (row["value"], row["band_low"], row["band_high"]) if v is not None]
    years = sorted({row["year"] for row in rows})
    margin = (max(values) - min(values) or abs(max(values)) or 1) * 0.08
    low, high = min(values) - margin, max(values) + margin
    label_layout.at_ends([row for row in rows if row["value"] is not None], low, high)
    labelled = years if len(years) <= MOST_YEARS else [year for year in years if year % STEP_OF_YEARS == 0]
    parameters = {
        "low": low,
        "high": high,
        "first": years[0],
        "last": years[-1],
        "years": labelled,
        "thousands": thousands_separator(t),
    }
    marks = [{"year": year - 0.5, "break_label": t("chart.break", year=year), "is_break": True} for year in breaks]
    marks += [{"year": year, "break_label": t("chart.measure", year=year), "is_break": False} for year in measures]
    return Drawing(charts.lines(t.language, theme()), {"rows": pd.DataFrame([*rows, *marks])}, parameters, alt)


def line_table(context: PageContext, title: str, rows: list[dict[str, Any]], above: str = "") -> None:
    """Draw the points of lines as a folded table, one row a year, under the caption `above`."""
    series, years = dict.fromkeys(row["name"] for row in rows), sorted({row["year"] for row in rows})
    details = {(row["year"], row["name"]): row["detail"] for row in rows if row["value"] is not None}
    heads = [context.t("chart.year"), *series]
    folded_table(
        context,
        title,
        heads,
        [[str(year), *(details.get((year, name), "") for name in series)] for year in years],
        above,
    )


def folded_table(
    context: PageContext,
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    above: str = "",
    label: str = "",
) -> None:
    """Draw the figures of a chart as a folded table for those who do not point at it, under the caption `above`.

    The first cell of a row is its head; `label` is what is pressed to unfold it, by default that of a chart's figures.
    """
    head = "".join(f"<th scope='col'>{html.escape(name)}</th>" for name in heads)
    body = ""
    for first, *others in rows:
        cells = "".join(f"<td>{html.escape(cell)}</td>" for cell in others)
        body += f"<tr><th scope='row'>{html.escape(first)}</th>{cells}</tr>"
    table = layout.scroll_box(
        title, f"<table class='km-card'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
    st.html((layout.caption_markup(above) if above else "") + layout.fold(label or context.t("chart.as_table"), table))


def point(
    series: str, name: str, role: str, year: int, value: float | None, detail: str, **more: Any
) -> dict[str, Any]:
    """Return one point of a line; `more` replaces the default segment, dash, weight, band_low or band_high.

    Points of one series are joined within a segment.
    """
    defaults = {
        "segment": 0,
        "dash": charts.dash(role),
        "weight": "thick" if role == "chosen" else "thin",
        "band_low": None,
        "band_high": None,
    }
    return (
        defaults | {"series": series, "name": name, "role": role, "year": year, "value": value, "detail": detail} | more
    )


def unit(context: PageContext, indicator: Indicator) -> str:
    """Return the unit of an indicator with the prices and the mean of the current basis."""
    return text.unit(context.t, indicator, context.basis)


def thousands_separator(t: Translator) -> str:
    """Return the separator of thousands in the user's language."""
    return get_group_symbol(t.language)


def line_row(context: PageContext, series: str, name: str, role: str, year: int, value: float) -> dict[str, Any]:
    """Return one point of the chosen indicator.

    A segment is a stretch between breaks, of figures of its own parts or of published ones: the line shows the seam.
    """
    seams = selected_figures.seams(context, context.indicator, year)
    detail = f"{context.t.number(value, context.indicator.decimals)} {context.indicator.unit[context.t.language]}"
    return point(series, name, role, year, value, detail, segment=context.indicator.stretch(year) + seams)


def draw(context: PageContext, indicator: Indicator, title: str, file: str, make: Callable[[], Drawing]) -> None:
    """Draw a chart of an indicator, with its downloads."""
    draw_sourced(context, context.sources(indicator.sources), title, file, make)


def draw_sourced(context: PageContext, source: str, title: str, file: str, make: Callable[[], Drawing]) -> None:
    """Draw a chart with its downloads; pictures are made when they are asked for.

    `file` is the name of the files without an ending, unique on the page.
    """
    cached_elements(context, f"chart {file}", lambda: show_and_walk(context, make()))
    pictures(context, source, title, file, make)


def show_and_walk(context: PageContext, drawing: Drawing) -> None:
    """Draw a chart, and its points for the keyboard."""
    show(drawing)
    chart_walk.draw(context, drawing.data["rows"])


def show(drawing: Drawing) -> None:
    """Draw a chart without downloads."""
    st.vega_lite_chart(spec=drawing.bound | {"datasets": drawing.sets}, width="stretch", alt=drawing.alt)


def pictures(context: PageContext, source: str, title: str, file: str, make: Callable[[], Drawing]) -> None:
    """Draw the download menu of a chart: PNG, SVG and its figures, made when they are asked for."""
    colours = THEMES[theme()]

    def picture(write: Callable[[dict[str, Any]], bytes]) -> bytes:
        drawing = make()
        return write(png.complete(drawing.bound, drawing.sets, title, source, colours.text, colours.ground))

    def rows() -> bytes:
        return tables.parquet(tables.Table(make().data["rows"], (("title", title), ("source", source)), ("", "")))

    def buttons() -> None:
        st.download_button(
            "PNG", lambda: picture(png.png), f"{file}.png", "image/png", key=f"{file}-png", on_click="ignore"
        )
        st.download_button(
            "SVG", lambda: picture(png.svg), f"{file}.svg", "image/svg+xml", key=f"{file}-svg", on_click="ignore"
        )
        st.download_button(
            "Parquet",
            rows,
            f"{file}_chart.parquet",
            tables.FORMATS["parquet"],
            key=f"{file}-chart-parquet",
            on_click="ignore",
        )

    downloads.menu(context.t("files.chart"), buttons)


def table(context: PageContext) -> None:
    """Draw the compared figures as a table that unfolds, with its downloads.

    It is made when it is unfolded: a table of the whole country takes the server as long as everything above it.
    """

    def with_codes() -> pd.DataFrame:
        figures, codes = compared_figures(context)
        figures[context.t("table.code")], figures[context.t("chart.year")] = codes, context.year
        return figures

    fold = st.expander(context.t("table.title"), key="compared-figures", on_change="rerun")
    if not fold.open:
        return
    with fold:
        cached_elements(context, "table", lambda: show_figures(context, *compared_figures(context)))
        downloads.offer(
            context, with_codes, f"{context.indicator.id}_{context.year}_{context.group_id}", (context.indicator,)
        )


def compared_figures(context: PageContext) -> tuple[pd.DataFrame, list[str | None]]:
    """Return the compared figures and the code of the municipality in each row (None in the group's own rows).

    A composite is compared as the chosen municipality organises it, as in the picture above. The columns are rank,
    municipality, value, numerator, denominator, the interval of the rank, and note.
    """
    t, indicator = context.t, context.as_organised(context.indicator)
    comparison = selected_figures.compared(context, indicator)
    mainland = selected_figures.series(context, indicator, (MAINLAND,))
    areas = [*comparison.rows, *(row for row in mainland if row["year"] == context.year)]
    rows = [row | {"name": context.name(row["municipality"])} for row in areas]
    # the typical member and the group as one municipality are different numbers (docs/methods.md 1)
    nothing: dict[str, Any] = dict.fromkeys(("municipality", "numerator", "denominator", "reason", "status"))
    for key, figure in (("table.median", "median"), ("table.as_one", "ratio_of_sums")):
        if (value := getattr(comparison, figure)) is not None:
            ends = {"value": comparison.bounds[figure]} if comparison.bounds else None
            rows.append(nothing | {"name": t(key), "value": value, "bounds": ends})

    numerator, denominator = text.part_heads(t, indicator)
    figures = pd.DataFrame(
        {
            t("table.rank"): pd.array([row.get("rank") for row in rows], dtype="Int64"),
            t("table.municipality"): [row["name"] for row in rows],
            t("table.value", unit=indicator.unit[t.language]): pd.array(
                [row["value"] for row in rows], dtype="Float64"
            ),
            numerator: pd.array([row["numerator"] for row in rows], dtype="Float64"),
            denominator: pd.array([row["denominator"] for row in rows], dtype="Float64"),
            t("table.rank_interval"): [text.rank_interval(t, row) if row.get("rank") else "" for row in rows],
            t("table.note"): [text.note(t, indicator, row) for row in rows],
        }
    )
    return figures, [row["municipality"] for row in rows]


def show_figures(context: PageContext, figures: pd.DataFrame, codes: list[str | None]) -> None:
    """Draw the compared figures, with the row of the chosen municipality marked."""
    t, indicator, own = context.t, context.indicator, context.selection.municipality
    rank, _, value, *parts, _, _ = figures.columns
    part_decimals = 0 if isinstance(indicator.formula, Ratio | Change) else 1  # euros are whole
    formats: dict[Any, Any] = {rank: str, value: lambda v: t.number(v, indicator.decimals)}
    formats |= dict.fromkeys(parts, lambda v: t.number(v, part_decimals))
    # widths by the position of a column (0 is the index), not by its head: heads change with the indicator, and the
    # browser would lay out the table twice
    columns: dict[Any, Any] = {place: st.column_config.Column(width=width) for place, width in enumerate(WIDTHS, 1)}
    folded.frame(context, figures, formats, codes.index(own) if own in codes else None, columns)


def method_notes(context: PageContext) -> None:
    """Draw definition, formula, caveats, breaks and source of the indicator, folded."""
    t, indicator = context.t, context.indicator
    language = t.language
    comparison = selected_figures.compared(context, context.as_organised(indicator))
    ratio = t.number(comparison.ratio_of_sums, indicator.decimals)
    notes = [
        indicator.definition[language],
        t("how.formula", formula=text.formula(t, indicator)) if indicator.formula else text.formula(t, indicator),
        t("how.caveat", caveat=indicator.caveats[language]),
    ]
    if comparison.ratio_of_sums is not None:
        notes.append(t("how.median", ratio=ratio, unit=indicator.unit[language]))
    if indicator.polarity != "neutral":
        notes.append(f"{t('judgement.note')}.")
    notes += [t("how.break", year=b.year, reason=b.reason[language]) for b in indicator.breaks]
    notes.append(t("how.division", year=context.data.snapshot.manifest["division_year"]))
    source = context.sources(indicator.sources) if indicator.sources else ""
    onward = layout.link_markup(layout.href(context, "indikaattorit"), t("overview.indicators"))
    layout.method_notes(context, notes, source, methods.sections_of(context, indicator), onward)
