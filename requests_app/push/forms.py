"""The form in which a script sends a subscription of its browser."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from lib.web_push import BrowserKeys, validate_keys
from requests_app.models.push_endpoint import MAX_URL_LENGTH
from requests_app.push.endpoints import find_service


class EndpointForm(forms.Form):
    """The address of a browser at an allowed push service, and the browser's keys."""

    url = forms.CharField(max_length=MAX_URL_LENGTH)
    p256dh = forms.CharField(max_length=100)
    auth = forms.CharField(max_length=40)

    def clean_url(self) -> str:
        """Return the address. Raise ValidationError if its push service is not allowed."""
        url = self.cleaned_data["url"]
        if find_service(url) is None:
            raise forms.ValidationError(_("We can't send notifications to this browser."))
        return url

    def clean(self) -> dict[str, Any]:
        """Return the values. Raise ValidationError if the keys cannot encrypt a message."""
        values = super().clean() or {}
        if {"p256dh", "auth"} <= values.keys():
            try:
                validate_keys(self.keys)
            except ValueError as error:
                raise forms.ValidationError(
                    _("This browser sent keys that can't be used."), code="keys"
                ) from error
        return values

    @property
    def keys(self) -> BrowserKeys:
        """Return the keys, once they are cleaned."""
        return BrowserKeys(self.cleaned_data["p256dh"], self.cleaned_data["auth"])
