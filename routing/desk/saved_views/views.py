"""The views of saved views: filters of the queue under a name."""

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from lib.http import require_get_or_post
from routing.agents_only import AgentRequest, agents_only
from routing.desk.queue.filters import LINES_PER_PAGE, Filters
from routing.desk.saved_views.page import NAME_TAKEN, SavedViewsPage, ViewNameForm
from routing.models import SavedView


@require_get_or_post
@agents_only
def views(request: AgentRequest) -> HttpResponse:
    """List the saved views, or save the filters of the URL under a name.

    After saving, htmx gets the list and others are redirected to it; 422 for an invalid name.
    """
    filters = Filters.from_request(request)
    if request.method != "POST":
        return _render_list(request, SavedViewsPage(filters, request.user))
    view = SavedView(
        user=request.user, query=replace(filters, max_lines=LINES_PER_PAGE).query_string()
    )
    return _save_name(request, filters, view)


@require_POST
@agents_only
def view_name(request: AgentRequest, view: int) -> HttpResponse:
    """Rename the agent's own view; raise Http404 for another's.

    After saving, htmx gets the list and others are redirected to it; 422 for an invalid name.
    """
    saved = get_object_or_404(SavedView, pk=view, user=request.user)
    return _save_name(request, Filters.from_request(request), saved)


@require_POST
@agents_only
def view_deletion(request: AgentRequest, view: int) -> HttpResponse:
    """Delete the agent's own view if it exists.

    Afterwards htmx gets the list and others are redirected to it, also if nothing was deleted.
    """
    SavedView.objects.filter(pk=view, user=request.user).delete()
    return _respond_after_change(request, Filters.from_request(request))


@require_POST
@agents_only
def view_sharing(request: AgentRequest, view: int) -> HttpResponse:
    """Share the agent's own view with other agents (`is_shared` is 1), or stop that (empty).

    Afterwards htmx gets the list and others are redirected to it. Raise Http404 for another agent's
    view.
    """
    own = SavedView.objects.filter(pk=view, user=request.user)
    get_object_or_404(own)
    own.update(is_shared=bool(request.POST.get("is_shared")))
    return _respond_after_change(request, Filters.from_request(request))


def _save_name(request: AgentRequest, filters: Filters, view: SavedView) -> HttpResponse:
    """Save `view` under the posted name, or show the form's errors with 422.

    The database decides if two tabs send the same name at once: an IntegrityError becomes a form
    error.
    """
    form = ViewNameForm(request.POST, view)
    if form.is_valid():
        view.name = form.cleaned_data["name"]
        try:
            with transaction.atomic():
                view.save()
            return _respond_after_change(request, filters)
        except IntegrityError:
            form.add_error("name", NAME_TAKEN)
    return _render_list(request, SavedViewsPage(filters, request.user, form), status=422)


def _respond_after_change(request: AgentRequest, filters: Filters) -> HttpResponse:
    """Render the list for htmx, else redirect to it."""
    if request.htmx:
        return _render_list(request, SavedViewsPage(filters, request.user))
    return redirect(f"{reverse('desk_views')}?{filters.query_string()}")


def _render_list(request: AgentRequest, page: SavedViewsPage, status: int = 200) -> HttpResponse:
    """Render the list of views for htmx, else the whole page."""
    template = "list" if request.htmx else "saved_views"
    context = {"page": page, "query": page.filters.query_string()}
    return render(request, f"routing/desk/saved_views/{template}.html", context, status=status)
