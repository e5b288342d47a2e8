"""The browser's part of the dashboard, as it lies in Streamlit's package: kept in memory, and named to the browser
before it asks.

A first visit is some 140 small files. From disk each costs a switch of threads several times over, more than the page
itself; and the browser would learn of most of them only while it draws.
"""

import re
from collections.abc import Iterable
from functools import cached_property
from mimetypes import guess_type
from pathlib import Path

from starlette.responses import Response

IMPORTED = re.compile(r'(?:from|import)"\./([^"]+\.js)"')
KEPT_FOR = 31_536_000  # seconds; the name of a file changes with what is in it


class Assets:
    """The files below static/ of a build whose names hold the hash of what is in them."""

    def __init__(self, build: Path):
        self.build = build
        self.kept: dict[str, Response] = {}

    @cached_property
    def names(self) -> frozenset[str]:
        """Every file's path in an address. What is not among them is never looked for on the disk."""
        return frozenset(
            f"/{path.relative_to(self.build).as_posix()}"
            for path in (self.build / "static").rglob("*")
            if path.is_file()
        )

    def get(self, path: str) -> Response | None:
        """The answer to a request for a file, None where it is not one of these."""
        if path not in self.kept and path in self.names:
            body = (self.build / path[1:]).read_bytes()
            kind = guess_type(path)[0] or "application/octet-stream"
            self.kept[path] = Response(
                body, headers={"Cache-Control": f"public, immutable, max-age={KEPT_FOR}"}, media_type=kind
            )
        return self.kept.get(path)

    def modules(self, parts: Iterable[str]) -> list[str]:
        """The addresses of modules, relative to the document; `parts` are their names without the hash. Raises
        LookupError where the build has no such part."""
        found = {
            path.rpartition("/")[2].partition(".")[0]: f".{path}" for path in sorted(self.names) if path.endswith(".js")
        }
        if missing := [part for part in parts if part not in found]:
            raise LookupError(f"{self.build}: no module {', '.join(missing)}")
        return [found[part] for part in parts]

    def needed(self, modules: Iterable[str]) -> list[str]:
        """The addresses of modules and of all they import, but for those that the build's own document names."""
        named = (self.build / "index.html").read_text(encoding="utf-8")
        found, waiting = dict[str, None](), list(modules)
        while waiting:
            module = waiting.pop()
            if module not in found and module not in named:
                found[module] = None
                imported = IMPORTED.findall((self.build / module).read_text(encoding="utf-8"))
                waiting += [f"{module.rpartition('/')[0]}/{name}" for name in imported]
        return list(found)
