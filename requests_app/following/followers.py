"""Following by mail: asking for it, the links its mails bring, and what staff see of it."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import get_language, ngettext

from lib import clock
from lib.email_addresses import normalize_email
from requests_app import mail
from requests_app.errors import NotAllowed
from requests_app.models import Follower, FollowerAddress, FollowerLink
from requests_app.tracking.private_links import is_over

CONFIRM = "following"  # the mail that asks whether the address wants the news


@dataclass(frozen=True)
class Following:
    """How many follow a request, and how many of their addresses refuse mail; never which."""

    count: int
    refused: int

    @property
    def said(self) -> str:
        """`3`, or `3 (1 address refuses mail)`; empty where nobody follows."""
        if not self.refused:
            return str(self.count or "")
        refused = ngettext(
            "Email to %(n)s address bounced", "Email to %(n)s addresses bounced", self.refused
        )
        return f"{self.count} ({refused % {'n': self.refused}})"


@transaction.atomic
def ask(service_request, email, *, by) -> None:
    """Ask at the address whether it wants the news; the device `by` asked for it.

    It answers alike whether the address follows already or not: then its mail says so. Raises
    TooManyAttempts, and NotAllowed where the request is not public.
    """
    if not service_request.is_public:
        raise NotAllowed
    follower = _waiting(service_request, email)
    mail.request_mail(CONFIRM, to=email, asked_by=by, about={"follower": follower.pk})


def opened_by(reference, token) -> Follower | None:
    """Whose link this is; None for a wrong one, an expired one and another request's.

    Nor does one open a request that is not public any more.
    """
    links = FollowerLink.objects.select_related(
        "follower__address", "follower__service_request__duplicate_of"
    )
    link = links.filter(token_hash=FollowerLink.hash_token(token)).first()
    if link is None:
        return None
    row = link.follower.service_request
    is_good = row.reference == reference and row.is_public and not is_over(row)
    return link.follower if is_good else None


def following(service_request) -> Following:
    standing = Follower.objects.confirmed().filter(service_request=service_request)
    refused = Count("pk", filter=Q(address__bounced_at__isnull=False))
    return Following(**standing.aggregate(count=Count("pk"), refused=refused))


def with_following(service_requests) -> QuerySet:
    """The same requests with what `following_of` reads."""
    standing = Follower.objects.confirmed().filter(service_request=OuterRef("pk")).order_by()
    refused = standing.filter(address__bounced_at__isnull=False)
    return service_requests.annotate(
        followers_count=_count(standing), followers_refused=_count(refused)
    )


def following_of(service_request) -> Following:
    """Of one that came out of `with_following`."""
    return Following(service_request.followers_count, service_request.followers_refused)


def _count(followers) -> Coalesce:
    counted = followers.values("service_request").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def to_mail(service_requests) -> QuerySet:
    """Followers of these requests (rows, ids or a query) whose confirmed address takes mail."""
    confirmed = Q(address__confirmed_at__isnull=False, address__bounced_at=None)
    rows = Follower.objects.filter(confirmed, service_request__in=service_requests)
    return rows.select_related("address").order_by("pk")


def note_bounce(follower_id) -> None:
    """The mail server refused this follower's address for good."""
    FollowerAddress.objects.filter(follower=follower_id).update(bounced_at=clock.now())


def _waiting(service_request, email) -> Follower:
    """Who follows, or would follow, with this address."""
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
            # Only where there is none, and not where another request is faster.
            "follower": lambda: Follower.objects.create(service_request=service_request),
            "language": get_language(),
        },
    )
    return address.follower
