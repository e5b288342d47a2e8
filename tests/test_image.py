"""Charts as pictures: what is taken away shows what the page shows."""

import re
import struct

import pandas as pd
import pytest

from kuntamittari import charts
from kuntamittari.export import image
from kuntamittari.settings import LANGUAGES

BARS = {
    "rows": pd.DataFrame([
        {"position": n, "name": name, "value": value, "label": str(value or ""), "reason": "" if value else "puuttuu", "role": role,
         "detail": "", "rank": "1/2", "tier": 0, "named": name, "least": 0}
        for n, (name, value, role) in enumerate([("Äänekoski", 10.0, "chosen"), ("Ylöjärvi", 20.0, "other"), ("Kemi", None, "other")], 1)
    ]),
    "group": pd.DataFrame([
        {"median": 15.0, "q1": 12.0, "q3": 18.0, "most": 20.0, "median_label": "mediaani 15", "band_label": "puolikas"}
    ]),
}  # fmt: skip
PARAMETERS = {"least": 0, "most": 20, "count": 3, "thousands": " "}


def bars(language: str, theme: str, title: str = "Otsikko, 2018", source: str = "Lähde: Tilastokeskus") -> dict:
    """A picture of three municipalities, one without a figure."""
    colours = charts.THEMES[theme]
    spec = charts.bars(language, theme) | {"height": 90, "params": [{"name": n, "value": v} for n, v in PARAMETERS.items()]}
    return image.complete(spec, BARS, title, source, colours.text, colours.ground)


@pytest.mark.parametrize("theme", charts.THEMES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_picture_holds_the_title_the_source_the_names_and_the_values(language: str, theme: str) -> None:
    drawn = image.svg(bars(language, theme)).decode()
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", drawn)
    for wanted in ("Otsikko, 2018", "Lähde: Tilastokeskus", "Äänekoski", "Ylöjärvi", "Kemi", "10.0", "20.0", "puuttuu", "mediaani 15"):
        assert wanted in texts
    assert charts.THEMES[theme].ground in drawn


def size(drawn: bytes) -> tuple[int, int]:
    """Width and height of a PNG in pixels."""
    assert drawn[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", drawn[16:24])
    return width, height


def test_a_png_is_as_wide_as_a_slide_however_long_its_words_are() -> None:
    width, height = size(image.png(bars("fi", "light")))
    assert width >= image.WIDTH * image.SCALE
    long = size(image.png(bars("fi", "light", "Kuntien välinen vertailu " * 12, "Tilastokeskus, Kuntien talous ja toiminta " * 12)))
    assert long[0] == width and long[1] > height
