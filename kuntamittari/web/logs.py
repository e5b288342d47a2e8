"""Logs without personal data: where an error arose, but no address of a user, no page requested, no text of a file."""

import logging
import traceback


def without_readers() -> None:
    """Turn off uvicorn's lines about requests and connections, and remove the message of the error from Streamlit's
    line about a failed page."""
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").addFilter(_of_no_connection)
    logging.getLogger("streamlit.error_util").addFilter(_without_words)


def _of_no_connection(record: logging.LogRecord) -> bool:
    """Whether a line is not about somebody who opened or closed a websocket."""
    return '"WebSocket ' not in str(record.msg)


def _without_words(record: logging.LogRecord) -> bool:
    """Replace an error by its kind and place: its message may quote a cell of a user's file."""
    if record.exc_info and record.exc_info[1]:
        record.exc_text, record.exc_info = traced(record.exc_info[1]), None
    return True


def traced(error: BaseException | None) -> str:
    """Return kind and place of an error, then of its cause, and so on; without their messages."""
    told, seen = [], list[BaseException]()
    while error is not None and error not in seen:
        seen.append(error)
        told.append("".join([f"{type(error).__name__}\n", *traceback.format_tb(error.__traceback__)]))
        error = error.__cause__ or error.__context__
    return "from\n".join(told)
