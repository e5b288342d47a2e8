"""The verdict on a figure as a mark: each has a shape of its own, so that marks are told apart without colour."""

GLYPHS = {"strong": "▲", "near": "■", "middle": "●", "weak": "▼"}
UNJUDGED, MISSING = "·", "–"
# of a cell of a rug
MARKS = (
    GLYPHS | {f"quarter-{number}": str(number) for number in range(1, 5)} | {"unjudged": UNJUDGED, "missing": MISSING}
)
# the shape of a verdict in Vega
SHAPES = {"strong": "triangle-up", "near": "square", "middle": "circle", "weak": "triangle-down", "neutral": "diamond"}
# its outline around its middle, in pixels of a page
OUTLINES = {
    "strong": ((-6, 5), (6, 5), (0, -6)),
    "weak": ((-6, -5), (6, -5), (0, 6)),
    "near": ((-5, -5), (5, -5), (5, 5), (-5, 5)),
    "middle": ((-5, -2), (-2, -5), (2, -5), (5, -2), (5, 2), (2, 5), (-2, 5), (-5, 2)),
    "neutral": ((-6, 0), (0, -6), (6, 0), (0, 6)),
}
ROLES = {"strong": "favourable", "weak": "unfavourable"}


def role(verdict: str) -> str:
    """Return the colour role of the mark of a verdict."""
    return ROLES.get(verdict, "reference")
