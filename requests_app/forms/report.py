"""What a resident types on the way to a request, one form per step."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from city.coordinates import BadCoordinate, parse_point
from city.models import Category
from santa311.lib.words import EmailField, PhoneField, Words


class WhatForm(forms.Form):
    """`category` becomes a Category that can be reported today."""

    q = Words(max_length=200, required=False)
    category = Words(
        max_length=60, error_messages={"required": _("Choose what it is, so that we can help.")}
    )

    def clean_category(self):
        code = self.cleaned_data["category"]
        category = Category.objects.active().filter(service_code=code).first()
        if category is None:
            raise ValidationError(
                _("You can't report this here anymore. Please choose another option.")
            )
        return category


class WhereForm(forms.Form):
    """`point` is (latitude, longitude) as Decimals in degrees WGS 84, or None without any."""

    latitude = Words(max_length=40, required=False)
    longitude = Words(max_length=40, required=False)
    text = Words(max_length=200, required=False)

    def clean(self):
        given = super().clean()
        given["point"] = None
        if not self.errors and (given["latitude"] or given["longitude"]):
            try:
                given["point"] = parse_point(given["latitude"], given["longitude"])
            except BadCoordinate as problem:
                self.add_error("text", str(problem))
        return given


class DetailsForm(forms.Form):
    """Everything beside the category's own questions; nothing of it must be given."""

    description = Words(max_length=2000, multiline=True, required=False)
    location_note = Words(max_length=200, required=False)
    name = Words(max_length=120, required=False)
    email = EmailField(required=False)
    phone = PhoneField(required=False)
