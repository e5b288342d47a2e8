"""One word for a concept in each language (docs/language.md): the words that were given up stay away."""

import re
from pathlib import Path

import pytest

from kuntamittari import settings, yaml_file
from kuntamittari.i18n import texts
from kuntamittari.settings import LANGUAGES

# language → pattern of words given up → words used instead
GIVEN_UP = {
    "sv": {
        r"servicer(na|s)?|servicen|service(?![ \w-])|service (för|per|som|och|i|är)": "tjänst, tjänster",
        r"kommunförbundet": "Kommunförbundet",
        r"Fastlandsfinland|fastlandet": "Fasta Finland",
        r"mätar(e|en|na|nas|ens)|mätarram\w*": "mått",
        r"inläs(t|ta)|ladda(d|t|ts|de)(?! ner)": "hämtad",
        r"barndagvård|dagvård|förskoleverksamhet": "småbarnspedagogik",
        r"grundutbildning\w*": "grundläggande utbildning",
        r"skatteintäkt\w*": "skatteinkomster",
        r"landsting\w*|välfärdsregion\w*|välfärdslän\w*": "välfärdsområde",
        r"referenskommun\w*": "jämförelsekommun",
        r"mellersta halvan": "mittersta hälften",
        r"kommunekonomi\w*|kommunal ekonomi": "kommunalekonomi",
        r"äldrevård\w*|åldringsvård\w*": "tjänster för äldre",
    },
    "fi": {
        r"benchmark\w*|dashboard\w*|KPI": "vertailu, mittari",
        r"istunno\w*|istunto\w*|parametri\w*|välimuisti\w*": "(ohjelmistojen sana)",
        r"paras kunta|parhaat kunnat|huonoin\w*|huonoimma\w*": "(ei moitita)",
        r"lasten päivähoi\w*": "varhaiskasvatus",
        r"vanhukset|vanhusten|vanhuspalvelu\w*": "ikääntyneet",
        r"tunnuslukumittari\w*|indikaattori\w*": "mittari",
    },
    "en": {
        r"benchmark\w*|dashboards?|KPIs?": "comparison, indicator",
        r"session|parameters?|cache": "(a word of software)",
        r"best municipalit\w+|worst": "(no blame)",
        r"continental Finland|mainland of Finland": "Mainland Finland",
        r"kindergarten\w*|day ?care": "early childhood education and care",
        r"the elderly|old people": "older people",
        r"metrics?": "indicator",
        r"wellbeing counties|welfare (area|region)s?": "wellbeing services counties",
    },
}
# the names of others, what stands in for a figure, and heads of files that people have
NAMES = re.compile(
    r"`[^`]*`|\{\w+\}|kommun;år;mätare;värde|”Barndagvård”|“Children's day care”|Andelen arbetsplatser inom service"
    r"|indikaattoripank\w+|\(benchmarking\)"
)


def said(language: str) -> dict[str, str]:
    """Every text that a reader may meet in a language: of the interface, the catalogue and the knowledge bank."""
    found = {f"i18n {key}": text for key, text in texts(language).items()}
    for folder in (settings.PACKAGE / "catalog", settings.ROOT / "data" / "knowledge"):
        for file in sorted(folder.rglob("*.yaml")):
            for path, text in _leaves(yaml_file.read(file), file):
                if path.endswith(f".{language}") and ".seen." not in path:
                    found[path] = text
    return found


def _leaves(tree: object, path: Path | str) -> list[tuple[str, str]]:
    if isinstance(tree, dict):
        return [leaf for key, value in tree.items() for leaf in _leaves(value, f"{path}.{key}")]
    if isinstance(tree, list):
        return [leaf for at, value in enumerate(tree) for leaf in _leaves(value, f"{path}.{at}")]
    return [(str(path), tree)] if isinstance(tree, str) else []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_that_was_given_up_is_not_said(language: str) -> None:
    found = [
        f"{Path(where).name}: {hit.group()!r}, not {instead!r}"
        for where, text in said(language).items()
        for pattern, instead in GIVEN_UP[language].items()
        for hit in re.finditer(rf"\b(?:{pattern})(?!\w)", NAMES.sub("", text))
        if hit.group() != "Kommunförbundet"
    ]
    assert found == []


# what only the operator can run or set
COMMAND = re.compile(r"python3? |kuntamittari (?:update|synth|check|start)|--\w|KUNTAMITTARI_|tasks\.py|\{command\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_tells_a_reader_to_run_a_command(language: str) -> None:
    """A reader has a browser only: a page says what is lacking and who can bring it. The commands stand in the block of
    the operator (ui/reference/datasets.py)."""
    assert [where for where, text in said(language).items() if COMMAND.search(text)] == []


def test_no_page_but_that_of_the_data_sets_holds_a_command() -> None:
    written = [*(settings.ROOT / "pages").glob("*.py"), *(settings.PACKAGE / "ui").rglob("*.py")]
    written += [*settings.PACKAGE.joinpath("exhibits").glob("*.py")]
    named = {file.name for file in written if re.search(r"\bkuntamittari update\b", file.read_text("utf-8"))}
    assert named == {"datasets.py"}


def test_the_catalogue_and_the_bank_are_read_too() -> None:
    assert len([where for where in said("sv") if not where.startswith("i18n ")]) > 500


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_names_what_is_said_instead(language: str) -> None:
    listed = (settings.ROOT / "docs" / "language.md").read_text(encoding="utf-8")
    chosen = {word for instead in GIVEN_UP[language].values() for word in instead.split(", ") if "(" not in word}
    assert [word for word in sorted(chosen) if word not in listed] == []
