"""The reporter's contact details, separate from the request so that they can be deleted."""

import hashlib
import hmac
import re
import unicodedata
import uuid
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from lib import clock
from lib.email_addresses import EmailModel
from requests_app.models.columns import created_field, nullable_datetime_field, request_foreign_key
from requests_app.models.search import FoldedText

_EXTENSION = re.compile(r"(?<=\d)\s*(?:x|ext\.?|extension|extensión|#|;)\s*\d{1,6}$", re.IGNORECASE)
_PHONE = re.compile(r"(?:tel:|phone:)?[0-9+() .,/-]{7,40}", re.IGNORECASE | re.ASCII)
_MIN_DIGITS, _MAX_DIGITS = 7, 10  # a number without area code, and one with it


def parse_phone_ending(typed: str) -> str | None:
    """Return the last digits of a phone number in reverse order, as PhoneEnding stores them.

    At most ten digits: the country code and an extension are left out. Return None if `typed`
    is no phone number of at least seven digits.
    """
    plain = re.sub(r"[\u2010-\u2015\u2212]", "-", unicodedata.normalize("NFKC", typed)).strip()
    plain = _EXTENSION.sub("", plain)
    digits = re.sub(r"[^0-9]", "", plain) if _PHONE.fullmatch(plain) else ""
    return digits[::-1][:_MAX_DIGITS] if len(digits) >= _MIN_DIGITS else None


class PhoneEnding(models.Func):
    """The digits of a phone number in reverse order, indexed for searches by its ending."""

    template = "REVERSE(REGEXP_REPLACE(%(expressions)s, '[^0-9]', '', 'g'))"
    output_field = models.TextField()


class ContactQuerySet(models.QuerySet["Contact"]):
    def alias_phone_ending(self) -> Self:
        """Return contacts with the alias `phone_ending`, the phone's digits in reverse order."""
        return self.alias(phone_ending=PhoneEnding("phone"))

    def filter_by_phone_ending(self, ending: str) -> Self:
        """Return contacts whose phone ends with `ending`, digits in reverse order."""
        return self.alias_phone_ending().filter(phone_ending__startswith=ending)

    def filter_by_name_words(self, words: list[str]) -> Self:
        """Return contacts whose name contains each of these folded words.

        Return none unless one word has three letters, since no index finds shorter ones.
        """
        if not any(len(word) > 2 for word in words):
            return self.none()
        says = (Q(folded_name__contains=word) for word in words)
        return self.alias(folded_name=FoldedText("name")).filter(*says)


class Contact(EmailModel):
    """The reporter's details. The desk and the department of the request see them."""

    service_request = request_foreign_key("contact", one=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("email"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    bounced_at = nullable_datetime_field(_("email refused"))
    emails_stopped_at = nullable_datetime_field(_("emails stopped"))

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["email_normalized"], name="contacts_by_normalized_email"),
            models.Index(fields=["phone"], name="contacts_by_phone"),
            models.Index(
                OpClass(PhoneEnding("phone"), name="text_pattern_ops"),
                name="contacts_by_phone_ending",
            ),
            GinIndex(
                *(OpClass(Upper(each), name="gin_trgm_ops") for each in ("name", "email", "phone")),
                name="contacts_by_parts_of_them",
            ),
            GinIndex(
                OpClass(FoldedText("name"), name="gin_trgm_ops"), name="contacts_by_parts_of_name"
            ),
            models.Index(
                fields=["id"], condition=Q(bounced_at__isnull=False), name="contacts_that_bounced"
            ),
        ]

    def __str__(self) -> str:
        return f"contact of {self.service_request_id}"

    @property
    def can_receive_email(self) -> bool:
        """Return whether there is an email address that neither bounced nor was unsubscribed."""
        return bool(self.email) and not (self.bounced_at or self.emails_stopped_at)

    @property
    def can_be_reached(self) -> bool:
        """Return whether there is a phone number, or an address that can receive email."""
        return bool(self.phone) or self.can_receive_email


class Link(models.Model):
    """A link with a secret token; each mail has its own.

    The token is an HMAC of a secret and this row, so that a repeated task sends the same link. The
    row stores only the hash of the token.
    """

    nonce = models.UUIDField(unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = created_field()

    class Meta:
        abstract = True

    @property
    def token(self) -> str:
        """Return the secret part of the link's URL. Subclasses define it."""
        raise NotImplementedError

    @classmethod
    def create_link(cls, **owner: models.Model | str | int) -> Self:
        """Create and save a link for `owner` with a random nonce, and return it."""
        link = cls(nonce=uuid.uuid4(), **owner)
        link.token_hash = cls.hash_token(link.token)
        link.save(force_insert=True)
        return link

    @classmethod
    def get_or_create_for_nonce(cls, nonce: uuid.UUID, **owner: models.Model | str | int) -> Self:
        """Return the link for `owner` with this `nonce`, a UUID of the mail or report it is for.

        The same nonce gives the same link, so a task may repeat.
        """
        if link := cls._default_manager.filter(nonce=nonce).first():
            return link
        cls.create_if_missing(nonce, **owner)
        return cls._default_manager.get(nonce=nonce)

    @classmethod
    def create_if_missing(cls, nonce: uuid.UUID, **owner: models.Model | str | int) -> None:
        """Create the link with this nonce unless it exists, in one statement."""
        link = cls(nonce=nonce, **owner)
        link.token_hash = cls.hash_token(link.token)
        cls._default_manager.bulk_create([link], ignore_conflicts=True)

    def sign(self, text: str) -> str:
        """Return the HMAC of `text` in hex, with the secret under which this link was created.

        Raise LookupError if that secret is no longer configured.
        """
        for secret in (settings.LINK_SECRET, *settings.LINK_SECRET_FALLBACKS):
            token = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
            if self.token_hash in ("", self.hash_token(token)):  # a new one has no hash yet
                return token
        raise LookupError("The secret that made this link is not in LINK_SECRET_FALLBACKS.")

    @staticmethod
    def hash_token(token: str) -> str:
        """Return the SHA-256 hash of the token in hex."""
        return hashlib.sha256(token.encode()).hexdigest()


class AccessLink(Link):
    """A private link: a person who opens it becomes the reporter on that device."""

    service_request = request_foreign_key("access_links")

    class Meta:
        verbose_name = _("private link")
        verbose_name_plural = _("private links")

    def __str__(self) -> str:
        return f"link to {self.service_request_id}"

    @property
    def token(self) -> str:
        """Return the token of the link's URL, an HMAC in hex.

        Raise LookupError if its secret is no longer configured.
        """
        return self.sign(f"access-link:{self.service_request_id}:{self.nonce}")


class DataLink(Link):
    """A mailed link to all data about an e-mail address.

    The link is valid for a day, and deleted with the data.
    """

    LIFETIME = timedelta(hours=24)

    address = models.EmailField()
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"data link {self.pk}"

    @property
    def token(self) -> str:
        return self.sign(f"data-link:{self.nonce}")

    @classmethod
    def find_valid(cls, token: str) -> "DataLink | None":
        """Return the link with this token; None if unknown or older than LIFETIME."""
        good = cls.objects.filter(created_at__gt=clock.now() - cls.LIFETIME)
        return good.filter(token_hash=cls.hash_token(token)).first()
