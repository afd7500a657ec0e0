"""One request at the desk beside its panel: the poll, looks, leaving, and what it may be."""

from functools import cache

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from lib import polling
from lib.http import as_number
from requests_app.models import ServiceRequest
from requests_app.models.locks import staff_name
from requests_app.tracking.lookup import meant
from routing.agents_only import agents_only
from routing.desk import originals
from routing.desk.queue import unseen
from routing.desk.queue.filters import Filters
from routing.desk.queue.page import QueuePage
from routing.desk.service_request import nearby, presence
from routing.desk.service_request.offers import similar_categories
from routing.desk.service_request.page import Panel, panel_row


@polling.by_itself
@require_safe
@agents_only
def desk_request_live(request, reference) -> HttpResponse:
    """The panel's poll: who else is here, and what changed about the request, without the forms.

    204 while neither did, from two reads of the cache and one write.
    """
    here = presence.enter(
        reference, request.user, is_writing=request.GET.get("doing") == presence.WRITING
    )
    shown = {
        "reference": reference,
        "version": request.GET.get("v", ""),
        "here": here,
        "here_mark": presence.mark_of(here),
        "seen": as_number(request.GET.get("seen")) or 0,
    }
    look = cache(lambda: panel_row(reference))
    poll = polling.Poll(
        name=staff_name(reference),
        shown=shown["version"],
        current=lambda: _remembered(look()),
        news=lambda: _what_happened(request, shown, Panel(look(), request.user)),
        nothing=lambda: _who_is_here(request, shown),
    )
    return polling.answer(poll)


def _remembered(row) -> str:
    version = row.staff_live_version
    polling.remember(staff_name(row.reference), version, row.seconds_to_next_reply)
    return version


def _who_is_here(request, shown) -> HttpResponse:
    if shown["here_mark"] == request.GET.get("here", ""):
        return polling.nothing_new()
    return render(
        request,
        "routing/desk/service_request/presence_news.html",
        shown | {"query": _query(request)},
    )


def _what_happened(request, shown, panel) -> HttpResponse:
    row = panel.service_request
    news = {
        "query": _query(request),
        "panel": panel,
        "service_request": row,
        "version": row.staff_live_version,
        "news": panel.news_since(shown["seen"]),
    }
    return render(request, "routing/desk/service_request/panel_news.html", shown | news)


@require_POST
@agents_only
def looks(request, reference) -> HttpResponse:
    """Note that the agent looked at what a resident wrote: its mark in their queue goes.

    `seen` is the last event that the panel showed. Polls and reading alone note nothing.
    """
    row = get_object_or_404(ServiceRequest, reference=reference)
    unseen.record_look(request.user, row, as_number(request.POST.get("seen")))
    context = {"page": QueuePage(Filters.from_request(request)), "service_request": row}
    return render(request, "routing/desk/service_request/look_noted.html", context)


@polling.by_itself
@require_POST
@agents_only
def departure(request, reference) -> HttpResponse:
    """Note that the page was closed: colleagues need not wait for the presence to run out."""
    presence.leave(reference, request.user)
    return HttpResponse(status=204)


@require_safe
@agents_only
def kinds(request, reference) -> HttpResponse:
    """Show what an agent's words may mean while the category is put right."""
    row = get_object_or_404(ServiceRequest, reference=reference)
    typed = request.GET.get("q", "")
    context = {"kinds": similar_categories(row, typed), "typed": typed}
    return render(request, "routing/desk/actions/category.html#kinds", context)


@require_safe
@agents_only
def desk_around(request, reference) -> HttpResponse:
    """What lies around a request, on a map and as a list; `?original=` is one that is picked."""
    panel = Panel(panel_row(reference), request.user)
    context = {
        "panel": panel,
        "service_request": panel.service_request,
        "query": _query(request),
    }
    typed = request.GET.get("original") or request.GET.get("reference") or ""
    wanted = meant(typed)
    found = nearby.one_of(panel.service_request, wanted) if wanted else None
    picked = {"typed": typed, "one": found}
    if found:
        original = found.service_request
        picked["doubts"] = doubts = originals.doubts(original, panel.service_request)
        picked["anyway"] = anyway = originals.accepted(original, doubts)
        picked["is_told"] = request.GET.get("anyway") == anyway  # by the form above it
    return render(request, _part(request), context | picked)


def _part(request) -> str:
    """For htmx the one region that it asked for."""
    if not request.htmx:
        return "routing/desk/service_request/around.html"
    target = request.htmx.target or ""
    parts = {
        "around-one": "routing/desk/service_request/original.html",
        "original-look": "routing/desk/service_request/original_look.html",
    }
    return parts.get(target.rpartition("#")[2], "routing/desk/service_request/around.html#inside")


def _query(request) -> str:
    return Filters.from_request(request).query_string()
