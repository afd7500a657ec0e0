"""The followers of other residents' requests, by device, by e-mail, or both."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lib.email_addresses import EmailModel
from requests_app.models.columns import (
    created_field,
    device_foreign_key,
    nullable_datetime_field,
    request_foreign_key,
)
from requests_app.models.contact import Link


class FollowerQuerySet(models.QuerySet["Follower"]):
    def confirmed(self) -> Self:
        """Return followers with a device or a confirmed address."""
        return self.filter(Q(device__isnull=False) | Q(address__confirmed_at__isnull=False))


class Follower(models.Model):
    """A person who follows a request that another person reported.

    `device` is empty for a follower by e-mail alone. The address is a row of its own (`address`),
    so that it can be deleted alone.
    """

    device = device_foreign_key("followings", null=True)
    service_request = request_foreign_key("followers")
    created_at = created_field()

    objects = FollowerQuerySet.as_manager()

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        constraints = [
            models.UniqueConstraint(
                fields=["device", "service_request"], name="a_device_follows_a_request_once"
            )
        ]

    def __str__(self) -> str:
        return f"follower {self.pk} of {self.service_request_id}"


class FollowerAddress(EmailModel):
    """The e-mail address of a follower as typed, and the language.

    Until it is confirmed, only the confirmation mail is sent to it.
    """

    follower = models.OneToOneField(
        Follower, models.CASCADE, related_name="address", verbose_name=_("follower")
    )
    service_request = request_foreign_key("+")
    email = models.EmailField(_("email"))
    language = models.CharField(_("language"), max_length=10)
    confirmed_at = nullable_datetime_field(_("confirmed"))
    bounced_at = nullable_datetime_field(_("email refused"))

    class Meta:
        verbose_name = _("follower by email")
        verbose_name_plural = _("followers by email")
        constraints = [
            models.UniqueConstraint(
                fields=["service_request", "email"], name="an_address_follows_a_request_once"
            ),
        ]
        indexes = [
            models.Index(fields=["email_normalized"], name="followers_by_normalized_email"),
        ]

    def __str__(self) -> str:
        return f"address of {self.follower_id}"


class FollowerLink(Link):
    """A link in a mail to a follower: it adds the device that opens it, and can stop the mails."""

    follower = models.ForeignKey(Follower, models.CASCADE, related_name="links")

    def __str__(self) -> str:
        return f"link of {self.follower_id}"

    @property
    def token(self) -> str:
        return self.sign(f"follower-link:{self.follower_id}:{self.nonce}")
