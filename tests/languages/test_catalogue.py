"""Tests for the message catalogues: complete for residents, and up to date with the sources."""

import fnmatch
import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import polib
import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
CATALOGUES = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
# Files with texts that only staff read, in the city's own language (santa311/web/language.py).
# Texts in all other files are for residents.
FOR_STAFF = [
    "*/admin.py", "*/admin/*", "*/apps.py", "accounts/*", "city/canned_texts/*",
    "city/guards.py", "city/logo.py", "notifications/wording/sign_in_mails.py",
    "notifications/wording/staff_digests.py", "notifications/wording/reports.py",
    "notifications/models.py", "city/models/*", "city/pack/*", "city/spreadsheets/*",
    "open311/models/*", "requests_app/models/api_key.py", "requests_app/models/idempotency.py",
    "requests_app/models/push_endpoint.py",
    "lib/outbound/*", "lib/security_log.py",
    "requests_app/actions/forms.py", "requests_app/city_changes.py", "requests_app/guards.py",
    "requests_app/mentions.py", "templates/components/mentions.html",
    "routing/*",
    "santa311/web/admin_site.py", "santa311/web/admin_index.py", "santa311/web/admin_tasks.py",
    "tools/demo/*",
    "staff_portal/*", "templates/account/*", "templates/admin/*", "templates/demo/*",
    "templates/routing/*", "templates/mfa/*", "templates/simple_history/*",
    "templates/socialaccount/*", "templates/staff_portal/*",
    "templates/components/account_menu.html", "templates/components/color_mode.html",
]  # fmt: skip
YET_FOR_RESIDENTS = [
    # the public figures use the charts of supervisors
    *(f"staff_portal/overview/{name}.py" for name in
      ("answer_charts", "charts", "findings", "page", "period", "table", "tables", "week_charts")),
    *(f"templates/staff_portal/overview/{name}.html" for name in
      ("bars", "dates", "filters", "none", "stack", "table", "weeks")),
]  # fmt: skip
_GAPS = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}|<[^>]+>")


def is_for_staff(file) -> bool:
    return file not in YET_FOR_RESIDENTS and any(fnmatch.fnmatch(file, p) for p in FOR_STAFF)


def is_for_residents(entry) -> bool:
    return any(not is_for_staff(file) for file, _line in entry.occurrences)


def key(entry):
    return entry.msgctxt, entry.msgid, entry.msgid_plural or ""


@pytest.fixture(params=CATALOGUES, ids=lambda path: path.parts[-3])
def catalogue(request):
    return polib.pofile(str(request.param))


def test_there_is_spanish():
    assert [path.parts[-3] for path in CATALOGUES] == ["es"]


def test_everything_that_residents_read_is_translated(catalogue):
    residents = [entry for entry in catalogue if is_for_residents(entry)]
    assert [one.msgid for one in residents if not one.translated() or one.fuzzy] == []


def test_what_is_filled_in_stands_in_both_texts(catalogue):
    wrong = [
        (entry.msgid, said)
        for entry in catalogue
        for source, said in _pairs(entry)
        if said and Counter(_GAPS.findall(source)) != Counter(_GAPS.findall(said))
    ]
    assert wrong == []


def _pairs(entry):
    """Return (source, translation) of an entry, for each of its plural forms."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    one, *many = [entry.msgstr_plural[n] for n in sorted(entry.msgstr_plural)]
    # The singular may omit the placeholder of the number ("1 place"), in any language.
    singular = one if _GAPS.findall(one) else entry.msgid
    return [(entry.msgid, singular), *((entry.msgid_plural, said) for said in many)]


def test_a_translation_ends_as_its_source_does(catalogue):
    """A translation ends with a full stop, colon or question mark if its source does."""
    ends = re.compile(r"[.:?…]$")
    wrong = [
        (entry.msgid, entry.msgstr)
        for entry in catalogue
        if entry.msgstr and not re.fullmatch(r"[DMjYNnFlEb, .]+", entry.msgid)
        if ends.findall(entry.msgid) != ends.findall(entry.msgstr)
    ]
    assert wrong == []


def test_the_compiled_catalogue_is_the_readable_one(catalogue):
    compiled = polib.mofile(catalogue.fpath.removesuffix(".po") + ".mo")
    said = {
        key(e): (e.msgstr, e.msgstr_plural) for e in catalogue if e.translated() and not e.fuzzy
    }
    assert {key(e): (e.msgstr, e.msgstr_plural) for e in compiled} == said, "Run ./run messages"


def test_the_catalogue_has_every_word_of_the_sources_and_no_other(catalogue, tmp_path):
    if not shutil.which("xgettext"):
        reason = "NO GETTEXT: install it (apt-get install gettext)"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    found = {key(entry): _files(entry) for entry in _collected(tmp_path)}
    kept = {key(entry): _files(entry) for entry in catalogue}
    assert [text for text in found if text not in kept] == [], "Run ./run messages"
    assert [text for text in kept if text not in found] == [], "Run ./run messages"
    assert [text for text in kept if kept[text] != found[text]] == [], "Run ./run messages"


def _files(entry):
    return sorted({file for file, _line in entry.occurrences})


def _collected(folder):
    """Return the messages that `./run messages` finds, collected in a copy of the sources."""
    script = (ROOT / "run").read_text(encoding="utf-8")
    ignored = re.search(r"for folder in ([^;]+); do", script)[1].split()
    copy = folder / "sources"
    shutil.copytree(ROOT, copy, ignore=_only_sources(ignored), symlinks=True)
    (copy / "locale").mkdir()
    command = ["makemessages", "--locale", "en", "--add-location=file", "--no-wrap"]
    program = Path(os.sys.executable).parent / "django-admin"
    without = {"DJANGO_SETTINGS_MODULE"}
    environment = {name: value for name, value in os.environ.items() if name not in without}
    subprocess.run(
        [program, *command, "--extension", "py,html,svg,txt"],
        cwd=copy, check=True, capture_output=True, env=environment,
    )  # fmt: skip
    return polib.pofile(str(copy / "locale" / "en" / "LC_MESSAGES" / "django.po"))


def _only_sources(ignored):
    def leave_out(folder, names):
        is_top = Path(folder) == ROOT
        return [
            name
            for name in names
            if (is_top and (name in [*ignored, "locale"] or name.startswith(".")))
            or name == "__pycache__"
            or (
                not (Path(folder) / name).is_dir()
                and Path(name).suffix not in {".py", ".html", ".svg", ".txt"}
            )
        ]

    return leave_out
