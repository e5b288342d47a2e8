"""The structural variables by which peers are chosen (docs/methods.md 7)."""

from functools import cache
from pathlib import Path
from typing import Any

from kuntamittari import yaml_file


@cache
def variables() -> dict[str, dict[str, Any]]:
    """Return structural variable → address key, default weight, name and unit in three languages, decimals."""
    return yaml_file.read(Path(__file__).with_name("structural_variables.yaml"))


def usual_weights() -> dict[str, float]:
    """Return structural variable → default weight."""
    return {variable: float(about["weight"]) for variable, about in variables().items()}
