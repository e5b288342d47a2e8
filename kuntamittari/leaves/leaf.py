"""What a leaf is: one finding in words with the figures it rests on, in one language, whoever draws it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from kuntamittari.address import View
from kuntamittari.catalog import Indicator
from kuntamittari.i18n import Translator

Kind = Literal["bars", "pairs", "stacked", "lines", "waterfall", "scatter", "map", "table"]


@dataclass(frozen=True)
class Area:
    """A municipality on a map: its class (1 the lowest of five; None without a figure) and its rings, x and y in turn."""

    name: str
    level: int | None
    rings: tuple[tuple[tuple[float, float], ...], ...]


@dataclass(frozen=True)
class Leaf:
    """`title` says the finding, `series` (name → a value for each of `categories`) shows it, `note` says what is meant, `source` from
    where. `chosen` is the category or series that stands out. A scatter has two series, x and y, and their middles in
    `middles`; a map has `areas` beside its one series and the `limits` of its classes in words; a table has `rows` of words
    under `heads`, and where figures are among them `cells`: the same as figures, under `cell_heads`."""

    title: str
    kind: Kind
    categories: tuple[str, ...] = ()
    series: Mapping[str, tuple[float | None, ...]] | None = None
    unit: str = ""
    decimals: int = 0
    chosen: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    cell_heads: tuple[str, ...] = ()
    cells: tuple[tuple[str | float | None, ...], ...] = ()
    areas: tuple[Area, ...] = ()
    limits: tuple[str, ...] = ()
    middles: tuple[float, float] | None = None
    note: str = ""
    source: str = ""
    own_decimals: tuple[int, ...] = ()  # of each series, where they differ
    head: str = ""  # what the categories are, where their kind does not say it


def table_of(leaf: Leaf, t: Translator) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Heads and rows of a leaf's figures in words; of a map nothing, since the ranking holds the same."""
    if leaf.series is None or leaf.kind == "map":
        return leaf.heads, leaf.rows
    decimals = leaf.own_decimals or (leaf.decimals,) * len(leaf.series)
    columns = [
        [t.number(value, places) if value is not None else t("missing.mark") for value in values]
        for values, places in zip(leaf.series.values(), decimals, strict=True)
    ]
    return (first_head(leaf, t), *leaf.series), tuple((name, *line) for name, *line in zip(leaf.categories, *columns, strict=True))


def first_head(leaf: Leaf, t: Translator) -> str:
    """What the categories of a leaf are."""
    return leaf.head or t({"lines": "chart.year", "pairs": "why.part", "waterfall": "why.part"}.get(leaf.kind, "chart.municipality"))


def source(view: View, *ids: str | Indicator) -> str:
    """Whom the figures are from, by sources or by indicators."""
    known = [source_id for one in ids for source_id in ((one,) if isinstance(one, str) else one.sources)]
    return view.sources(known)


def own(view: View) -> str:
    """The chosen municipality's name."""
    return view.name(view.selection.municipality)


def group_name(view: View) -> str:
    """The chosen group's name."""
    return view.chosen_group()
