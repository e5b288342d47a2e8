"""Wholes of services: their parts cover them, explain every difference exactly, and expect what the group spends."""

import pytest

from kuntamittari import settings
from kuntamittari.catalog import composites, loader, task_classes
from kuntamittari.catalog.indicator import Ratio
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator

CATALOGUE = loader.indicators()
WHOLES = composites.composite_ids()


@pytest.mark.parametrize("whole", WHOLES)
def test_the_parts_of_a_whole_cover_its_task_classes_once(whole: str) -> None:
    formula = CATALOGUE[whole].formula
    assert isinstance(formula, Ratio)
    classes = [name for part in composites.parts(CATALOGUE, CATALOGUE[whole]) for name in part.task_classes]
    assert sorted(classes) == sorted(
        name for total in formula.numerator.task_classes for name in task_classes.of_total(total)
    )


def test_a_catalogue_without_a_part_or_an_indicator_that_is_no_whole_has_no_parts() -> None:
    assert (
        composites.parts({k: v for k, v in CATALOGUE.items() if k != "pre_primary_cost_per_6"}, CATALOGUE[WHOLES[0]])
        == []
    )
    assert composites.parts(CATALOGUE, CATALOGUE["loans_per_resident"]) == []


@pytest.mark.parametrize(("value", "said"), [(12.4, "+12"), (-12.4, "−12"), (0.2, "0"), (-0.2, "0"), (0, "0")])
def test_a_signed_figure_shows_which_way_it_goes(value: float, said: str) -> None:
    assert text.signed(Translator("en"), value) == said


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_every_part_has_a_name(language: str) -> None:
    assert all(
        composites.label(CATALOGUE, part.id, language)
        for whole in WHOLES
        for part in composites.parts(CATALOGUE, CATALOGUE[whole])
    )
