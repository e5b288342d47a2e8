"""Who organises a service how, from an uploaded file: what holds in a year, each wrong line named, medians by hand."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from kuntamittari import i18n, settings
from kuntamittari.catalog import organisation_models, services
from kuntamittari.catalog.organisation_models import EVERY_SERVICE
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator
from kuntamittari.uploads import workspace
from kuntamittari.uploads.organisation import Tag, in_force
from kuntamittari.uploads.tabular import TableError
from tests.support.uploads.made_up_survey import CODES
from tests.support.uploads.organisation_tags import LIES, MODELS, TAGS, A, B, C, read

LANGUAGES = settings.LANGUAGES


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


def test_code_and_name_of_two_municipalities_are_both_quoted() -> None:
    line = f"{A};Keksilä {B};library;2018;net_unit"
    assert wrong(("Kuntakoodi;Kunta;Palvelu;Vuosi;Malli", line)) == [(2, "conflict", f"{A} | Keksilä {B}")]


def test_the_whole_country_is_no_municipality_that_organises() -> None:
    assert wrong((HEADS["en"], "MA1;library;2018;net_unit")) == [(2, "municipality", "MA1")]


@pytest.mark.parametrize(
    ("content", "reason", "parts"),
    [
        ("kunta;palvelu;vuosi\n323;library;2018", "lacking", {"columns": "model"}),
        ("kunta\n323", "lacking", {"columns": "service, year, model"}),
        ("a;b\n1;2", "no_heads", {"line": 1, "first": "a | b"}),
        ("kunta;palvelu;vuosi;malli", "no_rows", {}),
        ("", "empty", {}),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_file_that_is_no_table_of_tags_says_why(content: str, reason: str, parts: dict, language: str) -> None:
    with pytest.raises(TableError) as error:
        read(content)
    assert (error.value.reason, error.value.parts) == (reason, parts)
    assert all(str(part) in text.table_error(Translator(language), error.value) for part in parts.values())


# ---- the page


def test_every_model_has_its_name_meaning_and_place_in_the_figures_in_three_languages() -> None:
    for model, about in organisation_models.models().items():
        assert about.keys() in ({"name", "text", "figures"}, {"name", "text", "figures", "law"}), model
        for part in about.values():
            assert list(part) == ["fi", "sv", "en"] and all(part[language].strip() for language in LANGUAGES), model
            assert len(set(part.values())) == 3, model


def test_tags_come_back_from_the_file_of_the_workspace() -> None:
    assert workspace.of_file(workspace.file(LIES)).tags == TAGS
    with pytest.raises(TableError):
        workspace.of_file(workspace.file(LIES).replace(b"own_production", b"made_up"))
