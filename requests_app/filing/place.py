"""The place in a submitted form: by the photo, by a button of the list, on the map or in words."""

from dataclasses import dataclass
from decimal import Decimal

from city import search
from city.coordinates import BadCoordinate, parse_point
from lib.text import clean_line


@dataclass(frozen=True)
class Location:
    """A place as it was given: degrees WGS 84 and the words for it."""

    latitude: Decimal
    longitude: Decimal
    text: str

    @classmethod
    def from_point(cls, point, text="") -> "Location":
        """(latitude, longitude), with our words for it where there are no others."""
        return cls(*point, text or search.describe_point(*map(float, point)))


def format_button_value(latitude, longitude, name) -> str:
    """A place as a button carries it: `34.010000 -118.496200 The Pier`."""
    return f"{latitude:.6f} {longitude:.6f} {name}"


def parse_button_value(value) -> Location:
    """What `button_value` made, or what somebody else made up. Raises BadCoordinate."""
    latitude, __, rest = value.partition(" ")
    longitude, __, name = rest.partition(" ")
    return Location.from_point(parse_point(latitude, longitude), name[:200])


def find_posted_location(posted, draft, form) -> Location | None:
    """By the button that was pressed, else by the map, else by words that mean a single place."""
    if "photo" in posted:
        return _find_photo_location(draft, posted["photo"])
    if "place" in posted:
        return _parse_posted_button(posted["place"], form)
    if not form.is_valid() or search.find_neighbor_city(text := form.cleaned_data["text"]):
        return None
    if point := form.cleaned_data["point"]:
        return Location.from_point(point, text)
    if text and text == draft.location_phrase and draft.latitude is not None:
        return Location(draft.latitude, draft.longitude, text)  # nothing was changed
    return find_location_by_text(text)


def _find_photo_location(draft, photo_id) -> Location | None:
    for photo in draft.photos.all():
        if str(photo.pk) == photo_id and photo.latitude is not None:
            return Location.from_point((photo.latitude, photo.longitude))
    return None


def _parse_posted_button(value, form) -> Location | None:
    try:
        return parse_button_value(clean_line(value))
    except BadCoordinate as problem:
        form.add_error("text", str(problem))
        return None


def find_location_by_text(text) -> Location | None:
    """The one place that the words can mean."""
    hits = search.find_places_or_geocode(text) if text else []
    meant = search.pick_unambiguous_hit(text, hits)
    return Location(*parse_point(str(meant.lat), str(meant.lng)), meant.name) if meant else None
