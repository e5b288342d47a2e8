"""The data set as a catalogue of DCAT-AP 3.0.1 (JSON-LD), for the European and national data portals."""

from collections.abc import Mapping, Sequence
from typing import Any

from kuntamittari import settings
from kuntamittari.catalog import provenance, services
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.i18n import texts

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
SERVICE = "Kuntamittari"
TABLES = "http://publications.europa.eu/resource/authority/"  # the controlled vocabularies of the EU
LICENCE = f"{TABLES}licence/CC_BY_4_0"
FINLAND = f"{TABLES}country/FIN"
THEMES = f"{TABLES}data-theme"
GOVERNMENT = f"{THEMES}/GOVE"
PUBLIC = f"{TABLES}access-right/PUBLIC"
YEARLY = f"{TABLES}frequency/ANNUAL"
AVAILABLE = f"{TABLES}planned-availability/AVAILABLE"
LANGUAGES = {"fi": "FIN", "sv": "SWE", "en": "ENG"}
PROVIDER_TYPES = "http://purl.org/adms/publishertype/"
MEDIA_TYPES = "http://www.iana.org/assignments/media-types/"
FORMATS = {  # of /values → file type of the EU, media type
    "json": ("JSON", "application/json"),
    "csv": ("CSV", "text/csv"),
    "parquet": ("PARQUET", "application/vnd.apache.parquet"),
    "json-stat2": ("JSON", "application/json"),
}
OF_FINLAND = ("dct:license", "dct:spatial", "dct:accrualPeriodicity")  # what an invented country has none of


def entry(
    manifest: Mapping[str, Any], indicators: Sequence[Indicator], years: Mapping[str, Sequence[int]], base: str
) -> dict[str, Any]:
    """Return a DCAT catalogue with one data set for each indicator with a formula.

    `years`: indicator id → the years with figures, in order. `base`: the address of /api/v1 as the reader reached it,
    without a slash at its end. What a deployment has not set is left out (docs/open-data.md); an invented country has
    no licence, no place and no frequency.
    """
    invented = provenance.is_invented(manifest)
    made = _typed(manifest["retrieved"], "xsd:dateTime")
    catalogue = {
        "@context": CONTEXT,
        "@id": f"{base}/catalog",
        "@type": "dcat:Catalog",
        "dct:title": [_text(SERVICE, language) for language in settings.LANGUAGES],
        "dct:description": _translated("invented.notice" if invented else "open_data.description"),
        "dct:publisher": _publisher(base),
        "dcat:contactPoint": _contact(base),
        "dct:license": {"@id": LICENCE},
        "dct:language": [{"@id": f"{TABLES}language/{code}"} for code in LANGUAGES.values()],
        "dct:spatial": {"@id": FINLAND},
        "dcat:themeTaxonomy": {"@id": THEMES},
        "foaf:homepage": {"@id": f"{home(base)}/", "@type": "foaf:Document"},
        "rdfs:seeAlso": {"@id": f"{base}/croissant"},
        "dct:issued": made,  # each load of figures makes the catalogue anew; when the first was made is not recorded
        "dct:modified": made,
        "dcat:dataset": [
            _dataset(indicator, years[indicator.id] or manifest["years"], made, base)
            for indicator in indicators
            if indicator.formula
        ],
    }
    return _without(OF_FINLAND if invented else (), catalogue)


def home(base: str) -> str:
    """Return the address of the dashboard whose API is at `base`, without a slash at its end."""
    return base.removesuffix("/api/v1")


def _without(keys: Sequence[str], part: Any) -> Any:
    """Return an entry without some keys and without what is None, at every level."""
    if isinstance(part, list):
        return [_without(keys, item) for item in part]
    if isinstance(part, dict):
        return {key: _without(keys, value) for key, value in part.items() if key not in keys and value is not None}
    return part


def _publisher(base: str) -> dict[str, Any]:
    """Who publishes the catalogue, which DCAT-AP requires: the provider, or the service under its own name."""
    kind = settings.provider_type()
    return {
        "@id": f"{base}/catalog#publisher",
        "@type": "foaf:Agent",
        "foaf:name": settings.provider() or SERVICE,
        "dct:type": {"@id": PROVIDER_TYPES + kind} if kind else None,
    }


def _contact(base: str) -> dict[str, Any] | None:
    address = settings.feedback()
    if address is None:
        return None
    is_mail = not address.startswith(("http://", "https://"))
    return {
        "@id": f"{base}/catalog#contact",
        "@type": "vcard:Kind",
        "vcard:fn": settings.provider() or SERVICE,
        "vcard:hasEmail" if is_mail else "vcard:hasURL": {"@id": f"mailto:{address}" if is_mail else address},
    }


def _dataset(indicator: Indicator, years: Sequence[int], made: dict[str, str], base: str) -> dict[str, Any]:
    where = f"{base}/indicators/{indicator.id}"
    return {
        "@id": where,
        "@type": "dcat:Dataset",
        "dct:identifier": indicator.id,
        "dct:title": [_text(indicator.name[language], language) for language in settings.LANGUAGES],
        "dct:description": [_text(indicator.definition[language], language) for language in settings.LANGUAGES],
        "dcat:keyword": keywords(indicator),
        "dct:publisher": {"@id": f"{base}/catalog#publisher"},
        "dcat:contactPoint": {"@id": f"{base}/catalog#contact"} if settings.feedback() else None,
        # not dct:source, which names data sets of a catalogue: the agencies' tables have no address there
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "rdfs:label": [
                _text(provenance.attribution(indicator.sources, language), language) for language in settings.LANGUAGES
            ],
        },
        "dct:spatial": {"@id": FINLAND},
        "dct:accessRights": {"@id": PUBLIC},
        "dct:accrualPeriodicity": {"@id": YEARLY},
        "dcat:theme": {"@id": GOVERNMENT},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed(f"{years[0]}-01-01", "xsd:date"),
            "dcat:endDate": _typed(f"{years[-1]}-12-31", "xsd:date"),
        },
        "dct:modified": made,
        "dcat:distribution": [_distribution(indicator, form, base) for form in FORMATS],
    }


def _distribution(indicator: Indicator, form: str, base: str) -> dict[str, Any]:
    file_type, media_type = FORMATS[form]
    address = {"@id": values_address(base, indicator, form)}
    return {
        "@id": f"{base}/indicators/{indicator.id}#{form}",
        "@type": "dcat:Distribution",
        "dct:title": form,
        "dct:description": _translated(f"open_data.form.{form}"),
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dct:format": {"@id": f"{TABLES}file-type/{file_type}"},
        "dcat:mediaType": {"@id": MEDIA_TYPES + media_type},
        "dct:license": {"@id": LICENCE},
        # a plan for years to come is that of a provider; where nobody has given a name, nobody has one
        "dcatap:availability": {"@id": AVAILABLE} if settings.provider() else None,
    }


def values_address(base: str, indicator: Indicator, form: str) -> str:
    """Return the address of all figures of an indicator in one of FORMATS."""
    return f"{base}/values?indicator={indicator.id}&format={form}"


def keywords(indicator: Indicator) -> list[dict[str, str]]:
    """Return the keywords of an indicator with their language: municipalities, its dimension and its service."""
    found = [*_translated("open_data.keyword"), *_translated(f"dimension.{indicator.dimension}")]
    if indicator.service:
        names = services.services()[indicator.service]["name"]
        found += [_text(names[language], language) for language in settings.LANGUAGES]
    return found


def _translated(key: str) -> list[dict[str, str]]:
    return [_text(texts(language)[key], language) for language in settings.LANGUAGES]


def _text(words: str, language: str) -> dict[str, str]:
    return {"@value": words, "@language": language}


def _typed(value: str, kind: str) -> dict[str, str]:
    return {"@value": value, "@type": kind}
