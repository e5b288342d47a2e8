"""The scripts of the document (kuntamittari/web/*.js): fit to stand in HTML, and allowed by the document's policy."""

import re
from base64 import b64encode
from hashlib import sha256

from starlette.testclient import TestClient

import app
from kuntamittari.web import edge

SCRIPT = b"".join(edge.SCRIPTS)


def test_the_script_can_stand_in_a_document() -> None:
    """The linter of the checks (tasks.py) reads the files themselves; this is what it cannot know."""
    assert b"</" not in SCRIPT and b"<!--" not in SCRIPT and b"<script" not in SCRIPT.lower()
    assert SCRIPT.count(b"MODULES") == 1, "the addresses of modules stand in the place of this name"


def test_the_document_holds_the_script_with_its_modules_and_allows_it_by_its_hash() -> None:
    answer = TestClient(app.app).get("/vertailu", headers={"Accept": "text/html"})
    before, after = SCRIPT.split(b"MODULES")
    [script] = [one for one in edge.SCRIPT.findall(answer.content) if one.startswith(before) and one.endswith(after)]
    modules = re.findall(rb'"(\./static/js/[^"]+\.js)"', script.removeprefix(before).removesuffix(after))
    assert len(modules) == len(edge.PARTS)
    assert f"'sha256-{b64encode(sha256(script).digest()).decode()}'" in answer.headers["content-security-policy"]
