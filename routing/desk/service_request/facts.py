"""The facts about a request, as names and values."""

from typing import NamedTuple

from django.utils import timezone
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from lib import clock
from requests_app.following.followers import FollowerCount
from requests_app.models import Answer, Contact, ServiceRequest, former_number
from routing import lists


class Fact(NamedTuple):
    """A fact about a request; its value links to `url`, and `note` is shown after the value."""

    name: str
    value: str
    is_warning: bool = False
    url: str = ""
    note: str = ""


def list_facts(row: ServiceRequest, answers: list[Answer], following: FollowerCount) -> list[Fact]:
    """Return the known facts in reading order. `answers` have their question loaded.

    Facts without a value are left out. Answers that make the request urgent, and a due date that is
    past, are warnings.
    """
    facts = [
        Fact(_("Location"), row.location_phrase or _describe_unknown_location(row)),
        Fact(_("How to find it"), row.location_note),
        Fact(_("Area"), row.zone.name if row.zone else ""),
        *(Fact(one.question.staff_label, one.said, _is_urgent_answer(one)) for one in answers),
        Fact(_("Channel"), row.get_channel_display()),
        Fact(_("Language"), foreign_language_name(row)),
        Fact(_("Number in the previous system"), former_number(row)),
        Fact(
            _("Opened"),
            clock.format_absolute_date(timezone.localdate(row.filed_at)) if row.is_imported else "",
        ),
        Fact(_("Due"), _format_due_date(row), row.is_late()),
        Fact(_("Followed by"), following.formatted),
    ]
    return [fact for fact in facts if fact.value]


def list_contact_facts(row: ServiceRequest, contact: Contact | None) -> list[Fact]:
    """Return the name, phone and email of the reporter, those that are known.

    Without a contact it is one fact that says why: the details were deleted, or none were given.
    """
    if contact is None:
        return [Fact(_("Reported by"), _describe_missing_contact(row))]
    note = ""
    if contact.bounced_at:
        note = _("(email bounced)")
    elif contact.emails_stopped_at:
        note = _("(stopped emails about this request)")
    facts = [
        Fact(_("Reported by"), contact.name),
        Fact(_("Phone"), contact.phone, url=f"tel:{contact.phone}"),
        Fact(_("Email"), contact.email, bool(note), f"mailto:{contact.email}", note),
    ]
    return [fact for fact in facts if fact.value]


def _describe_missing_contact(row: ServiceRequest) -> str:
    if row.forgotten_at is None or row.is_imported:
        return _("No name given")
    day = clock.format_absolute_date(clock.localtime(row.forgotten_at).date())
    return _("The reporter's details were deleted on %(day)s") % {"day": day}


def foreign_language_name(row: ServiceRequest) -> str:
    """Return the name of the reporter's language; empty for English, the code if unknown."""
    if row.language.startswith("en"):
        return ""
    try:
        return get_language_info(row.language)["name_translated"]
    except KeyError:
        return row.language


def _is_urgent_answer(answer: Answer) -> bool:
    """Return True if one of the chosen answers makes a request urgent."""
    urgent = lists.urgent_choices()
    return any((answer.question_id, key) in urgent for key in answer.values)


def _describe_unknown_location(row: ServiceRequest) -> str:
    """Return “Not known” for a request without area and pin; empty for others and imported ones."""
    is_known = row.zone or row.coordinates or row.is_imported
    return "" if is_known else _("Not known")


def _format_due_date(row: ServiceRequest) -> str:
    """Return the due date of an open request, and whether its clock is paused; "" without one."""
    if row.due_at is None or not row.is_open:
        return ""
    day = clock.format_relative_date(timezone.localdate(row.due_at))
    return _("%(day)s, the clock is paused") % {"day": day} if row.is_paused else day
