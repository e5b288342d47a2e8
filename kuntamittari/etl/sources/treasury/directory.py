"""The directory service that says which business id a municipality has."""

import re
from collections import Counter
from collections.abc import Iterable

from kuntamittari.errors import MadeUpError, NotKeptError, NotThereError, SourceError, UnreachableError
from kuntamittari.etl.client import Client

HOST = "https://rajapinnat.ymparisto.fi"
MUNICIPALITY = "/api/Hakemistorajapinta/1.0/odata/Kunta({number})"
BUSINESS_ID = re.compile(r"\d{7}-\d")


def business_ids(client: Client, codes: Iterable[str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the business id of each municipality, and of those without one the reason, by code.

    An id that several municipalities have is nobody's. Raises UnreachableError where the service does not answer and
    MadeUpError where its answers are not accepted.
    """
    ids, reasons = dict[str, str](), dict[str, str]()
    asked = sorted(codes)
    for number, code in enumerate(asked):
        client.ahead = len(asked) - number
        try:
            ids[code] = _business_id(client, code)
        except (UnreachableError, MadeUpError):
            raise
        except (NotThereError, NotKeptError):
            reasons[code] = "the directory has no business id"
        except SourceError as error:
            reasons[code] = error.reason
    holders = Counter(ids.values())
    for code, business_id in list(ids.items()):
        if holders[business_id] > 1:
            reasons[code] = f"the directory gives the business id {ids.pop(code)} to several municipalities"
    return ids, reasons


def _business_id(client: Client, code: str) -> str:
    path = MUNICIPALITY.format(number=int(code))
    answer = client.get(HOST, path)
    found = answer.get("YTunnus") if isinstance(answer, dict) else None
    if not isinstance(found, str) or not BUSINESS_ID.fullmatch(found) or str(answer.get("Kunta_Id")) != str(int(code)):
        raise SourceError(f"{HOST}{path}: no business id of this municipality in the answer.")
    return found
