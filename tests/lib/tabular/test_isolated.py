"""Tests that hostile tables are refused within limits of time and memory."""

import io
import subprocess
import sys
import zipfile
from datetime import date
from itertools import pairwise

import openpyxl
import pytest

from lib.sandbox import parent
from lib.tabular import Format, UnreadableFile, isolated, xlsx

UPLOAD = Format(xlsx=True, max_rows=5000, max_columns=60, comments=True)
SHEET = "xl/worksheets/sheet1.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def build_workbook(*rows):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def replace_part(whole, name, content):
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(whole)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        parts = {part: old.read(part) for part in old.namelist()} | {name: content}
        for part, data in parts.items():
            new.writestr(part, data)
    return out.getvalue()


def content_types(book):
    """Return the content types of a workbook with shared strings."""
    types = zipfile.ZipFile(io.BytesIO(book)).read("[Content_Types].xml").decode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    shared = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    return types.replace("</Types>", shared)


def build_workbook_of_xml(rows):
    """Return a workbook whose first sheet contains the XML `rows`."""
    data = f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>"
    return replace_part(build_workbook(["slug"], ["text"]), SHEET, data)


def find_refusal_code(data):
    with pytest.raises(UnreadableFile) as refused:
        isolated.read_records_in_sandbox(data, UPLOAD)
    return refused.value.code


def test_a_table_is_read_as_if_it_were_read_here():
    found = isolated.read_records_in_sandbox("slug,name\n# note\npeña,\u4e2d".encode(), UPLOAD)
    assert [(each.line, each.cells, each.is_comment) for each in found] == [
        (1, ["slug", "name"], False), (2, ["# note"], True), (3, ["peña", "\u4e2d"], False),
    ]  # fmt: skip
    [row] = isolated.read_records_in_sandbox(
        build_workbook(["a", 1, 2.5, True, date(2031, 7, 4)]), UPLOAD
    )
    assert row.cells[:6] == ["a", "1", "2.5", "yes", "2031-07-04", ""]


def test_facts_of_a_refusal_come_through():
    with pytest.raises(UnreadableFile) as refused:
        isolated.read_records_in_sandbox(b"a\n\xff", UPLOAD)
    assert (refused.value.code, refused.value.facts["line"]) == ("not_utf8", 2)


def test_one_cell_in_the_last_row_of_a_workbook_does_not_make_a_million_rows_be_read():
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["slug", "name"])
    book.active.cell(1_048_576, 1, "a")
    book.save(out)
    assert len(out.getvalue()) < 6000
    assert find_refusal_code(out.getvalue()) == "rows"


def test_a_bomb_is_refused_before_it_is_unpacked():
    assert find_refusal_code(build_workbook_of_xml(" " * xlsx.MAX_UNPACKED)) == "unpacked"


def test_one_long_text_that_every_cell_points_to_is_counted_each_time():
    texts = f"<sst {NAMESPACE}><si><t>{'x' * 100_000}</t></si></sst>"
    book = replace_part(build_workbook(["slug"], ["text"]), "xl/sharedStrings.xml", texts)
    book = replace_part(book, "[Content_Types].xml", content_types(book))
    rows = "<row><c t='s'><v>0</v></c></row>" * 1000
    data = f"<worksheet {NAMESPACE}><sheetData>{rows}</sheetData></worksheet>"
    assert find_refusal_code(replace_part(book, SHEET, data)) == "unpacked"


def test_entities_that_grow_are_refused():
    names = "abcdefghi"
    grown = "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names))
    data = f'<!DOCTYPE x [<!ENTITY a "laugh">{grown}]><worksheet {NAMESPACE}><sheetData><row><c '
    data += 't="inlineStr"><is><t>&i;</t></is></c></row></sheetData></worksheet>'
    assert find_refusal_code(replace_part(build_workbook(["slug"]), SHEET, data)) == "damaged"


def test_a_workbook_that_needs_too_much_memory_fails_alone(monkeypatch):
    monkeypatch.setattr(isolated, "MEGABYTES", 192)
    assert (
        find_refusal_code(build_workbook_of_xml("<row>" * 1_000_000 + "</row>" * 1_000_000))
        == "too_heavy"
    )
    assert isolated.read_records_in_sandbox(b"a,b", UPLOAD)


def test_a_workbook_that_takes_too_long_fails_alone(monkeypatch):
    monkeypatch.setattr(isolated, "SECONDS", 1)
    styles = f"<styleSheet {NAMESPACE}><cellXfs>{'<xf/>' * 2_000_000}</cellXfs></styleSheet>"
    book = replace_part(build_workbook(["slug"], ["text"]), "xl/styles.xml", styles)
    assert find_refusal_code(book) in {"too_slow", "busy"}  # limit of CPU or of elapsed time


def test_the_process_starts_without_django():
    told = subprocess.run(
        [sys.executable, "-c", "import sys, lib.tabular.__main__; print(*sys.modules)"],
        capture_output=True, text=True, check=True, cwd=parent.REPOSITORY,
    )  # fmt: skip
    loaded = told.stdout.split()
    assert "lib.tabular.reading" in loaded
    assert not {"django", "celery", "openpyxl"} & set(loaded)
