"""Read tables of Statistics Finland's PxWeb v1: tables by folder, variables and codes by each table's metadata.

No code of a variable is fixed here: they changed in June 2026, and differ from table to table.
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
MOST_CELLS = 90_000  # of one query; the services allow 100 000 or 120 000


@dataclass(frozen=True)
class Variable:
    """A variable of a table: code, name, whether it is time and may be left out, and its values (code → label)."""

    code: str
    text: str
    time: bool
    eliminable: bool
    labels: dict[str, str]

    def codes(self, wanted: Callable[[str, str], bool]) -> list[str]:
        """Return the value codes for which `wanted(code, label)` is true."""
        return [code for code, label in self.labels.items() if wanted(code, label)]


class Table:
    """One PxWeb table. `path` is database/folder/name.px. Raises SourceError where its metadata have another form."""

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
        """Return the only variable for which `is_it` is true. Raises SourceError for none or several; `what` names the
        variable there."""
        matching = [v for v in self.variables if is_it(v)]
        if len(matching) != 1:
            names = ", ".join(v.code for v in self.variables)
            raise SourceError(f"{self.path}: expected one variable for {what}, found {len(matching)} among: {names}.")
        return matching[0]

    @property
    def area(self) -> Variable:
        """The variable whose values are municipalities: KU091 in current tables, 091 in the archive.

        Ages and statement items have three-digit codes too, but no such variable has the codes of both cities.
        """
        return self.variable("area", lambda v: {"091", "837"} <= {code.removeprefix("KU") for code in v.labels})

    @property
    def time(self) -> Variable:
        """The year: the variable marked as time, or in archive tables without the mark the one whose values are all
        years."""
        marked = [v for v in self.variables if v.time]
        return marked[0] if len(marked) == 1 else self.variable("time", lambda v: all(is_year(c) for c in v.labels))

    @property
    def age(self) -> Variable:
        """The variable of single years of age: its labels are whole numbers, but for the open end ("100 -")."""
        return self.variable(
            "age",
            lambda v: sum(label.isdecimal() for label in v.labels.values()) > 50 and not v.time and v is not self.time,
        )

    @property
    def contents(self) -> Variable:
        """The variable of contents (contentscode, earlier Tiedot): the only one that is neither area nor time and may
        not be left out, or the one with such a code."""
        others = [v for v in self.variables if v not in (self.area, self.time) and not v.eliminable]
        return (
            others[0] if len(others) == 1 else self.variable("contents", lambda v: v.code in ("contentscode", "Tiedot"))
        )

    def fetch(self, chosen: Mapping[str, Sequence[str]]) -> pd.DataFrame:
        """Return the chosen cells: one column a variable (value codes) and `value`; missing cells have no row.

        `chosen` has value codes by variable code. A variable that is not chosen must be one that the service may leave
        out (elimination). The query is split along its largest variable into calls of at most MOST_CELLS cells. Raises
        SourceError for a variable that must be chosen, and as `tidy`.
        """
        left_out = [v.code for v in self.variables if v.code not in chosen and not v.eliminable]
        if left_out:
            raise SourceError(f"{self.path}: the variable {', '.join(left_out)} is new and must be chosen.")
        if not all(chosen.values()):  # such as the years of a table that has none as new as those wanted
            return pd.DataFrame(columns=[*chosen, "value"])
        frames = [self._call(part) for part in in_parts(chosen)]
        return pd.concat(frames, ignore_index=True)

    def _call(self, chosen: Mapping[str, Sequence[str]]) -> pd.DataFrame:
        query = [{"code": c, "selection": {"filter": "item", "values": list(v)}} for c, v in chosen.items()]
        answer = self.client.post(HOST, self.address, {"query": query, "response": {"format": "json-stat2"}})
        return tidy(answer, self.path)


def is_year(code: str) -> bool:
    """Return whether a code is a four-digit year."""
    return bool(re.fullmatch(r"(19|20)\d\d", code))


def in_parts(chosen: Mapping[str, Sequence[str]]) -> Iterator[Mapping[str, Sequence[str]]]:
    """Yield the same choice in parts of at most MOST_CELLS cells, split along the variable with most values."""
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
    """Return a json-stat2 dataset as one row a figure; cells without a figure have no row.

    Raises SourceError, with `path` as the name of the table, where the answer has another form.
    """
    try:
        ids, sizes = list(answer["id"]), [int(size) for size in answer["size"]]
        codes = [in_order(answer["dimension"][i]["category"]["index"]) for i in ids]
        values = answer["value"]
        if isinstance(values, dict):  # the sparse form: position → figure
            values = [values.get(str(position)) for position in range(math.prod(sizes))]
        figures = np.array(list(values), dtype="float64")
        if not ids or figures.ndim != 1:
            raise ValueError("no dimension")
    except (KeyError, TypeError, ValueError, OverflowError, AttributeError) as error:
        raise SourceError(f"{path}: the answer is not a json-stat2 dataset ({error!r}).") from error
    if [len(c) for c in codes] != sizes or math.prod(sizes) != len(figures):
        raise SourceError(
            f"{path}: the answer holds {len(figures)} figures where its own sizes say {math.prod(sizes)}."
        )
    present = np.flatnonzero(~np.isnan(figures))
    positions = np.unravel_index(present, sizes)
    columns = {name: pd.array(values, dtype="str")[at] for name, values, at in zip(ids, codes, positions, strict=True)}
    return pd.DataFrame({**columns, "value": figures[present]})


def in_order(index: dict[str, int] | list[str]) -> list[str]:
    """Return the value codes of a json-stat2 dimension by position; the standard allows an object or a list."""
    return sorted(index, key=index.__getitem__) if isinstance(index, dict) else list(index)


def tables_in(client: Client, folder: str, language: str = "fi") -> dict[str, str]:
    """Return table file name → title of a folder of a database. Raises SourceError where the list has another form."""
    return _listed(client, folder, language, "t")


def folders_in(client: Client, folder: str, language: str = "fi") -> list[str]:
    """Return the folders inside a folder of a database. Raises SourceError where the list has another form."""
    return list(_listed(client, folder, language, "l"))


def _listed(client: Client, folder: str, language: str, kind: str) -> dict[str, str]:
    nodes = client.get(HOST, f"/PxWeb/api/v1/{language}/{quote(folder)}")
    try:
        return {node["id"]: node["text"] for node in nodes if node.get("type") == kind}
    except (KeyError, TypeError, AttributeError) as error:
        raise SourceError(f"{folder}: the list of tables came in an unknown form ({error!r}).") from error
