"""One request as the desk reads it: the panel on the right."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from city.base_map import drawing
from lib import clock
from requests_app import timeline, workflow
from requests_app.errors import DomainError
from requests_app.following import followers
from requests_app.lateness import format_days_late
from requests_app.models import Answer, ServiceRequest
from requests_app.permissions import Audience, may_see_contact
from requests_app.status import Status, Verb
from requests_app.timeline import badge
from requests_app.tracking.custody import bar
from routing import lists
from routing.desk.queue import unseen
from routing.desk.queue.flags import FLAGS, Flag, FlagCode
from routing.desk.queue.loading import load_requests, load_table
from routing.desk.queue.table import QueueTable
from routing.desk.service_request.explanation import Advice
from routing.desk.service_request.facts import facts_of
from routing.desk.service_request.nearby import around
from routing.desk.service_request.offers import Offers
from routing.desk.service_request.pictures import Picture, before_and_after, of_line
from routing.desk.service_request.reporter import OtherRequests, others_by
from routing.desk.service_request.subject import Reported, reported_in

MAP = (560, 360)


@dataclass(frozen=True)
class Typed:
    """One form of the panel: whether it stands open, what was typed, and what is wrong with it."""

    is_open: bool = False
    values: dict = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    warned: str = ""

    @classmethod
    def in_form(cls, form) -> "Typed":
        values = {name: form[name].value() or "" for name in form.fields}
        return cls(is_open=True, values=values, problems=form.problems, warned=form.warned)

    @property
    def words(self) -> str:
        """The longest thing that was typed."""
        return self.values.get("words") or self.values.get("question") or ""


def panel_row(reference) -> ServiceRequest:
    """With everything of its own that a panel reads, contact too; or Http404."""
    rows = ServiceRequest.objects.select_related("duplicate_of", "contact", "older_record")
    return get_object_or_404(followers.with_following(rows), reference=reference)


@dataclass(frozen=True)
class Attempt:
    """What a person began on a page: `opened` names the form that stands open, filled with `typed`.

    Where the `verb` was not done, `refused` is why, and `since` the last event that its person had
    seen.
    """

    opened: str = ""
    typed: Typed | None = None
    verb: str = ""
    refused: DomainError | None = None
    since: int | None = None


class WorkedOn:
    """`service_request` as somebody works on it, after an `attempt`."""

    def __init__(self, service_request: ServiceRequest, attempt: Attempt | None = None) -> None:
        self.service_request = service_request
        self.attempt = attempt or Attempt()

    @cached_property
    def forms(self) -> dict[str, Typed]:
        opened, typed = self.attempt.opened, self.attempt.typed
        return {opened: typed or Typed(is_open=True)} if opened else {}

    @cached_property
    def events(self) -> list:
        return timeline.events_of(self.service_request)

    @cached_property
    def seen(self) -> int:
        return self.events[-1].pk

    @cached_property
    def happened(self) -> list:
        """What the person had not seen when they acted, oldest first."""
        since = self.attempt.since
        return self.news_since(since) if since is not None else []

    def news_since(self, seen) -> list:
        """What others did to it after the event `seen`, oldest first; comments are no news."""
        return timeline.news_since(self.events, seen)


class Panel(Offers, WorkedOn):
    """A request as `person` works on it. What the template asks for is read once.

    `table` holds what the desk's queue knows of the requests in its tabs.
    """

    lists = lists

    def __init__(
        self,
        service_request: ServiceRequest,
        person: User,
        attempt: Attempt | None = None,
        table: QueueTable | None = None,
    ) -> None:
        super().__init__(service_request, attempt)
        self.person = person
        self._table = table

    @cached_property
    def homeless(self) -> Typed | None:
        """What was typed into a form that is not drawn any more, its verb being impossible."""
        verb = self.attempt.verb
        is_drawn = self.can_reply if "comments" in self.forms else self.can.get(verb)
        return self.attempt.typed if verb and not is_drawn else None

    @cached_property
    def _story(self) -> list:
        return timeline.timeline(self.events, Audience.STAFF)

    @property
    def lines(self) -> list:
        """What happened, newest first, without what staff wrote to each other."""
        return [line for line in self._story if not _is_note(line)]

    @property
    def told(self) -> list[tuple]:
        """(line, its pictures) of each of `lines`; those of the report stand at the head."""
        return [
            (line, [] if line.event.verb == Verb.FILE else of_line(line)) for line in self.lines
        ]

    @property
    def notes(self) -> list:
        """What staff wrote to each other, newest first."""
        return [line for line in self._story if _is_note(line)]

    @cached_property
    def custody(self):
        return timeline.staff_custody(self.events, self.service_request)

    @property
    def bar(self):
        return bar(self.custody, self.service_request)

    @property
    def badge(self):
        return badge.for_others(self.service_request)

    @cached_property
    def can(self) -> dict:
        """The verbs this agent could do next, as keys."""
        verbs = workflow.available_verbs(self.service_request, self.person)
        return {verb.value: True for verb in verbs if self._makes_sense(verb)}

    def _makes_sense(self, verb) -> bool:
        if verb == Verb.ASK:
            return workflow.can_reach_reporter(self.service_request)
        is_hidden = self.service_request.is_hidden
        return {Verb.HIDE: not is_hidden, Verb.UNHIDE: is_hidden}.get(verb, True)

    @property
    def can_reply(self) -> bool:
        """Whether words in public reach anybody: who reported to an older system is unknown."""
        return bool(self.can.get("comment")) and not self.service_request.is_imported

    @property
    def is_for_the_desk(self) -> bool:
        """Whether the next step is to send it somewhere."""
        row = self.service_request
        at_desk = row.department_id is None or row.status == Status.DISPUTED
        return bool(self.can.get("route")) and at_desk

    @cached_property
    def dangers(self) -> list[timeline.NamedDanger]:
        """Only where the request has words of danger."""
        return timeline.list_dangers(self.service_request, self.lines, self.answers)

    @property
    def danger_names(self) -> str:
        return ", ".join(each.name for each in self.dangers)

    @cached_property
    def flags(self) -> list[Flag]:
        """What must not be overlooked, the gravest first."""
        pk = self.service_request.pk
        table = load_requests(self._table or load_table().table, [pk])
        return [FLAGS[code] for code in table.list_flags(clock.now())[pk]]

    @cached_property
    def reported_content(self) -> list[Reported]:
        """The photos and texts of which readers say that something is wrong with them."""
        is_reported = FLAGS[FlagCode.REPORTED] in self.flags
        return reported_in(self.service_request) if is_reported else []

    @property
    def due(self) -> str:
        """“due Thursday, December 10” or “15 days late”, while the clock runs."""
        row, now = self.service_request, clock.now()
        if row.due_at is None or not row.is_open or row.is_paused:
            return ""
        if row.is_late(now):
            return _("%(days)s late") % {"days": format_days_late(row.due_at, now)}
        day = clock.said_day(timezone.localdate(row.due_at))
        return _("due %(day)s") % {"day": day}

    @cached_property
    def pictures(self) -> tuple[list[Picture], list[Picture]]:
        return before_and_after(self.events)

    @cached_property
    def wrote(self) -> list:
        """What residents wrote since an agent last acted, as lines, newest first; a dispute stays
        among them as long as it stands.
        """
        events = {event.pk for event in unseen.list_unanswered_events(self.events)}
        if self.service_request.status == Status.DISPUTED:
            disputes = [event.pk for event in self.events if event.verb == Verb.DISPUTE]
            events.add(disputes[-1])
        return [line for line in self.lines if line.event.pk in events]

    @property
    def wrote_told(self) -> list[tuple[Any, list[Picture], str]]:
        """(line, its pictures, the question that an answer is to) of each of `wrote`."""
        return [
            (line, of_line(line), timeline.question_of(line, self.lines)) for line in self.wrote
        ]

    @cached_property
    def is_unseen(self) -> bool:
        """Whether a look at it is worth noting."""
        return bool(unseen.list_unanswered_events(self.events))

    @property
    def typed_original(self) -> str:
        """The reference in the field for one that is not among those offered."""
        values = self.forms["original"].values if "original" in self.forms else {}
        offered = {one.service_request.reference for one in self.around.similar}
        picked = values.get("original", "")
        return values.get("reference") or (picked if picked not in offered else "")

    @property
    def map(self) -> str:
        row = self.service_request
        if row.coordinates is None:
            return ""
        width, height = MAP
        pins = [one.pin for one in self.around.all] + [(*row.coordinates, "selected")]
        return drawing.svg(center=row.coordinates, width=width, height=height, pins=pins)

    @cached_property
    def around(self):
        return around(self.service_request, self.answers)

    @property
    def points(self) -> dict:
        """What the live map draws: the request's own place, and the pins around it."""
        return {
            "at": self.service_request.coordinates,
            "pins": [
                [*one.pin, one.service_request.reference, one.service_request.category.name]
                for one in self.around.all
            ],
        }

    @cached_property
    def reported(self) -> OtherRequests:
        """What else the same person reported."""
        return others_by(self.service_request, self.contact)

    @cached_property
    def answers(self) -> list[Answer]:
        return list(_answers(self.service_request.pk))

    @property
    def facts(self):
        following = followers.following_of(self.service_request)
        return facts_of(self.service_request, self.answers, following)

    @cached_property
    def contact(self):
        row = self.service_request
        return getattr(row, "contact", None) if may_see_contact(self.person, row) else None

    @cached_property
    def advice(self) -> Advice:
        return Advice(self.service_request, self.answers)

    @property
    def departments(self) -> list:
        row = self.service_request
        is_disputed = row.status == Status.DISPUTED
        return [
            each
            for each in lists.departments()
            if (is_disputed if each.pk == row.department_id else each.takes_new)
        ]


def _answers(service_request) -> QuerySet[Answer]:
    rows = Answer.objects.filter(service_request=service_request)
    return rows.select_related("question")


def _is_note(line) -> bool:
    return line.is_internal and line.event.verb == Verb.COMMENT
