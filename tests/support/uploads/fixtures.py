"""Reading uploaded files beside the register and the catalogue of the bundled data."""

import pytest

from kuntamittari.catalog import loader
from kuntamittari.query import figures
from kuntamittari.query.database import Database
from kuntamittari.uploads import own_figures, tabular
from tests.support.uploads.uploaded_files import Reader, Register


@pytest.fixture(scope="session")
def register(bundle: Database) -> Register:
    """The register of the bundled data."""
    return figures.register(bundle)


@pytest.fixture(scope="session")
def read(register: Register) -> Reader:
    """Read a file as uploaded figures beside the official catalogue."""
    return lambda content: own_figures.read(tabular.read(content), register, loader.indicators())
