"""Read an optional source of an update: where it fails, the others go on (docs/decisions/0020-what-may-fail.md)."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, Protocol

import pandas as pd

from kuntamittari.errors import BrokenRuleError, DataError, SourceError
from kuntamittari.etl import raw
from kuntamittari.etl.client import Client
from kuntamittari.etl.restate import AGES, measures_restated, restated

# whatever an answer of another form, also one that the reader does not foresee, may cause
UNREADABLE = (SourceError, DataError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
KEY = ["municipality", "year", "measure"]
CELL = ["municipality", "package", "period", "value_year", "column", "item", "service", "counterparty"]
# what tells figures apart, and their column
FIGURES = [(KEY, "value"), (["municipality", *AGES], "persons"), (CELL, "value")]
SAME_UNIT = 10  # a revision never makes most figures so many times as large or as small
FEWEST_COMPARED = 5
Keys = Callable[[pd.DataFrame], pd.MultiIndex]
Refused = Mapping[str, str]  # why the figures of a source are not to be used, by source
NONE_REFUSED: Refused = {}


class Refusal(Protocol):
    """A part of a source that its reader has left out, and why: one sentence."""

    @property
    def reason(self) -> str: ...


Reading = tuple[pd.DataFrame, Sequence[Refusal]]
Fetch = Callable[[], Reading]


class Found(NamedTuple):
    """What was read of a source: `failure` says why it could not be read now, and the frame is then None or of answers
    that were `retrieved` earlier (a date). `left_out` are the parts that the frame is without."""

    frame: pd.DataFrame | None
    left_out: Sequence[Refusal] = ()
    failure: str = ""
    retrieved: str = ""


def kept_answers(out: Path) -> raw.Recording | None:
    """Return the raw answers of the data in use in a directory; None where there are none that can be read."""
    try:
        return raw.open_recording(out)
    except DataError:
        return None


def sparing_the_others(attempt: Callable[[Refused], list[str]], client: Client, sources: Sequence[str]) -> list[str]:
    """Return what `attempt` returns with the figures of every source, or without those of the one of the optional
    `sources` that break a rule.

    Answers come from the client's cache the second time. Raises as `attempt`: where no single optional source is to
    blame, BrokenRuleError as with all of them.
    """
    try:
        return attempt(NONE_REFUSED)
    except BrokenRuleError as error:
        for source in [source for source in sources if source in client.answers]:
            with suppress(BrokenRuleError):
                return attempt({source: error.problems[0]})
        raise


def read(
    client: Client,
    fetch: Fetch,
    keys: Keys,
    in_use: raw.Recording | None,
    may_be_empty: bool = False,
    refused: str = "",
) -> Found:
    """Return the figures of the client's source as `fetch` reads them.

    No figure at all is a failure unless it `may_be_empty`. Where reading fails, the figures are `refused` for a reason,
    or figures that the answers `in_use` have are no longer there, they are read from these answers. `keys` tells which
    figures a frame has, and raises where it cannot be used.
    """
    kept = _from_answers(client, fetch, keys, in_use)
    kept_answers = client.answers.pop(client.source, {})
    failure = refused
    if not refused:
        try:
            reading = fetch()
            if not (reading[0].empty and may_be_empty):
                _refuse_losses(reading, kept and kept[0], keys)
            return Found(*reading)
        except UNREADABLE as error:
            failure = _reason(error, client.base)
    client.answers.pop(client.source, None)
    if kept is None:
        return Found(None, failure=failure)
    client.answers[client.source] = kept_answers
    return Found(*kept, failure, min(answer.retrieved for answer in kept_answers)[:10])


def _from_answers(client: Client, fetch: Fetch, keys: Keys, in_use: raw.Recording | None) -> Reading | None:
    """Return the figures from the answers in use; None where these are of another interface or lack the source."""
    if in_use is None or in_use.interface != client.origin.interface:
        return None
    try:
        with client.reading(in_use):
            reading = fetch()
        _refuse_losses(reading, None, keys)
        return reading
    except UNREADABLE:
        return None


def _refuse_losses(reading: Reading, before: pd.DataFrame | None, keys: Keys) -> None:
    """Raise SourceError where a frame is empty, lacks figures that were there before, or has them in another unit.

    The first of the parts left out explains the loss. Raises as `keys` too.
    """
    frame, left_out = reading
    why = f" {left_out[0].reason}" if left_out else ""
    if frame.empty:
        raise SourceError(f"The service answered without a single figure.{why}")
    figures = keys(frame)
    lost = 0 if before is None else len(keys(before).difference(figures))
    if lost:
        raise SourceError(f"The service has lost {lost} figures that it had before.{why}")
    times = 1.0 if before is None else _times(frame, before)
    if not 1 / SAME_UNIT < times < SAME_UNIT:
        raise SourceError(f"The figures are {times:.4g} times those of before; the unit may have changed.")


def _times(frame: pd.DataFrame, before: pd.DataFrame) -> float:
    """Return how many times the figures are those of before; 1 where too few can be compared."""
    for key, figure in FIGURES:
        if {figure, *key} <= set(frame):
            both = frame.merge(before, on=key, suffixes=("", "_before"))
            times = both[figure] / both[f"{figure}_before"]
            times = times[(both[figure] != 0) & (both[f"{figure}_before"] != 0)].abs()
            return float(times.median()) if len(times) >= FEWEST_COMPARED else 1.0
    return 1.0


def measured(successor: dict[str, str]) -> Keys:
    """Return the keys of a frame with municipality, year, measure and value, as they are when restated."""
    return lambda frame: pd.MultiIndex.from_frame(pd.concat(measures_restated(frame, successor))[KEY])


def aged(successor: dict[str, str]) -> Keys:
    """Return the keys of residents by age, as they are when restated."""
    return lambda frame: pd.MultiIndex.from_frame(restated(frame, AGES, "persons", successor)[["municipality", *AGES]])


def reported(frame: pd.DataFrame) -> pd.MultiIndex:
    """Return the keys of cells: the reports, since the cells of one may become fewer when it is corrected."""
    return pd.MultiIndex.from_frame(frame[["municipality", "package", "period"]].drop_duplicates())


def _reason(error: Exception, base: str | None) -> str:
    """Return why a source failed, for everybody to read: without the address of a replica, which may be a machine of
    the operator's own."""
    match error:
        case SourceError():
            text = error.reason
        case DataError():
            text = error.line
        case _:
            text = f"The answer came in an unknown form ({error!r})."
    return text.replace(base, "") if base else text
