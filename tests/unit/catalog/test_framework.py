"""The framework, the documentation of the catalogue, and the names of task classes and statement items."""

import pytest

from kuntamittari import settings
from kuntamittari.catalog import framework, loader, task_classes
from scripts import indicator_docs


@pytest.mark.parametrize("dimension", framework.dimensions())
def test_the_framework_names_indicators_of_its_own_dimension(dimension: str) -> None:
    assert {loader.indicators()[i].dimension for i in framework.dimensions()[dimension]} == {dimension}


LANGUAGES = settings.LANGUAGES


def test_the_catalogue_in_the_documentation_is_the_present_one() -> None:
    assert indicator_docs.FILE.read_text("utf-8") == indicator_docs.document(), "run `python -m scripts.indicator_docs`"


def test_the_catalogue_holds_what_the_framework_asks_for() -> None:
    known = loader.indicators().values()
    assert len(known) >= 45 and sum(i.formula is not None for i in known) >= 30


def test_every_task_class_and_statement_item_has_its_name_in_every_language() -> None:
    labels = [*task_classes.names(), *task_classes.statement_items()]
    assert [
        label for label in labels for language in LANGUAGES if not task_classes.name_in(label, language).strip()
    ] == []
