"""The check whether a request may be the original of a duplicate."""

from django.db.models import Q
from django.utils.translation import gettext as _

from requests_app.errors import InvalidInput
from requests_app.models import Contact, Device, FollowerAddress, ServiceRequest
from requests_app.permissions import may_see


def check_original(row: ServiceRequest, original: ServiceRequest) -> None:
    """Raise InvalidInput if `row` cannot become a duplicate of `original`.

    `original` must not be hidden or a duplicate, and all followers of `row` must be allowed to see
    it.
    """
    if original.duplicate_of_id:
        raise InvalidInput("original", _("That request is itself a duplicate: pick its original."))
    if original.is_hidden:
        raise InvalidInput(
            "original", _("That request is hidden, so no one could follow its updates.")
        )
    if original.is_private and not _can_all_followers_see(row, original):
        raise InvalidInput(
            "original", _("That request is private: those who follow couldn't see it.")
        )


def _can_all_followers_see(row: ServiceRequest, original: ServiceRequest) -> bool:
    """Return whether `row` is private and everyone who watches it may see `original`.

    These are reporters and followers of `row` and its duplicates. False also if a follower, or a
    reporter with an email address other than that of `original`, is reached by email.
    """
    if not row.is_private:
        return False
    ids = [row.pk, *row.duplicates.values_list("pk", flat=True)]
    watches = Q(reporter_sessions__service_request__in=ids) | Q(followings__service_request__in=ids)
    devices = Device.objects.filter(watches).distinct()
    addresses = Contact.objects.exclude(email="").values_list("email_normalized", flat=True)
    own = addresses.filter(service_request=original).first()
    strangers = addresses.filter(service_request__in=ids).exclude(email_normalized=own or "")
    by_mail = FollowerAddress.objects.filter(service_request__in=ids, confirmed_at__isnull=False)
    if strangers.exists() or by_mail.exists():
        return False
    return all(may_see(device, original) for device in devices)
