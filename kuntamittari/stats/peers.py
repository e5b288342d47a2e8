"""Peers: the municipalities most similar to one in structure, never in spending (docs/methods.md 7)."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kuntamittari.catalog.structural_variables import variables

FEWEST, USUAL, MOST = 5, 10, 15  # number of peers that a user may ask for
HEAVIEST = 5.0  # largest weight of a variable


@dataclass(frozen=True)
class Structure:
    """The structural variables of all loaded municipalities for one service.

    `years`: variable → year of its figures, the latest up to the year asked for; `values`: municipality → variable →
    figure; `z`: the same on a robust common scale (docs/methods.md 7); `aland`: codes of the municipalities of Åland.
    """

    years: dict[str, int]
    values: dict[str, dict[str, float]]
    z: dict[str, dict[str, float]]
    aland: frozenset[str]

    @property
    def missing(self) -> list[str]:
        """Return the variables without data, or with no variation between municipalities."""
        present = {variable for row in self.z.values() for variable in row}
        return [variable for variable in variables() if variable not in present]


@dataclass(frozen=True)
class Peer:
    """Another municipality and its distance in robust standard deviations.

    `parts`: variable → its part of the squared distance (they sum to it); `left_out`: variables for which one of the
    two municipalities has no figure.
    """

    municipality: str
    distance: float
    parts: dict[str, float]
    left_out: tuple[str, ...]


def ranked(
    structure: Structure, municipality: str, weights: Mapping[str, float], candidates: Iterable[str]
) -> list[Peer]:
    """Return the candidates by distance from a municipality, the nearest first, without the municipality itself.

    The distance is weighted Euclidean (docs/methods.md 7); `weights` names every variable. A variable that one of a
    pair lacks is left out and the remaining weights are rescaled; a candidate that shares no weighted variable is left
    out. Equal distances are ordered by code.
    """
    chosen_z = structure.z.get(municipality, {})
    peers = []
    for other in candidates:
        other_z = structure.z.get(other, {})
        shared = [v for v in chosen_z if v in other_z and weights[v] > 0]
        total_weight = sum(weights[v] for v in shared)
        if other == municipality or not total_weight:
            continue
        parts = {v: weights[v] * (chosen_z[v] - other_z[v]) ** 2 / total_weight for v in shared}
        left_out = tuple(v for v in weights if weights[v] > 0 and v not in shared and v not in structure.missing)
        peers.append(Peer(other, math.sqrt(sum(parts.values())), parts, left_out))
    return sorted(peers, key=lambda peer: (peer.distance, peer.municipality))


def candidates(structure: Structure, municipality: str, aland: bool) -> list[str]:
    """Return the codes of possible peers: every other loaded municipality, those of Åland only with `aland`."""
    return [code for code in structure.z if code != municipality and (aland or code not in structure.aland)]
