"""Structural variables by which peers are found: names, units, usual weights."""

from functools import cache
from pathlib import Path
from typing import Any

from kuntamittari import yaml_file


@cache
def variables() -> dict[str, dict[str, Any]]:
    """Structural variable → key in the address, usual weight, name and unit in three languages, decimals."""
    return yaml_file.read(Path(__file__).with_name("structural_variables.yaml"))


def usual_weights() -> dict[str, float]:
    """The weights where the reader has set none."""
    return {variable: float(about["weight"]) for variable, about in variables().items()}
