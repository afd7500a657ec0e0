"""What a reader says is wrong with a photo or a text."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lib.text import CleanTextField
from requests_app.models import ContentReport
from requests_app.replies.forms import Reply

MAX_WORDS = 500


class ContentReportForm(Reply):
    """`item` is the key of one of the page's; `words` may say more."""

    item = forms.CharField(
        max_length=60,
        error_messages={"required": _("Choose the photo or text.")},
    )
    reason = forms.ChoiceField(
        choices=ContentReport.Reason.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("Choose what's wrong.")),
    )
    words = CleanTextField(multiline=True, max_length=MAX_WORDS, required=False)
