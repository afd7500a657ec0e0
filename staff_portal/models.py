"""Day plans of crew members, and daily figures for the overview."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

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


def _counts() -> models.IntegerField:
    return models.IntegerField(null=True)


def _list_of(base_field: models.Field) -> ArrayField:
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
    filed = _counts()
    routed = _counts()
    closed = _counts()
    returned = _counts()
    gone = _counts()
    # Finished work, and what residents said of it.
    finished = _counts()
    in_time = _counts()
    promised = _counts()
    confirmed = _counts()
    disputed = _counts()
    mended = _counts()
    unanswered = _counts()
    waiting = _counts()
    stars_1 = _counts()
    stars_2 = _counts()
    stars_3 = _counts()
    stars_4 = _counts()
    stars_5 = _counts()
    # Requests filed on this day, and what the desk made of them by now.
    desk_filed = _counts()
    desk_routed = _counts()
    desk_by_rule = _counts()
    desk_by_hand = _counts()
    desk_rerouted = _counts()
    desk_returned = _counts()
    desk_declined = _counts()
    desk_duplicates = _counts()
    desk_transferred = _counts()
    desk_mailed = _counts()
    desk_bounced = _counts()
    # Business days of finished work, and tenths of a working hour that requests waited at the desk:
    # each value once in a week's totals, with how often it was; of a day as often as it was.
    days = _list_of(models.IntegerField())
    days_n = _list_of(models.IntegerField())
    tenths = _list_of(models.IntegerField())
    tenths_n = _list_of(models.IntegerField())
    # Of days only: who finished each job (0 for nobody), and why each was handed back.
    people = _list_of(models.IntegerField())
    reasons = _list_of(models.CharField(max_length=40))

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
