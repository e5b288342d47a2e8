"""Fetch volumes of education by municipality from Vipunen, the reporting service of the education administration.

Its resources describe their fields, and rows are read by that description: nothing is assumed about the place or
spelling of a field. Where something is missing, NotThereError says what, and the data set is made without the source.
"""

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from kuntamittari.errors import NotThereError, SourceError
from kuntamittari.etl.client import Client

HOST = "https://api.vipunen.fi"
PAGE = 5000  # rows of one request
YEAR, PLACE = "Tilastovuosi", "Koulutuksen kunta Koodi"
TOTAL = re.compile(r"^(yhteensä|kaikki|total)\b", re.IGNORECASE)


def volumes(client: Client, wanted: Mapping[str, dict[str, Any]], first_year: int) -> pd.DataFrame:
    """Return counts of education from a year on: municipality (code of its year), year, measure, value.

    `wanted` has by measure the resource, value (title of the field that is added up) and where (title of a field → its
    value). Raises NotThereError where a resource, field or value is missing, SourceError where the answer has another
    form.
    """
    frames = [_volume(client, measure, about, first_year) for measure, about in wanted.items()]
    return pd.concat(frames, ignore_index=True)


def _volume(client: Client, measure: str, about: dict[str, Any], first_year: int) -> pd.DataFrame:
    resource = f"/api/resources/{about['resource']}"
    fields = _fields(client, resource, (YEAR, PLACE, about["value"], *about["where"]))
    condition = ";".join(f"{fields[title]}=='{value}'" for title, value in about["where"].items())
    expected = client.get(HOST, f"{resource}/data/count", [("filter", condition)])
    if not isinstance(expected, int):
        raise SourceError(f"{HOST}{resource}/data/count: a number was expected, not {str(expected)[:40]!r}.")
    if not expected:
        raise NotThereError(f"{HOST}{resource}: no rows where {condition}.")
    rows: list[dict[str, Any]] = []
    while len(rows) < expected:
        page = client.get(
            HOST, f"{resource}/data", [("filter", condition), ("limit", str(PAGE)), ("offset", str(len(rows)))]
        )
        if not page:
            raise SourceError(f"{HOST}{resource}/data: {len(rows)} rows came and {expected} were counted.")
        rows += page
    try:
        frame = pd.DataFrame(
            [(row[fields[PLACE]], row[fields[YEAR]], row[fields[about["value"]]]) for row in rows],
            columns=["municipality", "year", "value"],
        )
    except (KeyError, TypeError) as error:
        raise SourceError(f"{HOST}{resource}/data: the rows came in an unknown form ({error!r}).") from error
    doubtful = sorted({str(v) for row in rows for v in row.values() if isinstance(v, str) and TOTAL.match(v)})
    if doubtful:
        raise NotThereError(
            f"{HOST}{resource}: rows of totals among the others ({', '.join(doubtful)}), "
            "so that a sum would count twice."
        )
    frame = frame.dropna().assign(
        year=lambda f: f["year"].astype(int), municipality=lambda f: f["municipality"].astype(str).str.zfill(3)
    )
    frame = frame[(frame["year"] >= first_year) & frame["municipality"].str.fullmatch(r"\d{3}")]
    summed = frame.astype({"value": "float64"}).groupby(["municipality", "year"], as_index=False)["value"].sum()
    return summed.assign(measure=measure)[["municipality", "year", "measure", "value"]]


def _fields(client: Client, resource: str, titles: tuple[str, ...]) -> dict[str, str]:
    """Return title → name of the field in the rows, as the resource describes them."""
    names = {_plain(name): name for name in field_names(client, resource)}
    missing = [title for title in titles if _plain(title) not in names]
    if missing:
        raise NotThereError(f"{HOST}{resource}: no field {', '.join(missing)} among {', '.join(names.values())}.")
    return {title: names[_plain(title)] for title in titles}


def field_names(client: Client, resource: str) -> list[str]:
    """Return the names of a resource's fields. Raises SourceError where they come in another form."""
    described = client.get(HOST, resource)
    try:
        return [str(field["name"]) for field in described]
    except (KeyError, TypeError) as error:
        raise SourceError(f"{HOST}{resource}: the fields came in an unknown form ({error!r}).") from error


def _plain(name: object) -> str:
    return re.sub(r"\W|_", "", str(name)).lower()
