"""Sentences that say what a figure shows, in the reader's language. Municipality names stay in the nominative."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kuntamittari.catalog import measures, organisation_models, provenance, services, structural_variables, task_classes
from kuntamittari.catalog.indicator import AS_PUBLISHED, Amount, Basis, Change, Index, Indicator, Level, Ratio, ZeroPart
from kuntamittari.catalog.knowledge_bank import Source
from kuntamittari.i18n import MINUS, Translator
from kuntamittari.query import sector_costs
from kuntamittari.query.composite_costs import Difference
from kuntamittari.query.figures import Comparison, Pair
from kuntamittari.query.productivity import Year, at_former_productivity
from kuntamittari.stats import peers
from kuntamittari.stats.before_after import BeforeAfter
from kuntamittari.stats.benchmark import LEAST_BASE, LEAST_GROUP
from kuntamittari.stats.outlook import Fan
from kuntamittari.stats.scenario import Scenario
from kuntamittari.uploads.row_reader import Problem
from kuntamittari.uploads.tabular import TableError

if TYPE_CHECKING:
    import pandas as pd


# why no word is given, where that needs saying: a neutral indicator says so itself, and the others have sentences of
# their own
LEAST_MILLIONS, LEAST_THOUSANDS = 1e7, 1e4  # euros that are told in millions and in thousands
EXPLAINED = ("no_expected_cost", "cost_not_positive", "denominator_not_positive", "small_group", "hidden_counts")


def capital(words: str) -> str:
    """Words that begin a line: the first letter large, the rest as they are."""
    return words[:1].upper() + words[1:]


def finding(
    t: Translator,
    indicator: Indicator,
    name: str,
    year: int,
    group: str,
    comparison: Comparison,
    row: dict[str, Any] | None,
    asked: Basis = AS_PUBLISHED,
    shown: str = "",
    lacking: Sequence[ZeroPart] = (),
) -> str:
    """A municipality's figure, its group's median, its rank and the judging word, as far as each exists, and what they
    leave open.

    shown: words about the year, where it is not the chosen one; lacking: parts of a published total that the
    municipality does not organise itself.
    """
    if row is None or row["value"] is None:
        said = no_figure(t, indicator, name, year, row["reason"] if row else "not_reported")
        return " ".join([said, *_hidden_value(t, indicator, row)])
    value = t.number(row["value"], indicator.decimals)
    terms = [words for words in basis(t, indicator, asked) if words not in basis(t, indicator, AS_PUBLISHED)]
    terms += [shown] if shown else []
    on = f" ({', '.join(terms)})" if terms else ""
    label = indicator.label[t.language]
    parts = [
        t("finding.value", name=name, label=label, value=value, unit=indicator.unit[t.language], year=year, basis=on)
    ]
    if comparison.n == 0:
        return " ".join([*parts, t("finding.no_group")])
    parts.append(
        t("finding.group", median=t.number(comparison.median, indicator.decimals), group=group, n=comparison.n)
    )
    if not row["member"]:
        parts.append(t("finding.not_member", name=name))
    elif row["rank"] is None:
        parts.append(t("finding.small_base" if indicator.by_residents else "finding.small_count", least=LEAST_BASE))
    else:
        parts.append(t("finding.rank", rank=row["rank"], ranked=row["ranked"], order=order(t, indicator)))
        if row["judgement"]:
            parts.append(t("finding.judgement", judgement=t(f"judgement.{row['judgement']}")))
        elif why_not := unjudged(t, row["unjudged"]):
            parts.append(why_not)
    if comparison.bounds:
        parts.append(hidden(t, indicator, comparison.bounds, row["bounds"]))
    parts += left_out(t, name, indicator.left_out)
    parts += [t("finding.lacking", name=name, parts=labels_of(t, lacking))] if lacking else []
    if row["outlier"]:
        parts.append(t("finding.outlier"))
    return " ".join(parts)


def labels_of(t: Translator, parts: Sequence[ZeroPart]) -> str:
    """The names of parts in a row."""
    return ", ".join(part.label[t.language] for part in parts)


def left_out(t: Translator, name: str, parts: Sequence[ZeroPart]) -> list[str]:
    """That parts are left out for everyone, since a municipality does not organise them itself; nothing where there are
    none."""
    return [t("finding.left_out", name=name, parts=labels_of(t, parts))] if parts else []


def listed_whole(t: Translator, name: str, shown: Indicator) -> str:
    """What leads from a sentence that compares everyone without the parts that a municipality does not organise to a
    list of the whole composite; empty where nothing is left out."""
    return t("bridge.list", name=name, parts=labels_of(t, shown.left_out)) if shown.left_out else ""


def unjudged(t: Translator, reason: str | None) -> str:
    """Why no word is given, in a few words; empty where that needs no saying."""
    if reason == "small_base":
        return t("missing.small_base", least=LEAST_BASE)
    return t(f"unjudged.{reason}", least=LEAST_GROUP) if reason in EXPLAINED else ""


def no_figure(t: Translator, indicator: Indicator, name: str, year: int, reason: str) -> str:
    """That a municipality has no figure, and why."""
    return t("finding.missing", name=name, label=indicator.label[t.language], year=year, reason=t(f"missing.{reason}"))


def hidden(t: Translator, indicator: Indicator, group: Mapping[str, Any], own: Mapping[str, Any] | None) -> str:
    """How far the hidden counts of a group leave its median, and the rank of a member, open."""
    said = t(
        "finding.hidden",
        hidden=group["hidden"],
        n=group["n"],
        most=indicator.hidden_most,
        median=ends(t, group["median"], indicator.decimals),
    )
    return (
        f"{said} {t('finding.hidden_rank', rank=ends(t, own['rank']), ranked=own['ranked'])}"
        if own and "rank" in own
        else said
    )


def median(t: Translator, indicator: Indicator, group: Comparison) -> str:
    """A group's median, and in brackets the ends between which hidden counts leave it."""
    return t.number(group.median, indicator.decimals) + (
        _open(t, group.bounds["median"], indicator.decimals) if group.bounds else ""
    )


def middle_half(t: Translator, indicator: Indicator, group: Comparison) -> str:
    """A group's quartiles, each with the ends between which hidden counts leave it."""
    quartiles = {"q1": group.q1, "q3": group.q3}
    said = [
        t.number(value, indicator.decimals) + (_open(t, group.bounds[name], indicator.decimals) if group.bounds else "")
        for name, value in quartiles.items()
    ]
    return "–".join(said)


def rank(t: Translator, row: Mapping[str, Any]) -> str:
    """A place in the group, and in brackets the places between which hidden counts leave it."""
    if not row["rank"]:
        return t("missing.mark")
    bounds = row["bounds"]
    return f"{row['rank']}/{row['ranked']}" + (f" ({ends(t, bounds['rank'])}/{bounds['ranked']})" if bounds else "")


def bounds(t: Translator, found: Mapping[str, Any], decimals: int) -> str:
    """Between which ends hidden counts leave a value or a rank, in a few words."""
    if "value" in found:
        return ends(t, found["value"], decimals)
    return f"{t('chart.rank').lower()} {ends(t, found['rank'])}/{found['ranked']}"


def note(t: Translator, indicator: Indicator, row: Mapping[str, Any]) -> str:
    """Return what a table says beside a value: why there is none, its status, its judgement, why it has no rank, and
    the bounds that hidden counts allow; separated by commas, empty where there is nothing to say."""
    parts = [t(f"missing.{row['reason']}")] if row["reason"] else []
    parts += [t(f"table.status.{row['status']}")] if row["status"] and row["status"] != "final" else []
    parts += [t(f"judgement.{row['judgement']}")] if row.get("judgement") else []
    small = row.get("member") and row["value"] is not None and row["rank"] is None
    parts += [t("missing.small_base", least=LEAST_BASE)] if small else []
    parts += [bounds(t, row["bounds"], indicator.decimals)] if row.get("bounds") else []
    return ", ".join(parts)


def _open(t: Translator, pair: Sequence[float | None], decimals: int) -> str:
    return f" ({ends(t, pair, decimals)})"


def ends(t: Translator, pair: Sequence[float | None], decimals: int = 0) -> str:
    """Two ends of a range; an upper end that is not known is left open."""
    low, high = (t.number(end, decimals) if end is not None else "" for end in pair)
    return low if low == high else f"{low}–{high}"


def _hidden_value(t: Translator, indicator: Indicator, row: Mapping[str, Any] | None) -> list[str]:
    """What a value whose own count is hidden may be."""
    own = (row or {}).get("bounds")
    return (
        [t("finding.hidden_value", value=ends(t, own["value"], indicator.decimals), unit=indicator.unit[t.language])]
        if own
        else []
    )


def basis(t: Translator, indicator: Indicator, asked: Basis) -> list[str]:
    """In what terms figures stand, as far as it concerns the indicator: whose prices, how many years together."""
    words = []
    if indicator.in_euros:
        words.append(t("basis.constant", year=asked.price_year) if asked.price_year else t("basis.current"))
    if isinstance(indicator.formula, Ratio) and asked.years_together > 1:
        words.append(t("basis.mean"))
    return words


def unit(t: Translator, indicator: Indicator, asked: Basis = AS_PUBLISHED) -> str:
    """What a figure is counted in, with its prices and mean."""
    return " · ".join([indicator.unit[t.language], *basis(t, indicator, asked)])


def order(t: Translator, indicator: Indicator) -> str:
    """Which end of the ranking is number one."""
    return t("order.highest_first" if indicator.highest_first else "order.lowest_first")


def development(t: Translator, indicator: Indicator, name: str, series: list[dict[str, Any]]) -> str:
    """From the first to the last value of the last comparable stretch of years; where a break leaves fewer than two,
    the reason why no change is given; empty where there were not two anyway."""
    valued = [row for row in series if row["value"] is not None]
    stretch = [indicator.stretch(row["year"]) for row in valued]
    comparable = [row for row, own in zip(valued, stretch, strict=True) if own == stretch[-1]]
    if len(comparable) < 2:
        between = [b for b in indicator.breaks if valued and valued[0]["year"] < b.year <= valued[-1]["year"]]
        return (
            t("chart.lines_refused", name=name, year=between[-1].year, reason=between[-1].reason[t.language])
            if between
            else ""
        )
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


def direction(indicator: Indicator) -> str:
    """Which way a value counts in favour: its polarity, or `need` where only an expected cost could say."""
    return "need" if indicator.judged_by == "expected_cost" else indicator.polarity


def formula(t: Translator, indicator: Indicator) -> str:
    """How the indicator is computed, in words, with the official names of what is added up."""
    match indicator.formula:
        case Ratio(numerator=above, denominator=below, percent=percent):
            key = "how.percent" if percent else "how.ratio"
            return t(key, numerator=amount(t, above), denominator=amount(t, below))
        case Level(measure=measure) if measure.startswith(measures.UPLOADED):
            return t("how.uploaded")
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
    parts = [
        *(task_classes.name_in(label, t.language) for label in labels),
        *(known[m]["name"][t.language] for m in what.measures),
    ]
    if what.age_from is not None and what.age_to is not None:
        parts.append(t("how.residents", ages=ages(t, what.age_from, what.age_to)))
    words = " + ".join(parts)
    return words + "".join(f" − {task_classes.name_in(item, t.language)}" for item in what.less_statement)


def part_heads(t: Translator, indicator: Indicator) -> tuple[str, str]:
    """What numerator and denominator are, for the heads of a table."""
    match indicator.formula:
        case Level(measure=measure) if measure.startswith(measures.UPLOADED):
            return t("table.uploaded"), t("table.none")
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


def service(t: Translator, service_id: str | None) -> str:
    """The name of a service; of none, that of the whole municipality."""
    return t("service.whole") if service_id is None else services.services()[service_id]["name"][t.language]


def variable(t: Translator, variable_id: str, value: float | None) -> str:
    """A structural variable's figure with its unit."""
    about = structural_variables.variables()[variable_id]
    return (
        f"{t.number(value, about['decimals'])} {about['unit'][t.language]}" if value is not None else t("missing.mark")
    )


def alike(t: Translator, name: str, service_id: str | None, names: list[str], peers_: list[peers.Peer]) -> str:
    """Who the nearest peers are; the names as they stand in lists."""
    if not peers_:
        return t("peers.none", name=name)
    ends = {"first": t.number(peers_[0].distance, 2), "last": t.number(peers_[-1].distance, 2)}
    return t(
        "peers.finding", name=name, service=service(t, service_id), n=len(peers_), names=", ".join(names[:3]), **ends
    )


def unlike(
    t: Translator, name: str, other: str, found: peers.Structure, own: str, place: int, ranked: list[peers.Peer], n: int
) -> str:
    """Why the municipality at a place (0 = the nearest) of the ranking is a peer or is none, by the two largest
    parts."""
    peer = ranked[place]
    whole = sum(peer.parts.values()) or 1
    largest = sorted(peer.parts, key=lambda v: -peer.parts[v])[:2]
    key = "peers.is_peer" if place < n else "peers.no_peer"
    said = [
        t(
            key,
            name=other,
            place=place + 1,
            all=len(ranked),
            distance=t.number(peer.distance, 2),
            n=n,
            limit=t.number(ranked[min(n, len(ranked)) - 1].distance, 2),
        )
    ]
    for v in largest:
        both = {
            "municipality": variable(t, v, found.values[own].get(v)),
            "theirs": variable(t, v, found.values[peer.municipality].get(v)),
        }
        share = t.number(100 * peer.parts[v] / whole)
        said.append(
            t(
                "peers.part",
                variable=structural_variables.variables()[v]["name"][t.language],
                share=share,
                name=name,
                other=other,
                **both,
            )
        )
    return " ".join(said)


def money(t: Translator, euros: float) -> str:
    """Euros without their sign: in millions from ten of them on, in thousands from ten of these on, else as they
    are."""
    size = abs(euros)
    if size >= LEAST_MILLIONS:
        return t("euros.millions", value=t.number(size / 1e6, 1))
    return (
        t("euros.thousands", value=t.number(size / 1e3))
        if size >= LEAST_THOUSANDS
        else t("euros.euros", value=t.number(size))
    )


def money_scale(t: Translator, largest: float) -> tuple[str, float, int]:
    """Unit, divisor and decimals of sums of euros side by side: millions where the largest is ten of them or more, else
    thousands."""
    if abs(largest) >= LEAST_MILLIONS:
        return t("outlook.unit_millions"), 1e6, 1
    return t("outlook.unit_thousands"), 1e3, 0


def sign(value: float) -> str:
    """The sign before a sum that is written without one."""
    return "+" if value > 0 else MINUS if value < 0 else ""


def signed(t: Translator, value: float, decimals: int = 0) -> str:
    """A figure with its sign; nought has none."""
    shown = t.number(value, decimals)
    return f"+{shown}" if round(value, decimals) > 0 else shown


def why(
    t: Translator, name: str, whole: str, group: str, year: int, found: Difference, terms: str, labels: dict[str, str]
) -> list[str]:
    """Two sentences: how much dearer or cheaper a municipality's services are than the group as one municipality, and
    why: the part named is the largest in the direction of the difference (docs/methods.md 10)."""
    gap = found.municipality - found.group
    steps = [(effect.age, labels[effect.id], "why.by_age") for effect in found.effects]
    steps += [(effect.unit_cost, labels[effect.id], "why.by_unit_cost") for effect in found.effects]
    largest, service_, kind = max(steps, key=lambda step: step[0] if gap >= 0 else -step[0])
    first = t(
        "why.dearer" if gap >= 0 else "why.cheaper",
        name=name,
        whole=whole,
        year=year,
        terms=terms,
        municipality=t.number(found.municipality),
        gap=t.number(abs(gap)),
        group=group,
        other=t.number(found.group),
        euros=money(t, gap * found.residents),
    )
    second = t(
        "why.because",
        age=signed(t, found.age),
        unit_cost=signed(t, found.unit_cost),
        service=service_,
        kind=t(kind),
        largest=signed(t, largest),
    )
    return [first, second]


def bridge(t: Translator, whole: Indicator, value: float, group: Comparison, found: Difference) -> str:
    """What leads from a whole's headline (per head of its age group, beside the median) to the difference (per
    resident, beside the group as one municipality): docs/methods.md 10. `value` and `group` on the prices and in the
    year of the difference; empty without a figure."""
    if group.ratio_of_sums is None or group.median is None or not value or not group.ratio_of_sums:
        return ""
    figures = {"municipality": value, "one": group.ratio_of_sums, "median": group.median}
    parts = {part: t.number(figure, whole.decimals) for part, figure in figures.items()} | {
        "unit": whole.unit[t.language]
    }
    # cost per resident = share of the age group × cost per head of it
    share, group_share = found.municipality / value, found.group / group.ratio_of_sums
    if whole.by_everybody:
        return t("bridge.everybody", **parts)
    cost, size = "more" if value >= group.ratio_of_sums else "less", "more" if share >= group_share else "fewer"
    return t(
        f"bridge.{cost}_{size}", **parts, share=t.number(100 * share, 1), group_share=t.number(100 * group_share, 1)
    )


def quadrant(
    t: Translator,
    name: str,
    group: str,
    pair: tuple[Indicator, Indicator],
    years: Sequence[int | str],
    found: Pair,
    row: dict[str, Any] | None,
    reason: str,
) -> str:
    """A municipality's two figures, each above or below the group's median; `reason` why it has none, where it lacks
    one. `years`: of each figure, or words in its place."""
    if row is None:
        labels = " + ".join(indicator.label[t.language] for indicator in pair)
        return t("finding.missing", name=name, label=labels, year=years[0], reason=t(f"missing.{reason}"))
    parts = []
    for indicator, year, value, median in zip(
        pair, years, (row["x"], row["y"]), (found.x_median, found.y_median), strict=True
    ):
        side = "even" if value == median else "above" if median is not None and value > median else "below"
        parts.append(
            t(
                f"pair.{side}",
                label=indicator.label[t.language],
                value=t.number(value, indicator.decimals),
                unit=indicator.unit[t.language],
                year=year,
                median=t.number(median, indicator.decimals),
            )
        )
    return f"{name}: {'; '.join(parts)} ({group}, n = {found.n})."


def productivity(t: Translator, name: str, indicator: Indicator, at: Year | None) -> str:
    """How volume, cost and prices have changed since the base year, and with them productivity."""
    if (
        at is None
        or at.index is None
        or at.volume is None
        or at.cost is None
        or not isinstance(indicator.formula, Index)
    ):
        return t("productivity.none")
    changes = {part: signed(t, getattr(at, part) - 100, 1) for part in ("volume", "cost", "price", "index")}
    return t("productivity.sentence", name=name, first=indicator.formula.base_year, last=at.year, **changes)


def former(t: Translator, name: str, one: Year, two: Year) -> str:
    """What this year's volume would have cost at last year's productivity, and how far the actual cost lies from
    that."""
    would = at_former_productivity(one, two)
    if would is None or two.eur is None:
        return t("productivity.none")
    gap = money(t, two.eur - would)
    key = "same" if gap == money(t, 0) else "more" if two.eur > would else "less"
    sums = {"cost": money(t, two.eur), "would": money(t, would), "gap": gap}
    return t(f"productivity.actual_{key}", name=name, year=two.year, before=one.year, **sums)


def projected(t: Translator, name: str, age_group: str, heads: dict[int, float]) -> str:
    """How an age group changes in the projection."""
    if not heads:
        return t("outlook.none")
    first, last = min(heads), max(heads)
    percent = 100 * (heads[last] / heads[first] - 1) if heads[first] else None
    return t(
        "outlook.change",
        name=name,
        ages=age_group,
        first=first,
        last=last,
        now=t.number(heads[first]),
        then=t.number(heads[last]),
        percent=signed(t, percent, 1) if percent is not None else t("missing.mark"),
    )


def sector_growth(t: Translator, euros: Mapping[int, float], breaks: Collection[int], year: int, prices: int) -> str:
    """How real costs of the whole sector grew in a year, or in the last before it with a figure."""
    growth = sector_costs.growth(euros, breaks)
    if not growth:
        return t("national.none")
    at = max((y for y in growth if y <= year), default=max(growth))
    return t(
        "national.finding", year=at, growth=signed(t, growth[at], 1), total=t.number(euros[at] / 1e9, 1), prices=prices
    )


def spread(t: Translator, indicator: Indicator, last: Mapping[str, Any], unit_: str) -> str:
    """How far apart the municipalities of a group are in one year."""
    figures = {figure: t.number(last[figure], indicator.decimals) for figure in ("q1", "q3", "median")}
    return t(
        "national.spread_finding",
        label=capital(indicator.label[t.language]),
        year=last["year"],
        unit=unit_,
        n=last["n"],
        **figures,
    )


def fan(t: Translator, name: str, service_: str, unit_: str, decimals: int, points: Sequence[Fan]) -> str:
    """What a cost is today and what it comes to at the end of the projection, in the unit of the points."""
    first, last = points[0], points[-1]
    sums = {"now": first.middle, "then": last.middle, "low": last.low, "high": last.high}
    service_ = service_[:1].lower() + service_[1:]
    return t(
        "outlook.finding",
        name=name,
        service=service_,
        first=first.year,
        last=last.year,
        unit=unit_,
        **{part: t.number(value, decimals) for part, value in sums.items()},
    )


def saving(t: Translator, name: str, found: Scenario, residents: float | None) -> str:
    """What a saving on a cost base comes to."""
    pay_back = t("support.never") if found.pay_back is None else t("support.years", years=t.number(found.pay_back, 1))
    return t(
        "support.finding",
        name=name,
        base=t.number(found.base, 1),
        saving=t.number(found.saving, 1),
        saved=money(t, found.saved * 1e6),
        one_off=t.number(found.one_off, 1),
        pay_back=pay_back,
        per=t.number(found.per_resident(residents), 1) if residents else t("missing.mark"),
    )


def moved(
    t: Translator, indicator: Indicator, name: str, year: int | None, found: BeforeAfter | None, years: Sequence[int]
) -> str:
    """What an indicator did around the year of a measure, beside the group's median; or why that cannot be said."""
    label = capital(indicator.label[t.language])
    if found is None:
        span = f"{years[0]}–{years[-1]}" if years else t("missing.mark")
        return t("knowledge.cannot_say", label=label, name=name, year=year or t("missing.mark"), span=span)
    spans = {side: _span(getattr(found, side).years) for side in ("before", "after")}
    sides = {
        f"{who}_{side}": t.number(getattr(getattr(found, side), who), indicator.decimals)
        for who in ("municipality", "group")
        for side in ("before", "after")
    }
    changes = {
        f"{who}_change": signed(t, change, 1) if change is not None else t("missing.mark")
        for who, change in (("municipality", found.municipality), ("group", found.group))
    }
    return t(
        "knowledge.moved_finding",
        label=label,
        name=name,
        year=year,
        unit=indicator.unit[t.language],
        **spans,
        **sides,
        **changes,
    )


def _span(years: Sequence[int]) -> str:
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"


def document(t: Translator, source: Source) -> str:
    """The document that an entry of the knowledge bank is from."""
    title, publisher = (words.told(t.language)[0] for words in (source.title, source.publisher))
    return t("knowledge.source", title=title, publisher=publisher, year=f", {source.year}" if source.year else "")


def plan(t: Translator, status: str) -> str:
    """A reader's own budget or target, as the name of a line."""
    return capital(t("upload.plan", status=t(f"table.status.{status}")))


def planned(t: Translator, indicator: Indicator, status: str, known: Mapping[int, float]) -> str:
    """A reader's own budget or target in words."""
    figures = "; ".join(f"{year}: {t.number(value, indicator.decimals)}" for year, value in known.items())
    return f"{plan(t, status)} {figures} {indicator.unit[t.language]}."


def model(t: Translator, name: str) -> str:
    """A way to organise a service."""
    return organisation_models.models()[name]["name"][t.language]


def table_error(t: Translator, error: TableError) -> str:
    """Why a file cannot be read, and what to do."""
    return t(f"tabular.{error.reason}", **error.parts)


def problem(t: Translator, one: Problem) -> str:
    """What is wrong on a line of a file, and what may have been meant."""
    said = t(f"problem.{one.reason}", near=one.near, value=one.value)
    return f"{said} {t('problem.near', near=one.near)}" if one.near and one.reason == "municipality" else said


def listed(t: Translator, names: list[str], most: int = 12) -> str:
    """Names in a row, cut where they grow too many."""
    return ", ".join(names[:most]) + (f" + {t.number(len(names) - most)}" if len(names) > most else "")


def about(
    t: Translator, indicators: Sequence[Indicator], sources: Sequence[str], manifest: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """What figures that leave the dashboard are, as pairs of head and words: each indicator, sources, licence, vintage,
    division."""
    said: list[tuple[str, str]] = []
    for indicator in indicators:
        said += [
            (t("choice.indicator"), indicator.name[t.language]),
            (t("catalogue.definition"), indicator.definition[t.language]),
            (t("catalogue.formula"), formula(t, indicator)),
            (t("catalogue.unit"), indicator.unit[t.language]),
            (t("catalogue.caveats"), indicator.caveats[t.language]),
            (t("catalogue.id"), indicator.id),
        ]
    ids = provenance.known([*(source for indicator in indicators for source in indicator.sources), *sources], manifest)
    notice = [(t("invented.mark"), t("invented.notice"))] if provenance.is_invented(manifest) else []
    return [
        *notice,
        *said,
        (t("catalogue.sources"), provenance.attribution(ids, t.language)),
        (t("datasets.licence"), provenance.licence(ids) or t("missing.mark")),
        (t("datasets.retrieved"), manifest["retrieved"]),
        (t("files.division"), str(manifest["division_year"])),
    ]


def marked(t: Translator, figures: "pd.DataFrame", manifest: Mapping[str, Any]) -> "pd.DataFrame":
    """Figures as they leave the dashboard: every row of an invented country says that it is invented."""
    return figures.assign(**{t("invented.head"): t("invented.mark")}) if provenance.is_invented(manifest) else figures


def group(t: Translator, group_id: str, register: Mapping[str, Mapping[str, Any]]) -> str:
    """A fixed group's name."""
    family, _, code = group_id.partition("-")
    if family in ("region", "wellbeing", "grouping"):
        member = next(row for row in register.values() if row[f"{family}_code"] == code)
        return t(f"group.{family}", name=member[f"{family}_{t.language}"])
    return t(f"group.{group_id}")
