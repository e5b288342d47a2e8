"""What native slides are made of: words, colours, the place of a plot, and the data behind a chart."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from lxml import etree
from pptx.chart.data import CategoryChartData, XyChartData
from pptx.chart.xlsx import CategoryWorkbookWriter, XyWorkbookWriter
from pptx.dml.color import RGBColor
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Inches, Pt
from xlsxwriter import Workbook

from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import letters
from kuntamittari.exhibits.grammar.colours import THEMES
from kuntamittari.exhibits.render import stage, tables

PIXEL = 9525  # EMU
WIDTH, HEIGHT = 1280 * PIXEL, 720 * PIXEL
MARGIN = (1280 - stage.WIDTH) // 2 * PIXEL
SIZE = 20  # points: of all that is read on a slide, at least
LEADING = 1.2  # multiple of the font size: height of a line
LIGHT = THEMES["light"]
LANGUAGES = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
SLIDE = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
NO_WORDS = "\N{NO-BREAK SPACE}"  # an empty paragraph would get the default font size

Room = tuple[int, int, int, int]  # left, top, width and height on a slide
Place = tuple[float, float, float, float]  # the same as shares of a chart


class _Plain:
    """A writer of the workbook behind a chart that never converts text, whatever it begins with."""

    @contextmanager
    def _open_worksheet(self, file: Any) -> Iterator[Any]:
        workbook = Workbook(file, tables.PLAIN)
        yield workbook, workbook.add_worksheet()
        workbook.close()


class _CategoryWriter(_Plain, CategoryWorkbookWriter):
    pass


class _XyWriter(_Plain, XyWorkbookWriter):
    pass


class CategoryData(CategoryChartData):
    """Figures of a chart of categories."""

    @property
    def _workbook_writer(self) -> _CategoryWriter:
        return _CategoryWriter(self)


class XyData(XyChartData):
    """Figures of a chart of points."""

    @property
    def _workbook_writer(self) -> _XyWriter:
        return _XyWriter(self)


def text_box(
    slide: Any,
    words: str,
    left: int,
    top: int,
    width: int,
    height: int,
    size: int,
    language: str,
    *,
    bold: bool = False,
    ink: str = LIGHT.text,
    name: str | None = None,
    align: str = "l",
) -> Any:
    """Add words in a box and return it; lengths in EMU, `size` in points, `align`: l, r or ctr."""
    box = slide.shapes.add_textbox(left, top, width, height)
    if name:
        box.name = name
    write(box.text_frame, words, size, language, bold=bold, ink=ink, align=align)
    return box


def write(
    frame: Any, words: str, size: int, language: str, *, bold: bool = False, ink: str = LIGHT.text, align: str = "l"
) -> None:
    """Write words into the first paragraph of a text frame."""
    frame.word_wrap = True
    paragraph = frame.paragraphs[0]
    run = paragraph.add_run() if not paragraph.runs else paragraph.runs[0]
    run.text = words or NO_WORDS
    run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, rgb(ink)
    run._r.get_or_add_rPr().set("lang", LANGUAGES[language])
    paragraph._p.get_or_add_pPr().set("algn", align)


def tighten(box: Any, align: str) -> None:
    """Let a text box be as large as its words, on one line."""
    frame = box.text_frame
    frame.word_wrap = False
    frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
    frame.vertical_anchor = MSO_ANCHOR.MIDDLE
    frame.paragraphs[0]._p.get_or_add_pPr().set("algn", align)


def describe(shape: Any, name: str, words: str) -> None:
    """Set a shape's name and alternative text, and remove the shadow of PowerPoint's default style."""
    shape._element.remove(shape._element.find(f"{SLIDE}style"))
    shape.name = name
    shape._element.xpath(".//p:cNvPr")[0].set("descr", words)


def rgb(ink: str) -> RGBColor:
    """Return a colour such as #0b5c92 as PowerPoint's."""
    return RGBColor.from_string(ink.removeprefix("#").upper())


def fill(what: Any, ink: str) -> None:
    """Fill a series, a point or a marker."""
    what.format.fill.solid()
    what.format.fill.fore_color.rgb = rgb(ink)


def fill_point(bars: Any, index: int, ink: str) -> None:
    """Fill one bar of a series also where it is negative, which PowerPoint may otherwise draw white."""
    fill(bars.points[index], ink)
    [number] = bars._element.xpath(f"c:dPt/c:idx[@val='{index}']")
    number.addnext(etree.Element(f"{CHART}invertIfNegative", val="0"))


def place_plot(chart: Any, x: float, y: float, width: float, height: float) -> Place:
    """Set the place of the inside of a chart's axes, and make the chart's background transparent."""
    plot = chart._chartSpace.xpath(".//c:plotArea")[0]
    for layout in plot.findall(f"{CHART}layout"):
        plot.remove(layout)
    layout = etree.Element(f"{CHART}layout")
    manual = etree.SubElement(layout, f"{CHART}manualLayout")
    place = (x, y, width, height)
    parts = (
        ("layoutTarget", "inner"),
        ("xMode", "edge"),
        ("yMode", "edge"),
        *zip("xywh", (f"{part:.5f}" for part in place), strict=True),
    )
    for part, value in parts:
        etree.SubElement(manual, f"{CHART}{part}").set("val", value)
    plot.insert(0, layout)
    clear = etree.fromstring(
        f'<c:spPr xmlns:c="{CHART[1:-1]}" xmlns:a="{DRAWING[1:-1]}"><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>'
    )
    chart._chartSpace.find(f"{CHART}chart").addnext(clear)
    return place


def inside(frame: Any, place: Place) -> tuple[float, float, float, float]:
    """Return the place of the inside of the axes on the slide: left, top, width, height."""
    x, y, width, height = place
    return frame.left + x * frame.width, frame.top + y * frame.height, width * frame.width, height * frame.height


def add_intervals(
    series: Any, intervals: Sequence[tuple[float, float] | None], values: Sequence[float], ink: str
) -> None:
    """Add the intervals of a series' values to it as error bars."""
    bars = etree.Element(f"{CHART}errBars")
    across = series._element.getparent().tag == f"{CHART}scatterChart"
    parts = ((("errDir", "x"),) if across else ()) + (
        ("errBarType", "both"),
        ("errValType", "cust"),
        ("noEndCap", "1"),
    )
    for part, value in parts:
        etree.SubElement(bars, f"{CHART}{part}").set("val", value)
    for sign, end in (("plus", 1), ("minus", 0)):
        listed = etree.SubElement(etree.SubElement(bars, f"{CHART}{sign}"), f"{CHART}numLit")
        etree.SubElement(listed, f"{CHART}formatCode").text = "General"
        etree.SubElement(listed, f"{CHART}ptCount").set("val", str(len(values)))
        for place, (ends, number) in enumerate(zip(intervals, values, strict=True)):
            if ends:
                point = etree.SubElement(listed, f"{CHART}pt", idx=str(place))
                etree.SubElement(point, f"{CHART}v").text = repr(abs(ends[end] - number))
    line = f'<a:ln w="{Pt(2.5)}"><a:solidFill><a:srgbClr val="{rgb(ink)}"/></a:solidFill></a:ln>'
    bars.append(
        etree.fromstring(f'<c:spPr xmlns:c="{CHART[1:-1]}" xmlns:a="{DRAWING[1:-1]}"><a:noFill/>{line}</c:spPr>')
    )
    series._element.xpath("c:xVal | c:cat | c:val")[0].addprevious(bars)


def number_format(exhibit: Exhibit) -> str:
    """Return the number format of an exhibit's figures."""
    return with_signs("#,##0" + (f".{'0' * exhibit.decimals}" if exhibit.decimals else ""))


def with_signs(figures: str) -> str:
    """Return a number format with a true minus sign."""
    return f"{figures};−{figures}"


def readable_on(ground: str) -> str:
    """Return black or white, whichever has the higher contrast with a background."""
    red, green, blue = (int(ground[start : start + 2], 16) / 255 for start in (1, 3, 5))
    light = sum(
        weight * (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)
        for weight, part in ((0.2126, red), (0.7152, green), (0.0722, blue))
    )
    return "#000000" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "#ffffff"


def line_count(words: str, size: float, wide: int, bold: bool = False) -> int:
    """Return how many lines words take in a box so many EMU wide."""
    room, lines, line = (wide - 2 * Inches(0.1)) / (size * Pt(1)), 1, 0.0
    for word in words.split(" "):
        width = letters.width(word, bold)
        if line and line + width > room:
            lines, line = lines + 1, 0.0
        line += width + letters.width(" ", bold)
    return lines
