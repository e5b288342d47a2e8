"""Sentences that say what a figure shows, in the reader's language. Municipality names stay in the nominative."""

from typing import Any

from kuntamittari import measures, task_classes
from kuntamittari.benchmark import LEAST_BASE
from kuntamittari.catalog import Amount, Change, Index, Indicator, Level, Ratio
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
        if row["judgement"]:
            parts.append(t("finding.judgement", judgement=t(f"judgement.{row['judgement']}")))
    if row["outlier"]:
        parts.append(t("finding.outlier"))
    return " ".join(parts)


def order(t: Translator, indicator: Indicator) -> str:
    """Which end of the ranking is number one."""
    return t("order.highest_first" if indicator.highest_first else "order.lowest_first")


def development(t: Translator, indicator: Indicator, name: str, series: list[dict[str, Any]]) -> str:
    """From the first to the last value of the last comparable stretch of years; empty where there are not two."""
    valued = [row for row in series if row["value"] is not None]
    stretch = [indicator.stretch(row["year"]) for row in valued]
    comparable = [row for row, own in zip(valued, stretch, strict=True) if own == stretch[-1]]
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


def formula(t: Translator, indicator: Indicator) -> str:
    """How the indicator is computed, in words, with the official names of what is added up."""
    match indicator.formula:
        case Ratio(numerator=above, denominator=below, percent=percent):
            key = "how.percent" if percent else "how.ratio"
            return t(key, numerator=amount(t, above), denominator=amount(t, below))
        case Level(measure=measure):
            return t("how.level", measure=measures.measures()[measure]["name"][t.language])
        case Change(amount=changing):
            return t("how.change", amount=amount(t, changing))
        case Index(output=output, input=input_, base_year=year):
            return t("how.index", output=amount(t, output), input=amount(t, input_), year=year)
    return t("how.awaited")


def amount(t: Translator, what: Amount) -> str:
    """What is added up: names of classes, items and measures, and the age group, in the reader's language."""
    known = measures.measures()
    labels = [*what.task_classes, *what.statement]
    parts = [*(task_classes.name_in(label, t.language) for label in labels), *(known[m]["name"][t.language] for m in what.measures)]
    if what.age_from is not None and what.age_to is not None:
        parts.append(t("how.residents", ages=ages(t, what.age_from, what.age_to)))
    words = " + ".join(parts)
    return words + "".join(f" − {task_classes.name_in(item, t.language)}" for item in what.less_statement)


def part_heads(t: Translator, indicator: Indicator) -> tuple[str, str]:
    """What numerator and denominator are, for the heads of a table."""
    match indicator.formula:
        case Ratio(numerator=above, denominator=below):
            heads = _head(t, above), _head(t, below)
            return heads if heads[0] != heads[1] else (t("table.above", what=heads[0]), t("table.below", what=heads[1]))
        case Change():
            return t("table.real_cost"), t("table.real_cost_before")
        case Index():
            return t("table.output_index"), t("table.input_index")
    return t("table.published"), t("table.none")


def _head(t: Translator, what: Amount) -> str:
    if what.task_classes:
        return t("table.cost")
    if what.statement:
        return t("table.euros")
    return t("table.residents") if what.age_from is not None else t("table.count")


def ages(t: Translator, first: int, last: int) -> str:
    """An age group in words."""
    if (first, last) == (0, 120):
        return t("how.everybody")
    if last == 120:
        return t("how.ages_from", first=first)
    return t("how.age", first=first) if first == last else t("how.ages", first=first, last=last)
