"""What may be written down about an event: never anybody's words, name, address or secret.

Logs and error reports leave the application, and are read by more people than the requests are. An
error's own message often quotes what somebody typed, or the row that the database refused, so it is
left out; its kind, its place in the code and the database's codes are what finds a fault.
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
_TOKEN = re.compile(
    r"(?<![\w-])(?=(?:[^\W\d]|-)*+\d)[\w-]{40,}+(?![\w-])"
)  # names in code: no digits
_IP4 = re.compile(r"(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?![\w.]|:\d)")  # with a port it is a server
_IP6 = re.compile(r"(?<![\w:])[0-9A-Fa-f:]{2,}+(?!\w)")
_NUMBER = re.compile(r"(?!\d{4}-\d\d-\d\d )(?<![\w.+-])\+?\(?\d[\d ().-]{8,}+")
_NUMBERS_END = re.compile(r"\d(?![\w-])")
_DIGITS_OF_A_PHONE = 10
_CODE = re.compile(r"[A-Za-z0-9]{1,64}")

# Messages of these are made of names in the code, never of what somebody sent.
_SPEAKS_OF_CODE = (AttributeError, NameError, ImportError, ImproperlyConfigured)
_LONGEST_CHAIN = 5


def masked(text: str) -> str:
    """Return `text` with e-mail addresses, phone numbers, tokens and IP addresses masked.

    A net below the rule that nothing personal is written into a log: it knows no names.
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
    """Mask a run of digits with enough of them for a phone number, as far as its last whole one."""
    run, start = match[0], match.start()
    and_next = match.string[start : match.end() + 1]  # what follows decides whether a number ends
    ends = [end.end() for end in _NUMBERS_END.finditer(and_next)]
    length = ends[-1] if ends else 0
    is_phone = sum(letter.isdigit() for letter in run[:length]) >= _DIGITS_OF_A_PHONE
    return MASK + run[length:] if is_phone else run


def kind_of(error) -> str:
    """`django.db.utils.IntegrityError 23505 one_message_per_event`; never the error's message."""
    kind = type(error)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return " ".join([name, *_codes(error)])


def _codes(error) -> Iterator[str]:
    database = error.__cause__ if getattr(error.__cause__, "sqlstate", None) else error
    if sqlstate := getattr(database, "sqlstate", None):
        yield sqlstate
        if constraint := database.diag.constraint_name:
            yield constraint
    elif isinstance(error, TemplateDoesNotExist):
        yield str(error.args[0])
    elif isinstance(error, _SPEAKS_OF_CODE):
        yield masked(str(error))
    elif isinstance(error, OSError) and error.errno in errno.errorcode:
        yield errno.errorcode[error.errno]
    elif code := _code_of_a_service(error):
        yield code


def _code_of_a_service(error) -> str | None:
    """`RequestTimeTooSkewed`: what S3 calls its refusal, as boto3 hands it on; None of others."""
    response = getattr(error, "response", None)
    if isinstance(response, dict) and isinstance(response.get("Error"), dict):
        code = str(response["Error"].get("Code", ""))
        return code if _CODE.fullmatch(code) else None
    return None


def cause_of(error) -> str:
    """The kinds of `error` and of what caused it: `… OperationalError < … ECONNREFUSED`."""
    return " < ".join(kind_of(each) for each in chain_of(error))


def trace_of(error) -> str:
    """The way through the code to `error` and to what caused it, with no values in it."""
    steps = []
    for each in chain_of(error):
        frames = traceback.format_list(traceback.extract_tb(each.__traceback__))
        steps += [kind_of(each), *(frame.rstrip() for frame in frames)]
    return "\n".join(steps)


def chain_of(error) -> list:
    """`error` and what caused it, the newest first."""
    found = []
    while error is not None and len(found) < _LONGEST_CHAIN:
        found.append(error)
        hidden = error.__suppress_context__
        error = error.__cause__ or (None if hidden else error.__context__)
    return found
