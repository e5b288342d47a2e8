"""The accessibility statement, in the form that Act 306/2019 on digital services prescribes."""

from collections.abc import Callable
from datetime import date

from babel.dates import format_date

from kuntamittari import settings
from kuntamittari.i18n import Translator

ASSESSED = date(2026, 11, 22)
AUTHORITY = "https://www.saavutettavuusvaatimukset.fi"
GAPS = ("tables", "map", "menus", "files")


def parts(t: Translator, safe: Callable[[str], str]) -> list[tuple[str, list[str]]]:
    """Return the parts of the statement: heading (the first one has none) and paragraphs, as Markdown.

    `safe` returns a text of the operator with every mark of Markdown escaped.
    """
    provider, feedback = settings.provider(), settings.feedback()
    link = f"mailto:{feedback}" if feedback and "://" not in feedback else feedback
    said = (
        t("accessibility.feedback_to", address=f"[{safe(feedback)}](<{link}>)")
        if feedback
        else t("accessibility.no_feedback")
    )
    authority = f"{AUTHORITY}{'/sv' if t.language == 'sv' else ''}"
    return [
        (
            "",
            [
                t("accessibility.lead", date=format_date(ASSESSED, "long", locale=t.language)),
                t("accessibility.provider", name=safe(provider)) if provider else t("accessibility.no_provider"),
            ],
        ),
        (t("accessibility.status_title"), [t("accessibility.status"), t("accessibility.assessed")]),
        (
            t("accessibility.gaps_title"),
            [t("accessibility.gaps"), "\n".join(f"- {t(f'accessibility.gap_{gap}')}" for gap in GAPS)],
        ),
        (t("accessibility.feedback_title"), [t("accessibility.feedback"), said]),
        (
            t("accessibility.authority_title"),
            [t("accessibility.authority"), f"[{t('accessibility.authority_link')}]({authority})"],
        ),
    ]
