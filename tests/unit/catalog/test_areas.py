"""Codes of municipalities as tables, spreadsheets and people write them."""

import pytest

from kuntamittari.catalog.areas import known_code, municipality_code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("091", "091"),
        ("91", "091"),
        ("5", "005"),
        ("91.0", "091"),
        ("91,0", "091"),
        ("91.00", "091"),
        (" 91 ", "091"),
        ("KU091", "091"),
        ("KU91", "091"),
        ("ku 91", "091"),
        ("MA1", "MA1"),
        ("ma1", "MA1"),
        ("837", "837"),
    ],
)
def test_a_code_is_understood_however_it_is_written(text: str, code: str) -> None:
    assert municipality_code(text) == code


@pytest.mark.parametrize(
    "text",
    ["", " ", "0837", "8370", "91.5", "91.", "-91", "+91", "9 1", "K091", "MA", "Espoo", "٩١", "²", "91\n0", "1e2"],
)
def test_anything_else_is_no_code(text: str) -> None:
    assert municipality_code(text) is None


def test_a_text_that_is_itself_a_code_stays_and_an_unknown_one_is_given_back() -> None:
    assert known_code("0837", ["0837", "837"]) == "0837"
    assert known_code("49", ["049", "091"]) == "049"
    assert known_code("49", ["49", "049"]) == "49", "codes of another country may be shorter"
    assert (known_code("47", ["049"]), known_code("Espoo", ["049"])) == ("47", "Espoo")
