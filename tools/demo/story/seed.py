"""Create the whole story once: people, Ana's requests, the other requests, and mails."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from random import Random

from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.dummy import DummyCache
from django.db import connection, transaction
from django.db.models import F

from city.models import Category, City, Department
from lib import clock, enqueue
from notifications.models import Delivery
from requests_app.models import Device, ServiceRequest
from staff_portal.overview.daily_recount import recount_changed_days
from tools.demo.fork import beside
from tools.demo.people import ANA_EMAIL, ANA_KEY, EVERYONE
from tools.demo.story import ana, cast, crowd, plain, residents, staff, words
from tools.demo.story.case import Case, Scene
from tools.demo.story.hours import Hours
from tools.demo.story.pictures import camera
from tools.demo.story.places import spot_at
from tools.demo.story.reports import Reports
from tools.demo.story.stage import Stage
from tools.demo.story.world import Life, World

_SEED = 311
_LONG_AGO = 60  # days
_SAME_AGAIN = 22  # one in so many requests is reported again by another person
# Number of newest messages that a worker sends. Ana's newest messages are sent, too.
_STILL_TO_MAIL = 12


def is_told() -> bool:
    """Return True if this database has the complete story."""
    return Device.objects.filter(key_hash=Device.hash_key(ANA_KEY)).exists()


def tell(count, say, processes=1) -> None:
    """Create a city with about `count` requests in one transaction, and pass progress to `say`.

    Each of `processes` creates its share of the requests. With more than one, the city must be
    committed.
    """
    now, dice, talk = clock.now(), Random(_SEED), words.talk()  # nosec B311 # for test data
    folder = Path(settings.CITY_PACK) / "demo"
    is_written = is_about_this_city(folder)
    ana_herself = residents.ana()
    others = residents.crowd(dice, talk["names"], max(8, count * 2 // 3))
    with enqueue.suppress_enqueuing(), nothing_announced(), _people(is_written, others):
        hours = Hours(City.current().calendar(), now, dice)
        scene = Scene(World(now), hours, staff.Staff(dice), dice, talk, others, say, processes)
        families = _list_written_families(folder) if is_written else plain.families
        shares = _shares(families(scene, ana_herself, count), processes)
        _play_together(scene, shares, ana_herself)
    recount_changed_days()  # so that the overview has figures at the first visit
    say(f"{ServiceRequest.objects.count()} requests")


@contextmanager
def _people(is_written, others) -> Iterator[None]:
    """Create the staff and the devices of `others`; delete them if the block fails.

    Data left by a killed start is deleted first.
    """
    devices = [each.device for each in others]
    _dismiss(devices)  # left by a killed start
    with transaction.atomic():
        staff.create_staff(staff.list_written_jobs() if is_written else staff.list_default_jobs())
        Device.objects.bulk_create(devices)
    try:
        yield
    except BaseException:
        _dismiss(devices)
        raise


def _dismiss(devices) -> None:
    """Delete the staff and these devices."""
    staff.delete_staff()
    Device.objects.filter(key_hash__in=[device.key_hash for device in devices]).delete()


@contextmanager
def nothing_announced() -> Iterator[None]:
    """Use a cache that stores nothing during the block.

    Nobody has a page of a new request open, so its version need not be cached.
    """
    caches["default"] = DummyCache("", {})
    try:
        yield
    finally:
        del caches["default"]


@contextmanager
def one_transaction() -> Iterator[None]:
    """Run the block in one transaction without savepoints.

    A database error ends the story anyway, and savepoints were a quarter of the statements.
    """
    features = connection.features
    usually, features.uses_savepoints = features.uses_savepoints, False
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            # while other processes work
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield
    finally:
        features.uses_savepoints = usually


def is_about_this_city(folder) -> bool:
    """Return True if the pack has texts of its own, and the city has everything that they mention.

    `folder` is the folder `demo` of the pack.
    """
    if not folder.is_dir():
        return False
    codes = set(Category.objects.active().values_list("service_code", flat=True))
    slugs = set(Department.objects.active().values_list("slug", flat=True))
    topics, places = set(words.topics(folder)), words.places(folder)
    needed = {person.department for person in EVERYONE if person.department}
    is_here = all(spot_at(*spot) for spot in places["spots"].values())
    return topics <= codes and needed <= slugs and is_here


def _play_together(scene, shares, ana_herself) -> None:
    """Create the first share here and each other one in its own process; commit all or none.

    Ana's device is created last, with the first share: it marks a complete story.
    """
    mine, *others = shares
    with ExitStack() as running:
        lines = [running.enter_context(beside(_play_beside, scene, lives)) for lives in others]
        with one_transaction():
            ana_herself.device.save(force_insert=True)
            _play(scene, mine)
            for line in lines:
                line.recv()  # the share has been created
            for line in lines:
                line.send("keep it")
                line.recv()  # the share has been committed
            _settle_mails(scene.world.now)


def _play_beside(line, scene, lives) -> None:
    """Create a share of the requests, and commit it on a message from the other end of `line`."""
    scene.say = lambda text: None
    scene.dice.seed(f"{_SEED} beside")
    with one_transaction():
        _play(scene, lives)
        line.send("told")
        line.recv()
    line.send("kept")


def _play(scene, lives) -> None:
    """Run these lives until now, with a camera."""
    with camera() as scene.camera:
        for life in lives:
            scene.world.add(life)
        scene.world.run()


def _shares(families, processes) -> list[list]:
    """Split families of lives into lists of about equal length, one for each process."""
    shares: list[list] = [[] for _n in range(processes)]
    for family in families:
        min(shares, key=len).extend(family)
    return shares


def _list_written_families(folder) -> Callable:
    """Return a function (scene, ana, count) that returns families of lives.

    The first family has the lives written by hand, the others are random.
    """

    def lives(scene, ana_herself, count) -> list:
        places = words.places(folder)
        reports = Reports(
            scene.dice, words.topics(folder), scene.talk, scene.residents, taste=places
        )
        stage = Stage(scene, reports, ana_herself, places["spots"])
        written = [*ana.LIVES, *cast.LIVES][:count]
        families = _crowd(stage, count - len(written))
        return [[life(stage) for life in written], *families]

    return lives


def _crowd(stage, count) -> Iterable[list[Life]]:
    """Return families of `count` random lives.

    Pictures are added in order of time, so that neighbors in a list differ. A report of the same
    problem is in the family of the first report.
    """
    dice, scene = stage.scene.dice, stage.scene
    moments = sorted(scene.hours.report_time(_days_back(dice)) for _n in range(count))
    previous: list[tuple[datetime, Case]] = []
    families: dict[Case, list[Life]] = {}
    for number, moment in enumerate(moments):
        original = _find_recent_case(previous, moment) if number % _SAME_AGAIN == 0 else None
        if original:
            report = stage.reports.add_pictures(stage.reports.same(original.report))
            families[original].append(crowd.same_again(Case(scene, report), original, moment))
            continue
        case = Case(scene, stage.reports.add_pictures(stage.reports.any()))
        by_an_agent = case.report.by_an_agent
        begins = scene.hours.filed_by_an_agent(moment) if by_an_agent else moment
        previous.append((begins, case))
        families[case] = [crowd.usual(case, begins, stage.reports.category("other"))]
    return families.values()


def _find_recent_case(previous, moment) -> Case | None:
    """Return the latest of the last few public cases that is filed before `moment`, or None.

    `previous` are pairs of filing time and case. An agent files in working hours, so an earlier
    case may be filed later, for example after a long weekend.
    """
    seen = (
        case
        for filed_at, case in previous[:-4:-1]
        if filed_at < moment and not case.report.category.is_private
    )
    return next(seen, None)


def _days_back(dice) -> float:
    """Return a random number of days, up to two months; recent days are more likely."""
    if dice.random() < 0.62:
        return dice.uniform(0, _LONG_AGO)
    return min(dice.expovariate(1 / 10), _LONG_AGO)


def _settle_mails(now) -> None:
    """Mark old due messages as sent at their due time; leave the newest to the worker.

    Ana's six newest messages are left to the worker, too.
    """
    due = Delivery.objects.filter(state=Delivery.State.DUE, due_at__lte=now)
    newest = due.order_by("-due_at").values_list("pk", flat=True)[:_STILL_TO_MAIL]
    of_ana = due.filter(recipient=ANA_EMAIL).order_by("-due_at").values_list("pk", flat=True)[:6]
    kept = [*newest, *of_ana]
    due.exclude(pk__in=kept).update(state=Delivery.State.SENT, sent_at=F("due_at"), attempts=1)
