"""Reading at the desk: the queue and its poll, and a request."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from lib import clock, polling
from lib.http import as_number
from lib.security_log import Kind, record_once, search_target
from requests_app.models import ContentReport, ServiceRequest
from requests_app.reference import normalize_reference
from routing import triage
from routing.agents_only import agents_only
from routing.desk.queue.filters import MAX_LINES, Filters
from routing.desk.queue.neighbours import QueuePosition
from routing.desk.queue.page import QueuePage, QueueUpdate
from routing.desk.queue.selection import SelectionForm
from routing.desk.service_request.page import Attempt, Panel, Typed, panel_row
from routing.desk.service_request.presence import arrive, mark_of
from routing.desk.toasts import toast_for
from routing.models import ShiftNote

OPENS = {"routing", "original"}


@require_safe
@agents_only
def desk(request) -> HttpResponse:
    """The queue; a search that means one request leads to it."""
    filters = Filters.from_request(request)
    if searched := _searched(filters):
        return redirect(Filters(tab=filters.tab).url(searched))
    page = QueuePage(filters, SelectionForm.from_query(request.GET))
    if page.queue.is_person_search:
        record_once(Kind.PERSON_SEARCHED, target=search_target(filters.search_words))
    return show_queue(request, page)


def _searched(filters) -> ServiceRequest | None:
    """The one request that the words name: by its reference, or by its number of before."""
    wanted = normalize_reference(filters.words)
    if wanted and (named := ServiceRequest.objects.filter(reference=wanted).first()):
        return named
    former = ServiceRequest.objects.formerly(filters.words)[:2] if filters.words else []
    return former[0] if len(former) == 1 else None


@require_safe
@agents_only
def desk_request(request, reference) -> HttpResponse:
    return show(request, QueuePage(Filters.from_request(request)), panel_row(reference))


def show_queue(request, page, status=200) -> HttpResponse:
    """With its first request open beside it where there is room."""
    first = page.lines[0].service_request if page.lines else None
    return show(request, page, first, status=status, is_chosen=False)


def show(
    request, page, row, *, status=200, is_chosen=True, attempt: Attempt | None = None
) -> HttpResponse:
    """The whole desk; for htmx the one region it asked for, with the address it stands for."""
    if attempt is None and request.GET.get("pop") in OPENS:
        department = {"department": request.GET.get("to", "")}
        attempt = Attempt(request.GET["pop"], Typed(is_open=True, values=department))
    here = arrive(request, row)
    panel = None
    if row:
        whole = row if hasattr(row, "followers_count") else panel_row(row.reference)
        panel = Panel(whole, request.user, attempt, page.queue.loaded.table)
    context = {
        "page": page,
        "panel": panel,
        "neighbours": QueuePosition(page.queue, row),
        "toast": toast_for(request.user, request.GET.get("did", "")),
        "service_request": panel.service_request if panel else None,
        "is_chosen": is_chosen,
        "here": here,
        "here_mark": mark_of(here),
        "query": page.filters.query_string(),
        "shift_notes": ShiftNote.objects.select_related("author"),
    }
    response = render(request, _template(request), context, status=status)
    if request.htmx and status == 200:
        response["HX-Push-Url"] = page.filters.url(row if is_chosen else None)
    return response


def wants_part(request) -> bool:
    """Whether htmx asks, which shows one region of the page."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def _template(request) -> str:
    if not wants_part(request):
        return "routing/desk/desk.html"
    is_queue = (request.htmx.target or "").endswith("#queue")
    return (
        "routing/desk/queue/queue.html" if is_queue else "routing/desk/service_request/panel.html"
    )


@polling.by_itself
@require_safe
@agents_only
def desk_live(request) -> HttpResponse:
    """The queue's poll: 204 while nothing happened in the city, else the same lines anew."""
    version = as_number(request.GET.get("v")) or 0
    report = as_number(request.GET.get("r")) or 0
    poll = polling.Poll(
        name=triage.DESK,
        shown=version,
        news=lambda: _queue_news(request, version),
        is_current=is_no_later,
        also=lambda: is_no_later(polling.known(ContentReport.LIVE), report),
    )
    return polling.answer(poll)


def is_no_later(known, shown) -> bool:
    """Events are announced as workers come to them, so an older one may be announced later."""
    return known is not None and int(known) <= shown


def _queue_news(request, version) -> HttpResponse:
    shown = map(as_number, request.GET.get("shown", "").split(",")[:MAX_LINES])
    news = QueueUpdate(
        Filters.from_request(request),
        list(filter(None, shown)),
        as_number(request.GET.get("since")) or 0,
        _moment(request.GET.get("at")),
        version,
    )
    polling.remember(triage.DESK, news.queue.loaded.last_event_id)
    polling.remember(ContentReport.LIVE, news.queue.loaded.last_report_id)
    context = {"page": news, "open": request.GET.get("open", "")}
    return render(request, "routing/desk/queue/queue_news.html", context)


def _moment(text) -> datetime:
    latest = int(clock.now().timestamp())
    return datetime.fromtimestamp(as_number(text, latest) or 0, UTC)
