"""The steps of a report in order: whose draft it is, which is next, and the page around one."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from city import geo
from requests_app.middleware import ensure_device_key, get_or_create_device, has_device_key
from requests_app.models import Draft


@dataclass(frozen=True)
class Step:
    """One of the four steps, or a halt after one of them.

    `title` is the page's heading, `label` its name in the progress.
    """

    name: str
    number: int
    label: str | Promise
    title: str | Promise

    def url(self, draft_id: UUID, query: dict | None = None, fragment: str | None = None) -> str:
        return reverse(f"report_{self.name}", args=[draft_id], query=query, fragment=fragment)


CATEGORY_STEP = Step("what", 1, _("What"), _("What is it?"))
LOCATION_STEP = Step("where", 2, _("Where"), _("Where is it?"))
DETAILS_STEP = Step("details", 3, _("Details"), _("A few details"))
REVIEW_STEP = Step("check", 4, _("Check"), _("Is this right?"))
DUPLICATES_STEP = Step("same", 2, LOCATION_STEP.label, _("Is it one of these?"))
STEPS = (CATEGORY_STEP, LOCATION_STEP, DETAILS_STEP, REVIEW_STEP)


def redirect_to_needed_step(draft: Draft | None, draft_id: UUID, step: Step) -> HttpResponse | None:
    """Return the redirect to where a draft belongs that has not come to `step`, or None.

    A draft that was sent leads to its receipt, one that is not complete to its first gap, and one
    that does not exist to the beginning.
    """
    if draft is None:
        return redirect(CATEGORY_STEP.url(draft_id))
    if draft.service_request_id:
        return redirect("report_sent", draft_id)
    gap = find_first_incomplete_step(draft)
    return redirect(gap.url(draft_id)) if gap.number < step.number else None


def find_draft(request, draft_id) -> Draft | None:
    """This browser's draft, None where there is none yet; Http404 for somebody else's."""
    ensure_device_key(request)
    draft = Draft.objects.filter(pk=draft_id).first()
    return draft and _require_owner(draft, request.device)


def get_or_create_draft(request, draft_id) -> Draft:
    """This browser's draft, made now if this is the first thing it sends."""
    device = get_or_create_device(request)
    draft, __ = Draft.objects.get_or_create(pk=draft_id, defaults={"device": device})
    return _require_owner(draft, device)


def get_or_create_locked_draft(request, draft_id) -> Draft:
    """As `begin`; nobody else changes or sends the draft until the caller's transaction ends."""
    device = get_or_create_device(request)
    Draft.objects.bulk_create([Draft(pk=draft_id, device=device)], ignore_conflicts=True)
    return _require_owner(Draft.objects.select_for_update().get(pk=draft_id), device)


def _require_owner(draft, device) -> Draft:
    if not device or draft.device_id != device.pk:
        raise Http404
    draft.device = device
    return draft


def require_device_key(view) -> Callable:
    """A view that begins a draft for a script, which goes on in the background and asks again.

    412 to a browser that has not kept its key yet: ask for the token, whose answer brings it. Else
    the draft would belong to a key that never came back, as when two first answers crossed or one
    was lost, and nobody could send it any more. A form in a page needs no such care: the page that
    holds it brought the key.
    """

    @wraps(view)
    def answer(request: HttpRequest, draft_id: UUID) -> HttpResponse:
        if not has_device_key(request):
            return JsonResponse({"ask": reverse("report_token")}, status=412)
        return view(request, draft_id)

    return answer


def find_first_incomplete_step(draft) -> Step:
    """The first step that still needs something, at the latest the last one."""
    if draft.category is None or not (draft.category.is_offered or _keeps_category(draft)):
        return CATEGORY_STEP
    if draft.latitude is None or not geo.in_service_area(draft.latitude, draft.longitude):
        return LOCATION_STEP
    return REVIEW_STEP if draft.details_done else DETAILS_STEP


def _keeps_category(draft: Draft) -> bool:
    """Return True if the draft corrects a request and leaves its category as it is."""
    return bool(draft.corrects_id) and draft.category_id == draft.corrects.category_id


def render_step(
    request, step, draft, context, *, draft_id=None, template=None, status=None
) -> HttpResponse:
    """The page of `step`. `problems` in the context are (id of the control, message) pairs, with
    which it is a 422; where there is no draft yet, `draft_id` is the one that it will have.
    """
    draft_id = draft_id or draft.pk
    before = STEPS[step.number - 2].url(draft_id) if step.number > 1 else reverse("home")
    corrects = draft.corrects if draft else None
    if corrects:
        before = _correction_back_url(step, draft)
    own = {"step": step, "steps": STEPS, "back": before, "draft": draft, "draft_id": draft_id}
    context = own | {"corrects": corrects} | context
    if corrects:
        context["back"] = before
    status = status or (422 if context.get("problems") else 200)
    return render(
        request, template or f"requests_app/filing/{step.name}.html", context, status=status
    )


def _correction_back_url(step: Step, draft: Draft) -> str:
    """Return the address before `step`: the page that shows all of it, or the live page."""
    if step is REVIEW_STEP:
        return reverse("service_request", args=[draft.corrects.reference])
    return REVIEW_STEP.url(draft.pk)
