"""An indicator compared: the finding in words, ranked bars, lines over the years, the table, how it was computed."""

import html
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st
from babel.numbers import get_group_symbol

from kuntamittari import catalog, charts, labels, text, views
from kuntamittari.address import MOST_COMPARED, View
from kuntamittari.benchmark import LEAST_BASE
from kuntamittari.export import image, tables
from kuntamittari.figures import MAINLAND, Comparison
from kuntamittari.i18n import Translator
from kuntamittari.leaves.compare import MOST_LINES
from kuntamittari.leaves.leaf import role
from kuntamittari.ui import files, frame, state
from kuntamittari.ui.replay import replayed

ROW, MOST_ROWS = 35, 24  # pixels of a table row, rows before the table scrolls
WIDTHS = (56, 185, 185, 140, 140, 128)  # pixels of the table's columns
NUMBERS = "numbers"  # the set of data that a chart's numbers are
MOST_YEARS, STEP_OF_YEARS = 10, 5  # years labelled one by one, and how far apart labels are where there are more


def head(view: View) -> None:
    """The indicator's name and what its figure says."""
    frame.headline(view.indicator.name[view.t.language], finding(view, view.indicator))


def finding(view: View, indicator: catalog.Indicator) -> str:
    """What the figure of the chosen municipality says, in words."""
    at = views.standing(view, indicator)
    sentence = views.sentence(view, at)
    if indicator.awaited:
        return f"{sentence} {indicator.awaited.ask[view.t.language]}"
    if at.value is None:
        sentence += " " + view.t("finding.way_on", years=", ".join(map(str, view.years)) or view.t("missing.mark"))
    return sentence


def indicator_choice(view: View) -> None:
    """Which indicator is compared."""
    words = view.t.language
    frame.choose(view, "indicator_id", view.t("choice.indicator"), list(view.catalogue), lambda i: view.catalogue[i].name[words])


def compared_choice(view: View) -> None:
    """Other municipalities for the group of one's own and, the first of them, for the line chart."""
    key = "choose-compared"

    def chosen() -> None:
        state.write(view, compared=tuple(st.session_state[key]))

    st.session_state[key] = list(view.selection.compared)
    st.multiselect(
        view.t("choice.compared"), [c for c in frame.places(view) if c != view.selection.municipality], key=key,
        format_func=frame.places(view).__getitem__, max_selections=MOST_COMPARED, on_change=chosen,
        placeholder=view.t("choice.none_compared"), help=view.t("choice.compared_help", most=MOST_COMPARED, lines=MOST_LINES),
    )  # fmt: skip


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
        """The specification with its parameters. Numbers are looked up in the data: they change with every choice, and a browser that
        has met the specification before need not compile it anew."""
        looked_up = [{"name": name, "expr": f"data('{NUMBERS}')[0].{name}"} for name in self.numbers]
        said = [{"name": name, "value": value} for name, value in self.parameters.items() if name not in self.numbers]
        unseen = {"data": {"name": NUMBERS}, "mark": {"type": "point", "size": 0, "opacity": 0}}  # or Vega-Lite would leave them out
        return self.spec | {"params": [*looked_up, *said], "layer": [*self.spec["layer"], unseen]}

    @property
    def sets(self) -> dict[str, pd.DataFrame]:
        """The data with the numbers among the parameters, which are one more set of one row."""
        return self.data | {NUMBERS: pd.DataFrame([self.numbers])}

    @property
    def numbers(self) -> dict[str, float]:
        """The parameters that are numbers."""
        return {name: value for name, value in self.parameters.items() if isinstance(value, int | float)}


def bars(view: View) -> None:
    """The group ranked, with its median and middle half."""
    t, indicator, year = view.t, view.indicator, view.year
    comparison = views.compared(view, indicator)
    if comparison.median is None:
        st.info(t("finding.no_group"))
        return

    def part() -> None:
        subtitle = t("chart.bars_subtitle", unit=unit(view, indicator), group=view.chosen_group(), n=comparison.n)
        said = f"{subtitle}. {t('chart.reading')} {t(f'polarity.{text.direction(indicator)}')}."
        whole = text.listed_whole(t, view.name(view.selection.municipality), view.as_organised(indicator))
        frame.part(t("chart.bars", year=year), f"{said} {whole}".strip())
        show(ranked(view, comparison))

    replayed(view, "bars", part)
    title, file = f"{indicator.name[t.language]}, {year}", f"{indicator.id}_{year}_{view.group_id}"
    pictures(view, view.sources(indicator.sources), title, file, lambda: ranked(view, comparison))


def ranked(view: View, comparison: Comparison) -> Drawing:
    """The bars of a group that has a median: its members, and the chosen and compared municipalities beside them."""
    t, indicator, s = view.t, view.indicator, view.selection
    shown = [row for row in comparison.rows if row["member"] or row["municipality"] in (s.municipality, *s.compared)]
    valued = [row["value"] for row in shown if row["value"] is not None]
    tiers = iter(range(len(shown)))
    rows = pd.DataFrame([
        {
            "position": position, "name": view.name(row["municipality"]), "value": row["value"], "role": role(view, row["municipality"]),
            "label": t.number(row["value"], indicator.decimals) if row["value"] is not None else "",
            "detail": f"{t.number(row['value'], indicator.decimals)} {indicator.unit[t.language]}",
            "named": f"{view.name(row['municipality'])} {t.number(row['value'], indicator.decimals)}",
            "rank": text.rank(t, row),
            "reason": t(f"missing.{row['reason']}") if row["reason"] else "",
            "tier": next(tiers) % 3 if role(view, row["municipality"]) != "other" else 0,
        }
        for position, row in enumerate(shown, 1)
    ])  # fmt: skip
    large = len(shown) > charts.MOST_NAMED
    least, most = min(0.0, *valued), max(*valued, comparison.median) * (1.22 if large else 1)
    rows["least"] = least
    group = pd.DataFrame([{
        "median": comparison.median, "q1": comparison.q1, "q3": comparison.q3, "most": most,
        "median_label": f"{t('chart.median')} {text.median(t, indicator, comparison)}",
        "band_label": f"{t('chart.middle_half')} {text.middle_half(t, indicator, comparison)}",
    }])  # fmt: skip
    spec = charts.skyline(t.language, theme()) if large else charts.bars(t.language, theme()) | {"height": charts.STEP * len(shown)}
    parameters = {"least": least, "most": most, "count": len(shown), "thousands": thousands(t)}
    return Drawing(spec, {"rows": rows, "group": group}, parameters, t("chart.bars_alt"))


def lines(view: View) -> None:
    """The chosen and compared municipalities and the group's median over the years, split at breaks."""
    t, indicator = view.t, view.indicator
    if replayed(view, "lines", lambda: development(view)):
        title, file = indicator.name[t.language], f"{indicator.id}_{view.selection.municipality}"
        pictures(view, view.sources(indicator.sources), title, file, lambda: line_chart(view, *developed(view)))


def development(view: View) -> bool:
    """The part of the page that shows the years; whether there is a chart in it."""
    t, indicator = view.t, view.indicator
    rows, summary, breaks = developed(view)
    if len({row["year"] for row in rows}) < 2:
        frame.part(t("chart.lines"), t("finding.way_on", years=", ".join(map(str, view.years))) if rows else t("chart.lines_empty"))
        return False
    frame.part(t("chart.lines"), t("chart.lines_subtitle", unit=unit(view, indicator)))
    show(line_chart(view, rows, t("chart.lines_near"), breaks))
    told = [t("how.break", year=b.year, reason=b.reason[t.language]) for b in indicator.breaks if b.year in breaks]
    line_table(view, indicator.name[t.language], rows, " ".join([summary, *told, *views.hidden(view, [view.as_organised(indicator)])]))
    return True


def developed(view: View) -> tuple[list[dict[str, Any]], str, list[int]]:
    """The points of the lines, what they say of the chosen municipality, and the years of the breaks among them."""
    t, indicator, s = view.t, view.as_organised(view.indicator), view.selection
    areas = (s.municipality, *s.compared[:MOST_LINES])
    own = views.series(view, indicator, areas)
    rows = [line_row(view, row["municipality"], view.name(row["municipality"]), role(view, row["municipality"]), row["year"], row["value"])
            for row in own if row["value"] is not None]  # fmt: skip
    median_name = t("chart.group_median")
    rows += [
        line_row(view, "median", median_name, "median", row["year"], row["median"])
        for row in views.group_series(view, indicator, view.group_of(indicator))
    ]
    plans = views.plans(view, indicator)
    rows += [
        line_row(view, status, text.plan(t, status), "compared-1", year, value) | {"dash": "dotted"}
        for status, years in plans.items() for year, value in years.items()
    ]  # fmt: skip
    chosen = [row for row in own if row["municipality"] == s.municipality]
    summary = text.development(t, indicator, view.name(s.municipality), chosen)
    summary = " ".join([summary, *(text.planned(t, indicator, status, known) for status, known in plans.items())])
    years = sorted({row["year"] for row in rows})
    return rows, summary, [b.year for b in indicator.breaks if years and years[0] < b.year <= years[-1]]


def draw_lines(
    view: View,
    rows: list[dict[str, Any]],
    summary: str,
    title: str,
    file: str,
    breaks: Sequence[int] = (),
    measures: Sequence[int] = (),
    source: str | None = None,
) -> None:
    """Points made by `point` as lines, their picture to take away and their table. `source`: whom the figures are from, where not from
    those of the chosen indicator."""
    alt = view.t("chart.lines_alt", summary=summary)
    draw_sourced(view, source or view.sources(view.indicator.sources), title, file, lambda: line_chart(view, rows, alt, breaks, measures))
    line_table(view, title, rows)


def line_chart(view: View, rows: list[dict[str, Any]], alt: str, breaks: Sequence[int] = (), measures: Sequence[int] = ()) -> Drawing:
    """Points made by `point` as lines, with a name at the end of each; a band where points have one, a rule at each break and in the
    year of each measure."""
    t = view.t
    values = [v for row in rows for v in (row["value"], row["band_low"], row["band_high"]) if v is not None]
    years = sorted({row["year"] for row in rows})
    margin = (max(values) - min(values) or abs(max(values)) or 1) * 0.08
    low, high = min(values) - margin, max(values) + margin
    labels.at_ends([row for row in rows if row["value"] is not None], low, high)
    labelled = years if len(years) <= MOST_YEARS else [year for year in years if year % STEP_OF_YEARS == 0]
    parameters = {"low": low, "high": high, "first": years[0], "last": years[-1], "years": labelled, "thousands": thousands(t)}
    marks = [{"year": year - 0.5, "break_label": t("chart.break", year=year)} for year in breaks]
    marks += [{"year": year, "break_label": t("chart.measure", year=year)} for year in measures]
    return Drawing(charts.lines(t.language, theme()), {"rows": pd.DataFrame([*rows, *marks])}, parameters, alt)


def line_table(view: View, title: str, rows: list[dict[str, Any]], above: str = "") -> None:
    """The points of lines as a folded table, a row a year; small words above it."""
    series, years = dict.fromkeys(row["name"] for row in rows), sorted({row["year"] for row in rows})
    told = {(row["year"], row["name"]): row["detail"] for row in rows if row["value"] is not None}
    heads = [view.t("chart.year"), *series]
    folded(view, title, heads, [[str(year), *(told.get((year, name), "") for name in series)] for year in years], above)


def folded(view: View, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], above: str = "") -> None:
    """What a chart says when it is pointed at, as a table for those who do not point: folded, a name or a year at the head of each row;
    small words above it."""
    head = "".join(f"<th scope='col'>{html.escape(words)}</th>" for words in heads)
    lines_ = [f"<th scope='row'>{html.escape(row[0])}</th>{''.join(f'<td>{html.escape(words)}</td>' for words in row[1:])}" for row in rows]
    body = "".join(f"<tr>{line}</tr>" for line in lines_)
    table = frame.scrolled(title, f"<table class='km-card'><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")
    st.html((frame.quiet(above) if above else "") + frame.fold(view.t("chart.as_table"), table))


def point(series: str, name: str, role: str, year: int, value: float | None, detail: str, **more: Any) -> dict[str, Any]:
    """One point of a line; `more` puts other values in place of the usual: segment, dash, weight, band_low, band_high."""
    usual = {"segment": 0, "dash": charts.dash(role), "weight": "thick" if role == "chosen" else "thin",
             "band_low": None, "band_high": None}  # fmt: skip
    return usual | {"series": series, "name": name, "role": role, "year": year, "value": value, "detail": detail} | more


def unit(view: View, indicator: catalog.Indicator) -> str:
    """What a figure is counted in, with its prices and mean."""
    return text.unit(view.t, indicator, view.basis)


def thousands(t: Translator) -> str:
    """What parts thousands in the reader's language."""
    return get_group_symbol(t.language)


def line_row(view: View, series: str, name: str, role: str, year: int, value: float) -> dict[str, Any]:
    """One point of the chosen indicator; a break starts a new segment."""
    detail = f"{view.t.number(value, view.indicator.decimals)} {view.indicator.unit[view.t.language]}"
    return point(series, name, role, year, value, detail, segment=view.indicator.stretch(year))


def draw(view: View, indicator: catalog.Indicator, title: str, file: str, make: Callable[[], Drawing]) -> None:
    """A chart of an indicator on the page, and its picture to take away."""
    draw_sourced(view, view.sources(indicator.sources), title, file, make)


def draw_sourced(view: View, source: str, title: str, file: str, make: Callable[[], Drawing]) -> None:
    """A chart on the page, and its picture to take away, made when it is asked for; `file` is its name without the ending, of which a
    page has no other."""
    replayed(view, f"chart {file}", lambda: show(make()))
    pictures(view, source, title, file, make)


def show(drawing: Drawing) -> None:
    """A chart on the page."""
    st.vega_lite_chart(spec=drawing.bound | {"datasets": drawing.sets}, width="stretch", alt=drawing.alt)


def pictures(view: View, source: str, title: str, file: str, make: Callable[[], Drawing]) -> None:
    """A chart as a picture and as its figures, made when they are asked for."""
    colours = charts.THEMES[theme()]

    def picture(made: Callable[[dict[str, Any]], bytes]) -> bytes:
        drawing = make()
        return made(image.complete(drawing.bound, drawing.sets, title, source, colours.text, colours.ground))

    def rows() -> bytes:
        return tables.parquet(tables.Table(make().data["rows"], (("title", title), ("source", source)), ("", "")))

    def buttons() -> None:
        st.download_button("PNG", lambda: picture(image.png), f"{file}.png", "image/png", key=f"{file}-png", on_click="ignore")
        st.download_button("SVG", lambda: picture(image.svg), f"{file}.svg", "image/svg+xml", key=f"{file}-svg", on_click="ignore")
        st.download_button("Parquet", rows, f"{file}_chart.parquet", tables.FORMATS["parquet"], key=f"{file}-chart-parquet",
                           on_click="ignore")  # fmt: skip

    files.menu(view.t("files.chart"), buttons)


def table(view: View) -> None:
    """The compared figures as a table and files."""

    def part() -> None:
        frame.part(view.t("table.title"))
        styled(view, *compared_figures(view))

    replayed(view, "table", part)

    def whole() -> pd.DataFrame:
        figures, codes = compared_figures(view)
        figures[view.t("table.code")], figures[view.t("chart.year")] = codes, view.year
        return figures

    files.offer(view, whole, f"{view.indicator.id}_{view.year}_{view.group_id}", (view.indicator,))


def compared_figures(view: View) -> tuple[pd.DataFrame, list[str | None]]:
    """Rank, name, value, numerator, denominator and note of each area under their heads, and the areas' codes."""
    t, indicator = view.t, view.indicator
    comparison = views.compared(view, indicator)
    mainland = views.series(view, indicator, (MAINLAND,))
    areas = [*comparison.rows, *(row for row in mainland if row["year"] == view.year)]
    rows = [row | {"name": view.name(row["municipality"])} for row in areas]
    # the typical member and the group as one: two numbers that are never the same thing (METHODS 1)
    nothing: dict[str, Any] = dict.fromkeys(("municipality", "numerator", "denominator", "reason", "status"))
    for key, figure in (("table.median", "median"), ("table.as_one", "ratio_of_sums")):
        if (value := getattr(comparison, figure)) is not None:
            ends = {"value": comparison.bounds[figure]} if comparison.bounds else None
            rows.append(nothing | {"name": t(key), "value": value, "bounds": ends})

    def note(row: dict[str, Any]) -> str:
        parts = [t(f"missing.{row['reason']}")] if row["reason"] else []
        parts += [t(f"table.status.{row['status']}")] if row["status"] and row["status"] != "final" else []
        parts += [t(f"judgement.{row['judgement']}")] if row.get("judgement") else []
        small = row.get("member") and row["value"] is not None and row["rank"] is None
        parts += [t("missing.small_base", least=LEAST_BASE)] if small else []
        parts += [text.bounds(t, row["bounds"], indicator.decimals)] if row.get("bounds") else []
        return ", ".join(parts)

    numerator, denominator = text.part_heads(t, indicator)
    figures = pd.DataFrame({
        t("table.rank"): pd.array([row.get("rank") for row in rows], dtype="Int64"),
        t("table.municipality"): [row["name"] for row in rows],
        t("table.value", unit=indicator.unit[t.language]): pd.array([row["value"] for row in rows], dtype="Float64"),
        numerator: pd.array([row["numerator"] for row in rows], dtype="Float64"),
        denominator: pd.array([row["denominator"] for row in rows], dtype="Float64"),
        t("table.note"): [note(row) for row in rows],
    })  # fmt: skip
    return figures, [row["municipality"] for row in rows]


def styled(view: View, figures: pd.DataFrame, codes: list[str | None]) -> None:
    """The compared figures on the page, the chosen municipality's row marked."""
    t, indicator, mark = view.t, view.indicator, view.t("missing.mark")
    rank, _, value, *parts, _ = figures.columns
    part_decimals = 0 if isinstance(indicator.formula, catalog.Ratio | catalog.Change) else 1  # euros are whole
    formats: dict[Any, Any] = {rank: str, value: lambda v: t.number(v, indicator.decimals)}
    formats |= dict.fromkeys(parts, lambda v: t.number(v, part_decimals))
    chosen = [code == view.selection.municipality for code in codes]
    style = figures.style.format(formats, na_rep=mark).apply(
        lambda row: ["font-weight: 700; background-color: rgba(0,114,178,0.14)" if chosen[int(row.name)] else ""] * len(row), axis=1
    )
    # by place (the index has the first), not by name: names change with the indicator, and the browser would lay the table out twice
    columns: dict[Any, Any] = {place: st.column_config.Column(width=width) for place, width in enumerate(WIDTHS, 1)}
    height = ROW * (min(len(figures), MOST_ROWS) + 1) + 2
    st.dataframe(style, hide_index=True, width="stretch", height=height, column_config=columns, placeholder=mark)


def how(view: View) -> None:
    """Definition, formula, caveats, breaks and source of the indicator, folded."""
    t, indicator = view.t, view.indicator
    language = t.language
    comparison = views.compared(view, indicator)
    ratio = t.number(comparison.ratio_of_sums, indicator.decimals)
    lines_ = [
        indicator.definition[language],
        t("how.formula", formula=text.formula(t, indicator)) if indicator.formula else text.formula(t, indicator),
        t("how.caveat", caveat=indicator.caveats[language]),
        *([t("how.median", ratio=ratio, unit=indicator.unit[language])] if comparison.ratio_of_sums is not None else []),
        *([f"{t('judgement.note')}."] if indicator.polarity != "neutral" else []),
        *(t("how.break", year=b.year, reason=b.reason[language]) for b in indicator.breaks),
        t("how.division", year=view.data.snapshot.manifest["division_year"]),
    ]
    source = view.sources(indicator.sources) if indicator.sources else ""
    frame.how(view, lines_, source, frame.way(frame.href(view, "indikaattorit"), t("overview.indicators")))
