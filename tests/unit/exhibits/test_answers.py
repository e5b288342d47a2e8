"""The three answers: figures computed a second time from the files, what is said of them, and where they are drawn."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from kuntamittari import settings
from kuntamittari.catalog import task_classes
from kuntamittari.exhibits import page_context
from kuntamittari.exhibits.answers import model, slides, strip, words
from kuntamittari.exhibits.answers.model import Answer, Users
from kuntamittari.exhibits.answers.strip import APART, NARROWEST, Label
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.selected_figures import Explained
from kuntamittari.i18n import MINUS, texts
from kuntamittari.query.database import Database

YEAR = 2019
# services of the answer on the young and their task classes, as catalog/indicators says
YOUNG = {
    "early_childhood_cost_per_1_6": ["Varhaiskasvatus"],
    "pre_primary_cost_per_6": ["Esiopetus"],
    "basic_education_cost_per_7_15": ["Perusopetus"],
    "upper_secondary_cost_per_16_18": ["Lukiokoulutus"],
    "youth_work_cost_per_resident": ["Nuorisotoiminta"],
    "child_welfare_cost_per_0_17": [
        "Lastensuojelun laitos- ja perhehoito",
        "Lastensuojelun avohuoltopalvelut",
        "Muut lasten ja perheiden avopalvelut",
    ],
}
GROUPS = ("largest-20", "all", "similar", "neighbours", "own", "size-6", "region-06")
BASES = ({}, {"vuosi": "2016"}, {"keskiarvo": "3"}, {"hinnat": "kiintea"})


def seen(bundle: Database, code: str, **query: str) -> PageContext:
    return page_context.read({"kunta": code, "kieli": "en", "ryhma": "largest-20"} | query, bundle)


@cache
def heads(first: int, last: int) -> pd.Series:
    """Municipality → its residents of an age group."""
    ages = pd.read_parquet(settings.ROOT / "data" / "population.parquet").query("year == @YEAR")
    whole = ages[(ages["age_from"] == first) & (ages["age_to"] == last)].set_index("municipality")["persons"]
    if len(whole):
        return whole
    one_by_one = ages[(ages["age_from"] == ages["age_to"]) & ages["age_from"].between(first, last)]
    return one_by_one.groupby("municipality")["persons"].sum()


@cache
def costs() -> pd.DataFrame:
    """Net costs in euros: a row for each municipality, a column for each task class."""
    finance = pd.read_parquet(settings.ROOT / "data" / "finance.parquet").query("year == @YEAR")
    return finance.pivot(index="municipality", columns="task_class", values="eur")


def test_the_young_cost_what_the_files_say_beside_the_typical_city(bundle: Database) -> None:
    cities, classes = bundle.snapshot.manifest["largest_20"], [name for of in YOUNG.values() for name in of]
    of_cities, young, everybody = costs().loc[cities], heads(0, 17).loc[cities], heads(0, 120).loc[cities]
    organised = of_cities.index[of_cities["Lukiokoulutus"] != 0]  # the others have a part that they do not organise
    assert 0 < len(organised) < len(cities)
    a_head = of_cities[classes].sum(axis=1) / young
    median = a_head[organised].median()
    for code in organised:
        answer = model.one(seen(bundle, code), "children")
        assert answer is not None and answer.standing.row is not None and isinstance(answer.why, Users)
        assert answer.standing.value == pytest.approx(a_head[code]) and answer.median == pytest.approx(median)
        assert answer.gap == pytest.approx(a_head[code] - median)
        assert answer.euros == pytest.approx((a_head[code] - median) * young[code])
        assert answer.standing.row["rank"] == 1 + (a_head[organised] < a_head[code]).sum()
        assert answer.why.share == pytest.approx(young[code] / everybody[code])
        assert answer.why.group_share == pytest.approx(young.sum() / everybody.sum())
        as_one = of_cities.sum() / young.sum()
        expected = {part: (of_cities.loc[code, of] / young[code] - as_one[of]).sum() for part, of in YOUNG.items()}
        assert {part.id: part.euros for part in answer.why.parts} == pytest.approx(expected)


def test_everything_costs_what_the_files_say(bundle: Database) -> None:
    cities = bundle.snapshot.manifest["largest_20"]
    classes = list(task_classes.of_total("Käyttötalous yhteensä"))
    a_head = costs().loc[cities, classes].sum(axis=1) / heads(0, 120).loc[cities]
    published = costs().loc[cities, "Käyttötalous yhteensä"] / heads(0, 120).loc[cities]
    for code in cities:
        answer = model.one(seen(bundle, code), "everything")
        assert answer is not None and isinstance(answer.why, Explained)
        assert answer.standing.value == pytest.approx(published[code])
        assert answer.gap == pytest.approx(published[code] - published.median())
        difference = answer.why.difference
        assert difference.municipality == pytest.approx(a_head[code])
        assert difference.age + difference.unit_cost == pytest.approx(difference.municipality - difference.group)


def every_answer(bundle: Database) -> Iterator[tuple[PageContext, Answer]]:
    """The answers on every city of the bundle beside several groups, on several bases, in a language each."""
    codes = bundle.snapshot.manifest["largest_20"]
    for at, code in enumerate(codes):
        for group in GROUPS:
            query = {"ryhma": group, "kieli": settings.LANGUAGES[at % 3], "kunnat": ",".join(codes[:2])}
            context = seen(bundle, code, **query, **BASES[at % len(BASES)])
            yield from ((context, answer) for answer in model.of(context))


def test_no_sentence_says_more_than_the_figures_bear(bundle: Database) -> None:
    certainties = set()
    for context, answer in every_answer(bundle):
        certainties.add(answer.certainty)
        said, row, t = words.told(context, answer), answer.standing.row, context.t
        assert row is not None and said.amount
        if answer.gap is None:
            assert (said.place, said.euros, said.why) == (t("answers.no_group"), "", ())
            continue
        assert answer.median is not None
        within = row["value_low"] is not None and row["value_low"] <= answer.median <= row["value_high"]
        assert (answer.certainty == "level") == (within and "jump" not in row["doubtful"])
        # a sum only of what is beyond usual variation or not known to be within it, and always as a question
        assert (t("answers.question") in said.euros) == (answer.certainty in ("firm", "open") and answer.gap != 0)
        assert ("€" in said.euros) == (t("answers.question") in said.euros)
        if answer.certainty == "open":
            assert answer.unfirm and t(f"answers.open_{answer.unfirm}", base=30, group=8) in said.euros
        way = t("answers.more" if answer.gap > 0 else "answers.less", euros="", typical="").split("€")[1].strip()
        assert t.number(abs(answer.gap)) == t.number(0) or way in said.place
    assert certainties == {"level", "firm", "open", "check", None}


def test_the_driver_is_the_largest_in_the_direction_of_the_difference(bundle: Database) -> None:
    tried = 0
    for context, answer in every_answer(bundle):
        if answer.certainty in (None, "level") or answer.why is None or not answer.direction:
            continue
        said, t, upwards = " ".join(words.why(context, answer)), context.t, answer.direction > 0
        if isinstance(answer.why, Users):
            sizes = [part.euros for part in answer.why.parts]
            largest = max(sizes) if upwards else min(sizes)
            assert largest * answer.direction < 0.5 or f"{t.number(abs(largest))} €" in said
        else:
            effects = [e for effect in answer.why.difference.effects for e in (effect.age, effect.unit_cost)]
            largest = max(effects) if upwards else min(effects)
            sign = "+" if upwards else MINUS
            assert largest * answer.direction < 0.5 or f"{sign}{t.number(abs(largest))} €." in said
        # what the typical member and the group as one say apart is said
        group, value = answer.standing.group, answer.standing.value
        assert group is not None and value is not None and group.ratio_of_sums is not None
        apart = (value - group.ratio_of_sums) * answer.direction < 0
        assert any(t(f"answers.{side}_than_as_one") in said for side in ("less", "more")) == apart
        tried += 1
    assert tried > 100


def test_labels_of_a_strip_never_meet_and_are_never_cut(bundle: Database) -> None:
    drawn = 0
    for context, answer in every_answer(bundle):
        found = strip.of(context, answer)
        if found is None:
            continue
        drawn += 1
        for label in found.labels:
            assert label.middle - label.width / 2 >= 0 and label.middle + label.width / 2 <= NARROWEST
        places = sorted((label.row, label.middle, label.width) for label in found.labels)
        for (row, middle, width), (next_row, next_middle, next_width) in itertools.pairwise(places):
            assert row != next_row or next_middle - middle >= (width + next_width) / 2 + APART - 1e-9
        assert all(strip.TOP <= dot.y <= strip.TOP + strip.BAND for dot in found.dots)
    assert drawn > 250


def test_a_strip_shows_the_dots_of_its_exhibit_where_every_chart_has_them(bundle: Database) -> None:
    compared = 0
    for context, answer in every_answer(bundle):
        if context.selection.group_id != "own":  # which the compared are
            context = replace(context, selection=replace(context.selection, compared=("179", "564")))
        exhibit, found = strip.of_group(context, answer), strip.of(context, answer)
        if exhibit is None or found is None:
            continue
        [values] = exhibit.series.values()  # type: ignore[union-attr]
        least, most = exhibit.ends
        known = [(role, value) for role, value in zip(exhibit.roles, values, strict=True) if value is not None]
        places = sorted((dot.role, dot.x) for dot in (*found.dots, found.own))
        assert [role for role, _ in places] == sorted(role for role, _ in known)
        assert [x for _, x in places] == pytest.approx([(value - least) / (most - least) for _, value in sorted(known)])
        compared += [role for role, _ in places].count("compared-1")
        assert found.median == pytest.approx((exhibit.reference.value - least) / (most - least))  # type: ignore[union-attr]
        own = exhibit.intervals[exhibit.roles.index("chosen")]
        assert (found.whisker is None) == (own is None)
    assert compared > 100


def test_figures_of_the_ends_make_way_for_the_typical_one_and_for_each_other() -> None:
    median = Label("typical 5,000", 0.5, 0, "median")
    far = [Label("4,000", 0.05, 0, "end"), Label("6,000", 0.95, 0, "end")]
    assert [label.row for label in strip.placed(median, far)] == [0, 0]
    near = [Label("4,000", 0.3, 0, "end"), Label("6,000", 0.95, 0, "end")]
    assert [label.row for label in strip.placed(median, near)] == [1, 1]
    [one] = strip.placed(median, [Label("4,000", 0.9, 0, "end"), Label("4,010", 0.95, 0, "end")])
    assert (one.words, one.row) == ("4,000–4,010", 0)


@pytest.mark.parametrize(
    ("language", "number", "word"),
    [
        ("fi", 3, "3."),
        ("sv", 1, "1:a"),
        ("sv", 3, "3:e"),
        ("sv", 11, "11:e"),
        ("sv", 22, "22:a"),
        ("en", 1, "1st"),
        ("en", 2, "2nd"),
        ("en", 3, "3rd"),
        ("en", 11, "11th"),
        ("en", 112, "112th"),
        ("en", 122, "122nd"),
    ],
)
def test_ordinals(language: str, number: int, word: str) -> None:
    assert words.ordinal(language, number) == word


TOLD = {
    "fi": (
        "*7. pienin* (4–9) 19 kunnasta: 247 € vähemmän kuin ryhmän tyypillinen kunta.",
        "Eniten eroa tuo perusopetus: 414 € vähemmän kuin ryhmässä keskimäärin. "
        "Lapsia ja nuoria on 15,9 % asukkaista, ryhmässä 18,2 %.",
        "Ryhmän tyypillisen kunnan tasolla kulut olisivat *9 363 tuhatta € suuremmat* vuodessa. Kysymys, ei säästö.",
    ),
    "sv": (
        "*7:e lägst* (4–9) av 19 kommuner: 247 € mindre än gruppens typiska kommun.",
        "Mest bidrar grundläggande utbildning: 414 € mindre än i genomsnitt i gruppen. "
        "Barn och unga är 15,9 % av invånarna, i gruppen 18,2 %.",
        "På nivån för gruppens typiska kommun skulle kostnaderna vara *9 363 tusen € större* per år. "
        "En fråga, ingen inbesparing.",
    ),
    "en": (
        "*7th lowest* (4–9) of 19 municipalities: 247 € less than the typical municipality of the group.",
        "Largest part: basic education, 414 € less than the average in the group. "
        "Children and young people are 15.9 % of residents, in the group 18.2 %.",
        "At the level of the typical municipality of the group the costs would be *9,363 thousand € higher* a year. "
        "A question, not a saving.",
    ),
}


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_an_answer_is_told_in_the_readers_language(language: str, bundle: Database) -> None:
    context = seen(bundle, "837", kieli=language)
    answer = model.one(context, "children")
    assert answer is not None
    said = words.told(context, answer)
    told = (said.place, " ".join(said.why), said.euros)
    assert tuple(sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in told) == TOLD[language]


def test_whom_a_municipality_is_beside_is_named_where_they_are_few(bundle: Database) -> None:
    helsinki = seen(bundle, "091", ryhma="neighbours")
    assert helsinki.instead == "neighbours", "fewer than three neighbours of the capital are in the bundle"
    assert (
        words.beside_whom(helsinki, model.of(helsinki))
        == "Compared with 10 similar municipalities, chosen for each service."
    )
    own = seen(bundle, "091", ryhma="own", kunnat="049,092")
    assert words.beside_whom(own, model.of(own)) == "Compared with Espoo and Vantaa."
    everybody = seen(bundle, "091", ryhma="all")
    part = "Compared with the group “All of Mainland Finland (20 of 292 municipalities loaded)”."
    assert words.beside_whom(everybody, model.of(everybody)) == part
    assert words.family(everybody) == "other", "twenty cities are not called the whole country"
    row = {"loaded": 292, "size": 292}
    whole = replace(everybody, groups=everybody.groups | {"all": everybody.groups["all"] | row})
    assert words.beside_whom(whole, model.of(whole)) == "Compared with all of Mainland Finland."
    assert words.family(whole) == "all"


def test_what_is_not_organised_is_left_out_for_all_and_is_no_saving(bundle: Database) -> None:
    [code] = [c for c in bundle.snapshot.manifest["largest_20"] if costs().loc[c, "Lukiokoulutus"] == 0]
    context = seen(bundle, code)
    children, _, everything = (words.told(context, answer) for answer in model.of(context))
    name = context.name(code)
    assert (
        f"Left out for everyone, since {name} does not organise it itself: upper secondary schools." in children.notes
    )
    words_of_jump = texts("en")["finding.jump_of_part"].format(parts="basic education", year=YEAR - 1)
    assert everything.notes == (
        f"Not in the figure, since {name} does not organise it itself: upper secondary schools.",
        texts("en")["answers.no_saving"],
        words_of_jump,
    )


def test_older_residents_services_are_said_to_have_moved_or_to_be_kept(bundle: Database) -> None:
    moved, kept = (
        words.told(context, answer).notes[-1]
        for context in (seen(bundle, "837"), seen(bundle, "091"))
        if (answer := model.one(context, "older"))
    )
    assert moved.endswith("The cost is no longer the municipality's.")
    assert kept.endswith("Helsinki organises them itself, so they are still its own services.")


def test_a_slide_says_what_its_card_says_in_at_most_twelve_words(bundle: Database) -> None:
    for language in settings.LANGUAGES:
        context = seen(bundle, "837", kieli=language)
        for make, answer in zip((slides.children, slides.older, slides.everything), model.of(context), strict=True):
            found, said = make(context), words.told(context, answer)
            assert found is not None and len(found.title.split()) <= 12, found.title
            assert found.headline == found.title
            assert said.amount in found.title and context.name("837") in found.title
            assert words.plain(said.euros) in found.note and all(why in found.note for why in said.why)
            assert found.series is not None
            [values] = found.series.values()
            assert np.isclose(values[found.categories.index(context.name("837"))] or 0, answer.standing.value or 1)


def test_without_a_figure_an_answer_says_why(bundle: Database) -> None:
    context = seen(bundle, "061")
    for answer in model.of(context):
        said = words.told(context, answer)
        assert said.place == f"No figure: {texts('en')['missing.not_loaded']}." and (said.amount, said.why) == ("", ())
        assert strip.of(context, answer) is None
