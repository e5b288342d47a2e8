"""The HTTP client of every official interface: one request at a time, throttled by host, retried and cached, so that an
interrupted update goes on where it stopped."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from weakref import WeakSet

import httpx
import stamina

from kuntamittari import __version__
from kuntamittari.catalog.provenance import INVENTED
from kuntamittari.errors import DataError, MadeUpError, NotThereError, SourceError, UnreachableError
from kuntamittari.etl import fence, raw

# Sotkanet refuses requests without a User-Agent of their own
HEADERS = {
    "User-Agent": f"kuntamittari/{__version__}",
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
}
TIMEOUT = httpx.Timeout(120, connect=15)
ATTEMPTS = 6
LONGEST_WAIT = 60.0
FRESH = 24 * 3600.0  # seconds for which a cached answer serves an interrupted update
stamina.instrumentation.set_on_retry_hooks([])  # no log line a retry: the last error says what is wrong
MADE_UP = "X-Replay-Made-Up"  # the header with which a replica says that an answer is made up
TRANSIENT = {408, 429, 500, 502, 503, 504}
NOT_MODIFIED = 304
Parser = Callable[[bytes], Any]  # raises TransientError for content that another attempt may mend
Reducer = Callable[[Iterator[bytes]], Any]  # reduces a document to a JSON excerpt; raises TransientError likewise
Taker = Callable[[httpx.Response], bytes]  # the content to keep of an answer whose body has not been read yet


def whole(answer: httpx.Response) -> bytes:
    """Return the body of an answer."""
    return b"".join(fence.bounded(answer.iter_bytes(), fence.ANSWER))


@dataclass(frozen=True)
class Taking:
    """How the answer to a request is taken: the part to keep, further headers of the request, and what it may take."""

    take: Taker = whole
    headers: Mapping[str, str] = field(default_factory=dict)
    limits: fence.Limits = field(default_factory=lambda: fence.ANSWER)


class TransientError(Exception):
    """An answer that another attempt may mend. `wait`: the seconds that the service asked to wait, None where it named
    none."""

    def __init__(self, reason: str, wait: float | None = None):
        super().__init__(reason)
        self.wait = wait


def backoff(error: Exception) -> bool | float:
    """Return whether to try again, or after how many seconds (stamina's backoff hook)."""
    if isinstance(error, TransientError):
        return min(error.wait, LONGEST_WAIT) if error.wait is not None else True
    return isinstance(error, httpx.TransportError)


class Client:
    """Fetch JSON and XML from the official hosts, from one host in place of all of them, or from kept answers.

    `base` is the base URL that replaces every official host, None for the official hosts. `interval` is the time
    between two requests to one host, in seconds. `cache` is a directory in which answers are kept packed, by base URL,
    address and body. With a `recording` every answer comes from it, and no request is made. Answers that a replica says
    are made up are refused, unless `accept_made_up`: one of them makes the `interface` of `origin` invented.

    The caller sets `source`, the id under which `origin` lists the answers that follow, `progress`, which is called
    with the URL before each request, `earlier`, answers of an earlier update that are used again where the service has
    nothing newer, and `ahead`, how many requests are still to come, where these are many. `started` is the time of the
    update, `requests` the number of requests so far.
    """

    def __init__(
        self,
        *,
        base: str | None,
        interval: float,
        cache: Path,
        progress: Callable[[str], None] = lambda _: None,
        recording: raw.Recording | None = None,
        accept_made_up: bool = False,
    ):
        self.base, self.interval, self.cache, self.progress = base, interval, cache, progress
        self.recording, self.accept_made_up = recording, accept_made_up
        self.made_up = False  # whether any answer so far is
        self.source = ""
        self.earlier: raw.Recording | None = None
        self.ahead = 0
        self.requests = 0
        self.answers: dict[str, dict[raw.Answer, Path]] = {}
        self.started = datetime.now(UTC)
        self._next_call: dict[str, float] = {}
        self._connections: WeakSet[Any] = WeakSet()
        self._http = httpx.Client(headers=HEADERS, timeout=TIMEOUT)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    @contextmanager
    def reading(self, recording: raw.Recording) -> Iterator[None]:
        """Take the answers of a while from a recording, without a request."""
        before, self.recording = self.recording, recording
        try:
            yield
        finally:
            self.recording = before

    @property
    def origin(self) -> raw.Origin:
        """Interface and time of the answers, and the answers so far."""
        if self.recording:
            return raw.Origin(self.recording.interface, self.recording.retrieved, self.answers)
        interface = INVENTED if self.made_up else "official" if self.base is None else "replica"
        return raw.Origin(interface, self.started, self.answers)

    def get(self, host: str, path: str, params: list[tuple[str, str]] | None = None) -> Any:
        """Return the JSON at host + path.

        Raises SourceError where the service refuses or sends something else than JSON, its subclasses UnreachableError
        where it does not answer, NotThereError where it has no such address and MadeUpError where its figures are made
        up; DataError where a recording has no such answer.
        """
        return self._fetch("GET", host, path + (f"?{urlencode(params)}" if params else ""), None, as_json)

    def get_unless(self, host: str, path: str, is_current: Callable[[Any], bool]) -> Any:
        """Return the JSON at host + path as `get`, without a request where `earlier` has an answer that is current."""
        found = self._earlier("GET", host + path)
        if found is not None and is_current(kept := as_json(found[1])):
            self._list(found[0], found[2])
            return kept
        return self.get(host, path)

    def get_part(self, host: str, path: str, part: str, reduce: Reducer) -> Any:
        """Return the excerpt that `reduce` makes of the JSON document at host + path, never the whole in memory.

        `part` names the excerpt, as the fragment of an address does: the answer is listed under both. Where `earlier`
        has it and the service says by the ETag that the document is the same, it is not sent again. Raises as `get`.
        """
        address = f"{path}#{part}"
        found = self._earlier("GET", host + address)
        known = found[1] if found else None
        etag = as_json(known)["etag"] if known else None

        def take(answer: httpx.Response) -> bytes:
            if known is not None and answer.status_code == NOT_MODIFIED:
                return known
            excerpt = {
                "etag": answer.headers.get("ETag"),
                "kept": reduce(fence.bounded(answer.iter_bytes(), fence.STREAM)),
            }
            return json.dumps(excerpt, ensure_ascii=False).encode()

        headers = {"If-None-Match": etag} if etag else {}
        taking = Taking(take, headers, fence.STREAM)
        return self._fetch("GET", host, address, None, lambda content: as_json(content)["kept"], taking)

    def _earlier(self, method: str, url: str) -> tuple[raw.Answer, bytes, Path] | None:
        """Return an answer of `earlier`, its content and its file; None where there is none of the same interface."""
        earlier = None if self.recording else self.earlier
        if earlier is None or earlier.interface != self.origin.interface:
            return None
        answer = earlier.answers.get((method, url, None))
        if answer is None:
            return None
        try:
            return answer, raw.read(earlier.folder, answer), earlier.folder / answer.file_name
        except DataError:
            return None

    def _list(self, answer: raw.Answer, file: Path) -> None:
        self.answers.setdefault(self.source, {})[answer] = file

    def get_xml(self, host: str, path: str, params: list[tuple[str, str]]) -> bytes:
        """Return an XML document. Raises as `get`."""
        return self._fetch("GET", host, f"{path}?{urlencode(params)}", None, as_xml)

    def post(self, host: str, path: str, body: dict) -> Any:
        """Return the JSON answer to a JSON body. Raises as `get`."""
        return self._fetch("POST", host, path, json.dumps(body, ensure_ascii=False, sort_keys=True), as_json)

    def _fetch(
        self,
        method: str,
        host: str,
        address: str,
        body: str | None,
        parse: Parser,
        taking: Taking | None = None,
    ) -> Any:
        """Return the parsed answer to a request, from the recording, the cache or the service, and list it."""
        taking = taking or Taking()
        if self.recording:
            answer = self.recording.answer(method, host + address, body, self.source)
            with refusing(host + address):
                parsed = parse(raw.read(self.recording.folder, answer))
            self._list(answer, self.recording.folder / answer.file_name)
            return parsed
        url = (self.base or host) + address
        file = self.cache / hashlib.sha256(f"{method} {url} {body}".encode()).hexdigest()
        made_up = file.with_suffix(".made-up")  # kept apart, for an update that does not accept them
        content = cached(file)
        if content is None and self.accept_made_up and (content := cached(made_up)) is not None:
            file = made_up
        if content is None:
            self.progress(url)
            content, is_made_up = self._request(method, url, body, parse, taking)
            file = made_up if is_made_up else file
            self.cache.mkdir(parents=True, exist_ok=True)
            unfinished = file.with_suffix(".part")
            unfinished.write_bytes(raw.pack(content))
            unfinished.replace(file)
        self.made_up |= file == made_up
        retrieved = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        self._list(raw.describe(method, host + address, body, content, retrieved), file)
        with refusing(url):
            return parse(content)

    @contextmanager
    def forgetting(self) -> Iterator[None]:
        """Forget the cached answers of `source` where reading them fails in any way: read again, they would fail again
        until they are no longer fresh. Where the service only does not answer, those that have come stay."""
        try:
            yield
        except UnreachableError:
            raise
        except Exception:
            of_others = {
                file for source, files in self.answers.items() if source != self.source for file in files.values()
            }
            for file in self.answers.get(self.source, {}).values():
                if file.parent == self.cache and file not in of_others:
                    file.unlink(missing_ok=True)
            raise

    def _request(self, method: str, url: str, body: str | None, parse: Parser, taking: Taking) -> tuple[bytes, bool]:
        """Return the content of an answer that `parse` accepts, and whether it is made up."""
        try:
            with refusing(url):
                return self._attempts(method, url, body, parse, taking)
        except fence.TooSlowError as error:
            raise UnreachableError(f"{url}: {error}.", "Try again later; the data in use are unchanged.") from error
        except TransientError as error:
            raise UnreachableError(
                f"{url}: {error}, after {ATTEMPTS} attempts.", "Try again later; the data in use are unchanged."
            ) from error
        except httpx.HTTPError as error:
            raise UnreachableError(
                f"{url}: no answer ({type(error).__name__}: {error}).",
                "Check the connection; the data in use are unchanged.",
            ) from error

    @stamina.retry(on=backoff, attempts=ATTEMPTS, timeout=None, wait_initial=0.5, wait_max=LONGEST_WAIT)
    def _attempts(self, method: str, url: str, body: str | None, parse: Parser, taking: Taking) -> tuple[bytes, bool]:
        self._wait_for_turn(httpx.URL(url).host)
        headers = {**({"Content-Type": "application/json"} if body else {}), **taking.headers}
        with fence.Watch(taking.limits.seconds, self._connections) as watch:
            request = self._http.build_request(
                method, url, content=body, headers=headers, extensions={"trace": watch.trace}
            )
            with closing(self._sent(request)) as answer:
                content, made_up = self._taken(url, answer, taking)
        parse(content)
        return content, made_up

    def _sent(self, request: httpx.Request) -> httpx.Response:
        """Return the answer to a request, whose body has not been read, after at most MOST_REDIRECTS redirects.

        Each is a request of its own, which waits for its turn and is counted. Raises RefusedError for more of them.
        """
        for _ in range(fence.MOST_REDIRECTS + 1):
            self.requests += 1
            answer = self._http.send(request, stream=True)
            if answer.next_request is None:
                return answer
            answer.close()
            fence.next_address(request.url, answer.next_request.url)
            request = answer.next_request
            self._wait_for_turn(request.url.host)
        raise fence.RefusedError(f"the service sends on more than {fence.MOST_REDIRECTS} times")

    def _taken(self, url: str, answer: httpx.Response, taking: Taking) -> tuple[bytes, bool]:
        """Return the content of an answer and whether it is made up. Raises SourceError, TransientError and
        RefusedError for one that is not taken."""
        if answer.status_code in TRANSIENT:
            raise TransientError(f"the service answered {answer.status_code}", retry_after(answer))
        if answer.status_code == 404:
            raise NotThereError(f"{url}: the service has no such table (404).")
        if answer.status_code != 200 and not (taking.headers and answer.status_code == NOT_MODIFIED):
            raise SourceError(
                f"{url}: the service answered {answer.status_code} {answer.reason_phrase}; {advice(answer)}"
            )
        made_up = MADE_UP in answer.headers
        if made_up and not self.accept_made_up:
            raise MadeUpError(f"{url}: the figures are made up (REPLAY), and made-up figures are not accepted.")
        fence.refuse_encoding(answer)
        return taking.take(answer), made_up

    def _wait_for_turn(self, host: str) -> None:
        now = time.monotonic()
        due = self._next_call.get(host, now)
        if due > now:
            time.sleep(due - now)
        self._next_call[host] = max(due, now) + self.interval


@contextmanager
def refusing(url: str) -> Iterator[None]:
    """Raise SourceError, with the address, for an answer that the fence refuses."""
    try:
        yield
    except fence.RefusedError as error:
        raise SourceError(f"{url}: {error}.") from error


def cached(file: Path) -> bytes | None:
    """Return the content of a cached answer; None where there is none, or it is damaged or older than FRESH."""
    try:
        # an answer of the future means that the clock has been set back
        return raw.unpack(file) if abs(file.stat().st_mtime - time.time()) < FRESH else None
    except OSError:
        return None


def as_json(content: bytes) -> Any:
    """Return JSON. Raises RefusedError for JSON that the fence refuses, TransientError for anything else."""
    try:
        return fence.loads(content)
    except ValueError as error:
        raise TransientError(f"the answer is not JSON but begins {beginning(content)!r}") from error


def as_xml(content: bytes) -> bytes:
    """Return an XML document as it is. Raises TransientError for anything else."""
    if not content.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<?xml"):
        raise TransientError(f"the answer is not XML but begins {beginning(content)!r}")
    return content


def beginning(content: bytes) -> str:
    """Return the first characters of an answer."""
    return content[:160].decode("utf-8", "replace")[:40]


def retry_after(answer: httpx.Response) -> float | None:
    """Return the seconds named in Retry-After; None where it is absent or a date (then the usual back-off is used)."""
    text = answer.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else None


def advice(answer: httpx.Response) -> str:
    """Return what a refusal means for the user."""
    if answer.status_code == 403:
        return "it refused the request or found the query too large."
    if answer.status_code == 400:
        return "the table or its codes have changed, so this version cannot read it."
    return "try again later."
