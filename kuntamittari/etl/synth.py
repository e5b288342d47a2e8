"""Generate an invented country for load tests and training: names, figures and boundaries of no real municipality.

The same numbers of municipalities and years always give the same figures.
"""

import math
from datetime import UTC, datetime
from functools import cache
from itertools import count, islice, product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from kuntamittari import yaml_file
from kuntamittari.catalog import measures, task_classes
from kuntamittari.catalog.provenance import INVENTED
from kuntamittari.catalog.tile_map import HALF_SIDE, hexagon, tiles
from kuntamittari.errors import InputError
from kuntamittari.etl.order import CONTEXT_YEARS
from kuntamittari.etl.publish import describe, discard_unfinished, exclusive, refuse_real, renew
from kuntamittari.etl.restate import mainland_row, with_sizes
from kuntamittari.etl.sources.boundaries import CRS, neighbours
from kuntamittari.etl.writer import ROW_GROUP, write_boundaries, write_ordered, write_table
from kuntamittari.query.invented import Drawing
from kuntamittari.query.snapshot import BOUNDARY, SCHEMAS
from kuntamittari.settings import LANGUAGES

if TYPE_CHECKING:
    import geopandas as gpd

LAST_YEAR = 2019
PROJECTED = 21  # years after the last
DRAWN = (
    "population",
    "projection",
    "price_index",
    "finance",
    "statement",
    "activity",
)  # in this order: a table may be drawn from those before it
BANDS = [*((age, age) for age in range(20)), *((age, age + 4) for age in range(20, 85, 5)), (85, 120)]
SINGLE_YEARS = [*((age, age) for age in range(100)), (100, 120)]
STEP = 7919  # coprime to the number of names and of stems: steps visit all of them, in an order that looks random
LIMITS = {"1": 20_000, "2": 8_000, "3": 0}  # grouping → fewest residents of its municipalities
IN_A_REGION, MOST_REGIONS = 16, 18  # municipalities of a region (about), number of regions
MIDDLE, WIDTH, HEIGHT = (
    (390_000, 7_180_000),
    560_000,
    1_050_000,
)  # metres (EPSG:3067): the centre of the country and its largest extent


@cache
def levels() -> dict[str, Any]:
    """Return the bounds, names and levels of synth.yaml."""
    return yaml_file.read(Path(__file__).with_name("synth.yaml"))


def synth(out: Path, municipalities: int, years: int) -> list[str]:
    """Write an invented country into the data directory `out` and put it in use.

    Returns one line a table: name and rows. Raises InputError for more than can be generated, DataError where `out`
    holds figures that are not invented.
    """
    most = levels()["place_years"]
    if municipalities * years > most:
        ordered = f"{municipalities} municipalities in {years} years are {municipalities * years:,} together"
        raise InputError("years", "too_many", f"{ordered}; at most {most:,} can be made. Ask for fewer of either.")
    with exclusive(out):
        refuse_real(out)
        lines = renew(out, lambda staging: write_tables(municipalities, years, staging))
        discard_unfinished(out)
    return lines


def write_tables(municipalities: int, years: int, folder: Path) -> dict[str, Any]:
    """Write the files of an invented country into a folder; return its manifest."""
    first, codes = LAST_YEAR - years + 1, spare_codes(municipalities)
    drawing = Drawing(drawn_from(codes, first))
    files = {}
    for name in DRAWN:
        file = folder / f"{name}.parquet"
        files[name] = write_ordered(drawing.draw(name, ROW_GROUP), name, file)
        drawing.add(name, file)
    residents = pd.read_parquet(
        folder / "population.parquet", filters=[("year", "==", LAST_YEAR), ("age_to", "==", 120)]
    )
    shapes = boundaries(codes)
    land = dict(zip(shapes["municipality"], shapes.area / 1e6, strict=True))
    register = registered(codes, residents).assign(
        land_km2=lambda table: table["code"].map(land),
        neighbours=lambda table: table["code"].map(neighbours(shapes)).astype(object),
    )
    files["municipality"] = write_table(register, "municipality", folder / "municipality.parquet")
    files[BOUNDARY] = write_boundaries(shapes, folder / f"{BOUNDARY}.parquet")
    facts = {
        "scope": "all",
        "years": list(range(first, LAST_YEAR + 1)),
        "division_year": LAST_YEAR,
        "interface": INVENTED,
        "absent": {},
    }
    in_order = {name: files[name] for name in (*SCHEMAS, BOUNDARY)}
    return describe(in_order, register, dict.fromkeys(files, (INVENTED,)), facts, datetime.now(UTC))


def drawn_from(codes: list[str], first: int) -> dict[str, list[dict[str, Any]]]:
    """Return the tables that the queries of sql/synth read beside each other's results: span of years, codes, age bands
    and levels."""
    settings, groups, totals = levels(), task_classes.groups(), task_classes.totals()
    part_of = {label: group for group, labels in groups.items() for label in labels}
    loans = [item for item in settings["statement"] if "laina" in item]
    span = {
        "first": first,
        "last": LAST_YEAR,
        "first_context": first - CONTEXT_YEARS,
        "last_projected": LAST_YEAR + PROJECTED,
    }
    costs, names = _levels("task_classes"), measures.measures()
    return {
        "span": [span | {"missing": settings["missing"], "loans": loans}],
        "place_code": [{"code": code, "number": number} for number, code in enumerate(codes)],
        "age_band": [_band(ages, single) for single, bands in ((False, BANDS), (True, SINGLE_YEARS)) for ages in bands],
        "cost_level": [
            cost | {"part_of": part_of[cost["label"]], "everywhere": cost["label"] not in settings["not_everywhere"]}
            for cost in costs
        ],
        "total": [
            {"part_of": group, "label": totals[total]}
            for group in groups
            for total in ("all", group)
            if total in totals
        ],
        "item_level": _levels("statement"),
        "measure_level": [
            one
            | {
                "counted": measures.is_count(one["label"]),
                "most": 100.0 if "%" in names[one["label"]]["name"]["fi"] else math.inf,
            }
            for one in _levels("measures")
        ],
    }


def _levels(part: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "level": float(level), "spread": float(spread), "youngest": youngest, "oldest": oldest}
        for label, (level, spread, youngest, oldest) in levels()[part].items()
    ]


def _band(ages: tuple[int, int], single: bool) -> dict[str, Any]:
    """Return an age band with its weight in the population, which falls with old age."""
    first, last = ages
    weight = sum(1 / (1 + math.exp((age - 80) / 6)) for age in range(first, last + 1))
    return {
        "single": single,
        "age_from": first,
        "age_to": last,
        "middle": min((first + last) / 2, 88.0),
        "weight": weight,
    }


def spare_codes(most: int) -> list[str]:
    """Return the first codes that no real municipality has, so that nothing about a real one is applied to an invented
    one."""
    return list(islice((f"{number:03}" for number in count(1) if f"{number:03}" not in tiles()), most))


@cache
def stems() -> list[str]:
    """Return the beginnings of names."""
    parts = [levels()["names"][part] for part in ("openings", "vowels", "middles", "lasts")]
    combined = ["".join(letters) for letters in product(*parts)]
    return [combined[number * STEP % len(combined)] for number in range(len(combined))]


@cache
def names() -> list[tuple[str, str]]:
    """Return names in Finnish and in Swedish, no two alike."""
    combined = [
        (stem + finnish, stem + swedish) for stem, (finnish, swedish) in product(stems(), levels()["names"]["endings"])
    ]
    return [combined[number * STEP % len(combined)] for number in range(len(combined))]


def registered(codes: list[str], residents: pd.DataFrame) -> pd.DataFrame:
    """Return the register: names, contiguous regions, sizes, and the whole country in the place of Mainland Finland."""
    regions = min(MOST_REGIONS, len(codes) // IN_A_REGION + 1)
    rows = [_place(code, names()[number], number * regions // len(codes)) for number, code in enumerate(codes)]
    sized = with_sizes(pd.DataFrame(rows), residents, LAST_YEAR)
    code = [next(group for group, least in LIMITS.items() if persons >= least) for persons in sized["residents"]]
    grouping = {
        f"grouping_{language}": [levels()["grouping"][group][language] for group in code] for language in LANGUAGES
    }
    country = mainland_row().assign(**{f"name_{language}": levels()["country"][language] for language in LANGUAGES})
    sized = sized.assign(grouping_code=code, **grouping, language_code="0", aland=False, loaded=True, former=None)
    return pd.concat([sized, country], ignore_index=True).assign(division_year=LAST_YEAR)


def _place(code: str, name: tuple[str, str], region: int) -> dict[str, Any]:
    county, home = stems()[-1 - region // 2], stems()[region]
    return {
        "code": code,
        "name_fi": name[0],
        "name_sv": name[1],
        "name_en": name[0],
        "region_code": f"{region + 1:02}",
        "region_fi": f"{home}maa",
        "region_sv": f"{home}land",
        "region_en": f"{home}maa",
        "wellbeing_code": f"{region // 2 + 1:02}",
        "wellbeing_fi": f"{county}maan hyvinvointialue",
        "wellbeing_sv": f"{county}lands välfärdsområde",
        "wellbeing_en": f"{county}maa wellbeing services county",
    }


def boundaries(codes: list[str]) -> "gpd.GeoDataFrame":
    """Return one hexagon a municipality, side by side in rows within the extent of Finland (EPSG:3067, metres)."""
    import geopandas as gpd
    from shapely import Polygon
    from shapely.affinity import affine_transform

    columns = math.ceil(math.sqrt(len(codes) * WIDTH / HEIGHT))
    rows = math.ceil(len(codes) / columns)
    metres = min(WIDTH / columns, HEIGHT / (3 * HALF_SIDE * rows))
    west, north = MIDDLE[0] - metres * columns / 2, MIDDLE[1] + metres * 3 * HALF_SIDE * rows / 2
    shapes = [
        affine_transform(Polygon(hexagon(number % columns, number // columns)), [metres, 0, 0, metres, west, north])
        for number in range(len(codes))
    ]
    return gpd.GeoDataFrame({"municipality": codes}, geometry=shapes, crs=CRS)
