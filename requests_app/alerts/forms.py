"""The form of a new alert."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from city import geo, search
from city.jurisdiction import MAX_DISTANCE_M, other_city_message
from city.models import Category, CategoryGroup, City, Zone
from city.translation import translate
from lib.text import CleanTextField, EmailField
from requests_app.browsing.area import Area
from requests_app.browsing.filters import (
    GROUP_PREFIX,
    Filters,
    list_active_zones,
    list_public_categories,
)
from requests_app.browsing.search_words import split_terms
from requests_app.filing.place import Location, find_hit_by_text
from requests_app.models import Alert, Device

RADII_IN_FEET = (152, 805, 1609, 3219)  # metres: 500 ft, half a mile, one mile, two miles
RADII_IN_METRES = (150, 500, 1000, 3000)
_FINISHED_SHOWS = {"fixed", "closed"}  # the tabs of the list without open requests
_MAX_NAMED_PLACES = 3
_METRES_PER_DEGREE = 111_320  # of latitude
_PRECISE_KINDS = {"address", "intersection", "point"}  # a landmark's name may be a common word
type Choices = list[tuple[str, Any]]


def _build_select() -> forms.Select:
    """Return a select widget with the CSS class of the USWDS."""
    return forms.Select(attrs={"class": "usa-select"})


class AlertForm(forms.Form):
    """The form of an alert: a filter, the events to report, the frequency and the channel.

    The channel is email, or notifications on `device`. Without a `device`, notifications are not
    possible, and email is the only channel. The cleaned `category` is a Category, a CategoryGroup
    or None; `zone` is a Zone or None.
    """

    EMAIL, DEVICE = "email", "device"

    category = forms.ChoiceField(required=False, widget=_build_select())
    zone = forms.ChoiceField(required=False, widget=_build_select())
    near = CleanTextField(max_length=200, required=False)
    radius = forms.ChoiceField(required=False, widget=_build_select())
    area = CleanTextField(max_length=120, required=False)
    words = CleanTextField(max_length=100, required=False)
    wants_new = forms.BooleanField(required=False)
    wants_finished = forms.BooleanField(required=False)
    frequency = forms.ChoiceField(
        choices=Alert.Frequency.choices,
        error_messages={"required": _("Choose how often you want updates.")},
    )
    channel = forms.ChoiceField(required=False, initial=EMAIL)
    email = EmailField(required=False)

    def __init__(self, *args: Any, device: Device | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._device = device
        self._categories: dict[str, Category | CategoryGroup] = dict(_categories_by_value())
        self._zones = {zone.slug: zone for zone in list_active_zones()}
        for name, choices in {
            "category": [("", _("Everything")), *_list_category_choices()],
            "zone": [("", _("The whole city")), *_list_choices(self._zones)],
            "radius": list_radius_choices(),
            "channel": self._list_channels(),
        }.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = choices
            field.error_messages["invalid_choice"] = _(
                "This is no longer one of the choices. Please choose again."
            )

    def clean_category(self) -> Category | CategoryGroup | None:
        """Return the chosen category or group; None for all."""
        return self._categories.get(self.cleaned_data["category"])

    def clean_zone(self) -> Zone | None:
        """Return the chosen zone; None for the whole city."""
        return self._zones.get(self.cleaned_data["zone"])

    def clean_area(self) -> Area | None:
        """Return the part of the map, or None. Raise ValidationError for a malformed one."""
        typed = self.cleaned_data["area"]
        area = Area.parse(typed) if typed else None
        if typed and area is None:
            raise ValidationError(_("We can't read this part of the map. Please choose it again."))
        return area

    def clean_words(self) -> str:
        """Return the words as typed; "" if none of them can be searched for."""
        words = self.cleaned_data["words"]
        return words if split_terms(words) else ""

    @property
    def offers_notifications(self) -> bool:
        """Return whether the person may choose notifications."""
        return self._device is not None

    def _list_channels(self) -> Choices:
        """Return the choices of `channel`: email, and notifications if they are possible."""
        email = (self.EMAIL, _("Email"))
        on_device = (self.DEVICE, _("Notifications on this device"))
        return [email, on_device] if self.offers_notifications else [email]

    def clean(self) -> dict[str, Any]:
        """Set `circle` to the rectangle around the circle, or to None without a location.

        Errors of `near`: the location is unknown, ambiguous or far from the city. Error of
        `wants_new`: neither new nor finished requests are chosen. Error of `email`: it is missing.
        Error of `channel`: notifications are off on this device.
        """
        super().clean()
        given = self.cleaned_data
        if given.get("channel") == self.DEVICE:
            given["email"] = ""
            self.errors.pop("email", None)
            if self._device is None or not self._device.has_notifications:
                self.add_error("channel", _("Turn on notifications on this device first."))
        elif not given.get("email") and "email" not in self.errors:
            self.add_error("email", _("Enter your email address."))
        if not given.get("wants_new") and not given.get("wants_finished"):
            self.add_error("wants_new", _("Choose new requests, finished requests or both."))
        given["circle"] = self._find_circle(given.get("near", ""))
        return given

    def _find_circle(self, near: str) -> Area | None:
        """Return the rectangle around the circle, and set `place` to its center's description.

        None without a location, and with an error.
        """
        if not near or "radius" in self.errors:
            return None
        hit = find_hit_by_text(near)
        if hit and hit.kind == "street":
            message = _("%(street)s is long. Add a house number or a cross street.")
            self.add_error("near", message % {"street": hit.name})
            return None
        if hit is None:
            self.add_error("near", _describe_failed_search(near))
            return None
        found = Location.from_hit(hit)
        if geo.metres_outside(found.latitude, found.longitude) > MAX_DISTANCE_M:
            message = _("This location is far from %(city)s.")
            self.add_error("near", message % {"city": City.current().name})
            return None
        self.cleaned_data["place"] = found.text
        return build_square(float(found.latitude), float(found.longitude), self.radius_m)

    @property
    def radius_m(self) -> int:
        """The chosen radius in metres; the second smallest one without a choice."""
        return int(self.cleaned_data.get("radius") or list_radius_choices()[1][0])

    def build_query(self) -> dict[str, str]:
        """Return the query with which a new form begins with the filter of this valid one."""
        given = self.cleaned_data
        named = {name: self.data.get(name, "") for name in ("category", "zone", "area", "near")}
        filled = named | {"q": given["words"]}
        return {name: value for name, value in filled.items() if value}

    def build_alert(self) -> Alert:
        """Return the unsaved alert of a valid form. A location comes before a part of the map.

        It has no owner yet if notifications are chosen.
        """
        given = self.cleaned_data
        what, circle = given["category"], given["circle"]
        area = circle or given["area"]
        return Alert(
            email=given["email"],
            frequency=given["frequency"],
            wants_new=given["wants_new"],
            wants_finished=given["wants_finished"],
            category=what if isinstance(what, Category) else None,
            group=what if isinstance(what, CategoryGroup) else None,
            zone=given["zone"],
            words=given["words"],
            radius_m=self.radius_m if circle else None,
            place=given["place"] if circle else "",
            **(area._asdict() if area else {}),
        )


def build_initial(filters: Filters, near: str) -> dict[str, object]:
    """Return the initial values of the form for filters of the list, and near a location.

    A search text that means an address or a corner becomes the location.
    """
    words = filters.words
    if not near and (near := _find_place_name(words)):
        words = ""
    category = filters.category.service_code if filters.category else ""
    return {
        "category": f"{GROUP_PREFIX}{filters.group.slug}" if filters.group else category,
        "zone": filters.zone.slug if filters.zone else "",
        "area": str(filters.area) if filters.area and not near else "",
        "words": words,
        "near": near,
        "radius": list_radius_choices()[1][0],
        "wants_new": filters.show not in _FINISHED_SHOWS,
        "wants_finished": filters.show in _FINISHED_SHOWS,
        "frequency": Alert.Frequency.DAILY,
        "channel": AlertForm.EMAIL,
    }


def _find_place_name(words: str) -> str:
    """Return the name of the address, corner or point that the words mean; "" if they mean none."""
    hit = search.pick_unambiguous_hit(words, search.find_places(words)) if words else None
    return hit.name if hit and hit.kind in _PRECISE_KINDS else ""


def list_radius_choices() -> Choices:
    """Return (metres, label) of each radius, in the city's units, smallest first."""
    radii = RADII_IN_FEET if City.current().measures_in_feet else RADII_IN_METRES
    return [(str(metres), geo.format_distance(metres)) for metres in radii]


def build_square(latitude: float, longitude: float, radius_m: int) -> Area:
    """Return the Area (west, south, east, north in degrees) that encloses the circle."""
    high = radius_m / _METRES_PER_DEGREE
    wide = (
        high
        * geo.distance_m((latitude, longitude), (latitude + 1, longitude))
        / max(geo.distance_m((latitude, longitude), (latitude, longitude + 1)), 1.0)
    )
    return Area(longitude - wide, latitude - high, longitude + wide, latitude + high)


def _categories_by_value() -> Iterator[tuple[str, Category | CategoryGroup]]:
    """Yield (value in the form, row) of each public category and of their groups."""
    for category in list_public_categories():
        yield category.service_code, category
        yield f"{GROUP_PREFIX}{category.group.slug}", category.group


def _list_category_choices() -> Choices:
    """Return (name, [(value, label), …]) of each group; its first choice is the whole group."""
    by_group: dict[CategoryGroup, list[tuple[str, str]]] = {}
    for category in list_public_categories():
        by_group.setdefault(category.group, []).append(
            (category.service_code, translate(category.name))
        )
    return [
        (
            translate(group.name),
            [
                (
                    f"{GROUP_PREFIX}{group.slug}",
                    _("All of %(name)s") % {"name": translate(group.name)},
                ),
                *categories,
            ],
        )
        for group, categories in by_group.items()
    ]


def _describe_failed_search(near: str) -> str:
    """Return why the text is not one location: it is elsewhere, means several, or is unknown."""
    if other_city_message(near):
        return gettext("We only have requests in %(city)s.") % {"city": City.current().name}
    if found := search.find_places(near)[:_MAX_NAMED_PLACES]:
        names = "; ".join(hit.name for hit in found)
        return gettext("Which one do you mean? For example: %(names)s.") % {"names": names}
    return gettext("We can't find this location. Try a corner or a landmark.")


def _list_choices(zones: dict[str, Zone]) -> Choices:
    """Return (slug, name) of each zone."""
    return [(slug, translate(zone.name)) for slug, zone in zones.items()]
