"""Removal of personal data from log lines and error reports.

Logs and error reports are read by more people than requests are. The message of an error often
quotes what somebody typed, or a database row, so it is left out. The kind of the error, its place
in the code and the codes of the database remain.
"""

import errno
import ipaddress
import re
import traceback
from collections.abc import Iterator

from django.core.exceptions import ImproperlyConfigured
from django.template import TemplateDoesNotExist

MASK = "[…]"
# Each pattern starts where a run of its characters starts and never gives characters back (`++`):
# the time grows with the length of a text and not with its square.
_ADDRESS = re.compile(r"(?<![\w.+%-])[\w.+%-]++@[\w-]++(?:\.[\w-]++)+")
# Names in code are not masked: they have no digits.
_TOKEN = re.compile(r"(?<![\w-])(?=(?:[^\W\d]|-)*+\d)[\w-]{40,}+(?![\w-])")
_IP4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]|:\d)")  # with a port it is a server
_IP6 = re.compile(r"(?<![\w:])[0-9A-Fa-f:]{2,}+(?!\w)")
_NUMBER = re.compile(r"(?!\d{4}-\d\d-\d\d )(?<![\w.+-])\+?\(?\d[\d ().-]{8,}+")
_NUMBERS_END = re.compile(r"\d(?![\w-])")
_MIN_PHONE_DIGITS = 10
_CODE = re.compile(r"[A-Za-z0-9]{1,64}")

# Messages of these are made of names in the code, never of what somebody sent.
_ERRORS_ABOUT_CODE = (AttributeError, NameError, ImportError, ImproperlyConfigured)
_MAX_CHAIN_LENGTH = 5


def mask_personal_data(text: str) -> str:
    """Return `text` with email addresses, phone numbers, tokens and IP addresses masked.

    A second line of defense: code must not log personal data at all. Names are not recognized.
    """
    text = _ADDRESS.sub(MASK, text)
    text = _TOKEN.sub(MASK, text)
    text = _IP4.sub(MASK, text)
    text = _IP6.sub(lambda match: MASK if _is_ip6(match[0]) else match[0], text)
    return _NUMBER.sub(_mask_phone, text)


def _is_ip6(text: str) -> bool:
    try:
        ipaddress.IPv6Address(text)
    except ValueError:
        return False
    return True


def _mask_phone(match: re.Match[str]) -> str:
    """Return the match with its number replaced by MASK, unchanged if it has too few digits.

    The number goes up to the last digit that no letter, digit or hyphen follows, and what comes
    after it is kept. It has too few digits below _MIN_PHONE_DIGITS.
    """
    run, start = match[0], match.start()
    and_next = match.string[start : match.end() + 1]  # what follows decides whether a number ends
    ends = [end.end() for end in _NUMBERS_END.finditer(and_next)]
    length = ends[-1] if ends else 0
    is_phone = sum(letter.isdigit() for letter in run[:length]) >= _MIN_PHONE_DIGITS
    return MASK + run[length:] if is_phone else run


def format_error_kind(error: BaseException) -> str:
    """Return the class and codes of an error, never its message.

    For example `django.db.utils.IntegrityError 23505 one_message_per_event_and_recipient`.
    """
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return " ".join([name, *_error_codes(error)])


def _error_codes(error) -> Iterator[str]:
    """Yield the codes and names of one error that contain no personal data, if any.

    They are SQLSTATE and constraint of a database error, the name of a missing template, the masked
    message of an error about code, the name of an errno, or the code of a service.
    """
    database = error.__cause__ if getattr(error.__cause__, "sqlstate", None) else error
    if sqlstate := getattr(database, "sqlstate", None):
        yield sqlstate
        if constraint := database.diag.constraint_name:
            yield constraint
    elif isinstance(error, TemplateDoesNotExist):
        yield str(error.args[0])
    elif isinstance(error, _ERRORS_ABOUT_CODE):
        yield mask_personal_data(str(error))
    elif isinstance(error, OSError) and error.errno in errno.errorcode:
        yield errno.errorcode[error.errno or 0]
    elif code := _service_error_code(error):
        yield code


def _service_error_code(error) -> str | None:
    """Return the code in an error of boto3, such as `RequestTimeTooSkewed`.

    Return None for another error, and for a code with characters other than those of _CODE.
    """
    response = getattr(error, "response", None)
    if isinstance(response, dict) and isinstance(response.get("Error"), dict):
        code = str(response["Error"].get("Code", ""))
        return code if _CODE.fullmatch(code) else None
    return None


def format_error_chain(error: BaseException) -> str:
    """Return the kinds of an error and its causes: `… OperationalError < … ECONNREFUSED`."""
    return " < ".join(format_error_kind(each) for each in list_error_chain(error))


def format_traceback(error: BaseException) -> str:
    """Return the tracebacks of an error and its causes, without messages and values.

    Before the frames of each error is its kind.
    """
    steps: list[str] = []
    for each in list_error_chain(error):
        frames = traceback.format_list(traceback.extract_tb(each.__traceback__))
        steps += [format_error_kind(each), *(frame.rstrip() for frame in frames)]
    return "\n".join(steps)


def list_error_chain(error: BaseException | None) -> list[BaseException]:
    """Return an error and its causes, newest first, at most _MAX_CHAIN_LENGTH; [] for None.

    A context that is not suppressed counts as a cause.
    """
    found: list[BaseException] = []
    while error is not None and len(found) < _MAX_CHAIN_LENGTH:
        found.append(error)
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)
    return found
