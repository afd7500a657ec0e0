"""Between the place and the details: whether it is one that is open nearby already.

It stands in nobody's way: it is asked once about each, and "no" goes on with the report.
"""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lib.http import as_uuids, own_page, page_with_form
from lib.text import clean_line
from requests_app import reference
from requests_app.actions.perform import list_unseen_events
from requests_app.browsing.rows import row_of
from requests_app.errors import StaleView
from requests_app.filing import drafts, duplicates
from requests_app.filing.duplicates import DuplicateCandidate
from requests_app.filing.steps import danger_stop
from requests_app.filing.steps.sequence import (
    DETAILS_STEP,
    DUPLICATES_STEP,
    find_draft,
    find_first_incomplete_step,
    redirect_to_needed_step,
    render_step,
)
from requests_app.middleware import refuse_staff
from requests_app.models import Draft
from requests_app.replies.forms import ShareForm
from requests_app.tracking.access import RequestAccess, get_request

_MAX_REJECTED_IDS = 200  # ids in a draft


def url_after_location(draft) -> str:
    """The step after the place: this one only where there is one not asked about."""
    if draft.corrects_id:
        return find_first_incomplete_step(draft).url(draft.pk)
    unseen = {one.service_request.pk for one in _find_candidates(draft)} - set(draft.not_these)
    return (DUPLICATES_STEP if unseen else DETAILS_STEP).url(draft.pk)


@page_with_form
@own_page
def duplicates_step(request, draft_id) -> HttpResponse:
    draft = find_draft(request, draft_id)
    if elsewhere := redirect_to_needed_step(draft, draft_id, DETAILS_STEP):
        return elsewhere
    if request.method == "POST":
        return _process_answer(request, draft)
    return _render_page(request, draft)


@page_with_form
@own_page
def follow_duplicate(request, draft_id, reference) -> HttpResponse:
    """It is this one: follow it, and add to it what the report holds already, if they like."""
    draft = find_draft(request, draft_id)
    if elsewhere := redirect_to_needed_step(draft, draft_id, DETAILS_STEP):
        return elsewhere
    found = get_request(request, reference)
    if not found.is_public:
        raise Http404
    if request.method == "POST":
        refuse_staff(request)
        return _process_follow_form(request, draft, found)
    return _render_candidate_page(
        request, draft, found, ShareForm(initial={"words": draft.description})
    )


def _find_candidates(draft) -> list[DuplicateCandidate]:
    place = draft.latitude, draft.longitude
    return duplicates.find_duplicate_candidates(draft.category, place, draft.description)


def _process_answer(request, draft) -> HttpResponse:
    if "same" not in request.POST:
        _save_rejected_candidates(draft, request.POST.getlist("shown"))
        return redirect(DETAILS_STEP.url(draft.pk))
    wanted = reference.normalize_reference(clean_line(request.POST["same"])[:40])
    alike = {one.service_request.reference for one in _find_candidates(draft)}
    if wanted not in alike:
        return _render_page(request, draft, _("That request is no longer open."), status=422)
    if draft.description or draft.photos.loose().exists():
        return redirect("report_same_one", draft.pk, wanted)
    return _follow_without_additions(request, draft, wanted)


def _follow_without_additions(request, draft, wanted) -> HttpResponseRedirect:
    """There is nothing to add."""
    refuse_staff(request)
    found = get_request(request, wanted)
    drafts.follow_existing_request(draft, found.service_request, seen=found.seen)
    return _redirect_after_following(found)


def _save_rejected_candidates(draft, shown) -> None:
    """Those that were on the page are other ones: of a page that is old, no more than it had."""
    alike = {one.service_request.pk for one in _find_candidates(draft)}
    seen = {pk for pk in alike if str(pk) in shown}
    drafts.save_columns(
        draft, {"not_these": sorted(seen | set(draft.not_these))[-_MAX_REJECTED_IDS:]}
    )


def _render_page(request, draft, problem="", *, status=200) -> HttpResponse:
    alike = _find_candidates(draft)
    if not alike and not problem:
        return redirect(DETAILS_STEP.url(draft.pk))
    context = {"alike": alike, "problem": problem}
    return render_step(request, DUPLICATES_STEP, draft, context, status=status)


def _process_follow_form(request, draft, found) -> HttpResponse:
    form = ShareForm(request.POST)
    if not form.is_valid():
        return _render_candidate_page(request, draft, found, form)
    adds = "add" in request.POST
    words = form.typed if adds else ""
    photo_ids = as_uuids(request.POST.getlist("photo")) if adds else ()
    if stop := danger_stop.render_danger_stop(request, DUPLICATES_STEP, draft, words):
        return stop
    row, seen = found.service_request, form.cleaned_data["seen"]
    try:
        drafts.follow_existing_request(draft, row, seen=seen, words=words, photo_ids=photo_ids)
    except StaleView as refused:
        now = get_request(request, row.reference)
        return _render_candidate_page(request, draft, now, form, refused)
    return _redirect_after_following(found)


def _redirect_after_following(found) -> HttpResponseRedirect:
    """To what following it means; its own reporter goes to the live page."""
    name = "service_request" if found.is_reporter else "following"
    return redirect(name, found.service_request.reference)


def _render_candidate_page(
    request: HttpRequest,
    draft: Draft,
    found: RequestAccess,
    form: ShareForm,
    refused: StaleView | None = None,
) -> HttpResponse:
    context = {
        "back": DUPLICATES_STEP.url(draft.pk),
        "found": found,
        "row": row_of(found.service_request),
        "form": form,
        "photos": draft.photos.loose(),
        "is_possible": True,
        "refused": refused,
        "happened": list_unseen_events(refused, found.audience),
    }
    status = refused.status_code if refused else 422 if form.errors else 200
    template = "requests_app/filing/possible_duplicate.html"
    return render_step(request, DUPLICATES_STEP, draft, context, template=template, status=status)
