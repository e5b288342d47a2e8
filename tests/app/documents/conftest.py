"""Everything the process serves, once it can make pages."""

import pytest
from starlette.testclient import TestClient

import app


@pytest.fixture(scope="session")
def served() -> TestClient:
    """Return a client of the whole service; it follows no redirects."""
    app.loaded().result()
    return TestClient(app.app, follow_redirects=False)
