"""Who organises a service how, by a reader's file about municipalities that do not exist: what holds in a year, each
wrong line named, medians by hand, the filter in the address, the models explained in three languages."""

from collections.abc import Iterable
from statistics import median
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from test_datasets import said
from test_pages import warning_of, words
from test_survey import (
    CODES,
    LIBRARY,
    REGISTER,
    RESIDENTS,
    findings,
    library_cost,
    lies_on,
    opened,
    place,
    press,
    view_of,
)

from kuntamittari import i18n, settings
from kuntamittari.catalog import organisation_models, services
from kuntamittari.catalog.organisation_models import EVERY_SERVICE, Model
from kuntamittari.exhibits import selected_figures, text
from kuntamittari.exhibits.exhibit import table_of
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.i18n import Translator
from kuntamittari.ui.uploads import organisation as page_of
from kuntamittari.uploads import organisation, tabular, workspace
from kuntamittari.uploads.organisation import Tag, in_force
from kuntamittari.uploads.tabular import TableError
from kuntamittari.uploads.workspace import Workspace

LANGUAGES = settings.LANGUAGES
MODELS = get_args(Model)
A, B, C = CODES[:3]
assert place  # the fixture is used by its name

# ten produce the library themselves, four by a joint authority, two of these by both; one more from 2019 on
TAGS = tuple(
    [Tag(code, "library", 2018, "own_production") for code in CODES[:10]]
    + [Tag(code, "library", 2015, "joint_authority") for code in CODES[10:12]]
    + [Tag(code, EVERY_SERVICE, 2017, "joint_authority") for code in CODES[12:14]]
    + [Tag(code, "library", 2017, "service_voucher") for code in CODES[10:12]]
    + [Tag(CODES[14], "library", 2019, "own_production"), Tag(CODES[15], "basic_education", 2017, "net_unit")]
)
OWN_2018, OWN_2019, JOINT = CODES[:10], (*CODES[:10], CODES[14]), CODES[12:14]
LIES = Workspace(tags=TAGS)
VIEW = {"mittari": LIBRARY, "kunta": A, "ryhma": "all", "vuosi": "2018"}


def per_head(code: str, year: int) -> float:
    """What the library of a made-up municipality costs per resident."""
    return library_cost(code, year) / RESIDENTS[code]


# ---- which model holds


TWO = {"in_house_company", "service_voucher"}


@pytest.mark.parametrize(
    ("year", "models"), [(2014, None), (2015, {"own_production"}), (2017, {"own_production"}), (2018, TWO), (2030, TWO)]
)
def test_a_model_holds_from_its_year_until_another_follows(year: int, models: set | None) -> None:
    tags = [
        Tag(A, "library", first, model)
        for first, model in ((2018, "service_voucher"), (2015, "own_production"), (2018, "in_house_company"))
    ]
    assert in_force(tags, "library", year) == ({A: models} if models else {})


def test_a_service_s_own_tag_goes_before_that_of_the_whole_municipality() -> None:
    tags = [
        Tag(A, EVERY_SERVICE, 2016, "own_production"),
        Tag(A, "library", 2017, "joint_authority"),
        Tag(A, EVERY_SERVICE, 2019, "net_unit"),
    ]
    assert in_force(tags, "library", 2016) == {A: {"own_production"}}, "until the service has one of its own"
    assert in_force(tags, "library", 2018) == in_force(tags, "library", 2020) == {A: {"joint_authority"}}
    assert in_force(tags, "culture", 2018) == {A: {"own_production"}} and in_force(tags, "culture", 2020) == {
        A: {"net_unit"}
    }
    assert in_force(tags, None, 2018) == {A: {"own_production"}}, "what is of no service is of the whole"


def test_tags_of_one_municipality_say_nothing_of_another() -> None:
    tags = [
        Tag(A, "library", 2016, "own_production"),
        Tag(B, EVERY_SERVICE, 2016, "net_unit"),
        Tag(C, "culture", 2016, "net_unit"),
    ]
    assert in_force(tags, "library", 2018) == {A: {"own_production"}, B: {"net_unit"}}


TAGGED = st.lists(
    st.builds(
        Tag,
        st.sampled_from(CODES[:3]),
        st.sampled_from([EVERY_SERVICE, "library", "culture"]),
        st.integers(2015, 2020),
        st.sampled_from(MODELS[:4]),
    ),
    max_size=15,
)


@effort(deadline=None)
@given(TAGGED, st.sampled_from(["library", "culture", "youth", None]), st.integers(2013, 2022))
def test_what_is_in_force_was_tagged_in_its_last_year_and_no_later(
    tags: list[Tag], service: str | None, year: int
) -> None:
    found = in_force(tags, service, year)
    for code in CODES[:3]:
        known = [tag for tag in tags if tag.municipality == code and tag.year <= year]
        of_it = [t for t in known if t.service == service] or [t for t in known if t.service == EVERY_SERVICE]
        last = max((tag.year for tag in of_it), default=None)
        assert found.get(code, frozenset()) == {tag.model for tag in of_it if tag.year == last}
    assert in_force(reversed(tags), service, year) == found, "the order of the lines says nothing"


# ---- the file


def read(*lines: str) -> organisation.Reading:
    return organisation.read(tabular.read("\n".join(lines).encode()), REGISTER)


def wrong(lines: Iterable[str]) -> list[tuple[int, str, str]]:
    """Line, reason and what stands there of each problem."""
    return [(one.line, one.reason, one.value) for one in read(*lines).problems]


HEADS = {"fi": "kunta;palvelu;vuosi;malli", "sv": "kommun;tjänst;år;modell", "en": "municipality;service;year;model"}


@pytest.mark.parametrize("heads", LANGUAGES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_service_and_model_is_understood_by_its_name_in_every_language(heads: str, language: str) -> None:
    names = [(model, about["name"][language]) for model, about in organisation_models.models().items()]
    known = [(service, about["name"][language]) for service, about in services.services().items()]
    lines = [f"{CODES[n]};{service};2018;{names[n % 12][1].upper()}" for n, (_, service) in enumerate(known)]
    found = read(HEADS[heads], *lines)
    assert not found.problems
    assert found.tags == tuple(Tag(CODES[n], service, 2018, names[n % 12][0]) for n, (service, _) in enumerate(known))


def test_ids_and_names_of_municipalities_are_understood_and_the_columns_may_stand_in_any_order() -> None:
    found = read(
        "Organisointi vuonna 2018",
        "Malli;Selite;Vuosi;Palvelu;Kunta",
        f"own_production;x;2018;library;Keksilä {A}",
        f"joint_authority;;2018;library;PÅHITT {B}",
        f"net_unit;;2018;library;ku{C}",
    )
    assert not found.problems
    assert found.tags == (
        Tag(A, "library", 2018, "own_production"),
        Tag(B, "library", 2018, "joint_authority"),
        Tag(C, "library", 2018, "net_unit"),
    )


@pytest.mark.parametrize("said_so", ["", "*", "all", "ALLA", "Kaikki"])
def test_no_service_and_all_mean_the_municipality_as_a_whole(said_so: str) -> None:
    assert read(HEADS["en"], f"{A};{said_so};2018;net_unit").tags == (Tag(A, EVERY_SERVICE, 2018, "net_unit"),)


def test_every_wrong_line_is_named_with_every_fault_of_it_and_what_may_be_meant() -> None:
    lines = (
        HEADS["en"],
        f"{A};library;2018;own_production",
        "Keksiläå 324;library;2018;own_production",
        f"{A};libary;2018;own_production",
        f"{A};library;18;own_production",
        f"{A};library;2018;",
        "",
        ";;;x",
        f"{A};library;2018;Oma tuotanto",
        f"{B};library;2101;net_unit",
        f"{A};library",
    )
    assert wrong(lines) == [
        (3, "municipality", "Keksiläå 324"),
        (4, "service", "libary"),
        (5, "year", "18"),
        (6, "model", ""),
        (8, "municipality", ""),
        (8, "year", ""),
        (8, "model", "x"),
        (9, "twice", "Oma tuotanto"),
        (10, "year", "2101"),
        (11, "year", ""),
        (11, "model", ""),
    ]
    near = {one.reason: one.near for one in read(*lines).problems}
    assert i18n.plain(read(*lines).problems[0].near) == "keksila 324" and near["twice"] == "2"


def test_the_whole_country_is_no_municipality_that_organises() -> None:
    assert wrong((HEADS["en"], "MA1;library;2018;net_unit")) == [(2, "municipality", "MA1")]


@pytest.mark.parametrize(
    ("content", "reason", "parts"),
    [
        ("kunta;palvelu;vuosi\n323;library;2018", "lacking", {"columns": "model"}),
        ("kunta\n323", "lacking", {"columns": "service, year, model"}),
        ("a;b\n1;2", "no_heads", {"first": "a | b"}),
        ("kunta;palvelu;vuosi;malli", "no_rows", {}),
        ("", "empty", {}),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_is_no_table_of_tags_says_why(content: str, reason: str, parts: dict, language: str) -> None:
    with pytest.raises(TableError) as error:
        read(content)
    assert (error.value.reason, error.value.parts) == (reason, parts)
    assert all(part in text.table_error(Translator(language), error.value) for part in parts.values())


def test_the_template_holds_every_service_and_is_read_once_its_models_are_filled_in(place) -> None:
    content = page_of.template(view_of(workspace.EMPTY, **VIEW))().decode("utf-8-sig").replace("\r\n", "\n")
    head, *lines = content.rstrip("\n").split("\n")
    assert head == "municipality,service,year,model" and len(lines) == len(services.services())
    found = read(head, *(f"{line}Liikelaitos" for line in lines))
    assert not found.problems and found.tags == tuple(
        Tag(A, service, 2018, "municipal_enterprise") for service in services.services()
    )


# ---- figures by model


@pytest.mark.parametrize(("year", "own"), [(2018, OWN_2018), (2019, OWN_2019)])
def test_medians_of_each_model_are_those_computed_by_hand(year: int, own: tuple[str, ...], place) -> None:
    context = view_of(LIES, **VIEW | {"vuosi": str(year)})
    found = selected_figures.by_model(context, context.indicator)
    said_of = {*own, *CODES[10:14]}
    expected = {
        "own_production": own,
        "joint_authority": JOINT,
        "service_voucher": CODES[10:12],
        None: [code for code in CODES if code not in said_of],
    }
    assert list(found) == ["own_production", "joint_authority", "service_voucher", None]
    for model, members in expected.items():
        costs = sorted(per_head(code, year) for code in members)
        assert {row["municipality"] for row in found[model].rows if row["member"]} == set(members)
        assert (found[model].n, found[model].median) == (len(costs), pytest.approx(median(costs)))
        assert (found[model].min, found[model].max) == (pytest.approx(costs[0]), pytest.approx(costs[-1]))
        as_one = sum(library_cost(code, year) for code in members) / sum(RESIDENTS[code] for code in members)
        assert found[model].ratio_of_sums == pytest.approx(as_one)


def test_a_municipality_with_several_models_is_in_each_of_them(place) -> None:
    both = (*TAGS, Tag(A, "library", 2018, "non_profit"))
    context = view_of(Workspace(tags=both), **VIEW)
    found = selected_figures.by_model(context, context.indicator)
    assert {
        model for model, group in found.items() if any(row["municipality"] == A and row["member"] for row in group.rows)
    } == {
        "own_production",
        "non_profit",
    }


def test_the_models_of_a_group_are_those_of_its_members_alone(place) -> None:
    context = view_of(LIES, **VIEW | {"ryhma": "region-90"})
    members = {code for code in CODES if REGISTER[code]["region_code"] == "90"}
    found = selected_figures.by_model(context, context.indicator)
    assert found["own_production"].n == len(members & set(OWN_2018)) == 4
    assert {row["municipality"] for group in found.values() for row in group.rows if row["member"]} == members


@pytest.mark.parametrize("group", ["all", "own", "region-91"])
def test_a_filter_leaves_of_a_group_those_who_organise_so(group: str, place) -> None:
    members = {
        "all": CODES,
        "own": (A, *CODES[8:13]),
        "region-91": [c for c in CODES if REGISTER[c]["region_code"] == "91"],
    }[group]
    query = VIEW | {"ryhma": group, "kunnat": ",".join(CODES[8:13]), "organisointi": "own_production"}
    query |= {"kunta": members[0]}  # one outside the group would be beside its peers
    context = view_of(LIES, kieli="en", **query)
    assert set(context.members(context.group_of(context.indicator))) == set(members) & set(OWN_2018)
    assert set(context.members(context.group_of(context.indicator, organised=False))) == set(members)
    assert context.selection.query()["organisointi"] == "own_production" and context.chosen_group().endswith(
        ", own production"
    )
    joint = selected_figures.by_model(context, context.indicator).get("joint_authority")
    assert (joint.n if joint else 0) == len(set(members) & set(JOINT)), "the models are compared all the same"


# ---- the comparison filtered by the address


@pytest.mark.parametrize(
    ("year", "model", "members"),
    [
        (2018, "own_production", OWN_2018),
        (2019, "own_production", OWN_2019),
        (2018, "joint_authority", JOINT),
    ],
)
def test_the_comparison_counts_only_those_who_organise_so(
    year: int, model: Model, members: tuple[str, ...], place
) -> None:
    chosen = members[0]
    page = opened("comparison", LIES, kieli="en", **VIEW | {"vuosi": str(year), "kunta": chosen, "organisointi": model})
    costs = sorted(per_head(code, year) for code in members)
    name = organisation_models.models()[model]["name"]["en"].lower()
    t = Translator("en")
    told = findings(page)[0]
    assert f"Median {words(t.number(median(costs), 2))} (All of Mainland Finland, {name}, n = {len(members)})" in told
    assert f"Rank {costs.index(per_head(chosen, year)) + 1}/{len(members)}" in told
    assert {row for row in page.dataframe[0].value["Municipality"] if row.startswith("Madeup")} == {
        f"Madeup {code}" for code in members
    }
    assert not page.warning


def test_the_sidebar_offers_the_models_that_are_brought_and_its_choice_goes_into_the_address(place) -> None:
    bare = opened("comparison", kieli="en", **VIEW)
    assert "choose-model" not in [box.key for box in bare.selectbox]
    page = opened("comparison", LIES, kieli="en", **VIEW)
    assert len(page.selectbox(key="choose-model").options) == 5, "any, and the four of the file"
    assert "n = 110" in findings(page)[0]
    page.selectbox(key="choose-model").select("joint_authority").run()
    assert (
        page.query_params["organisointi"] == "joint_authority"
        and "joint municipal authority, n = 2)" in findings(page)[0]
    )
    page.selectbox(key="choose-model").select("").run()
    assert "organisointi" not in page.query_params and "n = 110" in findings(page)[0]


@pytest.mark.parametrize(("model", "language"), [("market_company", "sv"), ("<b>x</b>", "fi")])
def test_a_model_that_the_reader_has_not_brought_is_named_and_nobody_is_left_out(
    model: str, language: str, place
) -> None:
    page = opened("comparison", LIES, kieli=language, **VIEW | {"organisointi": model})
    [_, line] = warning_of(page).split("\n")
    assert model in line and "n = 110" in findings(page)[0]


def test_where_nobody_organises_the_service_so_the_comparison_says_that_there_is_no_group(place) -> None:
    page = opened("comparison", LIES, kieli="en", **VIEW | {"organisointi": "net_unit"})
    assert findings(page)[0].endswith(words(Translator("en")("finding.no_group"))) and not page.warning


# ---- the page


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_explains_all_twelve_models_also_where_nothing_has_been_brought(language: str, place) -> None:
    page, t = opened("organisation", kieli=language, **VIEW), Translator(language)
    assert findings(page) == [words(t("organisation.none"))]
    about = organisation_models.models()
    assert set(about) == set(MODELS) and len(about) == 12
    assert [box.label for box in page.expander if box.label != t("basis.title")] == [
        model["name"][language] for model in about.values()
    ]
    told = said(page)
    for model in about.values():
        assert words(model["text"][language]) in told and words(model["figures"][language]) in told
        assert "law" not in model or words(model["law"][language]) in told


def test_every_model_has_its_name_meaning_and_place_in_the_figures_in_three_languages() -> None:
    for model, about in organisation_models.models().items():
        assert about.keys() in ({"name", "text", "figures"}, {"name", "text", "figures", "law"}), model
        for part in about.values():
            assert list(part) == ["fi", "sv", "en"] and all(part[language].strip() for language in LANGUAGES), model
            assert len(set(part.values())) == 3, model


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_the_median_of_each_model_and_shows_it_in_a_table(language: str, place) -> None:
    page, t = opened("organisation", LIES, kieli=language, **VIEW), Translator(language)
    about = organisation_models.models()
    costs = {"own_production": OWN_2018, "joint_authority": JOINT, "service_voucher": CODES[10:12]}
    told = findings(page)[0]
    for model, members in costs.items():
        middle = t.number(median(per_head(code, 2018) for code in members), 2)
        assert words(f"{about[model]['name'][language]} {middle} (n = {len(members)})") in told
    assert (
        words(
            t(
                "organisation.municipality",
                name=REGISTER[A][f"name_{language}"],
                models=about["own_production"]["name"][language].lower(),
            )
        )
        in told
    )
    table = page.dataframe[0].value
    assert list(table["n"]) == [10, 2, 2, 96] and table[t("organisation.model")].iloc[3] == t("organisation.unsaid")
    assert table[t("organisation.q1")].isna().tolist() == [False, True, True, False], (
        "no middle half of fewer than five"
    )
    assert words(t("organisation.no_proof")) in said(page)


def test_the_page_says_so_where_the_own_municipality_or_the_service_is_not_in_the_file(place) -> None:
    page = opened("organisation", LIES, kieli="en", **VIEW | {"kunta": CODES[40]})
    assert findings(page)[0].startswith(f"Madeup {CODES[40]}: nothing is said of the organisation.")
    page = opened("organisation", Workspace(tags=TAGS[-1:]), kieli="en", **VIEW)
    assert "Your data say nothing of how this service is organised: Library." in said(page) and not page.dataframe
    later = Workspace(tags=(Tag(A, "library", 2019, "net_unit"),))
    assert "say nothing" in said(opened("organisation", later, kieli="en", **VIEW)), (
        "a tag of a later year says nothing of this one"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_with_a_fault_is_not_taken_and_a_sound_one_is(language: str, place) -> None:
    page, t = opened("organisation", kieli=language, **VIEW), Translator(language)
    bad = f"kunta;palvelu;vuosi;malli\n{A};library;2018;own_production\n{B};library;2018;oma".encode()
    page.file_uploader[0].set_value(("o.csv", bad, "text/csv")).run()
    assert [block.value for block in page.error] == [t("problem.title", n=1)]
    assert page.dataframe[0].value.iloc[0].tolist() == [3, "", "oma", t("problem.model")]
    assert t("upload.take") not in [button.label for button in page.button]
    page.file_uploader[0].set_value(("o.csv", bad.replace(b";oma", b";Nettoenhet"), "text/csv")).run()
    assert words(t("organisation.understood", n=2, places=2)) in said(page)
    press(page, t("upload.take"))
    assert lies_on(page).tags == (Tag(A, "library", 2018, "own_production"), Tag(B, "library", 2018, "net_unit"))
    assert len(page.dataframe[0].value) == 3 and not page.exception
    press(page, t("organisation.clear"))
    assert lies_on(page) == workspace.EMPTY and findings(page) == [words(t("organisation.none"))]


def test_new_tags_take_the_place_of_those_in_use_and_nothing_else_goes(place) -> None:
    page = opened("organisation", LIES, kieli="en", **VIEW)
    content = f"kunta;palvelu;vuosi;malli\n{C};library;2018;net_unit".encode()
    page.file_uploader[0].set_value(("o.csv", content, "text/csv")).run()
    press(page, "Use these figures")
    assert lies_on(page) == Workspace(tags=(Tag(C, "library", 2018, "net_unit"),))


def test_tags_come_back_from_the_file_of_the_desk() -> None:
    assert workspace.of_file(workspace.file(LIES)).tags == TAGS
    with pytest.raises(TableError):
        workspace.of_file(workspace.file(LIES).replace(b"own_production", b"made_up"))


# ---- pictures for slides and documents


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_leaf_by_model_holds_the_medians_and_says_that_they_prove_nothing(language: str, place) -> None:
    context, t = view_of(LIES, kieli=language, **VIEW), Translator(language)
    exhibit = PICTURES["by_model"](context)
    assert exhibit is not None and exhibit.series is not None
    groups = (OWN_2018, JOINT, CODES[10:12], [code for code in CODES if code not in CODES[:14]])
    [values] = exhibit.series.values()
    assert values == pytest.approx([median(per_head(code, 2018) for code in members) for members in groups])
    names = [
        organisation_models.models()[model]["name"][language]
        for model in ("own_production", "joint_authority", "service_voucher")
    ]
    assert exhibit.categories == tuple(
        t("organisation.n", name=name, n=len(members))
        for name, members in zip([*names, t("organisation.unsaid")], groups, strict=True)
    )
    assert exhibit.roles == ("chosen", "other", "other", "other") and exhibit.note == t("organisation.no_proof")


def test_the_table_of_the_leaf_by_model_does_not_call_models_municipalities(place) -> None:
    exhibit, t = PICTURES["by_model"](view_of(LIES, kieli="en", **VIEW)), Translator("en")
    assert exhibit is not None and table_of(exhibit, t)[0][0] != t("chart.municipality")


def test_there_is_no_leaf_by_model_where_nothing_is_said(place) -> None:
    assert PICTURES["by_model"](view_of(workspace.EMPTY, **VIEW)) is None
    assert PICTURES["by_model"](view_of(Workspace(tags=TAGS[-1:]), **VIEW)) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_leaf_of_models_holds_every_one_of_them(language: str, place) -> None:
    exhibit = PICTURES["models"](view_of(workspace.EMPTY, kieli=language))
    assert exhibit is not None and exhibit.rows == tuple(
        (a["name"][language], a["text"][language]) for a in organisation_models.models().values()
    )
