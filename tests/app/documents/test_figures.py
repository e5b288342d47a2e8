"""A document has the figures and the words of the page and of the interface."""

import re
from html import escape, unescape

import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.exhibits.exhibit import table_of
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from kuntamittari.ui import sections
from kuntamittari.web.documents import markup, model
from tests.support.documents import CITIES, EVERY, PATHS, document, spaced, text_of
from tests.support.markup import words
from tests.support.pages import page_at

FILES = {path: file for section in sections.SECTIONS for file, path, _ in section.pages}
BASIC = "basic_education_cost_per_7_15"
ROW = re.compile(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>')


@pytest.mark.parametrize(("path", "language"), EVERY)
def test_every_figure_of_every_exhibit_is_in_the_document(bundle: Database, path: str, language: str) -> None:
    for city in CITIES:
        found = document(bundle, path, kunta=city, kieli=language)
        assert found.exhibits == tuple(model.shown(found.context, path))
        said = text_of(markup.body(found))
        for exhibit in found.exhibits:
            heads, rows = table_of(exhibit, found.t)
            for cell in (
                exhibit.headline,
                exhibit.title,
                exhibit.source,
                *heads,
                *(cell for row in rows for cell in row),
            ):
                assert spaced(cell) in said, (path, language, city, cell)


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("path", PATHS)
def test_a_document_begins_with_the_words_of_its_page(bundle: Database, path: str, language: str) -> None:
    city = CITIES[(PATHS.index(path) + settings.LANGUAGES.index(language)) % len(CITIES)]
    head = document(bundle, path, kunta=city, kieli=language).head
    page = page_at(FILES[path], kunta=city, kieli=language)
    written = words(" ".join(str(one.value) for one in (*page.title, *page.markdown)))
    for said in (head.title, *head.findings, head.lead):
        assert words(spaced(said)) in " ".join(written.split()), (path, language, city, said)


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_figures_of_a_comparison_are_those_of_the_interface(served: TestClient, language: str) -> None:
    t = Translator(language)
    for city in CITIES[:4]:
        asked = {"indicator": BASIC, "year": "2018", "group": "largest-20"}
        rows = served.get("/api/v1/values", params=asked).json()["values"]
        of_interface = {row["municipality"]: t.number(row["value"], 0) for row in rows if row["value"] is not None}
        query = {"kunta": city, "kieli": language, "mittari": BASIC, "vuosi": "2018", "ryhma": "largest-20"}
        content = served.get("/vertailu", params=query | {"muoto": "upotus"}).text
        first = content.partition("</table>")[0]
        shown = {
            unescape(name): unescape(cells.partition("</td>")[0].removeprefix("<td>"))
            for name, cells in ROW.findall(first)
        }
        names = {
            row["code"]: row[f"name_{language}"]
            for row in served.get("/api/v1/municipalities").json()["values"]
            if row["code"] in of_interface
        }
        assert shown == {names[code]: figure for code, figure in of_interface.items()}, (city, language)


@pytest.mark.parametrize(
    ("path", "other"), [("kustannukset", {"kuva": "erot"}), ("kuntakortti", {"nakyma": "matto"})], ids=["gaps", "rug"]
)
def test_a_document_shows_the_view_that_is_asked_for_and_leads_to_the_other(
    bundle: Database, path: str, other: dict[str, str]
) -> None:
    usual, asked = document(bundle, path, kunta="837"), document(bundle, path, kunta="837", **other)
    assert asked.exhibits[0].headline not in {one.headline for one in usual.exhibits}
    assert [shown for *_, shown in usual.views] == [True, False]
    assert [shown for *_, shown in asked.views] == [False, True]
    [(name, _, _), (other_name, changes, _)] = usual.views
    assert f'<a href="{escape(usual.link(**changes))}">{other_name}</a>' in markup.body(usual)
    assert f'<a href="{escape(asked.link(**asked.views[0][1]))}">{name}</a>' in markup.body(asked)
    assert changes == other
