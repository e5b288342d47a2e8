"""Two real answers of Statistics Finland's table 14jt, in the codes of before and of after June 2026, read by the same
code."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from kuntamittari.catalog import measures
from kuntamittari.etl.sources import pxweb, statfin
from tests.support.material import shared


class Recorded:
    """A service that knows one recorded answer: its metadata, and the cells that a query chooses."""

    def __init__(self, answer: dict[str, Any]):
        self.answer = answer

    def get(self, *_: object) -> dict[str, Any]:
        def variable(code: str) -> dict[str, Any]:
            labels = self.answer["dimension"][code]["category"]["label"]
            # an answer does not say what may be left out; in this table it is the age
            eliminable = code not in [name for part in self.answer["role"].values() for name in part]
            about = {
                "code": code,
                "text": code,
                "values": list(labels),
                "valueTexts": list(labels.values()),
                "elimination": eliminable,
            }
            return about | {"time": code in self.answer["role"]["time"]}

        return {"title": self.answer["label"], "variables": [variable(code) for code in self.answer["id"]]}


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Any:
    def load(name: str) -> Recorded:
        answer = json.loads((shared("sources") / name).read_text("utf-8"))

        def fetch(self: pxweb.Table, chosen: Mapping[str, Sequence[str]]) -> Any:
            frame = pxweb.tidy(answer, name)
            for code, values in chosen.items():
                frame = frame[frame[code].isin(values)]
            return frame

        monkeypatch.setattr(pxweb.Table, "fetch", fetch)
        return Recorded(answer)

    return load


@pytest.mark.parametrize(
    ("name", "year", "akaa", "places", "whole_country"),
    [
        ("statfin_vaka_14jt_2022_old_codes.json", 2022, 534, 293, 232_826),
        ("statfin_vaka_14jt_2024.json", 2024, 552, 291, 233_772),
    ],
)
def test_children_in_early_childhood_education_are_read_in_old_and_new_codes(
    name: str, year: int, akaa: int, places: int, whole_country: int, recorded: Any
) -> None:
    found = statfin.children_in_care(recorded(name), 2010)
    assert list(found.columns) == ["municipality", "year", "measure", "value"]
    assert set(found["year"]) == {year} and set(found["measure"]) == {"vaka_children"}
    assert found.set_index("municipality")["value"]["020"] == akaa
    assert len(found) == places, "the zeros of Åland, and in 2024 of Lappajärvi and Vimpeli, are no counts"
    # the country as a whole is rounded up by hidden small municipalities at the most
    assert 0 <= whole_country - found["value"].sum() < 0.001 * whole_country
    assert measures.is_count("vaka_children")
