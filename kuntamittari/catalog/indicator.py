"""The indicator catalogue: one YAML file an indicator, read into frozen objects; all defects of all files at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from kuntamittari.catalog import measures, provenance, services, task_classes

Dimension = Literal[
    "economy", "cross_sector", "productivity", "economy_of_services", "effectiveness", "quality", "worklife"
]

Service = Literal[
    "early_childhood",
    "pre_primary",
    "basic_education",
    "upper_secondary",
    "library",
    "sports",
    "youth",
    "culture",
    "adult_education",
    "elderly_care",
    "child_welfare",
    "primary_care",
    "specialised_care",
    "disability",
    "technical",
    "administration",
    "support",
    "children_services",
    "elderly_services",
]

Polarity = Literal["higher", "lower", "neutral"]


def _known_class(name: str) -> str:
    if name not in task_classes.names():
        raise ValueError(f"unknown task class {name!r}")
    return name


def _known_item(name: str) -> str:
    if name not in task_classes.statement_items():
        raise ValueError(f"unknown statement item {name!r}")
    return name


def _known_measure(name: str) -> str:
    if name not in measures.measures() and not name.startswith(measures.UPLOADED):
        raise ValueError(f"unknown measure {name!r}")
    return name


def _known_source(source: str) -> str:
    if source not in provenance.sources():
        raise ValueError(f"unknown source {source!r}")
    return source


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Text(_Part):
    """The same words in Finnish, Swedish and English; none may be missing."""

    model_config = ConfigDict(str_strip_whitespace=True)

    fi: str = Field(min_length=1)
    sv: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __getitem__(self, language: str) -> str:
        return getattr(self, language)


class Amount(_Part):
    """What is added up for one municipality and year: costs of task classes and items of the financial statements in
    euros (some items taken off), other measures, residents aged age_from–age_to at 31 December (0–120 = everybody)."""

    task_classes: tuple[Annotated[str, AfterValidator(_known_class)], ...] = Field(default=(), strict=False)
    statement: tuple[Annotated[str, AfterValidator(_known_item)], ...] = Field(default=(), strict=False)
    less_statement: tuple[Annotated[str, AfterValidator(_known_item)], ...] = Field(default=(), strict=False)
    measures: tuple[Annotated[str, AfterValidator(_known_measure)], ...] = Field(default=(), strict=False)
    age_from: int | None = Field(default=None, ge=0, le=120)
    age_to: int | None = Field(default=None, ge=0, le=120)

    @model_validator(mode="after")
    def _consistent(self) -> "Amount":
        if (self.age_from is None) != (self.age_to is None):
            raise ValueError("age_from and age_to go together")
        for names in (self.task_classes, self.statement + self.less_statement, self.measures):
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f"named twice: {', '.join(sorted(twice))}")
        if self.age_from is not None and self.age_to is not None and self.age_from > self.age_to:
            raise ValueError(f"age_from {self.age_from} is above age_to {self.age_to}")
        if not (self.task_classes or self.statement or self.measures or self.age_from is not None):
            raise ValueError("nothing is added up")
        return self

    @property
    def counts_persons(self) -> bool:
        """Whether residents are counted, or persons or families by measures that are counts, and nothing else is added
        to them."""
        by_measure = bool(self.measures) and all(measures.is_count(measure) for measure in self.measures)
        return (self.age_from is not None or by_measure) and not (self.task_classes or self.statement)


NOTHING = Amount.model_construct()


@dataclass(frozen=True)
class Basis:
    """In what terms figures are asked for: euros at the prices of `price_year` (None: of each year itself,
    docs/methods.md 3), ratios of the sums over `years_together` years (docs/methods.md 14)."""

    price_year: int | None = None
    years_together: int = 1


AS_PUBLISHED = Basis()
NEARLY_ALL = 0.9  # share of the municipalities that an output must cover to take the age group's place


class Ratio(_Part):
    """One amount divided by another at the grain shown (docs/methods.md 1); percent: times a hundred."""

    kind: Literal["ratio"]
    numerator: Amount
    denominator: Amount
    percent: bool = False

    @property
    def parts(self) -> tuple[Amount, Amount, float, int | None]:
        return self.numerator, self.denominator, 100.0 if self.percent else 1.0, None


class Level(_Part):
    """One measure as its source publishes it."""

    kind: Literal["level"]
    measure: Annotated[str, AfterValidator(_known_measure)]

    @property
    def parts(self) -> tuple[Amount, Amount, float, int | None]:
        return Amount(measures=(self.measure,)), NOTHING, 1.0, None


class Change(_Part):
    """Yearly change of an amount at constant prices, percent (docs/methods.md 3)."""

    kind: Literal["change"]
    amount: Amount

    @property
    def parts(self) -> tuple[Amount, Amount, float, int | None]:
        return self.amount, NOTHING, 100.0, None


class Measured(_Part):
    """An output that takes the age group's place once it is loaded, and the caveats that then hold."""

    output: Amount
    caveats: Text


class Index(_Part):
    """Productivity: the index of output divided by the index of deflated input, base year = 100 (docs/methods.md 4).
    `output` is the age group; `measured` what takes its place once it is loaded for the years of the costs, such as
    pupils, the best first."""

    kind: Literal["index"]
    output: Amount
    measured: tuple[Measured, ...] = Field(default=(), strict=False)
    input: Amount
    base_year: int

    @property
    def parts(self) -> tuple[Amount, Amount, float, int | None]:
        return self.output, self.input, 100.0, self.base_year


Formula = Annotated[Ratio | Level | Change | Index, Field(discriminator="kind")]


class Break(_Part):
    """From `year` on figures are not comparable with the years before. A file may name one of breaks.yaml instead."""

    year: int
    reason: Text

    @model_validator(mode="before")
    @classmethod
    def _by_name(cls, content: Any) -> Any:
        if not isinstance(content, str):
            return content
        if content not in services.breaks():
            raise ValueError(f"unknown break {content!r}")
        return services.breaks()[content]


def _in_order(breaks: "tuple[Break, ...]") -> "tuple[Break, ...]":
    return tuple(sorted(breaks, key=lambda b: b.year))


class PublishedFigure(_Part):
    """Officially published parts that the indicator must reproduce (a test computes it from the data in use)."""

    municipality: str
    year: int
    numerator: int
    denominator: int


@dataclass(frozen=True)
class ZeroPart:
    """A part of a composite or a total, by the id of its own indicator, whose zero means "not organised here" (docs/methods.md
    2)."""

    id: str
    task_classes: tuple[str, ...]
    label: Text


class Awaited(_Part):
    """Why an indicator has no figures yet: whom to ask for them, and what a city's own figures should look like."""

    ask: Text
    bring: Text


class Indicator(_Part):
    """One indicator, either with a formula or awaited. `unit` reads after a number; `label` is short and in the
    nominative, for sentences and choices. `judged_by`: what a judgement is of, the value or its deviation from an
    expected cost (docs/methods.md 5)."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{2,60}$")
    dimension: Dimension
    service: Service | None = None
    polarity: Polarity
    formula: Formula | None = None
    awaited: Awaited | None = None
    judged_by: Literal["value", "expected_cost"] = "value"
    zero: Literal["value", "missing"]
    decimals: int = Field(ge=0, le=4)
    sources: tuple[Annotated[str, AfterValidator(_known_source)], ...] = Field(default=(), strict=False)
    name: Text
    label: Text
    unit: Text
    definition: Text
    caveats: Text
    breaks: Annotated[tuple[Break, ...], AfterValidator(_in_order)] = Field(default=(), strict=False)
    checks: tuple[PublishedFigure, ...] = Field(default=(), strict=False)
    _zero_parts: tuple[ZeroPart, ...] = PrivateAttr(())
    _left_out: tuple[ZeroPart, ...] = PrivateAttr(())

    @model_validator(mode="before")
    @classmethod
    def _with_breaks_of_service(cls, content: Any) -> Any:
        """Costs of a service break where its task classes do; outcomes beside them do not."""
        if not isinstance(content, dict) or content.get("service") not in list(services.services()):
            return content
        formula = content.get("formula")
        parts = formula.values() if isinstance(formula, dict) else ()
        if not any(isinstance(part, dict) and part.get("task_classes") for part in parts):
            return content
        own = content.get("breaks", [])
        return (
            content | {"breaks": [*own, *services.services()[content["service"]]["breaks"]]}
            if isinstance(own, list)
            else content
        )

    @model_validator(mode="after")
    def _computed_or_awaited(self) -> "Indicator":
        if (self.formula is None) == (self.awaited is None):
            raise ValueError("an indicator has either a formula or awaited")
        if self.formula and not self.sources:
            raise ValueError("an indicator with a formula names its sources")
        return self

    def __hash__(self) -> int:
        """By its id: indicators are keys of caches, and hashing every word of one on each look-up costs more than the
        look-up."""
        return hash(self.id)

    def bound(self, basis: "Basis | None" = None) -> dict[str, Any]:
        """The formula as the SQL macro indicator_value takes it, on a basis (by default as the indicator's file has
        it)."""
        basis = basis or AS_PUBLISHED
        numerator, denominator, scale, base_year = self.formula.parts if self.formula else (NOTHING, NOTHING, 1.0, None)
        return {
            "kind": self.formula.kind if self.formula else "awaited",
            "numerator": numerator.model_dump(),
            "denominator": denominator.model_dump(),
            "scale": scale,
            "base_year": base_year,
            "zero_is_missing": self.zero == "missing",
            "zero_parts": [] if self.is_published_total else bound_parts(self.zero_parts),
            "hidden_most": self.hidden_most,
            "persons_in": self.persons_in,
            "price_year": basis.price_year if self.in_euros else None,
            "years_together": basis.years_together,
            "breaks": [b.year for b in self.breaks],
        }

    @property
    def zero_parts(self) -> tuple[ZeroPart, ...]:
        """The parts of which a zero means "not organised here", in order of the catalogue; none of what is no sum of
        services."""
        return self._zero_parts

    @property
    def left_out(self) -> tuple[ZeroPart, ...]:
        """The parts that are left out of the indicator since a municipality does not organise them (`without`)."""
        return self._left_out

    @property
    def task_classes(self) -> tuple[str, ...]:
        """The task classes whose costs the numerator adds up, those of published totals one by one."""
        total = self.formula.parts[0].task_classes if self.formula else ()
        return tuple(name for label in total for name in task_classes.of_total(label))

    @property
    def is_published_total(self) -> bool:
        """Whether costs are a total that the statistic publishes, and not a sum of services that we make."""
        return self.formula is not None and not set(task_classes.totals().values()).isdisjoint(
            self.formula.parts[0].task_classes
        )

    @property
    def is_cost(self) -> bool:
        """Whether values are what services cost."""
        return isinstance(self.formula, Ratio) and bool(self.formula.numerator.task_classes)

    @property
    def hidden_most(self) -> int | None:
        """The largest count of the numerator that its source hides; None where it hides none."""
        counted = self.formula.numerator.measures if isinstance(self.formula, Ratio) else ()
        return measures.hidden_most(counted[0]) if len(counted) == 1 else None

    @property
    def persons_in(self) -> Literal["numerator", "denominator"] | None:
        """Which term counts the persons (or families) that a value rests on; None where none does (docs/methods.md
        14)."""
        if isinstance(self.formula, Index):
            return "numerator" if self.formula.output.counts_persons else None
        return "denominator" if isinstance(self.formula, Ratio) and self.formula.denominator.counts_persons else None

    @property
    def by_residents(self) -> bool:
        """Whether the persons that a value rests on are residents of an age."""
        return self._ages is not None

    @property
    def by_everybody(self) -> bool:
        """Whether the persons that a value rests on are all residents."""
        return self._ages == services.EVERYBODY

    @property
    def _ages(self) -> tuple[int, int] | None:
        if self.formula is None or self.persons_in is None:
            return None
        numerator, denominator, *_ = self.formula.parts
        term = numerator if self.persons_in == "numerator" else denominator
        return None if term.age_from is None or term.age_to is None else (term.age_from, term.age_to)

    def with_zero_parts(self, catalogue: "Iterable[Indicator]") -> "Indicator":
        """The indicator with what it learns from the others: which of them are parts of it that may be organised
        elsewhere."""
        own = set(self.task_classes)
        parts = tuple(
            ZeroPart(other.id, other.task_classes, other.label)
            for other in catalogue
            if other.zero == "missing" and other.is_cost and set(other.task_classes) < own
        )
        return self._changed(parts, ()) if parts else self

    def without(self, parts: tuple[ZeroPart, ...]) -> "Indicator":
        """A composite less some of its parts. Raises ValueError for a published total, which stands as it is, and where
        nothing is left."""
        gone = {name for part in parts for name in part.task_classes}
        if not isinstance(self.formula, Ratio) or self.is_published_total or set(self.task_classes) <= gone:
            raise ValueError(f"{self.id} cannot go without {', '.join(part.id for part in parts)}")
        left = tuple(name for name in self.formula.numerator.task_classes if name not in gone)
        numerator = self.formula.numerator.model_copy(update={"task_classes": left})
        reduced = self.model_copy(update={"formula": self.formula.model_copy(update={"numerator": numerator})})
        return reduced._changed(tuple(part for part in self.zero_parts if part not in parts), (*self.left_out, *parts))

    def _changed(self, zero_parts: tuple[ZeroPart, ...], left_out: tuple[ZeroPart, ...]) -> "Indicator":
        copy = self.model_copy()
        copy._zero_parts, copy._left_out = zero_parts, left_out
        return copy

    def stretch(self, year: int) -> int:
        """Which stretch of comparable years a year is in: 0 before the first break, 1 from it on, …"""
        return sum(year >= b.year for b in self.breaks)

    @property
    def by_age_group(self) -> bool:
        """Whether productivity is arithmetic: with the age group as output it is the inverse of real cost per head."""
        return isinstance(self.formula, Index) and self.formula.output.age_from is not None

    def measured_by(self, loaded: Mapping[str, Mapping[int, int]]) -> "Indicator":
        """The indicator with the best output there is. `loaded`: measure (or `finance`) → year → how many
        municipalities have it. An output counts where nearly all that have costs have it too, in the base year and
        another: it is for all or for none."""
        if not isinstance(self.formula, Index):
            return self
        costs = loaded.get("finance", {})
        for better in self.formula.measured:
            counts = [loaded.get(measure, {}) for measure in better.output.measures]
            years = [
                year
                for year, places in costs.items()
                if all(count.get(year, 0) >= NEARLY_ALL * places for count in counts)
            ]
            if self.formula.base_year in years and len(years) > 1:
                formula = self.formula.model_copy(update={"output": better.output})
                return self.model_copy(update={"formula": formula, "caveats": better.caveats})
        return self

    def based_on(self, year: int) -> "Indicator":
        """A productivity index with another base year, also in its words; any other indicator as it is."""
        if not isinstance(self.formula, Index):
            return self
        old, new = f"{self.formula.base_year} = 100", f"{year} = 100"

        def said(text: Text) -> Text:
            return Text(fi=text.fi.replace(old, new), sv=text.sv.replace(old, new), en=text.en.replace(old, new))

        formula = self.formula.model_copy(update={"base_year": year})
        return self.model_copy(
            update={"formula": formula, "unit": said(self.unit), "definition": said(self.definition)}
        )

    def of_data(self, manifest: Mapping[str, Any]) -> "Indicator":
        """The indicator with the sources that a data set has its figures from."""
        sources = provenance.known(self.sources, manifest)
        return self if sources == self.sources else self.model_copy(update={"sources": sources})

    @property
    def in_euros(self) -> bool:
        """Whether values are euros, and so at the prices of their year."""
        return self.unit.fi.startswith("€")

    @property
    def highest_first(self) -> bool:
        """Whether rank 1 is the highest value: only where higher is better (docs/methods.md 6, conventions)."""
        return self.polarity == "higher"


def bound_parts(parts: Iterable[ZeroPart]) -> list[dict[str, Any]]:
    """Parts as the SQL files take them."""
    return [{"id": part.id, "task_classes": list(part.task_classes)} for part in parts]
