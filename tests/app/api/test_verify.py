"""/v1/verify and the box of the comparison: claims whose truth is known, and what is said of those not understood."""

from collections import Counter
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from starlette.testclient import TestClient

from kuntamittari import settings, yaml_file
from kuntamittari.catalog import loader
from kuntamittari.query import database
from kuntamittari.query.snapshot import REVISIONS_SCHEMA
from kuntamittari.web import api
from tests.support.ask.claims import NUMBER, claims
from tests.support.pages import TAMPERE, opened

BASIC = "basic_education_cost_per_7_15"
SENTENCES = yaml_file.read(settings.ROOT / "tests" / "support" / "ask" / "sentences.yaml")
VERDICTS = {  # what is true of sentences → verdict
    "is_true": "true",
    "is_rounded": "rounded",
    "is_outdated": "outdated",
    "has_no_figure": "no_figure",
    "is_unclear": "not_understood",
}
OF_TAMPERE = {"municipality": "837", "indicator": BASIC, "year": "2018"}


def verified(client: TestClient, **query: Any) -> dict[str, Any]:
    """The row of an answer that must succeed."""
    answer = client.get("/v1/verify", params=query)
    assert answer.status_code == 200, answer.text
    [row] = answer.json()["values"]
    return row


def test_two_hundred_claims_with_known_truth_get_the_verdict_that_is_right(interface: TestClient) -> None:
    found = [(known, verified(interface, text=known.text, lang=known.language)) for known in claims()]
    table = Counter((known.right, row["verdict"]) for known, row in found)
    assert sum(table.values()) == NUMBER and len({right for right, _ in table}) == 6
    wrong = [(known.text, row["verdict"]) for known, row in found if row["verdict"] != known.right]
    assert wrong == []


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_claim_that_is_false_is_called_true(interface: TestClient, seed: int) -> None:
    for known in claims(60, seed):
        verdict = verified(interface, text=known.text, lang=known.language)["verdict"]
        assert (verdict == "true") <= (known.right == "true"), known


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Tampere 8 529 €, 6th of 20", "outdated"),
        ("Tampere 8 529 €, 7th of 20", "different"),
        ("Tampereella perusopetus maksaa 8,5 tuhatta euroa vuonna 2018", "rounded"),
        ("Basic education in Tampere costs €8,529 per 7–15-year-old in 2018", "true"),
        ("Tammerfors grundläggande utbildning 8 529 € per 7–15-åring år 2018, plats 6 av 20", "true"),
        ("Tampereen perusopetus 156,26 milj. € vuonna 2018", "true"),
        ("Tampereen perusopetus 158 milj. € vuonna 2018", "different"),
        ("Tampere perusopetus 2018: 15. kallein 20:sta", "true"),
        ("Tampere perusopetus 2018: 6. kallein 20:sta", "different"),
        ("https://figures.example/vertailu?mittari=basic_education_cost_per_7_15&kunta=837&vuosi=2018 8 529 €", "true"),
        ("Tampere perusopetus 8 529 € 2017", "different"),
        ("Tampereen perusopetus 8 529 % 2018", "not_understood"),
        ("Tampereen perusopetus ei maksa 8 529 € 2018", "not_understood"),
        ("Tampereen ja Turun perusopetus 8 529 € 2018", "not_understood"),
        ("Tampereen perusopetus 8 529 € tai 9 000 € 2018", "not_understood"),
        ("Tampereen metrolinja 8 529 € 2018", "not_understood"),
        ("Perusopetus 8 529 € 2018", "not_understood"),
        ("Tampereen perusopetus 2018", "not_understood"),
        ("Tampere 8 600 €", "not_understood"),
        ("Kemin perusopetus 8 529 € 2018", "no_figure"),
        ("", "not_understood"),
        ("x" * 600, "not_understood"),
    ],
)
def test_sentences_as_people_write_them(interface: TestClient, text: str, verdict: str) -> None:
    row = verified(interface, text=text, lang="fi")
    assert row["verdict"] == verdict, row["text"]
    assert (row["problem"] is not None) == (verdict == "not_understood")


def sentences(right: str) -> list[tuple[str, str]]:
    """Language and text of the sentences of which something is true."""
    return [(language, text) for language, texts in SENTENCES[right].items() for text in texts]


def test_the_sentences_have_the_figures_of_the_interface(interface: TestClient) -> None:
    for key in ("figures", "ranks"):
        for indicator, of_places in SENTENCES[key].items():
            asked = [(place, year, known) for place, of in of_places.items() for year, known in of.items()]
            for place, year, known in asked:
                query = {"indicator": indicator, "municipality": place, "year": str(year)}
                [row] = interface.get("/v1/benchmark", params=query).json()["values"]
                decimals = loader.indicators()[indicator].decimals
                found = [row["rank"], row["ranked"]] if key == "ranks" else round(row["value"], decimals)
                assert found == known, query


@pytest.mark.parametrize(("right", "verdict"), VERDICTS.items())
def test_sentences_of_many_kinds_get_the_verdict_that_is_right(interface: TestClient, right: str, verdict: str) -> None:
    asked = sentences(right)
    found = {text: verified(interface, text=text, lang=language)["verdict"] for language, text in asked}
    assert asked and {text: said for text, said in found.items() if said != verdict} == {}


def test_no_sentence_that_is_false_is_called_true(interface: TestClient) -> None:
    asked = sentences("is_false")
    found = {text: verified(interface, text=text, lang=language)["verdict"] for language, text in asked}
    assert len(asked) > 100 and {text: said for text, said in found.items() if said in ("true", "rounded")} == {}


def test_a_text_of_thousands_of_letters_is_not_read(interface: TestClient) -> None:
    for text in ("x" * 5_000, "Tampereen perusopetus 8 529 € 2018 " * 150):
        row = verified(interface, text=text)
        assert (row["verdict"], row["problem"]) == ("not_understood", "too_long")


def test_a_claim_in_parameters_is_compared_with_the_figure_of_the_benchmark(interface: TestClient) -> None:
    [figure] = interface.get("/v1/benchmark", params=OF_TAMPERE).json()["values"]
    row = verified(interface, **OF_TAMPERE, value="8 529", rank="6")
    assert row["verdict"] == "true"
    assert {key: row["figure"][key] for key in ("value", "numerator", "denominator", "rank", "rank_low", "n")} == {
        key: figure[key] for key in ("value", "numerator", "denominator", "rank", "rank_low", "n")
    }
    verdicts = {
        value: verified(interface, **OF_TAMPERE, value=value)["verdict"] for value in ("8528.5", "8500", "8540")
    }
    assert verdicts == {"8528.5": "true", "8500": "rounded", "8540": "different"}
    assert verified(interface, **OF_TAMPERE, value="8529", rank="7")["verdict"] == "different"


def test_the_place_among_neighbours_or_peers_is_that_of_the_benchmark(interface: TestClient) -> None:
    [figure] = interface.get("/v1/benchmark", params=OF_TAMPERE | {"group": "similar"}).json()["values"]
    row = verified(interface, **OF_TAMPERE, rank=figure["rank"], group="similar")
    assert (row["verdict"], row["figure"]["ranked"]) == ("true", figure["ranked"])
    assert "ryhma=similar" in row["link"]


def test_a_rank_that_is_another_is_told_from_a_figure_that_is(interface: TestClient) -> None:
    told = {
        text: verified(interface, text=f"Tampere basic education 2018 {text}", lang="en")["text"].partition(".")[0]
        for text in ("8,529 €, 7th of 20", "7th of 20", "8,600 €, 6th of 20")
    }
    assert list(told.values()) == [
        "The figure agrees, but the rank is different",
        "The rank is different",
        "The figure is different",
    ]


def test_what_was_not_said_or_not_read_is_told(interface: TestClient) -> None:
    row = verified(interface, text="Tampere 8 529 €, 6th of 20")
    assert row["assumed"] == ["indicator", "year"] and row["was"] == {"year": 2018}
    row = verified(interface, text="Tamperre perusopetus 8 529 € 2018")
    assert row["verdict"] == "true" and "tamperre was read as Tampere" in row["text"]
    row = verified(interface, text="Naapurini sanoi: Tampereen perusopetus 8 529 € 2018")
    assert (row["not_read"], row["verdict"], row["problem"]) == (["naapurini"], "not_understood", "unread")
    assert row["figure"]["value"] == pytest.approx(8528.5, abs=0.1), "the figure is told nevertheless"
    row = verified(interface, text="Tampereen zzz 8 529 € 2018", lang="en")
    assert (row["problem"], row["not_read"]) == ("unknown_words", ["zzz"]) and "Not read: zzz." in row["text"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"municipality": "999"}, "municipality"),
        (OF_TAMPERE | {"value": "much"}, "value"),
        (OF_TAMPERE | {"year": "20x8"}, "year"),
        (OF_TAMPERE | {"indicator": "nothing"}, "indicator"),
        (OF_TAMPERE | {"group": "largest-21"}, "group"),
        (OF_TAMPERE | {"rank": "0"}, "rank"),
    ],
)
def test_what_does_not_exist_is_refused(interface: TestClient, query: dict[str, str], field: str) -> None:
    answer = interface.get("/v1/verify", params=query)
    assert answer.status_code == 400 and answer.json()["error"]["field"] == field


def test_a_figure_that_was_revised_is_outdated_and_names_the_data_it_was_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    row = {"indicator": BASIC, "municipality": "837", "year": 2018, "before": 8400.0, "after": 8528.5}
    row |= {"data_version": "0123456789abcdef", "replaced": pd.Timestamp("2026-11-01"), "cause": "figures"}
    revised = database.Database(database.open_snapshot(settings.ROOT / "data"))
    path = tmp_path / "revisions.parquet"
    pd.DataFrame([row])[REVISIONS_SCHEMA.names].to_parquet(path, index=False)
    revised.snapshot.manifest["files"]["revisions"] = {"path": str(path)}
    monkeypatch.setattr(database, "current", lambda: revised)
    client = TestClient(api.create())
    found = verified(client, **OF_TAMPERE, value="8400")
    assert found["verdict"] == "outdated"
    assert found["was"] == {"data_version": "0123456789abcdef", "value": 8400.0, "replaced": "2026-11-01T00:00:00"}
    assert "replaced on 2026-11-01" in found["text"]
    assert verified(client, **OF_TAMPERE, value="8410")["verdict"] == "different"


def test_the_box_of_the_comparison_says_the_verdict_and_leads_to_the_figure() -> None:
    page = opened("comparison", **TAMPERE)
    page.text_area(key="claim").input("Tampere perusopetus 8 529 € 2018")
    [button] = [one for one in page.button if one.label == "Tarkista"]
    button.click().run()
    said = " ".join(block.value for block in page.markdown)
    assert "role='status'>Pitää paikkansa." in said and "Avaa luku vertailussa" in said
