"""The points of a chart are walked by the arrow keys: a group of radio buttons, one for each point."""

import re

import pandas as pd
import pytest

from kuntamittari import settings
from kuntamittari.i18n import Translator
from kuntamittari.ui import chart_walk
from tests.support.pages import TAMPERE, opened


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_every_member_of_the_group_is_one_stop(language: str) -> None:
    page, t = opened("comparison", kieli=language, **TAMPERE), Translator(language)
    [dots, lines] = [part.proto.body for part in page.get("html") if "km-walk" in part.proto.body]
    assert t("chart.walk") in dots and dots.count("type='radio'") == 20 and dots.count(" checked") == 1
    names = [re.findall(r"name='(walk-\w+)'", part) for part in (dots, lines)]
    assert [len(set(each)) for each in names] == [1, 1] and not set(names[0]) & set(names[1]), "a group a chart"
    said = re.findall(r"<span>(.*?)</span>", dots)
    assert said[0].startswith("1/20 · ") and said[-1].startswith("20/20 · ")
    assert all(any(figure.isdigit() for figure in one.split(" · ")[2]) for one in said)


def test_a_point_says_what_it_has_and_a_mark_without_a_figure_nothing() -> None:
    points = pd.DataFrame(
        [
            {"name": "A", "year": 2018, "detail": "5 €", "rank": "1/2"},
            {"name": "A", "year": 2018, "detail": "5 €", "rank": "1/2"},
            {"name": None, "year": 2017.5, "detail": None, "rank": None},
            {"name": "B", "year": 2019, "detail": "6 €", "rank": ""},
        ]
    )
    assert chart_walk.spoken(points) == ["A · 2018 · 5 € · 1/2", "B · 2019 · 6 €"]
