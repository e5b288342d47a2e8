"""An area of one's own on the pages, in reports and decks: wherever a municipality can stand."""

import html
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kuntamittari import settings
from kuntamittari.catalog.areas import OWN_AREA
from kuntamittari.exhibits import deck, page_context, registry, reporting, selected_figures
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.render import reports
from kuntamittari.i18n import Translator
from kuntamittari.query import figures
from kuntamittari.query.figures import LISTED
from kuntamittari.ui import layout, own_area
from tests.support.markup import words
from tests.support.pages import BASIC, PATHS, opened, titles, unfolded, ways

MARKDOWN = ("markdown", "title", "header", "subheader", "caption", "info", "warning", "success", "error")
NAME = "Oma <b>*seutu*</b> & [muu](x)"
AREA = {"alue": f"{NAME}:837,564", "vuosi": "2018", "ryhma": "largest-20"}
SEUTU = {"alue": "Seutu:837,564", "vuosi": "2018", "ryhma": "largest-20", "mittari": BASIC}


def context(**query: str) -> PageContext:
    return page_context.read(query)


def notices(**query: str) -> str:
    return " ".join(context(kieli="en", **query).notices)


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("file", PATHS)
def test_every_page_opens_with_an_area(file: str, language: str) -> None:
    page = opened(file.removesuffix(".py"), kieli=language, **AREA)
    title = Translator(language)("notice.title")
    assert not [part for part in page.warning if title in part.value] and "kunta" not in page.query_params
    texts = [str(part.value) for kind in MARKDOWN for part in getattr(page, kind)]
    named = [shown for shown in texts if "seutu" in shown]
    assert any(html.escape(NAME) in shown for shown in named)
    for shown in named:  # the name is text: in HTML without its marks, in Markdown with each escaped
        in_html = shown.lstrip().startswith("<")
        assert ("<b>*seutu" not in shown) if in_html else (layout.markdown_safe(NAME) in shown)


def test_the_page_says_what_the_area_is_and_how_it_stands_beside_its_group() -> None:
    page = opened("comparison", kieli="en", **SEUTU)
    shown = said(page)
    assert "Seutu is an area of your own, 2 municipalities: Tampere, Oulu." in shown
    found = context(kieli="en", **SEUTU)
    at = selected_figures.standing(found, found.indicator)
    assert at.row and at.group and at.row["ranked"] == at.group.n + 1 == 21
    assert selected_figures.sentence(found, at).startswith("Seutu: basic education ")
    assert f"The rank is {at.row['rank']} (" in shown and " of 21" in shown


def test_links_carry_the_area_and_lead_back_to_one_municipality() -> None:
    page = opened("card", kieli="sv", **SEUTU)
    found = ways(page)
    with_area = [way.query for way in found if "alue" in way.query]
    assert all(query["alue"] == "Seutu:564,837" and "kunta" not in query for query in with_area)
    assert len(with_area) > 20
    [back] = [way for way in found if "kunta" in way.query]
    assert back.query["kunta"] == "837" and "alue" not in back.query and "Tammerfors" in back.label
    [beside] = [way for way in found if way.query["ryhma"] == LISTED]
    assert (beside.query["kunnat"], beside.query["alue"]) == ("564,837", "Seutu:564,837")


def test_beside_its_own_municipalities_they_are_the_group() -> None:
    found = context(kieli="en", **SEUTU | {"ryhma": LISTED, "kunnat": "564,837"})
    at = selected_figures.standing(found, found.indicator)
    assert at.group and at.row and (at.group.n, at.group.members, at.row["rank"], at.row["ranked"]) == (2, 2, 2, 3)
    assert [row["municipality"] for row in at.group.rows][1] == OWN_AREA, "a ratio of sums lies between its parts"
    alone = context(kieli="en", **SEUTU | {"ryhma": LISTED})
    at = selected_figures.standing(alone, alone.indicator)
    assert at.group and at.value is not None and at.group.n == 0


@pytest.mark.parametrize(
    ("alue", "told"),
    [
        ("837,564", "NAME:837,211,604"),
        ("Seutu:837", "number of municipalities is 1"),
        ("Seutu:837,999", "no municipality 999"),
        ("Seutu:837,837", "there twice: 837"),
        ("Seutu:837,211", "not in these data: 211"),
        (f"{'x' * 41}:837,564", "41 characters"),
        ("a:b:837,564", "colon"),
        ("Maa:" + ",".join(f"{n:03}" for n in range(61)), "no municipality 000"),
    ],
)
def test_what_is_no_area_is_named_and_nothing_breaks(alue: str, told: str) -> None:
    assert told in notices(alue=alue)
    page = opened("card", kieli="en", alue=alue, kunta="091")
    assert told in str(page.warning[0].value).replace("\\", "") and titles(page)[0].startswith("Helsinki: ")
    assert context(alue=alue).area is None and context(alue=alue).data.members == ()


def test_an_area_wins_over_a_municipality_in_one_address() -> None:
    both = context(kunta="091", **SEUTU)
    assert both.area and not both.notices and both.selection.query()["alue"] == "Seutu:564,837"
    assert "kunta" not in both.selection.query()
    assert "alue" not in both.selection.query(municipality="091")


def test_the_sentence_around_a_link_and_codes_without_zeros_do_no_harm() -> None:
    found = context(alue="Seutu:91,837. ")
    assert found.area and found.area.members == ("091", "837") and not found.notices


def test_an_area_has_no_peers_and_says_so() -> None:
    assert "groups of one municipality" in notices(**SEUTU | {"ryhma": "similar"})
    assert context(**SEUTU | {"ryhma": "similar"}).group_id == "all"
    page = opened("peers", kieli="en", **SEUTU)
    assert "Peers are found for one municipality" in said(page)
    assert "similar" not in page.selectbox(key="choose-group_id").options


def test_gaps_are_of_the_area() -> None:
    page = opened("costs", kieli="fi", **SEUTU, kuva="erot")
    assert "Seutu" in said(page) and not page.warning
    assert "similar" not in [way.query["ryhma"] for way in ways(page)]


def test_the_same_municipalities_share_their_figures_whatever_the_name() -> None:
    one, other = context(alue="A:837,564"), context(alue="B:564,837")
    assert one.data is other.data and (one.name(OWN_AREA), other.name(OWN_AREA)) == ("A", "B")
    assert one.data is not context(alue="A:837,091").data


def test_an_area_is_made_in_the_page() -> None:
    page = unfolded(unfolded(opened("card", kieli="en", kunta="091", vuosi="2018"), "basis"), "own-area")
    press(page, ["837"], "Seutu")
    assert "alue" not in page.query_params and "number of municipalities is 1" in said(page)
    press(page, ["837", "564"], " Seutu ")
    assert not page.exception and page.query_params["alue"] == "Seutu:564,837"
    assert "kunta" not in page.query_params and titles(page)[0].startswith("Seutu: ")
    box = page.selectbox(key="choose-municipality")
    assert box.value == OWN_AREA and "Seutu (own area)" in box.options
    box.select("Helsinki · Helsingfors").run()
    assert page.query_params["kunta"] == "091" and "alue" not in page.query_params


def test_an_area_without_a_name_gets_one() -> None:
    page = unfolded(unfolded(opened("card", kieli="sv", kunta="091"), "basis"), "own-area")
    press(page, ["837", "564"], "")
    assert page.query_params["alue"] == f"{Translator('sv')('area.unnamed')}:564,837"


def said(page: AppTest) -> str:
    return words(" ".join(str(block.value) for block in (*page.markdown, *page.warning, *page.info)))


def press(page: AppTest, members: list[str], name: str) -> None:
    page.multiselect(key=own_area.MEMBERS).set_value(members)
    page.text_input(key=own_area.NAME).set_value(name)
    next(
        button for button in page.button if button.label == Translator(page.query_params["kieli"])("area.show")
    ).click()
    page.run()


# reports and decks


def test_a_report_of_an_area_has_the_exhibits_of_a_municipality_but_for_need(bundle: Any) -> None:
    """Expected costs by need rest on published rates and on density (docs/methods.md 9)."""
    area_context, context_of_one = (
        reporting.context(bundle, code, "largest-20", 2018, "en") for code in ("alue:Seutu:837,564", "837")
    )
    shown = [
        {name for name, i in reporting.FULL if registry.PICTURES[name](of.with_indicator(i)) is not None}
        for of in (area_context, context_of_one)
    ]
    assert shown[0] == shown[1] - {"expected"}
    area = reporting.report(area_context)
    assert area.name == "Seutu"
    assert sum(e.title.count("Seutu") for e in area.exhibits) > 8
    [on_map] = [e for e in area.exhibits if e.kind == "map"]
    chosen = [n for n, role in zip(on_map.categories, on_map.roles, strict=True) if role == "chosen"]
    assert sorted(chosen) == ["Oulu", "Tampere"]


@pytest.mark.parametrize("form", reports.FORMATS)
def test_an_order_of_a_report_carries_the_area(form: str) -> None:
    found = context(kieli="fi", **AREA, mittari=BASIC)
    order = reports.order(found, "summary", form)
    assert dict(order.address)["alue"].startswith(NAME)
    assert len(reports.FORMATS[form].render(reporting.summary(found))) > 5_000


def test_a_slide_is_of_its_own_area_whatever_the_page_shows() -> None:
    of_area = tuple((part, code) for part, code in context(**SEUTU).selection.query().items() if part != "kieli")
    cards = (deck.Card("ranking", of_area), deck.Card("ranking", (("kunta", "091"), ("mittari", BASIC))))
    for page in (context(**SEUTU), context(kunta="091"), context(alue="Muu:091,049")):
        titles = [reporting.slide(page, card).title for card in cards]
        assert titles[0].startswith("Seutu: ") and titles[1].startswith("Helsinki: ")
    assert deck.unpacked(deck.packed(cards)) == cards


def test_every_exhibit_of_every_page_takes_an_area() -> None:
    found = context(kieli="en", **SEUTU)
    for path in registry.OF_PAGE:
        for exhibit in registry.of_page(found, path):
            assert exhibit.title


def test_what_is_filled_in_begins_with_the_largest_municipality() -> None:
    found = context(**SEUTU)
    assert found.one_municipality == "837" and context(kunta="091").one_municipality == "091"
    assert found.residents(OWN_AREA) == sum(found.register[code]["residents"] for code in ("837", "564"))
    assert OWN_AREA not in found.register and OWN_AREA not in figures.register(found.data)
