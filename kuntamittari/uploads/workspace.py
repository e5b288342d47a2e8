"""A user's workspace: all that they have uploaded, in memory for the session and as a file to load again."""

import json
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, FailFast, Field, ValidationError, model_validator

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.catalog.statuses import PLANS
from kuntamittari.uploads.assessment import Assessment
from kuntamittari.uploads.organisation import Tag
from kuntamittari.uploads.own_figures import MOST_FIGURES, Figure, Measure, Reading, indicators
from kuntamittari.uploads.survey import Round
from kuntamittari.uploads.tabular import TableError

LARGEST = 8_000_000  # bytes of a file
MOST_NODES = 150_000  # values in a file, figures and tags not counted
IDLE = 4 * 60 * 60  # seconds after which an unused workspace is cleared
MOST_ROUNDS, MOST_ASSESSMENTS = 20, 1_000
MOST_WORKSPACES = 100
MOST_ROWS_IN_ALL = 1_000_000  # rows in all workspaces together


class Workspace(BaseModel):
    """Uploaded measures and figures, organisation models by municipality, rounds of a survey, self-assessments."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: Literal["kuntamittari-oma"] = "kuntamittari-oma"
    measures: Annotated[tuple[Measure, ...], FailFast()] = Field(default=(), strict=False)
    figures: Annotated[tuple[Figure, ...], FailFast()] = Field(default=(), strict=False, max_length=MOST_FIGURES)
    tags: Annotated[tuple[Tag, ...], FailFast()] = Field(default=(), strict=False, max_length=MOST_FIGURES)
    rounds: tuple[Round, ...] = Field(default=(), strict=False, max_length=MOST_ROUNDS)
    assessments: tuple[Assessment, ...] = Field(default=(), strict=False, max_length=MOST_ASSESSMENTS)

    @model_validator(mode="after")
    def _each_once(self) -> "Workspace":
        ids = [measure.id for measure in self.measures]
        keys = [(f.municipality, f.year, f.measure, f.status if f.status in PLANS else "") for f in self.figures]
        if len(set(ids)) < len(ids) or len(set(keys)) < len(keys) or not {f.measure for f in self.figures} <= set(ids):
            raise ValueError("a measure or a figure stands twice, or a figure is of no measure")
        return self

    def __hash__(self) -> int:
        return id(self)

    @property
    def weight(self) -> int:
        """Return the number of rows in the workspace."""
        answers = sum(len(answers) for one_round in self.rounds for answers in one_round.given.values())
        return (
            len(self.figures)
            + len(self.tags)
            + answers
            + sum(len(a.scores) + len(a.actions) + 1 for a in self.assessments)
        )

    def with_figures(self, reading: Reading, measures: tuple[Measure, ...]) -> "Workspace":
        """Return the workspace with the figures of a file; they replace measures with the same id.

        Raises TableError where there would be too many figures.
        """
        new_ids = {measure.id for measure in measures}
        other_measures = tuple(measure for measure in self.measures if measure.id not in new_ids)
        other_figures = tuple(figure for figure in self.figures if figure.measure not in new_ids)
        if len(other_figures) + len(reading.figures) > MOST_FIGURES:
            raise TableError("workspace_full", most=MOST_FIGURES)
        return self.model_copy(
            update={"measures": (*other_measures, *measures), "figures": (*other_figures, *reading.figures)}
        )

    def without(self, measure: str) -> "Workspace":
        """Return the workspace without one measure and its figures."""
        remaining = {
            "measures": tuple(m for m in self.measures if m.id != measure),
            "figures": tuple(f for f in self.figures if f.measure != measure),
        }
        return self.model_copy(update=remaining)

    def with_round(self, new: Round) -> "Workspace":
        """Return the workspace with a round of a survey, which replaces that of the same year."""
        return self.model_copy(
            update={"rounds": (*(r for r in self.rounds if r.codebook.year != new.codebook.year), new)}
        )

    def over(self, older: "Workspace") -> "Workspace":
        """Return the workspace with what an older one has besides: nothing that is in this one changes.

        Raises TableError where both together are too much.
        """
        new = {measure.id for measure in self.measures}
        years = {one.codebook.year for one in self.rounds}
        tagged = {(tag.municipality, tag.service, tag.year) for tag in self.tags}
        assessed = {(a.municipality, a.year): a for a in older.assessments}
        for mine in self.assessments:
            before = assessed.get((mine.municipality, mine.year))
            assessed[mine.municipality, mine.year] = mine.over(before) if before else mine
        both = {
            "measures": (*(m for m in older.measures if m.id not in new), *self.measures),
            "figures": (*(f for f in older.figures if f.measure not in new), *self.figures),
            "tags": (*(o for o in older.tags if (o.municipality, o.service, o.year) not in tagged), *self.tags),
            "rounds": (*(r for r in older.rounds if r.codebook.year not in years), *self.rounds),
            "assessments": tuple(assessed.values()),
        }
        most = (
            ("figures", MOST_FIGURES),
            ("tags", MOST_FIGURES),
            ("rounds", MOST_ROUNDS),
            ("assessments", MOST_ASSESSMENTS),
        )
        if any(len(both[part]) > number for part, number in most):
            raise TableError("workspace_full", most=MOST_FIGURES)
        return self.model_copy(update=both)

    def indicators(self, official: Mapping[str, Indicator]) -> dict[str, Indicator]:
        """Return id → indicator of the uploaded measures.

        They are added to the official indicators, or replace those that are awaited.
        """
        return indicators(self.measures, self.figures, official)


EMPTY = Workspace()


def file(workspace: Workspace) -> bytes:
    """Return a workspace as a JSON file that `of_file` reads."""
    return json.dumps(workspace.model_dump(mode="json"), ensure_ascii=False).encode("utf-8")


def is_workspace(content: bytes) -> bool:
    """Return whether a file is a workspace (JSON) rather than a table."""
    return content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")


def of_file(content: bytes) -> Workspace:
    """Return the workspace of a file. Raises TableError where the file is too large or not a valid workspace."""
    if len(content) > LARGEST:
        raise TableError("too_large", most=LARGEST // 1_000_000)
    try:
        parsed = json.loads(content.decode("utf-8-sig"))
        json.dumps(parsed, ensure_ascii=False).encode("utf-8")  # refuses lone surrogates
        checked = {part: value for part, value in parsed.items() if part not in ("figures", "tags")}
        if _nodes(checked) > MOST_NODES:
            raise TableError("no_workspace")
        return Workspace.model_validate(parsed)
    except (ValidationError, ValueError, AttributeError, RecursionError):
        raise TableError("no_workspace") from None


def _nodes(value: Any) -> int:
    """Return the number of values in a nested value, itself included; counting stops above MOST_NODES.

    Each value may be a defect that validation reports, so their number is limited first.
    """
    count, stack = 0, [value]
    while stack:
        node = stack.pop()
        count += 1
        if count > MOST_NODES:
            break
        stack += node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return count


class WorkspaceStore:
    """Users' sessions by key, each with a `workspace`: kept over a reload of the page, never shown to other users."""

    def __init__(self) -> None:
        self._workspaces: OrderedDict[str, tuple[float, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        """Return the session of a key and mark it as used; None where there is none."""
        with self._lock:
            self._tidy()
            if key not in self._workspaces:
                return None
            self._workspaces.move_to_end(key)
            self._workspaces[key] = (time.monotonic(), self._workspaces[key][1])
            return self._workspaces[key][1]

    def put(self, key: str, session: Any) -> None:
        """Store a session (an object with a `workspace`); those unused the longest are removed where space runs out."""
        with self._lock:
            self._workspaces.pop(key, None)
            self._workspaces[key] = (time.monotonic(), session)
            self._tidy()

    def clear(self, key: str) -> None:
        """Remove the session of a key."""
        with self._lock:
            self._workspaces.pop(key, None)

    def _tidy(self) -> None:
        now = time.monotonic()
        for key in [key for key, (used, _) in self._workspaces.items() if now - used > IDLE]:
            del self._workspaces[key]
        weight = sum(session.workspace.weight for _, session in self._workspaces.values())
        while len(self._workspaces) > 1 and (len(self._workspaces) > MOST_WORKSPACES or weight > MOST_ROWS_IN_ALL):
            weight -= self._workspaces.popitem(last=False)[1][1].workspace.weight
