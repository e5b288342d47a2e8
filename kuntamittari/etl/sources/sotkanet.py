"""Fetch residents by age (figures of Statistics Finland) and outcomes from THL Sotkanet."""

from collections.abc import Callable, Sequence

import pandas as pd

from kuntamittari.errors import SourceError
from kuntamittari.etl.client import Client

HOST = "https://sotkanet.fi"
ALL_RESIDENTS = 127
AGE_ZERO = 552  # indicators 552 … 570 are the ages 0 … 18
AGES = range(19)
WHOLE_LIFE = (0, 120)


def municipality_codes(client: Client) -> dict[int, str]:
    """Return Sotkanet's region id → official municipality code. Raises SourceError where there is none."""
    regions = client.get(HOST, "/rest/1.1/regions")
    try:
        codes = {r["id"]: r["code"] for r in regions if r.get("category") == "KUNTA"}
    except (KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"{HOST}/rest/1.1/regions: the regions came in an unknown form ({error!r}).") from error
    if not codes:
        raise SourceError(f"{HOST}/rest/1.1/regions: no region of category KUNTA; the answer has changed.")
    return codes


def figures(client: Client, indicator: int, years: Sequence[int], place: dict[int, str]) -> pd.DataFrame:
    """Return an indicator of both genders together: municipality, year, value, absolute (the count behind a share).

    `place` has municipality codes by region id. Hidden and missing figures have no row. Raises SourceError where the
    answer has another form.
    """
    if not years:
        return pd.DataFrame(columns=["municipality", "year", "value", "absolute"])
    params = [("indicator", str(indicator)), *(("years", str(y)) for y in years), ("genders", "total")]
    rows = client.get(HOST, "/rest/1.1/json", params)
    try:
        return pd.DataFrame(
            [(place[r["region"]], r["year"], r.get("value"), r.get("absValue")) for r in rows if r["region"] in place],
            columns=["municipality", "year", "value", "absolute"],
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"{HOST}: indicator {indicator} came in an unknown form ({error!r}).") from error


def population(client: Client, years: Sequence[int]) -> pd.DataFrame:
    """Return residents at 31 December, ages 0–18 and in all (0–120): municipality, year, age_from, age_to, persons."""
    place = municipality_codes(client)

    def residents(indicator: int, age_from: int, age_to: int) -> pd.DataFrame:
        frame = figures(client, indicator, years, place).dropna(subset="value")
        return pd.DataFrame(
            {
                "municipality": frame["municipality"],
                "year": frame["year"].astype(int),
                "age_from": age_from,
                "age_to": age_to,
                "persons": frame["value"].astype("float64"),
            }
        )

    bands: list[Callable[[], pd.DataFrame]] = [lambda: residents(ALL_RESIDENTS, *WHOLE_LIFE)]
    bands += [lambda age=age: residents(AGE_ZERO + age, age, age) for age in AGES]  # type: ignore[misc]
    return pd.concat([band() for band in bands], ignore_index=True)


def outcomes(client: Client, wanted: dict[str, dict], years: Sequence[int]) -> pd.DataFrame:
    """Return outcome figures: municipality, year, measure, value.

    `wanted` has by measure the indicator (id) and the field of the answer (value or absValue).
    """
    place = municipality_codes(client)

    def measure(name: str, indicator: int, field: str) -> pd.DataFrame:
        frame = figures(client, indicator, years, place)
        values = frame["absolute" if field == "absValue" else "value"]
        counts = pd.DataFrame(
            {"municipality": frame["municipality"], "year": frame["year"], "measure": name, "value": values}
        )
        return counts.dropna(subset="value").astype({"value": "float64"})

    return pd.concat(
        [measure(name, about["indicator"], about["field"]) for name, about in wanted.items()], ignore_index=True
    )
