"""Addresses of the pages that show what an answer holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request, Response

from kuntamittari.catalog.areas import MAINLAND, OWN_AREA, OwnArea
from kuntamittari.exhibits.query_state import MOST_COMPARED
from kuntamittari.web.api import addresses

VARY = {"Vary": addresses.PREFIX}  # addresses in an answer depend on the path prefix


@dataclass(frozen=True)
class Pages:
    """The pages of the service at `root`, its absolute address; in a `language`, or in the default one."""

    root: str
    language: str | None = None

    def link(self, path: str, **choices: Any) -> str:
        """Return the address of a page; `choices`: parameters of the address, those that are empty left out."""
        asked = {"kieli": self.language} | choices
        query = urlencode({name: value for name, value in asked.items() if value not in (None, "", "0")}, safe=":,")
        return f"{self.root}/{path}" + (f"?{query}" if query else "")


def of_request(request: Request, response: Response) -> Pages:
    """Return the pages as the client of a request reaches them; a dependency of FastAPI."""
    response.headers.update(VARY)
    return Pages(addresses.of_service(request.scope))


Site = Annotated[Pages, Depends(of_request)]


def chosen(areas: Sequence[str] | None, area: OwnArea | None) -> dict[str, str]:
    """Return the parameters of an address that choose areas: the first municipality and those compared with it, or an
    area of one's own and all of them."""
    codes = [code for code in areas or () if code not in (MAINLAND, OWN_AREA)]
    if area:
        return {"alue": area.text, "kunnat": ",".join(codes[:MOST_COMPARED])}
    return {"kunta": "".join(codes[:1]), "kunnat": ",".join(codes[1 : MOST_COMPARED + 1])}
