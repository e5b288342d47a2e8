"""Years in which a published total stands in for an indicator's own parts: lines are interrupted there and say so."""

from itertools import groupby

from kuntamittari.exhibits import comparison, page_context, selected_figures
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.query.database import Database

YEARS = range(2008, 2021)


def context(bundle: Database, indicator: str) -> PageContext:
    return page_context.read({"kunta": "837", "mittari": indicator, "kieli": "en"}, bundle)


def runs(found: PageContext) -> list[list[int]]:
    """The years that a line joins."""
    seams = [(selected_figures.seams(found, found.indicator, year), year) for year in YEARS]
    return [[year for _, year in run] for _, run in groupby(seams, key=lambda pair: pair[0])]


def test_a_line_joins_no_published_years_across_those_of_the_parts(bundle: Database) -> None:
    found = context(bundle, "loans_per_resident")
    assert runs(found) == [list(range(2008, 2015)), list(range(2015, 2020)), [2020]]


def test_an_indicator_of_its_own_parts_alone_has_no_seam(bundle: Database) -> None:
    assert runs(context(bundle, "equity_ratio")) == [list(YEARS)]


def test_slides_and_files_mark_the_published_years_with_an_asterisk_that_the_note_explains(bundle: Database) -> None:
    made = comparison.development(context(bundle, "loans_per_resident"))
    assert made is not None
    assert [label for label in made.categories if label.endswith("*")] == [
        *(f"{y}*" for y in range(2008, 2015)),
        "2020*",
    ]
    assert made.note.startswith(
        "* In 2008–2014, 2020 the figure is the one per resident that Statistics Finland publishes"
    )
    plain = comparison.development(context(bundle, "equity_ratio"))
    assert plain is not None and "*" not in "".join(plain.categories) + plain.note


def test_the_group_has_no_median_in_a_year_of_which_few_have_reported(bundle: Database) -> None:
    """Of the year 2025 the bundle has the accounts of Espoo alone."""
    found = context(bundle, "annual_margin_of_depreciation")
    group = found.group_of(found.indicator)
    assert 2025 in [row["year"] for row in selected_figures.series(found, found.indicator, ("049",)) if row["value"]]
    assert selected_figures.group_series(found, found.indicator, group)[-1]["year"] == found.year == 2019
