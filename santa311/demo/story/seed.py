"""Tells the whole story once: people, Ana, the cast, the crowd, and the mails that go out."""

from contextlib import contextmanager
from pathlib import Path
from random import Random

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.db import connection, transaction
from django.db.models import F

from city.models import Category, City, Department
from notifications.models import Delivery
from requests_app.models import Device, ServiceRequest
from santa311.demo.people import ANA_EMAIL, EVERYONE
from santa311.demo.story import ana, cast, crowd, plain, residents, staff, words
from santa311.demo.story.case import Case, Scene
from santa311.demo.story.hours import Hours
from santa311.demo.story.pictures import camera
from santa311.demo.story.places import spot_at
from santa311.demo.story.reports import Reports
from santa311.demo.story.stage import Stage
from santa311.demo.story.world import World
from santa311.lib import clock, enqueue

_SEED = 311
_LONG_AGO = 60  # days
_SAME_AGAIN = 22  # one in so many is reported by somebody else too
_STILL_TO_MAIL = 12  # the newest messages really go out; so do Ana's of the last days


def tell(count, say):
    """A city with about `count` requests, all or nothing. `say(text)` hears of the progress."""
    now, dice = clock.now(), Random(_SEED)
    folder = Path(settings.CITY_PACK) / "demo"
    is_written = is_about_this_city(folder)
    with enqueue.suppressed(), _nothing_announced(), _one_transaction(), camera() as photos:
        staff.hire(staff.as_written() if is_written else staff.in_any_city())
        world = World(now)
        scene, ana_herself = _scene(world, photos, dice, count, say)
        lives = _written(folder) if is_written else plain.lives
        for life in lives(scene, ana_herself, count):
            world.add(life)
        world.run()
        _settle_mails(now)
    say(f"{ServiceRequest.objects.count()} requests")


@contextmanager
def _nothing_announced():
    """Nobody has a page open of a request that is just made up, so no version goes to the cache."""
    caches["default"] = DummyCache("", {})
    try:
        yield
    finally:
        del caches["default"]


@contextmanager
def _one_transaction():
    """All or nothing. Without a savepoint for each step inside: nothing here goes on after an error
    of the database, and they were a quarter of the statements.
    """
    features = connection.features
    usually, features.uses_savepoints = features.uses_savepoints, False
    try:
        with transaction.atomic():
            yield
    finally:
        features.uses_savepoints = usually


def is_about_this_city(folder) -> bool:
    """Whether the city's pack brings what its people say, and has what the story then needs."""
    if not folder.is_dir():
        return False
    codes = set(Category.objects.active().values_list("service_code", flat=True))
    slugs = set(Department.objects.active().values_list("slug", flat=True))
    topics, places = set(words.topics(folder)), words.places(folder)
    needed = {person.department for person in EVERYONE if person.department}
    is_here = all(spot_at(*spot) for spot in places["spots"].values())
    return topics <= codes and needed <= slugs and is_here


def _scene(world, photos, dice, count, say):
    talk, ana_herself = words.talk(), residents.ana()
    others = residents.crowd(dice, talk["names"], max(8, count * 2 // 3))
    Device.objects.bulk_create([each.device for each in [ana_herself, *others]])
    hours = Hours(City.objects.current().calendar(), world.now, dice)
    return Scene(world, hours, staff.Staff(dice), photos, dice, talk, others, say), ana_herself


def _written(folder):
    """The lives of the story as it is written: Ana's, the cast's, and the crowd's."""

    def lives(scene, ana_herself, count):
        places = words.places(folder)
        reports = Reports(
            scene.dice, words.topics(folder), scene.talk, scene.residents, taste=places
        )
        stage = Stage(scene, reports, ana_herself, places["spots"])
        written = [*ana.LIVES, *cast.LIVES][:count]
        crowd_lives = list(_crowd(stage, count - len(written)))
        return [*(life(stage) for life in written), *crowd_lives]

    return lives


def _crowd(stage, count):
    """So many usual lives, pictured in order of time, so that neighbours in a list differ."""
    dice, scene = stage.scene.dice, stage.scene
    moments = sorted(scene.hours.report_time(_days_back(dice)) for _n in range(count))
    previous = []
    for number, moment in enumerate(moments):
        original = _recent(previous, moment) if number % _SAME_AGAIN == 0 else None
        if original:
            report = stage.reports.pictured(stage.reports.same(original.report))
            yield crowd.same_again(Case(scene, report), original, moment)
            continue
        case = Case(scene, stage.reports.pictured(stage.reports.any()))
        begins = moment
        if case.report.by_an_agent:  # who is there in working hours only
            begins = scene.hours.worked(moment, dice.uniform(1, 30))
        previous.append((begins, case))
        yield crowd.usual(case, begins, stage.reports.category("other"))


def _recent(previous, moment) -> Case | None:
    """The last one of the latest few that everyone can see and that is filed before `moment`.

    `previous` are (when it is filed, case): an agent files in working hours, so one that was
    pictured earlier may be filed after a long weekend.
    """
    seen = (
        case
        for filed_at, case in previous[:-4:-1]
        if filed_at < moment and not case.report.category.is_private
    )
    return next(seen, None)


def _days_back(dice) -> float:
    """More of the last days than of two months ago, so that most of the open ones are young."""
    if dice.random() < 0.62:
        return dice.uniform(0, _LONG_AGO)
    return min(dice.expovariate(1 / 10), _LONG_AGO)


def _settle_mails(now):
    """Old messages count as sent when they were due; the newest are left to the worker."""
    due = Delivery.objects.filter(state=Delivery.State.DUE, due_at__lte=now)
    newest = due.order_by("-due_at").values_list("pk", flat=True)[:_STILL_TO_MAIL]
    of_ana = due.filter(recipient=ANA_EMAIL).order_by("-due_at").values_list("pk", flat=True)[:6]
    kept = [*newest, *of_ana]
    due.exclude(pk__in=kept).update(state=Delivery.State.SENT, sent_at=F("due_at"), attempts=1)
