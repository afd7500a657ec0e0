"""One act on many ticked requests, what came of it, and taking it back."""

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from lib.http import as_number
from routing import lists
from routing.agents_only import agents_only
from routing.desk.bulk import run
from routing.desk.bulk.page import BatchPage
from routing.desk.queue.filters import Filters
from routing.desk.queue.page import QueuePage
from routing.desk.queue.selection import SelectionForm
from routing.desk.views import show_queue, wants_part
from routing.models import Batch


@require_POST
@agents_only
def batches(request) -> HttpResponse:
    """Do it, one request after the other; sent twice, it is done once."""
    filters = Filters.from_request(request)
    form = SelectionForm(request.POST)
    if not form.is_valid():
        return _refused(request, filters, form)
    given = form.cleaned_data
    batch = run.begin(
        key=given["key"],
        agent=request.user,
        verb=given["verb"],
        goal=form.action_form.goal[:200],
        query=filters.query_string(),
        ticks=given["row"],
    )
    if batch:
        run.carry_out(batch, form.action_form.verb_arguments())
    return redirect(_address(given["key"], filters))


def _refused(request, filters, form) -> HttpResponse:
    """Everything typed and ticked stays: a script shows the problems alone."""
    if request.htmx:
        context = {"selection_form": form}
        response = render(request, "routing/desk/queue/bulk_problems.html", context, status=422)
        response["HX-Retarget"] = "#q-bulk-problems"
        return response
    return show_queue(request, QueuePage(filters, selection_form=form), status=422)


@require_safe
@agents_only
def usual(request) -> HttpResponse:
    """How many of the ticked requests usually go to another department than the chosen one."""
    ticks = request.GET.getlist("row")[: Batch.MOST]
    ids = list(filter(None, (as_number(tick.partition(":")[0]) for tick in ticks)))
    slug = request.GET.get("route-department")
    chosen = next((one for one in lists.departments() if one.slug == slug), None)
    elsewhere = run.count_elsewhere(ids, chosen) if chosen and ids else 0
    context = {"elsewhere": elsewhere, "of": len(ids)}
    return render(request, "routing/desk/queue/bulk_usual.html", context)


@require_safe
@agents_only
def batch(request, key) -> HttpResponse:
    """What each request answered, beside the queue."""
    found = get_object_or_404(Batch, key=key, agent=request.user)
    filters = Filters.from_request(request)
    context = {
        "batch": BatchPage(found),
        "selection_form": SelectionForm(),
        "query": filters.query_string(),
    }
    if wants_part(request):
        response = render(request, "routing/desk/queue/bulk.html", context)
        response["HX-Push-Url"] = _address(found.key, filters)
        return response
    context |= {"page": QueuePage(filters), "is_chosen": True}
    return render(request, "routing/desk/queue/batch.html", context)


@require_POST
@agents_only
def batch_undo(request, key) -> HttpResponseRedirect:
    """Take back all that was done, as far as it still can be."""
    found = get_object_or_404(Batch, key=key, agent=request.user)
    run.take_back(found)
    return redirect(_address(found.key, Filters.from_request(request)))


def _address(key, filters) -> str:
    return f"{reverse('desk_batch', args=[key])}?{filters.query_string()}"
