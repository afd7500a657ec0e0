"""Out of the public's sight: a photo or words are hidden, blacked out, replaced, shown again."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from lib.security_log import Kind, record_once
from requests_app.actions.forms import ActionForm, WordsForm
from requests_app.actions.perform import Action, ActionHandler, handle_action
from requests_app.models import ServiceRequest
from requests_app.photos import processing, storage
from requests_app.status import Verb
from routing.agents_only import agents_only
from routing.desk.perform import go_on
from routing.desk.queue.filters import Filters
from routing.desk.queue.page import QueuePage
from routing.desk.redaction.forms import BlackOut, Replace
from routing.desk.redaction.page import Sight
from routing.desk.service_request.page import Attempt, Typed
from routing.desk.service_request.presence import arrive
from routing.desk.service_request.subject import Subject
from routing.desk.views import wants_part


def _subject(reference, photo=None, comment=None) -> Subject:
    """What the address names; a photo or comment of another request is a 404."""
    row = get_object_or_404(ServiceRequest, reference=reference)
    if photo:
        return Subject(row, photo=get_object_or_404(row.photos, pk=photo))
    if comment:
        return Subject(row, comment=get_object_or_404(row.comments, pk=comment))
    return Subject(row)


@require_safe
@agents_only
def page(request, reference, photo=None, comment=None) -> HttpResponse:
    return _show(request, Sight(_subject(reference, photo, comment)))


@require_safe
@agents_only
def uncovered(request, reference, photo) -> HttpResponse:
    """Show a photo without its black boxes to the agent who draws them, and record that.

    The picture is kept nowhere.
    """
    found = _subject(reference, photo=photo).photo
    if not found.original:  # it was deleted with the words of a private request
        raise Http404
    try:
        sizes = processing.make_sizes_isolated(storage.read(found))
    except (OSError, processing.Unreadable) as error:
        raise Http404 from error
    record_once(Kind.PHOTO_UNCOVERED, target=f"request:{reference}", result=f"photo:{photo}")
    response = HttpResponse(sizes[max(sizes)], content_type="image/webp")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
@agents_only
def act(request, reference, action, photo=None, comment=None) -> HttpResponse:
    return handle_action(RedactionHandler(request, reference, action, photo, comment))


HIDING = Action("hiding", Verb.HIDE, WordsForm)
SHOWING = Action("showing", Verb.UNHIDE, ActionForm)
BLACKING_OUT = Action("redaction", Verb.REDACT, BlackOut)
REPLACING = Action("redaction", Verb.REDACT, Replace)
# What can be taken out of sight: the end of its address, its name, and what can be done to it.
SUBJECTS = [
    ("photos/<uuid:photo>", "desk_photo", [HIDING, SHOWING, BLACKING_OUT]),
    ("words/<int:comment>", "desk_words", [HIDING, SHOWING, REPLACING]),
    ("description", "desk_description", [REPLACING]),
]


class RedactionHandler(ActionHandler):
    def __init__(self, request, reference, action, photo, comment) -> None:
        super().__init__(request, reference, action)
        self.photo, self.comment = photo, comment

    def load(self) -> None:
        self.subject = _subject(self.reference, self.photo, self.comment)
        self.row = self.subject.service_request

    def call_verb(self, form) -> Any:
        return self.action.call_verb(self.row, form, self.actor, self.subject.verb_arguments)

    def render_form(self, form, status, refused=None) -> HttpResponse:
        typed = Typed.in_form(form)
        typed.values["boxes"] = form.cleaned_data.get("box")
        since = form.cleaned_data.get("seen")
        attempt = Attempt(self.action.noun, typed, self.action.verb, refused, since)
        return _show(self.request, Sight(self.subject, attempt), status)

    def get_success_response(self, event) -> HttpResponseRedirect:
        filters = Filters.from_request(self.request)
        return go_on(filters, self.row, event)


def _show(request, sight, status=200) -> HttpResponse:
    """The whole desk with the subject beside the queue; for htmx the one region it asked for."""
    filters = Filters.from_request(request)
    arrive(request, sight.subject.service_request)
    context = {
        "sight": sight,
        "subject": sight.subject,
        "service_request": sight.subject.service_request,
        "page": QueuePage(filters),
        "is_chosen": True,
        "query": filters.query_string(),
    }
    part = "#panel" if wants_part(request) else ""
    response = render(request, f"routing/desk/redaction/desk.html{part}", context, status=status)
    if request.htmx and status == 200:
        response["HX-Push-Url"] = request.get_full_path()
    return response
