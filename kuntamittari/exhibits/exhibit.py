"""The exhibit: one finding in words with its figures, in one language, independent of how it is drawn."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.i18n import Translator

Kind = Literal["bars", "dots", "pairs", "lines", "waterfall", "scatter", "panels", "map", "spine", "rug", "table"]
BY_SERIES = ("pairs", "lines")  # kinds whose series have roles; in other kinds the categories have
MOST_MARKS = 8  # on an axis
MOST_DOUBLED = 40  # highest value ÷ lowest on a logarithmic axis whose marks double
MOST_WORDS = 12  # of a finding
MOST_IN_ROWS = 24  # dots that may have a row each
OWN_TABLE = ("map", "spine", "rug", "table")  # kinds whose table is not their series
BECAUSE = " – "  # between a name and the reason why it has no figure


@dataclass(frozen=True)
class Area:
    """A municipality on a map.

    `level`: its class, 1 (lowest) to 5, or None without a figure; `rings`: the outlines of its parts, as (x, y) points;
    `loaded`: whether its figures are loaded, otherwise it is hatched; `named`: its place among those whose names are
    drawn as far as there is room, 0 for the others.
    """

    code: str
    name: str
    level: int | None
    rings: tuple[tuple[tuple[float, float], ...], ...]
    loaded: bool = True
    named: int = 0


@dataclass(frozen=True)
class Reference:
    """A value that bars are compared with, and its label."""

    value: float
    label: str


@dataclass(frozen=True)
class Band:
    """A range that bars are compared with, and its label."""

    low: float
    high: float
    label: str


@dataclass(frozen=True)
class Scale:
    """The place of a value in its group: on each scale the median is in the middle, and better is to the right.

    `low` and `high`: the ends of the group; `q1` and `q3`: of its middle half; `sign`: -1 where less is better.
    """

    value: float
    low: float
    q1: float
    median: float
    q3: float
    high: float
    sign: int = 1

    def at(self, figure: float) -> float:
        """Return where a figure lies, between -1 and 1."""
        reach = max(abs(end - self.median) for end in (self.low, self.high, self.value)) or 1.0
        return self.sign * (figure - self.median) / reach

    @property
    def ends(self) -> tuple[float, float]:
        """Return where the group begins and ends."""
        return _in_order(self.at(self.low), self.at(self.high))

    @property
    def half(self) -> tuple[float, float]:
        """Return where its middle half begins and ends."""
        return _in_order(self.at(self.q1), self.at(self.q3))


@dataclass(frozen=True)
class Trend:
    """Values over the years as a small line, interrupted between `stretches` of (year, value).

    `words`: the change, with its trend word; `said`: the development in a sentence.
    """

    stretches: tuple[tuple[tuple[int, float], ...], ...]
    words: str = ""
    said: str = ""

    @property
    def places(self) -> tuple[tuple[tuple[float, float], ...], ...]:
        """Return the points of each stretch, both their year and their value between 0 and 1."""
        points = [point for stretch in self.stretches for point in stretch]
        (first, last), (low, high) = ((min(part), max(part)) for part in zip(*points, strict=True))
        return tuple(
            tuple(
                ((year - first) / ((last - first) or 1), (value - low) / (high - low) if high > low else 0.5)
                for year, value in stretch
            )
            for stretch in self.stretches
        )


@dataclass(frozen=True)
class Limits:
    """A range around the middle of a scatter, with its label and role: (x, low, high) at growing x."""

    label: str
    role: str
    points: tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class Exhibit:
    """A chart or table with its finding and source.

    `finding` states the finding in at most twelve words, `title` in full sentences; `series` (name → a value for each
    of `categories`) shows it; `note` explains it; `source` names where the figures come from.

    `roles` gives the colour role (`grammar/colours.py`) of each series in the kinds of `BY_SERIES`, and of each
    category in the other kinds, which have one series. Two lines with the role `band`, the lower one first, are the
    edges of an area. A step of a waterfall begins where the one before it ended, a step with the role `total` at zero.
    `dashes` gives the style of each line (a key of `charts.DASHES`), by default `charts.dash`. Bars may have a
    `reference` and a `band`, which dots always have; the name of a bar or dot without a figure ends with `BECAUSE` and
    the reason. Bars and dots may have `ranks` in words, and dots `intervals` of their values (or None), in the order of
    `categories`.

    A scatter has two series, x (`logarithmic` or not) and y, and either their medians in `middles`, or a `reference` of
    y and `ranges` around it, the widest first. Panels hold several exhibits of dots on one `axis`, whose `title` is the
    head of a panel; where all have the same members, each has a row, otherwise a panel is one strip. `words` are the
    figures of bars or of the dots of a panel where the values do not say them. A map has `areas` beside its one series,
    the labels of its classes in `limits`, and lines over what is not loaded in `hatching`. A table has `rows` of text
    under the headers `heads`, and where it contains figures, the same as numbers in `cells` under `cell_heads`; so have
    panels.

    A spine has a value of each of its categories on a scale of its own (`scales`), with its verdict as role
    (`grammar/verdicts.py`) and its `trends`. A rug has a cell for each category in each of its series: a verdict in
    `verdicts`, in words in `said`; `members` are the codes of its categories. Both have a table of their own.
    `sections`: the heading above each category of a spine, series of a rug or row of a table; `keys`: the id of the
    indicator of each of these.
    """

    title: str
    kind: Kind
    categories: tuple[str, ...] = ()
    series: Mapping[str, tuple[float | None, ...]] | None = None
    unit: str = ""
    decimals: int = 0
    roles: tuple[str, ...] = ()
    dashes: tuple[str, ...] = ()
    reference: Reference | None = None
    band: Band | None = None
    intervals: tuple[tuple[float, float] | None, ...] = ()
    ranks: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    cell_heads: tuple[str, ...] = ()
    cells: tuple[tuple[str | float | None, ...], ...] = ()
    keys: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    scales: tuple[Scale | None, ...] = ()
    trends: tuple[Trend | None, ...] = ()
    verdicts: Mapping[str, tuple[str, ...]] | None = None
    said: Mapping[str, tuple[str, ...]] | None = None
    members: tuple[str, ...] = ()
    areas: tuple[Area, ...] = ()
    limits: tuple[str, ...] = ()
    hatching: tuple[tuple[tuple[float, float], ...], ...] = ()
    middles: tuple[float, float] | None = None
    logarithmic: bool = False
    ranges: tuple[Limits, ...] = ()
    panels: tuple["Exhibit", ...] = ()
    axis: tuple[float, float] | None = None  # ends of the value axis, where the values do not determine them
    words: tuple[str, ...] = ()
    note: str = ""
    source: str = ""
    decimals_by_series: tuple[int, ...] = ()  # where the series differ
    finding: str = ""
    head: str = ""  # header of the categories, where the kind does not determine it

    @property
    def headline(self) -> str:
        """Return the finding in few words, or the title where that is short anyway."""
        return self.finding or self.title

    @property
    def spans(self) -> list[tuple[float, float]]:
        """Return where each step of a waterfall begins and ends."""
        assert self.series is not None
        [values] = self.series.values()
        return spans([value or 0.0 for value in values], self.roles)

    @property
    def ends(self) -> tuple[float, float]:
        """Return the ends of the value axis, round numbers; an axis of bars always includes zero."""
        if self.axis:
            return self.axis
        values = list(self._drawn())
        if self.kind in ("lines", "dots"):
            return axis_scale(values)[:2]
        low, high = _outwards(min([0.0, *values])), _outwards(max([0.0, *values]))
        return (low, high) if low < high else (0.0, 1.0)

    @property
    def step(self) -> float:
        """Return the distance between the marks of the value axis of lines and dots, a round number."""
        return axis_scale([*self.axis] if self.axis else list(self._drawn()))[2]

    @cached_property
    def points(self) -> list[tuple[str, str, float, float]]:
        """Return the name, role, x and y of each point of a scatter."""
        assert self.series is not None
        rows = zip(self.categories, self.roles, *self.series.values(), strict=True)
        return [(name, role, x, y) for name, role, x, y in rows if x is not None and y is not None]

    @cached_property
    def marks(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Return where the axes of a scatter have marks, x and y, from end to end."""
        xs = [x for *_, x, _ in self.points]
        ys = [y for *_, y in self.points]
        ys += [end for limits in self.ranges for _, *ends in limits.points for end in ends]
        ys += [self.reference.value] if self.reference else []
        return (logarithmic_marks if self.logarithmic else even_marks)(xs), even_marks(ys)

    def along(self, x: float) -> float:
        """Return where a value is on the axis across a scatter, 0 (left) to 1."""
        xs, _ = self.marks
        if self.logarithmic:
            return math.log(x / xs[0]) / math.log(xs[-1] / xs[0])
        return (x - xs[0]) / (xs[-1] - xs[0])

    @property
    def in_rows(self) -> bool:
        """Return whether all panels have the same members, each in a row of its own."""
        return len({panel.categories for panel in self.panels}) == 1

    @property
    def named(self) -> tuple[bool, ...]:
        """Return which dots of a strip are named: the chosen and compared ones, the lowest and the highest."""
        assert self.series is not None
        [values] = self.series.values()
        known = [place for place, value in enumerate(values) if value is not None]
        ends = {choose(known, key=lambda place: values[place] or 0.0) for choose in (min, max)} if known else set[int]()
        return tuple(place in ends or role != "other" for place, role in enumerate(self.roles))

    @property
    def marked_right(self) -> bool:
        """Return whether the reference is so far right that its label is drawn to the left of it."""
        low, high = self.ends
        return self.reference is not None and self.reference.value - low > 0.6 * (high - low)

    def _drawn(self) -> Iterator[float]:
        """Yield the values that the axis must include."""
        if self.kind == "waterfall":
            for span in self.spans:
                yield from span
            return
        columns = list((self.series or {}).values())
        yield from (value for values in columns for value in values if value is not None)
        whole = sum(value is not None for values in columns for value in values) <= MOST_IN_ROWS
        for role, ends in zip(self.roles, self.intervals, strict=False):
            if ends and (whole or role != "other"):  # a strip has the intervals of its chosen and compared ones alone
                yield from ends
        if self.reference:
            yield self.reference.value
        if self.band:
            yield from (self.band.low, self.band.high)


@dataclass(frozen=True)
class Step:
    """A step of a waterfall: its name, its signed length and its role."""

    name: str
    value: float
    role: str


def spans(values: Sequence[float], roles: Sequence[str]) -> list[tuple[float, float]]:
    """Return where each step begins and ends: where the one before it ended, or at zero for a total."""
    end, result = 0.0, []
    for value, role in zip(values, roles, strict=True):
        start = 0.0 if role == "total" else end
        end = start + value
        result.append((start, end))
    return result


def axis_scale(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the ends of an axis that need not include zero, and the distance between its marks: round numbers."""
    lowest, highest = min(values), max(values)
    span = highest - lowest or abs(highest) or 1
    power = 10 ** math.floor(math.log10(span))
    step = next(power * part for part in (0.2, 0.5, 1, 2) if span / (power * part) <= MOST_MARKS)
    low, high = math.floor((lowest - 0.05 * span) / step), math.ceil((highest + 0.05 * span) / step)
    return round((max(low, 0) if lowest >= 0 else low) * step, 9), round(high * step, 9), step


def _in_order(one: float, other: float) -> tuple[float, float]:
    return (one, other) if one <= other else (other, one)


def even_marks(values: Sequence[float]) -> tuple[float, ...]:
    """Return the marks of an axis with equal steps, round numbers from below the lowest to above the highest value."""
    low, high, step = axis_scale(values)
    return tuple(round(low + number * step, 9) for number in range(round((high - low) / step) + 1))


def logarithmic_marks(values: Sequence[float]) -> tuple[float, ...]:
    """Return the marks of a logarithmic axis of positive values: twice or ten times the one before."""
    lowest, highest = min(values), max(values)
    times = 2 if highest / lowest <= MOST_DOUBLED else 10
    power = 10.0 ** math.floor(math.log10(lowest))
    marks = [power * max(part for part in ((1, 2, 5) if times == 2 else (1,)) if power * part <= lowest)]
    while marks[-1] < highest or len(marks) < 2:
        marks.append(marks[-1] * times)
    return tuple(marks)


def _outwards(value: float) -> float:
    """Return the next number with two significant digits that is further from zero."""
    if not value:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return round(math.copysign(math.ceil(round(abs(value) / step, 9)) * step, value), 9)


def subtitle(exhibit: Exhibit, t: Translator) -> str:
    """Return the unit; for lines and dots whose axis does not start at zero also a remark that it does not."""
    return (
        t("chart.lines_subtitle", unit=exhibit.unit)
        if exhibit.kind in ("lines", "dots") and exhibit.ends[0] > 0
        else exhibit.unit
    )


def role(context: PageContext, code: str) -> str:
    """Return the colour role of a municipality: chosen, compared-1 to compared-3, or other."""
    s = context.selection
    if code == s.municipality:
        return "chosen"
    return f"compared-{s.compared.index(code) + 1}" if code in s.compared[:3] else "other"


def table_of(exhibit: Exhibit, t: Translator) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return headers and rows of an exhibit's figures as text; of a map none, since the ranking has the same."""
    if exhibit.series is None or exhibit.kind in OWN_TABLE:
        return exhibit.heads, exhibit.rows
    decimals = exhibit.decimals_by_series or (exhibit.decimals,) * len(exhibit.series)
    columns = (
        [[*exhibit.words]]
        if exhibit.words
        else [
            [t.number(value, digits) if value is not None else t("missing.mark") for value in values]
            for values, digits in zip(exhibit.series.values(), decimals, strict=True)
        ]
    )
    heads = (first_head(exhibit, t), *exhibit.series)
    if any(exhibit.intervals):
        heads = (*heads, t("dots.interval"))
        columns.append([interval(t, ends, exhibit.decimals) for ends in exhibit.intervals])
    return heads, tuple((name, *line) for name, *line in zip(exhibit.categories, *columns, strict=True))


def interval(t: Translator, ends: tuple[float, float] | None, decimals: int) -> str:
    """Return an interval in words; a dash where it is not known."""
    return "–".join(t.number(end, decimals) for end in ends) if ends else t("missing.mark")


def first_head(exhibit: Exhibit, t: Translator) -> str:
    """Return the header of an exhibit's categories."""
    return exhibit.head or t(
        {"lines": "chart.year", "pairs": "why.part", "waterfall": "why.part"}.get(exhibit.kind, "chart.municipality")
    )


def source(context: PageContext, *ids: str | Indicator) -> str:
    """Return the source line for ids of sources and for indicators."""
    source_ids = [source_id for item in ids for source_id in ((item,) if isinstance(item, str) else item.sources)]
    return context.sources(source_ids)


def municipality_name(context: PageContext) -> str:
    """Return the chosen municipality's name."""
    return context.name(context.selection.municipality)


def group_name(context: PageContext) -> str:
    """Return the chosen group's name."""
    return context.chosen_group()
