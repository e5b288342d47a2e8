"""Ways in which a municipal service can be organised, each explained in three languages."""

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
    """Model → name, text (what it is), figures (how it shows in the costs) and law where one rules it, each in fi, sv
    and en."""
    return yaml_file.read(Path(__file__).with_name("organisation_models.yaml"))
