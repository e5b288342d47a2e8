"""A group as dots on one axis on /vertailu: every member once, the chosen ones with their intervals."""

import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.exhibits import page_context, selected_figures, text
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from kuntamittari.ui.pictures import choice, dot_strip
from tests.support.markup import words
from tests.support.pages import TAMPERE, alts_of, opened, said

DOTS = TAMPERE | {"kuva": "pisteet", "kunnat": "049,091"}


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_page_says_what_the_dots_are(language: str) -> None:
    t, page = Translator(language), opened("comparison", kieli=language, **DOTS)
    assert not page.exception and words(t("dots.alt")) in words(alts_of(page)[0])
    assert t("chart.whisker") not in said(page), "the ranking is not drawn beside it"


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_every_member_is_a_dot_once_and_the_chosen_ones_have_a_line_each(language: str, bundle: Database) -> None:
    context = page_context.read({"kieli": language, **DOTS}, bundle)
    compared = selected_figures.compared(context, context.indicator)
    drawing = dot_strip.drawing(context, compared, "")
    rows = drawing.data["rows"]
    assert len(rows) == 20 and set(rows["name"]) == {context.name(row["municipality"]) for row in compared.rows}
    own = rows[rows["lane"]].set_index("role")
    assert list(own["height"].sort_values(ascending=False).index) == ["chosen", "compared-1", "compared-2"]
    assert (
        own["label"].str.len().gt(0).all() and own["low"].lt(own["value"]).all() and own["high"].gt(own["value"]).all()
    )
    others = rows[~rows["lane"]]
    assert others["height"].between(-1, 1).all() and others["end"].sum() == 2
    assert others.loc[others["label"] != "", "value"].tolist() == [others["value"].min(), others["value"].max()]
    [group] = drawing.data["group"].to_dict("records")
    assert (group["median"], group["q1"], group["q3"]) == (compared.median, compared.q1, compared.q3)


def test_the_summary_has_the_rank_of_the_page(bundle: Database, interface: TestClient) -> None:
    context = page_context.read({"kieli": "en", **DOTS}, bundle)
    row = selected_figures.compared(context, context.indicator).of("837")
    assert text.rank_words(context.t, row) == "Rank of the chosen municipality 6 (3–9) of 20."
    assert text.rank_words(context.t, None) == ""


def test_a_group_too_large_for_names_opens_with_dots(bundle: Database, country: Database) -> None:
    for data, group, usual in (
        (bundle, "all", "jarjestys"),
        (country, "all", "pisteet"),
        (country, "size-6", "jarjestys"),
    ):
        context = page_context.read({"kieli": "fi", **TAMPERE, "ryhma": group}, data)
        assert choice.usual(context) == usual
