"""A reader's own figures: a sheet understood as municipality × year × measure, and the measures as indicators of the
catalogue."""

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
LARGEST_FIGURE = 1e15  # more than the euros of any country
LONGEST_STEM = 45  # characters of an id
MOST_DECIMALS = 3
LONGEST_NAME, LONGEST_UNIT = 100, 30
IDENTIFIER = r"^[a-z][a-z0-9_]{2,60}$"
MARK = {"fi": "oma aineisto", "sv": "eget material", "en": "own data"}
SOURCE = "own"  # among the sources of provenance


class Figure(NamedTuple):
    """One figure: `measure` is the id of an indicator."""

    municipality: row_reader.Code
    year: row_reader.Year
    measure: Annotated[str, Field(pattern=IDENTIFIER)]
    value: Annotated[float, Field(ge=-LARGEST_FIGURE, le=LARGEST_FIGURE, allow_inf_nan=False)]
    status: Status


# marks that nobody sees have no glyph on a slide
Seen = Annotated[
    str, BeforeValidator(lambda words: "".join(filter(str.isprintable, words)) if isinstance(words, str) else words)
]


class Measure(BaseModel):
    """What a reader says of a measure of her own; of one that the catalogue awaits, only its id counts."""

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
    """What was understood of a file. Figures may be taken only where there is no problem."""

    layout: Layout
    figures: tuple[Figure, ...]
    measures: tuple[Measure, ...]
    problems: tuple[Problem, ...]
    missing: int  # cells that say there is no figure
    unused: tuple[str, ...]  # heads of columns that were left out


def read(rows: Sequence[Row], register: Mapping[str, Mapping[str, Any]], catalogue: Mapping[str, Indicator]) -> Reading:
    """The figures of a sheet: one row a municipality, year and measure, or one column a year or a measure. `catalogue`:
    the official one. Raises TableError where the sheet as a whole is none of these."""
    sheet = row_reader.sheet(rows, ("municipality", "year", "measure", "value", "status"))
    if double := row_reader.repeated(sheet.heads) or row_reader.doubled(
        sheet.heads, ("year", "measure", "value", "status")
    ):
        raise TableError("repeated", head=shown(double))
    cells, layout, unused = _laid_out(sheet)
    places, names = Places(register, mainland=True), _Names(catalogue)
    problems: list[Problem] = []
    figures: dict[tuple[str, int, str, str], tuple[int, Figure]] = {}
    missing = 0
    for line, head, said in cells:
        wrong, figure = _figure(line, head, said, places, names)
        problems += wrong
        if figure is None:
            missing += not wrong
            continue
        key = (figure.municipality, figure.year, figure.measure, figure.status if figure.status in PLANS else "actual")
        if key in figures:
            problems.append(Problem(line, head, "twice", shown(said["value"]), str(figures[key][0])))
        else:
            figures[key] = (line, figure)
    found = tuple(figure for _, figure in figures.values())
    if len(found) > MOST_FIGURES:
        raise TableError("too_many_figures", n=len(found), most=MOST_FIGURES)
    if not found and not problems:
        raise TableError("nothing_but_missing", n=missing)
    measures = tuple(
        names.measure(i, [f.value for f in found if f.measure == i]) for i in dict.fromkeys(f.measure for f in found)
    )
    return Reading(layout, found, measures, tuple(dict.fromkeys(problems)), missing, unused)


_Cell = tuple[
    int, str, dict[str, str]
]  # line, head of the column, and what is said under municipality, year, measure, value, status


def _laid_out(sheet: Sheet) -> tuple[Iterable[_Cell], Layout, tuple[str, ...]]:
    """Every figure's cell with what it is of, however the sheet is laid out."""
    at = sheet.columns
    others = [
        i
        for i, head in enumerate(sheet.heads)
        if head and i not in at.values() and not row_reader.is_head(head, "municipality")
    ]
    years = [i for i in others if row_reader.year(sheet.heads[i]) is not None]

    def said(row: Row, **more: str) -> dict[str, str]:
        return {role: sheet.cell(row, place) for role, place in at.items()} | more

    if "value" in at and "year" in at:
        unused = tuple(sheet.heads[i] for i in others)
        usual = {} if "measure" in at else {"measure": sheet.heads[at["value"]]}
        return ((row.line, sheet.heads[at["value"]], said(row, **usual)) for row in sheet.rows), "long", unused
    if "measure" in at and "value" not in at and "year" in at:
        raise TableError("no_layout", heads=shown(" | ".join(head for head in sheet.heads if head)))
    if years and "year" not in at:
        unused = tuple(
            head for i, head in enumerate(sheet.heads) if (i in others and i not in years) or i == at.get("value")
        )
        usual = {} if "measure" in at else {"measure": "value"}
        cells = (
            (row.line, sheet.heads[i], said(row, year=sheet.heads[i], value=sheet.cell(row, i), **usual))
            for row in sheet.rows
            for i in years
        )
        return cells, "years", unused
    if "year" in at and others:
        cells = (
            (row.line, sheet.heads[i], said(row, measure=sheet.heads[i], value=sheet.cell(row, i)))
            for row in sheet.rows
            for i in others
        )
        return cells, "measures", ()
    raise TableError("no_layout", heads=shown(" | ".join(head for head in sheet.heads if head)))


def _figure(
    line: int, head: str, said: Mapping[str, str], places: Places, names: "_Names"
) -> tuple[list[Problem], Figure | None]:
    """One cell as a figure; no problem and no figure where it says that there is none."""
    value, problems = said["value"], []
    municipality, year = places.code(said["municipality"]), row_reader.year(said["year"])
    if municipality is None:
        near = places.near(said["municipality"])
        problems.append(Problem(line, "", "municipality", shown(said["municipality"]), near))
    if year is None:
        problems.append(Problem(line, "", "year", shown(said["year"])))
    status = STATUS_WORDS.get(plain(said.get("status", "")))
    if status is None:
        problems.append(Problem(line, "", "status", shown(said["status"])))
    if not said["measure"] or len(said["measure"]) > LONGEST_NAME:
        problems.append(Problem(line, "", "measure", shown(said["measure"])))
    elif not problems and names.official(names.id(said["measure"])) and status not in PLANS:
        problems.append(Problem(line, "", "official", shown(said["measure"])))
    if value in tabular.MISSING:
        return problems, None
    about = value.startswith("~")
    number = tabular.number(value.removeprefix("~").strip())
    if number is not None and abs(number) > LARGEST_FIGURE:
        problems.append(Problem(line, head, "huge", shown(value)))
    if number is None:
        problems.append(Problem(line, head, "formula" if tabular.FORMULA in value else "number", shown(value)))
    if problems or number is None or municipality is None or year is None or status is None:
        return problems, None
    return [], Figure(
        municipality, year, names.id(said["measure"]), number, "approximate" if about and status in KNOWN else status
    )


class _Names:
    """What the measures of one file are called: ids and names of the catalogue, and new ones."""

    def __init__(self, catalogue: Mapping[str, Indicator]):
        self._catalogue = catalogue
        self._known = {
            plain(name): i for i, one in catalogue.items() for name in (i, one.name.fi, one.name.sv, one.name.en)
        }
        self._new: dict[str, str] = {}  # as compared → id
        self._said: dict[str, str] = {}  # id → as the file has it

    def id(self, said: str) -> str:
        """The id of a measure; a new one for a name that is not known."""
        compared = plain(said)
        found = self._known.get(compared) or self._new.setdefault(compared, _id(compared))
        self._said.setdefault(found, "".join(filter(str.isprintable, said)) or found)
        if len(self._said) > MOST_MEASURES:
            raise TableError("too_many_measures", most=MOST_MEASURES)
        return found

    def official(self, measure: str) -> bool:
        """Whether the catalogue has figures of a measure already."""
        return measure in self._catalogue and self._catalogue[measure].formula is not None

    def measure(self, measure: str, values: Sequence[float]) -> Measure:
        """What the file and the catalogue say of a measure."""
        if known := self._catalogue.get(measure):
            return Measure(
                id=measure,
                name=known.name.fi[:LONGEST_NAME],
                unit=known.unit.fi[:LONGEST_UNIT],
                polarity=known.polarity,
                decimals=min(known.decimals, MOST_DECIMALS),
                dimension=known.dimension,
                service=known.service,
            )
        return Measure(id=measure, name=self._said[measure], decimals=_decimals(values))


def _id(compared: str) -> str:
    """The id of a new measure: its name in ASCII, with a mark of its own where that leaves letters out, so that no two
    share one."""
    stem = re.sub(r"[^a-z0-9]+", "_", compared).strip("_")[:LONGEST_STEM]
    return (
        f"own_{stem}"
        if stem == compared.replace(" ", "_")
        else f"own_{stem}_{hashlib.sha256(compared.encode()).hexdigest()[:8]}"
    )


def _decimals(values: Sequence[float]) -> int:
    """As many decimals as tell the values apart, two at most."""
    return next((n for n in (0, 1) if all(round(value, n) == value for value in values)), 2)


def actuals(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """The figures that have happened or are expected, as rows of `activity`."""
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
    """The measures with figures as indicators, marked as the reader's own; those that the catalogue awaits keep what it
    says of them."""
    with_figures = {figure.measure for figure in figures if figure.status not in PLANS}
    found: dict[str, Indicator] = {}
    names = {one.name.fi for one in catalogue.values()}
    for measure in measures:
        if measure.id in with_figures and _may_be(catalogue.get(measure.id)):
            name = next(
                n for n in (measure.name, *(f"{measure.name} {i}" for i in range(2, MOST_FIGURES))) if n not in names
            )
            names.add(name)
            found[measure.id] = _indicator(measure.model_copy(update={"name": name}), catalogue.get(measure.id))
    return found


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
    "sv": "En mätare som användaren själv har tagit in. Definitionen är hens egen; tjänsten har inte kontrollerat talen.",
    "en": "A measure brought by the user. The definition is the user's own; the service has not checked the figures.",
}
CAVEATS = {
    "fi": "Luvut eivät ole virallista tilastoa, ja ne näkyvät vain tässä istunnossa.",
    "sv": "Talen är inte officiell statistik och syns bara i den här sessionen.",
    "en": "The figures are not official statistics and are seen in this session only.",
}
