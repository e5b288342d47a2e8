"""What cells of a municipality column name: municipalities in any spelling, former ones, totals and other areas."""

import pytest

from kuntamittari.uploads.places import Places
from tests.support.uploads.uploaded_files import Register

# nominative → genitive, as the municipalities themselves write it; one of each way in which Finnish bends these names
GENITIVES = {
    "Helsinki": "Helsingin kaupunki",
    "Espoo": "Espoon kaupunki",
    "Turku": "Turun kaupunki",
    "Lahti": "Lahden kaupunki",
    "Tampere": "Tampereen kaupunki",
    "Kauniainen": "Kauniaisten kaupunki",
    "Seinäjoki": "Seinäjoen kaupunki",
    "Ylöjärvi": "Ylöjärven kaupunki",
    "Rovaniemi": "Rovaniemen kaupunki",
    "Kokemäki": "Kokemäen kaupunki",
    "Valkeakoski": "Valkeakosken kaupunki",
    "Orivesi": "Oriveden kaupunki",
    "Pietarsaari": "Pietarsaaren kaupunki",
    "Outokumpu": "Outokummun kaupunki",
    "Uusikaupunki": "Uudenkaupungin kaupunki",
    "Uusikaarlepyy": "Uudenkaarlepyyn kaupunki",
    "Isokyrö": "Isonkyrön kunta",
    "Hanko": "Hangon kaupunki",
    "Kurikka": "Kurikan kaupunki",
    "Loppi": "Lopen kunta",
    "Vihti": "Vihdin kunta",
    "Iitti": "Iitin kunta",
    "Pyhäntä": "Pyhännän kunta",
    "Harjavalta": "Harjavallan kaupunki",
    "Leppävirta": "Leppävirran kunta",
    "Rautalampi": "Rautalammin kunta",
    "Liminka": "Limingan kunta",
    "Raahe": "Raahen kaupunki",
    "Kitee": "Kiteen kaupunki",
    "Varkaus": "Varkauden kaupunki",
    "Kannus": "Kannuksen kaupunki",
    "Nurmes": "Nurmeksen kaupunki",
    "Virrat": "Virtain kaupunki",
    "Pihtipudas": "Pihtiputaan kunta",
    "Punkalaidun": "Punkalaitumen kunta",
    "Juupajoki": "Juupajoen kunta",
    "Hailuoto": "Hailuodon kunta",
    "Ii": "Iin kunta",
    "Mänttä-Vilppula": "Mänttä-Vilppulan kaupunki",
    "Kuortane": "Kuortaneen kunta",
    "Jokioinen": "Jokioisten kunta",
    "Kaustinen": "Kaustisen kunta",
    "Kirkkonummi": "Kirkkonummen kunta",
    "Toholampi": "Toholammin kunta",
}


@pytest.fixture(scope="module")
def places(register: Register) -> Places:
    return Places(register, mainland=True)


@pytest.mark.parametrize("name", GENITIVES)
def test_an_organisation_is_its_municipality(name: str, places: Places, register: Register) -> None:
    code = places.code(name)
    assert code and register[code]["name_fi"] == name
    assert places.code(GENITIVES[name]) == code and places.code(GENITIVES[name].upper()) == code


def test_no_organisation_is_that_of_two_municipalities(places: Places, register: Register) -> None:
    shared = {form: codes for form, codes in places._names.items() if len(codes) > 1}
    assert shared == {}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("91", "091"),
        ("91.0", "091"),
        ("91,0", "091"),
        ("091", "091"),
        ("KU091", "091"),
        ("ku 91", "091"),
        ("091 Helsinki", "091"),
        ("KU091 Helsinki", "091"),
        ("Helsinki (091)", "091"),
        ("Helsinki 91", "091"),
        ("091 - Helsingfors", "091"),
        ("Helsinki*", "091"),
        ("Helsinki 1)", "091"),
        ("Esbo stad", "049"),
        ("City of Vantaa", "092"),
        ("Vantaa city", "092"),
        ("Municipality of Inari", "148"),
        ("Pedersöre kommun", "599"),
        ("MA1", "MA1"),
        ("Manner-Suomi", "MA1"),
    ],
)
def test_a_municipality_is_known_however_it_is_spelled(said: str, code: str, places: Places) -> None:
    assert places.code(said) == code


@pytest.mark.parametrize("said", ["0837", "91.5", "999", "FI091", "91 91", "Helsinki Espoo", "Kunta", "1234"])
def test_what_is_no_municipality_is_none(said: str, places: Places) -> None:
    assert places.code(said) is None and places.place(said).kind == "unknown"


@pytest.mark.parametrize("said", ["091 Tampere", "Tampere (091)", "KU837 Helsinki"])
def test_code_and_name_of_two_municipalities_in_one_cell_are_a_conflict(said: str, places: Places) -> None:
    assert places.place(said).kind == "conflict"


@pytest.mark.parametrize("cells", [["91", "Tampere"], ["Espoo", "Esbo", "092"], ["91", "Atlantis"]])
def test_cells_beside_each_other_that_differ_are_a_conflict(cells: list[str], places: Places) -> None:
    assert places.agreed(cells).kind == "conflict"


def test_cells_beside_each_other_agree_where_one_is_empty_or_another_spelling(places: Places) -> None:
    assert places.agreed(["837", "Tammerfors"]).code == places.agreed(["", "Tampere"]).code == "837"
    assert places.agreed(["5", "Kanta-Häme"]).kind == "area", "codes of regions are also those of municipalities"
    assert places.agreed(["", ""]).kind == "empty"


@pytest.mark.parametrize(
    ("said", "successor", "ended"),
    [
        ("Jalasjärvi", "301", 2016),
        ("164", "301", 2016),
        ("Jalasjärven kunta", "301", 2016),
        ("Juankoski", "297", 2017),
        ("Hämeenkoski", "098", 2016),
        ("Kjulo", "783", 2016),
        ("Valtimo", "541", 2020),
        ("Honkajoki", "214", 2021),
    ],
)
def test_a_former_municipality_is_known_with_its_successor(
    said: str, successor: str, ended: int, places: Places
) -> None:
    place = places.place(said)
    assert place.kind == "former" and places.code(said) is None
    assert (places.former[place.code].successor, places.former[place.code].ended) == (successor, ended)


@pytest.mark.parametrize("said", ["Vammala", "Noormarkku", "Jaala", "Kullaa", "Ekenäs", "Mänttä", "Väståboland"])
def test_of_a_name_that_no_list_knows_nothing_is_guessed(said: str, places: Places) -> None:
    assert places.place(said).kind == "unknown" and places.near(said) == ""


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Yhteensä", "total"),
        ("KOKO MAA", "total"),
        ("Hela landet", "total"),
        ("Kaikki kunnat yhteensä", "total"),
        ("SSS", "total"),
        ("Keskiarvo", "total"),
        ("Uusimaa", "area"),
        ("Birkaland", "area"),
        ("Kaupunkimaiset kunnat", "area"),
        ("Pirkanmaan hyvinvointialue", "area"),
    ],
)
def test_totals_and_other_areas_are_told_from_municipalities(said: str, kind: str, places: Places) -> None:
    assert places.place(said).kind == kind
