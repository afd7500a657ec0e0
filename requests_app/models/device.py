"""The browsers of residents. A resident has no account and is identified by the browser."""

import hashlib
import secrets
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.columns import created_field, device_foreign_key, request_foreign_key
from requests_app.permissions import NoRights

if TYPE_CHECKING:
    from requests_app.models.photo import Photo
    from requests_app.models.service_request import ServiceRequest


class Device(NoRights, models.Model):
    """A resident's browser, identified by a random cookie of which only the hash is stored."""

    key_hash = models.CharField(_("hash of the key"), max_length=64, unique=True)
    created_at = created_field()

    # Prefixes of a `key_hash` that is the hash of no key
    FORGOTTEN_PREFIX = "forgotten:"
    MAIL_PREFIX = "mail:"  # for a person who replies by email, without a browser

    class Meta:
        verbose_name = _("device")
        verbose_name_plural = _("devices")

    def __str__(self) -> str:
        return f"device {self.pk}"

    @staticmethod
    def hash_key(key: str) -> str:
        """Return the SHA-256 hash of the key in hex."""
        return hashlib.sha256(key.encode()).hexdigest()

    @classmethod
    def get_or_create_by_key(cls, key: str) -> Self:
        """Return the device with this key, created if needed; safe for concurrent requests."""
        [device] = cls.objects.bulk_create(
            [cls(key_hash=cls.hash_key(key))],
            update_conflicts=True,
            unique_fields=["key_hash"],
            update_fields=["key_hash"],
        )
        return device

    @classmethod
    def create_for_mail(cls) -> Self:
        """Create the device of a person who acts by email; no browser can become it."""
        return cls.objects.create(key_hash=cls.MAIL_PREFIX + secrets.token_hex(24))

    @property
    def is_for_mail(self) -> bool:
        """Return whether the device stands for a person who replies by email."""
        return self.key_hash.startswith(self.MAIL_PREFIX)

    @classmethod
    def generate_unusable_hash(cls) -> str:
        """Return a random `key_hash` that matches no key, for a device that was forgotten."""
        return cls.FORGOTTEN_PREFIX + secrets.token_hex(24)

    def has_reported(self, service_request: "ServiceRequest") -> bool:
        """Return whether the device has a reporter session of the request; False if unsaved."""
        if self.pk is None:  # a browser without a stored device
            return False
        return self.reporter_sessions.filter(service_request=service_request).exists()

    def follows(self, service_request: "ServiceRequest") -> bool:
        """Return whether the device follows the request or a duplicate, or reported a duplicate.

        False for an unsaved device.
        """
        if self.pk is None:
            return False
        duplicates = Q(service_request__duplicate_of=service_request)
        same = Q(service_request=service_request) | duplicates
        return (
            self.followings.filter(same).exists()
            or self.reporter_sessions.filter(duplicates).exists()
        )

    @property
    def has_notifications(self) -> bool:
        """Return whether the browser gets notifications; False for an unsaved device."""
        return self.pk is not None and self.push_endpoints.exists()

    def has_uploaded(self, photo: "Photo") -> bool:
        """Return whether this device uploaded the photo; False if unsaved."""
        return self.pk is not None and photo.device_id == self.pk


class ReporterSession(models.Model):
    """A device of the request's reporter: it filed the request or opened a private link."""

    device = device_foreign_key("reporter_sessions")
    service_request = request_foreign_key("reporter_sessions")
    created_at = created_field()

    class Meta:
        verbose_name = _("device of a resident")
        verbose_name_plural = _("devices of residents")
        constraints = [
            models.UniqueConstraint(
                fields=["device", "service_request"], name="one_reporter_session_per_device"
            )
        ]

    def __str__(self) -> str:
        return f"{self.device} reports {self.service_request_id}"
