"""Environment and paths: the only module that knows directories. Read at call time, so tests can change them."""

import os
import re
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
ROOT = PACKAGE.parent
SQL = ROOT / "sql"
PAGES = ROOT / "pages"
USUAL_INTERVAL = 1.5
USUAL_RATE = 1_200
LANGUAGES = ("fi", "sv", "en")
ADDRESS = re.compile(r"https?://[^\s<>]+|[^\s<>@:]+@[^\s<>@:]+\.[^\s<>@:]+")  # on the web, or of e-mail


def data_dir() -> Path:
    """The data directory in use; `KUNTAMITTARI_DATA`, by default the bundled one."""
    return Path(os.environ.get("KUNTAMITTARI_DATA") or ROOT / "data")


def indicator_dir() -> Path:
    """Where the indicator files are; `KUNTAMITTARI_INDICATORS` lets a city keep its own set."""
    return Path(os.environ.get("KUNTAMITTARI_INDICATORS") or PACKAGE / "catalog" / "indicators")


def api_base() -> str | None:
    """One base URL in place of every official host (the replay server), or None for the official hosts."""
    return (os.environ.get("KUNTAMITTARI_API_BASE") or "").rstrip("/") or None


def request_interval() -> float:
    """Seconds between two calls to one host."""
    text = os.environ.get("KUNTAMITTARI_REQUEST_INTERVAL", "")
    return float(text) if re.fullmatch(r"\d{1,3}(\.\d+)?", text) else USUAL_INTERVAL


def update_allowed() -> bool | None:
    """Whether the dashboard offers to load new data: `KUNTAMITTARI_UPDATE` on or off; None leaves it to where it is
    served."""
    return {"on": True, "off": False}.get(os.environ.get("KUNTAMITTARI_UPDATE", ""))


def api_rate() -> int:
    """Requests a minute that the interface answers to one address: `KUNTAMITTARI_API_RATE`; 0 for any number."""
    text = os.environ.get("KUNTAMITTARI_API_RATE", "")
    return int(text) if re.fullmatch(r"\d{1,6}", text, re.ASCII) else USUAL_RATE


def server_options() -> dict[str, int]:
    """The port asked for in `STREAMLIT_SERVER_PORT`, which Streamlit itself does not read when it is started from
    app.py."""
    port = os.environ.get("STREAMLIT_SERVER_PORT", "")
    return {"server.port": int(port)} if port.isdecimal() else {}


def default_language() -> str:
    """`KUNTAMITTARI_LANG` when it is one of ours, else Finnish."""
    asked = os.environ.get("KUNTAMITTARI_LANG", "fi")
    return asked if asked in LANGUAGES else "fi"


def provider() -> str | None:
    """Who provides this service, as the accessibility statement names it: `KUNTAMITTARI_PROVIDER`; None where nobody
    has said."""
    return os.environ.get("KUNTAMITTARI_PROVIDER", "").strip() or None


def feedback() -> str | None:
    """Where readers tell of what is not accessible: `KUNTAMITTARI_FEEDBACK`, an e-mail or web address; None where there
    is none."""
    given = os.environ.get("KUNTAMITTARI_FEEDBACK", "").strip()
    return given if ADDRESS.fullmatch(given) else None
