"""Rules that the data of a snapshot must satisfy: one query in sql/audits each, returning the rows that break it."""

from pathlib import Path
from typing import Any

from kuntamittari import settings
from kuntamittari.query.database import Database


def offending_rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Return rule → the rows that break it, for every rule that is broken."""
    answers = {rule(audit): database.query(f"audits/{audit.stem}").to_pylist() for audit in audits()}
    return {rule: rows for rule, rows in answers.items() if rows}


def audits() -> list[Path]:
    """Return the files of the rules, in order of name."""
    return sorted((settings.SQL / "audits").glob("*.sql"))


def rule(audit: Path) -> str:
    """Return the rule that an audit checks: the sentence in its first line ("-- rule: …"), without the full stop."""
    return audit.read_text("utf-8").splitlines()[0].removeprefix("-- rule: ").rstrip(".")
