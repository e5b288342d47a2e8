"""A report as slides, and what PowerPoint would read in it."""

import io
from functools import cache
from typing import Any

from pptx import Presentation

from kuntamittari.exhibits import reporting
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import colours
from kuntamittari.exhibits.render import pptx
from kuntamittari.exhibits.reporting import Report
from kuntamittari.i18n import Translator
from kuntamittari.query.composite_costs import Difference, Effect
from kuntamittari.query.database import Database

TAMPERE = "837"


@cache
def report_of(
    bundle: Database, language: str = "fi", municipality: str = TAMPERE, year: int | None = 2018
) -> reporting.Report:
    return reporting.report(reporting.context(bundle, municipality, "largest-20", year, language))


@cache
def presentation(bundle: Database, language: str = "fi") -> Any:
    """The presentation as PowerPoint would read it."""
    return Presentation(io.BytesIO(pptx.pptx(report_of(bundle, language))))


THEME = colours.THEMES["light"]


def slide_of(exhibit: Exhibit, language: str = "fi") -> Any:
    """The slide of one exhibit as PowerPoint would read it."""
    return Presentation(io.BytesIO(pptx.pptx(Report("Tampere", "", "", language, (exhibit,))))).slides[1]


def shown_of(exhibit: Exhibit, language: str = "fi") -> Exhibit:
    """What of an exhibit its first slide shows."""
    return pptx.parts(exhibit, Translator(language))[0].exhibit


def chart_of(slide: Any) -> Any:
    [frame] = [shape for shape in slide.shapes if shape.has_chart]
    return frame.chart


def values_of(found: Any, path: str) -> list[str]:
    """Attributes of the XML of a chart or of a part of it."""
    return (found._chartSpace if hasattr(found, "_chartSpace") else found._element).xpath(path)


def numbers(chart: Any, *paths: str) -> list[float]:
    """The one number at each place of the XML of a chart."""
    found = [values_of(chart, f".//c:{path}/@val") for path in paths]
    assert all(len(values) == 1 for values in found), found
    return [float(value) for (value,) in found]


def ink(found: Any, path: str = "c:spPr/a:solidFill/a:srgbClr/@val") -> str:
    [colour] = values_of(found, path)
    return f"#{colour.lower()}"


def inks(series: Any, number: int) -> list[str]:
    """The colour of each of so many points of a series, whatever their sign."""
    assert (
        values_of(series, "c:invertIfNegative/@val") == ["0"]
        and values_of(series, "c:dPt/c:invertIfNegative/@val") == ["0"] * number
    )
    return [ink(series, f"c:dPt[c:idx/@val='{at}']/c:spPr/a:solidFill/a:srgbClr/@val") for at in range(number)]


T, LABELS = Translator("en"), {f"s{n}": f"service {n}" for n in range(20)}


def difference(effects: list[tuple[float, float]]) -> Difference:
    return Difference(
        tuple(Effect(f"s{n}", age + unit_cost, 0.0, age, unit_cost) for n, (age, unit_cost) in enumerate(effects)),
        1000,
        5,
    )
