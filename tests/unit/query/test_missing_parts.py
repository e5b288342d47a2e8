"""Missing is not zero inside a whole (docs/methods.md 2): a part that a municipality does not organise itself is no
saving."""

from pathlib import Path

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.catalog.indicator import Ratio

CHILDREN, ALL = "children_services_cost_per_0_17", "operating_cost_per_resident"
UPPER = "upper_secondary_cost_per_16_18"


# what a zero means is declared


def test_the_parts_whose_zero_means_not_organised_are_found_in_every_sum_of_services() -> None:
    found = {
        i.id: ([part.id for part in i.zero_parts], i.is_published_total)
        for i in loader.indicators().values()
        if i.zero_parts
    }
    schools = ["pre_primary_cost_per_6", UPPER]
    total = ["adult_education_cost_per_resident", *schools]
    assert found == {
        CHILDREN: (schools, False),
        "education_culture_cost_per_resident": (total, True),
        ALL: (total, True),
        "operating_cost_real_growth": (total, True),
    }


def test_a_sum_of_services_in_another_folder_learns_of_its_parts_too(tmp_path: Path) -> None:
    """The kind and not the case: nothing is said of children's services in the code."""
    files = settings.PACKAGE / "catalog" / "indicators"
    schools = (files / "economy_of_services" / f"{UPPER}.yaml").read_text("utf-8")
    (tmp_path / "upper.yaml").write_text(schools, "utf-8")
    classes = "task_classes: [Perusopetus, Lukiokoulutus]"
    both = (
        schools.replace(UPPER, "schools_cost")
        .replace("task_classes: [Lukiokoulutus]", classes)
        .replace("zero: missing", "zero: value")
    )
    (tmp_path / "schools.yaml").write_text(both[: both.index("checks:")], "utf-8")
    found = loader.load(tmp_path)
    assert [part.id for part in found["schools_cost"].zero_parts] == [UPPER] and not found[UPPER].zero_parts
    reduced = found["schools_cost"].without(found["schools_cost"].zero_parts)
    assert isinstance(reduced.formula, Ratio) and reduced.formula.numerator.task_classes == ("Perusopetus",)
