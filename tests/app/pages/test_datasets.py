"""The page of data sets: what is loaded, what the checks say, and loading anew from the page itself."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from kuntamittari import settings
from kuntamittari.catalog import provenance
from kuntamittari.i18n import Translator
from kuntamittari.query import database
from kuntamittari.query.snapshot import open_snapshot
from kuntamittari.ui.reference import datasets
from tests.support.markup import words
from tests.support.pages import page_at, said
from tests.support.px_service import service
from tests.support.replay import Loaded

LANGUAGES = settings.LANGUAGES


def opened(language: str) -> AppTest:
    """The page at /aineistot, run to its end."""
    return page_at("datasets.py", kieli=language)


@pytest.fixture
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundle that the dashboard may replace."""
    out = tmp_path / "data"
    shutil.copytree(settings.ROOT / "data", out, ignore=shutil.ignore_patterns("snapshot-*", ".update*"))
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(out))
    return out


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_what_is_loaded_from_where_and_how_far_it_reaches(language: str) -> None:
    page, t = opened(language), Translator(language)
    assert not page.exception
    assert [title.value for title in page.title] == [t("datasets.title")]
    coverage, sources = page.dataframe[0].value, page.dataframe[1].value
    row = coverage[coverage[t("datasets.part")] == t("datasets.parts.finance")].iloc[0]
    assert [row["2015"], row["2019"]] == [20, 20]
    files = open_snapshot(settings.ROOT / "data").manifest["files"]
    assert set(sources[t("datasets.licence")]) == {"CC BY 4.0"}
    assert len(sources) == sum(len(file["sources"]) for file in files.values()), "a row for each source of each file"
    assert t("datasets.sound") in said(page)
    assert "2019–2040" in said(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_refused_of_a_source_is_named_with_its_years_and_the_reason(language: str, own_data: Path) -> None:
    refusals = [
        {"form": "basic_education", "years": [2023, 2024], "by_function": False, "reason": "Far from 10,900."},
        {"form": "basic_education", "years": [], "by_function": True, "reason": "k100 stands beside its parts."},
    ]
    file = own_data / "manifest.json"
    of_the_treasury = [{"reason": "KKNR 2024C12, Verotulot: the value is '' (municipality 837)."}]
    left_out = {"left_out": {"vipunen": refusals, "state_treasury": of_the_treasury}}
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | left_out), "utf-8")
    shown, t = said(opened(language)), Translator(language)
    assert "2023–2024" in shown and "(Far from 10,900.)" in shown
    name = {"fi": "Perusopetus", "sv": "Grundläggande utbildning", "en": "Basic education"}[language]
    by_function = t("datasets.by_function", form=name)
    treasury = provenance.sources()["state_treasury"]["statistic"][language]
    assert f"{t('datasets.left_out_part', source=treasury)} (KKNR 2024C12, Verotulot: the value is" in shown
    assert f"{by_function}, {t('datasets.all_years')}" in shown and "(k100 stands beside its parts.)" in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_optional_source_that_failed_is_named_with_the_reason_as_it_was_recorded(
    language: str, own_data: Path
) -> None:
    file = own_data / "manifest.json"
    failed = {
        "absent": {"statfin_vaka": "/PxWeb/14jt.px: no such table (404)."},
        "older": {"vipunen": {"reason": "no answer_yet.", "retrieved": "2026-10-01"}},
    }
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | failed), "utf-8")
    captions = " ".join(block.value for block in opened(language).markdown)
    assert "/PxWeb/14jt.px: no such table (404)." in captions and "no answer_yet." in captions


@pytest.mark.parametrize(
    ("setting", "address", "offered"),
    [
        ("on", "0.0.0.0", True),
        ("off", "127.0.0.1", False),
        ("", "127.0.0.1", True),
        ("", "0.0.0.0", False),
        ("", "", False),
    ],
)
def test_loading_is_offered_where_the_operator_says_or_to_this_machine_alone(
    setting: str, address: str, offered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import streamlit as st

    monkeypatch.setenv("KUNTAMITTARI_UPDATE", setting)
    honest = st.get_option
    monkeypatch.setattr(st, "get_option", lambda key: address if key == "server.address" else honest(key))
    page, t = opened("en"), Translator("en")
    assert (t("update.start") in [button.label for button in page.button]) is offered
    assert (words(t("update.not_offered")).replace("`", "") in said(page).replace("`", "")) is not offered


@pytest.mark.parametrize(
    ("headers", "offered"),
    [
        ({"Host": "127.0.0.1:8501"}, True),
        ({"Host": "localhost"}, True),
        ({"Host": "[::1]:8501"}, True),
        ({}, True),
        ({"Host": "kunta.example"}, False),
        ({"Host": "127.0.0.1.evil.example:8501"}, False),
        ({"Host": ""}, False),
        ({"Host": "localhost", "X-Forwarded-For": "192.0.2.1"}, False),
        ({"Host": "localhost", "Forwarded": "for=192.0.2.1"}, False),
    ],
)
def test_a_proxy_in_front_or_a_name_that_leads_here_is_not_this_machine_alone(
    headers: dict[str, str], offered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KUNTAMITTARI_UPDATE", raising=False)
    monkeypatch.setattr(
        datasets, "st", SimpleNamespace(get_option=lambda _: "127.0.0.1", context=SimpleNamespace(headers=headers))
    )
    assert datasets.update_offered() is offered


def test_new_figures_come_into_use_from_the_page_without_a_restart(
    own_data: Path, replay: str, all_years: Loaded, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(all_years.answers, own_data / ".update" / "cache")
    monkeypatch.setenv("KUNTAMITTARI_UPDATE", "on")
    monkeypatch.setenv("KUNTAMITTARI_API_BASE", replay)
    monkeypatch.setenv("KUNTAMITTARI_REQUEST_INTERVAL", "0")
    before = open_snapshot(own_data).digest
    page, t = opened("sv"), Translator("sv")
    page.radio[0].set_value("all").run()
    next(button for button in page.button if button.label == t("update.start")).click().run(timeout=120)
    assert not page.exception and t("update.done") in said(page)
    assert open_snapshot(own_data).digest != before == open_snapshot(settings.ROOT / "data").digest
    assert database.current().snapshot.digest == open_snapshot(own_data).digest
    assert "308 kommuner" in said(page)


def test_a_load_that_fails_says_so_and_leaves_the_figures(own_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTAMITTARI_UPDATE", "on")
    before = open_snapshot(own_data).digest
    with service(
        lambda connection, _: connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    ) as base:
        monkeypatch.setenv("KUNTAMITTARI_API_BASE", base)
        page, t = opened("fi"), Translator("fi")
        next(button for button in page.button if button.label == t("update.start")).click().run(timeout=60)
    [error] = page.error
    message = words(error.value)
    assert message.startswith(f"Lataus ei onnistunut, ja nykyiset luvut jäivät käyttöön: {base}/")
    assert message.endswith("the service has no such table (404).")
    assert open_snapshot(own_data).digest == before and not page.exception
