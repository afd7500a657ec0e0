"""What a crew does with a job short of finishing it: one small form per verb."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city.models import HandBackReason, HoldReason
from lib import clock
from requests_app import workflow
from requests_app.actions.handler import Action
from requests_app.models import Event, ServiceRequest
from requests_app.status import Verb
from staff_portal.day_plan import plan
from staff_portal.forms import (
    TILES,
    JobForm,
    Panel,
    SentLaterForm,
    WithPhotos,
    choice_of,
    day_field,
    note_field,
)


class Start(SentLaterForm):
    name = "work"
    listed_as = _("Start of “%(job)s”")


class Plan(JobForm):
    name = "plan"
    panel = Panel(_("Plan"), "calendar", _("Plan it"), "staff_portal/job/plan_fields.html")
    when = forms.ChoiceField(
        label=_("Which day?"),
        choices=[("today", _("Today")), ("tomorrow", _("Tomorrow")), ("day", _("Another day"))],
        widget=forms.RadioSelect,
        required=False,
    )
    day = day_field(_("The day"))
    words = note_field(_("What should the resident know?"))

    def clean(self) -> dict[str, Any] | None:
        given = super().clean()
        today = clock.today()
        near = {"today": today, "tomorrow": today + timedelta(days=1)}
        given["day"] = near.get(given.pop("when", ""), given.get("day"))
        if given["day"] is None and not self.errors:
            self.add_error("when", _("Choose a day."))
        return given


class Hold(SentLaterForm):
    name = "pause"
    panel = Panel(_("Hold"), "pause", _("Put on hold"))
    listed_as = _("Hold of “%(job)s”")
    reason = choice_of(HoldReason, _("What are you waiting for?"), _("Choose a reason."))
    words = note_field(_("What should the resident know?"))


class Ask(JobForm):
    name = "question"
    panel = Panel(_("Ask"), "ask", _("Ask the resident"), "staff_portal/job/question_fields.html")
    question = note_field(_("Your question"), _("Write the question."))


class CancelQuestion(JobForm):
    name = "question-taken-back"
    panel = Panel(_("Cancel question"), "undo")


class HandBack(SentLaterForm):
    name = "return"
    panel = Panel(_("Not ours"), "undo", _("Hand back to 311"))
    listed_as = _("Hand-back of “%(job)s”")
    reason = choice_of(
        HandBackReason, _("Why isn't this your department's job?"), _("Choose a reason.")
    )
    words = note_field(_("Who could it be for?"), help_text=_("311 and the resident read this."))


class Colleague(forms.ModelChoiceField):
    """One of the people of the job's department, or nobody."""

    widget = forms.RadioSelect

    def label_from_instance(self, person) -> str:
        return person.full_name


class Assign(JobForm):
    name = "assignment"
    panel = Panel(_("Assign to"), "users", _("Assign"))
    to = Colleague(
        User.objects.none(),
        label=_("Who should do this job?"),
        template_name=TILES,
        required=False,
        blank=True,
        empty_label=_("Unassigned"),
    )

    def __init__(self, *args, **given) -> None:
        super().__init__(*args, **given)
        people = User.objects.filter(is_active=True).order_by("first_name", "username")
        self.fields["to"].queryset = people.filter(
            memberships__department=self.service_request.department_id
        )


class Note(WithPhotos):
    name = "comments"
    panel = Panel(_("Note"), "send", _("Save the note"), "staff_portal/job/note_fields.html")
    listed_as = _("Note on “%(job)s”")
    words = note_field(_("Your note"), _("Write something first."))
    audience = forms.ChoiceField(
        label=_("Who reads it?"),
        choices=[("staff", _("Only staff")), ("everyone", _("The resident too"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say who should read it.")},
    )

    def __init__(self, *args, **given) -> None:
        super().__init__(*args, **given)
        if self.service_request.is_imported:  # nobody waits for words
            self.fields["audience"].choices = self.fields["audience"].choices[:1]

    def verb_arguments(self) -> dict:
        given = super().verb_arguments() | {"photos": self.kept.photos}
        return given | {"is_public": given.pop("audience") == "everyone"}


class BeforePhotos(WithPhotos):
    name = "before-photos"
    panel = Panel(
        _("Before photo"), "camera", _("Add the photo"), "staff_portal/job/before_photo_fields.html"
    )
    listed_as = _("Before photo of “%(job)s”")
    needs = Verb.COMPLETE

    def clean(self) -> dict:
        given = super().clean()
        if not self.kept.photos and not self.kept.problems:
            self.add_error(None, _("Add a photo first."))
        return given

    def verb_arguments(self) -> dict:
        return super().verb_arguments() | {"photos": self.kept.photos}


class Uphold(JobForm):
    name = "verdict"
    panel = Panel(_("It's fixed"), "building", _("Answer and close"))
    words = note_field(
        _("Tell the resident: what did you check, and what did you find?"), _("Write the answer.")
    )


class Reopen(JobForm):
    name = "reopening"
    panel = Panel(_("Reopen"), "undo", _("Reopen"))
    words = note_field(_("Why are you reopening it?"), _("Say why."))


class Undo(JobForm):
    """Of one's own last act; whatever was seen, the workflow refuses it once something followed."""

    name = "undo"
    seen = None
    event = forms.ModelChoiceField(Event.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args, **given) -> None:
        super().__init__(*args, **given)
        self.fields["event"].queryset = Event.objects.filter(service_request=self.service_request)


def schedule(row: ServiceRequest, *, by: User, seen: int, day: date, words: str) -> Event:
    """Plan the work. What is put off to a later day leaves today's plan of who put it off."""
    event = workflow.schedule(row, by=by, seen=seen, day=day, words=words)
    if day > clock.today():
        plan.remove(by, row)
    return event


ACTIONS = [
    Action(form.name, verb, form, said, *run)
    for form, verb, said, *run in [
        (Start, Verb.START, _("Work started. The resident can see it.")),
        (Plan, Verb.SCHEDULE, _("Planned. The resident can see the day."), schedule),
        (Hold, Verb.HOLD, _("On hold. The clock is paused.")),
        (Ask, Verb.ASK, _("Question sent. The clock is paused until they answer.")),
        (CancelQuestion, Verb.CANCEL_QUESTION, _("The question was canceled.")),
        (HandBack, Verb.HAND_BACK, _("Handed back to 311.")),
        (Assign, Verb.ASSIGN, _("It's unassigned.")),
        (Note, Verb.COMMENT, _("Note saved."), workflow.leave_note),
        (
            BeforePhotos,
            Verb.COMMENT,
            _("Photo added. The resident can see it."),
            workflow.add_before_photos,
        ),
        (Uphold, Verb.UPHOLD, _("Closed. The resident will see your answer.")),
        (Reopen, Verb.REOPEN, _("Reopened.")),
        (Undo, Verb.UNDO, _("Undone. The job is as it was before.")),
    ]
]


def said(action, event) -> str:
    """Return what was done, in words; a job that was given says to whom."""
    if action.verb == Verb.ASSIGN and event.assignee:
        return gettext("Assigned to %(name)s.") % {"name": event.assignee.full_name}
    return action.said
