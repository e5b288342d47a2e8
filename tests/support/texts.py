"""The texts that the code asks for."""

import ast
import re
from collections.abc import Iterator

from kuntamittari import settings

SPEAKING = [
    settings.PACKAGE / "dashboard.py",
    settings.PACKAGE / "i18n" / "__init__.py",
]
SPEAKING += [file for part in ("exhibits", "ui") for file in sorted((settings.PACKAGE / part).rglob("*.py"))]
SPEAKING += sorted(settings.PAGES.glob("*.py"))


def asked() -> Iterator[tuple[str, ast.Call, ast.expr]]:
    """Every call t("key", …), self("key", …) or …​.t("key", …) in the code that speaks: where, the call, and each key
    it may ask for."""
    for file in SPEAKING:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and node.args
                and re.fullmatch(r"t|self|\w+\.t|Translator\(.*\)", ast.unparse(node.func))
            ):
                key = node.args[0]
                for choice in (key.body, key.orelse) if isinstance(key, ast.IfExp) else (key,):
                    yield f"{file.name}:{node.lineno}", node, choice
