"""Measure the time and the memory of a report: `python -m bench.reports`.

The floor is a presentation of as many slides and charts with constant figures, so the ratio is the cost of our
exhibits, texts and checks.
"""

import argparse
import io
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

TARGETS = ("floor", "pptx", "pdf", "summary", "xlsx")
SLIDES, BARS = 14, 20


def floor() -> Callable[[str], bytes]:
    """Return a function that makes the floor with python-pptx alone."""
    from pptx import Presentation
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches

    def made(_: str) -> bytes:
        deck = Presentation()
        for _slide in range(SLIDES):
            data = CategoryChartData()
            data.categories = [str(number) for number in range(BARS)]
            data.add_series("figures", list(range(BARS)))
            slide = deck.slides.add_slide(deck.slide_layouts[5])
            slide.shapes.add_chart(XL_CHART_TYPE.BAR_CLUSTERED, Inches(1), Inches(1), Inches(8), Inches(5), data)
        content = io.BytesIO()
        deck.save(content)
        return content.getvalue()

    return made


def ours(form: str) -> Callable[[str], bytes]:
    """Return a function that makes a report of ours in a format, for a municipality by its code."""
    from kuntamittari.exhibits import reporting
    from kuntamittari.exhibits.render import reports
    from kuntamittari.query import database

    data = database.current()

    def made(code: str) -> bytes:
        context = reporting.context(data, code, "largest-20", None, "fi")
        if form == "summary":
            return reports.FORMATS["pdf"].render(reporting.summary(context))
        return reports.FORMATS[form].render(reporting.report(context))

    return made


def measure_target(target: str, codes: list[str]) -> dict[str, Any]:
    """Return the median and largest seconds of a report, the peak memory in megabytes and the kilobytes of a file."""
    make = floor() if target == "floor" else ours(target)
    make(codes[0])
    seconds, size = [], 0
    for code in codes:
        began = time.perf_counter()
        size += len(make(code))
        seconds.append(time.perf_counter() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024**2)
    return {
        "seconds": statistics.median(seconds),
        "slowest": max(seconds),
        "peak": peak,
        "kilobytes": size / len(codes) / 1024,
    }


def main() -> None:
    """Print a line for each target, each measured in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=TARGETS, help="measure this one alone, as JSON")
    parser.add_argument("--reports", type=int, default=20, help="how many municipalities")
    options = parser.parse_args()
    from kuntamittari.query import database, figures

    codes = sorted(figures.groups(database.current())["largest-20"]["municipalities"])[: options.reports]
    if options.target:
        print(json.dumps(measure_target(options.target, codes)))
        return
    results: dict[str, dict[str, float]] = {}
    for target in TARGETS:
        command = [sys.executable, "-m", "bench.reports", "--target", target, "--reports", str(options.reports)]
        results[target] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        one, base = results[target], results["floor"]
        times, memory = one["seconds"] / base["seconds"], one["peak"] / base["peak"]
        speed = f"{one['seconds']:6.2f} s a report ({one['slowest']:.2f} the slowest), {times:5.2f} x floor"
        print(
            f"{target:8} {speed}, peak {one['peak']:4.0f} MB ({memory:.2f} x), {one['kilobytes']:5.0f} kB", flush=True
        )


if __name__ == "__main__":
    main()
