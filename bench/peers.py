"""Print how well peers predict costs: `python -m bench.peers`, or with a data directory.

The mean of |ln cost − ln median of the peers| per service, beside no peers, groups by size, the former method and peers
of the same need, as /verrokit shows it (docs/methods.md 7).
"""

import argparse
from pathlib import Path
from typing import get_args

from kuntamittari import settings
from kuntamittari.query.database import Database
from kuntamittari.query.peers import predictive
from kuntamittari.query.snapshot import open_snapshot


def main() -> None:
    """Print one line a cost."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=settings.ROOT / "data")
    database = Database(open_snapshot(parser.parse_args().data))
    methods = get_args(predictive.Method)
    print(f"{'':40}{'year':>6}" + "".join(f"{method:>11}" for method in methods) + f"{'size':>8}{'share':>7}")
    for indicator, results in predictive.results(database).items():
        one = results["structure"]
        errors = "".join(f"{results[m].error:11.4f}" if m in results else f"{'-':>11}" for m in methods)
        print(f"{indicator:40}{one.year:6}{errors}{one.largest_size:8.1f}{one.largest_share:7.2f}")


if __name__ == "__main__":
    main()
