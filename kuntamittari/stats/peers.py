"""Peers: the municipalities most similar to one in structure or need, never in spending (docs/methods.md 7)."""

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from statistics import median

import numpy as np
import numpy.typing as npt

from kuntamittari.stats.group_figures import Numbers

FEWEST, USUAL, MOST = 5, 10, 15  # number of peers that a user may ask for
HEAVIEST = 5.0  # largest weight of a variable
SIZES_APART = 5.0  # times the residents of the other, up to which a municipality is a peer by its distance
ROUNDING = 1e-9  # by which logarithms of exactly so many times may be apart
POPULATION = "population"


@dataclass(frozen=True)
class Structure:
    """The variables by which municipalities are compared.

    `variables`: all of them, in order; `years`: variable → year of its figures; `values`: municipality → variable →
    figure; `z`: the same on a common scale; `aland`: codes of the municipalities of Åland; `bounded`: whether those
    far larger or smaller come after all others.
    """

    variables: tuple[str, ...]
    years: dict[str, int]
    values: dict[str, dict[str, float]]
    z: dict[str, dict[str, float]]
    aland: frozenset[str]
    bounded: bool = True

    @cached_property
    def missing(self) -> list[str]:
        """Return the variables without data, or with no variation between municipalities."""
        present = {variable for row in self.z.values() for variable in row}
        return [variable for variable in self.variables if variable not in present]

    @cached_property
    def place(self) -> dict[str, int]:
        """Return municipality → its row in `matrix`."""
        return {code: place for place, code in enumerate(self.z)}

    @cached_property
    def by_code(self) -> npt.NDArray[np.intp]:
        """Return the place of each row of `matrix` in the order of the codes."""
        return np.argsort(np.argsort(list(self.z)))

    @cached_property
    def matrix(self) -> Numbers:
        """Return z, shape (municipalities, variables); NaN where there is no figure."""
        return np.array([[row.get(v, math.nan) for v in self.variables] for row in self.z.values()]).reshape(
            len(self.z), len(self.variables)
        )

    @cached_property
    def ln_residents(self) -> Numbers:
        """Return the logarithm of the residents of each row of `matrix`; NaN where they are not known."""
        return np.log([self.values.get(code, {}).get(POPULATION, math.nan) for code in self.z])


@dataclass(frozen=True)
class Peer:
    """Another municipality and its distance in standard deviations.

    `parts`: variable → its part of the squared distance (they sum to it); `left_out`: variables for which one of the
    two municipalities has no figure; `size`: its residents as a multiple of those of the municipality, None where they
    are not known; `near_in_size`: whether it is within the bound of sizes, or there is none.
    """

    municipality: str
    distance: float
    parts: dict[str, float]
    left_out: tuple[str, ...]
    size: float | None = None
    near_in_size: bool = True


def ranked(
    structure: Structure, municipality: str, weights: Mapping[str, float], candidates: Iterable[str]
) -> list[Peer]:
    """Return the candidates in order of likeness, without the municipality itself.

    Those within five times the size come by distance; after them the others, the nearest in size first, where the
    structure is bounded. The distance is weighted Euclidean (docs/methods.md 7); `weights` names every variable. A
    variable that one of a pair lacks is left out and the remaining weights are rescaled; a candidate that shares no
    weighted variable is left out. Equals are ordered by code.
    """
    codes, parts, apart, near = _ordered(structure, municipality, weights, candidates)
    weighted = [v for v in structure.variables if weights[v] > 0]
    peers = []
    for code, of, ln_size, is_near in zip(codes, parts, apart.tolist(), near.tolist(), strict=True):
        shared = dict(zip(structure.variables, of.tolist(), strict=True))
        known = {v: part for v, part in shared.items() if v in weighted and not math.isnan(part)}
        left_out = tuple(v for v in weighted if v not in known and v not in structure.missing)
        size = None if math.isnan(ln_size) else math.exp(ln_size)
        peers.append(Peer(code, math.sqrt(sum(known.values())), known, left_out, size, is_near))
    return peers


def nearest(
    structure: Structure, municipality: str, weights: Mapping[str, float], candidates: Iterable[str], n: int
) -> tuple[list[str], Numbers, Numbers]:
    """Return the codes of the first `n` of `ranked`, the parts of their squared distances in the order of the
    variables, shape (n, variables), and their residents as multiples of those of the municipality."""
    codes, parts, apart, _ = _ordered(structure, municipality, weights, candidates)
    return codes[:n], np.nan_to_num(parts[:n]), np.exp(apart[:n])


def _ordered(
    structure: Structure, municipality: str, weights: Mapping[str, float], candidates: Iterable[str]
) -> tuple[list[str], Numbers, Numbers, Numbers]:
    """Return the candidates in order of likeness: codes, parts of the squared distance (NaN: not known), logarithm of
    size relative to the municipality, and whether they are near in size."""
    others = [code for code in candidates if code in structure.place and code != municipality]
    if municipality not in structure.place or not others:
        return [], np.empty((0, len(structure.variables))), np.empty(0), np.empty(0, dtype=bool)
    at, places = structure.place[municipality], [structure.place[code] for code in others]
    weight = np.array([weights[v] for v in structure.variables])
    squared = (structure.matrix[places] - structure.matrix[at]) ** 2 * weight
    in_all = (~np.isnan(squared) * weight).sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(in_all > 0, squared / in_all, np.nan)
    distance = np.sqrt(np.nansum(parts, axis=1))
    apart = structure.ln_residents[places] - structure.ln_residents[at]
    near = ~(np.abs(apart) > math.log(SIZES_APART) + ROUNDING) | (not structure.bounded)
    order = np.lexsort((structure.by_code[places], np.where(near, distance, np.abs(apart)), ~near))
    order = order[in_all[order, 0] > 0]
    return [others[place] for place in order], parts[order], apart[order], near[order]


def candidates(structure: Structure, municipality: str, aland: bool) -> list[str]:
    """Return the codes of possible peers: every other loaded municipality, those of Åland only with `aland`."""
    return [code for code in structure.z if code != municipality and (aland or code not in structure.aland)]


def missed(ln_value: Mapping[str, float], peers: Mapping[str, Collection[str]]) -> dict[str, float]:
    """Return municipality → how far its figure is from the median of its peers, as a difference of logarithms.

    `ln_value`: logarithms of figures; `peers`: municipality → codes, those without a figure being passed over. A
    municipality without a figure, or without a peer that has one, is left out.
    """
    found, figure = {}, {code: math.exp(ln) for code, ln in ln_value.items()}
    for code, of in peers.items():
        known = [figure[peer] for peer in of if peer in figure]
        if known and code in ln_value:
            found[code] = abs(ln_value[code] - math.log(median(known)))
    return found


def missed_by_class(ln_value: Mapping[str, float], class_of: Mapping[str, str]) -> dict[str, float]:
    """Return the same as `missed` where the peers of each municipality are all others of its class.

    `class_of`: municipality → class. Each class is sorted once: without one of its figures, its median is the figure,
    or the mean of the two figures, next to the middle.
    """
    found: dict[str, float] = {}
    of_class: dict[str, list[str]] = {name: [] for name in class_of.values()}
    for code in sorted(ln_value, key=lambda of: ln_value[of]):
        of_class[class_of[code]].append(code)
    for codes in of_class.values():
        figures, others = [math.exp(ln_value[code]) for code in codes], len(codes) - 1
        for place, code in enumerate(codes if others else ()):
            low, high = (figures[middle + (middle >= place)] for middle in ((others - 1) // 2, others // 2))
            found[code] = abs(ln_value[code] - math.log((low + high) / 2))
    return {code: found[code] for code in ln_value if code in found}
