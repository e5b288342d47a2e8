"""Self-assessment by the Common Assessment Framework (CAF 2013): scores, evidence and actions by sub-criterion."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from statistics import fmean, quantiles
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from kuntamittari import yaml_file
from kuntamittari.uploads.heads import FIRST_YEAR, LAST_YEAR

LEAST_GROUP = 5  # other municipalities below which their quartiles are not shown
LONGEST_EVIDENCE = 2_000
MOST_ACTIONS = 100


@cache
def framework() -> dict[str, Any]:
    """Return the framework: `criteria` and `panels`.

    Each of the nine criteria has id, panel, name, text and parts (id, name); each panel is a list of bands of scores
    (from, to, text).
    """
    return yaml_file.read(Path(__file__).with_name("caf.yaml"))


@cache
def criteria() -> dict[str, dict[str, Any]]:
    """Return criterion id → criterion."""
    return {criterion["id"]: criterion for criterion in framework()["criteria"]}


@cache
def parts() -> dict[str, str]:
    """Return sub-criterion id → id of its criterion."""
    return {part["id"]: criterion["id"] for criterion in framework()["criteria"] for part in criterion["parts"]}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Action(_Part):
    """An action: the sub-criterion, what to do, who (a role, never a person's name) and by when (year-month-day)."""

    part: str
    what: str = Field(min_length=1, max_length=500)
    owner: str = Field(default="", max_length=100)
    due: str = Field(default="", pattern=r"^(\d{4}-\d\d-\d\d)?$")

    @field_validator("part")
    @classmethod
    def _known(cls, part: str) -> str:
        if part not in parts():
            raise ValueError(f"unknown sub-criterion {part!r}")
        return part

    @field_validator("due")
    @classmethod
    def _a_day(cls, due: str) -> str:
        if due:
            date.fromisoformat(due)
        return due


class Assessment(_Part):
    """One self-assessment of a municipality: sub-criterion → score 0–100, and → evidence; unassessed ones missing."""

    municipality: str = Field(pattern=r"^\d{3,4}$")
    year: int = Field(ge=FIRST_YEAR, le=LAST_YEAR)
    scores: dict[str, Annotated[int, Field(ge=0, le=100)]] = Field(default_factory=dict)
    evidence: dict[str, Annotated[str, Field(max_length=LONGEST_EVIDENCE)]] = Field(default_factory=dict)
    actions: tuple[Action, ...] = Field(default=(), max_length=MOST_ACTIONS)

    @field_validator("scores", "evidence")
    @classmethod
    def _known(cls, by_part: dict[str, Any]) -> dict[str, Any]:
        if unknown := [part for part in by_part if part not in parts()]:
            raise ValueError(f"unknown sub-criterion {', '.join(unknown)}")
        return by_part

    def over(self, older: "Assessment") -> "Assessment":
        """Return the assessment with what an older one of the same year has besides."""
        actions = (*(action for action in older.actions if action not in self.actions), *self.actions)
        return self.model_copy(
            update={
                "scores": older.scores | self.scores,
                "evidence": older.evidence | self.evidence,
                "actions": actions[:MOST_ACTIONS],
            }
        )

    @property
    def by_criterion(self) -> dict[str, float]:
        """Return criterion → mean score of its sub-criteria, where all of them are scored."""
        means = {}
        for criterion, about in criteria().items():
            scores = [self.scores[part["id"]] for part in about["parts"] if part["id"] in self.scores]
            if len(scores) == len(about["parts"]):
                means[criterion] = fmean(scores)
        return means


@dataclass(frozen=True)
class Spread:
    """Scores of other municipalities on one criterion: their number, median and quartiles."""

    n: int
    q1: float
    median: float
    q3: float


def latest(assessments: Iterable[Assessment], year: int | None = None) -> dict[str, Assessment]:
    """Return municipality → its last assessment, or its last up to a year."""
    by_municipality: dict[str, Assessment] = {}
    for assessment in sorted(assessments, key=lambda a: a.year):
        if year is None or assessment.year <= year:
            by_municipality[assessment.municipality] = assessment
    return by_municipality


def spread(
    assessments: Mapping[str, Assessment], members: Collection[str], municipality: str, criterion: str
) -> Spread | None:
    """Return the spread of other members' scores on a criterion, without `municipality` itself.

    `assessments`: municipality → assessment; None where fewer than LEAST_GROUP have a score.
    """
    scores = [
        one.by_criterion[criterion]
        for code, one in assessments.items()
        if code in members and code != municipality and criterion in one.by_criterion
    ]
    if len(scores) < LEAST_GROUP:
        return None
    q1, median, q3 = quantiles(scores, n=4, method="inclusive")
    return Spread(len(scores), q1, median, q3)


def band(criterion: str, score: float) -> dict[str, Any]:
    """Return the band (from, to, text) of a score on the panel of a criterion."""
    panel = framework()["panels"][criteria()[criterion]["panel"]]
    return next(band for band in panel if round(score) <= band["to"])


def changed(assessments: tuple[Assessment, ...], new: Assessment) -> tuple[Assessment, ...]:
    """Return the assessments with a new one, which replaces that of the same municipality and year."""
    return (*(a for a in assessments if (a.municipality, a.year) != (new.municipality, new.year)), new)
