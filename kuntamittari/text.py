"""Sentences that say what a figure shows, in the reader's language. Municipality names stay in the nominative."""

from typing import Any

from kuntamittari.benchmark import LEAST_BASE
from kuntamittari.catalog import Indicator
from kuntamittari.figures import Comparison
from kuntamittari.i18n import Translator


def finding(
    t: Translator, indicator: Indicator, name: str, year: int, group: str, comparison: Comparison, row: dict[str, Any] | None
) -> str:
    """A municipality's figure, its group's median, its rank and the judging word, as far as each exists."""
    label = indicator.label[t.language]
    if row is None or row["value"] is None:
        reason = t(f"missing.{row['reason'] if row else 'not_reported'}")
        return t("finding.missing", name=name, label=label, year=year, reason=reason)
    value = t.number(row["value"], indicator.decimals)
    parts = [t("finding.value", name=name, label=label, value=value, unit=indicator.unit[t.language], year=year)]
    if comparison.n == 0:
        return " ".join([*parts, t("finding.no_group")])
    parts.append(t("finding.group", median=t.number(comparison.median, indicator.decimals), group=group, n=comparison.n))
    if not row["member"]:
        parts.append(t("finding.not_member", name=name))
    elif row["rank"] is None:
        parts.append(t("finding.small_base", least=LEAST_BASE))
    else:
        parts.append(t("finding.rank", rank=row["rank"], ranked=row["ranked"], order=order(t, indicator)))
        if row["judgement"] and row["ranked"] > 1:
            parts.append(t("finding.judgement", judgement=t(f"judgement.{row['judgement']}")))
    if row["outlier"]:
        parts.append(t("finding.outlier"))
    return " ".join(parts)


def order(t: Translator, indicator: Indicator) -> str:
    """Which end of the ranking is number one."""
    return t("order.highest_first" if indicator.highest_first else "order.lowest_first")


def development(t: Translator, indicator: Indicator, name: str, series: list[dict[str, Any]]) -> str:
    """From the first to the last value of one comparable stretch of years; empty where there are not two."""
    comparable = [row for row in series if row["value"] is not None]
    if indicator.breaks:
        last_break = max(b.year for b in indicator.breaks)
        comparable = [row for row in comparable if row["year"] >= last_break]
    if len(comparable) < 2:
        return ""
    first, last = comparable[0], comparable[-1]
    return t(
        "chart.lines_summary",
        name=name,
        unit=indicator.unit[t.language],
        first=t.number(first["value"], indicator.decimals),
        first_year=first["year"],
        last=t.number(last["value"], indicator.decimals),
        last_year=last["year"],
    )


def ages(t: Translator, indicator: Indicator) -> str:
    """The age group of the divisor in words."""
    divisor = indicator.formula.denominator
    if (divisor.age_from, divisor.age_to) == (0, 120):
        return t("how.everybody")
    if divisor.age_to == 120:
        return t("how.ages_from", first=divisor.age_from)
    if divisor.age_from == divisor.age_to:
        return t("how.age", first=divisor.age_from)
    return t("how.ages", first=divisor.age_from, last=divisor.age_to)
