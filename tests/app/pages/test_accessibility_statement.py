"""The accessibility statement that the law asks for."""

import re

import pytest
from streamlit.testing.v1 import AppTest

from kuntamittari import settings
from kuntamittari.i18n import Translator, texts
from tests.support.pages import page_at

# the statement


def statement(language: str) -> str:
    page: AppTest = page_at("accessibility.py", kieli=language)
    assert not page.exception
    assert page.title[0].value == texts(language)["accessibility.title"]
    return "\n".join(block.value for block in page.markdown)


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_statement_says_what_the_law_asks_for(language: str) -> None:
    said = statement(language)
    assert re.search(r"22[. ].*2026|22 November 2026|November 22, 2026", said)
    assert all(
        word in said
        for word in ("306/2019", "WCAG 2.1", "axe-core", "14 ", "Traficom", "https://www.saavutettavuusvaatimukset.fi")
    )
    assert said.count("\n- ") >= 4, "each gap on a line of its own"


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_statement_says_plainly_that_nobody_has_named_provider_or_address(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUNTAMITTARI_PROVIDER", raising=False)
    monkeypatch.delenv("KUNTAMITTARI_FEEDBACK", raising=False)
    said = statement(language)
    t = Translator(language)
    assert t("accessibility.no_provider") in said and t("accessibility.no_feedback") in said


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("palaute@kunta.example", "mailto:palaute@kunta.example"),
        ("https://kunta.example/palaute?x=1", "https://kunta.example/palaute?x=1"),
    ],
)
def test_the_statement_names_the_provider_and_leads_to_its_address(
    address: str, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_PROVIDER", "Keksitty *kunta*")
    monkeypatch.setenv("KUNTAMITTARI_FEEDBACK", address)
    said = statement("fi")
    assert f"(<{link}>)" in said and r"Keksitty \*kunta\*" in said and "KUNTAMITTARI_" not in said
