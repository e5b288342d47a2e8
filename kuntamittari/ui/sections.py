"""The pages of the dashboard in the order of the navigation.

Nothing is imported here, since app.py needs the paths before the pages can be loaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """A heading of the navigation with its pages as (file in pages/, path in the address, text key of the title)."""

    title: str
    pages: Sequence[tuple[str, str, str]]


SECTIONS = (
    Section("nav.start", (("overview.py", "", "nav.overview"), ("card.py", "kuntakortti", "nav.card"))),
    Section(
        "nav.compare",
        (
            ("comparison.py", "vertailu", "nav.comparison"),
            ("costs.py", "kustannukset", "nav.costs"),
            ("peers.py", "verrokit", "nav.peers"),
            ("support.py", "tukipalvelut", "nav.support"),
            ("map.py", "kartta", "nav.map"),
        ),
    ),
    Section(
        "nav.measures",
        (
            ("framework.py", "kehikko", "nav.framework"),
            ("productivity.py", "tuottavuus", "nav.productivity"),
            ("effectiveness.py", "vaikuttavuus", "nav.effectiveness"),
            ("worklife.py", "tyoelama", "nav.worklife"),
            ("indicators.py", "indikaattorit", "nav.indicators"),
        ),
    ),
    Section(
        "nav.bank",
        (
            ("knowledge.py", "tietopankki", "nav.knowledge"),
            ("survey.py", "toimenpiteet", "nav.survey"),
            ("organisation.py", "organisointi", "nav.organisation"),
            ("assessment.py", "itsearviointi", "nav.assessment"),
        ),
    ),
    Section("nav.ahead", (("national.py", "valtakunta", "nav.national"), ("outlook.py", "ennakointi", "nav.outlook"))),
    Section(
        "nav.data",
        (
            ("presentation.py", "esitys", "nav.seminar"),
            ("datasets.py", "aineistot", "nav.datasets"),
            ("methods.py", "menetelmat", "nav.methods"),
            ("accessibility.py", "saavutettavuus", "nav.accessibility"),
        ),
    ),
)


def paths() -> list[str]:
    """Return the path of every page, such as `/vertailu`."""
    return [f"/{path}" for section in SECTIONS for _, path, _ in section.pages]
