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


# What becomes HTML there was rendered, and escaped, by our own server.
PUT_HTML = {
    "lib/personal-data.js",
    "staff_portal/day-plan.js",
    "staff_portal/live.js",
    "staff_portal/pick.js",
}
HTML = re.compile(
    r"\b(?:innerHTML|outerHTML)\s*\+?=|insertAdjacentHTML|document\.write|createContextualFragment"
)
# The service worker's, whose clients are pages of this origin alone, and broadcast channels, which
# no other origin can join.
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
    """Nor copies keys of a foreign object one by one, of which one could be a prototype's name."""
    assert scripts_that_match(REACHES_A_PROTOTYPE) == set()
