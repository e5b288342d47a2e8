"""Uploaded files made to do harm, and the largest ones: read or refused in little memory and time."""

import base64
import io
import json
import os
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from kuntamittari import settings
from kuntamittari.uploads import tabular
from tests.support.uploads.uploaded_files import (
    BEGIN,
    END,
    PARTS,
    cells,
    package,
    row_xml,
)

MOST_MEMORY = 500  # megabytes of the process that reads any file
PATIENCE = 4  # seconds of a processor for a file made to do harm


# What files are made with, and what is asked of what was read
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET, WORDS, WORKBOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
GREETING = '<row r="1"><c t="inlineStr"><is><t>kunta</t></is></c></row>'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY l0 "lol">' + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)) + "]>"
)


def repeated(begin: str, what: str, megabytes: int, end: str) -> bytes:
    """Something over and over, so many megabytes long."""
    return b"".join([begin.encode(), what.encode() * (megabytes * 1_000_000 // len(what.encode())), end.encode()])


def lying(part: str, packed: bytes, method: int, claims: int) -> bytes:
    """An Excel file with a part that is packed already, of which the list of contents claims a size."""
    content = bytearray(package({part: packed}, stored=part))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        local, listed = archive.getinfo(part).header_offset, content.rfind(part.encode()) - 46
    struct.pack_into("<H", content, local + 8, method)
    struct.pack_into("<H", content, listed + 10, method)
    struct.pack_into("<I", content, listed + 24, claims)
    return bytes(content)


def zeros(megabytes: int) -> bytes:
    """So many megabytes of nothing, deflated: pieces that know nothing of each other, and an empty one that ends
    them."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return (packer.compress(bytes(10_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)) * (megabytes // 10) + b"\x03\x00"


# bz2 of 650 megabytes of nothing is 497 bytes, and takes seconds to make
BZ2_ZEROS = zlib.decompress(
    base64.b85decode(
        "c-nJ{%CIzaj8qGb<l}sFpE17Af#CoH1BU{GL4&WG(*o6%Tn*Dl<%fd2#B^r^28%-n6oB##U=?RrHJ42YSli0V^|4$fxRsN|`h->j01elb-~"
    )
)


# Excel


# What the limits are for: memory and time
CHILD = r"""
import json, re, resource, sys
from pathlib import Path

seconds, space, *names = sys.argv[1:]
resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
if sys.platform == "linux":
    resource.setrlimit(resource.RLIMIT_AS, (int(space), int(space)))
from kuntamittari.uploads import tabular, workspace


def peak():
    # what getrusage says of a child begins with what its parent held when it was started; Linux also says what the
    # child held
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


for name in names:
    content = Path(name).read_bytes()
    try:
        found = workspace.of_file(content) if name.endswith(".json") else tabular.read(content)
        said = sum(len(sheet.rows) for sheet in found.sheets) if isinstance(found, tabular.File) else "workspace"
    except tabular.TableError as error:
        said = error.reason
    sys.stdout.write(json.dumps([Path(name).name, said, peak()]) + "\n")
    sys.stdout.flush()
"""


def apart(folder: Path, files: dict[str, bytes], seconds: int) -> tuple[dict[str, Any], float]:
    """What a process of its own says of files, each its number of rows or why it is refused, and the most megabytes
    that it held. Fails where it is stopped: for taking more seconds of a processor, or three times the memory."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    command = [
        sys.executable,
        "-c",
        CHILD,
        str(seconds),
        str(3 * MOST_MEMORY * 1_000_000),
        *(str(folder / name) for name in files),
    ]
    one = {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(settings.ROOT)}
    ended = subprocess.run(command, capture_output=True, text=True, env=os.environ | one, timeout=240, check=False)
    said = [json.loads(line) for line in ended.stdout.splitlines()]
    assert ended.returncode == 0, f"ended with {ended.returncode} after {said}: {ended.stderr[-300:]}"
    return {name: what for name, what, _ in said}, max(held for *_, held in said)


def test_the_largest_files_are_read_or_refused_in_little_memory(tmp_path: Path) -> None:
    sheet = io.BytesIO()
    with xlsxwriter.Workbook(sheet, {"constant_memory": True}) as workbook:
        page = workbook.add_worksheet()
        for n in range(60_000):
            page.write_number(n, 0, n)
    million = "kunta;vuosi;mittari;arvo\n" + "837;2018;x;1\n" * 1_000_000
    figures_ = "".join(f"837;{n};{';'.join(f'{n},{m}' for m in range(8))}\n" for n in range(49_999))
    files = {
        "a million rows.csv": (million.encode(), "too_long"),
        "a million rows of UTF-16.csv": (million[: 9 * 10**6].encode("utf-16"), "too_long"),
        "sixty thousand rows.xlsx": (sheet.getvalue(), "too_long"),
        "half a million cells.csv": (f"kunta;vuosi;{';'.join('abcdefgh')}\n{figures_}".encode(), 50_000),
        "wide letters.csv": (b"kunta;vuosi;x\n" + ("91;2018;\U0001f600" + "a" * 2_000 + "\n").encode() * 9_800, 9_801),
        "blank lines.csv": (b"kunta\n" + b"\n" * 19_000_000, "too_long"),
        "a quarter of a gigabyte of nothing.xlsx": (package({SHEET: repeated("", "\0", 250, "")}), "broken_workbook"),
        "words.xlsx": (package({WORDS: repeated("", "<si><t>ab</t></si>", 21, "")}), "broken_workbook"),
        "a billion laughs in the sheet.xlsx": (
            package({SHEET: f"{LAUGHS}{BEGIN}{row_xml(1, '&l9;')}{END}"}),
            "broken_workbook",
        ),
        "a billion laughs in the words.xlsx": (
            package({WORDS: f"{LAUGHS}<sst {MAIN}><si><t>&l9;</t></si></sst>"}),
            "broken_workbook",
        ),
        "a billion laughs in a name.xlsx": (
            package({WORKBOOK: LAUGHS + PARTS[WORKBOOK].replace('"A"', '"&l9;"')}),
            "broken_workbook",
        ),
        "a sheet that lies.xlsx": (lying(SHEET, zeros(600), zipfile.ZIP_DEFLATED, 1_000), "broken_workbook"),
    }
    said, held = apart(tmp_path, {name: content for name, (content, _) in files.items()}, 60)
    assert said == {name: expected for name, (_, expected) in files.items()}
    assert held < MOST_MEMORY


HARMFUL: dict[str, Callable[[], bytes]] = {
    "a row two billion below.xlsx": lambda: cells(GREETING + '<row r="2000000000"><c><v>1</v></c></row>'),
    "empty rows.xlsx": lambda: package({SHEET: repeated(BEGIN + GREETING, "<row/>", 50, END)}),
    "styles.xlsx": lambda: package({"xl/styles.xml": repeated(f"<styleSheet {MAIN}>", "<a/>", 60, "</styleSheet>")}),
    "words in a part of another name.xlsx": lambda: package(
        {
            "[Content_Types].xml": PARTS["[Content_Types].xml"].replace("sharedStrings.xml", "words.xml"),
            "xl/words.xml": repeated(f"<sst {MAIN}>", "<si><t>abcdefgh</t></si>", 60, "</sst>"),
        }
    ),
    "an entity said often.xlsx": lambda: package(
        {
            SHEET: repeated(
                f'<!DOCTYPE x [<!ENTITY a "{"x" * 250}">]>{BEGIN}<row r="1"><c t="inlineStr"><is><t>',
                "&a;",
                9,
                f"</t></is></c></row>{END}",
            )
        }
    ),
    "a part that lies.xlsx": lambda: lying("xl/theme/theme1.xml", zeros(700), zipfile.ZIP_DEFLATED, 1_000),
    "a part that lies in bz2.xlsx": lambda: lying(SHEET, BZ2_ZEROS, zipfile.ZIP_BZIP2, 1_000),
    "one long line.csv": lambda: b"kunta," + b"10," * 6_600_000,
    "lists.json": lambda: b'{"figures":[' + b"[]," * 6_000_000 + b"[]]}",
    "objects.json": lambda: b'{"x":[' + b"{}," * 6_000_000 + b"{}]}",
}


@pytest.mark.parametrize("name", HARMFUL)
def test_a_file_made_to_do_harm_does_none(name: str, tmp_path: Path) -> None:
    content = HARMFUL[name]()
    assert len(content) < tabular.LARGEST
    _, held = apart(tmp_path, {name: content}, PATIENCE)
    assert held < MOST_MEMORY
