"""A crew member's own plan for a day. It is nobody's promise: only the workflow tells residents."""

from django.conf import settings
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

    def __str__(self):
        return f"{self.day} {self.position}: {self.service_request_id}"


class Grain(models.IntegerChoices):
    """What a row of the daily figures is told apart by, as GROUPING(department, category, zone).

    CELL is by department, category and zone. The others are totals by one of these, for pages of
    the whole city.
    """

    CELL = 0
    DEPARTMENT = 3
    CATEGORY = 5
    ZONE = 6


class DailyFigures(models.Model):
    """What happened to the requests of one day of the city, as counts.

    `department`, `category` and `zone` are ids: 0 for none, and where the grain does not tell them
    apart. `staff_portal.overview.daily_facts` defines the counts.
    """

    pk = models.CompositePrimaryKey("grain", "department", "day", "is_private", "category", "zone")
    grain = models.SmallIntegerField(choices=Grain)
    day = models.DateField()
    is_private = models.BooleanField()
    department = models.IntegerField()
    category = models.IntegerField()
    zone = models.IntegerField()
    # Requests that came to the city or to a department, or left without finished work.
    filed = models.IntegerField()
    routed = models.IntegerField()
    closed = models.IntegerField()
    returned = models.IntegerField()
    gone = models.IntegerField()
    # Finished work, and what residents said of it.
    finished = models.IntegerField()
    in_time = models.IntegerField()
    promised = models.IntegerField()
    confirmed = models.IntegerField()
    disputed = models.IntegerField()
    mended = models.IntegerField()
    unanswered = models.IntegerField()
    waiting = models.IntegerField()
    rated = models.IntegerField()
    points = models.IntegerField()
    # Requests filed on this day, and what the desk made of them by now.
    desk_filed = models.IntegerField()
    desk_routed = models.IntegerField()
    desk_by_rule = models.IntegerField()
    desk_by_hand = models.IntegerField()
    desk_rerouted = models.IntegerField()
    desk_returned = models.IntegerField()
    desk_declined = models.IntegerField()
    desk_duplicates = models.IntegerField()
    desk_transferred = models.IntegerField()
    desk_mailed = models.IntegerField()
    desk_bounced = models.IntegerField()

    def __str__(self) -> str:
        return f"{self.day} {self.grain} {self.department} {self.category} {self.zone}"


class Measure(models.IntegerChoices):
    """What DailySpread counts the values of.

    DAYS are the business days of work, TENTHS the tenths of a working hour that a request waited at
    the desk: medians are computed from them. PERSON is who finished it, STARS the rating, REASON
    why it was handed back (in `code`).
    """

    DAYS = 1
    TENTHS = 2
    PERSON = 3
    STARS = 4
    REASON = 5


class DailySpread(models.Model):
    """How many of a day's requests have the same value of `measure`, by the keys of DailyFigures.

    A measure has the grains that pages read.
    """

    pk = models.CompositePrimaryKey(
        *("measure", "grain", "department", "day", "is_private", "category", "zone"),
        *("value", "code"),
    )
    grain = models.SmallIntegerField(choices=Grain)
    measure = models.SmallIntegerField(choices=Measure)
    day = models.DateField()
    is_private = models.BooleanField()
    department = models.IntegerField()
    category = models.IntegerField()
    zone = models.IntegerField()
    value = models.IntegerField()
    n = models.IntegerField()
    code = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.day} {self.measure} {self.value}{self.code}: {self.n}"


class ChangedDay(models.Model):
    """A day whose rows of DailyFigures and DailySpread are to be replaced."""

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

    def __str__(self):
        return str(self.service_request_id)
