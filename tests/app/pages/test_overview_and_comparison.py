"""The front page and the comparison without a browser: what they say, choices, the address, three languages, faults."""

import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kuntamittari import settings
from kuntamittari.catalog import loader, measures
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator, texts
from tests.support.markup import words
from tests.support.pages import TAMPERE, alts_of, answers_of, finding_of, titles, warning_of, written
from tests.support.pages import opened_at as opened
from tests.support.pages import said as said_on

LANGUAGES = settings.LANGUAGES
OLDEST = "elderly_care_cost_per_75"  # of 2018 only
PAGES = ("", "vertailu")
LONG = "9" * 5000
GROUP_ROWS = ("Median (typical member)", "Group as one municipality")


def texts_of(page: AppTest) -> list[str]:
    """Every text a reader meets: headings, sentences, labels, options, help, charts' names, the table."""
    kinds = (page.title, page.header, page.subheader, page.warning, page.info, page.error)
    found = [*written(page), *(block.value for kind in kinds for block in kind)]
    for box in (*page.selectbox, *page.multiselect):
        found += [box.label, *box.options, box.help or "", box.proto.placeholder]
    found += [block.label for block in (*page.get("download_button"), *page.expander) if hasattr(block, "label")]
    for table in page.dataframe:
        found += [
            *table.value.columns,
            *(cell for column in table.value for cell in table.value[column] if isinstance(cell, str)),
        ]
    return [words(text).strip() for text in (*found, *alts_of(page)) if text]


SAID = {
    "fi": "Tampere: perusopetus 8 529 € / 7–15-vuotias vuonna 2018. "
    "Ryhmän mediaani on 8 844 (20 suurinta kaupunkia, n = 20). "
    "Sija on 6 (3–9) / 20, pienin ensin. Luku on ryhmässään keskitasoa. "
    "Tarpeen mukaan odotettu kustannus on 8 105 € / 7–15-vuotias, ja luku poikkeaa siitä +5,2 %.",
    "sv": "Tammerfors: grundläggande utbildning 8 529 € / 7–15-åring år 2018. "
    "Gruppens median är 8 844 (20 största städerna, "
    "n = 20). "
    "Dess plats är 6 (3–9) av 20, minst först. I sin grupp är kommunen medel. "
    "Enligt behovet är den väntade kostnaden 8 105 € / 7–15-åring, och talet avviker från den med +5,2 %.",
    "en": "Tampere: basic education 8,529 € per 7–15-year-old in 2018. "
    "The median of the group is 8,844 (20 largest cities, n = 20). "
    "The rank is 6 (3–9) of 20, lowest first. In its group the figure is middle. "
    "By need the expected cost is 8,105 € per 7–15-year-old, and the figure deviates from it by +5.2 %.",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_finding_holds_the_name_and_the_numbers_in_the_readers_language(language: str) -> None:
    page = opened("vertailu", kieli=language, **TAMPERE)
    assert finding_of(page) == SAID[language]
    assert alts_of(page)[0].startswith(texts(language)["dots.alt"])
    assert not page.warning and not page.error


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_no_text_is_a_bare_key_an_unfilled_part_or_in_another_language(path: str, language: str) -> None:
    found = texts_of(opened(path, kieli=language, kunnat="091", **TAMPERE))
    assert len(found) > 30
    assert not [text for text in found if re.match(r"[a-z]+\.[a-z_]+|.*\{[a-z_]*\}", text)]
    foreign = {text for other in LANGUAGES if other != language for text in texts(other).values()} - set(
        texts(language).values()
    )
    assert not foreign & set(found)


def test_the_first_visit_shows_the_largest_loaded_city_in_its_latest_year() -> None:
    page = opened()
    assert titles(page) == ["Helsinki: mitä palvelut maksavat?"]
    assert all("vuonna 2019" in answer for answer in answers_of(page))


@pytest.mark.parametrize("path", PAGES)
def test_choosing_a_municipality_changes_what_is_said_and_the_address(path: str) -> None:
    page = opened(path, kieli="en", **TAMPERE)
    page.selectbox(key="choose-municipality").select("564").run()
    if path:
        assert finding_of(page).startswith("Oulu: basic education 8,421 ")
        assert "The rank is 5 (2–7) of 20" in finding_of(page)
    else:
        assert titles(page) == ["Oulu: what do services cost?"] and "8,954 €" in answers_of(page)[0]
    assert page.query_params == {"kieli": "en", **TAMPERE, "kunta": "564"}
    assert page.selectbox(key="choose-municipality").value == "564"


@pytest.mark.parametrize(
    ("key", "choice", "part", "number"),
    [
        ("year", 2016, {"vuosi": "2016"}, "8,610"),
        ("group_id", "size-6", {"ryhma": "size-6"}, "The rank is 3 (2–5) of 9"),
        ("indicator_id", "library_cost_per_resident", {"mittari": "library_cost_per_resident"}, "58.92"),
    ],
)
def test_a_choice_on_the_comparison_changes_the_numbers_and_the_address(
    key: str, choice: Any, part: dict, number: str
) -> None:
    page = opened("vertailu", kieli="en", **TAMPERE)
    assert number not in finding_of(page)
    page.selectbox(key=f"choose-{key}").select(choice).run()
    assert number in finding_of(page)
    assert page.query_params == {"kieli": "en", **TAMPERE, **part}


def test_compared_municipalities_go_into_the_address_and_make_the_group_of_ones_own() -> None:
    page = opened("vertailu", kieli="en", **TAMPERE | {"ryhma": "own"})
    page.multiselect(key="choose-compared").select("091").run()
    assert page.query_params["kunnat"] == "091"
    assert "The median of the group is 8,932 (Own selection, n = 2). The rank is 1 (1–1) of 2" in finding_of(page)
    assert list(page.dataframe[0].value["Municipality"]) == ["Tampere", "Helsinki", "Mainland Finland", *GROUP_ROWS]


def test_the_table_shows_what_the_finding_says_and_mainland_finland_without_a_rank() -> None:
    table = opened("vertailu", kieli="en", **TAMPERE).dataframe[0].value.set_index("Municipality")
    tampere, mainland = table.loc["Tampere"], table.loc["Mainland Finland"]
    assert (tampere["Rank"], round(tampere.iloc[1], 1), tampere["Residents of the age"]) == (6, 8528.5, 18_322)
    assert len(table) == 23 and table["Rank"].isna().to_dict()["Mainland Finland"] and round(mainland.iloc[1]) == 9098
    # the typical member and the group as one municipality are two numbers, each under its own name
    assert [round(table.loc[row].iloc[1]) for row in GROUP_ROWS] == [8844, 8932] and table.loc[list(GROUP_ROWS)][
        "Rank"
    ].isna().all()


def test_the_choices_hold_every_municipality_under_both_official_names() -> None:
    options = opened(kieli="fi").selectbox(key="choose-municipality").options
    assert len(options) == 308 and "Tampere · Tammerfors" in options and "Forssa (ei ladattu)" in options
    assert not [option for option in options if "Manner-Suomi" in option]


BAD = {
    "kunta": "abc",
    "vuosi": "1800",
    "mittari": "xxx",
    "kieli": "de",
    "kunnat": "1,2,3",
    "ryhma": "zzz",
    "aland": "7",
    "vuosl": "2018",
}


@pytest.mark.parametrize("path", PAGES)
def test_unknown_parts_of_the_address_are_dropped_and_named(path: str) -> None:
    page = opened(path, **BAD)
    said = warning_of(page)
    assert all(named in said for named in ("abc", "1800", "xxx", "de", "1, 2, 3", "zzz", "7", "vuosl"))
    assert len(said.splitlines()) == 1 + len(BAD)
    assert finding_of(page).startswith("Helsinki: perusopetus") if path else "Helsinki" in titles(page)[0]


@pytest.mark.parametrize("part", [*BAD, "vuosl"])
def test_each_unknown_part_alone_is_named_in_the_readers_language_and_the_rest_holds(part: str) -> None:
    page = opened("vertailu", **{"kieli": "en", **TAMPERE, part: BAD[part]})
    assert "vuosl" in warning_of(page) if part == "vuosl" else BAD[part].split(",")[0] in warning_of(page)
    assert ("Osa osoitteesta" if part == "kieli" else "Part of the address") in warning_of(page)
    assert finding_of(page).startswith("Helsinki" if part == "kunta" else "Tampere")


@pytest.mark.parametrize(
    "value",
    [LONG, "<script>alert(1)</script>", "**bold** [x](https://x.example)", "'; drop table finance; --", "{name}", ""],
)
def test_no_value_in_the_address_breaks_a_page_or_becomes_markup(value: str) -> None:
    page = opened("vertailu", **dict.fromkeys(("kunta", "vuosi", "mittari", "ryhma", "aland", "kieli"), value))
    raw, said = page.warning[0].value, warning_of(page)
    assert all(f"”{value[:40]}" in line for line in said.splitlines()[1:] if "aland" not in line)
    assert len(said.splitlines()) == 7 and len(said) < 1000
    assert not re.search(r"(?<!\\)[<*\[{]", raw.replace("\n- ", "\n")), "every mark is escaped"


def test_more_than_twenty_compared_municipalities_are_cut_with_a_notice() -> None:
    listed = [
        "049",
        "091",
        "092",
        "109",
        "167",
        "179",
        "285",
        "286",
        "297",
        "398",
        "405",
        "491",
        "543",
        "564",
        "598",
        "609",
        "638",
        "680",
        "684",
        "694",
        "698",
        "734",
    ]
    page = opened("vertailu", kieli="en", kunnat=",".join(listed), **TAMPERE)
    assert page.multiselect(key="choose-compared").value == listed[:20]
    assert "698, 734" in warning_of(page) and "20" in warning_of(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_municipality_outside_the_bundle_says_so_and_offers_the_way_on(language: str) -> None:
    page = opened("vertailu", **TAMPERE | {"kieli": language, "kunta": "061"})
    said = finding_of(page)
    assert said.startswith("Forssa: ") and texts(language)["missing.not_loaded"] in said
    assert texts(language)["operator.country"] in said and "2015–2019" in said
    front = opened("", **TAMPERE | {"kieli": language, "kunta": "061"})
    assert titles(front)[0].startswith("Forssa: ") and texts(language)["operator.country"] in said_on(front)
    assert all(texts(language)["datasets.title"] in said_on(one) for one in (page, front)), "the way to what is loaded"
    assert all(texts(language)["missing.not_loaded"] in answer for answer in answers_of(front))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("indicator", ["group_equity_ratio", "basic_education_cost_per_pupil"])
def test_an_indicator_without_figures_says_who_can_load_them(indicator: str, language: str) -> None:
    page = opened("vertailu", **TAMPERE | {"kieli": language, "mittari": indicator})
    assert finding_of(page).endswith(texts(language)["finding.how_to_load"])
    assert texts(language)["datasets.title"] in said_on(page), "the way to what is loaded"


def test_a_group_of_ones_own_with_one_member_is_shown_without_a_judgement() -> None:
    page = opened("vertailu", kieli="en", **TAMPERE | {"ryhma": "own"})
    alone = "In a group of fewer than 8 municipalities nobody is judged."
    expected = "By need the expected cost is 8,105 € per 7–15-year-old, and the figure deviates from it by +5.2 %."
    assert finding_of(page).endswith(
        f"The median of the group is 8,529 (Own selection, n = 1). "
        f"The rank is 1 (1–1) of 1, lowest first. {alone} {expected}"
    )
    table = page.dataframe[0].value
    assert list(table["Municipality"]) == ["Tampere", "Mainland Finland", *GROUP_ROWS]
    assert set(table["Note"]) == {""}, "the table judges no more than the finding"


@pytest.mark.parametrize("indicator", [i.id for i in loader.indicators().values() if i.formula])
def test_every_indicator_has_a_comparison_with_its_table(indicator: str) -> None:
    page = opened("vertailu", kieli="fi", kunta="837", mittari=indicator)
    assert loader.indicators()[indicator].label.fi in finding_of(page)
    heads = list(page.dataframe[0].value.columns)
    assert len(heads) == len(set(heads)) == 7


def test_a_year_without_figures_of_the_indicator_shows_the_newest_beside_the_figure() -> None:
    page = opened("vertailu", kieli="en", **TAMPERE | {"mittari": OLDEST, "vuosi": "2019"})
    assert "per resident aged 75 or over in 2018 (newest figures 2018)." in finding_of(page)
    assert not page.warning
    assert page.selectbox(key="choose-year").options == ["newest (2018)", "2018", "2019 (no figures)"]


def test_changing_to_an_indicator_without_the_year_keeps_the_year() -> None:
    page = opened("vertailu", kieli="en", **TAMPERE | {"vuosi": "2019"})
    page.selectbox(key="choose-indicator_id").select(OLDEST).run()
    assert "in 2018 (newest figures 2018)" in finding_of(page) and not page.warning
    assert page.query_params["vuosi"] == "2019"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_data_directory_that_cannot_be_read_gives_one_sentence_in_the_readers_language(
    language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_DATA", str(tmp_path))
    page = opened(kieli=language)
    [box] = page.error
    assert box.value == texts(language)["error.data"]
    assert "python -m kuntamittari update" in caplog.text, "the operator reads the command in the log"
    assert box.value.startswith(texts(language)["error.data"].partition("{")[0])
    assert not titles(page) and not page.markdown


def test_a_defect_in_an_indicator_file_names_the_file_and_the_field(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KUNTAMITTARI_INDICATORS", str(tmp_path))
    (tmp_path / "half.yaml").write_text("id: half_done\npolarity: sideways\n", "utf-8")
    page = opened()
    assert "half.yaml" in page.error[0].value and "polarity" in page.error[0].value


@pytest.mark.parametrize("language", LANGUAGES)
def test_years_of_published_figures_are_named_beside_the_lines_and_in_the_formula(language: str) -> None:
    page = opened("vertailu", kieli=language, **TAMPERE | {"mittari": "loans_per_resident"})
    sentence = Translator(language)("how.published", years="2008–2014, 2020")
    shown = words(" ".join([*written(page), *(block.value for block in page.caption)]))
    assert sentence in shown and not page.exception
    formula = text.formula(Translator(language), loader.indicators()["loans_per_resident"])
    assert measures.measures()["key_M496_eur"]["name"][language] in formula
    without = opened("vertailu", kieli=language, **TAMPERE | {"mittari": "library_cost_per_resident"})
    assert sentence.rpartition("2020")[2] not in " ".join(written(without))


def test_the_table_of_the_comparison_is_made_when_it_is_unfolded_and_not_before() -> None:
    page = opened(kieli="en", path="vertailu", **TAMPERE)
    assert len(page.dataframe) == 1
    page.session_state["compared-figures"] = False
    page.run()
    assert not page.exception and not page.dataframe
    assert "The figures as a table" in [fold.label for fold in page.expander]
