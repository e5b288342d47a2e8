"""Write the bundled data anew: an update into an empty directory, whose files then replace those of data/.

The raw answers stay out of the bundle; its manifest names them. Run it with `python3 tasks.py bundle`.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from kuntamittari import cli, settings


def main() -> int:
    """Return the exit code of the update; data/ changes only where it succeeded."""
    bundle = settings.ROOT / "data"
    with tempfile.TemporaryDirectory() as place:
        new_data = Path(place) / "data"
        code = cli.main(["update", "--scope", "largest-20", "--out", str(new_data)])
        if code == 0:
            copy(new_data, bundle)
    return code


def copy(fresh: Path, bundle: Path) -> None:
    """Copy the tables, boundaries and manifest of a data directory; neither its raw answers nor its lock."""
    for file in sorted(fresh.iterdir()):
        if file.is_file() and not file.name.startswith("."):
            shutil.copyfile(file, bundle / file.name)


if __name__ == "__main__":
    sys.exit(main())
