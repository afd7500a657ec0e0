"""Tests for the scripts in static/js: imports between folders, and unsafe code."""

import re
from pathlib import Path

import pytest
from django.conf import settings

SCRIPTS = Path(settings.BASE_DIR) / "static" / "js"
IMPORT = re.compile(r"""\b(?:from|import)\s*\(?\s*"(\.{1,2}/[\w/.-]+[.]js)\"""")
SHARED = ("outbox", "map", "danger")
"""Folders that the other folders may import. These folders may import only lib."""


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


# These insert HTML that this server rendered and escaped.
PUT_HTML = {
    "lib/personal-data.js",
    "staff_portal/day-plan.js",
    "staff_portal/live.js",
    "staff_portal/pick.js",
}
HTML = re.compile(
    r"\b(?:innerHTML|outerHTML)\s*\+?=|insertAdjacentHTML|document\.write|createContextualFragment"
)
# The service worker has only clients of this origin. The others use broadcast channels, which other
# origins cannot join.
HEAR_MESSAGES = {"worker.js", "outbox/outbox.js", "outbox/database.js"}
EVALUATES = re.compile(r"\beval\(|new Function\(|set(?:Timeout|Interval)\(\s*[\"'`]")
REACHES_A_PROTOTYPE = re.compile(r"__proto__|\.prototype\b|\bfor \((?:const|let|var) [^)]* in ")


def scripts_that_match(pattern) -> set[str]:
    """Return the paths below static/js of the scripts in which `pattern` is found."""
    found = {path for path in SCRIPTS.rglob("*.js") if pattern.search(path.read_text())}
    return {str(path.relative_to(SCRIPTS)) for path in found}


def test_only_four_scripts_put_html_into_a_page():
    assert scripts_that_match(HTML) == PUT_HTML


def test_messages_are_heard_from_our_own_origin_alone():
    assert scripts_that_match(re.compile(r"[\"']message[\"']|\bonmessage\b")) == HEAR_MESSAGES


def test_no_script_evaluates_a_text():
    assert scripts_that_match(EVALUATES) == set()


def test_no_script_reaches_a_prototype():
    """Copying all keys of an untrusted object is forbidden too: one could name the prototype."""
    assert scripts_that_match(REACHES_A_PROTOTYPE) == set()
