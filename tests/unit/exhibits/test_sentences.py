"""How sums in euros are written in sentences."""

import pytest

from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator


@pytest.mark.parametrize(
    ("euros", "finnish", "swedish", "english"),
    [
        (12_345_678, "12,3 milj. €", "12,3 mn €", "12.3 million €"),
        (10_000_000, "10,0 milj. €", "10,0 mn €", "10.0 million €"),
        (9_999_999, "10\N{NO-BREAK SPACE}000 tuhatta €", "10\N{NO-BREAK SPACE}000 tusen €", "10,000 thousand €"),
        (-890_059, "890 tuhatta €", "890 tusen €", "890 thousand €"),
        (10_000, "10 tuhatta €", "10 tusen €", "10 thousand €"),
        (9_999, "9\N{NO-BREAK SPACE}999 €", "9\N{NO-BREAK SPACE}999 €", "9,999 €"),
        (0, "0 €", "0 €", "0 €"),
    ],
)
def test_euros_under_ten_millions_are_told_in_thousands(euros: float, finnish: str, swedish: str, english: str) -> None:
    assert [text.money(Translator(language), euros) for language in ("fi", "sv", "en")] == [finnish, swedish, english]
