"""Costs and pupils of education from Vipunen: a small service in the shape that the interface is known to have
(resources that describe their fields, a bare count, rows by limit and offset). The rows are invented, of invented
places."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd
import pytest

from kuntamittari.catalog import education, loader, measures
from kuntamittari.errors import NotThereError, SourceError
from kuntamittari.etl.sources import vipunen

WANTED = measures.of_source("vipunen")
PRICES = pd.DataFrame({"year": [2015, 2021, 2022, 2023], "value": [100.0, 105.0, 110.0, 121.0]})
PLACES = {"901", "902"}
Row = dict[str, Any]
# our own words for the functions, under codes of our own: the importer reads the names from the rows
FUNCTIONS = {
    "k1": ("Opetus", 0.5),
    "k2": ("Majoitus", 0.01),
    "k3": ("Oppilaiden kuljetus", 0.09),
    "k4": ("Oppilasruokailu", 0.1),
    "k6": ("Muu oppilashuolto", 0.1),
    "k7": ("Sisäinen hallinto", 0.05),
    "k8": ("Kiinteistöjen ylläpito", 0.1),
    "k9": ("Pienet hankkeet", 0.05),
}


def camel(title: str) -> str:
    """The name of a field in the rows, without umlauts."""
    first, *rest = title.replace("ä", "a").replace("ö", "o").split()
    return first.lower() + "".join(word.capitalize() for word in rest)


def volume(
    provider: str,
    owner: str,
    home: str,
    pupils: float | None,
    euros: float,
    *,
    year: int | str = 2022,
    place: str | None = None,
    form: str = "131",
    sector: str = "5",
) -> Row:
    about = {
        "tilastovuosi": year,
        "sektoriKoodi": sector,
        "koulutuksenJarjestajaKoodi": provider,
        "koulutuksenJarjestaja": f"Järjestäjä {provider}",
        "rahoituksenKoulutusalaKoodi": None,
        "koulutusmuotoKoodi": form,
        "omistajatyyppi": owner,
        "koulutuksenKuntaKoodi": place or home,
        "koulutuksenJarjestajanKuntaKoodi": home,
    }
    return about | {"suorite": pupils, "summa": euros}


VOLUMES = [
    volume("A", "Kunta", "901", 300_000, 3.0e9),
    volume("A", "Kunta", "901", 1_000, 5.0e7, form="133"),  # as a whole, not by function
    volume("A", "Kunta", "901", 500, 5.0e6, place="902"),  # a school in another municipality
    volume("B", "Kunta", "902", 200_000, 2.1e9, year="2022"),
    volume("C", "Yksityinen", "902", 40_000, 4.2e8),
    volume("E", "Kunta", "901", 54_000, 4.05e8, sector="25"),
    volume("L", "Kunta", "902", 90, 9.0e5, sector="6"),
    volume("D", "Valtio", "902", 10, 1.0e5, place="200"),  # a school abroad
    volume("Z", "Kunta", "902", 9, 9.0, year=2009),
]


def cells(rows: Iterable[Row]) -> list[Row]:
    """Each row of volumes divided by function and kind; form 133 by kind alone."""
    found = []
    for row in rows:
        base = {name: value for name, value in row.items() if name not in ("suorite", "summa")}
        shares = FUNCTIONS if row["koulutusmuotoKoodi"] != "133" else {"k100": ("Yhteensä", 1.0)}
        for code, (name, share) in shares.items():
            for kind, part in (("l01", 0.75), ("l02", 0.25)):
                about = {"menolajiKoodi": kind, "menolaji": f"Laji {kind}", "toimintoKoodi": code, "toiminto": name}
                found.append(base | about | {"summa": row["summa"] * share * part})
    return found


class Service:
    """The interface in memory; `asked` has the parameters of the requests for rows."""

    def __init__(self) -> None:
        self.rows = {"suoritteet": list(VOLUMES), "koulutuksenkustannukset": cells(VOLUMES)}
        titles = {"suoritteet": vipunen.VOLUME_COLUMNS, "koulutuksenkustannukset": vipunen.COST_COLUMNS}
        self.fields = {name: ["sektoriKoodi", *map(camel, titles[name].values())] for name in titles}
        self.count: Any = None
        self.asked: list[dict[str, str]] = []

    def get(self, _: str, path: str, params: list[tuple[str, str]] | None = None) -> Any:
        *_, last = path.split("/")
        if path == "/api/resources":
            return list(self.rows)
        if last in self.fields:
            return [{"name": name, "type": "string"} for name in self.fields[last]]
        name = path.split("/")[3]
        if name not in self.rows:
            raise NotThereError(f"{path}: the service has no such table (404).")
        query = dict(params or ())
        field, value = re.fullmatch(r"(\w+)=='(\w+)'", query["filter"]).groups()  # type: ignore[union-attr]
        found = [row for row in self.rows[name] if row[field] == value]
        if last == "count":
            return len(found) if self.count is None else self.count
        self.asked.append(query)
        return found[int(query["offset"]) :][: int(query["limit"])]


@pytest.fixture
def service() -> Service:
    return Service()


def read(service: Service, first_year: int = 2010) -> tuple[dict[tuple[str, str, int], float], list[vipunen.Refusal]]:
    """Measure, municipality and year → value; and what is left out."""
    found, refusals = vipunen.costs_and_pupils(service, WANTED, first_year, PRICES, PLACES)  # type: ignore[arg-type]
    assert list(found) == ["municipality", "year", "measure", "value"] and not found.isna().any().any()
    keys = list(zip(found["measure"], found["municipality"], found["year"], strict=True))
    assert len(set(keys)) == len(keys), "a figure stands twice"
    return dict(zip(keys, found["value"], strict=True)), refusals


def test_costs_and_pupils_are_those_of_the_municipality_as_a_provider(service: Service) -> None:
    found, refusals = read(service)
    assert refusals == []
    assert found["vipunen_cost_basic", "901", 2022] == 3.055e9
    assert found["vipunen_own_pupils_basic", "901", 2022] == 301_500
    assert found["vipunen_cost_basic", "902", 2022] == 2.1e9, "not the private school, nor that of the neighbour"
    assert found["vipunen_cost_pre_primary", "901", 2022] == 4.05e8
    assert found["vipunen_own_pupils_upper_secondary", "902", 2022] == 90
    assert not [key for key in found if key[2] < 2010]
    assert {key[1] for key in found} == PLACES


def test_pupils_of_a_municipality_are_all_who_are_taught_there(service: Service) -> None:
    found, _ = read(service)
    assert found["vipunen_pupils_basic", "901", 2022] == 301_000
    assert found["vipunen_pupils_basic", "902", 2022] == 240_500


def test_functions_are_known_by_their_names_and_leave_out_what_is_undivided(service: Service) -> None:
    found, _ = read(service)
    euros = {
        part: found[f"vipunen_cost_basic_{part}", "901", 2022]
        for part in ("teaching", "transport", "meals", "welfare", "administration", "property")
    }
    divided = 3.005e9
    assert euros == pytest.approx(
        {
            "teaching": 0.5 * divided,
            "transport": 0.1 * divided,
            "meals": 0.1 * divided,
            "welfare": 0.1 * divided,
            "administration": 0.05 * divided,
            "property": 0.1 * divided,
        }
    )
    assert found["vipunen_own_pupils_basic_divided", "901", 2022] == 300_500


def test_rows_come_page_by_page_and_are_chosen_by_the_code_of_the_sector(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vipunen, "PAGE", 2)
    whole, _ = read(Service())
    assert read(service)[0] == whole
    basic = [asked["offset"] for asked in service.asked if asked["filter"] == "sektoriKoodi=='5'"]
    assert basic[:3] == ["0", "2", "4"]


def replaced(resource: str, change: Callable[[Row], Row | None], where: Callable[[Row], bool]) -> Callable[..., None]:
    """Change the rows that meet a condition; None leaves a row out."""

    def spoil(service: Service) -> None:
        rows = [change(row) if where(row) else row for row in service.rows[resource]]
        service.rows[resource] = [row for row in rows if row is not None]

    return spoil


def added(resource: str, row: Row) -> Callable[[Service], None]:
    return lambda service: service.rows[resource].append(row)


def basic(row: Row) -> bool:
    return row["sektoriKoodi"] == "5"


COSTS, SHARES = "koulutuksenkustannukset", "suoritteet"
ONE_CELL = cells(VOLUMES[:1])[0]
FUNCTION = {"toimintoKoodi": "k100", "toiminto": "Yhteensä"}
REFUSED: dict[str, tuple[Callable[[Service], None], str, tuple[int, ...], bool, str]] = {
    "every row doubled": (
        lambda service: service.rows.update(suoritteet=[row for row in VOLUMES for _ in range(2 if basic(row) else 1)]),
        "basic_education",
        (),
        False,
        "rows of sector 5 stand twice",
    ),
    "half the country": (
        replaced(SHARES, lambda _: None, lambda row: row["koulutuksenJarjestajaKoodi"] == "A"),
        "basic_education",
        (2022,),
        False,
        "euros in the whole country in 2022, where 5,580,000,000 within 10% is expected",
    ),
    "thousands of euros": (
        replaced(SHARES, lambda row: row | {"summa": row["summa"] / 1000}, basic),
        "basic_education",
        (2022,),
        False,
        "euros in the whole country in 2022",
    ),
    "a provider that is a total": (
        added(SHARES, VOLUMES[0] | {"koulutuksenJarjestaja": "Yhteensä"}),
        "basic_education",
        (),
        False,
        "rows of totals among the others",
    ),
    "no owner that is a municipality": (
        replaced(SHARES, lambda row: row | {"omistajatyyppi": "Kommun"}, basic),
        "basic_education",
        (),
        False,
        "no owner of sector 5 is a municipality, only kommun",
    ),
    "a form without rows": (
        replaced(SHARES, lambda _: None, lambda row: row["sektoriKoodi"] == "25"),
        "pre_primary",
        (),
        False,
        "no rows where sektoriKoodi=='25'",
    ),
    "a total of functions beside its parts": (
        added(COSTS, ONE_CELL | FUNCTION),
        "basic_education",
        (),
        True,
        "the total k100 stands beside its parts .k1, k2",
    ),
    "a total of kinds beside its parts": (
        added(COSTS, ONE_CELL | {"menolajiKoodi": "l09", "menolaji": "Menot yhteensä"}),
        "basic_education",
        (),
        True,
        "the total l09 stands beside its parts .l01, l02",
    ),
    "a total of another code": (
        replaced(COSTS, lambda row: row | {"toiminto": "Yhteensä"}, lambda row: row["toimintoKoodi"] == "k9"),
        "basic_education",
        (),
        True,
        "k9 is called 'Yhteensä', but the total of functions is k100",
    ),
    "a function that is not there": (
        replaced(COSTS, lambda row: row | {"toiminto": "Muu"}, lambda row: row["toimintoKoodi"] == "k4"),
        "basic_education",
        (),
        True,
        "are not each one of those expected",
    ),
    "a name that fits two functions": (
        replaced(COSTS, lambda row: row | {"toiminto": "Opetushallinto"}, lambda row: row["toimintoKoodi"] == "k7"),
        "basic_education",
        (),
        True,
        "are not each one of those expected",
    ),
    "a code of two names": (
        replaced(COSTS, lambda row: row | {"toiminto": "Muu"}, lambda row: row["koulutuksenJarjestajaKoodi"] == "B"),
        "basic_education",
        (),
        True,
        "are not each one of those expected",
    ),
    "a kind that is missing": (
        replaced(COSTS, lambda _: None, lambda row: row["menolajiKoodi"] == "l02"),
        "basic_education",
        (2022,),
        True,
        "4,181,325,000 euros in 2022, but 5,575,100,000 in suoritteet",
    ),
    "another key in the other resource": (
        replaced(COSTS, lambda row: row | {"koulutuksenJarjestajaKoodi": "X"}, basic),
        "basic_education",
        (),
        True,
        "no pupils in suoritteet for the costs of sector 5",
    ),
    "no costs by function": (
        lambda service: service.rows.pop(COSTS),
        "basic_education",
        (),
        True,
        "no koulutuksenkustannukset among the resources",
    ),
}


@pytest.mark.parametrize(("spoil", "form", "years", "by_function", "said"), REFUSED.values(), ids=REFUSED)
def test_what_could_count_twice_or_is_far_from_the_published_figures_is_left_out(
    service: Service, spoil: Callable[[Service], None], form: str, years: tuple[int, ...], by_function: bool, said: str
) -> None:
    spoil(service)
    found, refusals = read(service)
    refusal = next(one for one in refusals if one.form == form)
    assert (refusal.years, refusal.by_function) == (years, by_function)
    assert re.search(said, refusal.reason) and "\n" not in refusal.reason and refusal.reason.endswith(".")
    gone = {m for m, about in WANTED.items() if about["form"] == form}
    if by_function:
        gone = {m for m in gone if WANTED[m]["figure"] in ("function", "pupils_divided")}
    assert not [key for key in found if key[0] in gone]
    assert {key[0] for key in found} >= set(WANTED) - {m for m, about in WANTED.items() if about["form"] == form}


def test_a_municipality_with_a_missing_number_has_no_figure(service: Service) -> None:
    service.rows["suoritteet"].append(volume("A", "Kunta", "901", None, 10.0, form="142"))
    service.rows[COSTS] += cells(service.rows["suoritteet"][-1:])
    found, _ = read(service)
    assert ("vipunen_own_pupils_basic", "901", 2022) not in found
    assert ("vipunen_own_pupils_basic", "902", 2022) in found


@pytest.mark.parametrize(
    ("year", "per_pupil", "pupils", "refused"),
    [
        (2022, 10_300 * 1.0999, 540_000 * 0.95, None),
        (2022, 10_300 * 1.101, 500_000, "11,340 euros a pupil in the whole country in 2022, where 10,300 within 10%"),
        (2022, 10_300 * 0.899, 600_000, "9,260 euros a pupil"),
        (2022, 10_300, 500_000 * 0.97, "4,995,500,000 euros in the whole country in 2022, where 5,580,000,000"),
        (2021, 9_920 * 1.09, 500_000, None),
        (2021, 9_920 * 1.11, 500_000, "where 9,920 within 10%"),
        (2023, 10_300 * 1.1 * 1.14, 470_000, None),  # prices have risen by a tenth
        (2023, 10_300 * 1.1 * 1.16, 470_000, "where 11,330 within 15% is expected from the published figure of 2022"),
        (2023, 10_300, 541_000, None),
        (2023, 10_300 * 1.1 * 0.84, 600_000, "where 11,330 within 15%"),
        (2024, 10_300, 541_000, "no price index to compare 2024"),
        (2015, 8_858 * 1.05, 541_000, None),
        (2015, 8_858 * 1.2, 500_000, "of 2015"),
    ],
)
def test_the_country_is_compared_with_the_published_figures(
    year: int, per_pupil: float, pupils: float, refused: str | None
) -> None:
    anchors = education.forms()["basic_education"]["anchors"]
    prices = dict(zip(PRICES["year"], PRICES["value"], strict=True))
    rows = pd.DataFrame([(year, pupils / 2, per_pupil * pupils / 2)] * 2, columns=["year", "pupils", "euros"])
    reasons = vipunen.disagreeing(rows, anchors, prices)
    assert list(reasons) == ([year] if refused else [])
    assert refused is None or refused in reasons[year]
    assert vipunen.disagreeing(rows, {}, prices) == {}


def test_before_the_first_published_figure_it_is_compared_at_the_prices_of_the_year() -> None:
    anchors, prices = education.forms()["pre_primary"]["anchors"], {2021: 50.0, 2022: 100.0}
    rows = pd.DataFrame([(2021, 54_000, 54_000 * 3_750.0)], columns=["year", "pupils", "euros"])
    assert vipunen.disagreeing(rows, anchors, prices) == {}
    assert list(vipunen.disagreeing(rows.assign(euros=rows["euros"] * 1.2), anchors, prices)) == [2021]


def test_only_a_form_without_a_published_figure_is_experimental() -> None:
    catalogue = loader.indicators()
    of_vipunen = [i for i in catalogue.values() if i.sources == ("vipunen",)]
    assert [i.id for i in of_vipunen if i.experimental] == ["upper_secondary_cost_per_student"]
    assert {form for form, about in education.forms().items() if not about["anchors"]} == {"upper_secondary"}
    assert catalogue["upper_secondary_cost_per_student"].polarity == "neutral", "no verdict without a check"


def lacks(name: str) -> Callable[[Service], None]:
    return lambda service: service.fields["suoritteet"].remove(name)


@pytest.mark.parametrize(
    ("spoil", "error", "said"),
    [
        (lacks("suorite"), NotThereError, "no field Suorite among sektoriKoodi"),
        (lacks("sektoriKoodi"), NotThereError, "no field Sektori Koodi among"),
        (lambda service: service.rows.update(suoritteet=[]), NotThereError, "no rows where sektoriKoodi=='25'"),
        (lambda service: setattr(service, "count", 99), SourceError, "rows came and 99 were counted"),
        (lambda service: setattr(service, "count", "many"), SourceError, "a number was expected, not 'many'"),
        (replaced(SHARES, lambda row: row | {"suorite": "n/a"}, basic), SourceError, "unknown form"),
        (replaced(SHARES, lambda row: row | {"tilastovuosi": "2021/22"}, basic), SourceError, "unknown form"),
        (replaced(SHARES, lambda row: {"sektoriKoodi": "5"}, basic), SourceError, "unknown form"),
        (lambda service: service.fields.update(suoritteet=[3]), NotThereError, "no field"),
    ],
)
def test_what_is_not_as_expected_is_named(
    service: Service, spoil: Callable[[Service], None], error: type[Exception], said: str
) -> None:
    spoil(service)
    with pytest.raises(error, match=said) as raised:
        read(service)
    assert "\n" not in str(raised.value)
