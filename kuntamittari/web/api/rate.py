"""How often one address may ask: a bucket of requests for each, filled at a steady rate, in memory that stays small
whoever asks.

Libraries keep every address until its time is up, which those who would flood us decide; here the longest unheard of
goes.
"""

import math
import time
from collections import OrderedDict
from ipaddress import IPv4Address, IPv6Network, ip_address

from fastapi import Request
from starlette.exceptions import HTTPException

from kuntamittari import settings

BURST = 5  # seconds of asking at the steady rate that may be asked at once
MOST_KEPT = 20_000  # addresses
ONE_READER = 64  # bits of an IPv6 address that tell readers apart: the rest is hers to choose


class Rate:
    """A dependency of FastAPI that refuses with 429 who asks more often than `KUNTAMITTARI_API_RATE` allows."""

    def __init__(self) -> None:
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()  # requests left, and when

    async def __call__(self, request: Request) -> None:
        """Lets a request through or raises HTTPException. Runs in the event loop alone, so it needs no lock."""
        per_minute = settings.api_rate()
        if per_minute and (
            wait := self.wait(who(request.client.host if request.client else ""), per_minute / 60, time.monotonic())
        ):
            raise HTTPException(429, headers={"Retry-After": str(math.ceil(wait))})

    def wait(self, key: str, rate: float, now: float) -> float:
        """Seconds until the next request of `key` may come, at `rate` requests a second; 0 where this one may, which it
        takes."""
        room = max(1.0, rate * BURST)
        left, then = self._buckets.pop(key, (room, now))
        left = min(room, left + (now - then) * rate)
        allowed = left >= 1
        self._buckets[key] = (left - allowed, now)
        if len(self._buckets) > MOST_KEPT:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / rate


def who(host: str) -> str:
    """Whom an address stands for: an IPv4 address, the network of an IPv6 address, or the words themselves where they
    are neither."""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((address.packed, ONE_READER), strict=False))
