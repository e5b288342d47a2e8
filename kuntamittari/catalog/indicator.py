"""The indicator as its YAML file defines it: formula, breaks, words and what follows from them."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from kuntamittari.catalog import education, measures, provenance, service_classes, services, task_classes
from kuntamittari.catalog.task_classes import Move

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
    """The same text in Finnish, Swedish and English; none may be missing."""

    model_config = ConfigDict(str_strip_whitespace=True)

    fi: str = Field(min_length=1)
    sv: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __getitem__(self, language: str) -> str:
        return getattr(self, language)


class Amount(_Part):
    """What is added up for one municipality and year (docs/methods.md 1).

    Euros of task classes and of items of the financial statements, less those of `less_statement`; other measures;
    residents aged `age_from`–`age_to` at 31 December (0–120 = everybody). `published`: the measure that stands in for
    the sum in years in which none of its parts is loaded. `budget`: the item of budgets that is the sum, where these do
    not have its items.
    """

    task_classes: tuple[Annotated[str, AfterValidator(_known_class)], ...] = Field(default=(), strict=False)
    statement: tuple[Annotated[str, AfterValidator(_known_item)], ...] = Field(default=(), strict=False)
    less_statement: tuple[Annotated[str, AfterValidator(_known_item)], ...] = Field(default=(), strict=False)
    measures: tuple[Annotated[str, AfterValidator(_known_measure)], ...] = Field(default=(), strict=False)
    published: Annotated[str, AfterValidator(_known_measure)] | None = None
    budget: str | None = None
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
        if self.published and not measures.is_count(self.published):
            raise ValueError(f"{self.published} is a rate, which stands in for no sum")
        return self

    def bound(self) -> dict[str, Any]:
        """Return the term as the SQL macro amounts_of takes it."""
        return self.model_dump(exclude={"budget"}) | {"moved_years": task_classes.moved_years(self.task_classes)}

    @property
    def of_budget(self) -> tuple[str, ...]:
        """Return the items of budgets (docs/methods.md 22) that make up the amount; empty where it is no such sum."""
        if self.budget:
            return (self.budget,)
        return () if self.less_statement or self.task_classes or self.measures else self.statement

    @property
    def counts_persons(self) -> bool:
        """Return whether the amount counts residents, pupils, or persons or families by measures of kind count."""
        if self.statement:
            return task_classes.pupil_items().issuperset(self.statement + self.less_statement)
        by_measure = bool(self.measures) and all(measures.is_count(measure) for measure in self.measures)
        return (self.age_from is not None or by_measure) and not self.task_classes


NOTHING = Amount.model_construct()


@dataclass(frozen=True)
class Basis:
    """The terms in which figures are computed.

    `price_year`: euros at the prices of that year; None: of each year itself (docs/methods.md 3). `years_together`:
    ratios of the sums over that many years (docs/methods.md 14).
    """

    price_year: int | None = None
    years_together: int = 1


AS_PUBLISHED = Basis()
NEARLY_ALL = 0.9  # share of the municipalities that an output must cover to replace the age group


class Ratio(_Part):
    """One amount divided by another at the grain shown (docs/methods.md 1); `percent`: times a hundred."""

    kind: Literal["ratio"]
    numerator: Amount
    denominator: Amount
    percent: bool = False

    @property
    def parts(self) -> tuple[Amount, Amount, float, int | None]:
        """Return numerator, denominator, scale and base year (None); so do `parts` of the other kinds of formula."""
        return self.numerator, self.denominator, 100.0 if self.percent else 1.0, None


class Level(_Part):
    """One measure as its source publishes it."""

    kind: Literal["level"]
    measure: Annotated[str, AfterValidator(_known_measure)]

    @property
    def parts(self) -> tuple[Amount, Amount, float, int | None]:
        return Amount(measures=(self.measure,)), NOTHING, 1.0, None


class Change(_Part):
    """Yearly change of an amount at constant prices, in per cent (docs/methods.md 3)."""

    kind: Literal["change"]
    amount: Amount

    @property
    def parts(self) -> tuple[Amount, Amount, float, int | None]:
        return self.amount, NOTHING, 100.0, None


class Measured(_Part):
    """An output that replaces the age group once it is loaded, with the caveats that then apply."""

    output: Amount
    caveats: Text


class Index(_Part):
    """Productivity: the index of output ÷ the index of deflated input, base year = 100 (docs/methods.md 4).

    `output` is the age group; `measured` are outputs that replace it once they are loaded for the years of the costs,
    such as pupils, the preferred one first.
    """

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
    """The first year whose figures are not comparable with earlier ones; a file may name one of breaks.yaml."""

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
    """Officially published numerator and denominator that the indicator must reproduce; a test compares them."""

    municipality: str
    year: int
    numerator: int
    denominator: int


@dataclass(frozen=True)
class ZeroPart:
    """A part of a composite or published total whose zero means "not organised here" (docs/methods.md 2).

    `id`: the part's own indicator.
    """

    id: str
    task_classes: tuple[str, ...]
    label: Text


class Awaited(_Part):
    """Why an indicator has no figures yet: whom to ask for them, and the form in which to upload them."""

    ask: Text
    bring: Text


class Indicator(_Part):
    """One indicator, either with a formula or awaited.

    `unit` reads after a number; `label` is short and in the nominative, for sentences and choices; `judged_by`: what a
    verdict is about, the value or its deviation from an expected cost (docs/methods.md 5); `zero`: whether a zero cost
    is a value or means "not organised" (docs/methods.md 2); `noise`: whether the usual variation from year to year is
    measured as a ratio or as a difference (docs/methods.md 18), by default as a ratio of costs and indices only.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{2,60}$")
    dimension: Dimension
    service: Service | None = None
    polarity: Polarity
    formula: Formula | None = None
    awaited: Awaited | None = None
    judged_by: Literal["value", "expected_cost"] = "value"
    zero: Literal["value", "missing"]
    noise: Literal["relative", "absolute"] | None = None
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
        """Add the breaks of the service's costs to an indicator of task classes; outcomes do not have them."""
        if not isinstance(content, dict) or content.get("service") not in list(services.services()):
            return content
        formula = content.get("formula")
        parts = formula.values() if isinstance(formula, dict) else ()
        if not any(isinstance(part, dict) and part.get("task_classes") for part in parts):
            return content
        breaks = content.get("breaks", [])
        return (
            content | {"breaks": [*breaks, *services.services()[content["service"]]["breaks"]]}
            if isinstance(breaks, list)
            else content
        )

    @model_validator(mode="after")
    def _computed_or_awaited(self) -> "Indicator":
        if (self.formula is None) == (self.awaited is None):
            raise ValueError("an indicator has either a formula or awaited")
        if self.formula and not self.sources:
            raise ValueError("an indicator with a formula names its sources")
        if self.move and self.move.year not in [b.year for b in self.breaks]:
            raise ValueError(f"some of its tasks moved in {self.move.year}, and breaks lack that year")
        return self

    def __hash__(self) -> int:
        """Return the hash of the id: indicators are keys of caches, and hashing every text would be slow."""
        return hash(self.id)

    def bound(self, basis: "Basis | None" = None) -> dict[str, Any]:
        """Return the formula as a parameter of the SQL macro indicator_values.

        `basis`: by default as the indicator's file has it. sql/schema/20_indicator_value.sql explains each field.
        """
        basis = basis or AS_PUBLISHED
        numerator, denominator, scale, base_year = self.formula.parts if self.formula else (NOTHING, NOTHING, 1.0, None)
        return {
            "kind": self.formula.kind if self.formula else "awaited",
            "numerator": numerator.bound(),
            "denominator": denominator.bound(),
            "scale": scale,
            "base_year": base_year,
            "zero_is_missing": self.zero == "missing",
            "zero_parts": [] if self.is_published_total else bound_parts(self.zero_parts),
            "hidden_most": self.hidden_most,
            "persons_in": self.persons_in,
            "price_year": basis.price_year if self.in_euros else None,
            "years_together": basis.years_together,
            "breaks": [b.year for b in self.breaks],
            "moved_from": self.move.year if self.move and not self.municipal(self.move.year) else None,
            "kept_by": list(self.move.kept_by) if self.move else [],
        }

    @property
    def zero_parts(self) -> tuple[ZeroPart, ...]:
        """Return the parts whose zero means "not organised here", in catalogue order; empty unless it sums services."""
        return self._zero_parts

    @property
    def left_out(self) -> tuple[ZeroPart, ...]:
        """Return the parts that `without` removed because a municipality does not organise them."""
        return self._left_out

    @property
    def task_classes(self) -> tuple[str, ...]:
        """Return the task classes whose costs the numerator adds up, a published total resolved into its classes."""
        total = self.formula.parts[0].task_classes if self.formula else ()
        return tuple(name for label in total for name in task_classes.of_total(label))

    @property
    def costs(self) -> tuple[str, ...]:
        """Return the task classes and published totals whose costs the formula uses, as it names them."""
        terms = self.formula.parts[:2] if self.formula else ()
        return tuple(name for term in terms for name in term.task_classes)

    @property
    def move(self) -> Move | None:
        """Return the move of the tasks whose costs the formula uses, or of some of them; None where none has moved."""
        labels = [*self.costs, *(name for label in self.costs for name in task_classes.of_total(label))]
        return next((task_classes.moves()[label] for label in labels if label in task_classes.moves()), None)

    def municipal(self, year: int, municipality: str | None = None) -> bool:
        """Return whether the tasks, or some of them, are municipal in a year (docs/methods.md 12).

        Of the municipalities in general; of one, also where it has kept what the others have not.
        """
        kept = municipality is not None and self.kept(year, municipality)
        return kept or not self.costs or bool(task_classes.municipal(self.costs, year))

    def kept(self, year: int, municipality: str) -> bool:
        """Return whether a municipality has kept tasks that the others no longer have in a year."""
        return self.move is not None and year >= self.move.year and municipality in self.move.kept_by

    @property
    def is_published_total(self) -> bool:
        """Return whether the costs are a total that the statistics publish, rather than a sum made here."""
        return self.formula is not None and not set(task_classes.totals().values()).isdisjoint(
            self.formula.parts[0].task_classes
        )

    @property
    def is_cost(self) -> bool:
        """Return whether values are costs of services."""
        return isinstance(self.formula, Ratio) and bool(self.formula.numerator.task_classes)

    @property
    def varies_relatively(self) -> bool:
        """Return whether values of two years are compared as a ratio, to measure how much they vary."""
        return self.noise == "relative" or (self.noise is None and (self.is_cost or isinstance(self.formula, Index)))

    @property
    def hidden_most(self) -> int | None:
        """Return the largest count of the numerator that its source hides; None where it hides none."""
        counted = self.formula.numerator.measures if isinstance(self.formula, Ratio) else ()
        return measures.hidden_most(counted[0]) if len(counted) == 1 else None

    @property
    def persons_in(self) -> Literal["numerator", "denominator"] | None:
        """Return which term counts the persons or families that a value rests on, if any (docs/methods.md 14)."""
        if isinstance(self.formula, Index):
            return "numerator" if self.formula.output.counts_persons else None
        return "denominator" if isinstance(self.formula, Ratio) and self.formula.denominator.counts_persons else None

    @property
    def by_residents(self) -> bool:
        """Return whether the persons that a value rests on are residents of an age group."""
        return self._ages is not None

    @property
    def by_everybody(self) -> bool:
        """Return whether the persons that a value rests on are all residents."""
        return self._ages == services.EVERYBODY

    @property
    def _ages(self) -> tuple[int, int] | None:
        if self.formula is None or self.persons_in is None:
            return None
        numerator, denominator, *_ = self.formula.parts
        term = numerator if self.persons_in == "numerator" else denominator
        return None if term.age_from is None or term.age_to is None else (term.age_from, term.age_to)

    def with_zero_parts(self, catalogue: "Iterable[Indicator]") -> "Indicator":
        """Return the indicator with those of the catalogue that are its parts and may be organised elsewhere."""
        classes = set(self.task_classes)
        parts = tuple(
            ZeroPart(other.id, other.task_classes, other.label)
            for other in catalogue
            if other.zero == "missing" and other.is_cost and set(other.task_classes) < classes
        )
        return self._changed(parts, ()) if parts else self

    def without(self, parts: tuple[ZeroPart, ...]) -> "Indicator":
        """Return a composite without some of its parts, which are listed in `left_out`.

        Raises ValueError for a published total, which stays as published, and where nothing would be left.
        """
        removed = {name for part in parts for name in part.task_classes}
        if not isinstance(self.formula, Ratio) or self.is_published_total or set(self.task_classes) <= removed:
            raise ValueError(f"{self.id} cannot go without {', '.join(part.id for part in parts)}")
        remaining = tuple(name for name in self.formula.numerator.task_classes if name not in removed)
        numerator = self.formula.numerator.model_copy(update={"task_classes": remaining})
        reduced = self.model_copy(update={"formula": self.formula.model_copy(update={"numerator": numerator})})
        return reduced._changed(tuple(part for part in self.zero_parts if part not in parts), (*self.left_out, *parts))

    def _changed(self, zero_parts: tuple[ZeroPart, ...], left_out: tuple[ZeroPart, ...]) -> "Indicator":
        copy = self.model_copy()
        copy._zero_parts, copy._left_out = zero_parts, left_out
        return copy

    def stretch(self, year: int) -> int:
        """Return the number of the stretch of comparable years that a year is in: 0 before the first break."""
        return sum(year >= b.year for b in self.breaks)

    @property
    def by_age_group(self) -> bool:
        """Return whether the output is an age group, so that the index is the inverse of real cost per head."""
        return isinstance(self.formula, Index) and self.formula.output.age_from is not None

    def measured_by(self, loaded: Mapping[str, Mapping[int, int]]) -> "Indicator":
        """Return a productivity index with the best output that is loaded; other indicators unchanged.

        `loaded`: measure (or `finance`) → year → number of municipalities with a figure. An output is used for all
        municipalities or for none: in the base year and at least one other year it must cover 90 % of those with costs
        (docs/methods.md 4).
        """
        if not isinstance(self.formula, Index):
            return self
        costs = loaded.get("finance", {})
        for candidate in self.formula.measured:
            counts = [loaded.get(measure, {}) for measure in candidate.output.measures]
            years = [
                year
                for year, municipalities in costs.items()
                if all(count.get(year, 0) >= NEARLY_ALL * municipalities for count in counts)
            ]
            if self.formula.base_year in years and len(years) > 1:
                formula = self.formula.model_copy(update={"output": candidate.output})
                return self.model_copy(update={"formula": formula, "caveats": candidate.caveats})
        return self

    def based_on(self, year: int) -> "Indicator":
        """Return a productivity index with another base year, also in its texts; other indicators unchanged."""
        if not isinstance(self.formula, Index):
            return self
        old, new = f"{self.formula.base_year} = 100", f"{year} = 100"

        def with_new_year(text: Text) -> Text:
            return Text(fi=text.fi.replace(old, new), sv=text.sv.replace(old, new), en=text.en.replace(old, new))

        formula = self.formula.model_copy(update={"base_year": year})
        return self.model_copy(
            update={"formula": formula, "unit": with_new_year(self.unit), "definition": with_new_year(self.definition)}
        )

    def of_data(self, manifest: Mapping[str, Any]) -> "Indicator":
        """Return the indicator with the sources that a data set has its figures from; with all where it has none."""
        loaded = [i for i in self.sources if i != provenance.TREASURY or self.package in provenance.packages(manifest)]
        all_of_them = (provenance.INVENTED,) if provenance.is_invented(manifest) else self.sources
        sources = provenance.of_data_set(loaded, manifest) or all_of_them
        return self if sources == self.sources else self.model_copy(update={"sources": sources})

    @property
    def in_euros(self) -> bool:
        """Return whether values are euros, and so at the prices of some year."""
        return self.unit.fi.startswith("€")

    @property
    def package(self) -> str:
        """Return the package of the State Treasury that goes on with the figures from 2021, where one does."""
        if self.costs:
            return "KKTPP"
        return "KKOTR" if self.of_group else "TOTT" if self.of_education else "KKNR"

    @property
    def of_group(self) -> bool:
        """Return whether figures are of the accounts of the municipal group."""
        return self._has_any(task_classes.group_items())

    @property
    def of_education(self) -> bool:
        """Return whether figures are of the economics of education at the State Treasury."""
        return self._has_any(task_classes.education_items())

    def _has_any(self, items: Collection[str]) -> bool:
        """Return whether the formula uses any of some items of statements."""
        terms = self.formula.parts[:2] if self.formula else ()
        return any(item in items for term in terms for item in term.statement)

    @property
    def experimental(self) -> bool:
        """Return whether nothing vouches for any of the values: no published national figure (docs/methods.md 21), or
        the labels of all of them have not been confirmed (22)."""
        terms = self.formula.parts[:2] if self.formula else ()
        unanchored = any(education.is_unanchored(measure) for term in terms for measure in term.measures)
        found_by_label = self.of_group or self.of_education
        return unanchored or (found_by_label and not any(term.published for term in terms))

    @property
    def experimental_from(self) -> int | None:
        """Return the first year of values whose labels at the State Treasury have not been confirmed; None where there
        are no such values, or all are experimental (docs/methods.md 22)."""
        continued = self.of_group or service_classes.are_continued(self.costs)
        return service_classes.FIRST_YEAR if continued and not self.experimental else None

    def experimental_since(self, manifest: Mapping[str, Any]) -> int | None:
        """Return the first year of experimental values that a data set may have; None as `experimental_from`."""
        return self.experimental_from if self.package in provenance.packages(manifest) else None

    def not_loaded_from(self, manifest: Mapping[str, Any]) -> int | None:
        """Return the first year of values that only a package missing from a data set would bring; None where none
        would (docs/methods.md 22)."""
        return None if self.package in provenance.packages(manifest) else self.experimental_from

    def is_experimental_in(self, year: int) -> bool:
        """Return whether the values of a year are experimental."""
        return self.experimental or (self.experimental_from is not None and year >= self.experimental_from)

    @property
    def highest_first(self) -> bool:
        """Return whether rank 1 is the highest value: only where higher is better (docs/methods.md 6)."""
        return self.polarity == "higher"


def bound_parts(parts: Iterable[ZeroPart]) -> list[dict[str, Any]]:
    """Return parts as structs of id and task_classes, for SQL parameters."""
    return [{"id": part.id, "task_classes": list(part.task_classes)} for part in parts]
