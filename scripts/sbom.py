"""Write docs/sbom.cdx.json, the list of all packages with their licences (CycloneDX 1.6), from the locks.

    .venv/bin/python -m scripts.sbom

Licences are what each installed package says of itself. `python3 tasks.py lock` writes locks and list; a test fails
while they differ.
"""

import sys
from collections.abc import Iterator
from importlib.metadata import metadata
from uuid import NAMESPACE_URL, UUID, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentScope, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from kuntamittari import __version__, settings
from scripts import lock

FILE = settings.ROOT / "docs" / "sbom.cdx.json"
RUNTIME, TESTS = "requirements", ("requirements-build", "requirements-dev")
SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD": "BSD-3-Clause",
    "BSD 2-Clause License": "BSD-2-Clause",
    "BSD License": "BSD-3-Clause",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PSFL": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "W3C-20150513": "W3C-20150513",
}
# Those whose metadata say nothing, or only that there are two: read in their files.
READ = {
    "axe-playwright-python": "MIT AND MPL-2.0",  # MPL: the script that it injects
    "mlcroissant": "Apache-2.0",
    "python-dateutil": "Apache-2.0 AND BSD-3-Clause",
}
# Libraries within wheels under another licence than their package, which does not bind those who use it.
WITHIN = {
    "numpy": "libgfortran: GPL-3.0-or-later WITH GCC-exception-3.1; libquadmath: LGPL-2.1-or-later",
    "scipy": "libgfortran: GPL-3.0-or-later WITH GCC-exception-3.1; libquadmath: LGPL-2.1-or-later",
    "pyogrio": "GEOS in libgdal: LGPL-2.1-only",
    "shapely": "GEOS: LGPL-2.1-only",
}


def licence(name: str) -> str:
    """Return the licence of an installed package as an SPDX expression.

    Raises:
        LookupError: It says nothing that is known here: read its licence and name it in `READ`.
    """
    if name in READ:
        return READ[name]
    about = metadata(name).json
    if expression := about.get("license_expression"):
        return str(expression)
    short = str(about.get("license") or "")
    if short and "\n" not in short and len(short) < 40:  # longer ones are the whole text
        return SPDX.get(short, short)
    said = [words.rpartition(" :: ")[2] for words in about.get("classifier", []) if words.startswith("License ::")]
    if not said or not all(words in SPDX for words in said):
        raise LookupError(f"{name}: {short[:40]!r} {said}")
    return " OR ".join(sorted({SPDX[words] for words in said}))


def packages(name: str) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each package of a lock: name, version and who needs it."""
    for part in lock.parts((settings.ROOT / f"{name}.lock").read_text("utf-8")):
        if found := lock.PACKAGE.match(part):
            via = part.rpartition("    # via ")[2].strip().split(", ") if "    # via " in part else []
            yield found["name"], found["version"], via


def bom() -> Bom:
    """Return the list: packages that the dashboard runs with, and those of its tests, which are not part of it."""
    made, root = Bom(), Component(name="kuntamittari", version=__version__, type=ComponentType.APPLICATION)
    root.bom_ref.value = "kuntamittari"
    root.licenses.add(LicenseFactory().make_from_string("MIT AND CC-BY-4.0"))
    made.metadata.component, made.metadata.timestamp = root, None  # type: ignore[assignment]
    components: dict[str, Component] = {}
    for file in (RUNTIME, *TESTS):
        for name, version, _ in packages(file):
            scope = ComponentScope.REQUIRED if file == RUNTIME else ComponentScope.EXCLUDED
            components.setdefault(name, component(name, version, scope))
    made.components.update(components.values())
    needed: dict[str, set[Component]] = {}
    for name, _, via in packages(RUNTIME):
        for other in via:
            needed.setdefault(other, set()).add(components[name])
    for name, _, _ in packages(RUNTIME):
        made.register_dependency(components[name], needed.get(name, ()))
    made.register_dependency(root, [components[name] for name, _, _ in packages(RUNTIME)])
    made.serial_number = serial(components)
    return made


def component(name: str, version: str, scope: ComponentScope) -> Component:
    """Return one package."""
    purl = PackageURL("pypi", name=name, version=version)
    made = Component(name=name, version=version, purl=purl, bom_ref=str(purl), scope=scope)
    made.licenses.add(LicenseFactory().make_from_string(licence(name)))
    if name in WITHIN:
        made.properties.add(Property(name="kuntamittari:within", value=WITHIN[name]))
    return made


def serial(components: dict[str, Component]) -> UUID:
    """Return a number that changes with the packages alone, so that the same lock gives the same file."""
    return uuid5(NAMESPACE_URL, " ".join(sorted(str(one.purl) for one in components.values())))


def document() -> str:
    """Return the list as JSON."""
    return JsonV1Dot6(bom()).output_as_string(indent=1) + "\n"


def main() -> int:
    """Write the file and return 0."""
    FILE.write_text(document(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
