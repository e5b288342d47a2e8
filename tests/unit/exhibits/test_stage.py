"""The stage: what fits a slide in 20 points, and sources in one line."""

from itertools import pairwise

import pytest

from kuntamittari import settings
from kuntamittari.exhibits import page_context
from kuntamittari.exhibits.exhibit import Exhibit, Reference
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.exhibits.render import stage, svg
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database

T = Translator("en")


def bars(count: int, chosen: int, **more: object) -> Exhibit:
    names = tuple(f"Kunta {number}" for number in range(count))
    roles = tuple("chosen" if number == chosen else "other" for number in range(count))
    values = tuple(float(number) for number in range(count))
    return Exhibit("Kustannus", "bars", names, {"Kustannus": values}, roles=roles, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("chosen", [0, 1, 77, 198, 199])
def test_of_many_bars_the_chosen_one_and_the_ends_stand_in_their_order(chosen: int) -> None:
    [slide] = stage.slides(bars(200, chosen, reference=Reference(100.0, "mediaani")), T)
    shown = [int(name.removeprefix("Kunta ")) for name in slide.exhibit.categories]
    assert shown == sorted(shown) and {0, chosen, 199} <= set(shown) and 8 <= len(shown) < 14
    assert slide.exhibit.series == {"Kustannus": tuple(map(float, shown))}
    assert slide.exhibit.roles[shown.index(chosen)] == "chosen" and slide.exhibit.roles.count("chosen") == 1
    assert slide.remark == f"{len(shown)} of 200 shown"
    assert max(after - before for before, after in pairwise(shown)) < 60, "from the whole range"


def test_few_bars_are_all_drawn_without_a_remark() -> None:
    [slide] = stage.slides(bars(8, 3), T)
    assert slide.exhibit == bars(8, 3) and slide.remark == ""


def test_of_many_pairs_the_largest_are_drawn_in_their_order() -> None:
    names = tuple("abcdefghijkl")
    own = (5.0, 1.0, 9.0, 2.0, None, 8.0, 3.0, 7.0, 0.5, 6.0, 4.0, 0.1)
    exhibit = Exhibit("Osat", "pairs", names, {"Oma": own, "Ryhmä": (0.0,) * 12}, roles=("chosen", "median"))
    [slide] = stage.slides(exhibit, T)
    shown = "".join(slide.exhibit.categories)
    assert shown == "acfhjk" and slide.exhibit.roles == exhibit.roles and slide.remark == "6 of 12 shown"


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_every_table_is_whole_over_its_slides_and_each_part_fits(language: str, bundle: Database) -> None:
    context = page_context.read({"kieli": language, "kunta": "837", "ryhma": "largest-20"}, bundle)
    tables = [made for draw in PICTURES.values() if (made := draw(context)) and made.kind == "table"]
    assert len(tables) > 7
    for table in tables:
        slides = stage.slides(table, context.t)
        seen: dict[str, list[str]] = {head: [] for head in table.heads}
        for slide in slides:
            part = slide.exhibit
            assert sum(slide.widths) <= stage.WIDTH and len(slide.widths) == len(part.heads)
            height = stage.tall(part.heads, slide.widths, bold=True)
            height += sum(stage.tall(row, slide.widths) for row in part.rows)
            assert height <= stage.HEIGHT, f"{table.title}: {slide.remark}"
            for number, head in enumerate(part.heads):
                seen[head] += [row[number] for row in part.rows]
        for number, head in enumerate(table.heads[1:], 1):
            asked = " ".join(" ".join(row[number] for row in table.rows).split())
            assert " ".join(" ".join(seen[head]).split()) == asked, f"{table.title}: {head}"
        assert len(slides) == 1 or [slide.remark for slide in slides] == [
            context.t("deck.part", n=number, all=len(slides)) for number in range(1, len(slides) + 1)
        ]
        assert {row[0] for slide in slides for row in slide.exhibit.rows} == {row[0] for row in table.rows}


def test_a_row_taller_than_a_slide_goes_on_under_its_name() -> None:
    text = " ".join(f"sana{number}" for number in range(900))
    slides = stage.slides(Exhibit("Kysely", "table", heads=("Asia", "Teksti"), rows=(("Vastaus", text),)), T)
    rows = [row for slide in slides for row in slide.exhibit.rows]
    assert len(slides) > 3 and {name for name, _ in rows} == {"Vastaus"} and " ".join(part for _, part in rows) == text


def test_a_table_without_rows_is_one_slide() -> None:
    [slide] = stage.slides(Exhibit("Tyhjä", "table", heads=("a", "b")), T)
    assert slide.exhibit.heads == ("a", "b") and slide.remark == ""


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_sources_are_agencies_and_licences_in_one_line(language: str, bundle: Database) -> None:
    context = page_context.read({"kieli": language, "kunta": "837"}, bundle)
    exhibits = [made for draw in PICTURES.values() if (made := draw(context))]
    line = stage.short_source([made for made in exhibits if "THL" in made.source], context.t)
    agency = {"fi": "Tilastokeskus", "sv": "Statistikcentralen", "en": "Statistics Finland"}[language]
    assert line.count(agency) == 1 and line.count("THL") == 1 and line.endswith("(CC BY 4.0)") and len(line) < 110
    survey = PICTURES["survey"](context)
    assert survey and stage.short_source([survey], context.t) == survey.source, "a publication is named in full"
    assert stage.short_source([Exhibit("x", "table")], context.t) == ""


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_names_of_bars_stand_in_20_points(language: str, bundle: Database) -> None:
    drawn = 0
    for code in ("837", "049", "092", "905"):
        context = page_context.read({"kieli": language, "kunta": code, "ryhma": "largest-20"}, bundle)
        for draw in PICTURES.values():
            exhibit = draw(context)
            if exhibit is None or exhibit.kind not in ("bars", "pairs", "dots"):
                continue
            [slide] = stage.slides(exhibit, context.t)
            size = svg.fitted(slide.exhibit, stage.canvas(slide.exhibit, language, "light")).size
            assert size >= stage.LEAST, f"{exhibit.title}: {size}"
            drawn += 1
    assert drawn >= 12
