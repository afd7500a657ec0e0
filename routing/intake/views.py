"""The intake: an agent takes a call or a walk-in, and files on behalf."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from city import danger, search
from city.base_map.sources import map_sources
from city.coordinates import BadCoordinate, parse_point
from city.jurisdiction import said_of_another_city
from city.models import Category
from lib import polling
from lib.http import as_number, page_with_form
from lib.text import line_of
from requests_app.actions.danger_stop import DangerWarning
from requests_app.actions.forms import list_form_errors
from requests_app.errors import InvalidInput
from requests_app.filing import questions
from requests_app.filing.forms import build_question_inputs, parse_answers
from requests_app.filing.place import Location
from requests_app.models import ServiceRequest
from requests_app.reference import normalize_reference
from routing import triage
from routing.agents_only import agents_only
from routing.desk.views import is_no_later
from routing.intake import call
from routing.intake.form import IntakeForm, fresh_values
from routing.intake.page import DangerWatch, Spot, Taken, Taking, find_earlier

LONGEST = 200  # characters of a search that are looked at
# The hidden fields' problems stand at what is seen of them.
_ANCHORS = {
    "latitude": "place", "longitude": "place", "spot": "place", "known_place": "place",
    "place": "place", "what": "what", "category_code": "what", "key": "file-it",
    "channel": "channel-phone",
}  # fmt: skip


@page_with_form
@agents_only
def intake(request) -> HttpResponse:
    """The form of a call; sent, it becomes a request, or one more voice for one nearby."""
    if request.method != "POST":
        return _page(request, Taking(IntakeForm(initial=fresh_values())))
    form = IntakeForm(request.POST)
    is_valid = form.is_valid()
    taking = Taking(
        form,
        parse_answers(form.category, request.POST) if form.category else {},
        stop_for_danger=DangerWarning.from_post(request.POST),
        same=request.POST.get("same", ""),
    )
    if "look" in request.POST:  # without scripts: what the words mean, and what is asked next
        return _page(request, taking)
    given, unanswered = _checked(taking)
    is_same = "same" in request.POST
    if taking.stop:  # the rest does not matter any more
        return _page(request, taking, status=422)
    if not is_valid or (unanswered and not is_same):  # who reported it first has answered
        taking.ask_again(unanswered)
        taking.problems = list_form_errors(form, _ANCHORS)
        return _page(request, taking, status=422)
    if taking.find_danger(given):
        return _page(request, taking, status=422)
    return _file(request, taking, given)


def _checked(taking) -> tuple[list, dict]:
    """What the answers mean, and what is wrong with them by question code."""
    if taking.form.category is None:
        return [], {}
    try:
        return questions.validate_answers(taking.form.category, taking.answers), {}
    except questions.InvalidAnswers as invalid:
        return [], invalid.problems


def _file(request, taking, given) -> HttpResponse:
    is_same = "same" in request.POST
    try:
        if is_same:
            original = _original(request.POST["same"])
            row = call.take_as_same(taking.form, given, original, by=request.user)
        else:
            row = call.take(taking.form, given, by=request.user)
    except InvalidInput as refused:
        anchor = "around" if is_same else _ANCHORS.get(refused.field, "file-it")
        taking.problems = [(anchor, refused.message)]
        return _page(request, taking, status=422)
    return redirect("intake_taken", row.reference)


def _original(reference) -> ServiceRequest | None:
    """The open request that the caller's is the same as. Raises InvalidInput."""
    row = (
        ServiceRequest.objects.open().filter(reference=normalize_reference(reference) or "").first()
    )
    if row is None:
        gone = _("That request is no longer open. Please choose again, or file this one.")
        raise InvalidInput("same", gone)
    return row


def _page(request, taking, *, status=200) -> HttpResponse:
    wrong = [(each.anchor_id, each.problem) for each in taking.questions if each.problem]
    context = {
        "taking": taking,
        "form": taking.form,
        "spot": taking.spot,
        "questions": taking.questions,
        "problems": taking.problems + wrong,
        "danger_words": danger.address(),
        "blank": danger.blank_advice(),
        "watch": DangerWatch(),
        "map_sources": map_sources(),
    }
    return render(request, "routing/intake/intake.html", context, status=status)


@require_safe
@agents_only
def places(request) -> HttpResponse:
    """The options of the place that is being typed."""
    text = _words(request, "place")
    found = search.find_places(text) or (search.find_places_or_geocode(text) if text else [])
    context = {"places": found, "not_here": said_of_another_city(text)}
    return render(request, "routing/intake/options.html#places", context)


@require_safe
@agents_only
def categories(request) -> HttpResponse:
    """The options of what is being typed in everyday words."""
    text = _words(request, "what")
    context = {"categories": search.find_categories(text) if text else []}
    return render(request, "routing/intake/options.html#categories", context)


@require_safe
@agents_only
def category_questions(request) -> HttpResponse:
    """What the chosen category asks; nothing for one that cannot be reported."""
    category = _category(request)
    context = {
        "category": category,
        "questions": build_question_inputs(category, {}, {}) if category else [],
    }
    return render(request, "routing/intake/questions.html", context)


@require_safe
@agents_only
def around(request) -> HttpResponse:
    """The place read back, who looks after it, and what is open there of the same kind."""
    context = {"spot": _spot(request)}
    return render(request, "routing/intake/around.html", context)


@require_safe
@agents_only
def earlier(request) -> HttpResponse:
    """Show what the caller reported before, by the phone or email address typed so far."""
    found = find_earlier(_words(request, "email"), _words(request, "phone"))
    return render(request, "routing/intake/earlier.html", {"earlier": found})


def _spot(request) -> Spot | None:
    """None for what is no point: then nothing is known of the place yet."""
    try:
        point = parse_point(request.GET.get("latitude", ""), request.GET.get("longitude", ""))
    except BadCoordinate:
        return None
    place = Location.from_point(point, _words(request, "known_place"))
    return Spot(place, _category(request), _words(request, "description"))


def _category(request) -> Category | None:
    code = _words(request, "category_code")
    rows = Category.objects.offered()
    return rows.filter(service_code=code).first() if code else None


def _words(request, name) -> str:
    return line_of(request.GET.get(name, ""), LONGEST)


@require_safe
@agents_only
def taken(request, reference) -> HttpResponse:
    """What came of the call: the reference to read aloud, and what to tell the caller."""
    rows = ServiceRequest.objects.select_related("duplicate_of")
    row = get_object_or_404(rows, reference=reference)
    context = {"taken": Taken(row), "watch": DangerWatch()}
    return render(request, "routing/intake/filed_request.html", context)


@polling.by_itself
@require_safe
@agents_only
def live(request) -> HttpResponse:
    """The poll of a call's page: 204 while nothing happened in the city, else the notice anew."""
    poll = polling.Poll(
        name=triage.DESK,
        shown=as_number(request.GET.get("v")) or 0,
        news=lambda: _danger_news(request),
        is_current=is_no_later,
    )
    return polling.answer(poll)


def _danger_news(request) -> HttpResponse:
    watch = DangerWatch()
    polling.remember(triage.DESK, watch.version)
    return render(request, "routing/intake/danger_news.html", {"watch": watch})
