"""Reading at the desk: the queue, a request, and the polls of both."""

import re
from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from requests_app.models import ServiceRequest
from routing import queue, triage
from routing.pages.panel import Panel, Typed
from routing.pages.queue import QueueNews, QueuePage
from routing.queue import Filters
from routing.toasts import toast_for
from routing.views.agents import agents_only
from santa311.lib import clock, live

OPENS = {"routing", "original"}
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)


@require_safe
@agents_only
def desk(request):
    """The queue, with its first request open beside it where there is room."""
    filters = Filters.from_query(request.GET)
    searched = ServiceRequest.objects.filter(reference=filters.reference or "").first()
    if searched:
        return redirect(_address(searched, Filters(tab=filters.tab)))
    page = QueuePage(filters)
    first = page.lines[0].service_request if page.lines else None
    return show(request, page, first, status=200, is_chosen=False)


@require_safe
@agents_only
def desk_request(request, reference):
    row = get_object_or_404(ServiceRequest, reference=reference)
    return show(request, QueuePage(Filters.from_query(request.GET)), row)


def show(request, page, row, *, status=200, is_chosen=True, **typed):
    """The whole desk; for htmx the one region it asked for, with the address it stands for."""
    if not typed and request.GET.get("pop") in OPENS:
        department = {"department": request.GET.get("department", "")}
        typed = {"opened": request.GET["pop"], "typed": Typed(is_open=True, values=department)}
    toast = toast_for(request.user, request.GET.get("did", ""))
    panel = panel_of(row, request.user, **typed) if row else None
    context = {
        "page": page,
        "panel": panel,
        "toast": toast,
        "service_request": row,
        "is_chosen": is_chosen,
        "place": page.place_of(row),
        "next": page.next_after(row),
        "query": page.filters.query(),
    }
    response = render(request, _template(request), context, status=status)
    if request.htmx and status == 200:
        response["HX-Push-Url"] = _address(row if is_chosen else None, page.filters)
    return response


def panel_of(row, user, **typed):
    named = ServiceRequest.objects.select_related(
        "category__group",
        "category__department",
        "zone",
        "department",
        "completed_by",
        "hold_reason",
        "decline_reason",
        "agency",
        "duplicate_of",
    )
    return Panel(named.get(pk=row.pk), user, **typed)


def _template(request):
    if not request.htmx or request.htmx.history_restore_request:
        return "desk/desk.html"
    is_queue = (request.htmx.target or "").endswith("#queue")
    return "desk/queue.html" if is_queue else "desk/panel.html"


def _address(row, filters):
    address = reverse("desk_request", args=[row.reference]) if row else reverse("desk")
    return f"{address}?{filters.query()}"


@require_safe
@agents_only
def desk_live(request):
    """The queue's poll: 204 while nothing happened in the city, else the same lines anew."""
    version = _number(request.GET.get("v"))
    if version and _is_current(triage.DESK, version):
        return HttpResponse(status=204)
    shown = [_number(part) for part in request.GET.get("shown", "").split(",")[: queue.MOST]]
    news = QueueNews(
        Filters.from_query(request.GET),
        [pk for pk in shown if pk],
        _number(request.GET.get("since")),
        _moment(request.GET.get("at")),
    )
    live.remember(triage.DESK, news.version)
    context = {"page": news, "open": request.GET.get("open", "")}
    return render(request, "desk/queue_news.html", context)


def _is_current(name, version):
    """Events are announced as workers come to them, so an older one may be announced later."""
    known = live.known(name)
    return known is not None and int(known) <= version


@require_safe
@agents_only
def desk_request_live(request, reference):
    """The panel's poll: what changed about the request, without the forms."""
    shown, seen = request.GET.get("v", ""), _number(request.GET.get("seen"))
    if shown and live.known(reference) == shown:
        return HttpResponse(status=204)
    row = get_object_or_404(ServiceRequest, reference=reference)
    live.remember(reference, row.live_version)
    if row.live_version == shown:
        return HttpResponse(status=204)
    panel = panel_of(row, request.user)
    context = {
        "panel": panel,
        "service_request": panel.service_request,
        "seen": seen,
        "news": panel.news_since(seen),
        "query": Filters.from_query(request.GET).query(),
    }
    return render(request, "desk/panel_news.html", context)


def _number(text) -> int:
    """0 for what is no id."""
    return int(text) if text and _NUMBER.fullmatch(text) and int(text) < 2**63 else 0


def _moment(text):
    seconds = _number(text)
    latest = clock.now()
    return datetime.fromtimestamp(min(seconds, latest.timestamp()), UTC)
