"""What was asked, waited for and refused since the start, for the operator (web/health.py): numbers without readers."""

from collections import Counter

COUNTS: Counter[str] = Counter(
    {"choices": 0, "waits": 0, "refused_pages": 0, "refused_work": 0, "left_out_messages": 0}
)
