"""Tests that vendored files match their list, and that style sheets refer to existing files."""

import hashlib
import json
import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[1] / "static"
VENDOR = STATIC / "vendor"
ROWS = re.findall(
    r"^\| `([^`]+)` \| ([^|]+) \| ([\d.]+) \| [^|]+ \| `([0-9a-f]{64})` \|$",
    (VENDOR / "VENDORED.md").read_text(),
    re.MULTILINE,
)


@pytest.mark.parametrize(("name", "digest"), [(row[0], row[3]) for row in ROWS])
def test_a_vendored_file_is_unchanged(name, digest):
    assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_every_vendored_file_is_listed():
    listed = {(VENDOR / row[0]).resolve() for row in ROWS}
    files = {path for path in VENDOR.rglob("*") if path.is_file()}
    unlisted = {path.relative_to(VENDOR) for path in files - listed}
    ours = {"VENDORED.md", "leaflet.d.ts"}
    assert {path.name for path in unlisted} <= {*ours, "LICENSE", "htmx.LICENSE"}


def test_the_list_and_npm_speak_of_the_same_versions():
    wanted = json.loads((STATIC.parent / "package.json").read_text())["devDependencies"]
    for _, package, version, _ in ROWS:
        assert wanted[package.split(",")[0]] == version


@pytest.mark.parametrize("sheet", sorted(STATIC.rglob("*.css")), ids=lambda path: path.name)
def test_a_style_sheet_refers_to_files_that_are_there(sheet):
    for address in re.findall(r"url\([\"']?([^\"')]*)", sheet.read_text()):
        if address and not address.startswith(("data:", "#")):
            assert (sheet.parent / address).exists(), address
