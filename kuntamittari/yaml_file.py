"""The project's own YAML files, read by libyaml: the reader written in Python takes ten times as long, and a start
reads them all."""

from pathlib import Path
from typing import Any

import yaml

SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path) -> Any:
    """What a file holds. Raises yaml.YAMLError and OSError."""
    return yaml.load(path.read_text("utf-8"), Loader=SAFE)
