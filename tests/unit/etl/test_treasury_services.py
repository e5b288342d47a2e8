"""The State Treasury's packages by service and of the group: classes, labels, sectors, and what is left out. All
numbers of cells and all figures are invented."""

import csv
from typing import Any

import pandas as pd
import pytest

from kuntamittari.catalog import loader, service_classes, task_classes
from kuntamittari.etl import restate
from kuntamittari.etl.order import Order, packages_for
from kuntamittari.etl.sources.treasury import cells, documents, taxonomy
from kuntamittari.etl.sources.treasury.packages import EVERYTHING, packages
from tests.support.material import shared

KKTPP, KKOTR = packages()["KKTPP"], packages()["KKOTR"]
BEFORE, AFTER = ("jhs-2018-01", "2021-11-30"), ("jhs-2018-01", "2022-11-30")  # editions before and after the reform
EXPENSES, INCOME, ALLOCATED = "Toimintakulut yhteensä", "Toimintatuotot yhteensä", "Vyörytyskulut"


def meaning(
    number: str, label: str, service: str, version: tuple[str, str], sector: str = "Ulkoiset"
) -> dict[str, str]:
    return {
        "solutunniste": number,
        "tunnusluku": label,
        "palvelu": service,
        "versio": version[0],
        "tekninen_versio": version[1],
        "sektori": sector,
        "osakokonaisuus": "k-t99",
        "tehtava": "Toteutuma",
    }


def accounts(first: int, service: str, version: tuple[str, str]) -> list[dict[str, str]]:
    """Every item of a service with a number of its own, and expenses of the other sector."""
    rows = [
        meaning(str(first + at), item.label, service, version, KKTPP.sector_of(name))
        for at, (name, item) in enumerate(KKTPP.items.items())
    ]
    return [*rows, meaning(str(first + 9), "Toimintakulut", service, version, "Sisäiset")]


def row(number: int, value: Any, version: tuple[str, str] = AFTER) -> dict[str, Any]:
    return {"osakokonaisuus": "k-t99", "taksonomia": "/".join(version), "tunnusluku": str(number), "arvo": value}


def found(read: documents.Read) -> dict[tuple[str, str], float]:
    return {(figure.cell.service, figure.cell.item): figure.value for figure in read.figures}


def why(read: documents.Read) -> dict[tuple[str, str], str]:
    return {(problem.service, problem.item): problem.reason for problem in read.problems}


# ── classes and tasks


def test_every_class_has_the_text_and_the_coarser_class_of_the_official_list_in_its_years() -> None:
    with (shared("sources") / "service_classes_2021_2023.csv").open(encoding="utf-8") as file:
        listed = {(int(r["year"]), r["service_class"]): r for r in csv.DictReader(file)}
    ended = " voimassa 31.12.2021"
    for one in service_classes.classes().values():
        for year in (2021, 2022, 2023):
            number = one.renumbered if one.renumbered and year > 2021 else one.id
            official = listed.get((year, number))
            if official and ended in official["name_fi"].replace("(", " "):
                official = None  # a class of the year before that is still listed
            assert (official is not None) == one.is_in(year), (one, year)
            if official:
                assert official["name_fi"] == one.text
                coarser = official["coarser_class_fi"]
                assert one.coarser is None or coarser == service_classes.classes()[one.coarser].text


def test_every_class_is_of_one_task_that_an_indicator_may_use_or_is_the_coarser_one_of_others() -> None:
    numbers = [number for numbers in service_classes.of_tasks().values() for number in numbers]
    assert len(numbers) == len(set(numbers))
    assert set(service_classes.classes()) - set(numbers) == {"2180"}
    assert set(service_classes.of_tasks()) <= task_classes.names()


def test_an_unspecified_class_is_of_a_task_where_the_official_list_books_just_classes_of_that_task_to_it() -> None:
    tasks = {number: task for task, numbers in service_classes.of_tasks().items() for number in numbers}
    known = service_classes.classes()
    numbers = {one.renumbered or one.id: one.id for one in known.values()} | {one.id: one.id for one in known.values()}
    with (shared("sources") / "service_classes_2021_2023.csv").open(encoding="utf-8") as file:
        listed = [r for r in csv.DictReader(file) if r["year"] < "2023"]
    unspecified = {one.coarser for one in known.values() if one.coarser}
    for number in unspecified:
        [*rows] = [r for r in listed if r["service_class"] == number and r["description_fi"]]
        booked = [f"{r['description_fi']} {r['details_fi']}" for r in rows]
        assert all("ainoastaan kunnilta ja kuntayhtymiltä ostettavissa" in text for text in booked)
        # family law is booked to it, and is no class of the task
        assert any("perheoikeudelliset" in text for text in booked) == (number == "2180") == (number not in tasks)
        under = {r["service_class"] for r in listed if r["coarser_class_fi"] == known[number].text} - {number}
        assert {numbers[one] for one in under} == {one.id for one in known.values() if one.coarser == number}
        assert len({tasks[numbers[one]] for one in under} | {tasks.get(number, tasks[numbers[min(under)]])}) == 1
        assert known[number].corrected == (2021,)


@pytest.mark.parametrize(
    ("label", "number"),
    [
        ("3051 Perusopetus", "3051"),
        ("Perusopetus", "3051"),
        (" Perusopetus  ", "3051"),
        ("3052 Perusopetus", None),
        ("3051 Perusopetus ja muu", None),
        ("2612 Somaattinen erikoissairaanhoito", "2602"),
        (EVERYTHING, None),
        ("", None),
    ],
)
def test_a_class_is_known_by_its_text_and_by_no_other_number(label: str, number: str | None) -> None:
    assert KKTPP.service_of(label) == number


def test_packages_by_service_are_read_only_when_they_are_asked_for() -> None:
    assert Order("all", (2019,)).packages == packages_for("statistics") == ("KKNR", "KTAS")
    assert set(packages_for("treasury")) == set(packages())


# ── cells by class, sector and label


def test_cells_are_found_by_class_sector_and_label_in_both_editions() -> None:
    rows = [
        *accounts(10, "3051 Perusopetus", BEFORE),
        *accounts(20, "Perusopetus", AFTER),
        *accounts(30, "Esiopetus", AFTER),
    ]
    rows += accounts(40, EVERYTHING, AFTER) + accounts(50, "3052 Aamu-ja iltapäivätoiminta", BEFORE)
    kept = [dict(zip(taxonomy.FIELDS, texts, strict=True)) for texts in taxonomy.wanted(rows, KKTPP)]
    assert {one["palvelu"] for one in kept} == {"3051 Perusopetus", "Perusopetus", "Esiopetus"}
    known = taxonomy.understood(kept, KKTPP)
    values = {10: "1.00", 20: "100.10", 21: "7.00", 22: "5.05", 23: "16.00", 24: "0.00", 29: "12.00", 30: "3.00"}
    read = documents.read([row(number, value) for number, value in values.items()], KKTPP, known, 2023)
    assert found(read) == {
        ("3051", EXPENSES): 100.10,
        ("3051", "Poistot ja arvonalentumiset"): 7.0,
        ("3051", ALLOCATED): 5.05,
        ("3051", INCOME): 16.0,
        ("3051", "Vyörytystuotot"): 0.0,
        ("3041", EXPENSES): 3.0,
    }, "a number of another version and the internal sector are left out"
    before = documents.read([row(10, "1.00", BEFORE)], KKTPP, known, 2022)
    assert found(before) == {("3051", EXPENSES): 1.0}


def test_a_class_or_label_that_a_taxonomy_lacks_is_missing_for_that_reason_in_the_years_of_the_class() -> None:
    rows = [one for one in accounts(20, "Perusopetus", AFTER) if one["tunnusluku"] != "Toimintatuotot"]
    rows += [*accounts(30, "Esiopetus", AFTER), meaning("38", "Toimintakulut", "Esiopetus", AFTER)]
    read = documents.read([row(20, "100.00"), row(31, "4.00")], KKTPP, taxonomy.understood(rows, KKTPP), 2023)
    assert found(read) == {("3051", EXPENSES): 100.0, ("3041", "Poistot ja arvonalentumiset"): 4.0}
    reasons = why(read)
    assert reasons["3051", INCOME] == reasons["3041", EXPENSES] == reasons["3501", ""] == "not_in_taxonomy"
    assert not [service for service, _ in reasons if service.startswith("2")], (
        "social services are not in the list of 2023"
    )
    said = {(problem.service, problem.item): f"{problem.about}: {problem.sentence}" for problem in read.problems}
    assert said["3051", INCOME] == f"3051 Perusopetus, {INCOME}: no number has the label 'Toimintatuotot'"
    assert said["3041", EXPENSES] == f"3041 Esiopetus, {EXPENSES}: the label 'Toimintakulut' has the numbers 30, 38"
    assert said["3501", ""] == "3501 Kirjastopalvelut: the taxonomy has no such service"


@pytest.mark.parametrize(
    ("value", "year", "reasons"),
    [
        ("5.00", 2022, {"2181": "published_coarser", "2185": "published_coarser"}),
        ("5.00", 2021, {"2180": "unusable", "2181": "published_coarser", "2185": "published_coarser"}),
        ("0.00", 2021, {}),
    ],
)
def test_classes_that_a_document_has_only_together_with_those_of_another_task_are_missing_and_a_zero_hides_nothing(
    value: str, year: int, reasons: dict[str, str]
) -> None:
    rows = accounts(10, "2180 Erittelemättömät lapsiperheiden palvelut", BEFORE)
    rows += accounts(20, "2181 Lapsiperheiden sosiaalityö ja -ohjaus", BEFORE)
    rows += accounts(30, "2185 Ensi- ja turvakotipalvelu", BEFORE)
    known = taxonomy.understood(rows, KKTPP)
    read = documents.read([row(10, value, BEFORE), row(20, "9.00", BEFORE)], KKTPP, known, year)
    told = {service: reason for (service, item), reason in why(read).items() if reason != "not_in_taxonomy"}
    assert {service: told[service] for service in told if service in ("2180", "2181", "2185")} == reasons


def test_an_unspecified_class_of_one_task_is_a_part_of_it_but_not_where_its_totals_were_corrected_elsewhere() -> None:
    rows = accounts(10, "2600 Erittelemätön erikoissairaanhoito", BEFORE)
    rows += accounts(20, "2601 Aikuispsykiatrinen erikoissairaanhoito", BEFORE)
    known = taxonomy.understood(rows, KKTPP)
    figures = [row(10, "5.00", BEFORE), row(20, "9.00", BEFORE)]
    read = documents.read(figures, KKTPP, known, 2022)
    assert found(read) == {("2600", EXPENSES): 5.0, ("2601", EXPENSES): 9.0}
    assert not {reason for (service, _), reason in why(read).items() if service in ("2600", "2601")}
    of_2021 = documents.read(figures, KKTPP, known, 2021)
    [problem] = [problem for problem in of_2021.problems if problem.service == "2600"]
    assert problem.reason == "unusable"
    assert f"{problem.about}: {problem.sentence}" == (
        "2600 Erittelemätön erikoissairaanhoito: its totals of 2021 were corrected in a spreadsheet and not here"
    )


@pytest.mark.parametrize("value", ["", None, "1 234,5"])
def test_a_cell_that_is_no_number_is_missing_and_says_which_service_it_is_of(value: Any) -> None:
    known = taxonomy.understood(accounts(20, "Perusopetus", AFTER), KKTPP)
    read = documents.read([row(20, value), row(23, "1.00")], KKTPP, known, 2023)
    assert found(read) == {("3051", INCOME): 1.0} and why(read)["3051", EXPENSES] == "unusable"


# ── the group


def group(**values: str) -> documents.Read:
    """A document of group accounts with an item a number, read; the annual margin stands in two tables."""
    names = {"margin": "Vuosikate", "depreciation": "Poistot ja arvonalentumiset", "result": "Tilikauden tulos"}
    names |= {"assets": "Vastaavaa", "liabilities": "Vastattavaa", "long": "Pitkäaikainen (korollinen vieras pääoma)"}
    numbers = {name: str(at) for at, name in enumerate(names, 1)}
    rows = [meaning(numbers[name], label, EVERYTHING, AFTER, "") for name, label in names.items()]
    known = taxonomy.understood([*rows, rows[0] | {"osakokonaisuus": "k-t98"}], KKOTR)
    figures = [row(int(numbers[name]), value) for name, value in values.items()]
    return documents.read([*figures, figures[0] | {"osakokonaisuus": "k-t98"}], KKOTR, known, 2024)


def test_items_of_the_group_are_found_by_label_and_kept_where_their_identities_hold() -> None:
    read = group(margin="20.50", depreciation="15.25", result="5.25", assets="90.00", liabilities="90.00", long="40.00")
    assert found(read)["", "Vuosikate +/-"] == 20.5, "a cell that stands in two tables is one figure"
    assert found(read)["", "Pitkäaikainen korollinen vieras pääoma"] == 40.0
    assert why(read)["", "Konsernireservi"] == "not_in_taxonomy"


def test_a_sign_that_is_not_as_assumed_leaves_out_the_items_of_its_identity() -> None:
    read = group(
        margin="20.50", depreciation="-15.25", result="5.25", assets="90.00", liabilities="90.00", long="40.00"
    )
    assert ("", "Vuosikate +/-") not in found(read) and why(read)["", "Vuosikate +/-"] == "unusable"
    assert found(read)["", "Vastaavaa yhteensä"] == 90.0


# ── merged municipalities


def test_a_merged_municipality_adds_up_services_that_one_part_has_nothing_of() -> None:
    def cell(code: str, service: str, item: str, value: float) -> dict[str, Any]:
        about = {"municipality": code, "package": "KKTPP", "period": "2024", "value_year": 2024, "column": "actual"}
        of = {"item": item, "service": service, "counterparty": "external", "value": value, "unit": "eur"}
        return about | of | {"status": "final", "version": "v", "approved": pd.Timestamp("2025-06-01")}

    frame = pd.DataFrame(
        [
            cell("901", "3051", EXPENSES, 100.1),
            cell("901", "3051", ALLOCATED, 5.0),
            cell("902", "3051", EXPENSES, 30.2),
            cell("902", "3101", EXPENSES, 7.0),
            cell("903", "3101", EXPENSES, 8.0),
        ]
    )
    sums = restate.cells_restated(frame, {"901": "901", "902": "901", "903": "903"}, {"901", "903"})
    own = sums[sums["municipality"] != "MA1"].set_index(["municipality", "service", "item"])["value"].to_dict()
    assert own == {
        ("901", "3051", EXPENSES): 130.3,
        ("901", "3051", ALLOCATED): 5.0,
        ("901", "3101", EXPENSES): 7.0,
        ("903", "3101", EXPENSES): 8.0,
    }
    missing = [cells.Missing("902", "KKTPP", "2024", "", "3501", "unusable")] * 2
    restated = restate.missing_restated(missing, {"902": "901"})
    assert restated[["municipality", "service", "reason"]].values.tolist() == [["901", "3501", "unusable"]]


# ── what is experimental


def test_figures_whose_labels_nobody_has_confirmed_are_experimental_where_the_data_may_hold_them() -> None:
    catalogue = loader.indicators()
    basic, group_margin = catalogue["basic_education_cost_per_7_15"], catalogue["group_annual_margin_per_resident"]
    assert basic.experimental_since({"packages": ["KKNR", "KKTPP"]}) == 2021
    assert basic.experimental_since({"packages": ["KKNR"]}) is basic.experimental_since({}) is None
    assert basic.is_experimental_in(2021) and not basic.is_experimental_in(2019) and not basic.experimental
    assert group_margin.experimental and group_margin.is_experimental_in(2024)
    assert not catalogue["annual_margin_per_resident"].is_experimental_in(2024)
    assert catalogue["group_loans_per_resident"].experimental_since({"packages": ["KKOTR"]}) == 2021
    pupils = catalogue["basic_education_cost_per_pupil_treasury"]
    assert pupils.experimental and pupils.package == "TOTT" and pupils.persons_in == "denominator"
    assert catalogue["annual_margin_per_resident"].persons_in == "denominator"
    assert catalogue["group_equity_ratio"].persons_in is None


def test_lines_of_education_are_those_that_the_package_is_read_for() -> None:
    services = {"pre_primary": "Esiopetus", "basic_education": "Perusopetus", "upper_secondary": "Lukiokoulutus"}
    tott = packages()["TOTT"]
    assert tott.services == {name: (text,) for name, text in services.items()}
    lines = {f"{text}: {item}" for text in services.values() for item in tott.items}
    assert lines == task_classes.education_items()
    assert task_classes.pupil_items() == {line for line in lines if line.endswith("Oppilasmäärä")}
