"""Whether a claim about a figure is true, as the API answers it."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.errors import InputError
from kuntamittari.exhibits.verify import claim as claims
from kuntamittari.exhibits.verify import verdict
from kuntamittari.exhibits.verify.claim import Claim, Number
from kuntamittari.exhibits.verify.verdict import Checked
from kuntamittari.i18n import Translator
from kuntamittari.query import database, figures
from kuntamittari.query.database import Database
from kuntamittari.query.figures import LISTED, OF_ONE, Group, shortened
from kuntamittari.query.history.revisions import Former
from kuntamittari.web.api import routes
from kuntamittari.web.api.pages import Site

router = APIRouter(dependencies=[Depends(routes.only_known_parameters)])

FIGURE = ("value", "numerator", "denominator", "status", "reason", "rank", "rank_low", "rank_high", "ranked")


@router.get("/verify", summary="Whether a claim about a figure is true")
def verify(
    site: Site,
    text: Annotated[
        str | None,
        Query(description="A sentence, a figure or a link, in any of the languages", examples=["Tampere 8 529 € 2018"]),
    ] = None,
    municipality: Annotated[
        str | None, Query(description="Municipality code of three digits, or MA1", examples=["837"])
    ] = None,
    indicator: Annotated[str | None, Query(description="Indicator id")] = None,
    year: Annotated[str | None, Query(description="One year; without it, the newest", examples=["2018"])] = None,
    value: Annotated[str | None, Query(description="The claimed figure, as it is written", examples=["8 529"])] = None,
    rank: Annotated[int | None, Query(ge=1, description="The claimed place in the group")] = None,
    group: Annotated[str | None, Query(description="Group id of the place; without it, largest-20")] = None,
    lang: Annotated[Literal["fi", "sv", "en"], Query(description="The language of the answer")] = "en",
) -> dict[str, Any]:
    """`verdict`: true (the figure as it is shown), rounded (true when rounded), outdated (so in an earlier year or data
    set, which `was` tells), different, no_figure, or not_understood with the `problem` and what may have been meant in
    `near`. `figure` is the one that the claim is about, beside its group; `assumed`: what the claim did not say (year,
    indicator); `not_read`: words that were not understood. A parameter is taken before the text, which is read by rules
    over names, units and numbers, and sent nowhere. A claim about a change, a limit or a plan is not understood."""
    data = database.current()
    claim = claims.read(data, text, lang) if text is not None else Claim()
    if municipality is not None:
        [place] = routes.codes(data, "municipality", municipality, most=1)
        claim = replace(claim, municipality=place)
    if indicator is not None:
        claim = replace(claim, indicators=(routes.known_indicator(data, "indicator", indicator).id,))
    if year is not None:
        if not re.fullmatch(r"(19|20)\d\d", year.strip()):
            raise InputError("year", "invalid_year", f"{shortened(year)!r} is no year.")
        claim = replace(claim, year=int(year))
    if value is not None:
        claim = replace(claim, number=number(value))
    claim = replace(claim, rank=rank if rank is not None else claim.rank)
    checked, shown = check(data, claim, group, lang)
    row = answer(data, site.link, lang, checked, shown)
    return {"meta": routes.meta(data, row["link"], checked.indicator), "values": [row]}


def number(text: str) -> Number:
    """Return a claimed figure. Raises InputError for what is no number."""
    readings = claims.readings(" ".join(text.split()))
    if not readings:
        raise InputError("value", "invalid_value", f"{shortened(text)!r} is no number.")
    return Number(readings, written=text)


def check(data: Database, claim: Claim, group: str | None, lang: str) -> tuple[Checked, str | None]:
    """Return a claim beside the figures, and the id of the group that was asked for. Raises InputError for an unknown
    group."""
    if group is None:
        return verdict.check(data, claim, lang), claim.group
    asked = routes.asked_group(data, group, None, "0") if group != LISTED else None
    if asked is None:
        raise InputError("group", "invalid_group", "The group own is not verified: name a group by its id.")
    if asked.id not in OF_ONE:
        return verdict.check(data, replace(claim, group=asked.id), lang), group

    def group_of(indicator: Indicator, at: int) -> Group:
        return routes.group_of_one(data, asked, indicator, claim.municipality, at)

    return verdict.check(data, claim, lang, group_of if claim.municipality else None), group


def answer(data: Database, link: Any, lang: str, checked: Checked, group: str | None) -> dict[str, Any]:
    """Return a verdict as JSON; `link`: page and parameters → address; `group`: as it was asked for."""
    claim, row, t = checked.claim, checked.row, Translator(lang)
    shown = {"kunta": claim.municipality, "vuosi": checked.year if row else None}
    shown["mittari"] = checked.indicator.id if checked.indicator else None
    shown["ryhma"] = group or (checked.group.id if checked.group else None)
    register = figures.register(data)
    figure = (
        None
        if checked.indicator is None
        else {
            "indicator": checked.indicator.id,
            "name": checked.indicator.name[lang],
            "municipality": claim.municipality,
            "municipality_name": register[claim.municipality or ""][f"name_{lang}"],
            "year": checked.year,
            **({name: row[name] for name in FIGURE} if row else {"value": None, "reason": "no_year"}),
            "unit": checked.indicator.unit[lang],
            "group": checked.group.id if checked.group else None,
            "n": checked.comparison.n if checked.comparison else None,
            "median": checked.comparison.median if checked.comparison else None,
        }
    )
    return {
        "verdict": checked.verdict,
        "figure": figure,
        "link": link("vertailu", **{"kieli": lang} | shown),
        "text": " ".join(verdict.sentences(data, t, checked)),
        "was": was(checked),
        "problem": checked.problem if checked.verdict in ("not_understood", "no_figure") else None,
        "near": list(checked.near),
        "assumed": list(checked.assumed),
        "not_read": list(claim.not_read),
    }


def was(checked: Checked) -> dict[str, Any] | None:
    """Return the year or the earlier data set in which a claim was true, as JSON."""
    if isinstance(checked.was, Former):
        replaced: datetime = checked.was.replaced
        return {
            "data_version": checked.was.data_version,
            "value": checked.was.value,
            "replaced": replaced.isoformat(timespec="seconds"),
        }
    return None if checked.was is None else {"year": checked.was}
