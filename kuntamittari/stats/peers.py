"""Peers: the municipalities most like one by structure, and never by spending (docs/methods.md 7)."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kuntamittari.catalog.structural_variables import variables

FEWEST, USUAL, MOST = 5, 10, 15  # peers a reader may ask for
HEAVIEST = 5.0  # weight


@dataclass(frozen=True)
class Structure:
    """The structural variables of all loaded municipalities for one service. `years`: variable → the year of its
    figures (its latest up to the year asked for); `values`: municipality → variable → the figure; `z`: the same on one
    scale; `aland`: the municipalities of Åland."""

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
    """Another municipality, `distance` away in robust standard deviations. `parts`: what each variable adds to the
    square of the distance (they sum to it); `left_out`: variables that one of the two has no figure of."""

    municipality: str
    distance: float
    parts: dict[str, float]
    left_out: tuple[str, ...]


def ranked(found: Structure, municipality: str, weights: Mapping[str, float], candidates: Iterable[str]) -> list[Peer]:
    """The candidates in order of likeness, the municipality itself never among them: weighted Euclidean distance, where
    a variable that one of a pair lacks is left out and the rest are rescaled by their weights."""
    mine = found.z.get(municipality, {})
    peers = []
    for other in candidates:
        theirs = found.z.get(other, {})
        shared = [v for v in mine if v in theirs and weights[v] > 0]
        whole = sum(weights[v] for v in shared)
        if other == municipality or not whole:
            continue
        parts = {v: weights[v] * (mine[v] - theirs[v]) ** 2 / whole for v in shared}
        left_out = tuple(v for v in weights if weights[v] > 0 and v not in shared and v not in found.missing)
        peers.append(Peer(other, math.sqrt(sum(parts.values())), parts, left_out))
    return sorted(peers, key=lambda peer: (peer.distance, peer.municipality))


def candidates(found: Structure, municipality: str, aland: bool) -> list[str]:
    """Who may be a peer: every loaded municipality but those of Åland, which come in when they are asked for."""
    return [code for code in found.z if code != municipality and (aland or code not in found.aland)]
