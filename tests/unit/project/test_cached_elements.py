"""Elements that pages keep under a name: two that share a name would be shown in each other's place."""

import re
from collections import Counter

from kuntamittari import settings


def test_no_two_places_keep_elements_under_one_name() -> None:
    files = [*settings.PAGES.glob("*.py"), *(settings.PACKAGE / "ui").rglob("*.py")]
    names = [
        name
        for file in files
        for name in re.findall(r"cached_elements\(\s*context,\s*\"([\w-]+)\"", file.read_text(encoding="utf-8"))
    ]
    assert len(names) > 8 and [name for name, times in Counter(names).items() if times > 1] == []
