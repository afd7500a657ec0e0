"""The forms to request and delete personal data."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lib.text import EmailField

KEEP_OPEN, WITHDRAW = "go_on", "withdraw"
THIS_DEVICE, EVERYTHING = "here", "everything"


class EmailForm(forms.Form):
    email = EmailField(error_messages={"required": _("Type the email address you gave us.")})


class DeletionForm(forms.Form):
    """The choice between keeping open requests without a reporter and withdrawing them."""

    open_ones = forms.ChoiceField(choices=[(KEEP_OPEN, ""), (WITHDRAW, "")], required=False)

    @property
    def deletes_everything(self) -> bool:
        """Return True: the data behind a mailed link are always deleted as a whole."""
        return True

    @property
    def withdraws(self) -> bool:
        """Return whether the person chose to withdraw open requests; for a valid form."""
        return self.cleaned_data["open_ones"] == WITHDRAW


class DeviceDeletionForm(DeletionForm):
    what = forms.ChoiceField(
        choices=[(THIS_DEVICE, ""), (EVERYTHING, "")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose what to delete.")),
    )

    @property
    def deletes_everything(self) -> bool:
        """Return whether the person chose more than this device; for a valid form."""
        return self.cleaned_data["what"] == EVERYTHING
