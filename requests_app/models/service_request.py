"""The current state of a service request. Its history is in its events."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from city.keys import CachedForeignKey
from city.models import Agency, Category, DeclineReason, Department, HoldReason, Zone
from city.search.block_location import SharedLocation, find_block_location
from city.search.phrase import RELATIONS, format_location, format_location_briefly
from city.translation import translate_name
from lib import clock
from requests_app import lateness
from requests_app.models.choices import Channel, Priority
from requests_app.models.columns import (
    city_foreign_key,
    code_field,
    degrees_field,
    nullable_datetime_field,
    user_foreign_key,
)
from requests_app.models.queries import ServiceRequestQuerySet
from requests_app.models.request_indexes import INDEXES
from requests_app.status import (
    ACCEPTED_OUTCOMES,
    OPEN_STATUSES,
    PAUSED_STATUSES,
    Outcome,
    ReviewReason,
    Status,
)

if TYPE_CHECKING:
    from requests_app.models.event import Event
    from requests_app.models.photo import Photo


class ServiceRequest(models.Model):
    """A service request. Only `requests_app.workflow` changes its status.

    `latitude` and `longitude` are degrees WGS 84 with six decimals; both or neither.
    `location_text` and `location_relation` are the fields of a `city.search.PlaceDescription`;
    people read `location_phrase`. Without a `department`, the desk holds the request. `version`
    rises with every change that a resident can see, and then `changed_at` is set; `staff_version`
    rises with changes that only staff see. Polls compare both. `replies_public_from` are the times
    at which the latest public replies are published. `held_for` is the reason of a review: until
    its release the request is hidden and not routed. `danger` is the kind of danger (a code of
    `city.danger`) that a resident named, until an agent clears it or staff finish with the request,
    and `priority_before_danger` the priority to restore. A closed request can have one, if a danger
    was named later. `words_digest` is the result of `text_digest.compute_text_digest` for the
    description. `filing_key` is chosen by the sender: two reports with one key are one request.
    `forgotten_at` is when the reporter's details were deleted, `words_forgotten_at` when the texts
    of a private request were.
    """

    reference = models.CharField(_("request number"), max_length=20, editable=False)
    category = city_foreign_key(Category, _("category"), "service_requests", db_index=False)
    description = models.TextField(_("description"), blank=True)

    latitude = degrees_field(_("latitude"))
    longitude = degrees_field(_("longitude"))
    location_text = models.CharField(_("location"), max_length=200, blank=True)
    location_relation = code_field(_("kind of location"), 10, choices=RELATIONS)
    location_note = models.CharField(_("how to find it"), max_length=200, blank=True)
    zone = city_foreign_key(Zone, _("area"), null=True, blank=True, db_index=False)

    status = models.CharField(_("status"), max_length=20, choices=Status)
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    status_before_question = models.CharField(
        _("status before the question"), max_length=20, choices=Status, blank=True
    )
    priority = models.CharField(
        _("priority"), max_length=10, choices=Priority, default=Priority.NORMAL
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.WEB)
    language = models.CharField(_("language"), max_length=10, default="en")
    is_private = models.BooleanField(_("private"), default=False)
    is_hidden = models.BooleanField(_("hidden"), default=False)
    held_for = code_field(_("held because"), 10, choices=ReviewReason)

    danger = code_field(_("possible emergency"), 40)
    priority_before_danger = code_field(
        _("priority before the possible emergency"), 10, choices=Priority
    )

    department = city_foreign_key(
        Department, _("department"), "service_requests", null=True, blank=True, db_index=False
    )
    assignee = user_foreign_key("assigned", _("assigned to"), blank=True, db_index=False)
    scheduled_for = models.DateField(_("planned for"), null=True, blank=True)
    hold_reason = CachedForeignKey(
        HoldReason,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("reason for the pause"),
    )
    decline_reason = CachedForeignKey(
        DeclineReason,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        verbose_name=_("reason for declining"),
    )
    agency = CachedForeignKey(
        Agency, models.PROTECT, null=True, blank=True, db_index=False, verbose_name=_("agency")
    )
    duplicate_of = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="duplicates",
        verbose_name=_("duplicate of"),
    )
    completed_by = city_foreign_key(
        Department, _("finished by"), null=True, blank=True, db_index=False
    )
    dispute_used = models.BooleanField(_("dispute used"), default=False)
    disputed_by_reporter = models.BooleanField(_("disputed by who reported it"), default=False)
    times_routed = models.PositiveSmallIntegerField(_("times routed"), default=0)
    words_digest = models.CharField(
        _("digest of the text"), max_length=64, blank=True, editable=False
    )
    filing_key = models.UUIDField(
        _("key of the report"), null=True, blank=True, unique=True, editable=False
    )

    filed_at = models.DateTimeField(_("filed"), default=clock.now)
    clock_started_at = models.DateTimeField(_("clock started"), default=clock.now)
    due_at = nullable_datetime_field(_("due"))
    counted_days = models.PositiveSmallIntegerField(
        _("working days counted"), null=True, blank=True, editable=False
    )
    completed_at = nullable_datetime_field(_("finished"))
    closed_at = nullable_datetime_field(_("closed"))
    changed_at = models.DateTimeField(_("latest update"), default=clock.now)
    forgotten_at = nullable_datetime_field(_("contact details deleted"), editable=False)
    words_forgotten_at = nullable_datetime_field(_("text deleted"), editable=False)
    version = models.PositiveIntegerField(_("version"), default=0)
    staff_version = models.PositiveIntegerField(_("version of notes"), default=0, db_default=0)
    replies_public_from = ArrayField(
        models.DateTimeField(),
        default=list,
        db_default=[],
        blank=True,
        editable=False,
        verbose_name=_("replies become public"),
    )

    # Column -> the only statuses in which it has a value. Another status resets the column.
    STATUSES_BY_COLUMN = {
        "status_before_question": {Status.AWAITING_RESIDENT},
        "hold_reason": {Status.ON_HOLD, Status.AWAITING_RESIDENT},
        "outcome": {Status.CLOSED},
        "closed_at": {Status.CLOSED},
        "duplicate_of": {Status.CLOSED},
        "decline_reason": {Status.CLOSED},
        "agency": {Status.CLOSED},
    }

    # Attributes, not columns: set on rows that lists and Open311 show
    shown_photos: "list[Photo]"
    explained: "Event | None"
    original: str | None

    objects = ServiceRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("service request")
        verbose_name_plural = _("service requests")
        ordering = ["-filed_at", "-pk"]
        indexes = INDEXES
        constraints = [
            # `unique=True` would add a second index, for LIKE, which no query needs.
            models.UniqueConstraint(
                fields=["reference"], name="each_request_has_a_number_of_its_own"
            ),
            models.CheckConstraint(
                condition=Q(department__isnull=False)
                | ~Q(
                    status__in=[
                        Status.ROUTED,
                        Status.SCHEDULED,
                        Status.IN_PROGRESS,
                        Status.ON_HOLD,
                        Status.COMPLETED,
                    ]
                ),
                name="routed_requests_have_a_department",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.CLOSED, closed_at__isnull=False) & ~Q(outcome="")
                | ~Q(status=Status.CLOSED) & Q(outcome=""),
                name="closed_requests_and_only_they_have_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.AWAITING_RESIDENT) & ~Q(status_before_question="")
                | ~Q(status=Status.AWAITING_RESIDENT) & Q(status_before_question=""),
                name="a_question_remembers_where_it_interrupted",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.DUPLICATE, duplicate_of__isnull=False)
                | ~Q(outcome=Outcome.DUPLICATE) & Q(duplicate_of__isnull=True),
                name="duplicates_and_only_they_have_an_original",
            ),
            models.CheckConstraint(
                condition=Q(duplicate_of__isnull=True) | ~Q(duplicate_of=F("pk")),
                name="no_request_is_its_own_duplicate",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="a_place_has_both_coordinates_or_none",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.SCHEDULED) | Q(scheduled_for__isnull=False),
                name="planned_requests_have_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def location_phrase(self) -> str:
        """Return the location in the active language; "" if unknown."""
        return format_location(self.location_text, self.location_relation)

    @property
    def short_location_phrase(self) -> str:
        """Return `location_phrase`, but an address without “In front of”; "" if unknown."""
        return format_location_briefly(self.location_text, self.location_relation)

    @property
    def location_or_area(self) -> str:
        """Return `location_phrase`, else the name of the area; "" if neither is known."""
        return self.location_phrase or (self.zone.name if self.zone else "")

    def shared_location(self, *, is_exact: bool = False) -> SharedLocation:
        """Return the location for other systems: only the block if the category is sensitive.

        `is_exact` gives the exact location regardless. Without a known location, the text is the
        area, or "".
        """
        area = translate_name(self.zone)
        is_block = self.category.is_location_sensitive and not is_exact
        if is_block and self.coordinates:
            return find_block_location(*self.coordinates, area)
        text = area if is_block else self.location_phrase or area
        return SharedLocation(text, *(self.coordinates or (None, None)))

    @property
    def is_public(self) -> bool:
        """Return whether everybody may see the request, like the queryset's `public()`."""
        return not self.is_private and not self.is_hidden

    @property
    def is_imported(self) -> bool:
        """Return whether the request was imported; of its times only the days are known."""
        return self.outcome == Outcome.IMPORTED

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES

    @property
    def is_done(self) -> bool:
        """Return whether the work is finished or closed with an accepted outcome, not disputed."""
        return self.status == Status.COMPLETED or self.outcome in ACCEPTED_OUTCOMES

    @property
    def is_urgent(self) -> bool:
        """Return whether the request is open and its priority is urgent."""
        return self.is_open and self.priority == Priority.URGENT

    @property
    def needs_emergency_number(self) -> bool:
        """Return whether pages about the request show the emergency number."""
        return bool(self.danger) or self.is_urgent

    @property
    def is_paused(self) -> bool:
        return self.status in PAUSED_STATUSES

    def is_late(self, now: datetime | None = None) -> bool:
        """Return whether the request is late at `now`, by default the current time."""
        return lateness.is_late(self.status, self.due_at, now or clock.now())

    @property
    def coordinates(self) -> tuple[float, float] | None:
        """Return (latitude, longitude) in degrees WGS 84, or None."""
        return None if self.latitude is None else (float(self.latitude), float(self.longitude))

    @property
    def live_version(self) -> str:
        """Return the version that polls compare.

        The version also changes when a reply is published. A “p” at its end means that the request
        is not public, which polls then know without a query.
        """
        now = clock.now()
        came = sum(moment <= now for moment in self.replies_public_from)
        replies = f".{came}" if came else ""
        return f"{self.version}{replies}{'' if self.is_public else 'p'}"

    @property
    def staff_live_version(self) -> str:
        """Return the version that polls of staff compare: `live_version` and `staff_version`."""
        return f"{self.live_version}~{self.staff_version}"

    @property
    def seconds_to_next_reply(self) -> float | None:
        """Return the seconds until `live_version` changes by itself; None if it does not."""
        now = clock.now()
        coming = [moment for moment in self.replies_public_from if moment > now]
        return (min(coming) - now).total_seconds() if coming else None
