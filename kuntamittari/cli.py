"""The command line. Exit codes: 0 done, 1 the data or the input is bad, 2 usage, 3 a source could not be reached."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tqdm import tqdm

from kuntamittari import check, settings
from kuntamittari.errors import KuntamittariError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; what is wrong goes to standard error, one line a problem."""
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except KuntamittariError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(f"{error.filename or 'The disk'}: {error.strerror}. The data in use are unchanged.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. The data in use are unchanged; the next run goes on from here.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kuntamittari", description="Official figures of Finnish municipalities.")
    commands = parser.add_subparsers(required=True, metavar="command")

    update = commands.add_parser("update", help="load from the official APIs, validate, put in use")
    update.add_argument("--scope", choices=("largest-20", "all"), default="largest-20")
    update.add_argument("--years", type=_years, default=_years("2015-2019"), help="as 2015-2019 or 2018")
    update.add_argument("--out", type=Path, default=None, help="data directory (default: the one in use)")
    update.set_defaults(run=_update)

    checking = commands.add_parser("check", help="validate a data directory")
    checking.add_argument("directory", type=Path, nargs="?", default=None)
    checking.set_defaults(run=_check)
    return parser


def _years(text: str) -> tuple[int, ...]:
    from kuntamittari.update import years_between

    try:
        return years_between(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a year or a span of years such as 2015-2019") from None


def _update(options: argparse.Namespace) -> int:
    from kuntamittari.update import Order, Progress, update

    out = options.out or settings.data_dir()
    with tqdm(unit="", disable=None, bar_format="{desc:<22} {bar} {n_fmt}/{total_fmt} {postfix}") as bar:

        def progress(state: Progress) -> None:
            bar.total, bar.n = state.steps, state.done
            bar.set_description_str(state.what, refresh=False)
            bar.set_postfix_str(state.address.rpartition("/")[2][:40])

        order = Order(options.scope, options.years)
        lines = update(out, order, base=settings.api_base(), interval=settings.request_interval(), progress=progress)
        bar.n = bar.total or 0
    print("\n".join(lines))
    print(f"In use: {out}")
    return 0


def _check(options: argparse.Namespace) -> int:
    directory = options.directory or settings.data_dir()
    found = check.problems(directory)
    print("\n".join(found) if found else f"{directory}: no problems.")
    return 1 if found else 0
