"""What a desk must not overlook about a request: each flag is one question on the requests.

`list_flag_columns` are those that take a query; `with_flags` and `flags_on` are for rows that are
shown, `repeated_words` and `repeated_photos` what many sent at the same time.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from requests_app.models import Contact, ContentReport, Photo, ServiceRequest
from requests_app.models.queries import HAS_DIGEST
from requests_app.status import Status, Verb

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


def with_flags(rows: QuerySet, now: datetime) -> QuerySet:
    """The same requests with what `flags_on` reads besides their columns."""
    return rows.annotate(**list_flag_columns(now))


def list_flag_columns(now: datetime, are_many: bool = False) -> dict[str, Combinable | Q]:
    """Return the conditions on a ServiceRequest that are no columns of it, by name.

    Each of a few requests asks for itself what is otherwise read once for all.
    """
    bounced = Contact.objects.filter(bounced_at__isnull=False)
    if are_many:
        return {
            "is_reported": Q(pk__in=reported()),
            "is_repeated": _are_repeated(now),
            "is_bounced": Q(pk__in=bounced.values("service_request")),
        }
    return {
        "is_reported": Exists(reported().filter(service_request=OuterRef("pk"))),
        "is_repeated": _repeats(now),
        "is_bounced": Exists(bounced.filter(service_request=OuterRef("pk"))),
    }


def flags_on(row) -> list[Flag]:
    """The flags of one row that came out of `with_flags`, the gravest first."""
    has = {
        Code.DANGER: bool(row.danger),
        Code.REPORTED: row.is_reported,
        Code.DISPUTED: row.status == Status.DISPUTED,
        Code.OVERDUE: row.is_late(),
        Code.REROUTED: row.is_open and row.times_routed >= OFTEN,
        Code.REPEATED: row.is_repeated,
        Code.BOUNCED: row.is_bounced,
    }
    return [flag for code, flag in FLAGS.items() if has[code]]


def reported():
    """The ids of what a reader's report waits about for an agent."""
    return ContentReport.objects.open().order_by().values("service_request")


def repeated_words(now):
    """A subquery: the `words_digest` of what many said within a week."""
    return _from_many(_often(_said_since(now - LATELY), "words_digest"), "words_digest", now)


def repeated_photos(now):
    """A subquery: the `digest` of pictures that came with the reports of many within a week."""
    often = _often(_sent_since(now - LATELY), "digest")
    return _from_many(often, "digest", now, "service_request__")


def _repeats(now):
    """Whether many said within a week what a request says, or sent a picture of it; each request
    looks for those alike.
    """
    said = _said_since(now - LATELY).filter(words_digest=OuterRef("words_digest"))
    sent = _sent_since(now - LATELY).filter(digest=OuterRef("digest"))
    many = Exists(_from_many(sent, "digest", now, "service_request__"))
    own = Photo.objects.filter(kind=Photo.Kind.REPORT, service_request=OuterRef("pk"))
    return Exists(_from_many(said, "words_digest", now)) | Exists(own.filter(many))


def _said_since(moment):
    return ServiceRequest.objects.filter(HAS_DIGEST, filed_at__gte=moment).order_by()


def _sent_since(moment):
    sent = Photo.objects.filter(kind=Photo.Kind.REPORT, service_request__filed_at__gte=moment)
    return sent.order_by()


def _often(rows, column):
    """Those that came often enough for many to have sent them: few, of whom the rest is asked."""
    often = rows.values(column).annotate(n=Count("pk")).filter(n__gte=MANY)
    return rows.filter(**{f"{column}__any": often.values(column)})


def _from_many(rows, column, now, prefix=""):
    people = Count(_person(prefix), distinct=True)
    filed = rows.alias(filing=_filing(prefix, now - LATELY))
    alike = filed.values(column).annotate(people=people)
    return alike.filter(people__gte=MANY).values(column)


def _filing(prefix, since):
    """The event that began it; the date lets the database look at a week of them only."""
    events = f"{prefix}events"
    is_filing = Q(**{f"{events}__verb": Verb.FILE, f"{events}__at__gte": since - SLACK})
    return FilteredRelation(events, condition=is_filing)


def _person(prefix):
    """Who reported, as far as that is known: by the address they gave, then the number, then the
    browser that filed it. Of whom nothing is known, each is somebody else.
    """
    return Coalesce(
        NullIf(F(f"{prefix}contact__email_normalized"), Value("")),
        NullIf(F(f"{prefix}contact__phone"), Value("")),
        Case(When(filing__device__isnull=False, then=_named("device ", "filing__device"))),
        _named("request ", f"{prefix}pk"),
    )


def _named(kind, column):
    return Concat(Value(kind), Cast(column, CharField()))


def _are_repeated(now):
    said = ServiceRequest.objects.filter(
        HAS_DIGEST, words_digest__any=repeated_words(now)
    ).order_by()
    sent = Photo.objects.filter(digest__any=repeated_photos(now), kind=Photo.Kind.REPORT)
    sent = sent.exclude(service_request=None)
    return Q(pk__in=said.values("pk")) | Q(pk__in=sent.values("service_request"))
