"""The page's own part runs alone where nothing around it changes: what the bar shows has to be in what decides
that."""

from dataclasses import replace

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from kuntamittari.exhibits import deck, page_context
from kuntamittari.query import database
from kuntamittari.query.database import Database
from kuntamittari.ui import page_run
from kuntamittari.ui.parts import comparison
from tests.support.pages import page_at
from tests.support.server import Served
from tests.support.websocket import opened

PLACE = {
    "kieli": "en",
    "kunta": "837",
    "ryhma": "largest-20",
    "mittari": "basic_education_cost_per_7_15",
    "vuosi": "2018",
}
DECK = deck.packed((deck.Card("ranking", (("kunta", "837"),)),))
FILES = {"vertailu": "comparison.py", "kustannukset": "costs.py", "verrokit": "peers.py"}


def bar(page: AppTest) -> list[str]:
    """All that stands in the bar and its places, but for the ways to other languages, which take along what is chosen
    when they are turned to."""
    row, places = list(page.main.children.values())[:2]
    return [str(part.proto) for part in (*row, places) if "km-languages" not in str(part.proto)]


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize(
    "part",
    [
        {"mittari": "children_services_cost_per_0_17"},
        {"kunnat": "091,564"},
        {"painot": "vaesto:3"},
        {"nakyma": "matto"},
        {"rinnalla": "social_assistance_children"},
        {"jarjestys": "nimi"},
        {"skenaario": "pohja:12.5,saasto:5,kerta:1"},
        {"tavoite": "sote:1"},
        {"luku": "1"},
    ],
    ids=str,
)
def test_what_leaves_the_bar_as_it_is_runs_the_page_alone(part: dict[str, str], path: str) -> None:
    plain, asked = page_context.read(PLACE), page_context.read(PLACE | part)
    assert not asked.notices and asked.selection != plain.selection
    assert page_run.page_layout(asked, path) == page_run.page_layout(plain, path)
    before, after = page_at(FILES[path], **PLACE), page_at(FILES[path], **PLACE | part)
    assert len(bar(before)) > 5 and bar(after) == bar(before)


@pytest.mark.parametrize(
    "part",
    [
        {"kieli": "sv"},
        {"kunta": "091"},
        {"alue": "Seutu:837,564"},
        {"ryhma": "all"},
        {"vuosi": "2017"},
        {"hinnat": "kiintea"},
        {"perusvuosi": "2016"},
        {"keskiarvo": "3"},
        {"aland": "1"},
        {"n": "5"},
        {"esitys": DECK},
        {"mittari": "child_low_income"},
        {"mittari": "secondary_education_share"},
    ],
    ids=str,
)
def test_what_the_bar_shows_or_all_figures_stand_on_draws_all_anew(part: dict[str, str]) -> None:
    """The last two have figures for other years."""
    assert page_run.page_layout(page_context.read(PLACE | part), "vertailu") != page_run.page_layout(
        page_context.read(PLACE), "vertailu"
    )


def test_another_page_and_a_slide_over_the_whole_window_draw_all_anew() -> None:
    gathered, shown = (
        page_context.read(PLACE | {"esitys": DECK}),
        page_context.read(PLACE | {"esitys": DECK, "dia": "1"}),
    )
    assert page_run.page_layout(gathered, "vertailu") != page_run.page_layout(gathered, "kustannukset")
    assert page_run.page_layout(shown, "esitys") != page_run.page_layout(gathered, "esitys")
    assert page_run.page_layout(shown, "vertailu") == page_run.page_layout(gathered, "vertailu"), (
        "only the page of slides shows them"
    )


def test_the_browser_is_told_to_keep_no_element_for_a_later_reference(dashboard: Served) -> None:
    """It forgets what is two runs old. Where a reader chooses twice before the first answer, the server would refer to
    an element that is forgotten meanwhile, and Streamlit's browser part then gives up the connection
    (.streamlit/config.toml)."""
    asked, elements = BackMsg(), []
    asked.rerun_script.query_string, asked.rerun_script.page_script_hash = "kieli=fi&kunta=837", calc_hash("vertailu")
    with opened(dashboard.address, dashboard.address) as socket:
        socket.send(asked.SerializeToString())
        while (told := ForwardMsg.FromString(socket.recv(60, decode=False))).WhichOneof("type") != "script_finished":
            elements += [told] if told.WhichOneof("type") == "delta" else []
    assert max(len(element.SerializeToString()) for element in elements) > 10_000, (
        "large enough for Streamlit to have it kept"
    )
    assert not [element for element in elements if element.metadata.cacheable]


def test_what_was_drawn_of_data_that_are_no_longer_in_use_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise each update leaves its charts in memory."""
    one, drawn, head = database.current(), [], comparison.head
    other = Database(replace(one.snapshot, digest="other"))
    monkeypatch.setattr(comparison, "head", lambda context: (drawn.append(context.data.snapshot.digest), head(context)))
    for data in (one, one, other, other, one):
        monkeypatch.setattr(database, "current", lambda data=data: data)
        assert not page_at("comparison.py", **PLACE).exception
    mine = one.snapshot.digest
    assert drawn in ([mine, "other", mine], ["other", mine]), (
        "another test may have had the first drawn; the last is drawn again"
    )
