"""Gaps as the API answers them (docs/methods.md 24)."""

from collections.abc import Callable, Mapping
from typing import Any

from kuntamittari.exhibits import gaps
from kuntamittari.i18n import Translator
from kuntamittari.query.database import Database
from kuntamittari.query.gaps.euros import Gap, LeftOut
from kuntamittari.query.variation import jumps


def row(
    data: Database,
    gap: Gap,
    municipality: str,
    register: Mapping[str, Mapping[str, Any]],
    link: Callable[..., str],
    t: Translator,
) -> dict[str, Any]:
    """Return a gap as JSON, its texts in the language of `t`; `link`: page and parameters → address."""
    jumped = jumps.jumped_parts(data, gap.indicator, gap.year).get(municipality, ())
    indicator, example, case = gap.indicator, gap.example, gaps.case(gap, municipality, register)
    shown = {"mittari": indicator.id, "vuosi": gap.year}
    return {
        "service": indicator.service,
        "indicator": indicator.id,
        "municipality": municipality,
        "year": gap.year,
        "euros": gap.euros,
        "firm": gap.firm,
        "unfirm": gap.unfirm,
        "value": gap.value,
        **{key: gap.row[key] for key in ("value_low", "value_high", "status", "doubtful")},
        "users": gap.row["base"],
        "median": gap.median,
        "n": gap.group.n,
        "members": gap.group.members,
        "unit": indicator.unit[t.language],
        "polarity": indicator.polarity,
        "experimental": indicator.is_experimental_in(gap.year),
        "reasons": reasons(gap),
        "text": " ".join(
            [
                gaps.sentence(t, gap),
                *gaps.reasons(t, gap),
                *gaps.cautions(t, gap, municipality, register[municipality][f"name_{t.language}"], jumped),
                gaps.example(t, gap, register),
            ]
        ).rstrip(),
        "link": link("vertailu", **shown),
        "example": example
        and {
            "municipality": example.municipality,
            "value": example.value,
            "word": example.word,
            "outcomes": [
                {"indicator": one.indicator.id, "year": one.year, "value": one.own, "example": one.other}
                for one in example.outcomes
            ],
            "link": link("vertailu", **shown | {"kunnat": example.municipality}),
        },
        "case": case
        and {
            "id": case.id,
            "name": case.name.in_language(t.language)[0],
            "municipalities": list(case.places),
            "year": case.year,
            "link": link("tietopankki", kirjaus=case.id),
        },
    }


def reasons(gap: Gap) -> list[dict[str, Any]]:
    """Return the reasons of a gap as JSON."""
    listed: list[dict[str, Any]] = [{"reason": "unit_cost", "euros": gap.euros}]
    if gap.age_group is not None:
        shares = {"share": gap.share, "median_share": gap.typical_share}
        listed.append({"reason": "age_group", "euros": gap.age_group, **shares})
    return [
        *listed,
        *(
            {"reason": "structure", "variable": one.variable, "value": one.value, "median": one.median}
            for one in gap.apart
        ),
    ]


def left_out(one: LeftOut) -> dict[str, Any]:
    """Return a service without a gap as JSON."""
    about = {"service": one.indicator.service, "indicator": one.indicator.id}
    return about | {"year": one.year, "reason": one.reason}
