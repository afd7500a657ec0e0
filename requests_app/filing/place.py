"""The location in a submitted form: of a photo, of a button, of the map's pin or of a text."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Self

from django.http import QueryDict

from city import geo, search
from city.coordinates import BadCoordinate, parse_point
from city.search.place_hit import PlaceHit
from lib.text import clean_line
from requests_app.filing.forms import LocationForm
from requests_app.models import Draft


@dataclass(frozen=True)
class Location:
    """A location of a report: degrees WGS 84 and its description."""

    latitude: Decimal
    longitude: Decimal
    text: str

    @classmethod
    def from_point(cls, point: tuple[Decimal, Decimal], text: str = "") -> Self:
        """Return the location at (latitude, longitude), described by `text` or by its address.

        The address is looked up only if `text` is "".
        """
        return cls(*point, text or search.describe_point(*map(float, point)))

    @classmethod
    def from_hit(cls, hit: PlaceHit) -> Self:
        """Return the location of a place that was found."""
        return cls(*parse_point(str(hit.lat), str(hit.lng)), hit.name)

    @property
    def link_value(self) -> str:
        """The value of `at` in a link that starts a report here: `34.010000,-118.496200`."""
        return f"{self.latitude:.6f},{self.longitude:.6f}"


def format_button_value(latitude: Decimal | float, longitude: Decimal | float, name: str) -> str:
    """Return the value of a button for a place, such as `34.010000 -118.496200 The Pier`."""
    return f"{latitude:.6f} {longitude:.6f} {name}"


def parse_button_value(value: str) -> Location:
    """Return the location in a value of `format_button_value`.

    The name is cut after 200 characters; without a name, the address is looked up. Raise
    BadCoordinate if the coordinates are malformed or out of range.
    """
    latitude, __, rest = value.partition(" ")
    longitude, __, name = rest.partition(" ")
    return Location.from_point(parse_point(latitude, longitude), name[:200])


def parse_link_point(value: str) -> Location | None:
    """Return the location in the value of `at`; None if it is malformed or outside the city."""
    latitude, __, longitude = value.partition(",")
    try:
        point = geo.snap_to_service_area(*parse_point(latitude, longitude))
    except BadCoordinate:
        return None
    return Location.from_point(point) if point else None


def find_posted_location(posted: QueryDict, draft: Draft, form: LocationForm) -> Location | None:
    """Return the location of the button pressed, else of the map's pin, else of the text.

    Return None if there is none, if the text is ambiguous or names another city, or if the form is
    invalid. An error in a button's value is added to the form.
    """
    if "photo" in posted:
        return _find_photo_location(draft, posted.get("photo", ""))
    if "place" in posted:
        return _parse_posted_button(posted.get("place", ""), form)
    if not form.is_valid() or search.find_neighbor_city(text := form.cleaned_data["text"]):
        return None
    if point := form.cleaned_data["point"]:
        return Location.from_point(point, text)
    latitude, longitude = draft.latitude, draft.longitude
    if text and text == draft.location_phrase and latitude is not None and longitude is not None:
        return Location(latitude, longitude, text)  # unchanged
    return find_location_by_text(text)


def _find_photo_location(draft: Draft, photo_id: str) -> Location | None:
    """Return where the draft's photo with this id was taken; None if either is unknown."""
    for photo in draft.photos.all():
        if str(photo.pk) == photo_id and photo.latitude is not None and photo.longitude is not None:
            return Location.from_point((photo.latitude, photo.longitude))
    return None


def _parse_posted_button(value: str, form: LocationForm) -> Location | None:
    """Return the location in a button's value; None, with an error on the form, if malformed."""
    try:
        return parse_button_value(clean_line(value))
    except BadCoordinate as problem:
        form.add_error("text", str(problem))
        return None


def find_hit_by_text(text: str) -> PlaceHit | None:
    """Return the hit of the one place that `text` can mean; None if there is none or several."""
    hits = search.find_places_or_geocode(text) if text else []
    return search.pick_unambiguous_hit(text, hits)


def find_location_by_text(text: str) -> Location | None:
    """Return the one place that `text` can mean; None if there is none or it is ambiguous."""
    meant = find_hit_by_text(text)
    return Location.from_hit(meant) if meant else None
