"""What happens to an address on its way: mail, chat and search add parameters, text around a link joins its end.

Nothing that takes time to import is imported here, since kuntamittari/web/edge.py needs it before pages can be loaded.
"""

import re
from collections.abc import Collection, Iterable

from kuntamittari.catalog.areas import municipality_code

# Parameters that services add to a link to see who follows it, or against caches. `sivu` was added by earlier versions
# of this service to the address of an unknown page.
_ADDED = re.compile(
    r"(utm|pk|piwik|mtm|matomo|hsa|at|oly|vero|trk|ml)_\w+|(fb|g|d|y|tw|tt|ir|ob_)clid|msclkid|gclsrc|[gw]braid"
    r"|gad_(source|campaignid)|srsltid|li_fat_id|igsh(id)?|mc_[ce]id|_ga|_gl|_gac|__?hs\w+|hsctatracking|mkt_tok"
    r"|_openstat|ref|ref_(src|url)|referr?er|s_cid|s_kwcid|cmpid|wickedid|_ke|_branch_match_id|sivu|_",
    re.ASCII | re.IGNORECASE,
)
ENDS = ".,;:!?)]}>\"'*… "  # what the sentence around a link puts after it


def is_added(name: str) -> bool:
    """Return whether a parameter was added to an address on its way, so that it chooses nothing."""
    return bool(_ADDED.fullmatch(name))


def cleaned(query: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return the parameters of an address without those that were added on its way.

    A link that was escaped once too often, `?kunta=837&amp;vuosi=2018`, is read as it was meant.
    """
    named = ((re.sub(r"^(amp;)+", "", name), value) for name, value in query)
    return [(name, value) for name, value in named if not is_added(name)]


def trimmed(value: str) -> str:
    """Return a value of an address without what the sentence around the link put after it."""
    return value.strip().rstrip(ENDS)


def meant(value: str, options: Collection[str]) -> str | None:
    """Return the option that a value of an address means, None where it means none.

    `2018.` and `2018.0` mean 2018, and 91 means the municipality 091.
    """
    bare = trimmed(value)
    whole_number = re.sub(r"(?<=\d)[.,]0+$", "", bare)
    readings = (value, bare, whole_number, municipality_code(bare))
    return next((reading for reading in readings if reading in options), None)
