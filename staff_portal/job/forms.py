"""What a crew does with a job short of finishing it: one small form per verb."""

from datetime import timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from city.models import HandBackReason, HoldReason
from requests_app.status import Verb
from santa311.lib import clock
from santa311.lib.days import Day
from santa311.lib.text import Words
from staff_portal.day_plan import plan
from staff_portal.inbox import reading
from staff_portal.verb_form import LONGEST_NOTE, OneOf, VerbForm


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
    day = Day(
        label=_("The day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Enter the date like 11/30/2026.")},
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

    def carry_out(self, *, by, day, **given):
        """What is put off to a later day is not on today's plan of who put it off."""
        super().carry_out(by=by, day=day, **given)
        if day > timezone.localdate(clock.now()):
            plan.remove(by, self.service_request)


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
        label=_("Why isn't this your department's job?"),
        error_messages={"required": _("Choose a reason.")},
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
    to = OneOf(label=_("Who should do this job?"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = {str(p.pk): p for p in reading.colleagues(self.service_request.department_id)}
        self.fields["to"].rows = people
        named = [(key, person.full_name) for key, person in people.items()]
        self.fields["to"].choices = [("", _("Unassigned")), *named]


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
        choices=[("staff", _("Only staff")), ("everyone", _("The resident too"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say who should read it.")},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.service_request.is_imported:  # nobody waits for words
            self.fields["audience"].choices = self.fields["audience"].choices[:1]

    def carry_out(self, *, audience, **given):
        return super().carry_out(is_public=audience == "everyone", **given)


class Uphold(VerbForm):
    verb, name = Verb.UPHOLD, "verdict"
    words = Words(
        label=_("Tell the resident: what did you check, and what did you find?"),
        max_length=LONGEST_NOTE,
        multiline=True,
        error_messages={"required": _("Write the answer.")},
    )


class Reopen(VerbForm):
    verb, name = Verb.REOPEN, "reopening"
    words = Words(
        label=_("Why are you reopening it?"),
        max_length=LONGEST_NOTE,
        multiline=True,
        error_messages={"required": _("Say why.")},
    )


ACTS = (Start, Plan, Hold, Ask, CancelQuestion, HandBack, Assign, Note, Uphold, Reopen)
