"""The data of the benchmarks: an invented country, made by `synth` and removed afterwards."""

import argparse
import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kuntamittari import cli

MUNICIPALITIES, YEARS = 309, 5  # as many as the country has, and the years that the official costs cover


def parser(description: str | None) -> argparse.ArgumentParser:
    """Return the argument parser of a benchmark, with the option for its data."""
    parser_ = argparse.ArgumentParser(description=description)
    parser_.add_argument(
        "--data", type=Path, help=f"a data directory (default: an invented country of {MUNICIPALITIES} municipalities)"
    )
    return parser_


@contextlib.contextmanager
def invented(directory: Path | None = None, years: int = YEARS) -> Iterator[Path]:
    """Yield the given data directory, or a temporary one with an invented country.

    Raises RuntimeError where `synth` fails.
    """
    if directory:
        yield directory
        return
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "country"
        if cli.main(["synth", "--municipalities", str(MUNICIPALITIES), "--years", str(years), "--out", str(out)]):
            raise RuntimeError("The invented country could not be made.")
        yield out
