"""Whether a claim is true: the number as it is shown or rounded, the place in the group, and how both once were.

"true" is said of the figure as the pages show it and of nothing near it. A number that is nobody's is never tried on
another municipality, and on other indicators only where the claim names none.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import text
from kuntamittari.exhibits.verify.claim import EUROS, MILLION, Claim, Number, words_of, words_of_unit
from kuntamittari.i18n import Translator, plain
from kuntamittari.query import comparisons, figures
from kuntamittari.query.comparisons import Comparison
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group
from kuntamittari.query.history import revisions
from kuntamittari.query.history.revisions import Former

Verdict = Literal["true", "rounded", "outdated", "different", "no_figure", "not_understood"]
GroupOf = Callable[[Indicator, int], Group]
USUAL_GROUP, ALL = "largest-20", "all"
COARSEST = 0.025  # of the figure: the most by which zeros at the end of a number may round it
MOST_NEAR = 3  # indicators that are named as possible ones
FEWEST_DIGITS = 4  # of a number by which an indicator is found that the claim does not name
BEST = ("true", "rounded", "outdated", "different", "no_figure", "not_understood")


@dataclass(frozen=True)
class Checked:
    """A claim beside the figure that it is about.

    `row` of the `comparison`, by the `indicator` as it is compared, of the `year`; `group`: the one compared, None
    where the claim names no place; `was`: the year or the earlier data set in which the claim was true; `problem`: a
    key of the texts under `verify.problem` with its `parts`; `assumed`: what the claim did not say.
    """

    verdict: Verdict
    claim: Claim
    indicator: Indicator | None = None
    comparison: Comparison | None = None
    row: dict[str, Any] | None = None
    year: int | None = None
    group: Group | None = None
    was: int | Former | None = None
    problem: str | None = None
    parts: dict[str, Any] | None = None
    near: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()


def check(data: Database, claim: Claim, language: str, group_of: GroupOf | None = None) -> Checked:
    """Return what the figures say of a claim; `group_of`: the group that is compared where the claim names none."""
    if claim.problem:
        return Checked("not_understood", claim, problem=claim.problem, parts=dict(claim.parts), near=claim.near)
    if claim.municipality is None:
        return Checked("not_understood", claim, problem="no_place", near=claim.near)
    if claim.number is None and claim.rank is None:
        return Checked("not_understood", claim, problem="no_number")
    catalogue = figures.catalogue(data)
    if not claim.indicators:
        return _found_by_number(data, claim, language, group_of)
    named = [catalogue[one] for one in claim.indicators]
    if not (fitting := [one for one in named if _fits(one, claim)]):
        units = ", ".join(dict.fromkeys(one.unit[language] for one in named))
        return Checked("not_understood", claim, problem="other_unit", parts={"unit": units})
    checked = [_checked(data, claim, one, group_of) for one in fitting]
    best = min(checked, key=lambda one: BEST.index(one.verdict))
    if len(fitting) > 1 and best.verdict not in ("true", "rounded"):
        names = tuple(one.name[language] for one in fitting)
        return Checked("not_understood", claim, problem="several_indicators", near=names[:MOST_NEAR])
    return _as_read(best)


def _as_read(checked: Checked) -> Checked:
    """Return a verdict; where the number agrees, but the claim says more than was read, none on the claim."""
    if checked.claim.not_read and checked.verdict in ("true", "rounded", "outdated"):
        return replace(checked, verdict="not_understood", problem="unread", was=None, assumed=())
    return checked


def _found_by_number(data: Database, claim: Claim, language: str, group_of: GroupOf | None) -> Checked:
    """Return the claim about the one indicator whose figure is exactly the number; not understood where there is none,
    or more than one."""
    number = claim.number
    digits = sum(letter.isdigit() for letter in number.written) if number else 0
    if number is None or number.unit is None or digits < FEWEST_DIGITS or claim.not_read:
        return Checked("not_understood", claim, problem="no_indicator", near=claim.near)
    fitting = [one for one in figures.catalogue(data).values() if one.formula and _fits(one, claim)]
    checked = [_checked(data, replace(claim, rank=None), one, group_of) for one in fitting]
    shown = [one for one in checked if one.verdict == "true"] or [
        one for one in checked if one.verdict == "outdated" and _exactly(number, one)
    ]
    names = tuple(one.indicator.name[language] for one in shown if one.indicator)
    if len(shown) != 1 or shown[0].indicator is None:
        return Checked("not_understood", claim, problem="no_indicator", near=names[:MOST_NEAR])
    found = _checked(data, claim, figures.catalogue(data)[shown[0].indicator.id], group_of)
    return replace(found, assumed=("indicator", *found.assumed))


def _exactly(number: Number, at: Checked) -> bool:
    """Return whether a number is the figure of the year in which it was so, and not only rounded."""
    return bool(at.indicator and at.row and _matched(number, at.indicator, at.row) == "true")


def _fits(indicator: Indicator, claim: Claim) -> bool:
    """Return whether an indicator has the unit of a claim: euros or per cent, and for whom."""
    number, words = claim.number, words_of_unit(indicator)
    if not {*claim.ages} <= {int(part) for part in re.findall(r"\d+", f"{indicator.unit.fi} {indicator.id}")}:
        return False
    for one in claim.per:
        if one in words_of("residents"):
            if "asukas" not in plain(indicator.unit.fi) and not claim.ages:
                return False
        elif not any(word.startswith(one[: max(4, len(one) - 3)]) for word in words):
            return False
    if number is None or number.unit is None:
        return True
    return indicator.in_euros if number.unit == EUROS else indicator.unit.fi.startswith("%")


def _checked(data: Database, claim: Claim, indicator: Indicator, group_of: GroupOf | None) -> Checked:
    """Return a claim about one indicator."""
    assert claim.municipality is not None
    assumed = ("year",) if claim.year is None else ()
    year = claim.year or _newest(data, indicator, claim.municipality)
    if year is None:
        return Checked("no_figure", claim, indicator, parts={"reason": "no_data"})
    at = _standing(data, claim, indicator, year, group_of)
    if at.row is None or at.row["value"] is None:
        reason = at.row["reason"] if at.row else "no_year"
        return replace(at, verdict="no_figure", parts={"reason": reason}, assumed=assumed)
    verdict: Verdict = "true" if claim.number is None else _matched(claim.number, indicator, at.row) or "different"
    if verdict == "different" and claim.number:
        at = _once(data, claim, claim.number, at, group_of)
        verdict = at.verdict
    if claim.rank is not None and verdict != "different":
        at = _placed(data, claim, at, group_of)
        verdict = verdict if at.verdict == "true" else at.verdict
    return replace(at, verdict=verdict, assumed=assumed)


def _newest(data: Database, indicator: Indicator, place: str) -> int | None:
    """Return the newest year of an indicator, or of the municipality where that lacks it; None without any figure."""
    if (newest := figures.newest_year(data, indicator)) is None:
        return None
    rows = figures.values(data, indicator, [place]).to_pylist()
    known = [row["year"] for row in rows if row["value"] is not None and row["year"] <= newest]
    return max(known, default=newest)


def _standing(data: Database, claim: Claim, indicator: Indicator, year: int, group_of: GroupOf | None) -> Checked:
    """Return the municipality in the group that the claim names, or else in the usual one, in a year."""
    assert claim.municipality is not None
    shown = figures.as_organised(data, indicator, claim.municipality, year)
    group = Group(claim.group) if claim.group else group_of(indicator, year) if group_of else Group(USUAL_GROUP)
    comparison = comparisons.compare(data, shown, group, year, [claim.municipality])
    return Checked("true", claim, shown, comparison, comparison.of(claim.municipality), year, group)


def _matched(number: Number, indicator: Indicator, row: dict[str, Any]) -> Verdict | None:
    """Return whether a number is a figure as it is shown, or rounded; None where it is neither.

    Millions of euros are the costs themselves, from which the figure is divided.
    """
    millions = number.scale >= MILLION or all(abs(reading) >= MILLION for reading, _ in number.readings)
    whole = number.unit == EUROS and millions
    value, decimals = (row["numerator"], 0) if whole else (row["value"], indicator.decimals)
    if value is None or (whole and indicator.formula is not None and indicator.formula.kind != "ratio"):
        return None
    return _compared(number.readings, value, decimals)


def _compared(readings: Iterable[tuple[float, float]], value: float, decimals: int) -> Verdict | None:
    shown, rounded = round(value, decimals), False
    for reading, size in readings:
        apart = abs(reading - value)
        finer = size <= 10.0**-decimals * (1 + 1e-9)
        if abs(reading - shown) <= 1e-9 * max(1.0, abs(shown)) or (finer and apart <= size / 2 * (1 + 1e-9)):
            return "true"
        zeros = len(f"{reading:.0f}") - len(f"{reading:.0f}".rstrip("0")) if reading and size >= 1 else 0
        coarse = max(size, 10.0**zeros) if zeros else size
        within = apart <= coarse / 2 * (1 + 1e-9)
        rounded |= within and (not finer or coarse > size) and (coarse == size or apart <= COARSEST * abs(value))
    return "rounded" if rounded else None


def _once(data: Database, claim: Claim, number: Number, at: Checked, group_of: GroupOf | None) -> Checked:
    """Return a claim whose number is not the figure of the year as it once was: in an earlier data set, or, where it
    says no year, in an earlier year; different otherwise, `was` then being the year that has the number."""
    assert at.indicator and at.year is not None and claim.municipality
    for former in revisions.former_values(data, at.indicator.id, claim.municipality, at.year):
        if _compared(number.readings, former.value, at.indicator.decimals):
            return replace(at, verdict="outdated", was=former)
    for year in sorted(set(figures.years(data, at.indicator)) - {at.year}, reverse=True):
        then = _standing(data, claim, at.indicator, year, group_of)
        if then.row and then.row["value"] is not None and _matched(number, at.indicator, then.row) == "true":
            if claim.year is None and year < at.year:
                return replace(then, verdict="outdated", was=year)
            return replace(at, verdict="different", was=year)
    return replace(at, verdict="different")


def _placed(data: Database, claim: Claim, at: Checked, group_of: GroupOf | None) -> Checked:
    """Return whether the place that a claim names is the one in its group; where it names none, in one of that size."""
    if at.row is None or at.year is None or at.indicator is None:
        return replace(at, verdict="no_figure", problem="no_rank")
    tried = [at]
    if claim.group is None and group_of is None:
        alone = claim.of is None and _size(at) is None  # not in the usual group, and no other is hinted at
        others = (
            [ALL] if alone else _groups_of(data, claim.municipality or "") if claim.of not in (None, _size(at)) else []
        )
        tried += [_standing(data, replace(claim, group=one), at.indicator, at.year, None) for one in others]
        tried = [one for one in tried if claim.of is None or _size(one) == claim.of] or tried[:1]
    ranked = [one for one in tried if one.row and one.row["rank"] and _is_known(data, one.group)]
    if not ranked:
        return replace(at, verdict="no_figure", problem="no_rank")
    right = [one for one in ranked if _rank(claim, one) == claim.rank and claim.of in (None, _size(one))]
    found = right[0] if right else ranked[0]
    return replace(found, claim=claim, was=at.was, verdict="true" if right else "different", problem="rank")


def _is_known(data: Database, group: Group | None) -> bool:
    """Return whether half of the members of a fixed group are loaded: a place among fewer is not one in the group."""
    about = figures.groups(data).get(group.id) if group else None
    return about is None or about["loaded"] >= about["size"] / 2


def _size(at: Checked) -> int | None:
    """Return the number of ranked members of a group; None where the municipality is none of them."""
    return at.row["ranked"] if at.row else None


def _rank(claim: Claim, at: Checked) -> int | None:
    """Return the place of a municipality, counted from the end that a claim counts from."""
    assert at.row and at.indicator and at.comparison
    rank: int = at.row["rank"]
    if claim.highest_first in (None, at.indicator.highest_first):
        return rank
    level = sum(1 for row in at.comparison.rows if row["rank"] == rank)
    return int(at.row["ranked"]) + 2 - rank - level


def _groups_of(data: Database, place: str) -> list[str]:
    """Return the ids of the fixed groups that a municipality is a member of, those that are known best first."""
    groups = figures.groups(data)
    of_place = [one for one, row in groups.items() if place in (row["municipalities"] or ())]
    return sorted(of_place, key=lambda one: (one != "largest-20", one != "all", not one.startswith("region"), one))


def sentences(data: Database, t: Translator, checked: Checked) -> list[str]:
    """Return the verdict in words, then the figure beside its group, and what was taken for granted."""
    register, said = figures.register(data), [_verdict(t, checked)]
    place = checked.claim.municipality
    if checked.indicator and checked.comparison and checked.year is not None and place:
        assert checked.group
        group = t(f"group.{checked.group.id}", n=len(checked.group.listed) - 1) if checked.group.listed else ""
        group = group or text.group(t, checked.group.id, register)
        name, indicator = register[place][f"name_{t.language}"], checked.indicator
        said.append(text.finding(t, indicator, name, checked.year, group, checked.comparison, checked.row))
    if checked.claim.former and place:
        name = register[place][f"name_{t.language}"]
        said.append(t("verify.former", former=checked.claim.former, name=name))
    if misspelt := checked.claim.parts.get("misspelt"):
        said.append(t("verify.misspelt", word=misspelt, name=register[place or ""][f"name_{t.language}"]))
    said += [t(f"verify.assumed_{what}") for what in checked.assumed]
    if checked.claim.not_read and checked.verdict != "not_understood":
        said.append(t("verify.not_read", words=", ".join(checked.claim.not_read)))
    return said


def _verdict(t: Translator, checked: Checked) -> str:
    """Return the verdict in words, with what it rests on."""
    said = t(f"verify.{checked.verdict}")
    if checked.verdict == "different" and checked.problem == "rank":
        said = t("verify.other_rank" if checked.claim.number is None else "verify.only_rank")
    if checked.verdict == "no_figure":
        reason = (checked.parts or {}).get("reason")
        return f"{said} {text.capital(t(f'missing.{reason}'))}." if reason else f"{said} {t('verify.no_rank')}"
    if checked.verdict == "not_understood":
        parts = dict(checked.parts or {})
        near = [t("verify.near", names="; ".join(checked.near))] if checked.near else []
        unread = [t("verify.not_read", words=", ".join(checked.claim.not_read))] if checked.claim.not_read else []
        return " ".join([said, t(f"verify.problem.{checked.problem}", **parts), *unread, *near])
    if isinstance(checked.was, Former):
        date = t("verify.revised", date=checked.was.replaced.date().isoformat())
        return f"{said} {date}"
    if checked.was is not None:
        key = "was" if checked.verdict == "outdated" else "of_year"
        return f"{said} {t(f'verify.{key}', year=checked.was)}"
    return said
