"""The measures that activity.parquet may hold: kind, source and names."""

from functools import cache
from pathlib import Path
from typing import Any

from kuntamittari import yaml_file

UPLOADED = "own."  # prefix of the name of an uploaded measure


@cache
def measures() -> dict[str, dict[str, Any]]:
    """Return measure → source, kind (count or rate), name in three languages, and its code at the source."""
    return yaml_file.read(Path(__file__).with_name("measures.yaml"))


def source(measure: str) -> str:
    """Return the id of the source of a measure."""
    return "own" if measure.startswith(UPLOADED) else measures()[measure]["source"]


def of_source(source: str) -> dict[str, dict[str, Any]]:
    """Return measure → description for the measures of one source."""
    return {measure: about for measure, about in measures().items() if about["source"] == source}


def is_count(measure: str) -> bool:
    """Return whether figures of the measure may be added up; never for an uploaded measure, whose kind is unknown."""
    return not measure.startswith(UPLOADED) and measures()[measure]["kind"] == "count"


def hidden_most(measure: str) -> int | None:
    """Return the largest count that the source hides, so that a missing row is 0 to that many; None: hides none."""
    return None if measure.startswith(UPLOADED) else measures()[measure].get("hidden_most")


def per_resident() -> dict[str, str]:
    """Return each measure that is a published figure per resident times residents → the published measure."""
    return {measure: about["per_resident"] for measure, about in measures().items() if "per_resident" in about}


def shares_of_residents() -> list[str]:
    """Return the measures that are shares of all residents."""
    return [measure for measure, about in measures().items() if about.get("share_of_residents")]
