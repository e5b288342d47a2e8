"""Run every benchmark in turn: `python -m bench`, or `make bench`; names run only those."""

import subprocess
import sys

BENCHES = (
    "queries",
    "intervals",
    "peers",
    "pages",
    "first",
    "documents",
    "seen",
    "load",
    "reports",
    "assistants",
    "meanwhile",
    "replicas",
    "faults",
    "attacks",
    "axe",
    "soak",
)

if __name__ == "__main__":
    asked = sys.argv[1:] or BENCHES
    unknown = [name for name in asked if name not in BENCHES]
    if unknown:
        sys.exit(f"There is no bench {', '.join(unknown)}; there are {', '.join(BENCHES)}.")
    codes = []
    for name in asked:
        print(f"── {name}", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode)
    sys.exit(max(codes))
