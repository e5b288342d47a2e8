"""Write kuntamittari/etl/expected.yaml anew: what the official services have now, after an update from them was tried.

    .venv/bin/python -m scripts.expected

Sources that do not answer keep what is written of them.
"""

import sys

import yaml

from kuntamittari import settings, yaml_file
from kuntamittari.etl import probe

HEAD = """# What each official service had when the importer was last tried against it, with which `kuntamittari probe`
# compares what it has now. Written by `python -m scripts.expected`.
"""


def main() -> int:
    """Write the file and return 0."""
    before = yaml_file.read(probe.EXPECTED) or {}
    facts = before | probe.facts_of(probe.probe(settings.api_base(), settings.request_interval()))
    body = yaml.safe_dump(facts, allow_unicode=True, sort_keys=False, default_flow_style=None, width=110)
    probe.EXPECTED.write_text(HEAD + body, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
