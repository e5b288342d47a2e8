"""What an answer of a tool must hold: the figures of the interface, source, licence, data version and link."""

import json
from typing import Any

from tests.support.ask.questions import Question

MOST_BYTES = 4_000
OF_FIGURE = (
    *("value", "value_low", "value_high", "numerator", "denominator", "status", "reason", "rank", "rank_low"),
    *("rank_high", "ranked", "n", "median", "q1", "q3", "year", "firm", "judgement"),
)
OF_GAP = ("service", "indicator", "year", "euros", "firm", "value", "median", "n", "users")


def requests(question: Question) -> list[tuple[str, dict[str, str]]]:
    """Return the requests to the interface that have the figures of a question."""
    query = dict(question.query or {})
    return [
        (f"/api/v1/{question.path}", query | ({"municipality": one} if one else {})) for one in question.others or ("",)
    ]


def differences(question: Question, text: str, is_error: bool, expected: list[tuple[int, dict[str, Any]]]) -> list[str]:
    """Return what is wrong with an answer, in a few words each; `expected`: status and content of the interface."""
    if len(text.encode()) > MOST_BYTES:
        return [f"{len(text.encode())} bytes"]
    if question.near:
        return [] if is_error and question.near in text else [f"not refused with {question.near}: {text[:200]}"]
    status, content = expected[0]
    if status != 200:
        same = is_error and content["error"]["message"] in text
        return [] if same else [f"the interface refuses: {content['error']['message']}; the tool: {text[:200]}"]
    if is_error:
        return [f"refused: {text[:200]}"]
    answer = json.loads(text)
    about, rows, shared = answer["meta"], answer["values"], answer.get("shared", {})
    found = [
        f"no {key}"
        for key in ("data_version", "licence", "link", "source")
        if not about.get(key) and not blank(question, rows, key)
    ]
    theirs = [row for _, one in expected for row in one["values"]]
    match question.tool:
        case "figure" | "compare":
            pairs = [(shared | row, whole) for row, whole in zip(rows, theirs, strict=True)]
            found += unequal(pairs, OF_FIGURE)
        case "why_dearer":
            service = question.arguments["service"]
            whole = [row for row in theirs if row["service"] == service]
            found += unequal(list(zip(rows, whole, strict=False)), OF_GAP)
            found += [] if whole or rows[0].get("reason") else ["neither a gap nor a reason"]
            found += [] if not whole or rows[0]["reasons"] == whole[0]["reasons"] else ["other reasons"]
        case "gaps":
            found += unequal(list(zip(rows, theirs, strict=False)), OF_GAP)
        case "peers":
            found += unequal(list(zip(rows, theirs, strict=True)), ("rank", "municipality", "distance", "size"))
        case "verify":
            mine, whole = rows[0], theirs[0]
            found += unequal([(mine, whole)], ("verdict",))
            found += [] if mine.get("figure") == whole["figure"] else ["another figure"]
        case "find_indicator":
            ids = [row["indicator"] for row in rows]
            found += [] if theirs[0]["id"] in ids else [f"{theirs[0]['id']} is not among {ids}"]
    return found


def blank(question: Question, rows: list[dict[str, Any]], key: str) -> bool:
    """Return whether an answer may lack a source: one without a figure."""
    return (
        key == "source"
        and question.tool in ("verify", "why_dearer")
        and not any("value" in r or r.get("figure") for r in rows)
    )


def unequal(pairs: list[tuple[dict[str, Any], dict[str, Any]]], keys: tuple[str, ...]) -> list[str]:
    """Return the parts in which rows differ from those of the interface."""
    return [
        f"{key}: {mine.get(key)!r}, not {theirs.get(key)!r}"
        for mine, theirs in pairs
        for key in keys
        if mine.get(key) != theirs.get(key)
    ]
