"""The pages of a call: the form, what follows from the input so far, and the filed request."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from city import geo, search
from city.base_map import drawing as base_map
from city.jurisdiction import MAX_DISTANCE_M, find_responsible_agencies
from city.models import Agency, Category, Choice, City, Zone
from lib.security_log import Kind, record_action_once_a_minute, search_target
from lib.text import clean_short_line
from requests_app.actions.danger_warning import DangerWarning
from requests_app.filing.duplicates import SearchArea
from requests_app.filing.forms import QuestionInput, build_question_inputs
from requests_app.filing.place import Location
from requests_app.models import Contact, Event, ServiceRequest
from requests_app.models.answer import GivenAnswer
from requests_app.models.queries import IS_OPEN, NOT_YET_CLOSED
from requests_app.status import Status
from routing import triage
from routing.desk.queue.danger_notice import DangerNotice, load_danger_notice
from routing.desk.queue.filters import Filters
from routing.desk.service_request import nearby, reporter
from routing.desk.service_request.reporter import OtherRequests
from routing.intake.form import IntakeForm
from routing.intake.spelling import SpelledCharacter, format_for_reading_aloud, spell_reference
from routing.models import Proposal

_SCALE_OF_PLACE, _SCALE_OF_CITY = (
    1.4,
    9.0,
)  # metres per pixel of the drawing: with a place, and without one
_DRAWING_SIZE = {"width": 560, "height": 320}
_MAX_SIMILAR = _MAX_OPEN_HERE = 4  # as many as an agent reads during a call
_OPEN_HERE_RADIUS_M = 25  # about the width of a street


@dataclass(frozen=True)
class CallPlace:
    """A place during a call: as text to read back, who is responsible, and what is open there."""

    location: Location
    category: Category | None
    description: str = ""

    @property
    def text(self) -> str:
        """Return the location as it is stored, in one line."""
        return self.location.text

    @property
    def point(self) -> tuple[Decimal, Decimal]:
        """Return (latitude, longitude), as exact as it was given."""
        return self.location.latitude, self.location.longitude

    @cached_property
    def zone(self) -> Zone | None:
        """Return the zone of the point, also of a point slightly outside; None far outside."""
        served = geo.snap_to_service_area(*self.point)
        return geo.zone_at(*served) if served else None

    @property
    def is_outside(self) -> bool:
        """Return True if the point is outside the service area, and not only slightly."""
        return self.zone is None

    @cached_property
    def metres_outside(self) -> float:
        """Return the distance of the point from the service area in metres; 0 inside."""
        return geo.metres_outside(*self.point)

    @property
    def is_far(self) -> bool:
        """Return True if the point is so far outside that it is probably wrong."""
        return self.metres_outside > MAX_DISTANCE_M

    @property
    def distance(self) -> str:
        return geo.format_distance(self.metres_outside)

    @cached_property
    def agencies(self) -> list[Agency]:
        """Return the agencies responsible for a point outside; [] if inside or far outside."""
        is_ours = not self.is_outside or self.is_far
        return [] if is_ours else find_responsible_agencies(*self.point)

    @cached_property
    def is_whole_street(self) -> bool:
        """Return True if only a street was named, so that the pin is just its middle."""
        this = "street", self.text, *map(float, self.point)
        found = search.find_places(self.text)
        return any((hit.kind, hit.name, hit.lat, hit.lng) == this for hit in found)

    @property
    def read_back_text(self) -> str:
        """Return the place to read to the caller: “Pico Blvd and 4th St, in Pico”, or a street."""
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
    def similar_requests(self) -> list[nearby.NearbyRequest]:
        """Return open requests of the category that the caller may mean, the likeliest first.

        At most _MAX_SIMILAR, without duplicates. Empty without a category, and outside the city.
        """
        if self.category is None or self.is_outside:
            return []
        this = ServiceRequest(
            category=self.category,
            latitude=self.location.latitude,
            longitude=self.location.longitude,
            description=self.description,
        )
        similar = nearby.find_nearby_requests(this, []).similar
        still = [one for one in similar if one.service_request.is_open and one.can_be_original]
        return still[:_MAX_SIMILAR]

    @cached_property
    def other_open_requests(self) -> list[ServiceRequest]:
        """Return the open requests at the place that are not similar ones, nearest first.

        All are within _OPEN_HERE_RADIUS_M; at most _MAX_OPEN_HERE. Empty outside the city.
        """
        if self.is_outside:
            return []
        latitude, longitude = map(float, self.point)
        here = SearchArea.around_point((latitude, longitude), _OPEN_HERE_RADIUS_M)
        rows = ServiceRequest.objects.filter(NOT_YET_CLOSED).filter(IS_OPEN, here.box_query)
        nearest = here.order_by_distance(rows).select_related("category")[:_MAX_OPEN_HERE]
        same = {one.service_request.pk for one in self.similar_requests}
        return [row for row in nearest if row.pk not in same]


def find_earlier_requests(email: str, phone: str) -> OtherRequests:
    """Return the requests of whoever left this email address or phone number, as typed.

    A search that finds somebody is recorded in the security log, at most once a minute.
    """
    found = reporter.find_requests_of_caller(email, phone)
    if found.count:
        record_action_once_a_minute(Kind.PERSON_SEARCHED, target=search_target(f"{email} {phone}"))
    return found


class DangerWatch:
    """The notice of words of danger on the pages of a call.

    `version` is the id of the latest event, which the poll compares.
    """

    def __init__(self) -> None:
        self.version: int = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    @cached_property
    def danger_notice(self) -> DangerNotice:
        """Return the notice, read after `version`, so that the poll reports later events."""
        return load_danger_notice(Filters())


@dataclass
class CallInProgress:
    """The page of a call. `problems` are (id of the control, message) pairs.

    `stop_for_danger` holds the dangers that the agent has ruled out. `original_reference` is the
    reference of the request that the agent chose as the original of this call, or "".
    """

    form: IntakeForm
    typed_answers: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)
    stop_for_danger: DangerWarning = field(default_factory=DangerWarning)
    original_reference: str = ""

    def has_unconfirmed_danger(self, given: list[GivenAnswer]) -> bool:
        """Return True if the words name a danger that the agent has not ruled out.

        The words are those of the valid form and the answers without choices.
        """
        said = self.form.cleaned_data
        own = [each.said for each in given if not each.choices]
        texts = said["description"], said["location_note"], said["what"], *own
        return self.stop_for_danger.check_texts(*texts)

    @property
    def may_restore_draft(self) -> bool:
        """Return True if nothing was sent yet, so that the browser may restore its draft."""
        return not self.form.is_bound

    @cached_property
    def call_place(self) -> CallPlace | None:
        """Return the place of the form; None if it is unknown."""
        form = self.form
        if form.location is None:
            return None
        return CallPlace(form.location, form.category, form["description"].value() or "")

    @cached_property
    def questions(self) -> list[QuestionInput]:
        """Return the questions of the category with the typed answers; [] without a category."""
        category = self.form.category
        return build_question_inputs(category, self.typed_answers, {}) if category else []

    def set_answer_problems(self, problems: dict[str, str]) -> None:
        """Set the error message of each question, by question code; "" for those not in it."""
        self.questions = [
            replace(each, problem=problems.get(each.question.code, "")) for each in self.questions
        ]

    @property
    def stopping_choice(self) -> Choice | None:
        """Return the chosen answer that ends the call, such as an emergency, or None."""
        offers = (offer for each in self.questions for offer in each.options if offer.is_chosen)
        return next((one.choice for one in offers if one.choice.effect == "stop"), None)

    @cached_property
    def earlier_requests(self) -> OtherRequests:
        """Return what the caller reported before, by the contact in the form; record the search."""
        said = {name: self.form[name].value() or "" for name in ("email", "phone")}
        return find_earlier_requests(
            **{name: clean_short_line(text, 200) for name, text in said.items()}
        )

    @property
    def place_text(self) -> str:
        """Return the text of the place that was found, else what was typed."""
        return self.call_place.text if self.call_place else self.form["place"].value() or ""

    @property
    def category_text(self) -> str:
        """Return the name of the category that was found, else what was typed."""
        category = self.form.category
        return category.name if category else self.form["what"].value() or ""

    @property
    def map_center(self) -> tuple[float, float]:
        """Return (latitude, longitude) of the place, else of the city's center."""
        if self.call_place:
            latitude, longitude = self.call_place.point
            return float(latitude), float(longitude)
        city = City.current()
        return city.center_lat, city.center_lng

    @property
    def map_scale(self) -> float:
        """Return the metres per pixel of the drawn map; more without a place."""
        return _SCALE_OF_PLACE if self.call_place else _SCALE_OF_CITY

    @property
    def map_svg(self) -> str:
        """Return a drawn map around the place with one pin, or of the city without a pin."""
        pins = [(*self.map_center, "selected")] if self.call_place else []
        return base_map.render_svg(
            center=self.map_center, metres_per_px=self.map_scale, pins=pins, **_DRAWING_SIZE
        )


@dataclass(frozen=True)
class FiledCall:
    """The page of a filed call: the reference, and what to tell the caller."""

    service_request: ServiceRequest

    @property
    def followed_request(self) -> ServiceRequest:
        """Return the request whose news the caller gets: their own, or the original."""
        return self.service_request.duplicate_of or self.service_request

    @property
    def is_duplicate(self) -> bool:
        """Return True if the call was filed as a duplicate of another request."""
        return self.service_request.duplicate_of_id is not None

    @property
    def spelled_reference(self) -> list[list[SpelledCharacter]]:
        """Return the followed request's reference as groups of SpelledCharacter."""
        return spell_reference(self.followed_request.reference)

    @property
    def read_aloud(self) -> str:
        """Return the reference of the followed request as text to read aloud, with code words."""
        return format_for_reading_aloud(self.followed_request.reference)

    @property
    def due_on(self) -> date | None:
        """Return the due date of the followed request; None without one."""
        due_at = self.followed_request.due_at
        return timezone.localdate(due_at) if due_at else None

    @cached_property
    def contact(self) -> Contact | None:
        """Return the caller's contact; None if nothing was left."""
        return Contact.objects.filter(service_request=self.service_request).first()

    @property
    def can_be_routed_now(self) -> bool:
        """Return True if a button routes the new request to the proposed department.

        The request is not held for review, was not routed yet, is no duplicate, and has a proposal.
        """
        row = self.followed_request
        is_new = row.status == Status.FILED and not (row.held_for or row.times_routed)
        return is_new and not self.is_duplicate and self.proposal is not None

    @cached_property
    def last_event_id(self) -> int:
        """Return the id of the latest event of the request whose news the caller gets."""
        return self.followed_request.events.order_by("-pk").values_list("pk", flat=True)[0]

    @cached_property
    def proposal(self) -> Proposal | None:
        """Return the proposal of the rules, before a worker has saved it too.

        None without a department.
        """
        found = triage.find_proposal(self.followed_request)
        return found if found.department_id else None
