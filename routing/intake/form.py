"""The form that an agent fills in during a call."""

import uuid
from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from city import geo, search
from city.coordinates import BadCoordinate, parse_point
from city.jurisdiction import other_city_message
from city.models import Category, City
from lib.text import CleanTextField
from requests_app.filing.forms import DetailsForm
from requests_app.filing.place import Location, format_button_value, parse_button_value
from requests_app.models import Channel

CHANNELS = [Channel.PHONE, Channel.WALK_IN]


def list_languages() -> list[tuple[str, str]]:
    """Return the languages of the city as choices: (code, name in the current language) pairs."""
    codes = City.current().languages
    return [(code, get_language_info(code)["name_translated"].capitalize()) for code in codes]


def initial_values() -> dict:
    """Return the initial values of an empty form: a new key, a phone call, and a language.

    The language is the current one if the city has it, else the city's first.
    """
    codes = City.current().languages
    language = get_language()
    return {
        "key": uuid.uuid4(),
        "channel": Channel.PHONE,
        "language": language if language in codes else codes[0],
    }


def _same_message_for_all(message: str | Promise) -> dict:
    """Return error messages of a field with the same text for each error."""
    return dict.fromkeys(["required", "invalid", "invalid_choice"], message)


class IntakeForm(DetailsForm):
    """Form of a call. After cleaning, `location` and `category` are set, or None if unknown.

    The location is the pin while the typed words are those of the pin, else what the words mean. If
    the words match several, `places` and `categories` list them.
    """

    key = forms.UUIDField(
        error_messages=_same_message_for_all(
            gettext_lazy("The page didn't load completely. Check it and send it again.")
        )
    )
    channel = forms.ChoiceField(
        choices=[(channel.value, channel.label) for channel in CHANNELS],
        error_messages=_same_message_for_all(gettext_lazy("Choose how this person came to you.")),
    )
    language = forms.ChoiceField(
        choices=list_languages,
        error_messages=_same_message_for_all(gettext_lazy("Choose the language of the caller.")),
    )
    place = CleanTextField(max_length=200, required=False)
    known_place = CleanTextField(max_length=200, required=False)
    latitude = CleanTextField(max_length=40, required=False)
    longitude = CleanTextField(max_length=40, required=False)
    spot = CleanTextField(max_length=300, required=False)
    what = CleanTextField(max_length=200, required=False)
    category_code = CleanTextField(max_length=60, required=False)

    def __init__(self, data: QueryDict | None = None, initial: dict | None = None) -> None:
        super().__init__(data, initial=initial)
        self.location: Location | None = None
        self.category: Category | None = None
        self.places: list[search.PlaceHit] = []
        self.categories: list[Category] = []

    def clean(self) -> dict[str, Any]:
        """Set `location` and `category`; add an error to `place` or `what` without one match."""
        super().clean()
        given = self.cleaned_data
        self._find_place(given)
        self._find_category(given)
        return given

    def _find_place(self, given: dict[str, Any]) -> None:
        """Set `location`, moved into the service area if it is slightly outside, or add an error.

        Nothing happens if one of the location's fields has an error.
        """
        if {"place", "spot", "latitude", "longitude"} & set(self.errors):
            return
        try:
            self.location = self._find_chosen_point(given)
        except BadCoordinate as problem:
            self.add_error("place", str(problem))
            return
        if self.location is None:
            self.location = self._find_meant_place(given["place"])
        if self.location is None:
            return
        point = geo.snap_to_service_area(self.location.latitude, self.location.longitude)
        if point is None:
            self.add_error("place", _("This location is outside the city's service area."))
        else:
            self.location = replace(
                self.location, latitude=point.latitude, longitude=point.longitude
            )

    def _find_chosen_point(self, given: dict[str, Any]) -> Location | None:
        """Return the spot chosen in a list, else the pin; None if other words were typed since.

        Words that were only added to those of the pin keep it. Raise BadCoordinate for an invalid
        point.
        """
        if given["spot"]:
            return parse_button_value(given["spot"])
        typed, known = given["place"], given.get("known_place", "")
        is_pinned = given["latitude"] or given["longitude"]
        if not is_pinned or (typed and known.casefold() not in typed.casefold()):
            return None
        return Location.from_point(parse_point(given["latitude"], given["longitude"]), typed)

    def _find_meant_place(self, typed: str) -> Location | None:
        """Return the place that the words mean; otherwise add an error and return None.

        That is the best hit, if it is unambiguous or has exactly this name. Otherwise `places` are
        all hits.
        """
        hits = search.find_places_or_geocode(typed) if typed else []
        if hits and (search.pick_unambiguous_hit(typed, hits) or _is_exact_name(hits[0], typed)):
            return parse_button_value(format_button_value(hits[0].lat, hits[0].lng, hits[0].name))
        self.places = hits
        self.add_error("place", _describe_place_problem(typed, hits))
        return None

    def _find_category(self, given: dict[str, Any]) -> None:
        """Set `category` to the chosen one if `what` is empty or fits, else to its match.

        Without a single match add an error to `what`, and set `categories` to the matches. Nothing
        happens if one of the two fields has an error.
        """
        if {"what", "category_code"} & set(self.errors):
            return
        rows = Category.objects.offered()
        if code := given["category_code"]:
            self.category = rows.filter(service_code=code).first()
        typed = given["what"]
        if self.category and typed in {"", self.category.name}:
            return
        self.category = self._find_named_category(typed, chosen=self.category)

    def _find_named_category(self, typed: str, chosen: Category | None) -> Category | None:
        """Return `chosen` if it matches, else the only match or a first match of exactly this name.

        Otherwise set `categories` to the matches, add an error to `what` and return None. Nothing
        matches an empty text. Case is ignored.
        """
        hits = search.find_categories(typed) if typed else []
        if chosen and chosen in hits:
            return chosen
        if len(hits) == 1 or (hits and hits[0].name.casefold() == typed.casefold()):
            return hits[0]
        self.categories = hits
        self.add_error("what", _describe_category_problem(typed, hits))
        return None


def _is_exact_name(hit: search.PlaceHit, typed: str) -> bool:
    """Return True if the words are the name of `hit`, in any case, and `hit` has no note."""
    return not hit.note and hit.name.casefold() == typed.casefold()


def _describe_place_problem(typed: str, hits: list[search.PlaceHit]) -> str:
    """Return why the words name no single place: another city, empty, several matches, or none."""
    if elsewhere := other_city_message(typed):
        return elsewhere
    if not typed:
        return _("Ask where it is: a corner, a street or a landmark.")
    if hits and hits[0].note:
        return _("%(note)s Choose it in the list, or set the pin on the map.") % {
            "note": hits[0].note
        }
    if hits:
        return _("More than one location matches “%(typed)s”. Choose one.") % {"typed": typed}
    return _("No location matches “%(typed)s”. Try a corner, or set the pin on the map.") % {
        "typed": typed
    }


def _describe_category_problem(typed: str, hits: list[Category]) -> str:
    """Return why the words name no single category: empty, several matches, or none."""
    if not typed:
        return _("Ask what it is, and choose the kind of request.")
    if hits:
        return _("“%(typed)s” could be more than one thing. Choose one.") % {"typed": typed}
    return _("No kind of request fits “%(typed)s”. Try another word.") % {"typed": typed}
