"""The files of Streamlit's browser part: answered from memory, and named to the browser before it needs them.

A first visit loads some 140 small files. Read from disk, each takes several switches of threads, together more
processor time than the page itself; and the browser would learn of most of them only while it draws.
"""

import logging
import re
from collections.abc import Iterable
from functools import cached_property
from mimetypes import guess_type
from pathlib import Path

from starlette.responses import Response

IMPORTED = re.compile(r'(?:from|import)"\./([^"]+\.js)"')
KEPT_FOR = 31_536_000  # seconds; the name of a file changes with its content

log = logging.getLogger(__name__)


class Assets:
    """The files in static/ of a build directory, whose names hold a hash of their content."""

    def __init__(self, build: Path):
        self.build = build
        self.kept: dict[str, Response] = {}

    @cached_property
    def names(self) -> frozenset[str]:
        """The path of every file, as in an address. Other paths are never looked up on the disk."""
        return frozenset(
            f"/{path.relative_to(self.build).as_posix()}"
            for path in (self.build / "static").rglob("*")
            if path.is_file()
        )

    @cached_property
    def at_the_top(self) -> frozenset[str]:
        """The paths of the files beside static/, such as /favicon.png."""
        return frozenset(f"/{path.name}" for path in self.build.iterdir() if path.is_file())

    def get(self, path: str) -> Response | None:
        """Return the answer to a request for a file, None if it is not one of these."""
        if path not in self.kept and path in self.names:
            body = (self.build / path[1:]).read_bytes()
            kind = guess_type(path)[0] or "application/octet-stream"
            self.kept[path] = Response(
                body, headers={"Cache-Control": f"public, immutable, max-age={KEPT_FOR}"}, media_type=kind
            )
        return self.kept.get(path)

    def modules(self, parts: Iterable[str]) -> list[str]:
        """Return the addresses of modules, relative to the document. `parts` are their names without the hash. A part
        that the build does not have is left out with a warning: the browser then loads what it needs when it draws."""
        by_part = {
            path.rpartition("/")[2].partition(".")[0]: f".{path}" for path in sorted(self.names) if path.endswith(".js")
        }
        found = []
        for part in parts:
            if part in by_part:
                found.append(by_part[part])
            else:
                log.warning("Streamlit has no module %s: it is not preloaded (kuntamittari/web/edge.py, PARTS).", part)
        return found

    def needed(self, modules: Iterable[str]) -> list[str]:
        """Return the addresses of modules and of all that they import, without those that the build's own document
        names. A file that is imported and does not exist is left out with a warning."""
        named = (self.build / "index.html").read_text(encoding="utf-8")
        found, waiting = dict[str, None](), list(modules)
        while waiting:
            module = waiting.pop()
            if module in found or module in named:
                continue
            if module.removeprefix(".") not in self.names:
                log.warning("Streamlit has no file %s: it is not preloaded.", module)
                continue
            found[module] = None
            imported = IMPORTED.findall((self.build / module).read_text(encoding="utf-8"))
            waiting += [f"{module.rpartition('/')[0]}/{name}" for name in imported]
        return list(found)
