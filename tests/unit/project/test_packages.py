"""What is installed: every package is in a lock by version and hash, and in the list of packages with its licence."""

import json
import re
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

import tasks
from kuntamittari import settings
from scripts import lock, sbom

ROOT = settings.ROOT
BINDING = re.compile(r"\b[AL]?GPL\b|\b[AL]?GPL-|GNU (?:Affero |Lesser |Library )?General Public", re.IGNORECASE)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(name: str) -> dict[str, str]:
    """The versions that a requirements file pins itself."""
    found = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==([\w.]+)", (ROOT / f"{name}.txt").read_text("utf-8"), re.MULTILINE)
    return {normal(package): version for package, version in found}


def locked(name: str) -> dict[str, str]:
    """The versions of a lock, without those that it includes."""
    return {normal(package): version for package, version, _ in sbom.packages(name)}


@pytest.fixture(scope="module")
def listed() -> dict[str, Any]:
    return json.loads(sbom.FILE.read_text("utf-8"))


@pytest.mark.parametrize("name", lock.NAMES)
def test_a_lock_has_what_its_file_pins_and_all_that_these_need(name: str) -> None:
    there = {package: version for other in below(name) for package, version in locked(other).items()}
    pinned = {package: version for other in below(name) for package, version in pins(other).items()}
    missing = {package for package, version in pinned.items() if there.get(package) != version}
    assert not missing, "run `python3 tasks.py lock`"
    assert set(there) - set(pinned) <= {"pip"}, (
        "a package that is not pinned: pin it, so that the wheel requires it too"
    )


def below(name: str) -> list[str]:
    """A requirements file and those that it includes."""
    return [name, *(found for other in lock.based_on(name) for found in below(other))]


def test_every_package_of_a_lock_has_hashes_and_no_file_names_a_registry() -> None:
    for file in sorted(ROOT.glob("requirements*.lock")):
        content = file.read_text("utf-8")
        packages = lock.parts(content)
        assert len(packages) > 2 and "://" not in content and "index-url" not in content
        assert [part for part in packages if not re.search(r"--hash=sha256:[0-9a-f]{64}\b", part)] == []


def test_there_is_a_lock_for_each_requirements_file() -> None:
    assert {file.stem for file in ROOT.glob("requirements*.lock")} == set(lock.NAMES)
    assert {file.stem for file in ROOT.glob("requirements*.txt")} == set(lock.NAMES)


def test_the_tasks_and_the_image_install_by_hash_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(tasks, "VENV", tmp_path)
    monkeypatch.setattr(tasks, "PYTHON", tmp_path / "bin" / "python")
    monkeypatch.setattr(tasks.subprocess, "run", lambda command, **_: ran.append(command) or _Done())
    tasks.prepare("requirements-dev.txt")
    assert {"--require-hashes", "--only-binary=:all:", str(ROOT / "requirements-dev.lock")} <= set(ran[-1])
    steps = (ROOT / "Containerfile").read_text("utf-8").replace("\\\n", " ")
    installs = re.findall(r"pip install ([^&\n]+)", steps)
    assert len(installs) == 3 and "pip wheel --no-cache-dir --no-build-isolation" in steps
    assert all("--require-hashes" in words or "--no-index --no-deps" in words for words in installs)


class _Done:
    returncode = 0


def test_another_lock_is_installed_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("requirements.lock", "requirements-build.lock", "requirements-dev.lock"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    ran: list[list[str]] = []
    monkeypatch.setattr(tasks, "ROOT", tmp_path)
    monkeypatch.setattr(tasks, "VENV", tmp_path)
    monkeypatch.setattr(tasks, "PYTHON", Path(__file__))
    monkeypatch.setattr(tasks.subprocess, "run", lambda command, **_: ran.append(command) or _Done())
    tasks.prepare("requirements-dev.txt")
    tasks.prepare("requirements-dev.txt")
    assert len(ran) == 1
    (tmp_path / "requirements.lock").write_text("# another\n", "utf-8")
    tasks.prepare("requirements-dev.txt")
    assert len(ran) == 2, "the lock that another includes counts too"


def test_the_list_of_packages_is_that_of_the_locks(listed: dict[str, Any]) -> None:
    there = {normal(part["name"]): (part["version"], part["scope"]) for part in listed["components"]}
    runtime = {name: (version, "required") for name, version in locked(sbom.RUNTIME).items()}
    tests = {name: (version, "excluded") for file in sbom.TESTS for name, version in locked(file).items()}
    assert there == tests | runtime, "run `python3 tasks.py lock`"
    assert sbom.document() == sbom.FILE.read_text("utf-8"), "run `python3 tasks.py lock`"


def test_the_list_keeps_to_its_standard() -> None:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(sbom.FILE.read_text("utf-8")) is None


def test_no_package_has_a_licence_that_binds_those_who_use_it(listed: dict[str, Any]) -> None:
    said = {part["name"]: json.dumps(part["licenses"]) for part in listed["components"]}
    assert len(said) > 140 and all("id" in words or "expression" in words for words in said.values())
    assert {name: words for name, words in said.items() if BINDING.search(words)} == {}


def test_libraries_within_wheels_under_other_licences_are_judged_and_named() -> None:
    """Licence files that carry the text of a GNU licence, or name one as that of a library."""
    title = re.compile(r"GNU (?:AFFERO |LESSER |LIBRARY )?GENERAL PUBLIC LICENSE *\n\s*Version|License: +[AL]?GPL")
    found = set()
    for name, _, _ in sbom.packages(sbom.RUNTIME):
        told = distribution(name)
        for path in (Path(str(told.locate_file(file))) for file in told.files or ()):
            licence = re.search("licen[cs]e|copying", path.name, re.IGNORECASE) and path.suffix in ("", ".txt", ".md")
            if licence and path.is_file() and title.search(path.read_text("utf-8", "replace")):
                found.add(name)
    assert {"shapely"} <= found <= set(sbom.WITHIN), "judge the library and name it in scripts/sbom.py and SECURITY.md"
    told_of = (ROOT / "SECURITY.md").read_text("utf-8")
    assert [name for name in sbom.WITHIN if name not in told_of] == []
