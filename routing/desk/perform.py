"""The way of an agent's action: its form, its verb, and where the desk goes on."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from city import canned_texts
from lib import polling
from requests_app import workflow
from requests_app.actions.forms import UndoForm
from requests_app.actions.perform import ActionHandler, handle_action
from requests_app.errors import DomainError, NotAllowed
from requests_app.models import Event, ServiceRequest
from routing import triage
from routing.agents_only import agents_only
from routing.desk.queue.filters import Filters
from routing.desk.queue.neighbours import find_first_waiting, list_following_ids
from routing.desk.queue.page import QueuePage
from routing.desk.service_request.page import Attempt, Typed
from routing.desk.views import show


@require_POST
@agents_only
def act(request, reference, action) -> HttpResponse:
    """Do it and go on, or come back with everything that was typed and why it was not done."""
    handler = DeskActionHandler(request, reference, action)
    if "canned" in request.POST and action.form.canned_text_use:
        return handler.begin_with_canned_text()
    return handle_action(handler)


class DeskActionHandler(ActionHandler):
    def load(self) -> None:
        self.row = get_object_or_404(ServiceRequest, reference=self.reference)
        self.filters = Filters.from_request(self.request)

    def call_verb(self, form) -> Any:
        """Which requests come next is asked while this one is still in the queue."""
        is_done = self.action.done_with
        self.coming = list_following_ids(self.filters, self.row) if is_done else []
        return super().call_verb(form)

    def render_form(self, form, status, refused=None) -> HttpResponse:
        """The form stays open, but for one key that came after a colleague had done the same."""
        typed = Typed.in_form(form)
        wanted = form.cleaned_data.get("department")
        is_there = wanted is not None and wanted == self.row.department
        is_kept = not (refused and is_there and not typed.words)
        attempt = Attempt(
            opened=self._form_name if is_kept else "",
            typed=typed if is_kept else None,
            verb=self.action.verb,
            refused=refused,
            since=form.cleaned_data.get("seen"),
        )
        return self._show(attempt, status)

    def get_success_response(self, event) -> HttpResponseRedirect:
        done_with = self.action.done_with
        row = find_first_waiting(self.filters, self.coming) if done_with else self.row
        return go_on(self.filters, row, event)

    def begin_with_canned_text(self) -> HttpResponse:
        """The form again with the text after whatever was typed: for pages without a script."""
        self.load()
        form, posted = self.build_form(self.request.POST), self.request.POST["canned"]
        offered = canned_texts.offers(form.canned_text_use, self.row)
        text = next((one.text for one in offered if one.code == posted), "")
        typed = form[form.canned_text_field].value() or ""
        values = {form.canned_text_field: canned_texts.put_into(typed, text) if text else typed}
        return self._show(Attempt(self._form_name, Typed(is_open=True, values=values)))

    @property
    def _form_name(self) -> str:
        return self.action.noun.replace("-", "_")

    def _show(self, attempt: Attempt, status: int = 200) -> HttpResponse:
        page = QueuePage(self.filters)
        return show(self.request, page, self.row, status=status, attempt=attempt)


def go_on(filters, row, event) -> HttpResponseRedirect:
    """To the next page. Its queue need not wait for a worker to hear of what was just done."""
    polling.announce(triage.DESK, event.pk)
    return redirect(f"{filters.url(row)}&did={event.pk}")


@require_POST
@agents_only
def undo(request, reference) -> HttpResponse:
    """Take one's own last act back, and look at the request again."""
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
        attempt = Attempt(refused=refused)
        return show(request, QueuePage(filters), row, status=refused.status_code, attempt=attempt)
    return go_on(filters, row, done)
