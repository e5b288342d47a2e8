"""Compute the values of the bundle anew, after an indicator or a macro has changed.

Run it with `.venv/bin/python -m scripts.values`. Nothing is fetched and no other file changes. Until then the dashboard
computes what has changed when it is asked for it.
"""

from pathlib import Path

from kuntamittari import settings
from kuntamittari.etl import publish
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import VALUES, open_snapshot, write_manifest


def rewrite(directory: Path) -> None:
    """Replace the table of values of a data directory and its entry in the manifest."""
    manifest = open_snapshot(directory).manifest
    manifest["files"].pop(VALUES, None)
    write_manifest(manifest, directory)
    manifest["files"][VALUES] = publish.write_values(Database(open_snapshot(directory)))
    write_manifest(manifest, directory)


if __name__ == "__main__":
    rewrite(settings.ROOT / "data")
