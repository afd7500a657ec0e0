"""The folders of static/js: who may import from whom."""

import re
from pathlib import Path

import pytest
from django.conf import settings

SCRIPTS = Path(settings.BASE_DIR) / "static" / "js"
IMPORT = re.compile(r"""\b(?:from|import)\s*\(?\s*"(\.{1,2}/[\w/.-]+[.]js)\"""")
SHARED = ("outbox", "map", "danger")
"""What rooms import beside their own folder and lib; these import lib alone."""


def below(room):
    return {room, "lib"} | (set() if room in ("lib", *SHARED) else set(SHARED))


@pytest.mark.parametrize("room", sorted(p.name for p in SCRIPTS.iterdir() if p.is_dir()))
def test_a_script_imports_from_its_own_folder_and_those_below(room):
    for script in sorted((SCRIPTS / room).rglob("*.js")):
        for name in IMPORT.findall(script.read_text()):
            target = (script.parent / name).resolve()
            assert target.is_file(), (script, name)
            is_ours = target.is_relative_to(SCRIPTS)
            assert not is_ours or target.relative_to(SCRIPTS).parts[0] in below(room), (
                script,
                name,
            )
