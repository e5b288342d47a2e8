"""An area of one's own as addresses and requests write it: what is understood, and the reason where nothing is."""

import pytest

from kuntamittari.catalog.areas import AreaError, OwnArea, own_area
from kuntamittari.i18n import Translator

REGISTER = {code: {"loaded": code != "604"} for code in ("091", "211", "604", "837", "MA1")}
MANY = {f"{n:03}": {"loaded": True} for n in range(1, 62)}


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("Seutu:837,211", OwnArea("Seutu", ("211", "837"))),
        ("Seutu:211,837", OwnArea("Seutu", ("211", "837"))),
        (" Oma seutu, itä : 91, KU837 ,", OwnArea("Oma seutu, itä", ("091", "837"))),
        (f"{'x' * 40}:837,211", OwnArea("x" * 40, ("211", "837"))),
        ("<b>*_[x](y):837,211", OwnArea("<b>*_[x](y)", ("211", "837"))),
    ],
)
def test_an_area_is_a_name_and_municipalities_in_any_order(text: str, area: OwnArea) -> None:
    assert own_area(text, REGISTER) == area
    assert own_area(area.text, REGISTER) == area and area.code == f"alue:{area.text}"


@pytest.mark.parametrize(
    ("text", "reason", "told"),
    [
        ("", "no_form", "NAME"),
        ("837,211", "no_form", "NAME"),
        (":837,211", "no_form", "NAME"),
        ("Seutu", "no_form", "NAME"),
        ("a:b:837,211", "bad_name", "colon"),
        ("Seu\ttu:837,211", "bad_name", "cannot be shown"),
        ("Seu\u202etu:837,211", "bad_name", "cannot be shown"),
        (f"{'x' * 41}:837,211", "long_name", "41"),
        ("Seutu:837,999", "unknown", "999"),
        ("Seutu:837,MA1", "unknown", "MA1"),
        ("Seutu:837,<script>", "unknown", "<script>"),
        ("Seutu:837,91,091", "twice", "091"),
        ("Seutu:837", "number", "is 1,"),
        ("Seutu:", "number", "is 0,"),
        ("Seutu:837,604", "not_loaded", "604"),
    ],
)
def test_what_is_no_area_is_told(text: str, reason: str, told: str) -> None:
    with pytest.raises(AreaError) as error:
        own_area(text, REGISTER)
    assert error.value.reason == reason and told in str(error.value)
    assert (error.value.field, error.value.code) == ("municipality", "invalid_area")
    for language in ("fi", "sv", "en"):
        assert "{" not in Translator(language)(f"area.{reason}", **error.value.parts)


def test_sixty_municipalities_are_an_area_and_sixty_one_are_none() -> None:
    assert len(own_area("Maa:" + ",".join(list(MANY)[:60]), MANY).members) == 60
    with pytest.raises(AreaError, match="61"):
        own_area("Maa:" + ",".join(MANY), MANY)


def test_a_message_repeats_no_more_than_a_few_codes_and_none_whole_that_is_long() -> None:
    with pytest.raises(AreaError) as error:
        own_area("Seutu:" + ",".join(["x" * 500, *(f"y{n}" for n in range(50))]), REGISTER)
    assert len(str(error.value)) < 200
