"""Why a reporter's details are deleted at the desk, and how far that goes."""

from django import forms
from django.utils.translation import gettext_lazy as _

from requests_app.status import Forgetting

# What a person did by themselves is not a reason that an agent gives.
REASONS = [choice for choice in Forgetting.choices if choice[0] != Forgetting.ASKED]


class Forget(forms.Form):
    """`everywhere`: also the other requests with the same e-mail address or phone number."""

    reason = forms.ChoiceField(
        choices=REASONS,
        error_messages=dict.fromkeys(
            ("required", "invalid_choice"), _("Say why: the log keeps it, without a name.")
        ),
    )
    everywhere = forms.BooleanField(required=False)
