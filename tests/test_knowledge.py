"""The knowledge bank: every entry is found in its source, wrong files are told by name, words are found bent, and the
way from a figure to an entry and back is two clicks."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import shared, ways
from test_catalogue_page import opened
from test_pages import TAMPERE, titles, words

from kuntamittari import settings
from kuntamittari.catalog import knowledge_bank, loader
from kuntamittari.errors import CatalogError
from kuntamittari.i18n import texts
from kuntamittari.ui.parts import knowledge_bank as page_of

ENTRIES = knowledge_bank.entries()
# which of the founding documents a source is, by a word that only it has
DOCUMENTS = {
    "coordination_report_2014": "Webropol-kysely",
    "productivity_page": "digikuntakokeilussa",
    "processes_2010": "Prosessiajattelun",
    "organisation_2010": "Ylivuotinen budjetointi",
    "service_centre_2009": "Sitran Kuntaohjelman",
}
NUMBER = re.compile(r"\d[\d  ,.]*\d|\d")


def document(source: str) -> str:
    """The text of a source, white space collapsed."""
    for file in shared("seeds").iterdir():
        content = " ".join(file.read_text("utf-8").split())
        if DOCUMENTS[source] in content:
            return content
    raise AssertionError(f"no document of {source}")


def loose(text: str) -> str:
    """Without white space and dashes, as numbers are compared: 1,1 and 12 500 are written in several ways."""
    return re.sub(r"[\s \N{NO-BREAK SPACE}–−-]", "", text)


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_every_fact_is_found_in_the_document_that_it_names(entry: knowledge_bank.Entry) -> None:
    content = document(entry.source)
    assert [words for words in entry.found if " ".join(words.split()) not in content] == []
    said = [entry.name.fi, entry.text.fi, *(figure.about.fi for figure in entry.figures)]
    numbers = {number for text in said for number in NUMBER.findall(text)} | {
        f"{figure.value:g}" for figure in entry.figures
    }
    assert [number for number in numbers if loose(number.rstrip(".,")) not in loose(content)] == []


def test_there_are_the_nine_themes_the_fourteen_cases_the_proposals_and_the_survey() -> None:
    count = {kind: sum(entry.kind == kind for entry in ENTRIES.values()) for kind in page_of.KINDS}
    assert count["theme"] == 9 and count["survey"] >= 5
    assert sum(entry.kind == "case" and entry.source == "organisation_2010" for entry in ENTRIES.values()) == 14
    for source in ("processes_2010", "organisation_2010"):
        assert sum(entry.kind == "proposal" and entry.source == source for entry in ENTRIES.values()) == 9


def test_every_place_is_a_municipality_and_every_number_of_the_survey_is_published(bundle: Any) -> None:
    codes = set(bundle.query("municipalities").to_pydict()["code"])
    assert {place for entry in ENTRIES.values() for place in entry.places} <= codes - {"MA1"}
    figures = {(figure.value, figure.limit) for entry in ENTRIES.values() for figure in entry.figures}
    assert {(96, None), (65, "about"), (85, "over"), (90, None), (17, "only"), (88, "about")} <= figures


def test_nobody_is_named_as_a_contact() -> None:
    told = yaml.safe_dump([entry.model_dump() for entry in ENTRIES.values()], allow_unicode=True)
    assert not re.search(r"@|puh\.|\b0\d{2,3} ?\d{4,}", told)


GOOD: dict[str, Any] = {
    "kind": "case",
    "themes": ["measurement"],
    "source": "processes_2010",
    "name": {"fi": "Nimi"},
    "text": {"fi": "Teksti"},
    "found": ["Nimi"],
}
THEME: dict[str, Any] = {
    "kind": "theme",
    "source": "processes_2010",
    "name": {"fi": "T"},
    "text": {"fi": "T"},
    "found": ["T"],
}
WRONG = {
    "unknown field": ({"extra": 1}, "extra"),
    "unknown indicator": ({"moves": ["nothing"]}, "nothing"),
    "unknown theme": ({"themes": ["nothing"]}, "unknown theme 'nothing'"),
    "unknown source": ({"source": "nothing"}, "unknown source 'nothing'"),
    "a place that is no code": ({"places": ["Tampere"]}, "places"),
    "no Finnish": ({"name": {"sv": "Namn"}}, "name.fi"),
    "status of a case": ({"status": "done"}, "status"),
    "survey without figures": ({"kind": "survey"}, "figures"),
    "no theme": ({"themes": []}, "theme"),
    "another folder": ({"kind": "proposal", "status": "proposed"}, "lies in case"),
}


def written(folder: Path, **files: dict[str, Any]) -> list[Path]:
    """Files of entries: `theme_…` lies among the themes, others among the cases."""
    paths = []
    for name, content in files.items():
        path = folder / ("theme" if name == "measurement" else "case") / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
        paths.append(path)
    return paths


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_entry_is_told_by_its_file_and_field(what: str, tmp_path: Path) -> None:
    change, said = WRONG[what]
    assert knowledge_bank.read(written(tmp_path, measurement=THEME, good=GOOD)).keys() == {"measurement", "good"}
    with pytest.raises(CatalogError) as raised:
        knowledge_bank.read(written(tmp_path, measurement=THEME, good=GOOD, wrong=GOOD | change))
    assert len(raised.value.problems) == 1
    assert raised.value.problems[0].startswith("wrong.yaml: ") and said in raised.value.problems[0]


def test_all_defects_of_all_files_come_at_once(tmp_path: Path) -> None:
    files = written(tmp_path, measurement=THEME, one=GOOD | {"extra": 1}, two=GOOD | {"moves": ["nothing"]}, three=GOOD)
    (tmp_path / "case" / "broken.yaml").write_text("a: [", "utf-8")
    with pytest.raises(CatalogError) as raised:
        knowledge_bank.read([*files, tmp_path / "case" / "broken.yaml"])
    assert sorted({problem.partition(":")[0] for problem in raised.value.problems}) == [
        "broken.yaml",
        "one.yaml",
        "two.yaml",
    ]


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("Hankintatoimen osaaminen", "hankinta", True),
        ("Palvelujen järjestäminen kouluissa", "koulu palvelu", True),
        ("Äldreomsorg i kommunen", "aldreomsorgen", True),
        ("Café Ähtäri", "cafe ahtari", True),
        ("Perusopetuksen ryhmät", "perusopetusta", True),
        ("Perusopetuksen ryhmät", "lukio", False),
        ("Kuopion palvelualueet", "kuopio lukio", False),
        ("Mitä vain", "", True),
        ("Mitä vain", "?!", True),
    ],
)
def test_words_are_found_bent_and_without_accents(text: str, query: str, expected: bool) -> None:
    assert knowledge_bank.matches(text, query) is expected


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_page_lists_every_entry_as_a_link_and_filters_narrow_it(language: str) -> None:
    page = opened("knowledge", kieli=language, **TAMPERE)
    assert not page.exception and f"{len(ENTRIES)}/{len(ENTRIES)}" in " ".join(
        caption for caption in map(str, said(page))
    )
    assert all(f"kirjaus={entry}" in links(page) for entry in ENTRIES)
    narrow = opened("knowledge", kieli=language, laji="survey", **TAMPERE)
    assert all((f"kirjaus={entry.id}" in links(narrow)) is (entry.kind == "survey") for entry in ENTRIES.values())
    kuopio = opened("knowledge", kieli=language, paikka="297", aika="2010", **TAMPERE)
    assert {entry for entry in ENTRIES if f"kirjaus={entry} " in links(kuopio)} == {
        entry.id for entry in ENTRIES.values() if "297" in entry.places and entry.year == 2010
    }
    found = opened("knowledge", kieli=language, haku="palveluseteli", **TAMPERE)
    assert "kirjaus=service_voucher_jyvaskyla" in links(found) and "kirjaus=survey_budget_targets" not in links(found)


def said(page: Any) -> list[str]:
    return [one.value for one in page.markdown] + [one.body for one in page.get("html")]


def links(page: Any) -> str:
    """Every link of the list; an id ends where the address does or goes on."""
    return " ".join(re.findall(r"href='([^']*)'", " ".join(map(str, said(page))))).replace("&amp;", " ") + " "


def test_a_choice_of_the_filters_goes_into_the_address_and_what_is_unknown_is_said() -> None:
    page = opened("knowledge", kieli="en", **TAMPERE)
    page.text_input(key="knowledge-search").set_value("procurement").run()
    assert page.query_params["haku"] in ("procurement", ["procurement"])
    page.selectbox(key="knowledge-laji").set_value("survey").run()
    assert page.query_params["laji"] in ("survey", ["survey"])
    assert "kirjaus=survey_procurement_skills" in links(page) and "kirjaus=procurement" not in links(page).replace(
        "procurement_", ""
    )
    assert "nothing" in " ".join(
        one.value for one in opened("knowledge", kieli="en", teema="nothing", **TAMPERE).warning
    )


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_an_entry_says_what_it_is_where_from_and_leads_to_its_indicators(language: str) -> None:
    entry = ENTRIES["oral_health_enterprise_vantaa"]
    page = opened("knowledge", kieli=language, kirjaus=entry.id, **TAMPERE)
    told = " ".join(map(str, said(page)))
    assert not page.exception and titles(page) == [entry.name.told(language)[0]]
    assert words(entry.text.told(language)[0])[:60] in words(told)
    assert knowledge_bank.sources()[entry.source].title.told(language)[0] in told and "2010" in told
    indicator = loader.indicators()[entry.moves[0]]
    assert texts(language)["knowledge.to_indicator"].format(label=indicator.label[language]) in [
        way.label for way in ways(page)
    ]
    assert texts(language)["knowledge.no_proof"] in [one.value for one in page.info]


def test_from_an_indicator_to_an_entry_and_back_is_two_clicks() -> None:
    indicator = ENTRIES["oral_health_enterprise_vantaa"].moves[0]
    first = opened("comparison", kieli="en", **TAMPERE | {"mittari": indicator})
    names = {ENTRIES[e].name.en for e in ENTRIES if indicator in ENTRIES[e].moves}
    assert names and names <= {way.label for way in ways(first)}
    entry = opened("knowledge", kieli="en", kirjaus="oral_health_enterprise_vantaa", **TAMPERE)
    [back] = [way for way in ways(entry) if way.label.startswith("Open the comparison")]
    assert back.page == "vertailu" and back.query["mittari"] == indicator


def test_an_unknown_entry_shows_the_bank() -> None:
    page = opened("knowledge", kieli="en", kirjaus="nothing", **TAMPERE)
    assert titles(page) == [texts("en")["knowledge.title"]]


def test_a_proposed_case_is_checked_as_the_bank_checks_and_given_as_a_file() -> None:
    page = opened("knowledge", kieli="sv", **TAMPERE)
    page.text_input(key="propose-name").set_value("Ny tjänst").run()
    [warning] = [one.value for one in page.warning]
    told = texts("sv")
    assert all(told[key] in warning for key in ("knowledge.theme", "knowledge.form_text", "knowledge.form_source"))
    assert told["knowledge.form_name"] not in warning and not [
        one for one in page.get("download_button") if one.label == texts("sv")["knowledge.form_file"]
    ]
    page.text_area(key="propose-text").set_value("Vi gjorde så här.").run()
    page.text_input(key="propose-source").set_value("Stadens rapport").run()
    page.text_input(key="propose-year").set_value("2018").run()
    page.multiselect(key="propose-themes").set_value(["measurement"]).run()
    assert not page.warning and not page.exception
    draft = knowledge_bank.draft(
        "sv",
        {
            "name": "Ny",
            "text": "T",
            "source": "S",
            "year": "2018",
            "contact": "",
            "claimed": "",
            "measured": "",
            "obstacles": "",
        },
        "837",
        ["measurement"],
        [],
        [],
    )
    assert knowledge_bank.problems_of(draft) == [] and yaml.safe_load(knowledge_bank.file_of(draft)) == draft
    assert draft["name"] == {"fi": "Ny", "sv": "Ny"} and "effect" not in draft
    assert knowledge_bank.problems_of(draft | {"year": "soon"}) == ["year"]
