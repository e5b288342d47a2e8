"""The card, the rug and the framework as exhibits: places on scales, forms that fit, colours in one file."""

import re
from itertools import chain

import pytest

from kuntamittari import settings
from kuntamittari.exhibits import page_context, vector
from kuntamittari.exhibits.exhibit import Exhibit, Scale, Trend
from kuntamittari.exhibits.grammar import colours, rug, spine, verdicts
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.registry import PICTURES, names
from kuntamittari.exhibits.standings import framework
from kuntamittari.query.database import Database

STYLES = settings.PACKAGE / "ui" / "styles"
PLACE = {"kunta": "837", "ryhma": "largest-20", "vuosi": "2018"}


def context_of(bundle: Database, **more: str) -> PageContext:
    return page_context.read(PLACE | {"kieli": "fi"} | more, bundle)


def exhibit_of(bundle: Database, name: str, **more: str) -> Exhibit:
    found = PICTURES[name](context_of(bundle, **more))
    assert found is not None
    return found


def test_the_median_is_in_the_middle_and_better_is_to_the_right() -> None:
    more_is_better = Scale(value=8.0, low=2.0, q1=4.0, median=5.0, q3=7.0, high=10.0)
    assert [more_is_better.at(figure) for figure in (5.0, 10.0, 0.0)] == [0.0, 1.0, -1.0]
    assert more_is_better.ends == pytest.approx((-0.6, 1.0)) and more_is_better.half == pytest.approx((-0.2, 0.4))
    less_is_better = Scale(value=8.0, low=2.0, q1=4.0, median=5.0, q3=7.0, high=10.0, sign=-1)
    assert less_is_better.at(8.0) == pytest.approx(-0.6)
    assert less_is_better.ends == pytest.approx((-1.0, 0.6)) and less_is_better.half == pytest.approx((-0.4, 0.2))
    assert Scale(20.0, 2.0, 4.0, 5.0, 7.0, 10.0).at(20.0) == 1.0, "a place outside of the group is on the scale too"
    assert Scale(5.0, 5.0, 5.0, 5.0, 5.0, 5.0).ends == (0.0, 0.0)


def test_stretches_of_a_trend_share_one_scale() -> None:
    trend = Trend((((2010, 1.0), (2012, 3.0)), ((2014, 2.0),)))
    assert trend.places == (((0.0, 0.0), (0.5, 1.0)), ((1.0, 0.5),))
    assert Trend((((2010, 4.0), (2011, 4.0)),)).places == (((0.0, 0.5), (1.0, 0.5)),)


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_a_spine_goes_on_until_every_figure_is_shown_and_each_part_fits(language: str, bundle: Database) -> None:
    context = context_of(bundle, kieli=language, kaikki="1")
    exhibit = exhibit_of(bundle, "standing", kieli=language, kaikki="1")
    valued = [name for name, cells in zip(exhibit.categories, exhibit.cells, strict=True) if cells[1] is not None]
    for width, depth in ((44.7, 17.6), (27.7, 38.0), (47.4, 66.0)):
        parts = spine.parts(exhibit, context.t, width, depth)
        assert list(chain.from_iterable(part.categories for part in parts)) == valued
        assert all(spine.layout(part, context.t, width, depth).depth <= depth + spine.SLACK for part in parts)
        assert max(len(part.categories) for part in parts) - min(len(part.categories) for part in parts) < len(parts)


def test_a_rug_is_read_where_there_is_room_and_a_pattern_elsewhere(bundle: Database) -> None:
    exhibit, t = exhibit_of(bundle, "rug", kunnat="179,564"), context_of(bundle).t
    read, pattern = rug.layout(exhibit, t, 60.0, 1000.0), rug.layout(exhibit, t, 44.7, 17.6)
    own = [name for name, role in zip(exhibit.categories, exhibit.roles, strict=True) if role != "other"]
    assert len(own) == 3
    words = {row["words"] for row in read.words}
    assert {*exhibit.categories, *exhibit.verdicts, *exhibit.sections} <= words  # type: ignore[misc]
    written = {row["words"] for row in pattern.words}
    assert {*own, *exhibit.sections} <= written and not written & (set(exhibit.categories) - set(own))
    assert pattern.depth <= 17.6 + rug.SLACK
    for drawing in (read, pattern):
        cells = [row["said"] for row in drawing.areas if row["said"]]
        assert len(cells) == len(set(cells)) == len(exhibit.categories) * len(exhibit.keys)
    narrow = rug.layout(exhibit, t, 14.0, 1000.0)
    some = {row["said"].partition(": ")[0] for row in narrow.areas if row["said"]}
    assert set(own) <= some < set(exhibit.categories) and t("deck.some", n=len(some), all=20) in {
        row["words"] for row in narrow.words
    }


def test_every_verdict_of_the_rug_has_a_figure_and_says_whose_it_is(bundle: Database) -> None:
    exhibit = exhibit_of(bundle, "rug")
    assert exhibit.series and exhibit.verdicts and exhibit.said
    for label, values in exhibit.series.items():
        for name, value, verdict, said in zip(
            exhibit.categories, values, exhibit.verdicts[label], exhibit.said[label], strict=True
        ):
            assert (value is None) == (verdict == "missing") and said.startswith(f"{name}: ")
    own = exhibit.categories.index("Tampere")
    found = [listed[own] for listed in exhibit.verdicts.values()]
    assert str(found.count("strong")) in exhibit.finding and str(found.count("weak")) in exhibit.finding
    assert [row[0] for row in exhibit.rows] == list(exhibit.verdicts), "its table has the figures of the municipality"


def test_where_the_rug_is_shown_it_is_the_first_picture_to_take_away(bundle: Database) -> None:
    assert names(context_of(bundle, nakyma="matto"), "kuntakortti")[0] == "rug"
    assert names(context_of(bundle), "kuntakortti")[0] == "standing"


def test_the_overview_of_the_framework_counts_what_the_page_lists(bundle: Database) -> None:
    context = context_of(bundle)
    whole, overview = framework.whole(context), framework.overview(context)
    assert overview.cells == whole.cells and len(overview.rows) == len(set(whole.sections)) == 7
    valued, every = zip(*(map(int, row[1].split(" / ")) for row in overview.rows), strict=True)
    assert sum(every) == len(context.catalogue)
    assert sum(valued) == sum(cells[framework.MUNICIPAL] is not None for cells in whole.cells)
    strong = sum(int(row[2]) for row in overview.rows)
    assert strong == whole.roles.count("strong") and f"vahva {strong} mittarilla" in overview.title


def test_a_document_draws_every_mark_of_a_spine_and_of_a_rug(bundle: Database) -> None:
    t = context_of(bundle).t
    card, of_group = exhibit_of(bundle, "standing"), exhibit_of(bundle, "rug")
    drawn = vector.picture(card, t, 360).markup()
    assert all(name.replace("&", "&amp;") in drawn for name in card.categories)
    scales = sum(scale is not None for scale in card.scales)
    [halves] = re.findall(r'<path class="f-band" d="([^"]*)"', drawn)
    assert halves.count("M") == scales + 1, "and one in the key"
    assert of_group.verdicts is not None
    for width in (360.0, 900.0):
        picture = vector.picture(of_group, t, width).markup()
        cells = re.findall(r'<path class="f-cell-([\w-]+)[^"]*" d="([^"]*)"', picture)
        seen = [verdict for listed in of_group.verdicts.values() for verdict in listed]
        for verdict, path in cells:
            assert path.count("M") == seen.count(verdict) + 1, verdict
        assert {verdict for verdict, _ in cells} == set(seen) and len(picture) < 120_000


def test_pages_and_pictures_have_the_same_colours_of_cells() -> None:
    style = "".join(path.read_text("utf-8") for path in sorted(STYLES.glob("*.css")))
    for verdict, (ground, ink) in colours.CELLS.items():
        if ground:
            found = re.search(rf"^\.km-{verdict} {{ background: (#\w+); color: (#\w+); }}", style, re.MULTILINE)
            assert found and found.groups() == (ground, ink), verdict
    assert set(colours.CELLS) == set(verdicts.MARKS)
    assert set(verdicts.OUTLINES) == set(verdicts.SHAPES) == {*verdicts.GLYPHS, "neutral"}
