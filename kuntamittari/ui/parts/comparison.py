"""An indicator compared: the finding in words, ranked bars, lines over the years, the table, how it was computed."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from babel.numbers import get_group_symbol

from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.catalog.indicator import Change, Indicator, Ratio
from kuntamittari.exhibits import charts, label_layout, selected_figures, text
from kuntamittari.exhibits.comparison import MOST_LINES
from kuntamittari.exhibits.exhibit import role
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.query_state import MOST_COMPARED
from kuntamittari.exhibits.render import png, tables
from kuntamittari.i18n import Translator
from kuntamittari.query.figures import Comparison
from kuntamittari.ui import downloads, layout, state
from kuntamittari.ui.element_cache import cached_elements

ROW, MOST_ROWS = 35, 24  # pixels of a table row, rows before the table scrolls
WIDTHS = (56, 185, 185, 140, 140, 128)  # pixels of the table's columns
NUMBERS = "numbers"  # the set of data that a chart's numbers are
MOST_YEARS, STEP_OF_YEARS = 10, 5  # years labelled one by one, and how far apart labels are where there are more


def head(context: PageContext) -> None:
    """The indicator's name and what its figure says."""
    layout.headline(context.indicator.name[context.t.language], finding(context, context.indicator))


def finding(context: PageContext, indicator: Indicator) -> str:
    """What the figure of the chosen municipality says, in words."""
    at = selected_figures.standing(context, indicator)
    sentence = selected_figures.sentence(context, at)
    if indicator.awaited:
        return f"{sentence} {indicator.awaited.ask[context.t.language]}"
    if at.value is None:
        sentence += " " + context.t(
            "finding.way_on", years=", ".join(map(str, context.years)) or context.t("missing.mark")
        )
    return sentence


def indicator_choice(context: PageContext) -> None:
    """Which indicator is compared."""
    words = context.t.language
    layout.choose(
        context,
        "indicator_id",
        context.t("choice.indicator"),
        list(context.catalogue),
        lambda i: context.catalogue[i].name[words],
    )


def compared_choice(context: PageContext) -> None:
    """Other municipalities for the group of one's own and, the first of them, for the line chart."""
    key = "choose-compared"

    def chosen() -> None:
        state.write(context, compared=tuple(st.session_state[key]))

    st.session_state[key] = list(context.selection.compared)
    st.multiselect(
        context.t("choice.compared"),
        [c for c in layout.places(context) if c != context.selection.municipality],
        key=key,
        format_func=layout.places(context).__getitem__,
        max_selections=MOST_COMPARED,
        on_change=chosen,
        placeholder=context.t("choice.none_compared"),
        help=context.t("choice.compared_help", most=MOST_COMPARED, lines=MOST_LINES),
    )


def theme() -> str:
    """light or dark, as the reader sees the page."""
    return st.context.theme.type or "light"


@dataclass(frozen=True)
class Drawing:
    """A chart: a ready specification, its data and parameters apart, and the words that stand for it."""

    spec: dict[str, Any]
    data: dict[str, pd.DataFrame]
    parameters: dict[str, Any]
    alt: str

    @property
    def bound(self) -> dict[str, Any]:
        """The specification with its parameters. Numbers are looked up in the data: they change with every choice, and
        a browser that has met the specification before need not compile it anew."""
        looked_up = [{"name": name, "expr": f"data('{NUMBERS}')[0].{name}"} for name in self.numbers]
        said = [{"name": name, "value": value} for name, value in self.parameters.items() if name not in self.numbers]
        unseen = {
            "data": {"name": NUMBERS},
            "mark": {"type": "point", "size": 0, "opacity": 0},
        }  # or Vega-Lite would leave them out
        return self.spec | {"params": [*looked_up, *said], "layer": [*self.spec["layer"], unseen]}

    @property
    def sets(self) -> dict[str, pd.DataFrame]:
        """The data with the numbers among the parameters, which are one more set of one row."""
        return self.data | {NUMBERS: pd.DataFrame([self.numbers])}

    @property
    def numbers(self) -> dict[str, float]:
        """The parameters that are numbers."""
        return {name: value for name, value in self.parameters.items() if isinstance(value, int | float)}


def bars(context: PageContext) -> None:
    """The group ranked, with its median and middle half."""
    t, indicator, year = context.t, context.indicator, context.year
    comparison = selected_figures.compared(context, indicator)
    if comparison.median is None:
        st.info(t("finding.no_group"))
        return

    def part() -> None:
        subtitle = t("chart.bars_subtitle", unit=unit(context, indicator), group=context.chosen_group(), n=comparison.n)
        said = f"{subtitle}. {t('chart.reading')} {t(f'polarity.{text.direction(indicator)}')}."
        whole = text.listed_whole(t, context.name(context.selection.municipality), context.as_organised(indicator))
        layout.part(t("chart.bars", year=year), f"{said} {whole}".strip())
        show(ranked(context, comparison))

    cached_elements(context, "bars", part)
    title, file = f"{indicator.name[t.language]}, {year}", f"{indicator.id}_{year}_{context.group_id}"
    pictures(context, context.sources(indicator.sources), title, file, lambda: ranked(context, comparison))


def ranked(context: PageContext, comparison: Comparison) -> Drawing:
    """The bars of a group that has a median: its members, and the chosen and compared municipalities beside them."""
    t, indicator, s = context.t, context.indicator, context.selection
    shown = [row for row in comparison.rows if row["member"] or row["municipality"] in (s.municipality, *s.compared)]
    valued = [row["value"] for row in shown if row["value"] is not None]
    tiers = iter(range(len(shown)))
    rows = pd.DataFrame(
        [
            {
                "position": position,
                "name": context.name(row["municipality"]),
                "value": row["value"],
                "role": role(context, row["municipality"]),
                "label": t.number(row["value"], indicator.decimals) if row["value"] is not None else "",
                "detail": f"{t.number(row['value'], indicator.decimals)} {indicator.unit[t.language]}",
                "named": f"{context.name(row['municipality'])} {t.number(row['value'], indicator.decimals)}",
                "rank": text.rank(t, row),
                "reason": t(f"missing.{row['reason']}") if row["reason"] else "",
                "tier": next(tiers) % 3 if role(context, row["municipality"]) != "other" else 0,
            }
            for position, row in enumerate(shown, 1)
        ]
    )
    large = len(shown) > charts.MOST_NAMED
    least, most = min(0.0, *valued), max(*valued, comparison.median) * (1.22 if large else 1)
    rows["least"] = least
    group = pd.DataFrame(
        [
            {
                "median": comparison.median,
                "q1": comparison.q1,
                "q3": comparison.q3,
                "most": most,
                "median_label": f"{t('chart.median')} {text.median(t, indicator, comparison)}",
                "band_label": f"{t('chart.middle_half')} {text.middle_half(t, indicator, comparison)}",
            }
        ]
    )
    spec = (
        charts.skyline(t.language, theme())
        if large
        else charts.bars(t.language, theme()) | {"height": charts.STEP * len(shown)}
    )
    parameters = {"least": least, "most": most, "count": len(shown), "thousands": thousands(t)}
    return Drawing(spec, {"rows": rows, "group": group}, parameters, t("chart.bars_alt"))


def lines(context: PageContext) -> None:
    """The chosen and compared municipalities and the group's median over the years, split at breaks."""
    t, indicator = context.t, context.indicator
    if cached_elements(context, "lines", lambda: development(context)):
        title, file = indicator.name[t.language], f"{indicator.id}_{context.selection.municipality}"
        pictures(
            context, context.sources(indicator.sources), title, file, lambda: line_chart(context, *developed(context))
        )


def development(context: PageContext) -> bool:
    """The part of the page that shows the years; whether there is a chart in it."""
    t, indicator = context.t, context.indicator
    rows, summary, breaks = developed(context)
    if len({row["year"] for row in rows}) < 2:
        layout.part(
            t("chart.lines"),
            t("finding.way_on", years=", ".join(map(str, context.years))) if rows else t("chart.lines_empty"),
        )
        return False
    layout.part(t("chart.lines"), t("chart.lines_subtitle", unit=unit(context, indicator)))
    show(line_chart(context, rows, t("chart.lines_near"), breaks))
    told = [t("how.break", year=b.year, reason=b.reason[t.language]) for b in indicator.breaks if b.year in breaks]
    line_table(
        context,
        indicator.name[t.language],
        rows,
        " ".join([summary, *told, *selected_figures.hidden(context, [context.as_organised(indicator)])]),
    )
    return True


def developed(context: PageContext) -> tuple[list[dict[str, Any]], str, list[int]]:
    """The points of the lines, what they say of the chosen municipality, and the years of the breaks among them."""
    t, indicator, s = context.t, context.as_organised(context.indicator), context.selection
    areas = (s.municipality, *s.compared[:MOST_LINES])
    own = selected_figures.series(context, indicator, areas)
    rows = [
        line_row(
            context,
            row["municipality"],
            context.name(row["municipality"]),
            role(context, row["municipality"]),
            row["year"],
            row["value"],
        )
        for row in own
        if row["value"] is not None
    ]
    median_name = t("chart.group_median")
    rows += [
        line_row(context, "median", median_name, "median", row["year"], row["median"])
        for row in selected_figures.group_series(context, indicator, context.group_of(indicator))
    ]
    plans = selected_figures.plans(context, indicator)
    rows += [
        line_row(context, status, text.plan(t, status), "compared-1", year, value) | {"dash": "dotted"}
        for status, years in plans.items()
        for year, value in years.items()
    ]
    chosen = [row for row in own if row["municipality"] == s.municipality]
    summary = text.development(t, indicator, context.name(s.municipality), chosen)
    summary = " ".join([summary, *(text.planned(t, indicator, status, known) for status, known in plans.items())])
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
    """Points made by `point` as lines, their picture to take away and their table. `source`: whom the figures are from,
    where not from those of the chosen indicator."""
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
    """Points made by `point` as lines, with a name at the end of each; a band where points have one, a rule at each
    break and in the year of each measure."""
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
        "thousands": thousands(t),
    }
    marks = [{"year": year - 0.5, "break_label": t("chart.break", year=year)} for year in breaks]
    marks += [{"year": year, "break_label": t("chart.measure", year=year)} for year in measures]
    return Drawing(charts.lines(t.language, theme()), {"rows": pd.DataFrame([*rows, *marks])}, parameters, alt)


def line_table(context: PageContext, title: str, rows: list[dict[str, Any]], above: str = "") -> None:
    """The points of lines as a folded table, a row a year; small words above it."""
    series, years = dict.fromkeys(row["name"] for row in rows), sorted({row["year"] for row in rows})
    told = {(row["year"], row["name"]): row["detail"] for row in rows if row["value"] is not None}
    heads = [context.t("chart.year"), *series]
    folded(
        context, title, heads, [[str(year), *(told.get((year, name), "") for name in series)] for year in years], above
    )


def folded(
    context: PageContext, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], above: str = ""
) -> None:
    """What a chart says when it is pointed at, as a table for those who do not point: folded, a name or a year at the
    head of each row; small words above it."""
    head = "".join(f"<th scope='col'>{html.escape(words)}</th>" for words in heads)
    lines_ = [
        f"<th scope='row'>{html.escape(row[0])}</th>{''.join(f'<td>{html.escape(words)}</td>' for words in row[1:])}"
        for row in rows
    ]
    body = "".join(f"<tr>{line}</tr>" for line in lines_)
    table = layout.scrolled(
        title, f"<table class='km-card'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )
    st.html((layout.quiet(above) if above else "") + layout.fold(context.t("chart.as_table"), table))


def point(
    series: str, name: str, role: str, year: int, value: float | None, detail: str, **more: Any
) -> dict[str, Any]:
    """One point of a line; `more` puts other values in place of the usual: segment, dash, weight, band_low,
    band_high."""
    usual = {
        "segment": 0,
        "dash": charts.dash(role),
        "weight": "thick" if role == "chosen" else "thin",
        "band_low": None,
        "band_high": None,
    }
    return usual | {"series": series, "name": name, "role": role, "year": year, "value": value, "detail": detail} | more


def unit(context: PageContext, indicator: Indicator) -> str:
    """What a figure is counted in, with its prices and mean."""
    return text.unit(context.t, indicator, context.basis)


def thousands(t: Translator) -> str:
    """What parts thousands in the reader's language."""
    return get_group_symbol(t.language)


def line_row(context: PageContext, series: str, name: str, role: str, year: int, value: float) -> dict[str, Any]:
    """One point of the chosen indicator; a break starts a new segment."""
    detail = f"{context.t.number(value, context.indicator.decimals)} {context.indicator.unit[context.t.language]}"
    return point(series, name, role, year, value, detail, segment=context.indicator.stretch(year))


def draw(context: PageContext, indicator: Indicator, title: str, file: str, make: Callable[[], Drawing]) -> None:
    """A chart of an indicator on the page, and its picture to take away."""
    draw_sourced(context, context.sources(indicator.sources), title, file, make)


def draw_sourced(context: PageContext, source: str, title: str, file: str, make: Callable[[], Drawing]) -> None:
    """A chart on the page, and its picture to take away, made when it is asked for; `file` is its name without the
    ending, of which a page has no other."""
    cached_elements(context, f"chart {file}", lambda: show(make()))
    pictures(context, source, title, file, make)


def show(drawing: Drawing) -> None:
    """A chart on the page."""
    st.vega_lite_chart(spec=drawing.bound | {"datasets": drawing.sets}, width="stretch", alt=drawing.alt)


def pictures(context: PageContext, source: str, title: str, file: str, make: Callable[[], Drawing]) -> None:
    """A chart as a picture and as its figures, made when they are asked for."""
    colours = charts.THEMES[theme()]

    def picture(made: Callable[[dict[str, Any]], bytes]) -> bytes:
        drawing = make()
        return made(png.complete(drawing.bound, drawing.sets, title, source, colours.text, colours.ground))

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
    """The compared figures as a table and files."""

    def part() -> None:
        layout.part(context.t("table.title"))
        styled(context, *compared_figures(context))

    cached_elements(context, "table", part)

    def whole() -> pd.DataFrame:
        figures, codes = compared_figures(context)
        figures[context.t("table.code")], figures[context.t("chart.year")] = codes, context.year
        return figures

    downloads.offer(context, whole, f"{context.indicator.id}_{context.year}_{context.group_id}", (context.indicator,))


def compared_figures(context: PageContext) -> tuple[pd.DataFrame, list[str | None]]:
    """Rank, name, value, numerator, denominator and note of each area under their heads, and the areas' codes."""
    t, indicator = context.t, context.indicator
    comparison = selected_figures.compared(context, indicator)
    mainland = selected_figures.series(context, indicator, (MAINLAND,))
    areas = [*comparison.rows, *(row for row in mainland if row["year"] == context.year)]
    rows = [row | {"name": context.name(row["municipality"])} for row in areas]
    # the typical member and the group as one: two numbers that are never the same thing (docs/methods.md 1)
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
            t("table.note"): [text.note(t, indicator, row) for row in rows],
        }
    )
    return figures, [row["municipality"] for row in rows]


def styled(context: PageContext, figures: pd.DataFrame, codes: list[str | None]) -> None:
    """The compared figures on the page, the chosen municipality's row marked."""
    t, indicator, mark = context.t, context.indicator, context.t("missing.mark")
    rank, _, value, *parts, _ = figures.columns
    part_decimals = 0 if isinstance(indicator.formula, Ratio | Change) else 1  # euros are whole
    formats: dict[Any, Any] = {rank: str, value: lambda v: t.number(v, indicator.decimals)}
    formats |= dict.fromkeys(parts, lambda v: t.number(v, part_decimals))
    chosen = [code == context.selection.municipality for code in codes]
    style = figures.style.format(formats, na_rep=mark).apply(
        lambda row: (
            ["font-weight: 700; background-color: rgba(0,114,178,0.14)" if chosen[int(row.name)] else ""] * len(row)
        ),
        axis=1,
    )
    # by place (the index has the first), not by name: names change with the indicator, and the browser would lay the
    # table out twice
    columns: dict[Any, Any] = {place: st.column_config.Column(width=width) for place, width in enumerate(WIDTHS, 1)}
    height = ROW * (min(len(figures), MOST_ROWS) + 1) + 2
    st.dataframe(style, hide_index=True, width="stretch", height=height, column_config=columns, placeholder=mark)


def how(context: PageContext) -> None:
    """Definition, formula, caveats, breaks and source of the indicator, folded."""
    t, indicator = context.t, context.indicator
    language = t.language
    comparison = selected_figures.compared(context, indicator)
    ratio = t.number(comparison.ratio_of_sums, indicator.decimals)
    lines_ = [
        indicator.definition[language],
        t("how.formula", formula=text.formula(t, indicator)) if indicator.formula else text.formula(t, indicator),
        t("how.caveat", caveat=indicator.caveats[language]),
        *(
            [t("how.median", ratio=ratio, unit=indicator.unit[language])]
            if comparison.ratio_of_sums is not None
            else []
        ),
        *([f"{t('judgement.note')}."] if indicator.polarity != "neutral" else []),
        *(t("how.break", year=b.year, reason=b.reason[language]) for b in indicator.breaks),
        t("how.division", year=context.data.snapshot.manifest["division_year"]),
    ]
    source = context.sources(indicator.sources) if indicator.sources else ""
    layout.how(context, lines_, source, layout.way(layout.href(context, "indikaattorit"), t("overview.indicators")))
