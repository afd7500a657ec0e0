"""A page with one form, with which a resident does one thing to one request."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from requests_app.actions.handler import Action, ActionHandler, list_unseen_events
from requests_app.errors import DomainError
from requests_app.middleware import get_or_create_device, refuse_staff
from requests_app.models import Contact
from requests_app.personal_data import hints
from requests_app.photos import direct_upload
from requests_app.replies.forms import Reply
from requests_app.status import Verb
from requests_app.tracking.access import RequestAccess, get_request
from requests_app.tracking.page import question_to


@dataclass(frozen=True)
class ReplyAction(Action):
    """Its page has a template named like the verb; `more` gives what only that shows."""

    more: Callable[[RequestAccess], dict] = lambda found: {}


class ReplyHandler(ActionHandler):
    def load(self) -> None:
        self.found = get_request(self.request, self.reference)
        self.row = self.found.service_request
        if self.request.method == "POST":
            refuse_staff(self.request)

    @cached_property
    def actor(self):
        return get_or_create_device(self.request)

    @cached_property
    def files(self) -> MultiValueDict:
        return direct_upload.files_of(self.request)

    def get_warning_response(self, form) -> HttpResponse | None:
        """First a danger in the words, then whether a comment is the answer to an open question,
        then personal data that everyone would read.
        """
        if form.stop.check_texts(form.typed):
            return self.render_form(form, 422)
        if self._may_be_the_answer(form):
            asked = {"is_answer_asked": True, "question": question_to(self.found)}
            return self.render_form(form, 422, more=asked)
        if self.found.is_public and "as_it_is" not in self.request.POST:
            personal = _personal(self.request, self.found, form)
            if personal:
                return self.render_form(form, 422, more=personal)
        return None

    def _may_be_the_answer(self, form: Reply) -> bool:
        """Return whether to ask if the comment in `form` is the answer that the city waits for."""
        is_comment = self.action.verb == Verb.COMMENT and bool(form.typed or form.photos)
        is_awaited = Verb.ANSWER in self.found.verbs
        return is_comment and is_awaited and "is_comment" not in self.request.POST

    def is_done_already(self, form, refused) -> bool:
        """Whether all that happened is this very act, by this browser: its answer was lost."""
        events = getattr(refused, "events", [])
        if not events:
            return False
        first = events[0].caused_by or events[0]  # a comment is quiet, its flag is not
        words = form.verb_arguments().get("words", "")
        return (
            (first.verb, first.device_id) == (self.action.verb, self.actor.pk)
            and getattr(first.comment, "body", "") == words
            and all(each.caused_by_id == first.pk for each in events[1:])
        )

    def render_form(
        self,
        form: Reply,
        status: int,
        refused: DomainError | None = None,
        more: dict[str, object] | None = None,
    ) -> HttpResponse:
        found = self.found
        context = {
            **(more or {}),
            **self.action.more(found),
            "refused": refused,
            "happened": list_unseen_events(refused, found.audience),
            "found": found,
            "service_request": self.row,
            "form": form,
            "is_possible": self.action.verb in found.verbs,
            "is_comment": "is_comment" in self.request.POST,
            "act_at": reverse(self.action.noun, args=[self.row.reference]),
            "can_comment": Verb.COMMENT in found.verbs,
            "badge": found.badge,
        }
        template = f"requests_app/replies/{self.action.verb}.html"
        return render(self.request, template, context, status=status)

    def get_success_response(self, event) -> HttpResponseRedirect:
        """To the live page; a reporter who left a private request cannot see it any more."""
        try:
            get_request(self.request, self.reference)
        except Http404:
            return redirect("my_requests")
        return redirect("service_request", self.row.reference)


def _personal(request, found, form) -> dict:
    """What the page says about personal data in words that everyone will read; {} for nothing.

    Whoever pressed "Take it out" looks at what is left before it is sent.
    """
    reporter = _name_of(found)
    button = request.POST.get("take_out", "")
    left = hints.remove_flagged_text(button, {"words": form.typed}, reporter)
    words = left.get("words", form.typed)
    if left:
        form.change_words(words)
    hint = hints.build_hint("words", words, reporter)
    return {"hint": hint, "is_taken_out": bool(left)} if hint or button else {}


def _name_of(found) -> str:
    """What the reporter called themselves, if it is they who write."""
    if not found.is_reporter:
        return ""
    names = Contact.objects.filter(service_request=found.service_request)
    return names.values_list("name", flat=True).first() or ""
