"""Texts stand in three languages under the same keys and parts, every key the code asks for exists, numbers read as
they are written."""

import ast
import re
from collections.abc import Iterator
from string import Formatter
from typing import get_args

import pytest

from kuntamittari import settings
from kuntamittari.catalog.indicator import Dimension, Polarity
from kuntamittari.catalog.knowledge_bank import Status
from kuntamittari.catalog.statuses import STATUSES
from kuntamittari.exhibits import indicators, query_state, text
from kuntamittari.exhibits.exhibit import Kind
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.exhibits.render import reports, tables
from kuntamittari.i18n import Translator, texts
from kuntamittari.query import sector_costs
from kuntamittari.stats.benchmark import Judgement, Trend
from kuntamittari.ui import sections
from kuntamittari.ui.parts import costs, datasets, knowledge_bank, support
from kuntamittari.ui.uploads import survey
from kuntamittari.uploads.own_figures import Layout

KEYS = texts("fi").keys()
SPEAKING = [
    settings.PACKAGE / "exhibits" / "text.py",
    settings.PACKAGE / "dashboard.py",
    settings.PACKAGE / "i18n" / "__init__.py",
]
SPEAKING += sorted((settings.PACKAGE / "ui").glob("*.py")) + sorted(settings.PAGES.glob("*.py"))
NBSP = "\N{NO-BREAK SPACE}"


def parts(text: str) -> set[str]:
    """The placeholders of a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def asked() -> Iterator[tuple[str, ast.Call, ast.expr]]:
    """Every call t("key", …), self("key", …) or …​.t("key", …) in the code that speaks: where, the call, and each key
    it may ask for."""
    for file in SPEAKING:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and node.args
                and re.fullmatch(r"t|self|\w+\.t|Translator\(.*\)", ast.unparse(node.func))
            ):
                key = node.args[0]
                for choice in (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,):
                    yield f"{file.name}:{node.lineno}", node, choice


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_language_has_the_keys_of_finnish(language: str) -> None:
    assert texts(language).keys() == KEYS


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_text_has_the_same_parts_as_in_finnish(language: str) -> None:
    theirs = {key: parts(text) for key, text in texts(language).items()}
    assert theirs == {key: parts(text) for key, text in texts("fi").items()}


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_no_text_is_empty_or_anything_but_words(language: str) -> None:
    assert [key for key, text in texts(language).items() if not isinstance(text, str) or not text.strip()] == []


def test_every_text_the_code_asks_for_exists() -> None:
    keys = [(where, key.value) for where, _, key in asked() if isinstance(key, ast.Constant)]
    assert len(keys) > 60
    assert [(where, key) for where, key in keys if key not in KEYS] == []


def test_every_text_gets_the_parts_it_has() -> None:
    """A part that is missing fails only when somebody meets the sentence, and one too many is a mistake of some
    language."""
    named = [
        (where, key.value, {part.arg for part in call.keywords})
        for where, call, key in asked()
        if isinstance(key, ast.Constant) and None not in [part.arg for part in call.keywords]
    ]
    assert [
        (where, key, given) for where, key, given in named if key in KEYS and given != parts(texts("fi")[key])
    ] == []


def test_every_title_of_the_navigation_exists() -> None:
    titles = [title for section in sections.SECTIONS for title in (section.title, *(page[2] for page in section.pages))]
    assert [title for title in titles if title not in KEYS] == []


REASONS = re.findall(
    r"then '(\w+)'", (settings.SQL / "schema" / "20_indicator_value.sql").read_text("utf-8").partition("as reason")[0]
)


# keys made of a word of the domain: what the code writes before the word → every word there is
def reasons(name: str, place: int) -> list[str]:
    """The reasons that the code gives to a kind of defect, by where they stand among its arguments."""
    calls = [
        node
        for file in settings.PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == name and len(node.args) > place
    ]
    return sorted(
        {str(one.value) for call in calls for one in ast.walk(call.args[place]) if isinstance(one, ast.Constant)}
    )


FAMILIES = {
    "missing.": REASONS,
    "table.status.": STATUSES,
    "judgement.": get_args(Judgement),
    "polarity.": (*get_args(Polarity), "need"),
    "unjudged.": text.EXPLAINED,
    "bridge.": ("more_fewer", "less_more", "more_more", "less_fewer", "everybody"),
    "datasets.parts.": datasets.TABLES,
    "dimension.": get_args(Dimension),
    "costs.": (*costs.WHOLES, *costs.MEASURES),
    "catalogue.zero_": ("value", "missing", "value"),
    "language.": settings.LANGUAGES,
    "group.": [
        "all",
        "largest-20",
        "own",
        "similar",
        "region",
        "wellbeing",
        "grouping",
        *(f"size-{n}" for n in range(1, 7)),
    ],
    "rug.order_": query_state.ORDERS,
    "rug.": get_args(Dimension),
    "rug.quarter_": ("1", "2", "3", "4"),
    "trend.": get_args(Trend),
    "datasets.tool_": datasets.TOOLS,
    "files.": tables.FORMATS,
    "frontier.": ("too_few_variables", "not_positive", "no_output"),
    "support.": support.FIELDS,
    "national.": sector_costs.SECTORS,
    "productivity.": tuple(indicators.PARTS),
    "productivity.actual_": ("more", "less", "same"),
    "pair.": ("above", "below", "even"),
    "grid.": [
        f"{row}{level}" for row in (*get_args(Dimension), "object", "purpose") for level in ("_national", "_municipal")
    ],
    "why.step_": ("age", "unit_cost", "age"),
    "picture.": PICTURES,
    "kind.": get_args(Kind),
    "deck.": (*reports.FORMATS, "too_long", "broken", "no_deck"),
    "knowledge.": knowledge_bank.KINDS,
    "knowledge.status_": get_args(Status),
    "knowledge.limit_": ("about", "over", "only"),
    "knowledge.unit_": ("percent", "count", "municipalities"),
    "knowledge.form_": ("name", "year", "contact", "source", "text", "claimed", "measured", "obstacles", "moves"),
    "notice.": [*query_state.PARAMETERS, "unknown"],
    "tabular.": reasons("TableError", 0),
    "problem.": [*reasons("Problem", 2), "municipality", "service", "model"],
    "upload.layout_": get_args(Layout),
    "upload.template_": ("csv", "xlsx", "csv"),
    "survey.by_": (*survey.DIVISIONS, "size"),
}


@pytest.mark.parametrize("family", FAMILIES)
def test_every_word_of_the_domain_has_its_text(family: str) -> None:
    assert len(FAMILIES[family]) >= 3
    assert [word for word in FAMILIES[family] if f"{family}{word}" not in KEYS] == []


def test_every_family_of_texts_the_code_asks_for_is_known() -> None:
    prefixes = {
        (where, str(ast.literal_eval(key.values[0]))) for where, _, key in asked() if isinstance(key, ast.JoinedStr)
    }
    assert len(prefixes) > 5
    assert [(where, prefix) for where, prefix in prefixes if prefix not in FAMILIES] == []


# value and decimals → Finnish and Swedish, English
NUMBERS = [
    (8528.5449, 0, f"8{NBSP}529", "8,529"),
    (8528.5449, 2, f"8{NBSP}528,54", "8,528.54"),
    (1234.5, 1, f"1{NBSP}234,5", "1,234.5"),
    (1.97, 2, "1,97", "1.97"),
    (2, 2, "2,00", "2.00"),
    (0, 0, "0", "0"),
    (0.0, 2, "0,00", "0.00"),
    (1_234_567, 0, f"1{NBSP}234{NBSP}567", "1,234,567"),
    (-1234.5, 1, f"−1{NBSP}234,5", "−1,234.5"),
    (-0.4, 0, "0", "0"),
    (None, 0, "–", "–"),
    (None, 2, "–", "–"),
]


@pytest.mark.parametrize(("value", "decimals", "nordic", "english"), NUMBERS)
def test_a_number_is_written_as_its_readers_write_it(
    value: float | None, decimals: int, nordic: str, english: str
) -> None:
    written = [Translator(language).number(value, decimals) for language in ("fi", "sv", "en")]
    assert written == [nordic, nordic, english]


def test_a_number_without_said_decimals_is_whole() -> None:
    assert Translator("en").number(12.6) == "13"


def test_a_text_is_given_in_the_readers_language_with_its_parts() -> None:
    said = [Translator(language)("chart.break", year=2016) for language in settings.LANGUAGES]
    assert said == ["katko 2016", "avbrott 2016", "break 2016"]


def test_an_unknown_language_or_key_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="'de'"):
        Translator("de")
    with pytest.raises(KeyError, match=r"finding\.nothing"):
        Translator("fi")("finding.nothing")
