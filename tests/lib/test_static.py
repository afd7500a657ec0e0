"""Tests that static files have a hash in their names, also in the imports of scripts."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestFilesMixin, StaticFilesStorage
from minify import MinifyError

from lib.static import HashedStaticStorage, MinifiedFiles

SOURCES = Path(settings.BASE_DIR) / "static"
IMPORT = re.compile(r"""(?:from|import)\s*\(?\s*"([^"]+[.]js)\"""")


def test_every_script_names_what_it_imports_by_its_last_content(tmp_path):
    for folder in ("js", "vendor"):
        shutil.copytree(SOURCES / folder, tmp_path / folder)
    storage = HashedStaticStorage(location=tmp_path)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    names = [str(path.relative_to(tmp_path)) for path in files]
    minified = MinifiedFiles(storage)
    paths = {name: (minified if name.startswith("js/") else storage, name) for name in names}
    answers = list(ManifestFilesMixin.post_process(storage, paths))  # without compression
    assert [answer for answer in answers if isinstance(answer[2], Exception)] == []
    camera = tmp_path / storage.stored_name("js/staff_portal/camera.js")
    seen, open_ones = set(), [camera]
    while open_ones:
        script = open_ones.pop()
        seen.add(script)
        for name in IMPORT.findall(script.read_text()):
            target = (script.parent / name).resolve()
            assert target.is_file(), (script.name, name)
            if target not in seen:
                open_ones.append(target)
    assert len(seen) > 10


STRINGS = """
// A comment,
/** and another
    @param {string} b */
export function f(/** @type {string} */ longName) {
  const address = "http://city"; // a comment behind code
  const list = /** @type {string[]} */ ([]);
  return `${longName}/*${address}*/${list}`;
}
"""


def read_minified(location: Path, name: str) -> str:
    storage = MinifiedFiles(StaticFilesStorage(location=location))
    return storage.open(name).read().decode()


def test_script_is_given_without_comments_and_types_and_keeps_what_it_exports(tmp_path):
    (tmp_path / "a.js").write_text(STRINGS)
    script = read_minified(tmp_path, "a.js")
    assert "comment" not in script
    assert "longName" not in script
    assert "export function f(" in script
    assert '"http://city"' in script
    assert "/*${" in script


def test_broken_script_is_refused(tmp_path):
    (tmp_path / "a.js").write_text("function (")
    with pytest.raises(MinifyError):
        read_minified(tmp_path, "a.js")


def test_our_collected_files_are_minified_and_others_are_not(tmp_path):
    names = ["js/lib/template.js", "css/base.css", "vendor/leaflet/leaflet.css"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copy(SOURCES / name, tmp_path / name)
    storage = HashedStaticStorage(location=tmp_path)
    list(storage.post_process({name: (storage, name) for name in names}))
    script, sheet, other = [(tmp_path / storage.stored_name(name)).read_text() for name in names]
    assert "//" not in script
    assert "copyTemplate" in script
    assert "/*" not in sheet
    assert "/*" in other


PARSE = """
import { readFileSync } from "node:fs";
import { SourceTextModule } from "node:vm";
for (const name of process.argv.slice(1)) new SourceTextModule(readFileSync(name, "utf8"));
"""


def test_every_minified_script_can_be_read(tmp_path):
    node = shutil.which("node")
    if node is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("NO NODE: install it")
    names = [str(path.relative_to(SOURCES)) for path in (SOURCES / "js").rglob("*.js")]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(read_minified(SOURCES, name))
    command = [node, "--experimental-vm-modules", "--input-type=module", "--eval", PARSE, *names]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
