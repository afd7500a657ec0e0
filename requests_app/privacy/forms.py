"""What is asked of a person who wants their data, or wants it deleted."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lib.text import EmailField

GO_ON, WITHDRAW = "go_on", "withdraw"
HERE, EVERYTHING = "here", "everything"


class AddressForm(forms.Form):
    email = EmailField(error_messages={"required": _("Type the email address you gave us.")})


class DeletionForm(forms.Form):
    """`open_ones`: whether what is open goes on without its reporter or is taken back."""

    open_ones = forms.ChoiceField(choices=[(GO_ON, ""), (WITHDRAW, "")], required=False)
    deletes_everything = True

    @property
    def withdraws(self) -> bool:
        return self.cleaned_data["open_ones"] == WITHDRAW


class DeviceDeletionForm(DeletionForm):
    what = forms.ChoiceField(
        choices=[(HERE, ""), (EVERYTHING, "")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose what to delete.")),
    )

    @property
    def deletes_everything(self) -> bool:
        return self.cleaned_data["what"] == EVERYTHING
