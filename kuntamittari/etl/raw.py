"""Keep the raw answers of the official services, so that a figure can be traced to them and an update repeated.

A data directory holds the answers of its snapshot in the folder that `raw.path` of the manifest names: one file an
answer, packed with gzip and named by the SHA-256 of its content. `raw.answers` of the manifest lists them by source id,
so a figure leads to its table, the table to its sources (`files.<table>.sources`) and a source to its answers; see
`answers_of`. `raw_later` names in the same way the answers of updates since then that asked for newer years only. The
folders may be left out, as in the bundle: the manifest then still says which answers the figures came from.
"""

import gzip
import json
import shutil
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from kuntamittari.errors import DataError, NotKeptError, NotThereError
from kuntamittari.query.snapshot import MANIFEST, Snapshot, sync

FOLDER = "raw"
ENTRIES = ("raw", "raw_later")  # of the manifest
LATER = "raw-later"  # the answers of updates since then that asked for newer years only (`update --since`)
LEVEL = 6  # of gzip: 9 packs the whole country 4 % smaller and takes five times as long
DIVISION = "classification"  # the source whose successors restate every table but the national ones
NATIONAL = ("price_index",)


@dataclass(frozen=True)
class Answer:
    """One answer of a service, as the manifest names it.

    `url` is the official address without credentials, also where a replica answered in its place (`interface` of the
    manifest says so). `body_sha256` is the hash of a POST request's JSON body, None for GET. `sha256` and `bytes` are
    of the answer as it was sent, after content decoding. `retrieved` is in UTC (ISO 8601, to the second).
    """

    method: str
    url: str
    body_sha256: str | None
    sha256: str
    bytes: int
    retrieved: str

    @property
    def file_name(self) -> str:
        """The name of the packed file."""
        return f"{self.sha256}.gz"


@dataclass(frozen=True)
class Origin:
    """Where the tables of an update come from.

    `interface` is official, replica or, where any answer is made up, invented; `retrieved` the time of the update (it
    decides which years are requested), and `answers` each answer by source id, with the packed file that holds it.
    """

    interface: str = "official"
    retrieved: datetime = field(default_factory=lambda: datetime.now(UTC))
    answers: Mapping[str, Mapping[Answer, Path]] = field(default_factory=dict)


def describe(method: str, url: str, body: str | None, content: bytes, retrieved: datetime) -> Answer:
    """Return the manifest's description of an answer to a request."""
    digest, moment = sha256(content).hexdigest(), retrieved.isoformat(timespec="seconds")
    return Answer(method, url, body_digest(body), digest, len(content), moment)


def body_digest(body: str | None) -> str | None:
    """Return the SHA-256 of a request's body; None where it has none."""
    return None if body is None else sha256(body.encode()).hexdigest()


def pack(content: bytes) -> bytes:
    """Return bytes compressed by gzip, without a time, so that equal content gives equal files."""
    return gzip.compress(content, LEVEL, mtime=0)


def unpack(file: Path) -> bytes:
    """Return the content of a packed file. Raises OSError where it cannot be read or is damaged."""
    try:
        return gzip.decompress(file.read_bytes())
    except (EOFError, zlib.error) as error:
        raise OSError(f"{file} is damaged") from error


def write(answers: Mapping[str, Mapping[Answer, Path]], folder: Path) -> dict[str, Any]:
    """Copy the packed files of answers into a folder; return the manifest's entry `raw`."""
    folder.mkdir()
    for files in answers.values():
        for answer, packed in files.items():
            target = folder / answer.file_name
            if not target.exists():
                shutil.copyfile(packed, target)
                sync(target)
    sync(folder)
    return {
        "path": folder.name,
        "answers": {
            source: [{name: value for name, value in asdict(answer).items() if value is not None} for answer in files]
            for source, files in answers.items()
        },
    }


def move(folder: Path, target: Path) -> None:
    """Move a folder of answers to its place in a data directory, in one step where nothing is there yet."""
    if not target.exists():
        folder.replace(target)
        return
    for file in folder.iterdir():
        file.replace(target / file.name)


def answers_of(snapshot: Snapshot, table: str) -> dict[str, list[Answer]]:
    """Return the answers that the figures of a table came from, by source id.

    These are the answers of the table's sources and, except for national figures, those of the classification by which
    the figures were restated (docs/methods.md 13). Empty where the manifest names no answers (data of an earlier
    version, an invented country). Raises KeyError for an unknown table, DataError where the manifest cannot be read.
    `read` gives the content of an answer.
    """
    sources = [source["id"] for source in snapshot.manifest["files"][table]["sources"]]
    named: dict[str, list[Answer]] = {}
    for entry in ENTRIES:
        for source, answers in _entry(snapshot.manifest, entry)[1].items():
            named.setdefault(source, []).extend(answers)
    restated_by = [] if table in NATIONAL else [DIVISION]
    return {source: named[source] for source in dict.fromkeys([*sources, *restated_by]) if source in named}


def folder_of(snapshot: Snapshot) -> Path:
    """Return the folder of the answers of a snapshot's last whole update; it may be missing. Raises DataError as
    `answers_of`."""
    return snapshot.directory / _entry(snapshot.manifest)[0]


def read(folder: Path, answer: Answer) -> bytes:
    """Return the content of an answer. Raises DataError where its file is missing, damaged or holds something else."""
    file = folder / answer.file_name
    try:
        content = unpack(file)
    except FileNotFoundError:
        raise DataError(_unusable(file, answer, "is missing")) from None
    except OSError:
        raise DataError(_unusable(file, answer, "is damaged")) from None
    if sha256(content).hexdigest() != answer.sha256:
        raise DataError(_unusable(file, answer, "is not what the manifest says (sha256)"))
    return content


def problems(snapshot: Snapshot) -> list[str]:
    """Return one sentence for each answer that is not as the manifest says; none where the folder was left out."""
    sentences = []
    for entry in ENTRIES:
        try:
            path, named = _entry(snapshot.manifest, entry)
        except DataError as error:
            return error.problems
        folder = snapshot.directory / path
        by_file: dict[str, Answer] = {}  # equal answers share a file, which is told under the first request
        for answer in (answer for answers in named.values() for answer in answers):
            by_file.setdefault(answer.sha256, answer)
        for answer in by_file.values():
            try:
                if folder.is_dir():
                    read(folder, answer)
            except DataError as error:
                sentences += error.problems
    return sentences


@dataclass(frozen=True)
class Recording:
    """The answers of an earlier update in place of the services; see `open_recording`.

    `years` are those ordered. `answers` has each answer by method, official address and hash of the body; `absent` has
    the optional sources that the services lacked, with the reason; `older` those whose answers were already older than
    the update.
    """

    folder: Path
    interface: str
    retrieved: datetime
    years: tuple[int, ...]
    absent: Mapping[str, str]
    older: Mapping[str, dict[str, str]]
    answers: Mapping[tuple[str, str, str | None], Answer]

    def answer(self, method: str, url: str, body: str | None, source: str) -> Answer:
        """Return the answer to a request for a source.

        Raises NotKeptError where none was kept, NotThereError where the source is one that the services lacked.
        """
        answer = self.answers.get((method, url, body_digest(body)))
        if answer is not None:
            return answer
        if source in self.absent:
            raise NotThereError(self.absent[source])
        raise NotKeptError(
            f"{self.folder} has no answer to {method} {url} as this version requests it: load the data with `update`."
        )


def open_recording(directory: Path) -> Recording:
    """Open the answers of the last whole update that are kept in a data directory.

    Raises DataError where it has none or its manifest cannot be read.
    """
    file = directory / MANIFEST
    try:
        manifest = json.loads(file.read_bytes())
        path, named = _entry(manifest)
        folder = directory / path
        answers = [answer for some in named.values() for answer in some]
        recording = Recording(
            folder,
            manifest["interface"],
            datetime.fromisoformat(manifest.get("raw", {}).get("retrieved", manifest["retrieved"])),
            tuple(manifest.get("raw", {}).get("ordered") or manifest.get("ordered", manifest["years"])),
            manifest["absent"],
            manifest.get("older", {}),
            {(answer.method, answer.url, answer.body_sha256): answer for answer in answers},
        )
    except OSError as error:
        raise DataError(f"{file} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{file} cannot be read ({error!r}): load the data with `update`.") from None
    if not answers or not folder.is_dir():
        raise DataError(f"{directory} holds no raw answers: load the data with `update`.")
    return recording


def _entry(manifest: Mapping[str, Any], name: str = "raw") -> tuple[str, dict[str, list[Answer]]]:
    """Return the folder and, by source id, the answers that an entry of a manifest names. Raises DataError where they
    cannot be read."""
    entry = manifest.get(name, {"path": FOLDER, "answers": {}})
    names = [part.name for part in fields(Answer)]
    try:
        answers = {
            source: [Answer(**{name: one.get(name) for name in names}) for one in some]
            for source, some in entry["answers"].items()
        }
        return str(entry["path"]), answers
    except (KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"The raw answers in {MANIFEST} cannot be read ({error!r}): load the data with `update`."
        ) from None


def _unusable(file: Path, answer: Answer, what: str) -> str:
    """Return the sentence about an answer whose file cannot be used."""
    return f"{file}: the raw answer to {answer.method} {answer.url} {what}; run `update` again."
