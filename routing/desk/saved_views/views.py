"""An agent's saved views: filters of the queue under a name of one's own."""

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from lib.http import page_with_form
from routing.agents_only import agents_only
from routing.desk.queue.filters import LINES_PER_PAGE, Filters
from routing.desk.saved_views.page import TAKEN, ViewName, ViewsPage
from routing.models import SavedView


@page_with_form
@agents_only
def views(request) -> HttpResponse:
    """The list; a POST keeps the filters of the address under a name."""
    filters = Filters.from_request(request)
    if request.method != "POST":
        return _list(request, ViewsPage(filters))
    view = SavedView(
        user=request.user, query=replace(filters, max_lines=LINES_PER_PAGE).query_string()
    )
    return _name(request, filters, view)


@require_POST
@agents_only
def view_name(request, view) -> HttpResponse:
    """Another name for one's own view."""
    saved = get_object_or_404(SavedView, pk=view, user=request.user)
    return _name(request, Filters.from_request(request), saved)


@require_POST
@agents_only
def view_deletion(request, view) -> HttpResponse:
    """It is gone; pressed twice, it is still gone."""
    SavedView.objects.filter(pk=view, user=request.user).delete()
    return _done(request, Filters.from_request(request))


@require_POST
@agents_only
def view_sharing(request, view) -> HttpResponse:
    """Return True if other agents see one's own view: `is_shared` is 1 or empty."""
    own = SavedView.objects.filter(pk=view, user=request.user)
    get_object_or_404(own)
    own.update(is_shared=bool(request.POST.get("is_shared")))
    return _done(request, Filters.from_request(request))


def _name(request, filters, view) -> HttpResponse:
    """The same name may be given in two tabs at once: one of them gets it."""
    form = ViewName(request.POST, view)
    if form.is_valid():
        view.name = form.cleaned_data["name"]
        try:
            with transaction.atomic():
                view.save()
            return _done(request, filters)
        except IntegrityError:
            form.add_error("name", TAKEN)
    return _list(request, ViewsPage(filters, form), status=422)


def _done(request, filters) -> HttpResponse:
    if request.htmx:
        return _list(request, ViewsPage(filters))
    return redirect(f"{reverse('desk_views')}?{filters.query_string()}")


def _list(request, page, status=200) -> HttpResponse:
    template = "list" if request.htmx else "saved_views"
    context = {"page": page, "query": page.filters.query_string()}
    return render(request, f"routing/desk/saved_views/{template}.html", context, status=status)
