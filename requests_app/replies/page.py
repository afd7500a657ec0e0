"""The page of a form with which a resident replies to a request."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from requests_app.actions.forms import ActionForm
from requests_app.actions.handler import Action, ActionHandler, list_unseen_events
from requests_app.errors import DomainError
from requests_app.middleware import get_or_create_device, refuse_staff
from requests_app.models import Contact, Device, ServiceRequest
from requests_app.personal_data import hints
from requests_app.photos import direct_upload
from requests_app.replies.forms import PhotoReplyForm, ReplyForm
from requests_app.status import Verb
from requests_app.tracking.access import RequestAccess, get_request_access
from requests_app.tracking.page import find_last_question


@dataclass(frozen=True)
class ReplyAction(Action):
    """An action whose template has the verb's name. `extra_context` returns values for it."""

    form: type[ReplyForm]
    extra_context: Callable[[RequestAccess], dict] = lambda access: {}


class ReplyHandler(ActionHandler):
    """The handling of one HTTP request with which a resident replies, on this browser's device."""

    action: ReplyAction
    row: ServiceRequest

    def load(self) -> None:
        """Set `access` and `row`.

        Raise Http404 if the person may not see the request, and NotAllowed for a POST of staff.
        """
        self.access = get_request_access(self.request, self.reference)
        self.row = self.access.service_request
        if self.request.method == "POST":
            refuse_staff(self.request)

    @cached_property
    def actor(self) -> Device:
        """Return the browser's device, created if needed."""
        return get_or_create_device(self.request)

    @cached_property
    def files(self) -> MultiValueDict:
        """Return the form's files, including direct uploads."""
        return direct_upload.collect_files(self.request)

    def get_warning_response(self, form) -> HttpResponse | None:
        """Return the page (422) with a danger, a question or personal data to look at, or None.

        A danger in the text comes first, then the question whether a comment is an answer, then
        personal data in a public text, unless "as_it_is" was posted.
        """
        if form.danger_stop.check_texts(form.typed_text):
            return self.render_form(form, 422)
        if self._might_be_answer(form):
            asked = {"is_answer_asked": True, "question": find_last_question(self.access)}
            return self.render_form(form, 422, more=asked)
        if self.access.is_public and "as_it_is" not in self.request.POST:
            personal = _find_personal_data(self.request, self.access, form)
            if personal:
                return self.render_form(form, 422, more=personal)
        return None

    def _might_be_answer(self, form: ReplyForm) -> bool:
        """Return True if a comment may answer an open question and `is_comment` was not posted."""
        has_content = isinstance(form, PhotoReplyForm) and bool(form.typed_text or form.photos)
        is_comment = self.action.verb == Verb.COMMENT and has_content
        is_awaited = Verb.ANSWER in self.access.available_verbs
        return is_comment and is_awaited and "is_comment" not in self.request.POST

    def is_done_already(self, form, refused) -> bool:
        """Return True if the only new events are of the same form, sent by this browser before.

        An error without events gives False. The first event must have the same verb, device and
        text, and all others be caused by it.
        """
        events = getattr(refused, "events", [])
        if not events:
            return False
        # A comment is quiet, so the first unseen event may be the danger flag that it caused.
        first = events[0].caused_by or events[0]
        words = form.verb_arguments().get("words", "")
        return (
            (first.verb, first.device_id) == (self.action.verb, self.actor.pk)
            and getattr(first.comment, "body", "") == words
            and all(each.caused_by_id == first.pk for each in events[1:])
        )

    def render_form(
        self,
        form: ActionForm,
        status: int,
        refused: DomainError | None = None,
        more: dict[str, object] | None = None,
    ) -> HttpResponse:
        """Return the page of the form; `more` and `refused` add to its context."""
        access = self.access
        context = {
            **(more or {}),
            **self.action.extra_context(access),
            "refused": refused,
            "new_events": list_unseen_events(refused, access.audience),
            "access": access,
            "service_request": self.row,
            "form": form,
            "is_possible": self.action.verb in access.available_verbs,
            "is_comment": "is_comment" in self.request.POST,
            "action_url": reverse(self.action.noun, args=[self.row.reference]),
            "can_comment": Verb.COMMENT in access.available_verbs,
            "badge": access.badge,
        }
        template = f"requests_app/replies/{self.action.verb}.html"
        return render(self.request, template, context, status=status)

    def get_success_response(self, event) -> HttpResponseRedirect:
        """Redirect to the live page, or to “My requests” if the resident may not see it any more.

        This is the case for a reporter who left a private request.
        """
        try:
            get_request_access(self.request, self.reference)
        except Http404:
            return redirect("my_requests")
        return redirect("service_request", self.row.reference)


def _find_personal_data(request, access: RequestAccess, form: ReplyForm) -> dict[str, Any]:
    """Return the context of the hint about personal data in the text; {} if there is none.

    The keys are `hint` and `is_taken_out`. If the button "take_out" was pressed, the data it names
    is removed from the form, and the rest shown first.
    """
    reporter = _reporter_name(access)
    button = request.POST.get("take_out", "")
    left = hints.remove_flagged_text(button, {"words": form.typed_text}, reporter)
    words = left.get("words", form.typed_text)
    if left:
        form.replace_words(words)
    hint = hints.build_hint("words", words, reporter)
    return {"hint": hint, "is_taken_out": bool(left)} if hint or button else {}


def _reporter_name(access: RequestAccess) -> str:
    """Return the name that the reporter gave; "" without one or if another person writes."""
    if not access.is_reporter:
        return ""
    names = Contact.objects.filter(service_request=access.service_request)
    return names.values_list("name", flat=True).first() or ""
