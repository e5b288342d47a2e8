"""The comparison group that an id, a name or an everyday word means."""

import difflib
from collections.abc import Mapping

from kuntamittari import settings
from kuntamittari.errors import InputError
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator, plain
from kuntamittari.query import figures
from kuntamittari.query.database import Database, cached_per_snapshot
from kuntamittari.query.figures import NEIGHBOURS, OF_ONE, SAME_NEED, SIMILAR

WORDS = {  # beside the names of the pages, as `i18n.plain` writes them
    "all": "kaikki, kaikki kunnat, koko maa, suomi, alla, alla kommuner, hela landet, finland, all municipalities, "
    "whole country, the whole country, country",
    "largest-20": "20 suurinta, 20 suurinta kuntaa, suurimmat, suurimmat kaupungit, de 20 storsta, "
    "20 storsta, storsta, de storsta staderna, 20 largest, the 20 largest, largest, largest cities, biggest cities, "
    "largest municipalities",
    NEIGHBOURS: "naapurit, naapurikunnat, naapuri, grannar, grannkommuner, neighbors, neighbouring municipalities",
    SIMILAR: "verrokit, verrokkikunnat, samankaltaiset, samankaltaiset kunnat, jamforelsekommuner, liknande, "
    "liknande kommuner, peers, peer group, similar municipalities",
    SAME_NEED: "sama tarve, saman tarpeen verrokit, samma behov, same need",
}
MOST_NEAR = 3


def meant(data: Database, asked: str | None) -> str | None:
    """Return the id of the group that is meant; None where none is asked for. Raises InputError with near ones."""
    if asked is None or not (word := " ".join(plain(asked).split())):
        return None
    known = _names(data)
    if word in known:
        return known[word]
    near = [known[one] for one in difflib.get_close_matches(word, sorted(known), n=MOST_NEAR)]
    near += [identity for name, identity in known.items() if word in name]
    listed = list(dict.fromkeys(near))[:MOST_NEAR] or ["largest-20", "all", SIMILAR, NEIGHBOURS]
    raise InputError("group", "unknown_group", f"There is no group {figures.shortened(asked)!r}.", listed)


@cached_per_snapshot(1, of_area=False)
def _names(data: Database) -> Mapping[str, str]:
    """Return id, name or word, as `i18n.plain` writes it → id."""
    register, found = figures.register(data), dict[str, str]()
    for identity, words in WORDS.items():
        found |= dict.fromkeys(words.split(", "), identity)
    for t in map(Translator, settings.LANGUAGES):
        for identity in figures.groups(data):
            name = plain(text.group(t, identity, register))
            found |= {name: identity, name.rpartition(": ")[2]: identity}
    return found | {identity: identity for identity in (*figures.groups(data), *OF_ONE)}
