"""The key by which the server finds a reader's desk again: a cookie that says nothing else of her."""

import re
import secrets

from starlette.types import Scope

NAME = "kuntamittari-desk"
KEY = re.compile(r"[\w-]{43}", re.ASCII)  # 256 random bits


def has_key(scope: Scope) -> bool:
    """Whether the browser holds the key of a reader's desk, whatever other sites of the same host have put beside
    it."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name.lower() == b"cookie").decode("latin-1")
    return any(
        name == NAME and KEY.fullmatch(value)
        for name, _, value in (c.strip().partition("=") for c in cookies.split(";"))
    )


def new_key(scope: Scope) -> str:
    """A cookie that names a reader's desk to the server alone, until the browser is closed."""
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{NAME}={secrets.token_urlsafe(32)}; Path=/; HttpOnly; SameSite=Lax{secure}"
