"""The ways to organise a municipal service, each explained in three languages."""

from functools import cache
from pathlib import Path
from typing import Literal

from kuntamittari import yaml_file

Model = Literal[
    "own_production",
    "net_unit",
    "balance_unit",
    "municipal_enterprise",
    "in_house_company",
    "market_company",
    "joint_authority",
    "joint_enterprise",
    "purchaser_provider",
    "service_voucher",
    "non_profit",
    "host_municipality",
]

EVERY_SERVICE: Literal["all"] = "all"


@cache
def models() -> dict[str, dict[str, dict[str, str]]]:
    """Return model → name, text, figures and law, each in fi, sv and en.

    `text` is what the model is, `figures` how it shows in the costs; `law` only where a law regulates it.
    """
    return yaml_file.read(Path(__file__).with_name("organisation_models.yaml"))
