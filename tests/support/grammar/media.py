"""What an exhibit is in each medium, read back and compared with it."""

import io
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import openpyxl
import pytest
from pptx import Presentation
from pptx.enum.text import MSO_ANCHOR
from pptx.util import Pt

from kuntamittari.exhibits import vector
from kuntamittari.exhibits.exhibit import BECAUSE, BY_SERIES, Exhibit
from kuntamittari.exhibits.grammar import colours
from kuntamittari.exhibits.grammar.pictures import PLACED
from kuntamittari.exhibits.render import pdf, png, pptx, reports, stage, svg
from kuntamittari.exhibits.render.slides import parts
from kuntamittari.exhibits.render.slides.parts import HEIGHT, WIDTH
from kuntamittari.exhibits.render.svg import Canvas
from kuntamittari.exhibits.reporting import Report
from kuntamittari.i18n import Translator
from tests.support.grammar import shapes, standings
from tests.support.grammar.svg_read import Box, Picture, read, read_words, width
from tests.support.slides import THEME, ink, numbers, values_of

# pixels of width and height and of the font
WINDOWS = ((320, 560, 14), (390, 700, 14), (768, 560, 16), (1366, 700, 18), (1920, 1000, 26))
DOCUMENTS = (288, 358, 700, 860)  # pixels of width of a picture in a document


def known(exhibit: Exhibit) -> list[tuple[str, str, float]]:
    """The categories, roles and values of a chart of one series, as far as there is a value."""
    assert exhibit.series is not None
    [values] = exhibit.series.values()
    rows = zip(exhibit.categories, exhibit.roles, values, strict=True)
    return [(name, role, value) for name, role, value in rows if value is not None]


def straight(values: list[float], places: list[float]) -> tuple[float, float]:
    """Where zero is, and how many pixels one is, on the axis on which all values have their places."""
    (low, first), (high, last) = min(zip(values, places, strict=True)), max(zip(values, places, strict=True))
    scale = (last - first) / (high - low) if high > low else 0.0
    assert places == pytest.approx([first + scale * (value - low) for value in values], abs=0.7)
    return first - scale * low, scale


# SVG


def span(mark: Any) -> tuple[float, float]:
    """Where a bar begins and ends across."""
    start, length = mark.attributes["d"].removeprefix("M").split("v")[0].split("h")
    left = float(start.split(",")[0]) + mark.x
    return left, left + float(length)


def drawn_bars(exhibit: Exhibit, picture: Picture) -> None:
    bars = picture.of("bar")
    inks = [colours.colour(THEME, role) for role in exhibit.roles]
    assert exhibit.series is not None
    if exhibit.kind == "waterfall":
        assert [bar.attributes["fill"] for bar in bars] == inks
        ends = [end for places in exhibit.spans for end in (min(places), max(places))]
        straight([*ends, 0.0], [*(end for bar in bars for end in span(bar)), picture.rules[0].left + 0.5])
        return
    rows = [
        (value, exhibit.roles[number if exhibit.kind in BY_SERIES else at])
        for number, values in enumerate(exhibit.series.values())
        for at, value in enumerate(values)
        if value is not None
    ]
    assert [bar.attributes["fill"] for bar in bars] == [colours.colour(THEME, role) for _, role in rows]
    sizes = [span(bar)[1] - span(bar)[0] for bar in bars]
    zero = [span(bar)[0 if value >= 0 else 1] for bar, (value, _) in zip(bars, rows, strict=True)]
    assert zero == pytest.approx([zero[0]] * len(zero), abs=0.1), "every bar starts at zero"
    assert straight([0.0, *(abs(value) for value, _ in rows)], [0.0, *sizes])[0] == pytest.approx(0, abs=0.7)


def drawn_dots(exhibit: Exhibit, picture: Picture) -> None:
    dots, rows = picture.of("point"), known(exhibit)
    by_place = sorted(dots, key=lambda dot: dot.x)
    by_value = sorted(rows, key=lambda row: row[2])
    zero, scale = straight([value for *_, value in by_value], [dot.x for dot in by_place])
    own = sorted(colours.line_colour(THEME, role) for _, role, _ in rows)
    assert sorted(dot.attributes["fill"] for dot in dots) == own
    for _, role, value in rows:
        if role != "other":
            [dot] = [dot for dot in dots if dot.attributes["fill"] == colours.line_colour(THEME, role)]
            assert dot.x == pytest.approx(zero + scale * value, abs=0.7)
    band, reference = picture.of("rect mark"), picture.of("tick") or picture.of("rule mark")
    assert exhibit.reference and exhibit.band
    assert span(band[0]) == pytest.approx([zero + scale * end for end in (exhibit.band.low, exhibit.band.high)], abs=1)
    middles = [mark for mark in reference if "median" in mark.fields]
    assert middles and {mark.attributes.get("fill", mark.attributes.get("stroke")) for mark in middles} <= {
        colours.colour(THEME, "reference"),
        "transparent",
    }


def drawn_lines(exhibit: Exhibit, picture: Picture) -> None:
    assert exhibit.series is not None
    lines = {mark.fields["series"]: mark.attributes["stroke"] for mark in picture.of("line mark")}
    roles = dict(zip(exhibit.series, exhibit.roles, strict=True))
    assert lines == {name: colours.line_colour(THEME, role) for name, role in roles.items() if role != "band"}
    points = picture.of("point")
    values = [
        value
        for name, values in exhibit.series.items()
        for value in values
        if value is not None and roles[name] != "band"
    ]
    assert len(points) == len(values)
    assert sorted(point.y for point in points) == sorted(point.y for point in points)
    straight(sorted(values, reverse=True), sorted(point.y for point in points))


def drawn_points(exhibit: Exhibit, picture: Picture) -> None:
    along = math.log if exhibit.logarithmic else float
    points = picture.of("point")
    straight(sorted(along(x) for *_, x, _ in exhibit.points), sorted(point.x for point in points))
    straight(sorted((y for *_, y in exhibit.points), reverse=True), sorted(point.y for point in points))
    inks = [colours.line_colour(THEME, role) for _, role, _, _ in exhibit.points]
    assert sorted(point.attributes["fill"] for point in points) == sorted(inks)
    areas = [mark.attributes["fill"] for mark in picture.of("area mark")]
    assert areas == [colours.colour(THEME, limits.role) for limits in exhibit.ranges]


def drawn_panels(exhibit: Exhibit, picture: Picture) -> None:
    points, bands = picture.of("point"), iter(picture.of("rect mark"))
    for number, panel in enumerate(exhibit.panels):
        found = [point for point in points if point.fields["panel"] == str(number)]
        rows = known(panel)
        assert sorted(point.attributes["fill"] for point in found) == sorted(
            colours.line_colour(THEME, role) for _, role, _ in rows
        )
        by_value = sorted(value for *_, value in rows)
        zero, scale = straight(by_value, sorted(point.x for point in found))
        if exhibit.in_rows:  # in the order of the members
            downwards = sorted(found, key=lambda point: point.y)
            assert [point.x for point in downwards] == pytest.approx([zero + scale * v for *_, v in rows], abs=0.7)
        if panel.band:
            ends = [zero + scale * end for end in (panel.band.low, panel.band.high)]
            assert span(next(bands)) == pytest.approx(ends, abs=1)
    assert next(bands, None) is None


def drawn_areas(exhibit: Exhibit, picture: Picture) -> None:
    shapes = picture.of("geoshape")
    inks = [THEME.classes[area.level - 1] if area.level else THEME.no_figure for area in exhibit.areas]
    assert [shape.attributes["fill"] for shape in shapes[: len(inks)]] == inks
    outlined = [shape for shape in shapes if shape.attributes.get("stroke") == colours.colour(THEME, "outline")]
    assert len(outlined) == exhibit.roles.count("chosen") > 0
    hatched = [shape for shape in shapes if shape.attributes.get("stroke") == colours.colour(THEME, "hatch")]
    assert len(hatched) == (not all(area.loaded for area in exhibit.areas))


DRAWN = {
    "bars": drawn_bars,
    "pairs": drawn_bars,
    "waterfall": drawn_bars,
    "dots": drawn_dots,
    "lines": drawn_lines,
    "scatter": drawn_points,
    "panels": drawn_panels,
    "map": drawn_areas,
    "spine": standings.drawn_spine,
    "rug": standings.drawn_rug,
}


def said(exhibit: Exhibit, picture: Picture) -> None:
    """Names, the reference and the band are written."""
    written = "".join("".join(box.words.split()) for box in picture.words)
    for mark in (exhibit.reference, exhibit.band):
        assert mark is None or "".join(mark.label.split()) in written
    names = [name for name, role, _ in known(exhibit) if role != "other"] if exhibit.kind == "dots" else []
    names += exhibit.categories if exhibit.kind in ("bars", "pairs", "waterfall") else ()
    names += exhibit.series if exhibit.kind == "lines" and exhibit.series else ()
    names += standings.said(exhibit) if exhibit.kind in PLACED else ()
    names += [name for name, role, *_ in exhibit.points if role != "other"] if exhibit.kind == "scatter" else []
    names += [limits.label for limits in exhibit.ranges] + list(exhibit.limits)
    names += [area.name for area in exhibit.areas if area.named == 1]
    for panel in exhibit.panels:
        names += [name for name, role in zip(panel.categories, panel.roles, strict=True) if role != "other"]
        names += [panel.title, *panel.words]
    unsaid = [name for name in names if "".join(name.partition(BECAUSE)[0].split()) not in written]
    assert unsaid == [], unsaid


def of_pictures(
    exhibits: Mapping[str, Exhibit], language: str, windows: Sequence[tuple[int, int, int]]
) -> tuple[int, list[str]]:
    """Compare exhibits with their pictures at each width and in the PDF; how many, and faults of their words."""
    number, faults = 0, []
    for name, exhibit in exhibits.items():
        if exhibit.kind == "table":
            continue
        for shown, canvas in _canvases(exhibit, language, windows):
            spec = svg.picture(shown, replace(canvas, font="sans-serif"))
            picture = read(png.svg(standings.told(spec) if exhibit.kind in PLACED else spec).decode())
            DRAWN[exhibit.kind](shown, picture)
            said(shown, picture)
            if exhibit.kind in shapes.KINDS:
                shapes.of_page(picture)
            faults += [f"{name}, {canvas.width} px: {fault}" for fault in picture.faults()]
            number += 1
    return number, faults


def _canvases(
    exhibit: Exhibit, language: str, windows: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[Exhibit, Canvas]]:
    """What is drawn of an exhibit, and where: at each width, in the PDF, and of a spine or a rug also on the stage."""
    t = Translator(language)
    for across, down, size in windows:
        needed = svg.height(exhibit, t, across, size) if exhibit.kind in PLACED else 0
        yield exhibit, svg.fitted(exhibit, Canvas(language, size=size, width=across, height=max(down, needed)))
    yield exhibit, pdf._canvas(exhibit, Report("", "", "", language, (exhibit,)))
    for part in stage.slides(exhibit, t) if exhibit.kind in PLACED else ():
        for canvas in (stage.canvas(exhibit, language, "light"), stage.upright_canvas(language, "light")):
            yield part.exhibit, svg.fitted(part.exhibit, canvas)


def of_documents(exhibits: Mapping[str, Exhibit], language: str) -> tuple[int, list[str]]:
    """Compare the words of exhibits with those of their pictures in documents; how many, and faults of the words."""
    number, faults, t = 0, [], Translator(language)
    for name, exhibit in exhibits.items():
        if exhibit.kind == "table":
            continue
        for across in DOCUMENTS:
            drawn = vector.picture(exhibit, t, across).markup()
            picture = read_words(drawn)
            said(exhibit, picture)
            if exhibit.kind in shapes.KINDS:
                shapes.of_document(drawn)
            faults += [f"{name}, {across} px: {fault}" for fault in picture.faults()]
            number += 1
    return number, faults


# Slides


def boxes(slide: Any) -> list[Box]:
    """The words of a slide where they are drawn, those of one line as large as their text."""
    found = []
    for shape in slide.shapes:
        if not shape.has_text_frame or not shape.text_frame.text.strip():
            continue
        frame, runs = shape.text_frame, [run for line in shape.text_frame.paragraphs for run in line.runs]
        size = runs[0].font.size.pt
        if frame.word_wrap is not False:
            lines = parts.line_count(frame.text, size, shape.width, bool(runs[0].font.bold))
            down = min(shape.height, lines * size * parts.LEADING * Pt(1))
            wide = (
                max(width(line, size, bool(runs[0].font.bold)) for line in frame.text.split("\n"))
                if lines == 1
                else 1e9
            )
            across = min(shape.width, wide * Pt(1) + 2 * frame.margin_left)
            right = frame.paragraphs[0]._p.pPr is not None and frame.paragraphs[0]._p.pPr.get("algn") == "r"
            left = shape.left + shape.width - across if right else shape.left
            top = shape.top + (shape.height - down) / 2 if frame.vertical_anchor == MSO_ANCHOR.MIDDLE else shape.top
            found.append(Box(frame.text, left, top, left + across, top + down))
            continue
        wide = width(frame.text, size, bool(runs[0].font.bold)) * Pt(1)
        middle, centre = shape.left + shape.width / 2, shape.top + shape.height / 2
        found.append(
            Box(frame.text, middle - wide / 2, centre - size * Pt(0.5), middle + wide / 2, centre + size * Pt(0.5))
        )
    return found


SMALL = {"Source", "Cells"}  # words of a slide that are read in the file, not from the back row, and marks of a rug


def sizes(slide: Any) -> Iterator[tuple[str, float]]:
    """The size in points of all words of a slide: of boxes, tables and charts."""
    for shape in slide.shapes:
        if shape.has_text_frame:
            frames = [shape.text_frame]
        elif shape.has_table:
            frames = [cell.text_frame for row in shape.table.rows for cell in row.cells]
        else:
            frames = []
            if shape.has_chart:
                chart = shape.chart._chartSpace
                assert chart.xpath("c:txPr//a:defRPr/@sz"), "words of a chart without a size of their own"
                yield from (("chart", int(size) / 100) for size in chart.xpath(".//@sz"))
        for frame in frames:
            for run in (run for line in frame.paragraphs for run in line.runs if run.text.strip()):
                if shape.name not in SMALL:
                    yield run.text, run.font.size.pt


def of_a_native_chart(exhibit: Exhibit, frames: list[Any], name: str) -> None:
    """The values, order, roles, reference and intervals of the charts of a slide."""
    chart = frames[0].chart
    series = list(chart.plots[len(chart.plots) - 1].series)
    marker = "c:marker/c:spPr/a:solidFill/a:srgbClr/@val"
    if exhibit.kind in ("bars", "pairs", "waterfall"):
        assert list(chart.plots[0].categories) == list(exhibit.categories), name
        assert numbers(chart, "catAx/c:crossesAt") == [0] and values_of(chart, ".//c:orientation/@val")[0] == "maxMin"
    if exhibit.kind in ("bars", "pairs"):
        assert [tuple(bars.values) for bars in series] == list((exhibit.series or {}).values())
    if exhibit.kind == "lines":
        drawn = {line.name: line.values for line in series}
        assert exhibit.series is not None
        roles = dict(zip(exhibit.series, exhibit.roles, strict=True))
        assert drawn == {n: v for n, v in exhibit.series.items() if roles[n] != "band"}, name
    if exhibit.kind == "scatter":
        points = [
            (float(x), float(y), ink(one, marker))
            for one in series
            if values_of(one, "c:marker/c:symbol/@val") != ["none"]
            for x, y in zip(values_of(one, "c:xVal//c:v/text()"), values_of(one, "c:yVal//c:v/text()"), strict=True)
        ]
        wanted = [(x, y, colours.line_colour(THEME, role)) for _, role, x, y in exhibit.points]
        assert sorted(points) == sorted(wanted), name
        assert values_of(chart, ".//c:valAx/c:scaling/c:logBase/@val") != [] if exhibit.logarithmic else True
        assert exhibit.reference is None or {exhibit.reference.value} == {
            float(y) for y in values_of(series[-1], "c:yVal//c:v/text()")
        }
    if exhibit.kind == "spine":
        standings.native_spine(exhibit, chart)
    if exhibit.kind == "panels":
        assert len(frames) == len(exhibit.panels)
        for frame, panel in zip(frames, exhibit.panels, strict=True):
            found = sorted(
                (float(x), ink(one, marker))
                for one in frame.chart.plots[0].series
                for x in values_of(one, "c:xVal//c:v/text()")
            )
            assert found == sorted((value, colours.line_colour(THEME, role)) for _, role, value in known(panel)), name
            least, most = (float(values_of(frame.chart, f".//c:valAx[1]/c:scaling/c:{end}/@val")[0]) for end in MINMAX)
            assert (least, most) == pytest.approx(panel.ends)
    if exhibit.kind == "dots":
        found = sorted(
            (float(x), ink(one, marker)) for one in series[:-1] for x in values_of(one, "c:xVal//c:v/text()")
        )
        assert found == sorted((value, colours.line_colour(THEME, role)) for _, role, value in known(exhibit))
        assert exhibit.reference is not None
        assert {float(x) for x in values_of(series[-1], "c:xVal//c:v/text()")} == {exhibit.reference.value}
        whiskers = sum(len(values_of(one, "c:errBars/c:plus//c:pt")) for one in series)
        assert whiskers == sum(
            role != "other" and bool(ends) for role, ends in zip(exhibit.roles, exhibit.intervals, strict=False)
        )


MINMAX = ("min", "max")


def of_slides(exhibits: Mapping[str, Exhibit], language: str) -> tuple[int, list[str]]:
    """Compare exhibits with their slides; how many there are, and faults of their words."""
    t = Translator(language)
    report = Report("Kunta", "Ryhmä", "", language, tuple(exhibits.values()))
    slides = iter(list(Presentation(io.BytesIO(pptx.pptx(report))).slides)[1:])
    number, faults = 0, list[str]()
    for name, exhibit in exhibits.items():
        for part in pptx.parts(exhibit, t):
            slide, shown = next(slides), part.exhibit
            number += 1
            assert len(exhibit.headline.split(" ")) <= 12, exhibit.headline
            assert slide.shapes.title.text_frame.text == exhibit.headline
            assert part.remark in " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
            faults += [f"{name}: {words!r} in {size} points" for words, size in sizes(slide) if size < parts.SIZE]
            frames = [shape for shape in slide.shapes if shape.has_chart]
            assert bool(frames) == (exhibit.kind not in ("table", "map", "rug")), name
            if frames:
                of_a_native_chart(shown, frames, name)
                if exhibit.kind in shapes.KINDS:
                    shapes.of_slide([frame.chart for frame in frames])
            if exhibit.kind == "rug":
                standings.native_rug(exhibit, slide)
            words = boxes(slide)
            for mark in (shown.reference, shown.band, *shown.ranges):
                assert mark is None or mark.label in [box.words for box in words]
            faults += [
                f"{name}: {one.words!r} meets {other.words!r}"
                for one, other in itertools.combinations(words, 2)
                if one.meets(other, 2 * Pt(1))
            ]
            cut = [box for box in words if box.left < 0 or box.right > WIDTH or box.bottom > HEIGHT]
            faults += [f"{name}: {box.words!r} is cut" for box in cut]
            for shape in slide.shapes:
                if shape.has_table and shape.top + shape.height > HEIGHT - pptx.FOOT + pptx.PADDING:
                    faults.append(f"{name}: the table reaches into the source")
    assert next(slides, None) is None
    return number, faults


def of_sheets(exhibits: Mapping[str, Exhibit], language: str) -> int:
    """Compare exhibits with their sheets of a workbook; how many there are."""
    found = tuple(exhibits.values())
    book = openpyxl.load_workbook(io.BytesIO(reports.xlsx(Report("", "", "", language, found))))
    for sheet, exhibit in zip(book.worksheets, found, strict=False):
        head, *rows = sheet.iter_rows(values_only=True)
        if exhibit.series is None or exhibit.cells:
            assert list(head) == list(exhibit.cell_heads or exhibit.heads)
            cells = exhibit.cells or exhibit.rows
            assert [[part or None for part in row] for row in rows] == [
                [pytest.approx(part) if isinstance(part, float) and part else part or None for part in row]
                for row in cells
            ]
            continue
        number = len(exhibit.series)
        assert list(head[1 : 1 + number]) == list(exhibit.series)
        assert [str(row[0]) for row in rows] == list(exhibit.categories)
        assert [row[1 : 1 + number] for row in rows] == [
            pytest.approx(values) for values in zip(*exhibit.series.values(), strict=True)
        ]
        if any(exhibit.intervals):
            ends = [pytest.approx(pair or (None, None)) for pair in exhibit.intervals]
            assert [row[1 + number : 3 + number] for row in rows] == ends
    return len(found)
