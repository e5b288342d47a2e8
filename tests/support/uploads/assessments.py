"""Self-assessments by CAF of municipalities that do not exist."""

from fractions import Fraction

from kuntamittari.uploads.assessment import Assessment, parts
from tests.support.uploads.made_up_survey import CODES

A, B = CODES[:2]


def scored(code: str, year: int, score: int = 50, **of: int) -> Assessment:
    """An assessment with the same score everywhere but for some criteria (c1=70)."""
    scores = {part: of.get(f"c{criterion}", score) for part, criterion in parts().items()}
    return Assessment(municipality=code, year=year, scores=scores)


def partly(code: str, year: int, **scores: int) -> Assessment:
    """An assessment of some sub-criteria: p1_1=40."""
    return Assessment(
        municipality=code, year=year, scores={part[1:].replace("_", "."): score for part, score in scores.items()}
    )


def by_hand(values: list[int]) -> tuple[float, float, float]:
    """Quartiles with the ends included: the value at a quarter, half and three quarters of the way from the least to
    the most."""
    ordered = sorted(values)

    def at(share: Fraction) -> float:
        place, rest = divmod(share * (len(ordered) - 1), 1)
        low = ordered[int(place)]
        return float(low + rest * (ordered[min(int(place) + 1, len(ordered) - 1)] - low))

    return at(Fraction(1, 4)), at(Fraction(1, 2)), at(Fraction(3, 4))
