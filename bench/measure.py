"""What the benches share: questions asked in turn, the median of each, and the one line that prints a ratio."""

import statistics
import time
from collections.abc import Callable, Mapping
from typing import Any

ROUNDS = 25


def medians(questions: Mapping[str, Callable[[], Any]], rounds: int = ROUNDS) -> dict[str, float]:
    """Median seconds of each question. All are asked once to warm, then in turn, beginning with another one each round,
    so that what slows the machine for a while slows every one of them."""
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
    return {name: statistics.median(found) for name, found in seconds.items()}


def line(name: str, ratio: float, target: float | None = None, detail: str = "") -> None:
    """Prints one ratio, the most it should be, whether it is, and what it was computed from."""
    wanted = "" if target is None else f" (target ≤ {target:g} x: {'met' if ratio <= target else 'MISSED'})"
    print(f"{name}: {ratio:.2f} x{wanted}{f'  {detail}' if detail else ''}", flush=True)


def figure(name: str, found: float, target: float, least: bool = False) -> None:
    """Prints one figure that is no ratio, what it should be at most (or at least), and whether it is."""
    met = found >= target if least else found <= target
    print(f"{name}: {found:.2f} (target {'≥' if least else '≤'} {target:g}: {'met' if met else 'MISSED'})", flush=True)
