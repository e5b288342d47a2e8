"""A reader's desk: what she has brought herself. It is hers alone, in memory, for as long as she is here, and a file to
load again."""

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
MOST_NODES = 150_000  # values in a file beside figures and tags
IDLE = 4 * 60 * 60  # seconds after which an unused desk is cleared
MOST_ROUNDS, MOST_ASSESSMENTS = 20, 1_000
MOST_WORKSPACES = 100
MOST_KEPT = 1_000_000  # rows on all desks


class Workspace(BaseModel):
    """Measures and figures of one's own, which municipality organises which service how, rounds of a survey,
    self-assessments."""

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
        """How many rows lie on it."""
        answers = sum(len(answers) for asked in self.rounds for answers in asked.given.values())
        return (
            len(self.figures)
            + len(self.tags)
            + answers
            + sum(len(a.scores) + len(a.actions) + 1 for a in self.assessments)
        )

    def with_figures(self, reading: Reading, measures: tuple[Measure, ...]) -> "Workspace":
        """With what was read of a file; its measures take the place of those of the same id, figures and all. Raises
        TableError."""
        new = {measure.id for measure in measures}
        kept = tuple(measure for measure in self.measures if measure.id not in new)
        figures = tuple(figure for figure in self.figures if figure.measure not in new)
        if len(figures) + len(reading.figures) > MOST_FIGURES:
            raise TableError("desk_full", most=MOST_FIGURES)
        return self.model_copy(update={"measures": (*kept, *measures), "figures": (*figures, *reading.figures)})

    def without(self, measure: str) -> "Workspace":
        """Less one measure with its figures."""
        left = {
            "measures": tuple(m for m in self.measures if m.id != measure),
            "figures": tuple(f for f in self.figures if f.measure != measure),
        }
        return self.model_copy(update=left)

    def with_round(self, asked: Round) -> "Workspace":
        """With a round of a survey, in the place of that of the same year."""
        return self.model_copy(
            update={"rounds": (*(r for r in self.rounds if r.codebook.year != asked.codebook.year), asked)}
        )

    def indicators(self, official: Mapping[str, Indicator]) -> dict[str, Indicator]:
        """The measures as indicators beside the official ones, or in the place of those that are awaited."""
        return indicators(self.measures, self.figures, official)


EMPTY = Workspace()


def file(workspace: Workspace) -> bytes:
    """A desk as the file that brings it back."""
    return json.dumps(workspace.model_dump(mode="json"), ensure_ascii=False).encode("utf-8")


def is_workspace(content: bytes) -> bool:
    """Whether a file says that it is a desk rather than a table."""
    return content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")


def of_file(content: bytes) -> Workspace:
    """The desk of a file. Raises TableError."""
    if len(content) > LARGEST:
        raise TableError("too_large", most=LARGEST // 1_000_000)
    try:
        known = json.loads(content.decode("utf-8-sig"))
        json.dumps(known, ensure_ascii=False).encode("utf-8")  # halves of characters are no words
        rest = {part: value for part, value in known.items() if part not in ("figures", "tags")}
        if _nodes(rest) > MOST_NODES:
            raise TableError("no_desk")
        return Workspace.model_validate(known)
    except (ValidationError, ValueError, AttributeError, RecursionError):
        raise TableError("no_desk") from None


def _nodes(value: Any) -> int:
    """How many values there are in a value, itself among them; each may be a defect that has to be told."""
    count, left = 0, [value]
    while left:
        one = left.pop()
        count += 1
        if count > MOST_NODES:
            break
        left += one.values() if isinstance(one, dict) else one if isinstance(one, list) else []
    return count


class WorkspaceStore:
    """Desks by the keys of their readers: a reader who loads a page anew finds hers, and nobody finds another's."""

    def __init__(self) -> None:
        self._workspaces: OrderedDict[str, tuple[float, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        """What lies under a key, used now; None where nothing does."""
        with self._lock:
            self._tidy()
            if key not in self._workspaces:
                return None
            self._workspaces.move_to_end(key)
            self._workspaces[key] = (time.monotonic(), self._workspaces[key][1])
            return self._workspaces[key][1]

    def put(self, key: str, kept: Any) -> None:
        """Lays something (with a `desk`) under a key; the desks used longest ago go where there is no room."""
        with self._lock:
            self._workspaces.pop(key, None)
            self._workspaces[key] = (time.monotonic(), kept)
            self._tidy()

    def clear(self, key: str) -> None:
        """Takes away what lies under a key."""
        with self._lock:
            self._workspaces.pop(key, None)

    def _tidy(self) -> None:
        now = time.monotonic()
        for key in [key for key, (used, _) in self._workspaces.items() if now - used > IDLE]:
            del self._workspaces[key]
        weight = sum(kept.workspace.weight for _, kept in self._workspaces.values())
        while len(self._workspaces) > 1 and (len(self._workspaces) > MOST_WORKSPACES or weight > MOST_KEPT):
            weight -= self._workspaces.popitem(last=False)[1][1].workspace.weight
