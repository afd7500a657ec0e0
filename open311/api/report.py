"""Parsing of a posted report."""

import re
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from city.coordinates import BadCoordinate, parse_point
from city.jurisdiction import other_city_message
from city.models import AddressRange, Category
from city.search import find_places
from lib.text import CleanTextField, PhoneField, clean_line, clean_text
from open311.api.services import format_stop, get_reportable_category
from open311.formats import RequestRefused
from requests_app import workflow
from requests_app.errors import NotAllowed
from requests_app.filing import questions
from requests_app.filing.forms import DetailsForm
from requests_app.filing.place import Location, find_location_by_text
from requests_app.models import ApiKey, Channel
from requests_app.models.answer import GivenAnswer
from requests_app.status import Verb

_ATTRIBUTE = re.compile(r"attribute\[([^\]]{1,60})\](?:\[\])?")
_EXTENSION = re.compile(r"[\s,;]*(?:x|ext|extension|#)[\s.:#]*[0-9]{1,8}\s*", re.IGNORECASE)
_PHONE = PhoneField(required=False)
LEFT_OUT = "phone was left out: it has no number with area code (10 to 15 digits)"
WITHOUT_EXTENSION = "phone was kept without its extension"


class KeptPhone(NamedTuple):
    """The part of a phone number that is kept, and a warning about the rest; each may be ""."""

    number: str
    warning: str


class ReportForm(DetailsForm):
    """The details form with GeoReport's field names, and a longer description."""

    description = CleanTextField(max_length=4000, multiline=True, required=False)
    first_name = CleanTextField(max_length=60, required=False)
    last_name = CleanTextField(max_length=60, required=False)
    address_string = CleanTextField(max_length=200, required=False)
    # Django leaves out the field. A wrong number never refuses a report: see extract_phone().
    phone = None  # type: ignore[assignment]


def extract_phone(typed: str) -> KeptPhone:
    """Return the number and, if the extension was cut or nothing was kept, a warning.

    Without a number it is "" with the warning LEFT_OUT. For a blank text both are "".
    """
    if (number := _parse_phone(typed)) is not None:
        return KeptPhone(number, "")
    found = _EXTENSION.search(typed)
    number = _parse_phone(typed[: found.start()]) if found and found.end() == len(typed) else ""
    return KeptPhone(number, WITHOUT_EXTENSION) if number else KeptPhone("", LEFT_OUT)


def _parse_phone(typed: str) -> str | None:
    """Return the number as it is kept; None for what is no number."""
    try:
        return _PHONE.clean(typed)
    except ValidationError:
        return None


def read_report(posted: QueryDict, key: ApiKey) -> workflow.Report:
    """Return the report without its photos. Raise RequestRefused with every problem of it.

    A missing or unknown service_code is refused first, alone. Raise NotAllowed if the key may not
    report the service.
    """
    category = _find_category(posted, key)
    address = posted.get("address_string") or posted.get("address", "")
    form = ReportForm({**posted.dict(), "address_string": address})
    problems = [f"{name}: {words}" for name, several in form.errors.items() for words in several]
    answers, wrong = _read_answers(category, posted)
    location, missing = _read_location(posted, form.cleaned_data.get("address_string", ""))
    problems = [*problems, *wrong, *missing]
    if problems or location is None:
        raise RequestRefused(400, *problems)
    said = form.cleaned_data
    return workflow.Report(
        channel=Channel.API,
        category=category,
        latitude=location.latitude,
        longitude=location.longitude,
        location_text=location.text,
        location_note=said["location_note"],
        description=said["description"],
        answers=answers,
        contact={
            "name": said["name"] or f"{said['first_name']} {said['last_name']}".strip(),
            "email": said["email"],
            "phone": extract_phone(posted.get("phone", "")).number,
        },
        language=get_language(),
    )


def _find_category(posted: QueryDict, key: ApiKey) -> Category:
    """Return the category of the report. Raise RequestRefused or NotAllowed.

    RequestRefused is for a missing (400) or unknown (404) service_code, NotAllowed for a key that
    may not report it.
    """
    code = clean_line(posted.get("service_code", ""))
    if not code:
        raise RequestRefused(400, _("service_code is missing. The services list has them."))
    category = get_reportable_category(code)
    if Verb.FILE not in key.verbs or not key.is_for_category(category.pk):
        raise NotAllowed(_("This API key may not report this service."))
    return category


def _read_answers(category: Category, posted: QueryDict) -> tuple[list[GivenAnswer], list[str]]:
    """Return the answers given, and the problems with them.

    Invalid answers give problems alone. An answer that stops the report is returned with a problem.
    """
    raw: dict[str, list[str]] = {}
    for name, values in posted.lists():
        if match := _ATTRIBUTE.fullmatch(name):
            raw.setdefault(match[1], []).extend(clean_text(value) for value in values)
    try:
        given = questions.validate_answers(category, raw)
    except questions.InvalidAnswers as invalid:
        return [], [f"attribute[{code}]: {words}" for code, words in invalid.problems.items()]
    return given, [format_stop(answer.stop_choice) for answer in given if answer.stop_choice]


def _read_location(posted: QueryDict, address: str) -> tuple[Location | None, list[str]]:
    """Return the location or None, and the problems with it.

    The first of coordinates, address_string and address_id that is given counts.
    """
    longitude = next(filter(None, (posted.get(name) for name in ("long", "lng", "lon"))), "")
    if posted.get("lat") or longitude:
        try:
            return Location.from_point(parse_point(posted.get("lat", ""), longitude), address), []
        except BadCoordinate as problem:
            return None, [f"lat, long: {problem}"]
    if address:
        found = find_location_by_text(address)
        return found, [] if found else [_explain_not_found(address)]
    if block := clean_line(posted.get("address_id", "")):
        found = _find_block(block)
        return found, [] if found else [_("address_id: there's no block with this id.")]
    return None, [_("Say where it is: lat and long, address_string or address_id.")]


def _explain_not_found(address: str) -> str:
    """Return why a text is no location: another city's, a wrong number, or unclear.

    It begins with "address_string: ".
    """
    if elsewhere := other_city_message(address):
        return f"address_string: {elsewhere}"
    nearest = find_places(address)
    if nearest and nearest[0].note:
        return f"address_string: {nearest[0].name}: {nearest[0].note}"
    return _("address_string: we don't know this location, or it could be several. Add a street.")


def _find_block(fingerprint: str) -> Location | None:
    """Return the middle of the street block whose address has this fingerprint, or None."""
    row = AddressRange.objects.filter(fingerprint=fingerprint[:32]).first()
    if row is None:
        return None
    lat, lng = row.line[len(row.line) // 2]
    return Location.from_point(parse_point(str(lat), str(lng)))
