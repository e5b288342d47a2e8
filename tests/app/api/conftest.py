"""Requests of schemathesis."""

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin of schemathesis, which costs every other run of tests half a second to import."""
    from schemathesis.pytest import plugin

    config.pluginmanager.register(plugin, "schemathesis, when it is needed")
