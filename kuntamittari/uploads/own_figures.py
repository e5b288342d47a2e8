"""Uploaded figures: a sheet read as municipality × year × measure, and its measures as indicators."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from kuntamittari.catalog.indicator import Dimension, Indicator, Level, Polarity, Service, Text
from kuntamittari.catalog.measures import UPLOADED
from kuntamittari.catalog.statuses import PLANS, Status
from kuntamittari.i18n import plain
from kuntamittari.uploads import row_reader, tabular
from kuntamittari.uploads.row_reader import Places, Problem, Sheet, shown
from kuntamittari.uploads.tabular import Row, TableError

Layout = Literal["long", "years", "measures"]
KNOWN: tuple[Status, ...] = ("final", "preliminary")
STATUS_WORDS: Mapping[str, Status] = {
    "final": "final",
    "lopullinen": "final",
    "slutlig": "final",
    "preliminary": "preliminary",
    "ennakko": "preliminary",
    "preliminar": "preliminary",
    "approximate": "approximate",
    "likiarvo": "approximate",
    "arvio": "approximate",
    "ungefarlig": "approximate",
    "forecast": "forecast",
    "ennuste": "forecast",
    "prognos": "forecast",
    "budget": "budget",
    "talousarvio": "budget",
    "target": "target",
    "tavoite": "target",
    "mal": "target",
    "": "final",
}
MOST_MEASURES = 30
MOST_FIGURES = 50_000
LARGEST_FIGURE = 1e15  # beyond any amount in euros
LONGEST_STEM = 45  # characters of an id
MOST_DECIMALS = 3
LONGEST_NAME, LONGEST_UNIT = 100, 30
IDENTIFIER = r"^[a-z][a-z0-9_]{2,60}$"
MARK = {"fi": "oma aineisto", "sv": "eget material", "en": "own data"}
SOURCE = "own"  # id of the source in provenance.yaml


class Figure(NamedTuple):
    """One uploaded figure; `measure` is the id of an indicator."""

    municipality: row_reader.Code
    year: row_reader.Year
    measure: Annotated[str, Field(pattern=IDENTIFIER)]
    value: Annotated[float, Field(ge=-LARGEST_FIGURE, le=LARGEST_FIGURE, allow_inf_nan=False)]
    status: Status


# text without invisible characters, which have no glyph on a slide
Seen = Annotated[
    str, BeforeValidator(lambda words: "".join(filter(str.isprintable, words)) if isinstance(words, str) else words)
]


class Measure(BaseModel):
    """An uploaded measure as the user describes it; of one that the catalogue awaits, only the id is used."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    id: str = Field(pattern=IDENTIFIER)
    name: Seen = Field(min_length=1, max_length=LONGEST_NAME)
    unit: Seen = Field(default="", max_length=LONGEST_UNIT)
    polarity: Polarity = "neutral"
    decimals: int = Field(default=1, ge=0, le=MOST_DECIMALS)
    dimension: Dimension = "quality"
    service: Service | None = None


@dataclass(frozen=True)
class Reading:
    """The result of reading a file; its figures may be accepted only where there are no problems."""

    layout: Layout
    figures: tuple[Figure, ...]
    measures: tuple[Measure, ...]
    problems: tuple[Problem, ...]
    missing: int  # number of cells that state that there is no figure
    unused: tuple[str, ...]  # headers of the columns that were not used


def read(rows: Sequence[Row], register: Mapping[str, Mapping[str, Any]], catalogue: Mapping[str, Indicator]) -> Reading:
    """Return the figures of a sheet, with every problem by line.

    The sheet has one row per municipality, year and measure, or one column per year or per measure. `register`: code →
    row; `catalogue`: the official one. Raises TableError where the sheet as a whole has none of these layouts, or holds
    too many figures or none.
    """
    sheet = row_reader.sheet(rows, ("municipality", "year", "measure", "value", "status"))
    if repeated_head := row_reader.repeated(sheet.heads) or row_reader.doubled(
        sheet.heads, ("year", "measure", "value", "status")
    ):
        raise TableError("repeated", head=shown(repeated_head))
    cells, layout, unused = _laid_out(sheet)
    places, names = Places(register, mainland=True), _Names(catalogue)
    problems: list[Problem] = []
    figures: dict[tuple[str, int, str, str], tuple[int, Figure]] = {}
    missing_cells = 0
    for line, head, fields in cells:
        cell_problems, figure = _figure(line, head, fields, places, names)
        problems += cell_problems
        if figure is None:
            missing_cells += not cell_problems
            continue
        key = (figure.municipality, figure.year, figure.measure, figure.status if figure.status in PLANS else "actual")
        if key in figures:
            problems.append(Problem(line, head, "twice", shown(fields["value"]), str(figures[key][0])))
        else:
            figures[key] = (line, figure)
    all_figures = tuple(figure for _, figure in figures.values())
    if len(all_figures) > MOST_FIGURES:
        raise TableError("too_many_figures", n=len(all_figures), most=MOST_FIGURES)
    if not all_figures and not problems:
        raise TableError("nothing_but_missing", n=missing_cells)
    measures = tuple(
        names.measure(i, [f.value for f in all_figures if f.measure == i])
        for i in dict.fromkeys(f.measure for f in all_figures)
    )
    return Reading(layout, all_figures, measures, tuple(dict.fromkeys(problems)), missing_cells, unused)


# line, header of the column, and role (municipality, year, measure, value, status) → text
_Cell = tuple[int, str, dict[str, str]]


def _laid_out(sheet: Sheet) -> tuple[Iterable[_Cell], Layout, tuple[str, ...]]:
    """Return every figure's cell with what it belongs to, the layout, and the headers of unused columns."""
    columns = sheet.columns
    others = [
        i
        for i, head in enumerate(sheet.heads)
        if head and i not in columns.values() and not row_reader.is_head(head, "municipality")
    ]
    years = [i for i in others if row_reader.year(sheet.heads[i]) is not None]

    def fields(row: Row, **more: str) -> dict[str, str]:
        return {role: sheet.cell(row, index) for role, index in columns.items()} | more

    if "value" in columns and "year" in columns:
        unused = tuple(sheet.heads[i] for i in others)
        defaults = {} if "measure" in columns else {"measure": sheet.heads[columns["value"]]}
        return (
            ((row.line, sheet.heads[columns["value"]], fields(row, **defaults)) for row in sheet.rows),
            "long",
            unused,
        )
    if "measure" in columns and "value" not in columns and "year" in columns:
        raise TableError("no_layout", heads=shown(" | ".join(head for head in sheet.heads if head)))
    if years and "year" not in columns:
        unused = tuple(
            head for i, head in enumerate(sheet.heads) if (i in others and i not in years) or i == columns.get("value")
        )
        defaults = {} if "measure" in columns else {"measure": "value"}
        cells = (
            (row.line, sheet.heads[i], fields(row, year=sheet.heads[i], value=sheet.cell(row, i), **defaults))
            for row in sheet.rows
            for i in years
        )
        return cells, "years", unused
    if "year" in columns and others:
        cells = (
            (row.line, sheet.heads[i], fields(row, measure=sheet.heads[i], value=sheet.cell(row, i)))
            for row in sheet.rows
            for i in others
        )
        return cells, "measures", ()
    raise TableError("no_layout", heads=shown(" | ".join(head for head in sheet.heads if head)))


def _figure(
    line: int, head: str, fields: Mapping[str, str], places: Places, names: "_Names"
) -> tuple[list[Problem], Figure | None]:
    """Return the problems of one cell and its figure; neither where the cell states that there is none."""
    value, problems = fields["value"], []
    municipality, year = places.code(fields["municipality"]), row_reader.year(fields["year"])
    if municipality is None:
        near = places.near(fields["municipality"])
        problems.append(Problem(line, "", "municipality", shown(fields["municipality"]), near))
    if year is None:
        problems.append(Problem(line, "", "year", shown(fields["year"])))
    status = STATUS_WORDS.get(plain(fields.get("status", "")))
    if status is None:
        problems.append(Problem(line, "", "status", shown(fields["status"])))
    if not fields["measure"] or len(fields["measure"]) > LONGEST_NAME:
        problems.append(Problem(line, "", "measure", shown(fields["measure"])))
    elif not problems and names.official(names.id(fields["measure"])) and status not in PLANS:
        problems.append(Problem(line, "", "official", shown(fields["measure"])))
    if value in tabular.MISSING:
        return problems, None
    approximate = value.startswith("~")
    number = tabular.number(value.removeprefix("~").strip())
    if number is not None and abs(number) > LARGEST_FIGURE:
        problems.append(Problem(line, head, "huge", shown(value)))
    if number is None:
        problems.append(Problem(line, head, "formula" if tabular.FORMULA in value else "number", shown(value)))
    if problems or number is None or municipality is None or year is None or status is None:
        return problems, None
    return [], Figure(
        municipality,
        year,
        names.id(fields["measure"]),
        number,
        "approximate" if approximate and status in KNOWN else status,
    )


class _Names:
    """Names of the measures of one file: ids and names of the catalogue, and ids for new ones."""

    def __init__(self, catalogue: Mapping[str, Indicator]):
        self._catalogue = catalogue
        self._ids = {
            plain(name): i for i, one in catalogue.items() for name in (i, one.name.fi, one.name.sv, one.name.en)
        }
        self._new: dict[str, str] = {}  # name as compared → id
        self._written: dict[str, str] = {}  # id → name as in the file

    def id(self, text: str) -> str:
        """Return the id of a measure, a new one for an unknown name. Raises TableError where there are too many."""
        compared = plain(text)
        measure = self._ids.get(compared) or self._new.setdefault(compared, _id(compared))
        self._written.setdefault(measure, "".join(filter(str.isprintable, text)) or measure)
        if len(self._written) > MOST_MEASURES:
            raise TableError("too_many_measures", most=MOST_MEASURES)
        return measure

    def official(self, measure: str) -> bool:
        """Return whether the catalogue already has figures of a measure."""
        return measure in self._catalogue and self._catalogue[measure].formula is not None

    def measure(self, measure: str, values: Sequence[float]) -> Measure:
        """Return the description of a measure from the catalogue, or else from the file and its values."""
        if indicator := self._catalogue.get(measure):
            return Measure(
                id=measure,
                name=indicator.name.fi[:LONGEST_NAME],
                unit=indicator.unit.fi[:LONGEST_UNIT],
                polarity=indicator.polarity,
                decimals=min(indicator.decimals, MOST_DECIMALS),
                dimension=indicator.dimension,
                service=indicator.service,
            )
        return Measure(id=measure, name=self._written[measure], decimals=_decimals(values))


def _id(compared: str) -> str:
    """Return the id of a new measure: its name in ASCII, with a hash where characters are lost, so that ids differ."""
    stem = re.sub(r"[^a-z0-9]+", "_", compared).strip("_")[:LONGEST_STEM]
    return (
        f"own_{stem}"
        if stem == compared.replace(" ", "_")
        else f"own_{stem}_{hashlib.sha256(compared.encode()).hexdigest()[:8]}"
    )


def _decimals(values: Sequence[float]) -> int:
    """Return the number of decimals that shows the values exactly, at most 2."""
    return next((n for n in (0, 1) if all(round(value, n) == value for value in values)), 2)


def actuals(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """Return the figures that are not plans, as rows of `activity` (municipality, year, measure, value, status)."""
    return [
        {
            "municipality": f.municipality,
            "year": f.year,
            "measure": UPLOADED + f.measure,
            "value": f.value,
            "status": f.status,
        }
        for f in figures
        if f.status not in PLANS
    ]


def indicators(
    measures: Iterable[Measure], figures: Iterable[Figure], catalogue: Mapping[str, Indicator]
) -> dict[str, Indicator]:
    """Return id → indicator of the measures that have figures, marked as the user's own data.

    A measure that the catalogue awaits keeps the catalogue's description.
    """
    with_figures = {figure.measure for figure in figures if figure.status not in PLANS}
    by_id: dict[str, Indicator] = {}
    names = {one.name.fi for one in catalogue.values()}
    for measure in measures:
        if measure.id in with_figures and _may_be(catalogue.get(measure.id)):
            name = next(
                n for n in (measure.name, *(f"{measure.name} {i}" for i in range(2, MOST_FIGURES))) if n not in names
            )
            names.add(name)
            by_id[measure.id] = _indicator(measure.model_copy(update={"name": name}), catalogue.get(measure.id))
    return by_id


def _may_be(official: Indicator | None) -> bool:
    return official is None or official.formula is None


def _indicator(measure: Measure, awaited: Indicator | None) -> Indicator:
    formula = Level(kind="level", measure=UPLOADED + measure.id)
    if awaited:
        more: dict[str, Any] = {"formula": formula, "awaited": None, "sources": (SOURCE,)}
        return awaited.model_copy(update=more | {"name": _marked(awaited.name), "label": _marked(awaited.label)})
    name, unit = _same(measure.name), _same(measure.unit or "–")
    return Indicator(
        id=measure.id,
        dimension=measure.dimension,
        service=measure.service,
        polarity=measure.polarity,
        formula=formula,
        zero="value",
        decimals=measure.decimals,
        sources=(SOURCE,),
        name=_marked(name),
        label=_marked(name),
        unit=unit,
        definition=Text(**DEFINITION),
        caveats=Text(**CAVEATS),
    )


def _same(words: str) -> Text:
    return Text(fi=words, sv=words, en=words)


def _marked(words: Text) -> Text:
    return Text(**{language: f"{words[language]} ({mark})" for language, mark in MARK.items()})


DEFINITION = {
    "fi": "Käyttäjän itse tuoma mittari. Määritelmä on hänen oma; palvelu ei ole tarkistanut lukuja.",
    "sv": "En mätare som användaren själv har tagit in. "
    "Definitionen är hens egen; tjänsten har inte kontrollerat talen.",
    "en": "A measure brought by the user. The definition is the user's own; the service has not checked the figures.",
}
CAVEATS = {
    "fi": "Luvut eivät ole virallista tilastoa, ja ne näkyvät vain tässä istunnossa.",
    "sv": "Talen är inte officiell statistik och syns bara i den här sessionen.",
    "en": "The figures are not official statistics and are seen in this session only.",
}
