"""The read-only open-data API under /api/v1."""

from kuntamittari.web.api.app import create

__all__ = ["create"]
