"""An invented country with uploaded figures: no municipality and no number in it is real."""

import csv
import io
import urllib.request
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
import shapely
from pptx import Presentation

from kuntamittari import settings
from kuntamittari.catalog.areas import MAINLAND
from kuntamittari.etl.writer import write_boundaries
from kuntamittari.query.snapshot import BOUNDARY, open_snapshot, write_manifest
from kuntamittari.uploads.organisation import Tag
from kuntamittari.uploads.own_figures import Figure, Measure
from kuntamittari.uploads.workspace import Workspace
from tests.support.small_data import MakeData

LANGUAGES = settings.LANGUAGES
NAMES = {
    "951": ("Utukylä", "Dimby"),
    "952": ("Sadunperä", "Sagoända"),
    "953": ("Äyskärinsaari", "Öskarholm"),
    "954": ("Ånäsby", "Ånäsby"),
    "955": ("Höttölä", "Lösbäck"),
    "956": ("Kangastusranta", "Hägringsstrand"),
    "957": ("Tyhjälä", "Tomåker"),
    "958": ("Olematonlahti", "Ingenviken"),
    "959": ("Kaukamaa", "Fjärråsa"),
}
HERE, NEXT, ABSENT = "951", "952", "959"  # the last is in the register, but no official figures of it are loaded
LOADED = [code for code in NAMES if code != ABSENT]
YEARS, LATER = (2017, 2018, 2019), 2020
PRICES = {2017: 100.0, 2018: 104.0, 2019: 110.0}
AGES = ((0, 0), (1, 5), (6, 6), (7, 15), (16, 17), (18, 18), (19, 64), (65, 74), (75, 120))
CLASSES = ("Perusopetus", "Varhaiskasvatus", "Esiopetus", "Lukiokoulutus", "Kirjastotoiminta", "Yleishallinto")
BASIC, AWAITED = "basic_education_cost_per_7_15", "worklife_wellbeing_index"
NAME = "Lähipalvelun löytäjät Åäö"
OWN, COST = "own_lahipalvelun_loytajat_aao", "own_koydenveto"
PLACE = {"kunta": HERE, "ryhma": "all", "vuosi": "2019", "kartta": "rajat"}
PLANS = {"budget": {2019: 2450.0}, "target": {2020: 2400.0, 2021: 2350.0}}
SERVICE: dict[str, Any] = {"service": "basic_education"}
SCALE = 5  # what figures of the awaited measure are smaller
FIRST, SECOND = 410.5, 870.5  # the figure of HERE in 2017, of one reader and of another


def country(make_data: MakeData, dearer: int = 0) -> Path:
    """Eight invented municipalities with figures, one without, and boundaries of them all; `dearer`: euros more of each
    class."""
    register: list[dict[str, Any]] = [
        {
            "code": code,
            "name_fi": name,
            "name_sv": other,
            "name_en": name,
            "largest_20": code in LOADED,
            "loaded": code in LOADED,
            "residents": 1_000 * number if code in LOADED else None,
            "size_class": 1 + number % 2,
            "region_code": "01",
            **{f"region_{language}": "Keksitty" for language in LANGUAGES},
        }
        for number, (code, (name, other)) in enumerate(NAMES.items(), 1)
    ]
    register.append({"code": MAINLAND, "name_fi": "Keksimaa", "name_sv": "Påhittsland", "name_en": "Madeupland"})
    population, finance = [], []
    for number, code in enumerate(LOADED):
        for year in YEARS:
            at = {"municipality": code, "year": year}
            bands = {ages: 100 * (place + 1) + 7 * number + year - YEARS[0] for place, ages in enumerate(AGES)}
            bands[0, 120] = sum(bands.values())
            population += [
                at | {"age_from": youngest, "age_to": oldest, "persons": n} for (youngest, oldest), n in bands.items()
            ]
            finance += [
                at
                | {
                    "task_class": name,
                    "eur": 1_000_000 * (place + 1) + 50_000 * number + 10_000 * (year - YEARS[0]) + dearer,
                }
                for place, name in enumerate(CLASSES)
            ]
    prices = [{"year": year, "value": value} for year, value in PRICES.items()]
    out = make_data(finance=finance, population=population, municipality=register, price_index=prices)
    squares = [shapely.box(300_000 + 20_000 * n, 6_700_000, 318_000 + 20_000 * n, 6_720_000) for n in range(len(NAMES))]
    shapes = gpd.GeoDataFrame({"municipality": list(NAMES)}, geometry=squares, crs=3067)
    manifest = open_snapshot(out).manifest
    manifest["files"][BOUNDARY] = {
        "path": "boundary.parquet",
        **write_boundaries(shapes, out / "boundary.parquet"),
        "sources": [],
    }
    write_manifest(manifest, out)
    return out


def figure(code: str, year: int, first: float = FIRST) -> float:
    """The own figure of a municipality: each is told from every other, and from those of another reader."""
    return first + 3 * list(NAMES).index(code) + 0.5 * (year - YEARS[0])


def kept(first: float = FIRST, years: tuple[int, ...] = (*YEARS, LATER)) -> Workspace:
    """A workspace of three measures (one new, one in euros, one awaited), plans beside an official one, and who
    organises schools how."""
    measures = (
        Measure(id=OWN, name=NAME, unit="pistettä", polarity="higher", dimension="quality", **SERVICE),
        Measure(
            id=COST, name="Köydenveto", unit="€ / asukas", polarity="lower", dimension="economy_of_services", **SERVICE
        ),
        Measure(id=AWAITED, name="työhyvinvointi"),
        Measure(id=BASIC, name="perusopetus"),
    )
    own = [
        Figure(code, year, m.id, figure(code, year, first), "final")
        for m in measures[:3]
        for code in NAMES
        for year in years
    ]
    own += [
        Figure(HERE, year, BASIC, value, status) for status, known in PLANS.items() for year, value in known.items()
    ]  # type: ignore
    own += [
        Figure(NEXT, 2019, BASIC, 9.0, "target"),
        Figure(HERE, 2019, OWN, 9_999.0, "budget"),
        Figure(HERE, 2021, OWN, 500.0, "target"),
    ]
    tags = tuple(
        Tag(code, "basic_education", 2015, "own_production" if code < "955" else "joint_authority") for code in LOADED
    )
    return Workspace(measures=measures, figures=tuple(own), tags=tags)


@pytest.fixture(scope="module")
def once() -> dict[str, Any]:
    """What is made once for all tests of this file, by those that need it first."""
    return {}


@pytest.fixture
def place(once: dict[str, Any], make_data: MakeData) -> Path:
    """The data directory of the invented country; no test changes it."""
    if "place" not in once:
        once["place"] = country(make_data)
    return once["place"]


def contents(form: str, content: bytes) -> str:
    """Every word of a presentation or a workbook, notes and charts included."""
    if form == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(content))
        return " ".join(
            str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell is not None
        )
    found = []
    for slide in Presentation(io.BytesIO(content)).slides:
        found += [shape.text_frame.text for shape in [*slide.shapes, *slide.notes_slide.shapes] if shape.has_text_frame]
        found += [plot.name for shape in slide.shapes if shape.has_chart for plot in shape.chart.series]
    return " ".join(found)


def sheet(first: float, name: str = NAME) -> bytes:
    """A file as a city would bring it: names and numbers of municipalities, decimal commas, three measures, one of them
    in plans."""
    rows = [["kunta", "vuosi", "mittari", "arvo", "tila"]]
    for number, (code, both) in enumerate(NAMES.items()):
        for year in YEARS:
            called = (code, *both)[number % 3]
            rows.append([called, str(year), name, str(figure(code, year, first)).replace(".", ","), ""])
            rows.append(
                [called, str(year), AWAITED, str(figure(code, year, first) / SCALE).replace(".", ","), "ennakko"]
            )
    rows += [
        [HERE, str(year), BASIC, str(value), status] for status, known in PLANS.items() for year, value in known.items()
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows(rows)
    return out.getvalue().encode()


def asked(address_: str, accept: str = "text/html", **headers: str) -> tuple[int, list[str], str, bytes]:
    """Status, cookies that are set, what may be kept of the answer, and the answer."""
    request = urllib.request.Request(address_, headers={"Accept": accept, **headers})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return (
                answer.status,
                answer.headers.get_all("Set-Cookie") or [],
                answer.headers.get("Cache-Control", ""),
                answer.read(),
            )
    except urllib.error.HTTPError as refused:
        return (
            refused.code,
            refused.headers.get_all("Set-Cookie") or [],
            refused.headers.get("Cache-Control", ""),
            refused.read(),
        )
