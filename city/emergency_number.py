"""The placeholder of the emergency number in texts, and the detection of numbers written out.

City.emergency_phone is the only place of the number. Texts of the pack and of the administration
contain `{emergency}`, so that they follow a change of the number.
"""

import re
from collections.abc import Iterable

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

PLACEHOLDER = "{emergency}"
_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
# Three digits outside a longer number, as 911, 9-1-1 or 9 1 1, and the word after them.
_SHORT_NUMBER = re.compile(
    r"(?<![\w$#.,:/+-])(\d([ -]?)\d\2\d)(?![\w%°]|[ -]?\d|[.,:/]\d)(?=\s*-?\s*([^\W\d_]*))"
)
_UNITS = frozenset(
    """
    feet foot ft yard yards inch inches mile miles meter meters metre metres m km minute minutes
    hour hours day days year years degrees dollars pounds people pie pies yarda yardas pulgada
    pulgadas milla millas metro metros minuto minutos hora horas dia días dias grados dólares libras
    personas block blocks cuadra cuadras
    """.split()  # noqa: SIM905 - a list of words reads better as one text
)


def fill_placeholder(text: str, phone: str | None = None) -> str:
    """Return `text` with the emergency number in place of its placeholder.

    `phone` is the number, by default that of the cached city. City.DoesNotExist is raised if the
    text has the placeholder, `phone` is None and no city is loaded.
    """
    if PLACEHOLDER not in text:
        return text
    if phone is None:
        phone = apps.get_model("city", "City").current().emergency_phone
    return text.replace(PLACEHOLDER, phone)


def restore_placeholder(text: str) -> str:
    """Return `text` with the placeholder wherever it has the city's emergency number.

    Raise City.DoesNotExist if no city is loaded.
    """
    phone = apps.get_model("city", "City").current().emergency_phone
    return text.replace(phone, PLACEHOLDER) if phone else text


def has_placeholder(text: str) -> bool:
    """Return True if `text` has the placeholder."""
    return PLACEHOLDER in text


def find_written_numbers(text: str, own: str, allowed: Iterable[str] = ()) -> list[str]:
    """Return the emergency numbers written out in `text`, also repeated ones; [] if none.

    `own` is the city's emergency number, of any length; if it has not three digits, it is first and
    once. The three-digit numbers follow in their order, as written (9-1-1). A number is left out if
    a unit follows (300 feet), or if its digits are those of a phone in `allowed`.
    """
    known = {_extract_digits(phone) for phone in allowed}
    found = [match[1] for match in _SHORT_NUMBER.finditer(text) if not _is_quantity(match)]
    found = [number for number in found if _extract_digits(number) not in known]
    is_own_found = own and re.search(rf"(?<![\w.-]){re.escape(own)}(?!\w|[.,-]\d)", text)
    return [own, *found] if is_own_found and own not in found else found


def _is_quantity(match: re.Match[str]) -> bool:
    """Return True if the word after the number, group 3 of `match`, is a unit such as `feet`."""
    return match[3].lower() in _UNITS


def _extract_digits(phone: str) -> str:
    return re.sub(r"\D", "", phone)


def list_objections(
    text: str, own: str, allowed: Iterable[str] = (), fillable: Iterable[str] = ()
) -> list[str]:
    """Return half a sentence for each emergency number written out in `text`; [] for none.

    `own` is the city's number, which must be written as {emergency}; the numbers `allowed` may
    stay. Then come the braces and placeholders that cannot be filled in: all but {emergency} and
    those whose names are in `fillable`.
    """
    known = {PLACEHOLDER, *(f"{{{name}}}" for name in fillable)}
    strange = {match[0] for match in _BRACES.finditer(text)} - known
    return [
        *(
            _("write {emergency} instead of %(number)s") % {"number": number}
            for number in dict.fromkeys(find_written_numbers(text, own, allowed))
        ),
        *(
            _("“%(found)s” can't be filled in; what can: {emergency}") % {"found": found}
            for found in sorted(strange)
        ),
    ]


def validate_texts(
    row: Model, *names: str, allowed: Iterable[str] = (), fillable: Iterable[str] = ()
) -> None:
    """Raise ValidationError by field for numbers written out and for unknown placeholders.

    `names` are fields of `row`. The phones of the city and its agencies, `allowed` phones and the
    placeholders `fillable` may occur in them. Nothing is checked if no city is loaded.
    """
    city = apps.get_model("city", "City").objects.first()
    if city is None:
        return
    agencies = apps.get_model("city", "Agency").objects.values_list("phone", flat=True)
    phones = [city.phone, city.police_phone, *agencies, *allowed]
    found = {
        name: list_objections(getattr(row, name), city.emergency_phone, phones, fillable)
        for name in names
    }
    if wrong := {name: reasons for name, reasons in found.items() if reasons}:
        raise ValidationError(wrong)
