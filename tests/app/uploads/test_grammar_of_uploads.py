"""What users bring, in every medium: organisation models, a self-assessment and a survey of a made-up country."""

import sys
from pathlib import Path

import pytest

from kuntamittari import settings
from kuntamittari.exhibits.exhibit import Exhibit
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.uploads.workspace import Workspace
from tests.support.grammar.media import WINDOWS, of_documents, of_pictures, of_sheets, of_slides
from tests.support.uploads.assessments import scored
from tests.support.uploads.made_up_survey import CODES, LIBRARY, round_of
from tests.support.uploads.organisation_tags import TAGS, A
from tests.support.uploads.workspace_pages import view_of

VIEW = {"mittari": LIBRARY, "kunta": A, "ryhma": "all", "vuosi": "2018"}
BROUGHT = ("by_model", "assessment", "survey", "survey_rounds")


def exhibits(language: str) -> dict[str, Exhibit]:
    others = (scored(code, 2025, score) for code, score in zip(CODES[3:16:3], (10, 20, 40, 70, 100), strict=True))
    lies = Workspace(
        tags=TAGS, assessments=(scored(A, 2026, 55, c9=85), scored(A, 2024, 30), scored(A, 2023, 75), *others)
    )
    for year in (2024, 2026):
        lies = lies.with_round(round_of(year, {code: "ab"[number % 3 == 0] for number, code in enumerate(CODES)}))
    context = view_of(lies, kieli=language, **VIEW)
    found = {name: PICTURES[name](context) for name in BROUGHT}
    return {name: exhibit for name, exhibit in found.items() if exhibit is not None}


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_what_users_bring_is_the_same_in_every_medium(language: str, place: Path) -> None:
    found = exhibits(language)
    assert {name: exhibit.kind for name, exhibit in found.items()} == {
        "by_model": "panels",
        "assessment": "panels",
        "survey": "pairs",
        "survey_rounds": "lines",
    }
    pictures, faults = of_pictures(found, language, WINDOWS)
    documents, more = of_documents(found, language)
    slides, others = of_slides(found, language)
    sheets = of_sheets(found, language)
    sys.stdout.write(f"{language}: {pictures} pictures, {documents} of documents, {slides} slides, {sheets} sheets\n")
    assert faults + more + others == [] and pictures == 4 * (len(WINDOWS) + 1)
