"""The views of batches: perform, show the results, undo."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lib.http import parse_number
from routing import lists
from routing.agents_only import AgentRequest, agents_only
from routing.desk.bulk import run
from routing.desk.bulk.page import BatchPage
from routing.desk.queue.filters import Filters
from routing.desk.queue.page import QueuePage
from routing.desk.queue.selection import SelectionForm
from routing.desk.views import render_queue, wants_fragment
from routing.models import Batch


@require_POST
@agents_only
def batches(request: AgentRequest) -> HttpResponse:
    """Perform a verb on the ticked requests, and redirect to the results.

    The same form sent twice makes one batch. 422 with the problems if the form is invalid. Raise
    NotAllowed for the key of another agent's batch.
    """
    filters = Filters.from_request(request)
    form = SelectionForm(request.POST)
    action_form = form.action_form
    if not form.is_valid() or action_form is None:
        return _render_problems(request, filters, form)
    given = form.cleaned_data
    batch = run.begin_batch(
        key=given["key"],
        agent=request.user,
        verb=given["verb"],
        goal=action_form.goal[:200],
        query=filters.query_string(),
        ticks=given["row"],
    )
    if batch:
        run.run_batch(batch, action_form.verb_arguments())
    return redirect(_batch_url(given["key"], filters))


def _render_problems(request: AgentRequest, filters: Filters, form: SelectionForm) -> HttpResponse:
    """Render the form's problems for htmx, else the queue with everything typed and ticked; 422."""
    if request.htmx:
        context = {"selection_form": form}
        response = render(request, "routing/desk/queue/bulk_problems.html", context, status=422)
        response["HX-Retarget"] = "#q-bulk-problems"
        return response
    return render_queue(request, QueuePage(filters, selection_form=form), status=422)


@require_safe
@agents_only
def usual_departments(request: AgentRequest) -> HttpResponse:
    """Render how many of the ticked requests usually go to another department than the chosen one.

    The number is 0 without a known department. Unreadable ticks are ignored.
    """
    ticks = request.GET.getlist("row")[: Batch.MAX_REQUESTS]
    ids = list(filter(None, (parse_number(tick.partition(":")[0]) for tick in ticks)))
    slug = request.GET.get("route-department")
    chosen = next((one for one in lists.departments() if one.slug == slug), None)
    elsewhere = run.count_usually_elsewhere(ids, chosen) if chosen and ids else 0
    context = {"elsewhere": elsewhere, "of": len(ids)}
    return render(request, "routing/desk/queue/bulk_usual.html", context)


@require_safe
@agents_only
def batch(request: AgentRequest, key: UUID) -> HttpResponse:
    """Show the results of the agent's batch beside the queue; 404 for another agent's batch.

    htmx gets the results only.
    """
    found = get_object_or_404(Batch, key=key, agent=request.user)
    filters = Filters.from_request(request)
    context = {
        "batch": BatchPage(found),
        "selection_form": SelectionForm(),
        "query": filters.query_string(),
    }
    if wants_fragment(request):
        response = render(request, "routing/desk/queue/bulk.html", context)
        response["HX-Push-Url"] = _batch_url(found.key, filters)
        return response
    context |= {"page": QueuePage(filters), "is_chosen": True}
    return render(request, "routing/desk/queue/batch.html", context)


@require_POST
@agents_only
def batch_undo(request: AgentRequest, key: UUID) -> HttpResponseRedirect:
    """Undo the agent's batch as far as possible, and redirect to its results; 404 for another's."""
    found = get_object_or_404(Batch, key=key, agent=request.user)
    run.undo_batch(found)
    return redirect(_batch_url(found.key, Filters.from_request(request)))


def _batch_url(key: UUID, filters: Filters) -> str:
    """Return the URL of the batch's results, with the queue's filters."""
    return f"{reverse('desk_batch', args=[key])}?{filters.query_string()}"
