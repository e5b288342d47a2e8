"""The gate before the swap, as it is wired: every audit stops data that break just its rule, and so does every lost
figure. What is refused leaves the data in use as they were, byte for byte; what only looks like a loss comes into use.
"""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from kuntamittari import settings
from kuntamittari.catalog.provenance import INVENTED
from kuntamittari.errors import DataError
from kuntamittari.etl import audits, publish
from kuntamittari.etl import update as updating
from kuntamittari.etl.publish import Order, Tables
from kuntamittari.etl.update import update
from kuntamittari.query.audits import rule
from kuntamittari.query.snapshot import SCHEMAS, open_snapshot, write_manifest
from tests.support.replay import files

AUDITS = settings.SQL / "audits"
BUNDLE = settings.ROOT / "data"
ORDER = Order("largest-20", (2015, 2016, 2017, 2018, 2019))
ALL = replace(ORDER, scope="all")
TAMPERE, SALO, HYVINKAA = "837", "734", "543"  # Hyvinkää has no figures in the bundle
PLACE = "municipality"
FIGURES = ("finance", "statement", "activity", "population", "projection")  # the tables of municipalities
Change = Callable[[pd.DataFrame], pd.DataFrame]
Changes = dict[str, Change]  # by table


# the bundle's order with the State Treasury's figures, in round numbers
RESULT = {"Vuosikate +/-": 30.0, "Poistot ja arvonalentumiset": 20.0, "Tilikauden tulos +/-": 10.0}
BALANCE = {"Vastaavaa yhteensä": 70.0, "Vastattavaa yhteensä": 70.0}
CELLS = pd.DataFrame(
    [
        {
            PLACE: TAMPERE,
            "package": package,
            "period": period,
            "value_year": 2024,
            "column": "actual",
            "item": item,
            "service": "",
            "counterparty": counterparty,
            "value": value,
            "unit": "eur",
            "status": "final",
            "version": "jhs-2018-01/2023",
            "approved": pd.Timestamp("2025-03-01"),
        }
        for package, period, counterparty, figures in (
            ("KKNR", "2024C12", "external", RESULT),
            ("KKOTR", "2024", "", RESULT | BALANCE),
        )
        for item, value in figures.items()
    ]
)


@pytest.fixture(scope="module")
def sound() -> Tables:
    """Read the tables of the bundle."""
    snapshot = open_snapshot(BUNDLE)
    frames = {name: pd.read_parquet(snapshot.path(name)) for name in SCHEMAS} | {"cells": CELLS}
    return Tables(frames, gpd.read_parquet(snapshot.path("boundary")), snapshot.manifest["absent"])


@dataclass(frozen=True)
class Gate:
    """A data directory in use, and the sound tables that an update of it would find."""

    out: Path
    sound: Tables
    patch: pytest.MonkeyPatch

    def changed(self, changes: Changes) -> Tables:
        """Return the sound tables with some of them changed."""
        frames = self.sound.frames
        return replace(self.sound, frames=frames | {name: change(frames[name]) for name, change in changes.items()})

    def update(self, changes: Changes, order: Order = ORDER) -> None:
        """Run the real update; only its services are replaced, by the tables with their changes."""
        self.patch.setattr(updating, "load", lambda *_: self.changed(changes))
        update(self.out, order, base=None, interval=0, progress=lambda _: None)

    def begin(self, changes: Changes, order: Order = ORDER) -> None:
        """Put other tables in use, compared to nothing."""
        (self.out / "manifest.json").unlink()
        self.update(changes, order)

    def problems(self, changes: Changes) -> list[str]:
        """Return what the check of a data directory says of the tables."""
        apart = self.out.with_name("apart")
        apart.mkdir()
        write_manifest(publish.write_tables(self.changed(changes), ORDER, apart), apart)
        return audits.problems(apart)

    def refusal(self, changes: Changes, order: Order = ORDER) -> list[str]:
        """Return the sentences with which the update refuses the tables, once the data in use are found as they
        were."""
        before = files(self.out)
        with pytest.raises(DataError) as refused:
            self.update(changes, order)
        assert files(self.out) == before
        return refused.value.problems

    def accepts(self, changes: Changes, order: Order = ORDER) -> None:
        """Assert that the update puts the tables in use."""
        before = files(self.out)["manifest.json"]
        self.update(changes, order)
        assert files(self.out)["manifest.json"] != before
        assert audits.problems(self.out) == []


@pytest.fixture
def gate(sound: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Gate:
    """Put the bundle in use."""
    return Gate(
        shutil.copytree(BUNDLE, tmp_path / "data", ignore=shutil.ignore_patterns("knowledge", ".*")), sound, monkeypatch
    )


def rows(frame: pd.DataFrame, **where: Any) -> pd.Series:
    """Return which rows have these values; fail where none has."""
    found = pd.Series(True, index=frame.index)
    for column, value in where.items():
        found &= frame[column].isin(value) if isinstance(value, list) else frame[column] == value
    assert found.any(), f"no row with {where}"
    return found


def with_value(column: str, value: Any, **where: Any) -> Change:
    """Set a column in the rows with these values; a function is given what stood there."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        chosen = rows(frame, **where)
        new = frame[column].where(~chosen, value(frame[column]) if callable(value) else value)
        return frame.assign(**{column: new})

    return change


def without(**where: Any) -> Change:
    """Drop the rows with these values."""
    return lambda frame: frame[~rows(frame, **where)]


def copied(where: dict[str, Any], **values: Any) -> Change:
    """Add a copy of the rows with these values, other values set in it."""
    return lambda frame: pd.concat([frame, frame[rows(frame, **where)].assign(**values)], ignore_index=True)


# ── every audit
ALL_AGES = {"age_from": 0, "age_to": 120}
BOTH = [2018, 2019]  # one figure of a hundred may differ
SIX = {PLACE: TAMPERE, "year": 2017, "age_from": 6, "age_to": 6}
BROKEN: dict[str, Changes] = {
    "age_bands": {"population": with_value("age_to", 7, **SIX)},
    "ages_add_up": {
        "projection": with_value("persons", lambda p: p + 1, municipality=TAMPERE, year=2030, age_from=6, age_to=6)
    },
    "complete": {"population": without(municipality=TAMPERE, year=2017, **ALL_AGES)},
    "group_totals": {
        "finance": with_value("eur", lambda eur: eur + 1000, municipality=TAMPERE, year=2018, task_class="Perusopetus")
    },
    "known_codes": {
        "activity": with_value("status", "certain", municipality=TAMPERE, year=2018, measure="sotkanet_191")
    },
    "magnitudes": {"activity": with_value("value", lambda v: v / 1000, measure="key_M411")},
    "no_gaps": {"activity": with_value("value", None, municipality=TAMPERE, year=2018, measure="sotkanet_191")},
    "persons": {"population": with_value("persons", -1, **SIX)},
    "published_figures": {
        "activity": with_value(
            "value", lambda v: v * 1.01, municipality=TAMPERE, year=[2018, 2019], measure="key_M497_eur"
        )
    },
    "treasury_sums": {"cells": with_value("value", 11.0, package="KKNR", item="Tilikauden tulos +/-")},
    "unique_keys": {"price_index": copied({"year": 2018})},
}


def test_every_audit_is_broken_once() -> None:
    audits = {path.stem for path in AUDITS.glob("*.sql")}
    assert set(BROKEN) == audits, "give each audit a change that breaks it in BROKEN of this file"


@pytest.mark.parametrize("audit", BROKEN)
def test_data_that_break_one_rule_are_refused_for_that_rule_alone_and_the_data_in_use_stay(
    audit: str, gate: Gate
) -> None:
    said = gate.refusal(BROKEN[audit])
    assert [sentence.partition(":")[0] for sentence in said] == [rule(AUDITS / f"{audit}.sql")]
    assert gate.problems(BROKEN[audit]) == said, "the check of a data directory says the same"


@pytest.mark.parametrize("item", ["Tilikauden tulos +/-", "Vastattavaa yhteensä"])
def test_accounts_of_groups_that_break_an_identity_are_refused_as_those_of_municipalities(
    item: str, gate: Gate
) -> None:
    said = gate.refusal({"cells": with_value("value", 11.0, package="KKOTR", item=item)})
    assert [sentence.partition(":")[0] for sentence in said] == [rule(AUDITS / "treasury_sums.sql")]
    assert ("group_balance" in said[0]) == (item == "Vastattavaa yhteensä")


def test_sound_data_come_into_use(gate: Gate) -> None:
    gate.accepts({})


def test_a_file_that_is_not_as_it_was_written_is_refused(gate: Gate) -> None:
    """One byte more in the boundaries, which no audit reads."""

    def damaged(folder: Path) -> dict[str, Any]:
        manifest = publish.write_tables(gate.sound, ORDER, folder)
        with (folder / "boundary.parquet").open("ab") as file:
            file.write(b"!")
        return manifest

    before = files(gate.out)
    with pytest.raises(DataError, match=r"^boundary\.parquet: the content is not what the manifest says \(sha256\)"):
        publish.renew(gate.out, damaged)
    assert files(gate.out) == before


# ── figures that a source has lost
FIVE = ["049", "091", "092", "109", "167"]
LOST: dict[str, tuple[Changes, str]] = {
    "a measure of one municipality": (
        {"activity": without(municipality=TAMPERE, year=2016, measure="key_M106")},
        "key_M106, year 2016: 19 municipalities, but the data in use have 20; the source has lost figures of 837.",
    ),
    "a measure of five municipalities": (
        {"activity": without(municipality=FIVE, year=2016, measure="key_M106")},
        "key_M106, year 2016: 15 municipalities, but the data in use have 20; the source has lost figures of 049, "
        "091, 092 and 2 more.",
    ),
    "the statement of one municipality": (
        {"statement": without(municipality=TAMPERE, year=2016)},
        "statement, year 2016: 19 municipalities, but the data in use have 20; the source has lost figures of 837.",
    ),
}


@pytest.mark.parametrize("lost", LOST)
def test_a_partial_loss_is_refused_by_part_year_and_municipality_though_no_audit_sees_it(lost: str, gate: Gate) -> None:
    changes, said = LOST[lost]
    assert gate.problems(changes) == []
    assert gate.refusal(changes) == [said]


@pytest.mark.parametrize(
    ("name", "where"), [("statement", {PLACE: TAMPERE, "year": 2017, "item": "Verotulot"}), ("population", SIX)]
)
def test_one_figure_of_many_that_a_municipality_had_is_a_loss(name: str, where: dict[str, Any], gate: Gate) -> None:
    had = rows(gate.sound.frames[name], municipality=TAMPERE, year=2017).sum()
    assert gate.problems({name: without(**where)}) == []
    assert gate.refusal({name: without(**where)}) == [
        f"{name}, year 2017: 19 municipalities, but the data in use have 20; "
        f"the source has lost figures of 837 ({had - 1} of {had} left)."
    ]


def test_a_municipality_replaced_by_another_is_a_loss_though_their_number_is_the_same(gate: Gate) -> None:
    gate.begin({"activity": without(municipality=SALO, year=2016, measure="key_M106")})
    assert gate.refusal({"activity": without(municipality=TAMPERE, year=2016, measure="key_M106")}) == [
        "key_M106, year 2016: 18 municipalities, but the data in use have 19; the source has lost figures of 837."
    ]


def test_a_city_whose_residents_are_lost_does_not_leave_the_largest_in_silence(gate: Gate) -> None:
    """The source has no residents of Salo, so that the next city takes its place among the twenty and all counts
    stay."""
    changes = successor_among_the_largest(residents=None)
    assert gate.problems(changes) == []
    said = gate.refusal(changes)
    assert (
        "finance, year 2018: 19 municipalities, but the data in use have 20; the source has lost figures of 734."
        in said
    )


def successor_among_the_largest(residents: int | None) -> Changes:
    """Put Hyvinkää where Salo stood among the largest twenty, with Salo's figures; `residents` is what is then known of
    Salo."""

    def register(frame: pd.DataFrame) -> pd.DataFrame:
        swapped = frame.set_index("code")
        swapped.loc[HYVINKAA, ["largest_20", "loaded"]] = True
        swapped.loc[SALO, ["largest_20", "loaded"]] = False
        swapped.loc[SALO, "residents"] = residents
        return swapped.reset_index()

    return {name: with_value(PLACE, HYVINKAA, municipality=SALO) for name in FIGURES} | {"municipality": register}


@pytest.mark.parametrize("times", [1000, 0.01])
def test_figures_of_another_order_of_magnitude_are_refused_with_how_many_times(times: float, gate: Gate) -> None:
    other_unit = {"activity": with_value("value", lambda v: v * times, measure="key_M404", year=[2016, 2017])}
    assert gate.problems(other_unit) == []
    assert gate.refusal(other_unit) == [
        f"key_M404, year 2016, 2017: the figures are {times:g} times those in use; "
        "the unit of the source may have changed."
    ]


def test_a_price_index_of_another_order_of_magnitude_is_refused(gate: Gate) -> None:
    said = gate.refusal({"price_index": with_value("value", lambda v: v / 1000)})
    assert [sentence.partition(":")[2] for sentence in said] == [
        " the figures are 0.001 times those in use; the unit of the source may have changed."
    ]


def test_a_revised_figure_of_one_municipality_comes_into_use(gate: Gate) -> None:
    gate.accepts({"activity": with_value("value", lambda v: v * 20, measure="key_M404", year=2016, municipality=SALO)})


def test_the_price_index_is_guarded_too(gate: Gate) -> None:
    assert gate.refusal({"price_index": without(year=2016)}) == [
        "price_index, year 2016: 0 municipalities, but the data in use have 1; the source has lost figures of FI."
    ]


# ── what only looks like a loss


def test_a_city_outgrown_by_another_leaves_the_largest_twenty(gate: Gate) -> None:
    gate.accepts(successor_among_the_largest(residents=51_000))


WITH_HYVINKAA: Changes = {name: copied({PLACE: SALO}, municipality=HYVINKAA) for name in FIGURES} | {
    "municipality": with_value("loaded", True, code=HYVINKAA)
}


@pytest.fixture
def wide(gate: Gate) -> Gate:
    """Put the figures of 21 municipalities in use, as an order of the whole country."""
    gate.begin(WITH_HYVINKAA, ALL)
    return gate


def merged_into_tampere(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the register after Hyvinkää has ended inside Tampere."""
    ended = with_value("former", lambda column: column.map(lambda _: [{"code": HYVINKAA}]), code=TAMPERE)
    return ended(without(code=HYVINKAA)(frame))


def test_a_municipality_that_has_ended_in_a_merger_is_no_loss_nor_are_rates_of_the_merged_area(wide: Gate) -> None:
    no_rate = without(municipality=TAMPERE, year=2016, measure="key_M106")
    wide.accepts({"municipality": merged_into_tampere, "activity": no_rate}, ALL)


def test_a_municipality_that_the_register_lacks_without_a_merger_is_a_loss(wide: Gate) -> None:
    said = wide.refusal({"municipality": without(code=HYVINKAA)}, ALL)
    assert (
        "finance, year 2018: 20 municipalities, but the data in use have 21; the source has lost figures of 543."
        in said
    )


def test_a_municipality_of_the_whole_country_that_has_lost_its_figures_of_one_year_is_a_loss(wide: Gate) -> None:
    lost = copied({PLACE: SALO, "year": [2015, 2017, 2018, 2019]}, municipality=HYVINKAA)
    assert wide.refusal(WITH_HYVINKAA | {"statement": lost}, ALL) == [
        "statement, year 2016: 20 municipalities, but the data in use have 21; the source has lost figures of 543."
    ]


def test_a_narrower_order_is_no_loss(wide: Gate) -> None:
    wide.accepts({})


def test_a_narrower_order_still_has_to_have_what_it_asks_for(wide: Gate) -> None:
    assert wide.refusal({"statement": without(municipality=TAMPERE, year=2016)}) == [
        "statement, year 2016: 19 municipalities, but the data in use have 20; the source has lost figures of 837."
    ]


def test_years_that_are_not_ordered_may_go(gate: Gate) -> None:
    lost = without(municipality=TAMPERE, year=2016)
    gate.accepts({"statement": lost}, replace(ORDER, years=(2017, 2018, 2019)))


@pytest.mark.parametrize("year", [2008, 2014, 2020])
def test_key_figures_of_years_without_costs_are_guarded_too(year: int, gate: Gate) -> None:
    lost = {"activity": without(municipality=TAMPERE, year=year, measure="key_M497_eur")}
    assert gate.refusal(lost) == [
        f"key_M497_eur, year {year}: 19 municipalities, but the data in use have 20; "
        "the source has lost figures of 837."
    ]


def test_outcomes_before_the_years_of_the_order_may_go(gate: Gate) -> None:
    lost = {"activity": without(municipality=TAMPERE, year=2011, measure="sotkanet_191")}
    assert len(gate.refusal(lost)) == 1
    gate.accepts(lost, replace(ORDER, years=(2017, 2018, 2019)))


def test_a_newer_projection_need_not_have_the_years_of_the_older_one(gate: Gate) -> None:
    fewer = {"projection": without(year=[2019, 2020, 2021])}
    assert len(gate.refusal(fewer)) == 3
    gate.accepts({"projection": lambda frame: without(year=[2019, 2020, 2021])(frame).assign(made=2024)})


def test_the_newest_residents_may_go_with_the_optional_source_that_alone_has_them(gate: Gate) -> None:
    newest = copied({"year": 2022}, year=2027)
    gate.begin({"population": newest})
    assert gate.refusal({}) == [
        "population, year 2027: 0 municipalities, but the data in use have 20; "
        "the source has lost figures of 049, 091, 092 and 17 more."
    ]
    absent = replace(gate, sound=replace(gate.sound, absent=gate.sound.absent | {"statfin_age_shares": "no answer"}))
    earlier = {"population": lambda frame: without(municipality=TAMPERE, year=2020)(newest(frame))}
    assert absent.refusal(earlier) == [
        "population, year 2020: 19 municipalities, but the data in use have 20; the source has lost figures of 837."
    ]
    absent.accepts({})


def test_an_age_band_that_is_told_apart_into_finer_ones_is_no_loss(gate: Gate) -> None:
    """From 65 on becomes 65 to 69 and from 70 on."""
    old = {"year": 2016, "age_from": 65, "age_to": 120}

    def finer(frame: pd.DataFrame) -> pd.DataFrame:
        whole = frame[rows(frame, **old)].assign(persons=lambda band: band["persons"] / 2)
        return pd.concat([without(**old)(frame), whole.assign(age_to=69), whole.assign(age_from=70)], ignore_index=True)

    gate.accepts({"population": finer})


def test_figures_of_an_invented_country_in_use_are_never_lost(gate: Gate) -> None:
    manifest = json.loads((gate.out / "manifest.json").read_text("utf-8"))
    write_manifest(manifest | {"interface": INVENTED}, gate.out)
    gate.accepts(
        {"statement": without(municipality=TAMPERE, year=2016), "activity": without(year=2016, measure="key_M106")}
    )
