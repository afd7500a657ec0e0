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
    def at(cls, point, text="") -> "Location":
        """(latitude, longitude), with our words for it where there are no others."""
        return cls(*point, text or search.describe_point(*map(float, point)))


def button_value(latitude, longitude, name) -> str:
    """A place as a button carries it: `34.010000 -118.496200 The Pier`."""
    return f"{latitude:.6f} {longitude:.6f} {name}"


def of_button(value) -> Location:
    """What `button_value` made, or what somebody else made up. Raises BadCoordinate."""
    latitude, __, rest = value.partition(" ")
    longitude, __, name = rest.partition(" ")
    return Location.at(parse_point(latitude, longitude), name[:200])


def find_place(posted, draft, form) -> Location | None:
    """By the button that was pressed, else by the map, else by words that mean a single place."""
    if "photo" in posted:
        return _of_photo(draft, posted["photo"])
    if "place" in posted:
        return _of_button(posted["place"], form)
    if not form.is_valid() or search.find_neighbor_city(text := form.cleaned_data["text"]):
        return None
    if point := form.cleaned_data["point"]:
        return Location.at(point, text)
    if text and text == draft.location_phrase and draft.latitude is not None:
        return Location(draft.latitude, draft.longitude, text)  # nothing was changed
    return of_words(text)


def _of_photo(draft, photo_id) -> Location | None:
    for photo in draft.photos.all():
        if str(photo.pk) == photo_id and photo.latitude is not None:
            return Location.at((photo.latitude, photo.longitude))
    return None


def _of_button(value, form) -> Location | None:
    try:
        return of_button(clean_line(value))
    except BadCoordinate as problem:
        form.add_error("text", str(problem))
        return None


def of_words(text) -> Location | None:
    """The one place that the words can mean."""
    hits = search.find_places_or_geocode(text) if text else []
    meant = search.pick_unambiguous_hit(text, hits)
    return Location(*parse_point(str(meant.lat), str(meant.lng)), meant.name) if meant else None
