"""The shapes of points by the role of their municipality, the same in every medium: colour alone tells nobody apart."""

from kuntamittari.exhibits.grammar.colours import ROLES

OF_ROLE = dict.fromkeys(ROLES, "square") | {"chosen": "diamond", "other": "circle"}
# corners of the shapes that have any, from their middle, to the right and down, where a circle reaches from -1 to 1
CORNERS = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "diamond": ((0, -1.2), (1.2, 0), (0, 1.2), (-1.2, 0)),
    "triangle-up": ((0, -1), (1, 0.9), (-1, 0.9)),
    "triangle-down": ((0, 1), (1, -0.9), (-1, -0.9)),
}
