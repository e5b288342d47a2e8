"""Where figures come from: agency, statistic and licence of each source, in three languages."""

from functools import cache
from typing import Any

import yaml

from kuntamittari.settings import PACKAGE


@cache
def sources() -> dict[str, dict[str, Any]]:
    """Source id → agency and statistic (fi, sv, en), table, licence."""
    return yaml.safe_load((PACKAGE / "sources" / "provenance.yaml").read_text("utf-8"))


def attribution(ids: tuple[str, ...], language: str) -> str:
    """The source line the licences ask for: "Tilastokeskus, Kuntien talous …; THL, Sotkanet.fi, … (CC BY 4.0)"."""
    parts = [f"{sources()[i]['agency'][language]}, {sources()[i]['statistic'][language]}" for i in ids]
    return "; ".join(parts) + (f" ({licence(ids)})" if licence(ids) else "")


def licence(ids: tuple[str, ...]) -> str:
    """The licences of sources; nothing where there is none, as of a reader's own figures."""
    return ", ".join(sorted({sources()[i]["licence"] for i in ids} - {""}))
