"""The front page: three cards, beside whom with one tap, and the ways on from each."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from kuntamittari import settings
from kuntamittari.exhibits import deck, page_context, registry
from kuntamittari.exhibits.answers import model, words
from kuntamittari.exhibits.answers.model import WHOLES
from kuntamittari.i18n import texts
from kuntamittari.query.database import Database
from kuntamittari.ui.front.answers import WHOM
from tests.support.pages import answers_of, opened, said, titles, written

LANGUAGES = settings.LANGUAGES
TAMPERE = {"kunta": "837", "ryhma": "largest-20"}
HEADS = ("Children and young people", "Older residents", "All services")


def markup(page: AppTest) -> str:
    """The cards."""
    [found] = [one for one in written(page) if "km-answers" in one]
    return found


def links(page: AppTest, label: str) -> list[tuple[str, dict[str, str]]]:
    """Path and query of the links of the cards with a label, in order."""
    found = re.findall(rf"<a href='([^']*)'[^>]*>{label}</a>", markup(page))
    parts = [urlsplit(html.unescape(to)) for to in found]
    return [(part.path, {name: value for name, [value] in parse_qs(part.query).items()}) for part in parts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_what_its_model_says(language: str, bundle: Database) -> None:
    page = opened("overview", kieli=language, **TAMPERE)
    context = page_context.read({"kieli": language, **TAMPERE}, bundle)
    assert titles(page) == [context.t("answers.title", name=context.name("837"))]
    assert words.beside_whom(context, model.of(context)) in said(page)
    shown = answers_of(page)
    assert len(shown) == 3
    for card, answer in zip(shown, model.of(context), strict=True):
        told = words.told(context, answer)
        for sentence in (told.head, told.amount, told.per, told.place, *told.why, told.euros, *told.notes):
            assert words.plain(sentence).replace("\N{NO-BREAK SPACE}", " ") in card


def test_a_tap_compares_with_others_and_another_chosen_group_stays_on_offer() -> None:
    page = opened("overview", kieli="en", **TAMPERE)
    control = page.button_group(key=WHOM)
    assert (control.value, control.options) == (
        "largest-20",
        ["Neighbours", "Similar", "Whole country", "20 largest cities"],
    )
    control.set_value("similar").run()
    assert page.query_params["ryhma"] == "similar" and "the typical peer" in answers_of(page)[0]
    control = page.button_group(key=WHOM)
    assert (control.value, control.options) == ("similar", ["Neighbours", "Similar", "Whole country"])


def test_a_municipality_outside_the_chosen_group_or_without_neighbours_has_a_rank_and_the_page_says_so() -> None:
    page = opened("overview", kieli="en", kunta="091", ryhma="neighbours")
    assert texts("en")["notice.instead_neighbours"].format(n=10) in said(page)
    assert page.button_group(key=WHOM).value == "neighbours"
    assert all(
        re.search(r"(\d\w\w lowest|Lowest|Highest) \(\d+–\d+\) of 1\d municipalities", one) for one in answers_of(page)
    )
    outside = opened("overview", kieli="en", kunta="091", ryhma="size-5")
    assert "Helsinki is not in the group" in said(outside) and "the typical peer" in answers_of(outside)[0]


def test_each_answer_opens_its_costs_and_has_a_link_with_words_for_a_message() -> None:
    page = opened("overview", kieli="en", vuosi="2018", **TAMPERE)
    opens = links(page, "Open")
    assert [path for path, _ in opens] == ["kustannukset"] * 3
    assert [query["mittari"] for _, query in opens] == list(WHOLES.values())
    assert all(query | TAMPERE | {"vuosi": "2018"} == query for _, query in opens)
    copied = re.findall(r"data-copy-link='([^']*)' data-copy-text='([^']*)'", markup(page))
    assert [parse_qs(urlsplit(html.unescape(to)).query)["mittari"] for to, _ in copied] == [
        [i] for i in WHOLES.values()
    ]
    first = html.unescape(copied[0][1]).replace("\N{NO-BREAK SPACE}", " ")
    assert first.startswith("Tampere: Children and young people, 9,727 € per resident aged 0–17 in 2018. ")
    names = re.findall(r"aria-label='([^']*)'", markup(page))
    assert len(names) == len(set(names)) == 12, "three ways and a picture for each card, none named as another"


def test_an_answer_goes_into_the_deck_by_its_link_and_stays_there(bundle: Database) -> None:
    page = opened("overview", kieli="en", **TAMPERE)
    [(path, query), *others] = links(page, "Add to presentation")
    assert path == "" and len(others) == 2
    after = opened("overview", **query)
    [card] = deck.unpacked(query["esitys"])
    exhibit = registry.PICTURES[card.picture](page_context.read(dict(card.query) | {"kieli": "en"}, bundle))
    assert exhibit is not None and exhibit.title.startswith("Tampere: children and young people 10,256 €")
    assert dict(card.query)["vuosi"] == "2019", "the slide keeps its year when newer data are loaded"
    [(to, _)] = links(after, "In the presentation")
    assert to == "esitys" and len(links(after, "Add to presentation")) == 2
    full = deck.packed((card,) * deck.MOST_CARDS)
    assert links(opened("overview", kieli="en", kunta="564", esitys=full), "Add to presentation") == []


def test_the_figures_are_a_table_too_with_the_way_to_every_municipality() -> None:
    page = opened("overview", kieli="en", **TAMPERE)
    [table] = [one for one in written(page) if "km-a-table" in one]
    rows = re.findall(r"<tr><th scope='row'>(.*?)</th>(.*?)</tr>", table)
    assert [row for row, _ in rows] == [f"{head}, 2019" for head in HEADS]
    first = [re.sub("<.*?>", "", cell) for cell in re.findall("<td>(.*?)</td>", rows[0][1])]
    assert first[:2] == ["10,256 € per 0–17-year-old", "10,502"] and first[4] == "7 (4–9) of 19"
    assert [re.search("href='vertailu.*mittari=([a-z_0-9]*)", cells).group(1) for _, cells in rows] == list(  # type: ignore[union-attr]
        WHOLES.values()
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_area_of_ones_own_has_answers_but_neither_neighbours_nor_peers(language: str) -> None:
    page = opened("overview", kieli=language, alue="Seutu:837,564", ryhma="largest-20")
    assert len(answers_of(page)) == 3 and titles(page)[0].startswith("Seutu: ")
    assert texts(language)["answers.option_neighbours"] not in page.button_group(key=WHOM).options
    assert "Seutu" in markup(page) and len(re.findall("class='km-a-own ", markup(page))) == 3
