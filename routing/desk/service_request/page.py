"""The panel on the right of the desk: one request."""

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
from requests_app.following import followers
from requests_app.lateness import format_days_late
from requests_app.models import Answer, Contact, ServiceRequest
from requests_app.permissions import Audience, may_see_contact
from requests_app.status import Status, StatusWording, Verb
from requests_app.timeline import badge
from requests_app.timeline.lines import TimelineLine
from requests_app.tracking.custody import BarSegment, build_bar
from routing import lists
from routing.desk.queue import unseen_events
from routing.desk.queue.flags import FLAGS, Flag, FlagCode
from routing.desk.queue.loading import load_requests, load_table
from routing.desk.queue.table import QueueTable
from routing.desk.service_request.facts import Fact, list_contact_facts, list_facts
from routing.desk.service_request.labeled_photos import (
    LabeledPhoto,
    list_photos_before_and_after,
    list_photos_of_line,
)
from routing.desk.service_request.marks import Mark, list_marks
from routing.desk.service_request.nearby import find_nearby_requests
from routing.desk.service_request.public_content import ReportedContent, list_reported_content
from routing.desk.service_request.reporter import OtherRequests, find_other_requests
from routing.desk.service_request.request_page import Attempt, FormState, RequestPage
from routing.desk.service_request.routing_advice import RoutingAdvice

MAP_SIZE = (560, 360)


def get_panel_request(reference: str) -> ServiceRequest:
    """Return the request with the rows that a panel reads and its number of followers.

    Raise Http404 for an unknown reference.
    """
    rows = ServiceRequest.objects.select_related("duplicate_of", "contact", "older_record")
    return get_object_or_404(followers.annotate_follower_counts(rows), reference=reference)


class PanelContents(RequestPage):
    """The contents of the panel, as the agent `person` may read them; each value is computed once.

    `table` is the queue's table of requests, loaded if it is None.
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
    def orphaned_form(self) -> FormState | None:
        """Return the state of a form that is no longer shown because its verb became impossible.

        None if the form is shown, or the attempt had no verb.
        """
        verb = self.attempt.verb
        is_shown = self.can_reply if "comments" in self.forms else self.can.get(verb)
        return self.attempt.form_state if verb and not is_shown else None

    @cached_property
    def _timeline(self) -> list[TimelineLine]:
        """Return the timeline as staff read it, newest first, with internal notes."""
        return timeline.build_timeline(self.events, Audience.STAFF)

    @property
    def lines(self) -> list[TimelineLine]:
        """Return the timeline, newest first, without internal notes."""
        return [line for line in self._timeline if not _is_note(line)]

    @property
    def lines_with_photos(self) -> list[tuple[TimelineLine, list[LabeledPhoto]]]:
        """Return (line, its photos) for each of `lines`; the report's own photos are left out."""
        return [
            (line, [] if line.event.verb == Verb.FILE else list_photos_of_line(line))
            for line in self.lines
        ]

    @property
    def notes(self) -> list[TimelineLine]:
        """Return the internal notes, newest first."""
        return [line for line in self._timeline if _is_note(line)]

    @cached_property
    def custody(self) -> list[timeline.HoldingPeriod]:
        """Return the periods in which the desk or a department held the request, by time."""
        return timeline.list_holding_periods(self.events, self.service_request)

    @property
    def custody_bar(self) -> list[BarSegment]:
        """Return the holding periods as a list of BarSegment; [] if there are too many."""
        return build_bar(self.custody, self.service_request)

    @property
    def badge(self) -> StatusWording:
        """Return the status as the public reads it."""
        return badge.public_badge(self.service_request)

    @cached_property
    def can(self) -> dict:
        """Return the verbs that this agent may perform now, as keys with the value True."""
        verbs = workflow.available_verbs(self.service_request, self.person)
        return {verb.value: True for verb in verbs if self._is_useful(verb)}

    def _is_useful(self, verb: Verb) -> bool:
        """Return True if the verb can have an effect: a question must reach somebody.

        A hidden request cannot be hidden, one that is shown cannot be shown.
        """
        if verb == Verb.ASK:
            return workflow.can_reach_reporter(self.service_request)
        is_hidden = self.service_request.is_hidden
        return {Verb.HIDE: not is_hidden, Verb.UNHIDE: is_hidden}.get(verb, True)

    @property
    def can_reply(self) -> bool:
        """Return True if the agent may comment and the request has a reporter (is not imported)."""
        return bool(self.can.get("comment")) and not self.service_request.is_imported

    @property
    def needs_routing(self) -> bool:
        """Return True if the agent can route the request, and it is at the desk or disputed."""
        row = self.service_request
        at_desk = row.department_id is None or row.status == Status.DISPUTED
        return bool(self.can.get("route")) and at_desk

    @cached_property
    def dangers(self) -> list[timeline.NamedDanger]:
        """Return the dangers named in the request; empty without words of danger."""
        return timeline.list_dangers(self.service_request, self.lines, self.answers)

    @property
    def danger_names(self) -> str:
        """Return the names of the dangers, separated by commas."""
        return ", ".join(each.name for each in self.dangers)

    @cached_property
    def flags(self) -> list[Flag]:
        """Return the flags of the request, the gravest first; [] for none."""
        pk = self.service_request.pk
        table = load_requests(self._table or load_table().table, [pk])
        return [FLAGS[code] for code in table.list_flags(clock.now())[pk]]

    @property
    def marks(self) -> list[Mark]:
        """Return the marks of the request in the head of the panel."""
        return list_marks(self.service_request, self.flags)

    @cached_property
    def reported_content(self) -> list[ReportedContent]:
        """Return the photos and texts with open content reports; [] without the flag REPORTED."""
        is_reported = FLAGS[FlagCode.REPORTED] in self.flags
        return list_reported_content(self.service_request) if is_reported else []

    @property
    def due_text(self) -> str:
        """Return “due Thursday, December 10” or “15 days late”; empty while no clock runs."""
        row, now = self.service_request, clock.now()
        if row.due_at is None or not row.is_open or row.is_paused:
            return ""
        if row.is_late(now):
            return _("%(days)s late") % {"days": format_days_late(row.due_at, now)}
        day = clock.format_relative_date(timezone.localdate(row.due_at))
        return _("due %(day)s") % {"day": day}

    @cached_property
    def photos_before_and_after(self) -> tuple[list[LabeledPhoto], list[LabeledPhoto]]:
        """Return the photos of the report, and those of the last work and the last dispute."""
        return list_photos_before_and_after(self.events)

    @cached_property
    def resident_lines(self) -> list[TimelineLine]:
        """Return the timeline lines of residents since an agent acted, newest first.

        The last dispute is included while the request is disputed.
        """
        events = {event.pk for event in unseen_events.list_unanswered_events(self.events)}
        if self.service_request.status == Status.DISPUTED:
            disputes = [event.pk for event in self.events if event.verb == Verb.DISPUTE]
            events.add(disputes[-1])
        return [line for line in self.lines if line.event.pk in events]

    @property
    def resident_lines_with_photos(self) -> list[tuple[Any, list[LabeledPhoto], str]]:
        """Return (line, its photos, the question it answers) for each of `resident_lines`."""
        return [
            (line, list_photos_of_line(line), timeline.find_question_text(line, self.lines))
            for line in self.resident_lines
        ]

    @cached_property
    def has_unanswered_events(self) -> bool:
        """Return True if residents wrote since an agent acted, so that a look is recorded."""
        return bool(unseen_events.list_unanswered_events(self.events))

    @property
    def typed_original(self) -> str:
        """Return the reference typed in the form for duplicates, or a chosen one not in its list.

        Empty if the form was not sent.
        """
        values = self.forms["original"].values if "original" in self.forms else {}
        offered = {one.service_request.reference for one in self.nearby.similar}
        picked = values.get("original", "")
        return values.get("reference") or (picked if picked not in offered else "")

    @property
    def map_svg(self) -> str:
        """Return a drawn map around the request, with nearby pins; empty without coordinates."""
        row = self.service_request
        if row.coordinates is None:
            return ""
        width, height = MAP_SIZE
        pins = [one.pin for one in self.nearby.all] + [(*row.coordinates, "selected")]
        return drawing.render_svg(center=row.coordinates, width=width, height=height, pins=pins)

    @cached_property
    def nearby(self):
        """Return the NearbyRequests: `similar` requests, and `others` that are open."""
        return find_nearby_requests(self.service_request, self.answers)

    @property
    def map_points(self) -> dict:
        """Return the coordinates as `at` and the pins as `pins`, for the map in JavaScript.

        A pin is [latitude, longitude, kind, reference, name of the category]. `at` is None without
        coordinates.
        """
        return {
            "at": self.service_request.coordinates,
            "pins": [
                [*one.pin, one.service_request.reference, one.service_request.category.name]
                for one in self.nearby.all
            ],
        }

    @cached_property
    def other_requests(self) -> OtherRequests:
        """Return the other requests with the same email address, phone number or browser.

        Only the browser counts if the agent may not see the contact.
        """
        return find_other_requests(self.service_request, self.contact)

    @cached_property
    def answers(self) -> list[Answer]:
        """Return the reporter's answers with their questions loaded."""
        return list(_select_answers(self.service_request.pk))

    @property
    def facts(self) -> list[Fact]:
        """Return the known facts in reading order, those about the reporter last."""
        row = self.service_request
        following = followers.get_follower_count(row)
        return list_facts(row, self.answers, following) + list_contact_facts(row, self.contact)

    @cached_property
    def contact(self) -> Contact | None:
        """Return the reporter's contact; None without one, or if the agent may not see it."""
        row = self.service_request
        return getattr(row, "contact", None) if may_see_contact(self.person, row) else None

    @cached_property
    def advice(self) -> RoutingAdvice:
        """Return the proposed department with its reasons and alternatives."""
        return RoutingAdvice(self.service_request, self.answers)

    @property
    def departments(self) -> list:
        """Return the departments to which the request can be routed.

        Only departments that take new requests are offered, and the present one only if the request
        is disputed.
        """
        row = self.service_request
        is_disputed = row.status == Status.DISPUTED
        return [
            each
            for each in lists.departments()
            if (is_disputed if each.pk == row.department_id else each.takes_new)
        ]


def _select_answers(service_request: int) -> QuerySet[Answer]:
    """Return the answers of the request with this id, in the order of their questions."""
    rows = Answer.objects.filter(service_request=service_request)
    return rows.select_related("question")


def _is_note(line: TimelineLine) -> bool:
    """Return True for an internal comment."""
    return line.is_internal and line.event.verb == Verb.COMMENT
