"""Step 4 of a report: review and sending; and the receipt."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from city.base_map import drawing
from city.models import City
from lib import clock
from lib.http import private_page, require_get_or_post
from requests_app import timeline
from requests_app.actions.forms import seen_field
from requests_app.actions.handler import list_unseen_events
from requests_app.deadlines import resolution_times
from requests_app.errors import DomainError, InvalidInput
from requests_app.filing import challenge, corrections, drafts, email_typos
from requests_app.filing.steps import danger_stop
from requests_app.filing.steps.details import check_answers
from requests_app.filing.steps.sequence import (
    CATEGORY_STEP,
    DETAILS_STEP,
    LOCATION_STEP,
    REVIEW_STEP,
    find_draft,
    find_first_incomplete_step,
    render_step,
    require_steps_before,
)
from requests_app.models import AccessLink, Draft
from requests_app.personal_data import hints
from requests_app.status import Verb
from requests_app.tracking.access import get_request_access
from requests_app.tracking.sharing import build_share_context

# The step at which an InvalidInput of `drafts.send_draft` can be corrected, by its field.
STEPS_BY_FIELD = {
    "category": CATEGORY_STEP,
    "photos": CATEGORY_STEP,
    "location": LOCATION_STEP,
    "answers": DETAILS_STEP,
}


@require_get_or_post
@private_page
@require_steps_before(REVIEW_STEP)
def review_step(request, draft: Draft) -> HttpResponse:
    """Show the report; on POST send it, or do what the button "take_out" or "mend_email" says.

    The two buttons change the draft and redirect to this step. A danger in the text stops the
    sending with its page (422).
    """
    if request.method != "POST":
        return _render_page(request, draft)
    if "take_out" in request.POST:
        left = hints.remove_flagged_text(
            request.POST["take_out"], _read_text_fields(draft), draft.name
        )
        drafts.save_columns(draft, left)
        return redirect(REVIEW_STEP.url(draft.pk, fragment="others"))
    if "mend_email" in request.POST:
        if email := email_typos.suggest_email(draft.email):
            drafts.save_columns(draft, {"email": email})
        return redirect(REVIEW_STEP.url(draft.pk, fragment="city-only"))
    texts = danger_stop.list_typed_texts(draft)
    if stop := danger_stop.render_danger_stop(request, REVIEW_STEP, draft, *texts):
        return stop
    return _send_correction(request, draft) if draft.corrects_id else _send(request, draft)


def _send(request: HttpRequest, draft: Draft) -> HttpResponse:
    """File the report and redirect to the receipt; show the page again with the error if refused.

    Show the page again, with a challenge, if one is required. A filed report gets a private link
    and is counted by `challenge.count_report`.
    """
    try:
        service_request = drafts.send_draft(draft, challenge.find_review_reason(request, draft))
    except challenge.ChallengeRequired:
        words = _("We're getting a lot of reports right now. Please press Send again.")
        return _render_page(request, draft, [("send", words)])
    except InvalidInput as refused:
        step = STEPS_BY_FIELD[refused.field]
        return _render_page(request, draft, [(f"change-{step.name}", str(refused.message))])
    challenge.count_report(request, draft)
    AccessLink.create_if_missing(draft.pk, service_request=service_request)
    return redirect("report_sent", draft.pk)


def _send_correction(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Send the correction and redirect to the live page; show the page again with the error.

    The page is a 409 and shows the new events if there were some since the form was rendered.
    Whoever sends the form again has then seen these. The draft keeps its `seen`, as a script may
    send the refused form twice.
    """
    try:
        corrections.send_correction(draft, seen=_read_seen(request, draft))
    except InvalidInput as refused:
        step = STEPS_BY_FIELD.get(refused.field, CATEGORY_STEP)
        return _render_page(request, draft, [(f"change-{step.name}", str(refused.message))])
    except DomainError as refused:
        return _render_page(request, draft, status=refused.status_code, refused=refused)
    return redirect("service_request", draft.corrects.reference)


def _read_seen(request: HttpRequest, draft: Draft) -> int:
    """Return the id of the last event that the page showed, by default that of the draft."""
    try:
        return seen_field("").clean(request.POST.get("seen"))
    except ValidationError:
        return draft.seen or 0


def _build_correction_context(
    request: HttpRequest, draft: Draft, refused: DomainError | None
) -> dict[str, object]:
    """Return the context of a correction: `seen`, `is_possible` and `refused`.

    `refused` is the error of the workflow if the correction was sent, else a StaleView for events
    since its begin, or None. With an error, the context has also `new_events` and `badge`.
    """
    access = get_request_access(request, draft.corrects.reference)
    refused = refused or corrections.find_stale_view(draft)
    context: dict[str, object] = {
        "seen": access.seen,
        "is_possible": Verb.CORRECT in access.available_verbs,
        "refused": refused,
    }
    if refused:
        context["new_events"] = list_unseen_events(refused, access.audience)
        context["badge"] = access.badge
    return context


def _read_text_fields(draft: Draft) -> dict[str, str]:
    """Return the draft's public texts by column."""
    return {field: getattr(draft, field) for field in hints.REPORT_FIELDS}


def _render_page(
    request,
    draft,
    problems: Sequence[tuple[str, str]] = (),
    *,
    status: int | None = None,
    refused: DomainError | None = None,
) -> HttpResponse:
    """Return the page with the report; `problems` are (anchor, message) pairs.

    The default status is 422 with `problems`, else 200. `refused` is the error with which the
    workflow refused a correction. Invalid answers are left out; sending the report shows the error.
    """
    point = float(draft.latitude), float(draft.longitude)
    context = {
        "photos": corrections.list_photos(draft),
        "answers": check_answers(draft.category, draft.answers).answers,
        "suggested_email": email_typos.suggest_email(draft.email),
        "hints": hints.build_report_hints(draft.category, _read_text_fields(draft), draft.name),
        "drawing": drawing.render_svg(
            center=point, metres_per_px=1.2, width=400, height=300, pins=[(*point, "selected")]
        ),
        "problems": problems,
        "challenge": _create_challenge_if_required(request, draft),
        "is_possible": True,
    }
    if draft.corrects_id:
        context |= _build_correction_context(request, draft, refused)
    return render_step(request, REVIEW_STEP, draft, context, status=status)


def _create_challenge_if_required(request: HttpRequest, draft: Draft) -> str:
    """Return the challenge to be solved by the browser as JSON; "" if none is required."""
    is_asked = not draft.corrects_id and challenge.is_challenge_required(request)
    return challenge.create_challenge(draft) if is_asked else ""


@require_safe
@never_cache
def receipt(request, draft_id: UUID) -> HttpResponse:
    """Show the receipt to the device that sent the report, as long as the draft is kept.

    A draft that was not sent leads to its first incomplete step. Raise Http404 if there is none.
    """
    draft = find_draft(request, draft_id)
    if draft is None:
        raise Http404
    service_request = draft.service_request
    if service_request is None:
        return redirect(find_first_incomplete_step(draft).url(draft_id))
    due_at = service_request.due_at
    link = AccessLink.get_or_create_for_nonce(draft.pk, service_request=service_request)
    path = reverse("private_link", args=[service_request.reference, link.token])
    context = {
        "service_request": service_request,
        "danger": timeline.find_danger_advice(service_request),
        "contact": getattr(service_request, "contact", None),
        "resolution_time": resolution_times.explain_expected_date(service_request),
        "closed_until": City.current().calendar().reopening_time(clock.now()),
        "due_on": due_at and timezone.localdate(due_at),
        "link": request.build_absolute_uri(path),
        **build_share_context(request, service_request),
    }
    return render_step(
        request, REVIEW_STEP, draft, context, template="requests_app/filing/sent.html"
    )
