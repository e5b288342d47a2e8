"""The structural variables by which peers are chosen (docs/methods.md 7)."""

from functools import cache
from pathlib import Path
from typing import Any

from kuntamittari import yaml_file
from kuntamittari.catalog import need_models


@cache
def variables() -> dict[str, dict[str, Any]]:
    """Return structural variable → address key, default weight, name and unit in three languages, decimals."""
    return yaml_file.read(Path(__file__).with_name("structural_variables.yaml"))


def about(variable: str) -> dict[str, Any]:
    """Return name, unit and decimals of a structural variable, or of the expected cost."""
    return variables().get(variable) or need_models.expected_cost()


def usual_weights() -> dict[str, float]:
    """Return structural variable → default weight."""
    return {variable: float(about["weight"]) for variable, about in variables().items()}
