"""The pages of the dashboard by place, in the order of the navigation.

Nothing is imported here, since app.py needs the paths before the pages can be loaded.
"""

from collections.abc import Sequence
from dataclasses import dataclass

Pages = Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Section:
    """A place of the navigation with its pages as (file in pages/, path in the address, text key of the title).

    A place leads to its first page. `folded`: its pages are listed when it is opened.
    """

    title: str
    pages: Pages
    folded: bool = False


SECTIONS = (
    Section("nav.own", (("overview.py", "", "nav.overview"), ("card.py", "kuntakortti", "nav.card"))),
    Section(
        "nav.compare",
        (
            ("comparison.py", "vertailu", "nav.comparison"),
            ("map.py", "kartta", "nav.map"),
            ("peers.py", "verrokit", "nav.peers"),
        ),
    ),
    Section(
        "nav.why",
        (
            ("costs.py", "kustannukset", "nav.costs"),
            ("productivity.py", "tuottavuus", "nav.productivity"),
            ("effectiveness.py", "vaikuttavuus", "nav.effectiveness"),
            ("support.py", "tukipalvelut", "nav.support"),
            ("outlook.py", "ennakointi", "nav.outlook"),
        ),
    ),
    Section("nav.present", (("presentation.py", "esitys", "nav.seminar"),)),
    Section(
        "nav.more",
        (
            ("framework.py", "kehikko", "nav.framework"),
            ("worklife.py", "tyoelama", "nav.worklife"),
            ("national.py", "valtakunta", "nav.national"),
            ("knowledge.py", "tietopankki", "nav.knowledge"),
            ("survey.py", "toimenpiteet", "nav.survey"),
            ("organisation.py", "organisointi", "nav.organisation"),
            ("assessment.py", "itsearviointi", "nav.assessment"),
            ("indicators.py", "indikaattorit", "nav.indicators"),
            ("datasets.py", "aineistot", "nav.datasets"),
            ("use.py", "kayta", "nav.use"),
            ("methods.py", "menetelmat", "nav.methods"),
            ("accessibility.py", "saavutettavuus", "nav.accessibility"),
        ),
        folded=True,
    ),
)


def paths() -> list[str]:
    """Return the path of every page, such as `/vertailu`."""
    return [f"/{path}" for section in SECTIONS for _, path, _ in section.pages]


def places() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the places as documents have them: the text key of the title, the pages as (path, key of the title)."""
    return [(section.title, [(path, title) for _, path, title in section.pages]) for section in SECTIONS]
