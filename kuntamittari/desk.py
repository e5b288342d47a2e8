"""A reader's desk: what she has brought herself. It is hers alone, in memory, for as long as she is here, and a file to load again."""

import json
import re
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kuntamittari.assessment import Assessment
from kuntamittari.catalog import Indicator
from kuntamittari.organisation import Tag
from kuntamittari.own import Figure, Measure, Reading, indicators
from kuntamittari.survey import Round
from kuntamittari.tabular import LARGEST, MOST_CELLS, TableError

COOKIE = "kuntamittari-desk"
KEY = re.compile(r"[\w-]{43}", re.ASCII)  # 256 random bits as the server writes them into a cookie
IDLE = 4 * 60 * 60  # seconds after which an unused desk is cleared
MOST_ROUNDS, MOST_ASSESSMENTS = 20, 1_000
MOST_DESKS = 200
MOST_KEPT = 2_000_000  # rows on all desks


class Desk(BaseModel):
    """Measures and figures of one's own, which municipality organises which service how, rounds of a survey, self-assessments."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: Literal["kuntamittari-oma"] = "kuntamittari-oma"
    measures: tuple[Measure, ...] = Field(default=(), strict=False)
    figures: tuple[Figure, ...] = Field(default=(), strict=False, max_length=MOST_CELLS)
    tags: tuple[Tag, ...] = Field(default=(), strict=False, max_length=MOST_CELLS)
    rounds: tuple[Round, ...] = Field(default=(), strict=False, max_length=MOST_ROUNDS)
    assessments: tuple[Assessment, ...] = Field(default=(), strict=False, max_length=MOST_ASSESSMENTS)

    def __hash__(self) -> int:
        return id(self)

    @property
    def weight(self) -> int:
        """How many rows lie on it."""
        answers = sum(len(answers) for asked in self.rounds for answers in asked.given.values())
        return len(self.figures) + len(self.tags) + answers + sum(len(a.scores) + len(a.actions) + 1 for a in self.assessments)

    def with_figures(self, reading: Reading, measures: tuple[Measure, ...]) -> "Desk":
        """With what was read of a file; its measures take the place of those of the same id, figures and all."""
        new = {measure.id for measure in measures}
        kept = tuple(measure for measure in self.measures if measure.id not in new)
        figures = tuple(figure for figure in self.figures if figure.measure not in new)
        return self.model_copy(update={"measures": (*kept, *measures), "figures": (*figures, *reading.figures)})

    def without(self, measure: str) -> "Desk":
        """Less one measure with its figures."""
        left = {
            "measures": tuple(m for m in self.measures if m.id != measure),
            "figures": tuple(f for f in self.figures if f.measure != measure),
        }
        return self.model_copy(update=left)

    def with_round(self, asked: Round) -> "Desk":
        """With a round of a survey, in the place of that of the same year."""
        return self.model_copy(update={"rounds": (*(r for r in self.rounds if r.codebook.year != asked.codebook.year), asked)})

    def indicators(self, official: Mapping[str, Indicator]) -> dict[str, Indicator]:
        """The measures as indicators beside the official ones, or in the place of those that are awaited."""
        return indicators(self.measures, self.figures, official)


EMPTY = Desk()


def file(desk: Desk) -> bytes:
    """A desk as the file that brings it back."""
    return json.dumps(desk.model_dump(mode="json"), ensure_ascii=False).encode("utf-8")


def is_desk(content: bytes) -> bool:
    """Whether a file says that it is a desk rather than a table."""
    return content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{")


def of_file(content: bytes) -> Desk:
    """The desk of a file. Raises TableError."""
    if len(content) > LARGEST:
        raise TableError("too_large", most=LARGEST // 1_000_000)
    try:
        return Desk.model_validate(json.loads(content.decode("utf-8-sig")))
    except (ValidationError, ValueError, RecursionError):
        raise TableError("no_desk") from None


class Shelf:
    """Desks by the keys of their readers: a reader who loads a page anew finds hers, and nobody finds another's."""

    def __init__(self) -> None:
        self._desks: OrderedDict[str, tuple[float, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> Any:
        """What lies under a key, used now; None where nothing does."""
        with self._lock:
            self._tidy()
            if key not in self._desks:
                return None
            self._desks.move_to_end(key)
            self._desks[key] = (time.monotonic(), self._desks[key][1])
            return self._desks[key][1]

    def put(self, key: str, kept: Any) -> None:
        """Lays something (with a `desk`) under a key; the desks used longest ago go where there is no room."""
        with self._lock:
            self._desks.pop(key, None)
            self._desks[key] = (time.monotonic(), kept)
            self._tidy()

    def clear(self, key: str) -> None:
        """Takes away what lies under a key."""
        with self._lock:
            self._desks.pop(key, None)

    def _tidy(self) -> None:
        now = time.monotonic()
        for key in [key for key, (used, _) in self._desks.items() if now - used > IDLE]:
            del self._desks[key]
        weight = sum(kept.desk.weight for _, kept in self._desks.values())
        while len(self._desks) > 1 and (len(self._desks) > MOST_DESKS or weight > MOST_KEPT):
            weight -= self._desks.popitem(last=False)[1][1].desk.weight
