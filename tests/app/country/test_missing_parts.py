"""Missing is not zero inside a whole (docs/methods.md 2), over the whole country and through the interface."""

import csv
import gzip
from typing import Any

import pandas as pd
import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.exhibits import page_context, selected_figures, text
from kuntamittari.i18n import Translator
from kuntamittari.query import comparisons, figures
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group
from kuntamittari.stats import benchmark
from tests.support.material import shared

CHILDREN, ALL = "children_services_cost_per_0_17", "operating_cost_per_resident"
UPPER = "upper_secondary_cost_per_16_18"
JYVASKYLA = "179"


def asked(national: TestClient, path: str, **query: str) -> list[dict[str, Any]]:
    """The rows of an answer."""
    answer = national.get(f"/v1/{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["values"]


# figures of the issue, from the interface


def test_jyvaskyla_is_ninth_without_upper_secondary_and_not_fourth_with_its_zero(national: TestClient) -> None:
    [row] = asked(national, "benchmark", indicator=CHILDREN, municipality=JYVASKYLA, year="2019", group="largest-20")
    assert (row["rank"], row["ranked"], row["n"], row["left_out"]) == (9, 20, 20, [UPPER])
    assert row["value"] == pytest.approx(256_853_000 / 26_129) and row["reason"] is None
    [row] = asked(national, "values", indicator=CHILDREN, municipality=JYVASKYLA, year="2019")
    assert (row["value"], row["reason"]) == (None, "not_organised_part")


def test_in_the_list_of_its_group_it_stands_unranked_and_medians_are_over_those_with_every_part(
    national: TestClient,
) -> None:
    members = asked(national, "values", indicator=CHILDREN, group="largest-20", year="2019")
    assert [row["municipality"] for row in members if row["value"] is None] == [JYVASKYLA]
    [row] = asked(national, "benchmark", indicator=CHILDREN, municipality="837", year="2019", group="largest-20")
    assert (row["n"], row["left_out"], row["not_organised"]) == (19, [], [])
    assert row["median"] == pytest.approx(pd.Series([m["value"] for m in members]).median())
    # the group as one municipality keeps all euros and all children
    assert row["ratio_of_sums"] == pytest.approx(
        sum(m["numerator"] for m in members) / sum(m["denominator"] for m in members)
    )


def test_the_median_of_the_mainland_is_over_the_232_with_every_part(national: TestClient) -> None:
    [row] = asked(national, "benchmark", indicator=CHILDREN, municipality="837", year="2018", group="all")
    assert (round(row["median"], 2), row["n"]) == (10_190.10, 232)
    [mainland] = asked(national, "values", indicator=CHILDREN, municipality="MA1", year="2018")
    assert mainland["value"] == pytest.approx(10_368_317_000 / 1_052_189)


def test_every_municipality_without_a_part_has_no_value_and_every_other_has_one(national: TestClient) -> None:
    """Beside the published file itself: 59 municipalities of the mainland in 2019."""
    with gzip.open(shared("sources") / "net_operating_costs.csv.gz", "rt", encoding="utf-8") as file:
        costs = [row for row in csv.DictReader(file) if row["year"] == "2019"]
    schools = ("Esiopetus", "Lukiokoulutus")
    zero = {row["municipality"] for row in costs if row["function_fi"] in schools and float(row["eur"]) == 0}
    rows = asked(national, "values", indicator=CHILDREN, year="2019")
    missing = {row["municipality"] for row in rows if row["reason"] == "not_organised_part"}
    mainland = {row["code"] for row in asked(national, "municipalities") if not row["aland"]}
    assert len(missing & mainland) == 59
    assert missing & mainland == zero & mainland & {row["municipality"] for row in rows}


# a published total keeps value and rank, with what is not in it


def test_a_published_total_keeps_value_and_rank_and_names_what_is_not_in_it(national: TestClient) -> None:
    for indicator in ("education_culture_cost_per_resident", ALL, "operating_cost_real_growth"):
        [row] = asked(
            national, "benchmark", indicator=indicator, municipality=JYVASKYLA, year="2019", group="largest-20"
        )
        assert row["value"] is not None and row["rank"] is not None and row["n"] == 20
        assert (row["left_out"], row["not_organised"]) == ([], [UPPER])
        assert (row["judgement"], row["unjudged"]) == (None, "not_organised_part"), (
            "no cheap service for want of a part"
        )


# hidden counts
PLACED = "children_placed_outside_home"


def test_hidden_counts_have_their_reason_and_leave_the_median_between_1_338_and_1_479(national: TestClient) -> None:
    [row] = asked(national, "benchmark", indicator=PLACED, municipality="837", year="2018", group="all")
    assert (round(row["median"], 3), row["n"]) == (1.546, 244)
    bounds = row["bounds"]
    assert (bounds["n"], bounds["hidden"]) == (292, 48)
    assert [round(end, 3) for end in bounds["median"]] == [1.338, 1.479]
    assert row["rank"] < bounds["rank"][0] <= bounds["rank"][1] <= 292
    rows = asked(national, "values", indicator=PLACED, year="2018", group="all")
    hidden = [r for r in rows if r["reason"] == "hidden_count"]
    assert len(hidden) == 48 and all(r["value"] is None and r["denominator"] for r in hidden)
    [own] = asked(
        national, "benchmark", indicator=PLACED, municipality=hidden[0]["municipality"], year="2018", group="all"
    )
    assert own["bounds"]["value"] == [0, pytest.approx(400 / hidden[0]["denominator"])] and own["judgement"] is None


def seen(data: Database, **query: str) -> page_context.PageContext:
    """What a page sees at an address."""
    return page_context.read({"kieli": "en", "ryhma": "largest-20"} | query, data)


# expected cost, decomposition, euros, sentences


def test_the_expected_cost_leaves_the_part_out(country: Database) -> None:
    context = seen(country, kunta=JYVASKYLA, vuosi="2019")
    row = selected_figures.expected(context, context.catalogue[CHILDREN], 2019)
    assert row is not None and round(row["deviation"], 1) == -1.4 and row["actual"] == 256_853_000


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("whole", [CHILDREN, ALL])
def test_no_part_that_is_not_organised_explains_a_difference(country: Database, whole: str, language: str) -> None:
    context = seen(country, kunta=JYVASKYLA, kieli=language, vuosi="2018")
    found = selected_figures.explained(context, context.catalogue[whole])
    assert found is not None
    label = context.catalogue[UPPER].label[language]
    assert UPPER not in [effect.id for effect in found.difference.effects] and UPPER not in found.labels
    assert label not in found.sentences[1], "the largest part"
    assert found.sentences[-1] == context.t("finding.left_out", name="Jyväskylä", parts=label)
    assert f"({context.t('composite.without', name='', parts=label).strip(' ()')})" in found.sentences[0]


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_a_sentence_says_what_is_left_out_for_everyone_and_what_a_total_lacks(country: Database, language: str) -> None:
    context = seen(country, kunta=JYVASKYLA, kieli=language, vuosi="2019")
    label = context.catalogue[UPPER].label[language]
    said = selected_figures.sentence(context, selected_figures.standing(context, context.catalogue[CHILDREN]))
    assert f"{context.t('finding.rank_of', rank='9 (6–12)', ranked=20)}, " in said
    assert context.t("finding.left_out", name="Jyväskylä", parts=label) in said
    total = selected_figures.sentence(
        context, selected_figures.standing(context, context.catalogue["education_culture_cost_per_resident"])
    )
    assert context.t("finding.lacking", name="Jyväskylä", parts=label) in total


def test_a_municipality_with_every_part_is_told_of_none(country: Database) -> None:
    context = seen(country, kunta="837", vuosi="2019")
    for whole in (CHILDREN, ALL, "education_culture_cost_per_resident"):
        at = selected_figures.standing(context, context.catalogue[whole])
        assert at.indicator is context.catalogue[whole] and at.lacking == ()


def test_the_mainland_municipalities_without_a_part_are_compared_without_it_one_and_all(country: Database) -> None:
    """No rank of a reduced basket is the rank with a zero in it: each is recomputed from the values of the basket."""
    indicator, group = loader.indicators()[CHILDREN], Group("all")
    rows = figures.values(country, indicator, years=[2019]).to_pylist()
    concerned = [
        row["municipality"] for row in rows if row["reason"] == "not_organised_part" and row["municipality"] != "MA1"
    ]
    for code in concerned[::12]:
        reduced = figures.as_organised(country, indicator, code, 2019)
        row = comparisons.compare(country, reduced, group, 2019, [code]).of(code)
        assert row is not None and row["value"] is not None and reduced.left_out
        known = [
            v["value"] for v in figures.values(country, reduced, years=[2019]).to_pylist() if v["value"] is not None
        ]
        members = {
            m["municipality"] for m in comparisons.compare(country, reduced, group, 2019).rows if m["value"] is not None
        }
        assert len(known) >= len(members) > 230
        if row["member"]:
            below = [
                m
                for m in comparisons.compare(country, reduced, group, 2019).rows
                if m["rank"] and m["value"] < row["value"]
            ]
            assert row["rank"] == len(below) + 1


def test_a_word_holds_for_whatever_the_hidden_counts_are(country: Database) -> None:
    """Against every municipality: the word is that of the lowest and of the highest allowed values, or there is
    none."""
    indicator = loader.indicators()[PLACED]
    compared = comparisons.compare(country, indicator, Group("all"), 2018)
    shown = {row["municipality"]: row["value"] for row in compared.rows if row["value"] is not None}
    hidden = {row["municipality"]: row["bounds"]["value"][1] for row in compared.rows if row["value"] is None}
    assert len(shown) == 244 and len(hidden) == 48
    judged = {"strong": 0, "near": 0, "middle": 0, "weak": 0, None: 0}
    for row in compared.rows:
        if row["value"] is None:
            assert row["judgement"] is None
            continue
        words, places = set(), set()
        for end in (dict.fromkeys(hidden, 0.0), hidden):
            everyone = [*shown.values(), *end.values()]
            less, equal = sum(v < row["value"] for v in everyone), sum(v == row["value"] for v in everyone)
            words.add(benchmark.judgement(100 - 100 * (less + equal / 2) / len(everyone)))
            places.add(less + 1)
        # the interval of the rank holds for whatever is hidden, so that a hidden count never makes a verdict firmer
        assert row["rank_low"] <= min(places) and max(places) <= row["rank_high"], row["municipality"]
        if len(words) > 1:
            assert (row["judgement"], row["unjudged"]) == (None, "hidden_counts"), row["municipality"]
        else:
            ends = {benchmark.judgement(100 - 100 * (row[end] - 0.5) / 292) for end in ("rank_low", "rank_high")}
            [word] = words
            firm = ends == {word}
            expected = word if word == "middle" or firm else "near"
            assert (row["judgement"], row["firm"]) == (expected, firm), row["municipality"]
        judged[row["judgement"]] += 1
    assert min(judged.values()) > 0, "some verdicts hold, some do not"


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_a_sentence_says_how_far_hidden_counts_leave_the_median_and_the_rank_open(
    country: Database, language: str
) -> None:
    t = Translator(language)
    context = seen(country, kunta="837", kieli=language, ryhma="all", vuosi="2018")
    said = selected_figures.sentence(context, selected_figures.standing(context, context.catalogue[PLACED]))
    assert t("finding.hidden", hidden=48, n=292, most=4, median=f"{t.number(1.338, 2)}–{t.number(1.479, 2)}") in said
    other = seen(country, kunta="436", kieli=language, ryhma="all", vuosi="2018")
    said = selected_figures.sentence(other, selected_figures.standing(other, other.catalogue[PLACED]))
    value = f"{t.number(0, 2)}–{t.number(0.57, 2)}"
    assert t("missing.hidden_count") in said
    assert t("finding.hidden_value", value=value, unit=other.catalogue[PLACED].unit[language]) in said
    assert text.ends(t, [0.5, None], 1) == f"{t.number(0.5, 1)}–"


def test_medians_quartiles_and_ranks_stand_with_their_bounds_where_they_are_shown(country: Database) -> None:
    t, indicator = Translator("en"), loader.indicators()[PLACED]
    group = comparisons.compare(country, indicator, Group("all"), 2018)
    row = group.of("837")
    assert row is not None
    assert text.median(t, indicator, group) == "1.55 (1.34–1.48)"
    assert text.middle_half(t, indicator, group) == "1.07 (0.74–1.01)–2.09 (1.97–2.08)"
    assert text.rank(t, row) == "174 of 244 (194–230 of 292)" and text.bounds(t, row["bounds"], 2) == "rank 211–222/292"
    twenty = comparisons.compare(country, indicator, Group("largest-20"), 2018)
    assert twenty.bounds is None and "(" not in text.median(t, indicator, twenty) + text.middle_half(
        t, indicator, twenty
    )
