"""Peers: the municipalities most like one by structure, and never by spending (METHODS 7)."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from kuntamittari import services, yaml_file
from kuntamittari.database import Database
from kuntamittari.settings import PACKAGE

FEWEST, USUAL, MOST = 5, 10, 15  # peers a reader may ask for
HEAVIEST = 5.0  # weight


@cache
def variables() -> dict[str, dict[str, Any]]:
    """Structural variable → key in the address, usual weight, name and unit in three languages, decimals."""
    return yaml_file.read(PACKAGE / "structure.yaml")


def usual_weights() -> dict[str, float]:
    """The weights where the reader has set none."""
    return {variable: float(about["weight"]) for variable, about in variables().items()}


@dataclass(frozen=True)
class Structure:
    """The structural variables of all loaded municipalities for one service. `years`: variable → the year of its figures (its
    latest up to the year asked for); `values`: municipality → variable → the figure; `z`: the same on one scale; `aland`:
    the municipalities of Åland."""

    years: dict[str, int]
    values: dict[str, dict[str, float]]
    z: dict[str, dict[str, float]]
    aland: frozenset[str]

    @property
    def missing(self) -> list[str]:
        """Variables that the data lack, or that do not vary."""
        known = {variable for row in self.z.values() for variable in row}
        return [variable for variable in variables() if variable not in known]


@dataclass(frozen=True)
class Peer:
    """Another municipality, `distance` away in robust standard deviations. `parts`: what each variable adds to the square of
    the distance (they sum to it); `left_out`: variables that one of the two has no figure of."""

    municipality: str
    distance: float
    parts: dict[str, float]
    left_out: tuple[str, ...]


def structure(database: Database, service: str | None, year: int) -> Structure:
    """The variables as they stood in a year, for those whom a service is for (everybody, where there is no service)."""
    youngest, oldest = services.ages(service)
    measures = [{"variable": v, "measure": about["measure"]} for v, about in variables().items() if "measure" in about]
    rows = database.query("structure", age_from=youngest, age_to=oldest, year=year, measures=measures).to_pylist()
    values: dict[str, dict[str, float]] = {}
    z: dict[str, dict[str, float]] = {}
    for row in rows:
        values.setdefault(row["municipality"], {})[row["variable"]] = row["value"]
        if row["z"] is not None:
            z.setdefault(row["municipality"], {})[row["variable"]] = row["z"]
    aland = frozenset(row["municipality"] for row in rows if row["aland"])
    return Structure({row["variable"]: row["year"] for row in rows}, values, z, aland)


def ranked(found: Structure, municipality: str, weights: Mapping[str, float], candidates: Iterable[str]) -> list[Peer]:
    """The candidates in order of likeness, the municipality itself never among them: weighted Euclidean distance, where a
    variable that one of a pair lacks is left out and the rest are rescaled by their weights."""
    own = found.z.get(municipality, {})
    peers = []
    for other in candidates:
        theirs = found.z.get(other, {})
        shared = [v for v in own if v in theirs and weights[v] > 0]
        whole = sum(weights[v] for v in shared)
        if other == municipality or not whole:
            continue
        parts = {v: weights[v] * (own[v] - theirs[v]) ** 2 / whole for v in shared}
        left_out = tuple(v for v in weights if weights[v] > 0 and v not in shared and v not in found.missing)
        peers.append(Peer(other, math.sqrt(sum(parts.values())), parts, left_out))
    return sorted(peers, key=lambda peer: (peer.distance, peer.municipality))


def candidates(found: Structure, municipality: str, aland: bool) -> list[str]:
    """Who may be a peer: every loaded municipality but those of Åland, which come in when they are asked for."""
    return [code for code in found.z if code != municipality and (aland or code not in found.aland)]
