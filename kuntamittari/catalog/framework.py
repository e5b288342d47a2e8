"""The measuring framework (mittaristokehikko): its dimensions in order, and the core indicators of each."""

from functools import cache
from pathlib import Path

from kuntamittari import yaml_file
from kuntamittari.catalog.indicator import Indicator


@cache
def dimensions() -> dict[str, list[str]]:
    """Return dimension → ids of its core indicators, both in order."""
    return yaml_file.read(Path(__file__).with_name("framework.yaml"))


def by_dimension(catalogue: dict[str, Indicator], core: bool) -> dict[str, list[Indicator]]:
    """Return dimension → its indicators in the catalogue, the core ones first; with `core` these alone."""
    grouped = {}
    for dimension, first in dimensions().items():
        ids = [i for i in first if i in catalogue]
        rest = [i for i, indicator in catalogue.items() if indicator.dimension == dimension and i not in first]
        grouped[dimension] = [catalogue[i] for i in (ids if core else [*ids, *rest])]
    return grouped
