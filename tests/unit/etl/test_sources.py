"""The readers of the official interfaces, against small services made of given answers."""

import itertools
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pandas as pd
import pytest
import stamina

from kuntamittari.errors import SourceError
from kuntamittari.etl import client
from kuntamittari.etl.client import Client
from kuntamittari.etl.sources import classification, pxweb, sotkanet, statfin
from tests.support.px_service import PLACES, TOTAL, PxService, Says, clients, cost, cost_service


@pytest.fixture
def connect(tmp_path: Path) -> Iterator[Callable[..., Client]]:
    """connect(base) is a client of a service; connect(answer=function) one whose requests `function` answers."""
    with clients(tmp_path / "cache") as make:
        yield make


@pytest.fixture
def quick() -> Iterator[None]:
    """As many attempts as in use, without the waits between them."""
    with stamina.set_testing(True, attempts=client.ATTEMPTS):
        yield


def ordered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(frame.columns)).reset_index(drop=True)


# ── PxWeb


@pytest.mark.parametrize(
    "codes",
    [
        pytest.param({}, id="codes of after June 2026"),
        pytest.param({"area": "alue_99_20300101", "year": "aika"}, id="codes nobody has seen"),
        pytest.param({"area": "Alue", "prefix": "", "year": "Vuosi"}, id="archive with plain area codes"),
        pytest.param({"area": "Alue", "prefix": "", "year": "Vuosi", "marked": False}, id="archive that marks no time"),
    ],
)
def test_costs_are_read_whatever_the_table_calls_its_variables(codes: dict) -> None:
    found = statfin.net_operating_costs(cost_service(**codes), "costs.px")
    names = {"t0": TOTAL, "t1": "Perusopetus", "t2": "Varhaiskasvatus"}  # the day care of 2015 under its present name
    expected = [
        (place, 2015, name, int(figure * 1000))
        for place, (task, name) in itertools.product(PLACES, names.items())
        if (figure := cost("k2", place, task)) is not None
    ]
    assert ordered(found).values.tolist() == sorted(map(list, expected))


def test_a_missing_cell_has_no_row_and_is_not_zero() -> None:
    found = statfin.net_operating_costs(cost_service(), "costs.px")
    assert found[found["municipality"] == "005"]["task_class"].tolist() == ["Perusopetus", "Varhaiskasvatus"]


@pytest.mark.parametrize("most", [1, 7, 50, 359])
def test_a_query_cut_under_the_cell_limit_brings_the_same_figures(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, cut = cost_service(), cost_service()
    expected = statfin.net_operating_costs(whole, "costs.px")
    monkeypatch.setattr(pxweb, "MOST_CELLS", most)
    cut.most_cells = most
    found = statfin.net_operating_costs(cut, "costs.px")
    assert whole.calls == 1
    assert cut.calls == (len(PLACES) * 3 if most == 1 else -(-len(PLACES) // max(1, most // 3)))
    pd.testing.assert_frame_equal(ordered(found), ordered(expected))


def test_every_part_of_a_cut_query_stays_under_the_limit_and_none_is_lost() -> None:
    for sizes in [(1, 1), (100_000, 1), (310, 54, 1, 1), (309, 102, 3, 33), (90_001, 1), (300, 300, 1)]:
        chosen = {f"v{i}": [str(n) for n in range(size)] for i, size in enumerate(sizes)}
        parts = list(pxweb.in_parts(chosen))
        counts = [int(pd.Series([len(v) for v in part.values()]).prod()) for part in parts]
        assert max(counts) <= pxweb.MOST_CELLS
        assert sum(counts) == int(pd.Series(sizes).prod())


def test_a_query_too_large_along_two_variables_is_cut_along_both() -> None:
    chosen = {name: [str(n) for n in range(400)] for name in "abc"}
    first = next(iter(pxweb.in_parts(chosen)))
    assert int(pd.Series([len(v) for v in first.values()]).prod()) <= pxweb.MOST_CELLS


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tasks": (TOTAL, "Avaruusohjelma")}, r"costs\.px: unknown task class Avaruusohjelma"),
        (
            {"title": "Käyttötalous 2015, euroa"},
            r"costs\.px: the title does not say 1 000 euros but 'Käyttötalous 2015, euroa'",
        ),
        (
            {"more": {"sektori": {"s1": "Kunta", "s2": "Kuntayhtymä"}}},
            r"costs\.px: the variable sektori is new and must be chosen",
        ),
        ({"tasks": ("Perusopetus",)}, r"costs\.px: expected one variable for task class, found 0 among: kustannuslaji"),
        ({"more": {"toinen alue": dict.fromkeys(PLACES, "")}}, r"expected one variable for area, found 2"),
        ({"more": {"vertailuvuosi": {"2014": "2014"}}, "marked": False}, r"expected one variable for time, found 2"),
    ],
)
def test_a_table_that_is_not_as_expected_is_refused_by_name(change: dict, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        statfin.net_operating_costs(cost_service(**change), "costs.px")


def test_titles_that_say_thousand_euros_are_accepted_however_they_are_spaced() -> None:
    for unit in ("1 000 euroa", "1000 euroa", "1\xa0000 euroa", "1 000 €", "1 000 Euroa"):
        assert len(statfin.net_operating_costs(cost_service(title=f"Käyttötalous 2015, {unit}"), "costs.px"))


def dataset(**change: Any) -> dict:
    """Two figures of one variable as json-stat2."""
    index = {"category": {"index": {"x": 0, "y": 1}}}
    return {"id": ["A"], "size": [2], "value": [1, 2], "dimension": {"A": index}} | change


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (dataset(value=[1]), "holds 1 figures where its own sizes say 2"),
        (dataset(value=[1, 2, 3]), "holds 3 figures where its own sizes say 2"),
        (dataset(size=[3], value=[1, 2, 3]), "sizes say 3"),
        (dataset(size=[1, 2]), "sizes say 2"),
        (dataset(dimension={}), "not a json-stat2 dataset"),
        (dataset(size=[float("inf")]), "not a json-stat2 dataset"),
        ({"error": "too busy"}, "not a json-stat2 dataset"),
        ([], "not a json-stat2 dataset"),
    ],
)
def test_an_answer_at_odds_with_itself_is_refused(answer: Any, said: str) -> None:
    with pytest.raises(SourceError, match=f"table.px: .*{said}"):
        pxweb.tidy(answer, "table.px")


def test_a_category_s_position_counts_and_not_the_order_of_its_keys() -> None:
    turned = dataset(dimension={"A": {"category": {"index": {"x": 1, "y": 0}}}})
    assert pxweb.tidy(turned, "table.px").set_index("A")["value"].to_dict() == {"y": 1, "x": 2}


def test_a_price_index_without_a_single_total_is_refused() -> None:
    table = PxService(
        {"vuosi": {"2015": "2015"}, "tyyppi": {"1": "Kunnat", "2": "Kuntayhtymät"}},
        lambda *_: 1.0,
        title="",
        time="vuosi",
    )
    with pytest.raises(SourceError, match="no single total in tyyppi: Kunnat, Kuntayhtymät"):
        statfin.price_index(table)


def test_residents_without_a_figure_have_no_row() -> None:
    class Service(Says):
        def get(self, host: str, path: str, params: list[tuple[str, str]] | None = None) -> Any:
            if path.endswith("/regions"):
                return [{"id": 46, "code": "091", "category": "KUNTA"}, {"id": 658, "code": "1", "category": "MAA"}]
            indicator = int(dict(params or [])["indicator"])
            value = None if indicator == sotkanet.AGE_ZERO + 3 else indicator
            return [{"region": region, "year": 2018, "gender": "total", "value": value} for region in (46, 658)]

    found = sotkanet.population(Service(None), [2018])
    ages = [age for age in range(19) if age != 3]
    expected = [["091", 2018, 0, 120, 127], *(["091", 2018, age, age, 552 + age] for age in ages)]
    assert found.values.tolist() == expected


# ── the client


class Clock(SimpleNamespace):
    """Stands in for the module time: sleeping moves it, and each sleep is remembered."""

    def __init__(self) -> None:
        super().__init__(now=100.0, slept=[])

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_the_interval_is_kept_between_calls_to_one_host_and_not_between_hosts(
    connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, quick: None
) -> None:
    clock, sent = Clock(), []
    monkeypatch.setattr(client, "time", clock)

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append((request.url.host, request.url.path, round(clock.now - 100, 3)))
        clock.now += 0.5  # the answer takes its time
        return httpx.Response(503 if len(sent) == 2 else 200, json=[])

    service = connect(answer=answer, interval=1.5)
    for host, path in [("a.fi", "/1"), ("a.fi", "/2"), ("b.fi", "/1"), ("a.fi", "/3")]:
        service.get(f"https://{host}", path)
    assert sent == [("a.fi", "/1", 0), ("a.fi", "/2", 1.5), ("a.fi", "/2", 3), ("b.fi", "/1", 3.5), ("a.fi", "/3", 4.5)]
    clock.now += 60
    service.post("https://a.fi", "/4", {})
    assert sent[-1][2] == 65  # after a pause nobody waits, and a host without calls saves up no turns
    assert sum(clock.slept) == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("header", "wait"),
    [("7", 7), ("0", 0), ("900", client.LONGEST_WAIT), ("Wed, 21 Oct 2026 07:28:00 GMT", None), (None, None)],
)
def test_retry_after_is_obeyed_and_capped(
    header: str | None, wait: float | None, connect: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    headers = {} if header is None else {"Retry-After": header}
    service = connect(answer=lambda _: httpx.Response(429, headers=headers))
    with pytest.raises(
        SourceError, match=r"https://a\.fi/x: the service answered 429, after 6 attempts\. Try again later"
    ):
        service.get("https://a.fi", "/x")
    assert len(slept) == client.ATTEMPTS - 1
    if wait is None:  # then the ordinary back-off, which grows
        assert all(low <= slept_for <= low + 1 for slept_for, low in zip(slept, (0.5, 1, 2, 4, 8), strict=True))
    else:
        assert slept == [wait] * 5


def test_an_error_of_our_own_is_never_tried_again() -> None:
    assert client.backoff(client.TransientError("busy", 7)) == 7
    assert client.backoff(client.TransientError("busy")) is True
    assert client.backoff(httpx.ReadTimeout("slow")) is True
    assert client.backoff(SourceError("refused")) is False
    assert client.backoff(KeyError("ours")) is False


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (403, "it refused the request or found the query too large"),
        (404, "has no such table"),
        (400, "the table or its codes have changed, so this version cannot read it"),
        (418, "try again later"),
    ],
)
def test_a_refusal_is_said_at_once_and_not_tried_again(status: int, said: str, connect: Callable[..., Client]) -> None:
    service = connect(answer=lambda _: httpx.Response(status, html="<h1>Forbidden</h1>"))
    with pytest.raises(SourceError, match=rf"^https://a\.fi/x\?y=1: the service .*{said}"):
        service.get("https://a.fi", "/x", [("y", "1")])
    assert service.requests == 1


def test_an_answer_is_fetched_once_for_each_base_address_and_body(connect: Callable[..., Client]) -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=[str(request.url), request.content.decode()])

    one, other, again = (
        connect("https://one.fi", answer=echo),
        connect("https://other.fi", answer=echo),
        connect("https://one.fi", answer=echo),
    )
    for service in (one, other, again):
        answers = [service.get("https://host.fi", "/x"), service.get("https://host.fi", "/x", [("y", "1")])]
        answers += [service.post("https://host.fi", "/x", {"a": n}) for n in (1, 2)]
        assert [a[0] for a in answers] == [f"{service.base}{path}" for path in ("/x", "/x?y=1", "/x", "/x")]
        assert [a[1] for a in answers] == ["", "", '{"a": 1}', '{"a": 2}']
    assert [service.requests for service in (one, other, again)] == [4, 4, 0]


READERS: dict[str, Callable[[Any], Any]] = {
    "folder": lambda service: statfin.yearly_tables(service, statfin.COSTS),
    "table": lambda service: statfin.net_operating_costs(service, "costs.px"),
    "prices": statfin.price_index,
    "paavo": lambda service: statfin.paavo_ages(service, 2010),
    "regions": sotkanet.municipality_codes,
    "figures": lambda service: sotkanet.figures(service, 127, [2018], {46: "091"}),
    "municipalities": classification.municipalities,
    "mergers": classification.successors,
}


@pytest.mark.parametrize("reader", READERS)
def test_json_of_another_form_is_a_source_error_and_no_accident(reader: str) -> None:
    for answer in ([], None, 5, "x", [1], [{}], {"error": "busy"}):
        try:
            found = READERS[reader](Says(answer))
        except SourceError as error:
            assert "\n" not in str(error)
        else:
            assert len(found) == 0, f"{answer!r} was taken for figures"
