"""Cleaning of text that people type, and form fields with cleaned values.

clean_text() keeps every script, emoji and line break. It removes what breaks pages: control
characters, overrides of the writing direction, lone surrogates and stacks of combining marks.
"""

import re
import unicodedata
from collections.abc import Iterator

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext_lazy as _

from lib.email_addresses import NOT_A_MAILBOX, validate_mailbox

MAX_MARKS_PER_LETTER = 8  # combining marks on one letter; no living script needs more than four
_DIRECTION_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_DROPPED = _DIRECTION_OVERRIDES | frozenset("\ufeff\ufff9\ufffa\ufffb\ufffe\uffff")
_LINES = {"\x85": "\n", "\u2028": "\n", "\u2029": "\n", "\v": "\n", "\f": "\n"}
_MAX_CACHED_CODE = 0x10000  # the range of living scripts; the other million could fill the memory
# Characters that Unicode classifies as letters or symbols, but that are invisible.
_INVISIBLE = frozenset("\u115f\u1160\u2800\u3164\uffa0\U0001d159")


class _CharacterMap(dict):
    """A table for str.translate(), filled on demand: code to replacement, None to delete."""

    def __missing__(self, code) -> str | None:
        """Return the replacement of a code point, None to delete it; keep frequent ones."""
        char = _LINES.get(chr(code), chr(code))
        is_control = unicodedata.category(char) in {"Cc", "Cs"} and char not in "\n\t"
        kept = None if is_control or char in _DROPPED else char
        if code < _MAX_CACHED_CODE:
            self[code] = kept
        return kept


_CHARACTER_MAP = _CharacterMap()
_BROKEN_CHARACTERS = re.compile("[\0\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Return the text with LF line ends, in NFC, without harmful characters and stripped.

    Return "" if nothing in it is visible. Combining marks are capped before normalization, whose
    time grows with the square of their number.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CHARACTER_MAP)
    text = unicodedata.normalize("NFC", text if text.isascii() else "".join(_cap_marks(text)))
    return "" if is_blank(text) else text.strip()


def clean_line(text: str) -> str:
    """Return the cleaned text on one line, each run of whitespace replaced by one space."""
    return " ".join(clean_text(text).split())


def clean_short_line(text: str, max_length: int) -> str:
    """Return at most `max_length` characters of the cleaned text on one line; "" if broken."""
    return "" if has_broken_characters(text) else clean_line(text[: max_length * 5])[:max_length]


def remove_accents(text: str) -> str:
    """Return the text in lower case without accents, decomposed (NFKD)."""
    plain = unicodedata.normalize("NFKD", text.lower())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def is_blank(text: str) -> bool:
    """Return True if nothing in the text is visible: spaces, zero-width characters, lone marks."""
    return not any(unicodedata.category(c)[0] in "LNPS" and c not in _INVISIBLE for c in text)


def has_broken_characters(text: str) -> bool:
    """Return True if the text has a NUL or a lone surrogate, which no keyboard sends."""
    return _BROKEN_CHARACTERS.search(text) is not None


def _cap_marks(text) -> Iterator[str]:
    """Yield the characters, without combining marks beyond MAX_MARKS_PER_LETTER in a row."""
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.category(char) == "Mn" else 0
        if marks <= MAX_MARKS_PER_LETTER:
            yield char


class CleanTextField(forms.CharField):
    """A form field for cleaned text. `max_length` counts characters after cleaning.

    NULs and lone surrogates are refused instead of silently removed, and the form shows the cleaned
    text again. Text without visible characters is refused in required and in multiline fields,
    because its sender believes that it says something. `multiline` keeps line breaks and renders a
    text area. The control has no `maxlength`: browsers silently truncate pasted text.
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
        self.tidy = clean_text if multiline else clean_line
        self.is_at_length = multiline
        self.validators = []  # Django's refuses a NUL with a message for programmers

    def to_python(self, value) -> str:
        """Return the cleaned text, "" if blank. Raise ValidationError.

        The codes are broken, invisible (in required and multiline fields) and too_long.
        """
        if value in self.empty_values:
            return ""
        value = str(value)
        if has_broken_characters(value):
            raise self.build_error("broken")
        typed, value = value, self.tidy(value)
        is_wanted = self.required or self.is_at_length
        if is_wanted and typed.strip() and not value:
            raise self.build_error("invisible")
        if len(value) > self.longest:
            params = {"limit": f"{self.longest:,}", "length": f"{len(value):,}"}
            raise self.build_error("too_long", params)
        return value

    def build_error(self, code, params=None) -> ValidationError:
        """Return the ValidationError of the message `code`."""
        return ValidationError(self.error_messages[code], code, params)

    def bound_data(self, data, initial) -> str:
        """Return the posted text, cleaned to be shown again, also if the field is disabled."""
        return self.tidy(data) if isinstance(data, str) else data


class EmailField(CleanTextField):
    """A form field for an email address, "" if blank. The domain is lowercased."""

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
        """Return the address, its domain in lower case, or "". Raise ValidationError.

        Its codes are spaces, at, dot, letters, invalid, and those of CleanTextField.
        """
        if isinstance(value, str) and len(clean_text(value).split()) > 1:
            raise self.build_error("spaces")
        address = super().to_python(value)
        return self._validate_address(address) if address else ""

    def _validate_address(self, address) -> str:
        """Return the address with its domain in lower case.

        Raise ValidationError with the code "at", "dot", "letters" or "invalid".
        """
        local, at, domain = address.rpartition("@")
        if not at or not local or "@" in local.strip('"'):
            raise self.build_error("at")
        if "." not in domain or domain.startswith("[") or domain.rpartition(".")[2].isdigit():
            raise self.build_error("dot")
        address = f"{local}@{domain.lower()}"
        validate_mailbox(address)
        EmailValidator(message=self.error_messages["invalid"], allowlist=[])(address)
        return address


class PhoneField(CleanTextField):
    """A form field for a phone number of 10 to 15 digits, in any notation."""

    default_error_messages = {
        "letters": _("Enter a phone number with area code, like 310-555-0142."),
        "short": _("This number has %(n)s digits. It needs 10."),
        "long": _("This number has %(n)s digits. The limit is 15."),
    }

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}))
        super().__init__(max_length=30, **kwargs)

    def to_python(self, value) -> str:
        """Return the number as it was typed, cleaned, or "". Raise ValidationError.

        The codes are letters (other characters than digits and punctuation), short (less than 10
        digits), long (more than 15), and those of CleanTextField.
        """
        number = super().to_python(value)
        digits = [c for c in number if c in "0123456789"]
        if number and (len(digits) == 0 or set(number) - set("0123456789 +-().,/")):
            raise self.build_error("letters")
        if number and not 10 <= len(digits) <= 15:
            raise self.build_error("short" if len(digits) < 10 else "long", {"n": len(digits)})
        return number
