"""The gaps on /kustannukset: chosen in the address, in words, with their ways on, in three languages."""

import re

import pytest

from kuntamittari import settings
from kuntamittari.exhibits import gaps, page_context
from kuntamittari.i18n import Translator
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.uploads.own_figures import Figure, Measure
from kuntamittari.uploads.workspace import Workspace
from tests.support.markup import words
from tests.support.pages import TAMPERE, alts_of, card_rows, finding_of, opened, said, written

VIEW = {"kuva": "erot", "ryhma": "similar"}


def places(bundle: Database) -> list[str]:
    return [code for code, row in figures.register(bundle).items() if row["loaded"] and code.isdecimal()]


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_view_opens_for_every_city(language: str, bundle: Database) -> None:
    t, cities = Translator(language), places(bundle)
    assert len(cities) == 20
    for city in cities:
        page = opened("costs", kieli=language, kunta=city, **VIEW)
        context = page_context.read({"kieli": language, "kunta": city, "ryhma": "similar"}, bundle)
        found, left_out = gaps.of(context)
        assert finding_of(page) == words(gaps.finding(context, found)) and not page.warning
        assert len(found) + len(left_out) == 17 and len(card_rows(page, "km-card")) == len(found)
        told = words(" ".join(written(page)))
        assert all(words(gaps.sentence(t, gap)) in told for gap in found)
        assert not left_out or words(gaps.left_out(t, left_out)) in told


def test_from_a_gap_to_a_peer_to_a_case_in_three_taps(bundle: Database) -> None:
    page = opened("costs", kieli="en", kunta="837", **VIEW)
    [folds] = [
        block.proto.body
        for block in page.get("html")
        if "km-fold" in block.proto.body and "kunnat=" in block.proto.body
    ]
    gaps_ = re.findall(r"<details class='km-fold'(?: open)?><summary>(.*?)</summary>(.*?)</details>", folds)
    administration = next(inside for title, inside in gaps_ if title.startswith("General administration"))
    [peer, case] = re.findall(r"<a href='(\w+)\?([^']*)'", administration)
    assert peer[0] == "vertailu" and "mittari=administration_cost_per_resident" in peer[1]
    [other] = re.findall(r"kunnat=(\d+)", peer[1])
    compared = opened("comparison", **dict(part.split("=") for part in peer[1].replace("&amp;", "&").split("&")))
    name = figures.register(bundle)[other]["name_en"]
    assert (
        name in said(compared) or any(name in alt for alt in alts_of(compared)) or name in str(compared.multiselect[0])
    )
    [entry] = re.findall(r"kirjaus=(\w+)", case[1])
    assert case[0] == "tietopankki" and f"kirjaus={entry}" in " ".join(written(compared)), "also from the comparison"
    assert opened("knowledge", kieli="en", kirjaus=entry).title


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_a_year_without_figures_says_so(language: str) -> None:
    page = opened("costs", kieli=language, **TAMPERE | {"vuosi": "2012", "kuva": "erot"})
    assert finding_of(page).startswith("Tampere: " if language != "sv" else "Tammerfors: ")
    assert not page.get("vega_lite_chart") and Translator(language)("missing.no_year") in said(page)


def test_what_is_not_firm_says_so_in_words(bundle: Database) -> None:
    context = page_context.read({"kieli": "en", "kunta": "837", "ryhma": "similar"}, bundle)
    exhibit = gaps.by_service(context)
    assert exhibit and exhibit.roles.count("other") == sum("usual variation" in name for name in exhibit.categories) > 0
    assert list(exhibit.roles) == sorted(exhibit.roles), "the firm ones first"


def test_the_view_beside_another_group_leads_to_the_similar_ones() -> None:
    page = opened("costs", kieli="en", **TAMPERE | {"kuva": "erot"})
    link = next(block for block in written(page) if Translator("en")("gaps.to_similar") in block)
    assert "ryhma=similar" in link and "kuva=erot" in link


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_with_an_uploaded_outcome_of_the_service_the_peer_does_better_with_less(
    language: str, bundle: Database
) -> None:
    query = {"kieli": language, "kunta": "091", "ryhma": "similar"}
    t, usual = Translator(language), page_context.read(query, bundle)
    [before] = [gap for gap in gaps.of(usual)[0] if gap.indicator.service == "basic_education"]
    assert before.example and before.example.word == "costs_less"

    def with_shares(shares: dict[str, float]) -> gaps.Gap:
        measure = Measure(id="quality_teacher_qualification", name="x")
        figures_ = tuple(Figure(code, before.year, measure.id, share, "final") for code, share in shares.items())
        workspace = Workspace(measures=(measure,), figures=figures_)
        context = page_context.read(query, page_context.with_overlay(bundle, workspace), workspace)
        [gap] = [gap for gap in gaps.of(context)[0] if gap.indicator.service == "basic_education"]
        return gap

    nearest = before.example.municipality
    better = with_shares({"091": 80.0, nearest: 85.0})
    assert better.example and (better.example.municipality, better.example.word) == (nearest, "better_with_less")
    said_ = gaps.example(t, better, figures.register(bundle))
    label = better.example.outcomes[0].indicator.label[language]
    value = t.number(better.example.value, better.indicator.decimals)
    assert label in said_ and f"{t.number(85, 1)} %" in said_ and value in said_
    assert gaps.example(t, before, figures.register(bundle)) != said_
    worse = with_shares({"091": 80.0, nearest: 75.0})
    assert worse.example is None and gaps.example(t, worse, figures.register(bundle)) == t("gaps.no_example")
