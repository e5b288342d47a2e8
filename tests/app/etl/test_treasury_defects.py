"""Defects of the State Treasury's answers, in rows that are read, in each package: one sentence, the figures concerned
missing with a reason, all others as they are. The answers are the replay's, changed on their way; its own
`--treasury-defects` spoils rows that no package is read for."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest
import stamina

from kuntamittari.etl import optional, raw
from kuntamittari.etl.client import Client
from kuntamittari.etl.sources.treasury import catalogue, cells, taxonomy
from kuntamittari.etl.sources.treasury.cells import Place, Refusal
from kuntamittari.etl.sources.treasury.packages import packages
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import open_snapshot
from tests.support.small_data import MakeData

OULU, KUOPIO, JYVASKYLA = "564", "297", "179"
PLACES = {code: Place(code, None) for code in (OULU, KUOPIO, JYVASKYLA)}
SINCE = 2024
UNKNOWN = "jhs-2018-01/2018-06-30"
Change = Callable[[str, Any], Any]  # (path, the parsed answer) → another answer; None: 404
KEY = ["municipality", "package", "period", "value_year", "column", "item", "service"]


@cache
def answer(url: str) -> httpx.Response:
    return httpx.get(url, timeout=60)


def business_id(base: str, code: str) -> str:
    return answer(f"{base}/api/Hakemistorajapinta/1.0/odata/Kunta({int(code)})").json()["YTunnus"]


@cache
def of_the_cities(base: str) -> Any:
    """The catalogue's rows of the three cities since 2024."""
    ids = {business_id(base, code) for code in PLACES}
    rows = answer(f"{base}{catalogue.CATALOGUE}").json()["aineistot"]
    return {"aineistot": [row for row in rows if row["ytunnus"] in ids and row["raportointikausi"] >= str(SINCE)]}


def client_of(base: str, folder: Path, change: Change) -> Client:
    """A client of the replay server whose answers are changed on their way."""

    def handle(request: httpx.Request) -> httpx.Response:
        sent, path = answer(str(request.url)), request.url.path
        # taxonomies, which are large, are never changed but by being left out
        parsed = [] if "taksonomia" in path else of_the_cities(base) if path == catalogue.CATALOGUE else sent.json()
        content = change(path, parsed) if sent.status_code == 200 else None
        if content is None:
            return httpx.Response(404)
        kept = {name: value for name, value in sent.headers.items() if name in ("etag", "x-replay-made-up")}
        whole = sent.content if "taksonomia" in path else json.dumps(content).encode()
        return httpx.Response(200, headers=kept, content=whole)

    client = Client(base=base, interval=0, cache=folder, accept_made_up=True)
    client.source = "state_treasury"
    client._http = httpx.Client(transport=httpx.MockTransport(handle))
    return client


def as_sent(_: str, content: Any) -> Any:
    return content


@pytest.fixture
def read(replay: str, tmp_path: Path) -> Callable[..., tuple[pd.DataFrame, list[Refusal]]]:
    """read(change, package, …) → cells of the three cities since 2024 and what is left out."""
    folders: Iterator[Path] = (tmp_path / str(number) for number in range(100))

    def fetch(change: Change, *wanted: str) -> tuple[pd.DataFrame, list[Refusal]]:
        return cells.fetch(client_of(replay, next(folders), change), PLACES, wanted or [*packages()], False, SINCE)

    return fetch


Read = Callable[..., tuple[pd.DataFrame, list[Refusal]]]


@pytest.fixture(scope="module")
def sound_of(replay: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """sound_of(package) → cells and what is left out, as the replay server sends them."""

    @cache
    def fetched(package: str) -> tuple[pd.DataFrame, list[Refusal]]:
        return cells.fetch(
            client_of(replay, tmp_path_factory.mktemp("sound"), as_sent), PLACES, [package], False, SINCE
        )

    return fetched


def document_of(sound: pd.DataFrame, package: str) -> pd.Series:
    """A figure of the document of Oulu of 2024 that the tests spoil: the first item's, of the first service."""
    item = next(iter(packages()[package].items))
    own = sound[(sound["municipality"] == OULU) & (sound["item"] == item) & sound["period"].str.startswith("2024")]
    return own.sort_values(["service", "value_year"]).iloc[0]


def spoiled(figure: pd.Series, replay: str, folder: Path, spoil: Callable[[list[Any], Any], None]) -> Change:
    """Spoil the document of a figure; `spoil` gets its rows and the row of the figure."""
    package = packages()[figure["package"]]
    with client_of(replay, folder, as_sent) as client:
        known = taxonomy.read(client, package)
    number = next(
        number
        for (version, number), cell in known.cells.items()
        if version == figure["version"]
        and (cell.item, cell.service, cell.column.id) == (figure["item"], figure["service"], figure["column"])
    )

    def change(path: str, content: Any) -> Any:
        if path.endswith(f"/{package.id}/{business_id(replay, OULU)}/{figure['period']}"):
            spoil(content, next(row for row in content if row["tunnusluku"] == number))
        return content

    return change


def told(refusals: list[Refusal], before: list[Refusal]) -> list[Refusal]:
    """The sentences that were not there before."""
    return [one for one in refusals if one.reason not in {other.reason for other in before}]


def index(frame: pd.DataFrame) -> pd.MultiIndex:
    return pd.MultiIndex.from_frame(frame[KEY])


def doubled(rows: list[Any], row: Any) -> None:
    rows.append(row | {"arvo": "1.00"})


VALUES: dict[str, tuple[Callable[[list[Any], Any], None], str]] = {
    "empty": (lambda _, row: row.update(arvo=""), "the value is empty"),
    "null": (lambda _, row: row.update(arvo=None), "the value is null"),
    "malformed": (lambda _, row: row.update(arvo="1 234,5"), "the value is '1 234,5'"),
    "doubled": (doubled, "two values, '1.00', '"),
}


@pytest.mark.parametrize("package", packages())
@pytest.mark.parametrize("defect", VALUES)
def test_a_value_that_cannot_be_used_is_one_sentence_and_one_missing_figure(
    defect: str, package: str, read: Read, sound_of: Any, replay: str, tmp_path: Path
) -> None:
    sound, before = sound_of(package)
    figure = document_of(sound, package)
    spoil, reason = VALUES[defect]
    found, refusals = read(spoiled(figure, replay, tmp_path / "taxonomy", spoil), package)
    assert index(sound).difference(index(found)).tolist() == [tuple(figure[KEY])]
    assert not len(index(found).difference(index(sound)))
    [refusal] = told(refusals, before)
    service = packages()[package].name_of(figure["service"]) if figure["service"] else ""
    about = ", ".join(filter(None, (f"{package} {figure['period']}", service, figure["item"])))
    assert refusal.reason.startswith(f"{about}: {reason}") and refusal.reason.endswith(f" (municipality {OULU}).")
    [missing] = refusal.figures
    assert (missing.item, missing.service, missing.reason) == (figure["item"], figure["service"], "unusable")


@pytest.mark.parametrize("package", packages())
def test_a_document_of_an_unknown_version_is_one_sentence_and_every_figure_of_it_has_a_reason(
    package: str, read: Read, sound_of: Any, replay: str, tmp_path: Path
) -> None:
    sound, before = sound_of(package)
    figure = document_of(sound, package)

    def of_unknown_version(rows: list[Any], _: Any) -> None:
        for row in rows:
            row["taksonomia"] = UNKNOWN

    found, refusals = read(spoiled(figure, replay, tmp_path / "taxonomy", of_unknown_version), package)
    rest = sound[(sound["municipality"] != OULU) | (sound["period"] != figure["period"])]
    pd.testing.assert_frame_equal(found, rest.reset_index(drop=True))
    [refusal] = told(refusals, before)
    assert refusal.reason == (
        f"{package} {figure['period']}: no taxonomy has the version {UNKNOWN} (municipality {OULU})."
    )
    lost = sound[(sound["municipality"] == OULU) & (sound["period"] == figure["period"])]
    told_of = {(one.item, one.service) for one in refusal.figures}
    by_service = bool(packages()[package].services_apart)
    assert {("" if by_service else row.item, row.service if by_service else "") for row in lost.itertuples()} <= told_of
    assert {one.reason for one in refusal.figures} == {"unusable"}


@pytest.mark.parametrize("package", packages())
@pytest.mark.parametrize("listed", [True, False])
def test_a_municipality_without_a_document_is_one_sentence(
    listed: bool, package: str, read: Read, sound_of: Any, replay: str
) -> None:
    sound, before = sound_of(package)
    period = document_of(sound, package)["period"]
    ending = f"/{package}/{business_id(replay, OULU)}/{period}"

    def change(path: str, content: Any) -> Any:
        if not listed and path == catalogue.CATALOGUE:
            rows = [row for row in content["aineistot"] if not row["tunnusluvut"].endswith(ending)]
            return content | {"aineistot": rows}
        return None if path.endswith(ending) else content

    found, refusals = read(change, package)
    rest = sound[(sound["municipality"] != OULU) | (sound["period"] != period)]
    pd.testing.assert_frame_equal(found, rest.reset_index(drop=True))
    why = "the service lists the document but does not have it" if listed else "no document in the catalogue"
    assert [one.reason for one in told(refusals, before)] == [f"{package} {period}: {why} (municipality {OULU})."]


@pytest.mark.parametrize("package", packages())
def test_of_two_stages_at_once_the_newest_holds_and_there_is_nothing_to_tell(
    package: str, read: Read, sound_of: Any, replay: str, tmp_path: Path
) -> None:
    sound, before = sound_of(package)
    figure = document_of(sound, package)
    ending = f"/{package}/{business_id(replay, OULU)}/{figure['period']}"

    def change(path: str, content: Any) -> Any:
        if path == catalogue.CATALOGUE:
            row = next(row for row in content["aineistot"] if row["tunnusluvut"].endswith(ending))
            provisional = row | {"hyvaksymisvaihe": "Alustava", "hyvaksymispvm": "2026-11-01 10:00:00.5"}
            older = row | {"hyvaksymispvm": "2020-01-01 10:00:00.43", "tunnusluvut": f"{row['tunnusluvut']}/older"}
            return content | {"aineistot": [older, *content["aineistot"], provisional]}
        return content

    found, refusals = read(change, package)
    pd.testing.assert_frame_equal(found, sound)
    assert told(refusals, before) == []


# ── data in use stay where more than a document fails


def recorded(client: Client, folder: Path) -> raw.Recording:
    """The answers of a client as those of the data in use."""
    entry = raw.write(client.answers, folder / "raw")
    about = {"interface": "replica", "retrieved": "2026-11-29T00:00:00+00:00", "years": [2019], "absent": {}}
    (folder / "manifest.json").write_text(json.dumps(about | {"raw": entry}), "utf-8")
    return raw.open_recording(folder)


def half_of_the_catalogue(path: str, content: Any) -> Any:
    if path != catalogue.CATALOGUE:
        return content
    rows = content["aineistot"]
    return content | {"aineistot": rows[: len(rows) // 2]}


def without_taxonomy(path: str, content: Any) -> Any:
    return None if path.endswith("/KKTPP.json") else content


WHOLE: dict[str, tuple[Change, set[str], str]] = {
    # the catalogue is in order of packages, and most of its rows are of quarters
    "half the catalogue": (
        half_of_the_catalogue,
        {"KTAS", "KKTPP", "TOTT", "KKOTR"},
        "{}: the catalogue has no final document of a municipality.",
    ),
    "a package without its taxonomy": (
        without_taxonomy,
        {"KKTPP"},
        "{0}: /kuntataloudentaksonomia/{0}.json: the service has no such table (404).",
    ),
}


@pytest.mark.parametrize("failure", WHOLE)
def test_where_a_whole_package_fails_others_are_read_at_first_and_data_in_use_stay_as_they_were(
    failure: str, replay: str, tmp_path: Path
) -> None:
    change, gone, reason = WHOLE[failure]
    wanted = [*packages()]

    def fetch(client: Client) -> optional.Reading:
        return cells.fetch(client, PLACES, wanted, False, SINCE)

    with client_of(replay, tmp_path / "one", as_sent) as client:
        sound, _ = fetch(client)
        in_use = recorded(client, tmp_path)
    with client_of(replay, tmp_path / "two", change) as client, stamina.set_testing(True, attempts=1):
        first = optional.read(client, lambda: fetch(client), optional.reported, None)
    assert first.frame is not None and not first.failure
    assert set(first.frame["package"]) == set(sound["package"]) - gone
    shared = first.frame.merge(sound, on=KEY, suffixes=("", "_sound"))
    assert len(shared) == len(first.frame) and (shared["value"] == shared["value_sound"]).all()
    sentences = [one.reason for one in first.left_out]
    assert {reason.format(package) for package in gone} <= set(sentences) and len(sentences) == len(set(sentences))
    with client_of(replay, tmp_path / "three", change) as client, stamina.set_testing(True, attempts=1):
        later = optional.read(client, lambda: fetch(client), optional.reported, in_use)
    assert later.frame is not None and later.retrieved
    assert later.failure.startswith("The service has lost ") and replay not in later.failure
    pd.testing.assert_frame_equal(later.frame, sound)


# ── the reason of a figure, as pages and the interface say it

OF_PACKAGE = {
    "KKNR": "operating_income_per_resident",
    "KKOTR": "group_annual_margin_per_resident",
    "KKTPP": "basic_education_cost_per_7_15",
    "TOTT": "basic_education_cost_per_pupil_treasury",
}


@pytest.mark.parametrize("package", OF_PACKAGE)
def test_a_document_that_cannot_be_used_leaves_the_indicators_figure_missing_for_that_reason(
    package: str, read: Read, sound_of: Any, replay: str, tmp_path: Path, make_data: MakeData
) -> None:
    from kuntamittari.catalog import loader
    from kuntamittari.query import figures

    def of_unknown_version(rows: list[Any], _: Any) -> None:
        for row in rows:
            row["taksonomia"] = UNKNOWN

    sound, _ = sound_of(package)
    change = spoiled(document_of(sound, package), replay, tmp_path / "taxonomy", of_unknown_version)
    found, refusals = read(change, package)
    missing = [one._asdict() for refusal in refusals for one in refusal.figures]
    places = [{"code": code} for code in PLACES]
    data = Database(
        open_snapshot(make_data(municipality=places, cells=found.to_dict("records"), missing_cells=missing))
    )
    indicator = loader.indicators()[OF_PACKAGE[package]]
    rows = figures.values(data, indicator, [OULU, KUOPIO], [2024]).to_pylist()
    assert {row["municipality"]: (row["numerator"] is None, row["reason"]) for row in rows} == {
        OULU: (True, "unusable"),
        KUOPIO: (False, None if package == "TOTT" else "no_population"),
    }
