"""An invented language that marks every text that is translated into Spanish with ⟦marks⟧.

A text without marks on a page is one that cannot be read in Spanish: it is not passed to gettext,
or it is not translated. `arabic` replaces the letters with letters that run from right to left.
"""

import re
from html.parser import HTMLParser
from pathlib import Path

import django
import polib
import pytest
from django.conf import locale, settings

from city import cache
from city.models import City, Translation
from city.pack import translations
from city.pack.tables import TABLES, ZONES

ROOT = Path(settings.BASE_DIR)
CATALOGUE = ROOT / "locale" / "es" / "LC_MESSAGES" / "django.po"
DJANGOS_OWN = Path(django.__file__).parent / "conf" / "locale" / "es" / "LC_MESSAGES" / "django.mo"

_KEPT = re.compile(r"(%\(\w+\)[sd]|\{\w*\}|&\w+;|<[^>]+>)")
_LATIN = "abcdefghijklmnopqrstuvwxyz"
_ARABIC = "ابتثجحخدذرزسشصضطظعغفقكلمنه"
_LETTERS = str.maketrans(_LATIN + _LATIN.upper(), _ARABIC * 2)


def mark(text) -> str:
    return f"⟦{text}⟧"


def arabic(text) -> str:
    """Return the text with Arabic letters, in the same length; placeholders are kept."""
    return "".join(
        part if _KEPT.fullmatch(part) else part.translate(_LETTERS) for part in _KEPT.split(text)
    )


@pytest.fixture
def invent(settings, tmp_path, monkeypatch, db):
    """Return a function that adds a language to the city: `invent("qps")`.

    `say` is the function that translates an English text.
    """

    def invent(code, say=mark, is_rtl=False):
        _write_catalogue(tmp_path / code / "LC_MESSAGES" / "django.mo", say)
        info = {"bidi": is_rtl, "code": code, "name": "Invented", "name_local": say("Invented")}
        monkeypatch.setitem(locale.LANG_INFO, code, info)
        settings.LOCALE_PATHS = [*settings.LOCALE_PATHS, tmp_path]
        settings.LANGUAGES = [*settings.LANGUAGES, (code, "Invented")]
        settings.LANGUAGES_BIDI = [code] if is_rtl else []
        Translation.objects.bulk_create(
            Translation(language=code, source=source, words=say(source))
            for source in _words_of_the_pack()
        )
        City.objects.update(languages=["en", "es", code])
        cache.invalidate_cache()

    yield invent
    cache.clear_process_cache()


def _write_catalogue(path, say):
    """Write a catalogue of all messages that have a Spanish translation: ours and Django's."""
    messages = {}
    for source in (polib.mofile(str(DJANGOS_OWN)), polib.pofile(str(CATALOGUE))):
        messages |= {(e.msgctxt, e.msgid): e for e in source if e.msgid and _is_said(e)}
    invented = polib.POFile()
    invented.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    for entry in messages.values():
        said = {"msgid": entry.msgid, "msgctxt": entry.msgctxt}
        if entry.msgid_plural:
            forms = {0: say(entry.msgid), 1: say(entry.msgid_plural)}
            said |= {"msgid_plural": entry.msgid_plural, "msgstr_plural": forms}
        else:
            said["msgstr"] = say(entry.msgid) if not _is_pattern(entry.msgid) else entry.msgid
        invented.append(polib.POEntry(**said))
    path.parent.mkdir(parents=True)
    invented.save_as_mofile(str(path))


def _is_said(entry):
    """Return True if the entry has a translation that is not fuzzy."""
    return bool(entry.msgstr or entry.msgstr_plural.get(0)) and not getattr(entry, "fuzzy", False)


def _is_pattern(text):
    """Return True if the text is a date format for Django, such as `D, M j`."""
    return re.fullmatch(r"(?:[DMjYNnFlEb](?:[ ,.]+|$))+", text) is not None


def _words_of_the_pack() -> set[str]:
    models = {"city.toml": City} | {table.file: table.model for table in [ZONES, *TABLES]}
    found = set()
    for columns in (translations.COLUMNS_FOR_RESIDENTS, translations.NAME_COLUMNS):
        for file, names in columns.items():
            rows = models[file].objects.values_list(*names)
            found |= {value for row in rows for value in row}
    city = City.current()
    return found - {"", city.name, city.service_name}


class Reader(HTMLParser):
    """Parser that collects what a page shows or what a screen reader reads.

    `said` has (element or attribute, text) for each text, and `names` has the values of the
    attributes in NAMES.
    """

    SPOKEN = {"alt", "title", "placeholder", "aria-label", "aria-description", "aria-valuetext"}
    # data-name: a place's name, which is also in the text; data-only: codes of statuses
    NAMES = {"data-name", "data-only"}
    VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}

    def __init__(self, language):
        super().__init__()
        self.language, self.open, self.said, self.names = language, [], [], []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        is_foreign = given.get("lang", self.language) != self.language
        is_drawing = tag == "svg" and "basemap" in given.get("class", "")
        is_skipped = tag in {"script", "style", "code"} or is_foreign or is_drawing
        if not (is_foreign or self._is_skipped()):
            self._hear(tag, given)
        if tag not in self.VOID:
            self.open.append((tag, is_skipped))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, text):
        if text.strip() and not self._is_skipped():
            self.said.append((self.open[-1][0] if self.open else "", text.strip()))

    def _is_skipped(self):
        return any(is_skipped for _tag, is_skipped in self.open)

    def _hear(self, tag, given):
        """Collect the names and the texts in the attributes of an element."""
        for name, value in given.items():
            is_words = name.startswith("data-") and re.search(r"[^\W\d_]\s|…|\.$", value or "")
            if name in self.NAMES:
                self.names += [value] if value else []
                continue
            if value and (name in self.SPOKEN or is_words):
                self.said.append((f"{tag} {name}", value))


# Parts without words of a language: references, email addresses, URLs and host names.
_NO_WORDS = re.compile(
    r"\b[A-Z]{1,4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b|\S+@\S+|https?://\S+|\b\w+\.(?:org|gov|example)\b"
)


def unmarked(html, language="qps", names=()) -> list[tuple[str, str]]:
    """Return the texts of a page that are not marked as translated, except `names`."""
    reader = Reader(language)
    # Join the two parts of a sentence around a phone number that must not wrap.
    reader.feed(re.sub(r'<span class="unbroken">([^<]*)</span>', r"\1", html))
    reader.close()
    own = sorted([*names, *reader.names], key=len, reverse=True)
    return [(where, text) for where, text in reader.said if _letters_outside(text, own)]


def _letters_outside(text, names):
    """Return True if the text has letters outside of marks and `names`."""
    rest = text
    while (inner := re.sub(r"⟦[^⟦⟧]*⟧", "", rest)) != rest:
        rest = inner
    rest = _NO_WORDS.sub("", rest)
    for name in names:
        rest = rest.replace(name, "")
    return re.search(r"[^\W\d_]", rest) is not None
