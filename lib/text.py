"""Text that people type, cleaned once: what is stored can be shown, sent and sorted.

`clean` keeps every script, emoji and line break, and drops what only breaks pages: control
characters, overrides of the writing direction, half characters and towers of combining marks.
"""

import re
import unicodedata
from collections.abc import Iterator

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from lib.email_addresses import NOT_A_MAILBOX, validate_mailbox

MOST_MARKS = 8  # combining marks on one letter; no living script needs more than four
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DROPPED = _DIRECTION | frozenset("\ufeff\ufff9\ufffa\ufffb\ufffe\uffff")
_LINES = {"\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\v": "\n", "\f": "\n"}
_REMEMBERED = 0x10000  # what living scripts use; nobody fills the memory with the other million
# Letters and symbols by name, yet nothing is to be seen of them.
_INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")


class _Kept(dict):
    """What `str.translate` looks up: what becomes of a character, None where it is dropped."""

    def __missing__(self, code) -> str | None:
        char = _LINES.get(chr(code), chr(code))
        is_control = unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t"
        kept = None if is_control or char in _DROPPED else char
        if code < _REMEMBERED:
            self[code] = kept
        return kept


_KEPT = _Kept()
_BROKEN = re.compile("[\0\ud800-\udfff]")


def clean(text: str) -> str:
    """The same words as they can be kept: line ends as LF, NFC, nothing invisible at the ends.

    Marks are capped before normalizing, whose time grows with the square of a run of them.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_KEPT)
    text = unicodedata.normalize("NFC", text if text.isascii() else "".join(_capped(text)))
    return "" if is_blank(text) else text.strip()


def clean_line(text: str) -> str:
    """`clean`, on one line."""
    return " ".join(clean(text).split())


def line_of(text: str, most: int) -> str:
    """Of what somebody sent so many characters, on one line; empty where it `is_broken`."""
    return "" if is_broken(text) else clean_line(text[: most * 5])[:most]


def unaccented(text: str) -> str:
    """Small letters without accents, decomposed (NFKD)."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def is_blank(text: str) -> bool:
    """Whether a reader would see nothing: spaces, zero-width characters, lone marks."""
    return not any(unicodedata.category(c)[0] in "LNPS" and c not in _INVISIBLE for c in text)


def is_broken(text: str) -> bool:
    """Whether it holds what no keyboard sends: a NUL, or half of a character."""
    return _BROKEN.search(text) is not None


def _capped(text) -> Iterator:
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) == "Mn" else 0
        if marks <= MOST_MARKS:
            yield char


class Words(forms.CharField):
    """Text from a person, cleaned. `max_length` counts characters after cleaning.

    A NUL or half a character is refused rather than silently changed, and the form that comes
    back shows the cleaned text. Nothing but characters that nobody sees is refused where text must
    be written, or is written at length: whoever sent it believes that they said something.
    `multiline` keeps line breaks and asks in a text area. There is no `maxlength` on the control:
    browsers cut a pasted text off there without a word.
    """

    default_error_messages = {
        "required": _("Please write something here."),
        "broken": _(
            "We couldn't read some characters, so nothing is saved yet. Please check the text and "
            "send it again."
        ),
        "invisible": _("This text has no visible characters. Please type it again."),
        "too_long": _(
            "Please keep this under %(limit)s characters. There are %(length)s at the moment."
        ),
    }

    def __init__(self, *, max_length, multiline=False, **kwargs) -> None:
        kwargs.setdefault("widget", forms.Textarea if multiline else forms.TextInput)
        super().__init__(strip=False, **kwargs)
        self.longest = max_length
        self.tidy = clean if multiline else clean_line
        self.is_at_length = multiline
        self.validators = []  # Django's own refuses a NUL, but in words for programmers

    def to_python(self, value) -> str:
        if value in self.empty_values:
            return ""
        value = str(value)
        if is_broken(value):
            raise self.wrong("broken")
        typed, value = value, self.tidy(value)
        is_wanted = self.required or self.is_at_length
        if is_wanted and typed.strip() and not value:
            raise self.wrong("invisible")
        if len(value) > self.longest:
            params = {"limit": f"{self.longest:,}", "length": f"{len(value):,}"}
            raise self.wrong("too_long", params)
        return value

    def wrong(self, code, params=None) -> ValidationError:
        return ValidationError(self.error_messages[code], code, params)

    def bound_data(self, data, initial) -> str:
        return self.tidy(data) if isinstance(data, str) else data


class EmailField(Words):
    """An address that mail can be sent to, or empty where it is not required. Lower-case domain."""

    widget = forms.EmailInput
    default_error_messages = {
        "spaces": _("An email address has no spaces or line breaks."),
        "at": _("An email address has one @, like ana@example.org."),
        "dot": _("The part after the @ is a name with a dot, like example.org."),
        "invalid": NOT_A_MAILBOX,
    }

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("widget", forms.EmailInput)
        super().__init__(max_length=254, **kwargs)

    def to_python(self, value) -> str:
        if isinstance(value, str) and len(clean(value).split()) > 1:
            raise self.wrong("spaces")
        address = super().to_python(value)
        return self._checked(address) if address else ""

    def _checked(self, address) -> str:
        local, at, domain = address.rpartition("@")
        if not at or not local or "@" in local.strip('"'):
            raise self.wrong("at")
        if "." not in domain or domain.startswith("[") or domain.rpartition(".")[2].isdigit():
            raise self.wrong("dot")
        address = f"{local}@{domain.lower()}"
        validate_mailbox(address)
        EmailValidator(message=self.error_messages["invalid"], allowlist=[])(address)
        return address


class PhoneField(Words):
    """A telephone number a person could dial, written as they like it; at least ten digits."""

    default_error_messages = {
        "letters": _("Enter a phone number with area code, like 310-555-0142."),
        "short": _("This number has %(n)s digits. It needs 10."),
        "long": _("This number has %(n)s digits. The limit is 15."),
    }

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}))
        super().__init__(max_length=30, **kwargs)

    def to_python(self, value) -> str:
        number = super().to_python(value)
        digits = [c for c in number if c in "0123456789"]
        if number and (len(digits) == 0 or set(number) - set("0123456789 +-().,/")):
            raise self.wrong("letters")
        if number and not 10 <= len(digits) <= 15:
            raise self.wrong("short" if len(digits) < 10 else "long", {"n": len(digits)})
        return number
