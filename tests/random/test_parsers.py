"""Every parser under whatever may come: it understands, or refuses with its own exception and no other; what we write
we read back. Those of tables and workspaces are tried in tests/unit/uploads, decks in test_deck, drafts of codebooks in
test_survey, terms in test_glossary, and the parameters of the interface in test_fuzz."""

import io
import json
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, get_args

import geopandas as gpd
import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml
from hypothesis import assume, example, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from kuntamittari import settings
from kuntamittari.catalog import knowledge_bank, loader, measures, organisation_models, structural_variables
from kuntamittari.catalog.indicator import Service
from kuntamittari.errors import CatalogError, SourceError
from kuntamittari.etl import client
from kuntamittari.etl.sources import boundaries, classification, pxweb, sotkanet, statfin, vipunen
from kuntamittari.etl.sources.treasury import catalogue, directory, documents, taxonomy
from kuntamittari.etl.sources.treasury.packages import packages
from kuntamittari.etl.update import years_between
from kuntamittari.exhibits import page_context, query_state
from kuntamittari.exhibits.deck import Card
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.query_state import TARGET_KEYS, Selection, read_scenario, read_targets, read_weights
from kuntamittari.exhibits.render import jsonstat, tables
from kuntamittari.i18n import texts
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.query.figures import LISTED, SIMILAR, register
from kuntamittari.stats import peers
from kuntamittari.stats.scenario import Scenario
from kuntamittari.uploads import heads, organisation, survey, tabular, workspace
from kuntamittari.uploads.assessment import Action, Assessment, parts
from kuntamittari.uploads.organisation import Tag
from kuntamittari.uploads.places import Places
from kuntamittari.uploads.survey import Codebook, Round
from kuntamittari.uploads.tabular import Row, TableError
from kuntamittari.uploads.workspace import Workspace
from tests.support.px_service import Says, cost_service
from tests.support.uploads.uploaded_files import JSON, file

LETTERS = st.characters(exclude_categories=["Cs"])
WORDS = st.text(LETTERS, max_size=30)
PLACE = {"kunta": "837", "kieli": "fi"}
SERVICES = get_args(Service)


# ── the address
PARTS = st.sampled_from([*query_state.PARAMETERS, *query_state.PAGE_PARAMS, "foo"])
VALUES = WORDS | st.sampled_from(
    [
        "837",
        "837,091",
        "own",
        "similar",
        "2018",
        "1",
        "3",
        "kiintea",
        "matto",
        "vaesto:2,ika:0.5",
        "kaikki:1,sote:-0.5",
        "pohja:12.5,saasto:5,kerta:1",
        "basic_education_cost_per_7_15",
        "own_x",
        "largest-20",
        "0",
        "-",
        ",",
        ":",
    ]
)


@effort(max_examples=150, deadline=None)
@given(query=st.dictionaries(PARTS, VALUES, max_size=6))
@example(query={"painot": "vaesto:0,taajama:0"})
def test_any_address_is_a_view_whose_own_address_leads_to_the_same(query: dict[str, str], bundle: Database) -> None:
    found = page_context.read(query, bundle)
    again = page_context.read(found.selection.query(), bundle)
    assert again.selection == found.selection and not again.notices


CODES = ("837", "091", "049", "092", "564", "061", "005")


@st.composite
def selections(draw: st.DrawFn, context: PageContext) -> Selection:
    """Whatever may be chosen, of the bundle."""
    municipality = draw(st.sampled_from(CODES))
    weights = draw(
        st.dictionaries(
            st.sampled_from(list(structural_variables.variables())), st.integers(0, 50).map(lambda n: n / 10)
        )
    )
    usual = structural_variables.usual_weights()
    kept = (
        tuple((v, weights[v]) for v in usual if weights.get(v, usual[v]) != usual[v])
        if any((usual | weights).values())
        else ()
    )
    indicator = draw(st.sampled_from([i.id for i in context.catalogue.values() if i.formula]))
    base_year = draw(st.sampled_from([0, *context.data.snapshot.manifest["years"]]))
    years = figures.years(context.data, figures.catalogue(context.data, base_year or None)[indicator])
    assume(years)  # an index without a figure in the base year has none in any
    targets = draw(st.dictionaries(st.sampled_from(list(TARGET_KEYS)), st.integers(-200, 200).map(lambda n: n / 10)))
    thousandths = st.integers(1, 5_000_000).map(lambda n: n / 1000)
    scenario = st.builds(Scenario, thousandths, st.integers(0, 1000).map(lambda n: n / 10), thousandths)
    card = st.builds(
        Card, st.sampled_from(["map", "ranking"]), st.just((("kunta", "837"),)), st.text("abcåäö =:&", max_size=9)
    )
    return Selection(
        draw(st.sampled_from(settings.LANGUAGES)),
        municipality,
        tuple(draw(st.lists(st.sampled_from([c for c in CODES if c != municipality]), unique=True, max_size=5))),
        draw(st.sampled_from([*context.groups, LISTED, SIMILAR])),
        indicator,
        draw(st.sampled_from(years)),
        draw(st.booleans()),
        draw(st.booleans()),
        base_year,
        False,
        draw(st.integers(peers.FEWEST, peers.MOST)),
        kept,
        draw(st.none() | st.sampled_from(list(context.catalogue))),
        draw(st.booleans()),
        draw(st.sampled_from(query_state.ORDERS)),
        tuple((s, targets[s]) for s in TARGET_KEYS if s in targets),
        draw(st.none() | scenario),
        "",
        tuple(
            (part, value)
            for part in query_state.PAGE_PARAMS
            if (value := draw(st.none() | st.text(LETTERS, max_size=3))) is not None
        )
        if draw(st.booleans())
        else (),
        tuple(draw(st.lists(card, max_size=3))),
    )


@effort(max_examples=60, deadline=None)
@given(chosen=st.data())
def test_any_choice_comes_back_from_its_address_as_it_was(chosen: st.DataObject, bundle: Database) -> None:
    asked = chosen.draw(selections(page_context.read(PLACE, bundle)))
    found = page_context.read(asked.query(), bundle)
    assert found.selection == asked and not found.notices


@effort(max_examples=150, deadline=None)
@given(st.text("vaestoik:,.0123456789-kohjlrspu", max_size=40) | WORDS)
def test_any_words_are_weights_targets_and_a_scenario_or_named(words: str) -> None:
    weights, targets, scenario = read_weights(words)[0], read_targets(words)[0], read_scenario(words)
    assert all(0 <= weight <= peers.HEAVIEST for _, weight in weights) and all(
        abs(target) <= 20 for _, target in targets
    )
    assert scenario is None or (
        0 < scenario.base <= 5000 and 0 <= scenario.saving <= 100 and 0 <= scenario.one_off <= 5000
    )


# ── the command line, the environment, what a browser sends


@effort(max_examples=150, deadline=None)
@given(st.text("0123456789- x٣²", max_size=10))
def test_any_words_are_years_in_order_or_refused(words: str) -> None:
    try:
        found = years_between(words)
    except ValueError:
        return
    assert found and list(found) == list(range(found[0], found[-1] + 1))


SETTINGS: dict[str, Callable[[], Any]] = {
    "KUNTAMITTARI_REQUEST_INTERVAL": settings.request_interval,
    "KUNTAMITTARI_UPDATE": settings.update_allowed,
    "KUNTAMITTARI_LANG": settings.default_language,
    "STREAMLIT_SERVER_PORT": settings.server_options,
    "KUNTAMITTARI_API_BASE": settings.api_base,
}


@effort(max_examples=100, deadline=None)
@given(
    st.sampled_from(list(SETTINGS)),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
)
def test_any_setting_is_taken_or_refused_by_name(name: str, words: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(name, words)
        try:
            found = SETTINGS[name]()
        except settings.SettingsError as error:
            assert str(error).startswith(f"The environment sets {name} to ") and len(str(error).splitlines()) == 1
            return
    assert not isinstance(found, float) or 0 <= found < 1000
    assert name != "KUNTAMITTARI_LANG" or found in settings.LANGUAGES


# ── what a reader brings


@pytest.fixture(scope="module")
def known(bundle: Database) -> dict[str, dict[str, Any]]:
    """The register, of which the tests of a file need one."""
    return register(bundle)


def told(error: TableError) -> None:
    """A refusal has its words in every language."""
    for language in settings.LANGUAGES:
        texts(language)[f"tabular.{error.reason}"].format(**error.parts)


def sheet(heads: list[str], body: list[list[str]]) -> tabular.File:
    return file(Row(n, tuple(map(tabular.tidy, cells))) for n, cells in enumerate((heads, *body), 1))


CELLS = st.sampled_from(["837", "Tampere", "KU091", "2018", "kaikki", "net_unit", "library", "kirjasto", ""]) | st.text(
    LETTERS, max_size=8
)
BODY = st.lists(st.lists(CELLS, max_size=6), max_size=6)
HEADS = st.sampled_from(["kunta", "vuosi", "palvelu", "malli", "service", "x", "", "Q1", "Q2"])


@effort(max_examples=150, deadline=None)
@given(heads=st.lists(HEADS, min_size=1, max_size=6), body=BODY)
def test_any_sheet_is_ways_of_organising_or_refused(
    heads: list[str], body: list[list[str]], known: Mapping[str, Any]
) -> None:
    try:
        found = organisation.read(sheet(heads, body), known)
    except TableError as error:
        told(error)
        return
    assert all(tag.municipality in known and tag.model in get_args(organisation_models.Model) for tag in found.tags)
    lies = Workspace(tags=found.tags)
    assert workspace.of_file(workspace.file(lies)) == lies


@effort(max_examples=100, deadline=None)
@given(
    tags=st.lists(
        st.tuples(
            st.sampled_from(["837", "091"]),
            st.sampled_from([*SERVICES, "all"]),
            st.integers(1990, 2100),
            st.sampled_from(get_args(organisation_models.Model)),
        ),
        unique=True,
        min_size=1,
        max_size=8,
    )
)
def test_any_ways_of_organising_written_as_a_sheet_are_read_exactly(
    tags: list[tuple], known: Mapping[str, Any]
) -> None:
    found = organisation.read(
        sheet(["kunta", "palvelu", "vuosi", "malli"], [[str(part) for part in tag] for tag in tags]), known
    )
    assert found.problems == () and found.tags == tuple(Tag(*tag) for tag in tags)


BOOK = Codebook.model_validate(
    {
        "name": {"fi": "K"},
        "year": 2026,
        "municipality": "kunta",
        "answered": "#2",
        "questions": [
            {"id": "one", "name": {"fi": "Y"}, "column": "Q1", "answers": {"a": {"fi": "A"}, "b": {"fi": "B"}}},
            {
                "id": "many",
                "name": {"fi": "M"},
                "columns": {"a": "Q2", "b": "#4"},
                "answers": {"a": {"fi": "A"}, "b": {"fi": "B"}},
            },
        ],
    }
)


@effort(max_examples=150, deadline=None)
@given(heads=st.lists(HEADS, min_size=1, max_size=6), body=BODY)
def test_any_export_is_answers_of_the_codebook_or_refused(
    heads: list[str], body: list[list[str]], known: Mapping[str, Any]
) -> None:
    try:
        found = survey.read(sheet(heads, body), BOOK, known)
    except TableError as error:
        told(error)
        return
    assert set(found.round.given) <= set(known)
    lies = Workspace(rounds=(found.round,))
    assert workspace.of_file(workspace.file(lies)) == lies


YAML_LIKE = st.text("abkyn:-#&*!|>{}[]\"',\n %@`1.~", max_size=60)


@effort(max_examples=200, deadline=None)
@given(
    st.binary(max_size=60)
    | YAML_LIKE.map(str.encode)
    | JSON.map(lambda value: yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "replace"))
)
def test_any_bytes_are_a_codebook_or_refused(content: bytes) -> None:
    try:
        survey.codebook(content)
    except TableError as error:
        told(error)
        assert error.reason == "codebook"


def test_a_codebook_written_as_yaml_is_read_as_it_was() -> None:
    assert (
        survey.codebook(yaml.safe_dump(BOOK.model_dump(mode="json", exclude_none=True), allow_unicode=True).encode())
        == BOOK
    )


SAID = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), max_size=9)
ACTIONS = st.builds(
    Action,
    part=st.sampled_from(list(parts())),
    what=SAID.filter(bool),
    owner=SAID,
    due=st.dates().map(str) | st.just(""),
)
ASSESSMENTS = st.builds(
    Assessment,
    municipality=st.sampled_from(["837", "091"]),
    year=st.integers(1990, 2100),
    scores=st.dictionaries(st.sampled_from(list(parts())), st.integers(0, 100)),
    evidence=st.dictionaries(st.sampled_from(list(parts())), SAID),
    actions=st.lists(ACTIONS, max_size=3).map(tuple),
)
ROUNDS = st.dictionaries(
    st.sampled_from(["837", "091", "049"]),
    st.fixed_dictionaries(
        {},
        optional={
            "one": st.sampled_from("ab").map(lambda answer: (answer,)),
            "many": st.lists(st.sampled_from("ab"), unique=True, min_size=1).map(tuple),
        },
    ),
).map(lambda given_: Round(codebook=BOOK, given=given_))


@effort(max_examples=60, deadline=None)
@given(st.lists(ROUNDS, max_size=2), st.lists(ASSESSMENTS, max_size=3))
def test_rounds_and_assessments_come_back_from_the_file_of_a_workspace(
    rounds: list[Round], assessments: list[Assessment]
) -> None:
    lies = Workspace(rounds=tuple(rounds), assessments=tuple(assessments))
    assert workspace.of_file(workspace.file(lies)) == lies


@effort(max_examples=150, deadline=None)
@given(said=WORDS | st.sampled_from(["91", "ku837", "MA1", "²", "٣٣٣", "Å"]))
def test_any_words_are_a_municipality_of_the_register_or_none(said: str, known: Mapping[str, Any]) -> None:
    places = Places(known)
    assert places.code(said) in {None, *known} and isinstance(places.near(said), str)
    year = heads.year(said)
    assert year is None or heads.FIRST_YEAR <= year.year <= heads.LAST_YEAR


# ── the files of the catalogue and the knowledge bank
GOOD = yaml.safe_load(
    (settings.PACKAGE / "catalog" / "indicators" / "economy_of_services" / "library_cost_per_resident.yaml").read_text(
        "utf-8"
    )
)
FIELDS = st.lists(st.tuples(st.sampled_from([*GOOD, "more"]), JSON), max_size=3).map(dict)


@effort(max_examples=120, deadline=None)
@given(
    st.binary(max_size=60) | YAML_LIKE.map(str.encode) | FIELDS.map(lambda some: yaml.safe_dump(GOOD | some).encode())
)
def test_any_indicator_file_is_one_or_its_defects_are_named_by_line(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "one.yaml").write_bytes(content)
        try:
            loader.load(Path(folder))
        except CatalogError as error:
            assert error.problems and all(problem.startswith("one.yaml: ") for problem in error.problems)
            assert all("\n" not in problem for problem in error.problems)


@effort(max_examples=60, deadline=None)
@given(st.binary(max_size=60) | YAML_LIKE.map(str.encode) | JSON.map(lambda value: yaml.safe_dump(value).encode()))
def test_any_entry_of_the_knowledge_bank_is_one_or_its_defects_are_named(content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "case" / "one.yaml"
        file.parent.mkdir()
        file.write_bytes(content)
        try:
            knowledge_bank.read([file])
        except CatalogError as error:
            assert error.problems and all("one.yaml" in problem for problem in error.problems)


# ── the official interfaces
EDUCATION, PRICES = measures.of_source("vipunen"), pd.DataFrame({"year": [2022], "value": [110.0]})


def read_document(rows: list[Any]) -> documents.Read:
    """Read rows of a document of the State Treasury whose taxonomy knows nothing."""
    return documents.read(rows, packages()["KKNR"], taxonomy.Taxonomy({}, frozenset({"2018"}), {}), 2024)


class RowsOf:
    """A Vipunen whose fields are as expected, with anything in every field of a row."""

    fields = (vipunen.SECTOR, *vipunen.VOLUME_COLUMNS.values(), *vipunen.COST_COLUMNS.values())

    def __init__(self, values: Any):
        self.rows = [dict.fromkeys(self.fields, v) for v in values] if isinstance(values, list) else values

    def get(self, _: str, path: str, *__: Any) -> Any:
        if path == vipunen.RESOURCES:
            return [vipunen.COSTS]
        if path.endswith("/count"):
            return len(self.rows) if isinstance(self.rows, list) else 1
        return self.rows if path.endswith("/data") else [{"name": name} for name in self.fields]


READERS: dict[str, Callable[[Any], Any]] = {
    "folder": lambda service: statfin.yearly_tables(service, statfin.COSTS),
    "costs": lambda service: statfin.net_operating_costs(service, "costs.px"),
    "statements": lambda service: statfin.financial_statements(service, "statements.px"),
    "prices": statfin.price_index,
    "paavo": lambda service: statfin.paavo_ages(service, 2010),
    "key figures": lambda service: statfin.key_figures(service, {"M408": "key_M408"}, 2010),
    "population": lambda service: statfin.population(service, 2010),
    "projection": statfin.projection,
    "age shares": lambda service: statfin.age_shares(service, 2010),
    "children": lambda service: statfin.children_in_care(service, 2010),
    "regions": sotkanet.municipality_codes,
    "figures": lambda service: sotkanet.figures(service, 127, [2018], {46: "091"}),
    "residents": lambda service: sotkanet.population(service, [2018]),
    "outcomes": lambda service: sotkanet.outcomes(service, {"m": {"indicator": 1, "field": "value"}}, [2018]),
    "municipalities": classification.municipalities,
    "mergers": classification.successors,
    "fields of education": lambda service: vipunen.costs_and_pupils(service, EDUCATION, 2010, PRICES, []),
    "catalogue of the treasury": lambda service: catalogue.documents(service, ["KKNR"]),
    "list of taxonomies": taxonomy.listed,
    "business ids": lambda service: directory.business_ids(service, ["091"]),
    "taxonomy": lambda service: list(taxonomy.wanted([service.answer], packages()["KTAS"])),
    "document": lambda service: read_document(
        [dict.fromkeys(("taksonomia", "tunnusluku", "arvo", "osakokonaisuus"), service.answer)]
    ),
    "rows of education": lambda service: vipunen.costs_and_pupils(RowsOf(service.answer), EDUCATION, 2010, PRICES, []),
}
KEYS = st.sampled_from(
    [
        "title",
        "variables",
        "code",
        "text",
        "values",
        "valueTexts",
        "id",
        "type",
        "category",
        "region",
        "year",
        "value",
        "absValue",
        "sourceItem",
        "targetItem",
        "classificationItemNames",
        "name",
        "size",
        "dimension",
        "index",
        "features",
        "properties",
        "geometry",
    ]
)
ANSWERS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 3000)
    | st.floats(allow_nan=False)
    | st.text(max_size=4)
    | st.sampled_from(["KUNTA", "t", "091", "KU837", "2018", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)


@pytest.mark.parametrize("reader", READERS)
@effort(max_examples=40, deadline=None)
@given(answer=ANSWERS)
def test_any_json_of_a_service_is_figures_or_a_source_error(reader: str, answer: Any) -> None:
    try:
        READERS[reader](Says(answer))
    except SourceError as error:
        assert "\n" not in str(error)


CUBES = st.fixed_dictionaries(
    {
        "id": st.lists(st.sampled_from("ab"), max_size=2) | ANSWERS,
        "size": st.lists(st.integers(-1, 3), max_size=2) | ANSWERS,
        "value": st.lists(st.none() | st.floats(allow_nan=False), max_size=6) | ANSWERS,
        "dimension": st.dictionaries(st.sampled_from("ab"), ANSWERS, max_size=2),
    }
)


@effort(max_examples=150, deadline=None)
@given(CUBES)
def test_any_json_stat_is_rows_or_a_source_error(cube: dict[str, Any]) -> None:
    try:
        assert "value" in pxweb.tidy(cube, "x.px")
    except SourceError:
        return


ROWS = st.dictionaries(
    st.tuples(st.sampled_from(["091", "837", "005"]), st.integers(2015, 2019)),
    st.none() | st.floats(-1e9, 1e9),
    min_size=1,
)


@effort(max_examples=60, deadline=None)
@given(ROWS)
def test_our_own_json_stat_is_read_back_exactly(known_: dict[tuple[str, int], float | None]) -> None:
    rows = [
        {"municipality": m, "year": y, "value": v, "status": "final", "reason": "not_reported"}
        for (m, y), v in known_.items()
    ]
    cube = jsonstat.dataset(rows, {m: m for m, _ in known_}, "x", "€", 1, "s", "2026-01-01")
    found = pxweb.tidy(json.loads(json.dumps(cube)), "x.px")
    read = {(m, int(y)): v for m, y, v in zip(found["municipality"], found["year"], found["value"], strict=True)}
    assert read == {at: value for at, value in known_.items() if value is not None}


@effort(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.text(LETTERS, max_size=9), st.none() | st.floats(-1e12, 1e12)), min_size=1, max_size=8))
def test_our_own_parquet_is_read_back_exactly(rows: list[tuple[str, float | None]]) -> None:
    frame = pd.DataFrame(rows, columns=["name", "value"]).astype({"value": "float64"})
    made = tables.render(tables.Table(frame, (("about", "words"),), ("a", "b")), "parquet")
    read = pq.read_table(io.BytesIO(made)).to_pylist()
    assert [(row["name"], row["value"]) for row in read] == rows


@effort(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(["title", "variables"]), ANSWERS))
def test_costs_of_a_table_in_another_shape_are_a_source_error(changed: dict[str, Any]) -> None:
    service = cost_service()
    whole = service.get() | changed
    service.get = lambda *_: whole  # type: ignore[method-assign]
    if changed:
        with pytest.raises(SourceError):
            statfin.net_operating_costs(service, "costs.px")  # type: ignore[arg-type]


SHAPES = st.dictionaries(st.sampled_from(["features", "type"]), ANSWERS) | ANSWERS


class Maps(Says):
    """A service of boundaries that answers any JSON, or any words in place of its capabilities."""

    def __init__(self, answer: Any, capabilities: str) -> None:
        super().__init__(answer)
        self.capabilities = capabilities

    def get_xml(self, *_: Any) -> str:
        return self.capabilities


LAYERS = "<?xml version='1.0'?><a><Name>tilastointialueet:kunta4500k_2023</Name></a>"


@effort(max_examples=60, deadline=None)
@given(SHAPES, st.just(LAYERS) | st.text("<?xml>a/Nme kunt4500_2", max_size=40))
def test_any_boundaries_are_shapes_or_a_source_error(answer: Any, capabilities: str) -> None:
    try:
        found = boundaries.municipalities(Maps(answer, capabilities), 2026, {"091": "091"})  # type: ignore[arg-type]
    except SourceError:
        return
    assert isinstance(found, gpd.GeoDataFrame)


@effort(max_examples=100, deadline=None)
@given(st.text(LETTERS.filter(lambda c: c.isprintable() and c.isascii()), max_size=12) | st.integers().map(str))
def test_any_retry_after_is_a_time_or_none(words: str) -> None:
    found = client.retry_after(client.httpx.Response(429, headers={"Retry-After": words}))
    assert found is None or found >= 0
