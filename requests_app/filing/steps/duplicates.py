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
from requests_app.filing.duplicates import Candidate
from requests_app.filing.steps import danger_stop
from requests_app.filing.steps.sequence import (
    DETAILS,
    SAME,
    find,
    first_gap,
    page,
    redirect_elsewhere,
)
from requests_app.middleware import refuse_staff
from requests_app.models import Draft
from requests_app.replies.forms import ShareForm
from requests_app.tracking.access import RequestAccess, get_request

_MOST_KEPT = 200  # ids in a draft


def after_where(draft) -> str:
    """The step after the place: this one only where there is one not asked about."""
    if draft.corrects_id:
        return first_gap(draft).url(draft.pk)
    unseen = {one.service_request.pk for one in _alike(draft)} - set(draft.not_these)
    return (SAME if unseen else DETAILS).url(draft.pk)


@page_with_form
@own_page
def same(request, draft_id) -> HttpResponse:
    draft = find(request, draft_id)
    if elsewhere := redirect_elsewhere(draft, draft_id, DETAILS):
        return elsewhere
    if request.method == "POST":
        return _answer(request, draft)
    return _page(request, draft)


@page_with_form
@own_page
def same_one(request, draft_id, reference) -> HttpResponse:
    """It is this one: follow it, and add to it what the report holds already, if they like."""
    draft = find(request, draft_id)
    if elsewhere := redirect_elsewhere(draft, draft_id, DETAILS):
        return elsewhere
    found = get_request(request, reference)
    if not found.is_public:
        raise Http404
    if request.method == "POST":
        refuse_staff(request)
        return _follow(request, draft, found)
    return _one_page(request, draft, found, ShareForm(initial={"words": draft.description}))


def _alike(draft) -> list[Candidate]:
    place = draft.latitude, draft.longitude
    return duplicates.alike(draft.category, place, draft.description)


def _answer(request, draft) -> HttpResponse:
    if "same" not in request.POST:
        _keep(draft, request.POST.getlist("shown"))
        return redirect(DETAILS.url(draft.pk))
    wanted = reference.normalize_reference(clean_line(request.POST["same"])[:40])
    alike = {one.service_request.reference for one in _alike(draft)}
    if wanted not in alike:
        return _page(request, draft, _("That request is no longer open."), status=422)
    if draft.description or draft.photos.loose().exists():
        return redirect("report_same_one", draft.pk, wanted)
    return _follow_at_once(request, draft, wanted)


def _follow_at_once(request, draft, wanted) -> HttpResponseRedirect:
    """There is nothing to add."""
    refuse_staff(request)
    found = get_request(request, wanted)
    drafts.follow_instead(draft, found.service_request, seen=found.seen)
    return _onward(found)


def _keep(draft, shown) -> None:
    """Those that were on the page are other ones: of a page that is old, no more than it had."""
    alike = {one.service_request.pk for one in _alike(draft)}
    seen = {pk for pk in alike if str(pk) in shown}
    drafts.change(draft, {"not_these": sorted(seen | set(draft.not_these))[-_MOST_KEPT:]})


def _page(request, draft, problem="", *, status=200) -> HttpResponse:
    alike = _alike(draft)
    if not alike and not problem:
        return redirect(DETAILS.url(draft.pk))
    context = {"alike": alike, "problem": problem}
    return page(request, SAME, draft, context, status=status)


def _follow(request, draft, found) -> HttpResponse:
    form = ShareForm(request.POST)
    if not form.is_valid():
        return _one_page(request, draft, found, form)
    adds = "add" in request.POST
    words = form.typed if adds else ""
    photo_ids = as_uuids(request.POST.getlist("photo")) if adds else ()
    if stop := danger_stop.stop(request, SAME, draft, words):
        return stop
    row, seen = found.service_request, form.cleaned_data["seen"]
    try:
        drafts.follow_instead(draft, row, seen=seen, words=words, photo_ids=photo_ids)
    except StaleView as refused:
        now = get_request(request, row.reference)
        return _one_page(request, draft, now, form, refused)
    return _onward(found)


def _onward(found) -> HttpResponseRedirect:
    """To what following it means; its own reporter goes to the live page."""
    name = "service_request" if found.is_reporter else "following"
    return redirect(name, found.service_request.reference)


def _one_page(
    request: HttpRequest,
    draft: Draft,
    found: RequestAccess,
    form: ShareForm,
    refused: StaleView | None = None,
) -> HttpResponse:
    context = {
        "back": SAME.url(draft.pk),
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
    return page(request, SAME, draft, context, template=template, status=status)
