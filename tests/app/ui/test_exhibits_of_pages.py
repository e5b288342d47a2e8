"""Every page that shows figures has exhibits to take away."""

from kuntamittari.exhibits import reporting
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.registry import OF_PAGE
from kuntamittari.query.database import Database
from kuntamittari.ui import sections
from kuntamittari.uploads.workspace import EMPTY
from tests.support.exhibits import card

SCENARIO = "pohja:12.5,saasto:5,kerta:1"
BROUGHT = ("by_model", "assessment", "survey_rounds")  # of what a reader brings; tried in test_desk
TREASURY = ("year_so_far", "budgets")  # of what the bundle has not of every municipality; tried in test_budgets
WITHOUT_PICTURES = {"/esitys", "/kayta", "/menetelmat", "/saavutettavuus"}


def exhibit_of(bundle: Database, picture: str, language: str) -> Exhibit | None:
    return reporting.picture(bundle, EMPTY, card(picture, skenaario=SCENARIO), language)


def test_every_page_that_shows_figures_has_pictures_and_they_are_made(bundle: Database) -> None:
    pages = {f"/{path}" for path in OF_PAGE}
    assert pages == set(sections.paths()) - WITHOUT_PICTURES
    without = [
        (page, picture)
        for page, listed in OF_PAGE.items()
        for picture in listed
        if picture not in (*BROUGHT, *TREASURY) and exhibit_of(bundle, picture, "fi") is None
    ]
    assert without == [] and all(OF_PAGE.values())
