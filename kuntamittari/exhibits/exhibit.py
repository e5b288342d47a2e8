"""What a leaf is: one finding in words with the figures it rests on, in one language, whoever draws it."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.i18n import Translator

Kind = Literal["bars", "pairs", "stacked", "lines", "waterfall", "scatter", "map", "table"]
BY_SERIES = ("pairs", "stacked", "lines")  # kinds whose series have roles; in the others the categories have
MOST_MARKS = 8  # of an axis
BECAUSE = " – "  # between the name of a row that has no figure and the reason


@dataclass(frozen=True)
class Area:
    """A municipality on a map: its class (1 the lowest of five; None without a figure) and its rings, x and y in
    turn."""

    name: str
    level: int | None
    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class Reference:
    """A value that bars are compared with, and what it is in words."""

    value: float
    label: str


@dataclass(frozen=True)
class Band:
    """A range that bars are compared with, and what it is in words."""

    low: float
    high: float
    label: str


@dataclass(frozen=True)
class Exhibit:
    """`title` says the finding, `series` (name → a value for each of `categories`) shows it, `note` says what is meant,
    `source` from where.

    `roles` says which colour each series has (kinds in `BY_SERIES`), or each category of the one series (the other
    kinds): a role of `charts.colour`. Two lines of the role `band`, the lower one first, are the edges of an area. A
    step of a waterfall begins where the one before it ended, that of the role `total` at zero. `dashes` says how each
    line is drawn where `charts.dash` does not: one of `charts.DASHES`. Bars may have a `reference` and a `band`; one
    without a figure has its reason in its name, after `BECAUSE`.

    A scatter has two series, x and y, and their middles in `middles`; a map has `areas` beside its one series and the
    `limits` of its classes in words; a table has `rows` of words under `heads`, and where figures are among them
    `cells`: the same as figures, under `cell_heads`.
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
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    cell_heads: tuple[str, ...] = ()
    cells: tuple[tuple[str | float | None, ...], ...] = ()
    areas: tuple[Area, ...] = ()
    limits: tuple[str, ...] = ()
    middles: tuple[float, float] | None = None
    note: str = ""
    source: str = ""
    decimals_by_series: tuple[int, ...] = ()  # of each series, where they differ
    head: str = ""  # what the categories are, where their kind does not say it

    @property
    def spans(self) -> list[tuple[float, float]]:
        """Where each step of a waterfall begins and ends."""
        assert self.series is not None
        [values] = self.series.values()
        return spans([value or 0.0 for value in values], self.roles)

    @property
    def ends(self) -> tuple[float, float]:
        """Where the axis of values begins and ends, at round numbers: an axis of bars always holds zero, one of lines
        need not."""
        values = list(self._drawn())
        if self.kind == "lines":
            return around(values)[:2]
        low, high = _outwards(min([0.0, *values])), _outwards(max([0.0, *values]))
        return (low, high) if low < high else (0.0, 1.0)

    @property
    def marked_right(self) -> bool:
        """Whether the reference stands so far right that its words stand to the left of it."""
        low, high = self.ends
        return self.reference is not None and self.reference.value - low > 0.6 * (high - low)

    def _drawn(self) -> Iterator[float]:
        """The values that the axis has to reach."""
        if self.kind == "waterfall":
            for span in self.spans:
                yield from span
            return
        columns = list((self.series or {}).values())
        if self.kind == "stacked":
            columns = [tuple(sum(value or 0.0 for value in whole) for whole in zip(*columns, strict=True))]
        yield from (value for values in columns for value in values if value is not None)
        if self.reference:
            yield self.reference.value
        if self.band:
            yield from (self.band.low, self.band.high)


@dataclass(frozen=True)
class Step:
    """A step of a waterfall: its name, how far it goes, and its role."""

    name: str
    value: float
    role: str


def spans(values: Sequence[float], roles: Sequence[str]) -> list[tuple[float, float]]:
    """Where each step of a waterfall begins and ends: where the one before it ended, a total at zero."""
    at, found = 0.0, []
    for value, role in zip(values, roles, strict=True):
        start = 0.0 if role == "total" else at
        at = start + value
        found.append((start, at))
    return found


def around(values: Sequence[float]) -> tuple[float, float, float]:
    """Where an axis that need not hold zero begins and ends, and how far apart its marks are: round numbers."""
    least, most = min(values), max(values)
    span = most - least or abs(most) or 1
    power = 10 ** math.floor(math.log10(span))
    step = next(power * part for part in (0.2, 0.5, 1, 2) if span / (power * part) <= MOST_MARKS)
    low, high = math.floor((least - 0.05 * span) / step), math.ceil((most + 0.05 * span) / step)
    return round((max(low, 0) if least >= 0 else low) * step, 9), round(high * step, 9), step


def _outwards(value: float) -> float:
    """The next number of two digits further from zero."""
    if not value:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return round(math.copysign(math.ceil(round(abs(value) / step, 9)) * step, value), 9)


def subtitle(exhibit: Exhibit, t: Translator) -> str:
    """What the figures are counted in, and of lines that their axis does not start at zero, where it does not."""
    return (
        t("chart.lines_subtitle", unit=exhibit.unit)
        if exhibit.kind == "lines" and exhibit.ends[0] > 0
        else exhibit.unit
    )


def role(context: PageContext, code: str) -> str:
    """The colour role of a municipality: chosen, one of the first three compared, or other."""
    s = context.selection
    if code == s.municipality:
        return "chosen"
    return f"compared-{s.compared.index(code) + 1}" if code in s.compared[:3] else "other"


def table_of(exhibit: Exhibit, t: Translator) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Heads and rows of a leaf's figures in words; of a map nothing, since the ranking holds the same."""
    if exhibit.series is None or exhibit.kind == "map":
        return exhibit.heads, exhibit.rows
    decimals = exhibit.decimals_by_series or (exhibit.decimals,) * len(exhibit.series)
    columns = [
        [t.number(value, places) if value is not None else t("missing.mark") for value in values]
        for values, places in zip(exhibit.series.values(), decimals, strict=True)
    ]
    return (first_head(exhibit, t), *exhibit.series), tuple(
        (name, *line) for name, *line in zip(exhibit.categories, *columns, strict=True)
    )


def first_head(exhibit: Exhibit, t: Translator) -> str:
    """What the categories of a leaf are."""
    return exhibit.head or t(
        {"lines": "chart.year", "pairs": "why.part", "waterfall": "why.part"}.get(exhibit.kind, "chart.municipality")
    )


def source(context: PageContext, *ids: str | Indicator) -> str:
    """Whom the figures are from, by sources or by indicators."""
    known = [source_id for one in ids for source_id in ((one,) if isinstance(one, str) else one.sources)]
    return context.sources(known)


def municipality_name(context: PageContext) -> str:
    """The chosen municipality's name."""
    return context.name(context.selection.municipality)


def group_name(context: PageContext) -> str:
    """The chosen group's name."""
    return context.chosen_group()
