"""Languages and cookies of requests, under whatever may come."""

from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from kuntamittari import settings
from kuntamittari.web import cookie, edge

# ── the command line, the environment, what a browser sends


@effort(max_examples=150, deadline=None)
@given(
    st.binary(max_size=40),
    st.lists(st.tuples(st.sampled_from([b"cookie", b"accept"]), st.binary(max_size=60)), max_size=3),
)
def test_any_request_has_a_language_and_a_key_or_none(query: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    scope = {"type": "http", "method": "GET", "query_string": query, "headers": headers, "path": "/"}
    assert edge.language(scope) in settings.LANGUAGES
    assert cookie.has_key(scope) in (True, False)
