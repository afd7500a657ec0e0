"""The pages of the desk: the queue, its poll, and an open request."""

from datetime import UTC, datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from lib import clock, polling
from lib.http import parse_number
from lib.security_log import Kind, record_action_once_a_minute, search_target
from requests_app.models import ContentReport, ServiceRequest
from requests_app.reference import normalize_reference
from routing import triage
from routing.agents_only import AgentRequest, agents_only
from routing.desk.queue.filters import MAX_LINES, Filters
from routing.desk.queue.page import QueuePage, QueueUpdate
from routing.desk.queue.position import QueuePosition
from routing.desk.queue.selection import SelectionForm
from routing.desk.service_request.page import get_panel_request
from routing.desk.service_request.panel import Panel
from routing.desk.service_request.presence import format_version, move_presence
from routing.desk.service_request.request_page import Attempt, FormState
from routing.desk.toasts import build_toast
from routing.models import ShiftNote

FORMS_OPENED_BY_LINK = {"routing", "original"}


@require_safe
@agents_only
def desk(request: AgentRequest) -> HttpResponse:
    """Show the queue; redirect to the request whose reference or former number was searched.

    A search for a person is recorded in the security log.
    """
    filters = Filters.from_request(request)
    if searched := _find_exact_match(filters):
        return redirect(Filters(tab=filters.tab).url(searched))
    page = QueuePage(filters, SelectionForm.from_query(request.GET))
    if page.queue.is_person_search:
        record_action_once_a_minute(
            Kind.PERSON_SEARCHED, target=search_target(filters.search_words)
        )
    return render_queue(request, page)


def _find_exact_match(filters: Filters) -> ServiceRequest | None:
    """Return the request whose reference or former number the search words are, or None.

    None if several requests have this former number.
    """
    wanted = normalize_reference(filters.search_words)
    if wanted and (named := ServiceRequest.objects.filter(reference=wanted).first()):
        return named
    words = filters.search_words
    former = list(ServiceRequest.objects.with_former_number(words)[:2]) if words else []
    return former[0] if len(former) == 1 else None


@require_safe
@agents_only
def desk_request(request: AgentRequest, reference: str) -> HttpResponse:
    """Show the desk with this request open; raise Http404 for an unknown reference."""
    return render_desk(
        request, QueuePage(Filters.from_request(request)), get_panel_request(reference)
    )


def render_queue(request: AgentRequest, page: QueuePage, status: int = 200) -> HttpResponse:
    """Render the queue with its first request, if any, open beside it."""
    first = page.lines[0].service_request if page.lines else None
    return render_desk(request, page, first, status=status, is_chosen=False)


def render_desk(
    request: AgentRequest,
    page: QueuePage,
    row: ServiceRequest | None,
    *,
    status: int = 200,
    is_chosen: bool = True,
    attempt: Attempt | None = None,
) -> HttpResponse:
    """Render the desk, or for htmx the region it asks for: the queue or the panel.

    `is_chosen` is False if `row` is open only because it is the first. The pushed URL is then that
    of the queue. The agent is recorded as present at `row`. Without an `attempt` the URL's `pop`
    may open a form.
    """
    if attempt is None and request.GET.get("pop") in FORMS_OPENED_BY_LINK:
        department = {"department": request.GET.get("to", "")}
        attempt = Attempt(request.GET["pop"], FormState(is_open=True, values=department))
    viewers = move_presence(request, row)
    panel = None
    if row:
        whole = row if hasattr(row, "followers_count") else get_panel_request(row.reference)
        panel = Panel(whole, request.user, attempt, page.queue.loaded.table)
    context = {
        "page": page,
        "panel": panel,
        "queue_position": QueuePosition(page.queue, row),
        "toast": build_toast(request.user, request.GET.get("did", "")),
        "service_request": panel.service_request if panel else None,
        "is_chosen": is_chosen,
        "viewers": viewers,
        "presence_version": format_version(viewers),
        "query": page.filters.query_string(),
        "shift_notes": ShiftNote.objects.select_related("author"),
    }
    response = render(request, _choose_template(request), context, status=status)
    if request.htmx and status == 200:
        response["HX-Push-Url"] = page.filters.url(row if is_chosen else None)
    return response


def wants_fragment(request: AgentRequest) -> bool:
    """Return True if htmx asks for a region of the page; False when it restores the history."""
    return bool(request.htmx) and not request.htmx.history_restore_request


def _choose_template(request: AgentRequest) -> str:
    """Return the template of the region that htmx asks for, else of the whole desk."""
    if not wants_fragment(request):
        return "routing/desk/desk.html"
    is_queue = (request.htmx.target or "").endswith("#queue")
    return (
        "routing/desk/queue/queue.html" if is_queue else "routing/desk/service_request/panel.html"
    )


@polling.mark_as_poll
@require_safe
@agents_only
def desk_live(request: AgentRequest) -> HttpResponse:
    """Answer the queue's poll: 204 if there is no new event or content report.

    Otherwise render the lines that the page shows, as they are now, with the number of new ones.
    """
    version = parse_number(request.GET.get("v")) or 0
    report = parse_number(request.GET.get("r")) or 0
    poll = polling.Poll(
        name=triage.DESK_POLL,
        shown_version=version,
        render_news=lambda: _render_queue_update(request, version),
        is_current=is_not_newer,
        is_also_current=lambda: is_not_newer(
            polling.get_cached_version(ContentReport.LIVE_NAME), report
        ),
    )
    return polling.answer_poll(poll)


def is_not_newer(known: str | int | None, shown: int) -> bool:
    """Return True if the latest announced event `known` is not newer than the one `shown`.

    Workers may announce an older event after a newer one. False if nothing is known.
    """
    return known is not None and int(known) <= shown


def _render_queue_update(request: AgentRequest, version: int) -> HttpResponse:
    """Render the shown lines as they are now, and cache the versions for the next poll."""
    shown = map(parse_number, request.GET.get("shown", "").split(",")[:MAX_LINES])
    news = QueueUpdate(
        Filters.from_request(request),
        list(filter(None, shown)),
        parse_number(request.GET.get("since")) or 0,
        _parse_moment(request.GET.get("at")),
        version,
    )
    polling.cache_version(triage.DESK_POLL, news.queue.loaded.last_event_id)
    polling.cache_version(ContentReport.LIVE_NAME, news.queue.loaded.last_report_id)
    context = {"page": news, "open": request.GET.get("open", "")}
    return render(request, "routing/desk/queue/queue_news.html", context)


def _parse_moment(text: str | None) -> datetime:
    """Return the timestamp in seconds as a datetime, at most now; 1970 for anything else."""
    latest = int(clock.now().timestamp())
    return datetime.fromtimestamp(parse_number(text, latest) or 0, UTC)
