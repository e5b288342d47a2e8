"""The rug: every municipality of a group by every indicator, its marks those of the interface, each cell a link."""

import html
import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.i18n import Translator
from tests.support.markup import words
from tests.support.pages import TAMPERE, opened, said

LANGUAGES = settings.LANGUAGES
MARKS = {"strong": "▲", "near": "■", "middle": "●", "weak": "▼"}
UPPER_SECONDARY, JYVASKYLA = "upper_secondary_cost_per_16_18", "179"
# lower, higher, neutral, neutral with a value missing, productivity, higher in percent
CHECKED = (
    "basic_education_cost_per_7_15",
    "annual_margin_per_resident",
    "investment_per_resident",
    UPPER_SECONDARY,
    "basic_education_productivity",
    "tertiary_education_share",
)


@pytest.fixture(scope="module")
def cities(interface: TestClient) -> dict[str, dict]:
    """Code → row of the register, of the twenty that are loaded."""
    rows = interface.get("/v1/municipalities").json()["values"]
    return {row["code"]: row for row in rows if row["loaded"] and row["code"] != "MA1"}


@dataclass(frozen=True)
class Cell:
    """What stands in a cell: its mark, its class, its link's address and what it says to those who do not see it."""

    mark: str
    kind: str
    link: str
    said: str

    @property
    def query(self) -> dict[str, str]:
        return query_of(self.link)


def query_of(link: str) -> dict[str, str]:
    """The query string of a link."""
    return {part: values[0] for part, values in parse_qs(urlsplit(link).query).items()}


def attribute(tag: str, name: str) -> str:
    """An attribute of the first tag in the markup; empty where it has none."""
    found = re.search(rf"\s{name}='([^']*)'", tag)
    return html.unescape(found[1]) if found else ""


def markup_of(page) -> str:
    """The rug's table as it stands in the page."""
    [table] = [block.proto.body for block in page.get("html") if "<table" in block.proto.body]
    return table


def headings_of(page) -> dict[str, str]:
    """Indicator → its heading's tag, in order of the columns."""
    tags = re.findall(r"<th scope='col'[^>]*>(?=<a)<a [^>]*>", markup_of(page))
    return {query_of(attribute(tag, "href"))["mittari"]: tag for tag in tags}


def rug_of(page) -> dict[str, dict[str, Cell]]:
    """Name of the municipality → indicator → cell, in order of the rows."""
    body, columns = markup_of(page).partition("<tbody>")[2], list(headings_of(page))
    rows = {}
    for row in re.findall(r"<tr[^>]*>.*?</tr>", body):
        cells = [
            Cell(words(cell), attribute(cell, "class"), attribute(cell, "href"), attribute(cell, "aria-label"))
            for cell in re.findall(r"<td>(.*?)</td>", row)
        ]
        name = words(re.findall(r"<th scope='row'>(.*?)</th>", row)[0])
        rows[name] = dict(zip(columns, cells, strict=True))
    return rows


def rug(**query: str):
    """The rug at an address."""
    return opened("card", nakyma="matto", **{"kieli": "en", **TAMPERE, **query})


@pytest.fixture(scope="module")
def of_2018():
    return rug()


@cache
def benchmark(interface: TestClient, indicator: str, municipality: str, *, group: str = "largest-20") -> dict:
    """What the interface says of one municipality in a group in 2018; asked once."""
    question = {"indicator": indicator, "municipality": municipality, "year": "2018", "group": group}
    [row] = interface.get("/v1/benchmark", params=question).json()["values"]
    return row


def rank_of(row: dict) -> str:
    """The rank of an answer of the interface with its interval, as English sentences have it."""
    return f"{row['rank']} ({row['rank_low']}–{row['rank_high']}) of {row['ranked']}"


def ranks(interface: TestClient, indicator: str, cities: dict) -> dict[str, int | None]:
    """English name → rank by an indicator."""
    return {row["name_en"]: benchmark(interface, indicator, code)["rank"] for code, row in cities.items()}


def test_each_member_has_a_row_and_each_indicator_with_figures_a_column(
    of_2018, interface: TestClient, cities: dict
) -> None:
    rows = rug_of(of_2018)
    described = interface.get("/v1/indicators").json()["values"]
    assert sorted(rows) == sorted(row["name_en"] for row in cities.values()) and len(rows) == 20
    assert set(headings_of(of_2018)) == {row["id"] for row in described if row["years"]}
    assert {len(cells) for cells in rows.values()} == {sum(bool(row["years"]) for row in described)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_columns_and_cells_are_named_in_the_readers_language(language: str, cities: dict) -> None:
    page, t = rug(kieli=language), Translator(language)
    assert set(rug_of(page)) == {row[f"name_{language}"] for row in cities.values()}
    for indicator, tag in headings_of(page).items():
        assert attribute(tag, "title") == loader.indicators()[indicator].name[language]
    tampere = rug_of(page)[cities["837"][f"name_{language}"]]
    basic = loader.indicators()[CHECKED[0]]
    assert basic.label[language] in tampere[basic.id].said and t("judgement.middle") in tampere[basic.id].said


@pytest.mark.parametrize("indicator", CHECKED)
def test_the_mark_of_every_cell_is_the_judgement_or_the_quarter_of_the_interface(
    indicator: str, of_2018, interface: TestClient, cities: dict
) -> None:
    rows, t, asked = rug_of(of_2018), Translator("en"), loader.indicators()[indicator]
    seen = set()
    for code, city in cities.items():
        cell, row = rows[city["name_en"]][indicator], benchmark(interface, indicator, code)
        if row["value"] is None:
            assert cell.mark == t("missing.mark") and t(f"missing.{row['reason']}") in cell.said and not cell.link, code
            continue
        assert (row["judgement"] is None) == (asked.polarity == "neutral")
        quarter = 1 + sum(row["percentile"] >= limit for limit in (25, 50, 75))
        mark = MARKS[row["judgement"]] if row["judgement"] else str(quarter)
        standing = t(f"judgement.{row['judgement']}") if row["judgement"] else t(f"rug.quarter_{quarter}")
        value = f"{t.number(row['value'], asked.decimals)} {asked.unit['en']}"
        assert cell.mark == mark, code
        assert cell.said == f"{city['name_en']}: {asked.label['en']} {value} (2018), {rank_of(row)}, {standing}"
        assert {part: cell.query[part] for part in ("kunta", "mittari", "vuosi")} == {
            "kunta": code,
            "mittari": indicator,
            "vuosi": "2018",
        }
        assert urlsplit(cell.link).path == "vertailu" and "nakyma" not in cell.query
        seen.add(mark)
    assert len(seen) >= 2


def test_a_missing_figure_has_its_own_mark_and_says_why(of_2018, interface: TestClient) -> None:
    cell = rug_of(of_2018)["Jyväskylä"][UPPER_SECONDARY]
    assert benchmark(interface, UPPER_SECONDARY, JYVASKYLA)["reason"] == "not_organised"
    assert (cell.mark, cell.link) == ("–", "")
    assert cell.said.startswith("Jyväskylä: ") and cell.said.endswith(
        "2018: not organised here or bought through a joint authority"
    )


def test_standings_differ_as_characters_and_not_only_as_colours(of_2018) -> None:
    marks: dict[str, set[str]] = {}
    for cells in rug_of(of_2018).values():
        for cell in cells.values():
            marks.setdefault(cell.kind.removeprefix("km-cell").strip(), set()).add(cell.mark)
    assert {len(found) for found in marks.values()} == {1}, "a class has one mark"
    assert len(set.union(*marks.values())) == len(marks) == 10, "and no two classes the same"
    [key] = [block.proto.body for block in of_2018.get("html") if block.proto.body.startswith("<ul class='km-key'")]
    assert set.union(*marks.values()) == set(re.findall(r"<span class='km-cell[^']*'>(.*?)</span>", key))


def test_every_cell_speaks_and_every_figure_is_a_link(of_2018) -> None:
    for name, cells in rug_of(of_2018).items():
        for indicator, cell in cells.items():
            assert cell.said.startswith(f"{name}: {loader.indicators()[indicator].label['en']}")
            assert bool(cell.link) == (cell.mark != "–")


@pytest.mark.parametrize("indicator", ["basic_education_cost_per_7_15", "annual_margin_per_resident", UPPER_SECONDARY])
def test_rows_stand_in_order_of_the_chosen_indicator_and_those_without_a_value_last(
    indicator: str, interface: TestClient, cities: dict
) -> None:
    found = ranks(interface, indicator, cities)
    listed = [found[name] for name in rug_of(rug(mittari=indicator))]
    ranked = [rank for rank in listed if rank is not None]
    assert ranked == sorted(ranked) and listed == [*ranked, *[None] * (20 - len(ranked))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_stand_by_name_in_the_readers_language(language: str, cities: dict) -> None:
    names = list(rug_of(rug(kieli=language, jarjestys="nimi")))
    assert names == sorted(row[f"name_{language}"] for row in cities.values())


def test_rows_stand_by_population_the_largest_first(cities: dict) -> None:
    residents = {row["name_en"]: row["residents"] for row in cities.values()}
    listed = [residents[name] for name in rug_of(rug(jarjestys="vaesto"))]
    assert listed == sorted(listed, reverse=True) and len(set(listed)) == 20


def test_a_chosen_order_goes_to_the_address_and_the_usual_one_leaves_it() -> None:
    page = rug()
    page.radio(key="rug-order").set_value("vaesto").run()
    assert page.query_params == {"kieli": "en", **TAMPERE, "nakyma": "matto", "jarjestys": "vaesto"}
    assert next(iter(rug_of(page))) == "Helsinki"
    page.radio(key="rug-order").set_value("mittari").run()
    assert "jarjestys" not in page.query_params


def test_the_view_goes_to_the_address_and_leaves_it() -> None:
    page = opened("card", kieli="en", **TAMPERE)
    page.radio(key="card-rug").set_value(True).run()
    assert page.query_params["nakyma"] == "matto" and len(rug_of(page)) == 20
    page.radio(key="card-rug").set_value(False).run()
    assert "nakyma" not in page.query_params and "km-rug" not in markup_of(page)


@pytest.mark.parametrize("other", ["loans_per_resident", "equity_ratio"])
def test_a_heading_orders_the_rows_by_its_indicator(other: str, interface: TestClient, cities: dict) -> None:
    page = rug(jarjestys="nimi")
    link = query_of(attribute(headings_of(page)[other], "href"))
    assert link["mittari"] == other and link["nakyma"] == "matto" and "jarjestys" not in link
    ordered = opened("card", **link)
    found = ranks(interface, other, cities)
    assert [found[name] for name in rug_of(ordered)] == sorted(rank for rank in found.values() if rank)
    assert [indicator for indicator, tag in headings_of(ordered).items() if "aria-sort" in tag] == [other]


def test_the_whole_country_is_shown_as_far_as_it_is_loaded(interface: TestClient, cities: dict) -> None:
    page = rug(ryhma="all")
    rows = rug_of(page)
    assert sorted(rows) == sorted(row["name_en"] for row in cities.values())
    assert "All of Mainland Finland: 20 municipalities" in said(page)
    judged = {code: benchmark(interface, CHECKED[0], code, group="all")["judgement"] for code in cities}
    assert {code: rows[city["name_en"]][CHECKED[0]].mark for code, city in cities.items()} == {
        c: MARKS[j] for c, j in judged.items()
    }


def test_an_own_group_has_its_own_members_and_standings(interface: TestClient) -> None:
    rows = rug_of(rug(ryhma="own", kunnat="091,049"))
    assert set(rows) == {"Tampere", "Helsinki", "Espoo"}
    question = {"indicator": CHECKED[0], "year": 2018, "group": "own", "kunnat": "837,091,049"}
    for name, code in (("Tampere", "837"), ("Helsinki", "091"), ("Espoo", "049")):
        [row] = interface.get("/v1/benchmark", params=question | {"municipality": code}).json()["values"]
        assert (row["judgement"], row["unjudged"], rows[name][CHECKED[0]].mark) == (None, "small_group", "·")


def test_an_indicator_without_figures_of_the_year_takes_its_newest(interface: TestClient) -> None:
    rows = rug_of(rug(vuosi="2019"))
    cell = rows["Tampere"]["elderly_care_cost_per_75"]
    row = benchmark(interface, "elderly_care_cost_per_75", "837")
    assert (
        "(newest figures 2018, task moved in 2023)" in cell.said
        and cell.query["vuosi"] == "2019"
        and f"{row['rank']} of {row['ranked']}" in cell.said
    )
    assert "(2019)" in rows["Tampere"][CHECKED[0]].said and rows["Tampere"][CHECKED[0]].query["vuosi"] == "2019"
