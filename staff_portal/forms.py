"""What a crew fills in: one small form per verb, each carrying the last event that was seen."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from city.models import HandBackReason, HoldReason, NoPhotoReason, ResolutionCode
from requests_app import workflow
from requests_app.status import Verb
from santa311.lib import clock
from santa311.lib.words import Words
from staff_portal import inbox

LONGEST_NOTE = 2000
NEWEST_EVENT = 2**63 - 1


class OneOf(forms.ChoiceField):
    """One row of a list, named by its `key` in the form and cleaned to the row itself."""

    def __init__(self, **options):
        super().__init__(widget=forms.RadioSelect, **options)
        self.rows = {}

    def offer(self, rows, key):
        self.rows = {str(getattr(row, key)): row for row in rows}
        self.choices = [(name, str(row)) for name, row in self.rows.items()]

    def clean(self, value):
        return self.rows.get(super().clean(value))


class VerbForm(forms.Form):
    """`name` is the form's id on the page and its word in addresses."""

    verb: Verb
    name: str
    error_messages_seen = {
        "required": _("This form was not complete. Please look again and send it once more."),
        "invalid": _("This form was not complete. Please look again and send it once more."),
    }
    seen = forms.IntegerField(
        min_value=0,
        max_value=NEWEST_EVENT,
        widget=forms.HiddenInput,
        error_messages=error_messages_seen,
    )

    def __init__(self, service_request, *args, **kwargs):
        kwargs.setdefault("auto_id", f"{self.name}-%s")
        super().__init__(*args, **kwargs)
        self.service_request = service_request

    def act(self, by):
        """Carry out the verb. Raises what the workflow raises."""
        given = {key: value for key, value in self.cleaned_data.items() if key != "seen"}
        return self.carry_out(by=by, seen=self.cleaned_data["seen"], **given)

    def carry_out(self, *, by, seen, **given):
        verb = getattr(workflow, self.verb.value)
        return verb(self.service_request, by=by, seen=seen, **given)

    def refuse(self, error):
        """Show a refusal of the workflow where it belongs."""
        field = getattr(error, "field", None)
        self.add_error(field if field in self.fields else None, str(error.message))


class Start(VerbForm):
    verb, name = Verb.START, "work"


class Plan(VerbForm):
    verb, name = Verb.SCHEDULE, "plan"
    when = forms.ChoiceField(
        label=_("Which day?"),
        choices=[("today", _("Today")), ("tomorrow", _("Tomorrow")), ("day", _("Another day"))],
        widget=forms.RadioSelect,
        required=False,
    )
    day = forms.DateField(
        label=_("The day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write the day like 2026-12-24.")},
    )
    words = Words(
        label=_("What should the resident know?"),
        max_length=LONGEST_NOTE,
        multiline=True,
        required=False,
    )

    def clean(self):
        given = super().clean()
        today = timezone.localdate(clock.now())
        near = {"today": today, "tomorrow": today + timedelta(days=1)}
        given["day"] = near.get(given.pop("when", ""), given.get("day"))
        if given["day"] is None and not self.errors:
            self.add_error("when", _("Choose a day."))
        return given


class Hold(VerbForm):
    verb, name = Verb.HOLD, "pause"
    reason = OneOf(
        label=_("What are you waiting for?"), error_messages={"required": _("Choose a reason.")}
    )
    words = Words(
        label=_("What should the resident know?"),
        max_length=LONGEST_NOTE,
        multiline=True,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].offer(HoldReason.objects.active(), "code")


class Ask(VerbForm):
    verb, name = Verb.ASK, "question"
    question = Words(
        label=_("Your question"),
        max_length=LONGEST_NOTE,
        multiline=True,
        error_messages={"required": _("Write the question.")},
    )


class CancelQuestion(VerbForm):
    verb, name = Verb.CANCEL_QUESTION, "question-taken-back"


class HandBack(VerbForm):
    verb, name = Verb.HAND_BACK, "return"
    reason = OneOf(
        label=_("Why is it not yours?"), error_messages={"required": _("Choose a reason.")}
    )
    words = Words(
        label=_("Who could it be for?"),
        help_text=_("311 and the resident read this."),
        max_length=LONGEST_NOTE,
        multiline=True,
        required=False,
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].offer(HandBackReason.objects.active(), "code")


class Assign(VerbForm):
    verb, name = Verb.ASSIGN, "assignment"
    to = OneOf(label=_("Whose job is it?"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = {str(p.pk): p for p in inbox.colleagues(self.service_request.department_id)}
        self.fields["to"].rows = people
        named = [(key, person.get_full_name() or str(person)) for key, person in people.items()]
        self.fields["to"].choices = [("", _("Nobody's yet")), *named]


class Note(VerbForm):
    verb, name = Verb.COMMENT, "comments"
    words = Words(
        label=_("Your note"),
        max_length=LONGEST_NOTE,
        multiline=True,
        error_messages={"required": _("Write something first.")},
    )
    audience = forms.ChoiceField(
        label=_("Who reads it?"),
        choices=[("staff", _("Only us")), ("everyone", _("The resident too"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say who should read it.")},
    )

    def carry_out(self, *, audience, **given):
        return super().carry_out(is_public=audience == "everyone", **given)


class Uphold(VerbForm):
    verb, name = Verb.UPHOLD, "verdict"
    words = Words(
        label=_("Answer the resident: what did you look at, and what did you find?"),
        max_length=LONGEST_NOTE,
        multiline=True,
        error_messages={"required": _("Write the answer.")},
    )


class Reopen(VerbForm):
    verb, name = Verb.REOPEN, "reopening"
    words = Words(
        label=_("Why does it open again?"),
        max_length=LONGEST_NOTE,
        multiline=True,
        error_messages={"required": _("Say why.")},
    )


ACTS = (Start, Plan, Hold, Ask, CancelQuestion, HandBack, Assign, Note, Uphold, Reopen)


class Complete(VerbForm):
    """`photos` are loose photos the view has kept; they are not a field of the form."""

    verb, name = Verb.COMPLETE, "completion"
    resolution = OneOf(
        label=_("What did you do?"), error_messages={"required": _("Choose what you did.")}
    )
    note = Words(
        label=_("Tell the resident"),
        max_length=LONGEST_NOTE,
        multiline=True,
        error_messages={"required": _("Tell the resident what you did.")},
    )
    no_photo_reason = OneOf(label=_("Why is there no photo?"), required=False)

    def __init__(self, *args, photos=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.photos = photos
        self.fields["resolution"].offer(ResolutionCode.objects.active(), "code")
        self.fields["no_photo_reason"].offer(NoPhotoReason.objects.active(), "code")

    def carry_out(self, *, no_photo_reason, **given):
        reason = None if self.photos else no_photo_reason
        return super().carry_out(photos=self.photos, no_photo_reason=reason, **given)
