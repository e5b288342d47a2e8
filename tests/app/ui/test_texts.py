"""Every title of the navigation and every word of the domain has its text."""

import ast
import re
from typing import get_args

import pytest

from kuntamittari import settings
from kuntamittari.catalog import composites
from kuntamittari.catalog.indicator import Dimension, Polarity
from kuntamittari.catalog.knowledge_bank import Status
from kuntamittari.catalog.statuses import STATUSES
from kuntamittari.exhibits import gaps, indicators, query_state, text
from kuntamittari.exhibits.answers import words
from kuntamittari.exhibits.answers.model import WHOLES
from kuntamittari.exhibits.exhibit import Kind
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.exhibits.render import dcat, reports, tables
from kuntamittari.exhibits.verify.verdict import Verdict
from kuntamittari.exhibits.views import statement
from kuntamittari.i18n import texts
from kuntamittari.query import sector_costs
from kuntamittari.query.funnel import Zone
from kuntamittari.query.gaps.euros import Unfirm
from kuntamittari.stats import area_sums, outlook
from kuntamittari.stats.benchmark import Judgement, Trend
from kuntamittari.ui import sections
from kuntamittari.ui.front import answers
from kuntamittari.ui.parts import costs, methods, support
from kuntamittari.ui.peers import quality
from kuntamittari.ui.reference import datasets, knowledge_bank, use
from kuntamittari.ui.uploads import survey
from kuntamittari.uploads.own_figures import Layout
from kuntamittari.uploads.remarks import Part, Reason
from tests.support.texts import asked

KEYS = texts("fi").keys()


def test_every_title_of_the_navigation_exists() -> None:
    titles = [title for section in sections.SECTIONS for title in (section.title, *(page[2] for page in section.pages))]
    assert [title for title in titles if title not in KEYS] == []


REASONS = re.findall(
    r"then '(\w+)'",
    (settings.SQL / "schema" / "20_indicator_value.sql").read_text("utf-8").rpartition("end as reason")[0],
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


def claim_problems() -> list[str]:
    """Why a claim is not understood, as the code says it."""
    files = sorted((settings.PACKAGE / "exhibits" / "verify").glob("*.py"))
    keywords = [
        node
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.keyword) and node.arg == "problem" and isinstance(node.value, ast.Constant)
    ]
    of_ranks = ("rank", "no_rank")  # of claims that were understood
    return sorted({str(one.value.value) for one in keywords if isinstance(one.value, ast.Constant)} - {*of_ranks})


WORDED = (*words.FAMILIES, "other")  # groups with words of their own on the front page
# findings of at most twelve words (text.short)
SHORT = (
    *("standing", "ranking", "value", "change", "alike", "pair", "map", "sum", "beside", "dearer", "expected"),
    *(
        "rug",
        "saving",
        "index",
        "total",
        "bridge",
        "sectors",
        "spread",
        "ahead",
        "costs_ahead",
        "gaps",
        "budgets",
        "so_far",
    ),
)
FAMILIES = {
    "answers.head_": tuple(WHOLES),
    "answers.per_": tuple(WHOLES),
    "answers.share_": ("children", "older", "children"),
    "answers.typical_": WORDED,
    "answers.level_": WORDED,
    "answers.among_": WORDED,
    "answers.beside_": WORDED,
    "answers.option_": answers.TAPS,
    "answers.open_": get_args(Unfirm),
    "answers.": [f"{way}_label" for way in ("open", "copy", "add", "added")],
    "missing.": (*REASONS, area_sums.PUBLISHED_RATE, area_sums.NOT_EVERY_MEMBER),
    "area.": reasons("AreaError", 0),
    "open_data.form.": dcat.FORMATS,
    "not_read.": get_args(Part),
    "not_read.reason.": get_args(Reason),
    "table.status.": STATUSES,
    "chart.short.": SHORT,
    "judgement.": get_args(Judgement),
    "polarity.": (*get_args(Polarity), "need"),
    "unjudged.": text.EXPLAINED,
    "moved.": ("whole", "without", "kept", "kept_part", "kept_total"),
    "costs.question_": composites.composite_ids(),
    "bridge.": ("more_fewer", "less_more", "more_more", "less_fewer", "everybody"),
    "datasets.parts.": datasets.TABLES,
    "funnel.": ("order", "dots", "funnel", *get_args(Zone)),
    "gaps.unfirm_": get_args(Unfirm),
    "gaps.left_": gaps.LEFT_OUT,
    "funnel.z_": get_args(Zone),
    "grammar.funnel_": get_args(Zone),
    "peers.": ("larger", "smaller", "larger"),
    "peers.kind_": ("similar", "same-need", "similar"),
    "peers.method_": quality.METHODS,
    "notice.instead_": ("neighbours", "same_need", "neighbours"),
    "finding.": ("judgement", "judgement_expected", "judgement"),
    "group.size-": range(1, 7),
    "total.": ("output", "input", "both"),
    "making.": ("busy", "ended", "cancelled", "other_data", "failed"),
    "dimension.": get_args(Dimension),
    "costs.": (*costs.COMPOSITES, *costs.MEASURES),
    "catalogue.zero_": ("value", "missing", "value"),
    "language.": settings.LANGUAGES,
    "group.": [
        "all",
        "largest-20",
        "own",
        "similar",
        "same-need",
        "neighbours",
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
    "frontier.": ("too_few_variables", "not_positive", "no_output", "too_few_units"),
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
    # an unknown vintage is told by `vintage.unknown`, with what the page shows instead
    "notice.": [*(part for part in query_state.PARAMETERS if part != "aineisto"), "unknown"],
    "tabular.": reasons("TableError", 0),
    "problem.": [*reasons("Problem", 2), "municipality", "service", "model"],
    "upload.layout_": get_args(Layout),
    "upload.template_": ("csv", "xlsx", "csv"),
    "accessibility.gap_": statement.GAPS,
    "use.client_": tuple(use.CLIENTS),
    "use.hint_": tuple(use.CLIENTS),
    "verify.": [*get_args(Verdict), "was", "of_year"],
    "verify.problem.": claim_problems(),
    "verify.assumed_": ("year", "indicator", "year"),
    "survey.by_": (*survey.DIVISIONS, "size"),
    "outlook.": ("middle", "low", "high"),
    "outlook.size_": outlook.SIZES,
    "year_so_far.span_": ("3", "6", "9", "12"),
    "report.": ("findings", "figures", "findings"),
    "report.method_": [
        f"{name}{text}" for name in ("costs", "group", "judgement", "prices", "division") for text in ("", "_text")
    ],
    "operator.load_": datasets.COMMANDS,
    "methods.section_": tuple(map(str, methods.document().sections)),
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
