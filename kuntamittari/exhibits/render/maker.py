"""The process that makes reports: `python -m kuntamittari.exhibits.render.maker` with the number of a pipe
and its niceness.

It takes an order from the pipe and answers with the report, or with why there is none. It ends with the other side.
"""

import os
import signal
import sys
import traceback
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kuntamittari.exhibits.render.reports import Order


def main() -> None:
    """Make reports until the other side of the pipe is closed."""
    os.nice(int(sys.argv[2]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a terminal: whoever has started this process ends it in order
    pipe = Connection(int(sys.argv[1]))
    # with the first orders still to come: what takes time to import (kuntamittari/exhibits/render/reports.py)
    from kuntamittari.exhibits.render import pdf, pptx  # noqa: F401

    try:
        while True:
            pipe.send(answer(pipe.recv()))
    except (EOFError, OSError):
        return


def answer(order: "Order") -> tuple[bytes, str, str]:
    """Return the report of an order, the reason why there is none and a line for the log; two of them are empty."""
    from kuntamittari.errors import KuntamittariError
    from kuntamittari.exhibits.render import reports

    try:
        return reports.made(order), "", ""
    except reports.OtherDataError:
        return b"", "other_data", ""
    except KuntamittariError as error:
        return b"", "failed", " ".join(str(error).split())
    except Exception as error:  # noqa: BLE001 - whatever it is, the process makes the next report
        last = traceback.extract_tb(error.__traceback__)[-1]
        # without its text, which may quote a user's file
        return b"", "failed", f"{type(error).__name__} in {last.filename}, line {last.lineno}"


if __name__ == "__main__":
    main()
