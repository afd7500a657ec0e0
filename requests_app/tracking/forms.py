"""One e-mail address, to which something is mailed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lib.text import EmailField


class AddressForm(forms.Form):
    email = EmailField(error_messages={"required": _("Enter your email address.")})
