"""Self-assessments of municipalities that do not exist, on their page: from the form to the file and back."""

import itertools
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kuntamittari import settings
from kuntamittari.exhibits.exhibit import table_of
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.i18n import Translator
from kuntamittari.query import database
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.ui import page_run
from kuntamittari.uploads import workspace
from kuntamittari.uploads.assessment import Action, Assessment, band, criteria, framework
from kuntamittari.uploads.workspace import Workspace
from tests.support.markup import words
from tests.support.pages import findings, said
from tests.support.uploads.assessments import A, B, by_hand, partly, scored
from tests.support.uploads.made_up_survey import CODES, LIBRARY, REGISTER
from tests.support.uploads.workspace_pages import lies_on, opened, press, view_of

LANGUAGES = settings.LANGUAGES
NOW = datetime.now(UTC).year
VIEW = {"mittari": LIBRARY, "kunta": A, "ryhma": "all"}


# ---- the page


def of_form(
    page: AppTest, criterion: str, scores: dict[str, int], evidence: str = "", year: int = NOW, code: str = A
) -> AppTest:
    """The page after the form of a criterion has been filled in and saved."""
    for part, score in scores.items():
        page.number_input(key=f"caf-{code}-{year}-{part}-score").set_value(score)
        if evidence:
            page.text_area(key=f"caf-{code}-{year}-{part}-evidence").set_value(f"{evidence} {part}")
    save = [button for button in page.button if button.form_id == f"caf-{code}-{year}-{criterion}"]
    return save[0].click().run()


def test_data_that_come_into_use_while_a_page_is_drawn_lose_no_score_and_leave_nothing_old_around_it(
    place, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened("assessment", kieli="fi", **VIEW)

    def vintages() -> Database:
        """What stands around the page is drawn of the data in use, the page itself of newly opened ones."""
        old, new = database.current(), Database(open_snapshot(settings.data_dir()))
        in_use = itertools.chain([old], itertools.repeat(new))
        monkeypatch.setattr(database, "current", lambda: next(in_use))
        return new

    vintages()
    of_form(page, "6", {"6.1": 20, "6.2": 45})
    said_so = words(Translator("fi")("assessment.scored", name=REGISTER[A]["name_fi"], year=NOW, n=2, all=28))
    assert not page.exception and findings(page) == [said_so]
    new = vintages()
    page.run()
    assert (
        page.session_state[page_run.PAGE_LAYOUT].data.snapshot
        is page.session_state["context"].data.snapshot
        is new.snapshot
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_scores_saved_by_the_form_are_in_the_finding_the_table_and_in_the_workspace(language: str, place) -> None:
    page, t = opened("assessment", kieli=language, **VIEW), Translator(language)
    name = REGISTER[A][f"name_{language}"]
    assert findings(page) == [words(t("assessment.scored", name=name, year=NOW, n=0, all=28))] and not page.dataframe
    of_form(page, "6", {"6.1": 20, "6.2": 45}, "Mittaus")
    assert not page.exception and findings(page) == [words(t("assessment.scored", name=name, year=NOW, n=2, all=28))]
    of_form(page, "7", {"7.1": 90, "7.2": 95})
    best, worst = (criteria()[c]["name"][language] for c in "76")
    ends = t("assessment.ends", best=best, high=t.number(92.5, 0), worst=worst, low=t.number(32.5, 0))
    assert findings(page) == [words(f"{t('assessment.scored', name=name, year=NOW, n=4, all=28)} {ends}")]
    table = page.dataframe[0].value.set_index(t("assessment.criterion"))
    assert len(table) == 9 and table[str(NOW)].dropna().tolist() == [32.5, 92.5]
    meanings = table[t("assessment.meaning")].tolist()
    assert meanings == [""] * 5 + [band("6", 32)["text"][language], band("7", 92)["text"][language], "", ""]
    [one] = lies_on(page).assessments
    assert one == Assessment(
        municipality=A,
        year=NOW,
        scores={"6.1": 20, "6.2": 45, "7.1": 90, "7.2": 95},
        evidence={"6.1": "Mittaus 6.1", "6.2": "Mittaus 6.2"},
    )


def test_a_score_is_changed_and_taken_away_by_the_same_form(place) -> None:
    page = opened("assessment", Workspace(assessments=(partly(A, NOW, p6_1=20, p6_2=45, p7_1=5),)), kieli="en", **VIEW)
    page.number_input(key=f"caf-{A}-{NOW}-6.2-score").set_value(None)
    of_form(page, "6", {"6.1": 33})
    assert lies_on(page).assessments == (partly(A, NOW, p7_1=5, p6_1=33),)
    assert "2/28" in findings(page)[0]


def test_what_was_not_saved_is_not_taken(place) -> None:
    page = opened("assessment", kieli="en", **VIEW)
    page.number_input(key=f"caf-{A}-{NOW}-1.1-score").set_value(80)
    of_form(page, "6", {"6.1": 20})
    assert lies_on(page).assessments[0].scores == {"6.1": 20}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_asks_every_part_and_tells_what_scores_mean(language: str, place) -> None:
    page = opened("assessment", kieli=language, **VIEW)
    told = said(page)
    assert (
        len(page.number_input) == 28
        and len([area for area in page.text_area if str(area.key).endswith("-evidence")]) == 28
    )
    for criterion, about in criteria().items():
        assert f"{criterion} {about['name'][language]} (0/{len(about['parts'])})" in [
            box.label for box in page.expander
        ]
        assert words(about["text"][language]) in told
        assert all(f"{part['id']} {words(part['name'][language])}" in told for part in about["parts"])
    assert all(words(one["text"][language]) in told for panel in framework()["panels"].values() for one in panel)


def test_two_criteria_of_the_same_mean_are_not_both_strongest_and_weakest(place) -> None:
    page = opened("assessment", Workspace(assessments=(scored(A, NOW, 50),)), kieli="en", **VIEW)
    assert "Strongest: Leadership (50). Weakest: Leadership (50)" not in findings(page)[0]


OTHERS = tuple(
    scored(code, 2025, score) for code, score in zip(CODES[3:16:3], (10, 20, 40, 70, 100), strict=True)
)  # all of region 90


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_quartiles_of_the_others_stand_beside_and_only_of_the_chosen_group(language: str, place) -> None:
    lies, t = Workspace(assessments=(scored(A, 2026, 55), *OTHERS, scored(B, 2025, 99))), Translator(language)
    page = opened("assessment", lies, kieli=language, **VIEW | {"ryhma": "region-90", "arvio": "2026"})
    row = page.dataframe[0].value.iloc[0]
    heads = (t("organisation.q1"), t("chart.median"), t("organisation.q3"), "n")
    assert [row[head] for head in heads] == [20, 40, 70, 5] and row["2026"] == 55
    assert words(t("assessment.reading")) in said(page)
    everybody = opened("assessment", lies, kieli=language, **VIEW | {"arvio": "2026"}).dataframe[0].value.iloc[0]
    assert [everybody[head] for head in heads] == [*by_hand([10, 20, 40, 70, 100, 99]), 6]
    few = opened("assessment", lies, kieli=language, **VIEW | {"ryhma": "region-91", "arvio": "2026"})
    assert words(t("assessment.no_group", least=5)) in said(few) and "n" not in few.dataframe[0].value.columns


def test_others_are_of_no_later_year_than_one_s_own(place) -> None:
    lies = Workspace(assessments=(scored(A, 2024, 55), *OTHERS))
    page = opened("assessment", lies, kieli="en", **VIEW | {"arvio": "2024"})
    assert "n" not in page.dataframe[0].value.columns


def test_earlier_assessments_stand_beside_the_chosen_one_and_later_ones_do_not(place) -> None:
    mine = (scored(A, 2023, 30), partly(A, 2024, p1_1=5), scored(A, 2025, 45, c1=60), scored(A, 2026, 80))
    page = opened("assessment", Workspace(assessments=mine), kieli="en", **VIEW | {"arvio": "2025"})
    table = page.dataframe[0].value
    assert list(table.columns)[:4] == ["Criterion", "2023", "2024", "2025"] and "2026" not in table.columns
    assert (
        table["2023"].tolist() == [30] * 9 and table["2024"].isna().all() and table["2025"].tolist() == [60] + [45] * 8
    )
    assert page.selectbox(key="assessment-year").options == ["2026", "2025", "2024", "2023"]
    page.selectbox(key="assessment-year").select(2023).run()
    assert page.query_params["arvio"] == "2023" and list(page.dataframe[0].value.columns)[:3] == [
        "Criterion",
        "2023",
        "What the score means",
    ]


def test_the_last_year_is_shown_first_and_an_unknown_one_is_named(place) -> None:
    lies = Workspace(assessments=(scored(A, 2021, 30), scored(B, 2026, 80)))
    assert f"Madeup {A} 2021: 28/28" in findings(opened("assessment", lies, kieli="en", **VIEW))[0]
    page = opened("assessment", lies, kieli="en", **VIEW | {"arvio": "1066"})
    assert "arvio=1066" in said(page) and "2021: 28/28" in findings(page)[0]
    assert "0/28" in findings(opened("assessment", lies, kieli="en", **VIEW | {"kunta": CODES[9]}))[0]


def of_label(widgets: Iterable[Any], label: str) -> Any:
    """The one widget of a label."""
    [found] = [widget for widget in widgets if widget.label == label]
    return found


def test_an_action_is_added_and_taken_away(place) -> None:
    page = opened("assessment", Workspace(assessments=(scored(A, NOW, 50),)), kieli="en", **VIEW)
    for part, what, owner, due in (
        ("2.3", "Viestitään *suunnitelmat*", "Viestintä", date(NOW + 1, 1, 31)),
        ("9.2", "Mitataan", "", None),
    ):
        of_label(page.selectbox, "Sub-criterion").set_value(part)
        of_label(page.text_area, "What is done").set_value(what)
        of_label(page.text_input, "Owner role").set_value(owner)
        of_label(page.date_input, "Done by").set_value(due)
        press(page, "Add")
    assert not page.exception
    assert lies_on(page).assessments[0].actions == (
        Action(part="2.3", what="Viestitään *suunnitelmat*", owner="Viestintä", due=f"{NOW + 1}-01-31"),
        Action(part="9.2", what="Mitataan"),
    )
    assert f"Viestitään *suunnitelmat* · Viestintä · {NOW + 1}-01-31" in said(page)
    press(page, "Remove action 1")
    assert [action.part for action in lies_on(page).assessments[0].actions] == ["9.2"] and "Viestitään" not in said(
        page
    )
    assert lies_on(page).assessments[0].scores == scored(A, NOW, 50).scores


def test_an_action_without_words_is_asked_for_and_none_is_added(place) -> None:
    page = opened("assessment", kieli="en", **VIEW)
    of_label(page.text_area, "What is done").set_value("   ")
    press(page, "Add")
    assert "Write what is done." in [block.value for block in page.warning] and lies_on(page) == workspace.EMPTY


def test_more_actions_than_a_file_holds_are_not_taken(place) -> None:
    full = scored(A, NOW).model_copy(
        update={"actions": tuple(Action(part="1.1", what=f"Teko {n}") for n in range(100))}
    )
    page = opened("assessment", Workspace(assessments=(full,)), kieli="en", **VIEW)
    assert not [box for box in page.text_area if box.label == "What is done"], (
        "where there is no room, none is asked for"
    )
    lies = lies_on(page)
    assert workspace.of_file(workspace.file(lies)) == lies, "what the page keeps can be brought back"


def bring(page: AppTest, lies: Workspace) -> AppTest:
    """The page after a file of assessments has been brought and taken."""
    page.file_uploader[0].set_value(("arvio.json", workspace.file(lies), "application/json")).run()
    return press(page, "Use these figures")


def test_a_file_joins_what_is_in_the_workspace_in_the_place_of_the_same_year(place) -> None:
    mine = scored(A, 2026, 40)
    page = opened("assessment", Workspace(assessments=(scored(A, 2026, 10), scored(A, 2025, 20))), kieli="en", **VIEW)
    page.file_uploader[0].set_value(
        ("a.json", workspace.file(Workspace(assessments=(mine, *OTHERS))), "application/json")
    ).run()
    assert f"The file holds assessments 6: Madeup {A}, Madeup {CODES[3]}" in said(page)
    press(page, "Use these figures")
    assert lies_on(page).assessments == (scored(A, 2025, 20), mine, *OTHERS)
    assert page.dataframe[0].value.iloc[0][["2026", Translator("en")("chart.median"), "n"]].tolist() == [40, 40, 5]
    press(page, "Remove the assessments")
    assert lies_on(page) == workspace.EMPTY and "0/28" in findings(page)[0]


def test_the_forms_show_what_a_file_uploaded_and_saving_one_does_not_undo_it(place) -> None:
    page = opened("assessment", Workspace(assessments=(scored(A, 2026, 50),)), kieli="en", **VIEW | {"arvio": "2026"})
    bring(page, Workspace(assessments=(scored(A, 2026, 70),)))
    assert page.number_input(key=f"caf-{A}-2026-1.1-score").value == 70
    of_form(page, "1", {}, year=2026)
    assert set(lies_on(page).assessments[0].scores.values()) == {70}


@pytest.mark.parametrize("away", ["to another page", "to another municipality"])
def test_the_forms_hold_what_was_saved_also_when_the_reader_comes_back(away: str, place) -> None:
    page = opened("assessment", Workspace(assessments=(scored(A, 2026, 50),)), kieli="en", **VIEW | {"arvio": "2026"})
    if away == "to another page":
        page.switch_page("../pages/survey.py").run()
        page.query_params.update({"kieli": "en", **VIEW, "arvio": "2026"})
        page.switch_page("../pages/assessment.py").run()
    else:
        for code in (B, A):
            page.selectbox(key="choose-municipality").select(code).run()
    assert page.number_input(key=f"caf-{A}-2026-1.1-score").value == 50
    of_form(page, "1", {}, year=2026)
    assert lies_on(page).assessments == (scored(A, 2026, 50),), "saving what was not touched takes nothing away"


def test_a_file_that_is_no_workspace_says_why(place) -> None:
    page = opened("assessment", kieli="en", **VIEW)
    page.file_uploader[0].set_value(("a.json", b'{"assessments": [{"municipality": "1"}]}', "application/json")).run()
    assert "the file is not own data saved from this service" in said(page) and lies_on(page) == workspace.EMPTY


# ---- the picture for slides and documents


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_exhibit_holds_the_means_beside_the_others_medians(language: str, place) -> None:
    lies, t = Workspace(assessments=(scored(A, 2026, 55, c9=85), *OTHERS)), Translator(language)
    exhibit = PICTURES["assessment"](view_of(lies, kieli=language, **VIEW))
    name = REGISTER[A][f"name_{language}"]
    assert exhibit.kind == "panels" and exhibit.title == f"{name}: {t('assessment.result', year=2026)}"
    scores = [value for panel in exhibit.panels for values in panel.series.values() for value in values]
    assert scores == [55] * 8 + [85] and {panel.reference.value for panel in exhibit.panels} == {40}
    assert {(panel.categories, panel.roles, panel.ends) for panel in exhibit.panels} == {
        (("2026",), ("chosen",), (0, 100))
    }
    names = [f"{c} {about['name'][language]}" for c, about in criteria().items()]
    assert [panel.title for panel in exhibit.panels] == names == [row[0] for row in exhibit.rows]


def test_the_exhibit_alone_has_one_series_and_criteria_that_are_whole(place) -> None:
    lies = Workspace(assessments=(scored(A, 2024, 30), partly(A, 2026, p6_1=20, p6_2=45, p1_1=5)))
    exhibit = PICTURES["assessment"](view_of(lies, kieli="en", **VIEW))
    whole = {panel.title: next(iter(panel.series.values())) for panel in exhibit.panels}
    assert whole["6 Citizen/customer-oriented results"] == (32.5, 30)
    assert len(whole) == 9 and whole["1 Leadership"] == (None, 30), "an earlier year has it"
    assert all(panel.reference is None and panel.band is None for panel in exhibit.panels)
    asked = PICTURES["assessment"](view_of(lies, kieli="en", **VIEW | {"arvio": "2024"}))
    assert asked is not None and asked.title.endswith("2024")
    assert table_of(exhibit, Translator("en"))[0][0] != "Municipality", "criteria are no municipalities"


def test_there_is_no_exhibit_without_a_whole_criterion_of_one_s_own(place) -> None:
    for lies in (workspace.EMPTY, Workspace(assessments=OTHERS), Workspace(assessments=(partly(A, 2026, p1_1=5),))):
        assert PICTURES["assessment"](view_of(lies, **VIEW)) is None
