"""What the pages of many indicators draw, read back and compared with their exhibits: card, rug, framework, answers."""

import base64
import html
import re
from xml.etree import ElementTree

import pytest

from kuntamittari import settings
from kuntamittari.exhibits import page_context
from kuntamittari.exhibits.answers import model, strip
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.grammar import colours, shapes, verdicts
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.exhibits.standings import framework
from kuntamittari.query.database import Database
from kuntamittari.ui.parts import card
from tests.support.markup import words
from tests.support.pages import TAMPERE, opened

LIGHT = colours.THEMES["light"]
LANGUAGES = settings.LANGUAGES


def seen(bundle: Database, language: str, **more: str) -> PageContext:
    return page_context.read({"kieli": language, **TAMPERE, **more}, bundle)


def markup(page, part: str) -> str:
    [found] = [block.proto.body for block in page.get("html") if part in block.proto.body]
    return found


def drawings(row: str) -> list[ElementTree.Element]:
    """The small pictures of a row of the card."""
    return [ElementTree.fromstring(base64.b64decode(code)) for code in re.findall(r"base64,([^']+)'", row)]


def marked(drawing: ElementTree.Element, tag: str) -> list[ElementTree.Element]:
    return [node for node in drawing.iter() if node.tag.endswith(f"}}{tag}")]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("more", [{}, {"kaikki": "1"}, {"konserni": "1"}], ids=["core", "all", "group"])
def test_the_card_draws_its_exhibit_in_order(language: str, more: dict, bundle: Database) -> None:
    exhibit = PICTURES["standing"](seen(bundle, language, **more))
    assert exhibit is not None
    body = markup(opened("card", kieli=language, **TAMPERE, **more), "km-standings")
    rows = re.findall(r"<tr role='row'><th scope='row'.*?</tr>", body)
    assert [words(re.findall(r"<th .*?</th>", row)[0]) for row in rows] == [words(name) for name in exhibit.categories]
    sections = re.findall(r"class='km-dimension'>(.*?)</th>", body)
    assert [html.unescape(name) for name in sections] == list(dict.fromkeys(exhibit.sections))
    for place, row in enumerate(rows):
        scale, trend, drawn = exhibit.scales[place], exhibit.trends[place], drawings(row)
        assert len(drawn) == bool(scale) + bool(trend)
        if scale:
            a_scale_is_drawn(drawn[0], exhibit, place)
        if trend:
            lines = marked(drawn[-1], "polyline")
            assert [len(line.attrib["points"].split()) for line in lines] == [len(one) for one in trend.stretches]
            assert marked(drawn[-1], "circle")[0].attrib["fill"] == colours.colour(LIGHT, "chosen")
            assert html.escape(trend.words) in row


def a_scale_is_drawn(drawing: ElementTree.Element, exhibit: Exhibit, place: int) -> None:
    scale, verdict = exhibit.scales[place], exhibit.roles[place]
    assert scale is not None
    half = card.SPINE / 2
    [mark], [middle_half] = marked(drawing, "polygon"), marked(drawing, "rect")
    corners = [tuple(map(float, corner.split(","))) for corner in mark.attrib["points"].split()]
    outline = verdicts.OUTLINES[verdict]
    assert len(corners) == len(outline) and mark.attrib["fill"] == colours.colour(LIGHT, verdicts.role(verdict))
    own = corners[0][0] - outline[0][0]
    assert own == pytest.approx(half + (half - 8) * scale.at(scale.value), abs=0.06)
    left = float(middle_half.attrib["x"])
    assert left == pytest.approx(half + (half - 8) * scale.half[0], abs=0.06)
    upright = [line for line in marked(drawing, "line") if line.attrib["x1"] == line.attrib["x2"]]
    assert float(upright[0].attrib["x1"]) == half, "the median is in the middle"


@pytest.mark.parametrize("order", ["mittari", "nimi", "vaesto"])
def test_the_rug_draws_its_exhibit_in_order(order: str, bundle: Database) -> None:
    asked = {"nakyma": "matto", "jarjestys": order}
    exhibit = PICTURES["rug"](seen(bundle, "fi", **asked))
    assert exhibit is not None and exhibit.verdicts and exhibit.said
    body = markup(opened("card", kieli="fi", **TAMPERE, **asked), "<table").partition("<tbody>")[2]
    rows = re.findall(r"<tr[^>]*>.*?</tr>", body)
    assert [words(re.findall(r"<th scope='row'>(.*?)</th>", row)[0]) for row in rows] == list(exhibit.categories)
    for place, row in enumerate(rows):
        cells = re.findall(r"<td>(.*?)</td>", row)
        found = [verdict[place] for verdict in exhibit.verdicts.values()]
        assert [words(cell) for cell in cells] == [verdicts.MARKS[verdict] for verdict in found]
        said = [html.unescape(re.findall(r"aria-label='([^']*)'", cell)[0]) for cell in cells]
        assert said == [listed[place] for listed in exhibit.said.values()]
        assert all(f"km-{verdict}" in cell for cell, verdict in zip(cells, found, strict=True) if verdict != "missing")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_framework_draws_its_exhibit(language: str, bundle: Database) -> None:
    exhibit = framework.whole(seen(bundle, language))
    body = markup(opened("framework", kieli=language, **TAMPERE), "km-grid")
    entries = [words(entry) for entry in re.findall(r"<li>(.*?)</li>|<p>(<a.*?)</p>", body) for entry in entry if entry]
    for place, row in enumerate(exhibit.rows):
        for column in (framework.NATIONAL, framework.MUNICIPAL):
            if row[column]:
                assert any(one.startswith(words(row[0])) and words(row[column]) in one for one in entries), row[0]
        if exhibit.roles[place] in verdicts.GLYPHS:
            mark = f"{verdicts.GLYPHS[exhibit.roles[place]]} {row[3]}"
            assert any(one.startswith(words(row[0])) and words(mark) in one for one in entries), row[0]


def test_the_strips_of_the_front_page_are_their_exhibits(bundle: Database) -> None:
    asked = {"kunnat": "179,564"}
    context = seen(bundle, "en", **asked)
    page = opened("overview", kieli="en", **TAMPERE, **asked)
    drawn = "".join(block.proto.body for block in (*page.get("html"), *page.get("markdown")))
    strips = re.findall(r"<div class='km-a-strip.*?</div>", drawn)
    answers = [answer for answer in model.of(context) if answer.gap is not None]
    assert len(strips) == len(answers) == 3
    for found, answer in zip(strips, answers, strict=True):
        exhibit = strip.of_group(context, answer)
        assert exhibit is not None and exhibit.series is not None
        [values] = exhibit.series.values()
        least, most = exhibit.ends
        dots = re.findall(r"<i class='(km-a-(?:dot|own)[^']*)' style='left:([\d.]+)%", found)
        wanted = sorted(
            (role, round(100 * (value - least) / (most - least), 2))
            for role, value in zip(exhibit.roles, values, strict=True)
            if value is not None
        )
        kinds = {"km-a-dot": "other"} | {
            f"km-a-{'own' if role == 'chosen' else 'dot'} km-a-{role} km-s-{shape}": role
            for role, shape in shapes.OF_ROLE.items()
            if role != "other"
        }
        roles = sorted((kinds[kind], float(at)) for kind, at in dots)
        assert [role for role, _ in roles] == [role for role, _ in wanted]
        assert [at for _, at in roles] == pytest.approx([at for _, at in wanted], abs=0.011)
