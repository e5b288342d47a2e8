"""Writes the bundled data anew: our own update into an empty directory, then flat into data/."""

import shutil
import sys
import tempfile
from pathlib import Path

from kuntamittari import cli, settings


def main() -> int:
    """Exit code of the update; data/ changes only when it succeeded."""
    bundle = settings.ROOT / "data"
    with tempfile.TemporaryDirectory() as place:
        fresh = Path(place) / "data"
        code = cli.main(["update", "--scope", "largest-20", "--out", str(fresh)])
        if code == 0:
            for file in sorted(fresh.iterdir()):
                shutil.copyfile(file, bundle / file.name)
    return code


sys.exit(main())
