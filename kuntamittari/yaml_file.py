"""The project's own YAML files, read by libyaml: the reader written in Python takes ten times as long, and a start reads them all."""

from pathlib import Path
from typing import Any

import yaml


def read(path: Path) -> Any:
    """What a file holds. Raises yaml.YAMLError and OSError."""
    return yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
