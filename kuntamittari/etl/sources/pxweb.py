"""Statistics Finland's PxWeb v1: tables are found by folder, variables and codes are read from each table's metadata.

Nothing here knows a variable code: they changed in June 2026, and differ from table to table.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import numpy as np
import pandas as pd

from kuntamittari.errors import SourceError
from kuntamittari.etl.client import Client

HOST = "https://pxdata.stat.fi"
MOST_CELLS = 90_000  # the services say 100 000 or 120 000; stay under both


@dataclass(frozen=True)
class Variable:
    """A variable of a table: its code, whether it is time, and its values as code → label."""

    code: str
    text: str
    time: bool
    eliminable: bool
    labels: dict[str, str]

    def codes(self, wanted: Callable[[str, str], bool]) -> list[str]:
        """The value codes for which `wanted(code, label)` holds."""
        return [code for code, label in self.labels.items() if wanted(code, label)]


class Table:
    """One PxWeb table. `path` is database/folder/name.px."""

    def __init__(self, client: Client, path: str, language: str = "fi"):
        self.client, self.path = client, path
        self.address = f"/PxWeb/api/v1/{language}/{quote(path)}"
        meta = client.get(HOST, self.address)
        try:
            self.title = str(meta["title"])
            self.variables = [
                Variable(
                    v["code"],
                    v["text"],
                    bool(v.get("time")),
                    bool(v.get("elimination")),
                    dict(zip(v["values"], v["valueTexts"], strict=True)),
                )
                for v in meta["variables"]
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise SourceError(f"{path}: the metadata are not those of a PxWeb table ({error!r}).") from error

    def variable(self, what: str, is_it: Callable[[Variable], bool]) -> Variable:
        """The only variable for which `is_it` holds; `what` names it in the error."""
        found = [v for v in self.variables if is_it(v)]
        if len(found) != 1:
            names = ", ".join(v.code for v in self.variables)
            raise SourceError(f"{self.path}: expected one variable for {what}, found {len(found)} among: {names}.")
        return found[0]

    @property
    def area(self) -> Variable:
        """The variable whose values are municipalities: KU091 in the living tables, 091 in the archive.

        Ages and statement items have three-digit codes too, but none of them both of two cities.
        """
        return self.variable("area", lambda v: {"091", "837"} <= {code.removeprefix("KU") for code in v.labels})

    @property
    def time(self) -> Variable:
        """The year. Archive tables do not always mark it, so a variable of nothing but years serves too."""
        marked = [v for v in self.variables if v.time]
        return marked[0] if len(marked) == 1 else self.variable("time", lambda v: all(is_year(c) for c in v.labels))

    @property
    def age(self) -> Variable:
        """The variable of single years of age; its labels are whole numbers, the last one open ("100 -")."""
        return self.variable(
            "age",
            lambda v: sum(label.isdecimal() for label in v.labels.values()) > 50 and not v.time and v is not self.time,
        )

    @property
    def contents(self) -> Variable:
        """The variable of contents (contentscode, once Tiedot): what else is neither area nor time nor eliminable, nor
        age."""
        others = [v for v in self.variables if v not in (self.area, self.time) and not v.eliminable]
        return (
            others[0] if len(others) == 1 else self.variable("contents", lambda v: v.code in ("contentscode", "Tiedot"))
        )

    def fetch(self, chosen: Mapping[str, Sequence[str]]) -> pd.DataFrame:
        """The chosen cells: one column a variable (value codes) and `value` (missing cells left out).

        Variables not named are dropped by the service when they can be, else come whole; only the first are allowed.
        The query is cut along its largest variable so that every call stays under the cell limit.
        """
        left_out = [v.code for v in self.variables if v.code not in chosen and not v.eliminable]
        if left_out:
            raise SourceError(f"{self.path}: the variable {', '.join(left_out)} is new and must be chosen.")
        frames = [self._call(part) for part in in_parts(chosen)]
        return pd.concat(frames, ignore_index=True)

    def _call(self, chosen: Mapping[str, Sequence[str]]) -> pd.DataFrame:
        query = [{"code": c, "selection": {"filter": "item", "values": list(v)}} for c, v in chosen.items()]
        answer = self.client.post(HOST, self.address, {"query": query, "response": {"format": "json-stat2"}})
        return tidy(answer, self.path)


def is_year(code: str) -> bool:
    """A four-digit year of statistics."""
    return bool(re.fullmatch(r"(19|20)\d\d", code))


def in_parts(chosen: Mapping[str, Sequence[str]]) -> Iterator[Mapping[str, Sequence[str]]]:
    """The same choice in parts of at most MOST_CELLS cells, cut along the variable with most values."""
    widest = max(chosen, key=lambda c: len(chosen[c]))
    others = math.prod(len(v) for c, v in chosen.items() if c != widest)
    step = max(1, MOST_CELLS // max(1, others))
    values = chosen[widest]
    for start in range(0, len(values), step):
        part = {**chosen, widest: values[start : start + step]}
        if math.prod(map(len, part.values())) > MOST_CELLS and len(part[widest]) == 1:
            rest = {code: picked for code, picked in part.items() if code != widest}
            yield from ({**smaller, widest: part[widest]} for smaller in in_parts(rest))
        else:
            yield part


def tidy(answer: dict, path: str) -> pd.DataFrame:
    """A json-stat2 dataset as one row a figure; cells without a figure have no row."""
    try:
        ids, sizes = list(answer["id"]), [int(size) for size in answer["size"]]
        codes = [in_order(answer["dimension"][i]["category"]["index"]) for i in ids]
        values = answer["value"]
        if isinstance(values, dict):  # the sparse form: position → figure
            values = [values.get(str(position)) for position in range(math.prod(sizes))]
        figures = np.array(list(values), dtype="float64")
        if not ids or figures.ndim != 1:
            raise ValueError("no dimension")
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise SourceError(f"{path}: the answer is not a json-stat2 dataset ({error!r}).") from error
    if [len(c) for c in codes] != sizes or math.prod(sizes) != len(figures):
        raise SourceError(
            f"{path}: the answer holds {len(figures)} figures where its own sizes say {math.prod(sizes)}."
        )
    known = np.flatnonzero(~np.isnan(figures))
    positions = np.unravel_index(known, sizes)
    columns = {name: np.array(values, dtype=object)[at] for name, values, at in zip(ids, codes, positions, strict=True)}
    return pd.DataFrame({**columns, "value": figures[known]})


def in_order(index: dict[str, int] | list[str]) -> list[str]:
    """The value codes of a json-stat2 dimension by position; the standard allows an object or a list."""
    return sorted(index, key=index.__getitem__) if isinstance(index, dict) else list(index)


def tables_in(client: Client, folder: str, language: str = "fi") -> dict[str, str]:
    """Table file name → title of a folder of a database."""
    nodes = client.get(HOST, f"/PxWeb/api/v1/{language}/{quote(folder)}")
    try:
        return {node["id"]: node["text"] for node in nodes if node.get("type") == "t"}
    except (KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"{folder}: the list of tables came in an unknown form ({error!r}).") from error
