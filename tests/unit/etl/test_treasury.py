"""The State Treasury's catalogue, taxonomies and documents: what is chosen, joined, added up and left out. All places,
business ids and figures are invented."""

import itertools
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from kuntamittari.errors import NotThereError, SourceError, UnreachableError
from kuntamittari.etl import raw, restate
from kuntamittari.etl.client import Client, TransientError
from kuntamittari.etl.sources.treasury import catalogue, cells, directory, documents, taxonomy
from kuntamittari.etl.sources.treasury.cells import Place
from kuntamittari.etl.sources.treasury.packages import packages

KKNR, KTAS = packages()["KKNR"], packages()["KTAS"]
IDS = {"901": "0000901-1", "902": "0000902-2", "903": "0000903-3"}
JOINT = "0000999-9"
VERSION = ("jhs-2018-01", "2023-04-02")
BUDGET = ("jhs-2019-03", "2019-08-31")
COLUMNS = list(KTAS.columns)

# figures that keep both identities
FIGURES = {
    "3319283": "50.00",
    "3418067": "150.10",
    "1562": "100.00",
    "699": "30.05",
    "683": "10.05",
    "3432179": "6.00",
    "3446291": "4.00",
    "1400": "20.50",
    "1470": "15.25",
    "159456": "5.25",
    "1374": "40.00",
}


def listed(
    business_id: str, package: str, period: str, stage: str = "Lopullinen", approved: str = "2025-03-01 10:00:00.5"
) -> dict[str, str]:
    plain = stage.lower().replace("ä", "a")
    return {
        "ytunnus": business_id,
        "raportointikokonaisuus": package,
        "raportointikausi": period,
        "hyvaksymisvaihe": stage,
        "hyvaksymispvm": approved,
        "tunnusluvut": f"https://elsewhere.example/rest/v1/json/dokumentti/{plain}/{package}/{business_id}/{period}",
    }


def row(number: str, value: Any, table: str = "k-t07", version: tuple[str, str] = VERSION) -> dict[str, Any]:
    return {"osakokonaisuus": table, "taksonomia": "/".join(version), "tunnusluku": number, "arvo": value}


def document(about: dict[str, str], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    report = {name: about[name] for name in ("ytunnus", "raportointikokonaisuus", "raportointikausi")}
    return [report | {"hyväksymispvm": about["hyvaksymispvm"]} | one for one in rows]


def statement(**changed: Any) -> list[dict[str, Any]]:
    values = FIGURES | {number.removeprefix("n"): value for number, value in changed.items()}
    rows = [row(number, value, "k-t13" if number == "1374" else "k-t07") for number, value in values.items()]
    return [row("62", "0000901-1", "t00"), *rows]


def meaning(
    number: str, label: str, *, version: tuple[str, str] = VERSION, table: str = "k-t07", **more: str
) -> dict[str, str]:
    return {
        "solutunniste": number,
        "tunnusluku": label,
        "versio": version[0],
        "tekninen_versio": version[1],
        "osakokonaisuus": table,
        "sektori": "Ulkoiset",
        "tehtava": "Toteutuma",
        "palvelu": taxonomy.EVERYTHING,
    } | more


def taxonomy_of_accounts(version: tuple[str, str] = VERSION) -> list[dict[str, str]]:
    """Every item of the accounts with its number, if it has a verified one, and labels as the service writes them."""
    coded = [item for item in KKNR.items.values() if item.code]
    return [meaning(str(item.code), f"4000-4299 {item.label}", table=item.table, version=version) for item in coded]


BUDGETS = [
    meaning(f"{line}{place}", label, version=BUDGET, table="k-t05", sektori="", tehtava=column)
    for line, label in ((10, "VUOSIKATE"), (20, "Tuloveroprosentti"))
    for place, column in enumerate(COLUMNS)
]


class Treasury:
    """The services as a function that answers requests; `asked` has the paths. A path without an answer is a 404."""

    def __init__(self, rows: list[dict[str, str]], content: dict[str, Any]) -> None:
        self.asked: list[str] = []
        self.etag = '"one"'
        base = f"{taxonomy.HOST}/kuntataloudentaksonomia"
        self.answers: dict[str, Any] = {
            catalogue.CATALOGUE: {"aineistot": rows},
            taxonomy.INDEX: [f"{base}/KKNR.json", f"{base}/KTAS.json"],
            "/kuntataloudentaksonomia/KKNR.json": taxonomy_of_accounts(),
            "/kuntataloudentaksonomia/KTAS.json": BUDGETS,
            **{
                directory.MUNICIPALITY.format(number=int(code)): {"Kunta_Id": int(code), "YTunnus": business_id}
                for code, business_id in IDS.items()
            },
        }
        for about in rows:
            path = httpx.URL(about["tunnusluvut"]).path
            of_report = content.get(path, content.get(f"{about['ytunnus']} {about['raportointikausi']}"))
            if of_report is not None:
                self.answers[path] = document(about, of_report)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        self.asked.append(path)
        headers = {"ETag": self.etag} if "taksonomia/" in path else {}
        if headers and request.headers.get("If-None-Match") == self.etag:
            return httpx.Response(304, headers=headers)
        if path not in self.answers:
            return httpx.Response(404)
        return httpx.Response(200, content=json.dumps(self.answers[path]).encode(), headers=headers)


def client_of(service: Any, cache: Path) -> Client:
    client = Client(base=None, interval=0, cache=cache)
    client.source = "state_treasury"
    client._http = httpx.Client(transport=httpx.MockTransport(service))
    return client


def fetched(service: Treasury, cache: Path, *codes: str, quarters: bool = False) -> tuple[pd.DataFrame, list[str]]:
    places = {code: Place(code, None) for code in codes or IDS}
    found, refusals = cells.fetch(client_of(service, cache), places, ["KKNR", "KTAS"], quarters)
    return found, [refusal.reason for refusal in refusals]


def value(frame: pd.DataFrame, item: str, **where: Any) -> list[float]:
    rows = frame[frame["item"] == item]
    for column, wanted in where.items():
        rows = rows[rows[column] == wanted]
    return rows["value"].tolist()


# ── the choice of a document


def chosen(*stages: tuple[str, str], provisional: bool = False) -> list[str]:
    rows = [listed(IDS["901"], "KKNR", "2024C12", stage, approved) for stage, approved in stages]
    found = [one for one in map(catalogue._document, rows) if one]
    return [one.path.split("/")[5] for one in catalogue.chosen(found, provisional).values()]


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ([("Lopullinen", "2025-03-01 10:00:00.0"), ("Jälkikorjattu", "2025-04-01 10:00:00.07")], ["jalkikorjattu"]),
        ([("Lopullinen", "2025-05-01 10:00:00.123"), ("Jälkikorjattu", "2025-04-01 10:00:00.1")], ["lopullinen"]),
        ([("Lopullinen", "2025-03-01 10:00:00.5"), ("Jälkikorjattu", "2025-03-01 10:00:00.43")], ["lopullinen"]),
        ([("Lopullinen", "2025-03-01 10:00:00.0"), ("Jälkikorjattu", "2025-03-01 10:00:00")], ["jalkikorjattu"]),
        ([("Lopullinen", "2025-03-01 10:00:00.0"), ("Hyväksytty", "2025-06-01 10:00:00.0")], ["lopullinen"]),
        ([("Alustava", "2025-03-01 10:00:00.0"), ("Hyväksytty", "2025-02-01 10:00:00.0")], []),
    ],
)
def test_the_newest_approval_among_final_and_corrected_documents_is_chosen(
    stages: list[tuple[str, str]], expected: list[str]
) -> None:
    assert chosen(*stages) == chosen(*reversed(stages)) == expected


def test_a_provisional_document_is_chosen_only_where_it_is_asked_for_and_no_final_one_is_there() -> None:
    both = ("Alustava", "2025-03-01 10:00:00.0"), ("Hyväksytty", "2025-04-01 10:00:00.0")
    assert chosen(*both, provisional=True) == ["hyvaksytty"]
    assert chosen(*both, ("Lopullinen", "2025-01-01 10:00:00.0"), provisional=True) == ["lopullinen"]


def test_rows_of_the_catalogue_in_another_form_are_counted_and_others_read(tmp_path: Path) -> None:
    good = listed(IDS["901"], "KKNR", "2024C12")
    bad = [good | {"hyvaksymispvm": "yesterday"}, good | {"hyvaksymisvaihe": None}, good | {"tunnusluvut": "http://["}]
    service = Treasury([good], {})
    service.answers[catalogue.CATALOGUE] = {"aineistot": [good, *bad, 7, listed(JOINT, "HTAS", "2024")]}
    found, unreadable = catalogue.documents(client_of(service, tmp_path), ["KKNR"])
    assert (len(found), unreadable) == (1, 4)


# ── what numbers mean


def test_a_number_means_what_its_version_says_and_never_what_another_version_says() -> None:
    other = ("jhs-2018-01", "2021-04-06")
    rows = [
        *taxonomy_of_accounts(),
        meaning("1562", "4300-4499 Palvelujen ostot", version=other),
        meaning("7777", "4000-4299 Henkilöstökulut", version=other),
    ]
    known = taxonomy.understood(rows, KKNR)
    assert known.cells["jhs-2018-01/2023", "1562"].item == "Henkilöstökulut yhteensä"
    assert known.cells["jhs-2018-01/2021", "1562"].item == "Palvelujen ostot"
    assert known.cells["jhs-2018-01/2021", "7777"].item == "Henkilöstökulut yhteensä"


def test_items_whose_label_has_no_number_two_numbers_or_another_than_the_verified_one_are_not_guessed() -> None:
    other = ("jhs-2018-01", "2021-04-06")
    rows = [
        meaning("1", "Vuosikate", version=other),
        meaning("2", "Vuosikate", version=other),
        meaning("3", "Toimintakulut yhteensä", version=other),
        meaning("4", "Toimintatuotot", version=other, table="k-t99"),
        meaning("1401", "Vuosikate"),
    ]
    known = taxonomy.understood(rows, KKNR)
    assert not any(version == "jhs-2018-01/2021" for version, _ in known.cells)
    assert known.problems["jhs-2018-01/2021", "Vuosikate +/-", ""] == "the label 'Vuosikate' has the numbers 1, 2"
    assert known.problems["jhs-2018-01/2021", "Toimintakulut yhteensä", ""] == "no number has the label 'Toimintakulut'"
    assert "1400, 1401" in known.problems["jhs-2018-01/2023", "Vuosikate +/-", ""]
    assert known.cells["jhs-2018-01/2023", "1562"].item == "Henkilöstökulut yhteensä", "verified, and not contradicted"


def test_a_number_that_stands_for_two_items_is_neither() -> None:
    other = ("jhs-2018-01", "2021-04-06")
    rows = [meaning("5", "Vuosikate", version=other), meaning("5", "Verotulot", version=other)]
    assert not [key for key in taxonomy.understood(rows, KKNR).cells if key[0] == "jhs-2018-01/2021"]


def test_only_external_cells_of_wanted_labels_are_kept() -> None:
    rows = [
        meaning("1", "4000-4299 Henkilöstökulut"),
        meaning("2", "4000-4299 Henkilöstökulut", sektori="Sisäiset"),
        meaning("3", "4000 Maksetut palkat ja palkkiot"),
        meaning("4", "Henkilöstökulut", sektori=""),
        "text",
        {"tunnusluku": None},
    ]
    assert [kept[2] for kept in taxonomy.wanted(rows, KKNR)] == ["1"]


# ── taxonomies larger than memory


def stream(megabytes: int) -> Iterator[bytes]:
    """A taxonomy whose rows repeat, in pieces as the network sends them; one wanted cell at the end."""
    unwanted = json.dumps(meaning("9", "4901 Jätevero", kuvaus="x" * 300)).encode() + b","
    piece = unwanted * (65_536 // len(unwanted))
    yield b"["
    yield from itertools.repeat(piece, megabytes * 1_000_000 // len(piece))
    yield json.dumps(meaning("1400", "Vuosikate")).encode() + b"]"


def test_a_large_taxonomy_is_read_in_bounded_memory() -> None:
    tracemalloc.start()
    try:
        kept = list(taxonomy.wanted(taxonomy.rows(stream(20)), KKNR))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [row[2] for row in kept] == ["1400"]
    assert peak < 4_000_000


@pytest.mark.parametrize("content", [b'[{"a": 1}, {"a"', b"<html>", b"", b'[{"a": 1}] x'])
def test_a_taxonomy_that_ends_early_or_is_something_else_is_tried_again(content: bytes) -> None:
    with pytest.raises(TransientError):
        list(taxonomy.rows(iter([content])))


def recorded(client: Client, folder: Path) -> raw.Recording:
    """The answers of a client as those of the data in use."""
    entry = raw.write(client.answers, folder / "raw")
    manifest = {"interface": "official", "retrieved": "2026-11-29T00:00:00+00:00", "years": [2019], "absent": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest | {"raw": entry}), "utf-8")
    return raw.open_recording(folder)


def test_what_the_data_in_use_have_is_not_sent_again_unless_it_is_new(tmp_path: Path) -> None:
    rows = [listed(IDS["901"], "KKNR", "2024C12"), listed(IDS["902"], "KKNR", "2024C12")]
    service = Treasury(rows, {f"{IDS[code]} 2024C12": statement() for code in ("901", "902")})
    first = client_of(service, tmp_path / "one")
    before, _ = cells.fetch(first, {code: Place(code, None) for code in ("901", "902")}, ["KKNR"], False)
    in_use = recorded(first, tmp_path)
    corrected = rows[1] | {"hyvaksymispvm": "2025-09-01 09:00:00.0"}
    service.answers[catalogue.CATALOGUE] = {"aineistot": [rows[0], corrected]}
    service.answers[httpx.URL(corrected["tunnusluvut"]).path] = document(corrected, statement(n3319283="60.00"))
    service.asked.clear()
    second = client_of(service, tmp_path / "two")
    second.earlier = in_use
    after, _ = cells.fetch(second, {code: Place(code, None) for code in ("901", "902")}, ["KKNR"], False)
    assert [path for path in service.asked if "dokumentti" in path] == [httpx.URL(corrected["tunnusluvut"]).path]
    assert value(before, "Toimintatuotot yhteensä") == [50.0, 50.0]
    assert value(after, "Toimintatuotot yhteensä") == [50.0, 60.0]
    assert any("taksonomia/" in path for path in service.asked), "whether the taxonomy is the same is asked"
    assert len(second.answers["state_treasury"]) == len(first.answers["state_treasury"])


# ── documents into cells


def test_accounts_and_budgets_become_cells_with_the_year_and_status_of_their_column(tmp_path: Path) -> None:
    budget = [row(f"10{place}", f"{place}.5", "k-t05", BUDGET) for place in range(4)]
    budget += [row("200", "7.90", "k-t05", BUDGET), row("k-t05_R0010", "", "k-t05", BUDGET)]
    service = Treasury(
        [listed(IDS["901"], "KKNR", "2024C12"), listed(IDS["901"], "KTAS", "2024"), listed(JOINT, "KKNR", "2024C12")],
        {f"{IDS['901']} 2024C12": statement(), f"{IDS['901']} 2024": budget},
    )
    found, _ = fetched(service, tmp_path)
    assert set(found["municipality"]) == {"901"} and not any(JOINT in path for path in service.asked)
    assert value(found, "Toimintakulut yhteensä", package="KKNR", period="2024C12") == [150.10]
    margin = found[(found["item"] == "Vuosikate +/-") & (found["package"] == "KTAS")]
    assert margin[["value_year", "column", "value", "status", "unit"]].values.tolist() == [
        [2024, "budget", 0.5, "budget", "eur"],
        [2025, "plan_1", 1.5, "plan", "eur"],
        [2026, "plan_2", 2.5, "plan", "eur"],
        [2023, "budget_amended", 3.5, "budget_amended", "eur"],
    ]
    assert found[found["item"] == "Tuloveroprosentti"][["value", "unit"]].values.tolist() == [[7.9, "per_cent"]]
    assert set(found["approved"]) == {pd.Timestamp("2025-03-01 10:00:00.5")}
    assert set(found["version"]) == {"jhs-2018-01/2023", "jhs-2019-03/2019"}


def test_parts_of_years_come_only_when_asked_for_and_provisional_ones_are_preliminary(tmp_path: Path) -> None:
    rows = [
        listed(IDS["901"], "KKNR", "2024C12"),
        listed(IDS["901"], "KKNR", "2024C09", "Hyväksytty"),
        listed(IDS["901"], "KKNR", "2025C12", "Alustava"),
    ]
    content = {f"{IDS['901']} {period}": statement() for period in ("2024C12", "2024C09", "2025C12")}
    found, reasons = fetched(Treasury(rows, content), tmp_path / "year")
    assert set(found["period"]) == {"2024C12"}
    assert "KKNR 2025C12: only a provisional document (municipality 901)." in reasons
    found, _ = fetched(Treasury(rows, content), tmp_path / "parts", quarters=True)
    assert {(row.period, row.status) for row in found.itertuples()} == {
        ("2024C12", "final"),
        ("2024C09", "preliminary"),
    }


@pytest.mark.parametrize(
    ("rows", "missing", "reason"),
    [
        (statement(n3319283=""), ["Toimintatuotot yhteensä"], "the value is empty"),
        (statement(n3319283=None), ["Toimintatuotot yhteensä"], "the value is null"),
        (statement(n3319283="1 234,5"), ["Toimintatuotot yhteensä"], "the value is '1 234,5'"),
        (
            [*statement(), row("3319283", "51.00")],
            ["Toimintatuotot yhteensä"],
            "two values, '50.00', '51.00'",
        ),
        (
            statement(n3418067="150.11"),
            ["Toimintakulut yhteensä", "Henkilöstökulut yhteensä", "Palvelujen ostot"],
            "Toimintakulut yhteensä differs by 0.01 euros from its parts",
        ),
        (
            statement(n159456="6.25"),
            ["Tilikauden tulos +/-", "Vuosikate +/-", "Poistot ja arvonalentumiset"],
            "Tilikauden tulos +/- differs by 1.00 euros from its parts",
        ),
    ],
)
def test_a_cell_that_cannot_be_used_is_missing_with_a_reason_and_the_others_are_there(
    rows: list[dict[str, Any]], missing: list[str], reason: str, tmp_path: Path
) -> None:
    service = Treasury([listed(IDS["901"], "KKNR", "2024C12")], {f"{IDS['901']} 2024C12": rows})
    found, reasons = fetched(service, tmp_path, "901")
    assert not set(missing) & set(found["item"]) and value(found, "Investointimenot") == [40.0]
    for item in missing:
        assert f"KKNR 2024C12, {item}: {reason} (municipality 901)." in reasons


def test_a_row_that_comes_twice_with_one_value_is_one_figure(tmp_path: Path) -> None:
    rows = [*statement(), row("3319283", "50.00"), row("3319283", "50.0")]
    service = Treasury([listed(IDS["901"], "KKNR", "2024C12")], {f"{IDS['901']} 2024C12": rows})
    assert value(fetched(service, tmp_path)[0], "Toimintatuotot yhteensä") == [50.0]


def test_a_document_that_cannot_be_used_stops_no_other(tmp_path: Path) -> None:
    rows = [listed(business_id, "KKNR", "2024C12") for business_id in IDS.values()]
    unknown = [one | {"taksonomia": "jhs-2018-01/2031-01-01"} for one in statement()]
    service = Treasury(rows, {f"{IDS['901']} 2024C12": statement(), f"{IDS['902']} 2024C12": unknown})
    found, reasons = fetched(service, tmp_path)
    assert set(found["municipality"]) == {"901"}
    assert "KKNR 2024C12: no taxonomy has the version jhs-2018-01/2031-01-01 (municipality 902)." in reasons
    assert "KKNR 2024C12: the service lists the document but does not have it (municipality 903)." in reasons


def test_a_document_of_another_report_is_refused(tmp_path: Path) -> None:
    rows = [listed(IDS["901"], "KKNR", "2024C12"), listed(IDS["902"], "KKNR", "2024C12")]
    service = Treasury(rows, {f"{IDS[code]} 2024C12": statement() for code in ("901", "902")})
    service.answers[httpx.URL(rows[1]["tunnusluvut"]).path] = document(rows[0], statement())
    found, reasons = fetched(service, tmp_path)
    assert set(found["municipality"]) == {"901"}
    assert any("the document is of another report" in reason for reason in reasons)


def test_a_business_id_is_of_one_municipality(tmp_path: Path) -> None:
    rows = [listed(business_id, "KKNR", "2024C12") for business_id in IDS.values()]
    service = Treasury(rows, {f"{business_id} 2024C12": statement() for business_id in IDS.values()})
    service.answers[directory.MUNICIPALITY.format(number=902)] = {"Kunta_Id": 902, "YTunnus": IDS["901"]}
    with pytest.raises(NotThereError, match="gives the business id 0000901-1 to several municipalities"):
        fetched(service, tmp_path / "none", "901", "902")
    del service.answers[directory.MUNICIPALITY.format(number=903)]
    found, reasons = fetched(service, tmp_path / "one", "901", "903")
    assert set(found["municipality"]) == {"901"}
    assert reasons[0] == "All packages: the directory has no business id (municipality 903)."


def test_a_package_without_a_taxonomy_leaves_the_other(tmp_path: Path) -> None:
    rows = [listed(IDS["901"], "KKNR", "2024C12"), listed(IDS["901"], "KTAS", "2024")]
    content = {f"{IDS['901']} 2024C12": statement(), f"{IDS['901']} 2024": [row("100", "1.0", "k-t05", BUDGET)]}
    service = Treasury(rows, content)
    service.answers[taxonomy.INDEX] = service.answers[taxonomy.INDEX][1:]
    found, reasons = fetched(service, tmp_path)
    assert set(found["package"]) == {"KTAS"} and "no taxonomy of KKNR is listed." in reasons[0]


@pytest.mark.parametrize("answer", [{}, [], {"aineistot": []}, {"aineistot": "none"}, 7])
def test_a_catalogue_of_another_form_is_one_sentence(answer: Any, tmp_path: Path) -> None:
    service = Treasury([], {})
    service.answers[catalogue.CATALOGUE] = answer
    with pytest.raises(SourceError, match="the catalogue came in an unknown form or without a row"):
        fetched(service, tmp_path)


def test_an_interrupted_reading_goes_on_without_asking_again(tmp_path: Path) -> None:
    rows = [listed(business_id, "KKNR", "2024C12") for business_id in IDS.values()]
    service = Treasury(rows, {f"{business_id} 2024C12": statement() for business_id in IDS.values()})
    whole = client_of(service, tmp_path / "whole")
    places = {code: Place(code, None) for code in IDS}
    expected, _ = cells.fetch(whole, places, ["KKNR"], False)
    for stop in range(1, whole.requests):
        service.asked.clear()

        def interrupt(_: str, stop: int = stop) -> None:
            if len(service.asked) == stop:
                raise KeyboardInterrupt

        first = client_of(service, tmp_path / str(stop))
        first.progress = interrupt
        with pytest.raises(KeyboardInterrupt):
            cells.fetch(first, places, ["KKNR"], False)
        again, _ = cells.fetch(client_of(service, tmp_path / str(stop)), places, ["KKNR"], False)
        assert len(service.asked) == len(set(service.asked)) == whole.requests, "each address is asked once"
        pd.testing.assert_frame_equal(again, expected)


def test_a_service_that_ceases_to_answer_ends_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Treasury([listed(IDS["901"], "KKNR", "2024C12")], {f"{IDS['901']} 2024C12": statement()})

    def refuse(client: Client, document: catalogue.Document) -> Any:
        raise UnreachableError(f"{document.path}: no answer.")

    monkeypatch.setattr(documents, "fetch", refuse)
    with pytest.raises(UnreachableError):
        fetched(service, tmp_path)


# ── merged municipalities and the mainland

SUCCESSOR = {"901": "901", "902": "901", "903": "903"}


def test_a_merged_municipality_has_a_figure_where_all_its_parts_have_reported(tmp_path: Path) -> None:
    rows = [
        listed(IDS[code], "KKNR", period)
        for code, period in (("901", "2023C12"), ("902", "2023C12"), ("901", "2024C12"), ("901", "2025C12"))
    ]
    service = Treasury(rows, {f"{row['ytunnus']} {row['raportointikausi']}": statement() for row in rows})
    places = {"901": Place("901", None), "902": Place("901", 2025), "903": Place("903", None)}
    found, refusals = cells.fetch(client_of(service, tmp_path), places, ["KKNR"], False)
    assert refusals[-1].reason == "KKNR 2024C12: no document of the merged municipality 902 (municipality 901)."
    sums = restate.cells_restated(found, SUCCESSOR, {"901"})
    expenses = sums[sums["item"] == "Toimintakulut yhteensä"].sort_values(["municipality", "period"])
    assert expenses[["municipality", "period", "value"]].values.tolist() == [
        ["901", "2023C12", 300.20],
        ["901", "2025C12", 150.10],
        ["MA1", "2023C12", 300.20],
        ["MA1", "2025C12", 150.10],
    ], "to the cent, although 0.1 + 0.2 is not 0.3 in binary fractions"
    assert set(expenses["version"].dropna()) == {"jhs-2018-01/2023"}


def test_a_sum_has_the_extraordinary_items_that_some_of_its_reports_have(tmp_path: Path) -> None:
    rows = [listed(IDS[code], "KKNR", "2024C12") for code in ("901", "902")]
    with_extraordinary = [*statement(n159456="6.25"), row("555", "1.00")]
    service = Treasury(rows, {f"{IDS['901']} 2024C12": with_extraordinary, f"{IDS['902']} 2024C12": statement()})
    service.answers["/kuntataloudentaksonomia/KKNR.json"].append(meaning("555", "Satunnaiset erät + (-)"))
    places = {code: Place("901", None) for code in ("901", "902")}
    found, _ = cells.fetch(client_of(service, tmp_path), places, ["KKNR"], False)
    assert value(found, "Satunnaiset erät +/-") == [1.0], "a report that has no such cell is left as it is"
    sums = restate.cells_restated(found, SUCCESSOR, {"901"})
    identity = {item: value(sums, item, municipality="901") for item in KKNR.sums[1].items}
    assert identity == {
        "Tilikauden tulos +/-": [11.5],
        "Vuosikate +/-": [41.0],
        "Poistot ja arvonalentumiset": [30.5],
        "Satunnaiset erät +/-": [1.0],
    }


def test_the_mainland_has_a_figure_where_every_municipality_has_and_no_sum_of_percentages() -> None:
    columns = {
        "package": "KTAS",
        "period": "2024",
        "value_year": 2024,
        "column": "budget",
        "service": "",
        "counterparty": "external",
    }
    frame = pd.DataFrame(
        [
            {"municipality": code, "item": item, "value": 10.0, "unit": unit, "status": "budget", "version": "v"}
            | columns
            | {"approved": pd.Timestamp("2024-01-01")}
            for code in ("901", "903")
            for item, unit in (("Vuosikate +/-", "eur"), ("Tuloveroprosentti", "per_cent"))
        ]
    )
    sums = restate.cells_restated(frame, SUCCESSOR, {"901", "903"})
    mainland = sums[sums["municipality"] == "MA1"]
    assert mainland[["item", "value", "status"]].values.tolist() == [["Vuosikate +/-", 20.0, "budget"]]
    assert "MA1" not in set(restate.cells_restated(frame, SUCCESSOR, {"901", "903", "904"})["municipality"])
