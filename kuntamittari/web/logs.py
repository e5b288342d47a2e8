"""What the log keeps: where a fault arose, and nothing of a reader: no address, no page asked for, no words of her own
data."""

import logging
import traceback


def without_readers() -> None:
    """Switches off what uvicorn tells of every request and connection, and has Streamlit's account of a failed page
    leave out the words of the error."""
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("uvicorn.error").addFilter(_of_no_connection)
    logging.getLogger("streamlit.error_util").addFilter(_without_words)


def _of_no_connection(record: logging.LogRecord) -> bool:
    """Whether a line is about the service rather than about who opened a websocket."""
    return '"WebSocket ' not in str(record.msg)


def _without_words(record: logging.LogRecord) -> bool:
    """Puts in the place of an error where it arose: its words may be a cell of somebody's file."""
    if record.exc_info and record.exc_info[1]:
        record.exc_text, record.exc_info = traced(record.exc_info[1]), None
    return True


def traced(error: BaseException | None) -> str:
    """Kind and place of an error, then of the one that it arose from, and so on; without their words."""
    told, seen = [], list[BaseException]()
    while error is not None and error not in seen:
        seen.append(error)
        told.append("".join([f"{type(error).__name__}\n", *traceback.format_tb(error.__traceback__)]))
        error = error.__cause__ or error.__context__
    return "from\n".join(told)
