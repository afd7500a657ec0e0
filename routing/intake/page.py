"""The intake: the form of a call, what hangs on what was typed so far, and what came of it."""

from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from city import geo, search
from city.base_map import drawing as base_map
from city.jurisdiction import FAR, responsible_at
from city.models import Agency, Category, Choice, City
from lib.security_log import Kind, record_once, search_target
from lib.text import line_of
from requests_app.actions.danger_stop import DangerWarning
from requests_app.filing.duplicates import SearchArea
from requests_app.filing.forms import QuestionInput, build_question_inputs
from requests_app.filing.place import Location
from requests_app.models import Contact, Event, ServiceRequest
from requests_app.models.queries import IS_OPEN, NOT_YET_CLOSED
from requests_app.status import Status
from routing import triage
from routing.desk.queue.danger import DangerNotice, load_danger_notice
from routing.desk.queue.filters import Filters
from routing.desk.service_request import nearby, reporter
from routing.desk.service_request.reporter import OtherRequests
from routing.intake.spelling import read_aloud, spell
from routing.models import Proposal

_CLOSE, _CITY = 1.4, 9.0  # metres per pixel of the drawing: with a place, and without one
_DRAWING = {"width": 560, "height": 320}
_MOST_SAME = _MOST_HERE = 4  # more than that nobody reads during a call
_METRES_HERE = 25  # as far as the two sides of a street


@dataclass(frozen=True)
class Spot:
    """A place during a call: in words to read back, who looks after it, and what is open there."""

    location: Location
    category: Category | None
    description: str = ""

    @property
    def text(self) -> str:
        """As it is kept: one line."""
        return self.location.text

    @property
    def point(self) -> tuple:
        return self.location.latitude, self.location.longitude

    @cached_property
    def zone(self):
        served = geo.snap_inside(*self.point)
        return geo.zone_at(*served) if served else None

    @property
    def is_outside(self) -> bool:
        return self.zone is None

    @cached_property
    def metres_outside(self) -> float:
        return geo.metres_outside(*self.point)

    @property
    def is_far(self) -> bool:
        """So far outside that the position is more likely wrong than the city."""
        return self.metres_outside > FAR

    @property
    def distance(self) -> str:
        return geo.said_distance(self.metres_outside)

    @cached_property
    def agencies(self) -> list[Agency]:
        is_ours = not self.is_outside or self.is_far
        return [] if is_ours else responsible_at(*self.point)

    @cached_property
    def is_whole_street(self) -> bool:
        """Only a street was named, so that the pin is its middle and no place to go to."""
        this = "street", self.text, *map(float, self.point)
        found = search.find_places(self.text)
        return any((hit.kind, hit.name, hit.lat, hit.lng) == this for hit in found)

    @property
    def said(self) -> str:
        """To be read back to the caller: “Pico Blvd and 4th St, in Pico”."""
        words = self.text.replace(" & ", f" {_('and')} ")
        if self.is_whole_street:
            return words
        near = search.describe_point(*map(float, self.point))
        if near and self.text.casefold() in near.casefold():  # “In front of 1685 Main St”
            words = near.replace(" & ", f" {_('and')} ")
        elif near and near.casefold() not in self.text.casefold():
            words = _("%(place)s (%(near)s)") % {"place": words, "near": near} if words else near
        if self.zone is None:
            return words
        return _("%(place)s, in %(zone)s") % {"place": words, "zone": self.zone.name}

    @cached_property
    def same(self) -> list[nearby.Nearby]:
        """Open requests of this kind that the caller may mean, the likeliest first."""
        if self.category is None or self.is_outside:
            return []
        this = ServiceRequest(
            category=self.category,
            latitude=self.location.latitude,
            longitude=self.location.longitude,
            description=self.description,
        )
        similar = nearby.around(this, []).similar
        still = [one for one in similar if one.service_request.is_open and one.can_be_original]
        return still[:_MOST_SAME]

    @cached_property
    def open_here(self) -> list[ServiceRequest]:
        """Return the open requests at the place besides the `same`, nearest first."""
        if self.is_outside:
            return []
        here = SearchArea.around_point(tuple(map(float, self.point)), _METRES_HERE)
        rows = ServiceRequest.objects.filter(NOT_YET_CLOSED).filter(IS_OPEN, here.box_query)
        nearest = here.order_by_distance(rows).select_related("category")[:_MOST_HERE]
        same = {one.service_request.pk for one in self.same}
        return [row for row in nearest if row.pk not in same]


def find_earlier(email: str, phone: str) -> OtherRequests:
    """Return the requests of whoever left this email address or phone number, as they were typed.

    A look-up that finds somebody is noted in the security log.
    """
    found = reporter.earlier_of(email, phone)
    if found.count:
        record_once(Kind.PERSON_SEARCHED, target=search_target(f"{email} {phone}"))
    return found


class DangerWatch:
    """The notice of danger words on the pages of a call.

    `version` is what its poll compares: the id of the latest event.
    """

    def __init__(self) -> None:
        self.version: int = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    @cached_property
    def dangers(self) -> DangerNotice:
        """Read after `version`, so that what comes in between is news."""
        return load_danger_notice(Filters())


@dataclass
class Taking:
    """The page of a call under way. `problems` are (id of the control, message) pairs.

    `stop_for_danger` holds what the agent asked about and nobody is in. `same` is the request that
    was chosen before that stop.
    """

    form: object
    answers: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    stop_for_danger: DangerWarning = field(default_factory=DangerWarning)
    same: str = ""

    def find_danger(self, given) -> bool:
        """Whether the words name a danger of which the agent has not said that there is none."""
        said = self.form.cleaned_data
        own = [each.said for each in given if not each.choices]
        texts = said["description"], said["location_note"], said["what"], *own
        return self.stop_for_danger.check_texts(*texts)

    @property
    def is_fresh(self) -> bool:
        """Nothing came from this browser yet, so what the tab kept may be put back."""
        return not self.form.is_bound

    @cached_property
    def spot(self) -> Spot | None:
        form = self.form
        if form.location is None:
            return None
        return Spot(form.location, form.category, form["description"].value() or "")

    @cached_property
    def questions(self) -> list[QuestionInput]:
        category = self.form.category
        return build_question_inputs(category, self.answers, {}) if category else []

    def ask_again(self, problems: dict) -> None:
        """Say at each question what is wrong with its answer; `problems` by question code."""
        self.questions = [
            replace(each, problem=problems.get(each.question.code, "")) for each in self.questions
        ]

    @property
    def stop(self) -> Choice | None:
        """The chosen answer that ends the call: call 911, or another agency's matter."""
        offers = (offer for each in self.questions for offer in each.options if offer.is_chosen)
        return next((one.choice for one in offers if one.choice.effect == "stop"), None)

    @cached_property
    def earlier(self) -> OtherRequests:
        """Return what the caller reported before, as far as the form says who calls."""
        said = {name: self.form[name].value() or "" for name in ("email", "phone")}
        return find_earlier(**{name: line_of(text, 200) for name, text in said.items()})

    @property
    def place(self) -> str:
        return self.spot.text if self.spot else self.form["place"].value() or ""

    @property
    def what(self) -> str:
        category = self.form.category
        return category.name if category else self.form["what"].value() or ""

    @property
    def center(self) -> tuple[float, float]:
        if self.spot:
            return tuple(map(float, self.spot.point))
        city = City.current()
        return city.center_lat, city.center_lng

    @property
    def scale(self) -> float:
        return _CLOSE if self.spot else _CITY

    @property
    def drawing(self) -> str:
        pins = [(*self.center, "selected")] if self.spot else []
        return base_map.svg(center=self.center, metres_per_px=self.scale, pins=pins, **_DRAWING)


@dataclass(frozen=True)
class Taken:
    """What came of a call: the reference to read aloud, and what to tell the caller."""

    service_request: ServiceRequest

    @property
    def subject(self) -> ServiceRequest:
        """The request whose news the caller gets: their own, or the one it is the same as."""
        return self.service_request.duplicate_of or self.service_request

    @property
    def is_same(self) -> bool:
        return self.service_request.duplicate_of_id is not None

    @property
    def spelled(self):
        return spell(self.subject.reference)

    @property
    def read_aloud(self) -> str:
        return read_aloud(self.subject.reference)

    @property
    def due_on(self) -> date | None:
        due_at = self.subject.due_at
        return timezone.localdate(due_at) if due_at else None

    @cached_property
    def contact(self) -> Contact | None:
        return Contact.objects.filter(service_request=self.service_request).first()

    @property
    def can_be_routed_now(self) -> bool:
        """Return True if one press routes it: to the proposed department, for the first time."""
        row = self.subject
        is_new = row.status == Status.FILED and not (row.held_for or row.times_routed)
        return is_new and not self.is_same and self.proposal is not None

    @cached_property
    def seen(self) -> int:
        """The id of the latest event, for a form that acts on what this page shows."""
        return self.subject.events.order_by("-pk").values_list("pk", flat=True)[0]

    @cached_property
    def proposal(self) -> Proposal | None:
        """Return the proposal of the rules, also before a worker applied them; None without one."""
        found = triage.find_proposal(self.subject)
        return found if found.department_id else None
