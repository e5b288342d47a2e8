"""The FastAPI application mounted at /api: one shape of errors, and a documentation page that loads nothing from other
hosts."""

import logging
from functools import cache
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from kuntamittari import __version__
from kuntamittari.errors import DataError, InputError
from kuntamittari.i18n import Translator
from kuntamittari.query import database
from kuntamittari.query.figures import shortened
from kuntamittari.web.api import addresses, claims, files
from kuntamittari.web.api.answers import Computed
from kuntamittari.web.api.caching import Validated
from kuntamittari.web.api.rate import Rate
from kuntamittari.web.api.routes import router

ASSETS = "docs-assets"  # the files of the documentation page, which the package fastapi-offline brings
DESCRIPTION = "Official figures of Finnish municipalities as comparable indicators. CC BY 4.0."

log = logging.getLogger(__name__)


def create() -> FastAPI:
    """Return the application. Its routes are under /v1; every other path answers 404 as JSON."""
    app = FastAPI(
        title="Kuntamittari",
        version=__version__,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.add_api_route("/v1/docs", _docs, include_in_schema=False)
    app.add_api_route("/v1/openapi.json", _openapi, include_in_schema=False)
    app.mount(f"/v1/{ASSETS}", StaticFiles(packages=[("fastapi_offline", "static")]))
    rate = Rate()
    for part in (router, claims.router, files.router):
        app.include_router(part, prefix="/v1", dependencies=[Depends(rate)])
    # the last added is the outermost: a request for an answer that the client has is answered before it is computed
    # or compressed
    app.add_middleware(GZipMiddleware, minimum_size=1000)
    app.add_middleware(Computed, cheap=(f"/v1/{ASSETS}/", "/v1/files/"))
    app.add_middleware(
        CORSMiddleware,
        allow_origins=["*"],
        allow_methods=["GET", "HEAD"],
        expose_headers=["ETag", "Content-Disposition"],
    )
    app.add_middleware(Validated)
    app.add_exception_handler(InputError, _input_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(DataError, _data_error)
    app.add_exception_handler(Exception, _unexpected)
    return app


def _docs() -> HTMLResponse:
    """Return the documentation page. Its addresses are relative, so they also hold under the path prefix of a proxy."""
    return get_swagger_ui_html(
        openapi_url="openapi.json",
        title="Kuntamittari - Swagger UI",
        swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{ASSETS}/favicon.png",
    )


def _openapi(request: Request) -> dict[str, Any]:
    """Return the OpenAPI description. The address of the server is relative to it, as the standard allows."""
    mounted = addresses.mounted(request.scope)
    return described(request.app, description()) | ({"servers": [{"url": f"../..{mounted}"}]} if mounted else {})


def description() -> str:
    """Return the description of the API: of official figures, or of invented ones if such are in use."""
    try:
        return Translator("en")("invented.notice") if database.current().snapshot.invented else DESCRIPTION
    except DataError:
        return DESCRIPTION


@cache
def described(app: FastAPI, description: str) -> dict[str, Any]:
    """Return the OpenAPI description, with our own errors in place of FastAPI's 422."""
    whole = get_openapi(title=app.title, version=app.version, description=description, routes=app.routes)
    parts = whole.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        parts.pop(unused, None)
    text = {"type": "string"}
    detail = {"code": text, "message": text, "field": {"type": ["string", "null"]}}
    parts["Failure"] = {
        "type": "object",
        "required": ["error"],
        "properties": {"error": {"type": "object", "required": list(detail), "properties": detail}},
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}}
    refused = {"description": "The request names something that does not exist", "content": content}
    seconds = {"description": "Seconds until the next request is answered", "schema": {"type": "integer"}}
    too_many = {
        "description": "Too many requests of one address",
        "headers": {"Retry-After": seconds},
        "content": content,
    }
    busy = {**too_many, "description": "The service is busy, or its data cannot be read"}
    for path, item in whole["paths"].items():
        answers = item["get"]["responses"]
        answers.pop("422", None)
        answers["404" if "{" in path else "400"] = refused
        answers["429"], answers["503"] = too_many, busy
    return whole


def failure(status: int, code: str, message: str, field: str | None = None) -> JSONResponse:
    """Return an error in the one shape that all errors of the API have."""
    return JSONResponse({"error": {"code": code, "message": message, "field": field}}, status_code=status)


async def _input_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, InputError)
    return failure(404 if error.field == "id" else 400, error.code, str(error), error.field)


async def _validation_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    field = str(first["loc"][-1])
    if first["type"] == "missing":
        return failure(400, "missing_parameter", f"The parameter {field} is missing.", field)
    return failure(400, "invalid_parameter", f"{field}={shortened(str(first['input']))!r}: {first['msg']}.", field)


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        return failure(405, "method_not_allowed", "Only GET is answered here.")
    if error.status_code == 429:
        refused = failure(
            429, "too_many_requests", "This address asks too often; Retry-After says when the next request is answered."
        )
        refused.headers.update(error.headers or {})
        return refused
    root = request.scope.get("root_path", "")
    path = shortened(root + request.scope["path"].removeprefix(root))
    docs = f"{addresses.prefix(request.scope)}/api/v1/docs"
    return failure(error.status_code, "not_found", f"There is nothing at {path}; see {docs}.")


async def _data_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DataError)
    log.error("%s", error.line)
    return failure(503, "no_data", "The data cannot be read at the moment.")


async def _unexpected(_: Request, error: Exception) -> JSONResponse:
    log.exception("unexpected", exc_info=error)
    return failure(500, "internal_error", "The answer could not be made. The fault is ours and was logged.")
