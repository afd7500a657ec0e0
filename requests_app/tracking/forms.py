"""The form for an email address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lib.text import EmailField


class EmailForm(forms.Form):
    """A form with one required email address."""

    email = EmailField(error_messages={"required": _("Enter your email address.")})
