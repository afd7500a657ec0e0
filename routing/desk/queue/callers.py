"""Finding what somebody reported who calls again, by the e-mail address or the number they left."""

import re

from django.db.models import Q

from requests_app.models.contact import Contact, PhoneEnding
from santa311.lib.email_addresses import normalize_email

_PHONE = re.compile(r"[0-9+() ./-]{7,30}", re.ASCII)
_LEAST, _MOST = 7, 10  # digits that count: without the area code, without the country's


def of_caller(words) -> Q | None:
    """The requests whose reporter left this address or number; None where `words` are neither.

    A number is compared by its digits alone, however it was written.
    """
    if re.fullmatch(r"[^@\s]+@[^@\s]+", words):
        return _by(email_normalized=normalize_email(words))
    digits = re.sub(r"[^0-9]", "", words) if _PHONE.fullmatch(words) else ""
    return _by(ending__startswith=digits[::-1][:_MOST]) if len(digits) >= _LEAST else None


def _by(**left):
    contacts = Contact.objects.alias(ending=PhoneEnding("phone")).filter(**left)
    return Q(pk__in=contacts.values("service_request"))
