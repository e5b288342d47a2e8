"""The data set as a DCAT-AP entry (JSON-LD), for the European and national data portals."""

from collections.abc import Mapping, Sequence
from typing import Any

from kuntamittari import settings
from kuntamittari.catalog import provenance
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.i18n import Translator

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
LICENCE = "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0"
DESCRIPTION = "Official figures of Finnish municipalities as comparable indicators."
FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
FINLAND = "http://publications.europa.eu/resource/authority/country/FIN"
GOVERNMENT = "http://publications.europa.eu/resource/authority/data-theme/GOVE"
FORMATS = {"json": "JSON", "csv": "CSV", "parquet": "PARQUET", "json-stat2": "JSON"}


def entry(manifest: Mapping[str, Any], indicators: Sequence[Indicator], base: str) -> dict[str, Any]:
    """Return a DCAT catalogue with one data set for each indicator with a formula.

    `base`: the address of /api/v1, without a slash at its end. An entry of an invented country has no licence and no
    place.
    """
    years, invented = manifest["years"], provenance.is_invented(manifest)
    catalogue = {
        "@context": CONTEXT,
        "@id": f"{base}/catalog",
        "@type": "dcat:Catalog",
        "dct:title": [_text("Kuntamittari", language) for language in settings.LANGUAGES],
        "dct:description": [_text(Translator("en")("invented.notice") if invented else DESCRIPTION, "en")],
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": "Kuntamittari"},
        "dct:license": {"@id": LICENCE},
        "dct:modified": _typed(manifest["retrieved"], "xsd:dateTime"),
        "dcat:dataset": [
            _dataset(indicator, years, manifest["retrieved"], base) for indicator in indicators if indicator.formula
        ],
    }
    return _without(("dct:license", "dct:spatial"), catalogue) if invented else catalogue


def _without(keys: Sequence[str], part: Any) -> Any:
    """Return an entry without some keys, at every level."""
    if isinstance(part, list):
        return [_without(keys, item) for item in part]
    return (
        {key: _without(keys, value) for key, value in part.items() if key not in keys}
        if isinstance(part, dict)
        else part
    )


def _dataset(indicator: Indicator, years: Sequence[int], retrieved: str, base: str) -> dict[str, Any]:
    where = f"{base}/values?indicator={indicator.id}"
    return {
        "@id": f"{base}/indicators/{indicator.id}",
        "@type": "dcat:Dataset",
        "dct:identifier": indicator.id,
        "dct:title": [_text(indicator.name[language], language) for language in settings.LANGUAGES],
        "dct:description": [_text(indicator.definition[language], language) for language in settings.LANGUAGES],
        "dct:source": provenance.attribution(indicator.sources, "en"),
        "dct:spatial": {"@id": FINLAND},
        "dcat:theme": {"@id": GOVERNMENT},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed(f"{years[0]}-01-01", "xsd:date"),
            "dcat:endDate": _typed(f"{years[-1]}-12-31", "xsd:date"),
        },
        "dct:modified": _typed(retrieved, "xsd:dateTime"),
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:title": form,
                "dcat:accessURL": {"@id": f"{where}&format={form}"},
                "dct:format": {"@id": f"{FILE_TYPES}{kind}"},
                "dct:license": {"@id": LICENCE},
            }
            for form, kind in FORMATS.items()
        ],
    }


def _text(words: str, language: str) -> dict[str, str]:
    return {"@value": words, "@language": language}


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"@value": value, "@type": kind}
