"""Where figures come from: agency, statistic and licence of each source, in three languages."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kuntamittari import yaml_file

INVENTED = "invented"  # the interface of a data set that `synth` made, and the only source of its figures


@cache
def sources() -> dict[str, dict[str, Any]]:
    """Source id → agency and statistic (fi, sv, en), table, licence."""
    return yaml_file.read(Path(__file__).with_name("provenance.yaml"))


def is_invented(manifest: Mapping[str, Any]) -> bool:
    """Whether a manifest is that of an invented country."""
    return manifest["interface"] == INVENTED


def known(ids: Iterable[str], manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Sources as a data set has them: of an invented country nothing is from an agency; a reader's own figures stay
    hers."""
    invented = is_invented(manifest)
    return tuple(dict.fromkeys(INVENTED if invented and sources()[i]["licence"] else i for i in ids))


def attribution(ids: tuple[str, ...], language: str) -> str:
    """The source line the licences ask for: "Tilastokeskus, Kuntien talous …; THL, Sotkanet.fi, … (CC BY 4.0)". What
    has no licence, as a reader's own figures, stands after it."""

    def named(some: list[str]) -> str:
        return "; ".join(f"{sources()[i]['agency'][language]}, {sources()[i]['statistic'][language]}" for i in some)

    licensed, others = ([i for i in ids if bool(sources()[i]["licence"]) is wanted] for wanted in (True, False))
    said = [f"{named(licensed)} ({licence(ids)})"] if licensed else []
    return "; ".join([*said, *([named(others)] if others else [])])


def licence(ids: tuple[str, ...]) -> str:
    """The licences of sources; nothing where there is none, as of a reader's own figures."""
    return ", ".join(sorted({sources()[i]["licence"] for i in ids} - {""}))
