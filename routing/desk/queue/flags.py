"""The flags that warn agents about a request, with labels and explanations.

The desk's table computes which requests have a flag (`routing.desk.queue.table`).
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    FilteredRelation,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.models import ContentReport, Photo, ServiceRequest
from requests_app.models.queries import HAS_DIGEST
from requests_app.status import Verb

MIN_TIMES_ROUTED = 4  # routed four times: moved on three times
MIN_SENDERS = 3  # different people, see `_reporter_identity`
REPEATED_WITHIN = timedelta(days=7)
FILING_TIME_TOLERANCE = timedelta(
    hours=1
)  # the time of a request's FILE event is nearly its `filed_at`


class FlagCode(TextChoices):
    DANGER = "danger", _("Possible emergency")
    REPORTED = "reported", _("Reported by readers")
    DISPUTED = "disputed", _("Disputed")
    OVERDUE = "overdue", _("Late")
    REROUTED = "rerouted", _("Rerouted 3+ times")
    REPEATED = "repeated", _("Sent by many")
    BOUNCED = "bounced", _("Email bounced")


class Flag(NamedTuple):
    """A flag as the desk shows it.

    `icon` is a name of the sprite, `tone` is "bad" or "warn", `explanation` is a sentence.
    """

    code: FlagCode
    icon: str
    tone: str
    explanation: str | Promise

    @property
    def label(self) -> str | Promise:
        return self.code.label


FLAGS = {
    flag.code: flag
    for flag in [
        Flag(
            FlagCode.DANGER,
            "alert",
            "bad",
            _("What the resident wrote may describe an emergency. No one has checked it yet."),
        ),
        Flag(
            FlagCode.REPORTED,
            "eye",
            "bad",
            _("A reader says something is wrong with a photo or a text on the public page."),
        ),
        Flag(
            FlagCode.DISPUTED,
            "flag",
            "bad",
            _("The resident says that it's not fixed, or that the answer was wrong."),
        ),
        Flag(
            FlagCode.OVERDUE,
            "clock",
            "bad",
            _("It's past the date the resident was given, and the clock is running."),
        ),
        Flag(
            FlagCode.REROUTED,
            "route",
            "bad",
            _("It has been rerouted 3 or more times. Someone needs to decide who owns it."),
        ),
        Flag(
            FlagCode.REPEATED,
            "users",
            "warn",
            _("3 or more people sent the same text or the same photo within a week."),
        ),
        Flag(
            FlagCode.BOUNCED,
            "mail",
            "warn",
            _("Email to the reporter bounced, so they aren't getting updates."),
        ),
    ]
}


def reported_request_ids() -> QuerySet:
    """Return a queryset of the ids of requests with an open content report."""
    return ContentReport.objects.open().order_by().values("service_request")


def list_repeated_request_ids(now: datetime) -> list[int]:
    """Return the ids of requests whose text or photo MIN_SENDERS people sent in a week.

    Only requests of the last REPEATED_WITHIN are compared; the ids of older ones with the same text
    or photo are included. An id may occur twice. Two queries.
    """
    since = now - REPEATED_WITHIN
    recent = ServiceRequest.objects.filter(HAS_DIGEST, filed_at__gte=since)
    texts = _find_digests_sent_by_many(recent, "words_digest", since)
    by_text = ServiceRequest.objects.filter(HAS_DIGEST, words_digest__any=texts).order_by()
    photos = Photo.objects.filter(kind=Photo.Kind.REPORT)
    recent_photos = photos.filter(service_request__filed_at__gte=since)
    pictures = _find_digests_sent_by_many(recent_photos, "digest", since, "service_request__")
    by_photo = photos.filter(digest__any=pictures, service_request__isnull=False).order_by()
    return [
        *by_text.values_list("pk", flat=True),
        *by_photo.values_list("service_request", flat=True),
    ]


def _find_digests_sent_by_many(
    rows: QuerySet, column: str, since: datetime, prefix: str = ""
) -> QuerySet:
    """Return the values of the digest `column` that came from MIN_SENDERS people since `since`.

    `prefix` is the lookup from `rows` to their requests. Digests that occur fewer times are dropped
    first, and only events since `since` are joined, so that the query stays fast.
    """
    often = rows.order_by().values(column).annotate(n=Count("pk")).filter(n__gte=MIN_SENDERS)
    events = f"{prefix}events"
    is_filing = Q(
        **{f"{events}__verb": Verb.FILE, f"{events}__at__gte": since - FILING_TIME_TOLERANCE}
    )
    found = rows.order_by().filter(**{f"{column}__any": often.values(column)})
    found = found.alias(filing=FilteredRelation(events, condition=is_filing)).values(column)
    people = found.annotate(people=Count(_reporter_identity(prefix), distinct=True))
    return people.filter(people__gte=MIN_SENDERS).values(column)


def _reporter_identity(prefix: str) -> Coalesce:
    """Return an expression that identifies the reporter of a request.

    The identity is the email address, else the phone number, else the browser, else the request
    itself. The query must have the alias `filing` (a FilteredRelation of the events), or Django
    raises FieldError.
    """
    return Coalesce(
        NullIf(F(f"{prefix}contact__email_normalized"), Value("")),
        NullIf(F(f"{prefix}contact__phone"), Value("")),
        Case(When(filing__device__isnull=False, then=_prefix_column("device ", "filing__device"))),
        _prefix_column("request ", f"{prefix}pk"),
    )


def _prefix_column(kind: str, column: str) -> Concat:
    """Return the expression of `column` as text after `kind`."""
    return Concat(Value(kind), Cast(column, CharField()))
