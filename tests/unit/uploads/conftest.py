"""The register and the reader of uploaded figures."""

from tests.support.uploads.fixtures import read, register

__all__ = ["read", "register"]
