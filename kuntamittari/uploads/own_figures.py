"""Uploaded figures: a sheet read as municipality × year × measure, and its measures as indicators."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from kuntamittari.catalog.indicator import Dimension, Indicator, Level, Polarity, Service, Text
from kuntamittari.catalog.measures import UPLOADED
from kuntamittari.catalog.statuses import PLANS, Status
from kuntamittari.i18n import plain
from kuntamittari.uploads import figure_cells, remarks, table_finder, tabular
from kuntamittari.uploads.figure_cells import LARGEST_FIGURE, LONGEST_NAME, ROLES, Cell
from kuntamittari.uploads.numerals import Mark
from kuntamittari.uploads.places import Places
from kuntamittari.uploads.remarks import NotRead, Problem
from kuntamittari.uploads.table_finder import Layout, Table, shown
from kuntamittari.uploads.tabular import TableError

MOST_MEASURES = 30
MOST_FIGURES = 50_000
LONGEST_STEM = 45  # characters of an id
MOST_DECIMALS = 3
LONGEST_UNIT = 30
IDENTIFIER = r"^[a-z][a-z0-9_]{2,60}$"
MARK = {"fi": "oma aineisto", "sv": "eget material", "en": "own data"}
SOURCE = "own"  # id of the source in provenance.yaml


class Figure(NamedTuple):
    """One uploaded figure; `measure` is the id of an indicator."""

    municipality: remarks.Code
    year: remarks.Year
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
    """The result of reading a file; its figures may be accepted only where there are no problems.

    `sheets`: the names of those that hold figures; `rows`: the number of their rows; `missing`: the number of cells
    that state that there is no figure; `ambiguous`: the heads of columns of which the reader has to say which decimal
    mark they have; `parts`: names of parts of measures that were left out, since their totals are in the file.
    """

    layout: Layout
    sheets: tuple[str, ...]
    rows: int
    figures: tuple[Figure, ...]
    measures: tuple[Measure, ...]
    problems: tuple[Problem, ...]
    missing: int
    not_read: tuple[NotRead, ...]
    ambiguous: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answers:
    """What the reader has said of a file: the decimal mark of columns by head, and whether parts of measures are
    taken beside their totals."""

    marks: tuple[tuple[str, Mark], ...] = ()
    parts: bool = False


NOTHING_SAID = Answers()


def read(
    file: tabular.File,
    register: Mapping[str, Mapping[str, Any]],
    catalogue: Mapping[str, Indicator],
    language: str = "fi",
    answers: Answers = NOTHING_SAID,
) -> Reading:
    """Return the figures of a file, with every problem by line and all that was not read.

    Every sheet with a table of figures is read. A table has one row per municipality, year and measure, or one column
    per year, per measure or per municipality. `register`: code → row; `catalogue`: the official one; `language`: of the
    name of a measure of which the file says nothing. Raises TableError where no sheet has such a table, or they hold
    too many figures or none.
    """
    places, names = Places(register, mainland=True), _Names(catalogue)
    not_read = [NotRead("sheet", name, reason) for name, reason in file.left_out]
    tables, refusals = list[Table](), list[TableError]()
    for sheet in file.sheets:
        not_read += [NotRead("row", "", "hidden", sheet.name, line) for line in sheet.hidden_lines]
        try:
            tables.append(table_finder.find(sheet, places, ROLES))
        except TableError as error:
            refusals.append(error)
            not_read.append(NotRead("sheet", sheet.name, "no_table"))
    if not tables:
        raise next((error for error in refusals if error.reason != "no_heads"), refusals[0])
    if any(len({says.measure for says in table.figures.values()}) > MOST_MEASURES for table in tables):
        raise TableError("too_many_measures", most=MOST_MEASURES)
    found = figure_cells.cells(tables, places, dict(answers.marks), language, len(file.sheets) > 1)
    whole, parts = _whole_measures(found.cells, answers.parts)
    problems = list(found.problems)
    of_today = _restated(whole, places, language, problems)
    figures = _figures(of_today, names, problems)
    if len(figures) > MOST_FIGURES:
        raise TableError("too_many_figures", n=len(figures), most=MOST_FIGURES)
    if not figures and not problems:
        raise TableError("nothing_but_missing", n=found.missing)
    measures = tuple(
        names.measure(i, [f.value for f in figures if f.measure == i])
        for i in dict.fromkeys(f.measure for f in figures)
    )
    return Reading(
        tables[0].layout or "long",
        tuple(table.sheet.name for table in tables if table.sheet.name),
        sum(len(table.rows) for table in tables),
        tuple(figures),
        measures,
        tuple(sorted(dict.fromkeys(problems), key=lambda problem: (problem.sheet, problem.line))),
        found.missing,
        tuple(dict.fromkeys([*not_read, *found.not_read, *(NotRead("part", part, "part") for part in parts)])),
        tuple(found.ambiguous),
        tuple(parts),
    )


def _whole_measures(cells: Sequence[Cell], with_parts: bool) -> tuple[list[Cell], list[str]]:
    """Return cells with the names of parts in those of their measures, and the names of the parts left out.

    Of a measure whose total is in the file, its parts are left out, unless `with_parts`. A measure that the file names
    only once for the whole table has the name of its part alone.
    """
    divided = {cell.measure for cell in cells if cell.part}
    totals = {cell.measure for cell in cells if not cell.part}
    taken, left_out = list[Cell](), dict[str, None]()
    for cell in cells:
        name = f"{cell.measure}, {cell.part}" if cell.is_named or cell.measure in totals else cell.part
        if not cell.part or cell.measure not in divided:
            taken.append(cell)
        elif with_parts or cell.measure not in totals:
            taken.append(cell._replace(measure=name[:LONGEST_NAME]))
        else:
            left_out[name] = None
    return taken, list(left_out)


def _restated(cells: Sequence[Cell], places: Places, language: str, problems: list[Problem]) -> list[Cell]:
    """Return cells of today's municipalities: sums of former ones are added to those of their successors.

    A problem is told of a former municipality's figure that cannot be added: of a measure that is no sum, of a year in
    which it no longer was, or without the figure of the successor itself.
    """
    at = {(cell.municipality, cell.year, cell.measure, cell.status): n for n, cell in enumerate(cells)}
    today = {n: cell for n, cell in enumerate(cells) if cell.municipality not in places.former}
    for cell in (cell for cell in cells if cell.municipality in places.former):
        former = places.former[cell.municipality]
        successor = at.get((former.successor, cell.year, cell.measure, cell.status))
        if cell.year >= former.ended:
            reason = "former_ended"
        elif not is_sum(cell.measure):
            reason = "former"
        elif successor is None:
            reason = "former_alone"
        else:
            today[successor] = today[successor]._replace(value=today[successor].value + cell.value)
            continue
        value = places.name(cell.municipality, language)
        near = places.name(former.successor, language)
        problems.append(Problem(cell.line, "", reason, value, near, cell.sheet, former.ended))
    return list(today.values())


# words of amounts, and of what is a share, a mean or a figure per something, in the name of a measure
_AMOUNT = re.compile(
    r"€|\b(eur(oa|o)?|me|meur|t€|te|kpl|lkm|lukumaara|antal|number of|htv\d*|henkiloa|asukkaita|"
    r"asukasluku|vakiluku|oppilaita|lapsia|invanare|folkmangd|population|residents|pupils|st)\b"
)
_RATIO = re.compile(
    r"/|%|\b(per|kohti|kohden|osuus|andel|share|keskiarvo|keskimaar\w*|medel\w*|average|mean|mediaani|"
    r"median|indeksi|index|aste|grad|rate)\b|\w+(osuus|aste|prosentti|procent)\b"
)


def is_sum(measure: str) -> bool:
    """Return whether the name of a measure says that its figures may be added: amounts in euros, numbers of people."""
    name = plain(measure)
    return bool(_AMOUNT.search(name)) and not _RATIO.search(name)


def _figures(cells: Sequence[Cell], names: "_Names", problems: list[Problem]) -> list[Figure]:
    """Return the figure of each cell; problems are told of those that are twice in the file, and of official ones."""
    figures: dict[tuple[str, int, str, str], tuple[Cell, Figure]] = {}
    for cell in cells:
        measure = names.id(cell.measure)
        if names.official(measure) and cell.status not in PLANS:
            problems.append(Problem(cell.line, "", "official", shown(cell.measure), "", cell.sheet))
            continue
        key = (cell.municipality, cell.year, measure, cell.status if cell.status in PLANS else "actual")
        if key not in figures:
            figures[key] = (cell, Figure(cell.municipality, cell.year, measure, cell.value, cell.status))
            continue
        earlier = figures[key][0]
        if cell.sheet == earlier.sheet:
            problems.append(Problem(cell.line, cell.head, "twice", shown(cell.text), str(earlier.line), cell.sheet))
        elif cell.value != earlier.value:  # the same figure on two sheets is one
            near = f"{earlier.sheet}: {earlier.line}"
            problems.append(Problem(cell.line, cell.head, "twice", shown(cell.text), near, cell.sheet))
    return [figure for _, figure in figures.values()]


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
