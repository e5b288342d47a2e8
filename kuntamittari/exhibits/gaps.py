"""Services by euros a year to the typical peer: the figures of a page context, sentences on them and the exhibit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kuntamittari.catalog import knowledge_bank, structural_variables
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.catalog.knowledge_bank import Entry
from kuntamittari.exhibits import text
from kuntamittari.exhibits.comparison import PICTURE
from kuntamittari.exhibits.exhibit import Exhibit, municipality_name, source
from kuntamittari.exhibits.page_context import PageContext, ranked_peers
from kuntamittari.i18n import Translator
from kuntamittari.query.figures import Group
from kuntamittari.query.gaps import euros
from kuntamittari.query.gaps.euros import Gap, LeftOut, Similar
from kuntamittari.query.peers import structure
from kuntamittari.stats.benchmark import LEAST_BASE, LEAST_GROUP
from kuntamittari.stats.noise import FEWEST_YEARS

WHOLE, GAPS = VIEWS = ("osat", "erot")  # values of the page parameter kuva on /kustannukset
THOUSAND = 1e3  # euros: the unit of the chart and of the exhibit
LEFT_OUT = ("cost_not_positive", "median_not_positive", "no_group")  # the other reasons are those of missing figures


def of(context: PageContext) -> tuple[list[Gap], list[LeftOut]]:
    """Return the gaps of the chosen municipality to the typical member of the chosen group, and the services left out.

    Each service in its newest year, at most the chosen one, and beside the peers of that year where they are the group.
    """
    s = context.selection

    def group_of(indicator: Indicator, year: int) -> Group:
        return replace(context, selection=replace(s, year=year)).group_of(indicator)

    def similar_of(indicator: Indicator, year: int) -> Similar:
        peers = ranked_peers(context, indicator, year)
        by_structure = structure.structure(context.data, indicator.service, year)
        return by_structure, tuple(peer.municipality for peer in peers)

    return euros.gaps_of(
        context.data, context.catalogue, s.municipality, s.year or None, group_of, similar_of, context.basis
    )


def asked(context: PageContext) -> bool:
    """Return whether /kustannukset shows the gaps, and not a whole with its services."""
    return dict(context.selection.page_params).get(PICTURE) == GAPS


def finding(context: PageContext, gaps: Sequence[Gap]) -> str:
    """Return how many services cost firmly more and less than in the typical peer, and the largest that costs more.

    Named is a service that the municipality still has and of which less is better as such; where there is none, any.
    """
    t, name, group = context.t, municipality_name(context), context.chosen_group()
    if not gaps:
        return t("gaps.none", name=name, group=group)
    dearer = [gap for gap in gaps if gap.firm and gap.euros > 0]
    counts = _counts(gaps)
    sentences = [t("gaps.finding", name=name, group=group, n=len(gaps), **counts)]
    if dearer:
        preferred = [gap for gap in dearer if gap.indicator.polarity != "neutral" and context.has_task(gap.indicator)]
        largest = (preferred or dearer)[0]
        named = text.service(t, largest.indicator.service)
        sentences.append(t("gaps.largest", service=named, year=largest.year, euros=text.money(t, largest.euros)))
    return " ".join([*sentences, t("gaps.question")])


def _counts(gaps: Sequence[Gap]) -> dict[str, int]:
    """Return how many services are firmly dearer and cheaper, and how many are neither."""
    firm = [gap for gap in gaps if gap.firm]
    dearer = sum(gap.euros > 0 for gap in firm)
    return {"dearer": dearer, "cheaper": len(firm) - dearer, "usual": len(gaps) - len(firm)}


def sentence(t: Translator, gap: Gap) -> str:
    """Return a gap in one sentence: unit cost, median, euros a year, and whether it is beyond usual variation."""
    indicator, decimals = gap.indicator, gap.indicator.decimals
    key = "gaps.more" if gap.euros > 0 else "gaps.less" if gap.euros < 0 else "gaps.same"
    return t(
        key,
        service=text.service(t, indicator.service),
        year=gap.year,
        value=t.number(gap.value, decimals),
        unit=indicator.unit[t.language],
        median=t.number(gap.median, decimals),
        n=gap.group.n,
        euros=text.money(t, gap.euros),
        firm=firmness(t, gap),
    )


def firmness(t: Translator, gap: Gap) -> str:
    """Return whether a gap is beyond usual variation, in two or three words."""
    if gap.firm is None:
        return t("gaps.unknown")
    return t("gaps.beyond" if gap.firm else "gaps.within")


def reasons(t: Translator, gap: Gap) -> list[str]:
    """Return the reasons of a gap in sentences: each costs more, there are more of them, and how the place differs."""
    sentences = []
    if gap.euros:
        sentences.append(t("gaps.each_more" if gap.euros > 0 else "gaps.each_less", euros=text.money(t, gap.euros)))
    if gap.age_group is not None and gap.share is not None and gap.typical_share is not None and gap.age_group:
        sentences.append(
            t(
                "gaps.more_of_them" if gap.age_group > 0 else "gaps.fewer_of_them",
                share=t.number(100 * gap.share, 1),
                typical=t.number(100 * gap.typical_share, 1),
                euros=text.money(t, gap.age_group),
            )
        )
    if gap.apart:
        listed = [
            t(
                "gaps.variable",
                variable=structural_variables.variables()[one.variable]["name"][t.language],
                value=text.variable(t, one.variable, one.value),
                median=text.variable(t, one.variable, one.median),
            )
            for one in gap.apart
        ]
        sentences.append(t("gaps.structure", differences="; ".join(listed)))
    return sentences


def cautions(t: Translator, gap: Gap, municipality: str, name: str, jumped: Sequence[Indicator] = ()) -> list[str]:
    """Return what keeps a gap from being read as it stands: unknown noise, no better direction, doubtful or
    experimental figures, a task that has moved. `jumped`: as of `text.finding`."""
    row, sentences = gap.row, list[str]()
    if gap.unfirm:
        sentences.append(t(f"gaps.unfirm_{gap.unfirm}", base=LEAST_BASE, group=LEAST_GROUP, years=FEWEST_YEARS))
    if gap.indicator.polarity == "neutral":
        sentences.append(t("gaps.neutral"))
    if row["outlier"]:
        sentences.append(t("finding.outlier"))
    if "jump" in row["doubtful"]:
        sentences.append(t("finding.jump", year=gap.year - 1))
    sentences += text.jump_of_part(t, jumped, gap.year)
    if gap.indicator.is_experimental_in(gap.year):
        since = gap.indicator.experimental_from
        sentences.append(f"{t('catalogue.experimental')}: {text.experimental(t, gap.indicator, since)}")
    moved = text.moved(t, gap.indicator, gap.year, municipality, name)
    return [*sentences, *filter(None, [moved])]


def example(t: Translator, gap: Gap, register: Mapping[str, Mapping[str, object]]) -> str:
    """Return what the example of a gap does; that there is none where a service is dearer; empty where it is not."""
    if gap.example is None:
        return t("gaps.no_example") if gap.euros > 0 else ""
    decimals = gap.indicator.decimals
    said = {
        "other": str(register[gap.example.municipality][f"name_{t.language}"]),
        "value": t.number(gap.example.value, decimals),
        "unit": gap.indicator.unit[t.language],
    }
    if not gap.example.outcomes:
        return t("gaps.costs_less", **said)
    outcomes = [
        t(
            "gaps.outcome",
            label=one.indicator.label[t.language],
            year=one.year,
            theirs=t.number(one.other, one.indicator.decimals),
            own=t.number(one.own, one.indicator.decimals),
            unit=one.indicator.unit[t.language],
        )
        for one in gap.example.outcomes
    ]
    return t("gaps.better_with_less", outcomes="; ".join(outcomes), **said)


def case(gap: Gap, municipality: str, register: Mapping[str, Mapping[str, object]]) -> Entry | None:
    """Return the case of the knowledge bank that fits a service that is dearer: of the example, or else of its size."""
    if gap.euros <= 0:
        return None
    other = gap.example.municipality if gap.example else None
    same_size = register.get(other or municipality, {}).get("size_class")
    of_size = [code for code, row in register.items() if same_size is not None and row["size_class"] == same_size]
    return knowledge_bank.case_for(
        gap.indicator.service, gap.indicator.id, municipality, [*filter(None, [other])], of_size
    )


def left_out(t: Translator, services: Sequence[LeftOut]) -> str:
    """Return which services have no gap, each with its reason; empty without any."""
    if not services:
        return ""
    listed = [f"{text.service(t, one.indicator.service)} ({why_left_out(t, one)})" for one in services]
    return t("gaps.left_out", services="; ".join(listed))


def why_left_out(t: Translator, one: LeftOut) -> str:
    """Return why a service has no gap, with the year."""
    reason = t(f"gaps.left_{one.reason}" if one.reason in LEFT_OUT else f"missing.{one.reason}")
    return f"{reason}, {one.year}" if one.year else reason


def names(t: Translator, gaps: Sequence[Gap]) -> list[str]:
    """Return the name of each gap's service, with the year where they are not all of the same."""
    several = len({gap.year for gap in gaps}) > 1
    named = [text.service(t, gap.indicator.service) for gap in gaps]
    return [f"{name} {gap.year}" if several else name for name, gap in zip(named, gaps, strict=True)]


def years(gaps: Sequence[Gap]) -> str:
    """Return the years of gaps, such as "2018–2019"."""
    return text.spans(sorted({gap.year for gap in gaps}))


def role(gap: Gap) -> str:
    """Return the colour role of a gap: that of the chosen municipality where it is firm."""
    return "chosen" if gap.firm else "other"


def by_service(context: PageContext) -> Exhibit | None:
    """Return the services by euros a year to the typical peer as bars; None without any."""
    t, (gaps, without) = context.t, of(context)
    if not gaps:
        return None
    # colour is not alone: what is not firm says so in its name
    named = [
        name if gap.firm else t("gaps.named", service=name, firm=firmness(t, gap))
        for name, gap in zip(names(t, gaps), gaps, strict=True)
    ]
    notes = [t("gaps.how"), left_out(t, without)]
    return Exhibit(
        finding(context, gaps),
        "bars",
        tuple(named),
        {t("gaps.thousands"): tuple(gap.euros / THOUSAND for gap in gaps)},
        t("gaps.unit", group=context.chosen_group(), years=years(gaps)),
        0,
        tuple(map(role, gaps)),
        note=" ".join(filter(None, notes)),
        source=source(context, *(gap.indicator for gap in gaps)),
        head=t("peers.service"),
        finding=text.short(t, "gaps", name=municipality_name(context), **_counts(gaps)),
    )
