"""Self-assessments by CAF: the framework whole in three languages, means and quartiles computed by hand, what may be
said of others."""

import itertools
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from pydantic import ValidationError

from kuntamittari import settings
from kuntamittari.i18n import Translator
from kuntamittari.uploads import workspace
from kuntamittari.uploads.assessment import (
    LEAST_GROUP,
    Action,
    Assessment,
    band,
    changed,
    criteria,
    framework,
    latest,
    parts,
    spread,
)
from kuntamittari.uploads.tabular import TableError
from kuntamittari.uploads.workspace import Workspace
from tests.support.uploads.assessments import A, B, by_hand, partly, scored
from tests.support.uploads.made_up_survey import CODES

LANGUAGES = settings.LANGUAGES
PANELS = {"enablers": "12345", "results": "6789"}


# ---- the framework


def test_the_framework_has_nine_criteria_of_28_parts_under_two_panels() -> None:
    assert list(criteria()) == list("123456789")
    assert [len(about["parts"]) for about in criteria().values()] == [4, 4, 3, 6, 3, 2, 2, 2, 2] and len(parts()) == 28
    assert {
        panel: "".join(c for c, about in criteria().items() if about["panel"] == panel) for panel in PANELS
    } == PANELS
    assert list(parts()) == [f"{c}.{n}" for c, about in criteria().items() for n in range(1, len(about["parts"]) + 1)]
    assert all(part.startswith(f"{criterion}.") for part, criterion in parts().items())


def test_every_criterion_part_and_band_is_told_in_three_languages() -> None:
    bands = [band for panel in framework()["panels"].values() for band in panel]
    told = [about[field] for about in criteria().values() for field in ("name", "text")]
    told += [part["name"] for about in criteria().values() for part in about["parts"]] + [
        band["text"] for band in bands
    ]
    assert len(told) == 18 + 28 + 12
    for said_so in told:
        assert list(said_so) == ["fi", "sv", "en"] and all(
            words_.strip() == words_ != "" for words_ in said_so.values()
        )
        assert len(set(said_so.values())) == 3, said_so
    for language in LANGUAGES:
        names = [part["name"][language] for about in criteria().values() for part in about["parts"]]
        assert len(set(names)) == 28


@pytest.mark.parametrize("panel", PANELS)
def test_bands_of_a_panel_follow_one_another_from_nought_to_a_hundred(panel: str) -> None:
    bands = framework()["panels"][panel]
    assert (bands[0]["from"], bands[-1]["to"], len(bands)) == (0, 100, 6)
    assert all(one["from"] <= one["to"] and other["from"] == one["to"] + 1 for one, other in itertools.pairwise(bands))
    for criterion in PANELS[panel]:
        for score in range(101):
            [meant] = [one for one in bands if one["from"] <= score <= one["to"]]
            assert band(criterion, score) is meant


@effort(deadline=None)
@given(st.floats(0, 100), st.sampled_from("19"))
def test_a_mean_between_bands_belongs_to_that_of_the_figure_that_is_shown(score: float, criterion: str) -> None:
    found, t = band(criterion, score), Translator("en")
    assert found["from"] <= int(t.number(score, 0)) <= found["to"]


# ---- means


def test_a_criterion_has_a_mean_once_all_of_its_parts_are_scored_and_not_before() -> None:
    of_one = {f"p1_{n}": score for n, score in enumerate((10, 20, 35, 40), 1)}
    for missing in of_one:
        assert partly(A, 2026, **{part: score for part, score in of_one.items() if part != missing}).by_criterion == {}
    one = partly(A, 2026, **of_one, p6_1=0, p6_2=5, p9_1=100)
    assert one.by_criterion == {"1": pytest.approx(float(Fraction(105, 4))), "6": 2.5}
    assert partly(A, 2026, p8_1=0, p8_2=0).by_criterion == {"8": 0}, "nought is a score"


@effort(deadline=None)
@given(st.dictionaries(st.sampled_from(list(parts())), st.integers(0, 100)))
def test_means_are_of_whole_criteria_alone_and_within_their_scores(scores: dict[str, int]) -> None:
    found = Assessment(municipality=A, year=2026, scores=scores).by_criterion
    for criterion, about in criteria().items():
        theirs = [scores.get(part["id"]) for part in about["parts"]]
        if None in theirs:
            assert criterion not in found
        else:
            assert found[criterion] == pytest.approx(float(Fraction(sum(theirs), len(theirs))))


# ---- what others have


def test_quartiles_are_given_from_five_others_on() -> None:
    others = {code: scored(code, 2025, score) for code, score in zip(CODES[1:6], (10, 20, 40, 70, 100), strict=True)}
    found = spread(others, CODES, A, "1")
    assert found is not None and (found.n, found.q1, found.median, found.q3) == (5, 20, 40, 70)
    four = {code: others[code] for code in CODES[1:5]}
    assert spread(four, CODES, A, "1") is None and LEAST_GROUP == 5
    six = others | {CODES[6]: scored(CODES[6], 2025, 90)}
    found = spread(six, CODES, A, "1")
    assert found is not None and (found.n, found.q1, found.median, found.q3) == (6, 25, 55, 85)


def test_neither_the_municipality_itself_nor_one_of_another_group_is_among_the_others() -> None:
    others = {code: scored(code, 2025, score) for code, score in zip(CODES[1:6], (10, 20, 40, 70, 100), strict=True)}
    beside = others | {A: scored(A, 2025, 0), CODES[50]: scored(CODES[50], 2025, 99)}
    assert spread(beside, CODES[:10], A, "1") == spread(others, CODES[:10], A, "1")
    four_and_itself = {code: beside[code] for code in (A, *CODES[1:5])}
    assert spread(four_and_itself, CODES[:10], A, "1") is None, "itself does not make the fifth"
    assert spread(four_and_itself | {CODES[50]: beside[CODES[50]]}, CODES[:10], A, "1") is None, (
        "nor does a stranger to the group"
    )


def test_one_that_has_not_scored_all_of_a_criterion_is_not_counted_in_it() -> None:
    others = {code: scored(code, 2025, 40) for code in CODES[1:5]} | {
        CODES[5]: partly(CODES[5], 2025, p1_1=10, p6_1=10, p6_2=10)
    }
    assert spread(others, CODES, A, "1") is None
    found = spread(others, CODES, A, "6")
    assert found is not None and found.n == 5


@effort(deadline=None)
@given(st.dictionaries(st.sampled_from(CODES[:12]), st.integers(0, 100)), st.sets(st.sampled_from(CODES[:12])))
def test_quartiles_are_those_computed_by_hand(scores: dict[str, int], members: set[str]) -> None:
    found = spread({code: scored(code, 2025, score) for code, score in scores.items()}, members, A, "4")
    theirs = [score for code, score in scores.items() if code in members and code != A]
    if len(theirs) < 5:
        assert found is None
    else:
        assert found is not None and found.n == len(theirs)
        assert (found.q1, found.median, found.q3) == pytest.approx(by_hand(theirs))


def test_the_latest_assessment_up_to_a_year_is_that_of_each_municipality() -> None:
    all_of_them = [scored(A, 2026), scored(A, 2024), scored(B, 2025), scored(B, 2021), scored(A, 2025)]
    assert {code: one.year for code, one in latest(all_of_them).items()} == {A: 2026, B: 2025}
    assert {code: one.year for code, one in latest(all_of_them, 2025).items()} == {A: 2025, B: 2025}
    assert {code: one.year for code, one in latest(all_of_them, 2022).items()} == {B: 2021}
    assert latest([], 2025) == {}


def test_an_assessment_takes_the_place_of_the_same_municipality_s_of_the_same_year() -> None:
    lies = (scored(A, 2025, 10), scored(B, 2025, 20), scored(A, 2024, 30))
    new = scored(A, 2025, 99)
    assert changed(lies, new) == (lies[1], lies[2], new)
    assert changed((), new) == (new,) and changed(lies, scored(B, 2024)) == (*lies, scored(B, 2024))


# ---- what an assessment may hold


@pytest.mark.parametrize(
    "wrong",
    [
        {"municipality": "33"},
        {"municipality": "abc"},
        {"municipality": "32345"},
        {"year": 1989},
        {"year": 2101},
        {"scores": {"1.1": 101}},
        {"scores": {"1.1": -1}},
        {"scores": {"1.1": 50.5}},
        {"scores": {"1.9": 50}},
        {"scores": {"10.1": 50}},
        {"scores": {"1": 50}},
        {"evidence": {"x": "y"}},
        {"evidence": {"1.1": "z" * 2_001}},
        {"actions": ({"part": "1.1", "what": "x"},) * 101},
        {"name": "x"},
    ],
)
def test_an_assessment_out_of_bounds_is_refused(wrong: dict[str, Any]) -> None:
    sound = {"municipality": A, "year": 2026, "scores": {"1.1": 0, "9.2": 100}, "evidence": {"1.1": "z" * 2_000}}
    assert Assessment.model_validate(sound)
    with pytest.raises(ValidationError):
        Assessment.model_validate(sound | wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"part": "1.9"},
        {"part": ""},
        {"what": ""},
        {"what": "   "},
        {"what": "z" * 501},
        {"owner": "z" * 101},
        {"due": "31.12.2026"},
        {"due": "2026-12"},
        {"due": "2026-13-01"},
        {"due": "2026-02-30"},
        {"due": "soon"},
        {"who": "x"},
    ],
)
def test_an_action_out_of_bounds_is_refused(wrong: dict[str, Any]) -> None:
    sound = {"part": "4.6", "what": "Tilojen käyttö mitataan", "owner": "Tilapalvelut", "due": "2026-12-31"}
    assert Action.model_validate(sound) and Action(part="4.6", what="x").due == ""
    with pytest.raises(ValidationError):
        Action.model_validate(sound | wrong)


def test_assessments_come_back_from_their_file_as_they_were_and_a_broken_one_is_refused() -> None:
    one = scored(A, 2026).model_copy(
        update={"evidence": {"1.1": 'Kysely "2026" & <b>muut</b>'}, "actions": (Action(part="1.1", what="x"),)}
    )
    lies = Workspace(assessments=(one, partly(B, 2025, p1_1=3)))
    content = workspace.file(lies)
    assert (
        workspace.of_file(content) == lies
        and workspace.of_file(b"\xef\xbb\xbf" + content).assessments == lies.assessments
    )
    for broken in (
        content.replace(b'"1.1": 50', b'"1.1": 500'),
        content[:-2],
        b"{}" * 2,
        b"[]",
        content.replace(b'"part"', b'"osa"'),
    ):
        with pytest.raises(TableError):
            workspace.of_file(broken)
