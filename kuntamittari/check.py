"""Is a data directory whole and consistent? Every rule is one query in sql/audits that must return no row."""

from pathlib import Path

from kuntamittari import settings
from kuntamittari.database import Database
from kuntamittari.errors import DataError
from kuntamittari.snapshot import file_problems, open_snapshot

EXAMPLES = 3


def problems(directory: Path) -> list[str]:
    """One sentence a defect, empty when all is well: files as the manifest says, schemas as ours, audits silent."""
    try:
        snapshot = open_snapshot(directory)
    except DataError as error:
        return error.problems
    return file_problems(snapshot) or audit_problems(Database(snapshot))


def audit_problems(database: Database) -> list[str]:
    """Each audit that returned rows, as one sentence with the first of them."""
    found = []
    for audit in sorted((settings.SQL / "audits").glob("*.sql")):
        rows = database.query(f"audits/{audit.stem}").to_pylist()
        if rows:
            shown = "; ".join(", ".join(f"{k} {v}" for k, v in row.items()) for row in rows[:EXAMPLES])
            more = f" and {len(rows) - EXAMPLES} more" if len(rows) > EXAMPLES else ""
            found.append(f"{rule(audit)}: {shown}{more}")
    return found


def rule(audit: Path) -> str:
    """What an audit asks for: the sentence in its first line ("-- rule: …")."""
    return audit.read_text("utf-8").splitlines()[0].removeprefix("-- rule: ").rstrip(".")


def losses(in_use: Path, staged: Path) -> list[str]:
    """Years and municipalities that the data in use have and the staged ones lack, though they were ordered: a source
    that has dropped them is not passed on in silence. Nothing where no data are in use, they cannot be read, or they are those of
    an invented country."""
    try:
        old, new = open_snapshot(in_use), open_snapshot(staged)
        if old.invented:
            return []
        before, after = (Database(s).query("loaded_years").to_pylist() for s in (old, new))
    except DataError:
        return []
    wider = (old.manifest["scope"], new.manifest["scope"]) != ("all", "largest-20")
    ordered = range(min(new.manifest["years"]), max(new.manifest["years"]) + 1)
    kept = {(row["part"], row["year"]): row["places"] for row in after}
    found = []
    for row in before:
        places = kept.get((row["part"], row["year"]), 0)
        if row["year"] in ordered and (places == 0 or (wider and places < row["places"])):
            found.append(
                f"{row['part']}, year {row['year']}: {places} municipalities, but the data in use have {row['places']}; "
                "the source has lost figures."
            )
    return found
