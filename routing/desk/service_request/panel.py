"""The panel of an open request, with the contents of its forms."""

from collections.abc import Sequence
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city import canned_texts, search
from city.base_map.sources import MapSources, build_map_sources
from city.models import CannedText, Category
from lib.text import clean_short_line
from requests_app.models import Photo, ServiceRequest
from requests_app.status import Status, Verb
from routing import lists
from routing.desk.actions import ACTIONS
from routing.desk.service_request.facts import foreign_language_name
from routing.desk.service_request.nearby import NearbyRequest
from routing.desk.service_request.page import PanelContents
from routing.desk.service_request.reporter import OtherRequest

MAX_SIMILAR_CATEGORIES = 5
MAX_SEARCH_LENGTH = 200  # characters of a search text that are used
_CALLER_VERBS = ("answer", "confirm", "dispute")


class RelatedRequests(NamedTuple):
    """Requests related to the one in the panel; `more_count` further ones are not shown."""

    heading: str
    requests: Sequence[NearbyRequest | OtherRequest]
    note: str = ""
    more_count: int = 0


class Panel(PanelContents):
    """The panel with the contents of its forms: canned texts, hints, the menu."""

    @cached_property
    def canned_replies(self) -> list[canned_texts.Offer]:
        """Return the canned texts offered for a public reply to this request."""
        return canned_texts.list_offers(CannedText.Use.REPLY, self.service_request)

    @cached_property
    def canned_questions(self) -> list[canned_texts.Offer]:
        """Return the canned texts offered for a question to the reporter."""
        return canned_texts.list_offers(CannedText.Use.QUESTION, self.service_request)

    @property
    def question_delivery(self) -> str:
        """Return how a question reaches the reporter (email, phone or page), and what it stops."""
        return f"{self._delivery} {_('The clock is paused until an answer comes.')}"

    @property
    def _delivery(self) -> str:
        """Return how a question reaches the reporter: by email, by phone, or on the page alone."""
        contact = self.contact
        if contact and contact.can_receive_email:
            return _("We email it to %(email)s.") % {"email": contact.email}
        if contact and contact.phone:
            words = _("No email. Call %(phone)s.")
            if contact.bounced_at:
                words = _("Email bounced. Call %(phone)s.")
            elif contact.email:
                words = _("The reporter stopped emails. Call %(phone)s.")
            return words % {"phone": contact.phone}
        return _("The reporter sees it only on the request’s page.")

    @property
    def reporter_language(self) -> str:
        """Return the name of the reporter's language; empty for English."""
        return foreign_language_name(self.service_request)

    @property
    def enter_hint(self) -> str:
        """Return why the Enter key routes nothing, as a sentence; empty if it routes."""
        if not self.needs_routing:
            return _("No department is suggested for this request, so Enter did nothing.")
        if self.advice.department is None:
            return _("No department is suggested, so Enter did nothing. Press D to choose one.")
        return ""

    @cached_property
    def map_sources(self) -> MapSources:
        """Return the URLs of the base map and of tiles, and their credit, for the panel's maps."""
        return build_map_sources()

    @property
    def related_requests(self) -> list[RelatedRequests]:
        """Return possible duplicates, other open requests nearby, and those of the same person.

        Empty lists are left out.
        """
        near, same_person = self.nearby, self.other_requests
        heading = ngettext(
            "One more by the same person", "%(n)s more by the same person", same_person.count
        )
        found = [
            RelatedRequests(
                _("Possible duplicates"), near.similar[:4], _("open, or closed in 90 days")
            ),
            RelatedRequests(_("Also open nearby"), near.others[:3]),
            RelatedRequests(
                heading % {"n": same_person.count},
                same_person.shown,
                more_count=same_person.more_count,
            ),
        ]
        return [each for each in found if each.requests]

    @property
    def similar_categories(self) -> list:
        """Return the categories offered in the form for another one.

        The categories match the words typed in the form, or without words have the same group. At
        most MAX_SIMILAR_CATEGORIES.
        """
        typed = self.forms["category"].values.get("q") if "category" in self.forms else ""
        return find_similar_categories(self.service_request, str(typed or ""))

    @property
    def can_act_for_caller(self) -> bool:
        """Return True if a caller could answer, confirm or dispute now.

        A withdrawal is under More.
        """
        return any(self.can.get(verb) for verb in _CALLER_VERBS)

    @property
    def open_question(self) -> str:
        """Return the question that waits for an answer; empty for none."""
        if self.service_request.status != Status.AWAITING_RESIDENT:
            return ""
        return next((line.quote for line in self.lines if line.event.verb == Verb.ASK), "")

    @property
    def first_photo(self) -> Photo | None:
        """Return the first photo of the report, else of the work or dispute; None without one."""
        return next((one.photo for found in self.photos_before_and_after for one in found), None)

    @property
    def menu_nouns(self) -> list[str]:
        """Return the nouns of the possible actions in the menu More, in the order of ACTIONS."""
        return [each.noun for each in ACTIONS if each.is_in_menu and self.can.get(each.verb)]

    @property
    def is_menu_open(self) -> bool:
        """Return True if a form in the menu More is open, so that the menu is, too."""
        nouns = {each.noun for each in ACTIONS if each.is_in_menu} | {"hiding", "showing"}
        if not self.can_act_for_caller:
            nouns.add("withdrawal")
        return any(form.is_open for noun, form in self.forms.items() if noun in nouns)


def find_similar_categories(service_request: ServiceRequest, typed: str) -> list[Category]:
    """Return other categories that `typed` may mean, at most MAX_SIMILAR_CATEGORIES.

    If it is empty, these are the categories of the same group.
    """
    words = clean_short_line(typed, MAX_SEARCH_LENGTH)
    own = service_request.category
    found = search.find_categories(words) if words else lists.categories_in_group(own.group_id)
    return [category for category in found if category != own][:MAX_SIMILAR_CATEGORIES]
