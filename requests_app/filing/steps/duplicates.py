"""The page between location and details that shows open requests nearby which may be duplicates.

The person follows one of them instead of reporting, or rejects them and goes on with the report.
Each candidate is shown once.
"""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lib.http import parse_uuids, private_page, require_get_or_post
from lib.text import clean_line
from requests_app import reference
from requests_app.actions.handler import list_unseen_events
from requests_app.browsing.rows import load_row
from requests_app.errors import StaleView
from requests_app.filing import drafts, duplicates
from requests_app.filing.duplicates import DuplicateCandidate
from requests_app.filing.steps import danger_stop
from requests_app.filing.steps.sequence import (
    DETAILS_STEP,
    DUPLICATES_STEP,
    find_first_incomplete_step,
    render_step,
    require_steps_before,
)
from requests_app.middleware import refuse_staff
from requests_app.models import Draft
from requests_app.replies.forms import AddToRequestForm
from requests_app.tracking.access import RequestAccess, get_request_access

_MAX_REJECTED_IDS = 200  # ids in a draft


def url_after_location(draft: Draft) -> str:
    """Return the URL of the next step: the duplicates if one was not rejected yet, or the details.

    A correction goes to its first incomplete step.
    """
    if draft.corrects_id:
        return find_first_incomplete_step(draft).url(draft.pk)
    unseen = {one.service_request.pk for one in _find_candidates(draft)} - set(draft.not_these)
    return (DUPLICATES_STEP if unseen else DETAILS_STEP).url(draft.pk)


@require_get_or_post
@private_page
@require_steps_before(DETAILS_STEP)
def duplicates_step(request, draft: Draft) -> HttpResponse:
    """Show the candidates; on POST, save that they were rejected, or follow the one in `same`.

    After a rejection the details are next. The request in `same` is followed at once, or by the
    form of `follow_duplicate` if the draft has a text or photos; 422 if it is no candidate any
    more. Without candidates the page redirects to the details.
    """
    if request.method == "POST":
        return _process_answer(request, draft)
    return _render_page(request, draft)


@require_get_or_post
@private_page
@require_steps_before(DETAILS_STEP)
def follow_duplicate(request, draft: Draft, reference: str) -> HttpResponse:
    """Show the form to follow this request with the draft's text and photos; a POST follows it.

    Then redirect to the page about following, or its reporter to the live page. A form error or
    danger is a 422, a StaleView a 409. Raise Http404 if the request is not public, and NotAllowed
    for a POST of staff.
    """
    access = get_request_access(request, reference)
    if not access.is_public:
        raise Http404
    if request.method == "POST":
        refuse_staff(request)
        return _process_follow_form(request, draft, access)
    return _render_candidate_page(
        request, draft, access, AddToRequestForm(initial={"words": draft.description})
    )


def _find_candidates(draft) -> list[DuplicateCandidate]:
    """Return the requests that the draft may duplicate, also those rejected before."""
    place = draft.latitude, draft.longitude
    return duplicates.find_duplicate_candidates(draft.category, place, draft.description)


def _process_answer(request, draft: Draft) -> HttpResponse:
    """Save the candidates shown as rejected, or go on with the request named by "same".

    A request that is no candidate any more renders the page with a 422. The request is followed at
    once if the draft has neither a description nor photos to add to it; otherwise the browser is
    redirected to the form of `follow_duplicate`.
    """
    if "same" not in request.POST:
        _save_rejected_candidates(draft, request.POST.getlist("shown"))
        return redirect(DETAILS_STEP.url(draft.pk))
    wanted = reference.normalize_reference(clean_line(request.POST["same"])[:40])
    alike = {one.service_request.reference for one in _find_candidates(draft)}
    if wanted not in alike:
        return _render_page(request, draft, _("That request is no longer open."), status=422)
    if draft.description or draft.photos.unattached().exists():
        return redirect("report_same_one", draft.pk, wanted)
    return _follow_without_additions(request, draft, wanted)


def _follow_without_additions(request, draft: Draft, reference: str) -> HttpResponseRedirect:
    """Follow the request and redirect. Raise NotAllowed for staff."""
    refuse_staff(request)
    access = get_request_access(request, reference)
    drafts.follow_existing_request(draft, access.service_request, seen=access.seen)
    return _redirect_after_following(access)


def _save_rejected_candidates(draft: Draft, shown: list[str]) -> None:
    """Save as rejected those of the current candidates whose ids were on the page (`shown`).

    The draft keeps at most _MAX_REJECTED_IDS ids.
    """
    alike = {one.service_request.pk for one in _find_candidates(draft)}
    seen = {pk for pk in alike if str(pk) in shown}
    drafts.save_columns(
        draft, {"not_these": sorted(seen | set(draft.not_these))[-_MAX_REJECTED_IDS:]}
    )


def _render_page(request, draft: Draft, problem: str = "", *, status: int = 200) -> HttpResponse:
    """Return the page with the candidates; without any, redirect to the details step.

    With a `problem` the page is shown also without candidates.
    """
    candidates = _find_candidates(draft)
    if not candidates and not problem:
        return redirect(DETAILS_STEP.url(draft.pk))
    context = {"candidates": candidates, "problem": problem}
    return render_step(request, DUPLICATES_STEP, draft, context, status=status)


def _process_follow_form(request, draft: Draft, access: RequestAccess) -> HttpResponse:
    """Follow the request, add what the form says, and redirect.

    Return the form again for invalid input (422) and for new events (409, only if a comment is to
    be added), or the page of a danger in the text. Without "add" in the form nothing is added.
    """
    form = AddToRequestForm(request.POST)
    if not form.is_valid():
        return _render_candidate_page(request, draft, access, form)
    adds = "add" in request.POST
    words = form.typed_text if adds else ""
    photo_ids = parse_uuids(request.POST.getlist("photo")) if adds else ()
    if stop := danger_stop.render_danger_stop(request, DUPLICATES_STEP, draft, words):
        return stop
    row, seen = access.service_request, form.cleaned_data["seen"]
    try:
        drafts.follow_existing_request(draft, row, seen=seen, words=words, photo_ids=photo_ids)
    except StaleView as refused:
        now = get_request_access(request, row.reference)
        return _render_candidate_page(request, draft, now, form, refused)
    return _redirect_after_following(access)


def _redirect_after_following(access: RequestAccess) -> HttpResponseRedirect:
    """Redirect to the request's "following" page, or to its live page for its own reporter."""
    name = "service_request" if access.is_reporter else "following"
    return redirect(name, access.service_request.reference)


def _render_candidate_page(
    request: HttpRequest,
    draft: Draft,
    access: RequestAccess,
    form: AddToRequestForm,
    refused: StaleView | None = None,
) -> HttpResponse:
    """Return the page of the form, with the status of `refused`, 422 for form errors, or 200."""
    context = {
        "back": DUPLICATES_STEP.url(draft.pk),
        "access": access,
        "row": load_row(access.service_request),
        "form": form,
        "photos": draft.photos.unattached(),
        "is_possible": True,
        "refused": refused,
        "new_events": list_unseen_events(refused, access.audience),
    }
    status = refused.status_code if refused else 422 if form.errors else 200
    template = "requests_app/filing/possible_duplicate.html"
    return render_step(request, DUPLICATES_STEP, draft, context, template=template, status=status)
