"""The interface under requests that nobody thought of: none ends in a server error, none answers what its description
does not say."""

import re
from collections.abc import Callable

import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kuntamittari.web import api

CHECKS: list[Callable] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
PHASES = [Phase.explicit, Phase.generate]
PATIENCE = 60  # seconds for one answer on a busy machine: speed is measured elsewhere
schema = schemathesis.openapi.from_asgi("/v1/openapi.json", api.create())


def requests_of(label: str) -> Callable:
    """Make a test of one operation, such as "GET /v1/values"."""

    @schema.include(name=label).parametrize()
    @settings(max_examples=25, deadline=None, derandomize=True, phases=PHASES, suppress_health_check=list(HealthCheck))
    def fuzzed(case: schemathesis.Case) -> None:
        case.call_and_validate(checks=CHECKS, timeout=PATIENCE)

    return fuzzed


# A test each: schemathesis gives all operations of one test the same id, and pytest-xdist runs one of those that share
# an id.
for operation in schema.get_all_operations():
    name = re.sub(r"\W+", "_", operation.ok().label.lower()).strip("_")
    globals()[f"test_no_request_ends_in_a_server_error_and_every_answer_is_as_described_{name}"] = requests_of(
        operation.ok().label
    )
