"""Push endpoints: browsers to which notifications are sent."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from requests_app.models.columns import device_foreign_key, nullable_datetime_field
from requests_app.models.contact import Link

MAX_PER_OWNER = 10
MAX_URL_LENGTH = 1000


class PushEndpoint(Link):
    """A browser's address at its push service, with the keys to encrypt messages for it.

    It belongs to a resident's browser (`device`) or to a member of staff (`user`); a browser that
    both use has a row for each. Its token is in each message and deletes the endpoint. `used_at` is
    when the service last accepted a message.
    """

    url = models.CharField(_("address"), max_length=MAX_URL_LENGTH)
    url_hash = models.CharField(max_length=64, unique=True)
    p256dh = models.CharField(max_length=100)
    auth = models.CharField(max_length=40)
    language = models.CharField(_("language"), max_length=10)
    device = device_foreign_key("push_endpoints", null=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="push_endpoints",
        verbose_name=_("person"),
    )
    used_at = nullable_datetime_field(_("last used"))

    class Meta:
        verbose_name = _("device with notifications")
        verbose_name_plural = _("devices with notifications")
        constraints = [
            models.CheckConstraint(
                condition=Q(device__isnull=False, user__isnull=True)
                | Q(device__isnull=True, user__isnull=False),
                name="an_endpoint_has_one_owner",
            )
        ]

    def __str__(self) -> str:
        return f"push endpoint {self.pk}"

    @property
    def token(self) -> str:
        return self.sign(f"push-endpoint:{self.nonce}")

    @staticmethod
    def hash_url(url: str, *, is_staff: bool) -> str:
        """Return the SHA-256 hash in hex of the address and the kind of owner."""
        return hashlib.sha256(f"{'staff ' if is_staff else ''}{url}".encode()).hexdigest()
