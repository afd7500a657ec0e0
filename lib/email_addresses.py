"""Normalized email addresses: computed, stored beside the typed address, and validated.

Two addresses are the same mailbox if their normalized forms are equal. Addresses are compared in
no other way: the database's UPPER() and ILIKE map letters of other scripts to ASCII letters (the
upper case of the Turkish dotless i is I), so they find the address of somebody else.
"""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

MAX_LENGTH = 254  # characters of an address
MAX_DOMAIN_LENGTH = 255  # encoding takes time that grows with the square of the length
NON_ASCII_LOCAL_PART = _(
    "We can't send to letters such as ñ before the @ yet. Please use another address."
)
NOT_A_MAILBOX = _("This is not an email address we can send to. Please check it.")


def normalize_email(address: str) -> str:
    """Return the form of `address` by which it is compared; "" for "".

    The domain is encoded as IDNA A-labels, as Django encodes it when it sends mail, in lower case.
    The part before the @ is lowercased if it is ASCII. A part that cannot be encoded, and an
    address that would become too long, is kept as it is: no mail can be sent there, and it equals
    nothing but itself.
    """
    address = address.strip()
    local, at, domain = address.rpartition("@")
    local = local.lower() if local.isascii() else local
    normalized = f"{local}{at}{_normalize_domain(domain)}"
    return normalized if len(normalized) <= MAX_LENGTH else address


def _normalize_domain(domain: str) -> str:
    """Return the domain as lower-case A-labels, unchanged if that is impossible."""
    if len(domain) > MAX_DOMAIN_LENGTH:
        return domain
    try:
        return punycode(domain).lower()
    except UnicodeError:
        return domain


def validate_mailbox(address: str) -> None:
    """Raise ValidationError if mail cannot be sent to `address` because of its letters or length.

    The code is `letters` if those before the @ are not ASCII, else `invalid`. Django's
    EmailValidator accepts some such letters, for example the Turkish dotless i. Nothing else, such
    as blanks, is checked here.
    """
    local, _at, domain = address.rpartition("@")
    if not local.isascii():
        raise ValidationError(NON_ASCII_LOCAL_PART, code="letters")
    encoded = _normalize_domain(domain)
    is_too_long = len(local) > 64 or len(local) + 1 + len(encoded) > MAX_LENGTH
    if is_too_long or not encoded.isascii():
        raise ValidationError(NOT_A_MAILBOX, code="invalid")


class NormalizedEmailField(models.CharField):
    """The normalized form of the email address in another column of the row, `source`.

    It is computed whenever the row is saved or created in bulk. QuerySet.update() must set both.
    """

    def __init__(self, *, source: str = "email", **options) -> None:
        options |= {"max_length": MAX_LENGTH, "blank": True, "editable": False}
        super().__init__(**options | {"default": "", "db_default": ""})
        self.source = source

    def deconstruct(self) -> tuple[str, str, Sequence, dict[str, str]]:
        """Return Django's four values, without the options that are always the same."""
        name, path, args, options = super().deconstruct()
        for fixed in ("max_length", "blank", "editable", "default", "db_default"):
            options.pop(fixed, None)
        return name, path, args, options | {"source": self.source}

    def pre_save(self, model_instance, add) -> str:
        """Return the normalized address from the column `source`, and set this field to it."""
        value = normalize_email(getattr(model_instance, self.source) or "")
        setattr(model_instance, self.attname, value)
        return value


class EmailModel(models.Model):
    """An abstract model with an `email`, whose normalized form is `email_normalized`."""

    email_normalized = NormalizedEmailField()

    class Meta:
        abstract = True

    def save(self, *args, update_fields=None, **options) -> None:
        """Save the row; with `email` among `update_fields`, its normalized form too."""
        if update_fields is not None and "email" in update_fields:
            update_fields = {*update_fields, "email_normalized"}
        super().save(*args, update_fields=update_fields, **options)
