"""How the figures are used elsewhere: lines to copy, with the address under which the reader reached the service."""

from urllib.parse import urljoin

import streamlit as st

from kuntamittari import settings
from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.ui import layout, verify
from kuntamittari.ui.reference import datasets

SNIPPETS = settings.PACKAGE / "web" / "snippets"
# what is copied for an assistant → language of its highlighting
CLIENTS = {"address": None, "command": "bash", "servers": "json", "mcp_servers": "json", "local": "json"}


def base() -> str:
    """Return the address of the service as the reader reached it, without a slash at its end."""
    return urljoin(st.context.url or "/", ".").rstrip("/")


def copied(context: PageContext, name: str, language: str | None) -> None:
    """Draw lines to copy from a file of snippets, filled in."""
    template = (SNIPPETS / f"{name}.txt").read_text("utf-8")
    filled = template.format(base=base(), indicator=context.indicator.id).rstrip("\n")
    st.code(filled, language=language, wrap_lines=True)


def assistants(context: PageContext) -> None:
    """Draw how an assistant is told of the service, and what it may be asked."""
    t = context.t
    st.header(t("use.assistants"))
    st.markdown(t("use.assistants_text"))
    for tab, client in zip(st.tabs([t(f"use.client_{client}") for client in CLIENTS]), CLIENTS, strict=True):
        with tab:
            layout.caption(t(f"use.hint_{client}"))
            copied(context, f"mcp_{client}", CLIENTS[client])
    layout.caption(t("use.assistants_note"))


def claims(context: PageContext) -> None:
    """Draw the box in which a claim is verified."""
    st.header(context.t("verify.title"))
    verify.box(context)


def programs(context: PageContext) -> None:
    """Draw code that reads the chosen indicator in common tools, and the way to the interface's documentation."""
    t = context.t
    st.header(t("use.programs"))
    about = f"<a href='api/v1/docs' hreflang='en'>{layout.escaped(t('nav.api'))}</a>"
    layout.caption(t("use.programs_text"), about)
    datasets.snippets(context)


def files(context: PageContext) -> None:
    """Draw how the files are read in place."""
    t = context.t
    st.header(t("use.files"))
    package = f"<a href='api/v1/datapackage' hreflang='en'>{layout.escaped(t('use.package'))}</a>"
    layout.caption(t("use.files_text"), package)
    copied(context, "fsspec", "python")
    layout.caption(t("use.sql_text"))
    copied(context, "duckdb", "python")


def feed(context: PageContext) -> None:
    """Draw the way to the feed and to the list of what is new."""
    t = context.t
    st.header(t("news.title"))
    about = f"href='feed.xml?kieli={t.language}' type='application/atom+xml' hreflang='{t.language}'"
    layout.caption(t("news.note"), f"<a {about}>{layout.escaped(t('news.subscribe'))}</a>")
    layout.link(context, "aineistot", t("nav.datasets"))
