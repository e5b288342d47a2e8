"""Provenance: agency, statistic and licence of each source, in three languages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from kuntamittari import yaml_file

INVENTED = (
    "invented"  # as interface and as source: a data set made by `synth`, or one with made-up answers of a replica
)
TREASURY = "state_treasury"  # the source whose packages a data set has each or not
TREASURY_SERVICES = ("KKTPP", "TOTT", "KKOTR")  # its packages by service and of the group, loaded when asked for


@cache
def sources() -> dict[str, dict[str, Any]]:
    """Return source id → agency and statistic (each in fi, sv, en), table and licence."""
    return yaml_file.read(Path(__file__).with_name("provenance.yaml"))


def is_invented(manifest: Mapping[str, Any]) -> bool:
    """Return whether a manifest is that of invented figures."""
    return manifest["interface"] == INVENTED


def packages(manifest: Mapping[str, Any]) -> list[str]:
    """Return the packages of the State Treasury that a data set has; one that does not say has only accounts."""
    return manifest.get("packages", ["KKNR"])


@dataclass(frozen=True)
class Age:
    """How old the figures of a source are: retrieved `days` ago, and the first and the last of their years (None where
    they have no year)."""

    source: str
    retrieved: date
    days: int
    first: int | None
    last: int | None

    def span(self, dash: str) -> str:
        """Return the years as text, such as 2015–2019 or 2018; empty where there are none."""
        return "" if self.first is None else dash.join(map(str, dict.fromkeys((self.first, self.last))))


def ages(manifest: Mapping[str, Any], today: date) -> list[Age]:
    """Return how old each source of a manifest is; none for a data set that does not say (of an earlier version, or
    invented)."""
    found = []
    for source, about in manifest.get("read", {}).items():
        retrieved = date.fromisoformat(about["retrieved"])
        first, last = about["years"] or (None, None)
        found.append(Age(source, retrieved, (today - retrieved).days, first, last))
    return found


def of_data_set(ids: Iterable[str], manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the sources that figures of a data set really have, without repetition.

    A source whose file the data set lacks is left out. Among invented figures no figure is from an agency, so every
    licensed source is replaced; uploaded figures stay the user's own.
    """
    invented = is_invented(manifest)
    loaded = [i for i in ids if sources()[i].get("file") in (None, *manifest["files"])]
    return tuple(dict.fromkeys(INVENTED if invented and sources()[i]["licence"] else i for i in loaded))


def attribution(ids: tuple[str, ...], language: str) -> str:
    """Return the source line that the licences ask for.

    Such as "Tilastokeskus, Kuntien talous …; THL, Sotkanet.fi, … (CC BY 4.0)"; sources without a licence, such as
    uploaded figures, come after it.
    """

    def named(source_ids: list[str]) -> str:
        return "; ".join(
            f"{sources()[i]['agency'][language]}, {sources()[i]['statistic'][language]}" for i in source_ids
        )

    licensed, others = (
        [i for i in ids if bool(sources()[i]["licence"]) is has_licence] for has_licence in (True, False)
    )
    parts = [f"{named(licensed)} ({licence(ids)})"] if licensed else []
    return "; ".join([*parts, *([named(others)] if others else [])])


def licence(ids: tuple[str, ...]) -> str:
    """Return the licences of sources, separated by commas; empty where they have none, such as uploaded figures."""
    return ", ".join(sorted({sources()[i]["licence"] for i in ids} - {""}))
