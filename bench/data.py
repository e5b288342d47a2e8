"""What is measured on: an invented country, made by our own `synth` and gone afterwards."""

import argparse
import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kuntamittari import cli

MUNICIPALITIES, YEARS = 309, 5  # as many as the country has, and the years that the official costs cover


def parser(description: str | None) -> argparse.ArgumentParser:
    """The options of a bench; the one of its data stands."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument(
        "--data", type=Path, help=f"a data directory (default: an invented country of {MUNICIPALITIES} municipalities)"
    )
    return made


@contextlib.contextmanager
def invented(directory: Path | None = None, years: int = YEARS) -> Iterator[Path]:
    """A data directory: the one given, else an invented country in a temporary one. Raises RuntimeError where it cannot
    be made."""
    if directory:
        yield directory
        return
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "country"
        if cli.main(["synth", "--municipalities", str(MUNICIPALITIES), "--years", str(years), "--out", str(out)]):
            raise RuntimeError("The invented country could not be made.")
        yield out
