"""Reading of the project's YAML files with libyaml: PyYAML's reader in Python takes ten times as long, and the start of
the server reads them all."""

from pathlib import Path
from typing import Any

import yaml

SAFE = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path) -> Any:
    """Return the content of a YAML file. Raises yaml.YAMLError and OSError."""
    return yaml.load(path.read_text("utf-8"), Loader=SAFE)
