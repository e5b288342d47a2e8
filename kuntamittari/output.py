"""Files that a user asks for by a path: whatever stands there is written to and never replaced by something else."""

import contextlib
import errno
import os
import re
import stat
import sys
from pathlib import Path

from kuntamittari.errors import FileError

STANDARD_OUTPUT = Path("-")
# paths that name a file which this process has open: opened again they would be emptied, or could not be opened at all
_OPEN = re.compile(r"/(?:dev|proc/self)/(?:fd/(\d+)|(stdin|stdout|stderr))")
_STREAMS = ("stdin", "stdout", "stderr")


def is_standard_output(out: Path) -> bool:
    """Return whether a path stands for standard output, so that nothing else may be printed there."""
    return out == STANDARD_OUTPUT or _descriptor(out) == 1


def write(out: Path, content: bytes) -> None:
    """Write a file whole or not at all: beside its place, then renamed. It keeps its mode and owner.

    A device, a pipe and what this process has open are written through, of a symbolic link the file that it leads to.
    `-` is standard output. Raises FileError.
    """
    try:
        if out == STANDARD_OUTPUT:
            _to_standard_output(content)
        elif (descriptor := _descriptor(out)) is not None:
            with os.fdopen(os.dup(descriptor), "wb") as file:
                file.write(content)
        elif (there := _status(out)) and not stat.S_ISREG(there.st_mode):
            with out.open("wb") as file:
                file.write(content)
        else:
            _replace(Path(os.path.realpath(out)), content, there)
    except OSError as error:
        name = "Standard output" if out == STANDARD_OUTPUT else out
        raise FileError(f"{name} cannot be written: {error.strerror}.") from None


def _descriptor(out: Path) -> int | None:
    """The number of the open file that a path or its link names, None for any other path."""
    named = _OPEN.fullmatch(str(out)) or (_OPEN.fullmatch(str(out.readlink())) if out.is_symlink() else None)
    return None if named is None else int(named[1]) if named[1] else _STREAMS.index(named[2])


def _to_standard_output(content: bytes) -> None:
    """Write to standard output. Raises OSError."""
    if sys.stdout is None:  # closed by the shell that started this process
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    try:
        sys.stdout.buffer.write(content)
        sys.stdout.flush()
    except OSError:
        # what is left in the buffer would be written once more at the end of the process, with a second message
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def _status(out: Path) -> os.stat_result | None:
    """What stands at a path, or where its link leads; None for nothing. Raises OSError."""
    try:
        return out.stat()
    except FileNotFoundError:
        return None


def _replace(file: Path, content: bytes, before: os.stat_result | None) -> None:
    """Put a file in the place of a regular one, whose status is given, or of none. Raises OSError."""
    unfinished = file.with_name(f".{file.name}.part")
    try:
        unfinished.write_bytes(content)
        if before:
            with contextlib.suppress(OSError):  # only root can give a file to another user
                os.chown(unfinished, before.st_uid, before.st_gid)
            unfinished.chmod(stat.S_IMODE(before.st_mode))
        unfinished.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise
