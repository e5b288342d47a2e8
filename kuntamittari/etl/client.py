"""One polite HTTP client for every official API: throttled per host, retried, cached so that a broken run resumes."""

import hashlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import stamina

from kuntamittari import __version__
from kuntamittari.errors import NotThereError, SourceError, UnreachableError

# Sotkanet refuses requests without a User-Agent of their own
HEADERS = {"User-Agent": f"kuntamittari/{__version__}", "Accept": "application/json"}
TIMEOUT = httpx.Timeout(120, connect=15)
ATTEMPTS = 6
LONGEST_WAIT = 60.0
FRESH = 24 * 3600.0  # seconds for which a kept answer serves a resumed run
stamina.instrumentation.set_on_retry_hooks([])  # its own lines tell a user nothing: the last attempt says what is wrong
TRANSIENT = {408, 429, 500, 502, 503, 504}


class TransientError(Exception):
    """An answer that another attempt may mend. `wait`: seconds the service asked for, if it did."""

    def __init__(self, reason: str, wait: float | None = None):
        super().__init__(reason)
        self.wait = wait


def backoff(error: Exception) -> bool | float:
    """Whether to try again, or how many seconds to wait first (stamina's backoff hook)."""
    if isinstance(error, TransientError):
        return min(error.wait, LONGEST_WAIT) if error.wait is not None else True
    return isinstance(error, httpx.TransportError)


class Client:
    """Fetches JSON from the official hosts, or from `base` in place of all of them.

    `progress` is called with the address before each request that goes out. Answers are kept in `cache` (a directory)
    under base, address and query, so that an interrupted run fetches only what is missing.
    """

    def __init__(
        self, *, base: str | None, interval: float, cache: Path, progress: Callable[[str], None] = lambda _: None
    ):
        self.base, self.interval, self.cache, self.progress = base, interval, cache, progress
        self.requests = 0
        self._next_call: dict[str, float] = {}
        self._http = httpx.Client(headers=HEADERS, timeout=TIMEOUT, follow_redirects=True)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def get(self, host: str, path: str, params: list[tuple[str, str]] | None = None) -> Any:
        """The JSON at host + path. Raises SourceError when the service cannot be reached or answers nonsense."""
        return self._fetch("GET", host, path + (f"?{urlencode(params)}" if params else ""), None, as_json)

    def get_xml(self, host: str, path: str, params: list[tuple[str, str]]) -> str:
        """The text of an XML answer. Raises SourceError as `get`."""
        return self._fetch("GET", host, f"{path}?{urlencode(params)}", None, as_xml)

    def post(self, host: str, path: str, body: dict) -> Any:
        """The JSON answer to a JSON body. Raises SourceError as `get`."""
        return self._fetch("POST", host, path, json.dumps(body, ensure_ascii=False, sort_keys=True), as_json)

    def _fetch(
        self, method: str, host: str, address: str, body: str | None, read: Callable[[httpx.Response], Any]
    ) -> Any:
        url = (self.base or host) + address
        kept = self.cache / hashlib.sha256(f"{method} {url} {body}".encode()).hexdigest()
        if (
            kept.exists() and abs(time.time() - kept.stat().st_mtime) < FRESH
        ):  # of tomorrow: the clock has been set back
            return json.loads(kept.read_bytes())
        self.progress(url)
        try:
            answer = self._attempts(method, url, body, read)
        except TransientError as error:
            raise UnreachableError(
                f"{url}: {error}, after {ATTEMPTS} attempts. Try again later; the data in use are unchanged."
            ) from error
        except httpx.HTTPError as error:
            raise UnreachableError(
                f"{url}: no answer ({type(error).__name__}: {error}). Check the connection; the data in use are unchanged."
            ) from error
        self.cache.mkdir(parents=True, exist_ok=True)
        unfinished = kept.with_suffix(".part")
        unfinished.write_text(json.dumps(answer), "utf-8")
        unfinished.replace(kept)
        return answer

    @stamina.retry(on=backoff, attempts=ATTEMPTS, timeout=None, wait_initial=0.5, wait_max=LONGEST_WAIT)
    def _attempts(self, method: str, url: str, body: str | None, read: Callable[[httpx.Response], Any]) -> Any:
        self._wait_for_turn(httpx.URL(url).host)
        self.requests += 1
        answer = self._http.request(
            method, url, content=body, headers={"Content-Type": "application/json"} if body else None
        )
        if answer.status_code in TRANSIENT:
            raise TransientError(f"the service answered {answer.status_code}", retry_after(answer))
        if answer.status_code == 404:
            raise NotThereError(f"{url}: the service has no such table (404).")
        if answer.status_code != 200:
            raise SourceError(
                f"{url}: the service answered {answer.status_code} {answer.reason_phrase}; {what_now(answer)}"
            )
        return read(answer)

    def _wait_for_turn(self, host: str) -> None:
        now = time.monotonic()
        due = self._next_call.get(host, now)
        if due > now:
            time.sleep(due - now)
        self._next_call[host] = max(due, now) + self.interval


def as_json(answer: httpx.Response) -> Any:
    """The JSON of an answer; another attempt is worth while when it is something else."""
    try:
        return answer.json()
    except ValueError as error:
        raise TransientError(f"the answer is not JSON but begins {answer.text[:40]!r}") from error


def as_xml(answer: httpx.Response) -> str:
    """The text of an XML answer, likewise."""
    if not answer.text.lstrip().startswith("<?xml"):
        raise TransientError(f"the answer is not XML but begins {answer.text[:40]!r}")
    return answer.text


def retry_after(answer: httpx.Response) -> float | None:
    """Seconds named in Retry-After; None where it is absent or a date (then the ordinary back-off holds)."""
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else None


def what_now(answer: httpx.Response) -> str:
    """What the user should think of a refusal."""
    if answer.status_code == 403:
        return "it refused the request or found the query too large."
    if answer.status_code == 400:
        return "the table or its codes have changed, so this version cannot read it."
    return "try again later."
