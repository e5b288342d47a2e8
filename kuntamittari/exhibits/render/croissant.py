"""The data set as Croissant 1.1 (JSON-LD of MLCommons), for programs that load tables by their description."""

from collections.abc import Mapping, Sequence
from typing import Any

from kuntamittari import __version__, settings
from kuntamittari.catalog import provenance
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.exhibits.render import dcat
from kuntamittari.i18n import texts

CONFORMS_TO = "http://mlcommons.org/croissant/1.1"
MEDIA_TYPE = f'application/ld+json; profile="{CONFORMS_TO}"'
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
PARQUET = ["application/vnd.apache.parquet", "application/x-parquet"]  # as registered, and as readers of Croissant ask
# The recommended context, appendix 1 of the specification; schema.org by https, or the library of MLCommons finds no
# data set in it.
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
} | {
    term: f"cr:{term}"
    for term in (
        *("annotation", "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "excludes", "extract"),
        *("field", "fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset"),
        *("jsonPath", "key", "md5", "parentField", "path", "readLines", "recordSet", "references", "regex"),
        *("repeated", "replace", "samplingRate", "sdVersion", "separator", "source", "subField", "transform"),
        *("unArchive", "value"),
    )
}
REGISTER = "municipalities"
REGISTER_FIELDS = {  # of /municipalities → what it holds
    "code": "Municipality code of three digits; MA1 is Mainland Finland",
    "name_fi": "Name in Finnish",
    "name_sv": "Name in Swedish",
    "name_en": "Name in English",
}
VALUE_FIELDS = {  # column of /values → data type, what it holds
    "indicator": ("sc:Text", "Indicator id"),
    "municipality": ("sc:Text", "Municipality code of three digits; MA1 is Mainland Finland"),
    "year": ("sc:Integer", "Year of the figure"),
    "value": ("sc:Float", "Value of the indicator; empty where there is none"),
    "numerator": ("sc:Float", "What is divided: a sum of euros, persons or events"),
    "denominator": ("sc:Float", "What it is divided by, such as residents"),
    "unit": ("sc:Text", "Unit of the value"),
    "status": ("sc:Text", "Status of the figure, such as final or preliminary"),
    "reason": ("sc:Text", "Why there is no value"),
}


def entry(
    manifest: Mapping[str, Any], indicators: Sequence[Indicator], years: Mapping[str, Sequence[int]], base: str
) -> dict[str, Any]:
    """Return one Croissant data set: for each indicator with a formula two files and the records of one of them.

    `years` and `base` as in `dcat.entry`. The figures change with every load, so the data set is live and its files
    have no checksums (Croissant 1.1, live datasets). An invented country has no licence.
    """
    computed = [indicator for indicator in indicators if indicator.formula]
    invented = provenance.is_invented(manifest)
    sources = tuple(dict.fromkeys(source for indicator in computed for source in indicator.sources))
    covered = [year for indicator in computed for year in years[indicator.id]] or manifest["years"]
    described = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "@id": f"{base}/croissant",
        "conformsTo": CONFORMS_TO,
        "name": dcat.SERVICE,
        "description": texts("en")["invented.notice" if invented else "open_data.description"],
        "url": f"{dcat.home(base)}/",
        "license": None if invented else LICENCE,
        "creator": {"@type": "Organization", "name": "The Kuntamittari authors"},
        "publisher": {"@type": "Organization", "name": settings.provider()} if settings.provider() else None,
        "datePublished": manifest["retrieved"],
        "dateModified": manifest["retrieved"],
        "version": __version__,
        "inLanguage": "en",
        "keywords": sorted(
            {word["@value"] for one in computed for word in dcat.keywords(one) if word["@language"] == "en"}
        ),
        "temporalCoverage": f"{min(covered)}/{max(covered)}",
        "spatialCoverage": None if invented else {"@type": "Country", "name": "Finland", "sameAs": dcat.FINLAND},
        "isLiveDataset": True,
        "citeAs": f"{dcat.SERVICE} ({manifest['retrieved'][:10]}). {provenance.attribution(sources, 'en')}.",
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": REGISTER,
                "name": f"{REGISTER}.json",
                "contentUrl": f"{base}/municipalities",
                "encodingFormat": "application/json",
            },
            *(_file(indicator, form, base) for indicator in computed for form in ("csv", "parquet")),
        ],
        "recordSet": [_register(), *map(_records, computed)],
    }
    return {key: value for key, value in described.items() if value is not None}


def _file(indicator: Indicator, form: str, base: str) -> dict[str, Any]:
    name = f"{indicator.id}.{form}"
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": f"{indicator.name.en}. {texts('en')[f'open_data.form.{form}']}",
        "contentUrl": dcat.values_address(base, indicator, form),
        "encodingFormat": PARQUET if form == "parquet" else "text/csv",
    }


def _register() -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": f"{REGISTER}-records",
        "name": REGISTER,
        "description": "The municipalities of the division year, and Mainland Finland",
        "key": {"@id": f"{REGISTER}-records/code"},
        "field": [
            {
                **_field(f"{REGISTER}-records", name, "sc:Text", said),
                "source": {"fileObject": {"@id": REGISTER}, "extract": {"jsonPath": f"$.values[*].{name}"}},
            }
            for name, said in REGISTER_FIELDS.items()
        ],
    }


def _records(indicator: Indicator) -> dict[str, Any]:
    """The records of an indicator, from its Parquet file: a reader of CSV takes the code 049 for the number 49."""
    fields = {
        name: {
            **_field(indicator.id, name, kind, said),
            "source": {"fileObject": {"@id": f"{indicator.id}.parquet"}, "extract": {"column": name}},
        }
        for name, (kind, said) in VALUE_FIELDS.items()
    }
    fields["value"]["unitText"] = indicator.unit.en
    fields["unit"]["equivalentProperty"] = "sc:unitText"
    return {
        "@type": "cr:RecordSet",
        "@id": indicator.id,
        "name": indicator.name.en,
        "description": indicator.definition.en,
        "key": [{"@id": f"{indicator.id}/municipality"}, {"@id": f"{indicator.id}/year"}],
        "field": list(fields.values()),
    }


def _field(records: str, name: str, kind: str, said: str) -> dict[str, Any]:
    return {"@type": "cr:Field", "@id": f"{records}/{name}", "name": name, "description": said, "dataType": kind}
