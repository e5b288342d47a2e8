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
    """The source line the licences ask for: "Tilastokeskus, Kuntien talous …; THL, Sotkanet.fi, … (CC BY 4.0)". What has no licence, as a
    reader's own figures, stands after it."""

    def named(some: list[str]) -> str:
        return "; ".join(f"{sources()[i]['agency'][language]}, {sources()[i]['statistic'][language]}" for i in some)

    licensed, others = ([i for i in ids if bool(sources()[i]["licence"]) is wanted] for wanted in (True, False))
    said = [f"{named(licensed)} ({licence(ids)})"] if licensed else []
    return "; ".join([*said, *([named(others)] if others else [])])


def licence(ids: tuple[str, ...]) -> str:
    """The licences of sources; nothing where there is none, as of a reader's own figures."""
    return ", ".join(sorted({sources()[i]["licence"] for i in ids} - {""}))
