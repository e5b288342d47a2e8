"""A data set at an address: its files come into a local copy, which is then read as any data directory.

`KUNTAMITTARI_DATA=s3://…`, `gs://…` or `https://…` names a folder with a manifest and its files, as `update` writes it.
The manifest is watched. When it changes, the files that the copy lacks are fetched by their digests and checked, and
only then is the manifest of the copy replaced, so that readers never wait and never see a part. Replicas share nothing
but the address (docs/decisions/0024-data-at-an-address.md).
"""

import fcntl
import hashlib
import logging
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kuntamittari import settings
from kuntamittari.errors import DataError
from kuntamittari.query.snapshot import MANIFEST, Snapshot, file_problems, parsed_manifest, write_manifest

log = logging.getLogger(__name__)

FILES = "files"  # folder of the copy; each file is named by the digest of its content
LIMITS = {"connect_timeout": "5s", "timeout": "60s"}
RETRIES = {"max_retries": 3, "retry_timeout": timedelta(seconds=15)}
SOON = 5  # seconds after which an address is asked again while there is no copy to show


def directory() -> Path:
    """Return the data directory in use; for a data set at an address its copy, fetched when it is first asked for.

    Raises DataError where the address gives no data set and there is no copy of an earlier one.
    """
    address = settings.data_address()
    return _watched(address, settings.data_dir()).ready() if address else settings.data_dir()


@lru_cache(4)
def _watched(address: str, copy: Path) -> "Mirror":
    return Mirror(address, copy)


class Mirror:
    """The copy of a data set at an address, in a directory; `problem` is why the last look at the address failed."""

    def __init__(self, address: str, copy: Path):
        self.address, self.copy = address, copy
        self.problem: DataError | None = None
        # the manifest that the copy is of, and the store's tag of it
        self._seen: tuple[bytes, str | None] | None = None
        self._first = threading.Lock()
        self._watching: threading.Thread | None = None

    def ready(self) -> Path:
        """Return the directory of the copy; the first call fetches it and begins to watch the address.

        Raises DataError where there is no copy.
        """
        with self._first:
            if not self._watching:
                self._look()
                self._watching = threading.Thread(target=self._watch, name="data at an address", daemon=True)
                self._watching.start()
        if self.problem and not (self.copy / MANIFEST).is_file():
            raise self.problem
        return self.copy

    def _watch(self) -> None:
        waiting = threading.Event()
        while True:
            there = (self.copy / MANIFEST).is_file()
            waiting.wait(settings.data_interval() if there else min(SOON, settings.data_interval()))
            self._look()

    def _look(self) -> None:
        """Bring the copy up to date; where that fails, it stays as it is and `problem` says why."""
        before = str(self.problem)
        try:
            self.refresh()
            self.problem = None
        except DataError as error:
            self.problem = error
            if str(error) != before:
                log.warning(error.line)

    def refresh(self) -> None:
        """Bring the copy up to date with the address. Raises DataError; the copy then stays as it is."""
        fetched = self._manifest()
        if fetched is None:
            return
        content, _ = fetched
        try:
            manifest = parsed_manifest(content)
            sources = {table: (entry["path"], entry["sha256"]) for table, entry in manifest["files"].items()}
        except ValueError as error:
            raise DataError(
                f"{self._shown(MANIFEST)} cannot be used ({error}): write the data set again with `update`."
            ) from error
        manifest.pop("raw", None)  # the answers stay where they are
        for entry, (_, digest) in zip(manifest["files"].values(), sources.values(), strict=True):
            entry["path"] = f"{FILES}/{digest}.parquet"
        try:
            with self._alone():
                for path, digest in sources.values():
                    self._fetch(path, digest)
                if problems := file_problems(Snapshot(self.copy, manifest, "")):
                    raise DataError([f"{self._shown()}: {problem}" for problem in problems])
                self._put_in_use(manifest)
        except OSError as error:
            raise DataError(
                f"The copy of {self._shown()} cannot be written to {self.copy}: {error.strerror}. Name a directory "
                "that can be written in KUNTAMITTARI_CACHE."
            ) from error
        self._seen = fetched

    def _manifest(self) -> tuple[bytes, str | None] | None:
        """Return the manifest and the store's tag of it; None where it is that of the copy. Raises DataError."""
        from obstore.exceptions import NotModifiedError

        content, tag = self._seen if self._seen and (self.copy / MANIFEST).is_file() else (None, None)
        try:
            with self._told(MANIFEST):
                answer = _store(self.address).get(MANIFEST, options={"if_none_match": tag} if tag else None)
                fetched = bytes(answer.bytes())
        except NotModifiedError:
            return None
        return None if fetched == content else (fetched, answer.meta["e_tag"])

    def _fetch(self, path: str, digest: str) -> None:
        """Bring one file into the copy, unless it is there whole. Raises DataError, OSError."""
        file = self.copy / FILES / f"{digest}.parquet"
        if file.is_file() and _sha256(file) == digest:
            return
        unfinished = file.with_suffix(".part")
        try:
            with unfinished.open("wb") as out, self._told(path):
                for piece in _store(self.address).get(path).stream():
                    out.write(piece)
            if _sha256(unfinished) != digest:
                raise DataError(
                    f"{self._shown(path)}: the content is not what the manifest says (sha256); copy the data set to "
                    "the address again, the manifest last."
                )
            unfinished.replace(file)
        finally:
            unfinished.unlink(missing_ok=True)

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        """Turn the errors of asking for a file into DataError; NotModifiedError, which is an answer, stays."""
        from obstore import exceptions

        try:
            yield
        except exceptions.NotModifiedError:
            raise
        except (exceptions.NotFoundError, FileNotFoundError) as error:
            raise DataError(
                f"No data at {self._shown()}: there is no {path}. Check KUNTAMITTARI_DATA, or copy a data set there."
            ) from error
        except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError, PermissionError) as error:
            raise DataError(
                f"{self._shown(path)} may not be read: give access to it (deploy/README.md names the variables)."
            ) from error
        except (exceptions.BaseError, ValueError) as error:
            raise DataError(
                f"{self._shown(path)} cannot be reached ({_reason(error)}). Check KUNTAMITTARI_DATA, the connection "
                "and the variables that give access (deploy/README.md)."
            ) from error

    def _put_in_use(self, manifest: dict[str, Any]) -> None:
        """Replace the manifest of the copy and drop the files that neither it nor the one before names."""
        kept = {entry["path"] for entry in manifest["files"].values()}
        try:
            before = parsed_manifest((self.copy / MANIFEST).read_bytes())
        except (OSError, ValueError):
            before = None
        if before == manifest:
            return
        write_manifest(manifest, self.copy)
        kept |= {entry["path"] for entry in before["files"].values()} if before else set()
        for file in (self.copy / FILES).iterdir():
            if f"{FILES}/{file.name}" not in kept:
                file.unlink()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the copy, which other processes of this machine may fill too."""
        (self.copy / FILES).mkdir(parents=True, exist_ok=True)
        with (self.copy / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _shown(self, path: str = "") -> str:
        """Return the address, or that of a file there, without a password."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" + (f"/{path}" if path else "")


@lru_cache(4)
def _store(address: str) -> Any:
    """Return the store behind an address, with the credentials of the environment (`AWS_…`, `GOOGLE_…`)."""
    from obstore.store import GCSStore, HTTPStore, S3Store  # loaded where it is needed: it takes a tenth of a second

    kinds: dict[str, Any] = {"s3": S3Store, "gs": GCSStore, "http": HTTPStore, "https": HTTPStore}
    plain = address.startswith("http:") or os.environ.get("AWS_ENDPOINT_URL", "").startswith("http:")
    options = LIMITS | ({"allow_http": True} if plain else {})
    return kinds[urlsplit(address).scheme].from_url(address, client_options=options, retry_config=RETRIES)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _reason(error: Exception) -> str:
    """Return the innermost cause that a store's error names, in one line."""
    causes = re.findall(r'(?:message|error|source): "([^"]+)"', str(error)) or [str(error).splitlines()[0]]
    return causes[-1][:200].rstrip(".")
