"""How to reach the reporter, apart from the request so that it can be forgotten on its own."""

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
from requests_app.models.columns import created_field, moment_field, request_key
from requests_app.models.search import FoldedText

_EXTENSION = re.compile(r"(?<=\d)\s*(?:x|ext\.?|extension|extensión|#|;)\s*\d{1,6}$", re.IGNORECASE)
_PHONE = re.compile(r"(?:tel:|phone:)?[0-9+() .,/-]{7,40}", re.IGNORECASE | re.ASCII)
_LEAST_DIGITS, _MOST_DIGITS = 7, 10  # without the area code, without the country's


def find_phone_ending(typed: str) -> str | None:
    """Return the last digits of a phone number, the last one first, as `PhoneEnding` begins.

    The country's code and an extension do not count. The result is None where `typed` is no phone
    number of at least seven digits.
    """
    plain = re.sub(r"[\u2010-\u2015\u2212]", "-", unicodedata.normalize("NFKC", typed)).strip()
    plain = _EXTENSION.sub("", plain)
    digits = re.sub(r"[^0-9]", "", plain) if _PHONE.fullmatch(plain) else ""
    return digits[::-1][:_MOST_DIGITS] if len(digits) >= _LEAST_DIGITS else None


class PhoneEnding(models.Func):
    """A phone number's digits from the last to the first, so that an index finds how it ends."""

    template = "REVERSE(REGEXP_REPLACE(%(expressions)s, '[^0-9]', '', 'g'))"
    output_field = models.TextField()


class ContactQuerySet(models.QuerySet):
    def with_phone_ending(self) -> Self:
        """Let conditions name `phone_ending`, which begins with what `find_phone_ending` gives."""
        return self.alias(phone_ending=PhoneEnding("phone"))

    def ending_with_phone(self, ending: str) -> Self:
        """Return contacts whose phone number ends with the digits of `find_phone_ending`."""
        return self.with_phone_ending().filter(phone_ending__startswith=ending)

    def named(self, words: list[str]) -> Self:
        """Return those whose name contains each of these folded words; none without a word of three
        letters, as no index finds shorter ones.
        """
        if not any(len(word) > 2 for word in words):
            return self.none()
        says = (Q(folded_name__contains=word) for word in words)
        return self.alias(folded_name=FoldedText("name")).filter(*says)


class Contact(EmailModel):
    """The reporter's own details. Seen by the desk and the department that holds the request."""

    service_request = request_key("contact", one=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("email"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    bounced_at = moment_field(_("email refused"))

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
    def takes_email(self) -> bool:
        return bool(self.email and not self.bounced_at)

    @property
    def can_be_reached(self) -> bool:
        return bool(self.phone) or self.takes_email


class Link(models.Model):
    """A link that was handed out: each mail has its own.

    The token is an HMAC of a secret and this row, so that a repeated task sends the same link,
    and the row alone (its hash) lets nobody in.
    """

    nonce = models.UUIDField(unique=True)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = created_field()

    class Meta:
        abstract = True

    @classmethod
    def fresh(cls, **owner: models.Model | str | int) -> Self:
        """A link to its `owner` for an occasion that comes once."""
        link = cls(nonce=uuid.uuid4(), **owner)
        link.token_hash = cls.hash_of(link.token)
        link.save(force_insert=True)
        return link

    @classmethod
    def handed_out(cls, nonce: uuid.UUID, **owner: models.Model | str | int) -> Self:
        """The link of this occasion to its `owner`; `nonce` (a UUID) names the occasion: a mail, a
        sent report.

        Asked again with the same nonce it is the same link, so a task may repeat.
        """
        if link := cls.objects.filter(nonce=nonce).first():
            return link
        cls.prepare(nonce, **owner)
        return cls.objects.get(nonce=nonce)

    @classmethod
    def prepare(cls, nonce: uuid.UUID, **owner: models.Model | str | int) -> None:
        """See that the link of this occasion is there; one statement."""
        link = cls(nonce=nonce, **owner)
        link.token_hash = cls.hash_of(link.token)
        cls.objects.bulk_create([link], ignore_conflicts=True)

    def signed(self, text: str) -> str:
        """256 bits as 64 hex digits, by the secret that this link was handed out under."""
        for secret in (settings.LINK_SECRET, *settings.LINK_SECRET_FALLBACKS):
            token = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
            if self.token_hash in ("", self.hash_of(token)):  # a new one has no hash yet
                return token
        raise LookupError("The secret that made this link is not in LINK_SECRET_FALLBACKS.")

    @staticmethod
    def hash_of(token: str) -> str:
        return hashlib.sha256(token.encode()).hexdigest()


class AccessLink(Link):
    """A private link: who opens it becomes the reporter on that device."""

    service_request = request_key("access_links")

    class Meta:
        verbose_name = _("private link")
        verbose_name_plural = _("private links")

    def __str__(self) -> str:
        return f"link to {self.service_request_id}"

    @property
    def token(self) -> str:
        return self.signed(f"access-link:{self.service_request_id}:{self.nonce}")


class DataLink(Link):
    """A mailed link to everything that is kept about an e-mail address.

    Good for a day, and gone once it was used to delete.
    """

    LIVES = timedelta(hours=24)

    address = models.EmailField()
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    def __str__(self) -> str:
        return f"data link {self.pk}"

    @property
    def token(self) -> str:
        return self.signed(f"data-link:{self.nonce}")

    @classmethod
    def opened_by(cls, token: str) -> "DataLink | None":
        """Return the link of this token, while it is good."""
        good = cls.objects.filter(created_at__gt=clock.now() - cls.LIVES)
        return good.filter(token_hash=cls.hash_of(token)).first()
