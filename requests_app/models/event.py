"""The log of events, which are never changed and contain no words of a person."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from city.models import Department
from lib import clock
from requests_app.models.api_key import ApiKey
from requests_app.models.columns import (
    city_foreign_key,
    comment_foreign_key,
    created_field,
    device_foreign_key,
    event_foreign_key,
    photo_foreign_key,
    request_foreign_key,
    user_foreign_key,
)
from requests_app.models.comment import Comment
from requests_app.models.service_request import ServiceRequest
from requests_app.status import Status, Verb

FOLLOWER_CODE = "follower"  # the code of a follower's dispute

# Events with words by residents themselves, not by an agent for a caller.
RESIDENT_EVENTS = Q(verb__in=[Verb.DISPUTE, Verb.ANSWER, Verb.COMMENT, Verb.CORRECT]) & (
    Q(device__isnull=False) | Q(key__isnull=False)
)


def verb_choices() -> list[tuple[str, Any]]:
    """Return (value, label) of all verbs; migrations refer to this function."""
    return Verb.choices


class Event(models.Model):
    """A verb on one request. Database triggers refuse UPDATE, DELETE and TRUNCATE.

    If `actor`, `device` and `key` are empty, SYSTEM acted. `department` holds the request after the
    event (empty: the desk), and `due_at` is its due date then. `code` is the code of the reason,
    resolution or agency in the city's lists, FOLLOWER_CODE, a step of REMIND, or a kind of danger.
    The text is in `words` (a Comment), photos are in `photos`.
    """

    service_request = request_foreign_key("events", models.PROTECT, db_index=False)
    verb = models.CharField(_("what happened"), max_length=20, choices=verb_choices)
    at = models.DateTimeField(_("when"), default=clock.now)
    status_before = models.CharField(_("status before"), max_length=20, choices=Status, blank=True)
    status_after = models.CharField(_("status after"), max_length=20, choices=Status)

    actor = user_foreign_key("+", _("person"), db_index=False)
    device = device_foreign_key("+", models.PROTECT, null=True)
    key = city_foreign_key(ApiKey, _("API key"), null=True, db_index=False)
    on_behalf = models.BooleanField(_("for a resident"), default=False)

    department = city_foreign_key(Department, _("department"), null=True)
    assignee = user_foreign_key("+", _("assigned to"))
    code = models.CharField(_("reason"), max_length=60, blank=True)
    day = models.DateField(_("day"), null=True)
    due_at = models.DateTimeField(_("due"), null=True)
    other_request = models.ForeignKey(
        ServiceRequest, models.PROTECT, null=True, related_name="+", verbose_name=_("other request")
    )
    rule = models.CharField(_("rule"), max_length=60, blank=True)
    caused_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="consequences", verbose_name=_("caused by")
    )
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="undone_by", verbose_name=_("undoes")
    )
    subject_comment = comment_foreign_key("+", models.PROTECT, null=True)
    subject_photo = photo_foreign_key("+", models.PROTECT, null=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["pk"]
        indexes = [
            models.Index(fields=["service_request", "id"], name="events_of_a_request"),
            models.Index(fields=["verb", "at"], name="events_by_verb_and_time"),
            models.Index(fields=["at"], name="events_by_time"),
            models.Index(
                fields=["actor", "-at", "-id"],
                condition=Q(actor__isnull=False),
                name="events_by_person_and_time",
            ),
            models.Index(
                fields=["at"], condition=Q(on_behalf=True), name="events_for_somebody_else"
            ),
            models.Index(
                fields=["service_request", "id"],
                condition=Q(verb__in=[Verb.DISPUTE, Verb.ANSWER, Verb.COMMENT, Verb.CORRECT])
                & (Q(device__isnull=False) | Q(key__isnull=False)),
                name="news_by_residents",
            ),
            models.Index(
                fields=["-at", "-id"],
                condition=Q(verb__in=[Verb.CONFIRM, Verb.DISPUTE]),
                name="answers_to_finished_work",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(actor__isnull=True, device__isnull=True)
                | Q(actor__isnull=True, key__isnull=True)
                | Q(device__isnull=True, key__isnull=True),
                name="an_event_has_at_most_one_actor",
            )
        ]

    def __str__(self) -> str:
        return f"{self.service_request_id}: {self.get_verb_display()}"

    @property
    def comment(self) -> Comment | None:
        """Return the event's Comment, or None."""
        return getattr(self, "words", None)


class UndoPoint(models.Model):
    """The columns of a request before a verb that can be undone; deleted after the undo period.

    `columns` maps a column of ServiceRequest to its earlier value (ids, codes, ISO dates, numbers).
    """

    event = event_foreign_key("undo_point", one=True)
    columns = models.JSONField(_("how it was before"))
    moved_duplicates = ArrayField(
        models.BigIntegerField(), default=list, verbose_name=_("moved duplicates")
    )
    created_at = created_field(db_index=True)

    class Meta:
        verbose_name = _("undo point")
        verbose_name_plural = _("undo points")

    def __str__(self) -> str:
        return f"before {self.event}"


class PendingEvent(models.Model):
    """An event that one subscriber has not handled yet; deleted in the subscriber's transaction."""

    event = event_foreign_key("+")
    subscriber = models.CharField(_("who is still to be told"), max_length=100)
    created_at = created_field(db_index=True)

    class Meta:
        verbose_name = _("pending event")
        verbose_name_plural = _("pending events")
        constraints = [
            models.UniqueConstraint(fields=["event", "subscriber"], name="one_reaction_per_event")
        ]

    def __str__(self) -> str:
        return f"{self.event_id} for {self.subscriber}"
