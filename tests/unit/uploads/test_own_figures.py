"""Municipalities, years and statuses of uploaded figures, and the words of every refusal."""

import inspect
import re
import time
from typing import get_args

import pytest

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.i18n import texts
from kuntamittari.uploads import (
    figure_cells,
    organisation,
    own_figures,
    survey,
    table_finder,
    tabular,
    workspace,
)
from kuntamittari.uploads.remarks import Reason
from tests.support.uploads.uploaded_files import Reader, cell, lines, refused, taken, told, wrong

LANGUAGES = settings.LANGUAGES
HEADS = ("kunta", "vuosi", "mittari", "arvo")
OFFICIAL, AWAITED = "equity_ratio", "quality_group_size"
JYVASKYLA, TURKU, TAMPERE, HELSINKI = "179", "853", "837", "091"


# Excel


# Municipalities, years, statuses


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Tampere", TAMPERE),
        ("Tammerfors", TAMPERE),
        ("tampere", TAMPERE),
        ("TAMMERFORS", TAMPERE),
        ("837", TAMPERE),
        ("KU837", TAMPERE),
        ("ku837", TAMPERE),
        ("Åbo", TURKU),
        ("åbo", TURKU),
        ("91", HELSINKI),
        ("091", HELSINKI),
        ("KU091", HELSINKI),
        ("5", "005"),
        ("Helsingfors", HELSINKI),
        ("Jyväskylä", JYVASKYLA),
        ("Koski Tl", "284"),
        ("Mänttä-Vilppula", "508"),
        ("Pedersöre", "599"),
        ("Pedersören kunta", "599"),
    ],
)
def test_a_municipality_is_known_by_number_and_by_name_in_either_language(said: str, code: str, read: Reader) -> None:
    assert [f.municipality for f in read(cell(1, municipality=said)).figures] == [code]


@pytest.mark.parametrize(
    ("said", "near"),
    [
        ("Tamperre", "Tampere"),
        ("Jyväskyläa", "Jyväskylä"),
        ("Hämeenlina", "Hämeenlinna"),
        ("Tamerfors", "Tammerfors"),
        ("Koski TI", "Koski Tl"),
        ("Mänttä Vilppula", "Mänttä-Vilppula"),
        ("999", ""),
        ("0837", ""),
        ("KU", ""),
        ("Atlantis", ""),
        ("", ""),
        ("Tampere Helsinki", ""),
    ],
)
def test_an_unknown_municipality_is_quoted_with_the_official_name_that_is_near(
    said: str, near: str, read: Reader
) -> None:
    found = read(cell(1, municipality=said))
    assert wrong(found) == [(2, "municipality" if said else "no_place", said)] and found.figures == ()
    assert found.problems[0].near == near
    assert not near or all(near in words for words in told(found.problems[0]).values())


def test_many_rows_of_strangers_do_not_hold_the_server(read: Reader) -> None:
    """A national table with hundreds of joint authorities among the municipalities, ten figures each."""
    content = lines(
        ("kunta", "vuosi", *(f"m{n}" for n in range(9))), *((f"Kuntayhtymä {n}", 2018, *range(9)) for n in range(500))
    )
    begun = time.process_time()
    found = read(content)
    assert len(found.problems) == 500
    assert time.process_time() - begun < 1, "seconds of a processor"


@pytest.mark.parametrize(
    "said",
    ["18", "20 18", "1989", "2101", "0", "-2018", "99999", "1.1.2018", "", "MMXVIII"],
)
def test_a_year_that_is_none_is_quoted(said: str, read: Reader) -> None:
    assert wrong(read(cell(1, year=said))) == [(2, "year", said)]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("final", "final Lopullinen slutlig"),
        ("preliminary", "preliminary ennakko Preliminär"),
        ("approximate", "approximate likiarvo ungefärlig"),
        ("forecast", "forecast Ennuste prognos"),
        ("budget", "budget talousarvio Budget"),
        ("target", "target TAVOITE mål"),
    ],
)
def test_a_status_is_understood_in_three_languages(status: str, said: str, read: Reader) -> None:
    for word in said.split():
        found = read(lines((*HEADS, "status"), (837, 2018, "x", 1, word)))
        assert taken(found) == {(TAMPERE, 2018, "own_x"): (1, status)}, word


def test_an_unknown_status_is_quoted(read: Reader) -> None:
    assert wrong(read(lines((*HEADS, "tila"), (837, 2018, "x", 1, "melkein valmis")))) == [
        (2, "status", "melkein valmis")
    ]


def test_an_official_indicator_takes_plans_only_and_an_awaited_one_anything(read: Reader) -> None:
    names = loader.indicators()[OFFICIAL].name
    for said in (OFFICIAL, names.fi, names.sv.upper(), names.en):
        assert wrong(read(cell(50, measure=said))) == [(2, "official", said)]
        for word, status in (("tavoite", "target"), ("budget", "budget")):
            found = read(lines((*HEADS, "tila"), (837, 2018, said, 50, word)))
            assert taken(found) == {(TAMPERE, 2018, OFFICIAL): (50, status)}
    for said in (AWAITED, loader.indicators()[AWAITED].name.sv):
        assert taken(read(cell(20, measure=said))) == {(TAMPERE, 2018, AWAITED): (20, "final")}


def test_everything_wrong_on_a_line_is_told_at_once_and_nothing_is_half_taken(read: Reader) -> None:
    found = read(lines((*HEADS, "tila"), ("Atlantis", "18", "", "abc", "?"), (837, 2018, "x", 1, "")))
    assert [(line, reason) for line, reason, _ in wrong(found)] == [
        (2, "municipality"),
        (2, "year"),
        (2, "status"),
        (2, "measure"),
        (2, "number"),
    ]
    assert len(found.figures) == 1, "figures may be taken only where there is no problem"


def test_the_same_figure_twice_is_told_with_the_line_of_the_first(read: Reader) -> None:
    found = read(lines(HEADS, (837, 2018, "x", 1), (91, 2018, "x", 1), ("Tammerfors", 2018, "X", 2)))
    assert wrong(found) == [(4, "twice", "2")] and found.problems[0].near == "2"
    assert "2" in told(found.problems[0])["fi"]
    wide = read(lines(("kunta", "2018", "2019"), (837, 1, 2), ("KU837", 3, "..")))
    assert wrong(wide) == [(3, "twice", "3")] and wide.problems[0].column == "2018"


def test_a_budget_a_target_and_an_actual_of_a_year_are_three_figures_but_two_actuals_are_one_too_many(
    read: Reader,
) -> None:
    heads = (*HEADS, "tila")
    plans = [(837, 2018, "x", n, status) for n, status in enumerate(("", "talousarvio", "tavoite"))]
    assert [(f.value, f.status) for f in read(lines(heads, *plans)).figures] == [
        (0, "final"),
        (1, "budget"),
        (2, "target"),
    ]
    assert wrong(read(lines(heads, *plans, (837, 2018, "x", 5, "ennakko"), (837, 2018, "x", 6, "tavoite")))) == [
        (5, "twice", "5"),
        (6, "twice", "6"),
    ]


def test_many_measures_are_refused_before_they_hold_the_server(read: Reader) -> None:
    content = lines(HEADS, *((837, 2018, f"mittari {n}", 1) for n in range(1500)))
    begun = time.process_time()
    assert refused(content, read).reason == "too_many_measures"
    assert time.process_time() - begun < 1, "seconds of a processor"


def test_measures_whose_names_begin_alike_stay_two_in_one_file_and_in_two(read: Reader) -> None:
    names = [f"Henkilöstön sairauspoissaolot prosentteina työajasta, {who}" for who in ("naiset", "miehet")]
    assert len({f.measure for f in read(lines(HEADS, *((837, 2018, name, 1) for name in names))).figures}) == 2
    lies = workspace.EMPTY
    for name in names:
        found = read(cell(1, measure=name))
        lies = lies.with_figures(found, found.measures)
    assert [measure.name for measure in lies.measures] == names


# Words and packages


def test_every_reason_has_words_in_every_language() -> None:
    sources = "".join(
        inspect.getsource(module)
        for module in (tabular, table_finder, figure_cells, own_figures, organisation, survey, workspace)
    )
    reasons = {f"tabular.{reason}" for reason in re.findall(r'TableError\(\s*"(\w+)"', sources)}
    reasons |= {f"not_read.reason.{reason}" for reason in get_args(Reason)}
    reasons |= {
        f"problem.{reason}"
        for reason in (
            "municipality",
            "year",
            "status",
            "measure",
            "official",
            "number",
            "formula",
            "twice",
            "service",
            "model",
            "ambiguous_number",
            "spreadsheet_error",
            "comma_parted",
            "conflict",
            "no_place",
            "area",
            "total",
            "former",
            "former_alone",
            "former_ended",
            "former_answer",
            "former_model",
        )
    }
    assert len(reasons) > 25
    for language in LANGUAGES:
        assert reasons <= set(texts(language)), language


def test_what_reads_workbooks_is_installed_with_the_service() -> None:
    """Not only with the tests."""
    assert "openpyxl==" in (settings.ROOT / "requirements.txt").read_text("utf-8")
