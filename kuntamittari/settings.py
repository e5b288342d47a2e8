"""Paths and settings: the one module that knows where files lie and which environment variables there are.

Every function reads the environment when it is called. A variable that is unset or blank has its default; a value that
cannot be used raises SettingsError, which names it. Entry points call `check` before anything else.
"""

import os
import re
import sys
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

PACKAGE = Path(__file__).resolve().parent
_FILES = PACKAGE / "_files"  # where the wheel puts app.py, pages/, sql/, data/ and .streamlit/ (pyproject.toml)
INSTALLED = _FILES.is_dir()
ROOT = _FILES if INSTALLED else PACKAGE.parent
SQL = ROOT / "sql"
PAGES = ROOT / "pages"
LANGUAGES = ("fi", "sv", "en")
DEFAULT_INTERVAL = 1.5  # seconds
DEFAULT_RATE = 1_200  # requests a minute
DEFAULT_DATA_INTERVAL = 60  # seconds
DEFAULT_CONNECTIONS = 100  # open pages of one address: a class behind one line, with two tabs each
DEFAULT_UPDATE_MEMORY = 4_000  # megabytes; an update of the whole country took 2 500
DEFAULT_REPORT_WORKERS = 1  # a machine of two cores keeps one for pages
PROVIDER_TYPES = (  # of publishers, http://purl.org/adms/publishertype/1.0
    "Academia-ScientificOrganisation",
    "Company",
    "IndustryConsortium",
    "LocalAuthority",
    "NationalAuthority",
    "NonGovernmentalOrganisation",
    "NonProfitOrganisation",
    "PrivateIndividual(s)",
    "RegionalAuthority",
    "StandardisationBody",
    "SupraNationalAuthority",
)
DATA_SCHEMES = ("s3", "gs", "https", "http")  # of addresses of data sets
WILDCARDS = ("0.0.0.0", "::")  # addresses that stand for every address of the machine

NOT_ON_WINDOWS = (  # as tasks.py says, which imports nothing of the package
    "Kuntamittari does not run on Windows itself: start it in a container with `docker compose -f deploy/compose.yaml "
    "up --detach --build` in its checkout and open http://127.0.0.1:8500, or start it in Windows Subsystem for Linux."
)

# What each variable must be, in the words of a refusal.
VARIABLES = {
    "KUNTAMITTARI_DATA": "a directory, or an address such as s3://bucket/figures, gs://bucket/figures or "
    "https://host/figures",
    "KUNTAMITTARI_DATA_INTERVAL": "a whole number of seconds from 1 to 86400",
    "KUNTAMITTARI_VINTAGES": "a directory",
    "KUNTAMITTARI_CACHE": "a directory",
    "KUNTAMITTARI_INDICATORS": "a directory",
    "KUNTAMITTARI_API_BASE": "a base URL such as http://127.0.0.1:8765",
    "KUNTAMITTARI_REQUEST_INTERVAL": "a number of seconds from 0 to 999",
    "KUNTAMITTARI_ACCEPT_MADE_UP": "0 or 1",
    "KUNTAMITTARI_UPDATE": "on or off",
    "KUNTAMITTARI_UPDATE_MEMORY": "a whole number of megabytes from 500 to 999999",
    "KUNTAMITTARI_API_RATE": "a whole number of requests a minute from 0 (any number) to 999999",
    "KUNTAMITTARI_CONNECTIONS": "a whole number of open pages from 1 to 999999",
    "KUNTAMITTARI_MCP_HOSTS": "host names by comma, such as figures.example.fi",
    "KUNTAMITTARI_METRICS": "on or off",
    "KUNTAMITTARI_REPORT_WORKERS": "a whole number of processes from 1 to 32",
    "KUNTAMITTARI_LANG": "one of " + ", ".join(LANGUAGES),
    "KUNTAMITTARI_PROVIDER": "a name",
    "KUNTAMITTARI_PROVIDER_TYPE": "one of " + ", ".join(PROVIDER_TYPES),
    "KUNTAMITTARI_FEEDBACK": "an e-mail address or an address that begins with http:// or https://",
    "KUNTAMITTARI_EMBED_ORIGINS": "sites such as https://intra.kunta.fi, with spaces between them",
    "STREAMLIT_SERVER_PORT": "a port from 0 (any free one) to 65535",
    "STREAMLIT_SERVER_ADDRESS": "an IP address or host name to listen on",
}


@dataclass(frozen=True)
class Budgets:
    """What one reader, and what all together, may ask of the machine (kuntamittari/web/budgets). A number that depends
    on the machine or on who is served is a variable; the others follow from what a page costs.

    A choice takes 0.05 to 0.3 seconds of the one processor that makes pages, a hasty reader makes five a second.
    """

    messages: float = 50  # a second that a websocket is read; a page sends one for each choice and one a minute beside
    messages_burst: float = 200  # at once: a slider that is dragged sends one for each step
    runs: int = 2  # of a page at once: a choice ends the run before it, which takes a moment to stop
    between_runs: float = 0.02  # seconds, so that a run has begun, and is counted, before the next
    run_costs: float = 0.02  # seconds of the processor that a run costs at least, with the thread that it needs
    processor: float = 0.4  # of it for one page that asks without end: most of it stays for the others
    processor_burst: float = 10  # seconds of it at once: a hundred hasty choices
    reader_runs: int = 2  # of one address at once, while another address has pages run too
    reader_processor: float = 0.3  # of it for one address then: less than for all the others
    reader_processor_burst: float = 4  # seconds of it then: a class that opens a page each
    contended: float = 5  # seconds for which a reader counts as wanting the machine after a choice
    files: int = 1  # made on demand at once for one page: nobody saves two at once
    reader_files: int = 2  # for one address
    all_files: int = 3  # of the six threads that there are on two processors; the others are for everything else
    file_seconds: float = 120  # after which a file counts as never to come
    answer_on_demand: int = 100_000  # bytes; such an answer is an address, or some rows of a table
    all_connections: int = 1_000  # open pages: each takes some 0.5 MB, more than idle memory has twice
    readers_kept: int = 20_000  # addresses whose allowance is remembered
    computations: int = 2  # of the API at once, of all: more only share the one interpreter and their memory adds up
    reader_computations: int = 1  # of one address
    computations_wait: int = 32  # that wait, of all
    reader_computations_wait: int = 8  # of one address: a browser that asks for some at once
    computations_patience: float = 10  # seconds that one waits: a client gives up after 30 at the earliest
    documents: int = 2  # pages as documents made at once, of all: as many threads as there are for them
    reader_documents: int = 1  # of one address
    documents_wait: int = 64  # that wait, of all
    reader_documents_wait: int = 32  # of one address: a class that opens the same page
    documents_patience: float = 3  # seconds that one waits; then the application comes without it, as it always did
    answers_kept: int = 64_000_000  # bytes of finished answers of the API: those of all indicators as CSV are 20 MB
    answer_kept: int = 4_000_000  # bytes of one of them
    workbooks: int = 2  # read at once, each in a process with at most 400 MB
    large_workbook: int = 1_000_000  # bytes from which one is large; all but one of the places are for large ones too
    workbooks_wait: int = 12  # that wait, of all
    reports_of_one: int = 6  # that wait or are made for one address: of the twenty that may wait


BUDGETS = Budgets()


class SettingsError(ValueError):
    """The environment cannot be used; one sentence a variable, or about the system, says why and what to do."""


def check_system() -> None:
    """Raise SettingsError on Windows, which lacks what an update and the reading of files are made with."""
    if sys.platform == "win32":
        raise SettingsError(NOT_ON_WINDOWS)


def check() -> None:
    """Validate the system and every variable at once. Raises SettingsError."""
    check_system()
    if any(map(_is_set, VARIABLES)):
        _validated(tuple(map(os.environ.get, VARIABLES)))
    if INSTALLED and _value("KUNTAMITTARI_UPDATE") == "on" and not _is_set("KUNTAMITTARI_DATA"):
        raise SettingsError(
            "The environment sets KUNTAMITTARI_UPDATE to 'on', but the figures that come with the package are never "
            "overwritten: set KUNTAMITTARI_DATA to a directory of your own, or unset KUNTAMITTARI_UPDATE."
        )


def data_dir() -> Path:
    """Return the data directory in use: `KUNTAMITTARI_DATA`, by default the bundled one.

    For a data set at an address the directory of its copy, which `query/mirror.py` fills.
    """
    if address := data_address():
        return cache_dir() / sha256(address.encode()).hexdigest()[:16]
    return Path(_value("KUNTAMITTARI_DATA") or ROOT / "data")


def data_address() -> str | None:
    """Return the address of a data set that is not on this machine, without a slash at its end: `KUNTAMITTARI_DATA`;
    None for a directory."""
    given = _value("KUNTAMITTARI_DATA") or ""
    return given.rstrip("/") if "://" in given else None


def vintages_dir() -> Path | None:
    """Return the directory of earlier data sets, each in a directory of its own: `KUNTAMITTARI_VINTAGES`; None where
    the operator keeps none."""
    return _value("KUNTAMITTARI_VINTAGES")


def data_interval() -> int:
    """Return the seconds after which a data set at an address is looked at again: `KUNTAMITTARI_DATA_INTERVAL`."""
    return _value("KUNTAMITTARI_DATA_INTERVAL") or DEFAULT_DATA_INTERVAL


def cache_dir() -> Path:
    """Return the directory for copies of data sets at addresses: `KUNTAMITTARI_CACHE`, by default the user's cache, and
    that for temporary files where the user has no home, as in a container."""
    if given := _value("KUNTAMITTARI_CACHE"):
        return Path(given)
    home = os.environ.get("HOME", "")
    return (Path(home, ".cache") if home and Path(home).is_dir() else Path(gettempdir())) / "kuntamittari"


def update_dir() -> Path:
    """Return the data directory that `update` writes to, which is the one in use.

    Raises SettingsError where that is part of an installed package, or an address.
    """
    if data_address():
        raise SettingsError(
            "KUNTAMITTARI_DATA is an address, where `update` cannot write: name a directory with --out, and copy it "
            "to the address (deploy/README.md)."
        )
    if INSTALLED and not _is_set("KUNTAMITTARI_DATA"):
        raise SettingsError(
            "The figures that come with the package are never overwritten: name a directory of your own with --out or "
            "in KUNTAMITTARI_DATA."
        )
    return data_dir()


def indicator_dir() -> Path:
    """Return the directory of indicator files: `KUNTAMITTARI_INDICATORS`, by default the project's own."""
    return _value("KUNTAMITTARI_INDICATORS") or PACKAGE / "catalog" / "indicators"


def api_base() -> str | None:
    """Return the base URL that takes the place of every official host, without a slash at its end.

    `KUNTAMITTARI_API_BASE`; None for the official hosts.
    """
    return _value("KUNTAMITTARI_API_BASE")


def request_interval() -> float:
    """Return the seconds between two calls to one host: `KUNTAMITTARI_REQUEST_INTERVAL`."""
    given = _value("KUNTAMITTARI_REQUEST_INTERVAL")
    return DEFAULT_INTERVAL if given is None else given


def accept_made_up() -> bool:
    """Return whether `update` accepts answers that a replica says are made up: `KUNTAMITTARI_ACCEPT_MADE_UP`.

    By default it does not. A data set with any such answer is called invented wherever it is shown.
    """
    return _value("KUNTAMITTARI_ACCEPT_MADE_UP") == "1"


def update_allowed() -> bool | None:
    """Return whether the dashboard offers to load data: `KUNTAMITTARI_UPDATE`; None leaves it to where it is served.

    It never offers to overwrite the bundled data of an installed package, nor a data set at an address.
    """
    if data_address() or (INSTALLED and not _is_set("KUNTAMITTARI_DATA")):
        return False
    given = _value("KUNTAMITTARI_UPDATE")
    return None if given is None else given == "on"


def update_memory() -> int:
    """Return the bytes that an update started from the page may use: `KUNTAMITTARI_UPDATE_MEMORY`, in megabytes."""
    return (_value("KUNTAMITTARI_UPDATE_MEMORY") or DEFAULT_UPDATE_MEMORY) * 1_000_000


def api_rate() -> int:
    """Return the requests a minute that the API answers to one address: `KUNTAMITTARI_API_RATE`; 0 for any number."""
    given = _value("KUNTAMITTARI_API_RATE")
    return DEFAULT_RATE if given is None else given


def connections() -> int:
    """Return how many pages one address may have open at once: `KUNTAMITTARI_CONNECTIONS`."""
    return _value("KUNTAMITTARI_CONNECTIONS") or DEFAULT_CONNECTIONS


def mcp_hosts() -> tuple[str, ...]:
    """Return the names, besides those of this machine, under which assistants may ask at /mcp:
    `KUNTAMITTARI_MCP_HOSTS`."""
    return tuple(filter(None, (host.strip().lower() for host in (_value("KUNTAMITTARI_MCP_HOSTS") or "").split(","))))


def metrics() -> bool:
    """Return whether the process tells its numbers to this machine at /metrics: `KUNTAMITTARI_METRICS`, by default
    not."""
    return _value("KUNTAMITTARI_METRICS") == "on"


def report_workers() -> int:
    """Return how many processes make reports at once, each with some hundred megabytes while it works:
    `KUNTAMITTARI_REPORT_WORKERS`."""
    return _value("KUNTAMITTARI_REPORT_WORKERS") or DEFAULT_REPORT_WORKERS


def default_language() -> str:
    """Return the language of users who have not chosen one: `KUNTAMITTARI_LANG`, by default Finnish."""
    return _value("KUNTAMITTARI_LANG") or "fi"


def provider() -> str | None:
    """Return the provider that the accessibility statement and the catalogue name: `KUNTAMITTARI_PROVIDER`; None if
    unset."""
    return _value("KUNTAMITTARI_PROVIDER")


def provider_type() -> str | None:
    """Return which of PROVIDER_TYPES the provider is, for the catalogue: `KUNTAMITTARI_PROVIDER_TYPE`; None if it or
    the provider is unset."""
    return _value("KUNTAMITTARI_PROVIDER_TYPE") if provider() else None


def feedback() -> str | None:
    """Return the e-mail or web address for feedback on accessibility, and the contact point of the catalogue:
    `KUNTAMITTARI_FEEDBACK`; None if unset."""
    return _value("KUNTAMITTARI_FEEDBACK")


def embed_origins() -> tuple[str, ...]:
    """Return the sites whose pages may frame a view, such as https://intra.kunta.fi: `KUNTAMITTARI_EMBED_ORIGINS`, by
    default none."""
    return tuple((_value("KUNTAMITTARI_EMBED_ORIGINS") or "").split())


def server_options() -> dict[str, int | str]:
    """Return Streamlit's options for `STREAMLIT_SERVER_PORT` and `STREAMLIT_SERVER_ADDRESS`.

    Streamlit itself reads the variables only when it is started by `streamlit run`.
    """
    options: dict[str, int | str] = {}
    if (port := _value("STREAMLIT_SERVER_PORT")) is not None:
        options["server.port"] = port
    if address := _value("STREAMLIT_SERVER_ADDRESS"):
        options["server.address"] = address
        if address in WILDCARDS:
            # else Streamlit prints the machine's public address and asks a foreign service for it
            options["browser.serverAddress"] = "localhost"
    return options


def _is_set(variable: str) -> bool:
    return bool(os.environ.get(variable, "").strip())


def _value(variable: str) -> Any:
    """The validated value of a variable, None if it is unset or blank. Raises SettingsError."""
    return getattr(_validated(tuple(map(os.environ.get, VARIABLES))), variable) if _is_set(variable) else None


@lru_cache(maxsize=8)
def _validated(_environment: tuple[str | None, ...]) -> Any:
    """The settings model of an environment, which is the key under which it is kept. Raises SettingsError."""
    from pydantic import ValidationError

    try:
        return _model()()
    except ValidationError as error:
        refused = [(str(fault["loc"][0]), str(fault["input"])) for fault in error.errors()]
        raise SettingsError(
            "\n".join(
                f"The environment sets {name} to {_shortened(value)!r}, but it must be {VARIABLES[name]}: "
                "correct it or unset it."
                for name, value in refused
            )
        ) from None


def _shortened(value: str, most: int = 60) -> str:
    return value if len(value) <= most else f"{value[:most]}…"


@cache
def _model() -> Any:
    """The model of pydantic-settings. Defined when the first variable is read that is set, because importing pydantic
    takes a third of the time after which the server listens (docs/decisions/0014-served-before-loaded.md)."""
    from pydantic import AfterValidator, Field, model_validator
    from pydantic_settings import BaseSettings, SettingsConfigDict

    class Settings(BaseSettings):
        """The fields have the names of the variables."""

        model_config = SettingsConfigDict(case_sensitive=True, extra="ignore", frozen=True, str_strip_whitespace=True)

        KUNTAMITTARI_DATA: Annotated[str, AfterValidator(_data_place)] | None = None
        KUNTAMITTARI_DATA_INTERVAL: Annotated[int, Field(ge=1, le=86_400)] | None = None
        KUNTAMITTARI_VINTAGES: Path | None = None
        KUNTAMITTARI_CACHE: Path | None = None
        KUNTAMITTARI_INDICATORS: Path | None = None
        KUNTAMITTARI_API_BASE: Annotated[str, AfterValidator(_base_url)] | None = None
        KUNTAMITTARI_REQUEST_INTERVAL: Annotated[float, Field(ge=0, le=999, allow_inf_nan=False)] | None = None
        KUNTAMITTARI_ACCEPT_MADE_UP: Literal["0", "1"] | None = None
        KUNTAMITTARI_UPDATE: Literal["on", "off"] | None = None
        KUNTAMITTARI_UPDATE_MEMORY: Annotated[int, Field(ge=500, le=999_999)] | None = None
        KUNTAMITTARI_API_RATE: Annotated[int, Field(ge=0, le=999_999)] | None = None
        KUNTAMITTARI_CONNECTIONS: Annotated[int, Field(ge=1, le=999_999)] | None = None
        KUNTAMITTARI_MCP_HOSTS: (
            Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+(\s*,\s*[A-Za-z0-9.-]+)*\s*,?$")] | None
        ) = None
        KUNTAMITTARI_METRICS: Literal["on", "off"] | None = None
        KUNTAMITTARI_REPORT_WORKERS: Annotated[int, Field(ge=1, le=32)] | None = None
        KUNTAMITTARI_LANG: Literal["fi", "sv", "en"] | None = None
        KUNTAMITTARI_PROVIDER: str | None = None
        KUNTAMITTARI_PROVIDER_TYPE: Annotated[str, AfterValidator(_provider_type)] | None = None
        KUNTAMITTARI_FEEDBACK: (
            Annotated[str, Field(pattern=r"^(https?://[^\s<>]+|[^\s<>@:]+@[^\s<>@:]+\.[^\s<>@:]+)$")] | None
        ) = None
        KUNTAMITTARI_EMBED_ORIGINS: Annotated[str, AfterValidator(_origins)] | None = None
        STREAMLIT_SERVER_PORT: Annotated[int, Field(ge=0, le=65_535)] | None = None
        STREAMLIT_SERVER_ADDRESS: Annotated[str, AfterValidator(_listening_address)] | None = None

        @model_validator(mode="before")
        @classmethod
        def _without_blanks(cls, values: dict[str, str]) -> dict[str, str]:
            return {name: value for name, value in values.items() if value.strip()}

    return Settings


def _data_place(place: str) -> str:
    if "://" in place:
        parts = urlsplit(place)  # raises ValueError, as its port does
        if parts.scheme not in DATA_SCHEMES or not parts.hostname or parts.port == 0 or re.search(r"[\s?#]", place):
            raise ValueError
    return place


def _base_url(address: str) -> str:
    parts = urlsplit(address)  # raises ValueError, as its port does
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0 or re.search(r"[\s?#]", address):
        raise ValueError
    return address.rstrip("/")


def _origins(sites: str) -> str:
    """Check origins, each of which ends in the policy of a document, so that they hold nothing but a host and port."""
    if not all(re.fullmatch(r"https?://(\*\.)?[\w.-]+(:\d{1,5})?", site, re.ASCII) for site in sites.split()):
        raise ValueError
    return sites


def _provider_type(word: str) -> str:
    if word not in PROVIDER_TYPES:
        raise ValueError
    return word


def _listening_address(address: str) -> str:
    try:
        return str(ip_address(address))
    except ValueError:
        if not re.fullmatch(r"([\w-]+\.)*[A-Za-z][\w-]*", address, re.ASCII):
            raise
        return address
