"""Followers by email: confirming an address, links in mails, and counts for staff."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import OuterRef, Q, QuerySet
from django.utils.translation import get_language, ngettext

from lib import clock
from lib.email_addresses import normalize_email
from requests_app import mail
from requests_app.errors import NotAllowed
from requests_app.models import Device, Follower, FollowerAddress, FollowerLink, ServiceRequest
from requests_app.models.supporters import count_rows, count_supporters
from requests_app.tracking.private_links import is_link_expired

CONFIRMATION_MAIL = "following"  # the mail that asks whether the address wants the news


@dataclass(frozen=True)
class FollowerCount:
    """The number of people who support a request, and of their addresses that refuse mail."""

    total: int
    refused: int

    @property
    def formatted(self) -> str:
        """The numbers in words, such as "3 (Email to 1 address bounced)"; "" without followers."""
        if not self.refused:
            return str(self.total or "")
        refused = ngettext(
            "Email to %(n)s address bounced", "Email to %(n)s addresses bounced", self.refused
        )
        return f"{self.total} ({refused % {'n': self.refused}})"


@transaction.atomic
def request_confirmation(service_request: ServiceRequest, email: str, *, by: Device) -> None:
    """Mail a confirmation link to `email`, as the device `by` asked for.

    An unconfirmed follower is created if needed. An address that follows already gets a mail that
    says so, so that callers cannot find out. Raise TooManyAttempts, and NotAllowed if the request
    is not public.
    """
    if not service_request.is_public:
        raise NotAllowed
    follower = _get_or_create_follower(service_request, email)
    mail.request_mail(CONFIRMATION_MAIL, to=email, asked_by=by, about={"follower": follower.pk})


def find_follower_by_token(reference: str, token: str) -> Follower | None:
    """Return the follower of a link to this request; None for a wrong or expired token.

    Also return None if the request is not public any more.
    """
    links = FollowerLink.objects.select_related(
        "follower__address", "follower__service_request__duplicate_of"
    )
    link = links.filter(token_hash=FollowerLink.hash_token(token)).first()
    if link is None:
        return None
    row = link.follower.service_request
    is_good = row.reference == reference and row.is_public and not is_link_expired(row)
    return link.follower if is_good else None


def find_address_of_device(
    service_request: ServiceRequest, device: Device | None
) -> FollowerAddress | None:
    """Return the address that was confirmed on the device for this request; None without one."""
    addresses = FollowerAddress.objects.select_related("follower")
    confirmed = addresses.filter(service_request=service_request, confirmed_at__isnull=False)
    return confirmed.filter(follower__device=device).first() if device else None


def count_followers(service_request: ServiceRequest) -> FollowerCount:
    """Return the numbers of a request's followers, without unconfirmed addresses. One query."""
    rows = ServiceRequest.objects.filter(pk=service_request.pk).only("pk").order_by()
    return get_follower_count(annotate_follower_counts(rows).get())


def annotate_follower_counts(
    service_requests: QuerySet[ServiceRequest],
) -> QuerySet[ServiceRequest]:
    """Annotate requests with `followers_count` and `followers_refused`.

    `get_follower_count` reads these. Unconfirmed addresses do not count; reporters of requests
    that were merged into one do.
    """
    standing = Follower.objects.confirmed().filter(service_request=OuterRef("pk"))
    refused = standing.filter(address__bounced_at__isnull=False)
    return service_requests.annotate(
        followers_count=count_supporters(),
        followers_refused=count_rows(refused, "service_request"),
    )


def get_follower_count(service_request) -> FollowerCount:
    """Return the numbers of a request from `annotate_follower_counts`."""
    return FollowerCount(service_request.followers_count, service_request.followers_refused)


def find_mailable_followers(service_requests) -> QuerySet:
    """Return followers of these requests (rows, ids or a query) with a confirmed address.

    Ordered by id, with the `address`. Addresses that refuse mail and followers on a device are left
    out.
    """
    confirmed = Q(address__confirmed_at__isnull=False, address__bounced_at=None)
    rows = Follower.objects.filter(confirmed, service_request__in=service_requests)
    return rows.select_related("address").order_by("pk")


def record_bounce(follower_id: int) -> None:
    """Save that this follower's address was refused by its mail server, as of now."""
    FollowerAddress.objects.filter(follower=follower_id).update(bounced_at=clock.now())


def _get_or_create_follower(service_request: ServiceRequest, email: str) -> Follower:
    """Return the follower with this address, created unconfirmed if needed.

    A new address has the active language. Addresses are compared in their normalized form.
    """
    addresses = FollowerAddress.objects.select_related("follower")
    known = addresses.filter(
        service_request=service_request, email_normalized=normalize_email(email)
    )
    if address := known.order_by("pk").first():
        return address.follower
    address, _is_new = addresses.get_or_create(
        service_request=service_request,
        email=email,
        defaults={
            # A function, so that the follower is only created with the address.
            "follower": lambda: Follower.objects.create(service_request=service_request),  # type: ignore[misc]
            "language": get_language(),
        },
    )
    return address.follower
