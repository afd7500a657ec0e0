"""What the forms of a request offer to begin with."""

from functools import cached_property

from django.utils.translation import gettext as _

from city import canned_texts, search
from city.base_map.sources import MapSources, build_map_sources
from city.models import CannedText, Category
from lib.text import clean_short_line
from requests_app.models import Contact, Photo, ServiceRequest
from requests_app.status import Status, Verb
from requests_app.timeline.lines import TimelineLine
from routing import lists
from routing.desk.actions import ACTIONS
from routing.desk.service_request.explanation import Advice
from routing.desk.service_request.facts import other_language
from routing.desk.service_request.pictures import Picture

MAX_SIMILAR = 5
LONGEST = 200  # characters of a search that are looked at
_HEARD = ("answer", "confirm", "dispute")


class Offers:
    """Mixin of the panel. `forms` are what was typed, by the names of the forms."""

    service_request: ServiceRequest
    contact: Contact | None
    can: dict[str, bool]
    forms: dict
    is_for_the_desk: bool
    lines: list[TimelineLine]
    pictures: tuple[list[Picture], list[Picture]]
    advice: Advice

    @cached_property
    def replies(self) -> list[canned_texts.Offer]:
        """For a public reply."""
        return canned_texts.list_offers(CannedText.Use.REPLY, self.service_request)

    @cached_property
    def questions(self) -> list[canned_texts.Offer]:
        """For a question to the reporter."""
        return canned_texts.list_offers(CannedText.Use.QUESTION, self.service_request)

    @property
    def reporter_hears(self) -> str:
        """How a question reaches the reporter."""
        contact = self.contact
        if contact and contact.can_receive_email:
            return _("We email it to %(email)s.") % {"email": contact.email}
        if contact and contact.phone:
            words = (
                _("Email bounced. Call %(phone)s.")
                if contact.email
                else _("No email. Call %(phone)s.")
            )
            return words % {"phone": contact.phone}
        return _("The reporter sees it only on the request’s page.")

    @property
    def reporter_reads(self) -> str:
        """The name of the reporter's language; empty for English."""
        return other_language(self.service_request)

    @property
    def enter_says(self) -> str:
        """Why Enter routes nothing; empty where it does."""
        if not self.is_for_the_desk:
            return _("No department is suggested for this request, so Enter did nothing.")
        if self.advice.department is None:
            return _("No department is suggested, so Enter did nothing. Press D to choose one.")
        return ""

    @cached_property
    def map_sources(self) -> MapSources:
        """What the map loads on which another place is picked, and the one of nearby requests."""
        return build_map_sources()

    @property
    def kinds(self) -> list:
        """Other categories it may be, for the words that were typed."""
        typed = self.forms["category"].values.get("q") if "category" in self.forms else ""
        return similar_categories(self.service_request, str(typed or ""))

    @property
    def hears_caller(self) -> bool:
        """Whether a caller could settle something now; taking it back lies deeper."""
        return any(self.can.get(verb) for verb in _HEARD)

    @property
    def asked(self) -> str:
        """The question that waits for an answer."""
        if self.service_request.status != Status.AWAITING_RESIDENT:
            return ""
        return next((line.quote for line in self.lines if line.event.verb == Verb.ASK), "")

    @property
    def first_photo(self) -> Photo | None:
        return next((one.photo for found in self.pictures for one in found), None)

    @property
    def menu(self) -> list[str]:
        """What is possible under More, by the names of the forms."""
        return [each.noun for each in ACTIONS if each.in_menu and self.can.get(each.verb)]

    @property
    def menu_is_open(self) -> bool:
        nouns = {each.noun for each in ACTIONS if each.in_menu} | {"hiding", "showing"}
        if not self.hears_caller:
            nouns.add("withdrawal")
        return any(form.is_open for noun, form in self.forms.items() if noun in nouns)


def similar_categories(service_request: ServiceRequest, typed: str) -> list[Category]:
    """Return other categories that `typed` may mean.

    Before anything is typed these are those of the same group.
    """
    words = clean_short_line(typed, LONGEST)
    own = service_request.category
    found = search.find_categories(words) if words else lists.categories_of(own.group_id)
    return [category for category in found if category != own][:MAX_SIMILAR]
