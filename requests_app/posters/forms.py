"""The form of a poster."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from city import geo
from city.jurisdiction import other_city_message
from city.models import Category, City
from city.translation import translate
from requests_app.filing.forms import LocationForm, reportable_categories
from requests_app.filing.place import Location, find_location_by_text

_SAME_PLACE_METRES = 30


def list_category_choices() -> list[tuple[str, Any]]:
    """Return “Any problem”, and (group, [(code, name), …]) of the categories offered today."""
    by_group: dict[str, list[tuple[str, str]]] = {}
    for category in reportable_categories().values():
        choices = by_group.setdefault(translate(category.group.name), [])
        choices.append((category.service_code, translate(category.name)))
    return [("", _("Any problem")), *by_group.items()]


class PosterForm(LocationForm):
    """The form of a poster: the category, the location, both or neither for its link; the paper.

    The cleaned `category` is a Category or None, `location` a Location in the city or None.
    """

    category = forms.ChoiceField(
        choices=list_category_choices,
        required=False,
        widget=forms.Select(attrs={"class": "usa-select"}),
        error_messages={
            "invalid_choice": _("This is no longer one of the choices. Please choose again.")
        },
    )
    paper = forms.ChoiceField(
        choices=[("letter", _("Letter")), ("a4", _("A4"))], required=False, initial="letter"
    )

    def clean_category(self) -> Category | None:
        """Return the chosen category; None for any."""
        return reportable_categories().get(self.cleaned_data["category"])

    def clean_paper(self) -> str:
        """Return the chosen paper; letter without a choice."""
        return self.cleaned_data["paper"] or "letter"

    def clean(self) -> dict[str, Any]:
        """Set `location`. An unknown or ambiguous one, or one outside the city, is an error."""
        given = super().clean()
        given["location"] = self._find_location() if not self.errors else None
        return given

    def _find_location(self) -> Location | None:
        """Return the location of the map's pin, else of the text; None for neither or an error.

        The location is named by the city's data, so that a link to this page cannot put its own
        text on the city's poster.
        """
        text, point = self.cleaned_data["text"], self.cleaned_data["point"]
        if not text and not point:
            return None
        found = _name_point(point, text) if point else find_location_by_text(text)
        if found is None:
            unknown = _("We can't find this location. Try a corner or a landmark.")
            self.add_error("text", other_city_message(text) or unknown)
        elif point := geo.snap_to_service_area(found.latitude, found.longitude):
            return Location(*point, found.text)
        else:
            message = _("This location is outside %(city)s.")
            self.add_error("text", message % {"city": City.current().name})
        return None


def _name_point(point: tuple[Decimal, Decimal], text: str) -> Location:
    """Return the location at (latitude, longitude), named as the place that `text` means.

    The location is named by its address if `text` means no place within _SAME_PLACE_METRES.
    """
    named = find_location_by_text(text)
    if named and geo.distance_m(point, (named.latitude, named.longitude)) <= _SAME_PLACE_METRES:
        return Location.from_point(point, named.text)
    return Location.from_point(point)
