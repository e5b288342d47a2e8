"""Files of reports: the buttons that order them, how far they are, and the files once they are made.

They are made outside the process of the pages (`exhibits/render/pool.py`), so the user can go on meanwhile.
"""

import time
from dataclasses import dataclass

import streamlit as st

from kuntamittari.exhibits.page_context import PageContext
from kuntamittari.exhibits.render import reports
from kuntamittari.exhibits.render.pool import MOST_WAITING, POOL, Job, ReportError
from kuntamittari.exhibits.render.reports import Contents
from kuntamittari.ui import layout
from kuntamittari.web.budgets.readers import who

FILES = "report-files"
MENU = "take"  # the menu of a page's files, which closes after an order and so shows how far it is
MOST = 4  # files of a session; another one takes the place of the oldest
EVERY = 1.0  # seconds between two looks at how far they are


@dataclass(eq=False)
class ReportFile:
    """A file that the user has ordered."""

    name: str
    job: Job


def buttons(context: PageContext, name: str, contents: Contents, path: str = "") -> None:
    """Draw the buttons that order a report, one a format; `name` is the file name without its ending."""
    with st.container(horizontal=True):
        for form in reports.FORMATS:
            button(context, context.t(f"deck.{form}"), name, contents, form, path)


def button(context: PageContext, label: str, name: str, contents: Contents, form: str, path: str = "") -> None:
    """Draw a button that orders a report in one format."""

    def order() -> None:
        files = [
            *_files(),
            ReportFile(f"{name}.{form}", POOL.order(reports.order(context, contents, form, path), reader())),
        ]
        for oldest in files[:-MOST]:
            POOL.cancel(oldest.job)
        st.session_state[FILES] = files[-MOST:]
        st.session_state[MENU] = False

    st.button(label, key=f"order-{contents}-{form}", on_click=order)


def reader() -> str:
    """Return the address for which a report is made; empty for this machine itself, where one may order any number."""
    return who(st.context.ip_address or "")


def progress(context: PageContext) -> None:
    """Draw the files that the user has ordered: how far they are, or the files themselves.

    While one is being made only this part of the page is drawn again, every second; after the last one the whole page
    is, which ends that.
    """

    @st.fragment(run_every=EVERY)
    def unfinished() -> None:
        draw(context)
        if all(file.job.made.done() for file in _files()):
            st.rerun()

    if all(file.job.made.done() for file in _files()):
        draw(context)
    else:
        unfinished()


def draw(context: PageContext) -> None:
    """Draw one row a file. What is said aloud does not hold the seconds, or it would be said every second."""
    t = context.t

    def remove(file: ReportFile) -> None:
        POOL.cancel(file.job)
        st.session_state[FILES] = [other for other in _files() if other is not file]

    for file in _files():
        name, done = layout.markdown_safe(file.name), file.job.made.done()
        error = file.job.made.exception() if done else None
        with st.container(horizontal=True, vertical_alignment="center"):
            if isinstance(error, ReportError):
                st.error(t(f"making.{error.reason}", file=name, n=MOST_WAITING))
                st.empty()
            elif done:
                st.success(t("making.ready", file=name))
                st.download_button(
                    t("making.take", file=name),
                    file.job.made.result(),
                    file.name,
                    reports.FORMATS[file.job.order.form].media,
                    key=f"take-{id(file)}",
                    on_click="ignore",
                    type="primary",
                )
            else:
                place = POOL.place(file.job)
                st.info(t("making.waits", file=name, place=place) if place else t("making.now", file=name))
                layout.caption(t("making.seconds", n=round(time.monotonic() - file.job.since)))
            label = t("making.remove" if done else "making.cancel", file=name)
            st.button(label, key=f"remove-{id(file)}", on_click=remove, args=(file,))


def _files() -> list[ReportFile]:
    return st.session_state.get(FILES, [])
