"""Breaks of every indicator, and which tasks are municipal in which year (docs/methods.md 12)."""

import pytest
from pydantic import ValidationError

from kuntamittari.catalog import composites, loader, services, task_classes
from kuntamittari.catalog.indicator import Indicator

CATALOGUE = loader.indicators()
YEAR_OF = {name: one["year"] for name, one in services.breaks().items()}
HELSINKI, TAMPERE = "091", "837"
ELDERLY, CHILDREN, ALL = "elderly_care_cost_per_65", "children_services_cost_per_0_17", "operating_cost_per_resident"
# a function of the cost of schools that moved in part, with the psychologists and social workers of the pupils
PARTLY_MOVED = {"basic_education_welfare_per_pupil": "wellbeing_counties"}
# items of the statements that grow with a task: their difference, the annual margin, need not
OPERATING = {
    "Toimintatuotot yhteensä",
    "Toimintakulut yhteensä",
    "Henkilöstökulut yhteensä",
    "Palvelujen ostot",
    "Aineet, tarvikkeet ja tavarat",
    "Avustukset",
    "Muut toimintakulut",
}


def why(indicator: Indicator) -> dict[str, str]:
    """Name of each break that an indicator must have → why it must."""
    found: dict[str, str] = {}
    terms = indicator.formula.parts[:2] if indicator.formula else ()
    statements = any(term.statement for term in terms)
    counted = [measure for term in terms for measure in term.measures]
    euros = [measure for measure in counted if measure.endswith("_eur") or measure.startswith("vipunen_cost")]
    if indicator.costs:
        found["task_classes"] = "costs are reported by task class since then"
    if "Varhaiskasvatus" in indicator.costs:
        found["early_childhood"] = "the class was another before"
    if indicator.costs or statements or euros:
        found["state_treasury"] = "euros of municipalities are reported elsewhere since then"
    if (statements and not indicator.of_education) or any(measure.startswith("key_") for measure in euros):
        found["wellbeing_counties"] = "the finances went with the task: taxes, transfers, assets and debts"
    if indicator.move is not None:
        found["wellbeing_counties"] = "some of the costs moved"
    if task_classes.totals()["all"] in indicator.costs:
        found["employment_services"] = "the total holds a task more"
    if OPERATING & {item for term in terms for item in term.statement}:
        found["employment_services"] = "expenses and income are of a task more"
    if indicator.id in PARTLY_MOVED:
        found[PARTLY_MOVED[indicator.id]] = "a part of the function moved"
    return found


@pytest.mark.parametrize("indicator", CATALOGUE.values(), ids=list(CATALOGUE))
def test_an_indicator_has_the_breaks_that_follow_from_what_it_counts(indicator: Indicator) -> None:
    """A new indicator fails here until its breaks are named; a break without a reason here fails as well."""
    wanted = {YEAR_OF[name]: reason for name, reason in why(indicator).items()}
    assert {b.year: wanted.get(b.year) for b in indicator.breaks} == wanted


def test_a_forgotten_break_would_be_found() -> None:
    forgetful = CATALOGUE["loans_per_resident"].model_copy(update={"breaks": ()})
    assert set(why(forgetful)) == {"state_treasury", "wellbeing_counties"} and set(why(CATALOGUE[ALL])) == {
        "task_classes",
        "state_treasury",
        "wellbeing_counties",
        "employment_services",
    }
    assert why(CATALOGUE["unemployment_rate"]) == {} == why(CATALOGUE["children_placed_outside_home"])


def test_social_health_and_rescue_services_moved_and_nothing_else() -> None:
    social = task_classes.groups()["social_health"]
    stayed = {"Työllistymistä tukevat palvelut", "Ympäristöterveydenhuolto"}
    total = task_classes.totals()["social_health"]
    assert set(task_classes.moves()) == {*(social - stayed), total, "Palo- ja pelastustoiminta"}
    assert {move.year for move in task_classes.moves().values()} == {YEAR_OF["wellbeing_counties"]} == {2023}
    assert {move.kept_by for move in task_classes.moves().values()} == {(HELSINKI,)}
    assert set(task_classes.moves()) <= task_classes.names()


def test_a_service_is_municipal_until_its_task_moves() -> None:
    of_costs = [i for i in CATALOGUE.values() if i.service and i.costs]
    ended = {i.service for i in of_costs if not i.municipal(2023)}
    assert ended == {
        "elderly_care",
        "elderly_services",
        "child_welfare",
        "primary_care",
        "specialised_care",
        "disability",
    }
    assert all(i.municipal(2022) for i in of_costs) and all(i.municipal(2023, HELSINKI) for i in of_costs)
    assert {i.service for i in of_costs if i.move} - ended == {"children_services"}, "of which a part moved"


def test_a_total_is_municipal_as_long_as_any_of_it_is() -> None:
    social = CATALOGUE["social_health_cost_per_resident"]
    assert (social.municipal(2022), social.municipal(2023), social.municipal(2023, TAMPERE)) == (True, False, False)
    assert CATALOGUE[ALL].municipal(2023) and CATALOGUE[ALL].move is not None
    assert (
        CATALOGUE["education_culture_cost_per_resident"].move is None and CATALOGUE["loans_per_resident"].move is None
    )
    assert CATALOGUE[ALL].kept(2023, HELSINKI) and not CATALOGUE[ALL].kept(2022, HELSINKI)
    assert not CATALOGUE[ALL].kept(2023, TAMPERE) and not CATALOGUE["library_cost_per_resident"].kept(2023, HELSINKI)


def test_the_parts_of_a_composite_are_those_that_are_municipal_in_the_year() -> None:
    def ids(whole: str, year: int | None) -> list[str]:
        return [part.id for part in composites.parts(CATALOGUE, CATALOGUE[whole], year)]

    assert ids(CHILDREN, 2022) == ids(CHILDREN, None)
    assert ids(CHILDREN, 2023) == [part for part in ids(CHILDREN, None) if part != "child_welfare_cost_per_0_17"]
    gone = {ELDERLY, "child_welfare_cost_per_0_17", "primary_care_cost_per_resident"}
    gone |= {"specialised_care_cost_per_resident", "disability_cost_per_resident"}
    assert set(ids(ALL, None)) - set(ids(ALL, 2023)) == gone and ids("elderly_services_cost_per_65", 2023) == []
    [rest] = [part for part in composites.parts(CATALOGUE, CATALOGUE[ALL], 2023) if part.id == composites.REST]
    assert "Ympäristöterveydenhuolto" in rest.task_classes and "Palo- ja pelastustoiminta" not in rest.task_classes


def test_a_sum_of_which_a_part_moved_is_refused_without_the_break() -> None:
    """Also one of a user's own folder: its line would fall in the year of the move, and nothing would say why."""
    content = CATALOGUE[ALL].model_dump()
    with pytest.raises(ValidationError, match="some of its tasks moved in 2023, and breaks lack that year"):
        Indicator.model_validate(content | {"breaks": [b for b in content["breaks"] if b["year"] != 2023]})


def test_a_formula_goes_to_the_queries_with_when_its_tasks_moved() -> None:
    care, whole = CATALOGUE[ELDERLY].bound(), CATALOGUE[CHILDREN].bound()
    assert (care["moved_from"], care["kept_by"], care["numerator"]["moved_years"]) == (2023, [HELSINKI], [2023] * 4)
    assert (whole["moved_from"], whole["numerator"]["moved_years"]) == (None, [2023] * 3), "child welfare alone"
    index = CATALOGUE["elderly_care_productivity"].bound()
    assert (index["moved_from"], index["denominator"]["moved_years"]) == (2023, [2023] * 4)
    assert CATALOGUE["library_cost_per_resident"].bound()["moved_from"] is None
