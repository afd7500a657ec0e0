"""The steps of a report: their order, access to the draft, and rendering of a step's page."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from city import geo
from requests_app.middleware import ensure_device_key, get_or_create_device, has_device_key
from requests_app.models import Device, Draft


@dataclass(frozen=True)
class Step:
    """A step of a report, or a page between two steps with the `number` of the first.

    `name` is the end of the URL's name, `title` the page's heading, `label` the step's name in the
    progress bar.
    """

    name: str
    number: int
    label: str | Promise
    title: str | Promise

    def url(
        self, draft_id: UUID | None, query: dict | None = None, fragment: str | None = None
    ) -> str:
        """Return the URL of this step for the draft with this id."""
        return reverse(f"report_{self.name}", args=[draft_id], query=query, fragment=fragment)


CATEGORY_STEP = Step("what", 1, _("What"), _("What is it?"))
LOCATION_STEP = Step("where", 2, _("Where"), _("Where is it?"))
DETAILS_STEP = Step("details", 3, _("Details"), _("A few details"))
REVIEW_STEP = Step("check", 4, _("Check"), _("Is this right?"))
DUPLICATES_STEP = Step("same", 2, LOCATION_STEP.label, _("Is it one of these?"))
STEPS = (CATEGORY_STEP, LOCATION_STEP, DETAILS_STEP, REVIEW_STEP)


def require_steps_before(step: Step) -> Callable[[Callable[..., HttpResponse]], Callable]:
    """Return a decorator of a view of `step`, which passes the browser's draft in place of its id.

    The view is called if all steps before `step` are complete. Otherwise the browser is redirected
    to the first incomplete step, or to the receipt of a draft that was sent. Raise Http404 for a
    draft of another browser.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable:
        @wraps(view)
        def answer(request: HttpRequest, draft_id: UUID, **arguments: str) -> HttpResponse:
            draft = find_draft(request, draft_id)
            if draft is None:
                return redirect(CATEGORY_STEP.url(draft_id))
            if draft.service_request_id:
                return redirect("report_sent", draft_id)
            incomplete = find_first_incomplete_step(draft)
            if incomplete.number < step.number:
                return redirect(incomplete.url(draft_id))
            return view(request, draft, **arguments)

        return answer

    return decorate


def find_draft(request, draft_id: UUID) -> Draft | None:
    """Return this browser's draft; None if it does not exist yet.

    Raise Http404 for a draft of another browser. A browser without a key gets one.
    """
    ensure_device_key(request)
    draft = Draft.objects.filter(pk=draft_id).first()
    return draft and _require_owner(draft, request.device)


def get_or_create_draft(request, draft_id: UUID) -> Draft:
    """Return this browser's draft, created if needed. Raise Http404 for another browser's."""
    device = get_or_create_device(request)
    draft, __ = Draft.objects.get_or_create(pk=draft_id, defaults={"device": device})
    return _require_owner(draft, device)


def get_or_create_locked_draft(request, draft_id: UUID) -> Draft:
    """Return this browser's draft, created if needed, locked until the transaction ends.

    Raise Http404 for a draft of another browser.
    """
    device = get_or_create_device(request)
    Draft.objects.bulk_create([Draft(pk=draft_id, device=device)], ignore_conflicts=True)
    return _require_owner(Draft.objects.select_for_update().get(pk=draft_id), device)


def _require_owner(draft: Draft, device: Device | None) -> Draft:
    """Return the draft with `device` set.

    Raise Http404 if `device` is None or the draft belongs to another device.
    """
    if not device or draft.device_id != device.pk:
        raise Http404
    draft.device = device
    return draft


def require_device_key(view: Callable[..., HttpResponse]) -> Callable:
    """Decorate a view that creates drafts for scripts: answer 412 to a browser without a key.

    The JSON of the 412 has the address at which the script gets a key (and a CSRF token). Without
    this check a draft could belong to a key that the browser never stored, because an answer was
    lost or overtaken, and could not be sent any more. Forms need no check: their page set the key.
    """

    @wraps(view)
    def answer(request: HttpRequest, draft_id: UUID) -> HttpResponse:
        if not has_device_key(request):
            return JsonResponse({"ask": reverse("report_token")}, status=412)
        return view(request, draft_id)

    return answer


def find_first_incomplete_step(draft: Draft) -> Step:
    """Return the first step that is not complete; REVIEW_STEP if all others are.

    A category that is not offered any more (except in a correction that keeps it) and a location
    outside the city are incomplete.
    """
    if draft.category is None or not (draft.category.is_offered or _keeps_category(draft)):
        return CATEGORY_STEP
    if draft.latitude is None or not geo.is_in_service_area(draft.latitude, draft.longitude):
        return LOCATION_STEP
    return REVIEW_STEP if draft.details_done else DETAILS_STEP


def _keeps_category(draft: Draft) -> bool:
    """Return True if the draft corrects a request and leaves its category as it is."""
    return draft.corrects is not None and draft.category_id == draft.corrects.category_id


def render_step(
    request,
    step: Step,
    draft: Draft | None,
    context: dict[str, Any],
    *,
    draft_id: UUID | None = None,
    template: str | None = None,
    status: int | None = None,
) -> HttpResponse:
    """Return the page of `step` with `context`; the default template has the step's name.

    The default status is 422 if the context has `problems`, which are (id of the control, message)
    pairs, else 200. `draft_id` is the id of the draft to be created where `draft` is None. Keys of
    `context` take precedence, except `back` in a correction.
    """
    draft_id = draft.pk if draft else draft_id
    back = STEPS[step.number - 2].url(draft_id) if step.number > 1 else reverse("home")
    corrects = draft.corrects if draft else None
    own = {"step": step, "steps": STEPS, "back": back, "draft": draft, "draft_id": draft_id}
    context = own | {"corrects": corrects} | context
    if corrects:
        context["back"] = (
            reverse("service_request", args=[corrects.reference])
            if step is REVIEW_STEP
            else REVIEW_STEP.url(draft_id)
        )
    status = status or (422 if context.get("problems") else 200)
    return render(
        request, template or f"requests_app/filing/{step.name}.html", context, status=status
    )
