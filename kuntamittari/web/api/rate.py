"""The rate limit of the API: a token bucket for each address, in memory of bounded size.

Libraries for rate limits keep every address until its window ends, so a flood from many addresses decides how much
memory they take; here the address that has not asked for longest is dropped.
"""

import math
import time
from collections import OrderedDict

from fastapi import Request
from starlette.exceptions import HTTPException

from kuntamittari import settings
from kuntamittari.web.budgets.readers import who

BURST = 5  # seconds' worth of requests, at the steady rate, that may come at once
MOST_KEPT = 20_000  # addresses


class Rate:
    """A dependency of FastAPI that answers 429 to an address that asks more often than `KUNTAMITTARI_API_RATE`
    allows."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # requests left, and the time

    async def __call__(self, request: Request) -> None:
        """Let a request through, or raise HTTPException with Retry-After. Runs in the event loop only, so it needs no
        lock."""
        per_minute = settings.api_rate()
        if per_minute and (
            wait := self.wait(who(request.client.host if request.client else ""), per_minute / 60, time.monotonic())
        ):
            raise HTTPException(429, headers={"Retry-After": str(math.ceil(wait))})

    def wait(self, key: str, rate: float, now: float) -> float:
        """Return the seconds until the next request of `key` is allowed, at `rate` requests a second; 0 if this one is,
        which is then counted. `now` is a monotonic time in seconds."""
        room = max(1.0, rate * BURST)
        left, then = self._buckets.pop(key, (room, now))
        left = min(room, left + (now - then) * rate)
        allowed = left >= 1
        self._buckets[key] = (left - allowed, now)
        if len(self._buckets) > MOST_KEPT:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / rate
