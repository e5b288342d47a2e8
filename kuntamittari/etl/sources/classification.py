"""Fetch names, groupings and mergers of municipalities from Statistics Finland's classification service."""

from typing import Any

import pandas as pd

from kuntamittari.errors import SourceError
from kuntamittari.etl.client import Client
from kuntamittari.settings import LANGUAGES

HOST = "https://data.stat.fi"
DIVISION_YEAR = 2026  # every series is restated to the municipalities of this year
FIRST_DIVISION = 2015  # of those that the service has
GROUPINGS = {"region": "maakunta", "wellbeing": "hyvinvointialue", "grouping": "kuntaryhmitys"}
LANGUAGE = "kielisuhde"  # whether a municipality is unilingual or bilingual
ALAND = "21"  # the region code of Åland


def _pairs(
    client: Client, source: str, target: str, language: str, year: int = DIVISION_YEAR
) -> list[tuple[str, str, str, str]]:
    """Return the rows of a year's correspondence table: source code, source name, target code, target name."""
    table = f"{source}_{year}0101%23{target}_{year}0101"
    params = [("content", "data"), ("meta", "max"), ("lang", language), ("format", "json")]
    rows = client.get(HOST, f"/api/classifications/v2/correspondenceTables/{table}/maps", params)
    try:
        return [
            (s["code"], s["classificationItemNames"][0]["name"], t["code"], t["classificationItemNames"][0]["name"])
            for s, t in ((row["sourceItem"], row["targetItem"]) for row in rows)
        ]
    except (KeyError, IndexError, TypeError) as error:
        raise SourceError(f"{HOST}: the correspondence table {table} came in an unknown form ({error!r}).") from error


def municipalities(client: Client) -> pd.DataFrame:
    """Return one row a municipality of the division year: code, name_fi|sv|en, <grouping>_code|fi|sv|en, language_code,
    aland.

    A municipality that a grouping leaves out has None there. Raises SourceError where the answer has another form or no
    municipalities, or a municipality has no region.
    """
    columns: dict[str, dict[str, str]] = {}
    for grouping, target in GROUPINGS.items():
        for language in LANGUAGES:
            for code, name, group, group_name in _pairs(client, "kunta_1", f"{target}_1", language):
                row = columns.setdefault(code, {})
                row[f"name_{language}"] = name
                row[f"{grouping}_code"] = group
                row[f"{grouping}_{language}"] = group_name
    if not columns:
        raise SourceError(f"{HOST}: the classification holds no municipality of {DIVISION_YEAR}.")
    frame = pd.DataFrame.from_dict(columns, orient="index").rename_axis("code").reset_index().sort_values("code")
    if frame["region_code"].isna().any():
        raise SourceError(
            f"{HOST}: municipalities without a region: {', '.join(frame.loc[frame['region_code'].isna(), 'code'])}."
        )
    languages = {code: language for code, _, language, _ in _pairs(client, "kunta_1", f"{LANGUAGE}_1", "fi")}
    frame["language_code"] = frame["code"].map(languages)
    frame["aland"] = frame["region_code"] == ALAND
    return frame.reset_index(drop=True)


def successors(client: Client) -> dict[str, str]:
    """Return each municipality code since 2015 → the code that holds its area in the division year."""
    return {old: new for old, _, new, _ in _pairs(client, "kunta_2", "kunta_1", "fi")}


def former(client: Client) -> dict[str, list[dict[str, Any]]]:
    """Return each municipality that others have become part of since FIRST_DIVISION → those, in order of code.

    Each is code, name_fi|sv|en and ended, the first year whose division no longer has it.
    """
    ended: dict[str, int] = {}
    earlier = {code for code, *_ in _pairs(client, "kunta_1", "maakunta_1", "fi", FIRST_DIVISION)}
    for year in range(FIRST_DIVISION + 1, DIVISION_YEAR + 1):
        present = {code for code, *_ in _pairs(client, "kunta_1", "maakunta_1", "fi", year)}
        ended |= dict.fromkeys(earlier - present, year)
        earlier = present
    merged: dict[str, dict[str, dict[str, Any]]] = {}
    for language in LANGUAGES:
        for old, name, new, _ in _pairs(client, "kunta_2", "kunta_1", language):
            if old != new:
                about = merged.setdefault(new, {}).setdefault(old, {"code": old, "ended": ended.get(old)})
                about[f"name_{language}"] = name
    return {new: [about for _, about in sorted(olds.items())] for new, olds in merged.items()}
