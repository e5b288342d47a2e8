"""Ways of organising on the pages: the upload, the filter in the address, the models explained in three languages."""

import re
from statistics import median

import pytest

from kuntamittari import settings
from kuntamittari.catalog import organisation_models, services
from kuntamittari.catalog.organisation_models import Model
from kuntamittari.exhibits import selected_figures
from kuntamittari.exhibits.exhibit import table_of
from kuntamittari.exhibits.registry import PICTURES
from kuntamittari.i18n import Translator
from kuntamittari.ui.uploads import organisation as page_of
from kuntamittari.uploads import workspace
from kuntamittari.uploads.organisation import Tag
from kuntamittari.uploads.workspace import Workspace
from tests.support.markup import words
from tests.support.pages import findings, said, unfolded, warning_of
from tests.support.uploads.made_up_survey import CODES, LIBRARY, REGISTER, RESIDENTS, library_cost
from tests.support.uploads.organisation_tags import LIES, MODELS, TAGS, A, B, C, read
from tests.support.uploads.workspace_pages import lies_on, opened, press, view_of

LANGUAGES = settings.LANGUAGES
OWN_2018, OWN_2019, JOINT = CODES[:10], (*CODES[:10], CODES[14]), CODES[12:14]
VIEW = {"mittari": LIBRARY, "kunta": A, "ryhma": "all", "vuosi": "2018"}


def per_head(code: str, year: int) -> float:
    """What the library of a made-up municipality costs per resident."""
    return library_cost(code, year) / RESIDENTS[code]


# ---- the file


def test_the_template_holds_every_service_and_is_read_once_its_models_are_filled_in(place) -> None:
    content = page_of.template(view_of(workspace.EMPTY, **VIEW))().decode("utf-8-sig").replace("\r\n", "\n")
    head, *lines = content.rstrip("\n").split("\n")
    assert head == "municipality;service;year;model" and len(lines) == len(services.services())
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
    middle = words(t.number(median(costs), 2))
    assert f"The median of the group is {middle} (All of Mainland Finland, {name}, n = {len(members)})" in told
    rank = costs.index(per_head(chosen, year)) + 1
    assert re.search(rf"The rank is {rank} (\(\d+–\d+\) )?of {len(members)},", told)
    table = unfolded(page, "compared-figures").dataframe[0].value
    assert {row for row in table["Municipality"] if row.startswith("Madeup")} == {f"Madeup {code}" for code in members}
    assert not page.warning


def test_the_bar_offers_the_models_that_are_uploaded_and_its_choice_goes_into_the_address(place) -> None:
    bare = unfolded(opened("comparison", kieli="en", **VIEW), "basis")
    assert "choose-model" not in [box.key for box in bare.selectbox]
    page = unfolded(opened("comparison", LIES, kieli="en", **VIEW), "basis")
    assert len(page.selectbox(key="choose-model").options) == 5, "any, and the four of the file"
    assert "n = 110" in findings(page)[0]
    page.selectbox(key="choose-model").select("joint_authority").run()
    assert (
        page.query_params["organisointi"] == "joint_authority"
        and "joint municipal authority, n = 2)" in findings(page)[0]
    )
    unfolded(page, "basis").selectbox(key="choose-model").select("").run()
    assert "organisointi" not in page.query_params and "n = 110" in findings(page)[0]


@pytest.mark.parametrize(("model", "language"), [("market_company", "sv"), ("<b>x</b>", "fi")])
def test_a_model_that_the_reader_has_not_uploaded_is_named_and_nobody_is_left_out(
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
def test_the_page_explains_all_twelve_models_also_where_nothing_has_been_uploaded(language: str, place) -> None:
    page, t = opened("organisation", kieli=language, **VIEW), Translator(language)
    assert findings(page) == [words(t("organisation.none"))]
    about = organisation_models.models()
    assert set(about) == set(MODELS) and len(about) == 12
    assert [box.label for box in page.expander] == [model["name"][language] for model in about.values()]
    told = said(page)
    for model in about.values():
        assert words(model["text"][language]) in told and words(model["figures"][language]) in told
        assert "law" not in model or words(model["law"][language]) in told


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
    assert page.table[0].value.reset_index().iloc[0].tolist() == ["3", "", "oma", t("problem.model")]
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


# ---- pictures for slides and documents


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_exhibit_by_model_holds_the_medians_and_says_that_they_prove_nothing(language: str, place) -> None:
    context, t = view_of(LIES, kieli=language, **VIEW), Translator(language)
    exhibit = PICTURES["by_model"](context)
    assert exhibit is not None and exhibit.kind == "panels" and not exhibit.in_rows
    groups = (OWN_2018, JOINT, CODES[10:12], [code for code in CODES if code not in CODES[:14]])
    medians = [panel.reference.value for panel in exhibit.panels]
    assert medians == pytest.approx([median(per_head(code, 2018) for code in members) for members in groups])
    for panel, members in zip(exhibit.panels, groups, strict=True):
        [values] = panel.series.values()
        assert sorted(values) == pytest.approx(sorted(per_head(code, 2018) for code in members))
        assert (panel.band is not None) == (len(members) >= 5) and panel.ends == exhibit.panels[0].ends
    names = [
        organisation_models.models()[model]["name"][language]
        for model in ("own_production", "joint_authority", "service_voucher")
    ]
    assert tuple(panel.title for panel in exhibit.panels) == tuple(
        t("organisation.n", name=name, n=len(members))
        for name, members in zip([*names, t("organisation.unsaid")], groups, strict=True)
    )
    assert ["chosen" in panel.roles for panel in exhibit.panels] == [True, False, False, False]
    assert t("organisation.no_proof") in exhibit.note


def test_the_table_of_the_exhibit_by_model_names_each_municipality_with_its_model(place) -> None:
    exhibit, t = PICTURES["by_model"](view_of(LIES, kieli="en", **VIEW)), Translator("en")
    heads, rows = table_of(exhibit, t)
    assert heads[:2] == (t("chart.municipality"), t("organisation.model"))
    assert len(rows) == sum(len(panel.categories) for panel in exhibit.panels) == len(exhibit.cells)


def test_there_is_no_exhibit_by_model_where_nothing_is_said(place) -> None:
    assert PICTURES["by_model"](view_of(workspace.EMPTY, **VIEW)) is None
    assert PICTURES["by_model"](view_of(Workspace(tags=TAGS[-1:]), **VIEW)) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_exhibit_of_models_holds_every_one_of_them(language: str, place) -> None:
    exhibit = PICTURES["models"](view_of(workspace.EMPTY, kieli=language))
    assert exhibit is not None and exhibit.rows == tuple(
        (a["name"][language], a["text"][language]) for a in organisation_models.models().values()
    )
