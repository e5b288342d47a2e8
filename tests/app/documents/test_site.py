"""The static archive: every link leads to a file, nothing is asked of others, and what is there is not made again."""

import re
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from kuntamittari import cli
from kuntamittari.errors import InputError
from kuntamittari.exhibits.views.statement import AUTHORITY
from kuntamittari.query.database import Database
from kuntamittari.ui.sections import places
from kuntamittari.web.documents import site
from tests.support.documents import defects

CODES, LANGUAGES = ("837", "564"), ("sv", "en")
ADDRESS = re.compile(r'\s(?:href|src)="([^"]*)"')


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, bundle: Database) -> Path:
    """Return the folder of a site, written without a second process."""
    out = tmp_path_factory.mktemp("archive") / "site"
    write(out, bundle)
    return out


def write(out: Path, data: Database) -> site.Site:
    plan = site.planned(data, CODES, LANGUAGES, places())
    for part in (site.OF_NOBODY, *CODES):
        site.make_folders(out / site.vintage(data), plan, part)
        site.write_part(out / site.vintage(data), plan, part)
    site.first_pages(out, plan, data)
    return plan


def test_every_link_of_the_archive_leads_to_a_file_of_it(archive: Path) -> None:
    pages, followed = list(archive.rglob("*.html")), 0
    for page in pages:
        for address in ADDRESS.findall(page.read_text("utf-8")):
            if address.startswith(AUTHORITY):  # which the accessibility statement has to name
                continue
            target = (page.parent / unquote(unescape(address))).resolve()
            assert "://" not in address and not address.startswith("/"), (page, address)
            assert target.is_file() and target.is_relative_to(archive), (page, address)
            followed += 1
    assert len(pages) > 100 and followed > 20 * len(pages)


def test_the_pages_are_valid_and_hold_no_scripts(archive: Path) -> None:
    for page in sorted(archive.rglob("*.html"))[::25]:
        content = page.read_text("utf-8")
        assert defects(content[content.index("<!DOCTYPE") :]) == [] and "<script" not in content


def test_the_figures_lie_beside_their_page(archive: Path) -> None:
    [vintage] = [one for one in archive.iterdir() if one.is_dir()]
    table = (vintage / "en" / "837" / "vertailu-1.csv").read_text("utf-8-sig")
    assert table.startswith("Municipality,") and "Tampere," in table


def test_what_is_there_is_not_made_again(archive: Path, bundle: Database) -> None:
    files = sorted(archive.rglob("*.html"))
    page = next(one for one in files if one.name == "vertailu.html")
    before = {file: file.stat().st_mtime_ns for file in files}
    content = page.read_bytes()
    page.write_bytes(content[: len(content) // 2].replace(b"kuntamittari ", b"kuntamittari 0", 1))
    write(archive, bundle)
    changed = {file for file in files if file.stat().st_mtime_ns != before[file]}
    assert changed == {page, archive / "index.html"} and page.read_bytes() == content


def test_the_first_page_leads_to_each_data_set(archive: Path, bundle: Database) -> None:
    older = archive / "2020-01-01-00000000" / "sv" / "837"
    older.mkdir(parents=True)
    (older / "index.html").write_text("then")
    write(archive, bundle)
    found = re.findall(r"<h2>([^<]*)</h2>", (archive / "index.html").read_text("utf-8"))
    assert found == [site.vintage(bundle), "2020-01-01-00000000"]


def test_a_municipality_without_figures_is_refused(bundle: Database) -> None:
    with pytest.raises(InputError, match="742"):
        site.planned(bundle, ["742"], LANGUAGES, places())


def test_the_command_writes_the_site(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "site"
    assert cli.main(["site", "--municipalities", "91", "--lang", "fi", "--out", str(out)]) == 0
    assert "pages" in capsys.readouterr().out
    assert len(list(out.rglob("vertailu*.html"))) > 10 and (out / "index.html").is_file()
