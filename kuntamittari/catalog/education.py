"""The forms of education whose costs are read from Vipunen, and the published figures that they must agree with."""

from functools import cache
from pathlib import Path
from typing import Any

from kuntamittari import yaml_file
from kuntamittari.catalog import measures


@cache
def forms() -> dict[str, dict[str, Any]]:
    """Return service → sector (its code) and anchors (year → per_pupil and, where published, euros)."""
    return yaml_file.read(Path(__file__).with_name("education.yaml"))


def is_unanchored(measure: str) -> bool:
    """Return whether a measure is of a form of education for which no national figure is published."""
    form = measures.measures().get(measure, {}).get("form")
    return form is not None and not forms()[form]["anchors"]
