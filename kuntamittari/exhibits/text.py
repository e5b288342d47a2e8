"""Sentences and labels that state what figures show, in the user's language.

Every function takes the Translator as `t`. Names of municipalities stay in the nominative.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from babel.dates import format_date

from kuntamittari.catalog import (
    measures,
    need_models,
    organisation_models,
    provenance,
    services,
    structural_variables,
    task_classes,
)
from kuntamittari.catalog.indicator import AS_PUBLISHED, Amount, Basis, Change, Index, Indicator, Level, Ratio, ZeroPart
from kuntamittari.catalog.knowledge_bank import Source
from kuntamittari.i18n import MINUS, Translator
from kuntamittari.query import sector_costs
from kuntamittari.query.comparisons import Comparison, Pair
from kuntamittari.query.composite_costs import Difference
from kuntamittari.query.need import NeedStanding
from kuntamittari.query.productivity import Year, at_former_productivity
from kuntamittari.query.projections import Edition
from kuntamittari.stats import peers
from kuntamittari.stats.before_after import BeforeAfter
from kuntamittari.stats.benchmark import LEAST_BASE, LEAST_GROUP
from kuntamittari.stats.noise import FEWEST_YEARS
from kuntamittari.stats.outlook import Fan, ProjectionError
from kuntamittari.stats.peers import SIZES_APART, Structure
from kuntamittari.stats.scenario import Scenario
from kuntamittari.uploads.remarks import NotRead, Problem
from kuntamittari.uploads.tabular import TableError

if TYPE_CHECKING:
    import pandas as pd


LEAST_MILLIONS, LEAST_THOUSANDS = 1e7, 1e4  # euros from which amounts are written in millions and in thousands
# reasons for having no verdict that are explained; a neutral indicator needs none, the others have their own sentences
EXPLAINED = (
    "no_expected_cost",
    "cost_not_positive",
    "denominator_not_positive",
    "small_group",
    "hidden_counts",
    "unknown_noise",
    "kept_task",
)


def date(t: Translator, moment: str) -> str:
    """Return the date of a moment (ISO 8601), written in the user's language."""
    return format_date(datetime.fromisoformat(moment), "medium", locale=t.language)


def capital(words: str) -> str:
    """Return words with the first letter in upper case and the rest unchanged."""
    return words[:1].upper() + words[1:]


def finding(
    t: Translator,
    indicator: Indicator,
    name: str,
    year: int,
    group: str,
    comparison: Comparison,
    row: dict[str, Any] | None,
    chosen_basis: Basis = AS_PUBLISHED,
    shown: str = "",
    lacking: Sequence[ZeroPart] = (),
    jumped: Sequence[Indicator] = (),
) -> str:
    """Return a municipality's figure, its group's median, its rank and the verdict, as far as each exists.

    `row`: the municipality's row of `comparison`; `shown`: a remark about the year, where it is not the chosen one;
    `lacking`: parts of a published total that the municipality does not organise itself; `jumped`: services that the
    figure adds up, whose own figures jumped. What hidden counts, parts left
    out and an outlier leave open is added.
    """
    if row is None or row["value"] is None:
        sentence = no_figure(t, indicator, name, year, row["reason"] if row else "not_reported")
        return " ".join([sentence, *_hidden_value(t, indicator, row)])
    value = t.number(row["value"], indicator.decimals)
    terms = [words for words in basis(t, indicator, chosen_basis) if words not in basis(t, indicator, AS_PUBLISHED)]
    terms += [shown] if shown else []
    in_brackets = f" ({', '.join(terms)})" if terms else ""
    label = indicator.label[t.language]
    parts = [
        t(
            "finding.value",
            name=name,
            label=label,
            value=value,
            unit=after_figure(indicator.unit[t.language]),
            year=year,
            basis=in_brackets,
        )
    ]
    if comparison.n == 0:
        return " ".join([*parts, t("finding.no_group")])
    parts.append(
        t("finding.group", median=t.number(comparison.median, indicator.decimals), group=group, n=comparison.n)
    )
    if row["ranked"] is None:
        parts.append(t("finding.not_member", name=name))
    elif row["rank"] is None:
        parts.append(t("finding.small_base" if indicator.by_residents else "finding.small_count", least=LEAST_BASE))
    else:
        parts.append(t("finding.rank", rank=rank(t, row), order=order(t, indicator)))
        of_deviation = indicator.judged_by == "expected_cost"
        verdict = []
        if row["judgement"]:
            key = "judgement_expected" if of_deviation else "judgement"
            verdict.append(t(f"finding.{key}", judgement=t(f"judgement.{row['judgement']}")))
        elif explanation := unjudged(t, row["unjudged"]):
            verdict.append(explanation)
        expected = beside_expected(t, indicator, row)
        parts += [*expected, *verdict] if of_deviation else [*verdict, *expected]
    if comparison.bounds:
        parts.append(hidden(t, indicator, comparison.bounds))
    parts += left_out(t, name, indicator.left_out)
    parts += [t("finding.lacking", name=name, parts=labels_of(t, lacking))] if lacking else []
    if row["outlier"]:
        parts.append(t("finding.outlier"))
    if "jump" in row["doubtful"]:
        parts.append(t("finding.jump", year=year - 1))
    return " ".join([*parts, *jump_of_part(t, jumped, year)])


def jump_of_part(t: Translator, jumped: Sequence[Indicator], year: int) -> list[str]:
    """Return the sentence that services which a figure adds up jumped in its year; empty where none did."""
    names = ", ".join(part.label[t.language] for part in jumped)
    return [t("finding.jump_of_part", parts=names, year=year - 1)] if jumped else []


def experimental(t: Translator, indicator: Indicator, since: int | None) -> str:
    """Return why the values of an indicator, or those from the year `since` on, are experimental; empty where they are
    not."""
    if since is not None:
        return t("catalogue.experimental_from", year=since)
    if not indicator.experimental:
        return ""
    found_by_label = indicator.of_group or indicator.of_education
    return t("catalogue.experimental_labels" if found_by_label else "catalogue.experimental_note")


def moved(t: Translator, indicator: Indicator, year: int, municipality: str, name: str) -> str:
    """Return the sentence that a task in a figure of a year is no longer municipal (docs/methods.md 12).

    A sum of which a part has moved needs it only from the year of the move on. Empty where nothing is to be said.
    """
    move = indicator.move
    if move is None:
        return ""
    whole, since = not indicator.municipal(move.year), year >= move.year
    if not (whole or since):
        return ""
    kept = municipality in move.kept_by
    if whole:
        key = "kept" if kept else "whole"
    elif kept:
        key = "kept_total" if indicator.is_published_total else "kept_part"
    else:
        key = "without"
    return t(f"moved.{key}", reason=move.reason[t.language], name=name)


def labels_of(t: Translator, parts: Sequence[ZeroPart]) -> str:
    """Return the names of parts, separated by commas."""
    return ", ".join(part.label[t.language] for part in parts)


def left_out(t: Translator, name: str, parts: Sequence[ZeroPart]) -> list[str]:
    """Return the sentence that parts are left out for all, as `name` does not organise them; empty without parts."""
    return [t("finding.left_out", name=name, parts=labels_of(t, parts))] if parts else []


def listed_whole(t: Translator, name: str, shown: Indicator) -> str:
    """Return the sentence that leads from a comparison without parts to a list of the whole composite.

    Empty where nothing is left out.
    """
    return t("bridge.list", name=name, parts=labels_of(t, shown.left_out)) if shown.left_out else ""


def unjudged(t: Translator, reason: str | None) -> str:
    """Return why there is no verdict, in a few words; empty where that needs no explanation."""
    if reason == "small_base":
        return t("missing.small_base", least=LEAST_BASE)
    return t(f"unjudged.{reason}", least=LEAST_GROUP, years=FEWEST_YEARS) if reason in EXPLAINED else ""


def no_figure(t: Translator, indicator: Indicator, name: str, year: int, reason: str) -> str:
    """Return the sentence that a municipality has no figure, with the reason (a key of the texts under `missing`)."""
    return t("finding.missing", name=name, label=indicator.label[t.language], year=year, reason=t(f"missing.{reason}"))


def euros_alone(t: Translator, indicator: Indicator, row: Mapping[str, Any] | None, key: str = "euros_alone") -> str:
    """Return the euros of a year whose residents are not known, with that reason; empty for every other row.

    `row`: of figures.values or of a comparison, at the prices in which the indicator is shown; `key`: euros_short for a
    few words in a table.
    """
    formula = indicator.formula
    if row is None or row["reason"] != "no_population" or not indicator.in_euros or not isinstance(formula, Ratio):
        return ""
    first, last = formula.denominator.age_from, formula.denominator.age_to
    assert first is not None and last is not None  # the reason is one of age groups
    euros = t.number(row["numerator"])
    return t(f"missing.{key}", year=row["year"], euros=euros, ages=ages(t, first, last))


def hidden(t: Translator, indicator: Indicator, group: Mapping[str, Any]) -> str:
    """Return how far hidden counts leave a group's median open (docs/methods.md 2); `group`: bounds of a comparison."""
    return t(
        "finding.hidden",
        hidden=group["hidden"],
        n=group["n"],
        most=indicator.hidden_most,
        median=ends(t, group["median"], indicator.decimals),
    )


def median(t: Translator, indicator: Indicator, group: Comparison) -> str:
    """Return a group's median, with the bounds that hidden counts allow in brackets."""
    return t.number(group.median, indicator.decimals) + (
        _open(t, group.bounds["median"], indicator.decimals) if group.bounds else ""
    )


def middle_half(t: Translator, indicator: Indicator, group: Comparison) -> str:
    """Return a group's quartiles, each with the bounds that hidden counts allow in brackets."""
    quartiles = {"q1": group.q1, "q3": group.q3}
    quartile_texts = [
        t.number(value, indicator.decimals) + (_open(t, group.bounds[name], indicator.decimals) if group.bounds else "")
        for name, value in quartiles.items()
    ]
    return "–".join(quartile_texts)


def judgement(t: Translator, indicator: Indicator, row: Mapping[str, Any]) -> str:
    """Return the verdict on a row in a few words, which say so where it is on the deviation from the expected cost; a
    dash without one."""
    if not row["judgement"]:
        return t("missing.mark")
    word = t(f"judgement.{row['judgement']}")
    return t("judgement.beside_expected", judgement=word) if indicator.judged_by == "expected_cost" else word


def beside_expected(t: Translator, indicator: Indicator, row: Mapping[str, Any]) -> list[str]:
    """Return the sentence on the cost that need leads one to expect and the deviation from it; empty where it is not
    known (docs/methods.md 9)."""
    if row["deviation"] is None:
        return []
    cost = {"expected": t.number(row["expected"], indicator.decimals), "unit": indicator.unit[t.language]}
    deviation = signed(t, row["deviation"], 1)
    if indicator.judged_by != "expected_cost" or not row["deviation_rank"]:
        return [t("finding.expected", deviation=deviation, **cost)]
    return [t("finding.expected_rank", deviation=deviation, rank=deviation_rank(t, row), **cost)]


def deviation_rank(t: Translator, row: Mapping[str, Any]) -> str:
    """Return the rank of the deviation from the expected cost, as `rank`."""
    of_deviation = {key: row[f"deviation_{key}"] for key in ("rank", "rank_low", "rank_high", "ranked")}
    return rank(t, of_deviation | {"bounds": None})


def rank(t: Translator, row: Mapping[str, Any]) -> str:
    """Return a rank with its 90 % interval, such as "3 (2–6) of 20"; where counts are hidden "3 of 18 (2–6 of 20)", the
    interval being among the members with a hidden count too."""
    if not row["rank"]:
        return t("missing.mark")
    interval = rank_interval(t, row)
    if bounds := row["bounds"]:
        alone = t("finding.rank_of", rank=row["rank"], ranked=row["ranked"])
        return f"{alone} ({t('finding.rank_of', rank=interval, ranked=bounds['ranked'])})"
    return t("finding.rank_of", rank=f"{row['rank']} ({interval})" if interval else row["rank"], ranked=row["ranked"])


def rank_words(t: Translator, row: Mapping[str, Any] | None) -> str:
    """Return the rank of a row as a sentence; empty without one."""
    return t("dots.rank", rank=rank(t, row)) if row and row["rank"] else ""


def rank_interval(t: Translator, row: Mapping[str, Any]) -> str:
    """Return the 90 % interval of a rank, or where it is unknown the ends that hidden counts allow; empty without."""
    low, high = row["rank_low"], row["rank_high"]
    if low is None and row["bounds"] and "rank" in row["bounds"]:
        low, high = row["bounds"]["rank"]
    return "" if low is None else f"{t.number(low)}–{t.number(high)}"


def bounds(t: Translator, allowed: Mapping[str, Any], decimals: int) -> str:
    """Return the bounds that hidden counts allow for a value or a rank, in a few words."""
    if "value" in allowed:
        return ends(t, allowed["value"], decimals)
    return f"{t('chart.rank').lower()} {ends(t, allowed['rank'])}/{allowed['ranked']}"


def note(t: Translator, indicator: Indicator, row: Mapping[str, Any]) -> str:
    """Return the remarks of a table beside a value, separated by commas; empty where there are none.

    Why there is no value, its status, its verdict, why it has no rank, and the bounds that hidden counts allow.
    """
    parts = [t(f"missing.{row['reason']}")] if row["reason"] else []
    parts += [t(f"table.status.{row['status']}")] if row["status"] and row["status"] != "final" else []
    parts += [judgement(t, indicator, row)] if row.get("judgement") else []
    small = row.get("ranked") is not None and row["value"] is not None and row["rank"] is None
    parts += [t("missing.small_base", least=LEAST_BASE)] if small else []
    parts += [bounds(t, row["bounds"], indicator.decimals)] if row.get("bounds") else []
    return ", ".join(parts)


def _open(t: Translator, pair: Sequence[float | None], decimals: int) -> str:
    return f" ({ends(t, pair, decimals)})"


def ends(t: Translator, pair: Sequence[float | None], decimals: int = 0) -> str:
    """Return a range; the upper end is left empty where it is unknown, and equal ends are written once."""
    low, high = (t.number(end, decimals) if end is not None else "" for end in pair)
    return low if low == high else f"{low}–{high}"


def _hidden_value(t: Translator, indicator: Indicator, row: Mapping[str, Any] | None) -> list[str]:
    """Return the sentence on what a value with a hidden count may be; none where it is not hidden."""
    value_bounds = (row or {}).get("bounds")
    return (
        [
            t(
                "finding.hidden_value",
                value=ends(t, value_bounds["value"], indicator.decimals),
                unit=indicator.unit[t.language],
            )
        ]
        if value_bounds
        else []
    )


def basis(t: Translator, indicator: Indicator, chosen_basis: Basis) -> list[str]:
    """Return the terms of figures that apply to the indicator: whose prices, how many years together."""
    terms = []
    if indicator.in_euros:
        terms.append(
            t("basis.constant", year=chosen_basis.price_year) if chosen_basis.price_year else t("basis.current")
        )
    if isinstance(indicator.formula, Ratio) and chosen_basis.years_together > 1:
        terms.append(t("basis.mean"))
    return terms


def unit(t: Translator, indicator: Indicator, chosen_basis: Basis = AS_PUBLISHED) -> str:
    """Return the unit of an indicator with its prices and mean."""
    return " · ".join([indicator.unit[t.language], *basis(t, indicator, chosen_basis)])


def after_figure(unit_: str) -> str:
    """Return a unit as a sentence has it after a figure: what an index is of, in brackets."""
    return f"({unit_})" if " = " in unit_ else unit_


def mark(unit_: str) -> str:
    """Return the sign of a unit, € or %, for a headline; empty where it has none."""
    sign_ = unit_.partition(" ")[0]
    return sign_ if sign_ in ("€", "%") else ""


def short(t: Translator, key: str, **parts: object) -> str:
    """Return the text `chart.short.KEY`, without the spaces that empty parts leave."""
    return t(f"chart.short.{key}", **parts).replace("  ", " ").replace(" ,", ",").strip()


def order(t: Translator, indicator: Indicator) -> str:
    """Return which end of the ranking is number one."""
    return t("order.highest_first" if indicator.highest_first else "order.lowest_first")


def change(t: Translator, indicator: Indicator, first: float, last: float) -> str:
    """Return a change between two values: in per cent where they are compared as a ratio, else as a difference."""
    if indicator.varies_relatively and first > 0:
        return f"{signed(t, 100 * (last / first - 1), 1)} %"
    difference = signed(t, last - first, indicator.decimals)
    if indicator.in_euros:
        return f"{difference} €"
    return f"{difference} {t('trend.points')}" if indicator.unit.fi.startswith("%") else difference


def development(t: Translator, indicator: Indicator, name: str, series: list[dict[str, Any]]) -> str:
    """Return the change from the first to the last value of the last comparable stretch of years.

    Where a break leaves fewer than two values, the reason why no change is given; otherwise empty with fewer than two.
    """
    valued = [row for row in series if row["value"] is not None]
    stretch = [indicator.stretch(row["year"]) for row in valued]
    comparable = [row for row, number in zip(valued, stretch, strict=True) if number == stretch[-1]]
    if len(comparable) < 2:
        breaks_between = [b for b in indicator.breaks if valued and valued[0]["year"] < b.year <= valued[-1]["year"]]
        return (
            t(
                "chart.lines_refused",
                name=name,
                year=breaks_between[-1].year,
                reason=breaks_between[-1].reason[t.language],
            )
            if breaks_between
            else ""
        )
    first, last = comparable[0], comparable[-1]
    return t(
        "chart.lines_summary",
        name=name,
        unit=after_figure(indicator.unit[t.language]),
        first=t.number(first["value"], indicator.decimals),
        first_year=first["year"],
        last=t.number(last["value"], indicator.decimals),
        last_year=last["year"],
    )


def direction(indicator: Indicator) -> str:
    """Return the direction in which a value counts in favour: the polarity, or `need` for an expected cost only."""
    return "need" if indicator.judged_by == "expected_cost" else indicator.polarity


def formula(t: Translator, indicator: Indicator) -> str:
    """Return how the indicator is computed, in words, with the official names of what is added up."""
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


def amount(t: Translator, term: Amount) -> str:
    """Return what is added up: names of task classes, items and measures, and the age group."""
    all_measures = measures.measures()
    labels = [*term.task_classes, *term.statement]
    parts = [
        *(task_classes.name_in(label, t.language) for label in labels),
        *(all_measures[m]["name"][t.language] for m in term.measures),
    ]
    if term.age_from is not None and term.age_to is not None:
        parts.append(t("how.residents", ages=ages(t, term.age_from, term.age_to)))
    words = " + ".join(parts)
    less = "".join(f" − {task_classes.name_in(item, t.language)}" for item in term.less_statement)
    if not term.published:
        return words + less
    return t("how.or_published", amount=words + less, published=all_measures[term.published]["name"][t.language])


def spans(years: Sequence[int]) -> str:
    """Return years in order with those that follow each other as a span, such as "2008–2014, 2020"."""
    starts = [year for year in years if year - 1 not in years]
    ends = [year for year in years if year + 1 not in years]
    return ", ".join(f"{a}–{b}" if a < b else str(a) for a, b in zip(starts, ends, strict=True))


def part_heads(t: Translator, indicator: Indicator) -> tuple[str, str]:
    """Return the table headers of numerator and denominator."""
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


def _head(t: Translator, term: Amount) -> str:
    if term.task_classes:
        return t("table.cost")
    if term.statement:
        return t("table.euros")
    return t("table.residents") if term.age_from is not None else t("table.count")


def ages(t: Translator, first: int, last: int) -> str:
    """Return an age group in words."""
    if (first, last) == (0, 120):
        return t("how.everybody")
    if last == 120:
        return t("how.ages_from", first=first)
    return t("how.age", first=first) if first == last else t("how.ages", first=first, last=last)


def service(t: Translator, service_id: str | None) -> str:
    """Return the name of a service; for None, that of the whole municipality."""
    return t("service.whole") if service_id is None else services.services()[service_id]["name"][t.language]


def variable(t: Translator, variable_id: str, value: float | None, unit: bool = True) -> str:
    """Return the figure of a structural variable, with its unit unless the place says it."""
    about = structural_variables.about(variable_id)
    return (
        t.number(value, about["decimals"]) + (f" {about['unit'][t.language]}" if unit else "")
        if value is not None
        else t("missing.mark")
    )


def nearest_peers(
    t: Translator, name: str, service_id: str | None, names: list[str], peers_: list[peers.Peer], likeness: Structure
) -> str:
    """Return who the nearest peers are, with the distances of the first and the last.

    `names`: those of `peers_`, in the same order; `likeness`: by which they are found.
    """
    if not peers_:
        return t("peers.none", name=name)
    ends = {"first": t.number(peers_[0].distance, 2), "last": t.number(peers_[-1].distance, 2)}
    ends["year"] = str(max(likeness.years.values()))
    return t(
        "peers.finding", name=name, service=service(t, service_id), n=len(peers_), names=", ".join(names[:3]), **ends
    )


def expected_short(t: Translator, indicator: Indicator, row: Mapping[str, Any]) -> str:
    """Return the expected cost and the deviation from it in a few words; empty where it is not known."""
    if row["deviation"] is None:
        return ""
    expected = t.number(row["expected"], indicator.decimals)
    return t("need_model.short", expected=expected, deviation=signed(t, row["deviation"], 1))


def need(t: Translator, standing: NeedStanding, name: str, terms: str) -> str:
    """Return what a municipality spends and what need leads one to expect, with the driver that is largest in the
    direction of the difference from a municipality of average drivers; `terms`: prices, in words."""
    indicator, row = standing.indicator, standing.row
    unit = indicator.unit[t.language]
    usual = standing.expected.usual * standing.price
    parts = [
        t(
            "need_model.finding",
            name=name,
            label=indicator.label[t.language],
            year=row["year"],
            terms=terms,
            actual=t.number(row["value"], indicator.decimals),
            expected=t.number(row["expected"], indicator.decimals),
            unit=unit,
            deviation=signed(t, row["deviation"], 1),
        )
    ]
    if row["deviation_rank"]:
        parts.append(t("need_model.rank", rank=deviation_rank(t, row)))
    more = row["expected"] > usual
    largest = max(standing.effects, key=lambda theme: standing.effects[theme] * (1 if more else -1))
    parts.append(
        t(
            "need_model.more" if more else "need_model.less",
            difference=t.number(abs(row["expected"] - usual)),
            unit=unit,
            driver=need_models.themes()[largest][t.language],
            effect=signed(t, standing.effects[largest]),
        )
    )
    return " ".join(parts)


def size(t: Translator, other: str, name: str, times: float) -> str:
    """Return how many times larger or smaller another municipality is, beyond what peers are looked for within."""
    key = "larger" if times > 1 else "smaller"
    return t(
        f"peers.{key}", other=other, name=name, times=t.number(max(times, 1 / times), 1), most=t.number(SIZES_APART)
    )


def why_peer(
    t: Translator,
    name: str,
    other: str,
    structure: Structure,
    municipality: str,
    place: int,
    ranked: list[peers.Peer],
    n: int,
) -> str:
    """Return why a municipality is a peer or not, by the two largest parts of its distance.

    `ranked`: candidates by distance; `place`: index of the municipality `other` in it; `n`: number of peers;
    `municipality`: code of the chosen municipality.
    """
    peer = ranked[place]
    squared_distance = sum(peer.parts.values()) or 1
    largest = sorted(peer.parts, key=lambda v: -peer.parts[v])[:2]
    key = "peers.is_peer" if place < n else "peers.no_peer"
    sentences = [
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
    if not peer.near_in_size and peer.size:
        sentences.append(size(t, other, name, peer.size))
    for v in largest:
        both = {
            "municipality": variable(t, v, structure.values[municipality].get(v)),
            "theirs": variable(t, v, structure.values[peer.municipality].get(v)),
        }
        share = t.number(100 * peer.parts[v] / squared_distance)
        sentences.append(
            t(
                "peers.part",
                variable=structural_variables.about(v)["name"][t.language],
                share=share,
                name=name,
                other=other,
                **both,
            )
        )
    return " ".join(sentences)


def money(t: Translator, euros: float) -> str:
    """Return euros without their sign: in millions from 10 million, in thousands from 10,000 (docs/methods.md 10)."""
    size = abs(euros)
    if size >= LEAST_MILLIONS:
        return t("euros.millions", value=t.number(size / 1e6, 1))
    return (
        t("euros.thousands", value=t.number(size / 1e3))
        if size >= LEAST_THOUSANDS
        else t("euros.euros", value=t.number(size))
    )


def money_scale(t: Translator, largest: float) -> tuple[str, float, int]:
    """Return unit, divisor and decimals for amounts shown together: millions from 10 million, else thousands."""
    if abs(largest) >= LEAST_MILLIONS:
        return t("outlook.unit_millions"), 1e6, 1
    return t("outlook.unit_thousands"), 1e3, 0


def sign(value: float) -> str:
    """Return the sign for an amount that is written without one."""
    return "+" if value > 0 else MINUS if value < 0 else ""


def signed(t: Translator, value: float, decimals: int = 0) -> str:
    """Return a number with its sign; zero has none."""
    shown = t.number(value, decimals)
    return f"+{shown}" if round(value, decimals) > 0 else shown


def why(
    t: Translator,
    name: str,
    composite_name: str,
    group: str,
    year: int,
    difference: Difference,
    terms: str,
    labels: dict[str, str],
) -> list[str]:
    """Return two sentences: the difference in cost to the group as one municipality, and its reasons.

    The part named is the largest in the direction of the difference (docs/methods.md 10), the largest of all where
    there is none; no reasons where every part is as in the group. `terms`: prices, as `basis`
    gives them; `labels`: id → name of each part.
    """
    gap = difference.municipality - difference.group
    steps = [(effect.age, labels[effect.id], "why.by_age") for effect in difference.effects]
    steps += [(effect.unit_cost, labels[effect.id], "why.by_unit_cost") for effect in difference.effects]
    even = t.number(abs(gap)) == t.number(0)
    key = "why.even" if even else "why.dearer" if gap > 0 else "why.cheaper"
    largest, service_, kind = max(steps, key=lambda step: abs(step[0]) if even else step[0] if gap > 0 else -step[0])
    first = t(
        key,
        name=name,
        whole=composite_name,
        year=year,
        terms=terms,
        municipality=t.number(difference.municipality),
        gap=t.number(abs(gap)),
        group=group,
        other=t.number(difference.group),
        euros=money(t, gap * difference.residents),
    )
    second = t(
        "why.because",
        age=signed(t, difference.age),
        unit_cost=signed(t, difference.unit_cost),
        service=service_,
        kind=t(kind),
        largest=signed(t, largest),
    )
    return [first] if t.number(abs(largest)) == t.number(0) else [first, second]


def bridge(t: Translator, composite: Indicator, value: float, group: Comparison, difference: Difference) -> list[str]:
    """Return the sentences that lead from a composite's headline to its cost difference (docs/methods.md 10).

    The headline is per head of the age group, beside the median; the difference per resident, beside the group as one
    municipality. `value` and `group` are at the prices and in the year of the difference. Empty without a figure.
    """
    one, median = group.ratio_of_sums, group.median
    if one is None or median is None or not value or not one:
        return []
    parts = {part: t.number(v, composite.decimals) for part, v in (("municipality", value), ("one", one))}
    parts |= {"median": t.number(median, composite.decimals), "unit": composite.unit[t.language]}
    sentences = []
    if composite.by_everybody:
        sentences.append(t("bridge.everybody", **parts))
    else:
        # cost per resident = share of the age group × cost per head of the age group
        share, group_share = difference.municipality / value, difference.group / one
        cost, size = "more" if value >= one else "less", "more" if share >= group_share else "fewer"
        shares = {"share": t.number(100 * share, 1), "group_share": t.number(100 * group_share, 1)}
        sentences.append(t(f"bridge.{cost}_{size}", **parts, **shares))
        age = round(difference.age)
        if (size == "fewer" and age > 0) or (size == "more" and age < 0):
            sentences.append(t("bridge.inside_more" if age > 0 else "bridge.inside_fewer", age=signed(t, age)))
    if (value - median) * (value - one) < 0 and parts["municipality"] not in (parts["median"], parts["one"]):
        sentences.append(t("bridge.below_median" if value < median else "bridge.above_median"))
    return sentences


def quadrant(
    t: Translator,
    name: str,
    group: str,
    indicators: tuple[Indicator, Indicator],
    years: Sequence[int | str],
    result: Pair,
    row: dict[str, Any] | None,
    reason: str,
) -> str:
    """Return a municipality's two figures, each above or below the group's median.

    `years`: of each figure, or a remark in its place; `reason`: why it has no figures, where `row` is None.
    """
    if row is None:
        labels = " + ".join(indicator.label[t.language] for indicator in indicators)
        return t("finding.missing", name=name, label=labels, year=years[0], reason=t(f"missing.{reason}"))
    parts = []
    for indicator, year, value, median in zip(
        indicators, years, (row["x"], row["y"]), (result.x_median, result.y_median), strict=True
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
    return f"{name}: {'; '.join(parts)} ({group}, n = {result.n})."


def productivity(t: Translator, name: str, indicator: Indicator, year: Year | None) -> str:
    """Return how volume, cost, prices and productivity have changed since the base year."""
    if (
        year is None
        or year.index is None
        or year.volume is None
        or year.cost is None
        or not isinstance(indicator.formula, Index)
    ):
        return t("productivity.none")
    changes = {part: signed(t, getattr(year, part) - 100, 1) for part in ("volume", "cost", "price", "index")}
    return t("productivity.sentence", name=name, first=indicator.formula.base_year, last=year.year, **changes)


def former(t: Translator, name: str, before: Year, after: Year) -> str:
    """Return the cost of a year's volume at the productivity of the year before, beside the actual cost."""
    at_former = at_former_productivity(before, after)
    if at_former is None or after.eur is None:
        return t("productivity.none")
    gap = money(t, after.eur - at_former)
    key = "same" if gap == money(t, 0) else "more" if after.eur > at_former else "less"
    sums = {"cost": money(t, after.eur), "would": money(t, at_former), "gap": gap}
    return t(f"productivity.actual_{key}", name=name, year=after.year, before=before.year, **sums)


def edition(t: Translator, projection: Edition | None) -> str:
    """Return which projection is used, and for which years; where years between them are missing, that they are."""
    if projection is None:
        return t("outlook.none")
    years = projection.years
    sentence = t("outlook.made", year=projection.made, years=spans(years))
    return sentence if years[-1] - years[0] + 1 == len(years) else f"{sentence} {t('outlook.points')}"


def not_projected(t: Translator, projection: Edition, names: Sequence[str]) -> str:
    """Return that a projection lacks some year of age of what is named; empty without names."""
    return t("outlook.not_projected", year=projection.made, names=", ".join(names)) if names else ""


def projected(t: Translator, name: str, age_group: str, heads: Mapping[int, float], made: int) -> str:
    """Return how an age group changes in the projection made in a year; `heads`: year → persons, at least one."""
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
        made=made,
    )


def sector_growth(t: Translator, euros: Mapping[int, float], breaks: Collection[int], year: int, prices: int) -> str:
    """Return the growth of the sector's real costs in a year, or in the last earlier year with a figure.

    `euros`: year → real costs; `breaks`: first years of breaks; `prices`: the base year.
    """
    growth = sector_costs.growth(euros, breaks)
    if not growth:
        return t("national.none")
    shown_year = max((y for y in growth if y <= year), default=max(growth))
    return t(
        "national.finding",
        year=shown_year,
        growth=signed(t, growth[shown_year], 1),
        total=t.number(euros[shown_year] / 1e9, 1),
        prices=prices,
    )


def moved_sectors(t: Translator, catalogue: Mapping[str, Indicator], year: int) -> list[str]:
    """Return for each sector that is no longer municipal in a year a sentence that says so."""
    moved = {sector: sector_costs.moved(catalogue, sector, year) for sector in sector_costs.SECTORS}
    return [
        t("moved.sector", sector=capital(t(f"national.{sector}")), reason=b.reason[t.language])
        for sector, b in moved.items()
        if b
    ]


def spread(t: Translator, indicator: Indicator, last: Mapping[str, Any], unit_: str) -> str:
    """Return how far apart the municipalities of a group are; `last`: a row of comparisons.group_series."""
    figures = {figure: t.number(last[figure], indicator.decimals) for figure in ("q1", "q3", "median")}
    return t(
        "national.spread_finding",
        label=capital(indicator.label[t.language]),
        year=last["year"],
        unit=unit_,
        n=last["n"],
        **figures,
    )


def fan(t: Translator, name: str, service_: str, unit_: str, decimals: int, points: Sequence[Fan], made: int) -> str:
    """Return what a cost is today and at the end of the outlook, in the unit of the points, by the projection made in a
    year."""
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
        made=made,
        **{part: t.number(value, decimals) for part, value in sums.items()},
    )


def projection_errors(t: Translator, by_ages: Mapping[str, ProjectionError | None], last_year: int) -> list[str]:
    """Return sentences on how far the projection was from what came to be, measured and as assumed of the last year.

    And of which age groups nothing is known, so that their fan is of the unit cost alone. `by_ages`: name → error.
    """
    known = {ages: error for ages, error in by_ages.items() if error}
    sentences = []
    if known:
        first, year = next(iter(known.values())), min(error.last for error in known.values())
        errors = [
            f"{ages} {t.number(100 * error.of(year), 1)} → {t.number(100 * error.of(last_year), 1)} %"
            for ages, error in known.items()
        ]
        about = {"made": first.made, "size": t(f"outlook.size_{first.size}"), "growth": t.number(first.growth, 1)}
        sentences.append(t("outlook.error", **about, year=year, last=last_year, errors=", ".join(errors)))
    if unknown := [ages for ages, error in by_ages.items() if not error]:
        sentences.append(t("outlook.no_error", ages=", ".join(unknown)))
    return sentences


def saving(t: Translator, name: str, scenario: Scenario, residents: float | None) -> str:
    """Return the result of a support-service scenario; `residents`: of the municipality, None where unknown."""
    pay_back = (
        t("support.never") if scenario.pay_back is None else t("support.years", years=t.number(scenario.pay_back, 1))
    )
    return t(
        "support.finding",
        name=name,
        base=money(t, scenario.base * 1e6),
        saving=t.number(scenario.saving, 1),
        saved=money(t, scenario.saved * 1e6),
        one_off=money(t, scenario.one_off * 1e6),
        pay_back=pay_back,
        per=t.number(scenario.per_resident(residents), 1) if residents else t("missing.mark"),
    )


def before_after(
    t: Translator,
    indicator: Indicator,
    name: str,
    year: int | None,
    comparison: BeforeAfter | None,
    years: Sequence[int],
) -> str:
    """Return the change of an indicator around a measure's year, beside the group's median (docs/methods.md 12).

    Where `comparison` is None, that it cannot be computed, with the `years` that have figures.
    """
    label = capital(indicator.label[t.language])
    if comparison is None:
        span = f"{years[0]}–{years[-1]}" if years else t("missing.mark")
        return t("knowledge.cannot_say", label=label, name=name, year=year or t("missing.mark"), span=span)
    spans = {side: _span(getattr(comparison, side).years) for side in ("before", "after")}
    sides = {
        f"{who}_{side}": t.number(getattr(getattr(comparison, side), who), indicator.decimals)
        for who in ("municipality", "group")
        for side in ("before", "after")
    }
    changes = {
        f"{who}_change": signed(t, change, 1) if change is not None else t("missing.mark")
        for who, change in (("municipality", comparison.municipality), ("group", comparison.group))
    }
    return t(
        "knowledge.before_after_finding",
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
    """Return the source of an entry of the knowledge bank: title, publisher and year."""
    title, publisher = (words.in_language(t.language)[0] for words in (source.title, source.publisher))
    return t("knowledge.source", title=title, publisher=publisher, year=f", {source.year}" if source.year else "")


def plan(t: Translator, status: str) -> str:
    """Return the name of a line of uploaded budgets or targets."""
    return capital(t("upload.plan", status=t(f"table.status.{status}")))


def planned(t: Translator, indicator: Indicator, name: str, by_year: Mapping[int, float]) -> str:
    """Return a line of budgets, plans or targets in words; `by_year`: year → value."""
    figures = "; ".join(f"{year}: {t.number(value, indicator.decimals)}" for year, value in by_year.items())
    return f"{name} {figures} {indicator.unit[t.language]}."


def model(t: Translator, name: str) -> str:
    """Return the name of an organisation model."""
    return organisation_models.models()[name]["name"][t.language]


def table_error(t: Translator, error: TableError) -> str:
    """Return why a file cannot be read, and what to do."""
    return t(f"tabular.{error.reason}", **error.parts)


def problem(t: Translator, defect: Problem) -> str:
    """Return what is wrong on a line of a file, and what may have been meant."""
    sentence = t(f"problem.{defect.reason}", near=defect.near, value=defect.value, year=defect.year)
    return (
        f"{sentence} {t('problem.near', near=defect.near)}"
        if defect.near and defect.reason == "municipality"
        else sentence
    )


def understood(t: Translator, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was understood of an uploaded file (`uploads.reading`) with its problems in words."""
    error = answer.get("error")
    problems = [
        {
            "sheet": one.sheet or None,
            "line": one.line or None,
            "column": one.column or None,
            "value": one.value or None,
            "reason": one.reason,
            "message": table_error(t, error) if error else problem(t, one),
        }
        for one in answer["problems"]
    ]
    left_out = [
        {
            "kind": part.kind,
            "sheet": part.sheet or None,
            "line": part.line or None,
            "text": part.text,
            "reason": part.reason,
            "message": t(f"not_read.reason.{part.reason}"),
        }
        for part in answer["not_read"]
    ]
    return {
        key: {"problems": problems, "not_read": left_out}.get(key, value)
        for key, value in answer.items()
        if key != "error"
    }


def not_read(t: Translator, part: NotRead) -> str:
    """Return what of a file was not read: a sheet, a column, a row with its line, or a part of a measure."""
    kind = t(f"not_read.{part.kind}")
    line = f" {part.line}" if part.line else ""
    where = f" ({part.sheet})" if part.sheet else ""
    return f"{kind}{line}{where}: {part.text}" if part.text else f"{kind}{line}{where}"


def listed(t: Translator, names: list[str], most: int = 12) -> str:
    """Return names separated by commas, at most `most` of them and the number of the rest."""
    return ", ".join(names[:most]) + (f" + {t.number(len(names) - most)}" if len(names) > most else "")


def file_metadata(
    t: Translator, indicators: Sequence[Indicator], sources: Sequence[str], manifest: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Return the description of figures in a downloaded file, as pairs of header and text.

    Each indicator, then sources, licence, date of retrieval and division year; `sources`: ids beside the indicators'
    own.
    """
    lines: list[tuple[str, str]] = []
    for indicator in indicators:
        lines += [
            (t("choice.indicator"), indicator.name[t.language]),
            (t("catalogue.definition"), indicator.definition[t.language]),
            (t("catalogue.formula"), formula(t, indicator)),
            (t("catalogue.unit"), indicator.unit[t.language]),
            (t("catalogue.caveats"), indicator.caveats[t.language]),
            (t("catalogue.id"), indicator.id),
        ]
    ids = provenance.of_data_set(
        [*(source for indicator in indicators for source in indicator.sources), *sources], manifest
    )
    notice = [(t("invented.mark"), t("invented.notice"))] if provenance.is_invented(manifest) else []
    return [
        *notice,
        *lines,
        (t("catalogue.sources"), provenance.attribution(ids, t.language)),
        (t("datasets.licence"), provenance.licence(ids) or t("missing.mark")),
        (t("datasets.retrieved"), manifest["retrieved"]),
        (t("files.division"), str(manifest["division_year"])),
    ]


def mark_invented(t: Translator, figures: "pd.DataFrame", manifest: Mapping[str, Any]) -> "pd.DataFrame":
    """Return figures for a file; those of an invented country say so in every row."""
    return figures.assign(**{t("invented.head"): t("invented.mark")}) if provenance.is_invented(manifest) else figures


def group(t: Translator, group_id: str, register: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the name of a fixed group."""
    family, _, code = group_id.partition("-")
    if family in ("region", "wellbeing", "grouping"):
        member = next(row for row in register.values() if row[f"{family}_code"] == code)
        return t(f"group.{family}", name=member[f"{family}_{t.language}"])
    return t(f"group.{group_id}")
