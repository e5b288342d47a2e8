"""The page of an uploaded survey in three languages. The municipalities do not exist."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kuntamittari.catalog import knowledge_bank
from kuntamittari.exhibits import page_context
from kuntamittari.exhibits.exhibit import table_of
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.i18n import Translator
from kuntamittari.ui.parts import comparison
from kuntamittari.uploads import survey, tabular, workspace
from kuntamittari.uploads.tabular import File
from kuntamittari.uploads.workspace import Workspace
from tests.support.markup import words
from tests.support.pages import findings, said
from tests.support.small_data import MakeData
from tests.support.uploads.made_up_survey import (
    BOOK,
    CODES,
    FORMER,
    LANGUAGES,
    LATTER,
    LIBRARY,
    PLACES,
    REGISTER,
    RESIDENTS,
    TRUTH,
    as_csv,
    as_xlsx,
    book,
    by_hand,
    country,
    export,
    groups,
    lines,
    round_of,
    written,
)
from tests.support.uploads.workspace_pages import lies_on, opened, press, view_of

# ---- the export: what each municipality answered, and the file that says so
GOALS, MEANS, TIME, PLACE = "Onko tuottavuudelle tavoitteita?", "Keinot", "Vastausaika", "Vastaajan kunta"
WORDS = {"1": "Kyllä", "2": "Osittain", "3": "Ei"}
FILES = {"csv": as_csv, "xlsx": as_xlsx}


# ---- the codebook


def test_a_codebook_keeps_every_word_as_it_is_written() -> None:
    asked = "questions: [{id: q, name: {fi: on}, column: 03, answers: {yes: {fi: no}, 01: {fi: 1.50}}}]\n"
    content = f"name: {{fi: Ei}}\nyear: 2026\nmunicipality: 2\n{asked}"
    found = survey.codebook(b"\xef\xbb\xbf" + content.encode())
    assert (found.municipality, found.questions[0].column) == ("2", "03")
    assert {code: said.fi for code, said in found.questions[0].answers.items()} == {"yes": "no", "01": "1.50"}
    assert found.name.in_language("sv") == "Ei" and found.questions[0].name.in_language("fi") == "on"


# ---- the draft


def read_by_its_draft(rows: File) -> survey.Reading:
    return survey.read(rows, survey.codebook(survey.draft(rows, REGISTER)), REGISTER)


EXPORTS = {
    "answers that YAML has meanings for": lines(
        ("Kunta", "Q"),
        *[
            (code, said)
            for code, said in zip(
                CODES, ("yes", "no", "1.5", "<<", "=", "~", "null", "a: b # c", "'", '"', "- x", "{}"), strict=False
            )
        ],
    ),
    "a long answer": lines(("Kunta", "Q", "R"), ("323", "x" * 1_500, "a"), ("324", "y", "b")),
    "a long head": lines(("Kunta", "Q" * 1_200, "R"), ("323", "x", "a"), ("324", "y", "b")),
    "more questions than a codebook takes": lines(
        ("Kunta", *(f"Q{n}" for n in range(250))), ("323", *"a" * 250), ("324", *"b" * 250)
    ),
    "long words in many columns": lines(
        ("Kunta", *(f"Q{n}" + "ä" * 200 for n in range(150))),
        *[(code, *(f"vastaus {code} " + "ö" * 300,) * 150) for code in CODES[:8]],
    ),
    "columns of the same head": lines(("Kunta", "Q", "Q"), ("323", "a", "c"), ("324", "b", "d")),
    "heads that differ in case alone": lines(("Kunta", "Q", "q"), ("323", "a", "c"), ("324", "b", "d")),
    "heads that are numbers": lines(("Kunta", "Q", "Q", "2"), ("323", "a", "c", "e"), ("324", "b", "d", "f")),
    "the respondent's name after the municipality": lines(
        ("Kunta", "Nimi", "Q"), ("323", "Vastaaja 1", "a"), ("324", "Vastaaja 2", "b")
    ),
    "long heads in many columns": lines(
        ("Kunta", *(f"{n}" + "Q" * 3_000 for n in range(100))), ("323", *"a" * 100), ("324", *"b" * 100)
    ),
    "the municipality after many columns of long words": lines(
        (*(f"Q{n}" for n in range(150)), "Kunta"),
        *[(*(f"vastaus {code} " + "ö" * 300,) * 150, code) for code in CODES[:8]],
    ),
    "no heads at all over a column": lines(("Kunta", "", "Q"), ("323", "a", "c"), ("324", "b", "d")),
}


@pytest.mark.parametrize("rows", EXPORTS.values(), ids=EXPORTS)
def test_a_draft_is_a_codebook_that_reads_what_it_was_drafted_of(rows: File) -> None:
    found = read_by_its_draft(rows)
    assert [one.reason for one in found.problems if one.reason != "head_twice"] == []
    assert len(found.round.given) == len(rows.sheets[0].rows) - 1 and all(found.round.given.values())


# ---- the page


def took_in(page: AppTest, form: str, content: bytes | None = None) -> AppTest:
    """The page after the export and its codebook have been laid into their boxes."""
    exports, books = page.file_uploader
    exports.set_value((f"vastaukset.{form}", content or FILES[form](export()), "application/octet-stream"))
    books.set_value(("koodikirja.yaml", written(BOOK), "application/yaml"))
    return page.run()


@pytest.mark.parametrize(("language", "form"), list(zip(LANGUAGES, ("csv", "xlsx", "csv"), strict=True)))
def test_the_page_takes_the_export_names_its_problems_and_shows_its_shares(
    language: str, form: str, place: Path
) -> None:
    t = Translator(language)
    page = opened("survey", kieli=language, mittari=LIBRARY, kunta=CODES[0], ryhma="all")
    assert words(t("survey.lead")) in findings(page)
    took_in(page, form)
    assert words(t("survey.understood", respondents=97, places=96, questions=3)) in said(page)
    assert [warning.value for warning in page.warning] == [t("survey.problems", n=5)]
    named = page.table[0].value.reset_index()
    assert list(named[t("problem.line")]) == ["1", "1", "33", "65", "101"]
    assert named[t("problem.what")].iloc[4] == t("problem.answered_twice", near="2")
    press(page, t("upload.take"))
    assert not page.exception and [r.codebook.year for r in lies_on(page).rounds] == [2026]
    n, shares = by_hand("goals", WORDS, list(PLACES))
    theirs = sum(RESIDENTS[code] for code, truth in TRUTH.items() if truth["goals"])
    residents = t.number(100 * theirs / sum(RESIDENTS.values()), 0)
    assert findings(page)[0].startswith(words(t("survey.answered", n=n, members=110, residents=residents, year=2026)))
    table = page.dataframe[0].value
    assert list(table[t("survey.n")]) == [share[0] for share in shares.values()]
    assert list(table[t("survey.of_municipalities")]) == [
        pytest.approx(float(share[1]), abs=0.051) for share in shares.values()
    ]
    assert list(table[t("survey.of_residents")]) == [
        pytest.approx(float(share[2]), abs=0.051) for share in shares.values()
    ]
    assert words(t("survey.missing", n=28)) in said(page)
    assert lies_on(page).rounds[0].given == survey.read(tabular.read(as_csv(export())), book(), REGISTER).round.given


@pytest.fixture
def asked() -> Workspace:
    """A workspace with the export."""
    return Workspace().with_round(survey.read(tabular.read(as_csv(export())), book(), REGISTER).round)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_groups_with_the_few_hidden_and_says_why(language: str, place: Path, asked: Workspace) -> None:
    t = Translator(language)
    page = opened("survey", asked, kieli=language, mittari=LIBRARY, kunta=CODES[0], ryhma="all", kysymys="goals")
    told = [answer.in_language(language) for answer in asked.rounds[0].codebook.questions[0].answers.values()]
    by_size = page.dataframe[1].value
    assert list(by_size[t("survey.members")]) == [50, 30, 18, 6, 4, 2] and by_size[t("survey.n")].sum() == 82
    assert by_size[told].isna().all(axis=1).tolist() == [False] * 3 + [True] * 3
    assert words(t("survey.suppressed", least=5)) in said(page)
    page.radio(key="survey-division").set_value("region").run()
    by_region = page.dataframe[1].value
    assert page.query_params["jako"] == "region" and len(by_region) == 3 and not by_region[told].isna().any(axis=None)
    for name, row in zip(sorted(groups("region_code")), by_region.to_dict("records"), strict=True):
        n, shares = by_hand("goals", WORDS, groups("region_code")[name])
        assert row[t("survey.n")] == n
        assert [row[answer] for answer in told] == [
            pytest.approx(float(share[1]), abs=0.051) for share in shares.values()
        ]


def test_a_question_and_a_round_are_chosen_and_stand_in_the_address(place: Path, asked: Workspace) -> None:
    both = asked.with_round(FORMER)
    page = opened("survey", both, kieli="en", mittari=LIBRARY, kunta=CODES[0])
    assert page.selectbox(key="survey-round").options == ["2026: Made-up survey", "2024: Kysely 2024"]
    page.selectbox(key="survey-question").select("means").run()
    assert page.query_params["kysymys"] == "means"
    assert list(page.dataframe[0].value["Answered"]) == [48, 32, 20] and "71 of 110" in findings(page)[0]
    page = opened("survey", both, kieli="en", mittari=LIBRARY, kunta=CODES[0], kierros="2024")
    assert "In 2024, 20 of 110 municipalities" in findings(page)[0] and not page.warning
    page = opened("survey", both, kieli="en", mittari=LIBRARY, kierros="1999", kysymys="<b>")
    assert len(page.warning) == 2 and "In 2026" in findings(page)[0]


def test_another_round_without_the_question_is_no_fault_of_the_address(place: Path, asked: Workspace) -> None:
    page = opened("survey", asked.with_round(FORMER), kieli="en", mittari=LIBRARY, kysymys="means")
    page.selectbox(key="survey-round").select("2024").run()
    assert "In 2024" in findings(page)[0]
    assert [block.value for block in page.warning] == []


@pytest.mark.parametrize(("own", "answer", "same", "n", "share"), [(0, "Yes", 19, 24, 79), (24, "No", 4, 24, 17)])
def test_the_own_answer_stands_beside_that_of_the_others(
    own: int, answer: str, same: int, n: int, share: int, place: Path
) -> None:
    page = opened("survey", Workspace().with_round(LATTER), kieli="en", mittari=LIBRARY, kunta=CODES[own], ryhma="all")
    assert (
        f"**{answer}** The same was answered by {same} of {n} other municipalities ({share} %): "
        "All of Mainland Finland." in said(page)
    )


def test_the_own_answer_says_so_where_there_is_none_and_where_the_others_are_few(place: Path) -> None:
    lies = Workspace().with_round(LATTER)
    assert f"Madeup {CODES[60]}: no answer." in said(
        opened("survey", lies, kieli="en", mittari=LIBRARY, kunta=CODES[60])
    )
    page = opened("survey", lies, kieli="en", mittari=LIBRARY, kunta=CODES[0], ryhma="own", kunnat=",".join(CODES[1:5]))
    assert "Own selection) 4 others answered; the share is shown from 5 respondents on" in said(page)


def test_the_own_answer_does_not_tell_what_the_table_of_groups_hides(place: Path) -> None:
    regions = groups("region_code")
    answers = (
        dict.fromkeys(regions["90"][:20], "a")
        | dict.fromkeys(regions["91"][:6], "a")
        | dict.fromkeys(regions["92"][:2], "b")
    )
    lies = Workspace().with_round(round_of(2026, answers))
    page = opened("survey", lies, kieli="en", mittari=LIBRARY, kunta=regions["91"][0], ryhma="region-91", jako="region")
    assert page.dataframe[1].value["Yes"].isna().tolist() == [False, True, True]
    assert "answered by 5 of 5 other municipalities" not in said(page), (
        "28 less 20 less these 6 are the two of region 92"
    )


@pytest.mark.parametrize("alike", [("Yes", "Yes"), ("Answered", "Municipalities")])
def test_answers_worded_as_one_another_or_as_a_head_lose_no_figures(alike: tuple[str, str], place: Path) -> None:
    worded = {code: {"fi": code, "en": name} for code, name in zip("ab", alike, strict=True)}
    lies = Workspace().with_round(
        round_of(2026, dict(zip(CODES[:20], "a" * 5 + "b" * 15, strict=True)), answers=worded)
    )
    [_, by_size, *_] = opened("survey", lies, kieli="en", mittari=LIBRARY, kunta=CODES[0]).dataframe
    assert list(by_size.value.iloc[0])[1:] == [20, 50, 25, 75]


def test_fewer_than_five_respondents_show_nothing_but_how_many_they_are(place: Path) -> None:
    page = opened(
        "survey",
        Workspace().with_round(round_of(2026, dict.fromkeys(CODES[:4], "a"))),
        kieli="en",
        mittari=LIBRARY,
        kunta=CODES[0],
    )
    assert "4 of 110" in findings(page)[0] and "not shown with fewer than 5" in findings(page)[0]
    assert not page.dataframe and "and its peers" not in said(page)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """File → source of every picture that the page draws."""
    found: dict[str, str] = {}
    honest = comparison.draw_sourced

    def drawing(context: page_context.PageContext, source: str, title: str, file: str, rest: Any) -> None:
        found[file] = source
        honest(context, source, title, file, rest)

    monkeypatch.setattr(comparison, "draw_sourced", drawing)
    return found


def test_rounds_are_told_year_by_year_with_the_published_share_before_them(place: Path) -> None:
    page = opened("survey", Workspace(rounds=(LATTER, FORMER)), kieli="en", mittari=LIBRARY, kunta=CODES[0])
    told = said(page)
    assert "Yes 2024: 25.0 %; Yes 2026: 80.0 %; No 2024: 75.0 %; No 2026: 20.0 %" in told and "Yes 2014: " in told
    assert "The figure of 2014 is a published result, not of the brought data." in told
    alone = said(opened("survey", Workspace(rounds=(round_of(2026, LATTER_GOALS),)), kieli="en", mittari=LIBRARY))
    assert "From survey to survey" not in alone


LATTER_GOALS = {code: answers["goals"][0] for code, answers in LATTER.given.items()}


def test_a_published_share_of_over_so_much_is_not_told_as_exactly_so_much(place: Path) -> None:
    entry = knowledge_bank.entries()["survey_strategy_targets"]
    assert entry.figures[0].limit == "over"
    page = opened("survey", Workspace(rounds=(LATTER,)), kieli="en", mittari=LIBRARY)
    assert f"Yes 2014: {entry.figures[0].value:.1f} %" not in said(page)


def test_every_picture_of_a_survey_names_the_survey_and_not_the_statistics(place: Path, drawn: dict[str, str]) -> None:
    opened("survey", Workspace(rounds=(LATTER, FORMER)), kieli="en", mittari=LIBRARY)
    assert {"survey_2026_goals", "survey_goals", "survey_2014"} <= drawn.keys()
    for file in ("survey_2026_goals", "survey_goals"):
        assert "Kysely" in drawn[file] and "Statistics Finland" not in drawn[file], file


def test_the_picture_of_the_rounds_names_those_that_ask_the_question(place: Path, drawn: dict[str, str]) -> None:
    older = round_of(2022, dict.fromkeys(CODES[:9], "b"))
    other = round_of(2026, {}, id="means").model_copy(update={"given": {code: {"means": ("a",)} for code in CODES[:9]}})
    opened(
        "survey", Workspace(rounds=(older, FORMER, other)), kieli="en", mittari=LIBRARY, kierros="2024", kysymys="goals"
    )
    assert "2024" in drawn["survey_goals"] and "2026" not in drawn["survey_goals"]


def test_marks_in_a_codebook_are_words_and_nothing_else(place: Path) -> None:
    markup = "![x](https://x.example/y.png) *a* $b$ <b>c</b>"
    lies = Workspace().with_round(
        round_of(2026, LATTER_GOALS, name={"fi": markup}, answers={"a": {"fi": markup}, "b": {"fi": "Ei"}})
    )
    page = opened("survey", lies, kieli="fi", mittari=LIBRARY, kunta=CODES[0])
    assert markup in findings(page)[0]
    assert not [block.value for block in page.subheader if markup in block.value]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_cannot_be_read_and_a_codebook_that_does_not_fit_say_why(language: str, place: Path) -> None:
    t = Translator(language)
    page = opened("survey", kieli=language, mittari=LIBRARY)
    took_in(page, "csv", b"\x00\x01")
    assert words(t("tabular.not_text")) in said(page)
    took_in(page, "csv", b"Kunta;Q\n323;a\n")
    assert words(t("tabular.no_column", column=PLACE)) in said(page)
    assert t("upload.take") not in [button.label for button in page.button]


def test_an_export_alone_offers_a_draft_of_its_codebook(place: Path) -> None:
    page = opened("survey", kieli="en", mittari=LIBRARY)
    page.file_uploader[0].set_value(("v.csv", as_csv(export()), "text/csv")).run()
    assert "Check the draft" in said(page)
    assert "Save a draft of the codebook" in [button.label for button in page.get("download_button")]


def test_the_surveys_are_taken_away_again(place: Path, asked: Workspace) -> None:
    page = press(opened("survey", asked, kieli="en", mittari=LIBRARY), "Remove the surveys")
    assert lies_on(page) == workspace.EMPTY and "A few results of the 2014 survey were published" in findings(page)[0]


def test_aland_counts_only_where_it_is_asked_for(make_data: MakeData, monkeypatch: pytest.MonkeyPatch) -> None:
    places = [row | {"aland": n >= 6} for n, row in enumerate(country()[1:11])]
    directory = make_data(
        municipality=places, finance=[{"municipality": CODES[0], "year": 2019, "task_class": "X", "eur": 1}]
    )
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(directory))
    lies = Workspace().with_round(round_of(2026, dict(zip(CODES[:10], "a" * 6 + "b" * 4, strict=True))))
    assert "6 of 6 municipalities" in findings(opened("survey", lies, kieli="en"))[0]
    assert "10 of 10 municipalities" in findings(opened("survey", lies, kieli="en", aland="1"))[0]


# ---- the picture for slides and documents


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_exhibit_is_the_question_of_the_address_with_its_shares(
    language: str, place: Path, asked: Workspace
) -> None:
    exhibit = PICTURES["survey"](view_of(asked.with_round(FORMER), kieli=language, kierros="2026", kysymys="means"))
    assert exhibit is not None and exhibit.series is not None and exhibit.title == "Keinot (n = 71)"
    _, shares = by_hand("means", ("buy", "net", "digi"), list(PLACES))
    for side, values in enumerate(exhibit.series.values(), 1):
        assert values == pytest.approx([float(share[side]) for share in shares.values()])
    assert exhibit.categories == ("Hankinta", "Palveluverkko", "Digitaalisuus") and "2026" in exhibit.source
    heads, rows = table_of(exhibit, Translator(language))
    assert len(rows) == 3 and len(heads) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_exhibit_without_a_survey_or_with_too_few_respondents_is_what_was_published(
    language: str, place: Path
) -> None:
    few = Workspace().with_round(round_of(2026, dict.fromkeys(CODES[:4], "a")))
    entries = [entry for entry in knowledge_bank.entries().values() if entry.kind == "survey"]
    for lies in (workspace.EMPTY, few):
        exhibit = PICTURES["survey"](view_of(lies, kieli=language))
        shares = [entry for entry in entries if all(figure.unit == "percent" for figure in entry.figures)]
        assert exhibit.kind == "bars" and len(exhibit.categories) == len(shares) > 2
        for name, words_, entry in zip(exhibit.categories, exhibit.words, shares, strict=True):
            assert name.startswith(entry.name.in_language(language)[0])
            assert f"{entry.figures[0].value:.0f}" in words_, "over so much is not told as so much"
