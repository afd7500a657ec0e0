"""Who wants the news of somebody else's request: on a device, by mail, or both."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lib.email_addresses import EmailModel
from requests_app.models.columns import created_field, device_key, moment_field, request_key
from requests_app.models.contact import Link


class FollowerQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Without those whose address nobody has confirmed: they follow nothing yet."""
        return self.filter(Q(device__isnull=False) | Q(address__confirmed_at__isnull=False))


class Follower(models.Model):
    """Somebody who wants the news of a request that somebody else reported.

    `device` is their browser; empty where they gave an address alone. The address, if there is
    one, is a row of its own (`address`), so that it can be forgotten on its own.
    """

    device = device_key("followings", null=True)
    service_request = request_key("followers")
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
    """The email address of a follower, as they typed it first, and their language.

    Until it is confirmed, by whoever reads its mail, nothing but the question goes there.
    """

    follower = models.OneToOneField(
        Follower, models.CASCADE, related_name="address", verbose_name=_("follower")
    )
    service_request = request_key("+")
    email = models.EmailField(_("email"))
    language = models.CharField(_("language"), max_length=10)
    confirmed_at = moment_field(_("confirmed"))
    bounced_at = moment_field(_("email refused"))

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
    """A link that a mail to a follower brought: its owner's device follows, and can stop mails."""

    follower = models.ForeignKey(Follower, models.CASCADE, related_name="links")

    def __str__(self) -> str:
        return f"link of {self.follower_id}"

    @property
    def token(self) -> str:
        return self.signed(f"follower-link:{self.follower_id}:{self.nonce}")
