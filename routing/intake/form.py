"""What an agent takes down during a call, as one form."""

import uuid
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import get_language, get_language_info, gettext_lazy
from django.utils.translation import gettext as _

from city import geo, search
from city.coordinates import BadCoordinate, parse_point
from city.jurisdiction import said_of_another_city
from city.models import Category, City
from lib.text import Words
from requests_app.filing.forms import DetailsForm
from requests_app.filing.place import Location, format_button_value, parse_button_value
from requests_app.models import Channel

CHANNELS = [Channel.PHONE, Channel.WALK_IN]


def languages() -> list[tuple[str, str]]:
    """What the callers of this city speak, as choices."""
    codes = City.current().languages
    return [(code, get_language_info(code)["name_translated"].capitalize()) for code in codes]


def fresh_values() -> dict:
    """What an empty form begins with: a key of its own, and a call, whatever the last one was."""
    codes = City.current().languages
    language = get_language()
    return {
        "key": uuid.uuid4(),
        "channel": Channel.PHONE,
        "language": language if language in codes else codes[0],
    }


def _always(message) -> dict:
    """The same whatever is wrong with a field."""
    return dict.fromkeys(["required", "invalid", "invalid_choice"], message)


class IntakeForm(DetailsForm):
    """`location` is the place and `category` the category, None until they are known.

    The place is the point on the map as long as the words are those that belong to it, else what
    the words mean. Where words may mean several things, `places` and `categories` hold them.
    """

    key = forms.UUIDField(
        error_messages=_always(
            gettext_lazy("The page didn't load completely. Check it and send it again.")
        )
    )
    channel = forms.ChoiceField(
        choices=[(channel.value, channel.label) for channel in CHANNELS],
        error_messages=_always(gettext_lazy("Choose how this person came to you.")),
    )
    language = forms.ChoiceField(
        choices=languages,
        error_messages=_always(gettext_lazy("Choose the language of the caller.")),
    )
    place = Words(max_length=200, required=False)
    known_place = Words(max_length=200, required=False)
    latitude = Words(max_length=40, required=False)
    longitude = Words(max_length=40, required=False)
    spot = Words(max_length=300, required=False)
    what = Words(max_length=200, required=False)
    category_code = Words(max_length=60, required=False)

    def __init__(self, data=None, initial: dict | None = None) -> None:
        super().__init__(data, initial=initial)
        self.location: Location | None = None
        self.category: Category | None = None
        self.places: list[search.PlaceHit] = []
        self.categories: list[Category] = []

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        self._find_place(given)
        self._find_category(given)
        return given

    def _find_place(self, given) -> None:
        if {"place", "spot", "latitude", "longitude"} & set(self.errors):
            return
        try:
            self.location = self._point(given)
        except BadCoordinate as problem:
            self.add_error("place", str(problem))
            return
        if self.location is None:
            self.location = self._meant(given["place"])
        if self.location is None:
            return
        point = geo.snap_inside(self.location.latitude, self.location.longitude)
        if point is None:
            self.add_error("place", _("This location is outside the city's service area."))
        else:
            self.location = replace(
                self.location, latitude=point.latitude, longitude=point.longitude
            )

    def _point(self, given) -> Location | None:
        """The spot that was chosen in a list, else the pin, unless other words were typed since.

        Words that were only added to those of the pin leave it where it is.
        """
        if given["spot"]:
            return parse_button_value(given["spot"])
        typed, known = given["place"], given.get("known_place", "")
        is_pinned = given["latitude"] or given["longitude"]
        if not is_pinned or (typed and known.casefold() not in typed.casefold()):
            return None
        return Location.from_point(parse_point(given["latitude"], given["longitude"]), typed)

    def _meant(self, typed) -> Location | None:
        hits = search.find_places_or_geocode(typed) if typed else []
        if hits and (search.pick_unambiguous_hit(typed, hits) or _is_named(hits[0], typed)):
            return parse_button_value(format_button_value(hits[0].lat, hits[0].lng, hits[0].name))
        self.places = hits
        self.add_error("place", _missing_place(typed, hits))
        return None

    def _find_category(self, given) -> None:
        if {"what", "category_code"} & set(self.errors):
            return
        rows = Category.objects.offered()
        if code := given["category_code"]:
            self.category = rows.filter(service_code=code).first()
        typed = given["what"]
        if self.category and typed in {"", self.category.name}:
            return
        self.category = self._named(typed, chosen=self.category)

    def _named(self, typed, chosen) -> Category | None:
        """What the words mean. Words that were typed to find the chosen one leave it chosen."""
        hits = search.find_categories(typed) if typed else []
        if chosen and chosen in hits:
            return chosen
        if len(hits) == 1 or (hits and hits[0].name.casefold() == typed.casefold()):
            return hits[0]
        self.categories = hits
        self.add_error("what", _missing_category(typed, hits))
        return None


def _is_named(hit, typed) -> bool:
    return not hit.note and hit.name.casefold() == typed.casefold()


def _missing_place(typed, hits) -> str:
    if elsewhere := said_of_another_city(typed):
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


def _missing_category(typed, hits) -> str:
    if not typed:
        return _("Ask what it is, and choose the kind of request.")
    if hits:
        return _("“%(typed)s” could be more than one thing. Choose one.") % {"typed": typed}
    return _("No kind of request fits “%(typed)s”. Try another word.") % {"typed": typed}
