"""Write docs/indicators.md from the catalogue; a test fails until that is done.

.venv/bin/python -m scripts.indicator_docs
"""

from itertools import groupby

from kuntamittari import settings
from kuntamittari.catalog import loader, provenance
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits import text
from kuntamittari.i18n import Translator

FILE = settings.ROOT / "docs" / "indicators.md"
HEAD = """# Indicators

Generated from `kuntamittari/catalog/indicators/` by `scripts/indicator_docs.py`; do not edit. Task classes and
statement items have their official Finnish names. The same in Finnish and Swedish, with the SQL, is on the page
`/indikaattorit`; how figures are computed is in `docs/methods.md`.
"""


def document() -> str:
    """Return the catalogue in English as Markdown, by dimension."""
    t = Translator("en")
    parts = [HEAD]
    for dimension, indicators in groupby(loader.indicators().values(), key=lambda i: i.dimension):
        parts.append(f"\n## {t(f'dimension.{dimension}')}\n")
        parts += [entry(t, indicator) for indicator in indicators]
    return "".join(parts)


def entry(t: Translator, indicator: Indicator) -> str:
    """Return one indicator as Markdown."""
    experimental = text.experimental(t, indicator, indicator.experimental_from)
    rows = [
        ("Definition", indicator.definition.en),
        ("Formula", text.formula(t, indicator)),
        ("Unit", indicator.unit.en),
        ("Direction", t(f"polarity.{indicator.polarity}")),
        ("Zero", t(f"catalogue.zero_{indicator.zero}")),
        *([(t("catalogue.experimental"), experimental)] if experimental else []),
        ("Caveats", indicator.caveats.en),
        *(("Break", f"{b.year}: {b.reason.en}") for b in indicator.breaks),
    ]
    if indicator.sources:
        rows.append(("Source", provenance.attribution(indicator.sources, "en")))
    if indicator.awaited:
        rows += [("Whom to ask", indicator.awaited.ask.en), ("Own figures", indicator.awaited.bring.en)]
    lines = "".join(f"- **{head}:** {words}\n" for head, words in rows)
    return f"\n### {indicator.name.en}\n\n`{indicator.id}`\n\n{lines}"


if __name__ == "__main__":
    FILE.write_text(document(), "utf-8")
