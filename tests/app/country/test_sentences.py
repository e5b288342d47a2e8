"""What sentences say is what the figures beside them say, in every municipality (docs/methods.md 10)."""

import re
from itertools import pairwise

import pytest

from kuntamittari import settings
from kuntamittari.catalog import areas, composites, loader
from kuntamittari.exhibits import page_context, selected_figures, text
from kuntamittari.i18n import Translator
from kuntamittari.query import composite_costs, figures, productivity
from kuntamittari.query.database import Database
from kuntamittari.query.figures import Group
from tests.support.published import why_dearer

CHILDREN, ALL = "children_services_cost_per_0_17", "operating_cost_per_resident"
MANTYHARJU, NURMES, HELSINKI = "507", "541", "091"
EARLY, UPPER = "early_childhood_productivity", "upper_secondary_productivity"


def seen(data: Database, **query: str) -> page_context.PageContext:
    """What a page sees at an address."""
    return page_context.read({"kieli": "en", "ryhma": "all"} | query, data)


# productivity: the actual beside what it would have cost


def former(data: Database, indicator: str, municipality: str, year: int, language: str = "en") -> str:
    years = {y.year: y for y in productivity.series(data, figures.catalogue(data)[indicator], municipality)}
    return text.former(Translator(language), "X", years[year - 1], years[year])


def test_the_actual_cost_of_helsinki_was_more_and_that_of_nurmes_is_told_in_thousands(country: Database) -> None:
    assert former(country, EARLY, HELSINKI, 2019) == (
        "X: at the productivity of 2018 the output of 2019 would have cost 358.2 million €; "
        "the actual cost was 386.0 million €, "
        "which is 27.8 million € more."
    )
    assert former(country, UPPER, NURMES, 2019).endswith(
        "would have cost 890 thousand €; the actual cost was 880 thousand €, which is 10 thousand € less."
    )
    assert former(country, EARLY, HELSINKI, 2019, "fi").endswith(
        "toteutunut kustannus oli 386,0 milj. € eli 27,8 milj. € enemmän."
    )
    assert former(country, EARLY, HELSINKI, 2019, "sv").endswith(
        "den faktiska kostnaden var 386,0 mn €, alltså 27,8 mn € mer."
    )


def test_more_and_less_are_of_the_actual_cost_in_every_municipality(country: Database) -> None:
    t, told = Translator("en"), {"more": 0, "less": 0}
    for indicator in (i for i in figures.catalogue(country).values() if i.dimension == "productivity" and i.formula):
        by_area = {code: productivity.series(country, indicator, code) for code in figures.register(country)}
        for code, one, two in ((code, *pair) for code, years in by_area.items() for pair in pairwise(years)):
            would = productivity.at_former_productivity(one, two)
            if would is None or two.eur is None or abs(two.eur - would) < 1:
                continue
            key = "more" if two.eur > would else "less"
            told[key] += 1
            assert text.former(t, "X", one, two).endswith(f" {key}."), (indicator.id, code, two.year)
    assert min(told.values()) > 500


# why a municipality is dearer


def test_the_largest_part_of_mantyharju_leads_where_its_difference_does(country: Database) -> None:
    context = seen(country, kunta=MANTYHARJU, vuosi="2018", mittari=CHILDREN)
    found = selected_figures.explained(context, context.catalogue[CHILDREN])
    assert found is not None
    assert (
        found.difference.municipality - found.difference.group < 0
        and "(−" in found.sentences[1]
        and "+186" not in found.sentences[1]
    )


@pytest.mark.parametrize("whole", composites.composite_ids())
def test_the_largest_part_leads_where_the_difference_does_everywhere(country: Database, whole: str) -> None:
    """292 municipalities at once, from the query that the pages ask one by one."""
    catalogue, t = loader.indicators(), Translator("en")
    parts = composites.parts(catalogue, catalogue[whole])
    labels = {part.id: part.id for part in parts}
    everybody = [code for code in figures.register(country) if code != areas.MAINLAND]
    for code in everybody:
        found = composite_costs.difference(country, parts, Group("all"), code, 2018, None)
        if found is None or t.number(abs(found.municipality - found.group)) == "0":
            continue
        _, because = text.why(t, "X", "services", "all", 2018, found, "", labels)
        [largest] = re.findall(r"\(([+−]?)[\d,]+ €\)", because)
        assert largest == ("+" if found.municipality >= found.group else "−"), (code, because)


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_one_sentence_leads_from_each_child_to_all_residents(country: Database, language: str) -> None:
    """Mäntyharju 2019: dearer per child, 379 € cheaper per resident."""
    context = seen(country, kunta=MANTYHARJU, vuosi="2019", mittari=CHILDREN, kieli=language)
    t, found = context.t, selected_figures.explained(context, context.catalogue[CHILDREN])
    assert found is not None and round(found.difference.municipality - found.difference.group) == -379
    [bridge] = [said for said in found.sentences if said == found.sentences[2]]
    own, one, median = (t.number(value) for value in (11_338, 10_427, 10_769))
    assert bridge == t(
        "bridge.more_fewer",
        municipality=own,
        one=one,
        median=median,
        unit=context.catalogue[CHILDREN].unit[language],
        share=t.number(14.1, 1),
        group_share=t.number(19.0, 1),
    )


def test_a_bridge_says_of_each_municipality_what_its_figures_do(country: Database) -> None:
    """The two factors that it names multiply to the difference it leads to."""
    told = set()
    for code in list(figures.register(country))[:-1:24]:
        context = seen(country, kunta=code, vuosi="2018", aland="1")
        for whole in (CHILDREN, "elderly_services_cost_per_65"):
            found = selected_figures.explained(context, context.catalogue[whole])
            shown = selected_figures.standing(context, context.catalogue[whole])
            if found is None or shown.value is None or shown.group is None or shown.group.ratio_of_sums is None:
                continue
            dearer, share = shown.value >= shown.group.ratio_of_sums, found.difference.municipality / shown.value
            larger = share >= found.difference.group / shown.group.ratio_of_sums
            key = f"{'more' if dearer else 'less'}_{'more' if larger else 'fewer'}"
            told.add(key)
            begins = context.t(
                f"bridge.{key}", municipality="", one="", median="", unit="", share="", group_share=""
            ).partition("(")[0]
            middle = "and the age group is" if dearer == larger else "but the age group is"
            assert found.sentences[2].startswith(begins) and middle in found.sentences[2], (code, whole)
            if dearer == larger:
                assert (found.difference.municipality > found.difference.group) == dearer
    assert len(told) >= 3


def test_all_services_are_led_from_the_median_to_the_group_as_one(country: Database) -> None:
    context = seen(country, kunta="837", vuosi="2018")
    found = selected_figures.explained(context, context.catalogue[ALL])
    assert found is not None
    assert found.sentences[2] == context.t("bridge.everybody", median="6,321", one="5,703", unit="€ per resident")


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_headline_and_explanation_are_one_story_in_municipalities_of_every_kind(
    country: Database, language: str
) -> None:
    sides = set()
    for code in list(figures.register(country))[:-1:12]:
        for group in ("all", "similar"):
            context = seen(country, kunta=code, kieli=language, ryhma=group, vuosi="2018")
            for whole in composites.composite_ids():
                wrong, found = why_dearer.faults(context, whole)
                assert not wrong, (code, group, whole, wrong, found.sentences if found else None)
                for side in ("below", "above"):
                    if found and context.t(f"bridge.{side}_median") in found.sentences:
                        sides.add(side)
    assert sides == {"below", "above"}, "both are met"


# a true minus


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_no_finding_writes_a_hyphen_for_a_minus(country: Database, language: str) -> None:
    said = []
    for code in ("694", "890"):
        context = seen(country, kunta=code, kieli=language, vuosi="2019")
        for indicator in context.catalogue.values():
            if indicator.formula:
                said.append(selected_figures.sentence(context, selected_figures.standing(context, indicator)))
        for whole in (CHILDREN, ALL):
            found = selected_figures.explained(context, context.catalogue[whole])
            said += found.sentences if found else ()
    assert [sentence for sentence in said if re.search(r"(?<![\w–])-\d", sentence)] == []
    assert any("−" in sentence for sentence in said)
