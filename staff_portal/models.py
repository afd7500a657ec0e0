"""A crew member's own plan for a day. It is nobody's promise: only the workflow tells residents."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from requests_app.models import ServiceRequest


class Stop(models.Model):
    """One job that `user` means to do on `day`; `position` counts from 0 in the order of the way.

    What became of the job is read from the request, never kept here.
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
    """What a row of DailyFacts tells apart.

    DAY is one day by department, category and zone. The others are the whole city's totals of a
    week by one of these, as GROUPING(department, category, zone) numbers them.
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
    """What happened to the requests of one day of the city, and the totals of its weeks.

    `department`, `category` and `zone` are ids: 0 for none, and where the grain does not tell them
    apart. `day` is the Monday of a week's totals. Null is nothing, and takes no space.
    `staff_portal.overview.daily_facts` defines the counts.
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
    """A day whose rows of DailyFacts are to be replaced."""

    day = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return str(self.day)


class ChangedRequest(models.Model):
    """A request that changed since its days were noted in ChangedDay.

    A trigger writes it with each event, so that no two writers wait for each other; there may be
    several of one request.
    """

    service_request = models.ForeignKey(
        ServiceRequest, models.DO_NOTHING, db_constraint=False, db_index=False, related_name="+"
    )

    def __str__(self) -> str:
        return str(self.service_request_id)
