"""The knowledge bank: every entry is found in its source, wrong files are named, and words are found in their inflected
forms."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from kuntamittari.catalog import knowledge_bank
from kuntamittari.errors import CatalogError
from tests.support.material import shared

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


def test_every_place_is_a_municipality_and_every_number_of_the_survey_is_published(bundle: Any) -> None:
    codes = set(bundle.query("municipalities").to_pydict()["code"])
    assert {place for entry in ENTRIES.values() for place in entry.places} <= codes - {"MA1"}
    figures = {(figure.value, figure.limit) for entry in ENTRIES.values() for figure in entry.figures}
    assert {(96, None), (65, "about"), (85, "over"), (90, None), (17, "only"), (88, "about")} <= figures


def test_an_entry_says_on_which_day_it_was_added_and_none_is_of_a_day_to_come(tmp_path: Path) -> None:
    days = {entry.added for entry in ENTRIES.values()}
    assert min(days) == knowledge_bank.BEGUN and max(days) <= date.today() + timedelta(days=1)
    undated = {field: part for field, part in GOOD.items() if field != "added"}
    with pytest.raises(CatalogError) as raised:
        knowledge_bank.read(written(tmp_path, measurement=THEME, undated=undated))
    assert raised.value.problems == ["undated.yaml: added: Field required"]


def test_nobody_is_named_as_a_contact() -> None:
    told = yaml.safe_dump([entry.model_dump() for entry in ENTRIES.values()], allow_unicode=True)
    assert not re.search(r"@|puh\.|\b0\d{2,3} ?\d{4,}", told)


GOOD: dict[str, Any] = {
    "kind": "case",
    "themes": ["measurement"],
    "source": "processes_2010",
    "added": date(2026, 12, 1),
    "name": {"fi": "Nimi"},
    "text": {"fi": "Teksti"},
    "found": ["Nimi"],
}
THEME: dict[str, Any] = {
    "kind": "theme",
    "source": "processes_2010",
    "added": date(2026, 12, 1),
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
    "a day that is none": ({"added": "soon"}, "added"),
    "a day before the bank": ({"added": date(2016, 12, 1)}, "added"),
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


def said(page: Any) -> list[str]:
    return [one.value for one in page.markdown] + [one.body for one in page.get("html")]
