"""The colours of every chart in every medium: by theme, and within a theme by role.

Roles of a municipality: chosen, compared-1 to compared-3, other. Of a group: reference (its median), band (its middle
half, or what municipalities usually differ by) and noise (what figures vary by themselves). Of a map: outline (of the
chosen municipality, since blue would not be seen on its blue fill) and hatch (over what is not loaded). Of a verdict:
favourable and unfavourable, which always stand beside a word or a shape. Of what is taken apart: part-1 to part-3, and
total. Of a line: also plan. Of a cell of a rug: a verdict (`CELLS`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Theme:
    """Colours of one theme: a strong one for the chosen municipality, Okabe–Ito colours for compared ones."""

    ground: str
    text: str
    quiet: str
    chosen: str
    compared: tuple[str, str, str]
    other: str
    band: str
    grid: str
    # of a map, lowest value first: five shades of one blue, the highest furthest from the ground
    classes: tuple[str, ...]
    no_figure: str  # distinguishable from the class nearest to the ground
    hatch: str
    noise: str


THEMES = {
    "light": Theme(
        "#ffffff",
        "#1b2530",
        "#56616c",
        "#0072b2",
        ("#d55e00", "#009e73", "#b05f92"),
        "#c3c9d0",
        "#dfe6ee",
        "#e6e9ec",
        ("#c1d9ee", "#96c4df", "#6baed6", "#3182bd", "#084580"),
        "#f0f0f0",
        "#969ea6",
        "#ccd3da",
    ),
    "dark": Theme(
        "#12181f",
        "#e8edf2",
        "#a9b4bf",
        "#56b4e9",
        ("#e69f00", "#2fc79b", "#d99bc0"),
        "#566270",
        "#2a3643",
        "#2a333d",
        ("#2a547e", "#3871a5", "#5495ca", "#87bde4", "#cde5f9"),
        "#21262b",
        "#6e7882",
        "#475362",
    ),
}
# verdict of a cell → its ground and its ink, in both themes; None for that of the theme. style.css has the same
CELLS: dict[str, tuple[str | None, str | None]] = {
    "strong": ("#0b5c92", "#ffffff"),
    "weak": ("#f6c48f", "#3a2100"),
    "middle": (None, None),
    "near": (None, None),
    "quarter-1": ("#deebf7", "#12202e"),
    "quarter-2": ("#b5d3ec", "#12202e"),
    "quarter-3": ("#86b8de", "#12202e"),
    "quarter-4": ("#5a9bcc", "#0b1620"),
    "unjudged": (None, None),
    "missing": (None, None),
}
ROLES = ("chosen", "compared-1", "compared-2", "compared-3", "other")  # of a municipality
PARTS = ("part-1", "part-2", "part-3")  # of what is taken apart
LINES = (*ROLES, *PARTS, "reference", "plan")  # of a line over the years
STEPS = (*PARTS, "total")  # of a step of a waterfall


def colour(theme: Theme, role: str) -> str:
    """Return the colour of a role, the same in every medium.

    Raises KeyError for an unknown role.
    """
    first, second, third = theme.compared
    return {
        "chosen": theme.chosen,
        "compared-1": first,
        "compared-2": second,
        "compared-3": third,
        "other": theme.other,
        "reference": theme.text,
        "band": theme.band,
        "noise": theme.noise,
        "outline": first,
        "hatch": theme.hatch,
        "favourable": theme.chosen,
        "unfavourable": first,
        "part-1": second,
        "part-2": first,
        "part-3": third,
        "total": theme.chosen,
        "plan": theme.chosen,
    }[role]


def cell(theme: Theme, verdict: str) -> tuple[str, str]:
    """Return the ground and the ink of a cell of a rug. Raises KeyError for an unknown verdict."""
    ground, ink = CELLS[verdict]
    return ground or (theme.grid if verdict == "middle" else theme.ground), ink or theme.text


def line_colour(theme: Theme, role: str) -> str:
    """Return the colour of a role as a thin line or a dot; `other` is darker than as a bar, for contrast."""
    return theme.quiet if role == "other" else colour(theme, role)
