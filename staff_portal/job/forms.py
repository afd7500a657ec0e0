"""Forms for a crew's actions on a job, except its completion: one form per verb."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city.models import HandBackReason, HoldReason
from lib import clock
from lib.lazy_text import LazyText
from requests_app import workflow
from requests_app.actions.handler import Action
from requests_app.models import Event, ServiceRequest
from requests_app.status import Verb
from staff_portal.day_plan import plan
from staff_portal.forms import (
    TILES_TEMPLATE,
    JobForm,
    OfflineForm,
    Panel,
    PhotoForm,
    code_choice_field,
    day_field,
    note_field,
)


class StartForm(OfflineForm):
    name = "work"
    listed_as = _("Start of “%(job)s”")


class ScheduleForm(JobForm):
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

    def clean(self) -> dict[str, Any]:
        """Set `day` to the date of `when` or the typed day; add an error without one.

        `when` is removed.
        """
        given = super().clean() or {}
        today = clock.today()
        near = {"today": today, "tomorrow": today + timedelta(days=1)}
        given["day"] = near.get(given.pop("when", ""), given.get("day"))
        if given["day"] is None and not self.errors:
            self.add_error("when", _("Choose a day."))
        return given


class HoldForm(OfflineForm):
    name = "pause"
    panel = Panel(_("Hold"), "pause", _("Put on hold"))
    listed_as = _("Hold of “%(job)s”")
    reason = code_choice_field(HoldReason, _("What are you waiting for?"), _("Choose a reason."))
    words = note_field(_("What should the resident know?"))


class AskForm(JobForm):
    name = "question"
    panel = Panel(_("Ask"), "ask", _("Ask the resident"), "staff_portal/job/question_fields.html")
    question = note_field(_("Your question"), _("Write the question."))


class CancelQuestionForm(JobForm):
    name = "question-taken-back"
    panel = Panel(_("Cancel question"), "undo")


class HandBackForm(OfflineForm):
    name = "return"
    panel = Panel(_("Not ours"), "undo", _("Hand back to 311"))
    listed_as = _("Hand-back of “%(job)s”")
    reason = code_choice_field(
        HandBackReason, _("Why isn't this your department's job?"), _("Choose a reason.")
    )
    words = note_field(_("Who could it be for?"), help_text=_("311 and the resident read this."))


class ColleagueField(forms.ModelChoiceField):
    """A choice of one person of the job's department, or nobody."""

    widget = forms.RadioSelect

    def label_from_instance(self, person: User) -> str:
        return person.full_name


class AssignForm(JobForm):
    name = "assignment"
    panel = Panel(_("Assign to"), "users", _("Assign"))
    to = ColleagueField(
        User.objects.none(),
        label=_("Who should do this job?"),
        template_name=TILES_TEMPLATE,
        required=False,
        blank=True,
        empty_label=_("Unassigned"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        people = User.objects.filter(is_active=True).order_by("first_name", "username")
        cast(ColleagueField, self.fields["to"]).queryset = people.filter(
            memberships__department=self.service_request.department_id
        )


class NoteForm(PhotoForm):
    name = "comments"
    panel = Panel(_("Note"), "send", _("Save the note"), "staff_portal/job/note_fields.html")
    listed_as = _("Note on “%(job)s”")
    words = note_field(
        _("Your note"),
        _("Write something first."),
        help_text=_("For staff only: type @ and a name to email a coworker."),
    )
    audience = forms.ChoiceField(
        label=_("Who reads it?"),
        choices=[("staff", _("Only staff")), ("everyone", _("The resident too"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Say who should read it.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if self.service_request.is_imported:  # nobody waits for words
            audience = cast(forms.ChoiceField, self.fields["audience"])
            audience.choices = [("staff", _("Only staff"))]

    def verb_arguments(self) -> dict:
        """Return the arguments of the verb with `photos`, and `is_public` for `audience`."""
        given = super().verb_arguments() | {"photos": self.kept.photos}
        return given | {"is_public": given.pop("audience") == "everyone"}


class BeforePhotosForm(PhotoForm):
    name = "before-photos"
    panel = Panel(
        _("Before photo"), "camera", _("Add the photo"), "staff_portal/job/before_photo_fields.html"
    )
    listed_as = _("Before photo of “%(job)s”")
    needs = Verb.COMPLETE

    def clean(self) -> dict[str, Any]:
        """Add an error if there is neither a photo nor a problem with one."""
        given = super().clean() or {}
        if not self.kept.photos and not self.kept.problems:
            self.add_error(None, _("Add a photo first."))
        return given

    def verb_arguments(self) -> dict:
        """Return the arguments of the verb: only `photos`, without the key."""
        return super().verb_arguments() | {"photos": self.kept.photos}


class UpholdForm(JobForm):
    name = "verdict"
    panel = Panel(_("It's fixed"), "building", _("Answer and close"))
    words = note_field(
        _("Tell the resident: what did you check, and what did you find?"), _("Write the answer.")
    )


class ReopenForm(JobForm):
    name = "reopening"
    panel = Panel(_("Reopen"), "undo", _("Reopen"))
    words = note_field(_("Why are you reopening it?"), _("Say why."))


class UndoForm(JobForm):
    """Undoes the user's own last action. The workflow refuses it once another event followed."""

    name = "undo"
    seen = None  # type: ignore[assignment]  # Django's way to remove an inherited field
    event = forms.ModelChoiceField(Event.objects.none(), widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        events = cast(forms.ModelChoiceField, self.fields["event"])
        events.queryset = Event.objects.filter(service_request=self.service_request)


def schedule_and_unplan(
    row: ServiceRequest, *, by: User, seen: int, day: date, words: str
) -> Event:
    """Schedule a request and return the event. Raise the DomainErrors of `workflow.schedule`.

    If the day is later than today, the request is removed from today's plan of `by`.
    """
    event = workflow.schedule(row, by=by, seen=seen, day=day, words=words)
    if day > clock.today():
        plan.remove_stop(by, row)
    return event


@dataclass(frozen=True)
class JobAction(Action):
    """An action of a crew on a job."""

    form: type[JobForm]


def _build_action(
    form: type[JobForm],
    verb: Verb,
    done_message: LazyText,
    function: Callable[..., Event] | None = None,
) -> JobAction:
    """Return the action of a form, named like it; `function` is called instead of the verb."""
    return JobAction(form.name, verb, form, done_message, function)


ACTIONS = [
    _build_action(StartForm, Verb.START, _("Work started. The resident can see it.")),
    _build_action(
        ScheduleForm,
        Verb.SCHEDULE,
        _("Planned. The resident can see the day."),
        schedule_and_unplan,
    ),
    _build_action(HoldForm, Verb.HOLD, _("On hold. The clock is paused.")),
    _build_action(AskForm, Verb.ASK, _("Question sent. The clock is paused until they answer.")),
    _build_action(CancelQuestionForm, Verb.CANCEL_QUESTION, _("The question was canceled.")),
    _build_action(HandBackForm, Verb.HAND_BACK, _("Handed back to 311.")),
    _build_action(AssignForm, Verb.ASSIGN, _("It's unassigned.")),
    _build_action(NoteForm, Verb.COMMENT, _("Note saved."), workflow.leave_note),
    _build_action(
        BeforePhotosForm,
        Verb.COMMENT,
        _("Photo added. The resident can see it."),
        workflow.add_before_photos,
    ),
    _build_action(UpholdForm, Verb.UPHOLD, _("Closed. The resident will see your answer.")),
    _build_action(ReopenForm, Verb.REOPEN, _("Reopened.")),
    _build_action(UndoForm, Verb.UNDO, _("Undone. The job is as it was before.")),
]


def format_success_message(action: Action, event: Event) -> str:
    """Return the success message of an action; an assignment names the assignee."""
    if action.verb == Verb.ASSIGN and event.assignee:
        return gettext("Assigned to %(name)s.") % {"name": event.assignee.full_name}
    return str(action.done_message)
