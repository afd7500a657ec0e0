"""Tests that the screen reader texts quoted in docs/reference/accessibility.md are on the pages."""

import re
from pathlib import Path

import polib
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
# Quoted texts that are not in the message catalogue as a whole: texts built from data, and names of
# languages and keys.
PUT_TOGETHER = {
    "→", "H", "Español", "Ocean Ave & Colorado Ave, Downtown",
    "Graffiti", "Graffiti: Received", "Change what", "Change where", "Before: …", "After: …",
    "Chosen: ",    "1 Very poorly", "5 Very well", "Report a problem – Santa Monica 311",
    "With Street Services. 311 sent it to Street Services.",
}  # fmt: skip
_GAP = re.compile(r"%\\\(\w+\\\)[sd]|\\\{\w*\\\}")


def quoted() -> list[str]:
    """Return the texts in quotation marks in the script for a screen reader."""
    page = (ROOT / "docs" / "reference" / "accessibility.md").read_text(encoding="utf-8")
    script = page.split("## The script for a screen reader")[1].split("\n## ")[0]
    return re.findall(r"“([^”]+)”", script)


def texts_of_pages():
    """Return the texts without placeholders, and patterns for those with placeholders."""
    (path,) = (ROOT / "locale").glob("es/LC_MESSAGES/django.po")
    texts = {
        text for entry in polib.pofile(str(path)) for text in (entry.msgid, entry.msgid_plural)
    }
    plain = {text for text in texts if "%(" not in text and "{" not in text}
    filled = [
        re.compile(_GAP.sub(r"[\\w-]+", re.escape(text))) for text in texts - plain if " " in text
    ]
    return plain, filled


def test_what_a_screen_reader_must_say_stands_on_the_pages():
    plain, filled = texts_of_pages()

    def stands(text):
        return (
            text.removesuffix(".") in plain
            or text in plain
            or any(pattern.fullmatch(text) for pattern in filled)
        )

    def is_two(text):
        cuts = [match.start() for match in re.finditer(" ", text)]
        return any(stands(text[:cut]) and stands(text[cut + 1 :]) for cut in cuts)

    unknown = {text for text in quoted() if not (stands(text) or is_two(text))}
    assert unknown - PUT_TOGETHER == set()
    assert PUT_TOGETHER - set(quoted()) == set()
