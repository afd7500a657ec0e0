"""The views that hide, show, black out or replace a photo or a text."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from lib.security_log import Kind, record_action_once_a_minute
from requests_app.actions.forms import ActionForm, WordsForm
from requests_app.actions.handler import Action, ActionHandler, handle_action
from requests_app.errors import DomainError
from requests_app.models import Event, ServiceRequest
from requests_app.photos import processing, storage
from requests_app.status import Verb
from routing.agents_only import AgentRequest, agents_only
from routing.desk.perform import redirect_to_desk
from routing.desk.queue.filters import Filters
from routing.desk.queue.page import QueuePage
from routing.desk.redaction.forms import BlackOutForm, ReplaceForm
from routing.desk.redaction.page import RedactionPage
from routing.desk.service_request.presence import move_presence
from routing.desk.service_request.public_content import PublicContent
from routing.desk.service_request.request_page import Attempt, FormState
from routing.desk.views import wants_fragment


def _get_content(
    reference: str, photo: UUID | None = None, comment: int | None = None
) -> PublicContent:
    """Return the photo, comment or description of the request.

    Raise Http404 if it does not exist or is of another request.
    """
    row = get_object_or_404(ServiceRequest, reference=reference)
    if photo:
        return PublicContent(row, photo=get_object_or_404(row.photos, pk=photo))
    if comment:
        return PublicContent(row, comment=get_object_or_404(row.comments, pk=comment))
    return PublicContent(row)


@require_safe
@agents_only
def redaction_page(
    request: AgentRequest, reference: str, photo: UUID | None = None, comment: int | None = None
) -> HttpResponse:
    """Show the photo, comment or description with its forms; raise Http404 if there is none."""
    return _render_page(request, RedactionPage(_get_content(reference, photo, comment)))


@require_safe
@agents_only
def uncovered(request: AgentRequest, reference: str, photo: UUID) -> HttpResponse:
    """Return a photo without its black boxes as WebP, to the agent who draws them.

    The picture is made from the original and not stored. The access is logged in the security log.
    Raise Http404 if the original is deleted or unreadable.
    """
    row = get_object_or_404(ServiceRequest, reference=reference)
    found = get_object_or_404(row.photos, pk=photo)
    if not found.original:  # the file was deleted with the texts of a private request
        raise Http404
    try:
        sizes = processing.make_sizes_isolated(storage.read_original(found))
    except (OSError, processing.UnreadableFile) as error:
        raise Http404 from error
    record_action_once_a_minute(
        Kind.PHOTO_UNCOVERED, target=f"request:{reference}", result=f"photo:{photo}"
    )
    response = HttpResponse(sizes[max(sizes)], content_type="image/webp")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_POST
@agents_only
def perform_action(
    request: AgentRequest,
    reference: str,
    action: Action,
    photo: UUID | None = None,
    comment: int | None = None,
) -> HttpResponse:
    """Perform the action and redirect to the desk, or show the form again with the error."""
    return handle_action(RedactionHandler(request, reference, action, photo, comment))


HIDING = Action("hiding", Verb.HIDE, WordsForm)
SHOWING = Action("showing", Verb.UNHIDE, ActionForm)
BLACKING_OUT = Action("redaction", Verb.REDACT, BlackOutForm)
REPLACING = Action("redaction", Verb.REDACT, ReplaceForm)
# What can be redacted or hidden: the end of its URL, the name of the URL pattern, its actions.
SUBJECTS = [
    ("photos/<uuid:photo>", "desk_photo", [HIDING, SHOWING, BLACKING_OUT]),
    ("words/<int:comment>", "desk_words", [HIDING, SHOWING, REPLACING]),
    ("description", "desk_description", [REPLACING]),
]


class RedactionHandler(ActionHandler):
    """The handling of an action on a photo, a comment or a description."""

    request: AgentRequest
    row: ServiceRequest

    def __init__(
        self,
        request: AgentRequest,
        reference: str,
        action: Action,
        photo: UUID | None,
        comment: int | None,
    ) -> None:
        super().__init__(request, reference, action)
        self.photo, self.comment = photo, comment

    def load(self) -> None:
        """Set `subject` and `row`; raise Http404 if there is no such request, photo or comment."""
        self.subject = _get_content(self.reference, self.photo, self.comment)
        self.row = self.subject.service_request

    def call_verb(self, form: ActionForm) -> Event | None:
        """Call the verb with the photo or comment as further arguments."""
        return self.action.call_verb(self.row, form, self.actor, self.subject.verb_arguments)

    def render_form(
        self, form: ActionForm, status: int, refused: DomainError | None = None
    ) -> HttpResponse:
        """Render the page with the form open, and what was typed and drawn."""
        typed = FormState.from_form(form)
        typed.values["boxes"] = form.cleaned_data.get("box")
        since = form.cleaned_data.get("seen")
        attempt = Attempt(self.action.noun, typed, self.action.verb, refused, since)
        return _render_page(self.request, RedactionPage(self.subject, attempt), status)

    def get_success_response(self, event: Event | None) -> HttpResponseRedirect:
        """Redirect to the desk with the request open and a toast."""
        filters = Filters.from_request(self.request)
        return redirect_to_desk(filters, self.row, event)


def _render_page(request: AgentRequest, page: RedactionPage, status: int = 200) -> HttpResponse:
    """Render the desk with the photo or text open, or for htmx the region it asks for.

    The agent is recorded as present at the request.
    """
    filters = Filters.from_request(request)
    move_presence(request, page.subject.service_request)
    context = {
        "redaction_page": page,
        "subject": page.subject,
        "service_request": page.subject.service_request,
        "page": QueuePage(filters),
        "is_chosen": True,
        "query": filters.query_string(),
    }
    part = "#panel" if wants_fragment(request) else ""
    response = render(request, f"routing/desk/redaction/desk.html{part}", context, status=status)
    if request.htmx and status == 200:
        response["HX-Push-Url"] = request.get_full_path()
    return response
