"""The command line: `kuntamittari` or `python -m kuntamittari`.

Exit codes: 0 done, 1 the data or the input is bad, 2 usage or a bad setting, 3 a source could not be reached.
Each command imports what it needs, so that `start` listens early and a usage error is told at once.
"""

import argparse
import contextlib
import json
import runpy
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

from kuntamittari import output, settings
from kuntamittari.errors import FileError, InputError, KuntamittariError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. Problems go to standard error, one line each.

    Raises SystemExit for usage errors and `--help`, as argparse does.
    """
    try:
        settings.check_system()  # before the arguments, some of which are read by modules that Windows cannot import
        options = _parser().parse_args(arguments)
        settings.check()
        return options.run(options)
    except settings.SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    except KuntamittariError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    except OSError as error:
        print(
            f"{error.filename or 'The disk'}: {error.strerror or error}. The data in use are unchanged.",
            file=sys.stderr,
        )
        return 1
    except KeyboardInterrupt:
        print("Stopped. The data in use are unchanged; the next run goes on from here.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="kuntamittari" if Path(sys.argv[0]).stem == "kuntamittari" else "python -m kuntamittari",
        description="Official figures of Finnish municipalities.",
    )
    commands = parser.add_subparsers(required=True, metavar="command")

    starting = commands.add_parser("start", help="start the dashboard and print its address; Ctrl+C stops it")
    starting.set_defaults(run=_start)

    update = commands.add_parser("update", help="load from the official APIs, validate, put in use")
    update.add_argument("--scope", choices=("largest-20", "all"), default="largest-20")
    what = update.add_mutually_exclusive_group()
    what.add_argument("--years", type=_years, default="2015-2020", help="of costs, as 2015-2020 or 2018")
    what.add_argument(
        "--since",
        type=_year,
        metavar="YEAR",
        help="ask only for figures from this year on, and keep those before as they are in the data in use",
    )
    update.add_argument(
        "--out", type=_folder, default=None, help="data directory (default: KUNTAMITTARI_DATA or data/)"
    )
    update.add_argument(
        "--from-raw",
        dest="recorded",
        type=Path,
        metavar="DIR",
        help="compute again from the raw answers kept in a data directory, without a request",
    )
    update.add_argument(
        "--quarters",
        action="store_true",
        help="also the State Treasury's reports of parts of a year, provisional ones too",
    )
    update.add_argument(
        "--services",
        choices=("statistics", "treasury"),
        default="statistics",
        help="costs of services: those of the statistics only, or from 2021 also those that municipalities report to "
        "the State Treasury, with the accounts of the group (experimental; for all, some 4 600 requests more)",
    )
    update.set_defaults(run=_update)

    probing = commands.add_parser("probe", help="ask the official services what they have; nothing is loaded")
    probing.add_argument("--source", metavar="ID", help="one source only, as /aineistot and `check` name them")
    probing.set_defaults(run=_probe)

    checking = commands.add_parser("check", help="validate a data directory")
    checking.add_argument("directory", type=Path, nargs="?", default=None)
    checking.set_defaults(run=_check)

    export = commands.add_parser(
        "export", help="one indicator, all municipalities, as a file with what the figures are"
    )
    export.add_argument("--indicator", required=True, metavar="ID")
    export.add_argument("--year", type=int, help="default: every year with figures")
    export.add_argument(
        "--format", choices=("csv", "xlsx", "parquet"), help="default: by the ending of --out, else csv"
    )
    export.add_argument("--out", type=Path, required=True, help="a file; - for standard output")
    export.set_defaults(run=_export)

    reporting = commands.add_parser("report", help="a municipality's report as slides, a document or figures")
    reporting.add_argument(
        "--municipality",
        required=True,
        nargs="+",
        metavar="CODE",
        help="one or more codes, or areas of one's own as alue:NAME:837,211,604; largest-20 for all of them",
    )
    reporting.add_argument(
        "--peers", default="largest-20", metavar="GROUP", help="comparison group (default largest-20)"
    )
    reporting.add_argument(
        "--year", type=int, help="the year compared (default: the last); lines over the years are whole"
    )
    reporting.add_argument(
        "--format", choices=("pptx", "pdf", "xlsx"), help="default: by the ending of --out, else pptx"
    )
    reporting.add_argument("--summary", action="store_true", help="the two pages for a council member")
    reporting.add_argument(
        "--lang", choices=settings.LANGUAGES, default=None, help="default: KUNTAMITTARI_LANG, else fi"
    )
    reporting.add_argument(
        "--out",
        type=Path,
        required=True,
        help="a file; - for standard output; a folder where there are several municipalities",
    )
    reporting.set_defaults(run=_report)

    archiving = commands.add_parser("site", help="the pages as static files, which need no server and no network")
    archiving.add_argument(
        "--municipalities", nargs="+", default=["largest-20"], metavar="CODE", help="codes, or one group such as all"
    )
    archiving.add_argument(
        "--lang",
        type=_languages,
        default=settings.LANGUAGES,
        metavar="LIST",
        help="as fi,sv,en (the default)",
    )
    archiving.add_argument("--out", type=_folder, required=True, help="a folder; what it has is not made again")
    archiving.set_defaults(run=_site)

    reading = commands.add_parser(
        "read", help="what is understood of a file that would be brought to the pages, as JSON"
    )
    reading.add_argument("file", type=Path)
    reading.add_argument("--kind", choices=("figures", "survey", "organisation"), default="figures")
    reading.add_argument(
        "--lang", choices=settings.LANGUAGES, default=None, help="of the messages (default: KUNTAMITTARI_LANG, else fi)"
    )
    reading.add_argument("--codebook", type=Path, help="of a survey (default: a draft made of the file)")
    reading.add_argument(
        "--decimal",
        choices=("comma", "point"),
        help="the decimal mark of columns of which the file itself does not tell it",
    )
    reading.add_argument("--parts", action="store_true", help="take parts of measures beside their totals")
    reading.set_defaults(run=_read)

    assisting = commands.add_parser("mcp", help="tools for assistants (MCP) over standard input, on the data in use")
    assisting.add_argument(
        "--site",
        default="http://127.0.0.1:8501",
        metavar="URL",
        help="the dashboard that links lead to (default: %(default)s)",
    )
    assisting.set_defaults(run=_mcp)

    inventing = commands.add_parser("synth", help="an invented country, for load tests and training")
    inventing.add_argument("--municipalities", type=_number_of("places"), required=True, metavar="N", help="how many")
    inventing.add_argument(
        "--years", type=_number_of("years"), required=True, metavar="M", help="how many years of costs, up to 2019"
    )
    inventing.add_argument(
        "--out", type=_folder, required=True, help="data directory: a new one, or one of an invented country"
    )
    inventing.set_defaults(run=_synth)
    return parser


def _start(_: argparse.Namespace) -> int:
    with contextlib.suppress(KeyboardInterrupt):  # raised again by the server after it has stopped in order
        runpy.run_path(str(settings.ROOT / "app.py"), run_name="__main__")
    return 0


def _years(text: str) -> tuple[int, ...]:
    from kuntamittari.etl.update import years_between

    try:
        return years_between(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a year or a span of years such as 2015-2019") from None


def _year(text: str) -> int:
    years = _years(text)
    if len(years) > 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a year such as 2021")
    return years[0]


def _folder(text: str) -> Path:
    if output.is_standard_output(Path(text)):
        raise argparse.ArgumentTypeError("a data directory cannot be standard output")
    return Path(text)


def _languages(text: str) -> tuple[str, ...]:
    asked = tuple(dict.fromkeys(text.split(",")))
    if unknown := [code for code in asked if code not in settings.LANGUAGES]:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is none of {', '.join(settings.LANGUAGES)}")
    return asked


def _number_of(what: str) -> Callable[[str], int]:
    def number(text: str) -> int:
        from kuntamittari.etl.synth import levels

        least, most = levels()[what]
        if not (text.isdecimal() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is not a number from {least} to {most}")
        return int(text)

    return number


def _update(options: argparse.Namespace) -> int:
    out = options.out or settings.update_dir()

    from tqdm import tqdm

    from kuntamittari.etl.order import Order, packages_for, since_order
    from kuntamittari.etl.update import Progress, update

    if options.since and options.recorded:
        raise InputError(
            "since", "invalid_since", "--since asks the services, --from-raw does not: choose one of them."
        )
    with tqdm(unit="", disable=None, bar_format="{desc:<22} {bar} {n_fmt}/{total_fmt} {postfix}") as bar:

        def progress(state: Progress) -> None:
            bar.total, bar.n = state.steps, state.done
            bar.set_description_str(state.what, refresh=False)
            left = f" ({state.seconds_left / 60:.0f} min left)" if state.seconds_left else ""
            bar.set_postfix_str(state.address.rpartition("/")[2][:40] + left)

        packages = packages_for(options.services)
        order = (
            since_order(options.scope, options.since, options.quarters, packages)
            if options.since
            else Order(options.scope, options.years, quarters=options.quarters, packages=packages)
        )
        lines = update(
            out,
            order,
            base=settings.api_base(),
            interval=settings.request_interval(),
            progress=progress,
            recorded=options.recorded,
            accept_made_up=settings.accept_made_up(),
        )
        bar.n = bar.total or 0
    print("\n".join(lines))
    print(f"In use: {out}")
    return 0


def _probe(options: argparse.Namespace) -> int:
    from kuntamittari.etl import probe

    if options.source is not None and options.source not in probe.SOURCES:
        raise InputError(
            "source", "unknown_source", f"There is no source {options.source!r}; there are {', '.join(probe.SOURCES)}."
        )
    findings = []
    for finding in probe.probe(settings.api_base(), settings.request_interval(), options.source):
        findings.append(finding)
        print(finding.line(), flush=True)
    if any(finding.unreachable for finding in findings):
        return 3
    return 0 if all(finding.is_ok for finding in findings) else 1


def _export(options: argparse.Namespace) -> int:
    from kuntamittari.exhibits import text
    from kuntamittari.exhibits.render import tables
    from kuntamittari.i18n import Translator
    from kuntamittari.query import database, figures

    data = database.current()
    catalogue = figures.catalogue(data)
    indicator = catalogue[figures.validated("indicator", options.indicator, catalogue)]
    years = figures.years(data, indicator)
    if options.year is not None and options.year not in years:
        raise InputError(
            "year",
            "unknown_year",
            f"{indicator.id} has no figures for {options.year}; there are {', '.join(map(str, years))}.",
        )
    t = Translator(settings.default_language())
    frame = figures.values(data, indicator, years=years if options.year is None else [options.year]).to_pandas()
    names = {code: row[f"name_{t.language}"] for code, row in figures.register(data).items()}
    frame.insert(1, "name", frame["municipality"].map(names))
    said = tuple(text.file_metadata(t, [indicator], indicator.sources, data.snapshot.manifest))
    form = options.format or _ending(options.out, tables.FORMATS, "csv")
    content = tables.render(
        tables.Table(
            text.mark_invented(t, frame, data.snapshot.manifest), said, (t("files.figures"), t("files.about"))
        ),
        form,
    )
    output.write(options.out, content)
    _told(options.out, f"{len(frame)} rows of {indicator.id}.")
    return 0


def _report(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from kuntamittari.exhibits import reporting
    from kuntamittari.exhibits.render import reports
    from kuntamittari.query import database, figures

    data, language = database.current(), options.lang or settings.default_language()
    members = (
        figures.groups(data)["largest-20"]["municipalities"]
        if options.municipality == ["largest-20"]
        else options.municipality
    )
    asked = [reporting.context(data, code, options.peers, options.year, language) for code in members]
    several = len(asked) > 1
    if several and output.is_standard_output(options.out):
        raise InputError("out", "invalid_out", "Several reports need a folder: standard output takes one.")
    form = options.format or (_ending(options.out, reports.FORMATS, "pptx") if not several else "pptx")
    if several:
        try:
            options.out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"{options.out} cannot be made a folder: {error.strerror}.") from None
    names = [one.selection.municipality if one.area is None else f"alue-{n}" for n, one in enumerate(asked, 1)]
    for one, name in tqdm(
        zip(asked, names, strict=True), total=len(asked), unit="report", disable=None if several else True
    ):
        made = reporting.summary(one) if options.summary else reporting.report(one)
        output.write(
            options.out / f"{name}.{form}" if several else options.out,
            reports.FORMATS[form].render(made),
        )
    _told(options.out, f"{len(asked)} report{'s' if several else ''}.")
    return 0


def _site(options: argparse.Namespace) -> int:
    from tqdm import tqdm

    from kuntamittari.ui.sections import places
    from kuntamittari.web.documents import site

    writing = site.written(options.out, options.municipalities, options.lang, places())
    total = next(writing)
    with tqdm(total=total, unit="page") as bar:
        for pages in writing:
            bar.update(pages)
    _told(options.out, f"{total} pages. Open {options.out / 'index.html'}.")
    return 0


def _read(options: argparse.Namespace) -> int:
    from kuntamittari.catalog import loader
    from kuntamittari.exhibits import text
    from kuntamittari.i18n import Translator
    from kuntamittari.query import database, figures
    from kuntamittari.uploads import reading
    from kuntamittari.uploads.numerals import Mark
    from kuntamittari.uploads.tabular import TableError

    t = Translator(options.lang or settings.default_language())
    content, codebook = (_content(path) if path else None for path in (options.file, options.codebook))
    marks: dict[str | None, Mark | None] = {"comma": ",", "point": ".", None: None}
    try:
        understood = reading.understood(
            content or b"",
            options.kind,
            figures.register(database.current()),
            loader.indicators(),
            t.language,
            marks[options.decimal],
            options.parts,
            codebook,
        )
    except TableError as error:
        understood = reading.refused(options.kind, error)
    print(json.dumps(text.understood(t, understood), ensure_ascii=False, indent=1))
    # as on the pages, a file with problems is taken only where its other rows can be: answers of a survey
    return 0 if understood["figures"] and (options.kind == "survey" or not understood["problems"]) else 1


def _content(path: Path) -> bytes:
    """Return the content of a file. Raises FileError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"{path} cannot be read: {error.strerror}.") from None


def _synth(options: argparse.Namespace) -> int:
    from kuntamittari.etl.synth import synth

    print("\n".join(synth(options.out, options.municipalities, options.years)))
    print(f"An invented country is in use: {options.out}")
    return 0


def _mcp(options: argparse.Namespace) -> int:
    from kuntamittari.web.api.pages import Pages
    from kuntamittari.web.assistants import server

    server.create(Pages(options.site.rstrip("/"))).run("stdio")
    return 0


def _ending(out: Path, forms: Collection[str], usual: str) -> str:
    """The format that the ending of a file name asks for, `usual` if it has none. Raises InputError for an unknown
    ending."""
    ending = out.suffix.lower().removeprefix(".")
    if ending and ending not in forms:
        raise InputError(
            "out", "unknown_ending", f"{out} has another ending than .{', .'.join(forms)}: change it or say --format."
        )
    return ending or usual


def _told(out: Path, what: str) -> None:
    """Print what was written, to standard error where standard output holds the file itself."""
    to_output = output.is_standard_output(out)
    print(f"{'Standard output' if to_output else out}: {what}", file=sys.stderr if to_output else sys.stdout)


def _check(options: argparse.Namespace) -> int:
    from kuntamittari.etl import audits
    from kuntamittari.query import mirror

    directory = options.directory or mirror.directory()
    found = audits.problems(directory)
    print("\n".join(found or [f"{directory}: no problems.", *_not_as_ordered(directory), *_ages(directory)]))
    return 1 if found else 0


def _ages(directory: Path) -> list[str]:
    """Return one line for each source: its years and when it was retrieved."""
    from datetime import UTC, datetime

    from kuntamittari.catalog import provenance
    from kuntamittari.query.snapshot import open_snapshot

    manifest = open_snapshot(directory).manifest
    lines = []
    for age in provenance.ages(manifest, datetime.now(UTC).date()):
        years = f"{age.span('-')}, " if age.first else ""
        when = "today" if age.days < 1 else f"{age.days} day{'s' if age.days > 1 else ''} ago"
        lines.append(f"{age.source}: {years}retrieved on {age.retrieved} ({when})")
    earlier = [
        f"Figures before {one['before']} are as they were retrieved on {one['retrieved']}."
        for one in manifest.get("earlier", [])
    ]
    return lines + earlier


def _not_as_ordered(directory: Path) -> list[str]:
    """Return one line for each optional source that failed at the last update: absent, or as it was before."""
    from kuntamittari.catalog import provenance
    from kuntamittari.query.snapshot import open_snapshot

    manifest, sources = open_snapshot(directory).manifest, provenance.sources()
    absent = [
        f"Missing: {sources[source]['statistic']['en']} ({sources[source]['table']}). {reason}"
        for source, reason in manifest.get("absent", {}).items()
    ]
    older = [
        f"Retrieved on {about['retrieved']}: {sources[source]['statistic']['en']}. {about['reason']}"
        for source, about in manifest.get("older", {}).items()
    ]
    return absent + older
