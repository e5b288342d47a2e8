"""Pages run by AppTest, and what a reader finds on them."""

import html
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from kuntamittari import settings
from kuntamittari.ui import sections
from tests.support.markup import words

PATHS = {file: path for section in sections.SECTIONS for file, path, _ in section.pages}
FILES = {"": "overview.py", "vertailu": "comparison.py"}
BASIC, ELDERLY = "basic_education_cost_per_7_15", "elderly_care_cost_per_65"
AWAITED = "quality_teacher_qualification"
TAMPERE = {"kunta": "837", "vuosi": "2018", "ryhma": "largest-20", "mittari": BASIC}


# Opening a page


def page_at(file: str, **query: str) -> AppTest:
    """Run a page to its end at an address, by its file in pages/, with the tables of comparison and map unfolded.

    Like a link it leads straight to the page: AppTest's own way there, `switch_page`, knows pages by their files only
    after a run of another one.
    """
    page = AppTest.from_file(str(settings.PACKAGE / "dashboard.py"), default_timeout=120)
    page.query_params.update(query)
    page._page_hash = calc_hash(PATHS[file])
    for fold in ("compared-figures", "map-figures"):
        page.session_state[fold] = True
    return page.run()


def opened(page: str, **query: str) -> AppTest:
    """Run a page at an address, by the stem of its file, to its end without an exception."""
    at = page_at(f"{page}.py", **query)
    assert not at.exception
    return at


def opened_at(path: str = "", **query: str) -> AppTest:
    """Run the overview or the comparison, by its path, to its end without an exception."""
    page = page_at(FILES[path], **query)
    assert not page.exception
    return page


def unfolded(page: AppTest, key: str) -> AppTest:
    """Return the page after a press on what is made only when it is opened."""
    page.session_state[key] = True
    return page.run()


# Links


@dataclass(frozen=True)
class Way:
    """A link of a page to another: its words, the page's path and what the address holds."""

    label: str
    page: str
    query: dict[str, str]


def ways(page: AppTest) -> list[Way]:
    """Return the links that change the page without loading it anew, in order.

    Those of the menu are as a script of the document completes them.
    """
    markup = "".join(block.value for block in page.markdown)
    found = re.findall(r"<a href='([^'?]*)\?([^']*)' target='_self'>(.*?)</a>", markup)
    [chosen] = re.findall(r"data-chosen='([^']*)'", markup)
    menu = "".join(block.proto.body for block in page.get("html") if "km-menu" in block.proto.body)
    found += [
        (path, chosen, label)
        for path, label in re.findall(r"<a href='([^']*)'(?: aria-current='\w+')?>(.*?)</a>", menu)
    ]
    return [
        Way(html.unescape(label), path.removeprefix("./"), dict(parse_qsl(html.unescape(query))))
        for path, query, label in found
    ]


# What is written on a page


def written(page: AppTest) -> list[str]:
    """Return what is written on the page, as Markdown or as markup."""
    return [block.value for block in page.markdown] + [block.proto.body for block in page.get("html")]


def said(page: AppTest) -> str:
    """Return everything written on the page but its tables."""
    kinds = (page.title, page.header, page.markdown, page.success, page.warning, page.error, page.info)
    return " ".join(words(block.value) for kind in kinds for block in kind)


def card_rows(page: AppTest, kind: str = "km-card km-standings") -> dict[str, list[str]]:
    """Name → the cells of its row in the card, or in another table of the page by its class."""
    [table] = [block.proto.body for block in page.get("html") if f"<table class='{kind}'" in block.proto.body]
    found = re.findall(r"<tr[^>]*><th scope='row'[^>]*>(.*?)</th>(.*?)</tr>", table)
    return {words(name): [words(cell) for cell in re.findall(r"<td[^>]*>(.*?)</td>", cells)] for name, cells in found}


def findings(page: AppTest) -> list[str]:
    """Return what the page says in large words."""
    return [
        words(found) for markup in written(page) for found in re.findall(r"<p class='km-finding'>(.*?)</p>", markup)
    ]


def finding_of(page: AppTest) -> str:
    """Return the one sentence that says what the figure of the chosen municipality is."""
    [found] = findings(page)
    return found


def answers_of(page: AppTest) -> list[str]:
    """Return what each card of the front page says."""
    [cards] = [markup for markup in written(page) if "km-answers" in markup]
    return [
        re.sub(r"\s+", " ", words(re.sub(r"</(p|h2|div)>", " ", card))).strip()
        for card in re.findall(r"<article class='km-a-card'>(.*?)</article>", cards)
    ]


def titles(page: AppTest) -> list[str]:
    """Return the title of the page, alone or above its finding; a page has one."""
    return [words(found) for markup in written(page) for found in re.findall("<h1>(.*?)</h1>", markup)] + [
        one.value for one in page.title
    ]


def warning_of(page: AppTest) -> str:
    """Return what of the address was left out; exactly one box says so."""
    [box] = page.warning
    return words(box.value)


def alts_of(page: AppTest) -> list[str]:
    """Return the accessible names of the charts."""
    return [words(chart.proto.alt) for chart in page.get("vega_lite_chart")]
