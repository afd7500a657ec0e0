"""What a desk must not overlook about a request: the flags, in words.

The desk's table tells which requests have which flag (`routing.desk.queue.table`).
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

OFTEN = 4  # routed four times: moved on three times
MANY = 3  # so many people, as far as they are known apart
LATELY = timedelta(days=7)
SLACK = timedelta(hours=1)  # a request and the event that began it carry nearly the same time


class Code(TextChoices):
    DANGER = "danger", _("Possible emergency")
    REPORTED = "reported", _("Reported by readers")
    DISPUTED = "disputed", _("Disputed")
    OVERDUE = "overdue", _("Late")
    REROUTED = "rerouted", _("Rerouted 3+ times")
    REPEATED = "repeated", _("Sent by many")
    BOUNCED = "bounced", _("Email bounced")


class Flag(NamedTuple):
    """`icon` is one of the sprite's, `tone` is `bad` or `warn`; `explained` is a sentence."""

    code: Code
    icon: str
    tone: str
    explained: str | Promise

    @property
    def words(self) -> str:
        return self.code.label


FLAGS = {
    flag.code: flag
    for flag in [
        Flag(
            Code.DANGER,
            "alert",
            "bad",
            _("What the resident wrote may describe an emergency. No one has checked it yet."),
        ),
        Flag(
            Code.REPORTED,
            "eye",
            "bad",
            _("A reader says something is wrong with a photo or a text on the public page."),
        ),
        Flag(
            Code.DISPUTED,
            "flag",
            "bad",
            _("The resident says that it's not fixed, or that the answer was wrong."),
        ),
        Flag(
            Code.OVERDUE,
            "clock",
            "bad",
            _("It's past the date the resident was given, and the clock is running."),
        ),
        Flag(
            Code.REROUTED,
            "route",
            "bad",
            _("It has been rerouted 3 or more times. Someone needs to decide who owns it."),
        ),
        Flag(
            Code.REPEATED,
            "users",
            "warn",
            _("3 or more people sent the same text or the same photo within a week."),
        ),
        Flag(
            Code.BOUNCED,
            "mail",
            "warn",
            _("Email to the reporter bounced, so they aren't getting updates."),
        ),
    ]
}


def reported() -> QuerySet:
    """Return the ids of the requests about which a reader's report waits for an agent."""
    return ContentReport.objects.open().order_by().values("service_request")


def list_repeated(now: datetime) -> list[int]:
    """Return the ids of the requests whose words or photo many people sent within a week.

    Two queries.
    """
    since = now - LATELY
    alike = ServiceRequest.objects.filter(HAS_DIGEST, filed_at__gte=since)
    words = _sent_by_many(alike, "words_digest", since)
    said = ServiceRequest.objects.filter(HAS_DIGEST, words_digest__any=words).order_by()
    alike = Photo.objects.filter(kind=Photo.Kind.REPORT, service_request__filed_at__gte=since)
    pictures = _sent_by_many(alike, "digest", since, "service_request__")
    sent = Photo.objects.filter(digest__any=pictures, kind=Photo.Kind.REPORT).order_by()
    sent = sent.exclude(service_request=None).values_list("service_request", flat=True)
    return [*said.values_list("pk", flat=True), *sent]


def _sent_by_many(rows: QuerySet, column: str, since: datetime, prefix: str = "") -> QuerySet:
    """Return the values of the digest `column` that came from MANY people since that moment.

    `prefix` leads from `rows` to their requests. Only values that came often enough for many to
    have sent them are looked at, and of these only a week of the events that began a request.
    """
    often = rows.order_by().values(column).annotate(n=Count("pk")).filter(n__gte=MANY)
    events = f"{prefix}events"
    is_filing = Q(**{f"{events}__verb": Verb.FILE, f"{events}__at__gte": since - SLACK})
    found = rows.order_by().filter(**{f"{column}__any": often.values(column)})
    found = found.alias(filing=FilteredRelation(events, condition=is_filing)).values(column)
    people = found.annotate(people=Count(_person(prefix), distinct=True))
    return people.filter(people__gte=MANY).values(column)


def _person(prefix: str) -> Coalesce:
    """Return who reported, as far as that is known.

    The address they gave counts, then the number, then the browser that filed it. Of whom nothing
    is known, each is somebody else.
    """
    return Coalesce(
        NullIf(F(f"{prefix}contact__email_normalized"), Value("")),
        NullIf(F(f"{prefix}contact__phone"), Value("")),
        Case(When(filing__device__isnull=False, then=_name("device ", "filing__device"))),
        _name("request ", f"{prefix}pk"),
    )


def _name(kind: str, column: str) -> Concat:
    return Concat(Value(kind), Cast(column, CharField()))
