"""Finding what somebody reported who calls again, by what they left of themselves."""

import re

from django.db.models import Q

from lib.email_addresses import normalize_email
from requests_app.models.contact import Contact, find_phone_ending


def filter_by_caller(words: str) -> Q | None:
    """Return the condition on requests whose reporter left this email address or phone number.

    A number is compared by its digits alone, however it was written. The result is None where
    `words` are neither.
    """
    contacts = Contact.objects.order_by()
    if re.fullmatch(r"[^@\s]+@[^@\s]+", words):
        return _filter_by_contacts(contacts.filter(email_normalized=normalize_email(words)))
    ending = find_phone_ending(words)
    return _filter_by_contacts(contacts.ending_with_phone(ending)) if ending else None


def filter_by_caller_name(words: list[str]) -> Q | None:
    """Return the condition on requests whose reporter's name has each of these folded words."""
    contacts = Contact.objects.order_by().named(words)
    return None if contacts.query.is_empty() else _filter_by_contacts(contacts)


def _filter_by_contacts(contacts) -> Q:
    return Q(pk__any=contacts.values("service_request"))
