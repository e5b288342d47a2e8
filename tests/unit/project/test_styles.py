"""The style of the pages: parts, each of one subject, and no rule for what no page draws."""

import re

import pytest

from kuntamittari import settings
from kuntamittari.i18n import texts
from kuntamittari.web import style

MOST_LINES = 120  # of a part; what is longer has more than one subject
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
OURS = re.compile(r"\.(km-[a-z0-9]+(?:-[a-z0-9]+)*)")


def test_every_part_is_in_the_sheet_once() -> None:
    assert sorted(style.PARTS) == sorted(file.stem for file in style.FOLDER.glob("*.css"))
    sheet = style.sheet()
    assert all(sheet.count((style.FOLDER / f"{part}.css").read_bytes()) == 1 for part in style.PARTS)


@pytest.mark.parametrize("part", style.PARTS)
def test_a_part_is_short_and_closes_what_it_opens(part: str) -> None:
    lines = (style.FOLDER / f"{part}.css").read_text("utf-8").splitlines()
    assert lines[0].startswith("/*"), "says first what it is for"
    assert len(lines) <= MOST_LINES
    rules = COMMENT.sub("", "\n".join(lines))
    assert rules.count("{") == rules.count("}") and "/*" not in rules and "*/" not in rules


def test_every_class_with_a_rule_is_drawn() -> None:
    sources = [file for end in ("*.py", "*.js") for file in settings.PACKAGE.rglob(end)]
    written = "\n".join(file.read_text("utf-8") for file in sources)
    ruled = set(OURS.findall(COMMENT.sub("", style.sheet().decode())))
    # a name made by an f-string ends where its braces begin; after "km-" alone comes a word that stands in quotes
    made = {name for name in re.findall(r"(km-[a-z0-9-]*)\{", written) if name != "km-"}
    drawn = {name for name in ruled if name in written or f'"{name.removeprefix("km-")}"' in written}
    assert {name for name in ruled - drawn if not name.startswith(tuple(made))} == set()


def test_the_browser_s_own_file_of_a_table_is_hidden_in_every_language() -> None:
    """Its cells may be copied (decision 0038), which one setting of Streamlit would forbid together with the file."""
    sheet = (style.FOLDER / "table.css").read_text("utf-8")
    assert [code for code in settings.LANGUAGES if f'[aria-label="{texts(code)["streamlit.csv"]}"]' not in sheet] == []
