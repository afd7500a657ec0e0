"""Day plans of crew members, daily figures for the overview, and reports of them by email."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from lib import clock
from requests_app.models import ServiceRequest


class Stop(models.Model):
    """A job that `user` plans for `day`; `position` counts from 0.

    A plan is private to the user and tells residents nothing. The state of the job is read from the
    request.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="stops")
    day = models.DateField()
    service_request = models.ForeignKey(ServiceRequest, models.CASCADE, related_name="stops")
    position = models.PositiveSmallIntegerField()

    class Meta:
        indexes = [models.Index(fields=["service_request", "day"], name="whose_day_a_job_is_on")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "day", "service_request"], name="a_job_is_on_a_persons_day_once"
            ),
            models.UniqueConstraint(
                fields=["user", "day", "position"],
                name="each_place_in_a_day_has_one_stop",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.position}: {self.service_request_id}"


class Grain(models.IntegerChoices):
    """The period and grouping of a row of DailyFacts.

    DAY is one day, by department, category and zone. The others are totals of a week for the whole
    city, by one of the three; their numbers are those of GROUPING(department, category, zone).
    """

    DAY = 0
    WEEK_BY_DEPARTMENT = 3
    WEEK_BY_CATEGORY = 5
    WEEK_BY_ZONE = 6


def _count_field() -> models.IntegerField:
    """Return a new nullable integer column, for a count in DailyFacts."""
    return models.IntegerField(null=True)


def _list_field(base_field: models.Field) -> ArrayField:
    """Return a new nullable array column, for a list in DailyFacts."""
    return ArrayField(base_field, null=True)


class DailyFacts(models.Model):
    """Counts and values of one day, or totals of one week.

    `department`, `category` and `zone` are ids; 0 means none, or that the grain does not group by
    it. For totals of a week, `day` is its Monday. Null means 0 or an empty list and takes no space.
    The counts are defined in `staff_portal.overview.daily_facts`.
    """

    pk = models.CompositePrimaryKey("grain", "department", "day", "category", "zone", "is_private")
    grain = models.SmallIntegerField(choices=Grain)
    day = models.DateField()
    is_private = models.BooleanField()
    department = models.IntegerField()
    category = models.IntegerField()
    zone = models.IntegerField()
    # Requests that came to the city or to a department, or left without finished work.
    filed = _count_field()
    routed = _count_field()
    closed = _count_field()
    returned = _count_field()
    gone = _count_field()
    # Finished work, and what residents said of it.
    finished = _count_field()
    in_time = _count_field()
    promised = _count_field()
    confirmed = _count_field()
    disputed = _count_field()
    mended = _count_field()
    unanswered = _count_field()
    waiting = _count_field()
    stars_1 = _count_field()
    stars_2 = _count_field()
    stars_3 = _count_field()
    stars_4 = _count_field()
    stars_5 = _count_field()
    # Requests filed on this day, and what the desk has done with them by now.
    desk_filed = _count_field()
    desk_routed = _count_field()
    desk_by_rule = _count_field()
    desk_by_hand = _count_field()
    desk_rerouted = _count_field()
    desk_returned = _count_field()
    desk_declined = _count_field()
    desk_duplicates = _count_field()
    desk_transferred = _count_field()
    desk_mailed = _count_field()
    desk_bounced = _count_field()
    # `days`: business days of finished work; `tenths`: tenths of a working hour of waiting at the
    # desk. A day's row repeats equal values; a week's row has each once, with its number in `*_n`.
    days = _list_field(models.IntegerField())
    days_n = _list_field(models.IntegerField())
    tenths = _list_field(models.IntegerField())
    tenths_n = _list_field(models.IntegerField())
    # Only in rows of days: who finished each job (0 for nobody), and why each was handed back.
    people = _list_field(models.IntegerField())
    reasons = _list_field(models.CharField(max_length=40))

    class Meta:
        indexes = [
            models.Index(
                fields=["day"], condition=models.Q(reasons__isnull=False), name="days_with_reasons"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.grain} {self.department} {self.category} {self.zone}"


class ChangedDay(models.Model):
    """A day whose rows of DailyFacts must be recounted."""

    day = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return str(self.day)


class ChangedRequest(models.Model):
    """A request that changed and whose days are not in ChangedDay yet.

    A trigger inserts a row with each event, so a request can have several rows and writers never
    wait for each other.
    """

    service_request = models.ForeignKey(
        ServiceRequest, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )

    def __str__(self) -> str:
        return str(self.service_request_id)


class ScheduledReport(models.Model):
    """An overview whose figures are emailed to `user` every week, or every month.

    `filters` are the parameters of the overview's URL: a department, category and zone by slug or
    code. It is sent on `weekday` (Monday is 0), or on the first of a month if that is None.
    `sent_through` is the last day of the last period that was sent. A report that is paused is not
    sent.
    """

    class Pause(models.TextChoices):
        INACTIVE = "inactive", _("The account is inactive")
        NO_ACCESS = "no_access", _("These figures are no longer available to the user")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="scheduled_reports",
        verbose_name=_("user"),
    )
    is_city = models.BooleanField(_("whole city"))
    filters = models.JSONField(_("filters"), default=dict, blank=True)
    weekday = models.PositiveSmallIntegerField(_("weekday"), null=True, blank=True)
    hour = models.PositiveSmallIntegerField(_("hour"))
    due_at = models.DateTimeField(_("next email"))
    sent_through = models.DateField(_("sent through"), null=True, blank=True)
    paused_because = models.CharField(_("paused because"), max_length=10, choices=Pause, blank=True)
    created_at = models.DateTimeField(_("created"), default=clock.now)

    class Meta:
        verbose_name = _("scheduled report")
        verbose_name_plural = _("scheduled reports")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at"], condition=models.Q(paused_because=""), name="reports_to_send"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(hour__lte=23)
                & (models.Q(weekday=None) | models.Q(weekday__lte=6)),
                name="a_report_has_an_hour_and_a_day",
            )
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"
