"""What an agent does at the desk: each address is a noun, each leads to one verb."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from city import canned_texts
from requests_app import workflow
from requests_app.actions.forms import ActionForm, Undo, WithWords
from requests_app.errors import DomainError, InvalidInput, NotAllowed
from requests_app.models import Event, ServiceRequest
from routing import triage
from routing.access import agents_only
from routing.desk import queue, repeated
from routing.desk.forms import (
    Answer,
    Ask,
    Comment,
    Confirm,
    Decline,
    Dismiss,
    Dispute,
    Duplicate,
    MovePin,
    Note,
    Prioritise,
    Recategorise,
    Route,
    Transfer,
)
from routing.desk.queue import Filters
from routing.desk.queue.page import QueuePage
from routing.desk.service_request.page import Typed
from routing.desk.views import show
from santa311.lib import polling


@dataclass(frozen=True)
class Act:
    """`noun` is the end of the address and the name of the form in the panel; `verb` is a function
    of the workflow, named like the Verb.

    An act that is `done_with` the request lets the next one in the queue open.
    """

    noun: str
    form_class: type[ActionForm]
    verb: Callable
    done_with: bool = False

    @property
    def view(self):
        @require_POST
        @agents_only
        def act(request, reference):
            return _carry_out(request, reference, self)

        return act


ACTS = [
    Act("routing", Route, workflow.route, done_with=True),
    Act("question", Ask, workflow.ask, done_with=True),
    Act("question-withdrawal", ActionForm, workflow.cancel_question),
    Act("declination", Decline, workflow.decline, done_with=True),
    Act("original", Duplicate, workflow.mark_duplicate, done_with=True),
    Act("transfer", Transfer, workflow.transfer, done_with=True),
    Act("answer", Answer, workflow.answer),
    Act("confirmation", Confirm, workflow.confirm),
    Act("dispute", Dispute, workflow.dispute),
    Act("withdrawal", ActionForm, workflow.withdraw),
    Act("ruling", WithWords, workflow.uphold, done_with=True),
    Act("reopening", WithWords, workflow.reopen),
    Act("comments", Comment, repeated.comment),
    Act("notes", Note, repeated.comment),
    Act("category", Recategorise, workflow.recategorise),
    Act("priority", Prioritise, workflow.prioritise),
    Act("clearance", ActionForm, workflow.clear_danger),
    Act("reports-dismissal", Dismiss, workflow.dismiss_reports),
    Act("place", MovePin, workflow.move_pin),
    Act("hiding", WithWords, workflow.hide),
    Act("showing", ActionForm, workflow.unhide),
    Act("release", ActionForm, workflow.release, done_with=True),
]


def _carry_out(request, reference, act):
    """Do it and go on, or come back with everything that was typed and why it was not done."""
    row = get_object_or_404(ServiceRequest, reference=reference)
    filters = Filters.from_query(request.GET, request.user)
    form = act.form_class(request.POST, request.FILES, person=request.user)
    if "canned" in request.POST and form.use:
        return _begun(request, filters, row, act, form)
    if not form.is_valid():
        return _refused(request, filters, row, act, form)
    coming = queue.following(filters, row) if act.done_with else []
    seen = form.cleaned_data["seen"]
    try:
        event = act.verb(row, by=request.user, seen=seen, **form.verb_arguments())
    except NotAllowed:
        raise
    except InvalidInput as refused:
        form.add_error(refused.field if refused.field in form.fields else None, refused.message)
        return _refused(request, filters, row, act, form)
    except DomainError as refused:
        return _refused(request, filters, row, act, form, refused)
    return go_on(filters, queue.first_of(filters, coming) if act.done_with else row, event)


def _begun(request, filters, row, act, form):
    """The form again with a canned text after whatever was typed: for pages without a script."""
    offered = canned_texts.offers(form.use, row)
    text = next((one.text for one in offered if one.code == request.POST["canned"]), "")
    typed = form[form.field].value() or ""
    values = {form.field: canned_texts.put_into(typed, text) if text else typed}
    opened = act.noun.replace("-", "_")
    typed = Typed(is_open=True, values=values)
    return show(request, QueuePage(filters), row, opened=opened, typed=typed)


def _refused(request, filters, row, act, form, refused=None):
    status = refused.status_code if refused else 422
    return show(
        request,
        QueuePage(filters),
        row,
        status=status,
        opened=act.noun.replace("-", "_"),
        typed=Typed.in_form(form),
        verb=act.verb.__name__,
        since=form.cleaned_data.get("seen"),
        refused=refused,
    )


def go_on(filters, row, event):
    """To the next page. Its queue need not wait for a worker to hear of what was just done."""
    polling.announce(triage.DESK, event.pk)
    address = reverse("desk_request", args=[row.reference]) if row else reverse("desk")
    return redirect(f"{address}?{filters.query()}&did={event.pk}")


@require_POST
@agents_only
def undo(request, reference):
    """Take one's own last act back, and look at the request again."""
    row = get_object_or_404(ServiceRequest, reference=reference)
    filters = Filters.from_query(request.GET, request.user)
    form = Undo(request.POST)
    if not form.is_valid():
        raise Http404
    event = get_object_or_404(Event, pk=form.cleaned_data["event"], service_request=row)
    try:
        done = workflow.undo(row, event=event, by=request.user)
    except NotAllowed:
        raise
    except DomainError as refused:
        return show(request, QueuePage(filters), row, status=refused.status_code, refused=refused)
    return go_on(filters, row, done)
