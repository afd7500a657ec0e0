"""The views of the intake, in which an agent files a request for a caller."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from city import danger, search
from city.base_map.sources import build_map_sources
from city.coordinates import BadCoordinate, parse_point
from city.jurisdiction import other_city_message
from city.models import Category
from lib import polling
from lib.http import parse_number, require_get_or_post
from lib.text import clean_short_line
from requests_app.actions.danger_warning import DangerWarning
from requests_app.actions.forms import list_form_errors
from requests_app.errors import InvalidInput
from requests_app.filing import questions
from requests_app.filing.forms import build_question_inputs, parse_answers
from requests_app.filing.place import Location
from requests_app.models import ServiceRequest
from requests_app.models.answer import GivenAnswer
from requests_app.reference import normalize_reference
from routing import triage
from routing.agents_only import AgentRequest, agents_only
from routing.desk.views import is_not_newer
from routing.intake import call
from routing.intake.form import IntakeForm, initial_values
from routing.intake.page import (
    CallInProgress,
    CallPlace,
    DangerWatch,
    FiledCall,
    find_earlier_requests,
)

MAX_SEARCH_LENGTH = 200  # characters of a search text that are used
# Field -> id of the visible control at which its errors are shown. Some fields are hidden.
_ERROR_ANCHORS = {
    "latitude": "place", "longitude": "place", "call_place": "place", "known_place": "place",
    "place": "place", "what": "what", "category_code": "what", "key": "file-it",
    "channel": "channel-phone",
}  # fmt: skip


@require_get_or_post
@agents_only
def intake(request: AgentRequest) -> HttpResponse:
    """Show the form of a call, or file it as a request or as a duplicate of one nearby.

    After filing it redirects to the filed call. 422 if the input is invalid, an answer ends the
    call, or the words name a danger that was not ruled out. With `look` in the POST nothing is
    filed.
    """
    if request.method != "POST":
        return _render_page(request, CallInProgress(IntakeForm(initial=initial_values())))
    form = IntakeForm(request.POST)
    is_valid = form.is_valid()
    call_page = CallInProgress(
        form,
        parse_answers(form.category, request.POST) if form.category else {},
        stop_for_danger=DangerWarning.from_post(request.POST),
        original_reference=request.POST.get("same", ""),
    )
    if "look" in request.POST:  # a button for pages without scripts: show matches and questions
        return _render_page(request, call_page)
    given, unanswered = _check_answers(call_page)
    is_same = "same" in request.POST
    if call_page.stopping_choice:  # an answer ends the call, so other errors do not matter
        return _render_page(request, call_page, status=422)
    if not is_valid or (unanswered and not is_same):  # a duplicate needs no answers
        call_page.set_answer_problems(unanswered)
        call_page.problems = list_form_errors(form, _ERROR_ANCHORS)
        return _render_page(request, call_page, status=422)
    if call_page.has_unconfirmed_danger(given):
        return _render_page(request, call_page, status=422)
    return _file_and_redirect(request, call_page, given)


def _check_answers(call_page: CallInProgress) -> tuple[list, dict]:
    """Return the checked answers, and the error messages by question code.

    The answers or the messages are empty; without a category, both are.
    """
    if call_page.form.category is None:
        return [], {}
    try:
        return questions.validate_answers(call_page.form.category, call_page.typed_answers), {}
    except questions.InvalidAnswers as invalid:
        return [], invalid.problems


def _file_and_redirect(
    request: AgentRequest, call_page: CallInProgress, given: list[GivenAnswer]
) -> HttpResponse:
    """File the call and redirect to it, or render the form with the reason of an InvalidInput."""
    is_same = "same" in request.POST
    try:
        if is_same:
            original = _get_open_original(request.POST["same"])
            row = call.file_call_as_duplicate(call_page.form, given, original, by=request.user)
        else:
            row = call.file_call(call_page.form, given, by=request.user)
    except InvalidInput as refused:
        anchor = "around" if is_same else _ERROR_ANCHORS.get(refused.field, "file-it")
        call_page.problems = [(anchor, refused.message)]
        return _render_page(request, call_page, status=422)
    return redirect("intake_taken", row.reference)


def _get_open_original(reference: str) -> ServiceRequest:
    """Return the open request with this reference. Raise InvalidInput if there is none."""
    row = (
        ServiceRequest.objects.open().filter(reference=normalize_reference(reference) or "").first()
    )
    if row is None:
        gone = _("That request is no longer open. Please choose again, or file this one.")
        raise InvalidInput("same", gone)
    return row


def _render_page(
    request: AgentRequest, call_page: CallInProgress, *, status: int = 200
) -> HttpResponse:
    """Render the form of a call, with the problems of the form and of the questions."""
    wrong = [(each.anchor_id, each.problem) for each in call_page.questions if each.problem]
    context = {
        "call": call_page,
        "form": call_page.form,
        "call_place": call_page.call_place,
        "questions": call_page.questions,
        "problems": call_page.problems + wrong,
        "danger_table_url": danger.table_url(),
        "blank_advice": danger.blank_advice(),
        "danger_watch": DangerWatch(),
        "map_sources": build_map_sources(),
    }
    return render(request, "routing/intake/intake.html", context, status=status)


@require_safe
@agents_only
def places(request: AgentRequest) -> HttpResponse:
    """Render the places that match what is typed, and whether the words name another city.

    If no known place matches, the geocoder is asked.
    """
    text = _get_line(request, "place")
    found = search.find_places(text) or (search.find_places_or_geocode(text) if text else [])
    context = {"places": found, "not_here": other_city_message(text)}
    return render(request, "routing/intake/options.html#places", context)


@require_safe
@agents_only
def categories(request: AgentRequest) -> HttpResponse:
    """Render the categories that match what is typed."""
    text = _get_line(request, "what")
    context = {"categories": search.find_categories(text) if text else []}
    return render(request, "routing/intake/options.html#categories", context)


@require_safe
@agents_only
def category_questions(request: AgentRequest) -> HttpResponse:
    """Render the questions of the chosen category; none for one that cannot be reported."""
    category = _find_category(request)
    context = {
        "category": category,
        "questions": build_question_inputs(category, {}, {}) if category else [],
    }
    return render(request, "routing/intake/questions.html", context)


@require_safe
@agents_only
def around(request: AgentRequest) -> HttpResponse:
    """Render the place to read back, who is responsible, and similar open requests.

    Without a valid point in the query, none of these is rendered.
    """
    context = {"call_place": _parse_place(request)}
    return render(request, "routing/intake/around.html", context)


@require_safe
@agents_only
def earlier(request: AgentRequest) -> HttpResponse:
    """Render what the caller reported before, by the phone number or email address typed so far.

    A search that finds somebody is recorded in the security log.
    """
    found = find_earlier_requests(_get_line(request, "email"), _get_line(request, "phone"))
    return render(request, "routing/intake/earlier.html", {"earlier": found})


def _parse_place(request: AgentRequest) -> CallPlace | None:
    """Return the place in the query with its category and description.

    The text of the place is `known_place`. None if the point is missing or invalid.
    """
    try:
        point = parse_point(request.GET.get("latitude", ""), request.GET.get("longitude", ""))
    except BadCoordinate:
        return None
    place = Location.from_point(point, _get_line(request, "known_place"))
    return CallPlace(place, _find_category(request), _get_line(request, "description"))


def _find_category(request: AgentRequest) -> Category | None:
    """Return the category in the query if it can be reported, else None."""
    code = _get_line(request, "category_code")
    rows = Category.objects.offered()
    return rows.filter(service_code=code).first() if code else None


def _get_line(request: AgentRequest, name: str) -> str:
    """Return the parameter as one clean line, cut to MAX_SEARCH_LENGTH; "" without it."""
    return clean_short_line(request.GET.get(name, ""), MAX_SEARCH_LENGTH)


@require_safe
@agents_only
def filed_call(request: AgentRequest, reference: str) -> HttpResponse:
    """Show the filed call: the reference to read aloud, and what to tell the caller.

    Raise Http404 for an unknown reference.
    """
    rows = ServiceRequest.objects.select_related("duplicate_of")
    row = get_object_or_404(rows, reference=reference)
    context = {"filed_call": FiledCall(row), "danger_watch": DangerWatch()}
    return render(request, "routing/intake/filed_request.html", context)


@polling.mark_as_poll
@require_safe
@agents_only
def live(request: AgentRequest) -> HttpResponse:
    """Answer the poll of a call's page: 204 if nothing happened, else the notice of dangers."""
    poll = polling.Poll(
        name=triage.DESK_POLL,
        shown_version=parse_number(request.GET.get("v")) or 0,
        render_news=lambda: _render_danger_notice(request),
        is_current=is_not_newer,
    )
    return polling.answer_poll(poll)


def _render_danger_notice(request: AgentRequest) -> HttpResponse:
    """Render the notice of dangers, and cache the version for the next poll."""
    watch = DangerWatch()
    polling.cache_version(triage.DESK_POLL, watch.version)
    return render(request, "routing/intake/danger_news.html", {"danger_watch": watch})
