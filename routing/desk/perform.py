"""The views that perform and undo an agent's action."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from city import canned_texts
from lib import polling
from requests_app import workflow
from requests_app.actions.forms import ActionForm, UndoForm
from requests_app.actions.handler import ActionHandler, handle_action
from requests_app.errors import DomainError, NotAllowed
from requests_app.models import Event, ServiceRequest
from routing import triage
from routing.agents_only import AgentRequest, agents_only
from routing.desk.actions import DeskAction
from routing.desk.queue.filters import Filters
from routing.desk.queue.page import QueuePage
from routing.desk.queue.position import find_first_waiting, list_following_ids
from routing.desk.service_request.request_page import Attempt, FormState
from routing.desk.views import render_desk


@require_POST
@agents_only
def perform_action(request: AgentRequest, reference: str, action: DeskAction) -> HttpResponse:
    """Perform the action and redirect, or show the form again with its input and the reason.

    With `canned` in the POST nothing is performed: the canned text is added to the form.
    """
    handler = DeskActionHandler(request, reference, action)
    if "canned" in request.POST and action.form.canned_text_use:
        return handler.begin_with_canned_text()
    return handle_action(handler)


class DeskActionHandler(ActionHandler):
    """The handling of an agent's action, after which the desk opens `row` or the next request."""

    request: AgentRequest
    action: DeskAction
    row: ServiceRequest

    def load(self) -> None:
        """Set `row` and `filters`; raise Http404 if there is no such request."""
        self.row = get_object_or_404(ServiceRequest, reference=self.reference)
        self.filters = Filters.from_request(self.request)

    def call_verb(self, form: ActionForm) -> Event | None:
        """Perform the action; set `next_ids` to the queue's next requests, [] if none is opened."""
        is_done = self.action.opens_next
        self.next_ids = list_following_ids(self.filters, self.row) if is_done else []
        return super().call_verb(form)

    def render_form(
        self, form: ActionForm, status: int, refused: DomainError | None = None
    ) -> HttpResponse:
        """Show the page with the form open and filled.

        After a refusal, a form without words is closed if its department has the request by now.
        """
        typed = FormState.from_form(form)
        wanted = form.cleaned_data.get("department")
        is_there = wanted is not None and wanted == self.row.department
        is_kept = not (refused and is_there and not typed.typed_words)
        attempt = Attempt(
            opened_form=self._form_name if is_kept else "",
            form_state=typed if is_kept else None,
            verb=self.action.verb,
            error=refused,
            seen_event_id=form.cleaned_data.get("seen"),
        )
        return self._render(attempt, status)

    def get_success_response(self, event: Event | None) -> HttpResponseRedirect:
        """Redirect to the desk with the request open, or with the next one if it `opens_next`."""
        opens_next = self.action.opens_next
        row = find_first_waiting(self.filters, self.next_ids) if opens_next else self.row
        return redirect_to_desk(self.filters, row, event)

    def begin_with_canned_text(self) -> HttpResponse:
        """Show the form with the canned text added to what was typed, for pages without scripts.

        An unknown code adds nothing.
        """
        self.load()
        form, posted = self.build_form(self.request.POST), self.request.POST["canned"]
        offered = canned_texts.list_offers(form.canned_text_use, self.row)
        text = next((one.text for one in offered if one.code == posted), "")
        typed = form[form.canned_text_field].value() or ""
        values = {form.canned_text_field: canned_texts.append_text(typed, text) if text else typed}
        return self._render(Attempt(self._form_name, FormState(is_open=True, values=values)))

    @property
    def _form_name(self) -> str:
        """Return the name of the action's form on the page: the noun with underscores."""
        return self.action.noun.replace("-", "_")

    def _render(self, attempt: Attempt, status: int = 200) -> HttpResponse:
        """Render the desk with the request open, after the `attempt`."""
        page = QueuePage(self.filters)
        return render_desk(self.request, page, self.row, status=status, attempt=attempt)


def redirect_to_desk(
    filters: Filters, row: ServiceRequest | None, event: Event | None
) -> HttpResponseRedirect:
    """Redirect to the desk, with `row` open and a toast for `event`, if they are given.

    The event is announced now, so that the agent's queue does not wait for a worker.
    """
    if event is None:
        return redirect(filters.url(row))
    polling.announce_version(triage.DESK_POLL, event.pk)
    return redirect(f"{filters.url(row)}&did={event.pk}")


@require_POST
@agents_only
def undo(request: AgentRequest, reference: str) -> HttpResponse:
    """Undo the agent's act `event` on the request, and redirect to the request.

    A refusal by the workflow is shown with its own status. Raise Http404 for an invalid form or an
    event of another request, and NotAllowed if the workflow does.
    """
    row = get_object_or_404(ServiceRequest, reference=reference)
    filters = Filters.from_request(request)
    form = UndoForm(request.POST)
    if not form.is_valid():
        raise Http404
    event = get_object_or_404(Event, pk=form.cleaned_data["event"], service_request=row)
    try:
        done = workflow.undo(row, event=event, by=request.user)
    except NotAllowed:
        raise
    except DomainError as refused:
        attempt = Attempt(error=refused)
        return render_desk(
            request, QueuePage(filters), row, status=refused.status_code, attempt=attempt
        )
    return redirect_to_desk(filters, row, done)
