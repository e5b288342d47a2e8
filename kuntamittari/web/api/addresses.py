"""The addresses of the service as its clients see them, also behind a proxy that removes a path prefix."""

import re

from starlette.datastructures import URL, Headers
from starlette.types import Scope

PREFIX = "X-Forwarded-Prefix"  # the header in which a proxy names the path prefix that it removed (deploy/README.md)
_PATH = re.compile(r"(/\w[\w.~-]*){1,8}", re.ASCII)


def prefix(scope: Scope) -> str:
    """Return the path prefix under which clients reach the service, without a slash at its end; empty without one.

    Anybody may send the header, so it is no more than a path on this host.
    """
    given = Headers(scope=scope).get(PREFIX, "").rstrip("/")
    return scope.get("app_root_path") or (given if _PATH.fullmatch(given) else "")


def mounted(scope: Scope) -> str:
    """Return the path under which the application mounts the API: /api, or nothing where it stands alone."""
    return scope.get("root_path", "").removeprefix(scope.get("app_root_path", ""))


def of_service(scope: Scope) -> str:
    """Return the absolute address of the service, without a slash at its end."""
    return str(URL(scope=scope).replace(path=prefix(scope), query="", fragment="")).rstrip("/")


def of_api(scope: Scope) -> str:
    """Return the absolute address of /api, without a slash at its end."""
    path = prefix(scope) + mounted(scope)
    return str(URL(scope=scope).replace(path=path, query="", fragment="")).rstrip("/")


def of_version(scope: Scope) -> str:
    """Return the absolute address of /api/v1."""
    return f"{of_api(scope)}/v1"
