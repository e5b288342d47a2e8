"""The documents as static files, which need no server and no network: an archive that outlives the service.

A folder holds a data set (`2026-12-01-1a2b3c4d`), and in it a folder a language, with one a municipality. Folders of
earlier data sets stay beside it; the first page of all leads to each, the newest first. A file is written whole or not
at all, and begins with a hash of what it depends on: what is there already is not made again.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from html import escape
from multiprocessing import get_context
from pathlib import Path

from kuntamittari.catalog.areas import MAINLAND, known_code
from kuntamittari.catalog.indicator import Indicator
from kuntamittari.errors import FileError, InputError
from kuntamittari.exhibits import page_context, page_defaults
from kuntamittari.exhibits.comparison import PICTURE
from kuntamittari.exhibits.exhibit import table_of
from kuntamittari.exhibits.gaps import GAPS
from kuntamittari.exhibits.render import tables
from kuntamittari.exhibits.render.reports import frame
from kuntamittari.i18n import Translator
from kuntamittari.query import database, figures
from kuntamittari.query.database import Database
from kuntamittari.web.documents import bare, heads, markup, model, shelf
from kuntamittari.web.documents.files import NOT_LISTED, OF_ALL
from kuntamittari.web.documents.model import COSTS, Document, Place

FRONT = "index"  # the name of the front page's file
MARK = "<!-- kuntamittari {} -->\n"  # the first line of a file, with the hash of what it depends on
COMPARISON = "vertailu"  # has a page for each indicator
WORKERS = min(2, os.cpu_count() or 1)
OF_NOBODY = ""  # in place of a municipality: a page that is the same for all


@dataclass(frozen=True)
class View:
    """A page of the site: its path, its municipality (empty: the same for all), its language, its indicator (empty: the
    usual one), its view of what is shown (`picture`, the parameter of that name; empty: the usual one)."""

    path: str
    municipality: str
    language: str
    indicator: str = ""
    picture: str = ""

    @property
    def folder(self) -> str:
        """Return the folder of its file in that of the data set."""
        return f"{self.language}/{self.municipality}" if self.municipality else self.language

    @property
    def name(self) -> str:
        """Return the name of its file without an ending."""
        return "-".join(filter(None, (self.path or FRONT, self.indicator, self.picture)))


@dataclass(frozen=True)
class Site:
    """What is written: the municipalities, the languages, the navigation, and the indicators that have a page each."""

    municipalities: tuple[str, ...]
    languages: tuple[str, ...]
    places: Sequence[Place]
    indicators: tuple[str, ...]

    def views(self, municipality: str) -> Iterator[View]:
        """Yield the pages of a municipality, or of none those that are the same for all."""
        paths = [path for _, pages in self.places for path, _ in pages if path not in NOT_LISTED]
        for language in self.languages:
            for path in paths:
                if (path in OF_ALL) == (municipality == OF_NOBODY):
                    yield View(path, municipality, language)
                    if path == COMPARISON:
                        yield from (View(path, municipality, language, one) for one in self.indicators)
                    if path == COSTS:
                        yield View(path, municipality, language, picture=GAPS)


@dataclass(frozen=True)
class Page(Document):
    """A document whose links lead to files of the site."""

    site: Site = Site((), (), (), ())
    view: View = View("", "", "")

    def link(self, path: str | None = None, language: str = "", **changes: str) -> str:
        """Return the relative address of the file of a page."""
        target = self.view.path if path is None else path
        own = self.view.municipality or self.site.municipalities[0]
        code = OF_NOBODY if target in OF_ALL else changes.get("kunta", own)
        indicator = changes.get("mittari", self.view.indicator) if target == COMPARISON else ""
        picture = changes.get(PICTURE, self.view.picture if path is None else "")
        to = View(target, code, language or self.view.language, indicator, picture)
        up = "../" * (self.view.folder.count("/") + 1)
        return f"{up}{to.folder}/{to.name}.html"

    @property
    def others(self) -> list[str]:
        """Return the municipalities of the site."""
        own = self.view.municipality
        return [code for code in self.site.municipalities if code != own] if own else []

    @property
    def languages(self) -> Sequence[str]:
        """Return the languages of the site."""
        return self.site.languages

    @property
    def views(self) -> list[tuple[str, dict[str, str], bool]]:
        """Return the views of the page of costs; the site has no rug."""
        return super().views if self.path == COSTS else []

    @property
    def years(self) -> list[int]:
        """Return no year: the site has the newest figures."""
        return []

    @property
    def indicators(self) -> list[Indicator]:
        """Return the indicators that have a page of the site."""
        return super().indicators if self.path == COMPARISON else []

    def figures_file(self, number: int) -> str:
        """Return the name of the file with the figures of an exhibit."""
        return f"{self.view.name}-{number + 1}.csv"


def written(out: Path, codes: Sequence[str], languages: Sequence[str], places: Sequence[Place]) -> Iterator[int]:
    """Write the site of some municipalities into a folder; yield how many files there are in all, then for each part
    how many it has.

    Raises InputError for a municipality without figures, FileError where a file cannot be written, DataError.
    """
    data = database.current()
    site = planned(data, codes, languages, places)
    base = out / vintage(data)
    parts = [OF_NOBODY, *site.municipalities]
    yield sum(1 for part in parts for _ in site.views(part))
    for part in parts:
        make_folders(base, site, part)
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(write_part, base, site, part) for part in parts]
        try:
            for done in as_completed(waiting):
                yield done.result()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    first_pages(out, site, data)


def planned(data: Database, codes: Sequence[str], languages: Sequence[str], places: Sequence[Place]) -> Site:
    """Return the plan of a site; `codes`: municipalities, or one group. Raises InputError."""
    register, groups = figures.register(data), figures.groups(data)
    if len(codes) == 1 and codes[0] in groups:
        codes = [code for code in groups[codes[0]]["municipalities"] or () if register[code]["loaded"]]
    codes = [known_code(code, register) for code in codes]
    for code in codes:
        figures.validated("municipality", code, [one for one in register if one != MAINLAND])
        if not register[code]["loaded"]:
            raise InputError("municipality", "not_loaded", f"The figures of municipality {code} are not loaded.")
    if not codes:
        raise InputError("municipality", "not_loaded", "The group has no municipality whose figures are loaded.")
    context = page_context.read({"kunta": codes[0]}, data)
    core = [one.id for listed in page_defaults.core(context).values() for one in listed if context.last(one)]
    return Site(tuple(dict.fromkeys(codes)), tuple(languages), places, tuple(core))


def vintage(data: Database) -> str:
    """Return the name of the folder of a data set: when it was retrieved, and the beginning of its hash."""
    return f"{data.snapshot.manifest['retrieved'][:10]}-{data.snapshot.digest[:8]}"


def make_folders(base: Path, site: Site, municipality: str) -> None:
    """Make the folders of the pages of a municipality. Raises FileError."""
    try:
        for folder in {view.folder for view in site.views(municipality)}:
            (base / folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(f"{error.filename} cannot be made a folder: {error.strerror}.") from None


def write_part(base: Path, site: Site, municipality: str) -> int:
    """Write the pages of a municipality, but those that are there already; return how many pages there are."""
    data, count = database.current(), 0
    for view in site.views(municipality):
        count += 1
        tag = shelf.tag_of(data, "site", site, view)
        file = base / view.folder / f"{view.name}.html"
        if not _is_there(file, tag):
            page = document(data, site, view)
            for number, exhibit in enumerate(page.exhibits):
                if table_of(exhibit, page.t)[1] or exhibit.series:
                    _write(file.with_name(page.figures_file(number)), _csv(page, number))
            _write(file, (MARK.format(tag) + html(page)).encode())
    return count


def document(data: Database, site: Site, view: View) -> Page:
    """Return the document of a page of the site."""
    query = {"kieli": view.language, "kunta": view.municipality or site.municipalities[0], "mittari": view.indicator}
    query |= {PICTURE: view.picture}
    made = model.of({name: value for name, value in query.items() if value}, view.path, site.places, data)
    listed = [(title, [(path, name) for path, name in pages if path not in NOT_LISTED]) for title, pages in site.places]
    shown = [place for place in listed if place[1]]
    return Page(made.context, made.path, made.title, made.head, made.exhibits, shown, site, view)


def html(page: Page) -> str:
    """Return a page of the site as HTML."""
    t = page.t
    description = escape(heads.shortened(page.description))
    head = f'<title>{escape(heads.title(page))}</title><meta name="description" content="{description}">'
    head += "".join(
        f'<link rel="alternate" hreflang="{code}" href="{escape(page.link(language=code))}">'
        for code in page.site.languages
    )
    up = "../" * (page.view.folder.count("/") + 2)
    way = f'<p class="km-d-quiet"><a href="{up}index.html">{escape(t("document.vintages"))}</a></p>'
    return bare.page(head, markup.body(page) + way, page.view.language)


def first_pages(out: Path, site: Site, data: Database) -> None:
    """Write the first page of all, which leads to every data set in the folder, the newest first. Raises FileError."""
    language = site.languages[0]
    t = Translator(language)
    register = figures.register(data)
    folders = sorted((one.name for one in out.iterdir() if (one / language).is_dir()), reverse=True)
    own = vintage(data)
    folders = [own, *(name for name in folders if name != own)]
    parts = []
    for name in folders:
        codes = sorted(one.name for one in (out / name / language).iterdir() if one.is_dir() and one.name in register)
        codes.sort(key=lambda code: register[code][f"name_{language}"])
        links = "".join(
            f'<li><a href="{name}/{language}/{code}/{FRONT}.html">{escape(register[code][f"name_{language}"])}</a></li>'
            for code in codes
        )
        parts.append(f"<section><h2>{escape(name)}</h2><ul>{links}</ul></section>")
    title = t("app.name")
    body = f"<main><h1>{escape(title)}</h1><p>{escape(t('document.archive'))}</p>{''.join(parts)}</main>"
    _write(out / "index.html", bare.page(f"<title>{escape(title)}</title>", body, language).encode())


def _csv(page: Page, number: int) -> bytes:
    exhibit = page.exhibits[number]
    about = (("title", exhibit.title), ("source", exhibit.source))
    return tables.csv(tables.Table(frame(exhibit, page.t), about, ("", ""), page.t.language))


def _is_there(file: Path, tag: str) -> bool:
    try:
        with file.open("rb") as content:
            return content.readline() == MARK.format(tag).encode()
    except OSError:
        return False


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises FileError."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(file)
    except OSError as error:
        raise FileError(f"{file} cannot be written: {error.strerror}.") from None
