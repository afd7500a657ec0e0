"""Which request another one may point to as its original: one whose news all who watch may see."""

from django.db.models import Q
from django.utils.translation import gettext as _

from requests_app.errors import InvalidInput
from requests_app.models import Contact, Device, FollowerAddress
from requests_app.permissions import may_see


def check_original(row, original) -> None:
    """Raises InvalidInput where `original` cannot be the one that `row` is the same as."""
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


def _can_all_followers_see(row, original) -> bool:
    """Whoever watches `row` or a duplicate of it: on a device, or by mail alone."""
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
