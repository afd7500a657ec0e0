"""A few hundred varied requests, created with the application's workflow.

Past requests were filed half a year ago or earlier, and most are closed. Waiting requests have been
stuck in a state since then. Recent requests are as far as requests of the last weeks usually are.
The timeouts run every simulated night: reminders, and the closing of unanswered requests.
"""

import json
import math
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import cycle
from pathlib import Path
from random import Random

from django.conf import settings
from django.db.models import F
from django.utils.translation import override

from city.models import Agency, Category, City
from lib import clock, enqueue
from notifications.models import Delivery
from requests_app import workflow
from requests_app.filing import drafts
from requests_app.models import Channel, ContentReport, Device, Draft, Event, Photo
from requests_app.privacy import retention
from requests_app.status import OPEN_STATUSES, ReviewReason, Status, Verb
from requests_app.workflow.timeouts import run_timeouts
from routing.desk.queue import unseen_events
from tools.demo.story import crowd, residents, seed, staff, words
from tools.demo.story.case import Case, Scene
from tools.demo.story.hours import DAY, MINUTE, Hours
from tools.demo.story.pictures import Camera
from tools.demo.story.places import Spot
from tools.demo.story.reports import Reports
from tools.demo.story.world import Life, World

FIGURES = json.loads((Path(__file__).parent / "figures.json").read_text())
TEXTS = json.loads((Path(__file__).parent / "texts.json").read_text())
COUNTS = FIGURES["categories"]
RECENT_DAYS = 21
PAST_DAYS = (196, 252)  # days ago at which past requests were filed
NIGHT = 13  # hour in UTC: early morning on the Pacific coast
STUCK = {  # weights of the states in which waiting requests are stuck
    "filed": 6, "routed": 34, "assigned": 12, "scheduled": 16, "in_progress": 14, "on_hold": 9,
    "disputed": 9,
}  # fmt: skip
# One in so many requests has this special history.
SAME_AGAIN, HELD, DANGEROUS, MOVED, REPORTED, REOPENED, IMPORTED = 22, 200, 100, 65, 40, 50, 50
HIDDEN, HIDDEN_REST, TRANSFERRED = 200, 19, 45
CALLS = 0.12  # additional share of reports by phone, compared with the demo


class WebCase(Case):
    """A case whose resident sends a draft, as the pages of a report do.

    `review_reason` is the ReviewReason for which the report is held at first.
    """

    review_reason = ""

    def file(self, category: Category | None = None) -> None:
        report, spot = self.report, self.report.spot
        if report.resident is None:
            super().file(category)
            return
        draft = Draft.objects.create(
            device=report.resident.device,
            category=category or report.category,
            latitude=spot.latitude,
            longitude=spot.longitude,
            location_text=spot.text,
            location_note=report.note,
            description=report.text,
            answers={} if category else report.answers,
            **report.contact,
        )
        photos = self._photos(Photo.Kind.REPORT, fixed=False, device=draft.device)
        Photo.objects.filter(pk__in=[photo.pk for photo in photos]).update(draft=draft)
        with override(report.language):
            self.row = drafts.send_draft(draft, self.review_reason)

    def answer_nothing(self) -> None:
        """Do nothing: the timeouts of the night act in this case."""

    close_unanswered = answer_nothing

    def release(self) -> None:
        self._do(workflow.release, self.desk)

    def move_pin(self, spot: Spot) -> None:
        where = {"latitude": spot.latitude, "longitude": spot.longitude}
        self._do(workflow.move_pin, self.desk, **where, location_text=spot.text)

    def report_content(self) -> None:
        resident = self.scene.dice.choice(self.scene.residents)
        reason = ContentReport.Reason.PERSONAL
        workflow.report_content(self.row, reason=reason, by=resident.device)

    def dismiss_reports(self) -> None:
        report = self.row.content_reports.latest("pk").pk
        self._do(workflow.dismiss_reports, self.desk, report=report)


class FilelessCamera(Camera):
    """A camera whose photos have rows and no files."""

    def __init__(self) -> None:
        pass

    def keep(self, photo: Photo, path: Path) -> None:
        photo.taken_at = clock.now() - 5 * MINUTE


class Teller:
    """Plans the histories of the benchmark's requests, past ones first."""

    def __init__(self, now: datetime, count: int, seed_number: int) -> None:
        self.dice, talk = Random(seed_number), words.talk()
        others = residents.crowd(self.dice, talk["names"], max(8, count))
        Device.objects.bulk_create([each.device for each in others])
        self.hours = Hours(City.current().calendar(), now, self.dice)
        self.scene = Scene(
            World(now), self.hours, staff.Staff(self.dice), self.dice, talk, others,
            say=lambda text: None, camera=FilelessCamera(),
        )  # fmt: skip
        folder = Path(settings.CITY_PACK) / "demo"
        topics = {
            code: replace(topic, weight=math.sqrt(COUNTS.get(code, 1)))
            for code, topic in words.topics(folder).items()
        }
        self.reports = Reports(self.dice, topics, talk, others, taste=words.places(folder))

    def plan(self, count: int) -> None:
        """Add the histories of `count` requests to the world."""
        recent, waiting = round(count * 0.35), round(count * 0.2)
        self._plan_usual(count - recent - waiting, *PAST_DAYS)
        self._plan_usual(recent, 0, RECENT_DAYS)
        states = [state for state, weight in STUCK.items() for _n in range(weight)]
        self.dice.shuffle(states)
        moments = self._draw_moments(waiting, RECENT_DAYS, PAST_DAYS[1])
        for moment, stuck in zip(moments, cycle(states), strict=False):
            self.scene.world.add(self._wait(self._case(), moment, stuck))
        self.scene.world.add(self._run_nights(PAST_DAYS[1]))

    def _draw_moments(self, count: int, least: float, most: float) -> list[datetime]:
        draw = self.dice.uniform
        return sorted(self.hours.report_time(draw(least, most)) for _n in range(count))

    def _plan_usual(self, count: int, least: float, most: float) -> None:
        is_past, previous = least > 0, None
        for n, moment in enumerate(self._draw_moments(count, least, most)):
            if previous and n % SAME_AGAIN == 0:
                case = WebCase(self.scene, self.reports.same(previous.report))
                life = crowd.same_again(case, previous, moment)
            else:
                case = self._case()
                life = self._vary(case, moment, n, is_past)
            is_public = not case.report.category.is_private and n % HIDDEN != HIDDEN_REST
            previous = case if is_public else None
            self.scene.world.add(life)

    def _case(self) -> WebCase:
        report = self.reports.any()
        if self.dice.random() < CALLS:
            caller = residents.make_caller(self.dice, self.scene.talk["names"])
            report = replace(report, channel=Channel.PHONE, resident=None, contact=caller)
        return WebCase(self.scene, self.reports.add_pictures(report))

    def _vary(self, case: WebCase, moment: datetime, n: int, is_past: bool) -> Life:
        """Return the usual history, or one with a rare event for some values of `n`."""
        if is_past and n % IMPORTED == 3:
            return self._import(case, moment, n)
        if n % TRANSFERRED == 23:
            return self._transfer(case, moment)
        is_dangerous = n % DANGEROUS == 5
        if is_dangerous:
            case.report.text += f" {self.dice.choice(TEXTS['dangers'])}"
        if n % HELD == 7 and case.report.resident:
            case.review_reason = self.dice.choice([ReviewReason.WORDS, ReviewReason.TRAP])
        life = crowd.usual(case, moment, self.reports.category("other"))
        if not is_past and (case.review_reason or is_dangerous):
            return file_only(life)
        if case.review_reason:
            return insert_act(life, 1, case.release)
        if n % MOVED == 11:
            spot = self.reports.places.beside(case.report.spot, 15)
            life = insert_act(life, 1, partial(case.move_pin, spot))
        if n % HIDDEN == HIDDEN_REST:
            life = insert_act(life, 1, partial(case.hide, "It shows a person's name."))
        if n % REPORTED == 13:
            life = insert_act(life, 1, case.report_content)
            life = insert_act(life, 2, case.dismiss_reports) if is_past else life
        return self._reopen(case, life) if is_past and n % REOPENED == 17 else life

    def _import(self, case: WebCase, moment: datetime, n: int) -> Life:
        yield moment
        older = {"system": "request-system-2016", "record_id": str(2_400_000 + n)}
        case.import_closed(moment - 9 * DAY, **older)

    def _transfer(self, case: WebCase, moment: datetime) -> Life:
        yield moment
        case.file()
        yield self.hours.worked(clock.now(), 60)
        if case.is_with_the_desk:
            case.transfer(Agency.objects.first(), "They look after it.")

    def _reopen(self, case: WebCase, life: Life) -> Life:
        yield from life
        yield clock.now() + DAY
        case.row.refresh_from_db()
        if case.row.status == Status.CLOSED and case.row.department:
            case.reopen("It came back.")
            yield clock.now() + 3 * DAY
            case.complete()

    def _wait(self, case: WebCase, moment: datetime, stuck: str) -> Life:
        """Yield the times of the events until the request is stuck."""
        yield moment
        if stuck == "filed":  # no rule routes this category
            case.file(self.reports.category("other"))
            return
        case.file()
        yield self.hours.worked(clock.now(), 90)
        if case.is_with_the_desk:
            case.route()
        yield self.hours.worked(clock.now(), 200)
        if stuck == "assigned":
            case.assign()
        elif stuck == "scheduled":
            case.schedule(self.hours.calendar.add_working_days(case.today, 5))
        elif stuck == "in_progress":
            case.start()
        elif stuck == "on_hold":
            case.hold("parts", "The part is ordered.")
        elif stuck == "disputed":
            case.complete()
            yield clock.now() + DAY
            case.dispute("It looks the same as before.")

    def _run_nights(self, days: int) -> Life:
        last = clock.now().replace(hour=NIGHT, minute=0, second=0, microsecond=0)
        for ago in range(days, -1, -1):
            yield last - ago * DAY
            run_timeouts()


def insert_act(life: Life, step: int, act: Callable[[], None]) -> Life:
    """Yield the times of a history, and call `act` one minute before step number `step`."""
    for number, moment in enumerate(life):
        if number == step:
            yield moment
            act()
            yield clock.now() + MINUTE
        else:
            yield moment


def file_only(life: Life) -> Life:
    """Yield the time of the report, file it, and end the history."""
    yield next(life)
    next(life, None)


def tell(now: datetime, count: int, seed_number: int) -> None:
    """Create about `count` requests with their histories until `now`; mark all messages as sent."""
    with enqueue.suppress_enqueuing(), seed.nothing_announced(), seed.one_transaction():
        with clock.freeze_time(now):
            teller = Teller(now, count, seed_number)
            teller.plan(count)
        teller.scene.world.run()
        with clock.freeze_time(now):
            _look(teller.scene.staff.agent())
            retention.delete_expired()
        Delivery.objects.update(state=Delivery.State.SENT, sent_at=F("due_at"), attempts=1)


def _look(agent) -> None:
    """Record that an agent saw every second open request with a comment by a resident."""
    rows = Event.objects.filter(verb=Verb.COMMENT, device__isnull=False)
    for event in rows.filter(service_request__status__in=OPEN_STATUSES).order_by("pk")[::2]:
        unseen_events.record_look(agent, event.service_request, event.pk)
