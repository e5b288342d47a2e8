"""The catalogue: the indicators in use reproduce published figures, and every defect of a file is named with its
field."""

from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from kuntamittari import settings
from kuntamittari.catalog import loader
from kuntamittari.catalog.indicator import Indicator, PublishedFigure, Ratio
from kuntamittari.errors import CatalogError
from kuntamittari.query import figures
from kuntamittari.query.database import Database

INDICATORS = loader.load(settings.PACKAGE / "catalog" / "indicators")
CHECKS = [(indicator, check) for indicator in INDICATORS.values() for check in indicator.checks]
WORDS = {"fi": "kirjasto", "sv": "bibliotek", "en": "library"}
SOUND: dict[str, Any] = {
    "id": "library_cost",
    "dimension": "economy_of_services",
    "polarity": "lower",
    "formula": {
        "kind": "ratio",
        "numerator": {"task_classes": ["Kirjastotoiminta"]},
        "denominator": {"age_from": 0, "age_to": 120},
    },
    "zero": "value",
    "decimals": 2,
    "sources": ["kta_costs", "sotkanet_population"],
    **{part: dict(WORDS) for part in ("name", "label", "unit", "definition", "caveats")},
}
GONE = object()
ProblemsOf = Callable[..., list[str]]


def changed(field: str, value: Any) -> dict[str, Any]:
    """A sound indicator with one field, however deep, set or (GONE) left out."""
    content = deepcopy(SOUND)
    *way, last = field.split(".")
    place = content
    for step in way:
        place = place[step]
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return content


@pytest.fixture
def problems_of(tmp_path: Path) -> ProblemsOf:
    """problems_of(file=content, …) loads a directory of just those files, given as YAML text or as what it holds."""

    def load(**files: Any) -> list[str]:
        for name, content in files.items():
            text = content if isinstance(content, str) else yaml.safe_dump(content, allow_unicode=True)
            (tmp_path / f"{name}.yaml").write_text(text, "utf-8")
        with pytest.raises(CatalogError) as caught:
            loader.load(tmp_path)
        return caught.value.problems

    return load


def test_the_catalogue_in_use_holds_the_first_ten_indicators_and_any_added_since() -> None:
    assert len(INDICATORS) >= 10
    assert [indicator.id for indicator in INDICATORS.values()] == list(INDICATORS)


def test_every_indicator_states_published_figures_to_be_checked_by() -> None:
    """No real figure of Vipunen or of a municipal group's accounts has been seen; Vipunen's of the whole country are
    checked when they are read, and those of groups are experimental."""
    seen = [i for i in INDICATORS.values() if i.sources != ("vipunen",) and not i.experimental]
    ratios = [i for i in seen if isinstance(i.formula, Ratio)]
    assert [i.id for i in ratios if not i.checks] == [], "give each a published figure under `checks` of its file"


@pytest.mark.parametrize(("indicator", "check"), CHECKS, ids=[f"{i.id} {c.municipality} {c.year}" for i, c in CHECKS])
def test_an_indicator_reproduces_its_published_figure(
    bundle: Database, indicator: Indicator, check: PublishedFigure
) -> None:
    [row] = figures.values(bundle, indicator, [check.municipality], [check.year]).to_pylist()
    assert (row["numerator"], row["denominator"]) == (check.numerator, check.denominator)
    assert row["value"] == (100 if indicator.formula.percent else 1) * (check.numerator / check.denominator)


def test_one_run_names_every_defective_file_and_its_field(problems_of: ProblemsOf) -> None:
    found = problems_of(
        a_sound=SOUND,
        b_class=changed("formula.numerator.task_classes", ["Kirjastotoiminta", "Perusopetuss"])
        | {"id": "unknown_class"},
        c_polarity=changed("polarity", "lover") | {"id": "misspelt_polarity"},
        d_swedish=changed("name.sv", GONE) | {"id": "no_swedish"},
        e_again=SOUND,
    )
    assert found == [
        "b_class.yaml: formula.numerator.task_classes.1: unknown task class 'Perusopetuss'",
        "c_polarity.yaml: polarity: Input should be 'higher', 'lower' or 'neutral', not 'lover'",
        "d_swedish.yaml: name.sv: is missing",
        "e_again.yaml: id: 'library_cost' is already used by a_sound.yaml",
    ]


@pytest.mark.parametrize("field", [field for field in SOUND if field not in ("formula", "sources")])
def test_no_part_of_an_indicator_goes_without_saying(problems_of: ProblemsOf, field: str) -> None:
    assert problems_of(i=changed(field, GONE)) == [f"i.yaml: {field}: is missing"]


AWAITED = {
    "ask": dict.fromkeys(settings.LANGUAGES, "Ask the city."),
    "bring": dict.fromkeys(settings.LANGUAGES, "A file."),
}


def test_an_indicator_is_computed_with_its_sources_or_awaited(problems_of: ProblemsOf) -> None:
    [found] = problems_of(i=changed("formula", GONE))
    assert found.startswith("i.yaml: file: an indicator has either a formula or awaited")
    [found] = problems_of(i=changed("awaited", AWAITED))
    assert found.startswith("i.yaml: file: an indicator has either a formula or awaited")
    [found] = problems_of(i=changed("sources", GONE))
    assert found.startswith("i.yaml: file: an indicator with a formula names its sources")
    assert Indicator.model_validate(changed("formula", GONE) | {"awaited": AWAITED}).bound()["kind"] == "awaited"


@pytest.mark.parametrize("language", settings.LANGUAGES)
@pytest.mark.parametrize("part", ["name", "label", "unit", "definition", "caveats"])
def test_every_text_stands_in_three_languages(problems_of: ProblemsOf, part: str, language: str) -> None:
    assert problems_of(i=changed(f"{part}.{language}", GONE)) == [f"i.yaml: {part}.{language}: is missing"]


DEFECTS = {
    "an empty text": ("unit.sv", "", "unit.sv: String should have at least 1 character, not ''"),
    "an unknown field": ("colour", "blue", "colour: is not a field of an indicator"),
    "an unknown field deep inside": (
        "formula.denominator.sex",
        1,
        "formula.denominator.sex: is not a field of an indicator",
    ),
    "an id that is no identifier": (
        "id",
        "Library cost",
        "id: String should match pattern '^[a-z][a-z0-9_]{2,60}$', not 'Library cost'",
    ),
    "an id that is a number": ("id", 5, "id: Input should be a valid string, not 5"),
    "an id that is a list": ("id", ["library_cost"], "id: Input should be a valid string, not ['library_cost']"),
    "an unknown dimension": ("dimension", "costs", "dimension: Input should be 'economy', "),
    "an unknown service": ("service", "libraries", "service: Input should be 'early_childhood', "),
    "an unknown source": ("sources", ["kta_costs", "rumour"], "sources.1: unknown source 'rumour'"),
    "an unknown kind of formula": (
        "formula.kind",
        "sum",
        "formula.kind: must be 'ratio', 'level', 'change', 'index', not 'sum'",
    ),
    "an unknown meaning of zero": ("zero", "maybe", "zero: Input should be 'value' or 'missing', not 'maybe'"),
    "nothing to add up": ("formula.numerator.task_classes", [], "formula.numerator: nothing is added up"),
    "a task class named twice": (
        "formula.numerator.task_classes",
        ["Perusopetus", "Perusopetus"],
        "formula.numerator: named twice",
    ),
    "an unknown task class alone": (
        "formula.numerator.task_classes",
        ["Perusopetuss"],
        "formula.numerator.task_classes.0: unknown task class 'Perusopetuss'",
    ),
    "an unknown source alone": ("sources", ["rumour"], "sources.0: unknown source 'rumour'"),
    "ages in the wrong order": (
        "formula.denominator",
        {"age_from": 70, "age_to": 65},
        "formula.denominator: age_from 70 is above age_to 65",
    ),
    "an age beyond the open end": (
        "formula.denominator.age_to",
        121,
        "formula.denominator.age_to: Input should be less than or equal",
    ),
    "a published figure of an unquoted code": (
        "checks",
        [{"municipality": 837, "year": 2018, "numerator": 1, "denominator": 1}],
        "checks.0.municipality: Input should be a valid string, not 837",
    ),
    "a break without its reason": ("breaks", [{"year": 2016}], "breaks.0.reason: is missing"),
}


@pytest.mark.parametrize(("field", "value", "said"), DEFECTS.values(), ids=DEFECTS)
def test_a_defect_is_one_line_that_names_its_field(problems_of: ProblemsOf, field: str, value: Any, said: str) -> None:
    [problem] = problems_of(i=changed(field, value))
    assert problem.startswith(f"i.yaml: {said}")


UNREADABLE = {
    "broken YAML": ("name: [", "not readable as YAML: while parsing"),
    "YAML that would run code": (
        "name: !!python/name:os.system",
        "not readable as YAML: could not determine a constructor",
    ),
    "a list": ("- 1", "Input should be a valid dictionary"),
    "a word": ("library", "Input should be a valid dictionary"),
    "nothing": ("", "Input should be a valid dictionary"),
}


@pytest.mark.parametrize(("text", "said"), UNREADABLE.values(), ids=UNREADABLE)
def test_a_file_that_holds_no_indicator_is_named_beside_the_defects_of_others(
    problems_of: ProblemsOf, text: str, said: str
) -> None:
    first, second = problems_of(i=text, next=changed("polarity", GONE))
    assert first.startswith(f"i.yaml: file: {said}")
    assert second == "next.yaml: polarity: is missing"


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "old.yaml").write_bytes("name: päivähoito".encode("latin-1"))
    with pytest.raises(CatalogError, match=r"^old\.yaml: file: not readable as YAML: "):
        loader.load(tmp_path)


def test_a_directory_without_indicators_is_a_defect(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="no indicator files"):
        loader.load(tmp_path)


def test_an_indicator_in_a_folder_of_its_own_is_found_by_its_id(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "any_name.yaml").write_text(yaml.safe_dump(SOUND, allow_unicode=True), "utf-8")
    assert list(loader.load(tmp_path)) == ["library_cost"]


def test_the_catalogue_in_use_follows_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUNTAMITTARI_INDICATORS", str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_AGAIN", 1e-9)
    for names in (["first_cost"], ["first_cost", "second_cost"]):
        (tmp_path / f"{names[-1]}.yaml").write_text(
            yaml.safe_dump(changed("id", names[-1]), allow_unicode=True), "utf-8"
        )
        assert list(loader.indicators()) == names


@pytest.mark.parametrize(("polarity", "highest_first"), [("higher", True), ("lower", False), ("neutral", False)])
def test_rank_one_is_the_highest_value_only_where_higher_is_better(polarity: str, highest_first: bool) -> None:
    assert Indicator.model_validate(changed("polarity", polarity)).highest_first is highest_first


@pytest.mark.parametrize(("zero", "missing"), [("missing", True), ("value", False)])
def test_a_formula_goes_to_the_queries_with_what_zero_means(zero: str, missing: bool) -> None:
    nothing = {
        "task_classes": (),
        "moved_years": [],
        "statement": (),
        "less_statement": (),
        "measures": (),
        "published": None,
        "age_from": None,
        "age_to": None,
    }
    assert Indicator.model_validate(changed("zero", zero)).bound() == {
        "kind": "ratio",
        "scale": 1.0,
        "base_year": None,
        "zero_is_missing": missing,
        "numerator": nothing | {"task_classes": ("Kirjastotoiminta",)},
        "denominator": nothing | {"age_from": 0, "age_to": 120},
        "price_year": None,
        "years_together": 1,
        "breaks": [],
        "moved_from": None,
        "kept_by": [],
        "zero_parts": [],
        "hidden_most": None,
        "persons_in": "denominator",
    }
