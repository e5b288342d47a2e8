"""The Parquet files of the data in use, to be read in place, and their description as a data package (Frictionless)."""

from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
from fastapi import APIRouter, Depends
from fastapi import Path as InPath
from starlette.responses import FileResponse

from kuntamittari.catalog import provenance
from kuntamittari.errors import InputError
from kuntamittari.i18n import Translator
from kuntamittari.query import database
from kuntamittari.query.database import Database
from kuntamittari.query.snapshot import ALL_SCHEMAS, BOUNDARY
from kuntamittari.web.api import routes
from kuntamittari.web.api.pages import Site

router = APIRouter(dependencies=[Depends(routes.only_known_parameters)])

DESCRIPTION = "Official figures of Finnish municipalities as comparable indicators."
MEDIA_TYPE = "application/vnd.apache.parquet"
CC_BY = {"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/", "title": "CC BY 4.0"}
TYPES = {  # type of Arrow → type of Frictionless
    pa.string(): "string",
    pa.bool_(): "boolean",
    pa.float64(): "number",
    **dict.fromkeys((pa.int8(), pa.int16(), pa.int32(), pa.int64()), "integer"),
    pa.timestamp("us"): "datetime",
}
KEYS = {
    "values": ["indicator", "year", "municipality"],
    "municipality": ["code"],
    "finance": ["task_class", "year", "municipality"],
    "activity": ["measure", "year", "municipality"],
    "price_index": ["year"],
}


@router.get("/datapackage", summary="The files of the data set as a Frictionless data package")
def datapackage(site: Site) -> dict[str, Any]:
    """Every Parquet file of the data in use with its columns, keys, size, digest, licence and sources. `path` is
    relative to this address, below which the files can be read in place."""
    data = database.current()
    invented = data.snapshot.invented
    about: dict[str, Any] = {
        "profile": "data-package",
        "name": "kuntamittari",
        "title": "Kuntamittari",
        "description": Translator("en")("invented.notice") if invented else DESCRIPTION,
        "version": data.snapshot.digest,
        "created": data.snapshot.manifest["retrieved"],
        "homepage": site.link(""),
    }
    licence = {} if invented else {"licenses": [CC_BY]}
    return about | licence | {"resources": [_resource(data, name) for name in data.snapshot.manifest["files"]]}


@router.get("/files/{name}", summary="A Parquet file of the data set", response_class=FileResponse)
def file(
    name: Annotated[str, InPath(description="Name of a file, as /datapackage lists them", examples=["values.parquet"])],
) -> FileResponse:
    """The file as it is, whole or in part (`Range`), so that a program reads only the columns and rows it needs."""
    snapshot = database.current().snapshot
    names = {f"{table}.parquet": table for table in snapshot.manifest["files"]}
    if name not in names:
        raise InputError("id", "unknown_file", f"There is no file {name!r}; there are {', '.join(names)}.")
    path = Path(snapshot.path(names[name]))
    # an encoding of its own keeps the file from being compressed: a part of it could not be read
    return FileResponse(path, media_type=MEDIA_TYPE, headers={"Content-Encoding": "identity"}, filename=name)


def _resource(data: Database, table: str) -> dict[str, Any]:
    """Return a file as a resource of the package."""
    entry = data.snapshot.manifest["files"][table]
    found: dict[str, Any] = {
        "name": table.replace("_", "-"),
        "path": f"files/{table}.parquet",
        "format": "parquet",
        "mediatype": MEDIA_TYPE,
        "bytes": data.snapshot.path(table).stat().st_size,
        "hash": f"sha256:{entry['sha256']}",
        "rows": entry["rows"],
        "sources": [{"title": provenance.attribution((one["id"],), "en")} for one in entry["sources"]],
    }
    if table == BOUNDARY:
        return found
    fields = [{"name": field.name, "type": TYPES.get(field.type, "any")} for field in ALL_SCHEMAS[table]]
    keys = {"primaryKey": KEYS[table]} if table in KEYS else {}
    return found | {"profile": "tabular-data-resource", "schema": {"fields": fields, **keys}}
