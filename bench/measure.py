"""What the benchmarks share: questions timed in turn, and the lines that print a ratio or a figure."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

ROUNDS = 25


def medians(questions: Mapping[str, Callable[[], Any]], rounds: int = ROUNDS) -> dict[str, float]:
    """Return the median seconds of each question.

    All are asked once unmeasured, then in turn, beginning with another one in each round, so that a slow moment of the
    machine affects all alike.
    """
    names = list(questions)
    for ask in questions.values():
        ask()
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            began = time.perf_counter()
            questions[name]()
            seconds[name].append(time.perf_counter() - began)
    return {name: statistics.median(times) for name, times in seconds.items()}


def line(name: str, ratio: float, target: float | None = None, detail: str = "") -> None:
    """Print a ratio with its target (the most it should be), whether it is met, and what it was computed from."""
    wanted = "" if target is None else f" (target ≤ {target:g} x: {'met' if ratio <= target else 'MISSED'})"
    print(f"{name}: {ratio:.2f} x{wanted}{f'  {detail}' if detail else ''}", flush=True)


def figure(name: str, value: float, target: float, least: bool = False) -> None:
    """Print a figure that is no ratio with its target, at most or at least, and whether it is met."""
    met = value >= target if least else value <= target
    print(f"{name}: {value:.2f} (target {'≥' if least else '≤'} {target:g}: {'met' if met else 'MISSED'})", flush=True)
