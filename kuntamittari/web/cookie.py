"""The cookie that names a user's workspace to the server. It holds a random key and nothing else."""

import re
import secrets

from starlette.types import Scope

NAME = "kuntamittari-desk"
KEY = re.compile(r"[\w-]{43}", re.ASCII)  # 256 random bits


def has_key(scope: Scope) -> bool:
    """Return whether a request carries a workspace key, whatever cookies other sites of the same host have set."""
    return key_of(scope) is not None


def key_of(scope: Scope) -> str | None:
    """Return the workspace key of a request; None where it carries none."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name.lower() == b"cookie").decode("latin-1")
    named = (one.strip().partition("=") for one in cookies.split(";"))
    return next((value for name, _, value in named if name == NAME and KEY.fullmatch(value)), None)


def new_key(scope: Scope) -> str:
    """Return a Set-Cookie value with a new key, which scripts cannot read and which ends with the browser session."""
    secure = "; Secure" if scope.get("scheme") == "https" else ""
    return f"{NAME}={secrets.token_urlsafe(32)}; Path=/; HttpOnly; SameSite=Lax{secure}"
