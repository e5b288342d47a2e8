"""The page of the deck: exhibits are gathered from any page, put in order, named and kept in the address."""

import base64
import html
import json
import re
import zlib
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from kuntamittari import settings
from kuntamittari.exhibits import deck, page_context, reporting
from kuntamittari.exhibits.deck import Card
from kuntamittari.exhibits.registry import OF_PAGE, PICTURES
from kuntamittari.exhibits.render.pool import ReportError
from kuntamittari.i18n import texts
from kuntamittari.query.database import Database
from kuntamittari.ui import report_files, sections
from kuntamittari.ui.parts import presentation
from kuntamittari.uploads.workspace import EMPTY
from tests.support.exhibits import card
from tests.support.markup import words
from tests.support.pages import opened, said, titles, unfolded, ways, written

LANGUAGES = settings.LANGUAGES
PLACE = {"kunta": "837", "ryhma": "largest-20", "mittari": "basic_education_cost_per_7_15", "vuosi": "2018"}
FILES = {path: file.removesuffix(".py") for section in sections.SECTIONS for file, path, _ in section.pages}
MARKUP = "<b>Säästö</b> & **5** %"
LOANS, LIBRARY = "loans_per_resident", "library_cost_per_resident"
THREE = (card("definition"), card("definition", mittari=LOANS), card("definition", "Lainat", mittari=LIBRARY))


def gathered(page: AppTest) -> tuple[Card, ...]:
    """The deck that stands in the address."""
    text = page.query_params.get("esitys", "")
    return deck.unpacked(text if isinstance(text, str) else text[0]) if text else ()


def thumbnails(page: AppTest) -> list[str]:
    """The headline of each slide in the tray, in order; the markup says the place of each."""
    found = re.findall(
        r"<figure class='km-thumb' draggable='true' data-slide='(\d+)'>.*?<strong>(.*?)</strong>",
        "".join(written(page)),
    )
    assert [int(place) for place, _ in found] == list(range(len(found)))
    return [words(headline) for _, headline in found]


def headline_of(bundle: Database, one: Card, language: str = "en") -> str:
    exhibit = reporting.picture(bundle, EMPTY, Card(one.picture, one.query), language)
    assert exhibit is not None
    return words(one.headline or exhibit.headline.removesuffix("."))


def finding_of(bundle: Database, one: Card, language: str = "en") -> str:
    exhibit = reporting.picture(bundle, EMPTY, Card(one.picture, one.query), language)
    assert exhibit is not None
    return exhibit.title.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("path", "picture", "own"),
    [
        ("vertailu", "development", {}),
        ("", "answer_children", {}),
        ("vertailu", "ranking", {}),
        ("kustannukset", "composition", {"luku": "eur"}),
        ("kartta", "map", {}),
        ("ennakointi", "ages_ahead", {"ika": "7-15"}),
        ("tuottavuus", "taken_apart", {}),
        ("indikaattorit", "definition", {}),
    ],
)
def test_a_picture_of_a_page_goes_into_the_address_and_the_deck_lists_it(
    path: str, picture: str, own: dict, bundle: Database
) -> None:
    page = opened(FILES[path], kieli="en", **PLACE, **own)
    assert "esitys" not in page.query_params
    unfolded(page, "take").button(key=f"add-{picture}").click().run()
    added = texts("en")["deck.added"].format(pictures=texts("en")[f"picture.{picture}"], n=1)
    assert not page.exception and [toast.value for toast in page.toast] == [added]
    [one] = gathered(page)
    assert one.picture == picture and dict(one.query) == PLACE | own and one.headline == ""
    assert ways(page) and all(way.query["esitys"] == deck.packed((one,)) for way in ways(page)), (
        "the deck goes along to every page"
    )
    assert "<span>Presentation · </span>1" in {way.label for way in ways(page) if way.page == "esitys"}
    listed = opened("presentation", kieli="en", esitys=deck.packed((one,)))
    assert thumbnails(listed) == [headline_of(bundle, one)] and listed.text_input(key="headline-0").value == ""
    listing = html.unescape("".join(written(listed))).replace("\N{NO-BREAK SPACE}", " ")
    assert finding_of(bundle, one) in listing
    assert texts("en")["deck.lead"].format(n=1) in said(listed)


@pytest.mark.parametrize("path", OF_PAGE)
def test_one_press_adds_the_first_picture_of_a_page_that_has_figures(path: str, bundle: Database) -> None:
    page = opened(FILES[path], kieli="en", **PLACE)
    context = page_context.read(PLACE | {"kieli": "en"}, bundle)
    with_figures = [picture for picture in OF_PAGE[path] if PICTURES[picture](context) is not None]
    page.button(key="add-first").click().run()
    assert not page.exception and [one.picture for one in gathered(page)] == with_figures[:1]
    again = page.button(key="add-first").click().run()
    told = texts("en")["deck.already"].format(n=1) if with_figures else texts("en")["deck.no_figures"]
    assert [toast.value for toast in again.toast] == [told] and len(gathered(again)) == len(with_figures[:1])


def test_all_pictures_of_a_page_are_added_at_once_and_none_twice() -> None:
    page = opened("costs", kieli="en", **PLACE)
    page.button(key="add-first").click().run()
    unfolded(page, "take").button(key="add-all").click().run()
    assert [one.picture for one in gathered(page)] == list(OF_PAGE["kustannukset"]) and len(gathered(page)) == 4


@pytest.mark.parametrize("path", OF_PAGE)
def test_every_page_with_pictures_offers_each_of_them_and_no_two_by_one_name(path: str) -> None:
    page = opened(FILES[path], kieli="sv", **PLACE)
    unfolded(page, "take")
    labels = [page.button(key=f"add-{picture}").label for picture in OF_PAGE[path]]
    names = [texts("sv")[f"picture.{picture}"] for picture in OF_PAGE[path]]
    assert [label.lower() for label in labels] == [name.lower() for name in names]
    assert len(set(labels)) == len(labels) and all(label[0].isupper() for label in labels)


def test_views_are_gathered_one_after_another_as_they_were_seen() -> None:
    page = opened("comparison", kieli="en", **PLACE)
    unfolded(page, "take").button(key="add-ranking").click().run()
    page.selectbox(key="choose-municipality").select("564").run()
    unfolded(page, "take").button(key="add-ranking").click().run()
    unfolded(page, "take").button(key="add-development").click().run()
    assert [(one.picture, dict(one.query)["kunta"]) for one in gathered(page)] == [
        ("ranking", "837"),
        ("ranking", "564"),
        ("development", "564"),
    ]
    assert all("esitys" not in dict(one.query) for one in gathered(page)), "a deck does not hold itself"


def test_a_picture_without_figures_is_not_added_and_the_reader_is_told() -> None:
    page = opened("comparison", kieli="en", **PLACE | {"kunta": "061"})
    unfolded(page, "take").button(key="add-ranking").click().run()
    assert [toast.value for toast in page.toast] == [
        texts("en")["deck.no_figures"]
    ] and "esitys" not in page.query_params


def test_a_report_is_ordered_from_the_menu_waited_for_and_offered_or_cancelled() -> None:
    page, t = opened("comparison", kieli="en", **PLACE), texts("en")

    def ordered(form: str) -> report_files.ReportFile:
        unfolded(page, report_files.MENU).button(key=f"order-page-{form}").click().run()
        assert not page.exception and not page.session_state[report_files.MENU], "the menu closes over the progress"
        return page.session_state[report_files.FILES][-1]

    first = ordered("xlsx")
    steps = (t["making.now"].format(file="vertailu.xlsx"), t["making.waits"].format(file="vertailu.xlsx", place=1))
    assert len(page.info) == 1 and page.info[0].value in steps
    second = ordered("xlsx")
    assert first.job.made.result(60) and second.job.made.result(60)
    page.run()
    assert [block.value for block in page.success] == [t["making.ready"].format(file="vertailu.xlsx")] * 2
    assert [given.label for given in page.get("download_button")].count("Download vertailu.xlsx") == 2
    page.button(key=f"remove-{id(first)}").click().run()
    assert page.session_state[report_files.FILES] == [second] and len(page.success) == 1
    third = ordered("pdf")
    page.button(key=f"remove-{id(third)}").click().run()
    assert page.session_state[report_files.FILES] == [second] and isinstance(third.job.made.exception(60), ReportError)


def edited(cards: tuple[Card, ...] = THREE, **query: str) -> AppTest:
    return opened("presentation", kieli="en", esitys=deck.packed(cards), **PLACE, **query)


@pytest.mark.parametrize(
    ("key", "order"),
    [
        ("later-0", (1, 0, 2)),
        ("earlier-2", (0, 2, 1)),
        ("earlier-1", (1, 0, 2)),
        ("remove-1", (0, 2)),
        ("remove-0", (1, 2)),
    ],
)
def test_slides_move_and_go_with_their_headlines(key: str, order: tuple[int, ...], bundle: Database) -> None:
    page = edited()
    page.button(key=key).click().run()
    wanted = tuple(THREE[number] for number in order)
    assert not page.exception and gathered(page) == wanted
    assert [box.value for box in page.text_input] == [one.headline for one in wanted]
    assert thumbnails(page) == [headline_of(bundle, one) for one in wanted]
    assert page.query_params["kunta"] == "837", "the view stays"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_removed_slide_is_put_back_where_it_was(number: int) -> None:
    page = edited()
    page.button(key=f"remove-{number}").click().run()
    assert gathered(page) == tuple(one for one in THREE if one != THREE[number])
    assert texts("en")["deck.removed"].format(number=number + 1) in said(page)
    page.button(key="put-back").click().run()
    assert gathered(page) == THREE and "put-back" not in {button.key for button in page.button}


def test_the_way_back_goes_with_the_next_change() -> None:
    page = edited()
    page.button(key="remove-0").click().run()
    page.button(key="later-0").click().run()
    assert gathered(page) == THREE[:0:-1] and "put-back" not in {button.key for button in page.button}


def test_the_first_goes_no_earlier_and_the_last_no_later() -> None:
    page = edited()
    keys = [f"{way}-{number}" for number in range(3) for way in ("earlier", "later")]
    assert [key for key in keys if page.button(key=key).disabled] == ["earlier-0", "later-2"]


def test_a_headline_of_ones_own_goes_into_the_address_and_an_emptied_one_out_of_it(bundle: Database) -> None:
    page = edited()
    page.text_input(key="headline-1").set_value(f"  {MARKUP} ").run()
    assert [one.headline for one in gathered(page)] == ["", MARKUP, "Lainat"]
    assert page.text_input(key="headline-1").value == MARKUP
    assert thumbnails(page) == [headline_of(bundle, THREE[0]), words(html.escape(MARKUP)), "Lainat"]
    page.text_input(key="headline-1").set_value("").run()
    assert gathered(page) == THREE


def test_the_last_slide_removed_leaves_an_empty_deck_that_says_what_to_do() -> None:
    page = edited(THREE[:1])
    page.button(key="remove-0").click().run()
    assert "esitys" not in page.query_params and page.info[0].value == texts("en")["deck.empty"] and not page.exception
    page.button(key="put-back").click().run()
    assert gathered(page) == THREE[:1]


def test_every_control_of_a_slide_is_told_from_those_of_the_others() -> None:
    page = edited()
    labels = [button.label for button in page.button] + [box.label for box in page.text_input]
    assert len(labels) > 12 and len(set(labels)) == len(labels)


def test_the_whole_link_stands_on_the_page_and_opens_the_same_deck_in_another_language(bundle: Database) -> None:
    page = edited()
    [link] = [block.value for block in page.code if "esitys=" in block.value]
    [button] = re.findall(r"<button[^>]*data-copy-link='(.*?)' data-copy-text='(.*?)'>(.*?)<", "".join(written(page)))
    assert button == (f"esitys?esitys={deck.packed(THREE)}", "Presentation: Tampere", texts("en")["deck.copy"])
    assert html.unescape(button[0]).partition("?")[2] == link.partition("?")[2]
    query = {part: values[0] for part, values in parse_qs(link.partition("?")[2]).items()}
    assert query.keys() == {"esitys"}
    swedish = opened("presentation", kieli="sv", **query)
    assert not swedish.warning and gathered(swedish) == THREE
    assert thumbnails(swedish) == [headline_of(bundle, one, "sv") for one in THREE]


FULL = (card("map"),) * deck.MOST_CARDS
MARKS = "".join(chr(0x4E00 + n * 7919 % 20_000) for n in range(20_000))  # characters that hardly compress


def of_words() -> tuple[Card, ...]:
    """A deck of long headlines, as long as a link may be: not one slide more goes in."""
    cards = [card("definition")]
    for length in (deck.LONGEST_HEADLINE, 20, 1):
        while True:
            more = Card("definition", (("kunta", "837"),), MARKS[len(cards) * 200 :][:length])
            try:
                deck.packed((*cards, more))
            except deck.DeckError:
                break
            cards.append(more)
    return tuple(cards)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("cards", [FULL, of_words()], ids=["of slides", "of words"])
def test_a_full_deck_says_so_and_loses_nothing(cards: tuple[Card, ...], language: str) -> None:
    page = opened(
        "indicators",
        kieli=language,
        esitys=deck.packed(cards),
        kunnat="091,092,049,564,853",
        painot="vaesto:2",
        **PLACE,
    )
    before = page.query_params["esitys"]
    unfolded(page, "take").button(key="add-definition").click().run()
    assert [toast.value for toast in page.toast] == [texts(language)["deck.too_long"].format(most=40)]
    assert page.query_params["esitys"] == before and not page.exception and not page.warning


def test_a_headline_past_the_longest_link_is_refused_with_words_and_the_deck_stays() -> None:
    cards = of_words()
    page = edited(cards)
    page.text_input(key="headline-0").set_value(MARKS[-deck.LONGEST_HEADLINE :]).run()
    assert gathered(page) == cards, "loses nothing"
    assert [toast.value for toast in page.toast] == [texts("en")["deck.too_long"].format(most=40)]


def load(page: AppTest, content: bytes) -> AppTest:
    page.file_uploader(key="deck-file").set_value(("esitys.json", content, "application/json")).run()
    assert not page.exception
    return page


@pytest.mark.parametrize("before", [(), THREE[:1]], ids=["empty", "in place of another"])
def test_a_saved_deck_is_opened_from_its_file(before: tuple[Card, ...], bundle: Database) -> None:
    page = load(
        opened("presentation", kieli="en", **PLACE, **({"esitys": deck.packed(before)} if before else {})),
        deck.file(THREE[::-1]),
    )
    assert gathered(page) == THREE[::-1] and not page.error
    assert [box.value for box in page.text_input] == ["Lainat", "", ""]
    page.button(key="remove-0").click().run()
    assert gathered(page) == THREE[1::-1], "the file that is still there does not come back"


WRONG = {
    "another file": (b"\x89PNG", "no_deck"),
    "other JSON": (b'{"format": "x"}', "no_deck"),
    "cut": (deck.file(THREE)[:-9], "no_deck"),
    "too large": (deck.file(THREE) + b" " * deck.LARGEST, "no_deck"),
    "too many slides": (deck.file((*FULL, card("map"))), "too_long"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("content", "reason"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_refused_with_words_and_the_deck_stays(content: bytes, reason: str, language: str) -> None:
    page = load(opened("presentation", kieli=language, esitys=deck.packed(THREE), **PLACE), content)
    [box] = page.error
    assert box.value == texts(language)[f"deck.{reason}"].format(most=40) and gathered(page) == THREE


def test_a_broken_link_opens_an_empty_deck_with_a_notice() -> None:
    page = opened("presentation", kieli="en", esitys=deck.packed(THREE)[:-5], **PLACE)
    [notice] = page.warning
    assert "esitys" in notice.value and texts("en")["deck.broken"] in words(notice.value) and page.info


@pytest.mark.parametrize(
    "slide",
    [
        ["map", "kunta=837", "\ud800"],
        ["definition", "kunta=837", "a\x00b"],
        ["x" * 300, "kunta", "<i>"],
        ["map", "esitys=x&dia=1&kieli=zz", ""],
        ["dearer", "kunta=837&ryhma=own&vuosi=2018", ""],
    ],
)
@pytest.mark.parametrize("shown", [{}, {"dia": "1"}], ids=["in the list", "full screen"])
def test_no_slide_of_a_link_breaks_the_page(slide: list[str], shown: dict[str, str]) -> None:
    text = base64.urlsafe_b64encode(zlib.compress(json.dumps([slide]).encode())).decode().rstrip("=")
    page = opened("presentation", kieli="en", esitys=text, **PLACE, **shown)
    assert not page.error and texts("en")["error.page"] not in said(page)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("1", 1),
        ("3", 3),
        ("0", 0),
        ("", None),
        ("-1", None),
        ("²", None),
        ("x", None),
    ],
)
def test_a_slide_of_the_address_is_one_of_the_deck(asked: str, found: int | None, bundle: Database) -> None:
    context = page_context.read(PLACE | {"esitys": deck.packed(THREE), "dia": asked}, bundle)
    assert presentation.shown_slide(context, presentation.PATH) == found
    assert presentation.shown_slide(context, "vertailu") is None
    assert presentation.shown_slide(page_context.read(PLACE | {"dia": asked}, bundle), presentation.PATH) is None, (
        "no deck, no slide"
    )


def shown(page: AppTest) -> str:
    """The heading of the slide that fills the window."""
    [heading] = re.findall(r"<section class='km-slide[^>]*><h1[^>]*>(.*?)</h1>", "".join(written(page)))
    return words(heading)


def test_full_screen_turns_by_its_buttons_and_ends_in_the_tray(bundle: Database) -> None:
    page = edited((card("ranking"), card("development"), card("map", "Oma")))
    [start] = [button for button in page.button if button.label == texts("en")["deck.show"]]
    page = start.click().run()
    assert page.query_params["dia"] == "0" and not page.selectbox, "nothing of the page around it"
    assert shown(page) == "Tampere"
    wanted = (("next", "1"), ("next", "2"), ("back", "1"), ("last", "3"), ("first", "0"), ("end", None))
    for name, number in wanted:
        button = page.button(key=f"slide-{name}")
        assert not button.disabled and button.label == texts("en")[f"deck.{name}"]
        page = button.click().run()
        assert page.query_params.get("dia") == number and len(gathered(page)) == 3 and not page.exception
        if number == "3":
            assert shown(page) == "Oma" and page.button(key="slide-next").disabled
        if number == "0":
            assert page.button(key="slide-back").disabled
    assert titles(page) == [texts("en")["deck.title"]]


@pytest.mark.parametrize("asked", ["4", "99999999999999999999"])
def test_a_slide_past_the_last_is_the_last(asked: str) -> None:
    page = edited((card("ranking"), card("map", "Oma")), dia=asked)
    assert shown(page) == "Oma" and "2/2" in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_title_slide_names_municipalities_groups_years_and_sources(language: str) -> None:
    cards = (card("ranking"), card("map", kunta="091"), card("development", ryhma="all", vuosi="2017"))
    page = opened("presentation", kieli=language, esitys=deck.packed(cards), dia="0", **PLACE)
    names = {"fi": "Tampere, Helsinki", "sv": "Tammerfors, Helsingfors", "en": "Tampere, Helsinki"}
    assert shown(page) == names[language]
    slide = words("".join(written(page)))
    assert "2017–2018" in slide and "THL" in slide and "CC BY 4.0" in slide
    assert {"fi": "20 suurinta", "sv": "20 största", "en": "20 largest"}[language] in slide
