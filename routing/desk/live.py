"""Views about one open request: its poll, looks, presence, and suggestions for its forms."""

from functools import cache
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from lib import polling
from lib.http import parse_number
from requests_app.mentions import list_suggestions
from requests_app.models import ServiceRequest
from requests_app.models.locks import staff_version_name
from requests_app.tracking.lookup import parse_reference
from routing.agents_only import AgentRequest, agents_only
from routing.desk import duplicate_warnings
from routing.desk.queue import unseen_events
from routing.desk.queue.filters import Filters
from routing.desk.queue.page import QueuePage
from routing.desk.service_request import nearby, presence
from routing.desk.service_request.page import get_panel_request
from routing.desk.service_request.panel import Panel, find_similar_categories


@polling.mark_as_poll
@require_safe
@agents_only
def desk_request_live(request: AgentRequest, reference: str) -> HttpResponse:
    """Answer the panel's poll: the other viewers, and what changed, without the forms.

    204 if neither changed, at the cost of two cache reads and one write. The poll records that the
    agent is present, and writing if `doing` says so.
    """
    viewers = presence.record_presence(
        reference, request.user, is_writing=request.GET.get("doing") == presence.WRITING
    )
    version = request.GET.get("v", "")
    shown = {
        "reference": reference,
        "version": version,
        "viewers": viewers,
        "presence_version": presence.format_version(viewers),
        "seen": parse_number(request.GET.get("seen")) or 0,
    }
    look = cache(lambda: get_panel_request(reference))
    poll = polling.Poll(
        name=staff_version_name(reference),
        shown_version=version,
        load_version=lambda: _cache_version(look()),
        render_news=lambda: _render_news(request, shown, Panel(look(), request.user)),
        render_no_news=lambda: _render_presence(request, shown),
    )
    return polling.answer_poll(poll)


def _cache_version(row: ServiceRequest) -> str:
    """Return the request's live version, and cache it for the next poll.

    The version is cached at most until the next reply becomes public.
    """
    version = row.staff_live_version
    polling.cache_version(staff_version_name(row.reference), version, row.seconds_to_next_reply)
    return version


def _render_presence(request: AgentRequest, shown: dict[str, Any]) -> HttpResponse:
    """Render the other viewers, or answer 204 if they are the same as shown."""
    if shown["presence_version"] == request.GET.get("here", ""):
        return polling.no_content_response()
    return render(
        request,
        "routing/desk/service_request/presence_news.html",
        shown | {"query": _query_string(request)},
    )


def _render_news(request: AgentRequest, shown: dict[str, Any], panel: Panel) -> HttpResponse:
    """Render the changed panel with the entries since the last event that the page showed."""
    row = panel.service_request
    news = {
        "query": _query_string(request),
        "panel": panel,
        "service_request": row,
        "version": row.staff_live_version,
        "news": panel.list_news_since(shown["seen"]),
    }
    return render(request, "routing/desk/service_request/panel_news.html", shown | news)


@require_POST
@agents_only
def looks(request: AgentRequest, reference: str) -> HttpResponse:
    """Record that the agent saw what residents wrote, so that the agent's queue shows no mark.

    `seen` is the last event that the panel showed. Polls record nothing. The response removes the
    mark and updates the counts of the filters.
    """
    row = get_object_or_404(ServiceRequest, reference=reference)
    unseen_events.record_look(request.user, row, parse_number(request.POST.get("seen")))
    context = {"page": QueuePage(Filters.from_request(request)), "service_request": row}
    return render(request, "routing/desk/service_request/look_noted.html", context)


@polling.mark_as_poll
@require_POST
@agents_only
def departure(request: AgentRequest, reference: str) -> HttpResponse:
    """Record that the agent closed the page, so that colleagues see it at once; 204."""
    presence.remove_presence(reference, request.user)
    return HttpResponse(status=204)


@require_safe
@agents_only
def people(request: AgentRequest, reference: str) -> HttpResponse:
    """Return who can be named in a note on the request, as JSON."""
    row = get_object_or_404(ServiceRequest, reference=reference)
    return JsonResponse({"people": list_suggestions(row.department_id, request.user)})


@require_safe
@agents_only
def kinds(request: AgentRequest, reference: str) -> HttpResponse:
    """Render the categories that match the words typed in the form for another category.

    Without words these are the categories of the same group. The request's own is left out.
    """
    row = get_object_or_404(ServiceRequest, reference=reference)
    typed = request.GET.get("q", "")
    context = {"kinds": find_similar_categories(row, typed), "typed": typed}
    return render(request, "routing/desk/actions/category.html#kinds", context)


@require_safe
@agents_only
def desk_around(request: AgentRequest, reference: str) -> HttpResponse:
    """Render the requests around this one on a map and as a list.

    `original` or `reference` names any request, which is shown, too, with the doubts about it as an
    original.
    """
    panel = Panel(get_panel_request(reference), request.user)
    context = {
        "panel": panel,
        "service_request": panel.service_request,
        "query": _query_string(request),
    }
    typed = request.GET.get("original") or request.GET.get("reference") or ""
    wanted = parse_reference(typed)
    found = nearby.find_nearby_request(panel.service_request, wanted) if wanted else None
    picked: dict[str, Any] = {"typed": typed, "one": found}
    if found:
        original = found.service_request
        picked["doubts"] = doubts = duplicate_warnings.find_doubts(original, panel.service_request)
        picked["anyway"] = anyway = duplicate_warnings.format_accepted_doubts(original, doubts)
        # The form above the list shows these doubts already.
        picked["is_told"] = request.GET.get("anyway") == anyway
    return render(request, _choose_template(request), context | picked)


def _choose_template(request: AgentRequest) -> str:
    """Return the template of the region that htmx asks for, else of the whole page.

    An unknown region gets the inside of the page.
    """
    if not request.htmx:
        return "routing/desk/service_request/around.html"
    target = request.htmx.target or ""
    parts = {
        "around-one": "routing/desk/service_request/original.html",
        "original-look": "routing/desk/service_request/original_look.html",
    }
    return parts.get(target.rpartition("#")[2], "routing/desk/service_request/around.html#inside")


def _query_string(request: AgentRequest) -> str:
    """Return the filters of the queue in the URL, as a query string."""
    return Filters.from_request(request).query_string()
