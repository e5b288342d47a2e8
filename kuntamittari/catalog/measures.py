"""The measures that activity.parquet may hold, with their kind, source and names."""

from functools import cache
from pathlib import Path
from typing import Any

from kuntamittari import yaml_file

UPLOADED = "own."  # begins the name of a measure that a reader has brought


@cache
def measures() -> dict[str, dict[str, Any]]:
    """Measure → source, kind (count or rate), name in three languages, and what its source calls it."""
    return yaml_file.read(Path(__file__).with_name("measures.yaml"))


def source(measure: str) -> str:
    """The source that gives a measure."""
    return "own" if measure.startswith(UPLOADED) else measures()[measure]["source"]


def of_source(source: str) -> dict[str, dict[str, Any]]:
    """The measures that one source gives."""
    return {measure: about for measure, about in measures().items() if about["source"] == source}


def is_count(measure: str) -> bool:
    """Whether figures of the measure may be added up; of a measure that a reader has brought nobody knows."""
    return not measure.startswith(UPLOADED) and measures()[measure]["kind"] == "count"


def hidden_most(measure: str) -> int | None:
    """The largest count that the source of a measure hides (a missing row is 0 … that many); None where it hides
    none."""
    return None if measure.startswith(UPLOADED) else measures()[measure].get("hidden_most")


def shares_of_residents() -> list[str]:
    """The rates that are shares of all residents."""
    return [measure for measure, about in measures().items() if about.get("share_of_residents")]
