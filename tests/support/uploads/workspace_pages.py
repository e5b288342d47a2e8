"""Pages of a session that has a workspace."""

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from kuntamittari import settings
from kuntamittari.exhibits import page_context
from kuntamittari.exhibits.page_context import with_overlay as overlaid
from kuntamittari.query import database
from kuntamittari.ui.workspace import IN_SESSION, StoredWorkspace
from kuntamittari.uploads import workspace
from kuntamittari.uploads.workspace import Workspace


def opened_by_path(path: str, lies: StoredWorkspace | Workspace | None = None, **query: str) -> AppTest:
    """Run a page to its end, by its path, with a workspace in the session."""
    page = AppTest.from_file(str(settings.PACKAGE / "dashboard.py"), default_timeout=60)
    page.query_params.update(query)
    if lies is not None:
        page.session_state[IN_SESSION] = lies if isinstance(lies, StoredWorkspace) else StoredWorkspace(lies)
    page._page_hash = calc_hash(path)  # as a link leads there
    return page.run()


def opened(page: str, lies: Workspace | None = None, **query: str) -> AppTest:
    """Run a page at an address to its end without an exception, with a workspace."""
    at = AppTest.from_file(str(settings.PACKAGE / "dashboard.py"), default_timeout=60)
    at.run()
    at.query_params.update(query)
    if lies:
        at.session_state["workspace"] = StoredWorkspace(lies)
    at.switch_page(f"../pages/{page}.py").run()
    assert not at.exception
    return at


def lies_on(page: AppTest) -> Workspace:
    """Return what the workspace holds after a run."""
    kept = page.session_state["workspace"] if "workspace" in page.session_state else None  # noqa: SIM401 (it has no get)
    return kept.workspace if kept else workspace.EMPTY


def view_of(lies: Workspace, **query: str) -> page_context.PageContext:
    """Return the context of a page over the data in use with a workspace."""
    shared = database.current()
    return page_context.read(query, overlaid(shared, lies), lies)


def press(page: AppTest, label: str) -> AppTest:
    """The page after its one button with these words."""
    [button] = [button for button in page.button if button.label == label]
    return button.click().run()
